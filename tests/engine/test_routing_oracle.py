"""The shipped routing: where it sends each kind of case, by durable-rules and by Python from the legal reference."""

import random
from collections import Counter
from collections.abc import Mapping
from itertools import product

import pytest

from engine.decide import SIGNATURE_FACTS, decide
from rules.load import load_rule_book
from rules.model import SEVERITIES, DecisionRule, RuleBook

Signature = Mapping[str, str | int]
BOOK: RuleBook = load_rule_book()[0]
INTERNAL, REPORT, EXAMINE = ("disnaker", "internal"), ("disnaker", "laporan"), ("disnaker", "pemeriksaan")
ATTORNEYS = ("kejaksaan", "skk")


def headed(case: Signature) -> tuple[str, str]:
    """Queue and purpose."""
    if case["track"] == "outreach":
        return INTERNAL  # no sanction follows outreach
    by_an_employer = case["party_kind"] in ("employer", "contractor")
    if case["has_withholding"] and case["has_violation"] and by_an_employer and not case["skk_issued"]:
        return REPORT  # UU 24/2011 arts 19 and 55; the criminal way is for people
    only_indicated = case["has_indication"] and not case["has_violation"]
    if case["party_kind"] == "institution" or only_indicated:
        return INTERNAL  # PP 86/2013 does not reach a public body; an indication waits for proof
    return of_arrears(case) or of_the_rest(case)


def of_arrears(case: Signature) -> tuple[str, str] | None:
    """One debt, one way of collecting it; the state's attorneys only after two spent warnings and without a plan."""
    if not case["has_contributions"]:
        return None
    if case["skk_issued"] or case["pupn_issued"]:
        both = case["skk_issued"] and case["pupn_issued"]
        return INTERNAL if both else ATTORNEYS if case["skk_issued"] else REPORT
    if case["instalment_plan_kept"]:
        return INTERNAL
    if not case["has_violation"]:
        return None
    return ATTORNEYS if case["warnings_spent"] == 2 else REPORT


def of_the_rest(case: Signature) -> tuple[str, str]:
    """Duties to register are reported, and examined after teguran II; what is late is collected first."""
    if not case["has_violation"]:
        return INTERNAL
    if case["has_registration"]:
        return EXAMINE if case["warnings_spent"] == 2 else REPORT
    return REPORT if case["has_construction"] else INTERNAL


def severity(case: Signature) -> str:
    """One step more for several findings, one more for who has offended before; critical is the end."""
    again = case["track"] == "sanction" and case["repeat_offender"]
    return SEVERITIES[min(int(case["severity"]) + (int(case["findings"]) >= 2) + bool(again), 4) - 1]


def differing(cases: list[Signature], rules: tuple[DecisionRule, ...] = BOOK.routing.rules) -> list[str]:
    routing = BOOK.routing if rules is BOOK.routing.rules else type(BOOK.routing)(rules, "")
    got = [(one.queue, one.purpose, one.severity) for one in decide(cases, routing)]
    wanted = [(*headed(case), severity(case)) for case in cases]
    return [
        f"{case}\n  plain Python {one}, durable-rules {other}"
        for case, one, other in zip(cases, wanted, got, strict=True)
        if one != other
    ]


def random_cases(seed: int, many: int) -> list[Signature]:
    chosen = random.Random(seed)
    return [{fact: chosen.choice(values) for fact, values in SIGNATURE_FACTS.items()} for _ in range(many)]


@pytest.mark.parametrize("seed", range(2))
def test_random_cases_go_where_plain_python_sends_them(seed: int) -> None:
    wrong = differing(random_cases(seed, 4000))
    assert not wrong, "\n".join(wrong[:5])


def test_each_kind_of_sanction_case_goes_where_plain_python_sends_it() -> None:
    """All combinations of what decides about an employer's or a public body's case."""
    asked = (
        *("has_registration", "has_contributions", "has_construction", "has_withholding", "has_violation"),
        *("has_indication", "warnings_spent", "instalment_plan_kept", "skk_issued", "pupn_issued"),
    )
    rest = {fact: values[0] for fact, values in SIGNATURE_FACTS.items()}
    cases: list[Signature] = [
        {**rest, **dict(zip(asked, values, strict=True)), "party_kind": party}
        for values in product(*(SIGNATURE_FACTS[fact] for fact in asked))
        for party in ("employer", "institution")
    ]
    assert len(cases) == 3072
    wrong = differing(cases)
    assert not wrong, "\n".join(wrong[:5])
    assert {where for where, many in Counter(map(headed, cases)).items() if many > 20} == {
        *(INTERNAL, REPORT, EXAMINE, ATTORNEYS)
    }


@pytest.mark.parametrize("place", range(len(BOOK.routing.rules) - 1))
def test_a_rule_taken_out_of_the_file_does_not_go_unseen(place: int) -> None:
    """But for those that say what a rule below them says in the same cases."""
    rules = BOOK.routing.rules
    left = (*rules[:place], *rules[place + 1 :])
    said_again = {"OUTREACH-MICRO", "OUTREACH", "COLLECTION"}
    assert bool(differing(random_cases(7, 600), left)) == (rules[place].id not in said_again)
