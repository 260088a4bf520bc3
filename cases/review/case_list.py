"""The list in the middle: a window of lines over a list that may have a million, drawn line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cases.review.columns import GAP, columns_for, days_left
from cases.review.window import Window
from cases.wording import message

if TYPE_CHECKING:
    from cases.caseload.line import Line
    from cases.review.columns import Column, Speech

AHEAD: Final = 60
"""So near to the end of what has been fetched the next page is asked for."""
CURSOR, SELECTED, CHANGED, LEFT, NEITHER = ">", "●", "*", "x", " "
GRAVE: Final = 3
"""From this severity on a case is told by another look as well."""
MARKS: Final = 2
"""Cells before the first column: the sign of the cursor, and the sign of what is selected or was changed."""


class CaseList(ScrollView, can_focus=True):
    """The lines that have been fetched, a cursor and a selection. It asks its screen for further lines."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "case-list--cursor",
        "case-list--cursor-elsewhere",
        "case-list--selected",
        "case-list--changed",
        "case-list--grave",
        "case-list--over",
        "case-list--hidden",
        "case-list--left",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", message("next case"), show=False),
        Binding("up,k", "move(-1)", message("previous case"), show=False),
        Binding("pagedown,ctrl+d", "page(1)", message("page down"), show=False),
        Binding("pageup,ctrl+u", "page(-1)", message("page up"), show=False),
        Binding("home,g", "first", message("first case"), show=False),
        Binding("end,G", "last", message("last case"), show=False),
        Binding("space", "mark", message("select")),
        Binding("asterisk", "mark_all", message("select all that match"), key_display="*", show=False),
        Binding("enter", "open", message("file")),
    ]

    KEYS: ClassVar[str] = message("In the list")
    """The title of its keys on a page of help."""

    cursor: reactive[int] = reactive(0, repaint=False)

    class Wanting(Message):
        """The cursor is near an end of what has been fetched: the page above it or below it is wanted."""

        def __init__(self, *, above: bool) -> None:
            super().__init__()
            self.above = above

    class Jumping(Message):
        """The first or the last page of the whole list is wanted."""

        def __init__(self, *, last: bool) -> None:
            super().__init__()
            self.last = last

    class Moved(Message):
        """The cursor stands on another case."""

        def __init__(self, line: Line | None) -> None:
            super().__init__()
            self.line = line

    class Opened(Message):
        """The file of the case under the cursor is wanted."""

    class LaidOut(Message):
        """Other columns fit now."""

    class Marked(Message):
        """What is selected has changed."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.window = Window()
        self.speech: Speech | None = None
        self.columns: tuple[Column, ...] = ()
        self.all_matching = False
        self._marked: dict[int, Line] = {}
        self._changed: frozenset[int] = frozenset()
        self._left: frozenset[int] = frozenset()
        self._owed = 0
        self._drawn: dict[tuple[int, str, bool, bool], tuple[Line, Strip]] = {}

    @property
    def lines(self) -> list[Line]:
        """What has been fetched."""
        return self.window.lines

    @property
    def chosen(self) -> Line | None:
        """The case that the cursor stands on."""
        return self.lines[self.cursor] if self.cursor < len(self.lines) else None

    @property
    def selected(self) -> tuple[Line, ...]:
        """The selected cases, in the order in which they were selected."""
        return tuple(self._marked.values())

    @property
    def shown(self) -> Sequence[Line]:
        """The lines that are on the screen now."""
        top = round(self.scroll_y)
        return self.lines[top : top + self.size.height]

    @property
    def left(self) -> frozenset[int]:
        """Cases that others took out of the list: they stay where they are, marked, until it is read anew."""
        return self._left

    @left.setter
    def left(self, numbers: frozenset[int]) -> None:
        others, self._left = self._left ^ numbers, numbers
        self._redraw(place for number in others if (place := self.window.place_of(number)) is not None)

    def speak(self, speech: Speech) -> None:
        """Say everything in these words."""
        self.speech = speech
        self._lay_out()

    def fill(self, window: Window, *, cursor: int = 0) -> None:
        """Show another list, or another part of it. Moves that were asked for while it was fetched are made now."""
        self.window = window
        self._drawn.clear()
        self._left = self._changed = frozenset()
        self._resized()
        self.cursor = -1
        self._put(cursor)
        self._pay()

    def append(self, lines: Iterable[Line], *, more: bool) -> None:
        """Show further lines behind the last one."""
        gone = self.window.append(lines, more=more)
        self._resized()
        if gone:
            self._shift(-gone)
        self._pay()

    def prepend(self, lines: Iterable[Line], *, more: bool) -> None:
        """Show further lines before the first one; what is on the screen stays where it is."""
        came = self.window.prepend(lines, more=more)
        self._resized()
        self._shift(came)
        self._pay()

    def change(self, lines: Iterable[Line], *, mark: bool = False) -> None:
        """Show what cases have become; `mark` what is not as it was, until `settle`."""
        places = self.window.change({line.number: line for line in lines})
        numbers = [self.lines[place].number for place in places]
        for number in numbers:
            if number in self._marked:
                self._marked[number] = self.lines[self.window.place_of(number) or 0]
        if mark:
            self._changed |= frozenset(numbers)
        self._redraw(places)
        if self.cursor in places:
            self.post_message(self.Moved(self.chosen))

    def take_out(self, numbers: Iterable[int]) -> None:
        """Take cases out of the list; the cursor goes to the case behind the one that it stood on."""
        gone = frozenset(numbers)
        before, places = self.chosen, self.window.remove(gone)
        if not places:
            return
        for number in gone & self._marked.keys():
            del self._marked[number]
        above, top = sum(place < self.cursor for place in places), round(self.scroll_y)
        self._resized()
        self.scroll_to(y=top - sum(place < top for place in places), animate=False)
        self.set_reactive(CaseList.cursor, max(0, min(self.cursor - above, len(self.lines) - 1)))
        self.refresh()
        self._show_cursor()
        if before is not self.chosen:
            self.post_message(self.Moved(self.chosen))
        self._want()

    def settle(self) -> None:
        """Take the signs of change away."""
        numbers, self._changed = self._changed, frozenset()
        self._redraw(place for number in numbers if (place := self.window.place_of(number)) is not None)

    def unmark(self) -> bool:
        """Select nothing; return whether anything was selected."""
        if not (self._marked or self.all_matching):
            return False
        self._marked, self.all_matching = {}, False
        self._drawn.clear()
        self.refresh()
        self.post_message(self.Marked())
        return True

    def mark(self, lines: Iterable[Line]) -> None:
        """Select these as well."""
        self._marked |= {line.number: line for line in lines}
        self.refresh()
        self.post_message(self.Marked())

    def go_to(self, number: int) -> bool:
        """Put the cursor on a case; False: it has not been fetched."""
        place = self.window.place_of(number)
        if place is not None:
            self._put(place)
        return place is not None

    def action_move(self, by: int) -> None:
        """Go so many cases on."""
        wanted = self.cursor + by
        reached = max(0, min(wanted, len(self.lines) - 1))
        if (wanted > reached and self.window.below) or (wanted < reached and self.window.above):
            self._owed += wanted - reached
        self._put(reached)

    def action_page(self, by: int) -> None:
        """Go a screen on."""
        self.action_move(by * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """Go to the first case of the whole list."""
        self._owed = 0
        if self.window.above:
            self.post_message(self.Jumping(last=False))
        else:
            self._put(0)

    def action_last(self) -> None:
        """Go to the last case of the whole list."""
        self._owed = 0
        if self.window.below:
            self.post_message(self.Jumping(last=True))
        else:
            self._put(len(self.lines) - 1)

    def action_mark(self) -> None:
        """Select the case, or let it go, and go to the next one."""
        line = self.chosen
        if line is None:
            return
        if self.all_matching:
            self.unmark()
        if self._marked.pop(line.number, None) is None:
            self._marked[line.number] = line
        self.post_message(self.Marked())
        self._redraw([self.cursor])
        self.action_move(1)

    def action_mark_all(self) -> None:
        """Select all cases that match, fetched or not."""
        if not self.unmark() and self.lines:
            self.all_matching = True
            self.refresh()
            self.post_message(self.Marked())

    def action_open(self) -> None:
        """Open the file of the case."""
        if self.chosen is not None:
            self.post_message(self.Opened())

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw the two lines anew that the cursor left and reached."""
        self._redraw([old, new])
        if new >= 0:
            self._show_cursor()
            self.post_message(self.Moved(self.chosen))
            self._want()

    def _put(self, place: int) -> None:
        self.cursor = max(0, min(place, len(self.lines) - 1))

    def _pay(self) -> None:
        owed, self._owed = self._owed, 0
        if owed:
            self.action_move(owed)

    def _want(self) -> None:
        if self.window.below and self.cursor >= len(self.lines) - AHEAD:
            self.post_message(self.Wanting(above=False))
        elif self.window.above and self.cursor < AHEAD:
            self.post_message(self.Wanting(above=True))

    def _shift(self, by: int) -> None:
        """Lines came or went above: the same case stays under the cursor, at the same place of the screen."""
        self.set_reactive(CaseList.cursor, max(0, self.cursor + by))
        self.scroll_to(y=self.scroll_y + by, animate=False)
        self.refresh()

    def _show_cursor(self) -> None:
        top, height = round(self.scroll_y), max(1, self.size.height)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    def _resized(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.lines))
        self.refresh()

    def _redraw(self, places: Iterable[int]) -> None:
        for place in places:
            self.refresh_line(place)

    def _lay_out(self) -> None:
        if self.speech is not None:
            self.columns = columns_for(max(1, self.size.width - MARKS), self.speech.wording)
            self._drawn.clear()
            self._resized()
            self.post_message(self.LaidOut())

    def on_resize(self) -> None:
        """Show the columns that fit now, and the cursor still."""
        self._lay_out()
        self._show_cursor()

    def notify_style_update(self) -> None:
        """Draw anew: another theme."""
        super().notify_style_update()
        self._drawn.clear()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Draw the cursor as one that keys move, or do not move."""
        super().watch_has_focus(has_focus)
        self._redraw([self.cursor])

    def on_click(self, event: events.Click) -> None:
        """Go where the mouse points; a second click opens, one at the edge selects."""
        place = event.y + round(self.scroll_y)
        if place >= len(self.lines):
            return
        self._put(place)
        if event.x < MARKS:
            self.action_mark()
        elif event.chain > 1:
            self.action_open()

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_move(3)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_move(-3)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        place = y + round(self.scroll_y)
        if self.speech is None or place >= len(self.lines):
            return Strip.blank(self.size.width, self.rich_style)
        line, here = self.lines[place], place == self.cursor
        key = (line.number, self._sign(line), here and self.has_focus, here)
        if key not in self._drawn or self._drawn[key][0] is not line:
            self._drawn[key] = (line, self._draw(line, key[1], here=here))
        return self._drawn[key][1]

    def _sign(self, line: Line) -> str:
        if self.all_matching or line.number in self._marked:
            return SELECTED
        if line.number in self._left:
            return LEFT
        return CHANGED if line.number in self._changed else NEITHER

    def _draw(self, line: Line, sign: str, *, here: bool) -> Strip:
        assert self.speech is not None
        base = self.rich_style
        if here:
            base += self._look("cursor" if self.has_focus else "cursor-elsewhere")
        elif sign != NEITHER:
            base += self._look({SELECTED: "selected", CHANGED: "changed", LEFT: "left"}[sign])
        elif line.hidden:
            base += self._look("hidden")
        segments = [Segment((CURSOR if here else NEITHER) + sign, base)]
        for column in self.columns:
            look = base if here else base + self._look_of(line, column)
            segments += [Segment(column.cell(line, self.speech), look), Segment(" " * GAP, base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _look_of(self, line: Line, column: Column) -> Style:
        assert self.speech is not None
        if column.name in ("severity", "score") and line.severity >= GRAVE:
            return self._look("grave")
        left = days_left(line, self.speech.today) if column.name == "due" else None
        return self._look("over") if left is not None and left < 0 else Style()

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(f"case-list--{name}", partial=True)
