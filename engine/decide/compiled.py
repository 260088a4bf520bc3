"""Decision rules made into rulesets of durable-rules: one pattern a rule, equality only.

`at_least` and `at_most` become the list of values that they allow, computed here; several conditions on one fact become
the values that all of them allow. So no two branches of one rule can hold at once, and a rule fires once or not at all.
More than 64 matching rules in one ruleset are not judged at all (error 303): longer files are split, each part with
its own rule that always holds, by which the child knows that a case has been heard.

Routing and the sanction ladder are decision files; what each lets `then` say is its `Grammar`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.decide.facts import SIGNATURE_FACTS, CaseFact, is_known, nearest
from rules.errors import DecisionError, Message
from rules.model import CaseCondition, CaseFacts, DecisionRule

HEARD = "heard"
"""The rule of each ruleset that always holds."""

ALWAYS = {"case": 1}
"""What every asserted case says beside its facts."""

LARGEST_RULESET = 60

Pattern = dict[str, object]
Ruleset = dict[str, Pattern]


class DecisionFile(Protocol):
    """Rules in the order of their file, and the facts that it says a case has (empty: made in code)."""

    @property
    def rules(self) -> tuple[DecisionRule, ...]:
        """The rules; the last one has no conditions."""
        ...

    @property
    def facts(self) -> CaseFacts:
        """Facts with their values."""
        ...


@dataclass(frozen=True)
class Grammar:
    """What a kind of decision file may decide.

    `name` as in "routing"; its file, and the page that says how it is written, follow from it. `keys` are those of
    `then`; the last rule sets `last`; `without` says what a case would lack; `wrong_then` names what is wrong in one.
    """

    name: str
    last: str
    keys: tuple[str, ...]
    without: Message
    wrong_then: Callable[[Mapping[str, str | int]], Iterator[str]]


@dataclass(frozen=True)
class Compiled:
    """`rulesets`: durable-rules JSON without actions, rules named by their place; `facts`: those read.

    Where several files are judged together, the places of the second count on from the first; `lasts` are the places of
    the rules that hold for every case, one of each file.
    """

    rulesets: tuple[Ruleset, ...]
    facts: tuple[str, ...]
    lasts: tuple[int, ...]


def compile_rules(files: Sequence[tuple[DecisionFile, Grammar]]) -> Compiled:
    """Make rulesets of at most 60 rules. Raises DecisionError with everything in a file that cannot be decided."""
    rulesets: list[Ruleset] = []
    lasts: list[int] = []
    first = 0
    for file, grammar in files:
        _refuse_wrong(file, grammar)
        rulesets += _rulesets(file.rules, first)
        first += len(file.rules)
        lasts.append(first - 1)
    named = {condition.fact for file, _ in files for rule in file.rules for condition in rule.when}
    return Compiled(tuple(rulesets), tuple(fact for fact in SIGNATURE_FACTS if fact in named), tuple(lasts))


def _refuse_wrong(file: DecisionFile, grammar: Grammar) -> None:
    wrong = [*_wrong_as_a_whole(file, grammar), *(line for rule in file.rules for line in _wrong_in(rule, grammar))]
    if wrong:
        listed = "\n      ".join(wrong)
        raise DecisionError(
            Message("the rules of rules/{name}.yaml cannot be used:\n      {listed}", name=grammar.name, listed=listed),
            grammar.without,
            Message(
                "correct the named rules in rules/{name}.yaml; docs/{name}.md says how they are written",
                name=grammar.name,
            ),
        )


def _rulesets(rules: Sequence[DecisionRule], first: int) -> Iterator[Ruleset]:
    patterns = [(str(place), _pattern(rule)) for place, rule in enumerate(rules, start=first)]
    size = LARGEST_RULESET - 1
    for start in range(0, len(patterns), size):
        yield {**dict(patterns[start : start + size]), HEARD: _matching([dict(ALWAYS)])}


def allowed(rule: DecisionRule) -> Mapping[str, tuple[CaseFact, ...]]:
    """For each fact that the rule names, the values for which all its conditions hold."""
    values: dict[str, tuple[CaseFact, ...]] = {}
    for condition in rule.when:
        known = values.get(condition.fact, SIGNATURE_FACTS[condition.fact])
        values[condition.fact] = tuple(value for value in known if _holds(condition, value))
    return values


def _holds(condition: CaseCondition, value: CaseFact) -> bool:
    if condition.operator in ("is", "in"):
        return value in condition.values
    bound = condition.values[0]
    if not isinstance(value, int) or not isinstance(bound, int):
        return False
    return value >= bound if condition.operator == "at_least" else value <= bound


def _pattern(rule: DecisionRule) -> Pattern:
    terms: list[object] = [dict(ALWAYS)]
    for fact, values in allowed(rule).items():
        if len(values) == 1:
            terms.append({fact: values[0]})
        elif len(values) < len(SIGNATURE_FACTS[fact]):
            terms.append({"$or": [{fact: value} for value in values]})
    return _matching(terms)


def _matching(terms: list[object]) -> Pattern:
    return {"all": [{"m": terms[0] if len(terms) == 1 else {"$and": terms}}]}


def _wrong_as_a_whole(file: DecisionFile, grammar: Grammar) -> Iterator[str]:
    if not file.rules:
        yield "there are no rules"
        return
    # a file made in code may leave its own list of facts empty
    for fact in sorted(set(file.facts) | set(SIGNATURE_FACTS)) if file.facts else ():
        if file.facts.get(fact) != SIGNATURE_FACTS.get(fact):
            yield f"its facts say {_known(file.facts, fact)}, this program {_known(SIGNATURE_FACTS, fact)}"
    last = file.rules[-1]
    if last.when:
        yield f"{last.location}: the last rule, {last.id}, has conditions; the last one must hold for every case"
    if grammar.last not in last.then:
        yield (
            f"{last.location}: the last rule, {last.id}, names no {grammar.last}; "
            "it catches what no other rule names one for"
        )
    seen: set[str] = set()
    for rule in file.rules:
        if rule.id in seen:
            yield f"{rule.location}: the id {rule.id} is used twice"
        seen.add(rule.id)


def _known(facts: Mapping[str, tuple[CaseFact, ...]], fact: str) -> str:
    return f"{fact}: {', '.join(map(repr, facts[fact]))}" if fact in facts else f"nothing of {fact}"


def _wrong_in(rule: DecisionRule, grammar: Grammar) -> Iterator[str]:
    sound = True
    for condition in rule.when:
        for line in _wrong_condition(condition):
            sound = False
            yield f"{rule.location}: {rule.id}: {line}"
    if sound:
        for fact, values in allowed(rule).items():
            if not values:
                yield f"{rule.location}: {rule.id}: no value of {fact} meets its conditions, so the rule can never fire"
    unknown = sorted(set(rule.then) - set(grammar.keys))
    if unknown:
        there = f"{', '.join(grammar.keys[:-1])} and {grammar.keys[-1]}"
        yield f"{rule.location}: {rule.id}: unknown decision {', '.join(unknown)}; there are {there}"
    if not rule.then:
        yield f"{rule.location}: {rule.id}: decides nothing"
    for line in grammar.wrong_then(rule.then):
        yield f"{rule.location}: {rule.id}: {line}"


def _wrong_condition(condition: CaseCondition) -> Iterator[str]:
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
