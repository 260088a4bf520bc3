"""The file of one case as it is shown: worded, covered, frozen. `cases.explanation` makes it."""

from dataclasses import dataclass

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
    """One finding. `lines` is empty where no explanation was asked for; `note` says why one cannot be given."""

    subject: str
    region: str
    severity: str
    state: str
    since: str
    said: str
    deadlines: tuple[str, ...]
    lines: tuple[ShownLine, ...]
    note: str | None


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
    """One routing rule that fired, the reason that it gives, and the facts of the case that it read."""

    rule: str
    why: str
    read: tuple[ShownValue, ...]


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
class CaseFile:
    """Everything about one case. `draft`: no person has confirmed it, so it is an internal draft (KONSEP).

    `head` are the case's own lines in order; `next_step` the command that follows.
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
    events: tuple[ShownEvent, ...]
    others: tuple[OtherCase, ...]
    next_step: str
