"""Conditions that come to the same whatever registers say: each is refused at its place; honest ones are not."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.always import check_always
from rules.load import load_rule_book
from rules.model import RuleBook

Book = Callable[..., RuleBook]

NEVER = [
    "workers > 5 and workers < 3",
    "workers > 5 and workers < 6",
    "workers > :limit and workers <= :limit",
    "workers > listed and listed >= workers",
    "kind = 'private' and kind = 'state'",
    "kind not in ('private', 'state')",
    "paid and not paid",
    "number is null and number = 'A'",
    "1 = 2",
    "opened_on < date '2020-01-01' and opened_on > date '2020-01-01'",
    "opened_on > evaluation_date() and opened_on = evaluation_date()",
    "workers - listed > 3 and workers - listed < 1",
    "workers in (1, 2) and not workers between 0 and 5",
    "2 > :limit",
]
ALWAYS = ["1 = 1", "kind in ('private', 'state')", "workers >= 3 or workers < 4", "paid or not paid", ":limit >= 5"]
HONEST = [
    "workers > 5 and workers < 7",
    "workers > 5 or workers < 3",
    "wage > 5 and wage < 6",
    "workers > :limit and listed < :limit",
    "workers > listed and listed > 0",
    "number is null or number = 'A'",
    "any_of(people, wage > 3) and not any_of(people, wage > 4)",
    "starts_with(fund, 'A') and fund = 'B'",
    ":limit > 5 or workers > 3",
    "workers > 9 and :limit < 9",
]


@pytest.mark.parametrize("text", NEVER)
def test_a_condition_that_nobody_fulfils_is_refused(book: Book, draft: Any, text: str) -> None:
    remarks = check_always(book(draft(when=[text])))
    (fault,) = remarks.faults
    assert remarks.warnings == ()
    assert fault.code == "condition-never-true"
    assert str(fault.location) == "rules/packs/x/X-01.yaml:10:7"
    assert fault.what == f"'{text}' is never TRUE, whatever registers say"
    assert fault.why == "a rule with it finds nobody, and would look like a rule that everybody keeps"
    assert fault.remedy == "mend the condition, or take it out"


@pytest.mark.parametrize("text", ALWAYS)
def test_a_condition_that_nobody_fails_is_refused(book: Book, draft: Any, text: str) -> None:
    (fault,) = check_always(book(draft(scope=[text], when=["workers > 1"]))).faults
    assert fault.code == "condition-always-true"
    assert fault.what == f"'{text}' is never FALSE, whatever registers say"
    assert fault.why == "it tells no two subjects apart, so it is not what its writer meant"
    assert "what must be known to judge at all belongs under 'needs'" in fault.remedy


@pytest.mark.parametrize("text", HONEST)
def test_a_condition_that_some_fulfil_and_some_do_not_is_left_alone(book: Book, draft: Any, text: str) -> None:
    assert check_always(book(draft(when=[text]))) == check_always(book())


def test_what_must_be_known_may_be_never_false(book: Book, draft: Any) -> None:
    assert check_always(book(draft(needs=["workers >= 3 or workers < 4"], when=["paid"]))).faults == ()
    assert check_always(book(draft(needs=["3 > 1"], when=["paid"]))).faults[0].code == "condition-always-true"


def test_lines_that_contradict_each_other_are_refused_at_the_lower_one(book: Book, draft: Any) -> None:
    (fault,) = check_always(book(draft(scope=["workers < 3"], when=["paid", "workers > 5"]))).faults
    assert fault.code == "condition-contradiction"
    assert fault.what == "'workers > 5' is never TRUE where the conditions above it are"
    assert fault.why == "the rule finds nobody, and would look like a rule that everybody keeps"
    assert fault.remedy == "mend one of the conditions that contradict each other"


def test_a_step_and_a_mark_that_no_finding_can_have_are_refused(book: Book, draft: Any) -> None:
    made = book(
        draft(
            when=["workers > 5"],
            severity=[("workers > 50", "high"), ("workers > 60", "critical"), (None, "low")],
            marks={"small": "workers < 5"},
        )
    )
    said = [fault.what for fault in check_always(made).faults]
    assert "the step 'workers > 60' is never taken: the rule's lines and the steps above exclude it" in said
    assert "the mark 'workers < 5' is never set: the rule's lines exclude it" in said
    assert len(said) == 2


def test_a_line_that_stands_twice_is_refused_with_the_place_of_the_first(book: Book, draft: Any) -> None:
    (fault,) = check_always(book(draft(scope=["workers > 3"], when=["paid", "workers > 3"]))).faults
    assert fault.code == "condition-twice"
    assert fault.what == "'workers > 3' stands in the rule a second time; first as scope 1"


def test_a_line_that_follows_from_those_above_is_only_a_warning(book: Book, draft: Any) -> None:
    remarks = check_always(book(draft(scope=["workers > 5"], when=["paid", "workers > 3"])))
    assert remarks.faults == ()
    (warning,) = remarks.warnings
    assert warning.code == "condition-implied"
    assert warning.what == "'workers > 3' is always TRUE where the conditions above it are"
    assert warning.remedy == "take it out, or keep it for the reader's sake"


def test_what_holds_on_some_days_of_the_law_only_is_not_claimed(book: Book, draft: Any) -> None:
    """The limit is 5, and 10 from 2026: 7 is above one and below the other."""
    assert check_always(book(draft(when=["7 > :limit"]))).faults == ()
    assert check_always(book(draft(when=["workers > :limit", "workers < 8"]))).faults == ()
    assert len(check_always(book(draft(when=["workers > :limit", "workers < 4"]))).faults) == 1


def test_the_shipped_rules_have_no_such_condition() -> None:
    remarks = check_always(load_rule_book()[0])
    assert remarks.faults == ()
    assert remarks.warnings == ()
