"""The cases screen's list as it is read: pages both ways, what an act made of it, and what others did meanwhile."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cases.caseload.line import Page
from cases.caseload.views import VIEWS
from cases.caseload.wanted import Wanted
from cases.review.asking import AskingScreen
from cases.review.case_list import CaseList
from cases.review.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.caseload.acts import Done
    from cases.caseload.caseload import Caseload
    from cases.caseload.line import Line
    from cases.caseload.views import ViewCount
    from rules.errors import PatuhError

MARKED_SECONDS = 6.0
"""So long what others changed is marked."""


def last_page(caseload: Caseload, wanted: Wanted) -> tuple[Page, bool]:
    """Return the last page of a list, and whether lines still follow it (others may write meanwhile)."""
    turned = caseload.page(replace(wanted, descending=not wanted.descending), limit=1).lines
    if not turned:
        return Page((), more=False), False
    before, behind = caseload.page(wanted, before=turned[0]), caseload.page(wanted, after=turned[0])
    return Page((*before.lines, turned[0], *behind.lines), before.more), behind.more


class Paging(AskingScreen):
    """A screen with a list that is read page by page and kept as the store is."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Wanted(VIEWS[0])
        self.counts: tuple[ViewCount, ...] = ()
        self.beside: tuple[ViewCount, ...] = ()
        """What the rooms hold, and the queues of the office's own."""
        self.total: int | None = None
        self.arrived = 0
        self.loaded: Wanted | None = None
        """The list that is shown; None: none has been read yet."""
        self._paging = self._recount = False

    @property
    def cases(self) -> CaseList:
        """The list."""
        return self.query_one(CaseList)

    def load(self, *, keep: bool = False, queues: bool = False) -> None:
        """Ask for the list from its first line; `keep` the cursor on the case that it stands on, if it is there.

        How many there are, and (`queues`) how much each queue holds, is asked once the lines are there: asked for at
        the same time it would hold up what somebody waits for.
        """
        here = self.cases.chosen.number if keep and self.cases.chosen else None
        self._recount = self._recount or queues
        self.ask("list", partial(self.review.caseload.page, self.wanted), partial(self._filled, self.wanted, here))

    def read_counts(self) -> None:
        """Ask how much each queue holds."""
        self.ask("counts", self.review.caseload.counts, self.show_counts)

    def read_beside(self) -> None:
        """Ask how much lies beside these queues: it takes longer, and changes seldom."""
        self.ask("counts beside", self.review.caseload.counts_beside, self._show_beside)

    def _show_beside(self, counts: Sequence[ViewCount]) -> None:
        self.beside = tuple(counts)
        self.show_counts(self.counts)

    def show_counts(self, counts: Sequence[ViewCount]) -> None:
        """Show how much each queue holds."""
        self.counts = tuple(counts)

    def _filled(self, wanted: Wanted, here: int | None, page: Page) -> None:
        if wanted == self.wanted:
            self._paging = False
            self.loaded = wanted
            window = Window(page.lines, below=page.more)
            place = window.place_of(here) if here is not None else None
            self.cases.fill(window, cursor=place or 0)
            self.arrived = 0
            self.tell_place()
            self.call_after_refresh(self._count_all)

    def _count_all(self) -> None:
        self._count()
        if self._recount:
            self._recount = False
            self.read_counts()
            self.read_beside()

    def _count(self) -> None:
        self.ask("count", partial(self.review.caseload.count, self.wanted), partial(self._counted, self.wanted))

    def _counted(self, wanted: Wanted, total: int) -> None:
        if wanted == self.wanted:
            self.total, self.arrived = total, 0
            self.tell_place()

    def on_case_list_wanting(self, event: CaseList.Wanting) -> None:
        """Fetch the next page before somebody waits for it."""
        if self._paging or not self.cases.lines:
            return
        self._paging = True
        edge, page = self.cases.lines[0 if event.above else -1], self.review.caseload.page
        asked = partial(page, self.wanted, before=edge) if event.above else partial(page, self.wanted, edge)
        self.ask("page", asked, partial(self._more, self.wanted, edge, event.above), self._no_page)

    def _no_page(self, error: PatuhError) -> None:
        self._paging = False
        self.refused(error)

    def _more(self, wanted: Wanted, edge: Line, above: bool, page: Page) -> None:
        self._paging = False
        lines = self.cases.lines
        if wanted == self.wanted and lines and lines[0 if above else -1].number == edge.number:
            (self.cases.prepend if above else self.cases.append)(page.lines, more=page.more)

    def on_case_list_jumping(self, event: CaseList.Jumping) -> None:
        """Fetch the first page or the last one."""
        if event.last:
            self.ask("list", partial(last_page, self.review.caseload, self.wanted), partial(self._ended, self.wanted))
        else:
            self.load()

    def _ended(self, wanted: Wanted, found: tuple[Page, bool]) -> None:
        page, more_below = found
        if wanted == self.wanted:
            self._paging = False
            first = max(0, (self.total or 0) - len(page.lines)) if page.more else 0
            window = Window(page.lines, first=first, above=page.more, below=more_below)
            self.cases.fill(window, cursor=len(page.lines) - 1)

    def read_ahead(self, number: int) -> None:
        """Have the file of the case behind this one made while this one is read."""
        numbers = [line.number for line in self.cases.lines]
        place = numbers.index(number) + 1 if number in numbers else len(numbers)
        if place < len(numbers):
            ask = partial(self.review.caseload.open, numbers[place], self.review.wording)
            # What is refused of it is told once somebody goes there.
            self.ask("ahead", ask, lambda _: None, lambda _: None)

    def chosen_cases(self) -> tuple[Line, ...]:
        """Return the cases that an act is meant for: those that are selected, else the one under the cursor."""
        chosen = self.cases.chosen
        return self.cases.selected or ((chosen,) if chosen is not None else ())

    def after_act(self, done: Done, *, on: bool) -> None:
        """Show what has become of the case; `on`: the cursor goes to the next one, else it stays while it is there."""
        self.read_again((done.number,), on=on)

    def read_again(self, numbers: tuple[int, ...], *, on: bool) -> None:
        """Read these cases anew after an act of one's own: they change, or leave the list.

        What is typed meanwhile is meant for the case that comes next.
        """
        hold = self.review.hold_keys()

        def show(lines: Sequence[Line]) -> None:
            self._read_again(wanted, numbers, lines, on)
            self.review.release_keys(hold)

        wanted = self.wanted
        self.ask(f"again {numbers}", partial(self.review.caseload.lines, wanted, numbers), show)
        self._count()
        self.read_counts()

    def _read_again(self, wanted: Wanted, numbers: tuple[int, ...], lines: Sequence[Line], on: bool) -> None:
        if wanted == self.wanted:
            there = {line.number for line in lines}
            here = self.cases.chosen
            self.cases.change(lines)
            self.cases.take_out(number for number in numbers if number not in there)
            if on and here is not None and here.number in there and numbers == (here.number,):
                self.cases.action_move(1)
            self.tell_place()

    def watch_others(self) -> None:
        """Look what others did to the lines on the screen, and how many cases there are now."""
        numbers = tuple(line.number for line in self.cases.shown)
        if numbers and not self._paging:
            asked = partial(self.review.caseload.lines, self.wanted, numbers)
            self.ask("watch", asked, partial(self._watched, self.wanted, numbers))
        self.ask("watched count", partial(self.review.caseload.count, self.wanted), partial(self._news, self.wanted))
        self.read_counts()

    def _watched(self, wanted: Wanted, numbers: tuple[int, ...], lines: Sequence[Line]) -> None:
        if wanted != self.wanted:
            return
        self.cases.change(lines, mark=True)
        self.cases.left = frozenset(numbers) - {line.number for line in lines}
        self.set_timer(MARKED_SECONDS, self.cases.settle)

    def _news(self, wanted: Wanted, total: int) -> None:
        if wanted != self.wanted or self.total is None:
            return
        self.arrived = max(0, total - self.total + len(self.cases.left))
        self.tell_place()

    def came_back(self) -> None:
        """The store answers again: read everything anew, and stay on the case."""
        self.load(keep=True, queues=True)

    def tell_place(self) -> None:
        """Say where the cursor is; the screen draws it."""
