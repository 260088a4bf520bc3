"""What routing and signatures may not say: refused before anything is asserted, all at once, each by its name."""

from collections.abc import Mapping

import pytest

from engine.decide import SIGNATURE_FACTS, decide
from engine.decide.compiled import compile_rules
from engine.decide.routed import ROUTING
from rules.errors import DecisionError, Location
from rules.model import CaseCondition, DecisionRule, Routing

GOOD: dict[str, str | int] = {fact: values[0] for fact, values in SIGNATURE_FACTS.items()}


def rule(name: str, then: Mapping[str, str | int], *when: CaseCondition, line: int = 1) -> DecisionRule:
    return DecisionRule(name, when, then, {"id": name, "en": name}, Location("rules/routing.yaml", line, 5))


LAST = rule("LAST", {"queue": "disnaker"}, line=99)


def without(*names: str) -> dict[str, str | int]:
    return {fact: value for fact, value in GOOD.items() if fact not in names}


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        (GOOD | {"warning_spent": 1}, "signature 0: unknown fact 'warning_spent'; did you mean warnings_spent?"),
        (GOOD | {"xyz": 1}, "signature 0: unknown fact 'xyz'; the facts are track, has_registration, "),
        (GOOD | {"sid": "7"}, "signature 0: unknown fact 'sid'"),
        (without("stage"), "signature 0: stage is missing"),
        (GOOD | {"stage": "closed"}, "signature 0: stage is 'closed', not one of 'flagged', 'confirmed', 'referred'"),
        (GOOD | {"severity": "1"}, "signature 0: severity is '1', not one of 1, 2, 3, 4"),
        (GOOD | {"severity": 0}, "signature 0: severity is 0, not one of 1, 2, 3, 4"),
        (GOOD | {"findings": 4}, "signature 0: findings is 4, not one of 1, 2, 3"),
        (GOOD | {"skk_issued": True}, "signature 0: skk_issued is True, not one of 0, 1"),
        (GOOD | {"track": ""}, "signature 0: track is '', not one of 'sanction', 'outreach'"),
    ],
)
def test_a_signature_outside_the_vocabulary(signature: dict[str, str | int], said: str) -> None:
    with pytest.raises(DecisionError) as raised:
        decide([signature], Routing((LAST,), ""))
    assert said in raised.value.what
    assert "would be judged as absent" in raised.value.why
    assert "SIGNATURE_FACTS" in raised.value.remedy


def test_a_number_with_a_point_or_nothing_at_all_is_no_value() -> None:
    for value in (1.0, None, [1]):
        signature: dict[str, object] = {**GOOD, "severity": value}
        with pytest.raises(DecisionError, match="severity is"):
            decide([signature], Routing((LAST,), ""))  # type: ignore[list-item]  # what a caller without types could do


def test_all_faulty_signatures_are_named_up_to_twenty() -> None:
    with pytest.raises(DecisionError) as raised:
        decide([GOOD, *[without("stage")] * 25], Routing((LAST,), ""))
    assert raised.value.what.startswith("25 facts of cases are outside the vocabulary")
    assert "signature 20: stage is missing" in raised.value.what
    assert "signature 21" not in raised.value.what
    assert raised.value.what.endswith("… and 5 more")


ISSUED = CaseCondition("skk_issued", "is", (1,))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ((), "there are no rules"),
        ((rule("A", {"queue": "x"}, ISSUED),), "the last rule, A, has conditions"),
        ((rule("A", {"raise": 1}),), "the last rule, A, names no queue"),
        (
            (rule("A", {"raise": 1}, ISSUED), rule("A", {"raise": 1}, ISSUED, line=7), LAST),
            "rules/routing.yaml:7:5: the id A",
        ),
        (
            (rule("A", {"raise": 1}, CaseCondition("finding", "is", (1,)), line=12), LAST),
            "rules/routing.yaml:12:5: A: unknown fact 'finding'; did you mean findings?",
        ),
        (
            (rule("A", {"raise": 1}, CaseCondition("skk_issued", "is", ("1",))), LAST),
            "A: skk_issued is never '1'; it is one of 0, 1",
        ),
        (
            (rule("A", {"raise": 1}, CaseCondition("skk_issued", "is", (True,))), LAST),
            "A: skk_issued is never True; it is one of 0, 1",
        ),
        (
            (rule("A", {"raise": 1}, CaseCondition("stage", "in", ("flagged", "closed"))), LAST),
            "A: stage is never 'closed'",
        ),
        ((rule("A", {"raise": 1}, CaseCondition("stage", "in", ())), LAST), "A: stage is compared with nothing"),
        (
            (rule("A", {"raise": 1}, CaseCondition("stage", "at_least", (1,))), LAST),
            "A: at_least compares numbers; stage is one of 'flagged', 'confirmed', 'referred'",
        ),
        (
            (rule("A", {"raise": 1}, CaseCondition("findings", "at_most", ("2",))), LAST),
            "A: at_most compares numbers; findings is one of 1, 2, 3",
        ),
        (
            (rule("A", {"raise": 1}, CaseCondition("findings", "at_most", (1, 2))), LAST),
            "A: at_most takes one number",
        ),
        (
            (rule("A", {"raise": 1}, CaseCondition("findings", "at_least", (4,))), LAST),
            "A: no value of findings meets its conditions, so the rule can never fire",
        ),
        (
            (
                rule(
                    "A",
                    {"raise": 1},
                    CaseCondition("findings", "at_least", (3,)),
                    CaseCondition("findings", "at_most", (2,)),
                ),
                LAST,
            ),
            "A: no value of findings meets its conditions",
        ),
        ((rule("A", {}, ISSUED), LAST), "A: decides nothing"),
        (
            (rule("A", {"office": "x"}, ISSUED), LAST),
            "A: unknown decision office; there are queue, purpose, severity and raise",
        ),
        ((rule("A", {"purpose": "skk"}, ISSUED), LAST), "A: a purpose without a queue"),
        ((rule("A", {"queue": ""}, ISSUED), LAST), "A: queue must be a name, not ''"),
        ((rule("A", {"queue": "x", "purpose": 3}, ISSUED), LAST), "A: purpose must be a name, not 3"),
        ((rule("A", {"severity": "grave"}, ISSUED), LAST), "A: severity must be one of low, medium, high, critical"),
        ((rule("A", {"raise": 4}, ISSUED), LAST), "A: raise must be 1 to 3 steps, not 4"),
        ((rule("A", {"raise": 0}, ISSUED), LAST), "A: raise must be 1 to 3 steps, not 0"),
        ((rule("A", {"raise": "1"}, ISSUED), LAST), "A: raise must be 1 to 3 steps, not '1'"),
    ],
)
def test_routing_that_cannot_decide(rules: tuple[DecisionRule, ...], said: str) -> None:
    with pytest.raises(DecisionError) as raised:
        decide([], Routing(rules, ""))
    assert said in raised.value.what
    assert "rules/routing.yaml" in raised.value.remedy


def test_everything_wrong_in_the_routing_is_said_at_once() -> None:
    rules = (rule("A", {"purpose": "skk"}, ISSUED), rule("B", {"raise": 9}, CaseCondition("stge", "is", (1,))), LAST)
    with pytest.raises(DecisionError) as raised:
        decide([], Routing(rules, ""))
    assert [
        line for line in ("A: a purpose", "B: unknown fact 'stge'", "B: raise must be") if line in raised.value.what
    ] == [
        "A: a purpose",
        "B: unknown fact 'stge'",
        "B: raise must be",
    ]


def test_a_file_whose_facts_are_not_this_program_s() -> None:
    facts = {**SIGNATURE_FACTS, "stage": ("flagged",), "moon": (0, 1)}
    with pytest.raises(DecisionError) as raised:
        decide([], Routing((LAST,), "", facts=facts))
    assert "its facts say moon: 0, 1, this program nothing of moon" in raised.value.what
    assert "its facts say stage: 'flagged', this program stage: 'flagged', 'confirmed', 'referred'" in raised.value.what


def test_durable_rules_is_given_equalities_alone() -> None:
    """No order, no arithmetic, no negation, no join reaches it, and a ruleset stays below its limit of matches."""
    when = tuple(CaseCondition(fact, "at_least", (2,)) for fact in ("severity", "findings", "warnings_spent"))
    compiled = compile_rules(
        [(Routing((*(rule(f"R{n}", {"raise": 1}, *when) for n in range(130)), LAST), ""), ROUTING)]
    )
    assert [len(ruleset) for ruleset in compiled.rulesets] == [60, 60, 14]
    assert compiled.facts == ("severity", "findings", "warnings_spent")
    assert compiled.rulesets[0]["0"] == {
        "all": [
            {
                "m": {
                    "$and": [
                        {"case": 1},
                        {"$or": [{"severity": 2}, {"severity": 3}, {"severity": 4}]},
                        {"$or": [{"findings": 2}, {"findings": 3}]},
                        {"warnings_spent": 2},
                    ]
                }
            }
        ]
    }
