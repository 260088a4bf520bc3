"""The case that an act is about, as the person has it before them: in the list, in its file, or in both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cases.wording import NOT_KNOWN

if TYPE_CHECKING:
    from cases.caseload.line import Line
    from cases.caseload.opened_file import OpenedFile
    from cases.review.forms.memory import Memory
    from cases.wording import Wording

ShownValue = tuple[str, str]


@dataclass(frozen=True)
class InHand:
    """One case. `seen`: the number of the last event that was shown of it. `flagged`: nobody has confirmed it yet.

    `hidden`: it is left out of lists for a while; a file alone does not tell. `province` None: only its file is open.
    """

    number: int
    seen: int
    party: str
    flagged: bool
    hidden: bool
    line: Line | None
    opened: OpenedFile | None


def in_hand(line: Line | None, opened: OpenedFile | None, memory: Memory, wording: Wording) -> InHand | None:
    """Return the case of a line, with its file where that is the one that is open; None: there is no case.

    What the person did to it in this session they know of, also where it is not on the screen yet.
    """
    found = _shown(line, opened, wording)
    return None if found is None else replace(found, seen=max(found.seen, memory.reached(found.number)))


def _shown(line: Line | None, opened: OpenedFile | None, wording: Wording) -> InHand | None:
    if line is None:
        return None if opened is None else _of_file(opened)
    file = opened if opened is not None and opened.file.number == line.number else None
    party = line.party or wording.say("(no name in the registers)")
    seen = max(line.seen, file.seen) if file else line.seen
    return InHand(line.number, seen, party, line.stage == "flagged", line.hidden, line, file)


def _of_file(opened: OpenedFile) -> InHand:
    file = opened.file
    return InHand(file.number, opened.seen, file.party, file.draft, hidden=False, line=None, opened=opened)


def shown_of(case: InHand, wording: Wording) -> tuple[ShownValue, ...]:
    """Return what was on the screen of the case: the head of its file, or its line in the list."""
    if case.opened is not None:
        return head_of(case.opened, wording)
    line, say = case.line, wording.say
    if line is None:
        return ()
    return (
        (say("party"), case.party),
        (say("region"), line.region),
        (say("queue"), line.queue),
        (say("findings"), wording.number(line.findings)),
        (say("assigned to"), line.assigned_to or say("nobody")),
        (say("due"), wording.date(line.due) if line.due else NOT_KNOWN),
    )


def head_of(opened: OpenedFile, wording: Wording) -> tuple[ShownValue, ...]:
    """Return the head of a file, and what is on record along the ladder."""
    file = opened.file
    lines = [(wording.say("party"), file.party), *file.head]
    lines += [(wording.say("on record"), one) for one in file.recorded]
    lines.append((wording.say("next"), file.next_step))
    return tuple(lines)
