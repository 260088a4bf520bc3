"""The file of one case as it is shown: worded, covered, frozen. `cases.explanation` makes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.evidence_values import EvidenceValue

ShownValue = tuple[str, str]
"""A label and what is written beside it."""


@dataclass(frozen=True)
class ShownLine:
    """One line of the rule: `part` as in "when 1", its text, TRUE, FALSE or NULL, the values that it read."""

    part: str
    text: str
    outcome: str
    values: tuple[ShownValue, ...]


@dataclass(frozen=True)
class ShownFinding:
    """One finding. `lines` is empty where no explanation was asked for; `note` says why one cannot be given.

    `number` is its own in the store; `evidence` is empty where it was not asked for.
    """

    subject: str
    region: str
    severity: str
    state: str
    since: str
    said: str
    deadlines: tuple[str, ...]
    lines: tuple[ShownLine, ...]
    note: str | None
    number: int = 0
    evidence: tuple[EvidenceValue, ...] = ()


@dataclass(frozen=True)
class FindingGroup:
    """The findings of one rule and line in a case: members whose cover lapsed, members never covered.

    `articles` are in words, each with how it was checked. `count` findings in all, of which `findings` are shown.
    """

    rule: str
    title: str
    line: str | None
    nature: str
    articles: tuple[str, ...]
    count: int
    findings: tuple[ShownFinding, ...]


@dataclass(frozen=True)
class ShownFiring:
    """One rule of routing or of the ladder that fired, the reason that it gives, and the facts that it read.

    `overruled`: a rule above it decided.
    """

    rule: str
    why: str
    read: tuple[ShownValue, ...]
    overruled: bool = False


@dataclass(frozen=True)
class ShownStep:
    """A step of the sanction ladder: what a person does, by when, by which article, after what is on record.

    `office`: the queue whose office has to act; None: the agency itself. `deadline` None: none is known.
    """

    name: str
    do: str
    deadline: str | None
    articles: tuple[str, ...]
    records: tuple[str, ...]
    office: str | None


@dataclass(frozen=True)
class ShownProposal:
    """What the sanction ladder proposes: `step` None where none is, and then the trail says why.

    `ready` False: something that the step needs has to be got first. `beside`: steps that do not wait for the ladder.
    `blocked` and `warned` name ways that are closed to the case, and those of which a person is warned.
    """

    step: ShownStep | None
    ready: bool
    beside: tuple[ShownStep, ...]
    blocked: tuple[str, ...]
    warned: tuple[str, ...]
    trail: tuple[ShownFiring, ...]


@dataclass(frozen=True)
class ShownEvent:
    """One move of the case; `details` say what registers said differently before and after it."""

    seq: int
    at: str
    who: str
    what: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class OtherCase:
    """Another case of the same party."""

    number: int
    province: str
    track: str
    stage: str
    queue: str


@dataclass(frozen=True)
class MergedFile:
    """What is in the file of a case that was merged into this one: on record along the ladder, and its events."""

    number: int
    recorded: tuple[str, ...]
    events: tuple[ShownEvent, ...]


@dataclass(frozen=True)
class ShownPart:
    """One part of the score: what it is, how much of it there is (or that nobody says), and its points."""

    name: str
    amount: str
    points: int


@dataclass(frozen=True)
class ShownScore:
    """What brings the case to its place in the list. `source`: whose numbers these are, and since when."""

    points: int
    parts: tuple[ShownPart, ...]
    source: str


@dataclass(frozen=True)
class CaseBrief:
    """A case in figures, as somebody reads it who has to decide. `severity` 1 to 4; `points` None: it is closed.

    `people` and `rupiah` None: no register says; the words beside them say what they count. `due`: the first day on
    which a time of the law that runs for it is over, None: none runs. `working_days` from today to `due`, below zero
    since it; None: beyond the calendar. `province` is a code with its name, '' where no region is said. `assigned_to`:
    a login; None: nobody.
    """

    stage: str
    track: str
    severity: int
    points: int | None
    people: int | None
    people_words: str
    rupiah: int | None
    rupiah_words: str
    province: str
    queue: str
    step: str
    due: date | None
    days: int | None
    working_days: int | None
    assigned_to: str | None


@dataclass(frozen=True)
class CaseFile:
    """Everything about one case. `draft`: no person has confirmed it, so it is an internal draft (KONSEP).

    `head` are the case's own lines in order; `next_step` the command that follows. `proposal` None: the case was
    decided before the ladder was asked. `recorded`: what persons put on record along the ladder. `merged`: the files
    of the cases that were merged into it. `score` None: the case is closed. `brief`: the same in figures.
    """

    number: int
    draft: bool
    outreach: bool
    party: str
    identifiers: tuple[ShownValue, ...]
    head: tuple[ShownValue, ...]
    groups: tuple[FindingGroup, ...]
    queue: str
    trail: tuple[ShownFiring, ...]
    proposal: ShownProposal | None
    events: tuple[ShownEvent, ...]
    others: tuple[OtherCase, ...]
    next_step: str
    recorded: tuple[str, ...] = ()
    merged: tuple[MergedFile, ...] = ()
    score: ShownScore | None = None
    brief: CaseBrief | None = None
