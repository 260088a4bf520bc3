"""The shipped routing: every rule fires somewhere, and every case gets a queue, a severity and a reason."""

import random
from collections.abc import Mapping
from importlib.resources import files
from itertools import product

import pytest

from engine.decide import SIGNATURE_FACTS, decide
from engine.findings import Decision
from rules.errors import Location
from rules.fault_list import FaultList
from rules.model import CaseCondition, DecisionRule, Routing
from rules.places import read_tree
from rules.routing_file import read_routing

Signature = Mapping[str, str | int]

EMPLOYER: Signature = {
    "track": "sanction",
    "has_registration": 0,
    "has_contributions": 0,
    "has_construction": 0,
    "has_micro": 0,
    "has_public": 0,
    "has_withholding": 0,
    "has_collection": 0,
    "has_violation": 1,
    "has_indication": 0,
    "has_outreach": 0,
    "severity": 2,
    "findings": 1,
    "party_kind": "employer",
    "stage": "flagged",
    "warnings_spent": 0,
    "instalment_plan_kept": 0,
    "step": "none",
    "deadline_passed": 0,
    "denda_unpaid": 0,
    "inspector_consulted": 0,
    "reported": 0,
    "proof_recorded": 0,
    "skk_issued": 0,
    "pupn_issued": 0,
    "repeat_offender": 0,
}
GROUP: Signature = {**EMPLOYER, "track": "outreach", "has_violation": 0, "has_outreach": 1, "party_kind": "group"}
ARREARS: Signature = {**EMPLOYER, "has_contributions": 1, "severity": 3}
WARNED: Signature = {**ARREARS, "warnings_spent": 2}


@pytest.fixture(scope="module")
def shipped() -> Routing:
    faults = FaultList()
    text = (files("rules") / "routing.yaml").read_text(encoding="utf-8")
    tree = read_tree(text, "routing.yaml", faults)
    assert tree is not None
    routing = read_routing(tree, text, faults)
    assert faults.sorted() == ()
    return routing


def rules_of(decision: Decision) -> list[str]:
    return [fired.rule for fired in decision.trail]


TABLE: list[tuple[str, Signature, tuple[str, str, str], list[str]]] = [
    ("lapsed group", {**GROUP, "has_micro": 1}, ("disnaker", "medium", "internal"), ["OUTREACH-MICRO", "OUTREACH"]),
    ("other outreach", GROUP, ("disnaker", "medium", "internal"), ["OUTREACH"]),
    (
        "outreach with the facts of a prosecutors' case",
        {
            **GROUP,
            "has_contributions": 1,
            "has_violation": 1,
            "warnings_spent": 2,
            "skk_issued": 1,
            "repeat_offender": 1,
        },
        ("disnaker", "medium", "internal"),
        ["OUTREACH"],
    ),
    (
        "public body in arrears",
        {**WARNED, "party_kind": "institution"},
        ("disnaker", "high", "internal"),
        ["PUBLIC-BODY", "ARREARS-SKK"],
    ),
    (
        "an indication alone",
        {**EMPLOYER, "has_registration": 1, "has_violation": 0, "has_indication": 1},
        ("disnaker", "medium", "internal"),
        ["INDICATION-ONLY"],
    ),
    ("arrears, warnings unspent", ARREARS, ("disnaker", "high", "laporan"), ["ARREARS-REPORT"]),
    (
        "arrears, one warning spent",
        {**ARREARS, "warnings_spent": 1},
        ("disnaker", "high", "laporan"),
        ["ARREARS-REPORT"],
    ),
    ("arrears, two warnings spent", WARNED, ("kejaksaan", "high", "skk"), ["ARREARS-SKK"]),
    (
        "arrears, two warnings spent, instalments kept",
        {**WARNED, "instalment_plan_kept": 1},
        ("disnaker", "high", "internal"),
        ["ARREARS-INSTALMENTS"],
    ),
    (
        "the debt is with PUPN",
        {**WARNED, "pupn_issued": 1},
        ("disnaker", "high", "laporan"),
        ["ARREARS-PUPN"],
    ),
    ("an SKK is out", {**WARNED, "skk_issued": 1}, ("kejaksaan", "high", "skk"), ["ARREARS-SKK-RUNNING"]),
    (
        "an SKK and PUPN at once",
        {**WARNED, "skk_issued": 1, "pupn_issued": 1},
        ("disnaker", "high", "internal"),
        ["ARREARS-SKK-AND-PUPN"],
    ),
    (
        "unregistered",
        {**EMPLOYER, "has_registration": 1, "severity": 3},
        ("disnaker", "high", "laporan"),
        ["REGISTRATION"],
    ),
    (
        "unregistered after teguran II",
        {**EMPLOYER, "has_registration": 1, "warnings_spent": 2},
        ("disnaker", "medium", "pemeriksaan"),
        ["REGISTRATION-WARNED"],
    ),
    (
        "unregistered project",
        {**EMPLOYER, "has_construction": 1, "party_kind": "contractor"},
        ("disnaker", "medium", "laporan"),
        ["CONSTRUCTION"],
    ),
    (
        "partly registered and in arrears, warned twice",
        {**WARNED, "has_registration": 1, "findings": 2},
        ("kejaksaan", "critical", "skk"),
        ["ARREARS-SKK", "REGISTRATION-WARNED", "SEVERAL-FINDINGS"],
    ),
    (
        "three findings of a repeat offender, critical already",
        {**EMPLOYER, "has_registration": 1, "findings": 3, "repeat_offender": 1, "severity": 4},
        ("disnaker", "critical", "laporan"),
        ["REGISTRATION", "SEVERAL-FINDINGS", "REPEAT-OFFENDER"],
    ),
    (
        "raises add up",
        {**EMPLOYER, "has_construction": 1, "findings": 2, "repeat_offender": 1, "severity": 1},
        ("disnaker", "high", "laporan"),
        ["CONSTRUCTION", "SEVERAL-FINDINGS", "REPEAT-OFFENDER"],
    ),
    (
        "withheld and not remitted",
        {**ARREARS, "has_withholding": 1, "severity": 4, "warnings_spent": 2},
        ("disnaker", "critical", "laporan"),
        ["WITHHELD", "ARREARS-SKK"],
    ),
    (
        "withheld, and an SKK runs",
        {**ARREARS, "has_withholding": 1, "skk_issued": 1},
        ("kejaksaan", "high", "skk"),
        ["ARREARS-SKK-RUNNING"],
    ),
    ("late and not grave", {**EMPLOYER, "has_collection": 1}, ("disnaker", "medium", "internal"), ["COLLECTION"]),
    (
        "late beside an unmet registration",
        {**EMPLOYER, "has_collection": 1, "has_registration": 1},
        ("disnaker", "medium", "laporan"),
        ["REGISTRATION", "COLLECTION"],
    ),
    ("nothing speaks about it", {**EMPLOYER, "has_micro": 1}, ("disnaker", "medium", "internal"), ["CATCH-ALL"]),
    (
        "nothing but a raise speaks about it",
        {**EMPLOYER, "findings": 2},
        ("disnaker", "high", "internal"),
        ["SEVERAL-FINDINGS", "CATCH-ALL"],
    ),
]


def test_the_table_of_cases(shipped: Routing) -> None:
    decisions = decide([signature for _, signature, _, _ in TABLE], shipped)
    got = [
        (name, (d.queue, d.severity, d.purpose), rules_of(d)) for (name, *_), d in zip(TABLE, decisions, strict=True)
    ]
    assert got == [(name, decision, trail) for name, _, decision, trail in TABLE]


def test_every_rule_of_the_file_decides_or_raises_in_the_table(shipped: Routing) -> None:
    contributing = {
        fired.rule
        for decision in decide([signature for _, signature, _, _ in TABLE], shipped)
        for fired in decision.trail
        if fired.gave
    }
    assert contributing == {rule.id for rule in shipped.rules}


def test_the_trail_says_what_was_read_why_and_what_it_gave(shipped: Routing) -> None:
    (decision,) = decide([{**WARNED, "has_registration": 1}], shipped)
    arrears, registration = decision.trail
    assert arrears.read == {
        "track": "sanction",
        "has_contributions": 1,
        "has_violation": 1,
        "warnings_spent": 2,
        "instalment_plan_kept": 0,
        "skk_issued": 0,
        "pupn_issued": 0,
    }
    assert "two spent warnings" in arrears.why["en"]
    assert "dua teguran" in arrears.why["id"]
    assert arrears.gave == {"queue": "kejaksaan", "purpose": "skk"}
    assert registration.rule == "REGISTRATION-WARNED"
    assert registration.gave == {}  # overruled by the rule above it


def test_the_file_and_the_program_name_the_same_facts(shipped: Routing) -> None:
    assert dict(shipped.facts) == dict(SIGNATURE_FACTS)


def test_each_rule_names_both_languages_and_only_known_queues(shipped: Routing) -> None:
    for rule in shipped.rules:
        assert set(rule.why) == {"id", "en"}
        assert rule.then.get("queue", "disnaker") in shipped.queues
        assert rule.then.get("purpose", "internal") in shipped.purposes


def test_whatever_the_case_is_it_has_a_decision_and_the_law_s_limits_hold(shipped: Routing) -> None:
    chosen = random.Random(19)
    signatures: list[dict[str, str | int]] = [
        {fact: chosen.choice(values) for fact, values in SIGNATURE_FACTS.items()} for _ in range(4000)
    ]
    for case, decision in zip(signatures, decide(signatures, shipped), strict=True):
        assert decision.queue in shipped.queues
        assert decision.purpose in shipped.purposes
        assert decision.trail
        assert any("queue" in fired.gave for fired in decision.trail)
        if decision.queue == "kejaksaan":
            assert decision.purpose == "skk"
            assert case["track"] == "sanction"
            assert case["party_kind"] != "institution"
            assert case["has_contributions"]
            assert not case["pupn_issued"]
            assert case["skk_issued"] or (case["warnings_spent"] == 2 and not case["instalment_plan_kept"])


def test_plain_non_registration_never_goes_to_the_prosecutors(shipped: Routing) -> None:
    signatures = [
        {
            **EMPLOYER,
            "has_registration": 1,
            "has_construction": construction,
            "warnings_spent": spent,
            "skk_issued": skk,
        }
        for construction, spent, skk in product((0, 1), (0, 1, 2), (0, 1))
    ]
    assert {decision.queue for decision in decide(signatures, shipped)} == {"disnaker"}


def test_no_case_needs_no_decision(shipped: Routing) -> None:
    assert decide([], shipped) == ()


def test_answers_keep_the_order_and_equal_cases_get_equal_answers(shipped: Routing) -> None:
    first, second, third = decide([WARNED, GROUP, WARNED], shipped)
    assert first == third
    assert (first.queue, second.queue) == ("kejaksaan", "disnaker")


def rule(name: str, then: Mapping[str, str | int], *when: CaseCondition) -> DecisionRule:
    return DecisionRule(name, when, then, {"id": name, "en": name}, Location("routing.yaml", 1, 1))


LAST = rule("LAST", {"queue": "disnaker"})


def test_a_severity_lifts_and_never_lowers_and_raises_come_on_top() -> None:
    routing = Routing(
        (
            rule("LOW", {"severity": "low"}, CaseCondition("severity", "at_least", (1,))),
            rule("HIGH", {"severity": "high", "raise": 1}, CaseCondition("stage", "is", ("referred",))),
            LAST,
        ),
        "",
    )
    cases = [
        EMPLOYER,
        {**EMPLOYER, "severity": 1, "stage": "referred"},
        {**EMPLOYER, "severity": 4, "stage": "referred"},
    ]
    assert [decision.severity for decision in decide(cases, routing)] == ["medium", "critical", "critical"]


def test_the_first_rule_of_the_file_wins_and_its_purpose_with_it() -> None:
    flagged = CaseCondition("stage", "is", ("flagged",))
    routing = Routing(
        (
            rule("A", {"queue": "kejaksaan"}, flagged),
            rule("B", {"queue": "disnaker", "purpose": "laporan"}, flagged),
            LAST,
        ),
        "",
    )
    (decision,) = decide([EMPLOYER], routing)
    assert (decision.queue, decision.purpose) == ("kejaksaan", "internal")
    assert [(fired.rule, dict(fired.gave)) for fired in decision.trail] == [("A", {"queue": "kejaksaan"}), ("B", {})]
