"""Gates: each limit, on it and past it, with the numbers in the reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.gates import gate
from connectors.landed import Landed, Standing
from rules.configuration import Source
from rules.errors import Location

TODAY = date(2026, 11, 20)
SOURCE = Source(
    name="membership",
    connector="csv",
    fact="employer",
    path=Path("membership.csv"),
    as_of=None,
    fresh_days=30,
    complete=True,
    may_be_empty=False,
    largest_drop=Decimal("0.5"),
    reject_limit=Decimal("0.1"),
    key=("npwp",),
    group={},
    columns={},
    options={},
    location=Location("rules.yaml"),
)
LANDED = Landed(
    source="membership",
    path=Path("rows.parquet"),
    rejects=None,
    rows=100,
    rejected=0,
    unreadable_keys=0,
    sha256="0" * 64,
    as_of=TODAY,
    landed_at=None,
    columns=("npwp",),
    notes=(),
    missing=None,
)


def judged(source: Source = SOURCE, previous_rows: int | None = None, **landed: object) -> tuple[Standing, str | None]:
    found = gate(replace(LANDED, **landed), source, TODAY, previous_rows)  # type: ignore[arg-type]
    return found.standing, found.reason


def test_a_source_that_passes_has_no_reason() -> None:
    assert judged(previous_rows=100) == (Standing.SAID, None)


def test_missing_says_why_and_nothing_else() -> None:
    assert judged(path=None, missing="no such file", rows=0) == (Standing.MISSING, "no such file")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 10, 21), None),
        (date(2026, 10, 20), "it speaks of 2026-10-20, 31 days before 2026-11-20; the limit is 30 days"),
        (None, "it does not say which day it speaks of, and must be no older than 30 days"),
    ],
)
def test_stale_by_one_day(as_of: date | None, expected: str | None) -> None:
    assert judged(as_of=as_of) == (Standing.STALE if expected else Standing.SAID, expected)


def test_an_archive_is_never_stale() -> None:
    assert judged(replace(SOURCE, fresh_days=None), as_of=date(2001, 1, 1)) == (Standing.SAID, None)


@pytest.mark.parametrize(
    ("rows", "previous", "expected"),
    [
        (50, 100, None),
        (49, 100, "it has 49 rows after 100 in the last run, a fall of 51 %; the limit is 50 %"),
        (300, 100, None),
        (1, 0, None),
        (1, None, None),
    ],
)
def test_dropped_by_more_than_the_limit(rows: int, previous: int | None, expected: str | None) -> None:
    assert judged(previous_rows=previous, rows=rows) == (Standing.DROPPED if expected else Standing.SAID, expected)


@pytest.mark.parametrize(
    ("rejected", "expected"),
    [(10, None), (11, "11 of 100 rows were rejected (11 %), more than the limit of 10 %")],
)
def test_too_many_rejected(rejected: int, expected: str | None) -> None:
    assert judged(rejected=rejected) == (Standing.REJECTS if expected else Standing.SAID, expected)


def test_empty_unless_it_may_be() -> None:
    assert judged(rows=0) == (Standing.EMPTY, "it has no rows, and is not declared may_be_empty")
    assert judged(replace(SOURCE, may_be_empty=True), rows=0) == (Standing.SAID, None)


def test_a_register_that_may_be_empty_and_was_not_has_dropped() -> None:
    standing, reason = judged(replace(SOURCE, may_be_empty=True), previous_rows=500, rows=0)
    assert standing is Standing.DROPPED
    assert reason == "it has 0 rows after 500 in the last run, a fall of 100 %; the limit is 50 %"


def test_every_gate_that_failed_is_told() -> None:
    standing, reason = judged(previous_rows=1000, rejected=50, as_of=date(2026, 1, 1))
    assert standing is Standing.STALE
    assert reason is not None
    assert [part.split(" ")[0] for part in reason.split("; ")] == ["it", "the", "it", "the", "50"]
