"""The queues and the list of cases: filtered, most urgent first, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from sqlalchemy import ColumnElement, Integer, RowMapping, Select, and_, cast, false, func, or_, select, true
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlmodel import Session, col

from cases.store.models import LIVE_STATES, STAGES, Case, Finding, Party, Scan
from rules.errors import Message, UsageError


@dataclass(frozen=True)
class CaseFilter:
    """Which cases; None does not narrow. `queue` is where a case is headed, a person's choice before the proposal.

    `region` is a Kemendagri code of any level: the case has a live finding there or below, or is of that province.
    `rule`: the case has a live finding of it. `hidden`: snoozed cases too. `named`: a part of the party's name.
    """

    queue: str | None = None
    stage: str | None = None
    region: str | None = None
    rule: str | None = None
    named: str | None = None
    hidden: bool = False


@dataclass(frozen=True)
class CaseLine:
    """One case in a list. `severity` 1 to 4; `below`: everything that is open in it ranks below others.

    `party` is None where the registers said no name; `rules` are those of its live findings.
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


@dataclass(frozen=True)
class CasePage:
    """Some lines of a list of `total` cases. `next_after` None: this was the last page."""

    lines: tuple[CaseLine, ...]
    total: int
    next_after: int | None
    wanted: CaseFilter


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


def list_cases(
    session: Session, wanted: CaseFilter, today: date, after: int | None = None, limit: int = 50
) -> CasePage:
    """Return up to `limit` cases: highest severity first, those that rank below last within it, then the newest.

    `after` is the number of the last case of the page before. Raises UsageError for a stage that there is not, and for
    an `after` that is no case.
    """
    check_stage(wanted.stage)
    chosen = _chosen(wanted, today)
    total = session.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    ranked = chosen.add_columns(_below().label("below")).subquery()
    page = select(ranked)
    if after is not None:
        page = page.where(_comes_after(session, after, ranked.c))
    page = page.order_by(
        ranked.c.severity.desc(), ranked.c.below, ranked.c.opened_on.desc(), ranked.c.number.desc()
    ).limit(limit + 1)
    rows = session.execute(page).mappings().all()
    lines = _lines(session, rows[:limit])
    return CasePage(lines, total, lines[-1].number if len(rows) > limit else None, wanted)


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


def _below() -> ColumnElement[int]:
    """1 when the case has live findings and all of them rank below others."""
    lowest = (
        select(func.min(cast(col(Finding.below), Integer)))
        .where(col(Finding.case_id) == col(Case.id), col(Finding.state).in_(LIVE_STATES))
        .scalar_subquery()
    )
    return func.coalesce(lowest, 0)


def _has(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """The case has a live finding of this kind; asked once for all cases."""
    found = select(col(Finding.case_id)).where(
        col(Finding.case_id).is_not(None), col(Finding.state).in_(LIVE_STATES), *wanted
    )
    return col(Case.id).in_(found)


def _chosen(wanted: CaseFilter, today: date) -> Select[*tuple[Any, ...]]:
    queue = headed_for()
    chosen: Select[*tuple[Any, ...]] = select(
        col(Case.id).label("number"),
        col(Case.stage),
        queue.label("queue"),
        col(Case.purpose),
        col(Case.severity),
        col(Case.track),
        col(Party.name).label("party"),
        col(Party.kind).label("party_kind"),
        col(Case.province),
        col(Case.opened_on),
    ).join(Party, col(Party.id) == col(Case.party_id))
    if wanted.queue is not None:
        chosen = chosen.where(queue == wanted.queue)
    if wanted.stage is not None:
        chosen = chosen.where(col(Case.stage) == wanted.stage)
    if wanted.rule is not None:
        chosen = chosen.where(_has(col(Finding.rule) == wanted.rule))
    if wanted.named is not None:
        chosen = chosen.where(col(Party.name).icontains(wanted.named, autoescape=True))
    if wanted.region is not None:
        chosen = chosen.where(_in_region(wanted.region))
    if not wanted.hidden:
        chosen = chosen.where(or_(col(Case.snoozed_until).is_(None), col(Case.snoozed_until) < today))
    return chosen


def _in_region(region: str) -> ColumnElement[bool]:
    there = or_(col(Finding.region) == region, col(Finding.region).startswith(f"{region}.", autoescape=True))
    return or_(col(Case.province) == region, _has(there))


def _comes_after(session: Session, after: int, columns: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[bool]:
    place = session.execute(
        select(col(Case.severity), _below(), col(Case.opened_on)).where(col(Case.id) == after)
    ).first()
    if place is None:
        raise UsageError(
            Message("there is no case {after} to go on after", after=after),
            Message("a page has to begin where the last one ended"),
            Message("take the number that the page before named at its end"),
        )
    severity, below, opened_on = place
    result: ColumnElement[bool] = false()
    tied: ColumnElement[bool] = true()
    for column, value, falling in (
        ("severity", severity, True),
        ("below", below, False),
        ("opened_on", opened_on, True),
        ("number", after, True),
    ):
        mine: ColumnElement[Any] = columns[column]
        result = or_(result, and_(tied, mine < value if falling else mine > value))
        tied = and_(tied, mine == value)
    return result


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
    )
