"""A finding explained from its own evidence."""

from collections.abc import Callable
from datetime import date
from typing import Any

from engine.detect import Work
from engine.explain import explain
from rules.model import RuleBook


def test_each_line_stands_with_its_values_and_the_parameters_in_force(
    book: Callable[..., RuleBook], draft: Any, work: Callable[..., Work]
) -> None:
    made = book(
        draft(
            scope=["kind = 'private'"],
            let={"missing": "workers - listed"},
            when=["missing > :limit", "working_days_after(opened_on, :days) < evaluation_date()"],
            marks={"ended": "opened_on < evaluation_date()"},
        )
    )
    evidence = {"kind": "private", "workers": 100, "listed": 50, "opened_on": "2026-02-02"}
    found = explain(work(made), "X-01", evidence, shown=lambda value: f"<{value}>")
    assert [(line.part, line.outcome) for line in found.lines] == [
        ("scope 1", "TRUE"),
        ("when 1", "TRUE"),
        ("when 2", "TRUE"),
    ]
    assert found.lines[1].values == {"workers": 100, "listed": 50}
    assert found.lines[1].parameters == {"limit": 10}
    assert found.lines[2].values == {"opened_on": date(2026, 2, 2)}
    assert found.values["missing"] == 50
    assert found.marks == ("ended",)
    assert found.said == {"id": "<100> pekerja", "en": "<100> workers, <50>"}


def test_an_explanation_on_another_day_follows_that_day(
    book: Callable[..., RuleBook], draft: Any, work: Callable[..., Work]
) -> None:
    made = book(draft(when=["working_days_after(opened_on, :days) < evaluation_date()"]))
    found = explain(work(made, date(2026, 2, 3)), "X-01", {"opened_on": "2026-02-02"})
    assert found.lines[0].outcome == "FALSE"
    assert found.said["id"] == "- pekerja"
