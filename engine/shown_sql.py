"""The SQL that a rule's outcome is compiled to, laid out for a person to read."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import sqlglot

from connectors.duck import quoted
from connectors.landed import Assembled, Standing
from engine.compile import OUTCOMES, laid_out
from engine.conditions import CheckedRule
from engine.emit import Emitter, Ground
from rules.model import Fact, RuleBook
from rules.working_days import WorkingCalendar


def outcome_query(
    book: RuleBook,
    checked: CheckedRule,
    day: date,
    calendar: WorkingCalendar,
    off: Mapping[str, tuple[str, ...]],
) -> str:
    """Return the query that judges every subject of a rule as of `day`.

    Each fact is a Parquet file of its name, and each field stands as its own source (`_standing_npp`): which register
    offers it is the run file's to say, not the rule's.
    """
    fact = book.vocabulary.facts[checked.rule.subject]
    facts = {name: _assembled(other) for name, other in book.vocabulary.facts.items()}
    emitter = Emitter(Ground(book.vocabulary, facts, book.parameters, day, calendar, off), fact)
    outcome = laid_out(checked, emitter).outcome
    codes = ", ".join(f"{number} {name}" for number, name in enumerate(OUTCOMES))
    source = " ".join([f"read_parquet('{fact.name}.parquet') f", *emitter.joins.values()])
    query = f"SELECT f.{quoted(fact.key)}, {outcome} AS outcome FROM {source}"
    return f"-- {codes}\n" + sqlglot.parse_one(query, read="duckdb").sql("duckdb", pretty=True)


def _assembled(fact: Fact) -> Assembled:
    return Assembled(
        fact=fact.name,
        path=Path(f"{fact.name}.parquet"),
        rows=0,
        spine="",
        spine_standing=Standing.SAID,
        spine_reason=None,
        origin={name: name for name in fact.fields},
        reconstruction=False,
    )
