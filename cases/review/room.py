"""What the screens beside the cases have in common: rows at the left, what the chosen one says at the right."""

from datetime import date
from typing import ClassVar

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from cases.review.asking import AskingScreen
from cases.review.bars import Banner, TitleBar
from cases.review.key_bar import KeyBar
from cases.review.rows import RowList
from cases.review.scan_line import ScanLine
from cases.wording import message


class Detail(VerticalScroll):
    """What the chosen row says, scrolled by the keys of the house."""

    DEFAULT_CSS = (
        "Detail { padding: 0 1; scrollbar-size-vertical: 1; } Detail:focus { background-tint: $foreground 4%; }"
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", message("down"), show=False),
        Binding("k", "scroll_up", message("up"), show=False),
        Binding("g", "scroll_home", message("first"), show=False),
        Binding("G", "scroll_end", message("last"), show=False),
    ]

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="said", markup=False)

    def show(self, said: RenderableType, *, keep: bool = False) -> None:
        """Show this, from its top; `keep`: it is the same in other words, and the place stays."""
        self.query_one("#said", Static).update(said)
        if not keep:
            self.scroll_home(animate=False)


class RoomScreen(AskingScreen):
    """Rows at the left, the chosen one at the right, the keys below; escape goes back to the cases."""

    DEFAULT_CSS = """
    RoomScreen #room-title { height: 1; background: $surface; text-style: bold; padding: 0 1; }
    RoomScreen #rows { width: 32; }
    RoomScreen Detail { width: 1fr; border-left: solid $primary; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", message("back")),
        Binding("r", "again", message("read anew")),
    ]

    NAME: ClassVar[str]
    """What the screen is called, a message of the catalogue."""
    HELP: ClassVar[str]
    """What it is for and how it is used, a message of the catalogue."""

    def compose(self) -> ComposeResult:
        """Title, rows and text, keys."""
        yield TitleBar(id="title", markup=False)
        yield ScanLine()
        yield Banner(id="banner", markup=False)
        yield Static(id="room-title", markup=False)
        with Horizontal(id="room"):
            yield RowList(id="rows", markup=False)
            yield Detail(id="detail")
        yield KeyBar(id="keys")

    @property
    def rows(self) -> RowList:
        """The rows at the left."""
        return self.query_one("#rows", RowList)

    @property
    def detail(self) -> Detail:
        """The text at the right."""
        return self.query_one("#detail", Detail)

    def __init__(self) -> None:
        super().__init__()
        self._scanned: date | None = None

    def on_mount(self) -> None:
        """Ask for what is shown."""
        self.rows.focus()
        self.reword()
        self.ask("scan", self.review.caseload.last_scan, self.show_scan)
        self.action_load()

    def show_scan(self, scanned: date | None) -> None:
        """Say of which day the newest scan is."""
        self._scanned, caseload = scanned, self.review.caseload
        self.query_one(TitleBar).tell(self.review.wording, caseload.login, caseload.today, scanned)

    def action_again(self) -> None:
        """Read everything anew, the results of a scan that has ended meanwhile too."""
        self.query_one(ScanLine).read()
        self.ask("scan", self.review.caseload.last_scan, self.show_scan)
        self.action_load()

    def came_back(self) -> None:
        """Read everything anew: the store was away, and answers again."""
        self.action_load()

    def on_screen_resume(self) -> None:
        """Say the keys: another screen stood here meanwhile."""
        self.query_one(KeyBar).speak(self.review.wording)

    def reword(self) -> None:
        """Say the title and the keys anew."""
        self.query_one("#room-title", Static).update(self.review.wording.say(self.NAME))
        self.show_scan(self._scanned)
        self.query_one(ScanLine).reword()
        self.query_one(KeyBar).speak(self.review.wording)

    def action_load(self) -> None:
        """Ask for everything anew."""

    def action_back(self) -> None:
        """Go back to where one came from."""
        self.dismiss()
