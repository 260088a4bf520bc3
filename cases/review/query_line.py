"""The line in which is typed what narrows the list: asked for as one types, with what was typed before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from cases.wording import Wording, message

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer


class QueryLine(Vertical):
    """A line of text below which is said what is wrong with it; there while something narrows the list or is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", message("back to the list")),
        Binding("up", "earlier", message("earlier filter"), show=False),
        Binding("down", "later", message("later filter"), show=False),
    ]

    KEYS: ClassVar[str] = message("In the filter")

    class Wanted(Message):
        """The list is to be narrowed by this."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Left(Message):
        """Nobody types any more."""

    def __init__(self, *, id: str, pause: float = 0.25) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.pause = pause
        self._typed: list[str] = []
        self._back = 0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The line, and what is wrong with it."""
        yield Input(id="typed", compact=True)
        yield Static(id="fault", markup=False)

    @property
    def typed(self) -> Input:
        """Where one types."""
        return self.query_one("#typed", Input)

    def begin(self) -> None:
        """Let somebody type."""
        self.add_class("-shown")
        self.typed.focus()

    def show(self, query: str) -> None:
        """Show what narrows the list now."""
        self.set_class(bool(query) or self.has_focus_within, "-shown")
        if self.typed.value != query and not self.has_focus_within:
            with self.prevent(Input.Changed):
                self.typed.value = query

    def speak(self, wording: Wording) -> None:
        """Say everything anew."""
        self.typed.placeholder = wording.say("region:32.73 rule:JAKON* sev>=high part of a name")

    def fault(self, words: str) -> None:
        """Say what is wrong with what was typed, or nothing."""
        self.query_one("#fault", Static).update(words)
        self.set_class(bool(words), "-faulty")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask once nothing more is typed for a moment."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(self.pause, self._ask)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask now, and go back to the list."""
        event.stop()
        self._ask()
        query = self.typed.value.strip()
        if query and query not in self._typed[-1:]:
            self._typed.append(query)
        self._back = 0
        self.action_leave()

    def _ask(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self.post_message(self.Wanted(self.typed.value.strip()))

    def action_leave(self) -> None:
        """Go back to the list; what was typed goes on narrowing it."""
        self.post_message(self.Left())
        self.set_class(bool(self.typed.value.strip()), "-shown")

    def action_earlier(self) -> None:
        """Show what was typed before."""
        self._recall(1)

    def action_later(self) -> None:
        """Show what was typed after it."""
        self._recall(-1)

    def _recall(self, by: int) -> None:
        self._back = max(0, min(self._back + by, len(self._typed)))
        self.typed.value = self._typed[-self._back] if self._back else ""
        self.typed.cursor_position = len(self.typed.value)
