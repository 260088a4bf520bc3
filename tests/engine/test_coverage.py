"""What examples show of each line: what is demanded, what is seen, and the example that would show the rest."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.coverage import Coverage, cover
from engine.probes import Missing
from rules.errors import Location
from rules.load import load_rule_book
from rules.model import Example, Outcome, RuleBook, SeverityName
from rules.working_days import WorkingCalendar, shipped_calendar

Book = Callable[..., RuleBook]
BOOK = load_rule_book()[0]
CALENDAR = shipped_calendar()[0]
DAY = date(2026, 11, 20)
Shown = tuple[Mapping[str, object], Outcome]


def with_examples(book: RuleBook, *shown: Shown, severity: SeverityName | None = None) -> RuleBook:
    examples = tuple(
        Example(f"example {number}", DAY, subject, expect, severity, Location("x.yaml", 30 + number, 7))
        for number, (subject, expect) in enumerate(shown, start=1)
    )
    return replace(book, rules={"X-01": replace(book.rules["X-01"], examples=examples)})


def gaps(one: Coverage) -> set[tuple[str, str]]:
    return {(gap.question.label, str(gap.outcome)) for gap in one.gaps}


def covered(book: RuleBook, calendar: WorkingCalendar) -> Coverage:
    (found,) = cover(book, calendar, ["X-01"])
    return found


def test_one_example_leaves_the_other_outcomes_of_each_line_to_be_shown(
    book: Book, draft: Any, calendar: WorkingCalendar
) -> None:
    made = book(draft(scope=["kind = 'private'"], when=["workers > 3"]))
    one = covered(with_examples(made, ({"kind": "private", "workers": 9}, "violation")), calendar)
    assert (one.demanded, one.seen, one.percent) == (6, 2, 33)
    assert gaps(one) == {("scope 1", "False"), ("scope 1", "None"), ("when 1", "False"), ("when 1", "None")}
    whole = with_examples(
        made,
        ({"kind": "private", "workers": 9}, "violation"),
        ({"kind": "state", "workers": 9}, "not_applicable"),
        ({"workers": 9}, "unknown"),
        ({"kind": "private", "workers": 3}, "pass"),
        ({"kind": "private"}, "unknown"),
    )
    one = covered(whole, calendar)
    assert (one.demanded, one.seen, one.percent, one.gaps) == (6, 6, 100, ())


def test_the_missing_example_is_one_that_the_rule_answers_so(book: Book, draft: Any, calendar: WorkingCalendar) -> None:
    made = book(draft(when=["workers > 3", "not paid"]))
    one = covered(with_examples(made, ({"workers": 9, "paid": False}, "violation")), calendar)
    wanted = {(gap.question.label, str(gap.outcome)): gap for gap in one.gaps}
    never_said = wanted["when 2", "None"]
    assert never_said.probe.like.name == "example 1"
    assert never_said.probe.changes == {"paid": Missing("not said")}
    assert wanted["when 2", "False"].probe.changes == {"paid": True}
    assert str(never_said.question.condition.text.location) == "rules/packs/x/X-01.yaml:10:7"
    # Each proposal, taken up as an example, closes its gap: none is beside the point.
    examples = list(with_examples(made, ({"workers": 9, "paid": False}, "violation")).rules["X-01"].examples)
    for number, gap in enumerate(one.gaps):
        fields = gap.probe.specimen().fields
        examples.append(Example(f"more {number}", DAY, fields, "pass", None, Location("x.yaml", 90 + number, 1)))
    fuller = replace(made, rules={"X-01": replace(made.rules["X-01"], examples=tuple(examples))})
    assert covered(fuller, calendar).percent == 100


def test_a_line_hidden_behind_another_that_is_false_is_not_seen(
    book: Book, draft: Any, calendar: WorkingCalendar
) -> None:
    made = book(draft(when=["workers > 3", "paid"]))
    one = covered(
        with_examples(
            made, ({"workers": 9, "paid": True}, "violation"), ({"workers": 1, "paid": False}, "pass"), ({}, "unknown")
        ),
        calendar,
    )
    assert gaps(one) == {(line, outcome) for line in ("when 1", "when 2") for outcome in ("False", "None")}


def test_null_is_not_demanded_where_an_earlier_line_has_proved_the_field(
    book: Book, draft: Any, calendar: WorkingCalendar
) -> None:
    made = book(draft(needs=["number is not null"], when=["number = 'A'"]))
    one = covered(
        with_examples(
            made,
            ({"number": "A"}, "violation"),
            ({"number": "B"}, "pass"),
            ({}, "unknown"),
            ({"_unknown": ("number",)}, "unknown"),
        ),
        calendar,
    )
    assert (one.demanded, one.gaps) == (5, ())


def test_both_ways_to_have_no_value_are_demanded_of_an_absence(
    book: Book, draft: Any, calendar: WorkingCalendar
) -> None:
    made = book(draft(when=["number is null"]))
    one = covered(with_examples(made, ({}, "violation")), calendar)
    assert gaps(one) == {("when 1", "False"), ("when 1", "None")}
    not_said = next(gap for gap in one.gaps if gap.outcome is None)
    assert not_said.probe.changes == {"number": Missing("not said")}


def test_two_lines_of_which_one_follows_from_the_other_are_met_half_way(
    book: Book, draft: Any, calendar: WorkingCalendar
) -> None:
    """`workers > 3` never decides as FALSE while `workers > 5` is TRUE: it is enough that it is reached as FALSE."""
    made = book(draft(when=["workers > 5", "workers > 3"]))
    one = covered(
        with_examples(made, ({"workers": 9}, "violation"), ({"workers": 4}, "pass"), ({}, "unknown")), calendar
    )
    assert {(gap.question.label, str(gap.outcome), gap.decides) for gap in one.gaps} == {("when 2", "False", False)}


def test_steps_and_marks_count_for_violations_only_and_in_their_order(
    book: Book, draft: Any, calendar: WorkingCalendar
) -> None:
    made = book(
        draft(
            when=["paid"],
            severity=[("workers > 50", "high"), ("workers > 5", "medium"), (None, "low")],
            marks={"big": "wage > 3"},
        )
    )
    one = covered(
        with_examples(
            made,
            ({"paid": True, "workers": 60, "wage": 9}, "violation"),
            ({"paid": True, "workers": 9}, "violation"),
            ({"paid": False, "workers": 1, "wage": 1}, "pass"),
            ({}, "unknown"),
        ),
        calendar,
    )
    assert gaps(one) == {("severity 1", "None"), ("severity 2", "False"), ("severity 2", "None"), ("mark big", "False")}


def test_a_failing_example_is_counted_once_and_named(book: Book, draft: Any, calendar: WorkingCalendar) -> None:
    made = book(draft(when=["paid"]))
    one = covered(with_examples(made, ({"paid": True}, "pass"), ({"paid": False}, "pass")), calendar)
    assert (one.passed, len(one.failures)) == (1, 1)
    assert one.failures[0].what == "example 'example 1' of X-01 is violation, not pass as of 2026-11-20"
    assert one.failures[0].location.line == 31


def test_the_share_is_rounded_down(book: Book, draft: Any) -> None:
    rule = book(draft(when=["paid"])).rules["X-01"]
    gap: Any = object()
    assert Coverage(rule, (), 1000, (gap,)).percent == 99
    assert Coverage(rule, (), 1000, ()).percent == 100


@pytest.mark.parametrize("name", sorted(name for name, rule in BOOK.rules.items() if rule.status == "stable"))
def test_every_stable_rule_shows_all_that_its_lines_can_come_to(name: str) -> None:
    (one,) = cover(BOOK, CALENDAR, [name])
    assert one.failures == ()
    assert [(gap.question.label, gap.outcome, dict(gap.probe.changes)) for gap in one.gaps] == []


@pytest.mark.parametrize("name", ["PWBD-01", "KUM-01", "IUR-03", "JAKON-04", "DANA-01"])
def test_an_example_taken_out_is_missed_unless_another_shows_the_same(name: str) -> None:
    """Leave one outcome's examples out altogether: the line that made it so is then named as never seen so."""
    rule = BOOK.rules[name]
    for outcome in ("pass", "unknown"):
        kept = tuple(example for example in rule.examples if example.expect != outcome)
        (one,) = cover(replace(BOOK, rules={name: replace(rule, examples=kept)}), CALENDAR, [name])
        assert one.gaps, f"{name} without any {outcome} still shows everything"
