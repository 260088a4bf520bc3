"""The screen of cases: queues, the list of the chosen queue, and the file of the chosen case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from cases.caseload.wanted import SORTS, Wanted
from cases.review.bars import Banner, EmptyBar, TitleBar
from cases.review.case_list import CaseList
from cases.review.columns import Speech
from cases.review.file_pane import FilePane
from cases.review.file_screen import FileScreen
from cases.review.forms.acting import Acting
from cases.review.forms.many import rule_form, selection
from cases.review.key_bar import KeyBar
from cases.review.list_head import DOWN, SORT_WORDS, UP, ListBar, ListHead, Place
from cases.review.menu_screen import Entry, MenuScreen
from cases.review.paging import Paging
from cases.review.query_line import QueryLine
from cases.review.queue_pane import ALL, QueuePane, QueueStrip, shown_views
from cases.review.scan_line import ScanLine
from cases.wording import message

if TYPE_CHECKING:
    from cases.caseload.opened_file import OpenedFile
    from cases.caseload.query import Known
    from cases.caseload.views import View, ViewCount
    from cases.review.forms.many import OfRule, Selection
    from cases.review.queue_pane import Chosen
    from cases.review.room import RoomScreen
    from cases.wording import Wording

MEDIUM: Final = 110
"""From so many columns on the file stands beside the list."""
ROOM_SCREENS: Final[Mapping[str, tuple[str, str]]] = {
    "held": ("cases.review.held_screen", "HeldScreen"),
    "repair": ("cases.review.repair_screen", "RepairScreen"),
    "night": ("cases.review.night_screen", "NightScreen"),
}
"""The screens of what waits beside the cases."""
WIDE: Final = 160
"""From so many columns on the queues have a pane of their own."""


def room_screen(name: str) -> RoomScreen:
    """Return the screen of what waits beside the cases; what it asks with is loaded when somebody goes there."""
    module, kind = ROOM_SCREENS[name]
    return cast("RoomScreen", getattr(import_module(module), kind)())


class CasesScreen(Paging, Acting):
    """Where a supervisor works through the cases of a night."""

    AUTO_FOCUS = "#cases"
    HELP: ClassVar[str] = message(
        "The list shows the cases of one queue, the gravest first. Go to a case, read its file, and act on it by a "
        "key. What others do meanwhile is marked in the list; nothing moves under your hands until you read anew."
    )
    NOTES: ClassVar[bool] = True
    FIRST: ClassVar[tuple[str, ...]] = ("mark", "open", "query", "sort")
    """What the line of keys begins with."""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(key), f"queue({key})", view.words, show=False) for key, view in enumerate(ALL, start=1)),
        Binding("8", "queue(8)", message("a queue of the office's own"), show=False, key_display="8 9"),
        Binding("9", "queue(9)", show=False),
        Binding("slash", "query", message("filter"), key_display="/"),
        Binding("s", "sort", message("sort")),
        Binding("R", "select_by_rule", message("select by rule"), show=False),
        Binding("S", "reverse", message("reverse the order"), show=False),
        Binding("r", "again", message("read anew"), show=False),
        Binding("N", "night", message("last scans"), show=False),
        Binding("escape", "back", message("back"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.opened: OpenedFile | None = None
        self.of_rule: OfRule | None = None
        """What was selected by a rule last."""
        self._scanned: date | None = None
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """What is always said, three panes, and the keys below them."""
        yield TitleBar(id="title", markup=False)
        yield ScanLine()
        yield Banner(id="banner", markup=False)
        yield QueueStrip(id="strip")
        with Horizontal(id="panes"):
            yield QueuePane(id="queues")
            with Vertical(id="middle"):
                yield ListBar(id="where", markup=False)
                yield QueryLine(id="query")
                yield ListHead(id="head")
                yield EmptyBar(id="empty", markup=False)
                yield CaseList(id="cases")
            yield FilePane(id="right")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Ask for what is shown first."""
        self.reword()
        self.load(queues=True)
        self.ask("scan", self.review.caseload.last_scan, self.show_scan)
        self.query_one(QueryLine).pause = self.review.pace.typing
        self.ask("names", lambda: self.review.caseload.known, self._know)
        self.set_interval(self.review.pace.watch, self.watch_others)

    def on_resize(self, event: events.Resize) -> None:
        """Show as many panes as there is room for."""
        self.set_class(event.size.width < MEDIUM, "-narrow")
        self.set_class(MEDIUM <= event.size.width < WIDE, "-medium")
        self.set_class(event.size.width >= WIDE, "-wide")
        if self.has_class("-narrow"):
            self.query_one(FilePane).display = False
        elif not self.query_one(FilePane).display:
            self.on_screen_resume()

    def show_scan(self, scanned: date | None) -> None:
        """Say of which day the newest scan is."""
        self._scanned = scanned
        caseload = self.review.caseload
        self.query_one(TitleBar).tell(self.review.wording, caseload.login, caseload.today, scanned)

    def show_counts(self, counts: Sequence[ViewCount]) -> None:
        """Show how much each queue holds."""
        super().show_counts(counts)
        self._tell_queues()

    def _tell_queues(self) -> None:
        for pane in (self.query_one(QueuePane), self.query_one(QueueStrip)):
            pane.show((*self.counts, *self.beside), self.wanted.view, self.review.wording)

    def tell_place(self) -> None:
        """Say which list it is, where the cursor is in it, and what is selected."""
        cases, wording = self.cases, self.review.wording
        cursor = cases.window.first + cases.cursor if cases.chosen is not None else None
        selected = None if cases.all_matching else len(cases.selected)
        place = Place(cursor, self.total, selected, self.arrived)
        self.query_one(ListBar).tell(wording, self.wanted, place)
        self.query_one(ListHead).tell(cases.columns, self.wanted)
        empty, narrowed = not cases.lines, bool(self.wanted.query)
        self.query_one(EmptyBar).tell(wording, empty=empty, read=self.loaded == self.wanted, narrowed=narrowed)

    def on_case_list_moved(self, event: CaseList.Moved) -> None:
        """Open the file beside the list, once the cursor rests on the case."""
        self.tell_place()
        if self._resting is not None:
            self._resting.stop()
        if event.line is None:
            self.query_one(FilePane).display = False
        elif not self.has_class("-narrow") and self.app.screen is self:
            self._resting = self.set_timer(self.review.pace.rest, partial(self.read_file, event.line.number))

    def on_screen_resume(self) -> None:
        """Back from a file over the whole screen: the one beside the list is that of the case it was left on."""
        chosen = self.cases.chosen
        if chosen is not None and not self.has_class("-narrow"):
            self.read_file(chosen.number)

    def on_case_list_laid_out(self) -> None:
        """Say the headings of the columns that are shown now."""
        self.tell_place()

    def on_case_list_marked(self) -> None:
        """Say how many are selected."""
        self.tell_place()

    def on_case_list_opened(self) -> None:
        """Show the file over the whole screen."""
        if self.cases.chosen is not None:
            self.app.push_screen(FileScreen(self))

    def read_file(self, number: int) -> None:
        """Ask for the file of a case."""
        self.ask("file", partial(self.review.caseload.open, number, self.review.wording), self.show_file)

    def show_file(self, opened: OpenedFile) -> None:
        """Show the file of a case."""
        self.opened = opened
        pane = self.query_one(FilePane)
        pane.display = not self.has_class("-narrow")
        pane.show(opened, self.review.wording)
        self.read_ahead(opened.file.number)

    def on_chosen(self, event: Chosen) -> None:
        """Show the cases of another queue."""
        event.stop()
        self.go(event.view)

    def go(self, view: View) -> None:
        """Show the cases of another queue, or a room of something else."""
        if view.name in ROOM_SCREENS:
            self.app.push_screen(room_screen(view.name), lambda _: self.action_again())
        else:
            self.show_list(Wanted(view, sort=self.wanted.sort, descending=self.wanted.descending))

    def action_queue(self, key: int) -> None:
        """Go to the queue with this key."""
        for view in shown_views(self.beside)[key - 1 : key]:
            self.go(view)

    def action_night(self) -> None:
        """Show the last scans."""
        self.app.push_screen(room_screen("night"))

    def show_list(self, wanted: Wanted) -> None:
        """Show another list."""
        self.wanted, self.total = wanted, None
        self.cases.unmark()
        self.query_one(QueryLine).show(wanted.query)
        self._tell_queues()
        self.tell_place()
        self.load()

    def on_list_head_clicked(self, event: ListHead.Clicked) -> None:
        """Sort by a column; by the same one again the other way round."""
        self.sort_by(event.sort)

    def sort_by(self, sort: str) -> None:
        """Sort by something else; by the same again the other way round."""
        if sort == self.wanted.sort:
            self.action_reverse()
        else:
            self.show_list(replace(self.wanted, sort=sort, descending=sort not in ("party", "region", "due")))

    def action_sort(self) -> None:
        """Choose what the list is sorted by."""
        self.app.push_screen(MenuScreen(message("Sort by"), self._sorts, SORTS.index(self.wanted.sort)))

    def _sorts(self, wording: Wording) -> list[Entry]:
        now = DOWN if self.wanted.descending else UP
        return [
            Entry(wording.say(SORT_WORDS[sort]), now if sort == self.wanted.sort else "", partial(self.sort_by, sort))
            for sort in SORTS
        ]

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.show_list(replace(self.wanted, descending=not self.wanted.descending))

    def action_again(self) -> None:
        """Read everything anew, the results of a scan that has ended meanwhile too."""
        self.query_one(ScanLine).read()
        self.ask("scan", self.review.caseload.last_scan, self.show_scan)
        self.load(keep=True, queues=True)

    def action_query(self) -> None:
        """Type what narrows the list."""
        self.query_one(QueryLine).begin()

    def on_query_line_wanted(self, event: QueryLine.Wanted) -> None:
        """Narrow the list."""
        if event.query != self.wanted.query:
            self.show_list(replace(self.wanted, query=event.query))

    def _know(self, known: Known) -> None:
        self.query_one(QueryLine).known = known

    def on_query_line_left(self) -> None:
        """Go on in the list."""
        self.cases.focus()

    def action_back(self) -> None:
        """Let go what is selected; then what narrows the list."""
        if not self.cases.unmark() and self.wanted.query:
            self.show_list(replace(self.wanted, query=""))

    def reword(self) -> None:
        """Say everything anew."""
        review = self.review
        self.cases.speak(Speech(review.wording, review.caseload.today))
        self.query_one(KeyBar).speak(review.wording)
        self.query_one(QueryLine).speak(review.wording)
        self._tell_queues()
        self.show_scan(self._scanned)
        self.query_one(ScanLine).reword()
        self.tell_place()
        if self.cases.chosen is not None and not self.has_class("-narrow"):
            self.read_file(self.cases.chosen.number)

    def selection(self) -> Selection | None:
        """Return what is selected in the list."""
        return selection(self.cases, self.wanted, self.total, self.of_rule, self.memory)

    def action_select_by_rule(self) -> None:
        """Select all cases of the list in which a rule found something."""
        self.app.push_screen(rule_form(self))

    def after_many(self) -> None:
        """Read the list anew after an act on many cases; nothing of it is selected any more."""
        self.cases.unmark()
        self.load(keep=True, queues=True)
