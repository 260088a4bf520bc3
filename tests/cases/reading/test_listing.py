from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from cases import listing
from cases.listing import SORTS, CaseFilter, Ordering, QueueCount, last_scan, list_cases, queue_counts
from rules.errors import UsageError
from rules.priority import NO_PRIORITY, Band, Part

FileCase = Callable[..., int]
DAY = date(2026, 11, 20)
SITE = {"rule": "JAKON-01", "subject_key": "tender-1"}
PARTLY = {"rule": "PDS-TK-01"}


@pytest.fixture
def filler(filler_of_either: Any) -> Any:
    """On both kinds of store: what is asked here is SQL."""
    return filler_of_either


SCORES = replace(NO_PRIORITY, overdue=Part({}, (Band(1, 5), Band(30, 20))))
"""Days overdue alone have points here; the others are in the cases as a scan left them."""


def scores(session: Session, day: date, by: str = SORTS[0]) -> list[tuple[int, int | None]]:
    return [(line.number, line.score) for line in list_cases(session, CaseFilter(), Ordering(day, SCORES, by)).lines]


def test_the_highest_score_comes_first_then_the_severest_then_the_newest_and_what_is_closed_last(
    file_case: FileCase, session: Session
) -> None:
    closed = file_case([PARTLY], stage="resolved", priority=90, severity=4)
    old = file_case([{**SITE, "subject_key": "tender-2"}], priority=20, opened_on=date(2026, 10, 1))
    new = file_case([{**SITE, "subject_key": "tender-3"}], priority=20, opened_on=date(2026, 11, 2))
    grave = file_case([{**SITE, "subject_key": "tender-4"}], priority=20, severity=4, opened_on=date(2026, 9, 1))
    ended = file_case([{**SITE, "below": True}], priority=-15)
    late = file_case([{**PARTLY, "subject_key": "W2"}], priority=10, overdue_since=DAY - timedelta(days=29))
    first = [(grave, 20), (new, 20), (old, 20), (late, 15), (ended, -15), (closed, None)]
    assert scores(session, DAY) == first
    assert scores(session, DAY + timedelta(days=1)) == [(late, 30), *first[:3], *first[4:]], (
        "a day later, nothing written"
    )
    assert [number for number, _ in scores(session, DAY, "severity")] == [grave, closed, new, old, late, ended]
    assert [line.below for line in list_cases(session, CaseFilter(), Ordering(DAY)).lines].count(True) == 1


@pytest.mark.parametrize("few", [1000, 3], ids=["sorted", "walked"])
@pytest.mark.parametrize(("rule", "by"), [(None, "priority"), ("PDS-TK-01", "severity")])
def test_pages_join_without_gap_or_overlap(
    file_case: FileCase, session: Session, monkeypatch: pytest.MonkeyPatch, few: int, rule: str | None, by: str
) -> None:  # fmt: skip
    monkeypatch.setattr(listing, "FEW", few)
    wanted = CaseFilter(rule=rule)
    cases = [
        file_case(
            [{**PARTLY, "subject_key": f"W{index}"}],
            priority=10 * (index % 3) - 15 * (index % 2),
            severity=1 + index % 2,
            overdue_since=DAY - timedelta(days=index) if index % 5 == 0 else None,
            opened_on=date(2026, 11, 1 + index % 4),
        )
        for index in range(23)
    ]
    points = [10 * (i % 3) - 15 * (i % 2) + (5 if i % 5 == 0 and i else 0) for i in range(23)]
    standing = [10 * (i % 3) - 15 * (i % 2) for i in range(23)]
    first = [(-points[i], -(i % 2)) if by == "priority" else (-(i % 2), -points[i]) for i in range(23)]
    order = sorted(range(23), key=lambda i: (*first[i], -standing[i], -(i % 4), -i))
    whole = [cases[index] for index in order]
    seen: list[int] = []
    after = None
    while True:
        page = list_cases(session, wanted, Ordering(DAY, SCORES, by), after=after, limit=5)
        seen += [line.number for line in page.lines]
        after = page.next_after
        assert page.total == 23
        if after is None:
            break
    assert seen == whole
    assert len(set(seen)) == 23


@pytest.mark.parametrize("make_store", ["sqlite"], indirect=True)
def test_a_page_of_many_cases_sorts_none_of_them(
    file_case: FileCase, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FEW", 0)
    file_case([PARTLY], severity=4)
    connection = session.connection()
    asked: list[tuple[str, tuple[object, ...]]] = []

    def noted(_connection: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", noted)
    list_cases(session, CaseFilter(queue="disnaker", rule="PDS-TK-01", region="19", named="t"), Ordering(DAY))
    event.remove(connection, "before_cursor_execute", noted)
    pages = [(statement, parameters) for statement, parameters in asked if "ORDER BY" in statement]
    assert len(pages) == 1
    plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {pages[0][0]}", pages[0][1])]
    assert any("USING INDEX ix_case_file_priority_opened_on (priority=?" in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


@pytest.mark.parametrize("few", [1000, 0], ids=["sorted", "walked"])
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(), 5),
        (CaseFilter(queue="kejaksaan"), 1),
        (CaseFilter(stage="confirmed"), 1),
        (CaseFilter(rule="JAKON-01"), 2),
        (CaseFilter(region="19.71"), 3),
        (CaseFilter(region="19.7"), 0),
        (CaseFilter(region="19"), 5),
        (CaseFilter(region="19.04"), 1),
        (CaseFilter(named="timah"), 4),
        (CaseFilter(named="%"), 0),
        (CaseFilter(hidden=True), 6),
        (CaseFilter(queue="disnaker", rule="PDS-TK-01"), 2),
    ],
)
def test_each_filter_narrows(
    file_case: FileCase, session: Session, monkeypatch: pytest.MonkeyPatch, few: int, wanted: CaseFilter, found: int
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    file_case([PARTLY])
    file_case([{**PARTLY, "subject_key": "W2"}], queue="kejaksaan", stage="confirmed")
    file_case([{**SITE, "region": "19.71.01"}], name=None)
    file_case([{**SITE, "subject_key": "tender-2", "region": "19.04"}])
    file_case([{**PARTLY, "subject_key": "W3", "region": None}])
    file_case([{**PARTLY, "subject_key": "W4"}], snoozed_until=DAY)
    page = list_cases(session, wanted, Ordering(DAY))
    assert (len(page.lines), page.total) == (found, found)


def test_a_finding_that_is_resolved_is_no_reason_to_be_listed_under_its_rule(
    file_case: FileCase, session: Session
) -> None:
    number = file_case([PARTLY, {**SITE, "state": "resolved"}])
    line = list_cases(session, CaseFilter(), Ordering(DAY)).lines[0]
    assert (line.number, line.rules, line.findings) == (number, ("PDS-TK-01",), 1)
    assert list_cases(session, CaseFilter(rule="JAKON-01"), Ordering(DAY)).total == 0


def test_a_stage_that_cannot_be_is_refused_with_the_nearest(session: Session) -> None:
    with pytest.raises(UsageError, match=r"(?s)no stage 'confirm'.*did you mean 'confirmed'\?"):
        list_cases(session, CaseFilter(stage="confirm"), Ordering(DAY))


def test_a_page_after_no_case_is_refused(session: Session) -> None:
    with pytest.raises(UsageError, match=r"(?s)no case 99 to go on after.*the page before named"):
        list_cases(session, CaseFilter(), Ordering(DAY), after=99)


def test_queues_are_counted_by_stage_and_a_persons_choice_wins(file_case: FileCase, session: Session) -> None:
    file_case([PARTLY])
    file_case([{**PARTLY, "subject_key": "W2"}], stage="confirmed")
    assert queue_counts(session) == (QueueCount("disnaker", "confirmed", 1), QueueCount("disnaker", "flagged", 1))


def test_the_last_scan_is_the_newest_completed(session: Session) -> None:
    found = last_scan(session)
    assert found is not None
    assert (found.run_id, found.as_of) == ("run-1", date(2026, 11, 1))
