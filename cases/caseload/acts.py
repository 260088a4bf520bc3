"""What a person may do with a case from the screen: each act as a plain value; `cases.caseload.performing` does it."""

from dataclasses import dataclass
from datetime import date

NOBODY = "nobody"
"""The login to which a case is assigned that nobody works on."""


@dataclass(frozen=True)
class Paper:
    """A letter or another document: of which step, record or purpose it is, its number, its day, who signed it."""

    of: str
    number: str
    on: date
    signer: str = ""


@dataclass(frozen=True)
class Confirm:
    """Send the case on its way to the proposed queue, or to `queue`."""

    queue: str | None = None


@dataclass(frozen=True)
class Redirect:
    """Send a confirmed case that no office has yet to another queue."""

    queue: str
    reason: str


@dataclass(frozen=True)
class Assign:
    """Give the case to the person with this login, or to NOBODY."""

    login: str


@dataclass(frozen=True)
class Step:
    """Put a step of the ladder on record, or propose it where two persons are needed."""

    paper: Paper


@dataclass(frozen=True)
class Receipt:
    """Put the proof of receipt of a step's letter on record."""

    paper: Paper


@dataclass(frozen=True)
class Record:
    """Put on record what a step needs, or the proof of an indication."""

    paper: Paper


@dataclass(frozen=True)
class Pause:
    """Stop what comes next; `until`: the day to look again."""

    reason: str
    until: date | None = None


@dataclass(frozen=True)
class Resume:
    """Let a paused case go on."""

    reason: str


@dataclass(frozen=True)
class Refer:
    """Hand the case over for a purpose, or propose it. `office` None: the one of the case's province."""

    purpose: str
    number: str
    on: date
    office: str | None = None


@dataclass(frozen=True)
class Answer:
    """Say how far an office is with a referral; `number` is that of its letter, "" where there is none."""

    referral: int
    state: str
    number: str
    on: date


@dataclass(frozen=True)
class Approve:
    """Put on record what another person proposed."""


@dataclass(frozen=True)
class Retract:
    """Take a proposal back."""

    reason: str


@dataclass(frozen=True)
class Snooze:
    """Hide the case from lists up to a day, which counts."""

    until: date
    reason: str


@dataclass(frozen=True)
class Wake:
    """Show a hidden case in lists again."""


@dataclass(frozen=True)
class Waive:
    """Let findings of the case's party be: of one rule, one subject (its whole key), both, or the `whole_party`.

    `everywhere`: in all provinces, otherwise in that of the case. `since` None: from today on. `until` None: until it
    is withdrawn.
    """

    reason: str
    owner: str
    proof: str
    rule: str | None = None
    subject: str | None = None
    whole_party: bool = False
    everywhere: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Dismiss:
    """Let what is open in the case be until registers say otherwise, or until a day is over."""

    reason: str
    owner: str
    until: date | None = None


@dataclass(frozen=True)
class Note:
    """Write a note into the case's file."""

    text: str


@dataclass(frozen=True)
class Close:
    """Close the findings whose closing a scan proposed."""

    reason: str


@dataclass(frozen=True)
class Merge:
    """Make two parties one: those of a proposal, or the party that `stays` and the one that `goes`."""

    reason: str
    proposal: int | None = None
    stays: int | None = None
    goes: int | None = None


@dataclass(frozen=True)
class RefuseMerge:
    """Say that the parties of a proposal are not one."""

    proposal: int
    reason: str


@dataclass(frozen=True)
class Split:
    """Give identifiers of a party, each a kind and its whole value, and what rests on them to a new party."""

    party: int
    identifiers: tuple[tuple[str, str], ...]
    reason: str


CaseAct = (
    Confirm
    | Redirect
    | Assign
    | Step
    | Receipt
    | Record
    | Pause
    | Resume
    | Refer
    | Answer
    | Approve
    | Retract
    | Snooze
    | Wake
    | Waive
    | Dismiss
    | Note
    | Close
    | Merge
    | RefuseMerge
    | Split
)


@dataclass(frozen=True)
class Done:
    """An act that is on record, in words; `seq` is the number of the case's last event after it.

    `undoable`: whoever did it may take it back while nothing followed. `touched`: further cases that changed with it.
    `waits`: it is proposed, and on record only when another person has confirmed it.
    """

    number: int
    words: str
    seq: int
    undoable: bool = False
    touched: tuple[int, ...] = ()
    waits: bool = False
