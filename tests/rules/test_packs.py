"""The five rules: what each says about itself, and that its examples show every outcome and every boundary."""

from collections import Counter
from datetime import date

import pytest

from rules.load import load_rule_book
from rules.model import Rule, RuleBook

BOOK: RuleBook = load_rule_book()[0]
RULES = sorted(BOOK.rules.values(), key=lambda rule: rule.id)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_show_each_outcome_that_can_be(rule: Rule) -> None:
    outcomes = Counter(example.expect for example in rule.examples)
    assert {"violation", "pass", "unknown"} <= set(outcomes)
    assert bool(rule.scope) == ("not_applicable" in outcomes)
    steps = {step.severity for step in rule.severity}
    assert steps == {example.severity for example in rule.examples if example.expect == "violation"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_field_with_an_absence_is_tried_absent_and_unknown(rule: Rule) -> None:
    """Where NULL means known to be absent, an example says so and another says that nobody told."""
    fields = BOOK.vocabulary.facts[rule.subject].fields
    tested = {name for name in fields if any(f"{name} is " in text.text for text in (*rule.scope, *rule.when))}
    for name in tested:
        assert any(name in example.subject for example in rule.examples), name
        assert any(name not in example.subject for example in rule.examples), name
        assert any(name in _unknown(example.subject.get("_unknown")) for example in rule.examples), name


def _unknown(names: object) -> tuple[str, ...]:
    return names if isinstance(names, tuple) else ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_law_and_words_are_there(rule: Rule) -> None:
    assert all(basis.checked in ("V", "V2") for basis in rule.basis)
    assert bool(rule.basis) == (rule.nature == "violation")
    for words in (rule.title, rule.say, rule.false_positives):
        assert set(words) == {"id", "en"}
        assert words["id"] != words["en"]


def test_the_construction_rule_stands_on_what_was_checked_and_says_what_was_replaced() -> None:
    basis = {(one.law, one.article): one for one in BOOK.rules["JAKON-01"].basis}
    assert basis["PP 44/2015", "53"].checked == "V2"
    assert basis["Permenaker 44/2015", "3(3)"].checked == "V"
    assert "replaced by Permenaker 5/2021" in " ".join(basis["Permenaker 44/2015", "3(3)"].note["en"].split())
    letter = basis["Surat Kemendagri 400.5.7/765/Keuda", "-"]
    assert (letter.since, letter.checked) == (date(2025, 2, 21), "V2")


def test_outreach_has_no_article_and_a_construction_site_that_ended_ranks_below() -> None:
    assert BOOK.rules["KUM-01"].nature == "outreach"
    assert BOOK.rules["KUM-01"].basis == ()
    (mark,) = BOOK.rules["JAKON-01"].marks
    assert (mark.name, mark.ranks_below) == ("work_ended", True)
    (mark,) = BOOK.rules["KUM-01"].marks
    assert (mark.name, mark.ranks_below) == ("never_covered", False)


def test_families_are_the_packs_and_routing_knows_each() -> None:
    assert {rule.family for rule in RULES} == {"registration", "contributions", "construction", "micro"}
    for rule in RULES:
        assert rule.family == rule.pack
        assert BOOK.routing.facts[f"has_{rule.family}"] == (0, 1)


@pytest.mark.parametrize(
    ("name", "value", "unit", "flag"),
    [
        ("project_registration_days", 14, "working days", "V"),
        ("headcount_gap_days", 90, "days", "R"),
        ("arrears_months", 6, "months", "V2"),
    ],
)
def test_parameters_have_one_dated_value_with_its_source(name: str, value: int, unit: str, flag: str) -> None:
    parameter = BOOK.parameters[name]
    (dated,) = parameter.values
    assert (dated.value, parameter.unit, dated.checked, dated.until) == (value, unit, flag, None)
    assert len(dated.source) > 40
    deadline = name == "project_registration_days"
    assert parameter.off == (("libur_nasional", "cuti_bersama") if deadline else ())
