"""On which sides of a comparison's limit an example stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.coverage import Coverage, cover
from engine.limits import side_of
from rules.errors import Location
from rules.model import Example, RuleBook
from rules.working_days import WorkingCalendar

Book = Callable[..., RuleBook]
DAY = date(2026, 11, 20)
Subjects = Sequence[Mapping[str, object]]


def covered(book: RuleBook, calendar: WorkingCalendar, subjects: Subjects) -> Coverage:
    examples = tuple(
        Example(f"example {number}", DAY, subject, "violation", None, Location("x.yaml", 30 + number, 7))
        for number, subject in enumerate(subjects, start=1)
    )
    made = replace(book, rules={"X-01": replace(book.rules["X-01"], examples=examples)})
    (found,) = cover(made, calendar, ["X-01"])
    return found


def missing(one: Coverage) -> set[tuple[str, str]]:
    return {(gap.limit.text, gap.side) for gap in one.limit_gaps}


@pytest.mark.parametrize(
    ("text", "subject", "other", "gap"),
    [
        ("workers > :limit", {"workers": 11}, {"workers": 10}, ("workers > :limit", "at")),
        ("workers >= :limit", {"workers": 10}, {"workers": 9}, ("workers >= :limit", "below")),
        ("workers < 5", {"workers": 4}, {"workers": 5}, ("workers < 5", "at")),
        ("workers <= 5", {"workers": 5}, {"workers": 6}, ("workers <= 5", "above")),
        ("5 < workers", {"workers": 6}, {"workers": 5}, ("5 < workers", "at")),
        ("not (workers > 5)", {"workers": 5}, {"workers": 6}, ("workers > 5", "above")),
        (
            "workers - listed > 2",
            {"workers": 5, "listed": 2},
            {"workers": 4, "listed": 2},
            ("workers - listed > 2", "at"),
        ),
        ("wage >= 100", {"wage": Decimal(100)}, {"wage": Decimal("99.99")}, ("wage >= 100", "below")),
        (
            "opened_on < evaluation_date()",
            {"opened_on": date(2026, 11, 19)},
            {"opened_on": DAY},
            ("opened_on < evaluation_date()", "at"),
        ),
        (
            "days_between(opened_on, evaluation_date()) > 30",
            {"opened_on": date(2026, 10, 20)},
            {"opened_on": date(2026, 10, 21)},
            ("days_between(opened_on, evaluation_date()) > 30", "at"),
        ),
    ],
)
def test_both_sides_of_a_limit_are_counted(
    book: Book,
    draft: Any,
    calendar: WorkingCalendar,
    text: str,
    subject: Mapping[str, object],
    other: Mapping[str, object],
    gap: tuple[str, str],
) -> None:
    made = book(draft(when=[text]))
    one = covered(made, calendar, [subject])
    assert one.sides == 2
    assert missing(one) == {gap}
    (found,) = one.limit_gaps
    assert found.probe.like.name == "example 1"
    assert found.probe.changes
    assert missing(covered(made, calendar, [subject, other])) == set()
    assert missing(covered(made, calendar, [subject, found.probe.specimen().fields])) == set()


def test_between_has_two_limits_and_in_has_none(book: Book, draft: Any, calendar: WorkingCalendar) -> None:
    one = covered(
        book(draft(when=["workers between 3 and 8 and listed in (1, 2)"])), calendar, [{"workers": 5, "listed": 1}]
    )
    assert missing(one) == {
        ("workers >= 3", "below"),
        ("workers >= 3", "at"),
        ("workers <= 8", "at"),
        ("workers <= 8", "above"),
    }


@pytest.mark.parametrize(
    "text", ["ratio(workers, listed) > 0.5", "any_of(people, wage > 3)", "kind = 'private'", "paid"]
)
def test_what_has_no_next_value_has_no_limit(book: Book, draft: Any, calendar: WorkingCalendar, text: str) -> None:
    one = covered(book(draft(when=[text])), calendar, [{"workers": 5, "listed": 1, "kind": "private", "paid": True}])
    assert (one.sides, one.limit_gaps) == (0, ())


def test_a_limit_counts_only_where_its_line_is_reached(book: Book, draft: Any, calendar: WorkingCalendar) -> None:
    made = book(draft(scope=["kind = 'private'"], when=["workers > 5"]))
    one = covered(made, calendar, [{"kind": "private", "workers": 9}, {"kind": "state", "workers": 5}])
    assert missing(one) == {("workers > 5", "at"), ("workers > 5", "above")}


@pytest.mark.parametrize(
    ("distance", "side"),
    [(0.0, "at"), (1.0, "above"), (-1.0, "below"), (0.01, "above"), (-0.01, "below"), (1.01, None), (None, None)],
)
def test_a_step_or_less_is_beside_the_limit(distance: float | None, side: str | None) -> None:
    assert side_of(distance) == side
