"""The routing rules that fired, combined into one decision: by their order in the file.

queue, purpose   of the first rule that names a queue
severity         the highest of the case's findings, lifted to the highest `severity` of the rules that fired, plus all
                 `raise` steps, ending at critical; nothing lowers it
"""

from collections.abc import Iterator, Mapping, Sequence

from engine.decide.compiled import Grammar
from engine.decide.facts import CaseFact
from engine.decide.trail import fired_of, trail_of
from engine.findings import Decision, Proposal
from rules.errors import Message
from rules.model import SEVERITIES, DecisionRule, Routing, SeverityName

DEFAULT_PURPOSE = "internal"
"""Nothing is due to an office yet: the case's own next step."""

_STEPS = len(SEVERITIES) - 1


def combine(
    routing: Routing, places: Sequence[int], signature: Mapping[str, CaseFact], proposal: Proposal | None
) -> Decision:
    """Make the decision from the places (in the file) of the rules that fired, with what the ladder proposes."""
    fired = fired_of(routing.rules, places)
    deciding = next(rule for rule in fired if "queue" in rule.then)
    return Decision(
        queue=str(deciding.then["queue"]),
        severity=_severity(fired, int(signature["severity"])),
        purpose=str(deciding.then.get("purpose", DEFAULT_PURPOSE)),
        trail=trail_of(fired, deciding, ("queue", "purpose"), signature),
        proposal=proposal,
    )


def _severity(fired: Sequence[DecisionRule], found: int) -> SeverityName:
    floors = [
        SEVERITIES.index(severity) + 1
        for severity in SEVERITIES
        for rule in fired
        if rule.then.get("severity") == severity
    ]
    raised = sum(int(rule.then.get("raise", 0)) for rule in fired)
    return SEVERITIES[min(max([found, *floors]) + raised, len(SEVERITIES)) - 1]


def _wrong_then(then: Mapping[str, str | int]) -> Iterator[str]:
    if "purpose" in then and "queue" not in then:
        yield "a purpose without a queue: the purpose goes with the queue that the same rule names"
    for key in ("queue", "purpose"):
        if key in then and not (isinstance(then[key], str) and then[key]):
            yield f"{key} must be a name, not {then[key]!r}"
    if "severity" in then and then["severity"] not in SEVERITIES:
        yield f"severity must be one of {', '.join(SEVERITIES)}, not {then['severity']!r}"
    if "raise" in then and (type(then["raise"]) is not int or not 1 <= then["raise"] <= _STEPS):
        yield f"raise must be 1 to {_STEPS} steps, not {then['raise']!r}"


ROUTING = Grammar(
    "routing",
    "queue",
    ("queue", "purpose", "severity", "raise"),
    Message("every case needs a queue, a severity and a reason, and a rule that cannot hold would be silent for ever"),
    _wrong_then,
)
