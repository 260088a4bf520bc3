"""Routing rules made into rulesets of durable-rules: one pattern a rule, equality only.

`at_least` and `at_most` become the list of values that they allow, computed here; several conditions on one fact become
the values that all of them allow. So no two branches of one rule can hold at once, and a rule fires once or not at all.
More than 64 matching rules in one ruleset are not judged at all (error 303): longer files are split, each part with
its own rule that always holds, by which the child knows that a case has been heard.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.decide.facts import SIGNATURE_FACTS, CaseFact, is_known, nearest
from rules.errors import DecisionError, Message
from rules.model import SEVERITIES, Routing, RoutingCondition, RoutingRule

HEARD = "heard"
"""The rule of each ruleset that always holds."""

ALWAYS = {"case": 1}
"""What every asserted case says beside its facts."""

LARGEST_RULESET = 60
_STEPS = len(SEVERITIES) - 1

Pattern = dict[str, object]
Ruleset = dict[str, Pattern]


@dataclass(frozen=True)
class Compiled:
    """`rulesets`: durable-rules JSON without actions, rules named by their place in the file; `facts`: those read."""

    rulesets: tuple[Ruleset, ...]
    facts: tuple[str, ...]


def compile_routing(routing: Routing) -> Compiled:
    """Make rulesets of at most 60 rules. Raises DecisionError with everything in the file that cannot be decided."""
    wrong = [*_wrong_as_a_whole(routing), *(line for rule in routing.rules for line in _wrong_in(rule))]
    if wrong:
        listed = "\n      ".join(wrong)
        raise DecisionError(
            Message("the routing rules cannot be used:\n      {listed}", listed=listed),
            Message(
                "every case needs a queue, a severity and a reason, "
                "and a rule that cannot hold would be silent for ever"
            ),
            Message("correct the named rules in rules/routing.yaml; docs/routing.md says how they are written"),
        )
    patterns = [(str(place), _pattern(rule)) for place, rule in enumerate(routing.rules)]
    size = LARGEST_RULESET - 1
    parts = [patterns[start : start + size] for start in range(0, len(patterns), size)]
    named = {condition.fact for rule in routing.rules for condition in rule.when}
    return Compiled(
        rulesets=tuple({**dict(part), HEARD: _matching([dict(ALWAYS)])} for part in parts),
        facts=tuple(fact for fact in SIGNATURE_FACTS if fact in named),
    )


def allowed(rule: RoutingRule) -> Mapping[str, tuple[CaseFact, ...]]:
    """For each fact that the rule names, the values for which all its conditions hold."""
    values: dict[str, tuple[CaseFact, ...]] = {}
    for condition in rule.when:
        known = values.get(condition.fact, SIGNATURE_FACTS[condition.fact])
        values[condition.fact] = tuple(value for value in known if _holds(condition, value))
    return values


def _holds(condition: RoutingCondition, value: CaseFact) -> bool:
    if condition.operator in ("is", "in"):
        return value in condition.values
    bound = condition.values[0]
    if not isinstance(value, int) or not isinstance(bound, int):
        return False
    return value >= bound if condition.operator == "at_least" else value <= bound


def _pattern(rule: RoutingRule) -> Pattern:
    terms: list[object] = [dict(ALWAYS)]
    for fact, values in allowed(rule).items():
        if len(values) == 1:
            terms.append({fact: values[0]})
        elif len(values) < len(SIGNATURE_FACTS[fact]):
            terms.append({"$or": [{fact: value} for value in values]})
    return _matching(terms)


def _matching(terms: list[object]) -> Pattern:
    return {"all": [{"m": terms[0] if len(terms) == 1 else {"$and": terms}}]}


def _wrong_as_a_whole(routing: Routing) -> Iterator[str]:
    if not routing.rules:
        yield "there are no rules"
        return
    # a Routing made in code may leave its own list of facts empty
    for fact in sorted(set(routing.facts) | set(SIGNATURE_FACTS)) if routing.facts else ():
        if routing.facts.get(fact) != SIGNATURE_FACTS.get(fact):
            yield f"its facts say {_known(routing.facts, fact)}, this program {_known(SIGNATURE_FACTS, fact)}"
    last = routing.rules[-1]
    if last.when:
        yield f"{last.location}: the last rule, {last.id}, has conditions; the last one must hold for every case"
    if "queue" not in last.then:
        yield f"{last.location}: the last rule, {last.id}, names no queue; it catches what no other rule names one for"
    seen: set[str] = set()
    for rule in routing.rules:
        if rule.id in seen:
            yield f"{rule.location}: the id {rule.id} is used twice"
        seen.add(rule.id)


def _known(facts: Mapping[str, tuple[CaseFact, ...]], fact: str) -> str:
    return f"{fact}: {', '.join(map(repr, facts[fact]))}" if fact in facts else f"nothing of {fact}"


def _wrong_in(rule: RoutingRule) -> Iterator[str]:
    sound = True
    for condition in rule.when:
        for line in _wrong_condition(condition):
            sound = False
            yield f"{rule.location}: {rule.id}: {line}"
    if sound:
        for fact, values in allowed(rule).items():
            if not values:
                yield f"{rule.location}: {rule.id}: no value of {fact} meets its conditions, so the rule can never fire"
    for line in _wrong_then(rule.then):
        yield f"{rule.location}: {rule.id}: {line}"


def _wrong_condition(condition: RoutingCondition) -> Iterator[str]:
    fact = condition.fact
    if fact not in SIGNATURE_FACTS:
        yield f"unknown fact {fact!r}; {nearest(fact)}"
        return
    known = ", ".join(map(repr, SIGNATURE_FACTS[fact]))
    if condition.operator in ("is", "in"):
        yield from (
            f"{fact} is never {value!r}; it is one of {known}"
            for value in condition.values
            if not is_known(fact, value)
        )
        if not condition.values:
            yield f"{fact} is compared with nothing"
    elif not all(type(value) is int for value in (*SIGNATURE_FACTS[fact], *condition.values)):
        yield f"{condition.operator} compares numbers; {fact} is one of {known}"
    elif len(condition.values) != 1:
        yield f"{condition.operator} takes one number"


def _wrong_then(then: Mapping[str, str | int]) -> Iterator[str]:
    unknown = sorted(set(then) - {"queue", "severity", "raise", "purpose"})
    if unknown:
        yield f"unknown decision {', '.join(unknown)}; there are queue, purpose, severity and raise"
    if not then:
        yield "decides nothing"
    if "purpose" in then and "queue" not in then:
        yield "a purpose without a queue: the purpose goes with the queue that the same rule names"
    for key in ("queue", "purpose"):
        if key in then and not (isinstance(then[key], str) and then[key]):
            yield f"{key} must be a name, not {then[key]!r}"
    if "severity" in then and then["severity"] not in SEVERITIES:
        yield f"severity must be one of {', '.join(SEVERITIES)}, not {then['severity']!r}"
    if "raise" in then and (type(then["raise"]) is not int or not 1 <= then["raise"] <= _STEPS):
        yield f"raise must be 1 to {_STEPS} steps, not {then['raise']!r}"
