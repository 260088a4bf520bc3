"""Participants against workers, by region, segment or year: coverage, the target of the year, and the gap in people.

What is not known stays unknown and is said; nothing is ever 0 because nobody said it. A target is no duty of an
employer: nothing here is a finding.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any, Final

import duckdb

from cases.coverage_query import By, CoverageFilter, lay_out
from connectors.duck import literal, open_duck
from connectors.landed import Assembled
from connectors.regions import REGIONS
from rules.model import CheckFlag, Parameter

NOTES: Final = ("participants_differ", "workers_differ", "parts_differ", "published_differs")
"""What the registers say against themselves, in the order in which it is told."""

HUNDRED: Final = Decimal(100)


@dataclass(frozen=True)
class Target:
    """A target in per cent and where it comes from; `source` None: given with the command."""

    percent: Decimal
    source: str | None = None
    checked: CheckFlag | None = None


Targets = Target | Parameter
"""One target for all, or a dated parameter whose value in force on a year's last day is that year's target."""


@dataclass(frozen=True)
class Denominator:
    """A number that workers come from: stated `workers`, or a `published` coverage in per cent; None: not said.

    `segment` and the numbers themselves are only told of a region's own line. `days`: first and last day of the number.
    """

    source: str | None
    segment: str | None
    regions: int
    workers: int | None
    published: Decimal | None
    days: tuple[date | None, date | None]


@dataclass(frozen=True)
class CoverageLine:
    """One line. None: not known, or not told apart by it.

    `workers` may be a span, `low` to `high`, where it follows from a published coverage (`follows`). `regions` are
    those of the line, `counted` those with both numbers: only they are in the sums where there are any; the
    participants of the others are `left_out`. `within`: regions that lie in a counted one, or whose parts are counted.
    `notes` are names of NOTES.
    """

    region: str | None
    name: str | None
    year: int
    segment: str | None
    participants: int | None
    participants_days: tuple[date | None, date | None]
    workers: int | None
    low: int | None
    high: int | None
    follows: bool
    workers_days: tuple[date | None, date | None]
    regions: int
    counted: int
    within: int
    left_out: int
    notes: tuple[str, ...]
    denominators: tuple[Denominator, ...]
    target: Target | None

    @property
    def coverage(self) -> Decimal | None:
        """Per cent, with four decimals; None unless both numbers are known and there are workers."""
        if not self.counted or self.participants is None or not self.workers:
            return None
        return (self.participants * HUNDRED / self.workers).quantize(Decimal("0.0001"))

    @property
    def gap(self) -> tuple[int, int, int] | None:
        """How many people more meet the target, with the least and the most that the span of workers allows."""
        if self.coverage is None or self.target is None:
            return None
        low, workers, high = (self._gap(number or 0) for number in (self.low, self.workers, self.high))
        return workers, low, high

    def _gap(self, workers: int) -> int:
        needed = (
            (self.target.percent * workers / HUNDRED).to_integral_value(ROUND_CEILING) if self.target else Decimal(0)
        )
        return max(int(needed) - (self.participants or 0), 0)

    @property
    def sources(self) -> int:
        """How many different sources the workers come from."""
        return len({one.source for one in self.denominators})


@dataclass(frozen=True)
class CoverageOrder:
    """What is asked for. `targets` None: no target is compared."""

    wanted: CoverageFilter
    by: By
    targets: Targets | None
    offset: int
    limit: int


@dataclass(frozen=True)
class CoveragePage:
    """Some of the `total` lines. `unplaced`: rows without region, year or segment, and the participants in them.

    `next_offset` None: this was the last page. `reason`: why the register cannot be counted by; None where it can.
    `rejected`: rows of the registers that were not read.
    """

    order: CoverageOrder
    lines: tuple[CoverageLine, ...]
    total: int
    unplaced: int
    unplaced_participants: int
    next_offset: int | None
    reason: str | None = None
    rejected: int = 0


def coverage_of(assembled: Assembled, order: CoverageOrder, scratch: Path) -> CoveragePage:
    """Count the assembled fact `workforce` as ordered; a register that nobody may judge by gives only its reason."""
    if assembled.path is None or assembled.spine_standing:
        return CoveragePage(order, (), 0, 0, 0, None, reason=assembled.spine_reason or "")
    with closing(open_duck(scratch)) as duck:
        lay_out(duck, assembled.path, order.wanted, order.by)
        (total,) = duck.execute("SELECT count(*) FROM line").fetchone() or (0,)
        unplaced, people = duck.execute(
            "SELECT count(*), coalesce(sum(participants), 0) FROM workforce "
            "WHERE region IS NULL OR year IS NULL OR segment IS NULL"
        ).fetchone() or (0, 0)
        lines = _lines(duck, order)
    following = order.offset + len(lines)
    more = following if lines and following < total else None
    return CoveragePage(order, lines, total, unplaced, int(people), more)


def _lines(duck: duckdb.DuckDBPyConnection, order: CoverageOrder) -> tuple[CoverageLine, ...]:
    rows = _records(
        duck,
        "SELECT line.*, names.name FROM line LEFT JOIN "
        f"read_csv({literal(REGIONS)}, header = true, all_varchar = true) AS names ON names.code = line.region "
        "ORDER BY line.region, line.year, line.segment LIMIT ? OFFSET ?",
        [order.limit, order.offset],
    )
    said: dict[tuple[object, ...], list[Denominator]] = {}
    for one in _records(
        duck,
        "SELECT denominator.* FROM denominator ORDER BY region, year, segment, part, source, workers, published",
        [],
    ):
        said.setdefault(_key(one), []).append(_denominator(one))
    return tuple(_line(row, tuple(said.get(_key(row), ())), order.targets) for row in rows)


def _records(duck: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object]) -> list[dict[str, Any]]:
    found = duck.execute(sql, values)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _key(row: Mapping[str, object]) -> tuple[object, ...]:
    return row["region"], row["year"], row["segment"]


def _denominator(row: Mapping[str, Any]) -> Denominator:
    days = (row["first_day"], row["last_day"])
    return Denominator(row["source"], row["part"], row["regions"], row["workers"], row["published"], days)


def _line(row: Mapping[str, Any], denominators: tuple[Denominator, ...], targets: Targets | None) -> CoverageLine:
    return CoverageLine(
        region=row["region"],
        name=row["name"],
        year=row["year"],
        segment=row["segment"],
        participants=row["participants"],
        participants_days=(row["participants_from"], row["participants_to"]),
        workers=row["workers"],
        low=row["low"],
        high=row["high"],
        follows=row["follows"],
        workers_days=(row["workers_from"], row["workers_to"]),
        regions=row["regions"],
        counted=row["counted"],
        within=row["within"],
        left_out=row["left_out"],
        notes=tuple(note for note in NOTES if row[note]),
        denominators=denominators,
        target=target_of(targets, row["year"], row["region"]),
    )


def target_of(targets: Targets | None, year: int, region: str | None) -> Target | None:
    """Return the target of a year: of the smallest region that has one of its own, else of everybody; None without."""
    if not isinstance(targets, Parameter):
        return targets
    day = date(year, 12, 31)
    found = [
        value
        for value in targets.values
        if value.since <= day and (value.until is None or day <= value.until) and _is_for(value.applies, region)
    ]
    if not found:
        return None
    value = max(found, key=lambda one: len(one.applies or ""))
    return Target(Decimal(str(value.value)), value.source, value.checked)


def _is_for(applies: str | None, region: str | None) -> bool:
    return applies is None or (region is not None and f"{region}.".startswith(f"{applies}."))
