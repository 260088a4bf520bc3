"""The shipped rules: what each says about itself, and that its examples show every outcome and every boundary."""

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
    assert "not_applicable" in outcomes or not rule.scope
    steps = {step.severity for step in rule.severity}
    assert steps == {example.severity for example in rule.examples if example.severity is not None}


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
    assert all(basis.checked in ("V", "V2") for basis in rule.basis) or rule.status == "trial"
    assert rule.basis or rule.nature in ("outreach", "notice")
    assert bool(rule.waits_for) >= (rule.status == "trial")
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


def test_each_rule_is_of_the_family_that_its_law_puts_it_in() -> None:
    """Registration, wages, programmes and data are one duty (UU 24/2011 art 15); what is not paid is three."""
    families: dict[str, set[str]] = {}
    for rule in RULES:
        families.setdefault(rule.family, set()).add(rule.pack)
        assert BOOK.routing.facts[f"has_{rule.family}"] == (0, 1)
    assert families == {
        "registration": {"registration", "wages", "programmes", "data"},
        "contributions": {"contributions"},
        "collection": {"contributions", "construction"},
        "withholding": {"contributions"},
        "construction": {"construction"},
        "micro": {"micro"},
        "public": {"public"},
    }


def test_what_the_legal_reference_calls_not_supported_accuses_nobody() -> None:
    natures = {rule.id: rule.nature for rule in RULES}
    assert {name for name, nature in natures.items() if nature == "notice"} == {"JAKON-03", "JAKON-04", "BPU-02"}
    assert {natures[name] for name in ("KUM-01", "KUR-01", "BPU-01", "DESA-01", "DANA-01")} == {"outreach"}
    assert {rule.id for rule in RULES if rule.status == "trial"} == {"IUR-02", "JAKON-02-BESAR", "KUR-01"}


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
