"""The file of the chosen case, at the right or over the whole screen: painted once, scrolled without painting anew."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType

from cases.review.file_scroll import FileScroll
from cases.review.file_text import Shown, blocks_of, members_of
from cases.wording import message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.timer import Timer

    from cases.case_file import ShownFinding
    from cases.caseload.opened_file import OpenedFile
    from cases.register_rows import RegisterRows
    from cases.review.asking import AskingScreen
    from cases.review.file_layout import Layout
    from cases.review.file_looks import Looks
    from cases.review.file_text import Block
    from cases.wording import Wording
    from rules.errors import PatuhError

NEAR = 40
"""Lines before the end of what has been fetched at which more is asked for."""
REST = 0.4
"""Seconds for which a file has stood before its registers are asked."""


class FilePane(FileScroll, inherit_bindings=True):
    """One case, whole: what was found, by which article, why this office, what happened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "score", message("parts of the score"), show=False),
        Binding("O", "order", message("order of the timeline"), show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.opened: OpenedFile | None = None
        self.wording: Wording | None = None
        self.shown = Shown()
        self.seen: set[int] = set()
        """The numbers of the findings that were on the screen to their end."""
        self._fetching = False
        self._resting: Timer | None = None

    def show(self, opened: OpenedFile, wording: Wording) -> None:
        """Show a file from its top; the same case again, in other words or after an event, where it stood."""
        same = self.opened is not None and self.opened.file.number == opened.file.number
        reworded = self.wording is None or self.wording.language != wording.language
        self.opened, self.wording = opened, wording
        self._fetching = False
        if not same:
            self.shown, self.current, self.seen, self.folded = Shown(), "", set(), set()
            self._lay(keep=False)
            self.scroll_to(0, 0, animate=False, immediate=True)
        else:
            # What was fetched is fetched again in these words, and stays until it comes.
            self._lay(keep=True)
            self._fetch_again()
        if not same or reworded:
            self._rest()

    def blocks(self, looks: Looks) -> Sequence[Block]:
        """Return the file as blocks."""
        if self.opened is None or self.wording is None:
            return ()
        return blocks_of(self.opened, self.shown, self.wording, looks)

    @property
    def total(self) -> int:
        """How many findings the case has."""
        return sum(group.count for group in self.opened.file.groups) if self.opened else 0

    def status(self) -> str:
        """Say how much of the findings has been shown, and how to go on."""
        if self.wording is None:
            return ""
        number, say = self.wording.number, self.wording.say
        shown = len(self.seen)
        told = say("{shown} of {total} findings shown", shown=number(shown), total=number(self.total))
        if shown >= self.total:
            told = f"✓ {told}"
        on = say("end of the file") if self.at_end else say("space goes on")
        return f"{told} · {on}"

    def looked(self, layout: Layout, top: int, bottom: int) -> None:
        """Note which findings were shown to their end, and fetch more before somebody waits for them."""
        for painted in layout.painted:
            if painted.first >= bottom + NEAR:
                break
            if painted.end <= top - NEAR or not painted.strips:
                continue
            finding = painted.block.finding
            if finding is not None and top < painted.end <= bottom and painted.block.key not in self.folded:
                self.seen.add(finding)
            if painted.block.key.startswith("more "):
                self._fetch(int(painted.block.key.removeprefix("more ")))

    def action_score(self) -> None:
        """Show what the score is made of, or leave it out."""
        self.shown = replace(self.shown, score=not self.shown.score)
        self._lay(keep=True)
        self._go_to(0)

    def action_order(self) -> None:
        """Turn the timeline round."""
        self.shown = replace(self.shown, oldest_first=not self.shown.oldest_first)
        self._lay(keep=True, since="events")

    # What is asked for while the file is read.

    @property
    def _asking(self) -> AskingScreen:
        return cast("AskingScreen", self.screen)

    def _rest(self) -> None:
        """Ask what other registers say once the file has stood for a moment: who hurries past has no use for it."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._ask_rows)

    def _ask_rows(self) -> None:
        """Ask what other registers say of the party, now that its file can be read."""
        if self.opened is not None and self.wording is not None and self.is_attached:
            ask = partial(self._asking.review.caseload.register_rows, self.opened.file.number, self.wording)
            self._asking.ask("rows of registers", ask, partial(self._show_rows, self.opened.file.number))

    def _show_rows(self, number: int, rows: RegisterRows) -> None:
        if self.opened is not None and self.opened.file.number == number:
            self.shown = replace(self.shown, rows=rows)
            self._lay(keep=True, since="rows")

    def _fetch(self, after: int) -> None:
        """Fetch the findings behind the last one of a group, once."""
        if self._fetching or self.opened is None or self.wording is None:
            return
        self._fetching = True
        ask = partial(self._asking.review.caseload.more, self.opened.file.number, after, self.wording)
        self._asking.ask("more findings", ask, partial(self._fetched, self.opened, after), self._not_fetched)

    def _not_fetched(self, error: PatuhError) -> None:
        self._fetching = False
        self._asking.refused(error)

    def _fetched(self, opened: OpenedFile, after: int, found: tuple[ShownFinding, ...]) -> None:
        if opened is not self.opened:
            return
        self._fetching = False
        for place, members in enumerate(members_of(opened, self.shown)):
            if members and members[-1].number == after:
                more = {**self.shown.more, place: (*self.shown.more.get(place, ()), *found)}
                self.shown = replace(self.shown, more=more)
                self._lay(keep=True, since=f"more {after}")

    def _fetch_again(self) -> None:
        """Fetch anew what had been fetched beyond the first findings of each group."""
        opened, wording, before = self.opened, self.wording, self.shown.more
        if opened is None or wording is None or not before:
            return
        self._fetching = True
        more = partial(self._asking.review.caseload.more, opened.file.number, wording=wording)

        def ask() -> dict[int, tuple[ShownFinding, ...]]:
            return {place: _as_many(opened, place, len(found), more) for place, found in before.items()}

        def show(found: dict[int, tuple[ShownFinding, ...]]) -> None:
            if opened is self.opened:
                self._fetching = False
                self.shown = replace(self.shown, more=found)
                self._lay(keep=True)

        self._asking.ask("more findings", ask, show, self._not_fetched)


def _as_many(
    opened: OpenedFile, place: int, count: int, more: Callable[[int], tuple[ShownFinding, ...]]
) -> tuple[ShownFinding, ...]:
    """Fetch so many findings of a group behind the first ones, or as many as there are."""
    groups = opened.file.groups
    found: list[ShownFinding] = []
    last = groups[place].findings[-1].number if place < len(groups) and groups[place].findings else None
    while last is not None and len(found) < count:
        page = more(last)
        found += page
        last = page[-1].number if page else None
    return tuple(found)
