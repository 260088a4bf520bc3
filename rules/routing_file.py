"""Read routing.yaml: which queue, severity and purpose a kind of case gets.

`facts` lists every fact of a case with the values that it can take: the closed vocabulary, which the rules of
ladder.yaml ask about too.
"""

import hashlib
from dataclasses import dataclass

from rules.decision_rules import DecisionKind, Then, fact_value_of, read_rules
from rules.fault_list import FaultList
from rules.model import SEVERITIES, CaseFacts, Routing
from rules.places import Node
from rules.sections import Keys, choice_of, entries_of, integer_of, list_of, section_of, text_of, wrong_type

QUEUES = ("disnaker", "kejaksaan")
PURPOSES = ("internal", "laporan", "pemeriksaan", "tmp2t", "skk", "pupn")
"""What `then` may name; a file with a further queue or purpose lists all of them under `queues` or `purposes`."""

_FILE = Keys("routing file", ("facts", "rules"), ("queues", "purposes"))
_THEN = Keys("decision", (), ("queue", "severity", "raise", "purpose"))


def read_routing(root: Node, text: str, faults: FaultList) -> Routing:
    """The routing of a file; faulty rules are left out and noted."""
    section = section_of(root, _FILE, faults)
    if section is None:
        return Routing((), "")
    facts = section.read("facts", _facts) or {}
    queues = section.list_of("queues", text_of) or QUEUES
    purposes = section.list_of("purposes", text_of) or PURPOSES
    then = _ThenReader(queues, purposes).then
    kind = DecisionKind("routing", then, ("queue",), "queue", "queue and purpose")
    rules = read_rules(section, kind, facts)
    return Routing(rules, hashlib.sha256(text.encode()).hexdigest(), facts, queues, purposes)


def _facts(node: Node, faults: FaultList) -> CaseFacts:
    facts: dict[str, tuple[str | int, ...]] = {}
    for key, values in entries_of(node, faults):
        read: tuple[str | int, ...] = list_of(values, faults, fact_value_of)
        if len({type(value) for value in read}) > 1:
            what = f"the values of '{key.text}' mix words and numbers"
            faults.add(
                values.location, "wrong-type", what, "'1' and 1 would not be equal", "write words or numbers only"
            )
        facts[key.text] = read
    return facts


@dataclass(frozen=True)
class _ThenReader:
    queues: tuple[str, ...]
    purposes: tuple[str, ...]

    def then(self, node: Node, faults: FaultList) -> Then:
        section = section_of(node, _THEN, faults)
        if section is None:
            return {}
        then: dict[str, str | int | None] = {
            "queue": section.read("queue", lambda value, faults: choice_of(value, faults, self.queues)),
            "severity": section.read("severity", lambda value, faults: choice_of(value, faults, SEVERITIES)),
            "raise": section.read("raise", integer_of),
            "purpose": section.read("purpose", lambda value, faults: choice_of(value, faults, self.purposes)),
        }
        steps = then["raise"]
        if isinstance(steps, int) and not 1 <= steps < len(SEVERITIES):
            what = f"severity cannot be raised by {steps}"
            remedy = f"write 1 to {len(SEVERITIES) - 1}"
            faults.add(section.place("raise"), "out-of-range", what, "there are four severities", remedy)
        if not section.values and not section.places:
            wrong_type(node, "a decision: queue, severity, raise or purpose", faults)
        return {key: value for key, value in then.items() if value is not None}
