"""A menu over the screen: entries that are narrowed as one types, and one that is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cases.review.asking import AskingScreen
from cases.review.typed_line import TypedLine
from cases.wording import message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult

    from cases.wording import Wording


@dataclass(frozen=True)
class Entry:
    """One line of a menu: its words, the key that does the same, and what choosing it does."""

    words: str
    key: str
    choose: Callable[[], Awaitable[object] | object]


class MenuScreen(AskingScreen, ModalScreen[None]):
    """Shows `title` and what `entries` gives in the language of now; `first` is what the cursor begins on."""

    AUTO_FOCUS = "#typed"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", message("back")),
        Binding("down", "go(1)", message("next"), show=False),
        Binding("up", "go(-1)", message("previous"), show=False),
        Binding("pagedown", "go(10)", message("page down"), show=False),
        Binding("pageup", "go(-10)", message("page up"), show=False),
    ]

    def __init__(self, title: str, entries: Callable[[Wording], Sequence[Entry]], first: int = 0) -> None:
        super().__init__()
        self._title, self._entries, self._first = title, entries, first
        self._shown: list[Entry] = []

    def compose(self) -> ComposeResult:
        """Title, what is typed, the entries."""
        with Vertical(id="menu"):
            yield Static(id="menu-title", markup=False)
            yield TypedLine(id="typed", compact=True)
            yield OptionList(id="entries", markup=False)
            yield Static(id="menu-none", markup=False)

    def on_mount(self) -> None:
        """Say it for the first time."""
        self.reword()
        self.query_one(OptionList).highlighted = self._first

    def reword(self) -> None:
        """Say everything anew."""
        say = self.review.wording.say
        self.query_one("#menu-title", Static).update(Text(say(self._title), "bold"))
        self.query_one(Input).placeholder = say("type to narrow, enter to choose")
        self.query_one("#menu-none", Static).update(say("nothing matches"))
        self._narrow()

    def on_input_changed(self) -> None:
        """Show what matches."""
        self._narrow()

    def on_input_submitted(self) -> None:
        """Choose the entry under the cursor."""
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self._choose(self._shown[place])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose the entry that was clicked."""
        self._choose(self._shown[event.option_index])

    def _choose(self, entry: Entry) -> None:
        self.app.pop_screen()
        self.app.call_later(entry.choose)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.app.pop_screen()

    def action_go(self, by: int) -> None:
        """Go so many entries on."""
        entries = self.query_one(OptionList)
        if self._shown:
            entries.highlighted = max(0, min((entries.highlighted or 0) + by, len(self._shown) - 1))

    def _narrow(self) -> None:
        entries, typed = self.query_one(OptionList), self.query_one(Input).value.strip()
        known = self._entries(self.review.wording)
        if typed:
            matcher = Matcher(typed)
            found = [(matcher.match(one.words), one) for one in known]
            self._shown = [one for score, one in sorted(found, key=lambda pair: -pair[0]) if score > 0]
        else:
            self._shown = list(known)
        width = max((len(one.key) for one in self._shown), default=0)
        place = entries.highlighted if not typed else 0
        entries.clear_options()
        entries.add_options([Option(_line(one, width)) for one in self._shown])
        entries.highlighted = min(place or 0, len(self._shown) - 1) if self._shown else None
        entries.display = bool(self._shown)
        self.query_one("#menu-none").display = not self._shown


def _line(entry: Entry, width: int) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{entry.key:>{width}}  " if width else "", "bold")
    line.append(entry.words)
    return line
