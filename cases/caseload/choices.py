"""What the forms of the review screen ask with: what may be chosen for a case, and why something may not.

`cases.caseload.choosing` finds it. Values are what an act takes; `shown` is what a screen writes, covered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cases.party_list import ProposalLine


@dataclass(frozen=True)
class Refusal:
    """Why something may not be done: what stands against it, why that matters, what to do."""

    what: str
    why: str
    remedy: str


@dataclass(frozen=True)
class QueueChoice:
    """A queue that a case may be sent to. `current`: it is headed there now. `refused` empty: it may be chosen."""

    name: str
    proposed: bool
    current: bool
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonChoice:
    """Somebody to have the case; `login` is "nobody" for nobody. `load`: live cases. `refused` "": may be chosen."""

    login: str
    name: str
    load: int
    current: bool
    refused: str = ""


@dataclass(frozen=True)
class LadderChoice:
    """Something that can be put on record along the ladder: `name` is what the paper is `of`.

    `two`: it is proposed, and another person confirms it. `signed`: who signed it is asked. `following`: it is what
    comes next by what is on record. `refused` empty: it may be done now.
    """

    kind: Literal["step", "receipt", "record"]
    name: str
    words: str
    two: bool
    signed: bool
    following: bool
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfficeChoice:
    """An office of the run file that takes the case for a purpose."""

    name: str
    words: str


@dataclass(frozen=True)
class PurposeChoice:
    """A purpose to hand the case over for; the first of `offices` by default. `named`: the office is typed."""

    purpose: str
    words: str
    offices: tuple[OfficeChoice, ...]
    named: bool
    two: bool
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnswerChoice:
    """What may be said next of a referral: the state that its office reaches."""

    referral: int
    words: str
    state: str
    state_words: str
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """What waits for a second person: what it is, who proposed it when, and its paper.

    `approve` and `retract`: why who is logged in may not; empty: may.
    """

    words: str
    who: str
    on: date
    number: str
    signer: str
    office: str
    lapsed: bool
    approve: tuple[str, ...] = ()
    retract: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleChoice:
    """A rule with `findings` live findings in the case."""

    rule: str
    title: str
    findings: int


@dataclass(frozen=True)
class SubjectChoice:
    """A subject of live findings of the case: its whole key, what is shown of it, and the rules that found it."""

    key: str
    shown: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class IdentifierChoice:
    """An identifier of the party: its kind and whole value, and what is shown of it. `anchors`: findings rest on it."""

    kind: str
    value: str
    label: str
    shown: str
    anchors: bool


@dataclass(frozen=True)
class Choices:
    """All that forms ask with for one case; `seen` is the number of its last event when it was read.

    `refused`: the acts (by the names of ACTS) that may not be done with this case by who is logged in, and why.
    `rules` and `subjects` are those of findings that are open or waived; `left`: further subjects, not listed.
    `everywhere`: who is logged in may let findings of every province be.
    """

    number: int
    seen: int
    party: int
    headed: str
    proposed: str
    queues: tuple[QueueChoice, ...]
    people: tuple[PersonChoice, ...]
    ladder: tuple[LadderChoice, ...]
    purposes: tuple[PurposeChoice, ...]
    answers: tuple[AnswerChoice, ...]
    waiting: Waiting | None
    rules: tuple[RuleChoice, ...]
    subjects: tuple[SubjectChoice, ...]
    identifiers: tuple[IdentifierChoice, ...]
    proposals: tuple[ProposalLine, ...]
    paused: bool
    hidden_until: date | None
    everywhere: bool
    left: int = 0
    refused: Mapping[str, Refusal] = field(default_factory=dict)

    @property
    def following(self) -> LadderChoice | None:
        """What comes next on the ladder by what is on record; None: nothing that a person records."""
        return next((one for one in self.ladder if one.following), None)


ACTS = (
    "confirm",
    "redirect",
    "assign",
    "step",
    "receipt",
    "record",
    "pause",
    "resume",
    "refer",
    "answer",
    "approve",
    "retract",
    "snooze",
    "wake",
    "waive",
    "dismiss",
    "note",
    "close",
    "merge",
    "refuse_merge",
    "split",
)
"""The acts of `cases.caseload.acts` by name."""
