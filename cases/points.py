"""The points of a case: what a scan measured of it, and what the days add on the day on which somebody looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Integer, case, cast, literal
from sqlmodel import col

from cases.store.models import Case
from cases.store.stages import LIVE_STAGES
from rules.model import SEVERITIES
from rules.priority import Priority

CLOSED: Final = -1_000_000
"""What stands for the points of a case that is closed: behind every other."""


def days_points(priority: Priority, today: date) -> ColumnElement[int]:
    """Return the points of the days overdue, over Case."""
    bands = sorted(priority.overdue.bands, key=lambda band: -band.at_least)
    passed = [
        (col(Case.overdue_since) <= today - timedelta(days=band.at_least), literal(band.points)) for band in bands
    ]
    return cast(case(*passed, else_=0), Integer) if passed else literal(0)


def standing_points() -> ColumnElement[int]:
    """Return the points of all but the days, over Case; CLOSED for a case that is closed."""
    return case((col(Case.stage).in_(LIVE_STAGES), col(Case.priority)), else_=CLOSED)


@dataclass(frozen=True)
class ScorePart:
    """One part of a score: `name` severity, people, rupiah, overdue, repeat_offender or ranks_below, and its points.

    `amount`: severity 1 to 4, people, rupiah, days, or 1 where it is so and 0 where not; None: no register says.
    """

    name: str
    amount: int | None
    points: int


def score_of(file: Case, below: bool, priority: Priority, today: date) -> tuple[ScorePart, ...]:
    """Return the parts of a live case's score on `today`; the points of all of them are its score."""
    return tuple(_parts(file, below, priority, today))


def _parts(file: Case, below: bool, priority: Priority, today: date) -> Iterator[ScorePart]:
    days = None if file.overdue_since is None else max((today - file.overdue_since).days, 0)
    again = file.repeat_finding_id is not None
    yield ScorePart("severity", file.severity, priority.severity.get(SEVERITIES[file.severity - 1], 0))
    yield ScorePart("people", file.people, priority.people.points(file.people))
    yield ScorePart("rupiah", file.rupiah, priority.rupiah.points(file.rupiah))
    yield ScorePart("overdue", days, priority.overdue.points(days))
    yield ScorePart("repeat_offender", int(again), priority.repeat_offender if again else 0)
    if below:
        yield ScorePart("ranks_below", 1, priority.ranks_below)
