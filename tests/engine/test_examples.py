"""The examples in the rule files: all hold, and one that does not is a fault at its own place."""

from dataclasses import replace

import pytest

from engine.conditions import check
from engine.examples import check_examples
from rules.load import load_rule_book
from rules.model import Example, Outcome, Rule, RuleBook
from rules.working_days import WorkingCalendar, shipped_calendar

BOOK, FAULTS = load_rule_book()
CALENDAR: WorkingCalendar = shipped_calendar()[0]


def with_rule(rule: Rule) -> RuleBook:
    return replace(BOOK, rules={rule.id: rule})


def changed(rule: Rule, number: int, example: Example) -> RuleBook:
    examples = (*rule.examples[:number], example, *rule.examples[number + 1 :])
    return with_rule(replace(rule, examples=examples))


def test_every_shipped_rule_does_what_its_examples_promise() -> None:
    assert FAULTS == ()
    assert check(BOOK) == ()
    assert check_examples(BOOK, CALENDAR) == ()


@pytest.mark.parametrize("name", sorted(BOOK.rules))
def test_each_rule_shows_every_outcome_that_it_can_have(name: str) -> None:
    rule = BOOK.rules[name]
    shown = {example.expect for example in rule.examples}
    wanted = {"violation", "pass", "unknown"} | ({"not_applicable"} if rule.scope else set())
    assert wanted <= shown


@pytest.mark.parametrize("name", sorted(BOOK.rules))
def test_an_example_that_promises_otherwise_is_a_fault_at_its_place(name: str) -> None:
    rule = BOOK.rules[name]
    number = next(n for n, example in enumerate(rule.examples) if example.expect == "violation")
    wrong: Outcome = "pass"
    (fault,) = check_examples(changed(rule, number, replace(rule.examples[number], expect=wrong)), CALENDAR)
    assert fault.code == "example-contradicts"
    assert fault.location == rule.examples[number].location
    assert f"of {name} is violation, not pass as of {rule.examples[number].today.isoformat()}" in fault.what
    assert "the rule does not do what its own example promises" in fault.why


def test_a_wrong_severity_is_a_fault_too() -> None:
    rule = BOOK.rules["JAKON-01"]
    number = next(n for n, example in enumerate(rule.examples) if example.expect == "violation")
    (fault,) = check_examples(changed(rule, number, replace(rule.examples[number], severity="low")), CALENDAR)
    assert "has severity high, not low" in fault.what


def test_days_off_of_a_parameter_that_there_is_not_are_a_fault() -> None:
    rule = BOOK.rules["JAKON-01"]
    wrong = replace(rule.examples[0], off={"project_registration_day": ("libur_nasional",)})
    (fault,) = check_examples(changed(rule, 0, wrong), CALENDAR)
    assert (fault.location, fault.code) == (wrong.location, "condition-unknown-parameter")
    assert "sets days off for 'project_registration_day', which is no parameter" in fault.what
    assert "it would show nothing of what an office may set" in fault.why
    assert "did you mean 'project_registration_days'?" in fault.remedy
