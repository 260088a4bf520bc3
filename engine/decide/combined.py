"""The rules that fired, combined into one decision: by their order in the file, never by the order of firing.

queue, purpose   of the first rule that names a queue
severity         the highest of the case's findings, lifted to the highest `severity` of the rules that fired, plus all
                 `raise` steps, ending at critical; nothing lowers it
trail            every rule that fired, in file order; the last rule of the file only where it gave the queue
"""

from collections.abc import Mapping, Sequence

from engine.decide.facts import CaseFact
from engine.findings import Decision, Fired
from rules.model import SEVERITIES, Routing, RoutingRule, SeverityName

DEFAULT_PURPOSE = "internal"
"""Nothing is due to an office yet: the case's own next step."""


def combine(routing: Routing, places: Sequence[int], signature: Mapping[str, CaseFact]) -> Decision:
    """Make the decision from the places (in the file) of the rules that fired; the last rule is always among them."""
    fired = [routing.rules[place] for place in sorted(places)]
    deciding = next(rule for rule in fired if "queue" in rule.then)
    shown = [rule for rule in fired if rule is deciding or rule is not routing.rules[-1]]
    return Decision(
        queue=str(deciding.then["queue"]),
        severity=_severity(fired, int(signature["severity"])),
        purpose=str(deciding.then.get("purpose", DEFAULT_PURPOSE)),
        trail=tuple(_shown(rule, rule is deciding, signature) for rule in shown),
    )


def _severity(fired: Sequence[RoutingRule], found: int) -> SeverityName:
    floors = [
        SEVERITIES.index(severity) + 1
        for severity in SEVERITIES
        for rule in fired
        if rule.then.get("severity") == severity
    ]
    raised = sum(int(rule.then.get("raise", 0)) for rule in fired)
    return SEVERITIES[min(max([found, *floors]) + raised, len(SEVERITIES)) - 1]


def _shown(rule: RoutingRule, deciding: bool, signature: Mapping[str, CaseFact]) -> Fired:
    overruled = () if deciding else ("queue", "purpose")
    return Fired(
        rule=rule.id,
        read={condition.fact: signature[condition.fact] for condition in rule.when},
        why=rule.why,
        gave={key: value for key, value in rule.then.items() if key not in overruled},
    )
