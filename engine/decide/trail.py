"""The trail of a decision: every rule that fired, in the order of the file, never in the order of firing."""

from collections.abc import Mapping, Sequence

from engine.decide.facts import CaseFact
from engine.findings import Fired
from rules.model import DecisionRule


def fired_of(rules: Sequence[DecisionRule], places: Sequence[int]) -> list[DecisionRule]:
    """Return the rules at `places` in the order of the file; its last rule is always among them."""
    return [rules[place] for place in sorted(places)]


def trail_of(
    fired: Sequence[DecisionRule],
    deciding: DecisionRule,
    overruled: Sequence[str],
    signature: Mapping[str, CaseFact],
) -> tuple[Fired, ...]:
    """Return what is shown of the rules that fired; the last of the file only where it decided.

    `overruled` are the keys of `then` in which only the rule `deciding` counts.
    """
    shown = [rule for rule in fired if rule is deciding or rule is not fired[-1]]
    return tuple(
        Fired(
            rule=rule.id,
            read={condition.fact: signature[condition.fact] for condition in rule.when},
            why=rule.why,
            gave={key: value for key, value in rule.then.items() if rule is deciding or key not in overruled},
        )
        for rule in shown
    )
