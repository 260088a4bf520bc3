"""Findings explained one after another by what is kept between them: a database, and each rule laid out once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

import pyarrow as pa

from connectors.duck import open_duck, quoted
from connectors.landed import SQL_TYPE, Assembled, Standing
from engine.conditions import check_rule
from engine.detect import Work, reached
from engine.emit import Ground
from engine.explain import Asked, Explanation, Value, asked_of, explain, fields_of
from engine.plan import FactPlan
from rules.errors import FaultsError
from rules.model import Fact
from rules.working_days import WorkingCalendar

_PLACE: Final = "_place"
"""Which of the specimens a row is."""


@dataclass(frozen=True)
class _SpecimenPlan(FactPlan):
    """The plan of one rule over specimens that lie in a table."""

    @property
    def scan(self) -> str:
        """The table under the alias f."""
        return f"{_specimens(self.fact)} f"


@dataclass(frozen=True)
class _Ready:
    """A rule laid out, and the prepared statement that asks it."""

    asked: Asked
    statement: str


class Explaining:
    """Explains findings as `engine.explain.explain_each` does, and keeps what it made for those that follow.

    It may be asked from several threads: one waits for the other.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._folder = TemporaryDirectory(prefix="patuh-explain-")
        self._connection = open_duck(Path(self._folder.name), threads=1)
        # A few rows at a time: what an optimizer takes is more than it saves.
        self._connection.execute("PRAGMA disable_optimizer")
        self._work: Work | None = None
        self._ready: dict[str, _Ready] = {}
        self._facts: set[str] = set()
        self._deadlines: dict[str, pa.Array] = {}

    def close(self) -> None:
        """Let the database go; nothing can be asked any more."""
        with self._lock:
            self._connection.close()
            self._folder.cleanup()

    def __call__(self, work: Work, rule: str, evidence: Sequence[Mapping[str, object]]) -> tuple[Explanation, ...]:
        """Return for each evidence why its subject is a violation of `rule`. Raises FaultsError as `explain` does."""
        fact = work.book.vocabulary.facts[work.book.rules[rule].subject]
        if any(relation.fact == fact.name for relation in fact.relations.values()):
            # Specimens that lie side by side would be taken for each other's relations.
            return tuple(explain(work, rule, one) for one in evidence)
        with self._lock:
            ready = self._ready_of(work, rule, fact)
            specimens = [fields_of(fact, one) for one in evidence]
            self._lay(fact, specimens)
            rows = sorted(self._connection.execute(f"EXECUTE {ready.statement}").fetchall(), key=lambda row: row[0])
        return tuple(ready.asked.explanation(row[1:], fields, str) for row, fields in zip(rows, specimens, strict=True))

    def _ready_of(self, work: Work, rule: str, fact: Fact) -> _Ready:
        if self._work is not work:
            for one in self._ready.values():
                self._connection.execute(f"DEALLOCATE {one.statement}")
            self._work, self._ready, self._deadlines = work, {}, {}
        if rule not in self._ready:
            self._ready[rule] = self._made(work, rule, fact)
        return self._ready[rule]

    def _made(self, work: Work, rule: str, fact: Fact) -> _Ready:
        checked, faults = check_rule(work.book, work.book.rules[rule])
        if checked is None:
            raise FaultsError(faults)
        everything = {name: name for name in fact.fields}
        lying = Assembled(fact.name, Path(_specimens(fact)), 0, "", Standing.SAID, None, everything, False)
        ground = Ground(
            work.book.vocabulary,
            {fact.name: lying},
            work.book.parameters,
            work.evaluation_date,
            work.calendar,
            work.off,
        )
        plan = _SpecimenPlan(ground, fact, lying, (checked,))
        self._lay_table(fact)
        self._lay_calendar(plan, work.calendar)
        asked = asked_of(plan)
        statement = f"rule_{len(self._ready)}"
        query = f"SELECT f.{_PLACE}, {', '.join(asked.sql)} FROM {asked.source}"
        self._connection.execute(f"PREPARE {statement} AS {query}")
        return _Ready(asked, statement)

    def _lay_table(self, fact: Fact) -> None:
        if fact.name in self._facts:
            return
        columns = ", ".join(f"{quoted(name)} {SQL_TYPE[known.type]}" for name, known in fact.fields.items())
        said = ", ".join(f"{int(Standing.SAID)}::UTINYINT AS {quoted('_standing_' + name)}" for name in fact.fields)
        self._connection.execute(f"CREATE TABLE {_table(fact)} ({_PLACE} BIGINT, {columns})")
        self._connection.execute(f"CREATE VIEW {_specimens(fact)} AS SELECT *, {said} FROM {_table(fact)}")
        self._facts.add(fact.name)

    def _lay_calendar(self, plan: FactPlan, calendar: WorkingCalendar) -> None:
        """Add to the table of working days the deadlines that no rule before this one read."""
        new = {name: one for name, one in plan.deadlines().items() if name not in self._deadlines}
        if not new:
            return
        length = (calendar.covers_until - calendar.covers_from).days + 1
        days = [calendar.covers_from + timedelta(days=number) for number in range(length)]
        self._deadlines |= {name: pa.array(reached(calendar, one, days), pa.date32()) for name, one in new.items()}
        laid = pa.table({"day": pa.array(days, pa.date32()), **self._deadlines})
        self._connection.register("incoming_days", laid)
        self._connection.execute("CREATE OR REPLACE TABLE working_calendar AS FROM incoming_days")
        self._connection.unregister("incoming_days")

    def _lay(self, fact: Fact, specimens: Sequence[Mapping[str, Value]]) -> None:
        names = sorted({name for one in specimens for name in one})
        columns = ", ".join([_PLACE, *map(quoted, names)])
        row = f"({', '.join('?' * (len(names) + 1))})"
        values = [value for place, one in enumerate(specimens) for value in (place, *map(one.get, names))]
        self._connection.execute(f"DELETE FROM {_table(fact)}")
        self._connection.execute(
            f"INSERT INTO {_table(fact)} ({columns}) VALUES {', '.join([row] * len(specimens))}", values
        )


def _table(fact: Fact) -> str:
    return f"laid_{fact.name}"


def _specimens(fact: Fact) -> str:
    return f"specimens_{fact.name}"
