"""The form that asks why the held findings of a rule are released or discarded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from cases.review.asking import AskingScreen
from cases.wording import message

if TYPE_CHECKING:
    from cases.held import Choice


class HeldForm(AskingScreen, ModalScreen[None]):
    """Calls `decide` with the reason, where one is given."""

    DEFAULT_CSS = """
    HeldForm { align: center middle; }
    HeldForm > Vertical { width: 90%; max-width: 90; height: auto; border: heavy $primary; background: $surface;
        padding: 0 1; }
    HeldForm #missing { color: $error; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", message("leave it"), priority=True)]

    def __init__(self, choice: Choice, rule: str, findings: int, decide: Callable[[str], object]) -> None:
        super().__init__()
        self._choice, self._rule, self._findings, self._decide = choice, rule, findings, decide

    def compose(self) -> ComposeResult:
        """What will happen, the reason, and the two keys."""
        with Vertical():
            yield Static(id="head", markup=False)
            yield Static(id="what", markup=False)
            yield Input(id="reason", max_length=2000)
            yield Static(id="missing", markup=False)
            yield Static(id="how", markup=False)

    def on_mount(self) -> None:
        """Say it for the first time."""
        self.reword()

    def reword(self) -> None:
        """Say everything anew; what was typed stays."""
        say = self.review.wording.say
        self._update("head", self._head(), "bold")
        self._update("what", f"{self._what()}\n\n{say('Reason (it stays on record with your name):')}")
        self._update("how", say("enter: decide    escape: leave it as it is"), "dim")

    def _update(self, name: str, words: str, style: str = "") -> None:
        self.query_one(f"#{name}", Static).update(Text(words, style=style))

    def _head(self) -> str:
        counted = {"rule": self._rule}
        if self._choice == "released":
            return self.review.wording.plural(
                "Release {count} finding of {rule}?", "Release {count} findings of {rule}?", self._findings, **counted
            )
        return self.review.wording.plural(
            "Discard {count} finding of {rule}?", "Discard {count} findings of {rule}?", self._findings, **counted
        )

    def _what(self) -> str:
        if self._choice == "released":
            return self.review.wording.say("The next scan opens cases for them, or joins them to cases that are open.")
        return self.review.wording.say("They stay away until what the registers say of them changes.")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Decide, where a reason is given."""
        event.stop()
        if event.value.strip():
            self.dismiss()
            self._decide(event.value.strip())
        else:
            self.query_one("#missing", Static).update(self.review.wording.say("Say why: somebody will ask later."))

    def action_leave(self) -> None:
        """Decide nothing."""
        self.dismiss()
