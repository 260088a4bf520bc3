"""Read the rules of a decision file: `when` a case is so, `then` this follows, and `why`.

routing.yaml and ladder.yaml are such files; they differ in what `then` may say. Rules compare facts of the case for
equality, with a list, or with `{at_least: n}` and `{at_most: n}`; the last rule has no conditions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.errors import Location
from rules.fault_list import FaultList, use_one_of
from rules.model import CaseCondition, CaseFacts, DecisionRule
from rules.places import Entries, Node, Scalar
from rules.sections import (
    Keys,
    Section,
    entries_of,
    integer_of,
    items_of,
    section_of,
    text_of,
    words_of,
    wrong_type,
)

MOST_RULES = 60
"""durable-rules loses a subject that matches more than 64 conditions of one ruleset."""

Then = Mapping[str, str | int]

_ORDER = Keys("comparison", (), ("at_least", "at_most"))


@dataclass(frozen=True)
class DecisionKind:
    """One kind of decision file: `name` in faults, how its `then` is read, and what its last rule has to set.

    `decides` are the keys of `then` of which the last rule sets one; `lost` says what a case would be without it, and
    `end` what a last rule has to look like.
    """

    name: str
    then: Callable[[Node, FaultList], Then]
    decides: tuple[str, ...]
    lost: str
    end: str


def read_rules(section: Section, kind: DecisionKind, facts: CaseFacts) -> tuple[DecisionRule, ...]:
    """The rules under `rules`; faulty ones are left out and noted."""
    if "rules" not in section:
        return ()
    faults = section.faults
    reader = _RuleReader(kind, facts, faults)
    nodes = items_of(section.values["rules"], faults)
    rules = [rule for node in nodes if (rule := reader.rule(node)) is not None]
    _check_rules(nodes, rules, kind, (section.place("rules"), faults))
    return tuple(rules)


def fact_value_of(node: Node, faults: FaultList) -> str | int | None:
    """A value of a fact: a whole number written plainly, or a word."""
    if isinstance(node, Scalar) and node.plain and node.text.lstrip("-").isdecimal():
        return integer_of(node, faults)
    return text_of(node, faults)


def keys_of(name: str) -> Keys:
    """The keys of a rule of one kind of decision file."""
    return Keys(f"{name} rule", ("id", "when", "then", "why"))


class _RuleReader:
    def __init__(self, kind: DecisionKind, facts: CaseFacts, faults: FaultList) -> None:
        self._kind = kind
        self._keys = keys_of(kind.name)
        self._facts = facts
        self._faults = faults

    def rule(self, node: Node) -> DecisionRule | None:
        before = len(self._faults)
        section = section_of(node, self._keys, self._faults)
        if section is None:
            return None
        name = section.text("id")
        when = self._when(section.values["when"]) if "when" in section else ()
        then = self._kind.then(section.values["then"], self._faults) if "then" in section else {}
        why = section.read("why", words_of) or {}
        if len(self._faults) > before:
            return None
        return DecisionRule(name, when, then, why, section.location)

    def _when(self, node: Node) -> tuple[CaseCondition, ...]:
        conditions: list[CaseCondition] = []
        for key, value in entries_of(node, self._faults, "a mapping of facts to values"):
            if key.text not in self._facts:
                what = f"a case has no fact '{key.text}'"
                why = "the rule would never fire"
                self._faults.add(key.location, "unknown-fact", what, why, use_one_of(key.text, self._facts))
            elif isinstance(value, Entries):
                conditions.extend(self._order(key.text, value))
            else:
                conditions.append(self._equal(key.text, value))
        return tuple(conditions)

    def _order(self, fact: str, node: Entries) -> list[CaseCondition]:
        section = Section(node, _ORDER, self._faults)
        if any(isinstance(value, str) for value in self._facts[fact]):
            what = f"'{fact}' holds words; they have no order"
            self._faults.add(node.location, "wrong-type", what, "the rule would never fire", "list the words: [a, b]")
            return []
        found: list[CaseCondition] = []
        for key in section.values:
            number = section.read(key, integer_of)
            if number is not None:
                self._known(fact, number, section.place(key))
                found.append(CaseCondition(fact, "at_least" if key == "at_least" else "at_most", (number,)))
        return found

    def _equal(self, fact: str, node: Node) -> CaseCondition:
        if isinstance(node, Scalar):
            value = fact_value_of(node, self._faults)
            values: tuple[str | int, ...] = () if value is None else (value,)
            for one in values:
                self._known(fact, one, node.location)
            return CaseCondition(fact, "is", values)
        found: list[str | int] = []
        for item in items_of(node, self._faults):
            read = fact_value_of(item, self._faults)
            if read is not None:
                self._known(fact, read, item.location)
                found.append(read)
        if not found:
            wrong_type(node, "at least one value", self._faults)
        return CaseCondition(fact, "in", tuple(found))

    def _known(self, fact: str, value: str | int, place: Location) -> None:
        known = self._facts[fact]
        if value not in known:
            what = f"the fact '{fact}' is never {value!r}"
            remedy = use_one_of(str(value), [str(one) for one in known])
            self._faults.add(place, "unknown-value", what, "the rule would never fire", remedy)


def _check_rules(
    nodes: tuple[Node, ...], rules: list[DecisionRule], kind: DecisionKind, noted: tuple[Location, FaultList]
) -> None:
    place, faults = noted
    if len(nodes) > MOST_RULES:
        what = f"{len(nodes)} {kind.name} rules; at most {MOST_RULES} can be judged"
        faults.add(place, "too-many-rules", what, "beyond that the engine loses cases", "join rules, or take some out")
    seen: dict[str, DecisionRule] = {}
    for rule in rules:
        if rule.id in seen:
            what = f"the {kind.name} rule '{rule.id}' stands here a second time; first at {seen[rule.id].location}"
            why = "a trail could not say which of the two fired"
            faults.add(rule.location, "duplicate-rule", what, why, "give one of the two another id")
        seen.setdefault(rule.id, rule)
    if len(rules) == len(nodes):
        _check_last(rules, kind, place, faults)


def _check_last(rules: list[DecisionRule], kind: DecisionKind, place: Location, faults: FaultList) -> None:
    why = f"a case that no rule fits would have no {kind.lost}"
    remedy = f"end the list with a rule of empty 'when: {{}}' that sets {kind.end}"
    if not rules or rules[-1].when:
        place = rules[-1].location if rules else place
        faults.add(place, "no-last-rule", f"the last {kind.name} rule has conditions", why, remedy)
    elif not any(key in rules[-1].then for key in kind.decides):
        what = f"the last {kind.name} rule sets no {kind.decides[0]}"
        faults.add(rules[-1].location, "no-last-rule", what, why, remedy)
    for rule in rules[:-1]:
        if not rule.when:
            what = f"the {kind.name} rule '{rule.id}' has no conditions and is not the last"
            remedy = "give it conditions, or move it to the end"
            faults.add(rule.location, "no-last-rule", what, "it would decide every case before the others", remedy)
