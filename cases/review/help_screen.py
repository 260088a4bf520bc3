"""Help for a screen: what it is for, and its keys as they are bound, so that the page cannot go stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from cases.review.asking import AskingScreen
from cases.review.key_bar import KeyBar
from cases.wording import LANGUAGES, message, messages_of

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.dom import DOMNode

    from cases.wording import Wording

EVERYWHERE: Final = message("Everywhere")
SCREEN: Final = message("On this screen")
WIDE: Final = 100


class HelpScreen(AskingScreen, ModalScreen[None]):
    """Explains the screen below it."""

    HELP: ClassVar[str] = message("This page says what the screen below it is for, and which keys work there.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "leave", message("back")),
        Binding("down,j", "scroll(1)", message("down"), show=False),
        Binding("up,k", "scroll(-1)", message("up"), show=False),
        Binding("pagedown,space", "scroll(15)", message("page down"), show=False),
        Binding("pageup", "scroll(-15)", message("page up"), show=False),
        Binding("L", "app.language", message("language")),
        Binding("T", "app.look", message("look")),
    ]

    def __init__(self, explained: Screen[Any]) -> None:
        super().__init__()
        self.explained = explained

    def compose(self) -> ComposeResult:
        """One text, and the keys of this page."""
        with VerticalScroll(id="help"):
            yield Static(id="help-text", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Say it for the first time."""
        self.reword()

    def on_resize(self) -> None:
        """Use the room that there is."""
        self.reword()

    def reword(self) -> None:
        """Say everything anew."""
        wording = self.review.wording
        self.query_one("#help-text", Static).update(self._page(wording))
        self.query_one(KeyBar).speak(wording)

    def action_leave(self) -> None:
        """Go back to the screen."""
        self.app.pop_screen()

    def action_scroll(self, by: int) -> None:
        """Go so many lines on."""
        self.query_one("#help").scroll_relative(y=by, animate=False)

    def _page(self, wording: Wording) -> RenderableType:
        parts: list[RenderableType] = [Text(wording.say("Help"), "bold underline"), Text()]
        about = getattr(self.explained, "HELP", "")
        if about:
            parts += [Text(wording.say(about)), Text()]
        blocks = [self._block(title, keys, wording) for title, keys in key_groups(self.explained).items()]
        for block in blocks:
            parts += [block, Text()]
        for said in NOTES if getattr(self.explained, "NOTES", False) else ():
            parts += [Text(wording.say(said))]
        return Group(*parts)

    def _block(self, title: str, keys: list[tuple[Binding, ...]], wording: Wording) -> RenderableType:
        table = Table.grid(padding=(0, 2, 0, 0))
        columns = 2 if self.size.width >= WIDE else 1
        for _ in range(columns):
            table.add_column(width=14, no_wrap=True)
            table.add_column(width=36 if columns > 1 else None)
        cells = [self._cells(one, wording) for one in keys]
        rows = -(-len(cells) // columns)
        for row in range(rows):
            line = [cells[place] for place in range(row, len(cells), rows)]
            table.add_row(*[cell for pair in line for cell in pair])
        return Group(Text(wording.say(title), "bold"), table)

    def _cells(self, keys: tuple[Binding, ...], wording: Wording) -> tuple[Text, Text]:
        shown = " ".join(dict.fromkeys(self.app.get_key_display(one) for one in keys))
        return Text(f"  {shown}", "bold"), Text(wording.say(keys[0].description))


NOTES: Final = (
    message(
        "Signs at the left of a case: > the cursor; ● selected; * changed by somebody else; x taken out by somebody."
    ),
    message("Severity: !!! critical, !! high, ! medium. Days: +12 are left, -3 the deadline is over by."),
)
"""What the list's signs mean."""


def key_groups(screen: Screen[Any]) -> dict[str, list[tuple[Binding, ...]]]:
    """Return the keys of a screen that have words, by where they work: its panes, itself, everywhere."""
    known = messages_of(LANGUAGES[0]).forms
    found: dict[str, list[tuple[Binding, ...]]] = {}
    nodes: list[tuple[str, DOMNode]] = []
    nodes += [(title, node) for node in screen.walk_children() if (title := getattr(node, "KEYS", ""))]
    nodes.append((SCREEN, screen))
    if not screen.is_modal:
        nodes.append((EVERYWHERE, screen.app))
    for title, node in nodes:
        actions: dict[str, list[Binding]] = {}
        for _, binding in node._bindings:  # what is bound, whether or not it has the focus now
            if binding.description in known:
                actions.setdefault(binding.action, []).append(binding)
        if actions:
            found.setdefault(title, []).extend(tuple(keys) for keys in actions.values())
    return found
