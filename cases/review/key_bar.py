"""The last lines of a screen: the keys that work here and what each does, in the language of who looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import App
from textual.binding import ActiveBinding
from textual.widgets import Static

from cases.review.asking import AskingScreen
from cases.wording import LANGUAGES, messages_of

if TYPE_CHECKING:
    from cases.wording import Wording

KEYS: Final = {
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "asterisk": "*",
    "enter": "⏎",
    "ctrl+p": "^p",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}
"""How keys are written where their Textual names are longer than they need to be."""
HELP: Final = "help"
"""The action whose key is shown at the end of the line, however short the line is."""


def spoken_bindings(app: App[None]) -> Iterator[ActiveBinding]:
    """Return each action that a key does now and that has words of ours, once, by the first of its keys."""
    done: set[tuple[int, str]] = set()
    known = messages_of(LANGUAGES[0]).forms
    for active in app.screen.active_bindings.values():
        one = (id(active.node), active.binding.action)
        if active.enabled and active.binding.description in known and one not in done:
            done.add(one)
            yield active


class KeyBar(Static):
    """The keys of the screen that it stands on; a click does what the key does."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key"}

    def __init__(self, *, id: str, markup: bool = False) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=markup)
        self._wording: Wording | None = None
        self._places: list[tuple[int, range, ActiveBinding]] = []

    def speak(self, wording: Wording) -> None:
        """Say the keys in this language."""
        self._wording = wording
        self._say()

    def on_mount(self) -> None:
        """Say other keys when others work."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._say())

    def on_resize(self) -> None:
        """Say as many as fit."""
        self._say()

    def notify_style_update(self) -> None:
        """Write it in the colours of another look."""
        super().notify_style_update()
        self.call_later(self._say)

    async def on_click(self, event: events.Click) -> None:
        """Do what the key does that was pointed at."""
        for row, place, active in self._places:
            if event.y == row and event.x in place:
                await self.app.run_action(active.binding.action, active.node)

    def _say(self) -> None:
        if self._wording is None or not self.is_attached:
            return
        shown = [one for one in spoken_bindings(self.app) if one.binding.show]
        first = getattr(self.screen, "FIRST", ())
        shown.sort(key=lambda one: one.binding.action not in first)
        last = [one for one in shown if one.binding.action == HELP]
        lines, self._places = [Text()], []
        rest = sum(cell_len(self._words(one)) for one in last)
        for active in [one for one in shown if one not in last]:
            at_end = len(lines) >= self.size.height
            room = self.size.width - (rest if at_end else 0)
            if lines[-1].cell_len + cell_len(self._words(active)) > room:
                if at_end:
                    break
                lines.append(Text())
            self._append(lines, active)
        for active in last:
            self._append(lines, active)
        self.update(Text("\n", no_wrap=True).join(lines), layout=False)

    def _words(self, active: ActiveBinding) -> str:
        return f" {self._key(active)} {self._wording.say(active.binding.description) if self._wording else ''} "

    def _append(self, lines: list[Text], active: ActiveBinding) -> None:
        words, key, line = self._words(active), self._key(active), lines[-1]
        self._places.append((len(lines) - 1, range(line.cell_len, line.cell_len + cell_len(words)), active))
        dim = Style(dim=True) if self._barred(active) else Style.null()
        key_style = self.rich_style + self.get_component_rich_style("key-bar--key", partial=True)
        line.append(f" {key}", key_style + dim)
        line.append(words[len(key) + 1 :], dim)

    def _key(self, active: ActiveBinding) -> str:
        """Write the key; one that this person may not use stands in brackets, so that colour alone does not say so."""
        key = self.app.get_key_display(active.binding)
        return f"({key})" if self._barred(active) else key

    def _barred(self, active: ActiveBinding) -> bool:
        return isinstance(self.screen, AskingScreen) and self.screen.barred(active.binding.action)
