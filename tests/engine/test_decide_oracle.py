"""Random routing rules and random cases, judged by durable-rules and by a few lines of plain Python: all must agree."""

import random

import pytest

from engine.decide import SIGNATURE_FACTS, decide
from engine.findings import Decision
from rules.errors import Location
from rules.model import SEVERITIES, CaseCondition, DecisionRule, Routing

Signature = dict[str, str | int]
Then = dict[str, str | int]
PLACE = Location("routing.yaml", 1, 1)
ORDERED = tuple(fact for fact, values in SIGNATURE_FACTS.items() if all(isinstance(value, int) for value in values))


def random_condition(chosen: random.Random, fact: str) -> CaseCondition:
    values = SIGNATURE_FACTS[fact]
    kinds = ("is", "in", "at_least", "at_most") if fact in ORDERED else ("is", "in")
    match chosen.choice(kinds):
        case "in":
            return CaseCondition(fact, "in", tuple(chosen.choices(values, k=chosen.randint(1, 4))))
        case "at_least":
            return CaseCondition(fact, "at_least", (chosen.choice(values),))
        case "at_most":
            return CaseCondition(fact, "at_most", (chosen.choice(values),))
        case _:
            return CaseCondition(fact, "is", (chosen.choice(values),))


def random_then(chosen: random.Random) -> Then:
    then: Then = {}
    if chosen.random() < 0.6:
        then["queue"] = chosen.choice(("disnaker", "kejaksaan", "third"))
        if chosen.random() < 0.7:
            then["purpose"] = chosen.choice(("laporan", "skk", "internal"))
    if chosen.random() < 0.3:
        then["severity"] = chosen.choice(SEVERITIES)
    if chosen.random() < 0.3 or not then:
        then["raise"] = chosen.randint(1, 3)
    return then


def random_routing(chosen: random.Random, rules: int) -> Routing:
    made = []
    for number in range(rules):
        facts = chosen.sample(list(SIGNATURE_FACTS), chosen.choice((1, 1, 2, 2, 3, 5, 9)))
        when = tuple(random_condition(chosen, fact) for fact in facts)
        made.append(DecisionRule(f"R{number}", when, random_then(chosen), {"id": "x", "en": "y"}, PLACE))
    last = DecisionRule("LAST", (), {"queue": "disnaker", "purpose": "internal"}, {"id": "x", "en": "y"}, PLACE)
    return Routing((*made, last), "")


def holds(condition: CaseCondition, case: Signature) -> bool:
    value = case[condition.fact]
    if condition.operator == "at_least":
        return int(value) >= int(condition.values[0])
    if condition.operator == "at_most":
        return int(value) <= int(condition.values[0])
    return value in condition.values


def expected(routing: Routing, case: Signature) -> tuple[str, str, str, list[str]]:
    """Plain Python's answer: queue, severity, purpose, and the ids of the trail."""
    queue, purpose, level, steps = "", "", int(case["severity"]), 0
    trail = []
    for rule in routing.rules:
        if not all(holds(condition, case) for condition in rule.when):
            continue
        if rule.id != "LAST" or not queue:
            trail.append(rule.id)
        if "queue" in rule.then and not queue:
            queue, purpose = str(rule.then["queue"]), str(rule.then.get("purpose", "internal"))
        if "severity" in rule.then:
            level = max(level, {"low": 1, "medium": 2, "high": 3, "critical": 4}[str(rule.then["severity"])])
        steps += int(rule.then.get("raise", 0))
    return queue, ("low", "medium", "high", "critical")[min(level + steps, 4) - 1], purpose, trail


def got(decision: Decision) -> tuple[str, str, str, list[str]]:
    return decision.queue, decision.severity, decision.purpose, [fired.rule for fired in decision.trail]


@pytest.mark.parametrize("seed", range(32))
def test_durable_rules_and_plain_python_agree(seed: int) -> None:
    chosen = random.Random(seed)
    routing = random_routing(chosen, chosen.choice((0, 1, 3, 8, 20, 45, 58, 59, 60, 130)))
    cases: list[Signature] = [
        {fact: chosen.choice(values) for fact, values in SIGNATURE_FACTS.items()} for _ in range(250)
    ]
    decisions = decide(cases, routing)
    assert [got(decision) for decision in decisions] == [expected(routing, case) for case in cases]
    for case, decision in zip(cases, decisions, strict=True):
        for fired in decision.trail:
            named = next(rule for rule in routing.rules if rule.id == fired.rule).when
            assert fired.read == {condition.fact: case[condition.fact] for condition in named}


@pytest.mark.parametrize("rules", [57, 58, 59, 117, 118, 119])
def test_no_case_is_lost_where_all_rules_of_a_full_ruleset_match(rules: int) -> None:
    """65 matching rules of one ruleset are too many for durable-rules; files around and above the split hold."""
    when = tuple(CaseCondition(fact, "in", values[:-1]) for fact, values in SIGNATURE_FACTS.items())
    made = tuple(DecisionRule(f"R{n}", when, {"raise": 1}, {"id": "x", "en": "y"}, PLACE) for n in range(rules))
    last = DecisionRule("LAST", (), {"queue": "disnaker"}, {"id": "x", "en": "y"}, PLACE)
    case: Signature = {fact: values[0] for fact, values in SIGNATURE_FACTS.items()}
    (decision,) = decide([case], Routing((*made, last), ""))
    assert [fired.rule for fired in decision.trail] == [*(f"R{n}" for n in range(rules)), "LAST"]


def test_several_narrow_conditions_on_every_fact_at_once() -> None:
    """Lists that leave one value out, on all facts together, so that nothing is simplified away."""
    when = tuple(CaseCondition(fact, "in", values[:-1]) for fact, values in SIGNATURE_FACTS.items())
    rule = DecisionRule("NARROW", when, {"queue": "kejaksaan"}, {"id": "x", "en": "y"}, PLACE)
    last = DecisionRule("LAST", (), {"queue": "disnaker"}, {"id": "x", "en": "y"}, PLACE)
    fits: Signature = {fact: values[0] for fact, values in SIGNATURE_FACTS.items()}
    near: list[Signature] = [fits | {fact: values[-1]} for fact, values in SIGNATURE_FACTS.items()]
    queues = [decision.queue for decision in decide([fits, *near], Routing((rule, last), ""))]
    assert queues == ["kejaksaan"] + ["disnaker"] * len(near)
