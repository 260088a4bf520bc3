"""Pages of a view's cases, and how many there are."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.caseload.line import Line, Page
from cases.caseload.views import View
from cases.listing import CaseFilter, CaseLine, Ordering, list_cases
from cases.masking import mask_party_name
from cases.store.models import Case, Event
from rules.model import Vocabulary
from rules.priority import Priority

SORTS = ("score", "party", "region", "findings", "people", "rupiah", "due")
"""What a list is sorted by."""


@dataclass(frozen=True)
class Viewer:
    """Who looks, on which day, by which points, and what of a name is covered."""

    login: str
    today: date
    priority: Priority
    vocabulary: Vocabulary


@dataclass(frozen=True)
class Wanted:
    """Which cases of a view, in which order: the text of the query line, one of SORTS, and the direction."""

    view: View
    query: str = ""
    sort: str = SORTS[0]
    descending: bool = True


def page(session: Session, wanted: Wanted, viewer: Viewer, after: Line | None = None, limit: int = 100) -> Page:
    """Return up to `limit` lines behind `after`, in the order that is wanted."""
    return _page(session, _filter(wanted, viewer), viewer, after, limit)


def lines(session: Session, wanted: Wanted, viewer: Viewer, numbers: tuple[int, ...]) -> tuple[Line, ...]:
    """Return those of the cases that are in the list now, as they stand now."""
    only = replace(_filter(wanted, viewer), numbers=numbers)
    return _page(session, only, viewer, None, max(1, len(numbers))).lines


def _page(session: Session, wanted: CaseFilter, viewer: Viewer, after: Line | None, limit: int) -> Page:
    order = Ordering(viewer.today, viewer.priority)
    found = list_cases(session, wanted, order, after.number if after else None, limit)
    numbers = [line.number for line in found.lines]
    cases = {one.id: one for one in session.execute(select(Case).where(col(Case.id).in_(numbers))).scalars()}
    seen = session.execute(
        select(col(Event.case_id), func.max(col(Event.seq))).where(col(Event.case_id).in_(numbers)).group_by("case_id")
    )
    last = {number: seq for number, seq in seen}
    shown = tuple(_line(one, cases[one.number], last.get(one.number, 0), viewer) for one in found.lines)
    return Page(shown, found.next_after is not None)


def count(session: Session, wanted: Wanted, viewer: Viewer) -> int:
    """Return how many cases match."""
    return list_cases(session, _filter(wanted, viewer), Ordering(viewer.today, viewer.priority), None, 1).total


def _filter(wanted: Wanted, viewer: Viewer) -> CaseFilter:
    found = CaseFilter(named=wanted.query or None)
    match wanted.view.name:
        case "flagged":
            return replace(found, stage="flagged")
        case "mine":
            return replace(found, assigned_to=viewer.login)
        case queue:
            return replace(found, queue=queue, stage="confirmed")


def _line(one: CaseLine, file: Case, seen: int, viewer: Viewer) -> Line:
    return Line(
        number=one.number,
        stage=one.stage,
        queue=one.queue,
        track=one.track,
        severity=one.severity,
        score=one.score,
        party=None if one.party is None else mask_party_name(one.party, one.party_kind, viewer.vocabulary),
        region=one.province,
        rules=one.rules,
        findings=one.findings,
        people=file.people,
        rupiah=file.rupiah,
        due=file.overdue_since,
        assigned_to=one.assigned_to,
        hidden=file.snoozed_until is not None and file.snoozed_until >= viewer.today,
        seen=seen,
    )
