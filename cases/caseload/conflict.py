"""Somebody else was faster: what happened to a case since a person had read it, and how it stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import PatuhError

if TYPE_CHECKING:
    from cases.case_file import ShownEvent
    from cases.caseload.opened_file import OpenedFile
    from cases.wording import Wording


class ConflictError(PatuhError):
    """An act was wanted on a case as it no longer is; nothing was done.

    `since` are the events that came after what the person had seen, `now` is the file as it stands.
    """

    def __init__(self, number: int, since: tuple[ShownEvent, ...], now: OpenedFile, wording: Wording) -> None:
        self.number, self.since, self.now = number, since, now
        last = since[-1]
        super().__init__(
            wording.say(
                "Case {number} has changed since you read it: {who}, {at}: {what}.",
                number=number,
                who=last.who,
                at=last.at,
                what=last.what,
            ),
            wording.say("an act rests on what was read, and nothing was done"),
            wording.say("read what is new, and do it again if it is still right"),
        )
