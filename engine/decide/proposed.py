"""The ladder's rules that fired, combined into one proposal: by their order in the file.

step, prepare    of the first rule that names either; `step: none` proposes no step
beside           the steps that any rule names, in the order of the ladder, without the one that is proposed already
blocks, warns    the purposes that any rule names; what is blocked needs no warning
"""

from collections.abc import Iterator, Mapping, Sequence

from engine.decide.compiled import Grammar
from engine.decide.facts import CaseFact
from engine.decide.trail import fired_of, trail_of
from engine.findings import Proposal
from rules.errors import Message
from rules.model import NO_STEP, DecisionRule, Ladder


def propose(ladder: Ladder, places: Sequence[int], signature: Mapping[str, CaseFact]) -> Proposal:
    """Make the proposal from the places (in the file) of the rules that fired."""
    fired = fired_of(ladder.rules, places)
    deciding = next(rule for rule in fired if "step" in rule.then or "prepare" in rule.then)
    named = str(deciding.then.get("step", deciding.then.get("prepare")))
    step = None if named == NO_STEP else named
    beside = _named(fired, "beside")
    blocked = _named(fired, "blocks")
    return Proposal(
        step=step,
        ready="step" in deciding.then,
        beside=tuple(one.id for one in ladder.steps if one.id in beside and one.id != step),
        blocked=tuple(sorted(blocked)),
        warned=tuple(sorted(_named(fired, "warns") - blocked)),
        trail=trail_of(fired, deciding, ("step", "prepare"), signature),
    )


def _named(fired: Sequence[DecisionRule], key: str) -> set[str]:
    return {str(rule.then[key]) for rule in fired if key in rule.then}


def _wrong_then(then: Mapping[str, str | int]) -> Iterator[str]:
    if "step" in then and "prepare" in then:
        yield "proposes a step and only its preparation at once"
    for key, value in then.items():
        if not (isinstance(value, str) and value):
            yield f"{key} must be a name, not {value!r}"


LADDER = Grammar(
    "ladder",
    "step",
    ("step", "prepare", "beside", "blocks", "warns"),
    Message("every case needs an answer to what comes next, and a rule that cannot hold would be silent for ever"),
    _wrong_then,
)
