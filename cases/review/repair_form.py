"""The form that asks where the list for the owner of a register goes, and whether keys are needed whole."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from cases.review.asking import AskingScreen
from cases.wording import message


class RepairForm(AskingScreen, ModalScreen[None]):
    """Calls `export` with the file and the purpose; None: keys stay covered."""

    DEFAULT_CSS = """
    RepairForm { align: center middle; }
    RepairForm > Vertical { width: 90%; max-width: 90; height: auto; border: heavy $primary; background: $surface;
        padding: 0 1; }
    RepairForm #missing { color: $error; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", message("leave it"), priority=True)]

    def __init__(self, source: str, into: str, export: Callable[[Path, str | None], object]) -> None:
        super().__init__()
        self._source, self._into, self._export = source, into, export

    def compose(self) -> ComposeResult:
        """What will happen, the file, the purpose, and the keys."""
        with Vertical():
            yield Static(id="head", markup=False)
            yield Static(id="file-words", markup=False)
            yield Input(self._into, id="into", compact=True)
            yield Static(id="purpose-words", markup=False)
            yield Input(id="purpose", max_length=2000, compact=True)
            yield Static(id="missing", markup=False)
            yield Static(id="how", markup=False)

    def on_mount(self) -> None:
        """Say it for the first time."""
        self.reword()

    def reword(self) -> None:
        """Say everything anew; what was typed stays."""
        say = self.review.wording.say
        self._update("head", say("Export what {source} has to repair", source=self._source), "bold")
        self._update("file-words", say("File (.csv or .xlsx):"))
        self._update(
            "purpose-words", say("What whole keys are needed for (empty: they stay covered; it is on record):")
        )
        self._update("how", say("tab: next    enter: export    escape: leave it as it is"), "dim")

    def _update(self, name: str, words: str, style: str = "") -> None:
        self.query_one(f"#{name}", Static).update(Text(words, style=style))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Export, where a file is named."""
        event.stop()
        into, purpose = (self.query_one(f"#{name}", Input).value.strip() for name in ("into", "purpose"))
        if into:
            self.dismiss()
            self._export(Path(into), purpose or None)
        else:
            self._update("missing", self.review.wording.say("Name the file."))

    def action_leave(self) -> None:
        """Export nothing."""
        self.dismiss()
