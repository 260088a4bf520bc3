"""The queues, each with how much it holds: a pane at the left where there is room, else a strip of one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cases.caseload.views import ROOMS, VIEWS
from cases.wording import message

if TYPE_CHECKING:
    from cases.caseload.views import View, ViewCount
    from cases.wording import Wording

ALL: Final = (*VIEWS, *ROOMS)
"""The queues that every office has, as their keys count them from 1 on; those of its own routing follow."""
NOT_TOLD: Final = "?"
SHORT: Final = {
    "flagged": message("Flagged"),
    "mine": message("My own"),
    "overdue": message("Late"),
    "disnaker": message("Disnaker"),
    "kejaksaan": message("Kejaksaan"),
    "held": message("Held"),
    "repair": message("Data"),
}
"""The names of the queues where there is little room."""
FORMS: Final = 4
"""So many ways there are to say the queues in one line, each shorter than the one before."""
WAITING: Final = "…"
WIDTH: Final = 25


class Chosen(Message):
    """Another queue was chosen."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view


def shown_views(counts: Sequence[ViewCount]) -> tuple[View, ...]:
    """Return the queues that are shown: every office's, and behind them what else was counted."""
    return (*ALL, *(one.view for one in counts if one.view not in ALL))


class QueuePane(OptionList):
    """One line for each queue; the chosen one is whose cases the list shows."""

    views: tuple[View, ...] = ALL

    def show(self, counts: Sequence[ViewCount], chosen: View, wording: Wording) -> None:
        """Write the lines anew, keeping the place."""
        known = _known(counts)
        place = self.highlighted
        self.clear_options()
        self.views = shown_views(counts)
        for key, view in enumerate(self.views, start=1):
            count = _count(known, view, wording)
            words = wording.say(view.words)
            sign = ">" if view is chosen else " "
            line = Text(f"{sign}{key} {words}", "bold" if view is chosen else "", no_wrap=True, overflow="ellipsis")
            line.append(" " * max(1, WIDTH - 1 - line.cell_len - cell_len(count)))
            line.append(count)
            self.add_option(Option(line, id=view.name))
        self.highlighted = self.views.index(chosen) if place is None or not self.has_focus else place

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell the screen."""
        event.stop()
        self.post_message(Chosen(next(one for one in self.views if one.name == event.option_id)))


class QueueStrip(Static):
    """The queues in one line; what does not fit is said shorter, never left out."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=False)
        self._told: tuple[Sequence[ViewCount], View, Wording] | None = None
        self._places: list[tuple[range, View]] = []

    def show(self, counts: Sequence[ViewCount], chosen: View, wording: Wording) -> None:
        """Write the line anew."""
        self._told = counts, chosen, wording
        self._say()

    def on_resize(self) -> None:
        """Say as much as fits."""
        self._say()

    def on_click(self, event: events.Click) -> None:
        """Choose the queue that was pointed at."""
        for place, view in self._places:
            if event.x in place:
                self.post_message(Chosen(view))

    def _say(self) -> None:
        if self._told is None:
            return
        counts, chosen, wording = self._told
        for form in range(FORMS):
            texts = list(_texts(counts, chosen, wording, form))
            if sum(cell_len(text) + 1 for text in texts) <= self.size.width:
                break
        line, self._places = Text(no_wrap=True, overflow="ellipsis"), []
        for view, text in zip(shown_views(counts), texts, strict=True):
            self._places.append((range(line.cell_len, line.cell_len + cell_len(text)), view))
            line.append(text, "bold reverse" if view is chosen else "")
            line.append(" ")
        self.update(line, layout=False)


def _known(counts: Sequence[ViewCount]) -> Mapping[str, int | None]:
    return {one.view.name: one.count for one in counts}


def _count(known: Mapping[str, int | None], view: View, wording: Wording) -> str:
    """Say how much a queue holds: `…` until it has been counted, `?` where nobody tells."""
    if view.name not in known:
        return WAITING
    count = known[view.name]
    return NOT_TOLD if count is None else wording.number(count)


def _texts(counts: Sequence[ViewCount], chosen: View, wording: Wording, form: int) -> Iterator[str]:
    """Say each queue: whole; by its short name; without a number that is none; by its key alone where it is empty."""
    known = _known(counts)
    for key, view in enumerate(shown_views(counts), start=1):
        words, count = wording.say(view.words), _count(known, view, wording)
        if form and view is not chosen:
            words = wording.say(SHORT.get(view.name, view.words))
        if form == FORMS - 1 and view is not chosen and known.get(view.name) == 0:
            yield f" {key}:0 "
        elif form == FORMS - 2:
            yield f" {key} {words}" + (f" {count}" if known.get(view.name) else "")
        else:
            yield f" {key} {words} {count}".rstrip() + " "
