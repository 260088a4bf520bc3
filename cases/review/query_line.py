"""The line in which is typed what narrows the list: asked for as one types, completed, with what was typed before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from cases.caseload.completion import complete
from cases.caseload.query import begins_key, parse
from cases.review.typed_line import TypedLine
from cases.wording import message

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from cases.caseload.completion import Candidate
    from cases.caseload.query import Known, QueryFault
    from cases.wording import Wording

OFFERED: Final = 6
"""So many ways to go on are named at once."""


class QueryLine(Vertical):
    """A line of text below which is said what is wrong with it; there while something narrows the list or is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete(1)", message("complete")),
        Binding("shift+tab", "complete(-1)", message("complete with the one before"), show=False),
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

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.pause = 0.25
        self.known: Known | None = None
        self.wording: Wording | None = None
        self._before: list[str] = []
        self._back = 0
        self._timer: Timer | None = None
        self._offers: tuple[Candidate, ...] = ()
        self._offer = -1
        self._base = ""

    def compose(self) -> ComposeResult:
        """The line, and what is wrong with it."""
        yield TypedLine(id="typed", compact=True)
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
            self._tell("")

    def speak(self, wording: Wording) -> None:
        """Say everything anew."""
        self.wording = wording
        self.typed.placeholder = wording.say("region:32.73 rule:JAKON* sev>=high part of a name")
        self._look(finished=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask once nothing more is typed for a moment."""
        event.stop()
        self._offers = ()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(self.pause, partial(self._ask, finished=False))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask now, and go back to the list; a faulty line is not left."""
        event.stop()
        if not self._ask(finished=True):
            return
        query = self.typed.value.strip()
        if query and query not in self._before[-1:]:
            self._before.append(query)
        self._back = 0
        self.action_leave()

    def _ask(self, *, finished: bool) -> bool:
        """Ask for what is typed, and return True; or say what is wrong with it, or what is being waited for."""
        if self._timer is not None:
            self._timer.stop()
        if not self._look(finished=finished):
            return False
        key = None if finished else begins_key(self.typed.value)
        if key is not None:
            self._tell(self._waiting_words(key))
            return False
        self.post_message(self.Wanted(self.typed.value.strip()))
        return True

    def _look(self, *, finished: bool) -> bool:
        """Say what is wrong with what is typed. While somebody types, its last word may just not be finished."""
        line = self.typed.value
        faults = parse(line, self.known).faults if line.strip() else ()
        unfinished = not finished and faults and faults[-1].column + faults[-1].length > len(line.rstrip())
        self._tell("" if not faults or unfinished else self._fault_words(faults[0]))
        return not faults

    def _waiting_words(self, key: str) -> str:
        assert self.wording is not None
        return self.wording.say(
            "{word}: the condition {key}, or part of a name? A blank or enter looks for the name.",
            word=self.typed.value.rpartition(" ")[2],
            key=key,
        )

    def _fault_words(self, fault: QueryFault) -> str:
        assert self.wording is not None
        tell, line = self.wording.tell, self.typed.value
        before, faulty = line[: fault.column - 1], line[fault.column - 1 :][: fault.length]
        gone = round(self.typed.scroll_offset.x)
        begin, end = (max(0, cell_len(text) - gone) for text in (before, before + faulty))
        mark = " " * begin + "^" * max(1, min(end, self.typed.size.width) - begin)
        place = self.wording.say("column {column}", column=fault.column)
        return f"{mark}\n{place}: {tell(fault.what)}; {tell(fault.remedy)}"

    def _tell(self, words: str) -> None:
        self.query_one("#fault", Static).update(Text(words))
        self.set_class(bool(words), "-faulty")

    def action_leave(self) -> None:
        """Go back to the list; what was typed goes on narrowing it."""
        if self._timer is not None:
            self._timer.stop()
        self.post_message(self.Left())
        self.set_class(bool(self.typed.value.strip()), "-shown")

    def action_complete(self, way: int) -> None:
        """Complete the word at the cursor; again: in the next way."""
        if not self._offers:
            if self.known is None:
                return
            self._base = self.typed.value
            self._offers = complete(self._base, self.typed.cursor_position, self.known)
            self._offer = -1 if way > 0 else 0
        if not self._offers:
            return
        self._offer = (self._offer + way) % len(self._offers)
        one = self._offers[self._offer]
        with self.prevent(Input.Changed):
            self.typed.value = self._base[: one.start] + one.text + self._base[one.end :]
            self.typed.cursor_position = one.start + len(one.text)
        if self._timer is not None:
            self._timer.stop()
        self._tell(self._offer_words())

    def _offer_words(self) -> str:
        shown = self._offers[max(0, self._offer - OFFERED + 1) :][:OFFERED]
        said = [f"{one.text} {one.words}".strip() for one in shown]
        rest = len(self._offers) - len(shown)
        return " · ".join([*said, *([f"… {rest}"] if rest else [])]) if len(self._offers) > 1 else ""

    def action_earlier(self) -> None:
        """Show what was typed before."""
        self._recall(1)

    def action_later(self) -> None:
        """Show what was typed after it."""
        self._recall(-1)

    def _recall(self, by: int) -> None:
        self._back = max(0, min(self._back + by, len(self._before)))
        self.typed.value = self._before[-self._back] if self._back else ""
        self.typed.cursor_position = len(self.typed.value)
