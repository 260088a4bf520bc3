"""A list that one thing is chosen from, or that things are ticked in: typing narrows it, signs say what is taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cases.inert import inert
from cases.review.file_looks import Hung

if TYPE_CHECKING:
    from cases.review.forms.question import Choice

LONGEST = 300
"""Signs of one line of a list: what a register says may be endless."""


class Picker(OptionList):
    """One of the choices: the one that the cursor stands on, which a sign marks too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.send", show=False),
        Binding("backspace", "widen", show=False),
        Binding("ctrl+u", "widen(True)", show=False),
    ]
    DEFAULT_CSS = """
    Picker { border: none; padding: 0; height: auto; max-height: 10; width: 1fr; }
    Picker:focus { border: none; }
    """

    class Picked(Message):
        """Something else is chosen or ticked, or the list was narrowed."""

        def __init__(self, picker: Picker) -> None:
            super().__init__()
            self.picker = picker

    def __init__(self, choices: Iterable[Choice], default: str) -> None:
        super().__init__(markup=False)
        self.all = tuple(choices)
        self.narrowed = ""
        self.touched = False
        self._default = default
        self._marked: int | None = None
        self.shown: tuple[Choice, ...] = ()

    def on_mount(self) -> None:
        """Show what is there already."""
        self._write(self._default)

    @property
    def chosen(self) -> Choice | None:
        """What the cursor stands on."""
        place = self.highlighted
        return self.shown[place] if place is not None and place < len(self.shown) else None

    @property
    def taken(self) -> tuple[str, ...]:
        """The values that count as answered."""
        return (self.chosen.value,) if self.chosen else ()

    def offer(self, choices: Iterable[Choice], default: str) -> None:
        """Show other choices, keeping what was chosen and typed."""
        kept = self.chosen.value if self.chosen and self.touched else default
        self.all = tuple(choices)
        self._write(kept)

    def _write(self, value: str) -> None:
        words = self.narrowed.casefold().split()
        self.shown = tuple(one for one in self.all if all(word in _searched(one) for word in words))
        values = [one.value for one in self.shown]
        place = (
            values.index(value)
            if value in values
            else next((place for place, one in enumerate(self.shown) if not one.refused), 0)
        )
        self._marked = place if self.shown else None
        self.clear_options()
        self.add_options([Option(self._line(one, at == place)) for at, one in enumerate(self.shown)])
        self.highlighted = self._marked
        self.post_message(self.Picked(self))

    def _line(self, one: Choice, here: bool) -> Hung:
        return _said(one, "(•) " if here else "( ) ")

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Move the sign with the cursor: what is chosen is not told by colour alone."""
        super().watch_highlighted(highlighted)
        if highlighted == self._marked or highlighted is None:
            return
        for place in (self._marked, highlighted):
            if place is not None and place < self.option_count:
                self.replace_option_prompt_at_index(place, self._line(self.shown[place], place == highlighted))
        self._marked = highlighted
        self.touched = True
        self.post_message(self.Picked(self))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click chooses and does not send."""
        event.stop()

    def on_key(self, event: events.Key) -> None:
        """Narrow the list by what is typed."""
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self.narrow(self.narrowed + event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Narrow the list by what is pasted."""
        event.stop()
        self.narrow(self.narrowed + " ".join(event.text.split()))

    def narrow(self, typed: str) -> None:
        """Show what has all of these words in it."""
        self.touched = True
        kept = self.chosen.value if self.chosen else ""
        self.narrowed = typed
        self._write(kept)

    def action_widen(self, whole: bool = False) -> None:
        """Take back the last sign that narrows, or all of them."""
        self.narrow("" if whole else self.narrowed[:-1])


class Ticks(Picker):
    """Any of the choices: space ticks what the cursor stands on, `*` all that are shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", show=False, priority=True),
        Binding("asterisk", "tick_all", show=False, priority=True),
    ]

    def __init__(self, choices: Iterable[Choice], default: str) -> None:
        self.ticked: set[str] = set(default.split())
        super().__init__(choices, "")

    @property
    def taken(self) -> tuple[str, ...]:
        """What is ticked, in the order of the list."""
        return tuple(one.value for one in self.all if one.value in self.ticked)

    def offer(self, choices: Iterable[Choice], default: str) -> None:
        """Show other choices, keeping what is ticked."""
        if not self.touched:
            self.ticked |= set(default.split())
        super().offer(choices, default)

    def _line(self, one: Choice, here: bool) -> Hung:
        return _said(one, ("> " if here else "  ") + ("[x] " if one.value in self.ticked else "[ ] "))

    def action_tick(self) -> None:
        """Tick the line, or take the tick away."""
        if (one := self.chosen) and not one.refused:
            self.ticked ^= {one.value}
            self._again()

    def action_tick_all(self) -> None:
        """Tick all lines that are shown; where all are, none."""
        every = {one.value for one in self.shown if not one.refused}
        self.ticked = self.ticked - every if every <= self.ticked else self.ticked | every
        self._again()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click ticks."""
        event.stop()
        self.action_tick()

    def _again(self) -> None:
        self.touched = True
        for place, one in enumerate(self.shown):
            self.replace_option_prompt_at_index(place, self._line(one, place == self.highlighted))
        self.post_message(self.Picked(self))


def _said(one: Choice, sign: str) -> Hung:
    """Say a choice whole, on as many lines as it needs: what stands against one is what people have to read."""
    line = Text(inert(one.words, LONGEST))
    for more in (one.detail, one.refused):
        if more:
            line.append(f"  {inert(more, LONGEST)}", "dim")
    return Hung(sign + ("✗ " if one.refused else ""), line, "dim" if one.refused else "")


def _searched(one: Choice) -> str:
    return f"{one.words} {one.detail} {one.value}".casefold()
