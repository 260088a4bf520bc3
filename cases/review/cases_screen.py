"""The screen of cases: queues, the list of the chosen queue, and the file of the chosen case."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from cases.caseload.acts import CaseAct, Confirm, Done
from cases.caseload.caseload import OpenedFile
from cases.caseload.line import Page
from cases.caseload.pages import Wanted
from cases.caseload.views import VIEWS, ViewCount
from cases.review.asking import AskingScreen
from cases.review.case_list import CaseList
from cases.review.file_pane import FilePane
from cases.review.key_bar import KeyBar
from cases.review.queue_pane import QueuePane
from cases.wording import message


class CasesScreen(AskingScreen):
    """Where a supervisor works through the cases of a night."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "confirm", message("confirm")),
        Binding("slash", "query", message("filter"), key_display="/"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Wanted(VIEWS[0])
        self.more = False

    def compose(self) -> ComposeResult:
        """Three panes, and the keys below them."""
        with Horizontal(id="panes"):
            yield QueuePane(id="queues")
            with Vertical(id="middle"):
                yield Input(id="query")
                yield CaseList(id="cases")
            yield FilePane(id="right")
        yield KeyBar(id="keys", markup=False)

    def on_mount(self) -> None:
        """Ask for what is shown first."""
        self.query_one(QueuePane).show((), self.review.wording)
        self.query_one(CaseList).focus()
        self.reword()
        self.load()
        self.ask("counts", self.review.caseload.counts, self.show_counts)

    def load(self) -> None:
        """Ask for the list from its first line."""
        self.ask("list", partial(self.review.caseload.page, self.wanted), self.show_page)

    def show_page(self, page: Page) -> None:
        """Show the first page."""
        self.more = page.more
        self.query_one(CaseList).fill(page.lines, self.review.wording)

    def show_counts(self, counts: Sequence[ViewCount]) -> None:
        """Show how much each queue holds."""
        self.query_one(QueuePane).show(counts, self.review.wording)

    def on_case_list_wanting(self) -> None:
        """Fetch the next page before somebody waits for it."""
        cases = self.query_one(CaseList)
        if self.more and cases.lines:
            self.more = False
            self.ask("list", partial(self.review.caseload.page, self.wanted, cases.lines[-1]), self.show_more)

    def show_more(self, page: Page) -> None:
        """Show the next page behind the others."""
        self.more = page.more
        self.query_one(CaseList).extend(page.lines, self.review.wording)

    def on_case_list_moved(self, event: CaseList.Moved) -> None:
        """Open the file beside the list."""
        self.ask("file", partial(self.review.caseload.open, event.line.number, self.review.wording), self.show_file)

    def show_file(self, opened: OpenedFile) -> None:
        """Show the file of a case."""
        self.query_one(FilePane).show(opened, self.review.wording)

    def on_queue_pane_chosen(self, event: QueuePane.Chosen) -> None:
        """Show the cases of another queue."""
        if event.view in VIEWS:
            self.wanted = Wanted(event.view)
            self.load()

    def action_query(self) -> None:
        """Type what narrows the list."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Narrow the list."""
        self.wanted = Wanted(self.wanted.view, event.value)
        self.load()
        self.query_one(CaseList).focus()

    def action_confirm(self) -> None:
        """Confirm the chosen case for the office that is proposed."""
        self.act(Confirm())

    def act(self, wanted: CaseAct) -> None:
        """Do something with the chosen case, and show what it has become."""
        line = self.query_one(CaseList).chosen
        if line is not None:
            self.ask("act", partial(self.review.caseload.act, line.number, wanted, self.review.wording), self.show_done)

    def show_done(self, done: Done) -> None:
        """Say what is on record now, and read anew what it changed."""
        self.notify(self.review.wording.say("Case {number}: {what}", number=done.number, what=done.words), markup=False)
        self.load()
        self.ask("counts", self.review.caseload.counts, self.show_counts)

    def reword(self) -> None:
        """Say everything anew."""
        self.query_one(KeyBar).speak(self.review.wording)
