"""The lines of a page: what of each case a list shows, covered, read for the few cases of one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from cases.caseload.line import Line
from cases.caseload.matching import LIVE
from cases.masking import covered_kinds, mask_person_name
from rules.model import Vocabulary
from rules.priority import Priority


@dataclass(frozen=True)
class Viewer:
    """Who looks, on which day, by which points, and what of a name is covered."""

    login: str
    today: date
    priority: Priority
    vocabulary: Vocabulary


_CASES = """SELECT c.id, c.stage, coalesce(c.confirmed_queue, c.queue), c.track, c.severity, c.priority, p.name, p.kind,
    c.province, c.people, c.rupiah, c.overdue_since, c.assigned_to, c.snoozed_until, c.findings
    FROM case_file c JOIN party p ON p.id = c.party_id WHERE c.id IN ({numbers})"""
_FINDINGS = f"""SELECT f.case_id, f.rule, f.region, count(*) FROM finding f WHERE {LIVE} AND f.case_id IN ({{numbers}})
    GROUP BY f.case_id, f.rule, f.region"""
_SEEN = "SELECT case_id, max(seq) FROM event WHERE case_id IN ({numbers}) GROUP BY case_id"


@dataclass
class _Found:
    """What is live in a case: its rules, and where."""

    rules: set[str]
    regions: set[str]


def lines_of(session: Session, numbers: Sequence[int], viewer: Viewer) -> list[Line]:
    """Return the lines of these cases, in this order; whoever asks has seen to it that all of them may be shown."""
    if not numbers:
        return []
    found: dict[int, _Found] = {}
    for number, rule, region, _ in _asked(session, _FINDINGS, numbers):
        one = found.setdefault(number, _Found(set(), set()))
        one.rules.add(rule)
        if region:
            one.regions.add(region)
    seen: Mapping[int, int] = {number: seq for number, seq in _asked(session, _SEEN, numbers)}
    rows = {row[0]: row for row in _asked(session, _CASES, numbers)}
    covered = covered_kinds(viewer.vocabulary)
    return [
        _line(rows[number], found.get(number, _Found(set(), set())), (seen.get(number, 0), covered), viewer)
        for number in numbers
        if number in rows
    ]


def _asked(session: Session, sql: str, numbers: Sequence[int]) -> Sequence[Any]:
    which = ", ".join(str(int(number)) for number in numbers)
    return session.connection().execute(text(sql.format(numbers=which))).all()


def _line(row: Any, found: _Found, more: tuple[int, frozenset[str]], viewer: Viewer) -> Line:  # noqa: ANN401
    number, stage, queue, track, severity, priority, name, kind, province, people, rupiah, due, to, until, count = row
    overdue = _day(due)
    days = None if overdue is None else max((viewer.today - overdue).days, 0)
    asleep = _day(until)
    return Line(
        number=number,
        stage=stage,
        queue=queue,
        track=track,
        severity=severity,
        score=priority + viewer.priority.overdue.points(days),
        party=mask_person_name(name) if name is not None and kind in more[1] else name,
        region=common_region(found.regions) or province,
        rules=tuple(sorted(found.rules)),
        findings=count,
        people=people,
        rupiah=rupiah,
        due=overdue,
        assigned_to=to,
        hidden=asleep is not None and asleep >= viewer.today,
        seen=more[0],
    )


def common_region(regions: set[str]) -> str:
    """Return the finest region that holds all of these; '' where they have none in common."""
    shared: list[str] = []
    for level in zip(*(region.split(".") for region in regions), strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return ".".join(shared)


def _day(value: date | str | None) -> date | None:
    """A day as either kind of store gives it to a query of one's own."""
    return date.fromisoformat(value) if isinstance(value, str) else value
