"""What stands above the lines: which list it is, how long, in which order, narrowed by what, and the headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from cases.inert import inert
from cases.review.bars import Bar
from cases.review.case_list import MARKS
from cases.review.columns import GAP, fitted
from cases.wording import message

if TYPE_CHECKING:
    from cases.caseload.wanted import Wanted
    from cases.review.columns import Column
    from cases.wording import Wording

SORT_WORDS: Final = {
    "score": message("score"),
    "party": message("party"),
    "region": message("region"),
    "findings": message("findings"),
    "people": message("people"),
    "rupiah": message("rupiah"),
    "due": message("deadline"),
}
"""What a list can be sorted by, in words."""
DOWN, UP = "▼", "▲"


@dataclass(frozen=True)
class Place:
    """Where somebody is in a list.

    `cursor`: its place, None: there is no case. `total` None: not counted yet. `selected` None: all that match.
    `arrived`: so many cases came since it was read.
    """

    cursor: int | None
    total: int | None
    selected: int | None
    arrived: int


class ListBar(Bar):
    """The name of the list, the place in it, its order, what narrows it, and what is selected."""

    def tell(self, wording: Wording, wanted: Wanted, place: Place) -> None:
        """Say it anew."""
        line = Text()
        line.append(f" {wording.say(wanted.view.words)} ", "bold")
        total = "…" if place.total is None else wording.number(place.total)
        line.append(f"{wording.number(place.cursor + 1)}/{total}" if place.cursor is not None else total)
        line.append(f" · {wording.say(SORT_WORDS[wanted.sort])} {DOWN if wanted.descending else UP}")
        if place.selected is None:
            line.append(" · " + wording.say("all {count} selected", count=total), "bold")
        elif place.selected:
            words = wording.plural("{count} selected", "{count} selected", place.selected)
            line.append(f" · {words}", "bold")
        if place.arrived:
            news = wording.plural("{count} new case: r", "{count} new cases: r", place.arrived)
            line.append(f" · {news}", "bold reverse")
        if wanted.query:
            line.append(f" · / {inert(wanted.query)}", "bold")
        self.say(line)


class ListHead(Static):
    """The headings of the columns, the one that is sorted by with a sign; a click on one sorts by it."""

    class Clicked(Message):
        """A heading was clicked that can be sorted by."""

        def __init__(self, sort: str) -> None:
            super().__init__()
            self.sort = sort

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=False)
        self._places: list[tuple[range, str]] = []
        self._told: tuple[tuple[Column, ...], str, bool] | None = None

    def tell(self, columns: tuple[Column, ...], wanted: Wanted) -> None:
        """Write them anew."""
        if self._told == (columns, wanted.sort, wanted.descending):
            return
        self._told = columns, wanted.sort, wanted.descending
        line, self._places = Text(" " * MARKS, no_wrap=True), []
        for column in columns:
            heading = column.heading
            if column.name == wanted.sort:
                heading += DOWN if wanted.descending else UP
            self._places.append((range(line.cell_len, line.cell_len + column.width + GAP), column.name))
            line.append(fitted(heading, column.width, right=column.right), "bold")
            line.append(" " * GAP)
        self.update(line, layout=False)

    def on_click(self, event: events.Click) -> None:
        """Ask for another order."""
        for place, name in self._places:
            if event.x in place and name in SORT_WORDS:
                self.post_message(self.Clicked(name))
