"""The form that asks why the held findings of a rule are released or discarded."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from cases.held import Choice
from cases.wording import Wording, message


class HeldForm(ModalScreen[str | None]):
    """Gives the reason, or None where nobody decides."""

    DEFAULT_CSS = """
    HeldForm { align: center middle; }
    HeldForm > Vertical { width: 90%; max-width: 90; height: auto; border: heavy $primary; background: $surface;
        padding: 0 1; }
    HeldForm #missing { color: $error; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", message("leave it"), priority=True)]

    def __init__(self, choice: Choice, rule: str, findings: int, wording: Wording) -> None:
        super().__init__()
        self._choice, self._rule, self._findings, self._wording = choice, rule, findings, wording

    def compose(self) -> ComposeResult:
        """What will happen, the reason, and the two keys."""
        say = self._wording.say
        with Vertical():
            yield Static(Text(self._head(), style="bold"))
            yield Static(Text(self._what()))
            yield Static(Text(f"\n{say('Reason (it stays on record with your name):')}"))
            yield Input(id="reason", max_length=2000)
            yield Static(id="missing", markup=False)
            yield Static(Text(say("enter: decide    escape: leave it as it is"), style="dim"))

    def _head(self) -> str:
        counted = {"rule": self._rule}
        if self._choice == "released":
            return self._wording.plural(
                "Release {count} finding of {rule}?", "Release {count} findings of {rule}?", self._findings, **counted
            )
        return self._wording.plural(
            "Discard {count} finding of {rule}?", "Discard {count} findings of {rule}?", self._findings, **counted
        )

    def _what(self) -> str:
        if self._choice == "released":
            return self._wording.say("The next scan opens cases for them, or joins them to cases that are open.")
        return self._wording.say("They stay away until what the registers say of them changes.")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Decide, where a reason is given."""
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.query_one("#missing", Static).update(self._wording.say("Say why: somebody will ask later."))

    def action_leave(self) -> None:
        """Decide nothing."""
        self.dismiss(None)
