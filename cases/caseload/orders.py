"""The orders of a list of cases, and the runs of an index that each one is made of.

An order is said twice: as terms, by which any few cases are sorted, and as segments, runs of cases that an index of the
store has in this very order, one behind the other. What no register says comes last in both directions; of what is
equal, the newest case comes first where the order falls, and last where it rises.

The score of a case depends on the day. Its points of all but the days are an index's, the points of the days follow
from bands of `overdue_since`: each different number of points, with each band, is a segment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from cases.store.stages import OPEN_CASE
from rules.priority import Priority

OPEN: Final = OPEN_CASE.replace("stage", "c.stage")
Scalar = int | str | date | None
NUMBER: Final = -1
"""Stands for the number of a case among the terms of a place."""


@dataclass(frozen=True)
class Term:
    """One thing that cases are sorted by, as SQL over case `c` and party `p`. `fixed`: the same in both directions."""

    sql: str
    rising: bool
    fixed: bool = False


@dataclass(frozen=True)
class Segment:
    """A run of cases: FROM and WHERE in SQL, and the columns that its index has them by.

    `head`: what all of them have in common, the first terms of the order. `keys`: a column, and which term it is.
    `counted`: FROM and WHERE by which those looked at are counted, where parties are walked through; None: cases are.
    """

    head: tuple[Scalar, ...]
    source: str
    where: str
    keys: tuple[tuple[str, int], ...]
    rising: bool
    counted: tuple[str, str] | None = None

    def turned(self) -> "Segment":
        """Return the run walked the other way."""
        return replace(self, rising=not self.rising)


@dataclass(frozen=True)
class Order:
    """How cases are sorted: `terms` decide, `segments` say the same by indexes. `party`: the terms speak of `p`."""

    terms: tuple[Term, ...]
    segments: tuple[Segment, ...]
    party: bool = False

    def turned(self) -> "Order":
        """Return the exact opposite, in which the cases before a place are walked."""
        terms = tuple(replace(term, rising=not term.rising) for term in self.terms)
        return replace(self, terms=terms, segments=tuple(one.turned() for one in reversed(self.segments)))


@dataclass(frozen=True)
class Day:
    """What an order depends on beside its name."""

    today: date
    priority: Priority
    covered: frozenset[str]
    priorities: Sequence[int]


def case_source(index: str, *, sqlite: bool) -> str:
    """Return the cases, walked by an index; SQLite, which keeps no statistics of them, is told by which."""
    return f"case_file AS c INDEXED BY ix_case_file_{index}" if sqlite else "case_file AS c"


def order_of(sort: str, falling: bool, day: Day, *, sqlite: bool) -> Order:
    """Return an order by its name."""
    match sort:
        case "score":
            order = _by_score(day, sqlite=sqlite)
            return order if falling else order.turned()
        case "party":
            return _by_party(day, falling, sqlite=sqlite)
        case "region":
            return _plain("province", falling, sqlite=sqlite)
        case "findings":
            return _plain("findings", falling, sqlite=sqlite)
        case "people" | "rupiah":
            return _said_or_not(sort, falling, sqlite=sqlite)
        case "due":
            return _said_or_not("overdue_since", falling, sqlite=sqlite)
    raise KeyError(sort)


def _plain(column: str, falling: bool, *, sqlite: bool) -> Order:
    terms = (Term(f"c.{column}", not falling), Term("c.id", not falling))
    keys = ((f"c.{column}", 0), ("c.id", NUMBER))
    return Order(terms, (Segment((), case_source(column, sqlite=sqlite), "1 = 1", keys, not falling),))


def _said_or_not(column: str, falling: bool, *, sqlite: bool) -> Order:
    name, source = f"c.{column}", case_source(column, sqlite=sqlite)
    terms = (
        Term(f"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END", True, fixed=True),
        Term(name, not falling),
        Term("c.id", not falling),
    )
    said = Segment((0,), source, f"{name} IS NOT NULL", ((name, 1), ("c.id", NUMBER)), not falling)
    unsaid = Segment((1,), source, f"{name} IS NULL", (("c.id", NUMBER),), not falling)
    return Order(terms, (said, unsaid))


@dataclass(frozen=True)
class _Band:
    """Cases whose days overdue give the same points: SQL over `overdue_since`, None where nothing is overdue."""

    points: int
    where: str


def bands(priority: Priority, today: date) -> tuple[_Band, ...]:
    """Return the bands of `overdue_since`, most points first; neighbours with the same points are one."""
    steps = [(band.at_least, band.points) for band in sorted(priority.overdue.bands, key=lambda one: one.at_least)]
    edges: list[tuple[date | None, int]] = [(None, 0)]
    edges += [(today - timedelta(days=days), points) for days, points in steps]
    merged = [edges[0]]
    for edge in edges[1:]:
        if edge[1] != merged[-1][1]:
            merged.append(edge)
    found = []
    for number, (latest, points) in enumerate(merged):
        above = merged[number + 1][0] if number + 1 < len(merged) else None
        said = [f"c.overdue_since <= '{latest}'"] * (latest is not None)
        said += [f"c.overdue_since > '{above}'"] * (above is not None)
        found.append(_Band(points, " AND ".join(said) or "c.overdue_since IS NOT NULL"))
    return tuple(reversed(found))


def days_sql(priority: Priority, today: date) -> str:
    """Return the points of the days overdue, as SQL over `c`."""
    steps = sorted(priority.overdue.bands, key=lambda one: -one.at_least)
    whens = "".join(
        f" WHEN c.overdue_since <= '{today - timedelta(days=band.at_least)}' THEN {band.points}" for band in steps
    )
    return f"CASE{whens} ELSE 0 END" if whens else "0"


def _by_score(day: Day, *, sqlite: bool) -> Order:
    """Most points first; of the same, those of most standing points, then what is overdue, the longest first."""
    terms = (
        Term(f"c.priority + {days_sql(day.priority, day.today)}", False),
        Term("c.priority", False),
        Term("CASE WHEN c.overdue_since IS NULL THEN 1 ELSE 0 END", True),
        Term("c.overdue_since", True),
        Term("CASE WHEN c.overdue_since IS NULL THEN -c.id ELSE c.id END", True),
    )
    source, banded = case_source("score", sqlite=sqlite), bands(day.priority, day.today)
    found = []
    for priority in day.priorities:
        of = f"c.priority = {priority}"
        found += [
            Segment(
                (priority + band.points, priority, 0),
                source,
                f"{of} AND {band.where}",
                (("c.overdue_since", 3), ("c.id", NUMBER)),
                True,
            )
            for band in banded
        ]
        undated = f"{of} AND c.overdue_since IS NULL"
        found.append(Segment((priority, priority, 1), source, undated, (("c.id", NUMBER),), False))
    return Order(terms, tuple(sorted(found, key=_rank)))


def _rank(segment: Segment) -> tuple[int, ...]:
    score, priority, undated = (int(str(one)) for one in segment.head)
    return (-score, -priority, undated)


def _by_party(day: Day, falling: bool, *, sqlite: bool) -> Order:
    """By the words of the name; then those without one, then human beings, whose order would tell their names."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(day.covered)) or "''"
    covered = f"p.kind IN ({kinds})"
    tier = f"CASE WHEN {covered} THEN 2 WHEN p.words IS NULL THEN 1 ELSE 0 END"
    terms = (
        Term(tier, True, fixed=True),
        Term(f"CASE WHEN {covered} THEN NULL ELSE p.words END", not falling),
        Term("p.id", not falling),
        Term("c.id", not falling),
    )

    def joined(index: str) -> str:
        cases = case_source("party_province_track", sqlite=sqlite)
        return f"{_parties(index, sqlite=sqlite)} {'CROSS JOIN' if sqlite else 'JOIN'} {cases} ON c.party_id = p.id"

    def run(head: int, index: str, where: str, *keys: tuple[str, int]) -> Segment:
        counted = (_parties(index, sqlite=sqlite), where)
        return Segment((head,), joined(index), where, (*keys, ("c.id", NUMBER)), not falling, counted)

    usual = day.covered == {"person"}  # what the indexes are made for
    firm, person = ("p.kind <> 'person'", "p.kind = 'person'") if usual else (f"NOT {covered}", covered)
    index, of_persons = ("words", "person") if usual else ("", "")
    named = run(0, index, f"{firm} AND p.words IS NOT NULL", ("p.words", 1), ("p.id", 2))
    unnamed = run(1, index, f"{firm} AND p.words IS NULL", ("p.id", 2))
    persons = run(2, of_persons, person, ("p.id", 2))
    return Order(terms, (named, unnamed, persons), party=True)


def _parties(index: str, *, sqlite: bool) -> str:
    return f"party AS p INDEXED BY ix_party_{index}" if sqlite and index else "party AS p"


def sorted_places(
    places: Iterable[tuple[int, tuple[Scalar, ...]]], order: Order
) -> list[tuple[int, tuple[Scalar, ...]]]:
    """Return numbers with the values of the terms in the order that these say."""
    found = list(places)
    for index in reversed(range(len(order.terms))):
        found.sort(key=lambda one: _key(one[1][index]), reverse=not order.terms[index].rising)
    return found


def _key(value: Scalar) -> tuple[bool, int | str]:
    if isinstance(value, date):
        return False, value.toordinal()
    return value is None, 0 if value is None else value
