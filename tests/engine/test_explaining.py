"""What is kept between explanations changes none of them: each is held to the one that keeps nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.detect import Work
from engine.explain import explain_each
from engine.explaining import Explaining
from rules.errors import FaultsError
from rules.load import load_rule_book
from rules.model import RuleBook
from rules.working_days import shipped_calendar

DAY = date(2026, 6, 30)


@pytest.fixture
def explaining() -> Iterator[Explaining]:
    made = Explaining()
    yield made
    made.close()


@pytest.fixture(scope="module")
def shipped() -> Work:
    book, faults = load_rule_book()
    assert not faults
    return Work(book, tuple(sorted(book.rules)), DAY, shipped_calendar()[0], {}, Path("unused"))


def given_of(work: Work, rule: str) -> list[Mapping[str, object]]:
    """The subjects of the rule's own examples, as evidence keeps them."""
    fact = work.book.vocabulary.facts[work.book.rules[rule].subject]
    subjects = [one.subject for one in work.book.rules[rule].examples]
    return [{name: value for name, value in one.items() if name in fact.fields} for one in subjects]


def test_every_shipped_rule_is_explained_as_by_one_that_keeps_nothing(explaining: Explaining, shipped: Work) -> None:
    told = 0
    for rule in shipped.rules:
        evidence = given_of(shipped, rule)
        each = explain_each(shipped, rule, evidence)
        for turn in (1, 2):  # what was kept answers the second time
            assert explaining(shipped, rule, evidence) == each, (turn, rule)
            told += len(evidence)
    assert told > 2 * len(shipped.rules)


def test_another_day_or_another_book_is_not_answered_by_what_was_kept(
    book: Callable[..., RuleBook], draft: Any, work: Callable[..., Work], explaining: Explaining
) -> None:
    made = work(book(draft(when=["working_days_after(opened_on, :days) < evaluation_date()"])))
    evidence = [{"opened_on": "2026-02-02"}]
    assert explaining(made, "X-01", evidence)[0].lines[0].outcome == "TRUE"
    earlier = replace(made, evaluation_date=date(2026, 2, 3))
    assert explaining(earlier, "X-01", evidence)[0].lines[0].outcome == "FALSE"
    assert explaining(made, "X-01", evidence)[0].lines[0].outcome == "TRUE"
    other = work(book(draft(when=["workers > 7"])))
    assert explaining(other, "X-01", [{"workers": 8}, {"workers": 7}, {}]) == explain_each(
        other, "X-01", [{"workers": 8}, {"workers": 7}, {}]
    )


def test_a_rule_that_no_longer_compiles_says_its_fault(
    book: Callable[..., RuleBook], draft: Any, work: Callable[..., Work], explaining: Explaining
) -> None:
    with pytest.raises(FaultsError, match="no_such_field"):
        explaining(work(book(draft(when=["no_such_field > 1"]))), "X-01", [{}])
