"""Read routing.yaml: which queue, severity and purpose a kind of case gets.

`facts` lists every fact of a case with the values that it can take: the closed vocabulary. Rules compare facts
for equality, with a list, or with `{at_least: n}` and `{at_most: n}`; the last rule has no conditions.
"""

import hashlib
from collections.abc import Mapping

from rules.errors import Location
from rules.fault_list import FaultList, use_one_of
from rules.model import SEVERITIES, Routing, RoutingCondition, RoutingRule
from rules.places import Entries, Node, Scalar
from rules.sections import (
    Keys,
    Section,
    choice_of,
    entries_of,
    integer_of,
    items_of,
    list_of,
    section_of,
    text_of,
    words_of,
    wrong_type,
)

MOST_RULES = 60
"""durable-rules loses a subject that matches more than 64 conditions of one ruleset."""

QUEUES = ("disnaker", "kejaksaan")
PURPOSES = ("internal", "laporan", "pemeriksaan", "tmp2t", "skk", "pupn")
"""What `then` may name; a file with a further queue or purpose lists all of them under `queues` or `purposes`."""

_FILE = Keys("routing file", ("facts", "rules"), ("queues", "purposes"))
_RULE = Keys("routing rule", ("id", "when", "then", "why"))
_THEN = Keys("decision", (), ("queue", "severity", "raise", "purpose"))
_ORDER = Keys("comparison", (), ("at_least", "at_most"))

FactValues = Mapping[str, tuple[str | int, ...]]


def read_routing(root: Node, text: str, faults: FaultList) -> Routing:
    """The routing of a file; faulty rules are left out and noted."""
    section = section_of(root, _FILE, faults)
    if section is None:
        return Routing((), "")
    facts = section.read("facts", _facts) or {}
    queues = section.list_of("queues", text_of) or QUEUES
    purposes = section.list_of("purposes", text_of) or PURPOSES
    reader = _RuleReader(facts, queues, purposes, faults)
    nodes = items_of(section.values["rules"], faults) if "rules" in section else ()
    rules = [rule for node in nodes if (rule := reader.rule(node)) is not None]
    if "rules" in section:
        _check_rules(nodes, rules, section.place("rules"), faults)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Routing(tuple(rules), sha256, facts, queues, purposes)


def _facts(node: Node, faults: FaultList) -> FactValues:
    facts: dict[str, tuple[str | int, ...]] = {}
    for key, values in entries_of(node, faults):
        read: tuple[str | int, ...] = list_of(values, faults, _value)
        if len({type(value) for value in read}) > 1:
            what = f"the values of '{key.text}' mix words and numbers"
            faults.add(
                values.location, "wrong-type", what, "'1' and 1 would not be equal", "write words or numbers only"
            )
        facts[key.text] = read
    return facts


def _value(node: Node, faults: FaultList) -> str | int | None:
    if isinstance(node, Scalar) and node.plain and node.text.lstrip("-").isdecimal():
        return integer_of(node, faults)
    return text_of(node, faults)


class _RuleReader:
    def __init__(
        self, facts: FactValues, queues: tuple[str, ...], purposes: tuple[str, ...], faults: FaultList
    ) -> None:
        self._facts = facts
        self._queues = queues
        self._purposes = purposes
        self._faults = faults

    def rule(self, node: Node) -> RoutingRule | None:
        before = len(self._faults)
        section = section_of(node, _RULE, self._faults)
        if section is None:
            return None
        name = section.text("id")
        when = self._when(section.values["when"]) if "when" in section else ()
        then = self._then(section.values["then"]) if "then" in section else {}
        why = section.read("why", words_of) or {}
        if len(self._faults) > before:
            return None
        return RoutingRule(name, when, then, why, section.location)

    def _when(self, node: Node) -> tuple[RoutingCondition, ...]:
        conditions: list[RoutingCondition] = []
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

    def _order(self, fact: str, node: Entries) -> list[RoutingCondition]:
        section = Section(node, _ORDER, self._faults)
        if any(isinstance(value, str) for value in self._facts[fact]):
            what = f"'{fact}' holds words; they have no order"
            self._faults.add(node.location, "wrong-type", what, "the rule would never fire", "list the words: [a, b]")
            return []
        found: list[RoutingCondition] = []
        for key in section.values:
            number = section.read(key, integer_of)
            if number is not None:
                self._known(fact, number, section.place(key))
                found.append(RoutingCondition(fact, "at_least" if key == "at_least" else "at_most", (number,)))
        return found

    def _equal(self, fact: str, node: Node) -> RoutingCondition:
        if isinstance(node, Scalar):
            value = _value(node, self._faults)
            values: tuple[str | int, ...] = () if value is None else (value,)
            for one in values:
                self._known(fact, one, node.location)
            return RoutingCondition(fact, "is", values)
        found: list[str | int] = []
        for item in items_of(node, self._faults):
            read = _value(item, self._faults)
            if read is not None:
                self._known(fact, read, item.location)
                found.append(read)
        if not found:
            wrong_type(node, "at least one value", self._faults)
        return RoutingCondition(fact, "in", tuple(found))

    def _known(self, fact: str, value: str | int, place: Location) -> None:
        known = self._facts[fact]
        if value not in known:
            what = f"the fact '{fact}' is never {value!r}"
            remedy = use_one_of(str(value), [str(one) for one in known])
            self._faults.add(place, "unknown-value", what, "the rule would never fire", remedy)

    def _then(self, node: Node) -> Mapping[str, str | int]:
        section = section_of(node, _THEN, self._faults)
        if section is None:
            return {}
        then: dict[str, str | int | None] = {
            "queue": section.read("queue", lambda value, faults: choice_of(value, faults, self._queues)),
            "severity": section.read("severity", lambda value, faults: choice_of(value, faults, SEVERITIES)),
            "raise": section.read("raise", integer_of),
            "purpose": section.read("purpose", lambda value, faults: choice_of(value, faults, self._purposes)),
        }
        steps = then["raise"]
        if isinstance(steps, int) and not 1 <= steps < len(SEVERITIES):
            what = f"severity cannot be raised by {steps}"
            remedy = f"write 1 to {len(SEVERITIES) - 1}"
            self._faults.add(section.place("raise"), "out-of-range", what, "there are four severities", remedy)
        if not section.values and not section.places:
            wrong_type(node, "a decision: queue, severity, raise or purpose", self._faults)
        return {key: value for key, value in then.items() if value is not None}


def _check_rules(nodes: tuple[Node, ...], rules: list[RoutingRule], place: Location, faults: FaultList) -> None:
    if len(nodes) > MOST_RULES:
        what = f"{len(nodes)} routing rules; at most {MOST_RULES} can be judged"
        faults.add(place, "too-many-rules", what, "beyond that the engine loses cases", "join rules, or take some out")
    seen: dict[str, RoutingRule] = {}
    for rule in rules:
        if rule.id in seen:
            what = f"the routing rule '{rule.id}' stands here a second time; first at {seen[rule.id].location}"
            why = "a trail could not say which of the two fired"
            faults.add(rule.location, "duplicate-rule", what, why, "give one of the two another id")
        seen.setdefault(rule.id, rule)
    if len(rules) == len(nodes):
        _check_last(rules, place, faults)


def _check_last(rules: list[RoutingRule], place: Location, faults: FaultList) -> None:
    why = "a case that no rule fits would have no queue"
    remedy = "end the list with a rule of empty 'when: {}' that sets queue and purpose"
    if not rules or rules[-1].when:
        place = rules[-1].location if rules else place
        faults.add(place, "no-last-rule", "the last routing rule has conditions", why, remedy)
    elif "queue" not in rules[-1].then:
        faults.add(rules[-1].location, "no-last-rule", "the last routing rule sets no queue", why, remedy)
    for rule in rules[:-1]:
        if not rule.when:
            what = f"the routing rule '{rule.id}' has no conditions and is not the last"
            remedy = "give it conditions, or move it to the end"
            faults.add(rule.location, "no-last-rule", what, "it would decide every case before the others", remedy)
