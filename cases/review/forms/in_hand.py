"""The case that an act is about, as the person has it before them: in the list, in its file, or in both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.caseload.line import Line
    from cases.caseload.opened_file import OpenedFile
    from cases.review.forms.memory import Memory
    from cases.wording import Wording


@dataclass(frozen=True)
class InHand:
    """One case. `seen`: the number of the last event that was shown of it. `flagged`: nobody has confirmed it yet.

    `hidden`: it is left out of lists for a while. `stood`: the case as the person had it before them.
    """

    number: int
    seen: int
    party: str
    flagged: bool
    hidden: bool
    stood: Line


def in_hand(line: Line | None, opened: OpenedFile | None, memory: Memory, wording: Wording) -> InHand | None:
    """Return the case of a line, with its file where that is the one that is open; None: there is no case.

    What the person did to it in this session they know of, also where it is not on the screen yet.
    """
    found = _shown(line, opened, wording)
    return None if found is None else replace(found, seen=max(found.seen, memory.reached(found.number)))


def _shown(line: Line | None, opened: OpenedFile | None, wording: Wording) -> InHand | None:
    if line is None:
        return None if opened is None else case_of(opened.line, wording)
    newer = opened is not None and opened.file.number == line.number and opened.seen >= line.seen
    return case_of(opened.line if newer and opened is not None else line, wording)


def case_of(line: Line, wording: Wording) -> InHand:
    """Return the case as a line of it stands."""
    party = line.party or wording.say("(no name in the registers)")
    return InHand(line.number, line.seen, party, line.stage == "flagged", line.hidden, line)
