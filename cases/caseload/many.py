"""One act on many cases, as values: which ones, what would come of it, and what did."""

from collections.abc import Callable
from dataclasses import dataclass

from cases.caseload.acts import CaseAct, Done
from cases.caseload.wanted import Wanted as WantedList
from rules.errors import PatuhError


@dataclass(frozen=True)
class Target:
    """A case, and the number of its last event when it was read."""

    number: int
    seen: int


@dataclass(frozen=True)
class ByRule:
    """Those cases of a list in which a rule has an open finding."""

    wanted: WantedList
    rule: str


Targets = tuple[Target, ...] | WantedList | ByRule
Progress = Callable[[int, int], bool]
"""Told how many of how many cases are done with; False stops before the next one."""


def on(_done: int, _of: int) -> bool:
    """Go on to the end."""
    return True


@dataclass(frozen=True)
class Reason:
    """Why cases may not be changed, how many, and the numbers of the first of them."""

    words: str
    count: int
    first: tuple[int, ...]


@dataclass(frozen=True)
class Covered:
    """What would be let be: so many findings in so many cases, of which `others` are not among those selected."""

    findings: int
    cases: int
    others: int


@dataclass(frozen=True)
class Preview:
    """What an act on many cases would do: which change, to which queues and in which provinces, which may not and why.

    `left`: cases that were not looked at, for it was stopped. `covered` None: the act lets no findings be.
    """

    act: CaseAct
    targets: tuple[Target, ...]
    queues: tuple[tuple[str, int], ...]
    provinces: tuple[tuple[str, int], ...]
    refused: tuple[Reason, ...]
    left: int = 0
    covered: Covered | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of it: acts on record, cases refused and why, those that somebody else changed, those not tried.

    `error`: what stopped it, where not the person did.
    """

    done: tuple[Done, ...]
    refused: tuple[Reason, ...]
    changed: tuple[int, ...]
    left: tuple[int, ...]
    error: PatuhError | None = None
