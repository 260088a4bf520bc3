"""The queues and the list of cases: filtered, most urgent first, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, RowMapping, Select, and_, cast, func, or_, select, true
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.points import CLOSED, days_points, standing_points
from cases.store.models import Case, Finding, Party, Scan
from cases.store.stages import LIVE_STAGES, LIVE_STATES, STAGES
from rules.errors import Message, UsageError
from rules.priority import NO_PRIORITY, Priority

NOBODY: Final = "nobody"
"""The word for no person: whose cases are listed, and to whom a case may be assigned."""
SORTS: Final = ("priority", "severity")
"""What a list of cases is sorted by: the score, or the severity and then the score."""
FEW: Final = 1000
"""So many cases are sorted for a page; more are walked through by an index until the page is full."""


@dataclass(frozen=True)
class CaseFilter:
    """Which cases; None does not narrow. `queue` is where a case is headed, a person's choice before the proposal.

    `region` is a Kemendagri code of any level: the case has a live finding there or below, or is of that province.
    `rule`: the case has a live finding of it. `hidden`: snoozed cases too. `named`: a part of the party's name.
    `assigned_to`: whose cases they are, a login or NOBODY.
    `stage` None leaves out what persons let be: dismissed cases are listed by their stage only.
    `numbers`: only these cases, where they match.
    """

    queue: str | None = None
    stage: str | None = None
    region: str | None = None
    rule: str | None = None
    named: str | None = None
    hidden: bool = False
    assigned_to: str | None = None
    numbers: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Ordering:
    """In what order cases are listed: `by` one of SORTS, with the points of `today`."""

    today: date
    priority: Priority = NO_PRIORITY
    by: str = SORTS[0]


@dataclass(frozen=True)
class CaseLine:
    """One case in a list. `severity` 1 to 4; `below`: everything that is open in it ranks below others.

    `party` is None where the registers said no name; `rules` are those of its live findings. `assigned_to`: a login.
    `score`: its points today; None: it is closed.
    """

    number: int
    stage: str
    queue: str
    purpose: str
    severity: int
    below: bool
    track: str
    party: str | None
    party_kind: str
    province: str
    opened_on: date
    rules: tuple[str, ...]
    findings: int
    assigned_to: str | None = None
    score: int | None = None


@dataclass(frozen=True)
class CasePage:
    """Some lines of a list of `total` cases, by `sort`. `next_after` None: this was the last page."""

    lines: tuple[CaseLine, ...]
    total: int
    next_after: int | None
    wanted: CaseFilter
    sort: str = "priority"


@dataclass(frozen=True)
class QueueCount:
    """How many cases of one stage are headed for a queue."""

    queue: str
    stage: str
    cases: int


@dataclass(frozen=True)
class LastScan:
    """The newest completed scan: its run and the day that it judged."""

    run_id: str
    as_of: date


def seen_when_confirmed() -> ColumnElement[bool]:
    """Return the condition, over Case and the Scan that put a Finding into it, that the confirming person saw it.

    A finding that a person moved to the case was not in it before.
    """
    moved = or_(col(Finding.moved_at).is_(None), col(Finding.moved_at) <= col(Case.confirmed_at))
    return and_(col(Scan.finished_at) <= col(Case.confirmed_at), moved)


def headed_for() -> ColumnElement[str]:
    """Return where a case is headed: what a person confirmed, else what routing proposed."""
    return func.coalesce(col(Case.confirmed_queue), col(Case.queue))


def last_scan(session: Session) -> LastScan | None:
    """Return the newest completed scan; None before the first."""
    found = session.execute(select(col(Scan.run_id), col(Scan.as_of)).order_by(col(Scan.id).desc()).limit(1)).first()
    return LastScan(found[0], found[1]) if found else None


def queue_counts(session: Session) -> tuple[QueueCount, ...]:
    """Count all cases by queue and stage."""
    queue = headed_for()
    found = session.execute(
        select(queue, col(Case.stage), func.count()).group_by(queue, col(Case.stage)).order_by(queue, col(Case.stage))
    )
    return tuple(QueueCount(*row) for row in found)


@dataclass(frozen=True, order=True)
class _Class:
    """Cases with the same points and severity: `standing` are the points of all but the days overdue."""

    standing: int
    days: int
    severity: int

    def key(self, order: Ordering) -> tuple[int, int, int]:
        """The order of classes."""
        score = self.standing + self.days
        first = (-score, -self.severity) if order.by == SORTS[0] else (-self.severity, -score)
        return *first, -self.standing


def list_cases(
    session: Session, wanted: CaseFilter, order: Ordering, after: int | None = None, limit: int = 50
) -> CasePage:
    """Return up to `limit` cases in this order, and of equal ones the newest first; closed ones come last.

    `after` is the number of the last case of the page before. Raises UsageError for a stage that there is not, and for
    an `after` that is no case.
    """
    permit(session, "list")
    check_stage(wanted.stage)
    place = None if after is None else _place(session, after, order)
    walk = _Walk(wanted, order, _counts(session, wanted, order))
    total = sum(walk.counts.values())
    rows = _sorted(session, walk, place)[: limit + 1] if total <= FEW else _walked(session, walk, place, limit + 1)
    lines = _lines(session, rows[:limit])
    return CasePage(lines, total, lines[-1].number if len(rows) > limit else None, wanted, order.by)


def check_stage(stage: str | None) -> None:
    """Raise UsageError when `stage` is none of the stages of a case."""
    if stage is not None and stage not in STAGES:
        near = get_close_matches(stage, STAGES, n=1)
        raise UsageError(
            Message("there is no stage '{stage}'", stage=stage),
            Message("a list of a stage that cannot be would look like an empty one"),
            Message("did you mean '{name}'?", name=near[0])
            if near
            else Message("choose one of {names}", names=", ".join(STAGES)),
        )


def all_below() -> ColumnElement[int]:
    """Return, over Case, 1 when the case has live findings and all of them rank below others."""
    lowest = (
        select(func.min(cast(col(Finding.below), Integer)))
        .where(col(Finding.case_id) == col(Case.id), col(Finding.state).in_(LIVE_STATES))
        .scalar_subquery()
    )
    return func.coalesce(lowest, 0)


def _cases(order: Ordering) -> Select[*tuple[Any, ...]]:
    """The cells of a line, its findings aside."""
    return select(
        *_keys(order),
        col(Case.id).label("number"),
        col(Case.stage),
        headed_for().label("queue"),
        col(Case.purpose),
        col(Case.track),
        col(Party.name).label("party"),
        col(Party.kind).label("party_kind"),
        col(Case.province),
        col(Case.opened_on),
        col(Case.assigned_to),
        all_below().label("below"),
    ).join(Party, col(Party.id) == col(Case.party_id))


def _matches(wanted: CaseFilter, today: date, *, each: bool) -> list[ColumnElement[bool]]:
    """What a case has to be. `each`: to be asked of one case after the other, until a page is full."""
    found: list[ColumnElement[bool]] = []
    if wanted.numbers is not None:
        found.append(col(Case.id).in_(wanted.numbers))
    if wanted.queue is not None:
        found.append(headed_for() == wanted.queue)
    found.append(col(Case.stage) == wanted.stage if wanted.stage is not None else col(Case.stage) != "dismissed")
    if wanted.rule is not None:
        found.append(_has(col(Finding.rule) == wanted.rule, each=each))
    if wanted.named is not None:
        named = col(Party.name).icontains(wanted.named, autoescape=True)
        found.append(select(Party).where(col(Party.id) == col(Case.party_id), named).correlate(Case).exists())
    if wanted.region is not None:
        found.append(in_region(wanted.region, each=each))
    if wanted.assigned_to is not None:
        nobody = wanted.assigned_to == NOBODY
        found.append(col(Case.assigned_to).is_(None) if nobody else col(Case.assigned_to) == wanted.assigned_to)
    if not wanted.hidden:
        found.append(or_(col(Case.snoozed_until).is_(None), col(Case.snoozed_until) < today))
    return found


def in_region(region: str, *, each: bool) -> ColumnElement[bool]:
    """Return the condition, over Case, that it lies in a region of any level, or that something was found there.

    `each`: to be asked of one case after the other.
    """
    there = or_(col(Finding.region) == region, col(Finding.region).startswith(f"{region}.", autoescape=True))
    return or_(col(Case.province) == region, _has(there, each=each))


def _has(wanted: ColumnElement[bool], *, each: bool) -> ColumnElement[bool]:
    """The case has a live finding of this kind."""
    live = col(Finding.state).in_(LIVE_STATES)
    if each:
        return select(Finding).where(col(Finding.case_id) == col(Case.id), live, wanted).correlate(Case).exists()
    return col(Case.id).in_(select(col(Finding.case_id)).where(col(Finding.case_id).is_not(None), live, wanted))


def _counts(session: Session, wanted: CaseFilter, order: Ordering) -> Mapping[_Class, int]:
    """Return how many cases match, class by class in the order of the list; in one pass over the cases."""
    keys = _keys(order)
    counted = select(*keys, func.count()).select_from(Case).where(*_matches(wanted, order.today, each=False))
    found = {_Class(*row[:3]): int(row[3]) for row in session.execute(counted.group_by(*keys))}
    return dict(sorted(found.items(), key=lambda one: one[0].key(order)))


def _keys(order: Ordering) -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[int]]:
    """What cases of one class have in common."""
    days = days_points(order.priority, order.today).label("days")
    return standing_points().label("standing"), days, col(Case.severity).label("severity")


@dataclass(frozen=True)
class _Place:
    """Where a case stands in the list."""

    of: _Class
    opened_on: date
    number: int

    def key(self, order: Ordering) -> tuple[int, ...]:
        """The order of the list: class by class, and within one the newest first."""
        return *self.of.key(order), -self.opened_on.toordinal(), -self.number


def _place(session: Session, after: int, order: Ordering) -> _Place:
    place = session.execute(select(*_keys(order), col(Case.opened_on)).where(col(Case.id) == after)).first()
    if place is None:
        raise UsageError(
            Message("there is no case {after} to go on after", after=after),
            Message("a page has to begin where the last one ended"),
            Message("take the number that the page before named at its end"),
        )
    standing, days, severity, opened_on = place
    return _Place(_Class(standing, days, severity), opened_on, after)


@dataclass(frozen=True)
class _Walk:
    """Which cases to walk through in which order, and how many match of each class."""

    wanted: CaseFilter
    order: Ordering
    counts: Mapping[_Class, int]


def _sorted(session: Session, walk: _Walk, place: _Place | None) -> Sequence[RowMapping]:
    """Return these few cases in the order of the list, from behind `place` on."""
    few = _cases(walk.order).where(*_matches(walk.wanted, walk.order.today, each=False))
    rows = session.execute(few.limit(sum(walk.counts.values()))).mappings().all()
    keyed = sorted(((_place_of(row).key(walk.order), row) for row in rows), key=lambda pair: pair[0])
    return [row for key, row in keyed if place is None or key > place.key(walk.order)]


def _place_of(row: RowMapping) -> _Place:
    return _Place(_Class(row["standing"], row["days"], row["severity"]), row["opened_on"], row["number"])


def _walked(session: Session, walk: _Walk, place: _Place | None, limit: int) -> Sequence[RowMapping]:
    """Return up to `limit` cases from behind `place` on.

    What the days add to the points is another thing each day, so no index has the order of the list; cases with the
    same other points, newest first, are one's. They are walked through, class by class, until the page is full.
    """
    rows: list[RowMapping] = []
    standing, days, severity = _keys(walk.order)
    for one, count in walk.counts.items():
        behind, at_most = _behind(place, one, walk.order), min(count, limit - len(rows))
        if at_most <= 0 or behind is None:
            continue
        live = standing == CLOSED if one.standing == CLOSED else _live_with(one.standing)
        page = _cases(walk.order).where(live, severity == one.severity, days == one.days, behind)
        page = page.where(*_matches(walk.wanted, walk.order.today, each=True))
        page = page.order_by(col(Case.opened_on).desc(), col(Case.id).desc()).limit(at_most)
        rows += session.execute(page).mappings().all()
    return rows


def _live_with(points: int) -> ColumnElement[bool]:
    """The points as they are kept, so that the index is found."""
    return and_(col(Case.priority) == points, col(Case.stage).in_(LIVE_STAGES))


def _behind(place: _Place | None, one: _Class, order: Ordering) -> ColumnElement[bool] | None:
    """Which cases of a class stand behind `place`; None: none of them."""
    if place is None or one.key(order) > place.of.key(order):
        return true()
    if one != place.of:
        return None
    opened_on, number = col(Case.opened_on), col(Case.id)
    older, same_day = opened_on < place.opened_on, and_(opened_on == place.opened_on, number < place.number)
    return and_(opened_on <= place.opened_on, or_(older, same_day))


def _lines(session: Session, rows: Sequence[RowMapping]) -> tuple[CaseLine, ...]:
    counted: dict[int, dict[str, int]] = {}
    found = session.execute(
        select(col(Finding.case_id), col(Finding.rule), func.count())
        .where(col(Finding.case_id).in_([row["number"] for row in rows]), col(Finding.state).in_(LIVE_STATES))
        .group_by(col(Finding.case_id), col(Finding.rule))
    )
    for number, rule, count in found:
        if number is not None:
            counted.setdefault(number, {})[rule] = count
    return tuple(_line(row, counted.get(row["number"], {})) for row in rows)


def _line(row: RowMapping, rules: Mapping[str, int]) -> CaseLine:
    return CaseLine(
        number=row["number"],
        stage=row["stage"],
        queue=row["queue"],
        purpose=row["purpose"],
        severity=row["severity"],
        below=bool(row["below"]),
        track=row["track"],
        party=row["party"],
        party_kind=row["party_kind"],
        province=row["province"],
        opened_on=row["opened_on"],
        rules=tuple(sorted(rules)),
        findings=sum(rules.values()),
        assigned_to=row["assigned_to"],
        score=None if row["standing"] == CLOSED else row["standing"] + row["days"],
    )
