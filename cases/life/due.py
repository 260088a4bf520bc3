"""What is due and overdue: whose turn it is in each case that is under way, and until when."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.life.acts import Book
from cases.life.moves import MERGED, main_steps, record_of, step_of
from cases.life.record import counts_from
from cases.listing import headed_for, in_region
from cases.offices import serves
from cases.store.models import Case, CasePause, CaseStep, Decision, Finding, Referral
from cases.store.stages import LIVE_STAGES, LIVE_STATES
from rules.working_days import NATIONAL, SHARED_LEAVE, WorkingCalendar

DAYS_OFF: Final = (NATIONAL, SHARED_LEAVE)
NO_OFFICE: Final = "no_office"
"""What a confirmed case waits for that no office of the run file takes."""


@dataclass(frozen=True)
class Due:
    """One thing that is waited for. `turn`: employer, agency or office; `until` None: nothing says until when.

    `what`: receipt, deadline, overdue, pause, referral or no_office; `of` the step, purpose or queue that it is about,
    `following` the step that the last scan proposed ("none": none). `working_days` to `until`, below 0 since then.
    """

    case: int
    what: str
    of: str
    turn: str
    until: date | None
    working_days: int | None
    queue: str
    province: str
    following: str = "none"


@dataclass(frozen=True)
class DueFilter:
    """Which cases; None does not narrow. `region` as in a list of cases: a Kemendagri code of any level."""

    queue: str | None = None
    region: str | None = None


def due_list(
    session: Session, book: Book, calendar: WorkingCalendar, today: date, wanted: DueFilter
) -> tuple[Due, ...]:
    """Return what is due, the longest overdue first, what has no day last."""
    permit(session, "waiting")
    found = [*_steps(session, book, today), *_pauses(session), *_referrals(session), *_without_office(session, book)]
    there = _there(session, wanted.region) if wanted.region is not None else None
    counted = (
        _counted(one, calendar, today)
        for one in found
        if wanted.queue in (None, one.queue) and (there is None or one.case in there)
    )
    return tuple(sorted(counted, key=lambda one: (one.until is None, one.until or today, one.case, one.what, one.of)))


def working_days_between(calendar: WorkingCalendar, today: date, until: date) -> int:
    """Count the working days after the earlier day up to the later one; below 0 where `until` has passed."""
    first, last = min(today, until), max(today, until)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    count = sum(1 for day in days if calendar.is_working(day, DAYS_OFF))
    return count if until >= today else -count


def _counted(one: Due, calendar: WorkingCalendar, today: date) -> Due:
    if one.until is None:
        return one
    days = working_days_between(calendar, today, one.until)
    return Due(one.case, one.what, one.of, one.turn, one.until, days, one.queue, one.province, one.following)


def _there(session: Session, region: str) -> Collection[int]:
    """Return the live cases of a region."""
    lying = select(col(Case.id)).where(col(Case.stage).in_(LIVE_STAGES), in_region(region, each=False))
    return frozenset(session.execute(lying).scalars())


def _steps(session: Session, book: Book, today: date) -> Iterator[Due]:
    """The last step of the ladder that counts, of each live case that is not paused."""
    since = (
        select(func.min(counts_from()))
        .where(col(Finding.case_id) == col(Case.id), col(Finding.state).in_(LIVE_STATES))
        .scalar_subquery()
    )
    paused = select(col(CasePause.case_id)).where(col(CasePause.ended_on).is_(None))
    rows = session.execute(
        select(CaseStep, headed_for(), col(Case.province), col(Decision.step))
        .join(Case, col(Case.id) == col(CaseStep.case_id))
        .join(Decision, col(Decision.id) == col(Case.decision_id))
        .where(col(Case.stage).in_(LIVE_STAGES), col(CaseStep.dated) >= since, col(Case.id).not_in(paused))
        .order_by(col(CaseStep.id))
    )
    main = {step.id for step in main_steps(book.ladder)}
    last = {step.case_id: (step, queue, province, after) for step, queue, province, after in rows if step.step in main}
    for step, queue, province, after in last.values():
        known = step_of(book.ladder, step.step)
        if step.deadline is None:
            if step.received_on is None and record_of(book.ladder, step.step, "receipt") is not None:
                yield Due(step.case_id, "receipt", step.step, "agency", None, None, queue, province, after)
            continue
        passed = step.deadline < today
        binds = known.deadline.binds if known and known.deadline else "agency"
        turn = "agency" if passed else binds
        what = "overdue" if passed else "deadline"
        yield Due(step.case_id, what, step.step, turn, step.deadline, None, queue, province, after)


def _pauses(session: Session) -> Iterator[Due]:
    rows = session.execute(
        select(CasePause, headed_for(), col(Case.province))
        .join(Case, col(Case.id) == col(CasePause.case_id))
        .where(col(CasePause.ended_on).is_(None), col(Case.stage).in_(LIVE_STAGES))
    )
    for pause, queue, province in rows:
        yield Due(pause.case_id, "pause", "", "agency", pause.until, None, queue, province)


def _referrals(session: Session) -> Iterator[Due]:
    rows = session.execute(
        select(Referral, headed_for(), col(Case.province))
        .join(Case, col(Case.id) == col(Referral.case_id))
        .where(col(Referral.state) != "answered", col(Case.stage).in_((*LIVE_STAGES, MERGED)))
    )
    for referral, queue, province in rows:
        yield Due(referral.case_id, "referral", referral.purpose, "office", None, None, queue, province)


def _without_office(session: Session, book: Book) -> Iterator[Due]:
    """Confirmed cases that no office of the run file takes."""
    rows = session.execute(select(col(Case.id), headed_for(), col(Case.province)).where(col(Case.stage) == "confirmed"))
    for number, queue, province in rows:
        if not any(serves(office, queue, province) for office in book.offices):
            yield Due(number, NO_OFFICE, queue, "agency", None, None, queue, province)
