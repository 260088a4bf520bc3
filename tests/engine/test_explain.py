"""A finding explained from its own evidence."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.detect import Work
from engine.explain import explain
from rules.load import load_rule_book
from rules.model import RuleBook
from rules.working_days import shipped_calendar


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


def test_whom_a_value_is_for_is_read_of_the_subject_and_shown() -> None:
    made, faults = load_rule_book()
    assert faults == ()
    work = Work(made, ("PDS-UPAH-02",), date(2026, 6, 30), shipped_calendar()[0], {}, Path("unused"))
    evidence = {
        "employer_kind": "private",
        "business_scale": "besar",
        "full_month": True,
        "full_time": True,
        "region": "19.71",
        "wage_month": "2026-05-01",
        "reported_wage": "4000000.00",
    }
    found = explain(work, "PDS-UPAH-02", evidence)
    (line,) = (line for line in found.lines if line.part == "when 1")
    assert line.values == {"reported_wage": Decimal("4000000.00"), "region": "19.71"}
    assert line.parameters == {"minimum_wage": 4035000}
