"""What a class of subjects is: how often it is planted, and with which answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Blame:
    """Why a rule cannot answer: the source, and a name of `connectors.landed.Standing` in lower case.

    `said` means that the source has the row but not the value; source '' that no field is to blame: head counts too
    far apart, a value of the law that nobody knows.
    """

    source: str
    reason: str


@dataclass(frozen=True)
class Planted:
    """One class of subjects; `weight` in 10,000; what the weights leave over is the fact's class left over.

    `violations`: the rules that must flag it. `unknown`: the rules that must not answer, with the source to blame.
    Every other rule on this fact must pass it or not apply. `rejected`: a row of it is rejected by landing; planted
    only where such rows stay below the share at which a gate refuses the whole source.
    """

    name: str
    weight: int
    violations: tuple[str, ...] = ()
    unknown: Mapping[str, Blame] = field(default_factory=dict)
    rejected: bool = False


def blamed(source: str, reason: str, *rules: str) -> dict[str, Blame]:
    """Return one blame for several rules."""
    return dict.fromkeys(rules, Blame(source, reason))


def names(classes: tuple[Planted, ...], *parts: str) -> str:
    """Return as an SQL list the names of those classes that contain one of `parts`."""
    found = [f"'{one.name}'" for one in classes if any(part in one.name for part in parts)]
    return "(" + ", ".join(found) + ")"
