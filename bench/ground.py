"""What every measurement stands on: the nation's files, the rules, the day."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import engine.detect
from cases.judged import opens_cases
from cases.night import Judged, Night, Spine
from connectors.landed import Assembled, Standing
from engine.detect import Work
from rules.configuration import Guard
from rules.load import load_rule_book
from rules.model import RuleBook
from rules.working_days import shipped_calendar

DAY = date(2026, 11, 20)
STARTED = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Nation:
    """The folder of one nation.

    `registers`: as the sample writes them, dirt and all. `delivered`: the same, cleaned and typed as the vocabulary
    says. `facts` and `changed`: assembled facts of the first night and of the second, on which 1 % of all subjects
    differ. `written`: the rows that the scan wrote to a kind of store on a night, for the floors to write again.
    `stores`: the SQLite store before and after each night.
    """

    folder: Path

    @property
    def registers(self) -> Path:
        return self.folder / "registers"

    @property
    def delivered(self) -> Path:
        return self.folder / "delivered"

    @property
    def facts(self) -> Path:
        return self.folder / "facts"

    @property
    def changed(self) -> Path:
        return self.folder / "changed"

    def written(self, kind: str, night: int) -> Path:
        return self.folder / "written" / kind / str(night)

    @property
    def stores(self) -> Path:
        return self.folder / "stores"


def kind_of(store: str) -> str:
    """Return the kind of store behind a URL: sqlite or postgresql."""
    return store.partition(":")[0]


def rule_book() -> RuleBook:
    """Return the shipped rules; the bench judges with nothing else."""
    book, faults = load_rule_book()
    assert not faults, faults
    return book


def work_on(book: RuleBook, scratch: Path, rules: Iterable[str] = ()) -> Work:
    """Return what the engine is asked to do: all shipped rules, or those named."""
    return Work(book, tuple(rules) or tuple(book.rules), DAY, shipped_calendar()[0], {}, scratch)


def keep_assembled(facts: Mapping[str, Assembled], folder: Path) -> None:
    """Write down what the assembled files are, beside them."""
    said = {
        name: {"rows": one.rows, "spine": one.spine, "origin": dict(one.origin)} for name, one in sorted(facts.items())
    }
    (folder / "assembled.json").write_text(json.dumps(said, indent=1), encoding="utf-8")


def assembled_in(folder: Path) -> dict[str, Assembled]:
    """Return the assembled facts of a folder."""
    said = json.loads((folder / "assembled.json").read_text(encoding="utf-8"))
    return {
        name: Assembled(
            name, folder / f"{name}.parquet", one["rows"], one["spine"], Standing.SAID, None, one["origin"], False
        )
        for name, one in said.items()
    }


def judged(book: RuleBook, facts: Mapping[str, Assembled], scratch: Path) -> Judged:
    """Return what matching is told; the guards are wide open, so that no rule is held for its many new findings."""
    work = work_on(book, scratch)
    rules = {name: rule for name, rule in book.rules.items() if opens_cases(rule)}
    return Judged(
        rules=rules,
        guards=dict.fromkeys(rules, Guard(Decimal(1), 1_000_000_000)),
        spines=dict.fromkeys(facts, Spine(fresh=True, complete=True)),
        outcomes_of=lambda subjects, into: engine.detect.outcomes_of(
            work, facts, subjects, into.with_suffix(".answers")
        ).replace(into),
        judging=work,
    )


def night(book: RuleBook, number: int, anchors: Path) -> Night:
    """Return the night with this number, from 1; `anchors` is the folder of its anchor files."""
    decided = book.decisions_sha256
    return Night(f"bench-{number}", DAY, STARTED, 30, {}, decided, bytes(32), anchors, priority=book.priority)


@contextmanager
def emptied(folder: Path) -> Iterator[Path]:
    """Give an empty folder that is gone afterwards."""
    import shutil  # noqa: PLC0415

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
