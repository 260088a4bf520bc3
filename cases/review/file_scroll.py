"""What shows laid-out lines: painted once, and moved past without painting anew; parts are gone to and folded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cases.review.file_layout import Layout
from cases.review.file_looks import Looks
from cases.wording import message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from textual.timer import Timer

    from cases.review.file_text import Block

LATER = 0.2
"""Seconds for which a file has stood before lines beyond the edge are painted: who hurries past has no use for them."""
SLICE = 0.004
"""Seconds for which they are painted at a time, between two keys."""
PAUSE = 0.01
"""Seconds from one such time to the next."""


class FileScroll(ScrollView, can_focus=True):
    """Blocks of text below each other; the last line of the widget says how far somebody has come."""

    KEYS: ClassVar[str] = message("In the file")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "go_on", message("go on")),
        Binding("f", "jump('finding', 1)", message("next finding")),
        Binding("F", "jump('finding', -1)", message("previous finding"), show=False),
        Binding("e", "jump('evidence', 1)", message("evidence")),
        Binding("i", "part('events')", message("timeline")),
        Binding("b", "part('rows')", message("other registers"), show=False),
        Binding("l", "jump('', 1)", message("next part"), show=False),
        Binding("h", "jump('', -1)", message("previous part"), show=False),
        Binding("enter", "fold", message("fold or unfold"), show=False),
        Binding("j,down", "lines(1)", message("down"), show=False),
        Binding("k,up", "lines(-1)", message("up"), show=False),
        Binding("pagedown", "pages(1)", message("page down"), show=False),
        Binding("pageup", "pages(-1)", message("page up"), show=False),
        Binding("g,home", "top", message("to the top"), show=False),
        Binding("G,end", "bottom", message("to the end"), show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "file--title",
        "file--heading",
        "file--faint",
        "file--holds",
        "file--fails",
        "file--unknown",
        "file--grave",
        "file--current",
        "file--status",
    }
    DEFAULT_CSS = """
    FileScroll { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
    FileScroll > .file--title { text-style: bold; color: $primary; }
    FileScroll > .file--heading { text-style: bold; color: $primary; }
    FileScroll > .file--faint { color: $foreground 75%; }
    FileScroll > .file--holds { color: $success; text-style: bold; }
    FileScroll > .file--fails { color: $error; text-style: bold; }
    FileScroll > .file--unknown { color: $warning; }
    FileScroll > .file--grave { color: $warning; text-style: bold; }
    FileScroll > .file--current { text-style: bold reverse; }
    FileScroll > .file--status { background: $panel; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.current = ""
        """The key of the block whose heading is marked; "" for none."""
        self.folded: set[str] = set()
        self._layout_of: Layout | None = None
        self._painting: Timer | None = None

    def blocks(self, looks: Looks) -> Sequence[Block]:
        """Return what is shown, from its top."""
        raise NotImplementedError

    def status(self) -> str:
        """Return what the last line says."""
        return ""

    def looked(self, layout: Layout, top: int, bottom: int) -> None:
        """The lines from `top` to before `bottom` are on the screen."""

    def _looks(self) -> Looks:
        names = ("title", "heading", "faint", "holds", "fails", "unknown", "grave")
        return Looks(*(self.get_component_rich_style(f"file--{name}", partial=True) for name in names))

    def _paint(self, part: RenderableType, width: int) -> list[Strip]:
        console = self.app.console
        lines = console.render_lines(part, console.options.update(width=width, height=None), pad=False)
        return [Strip(line) for line in lines]

    def _lay(self, *, keep: bool, since: str = "") -> None:
        """Lay everything out anew; with `keep`, what is read stays where it is.

        `since`: the key of the first block that differs; what stands before it is not painted again.
        """
        if not self.is_attached:
            return
        top, before = self.scroll_offset.y, self._layout_of
        anchor = before.anchor(top) if keep and before is not None else None
        looks = self._looks()
        width = max(self.scrollable_content_region.width, 1)
        layout = self._layout_of = Layout(self.blocks(looks), width, self.folded, self._paint, looks.heading)
        if since and before is not None:
            layout.take_over(before, since)
        line = 0 if anchor is None else layout.line_of(anchor)
        layout.down_to(line + self.size.height)
        self._resize()
        if line != top:
            self.scroll_to(0, line, animate=False, immediate=True)
        self._paint_on(LATER)
        self._look()

    def _resize(self) -> None:
        """Tell how many lines there are; scrollbars are always there, so nothing else has to be laid out for it."""
        layout = self._layout_of
        # One line below the text belongs to what says how much of it was shown.
        size = Size(layout.width, layout.height + 1) if layout is not None else Size(0, 0)
        if size != self.virtual_size:
            self.set_reactive(FileScroll.virtual_size, size)
            self._scroll_update(size)

    def _paint_on(self, wait: float) -> None:
        if self._layout_of is not None and not self._layout_of.whole:
            if self._painting is not None:
                self._painting.stop()
            self._painting = self.set_timer(wait, partial(self._paint_some, self._layout_of))

    def _paint_some(self, layout: Layout) -> None:
        if layout is not self._layout_of or layout.whole:
            return
        layout.some(SLICE)
        if layout.whole:
            self._resize()
        else:
            self._paint_on(PAUSE)

    def render_line(self, y: int) -> Strip:
        """Return one line of what is seen; the last says how much of the findings has been shown."""
        width = self.scrollable_content_region.width
        if y == self.size.height - 1:
            return self._status().adjust_cell_length(width, self.rich_style)
        layout = self._layout_of
        line = self.scroll_offset.y + y
        strip = layout.strip(line) if layout is not None else None
        if strip is None or layout is None:
            return Strip.blank(width, self.rich_style)
        if line == self._current_line():
            strip = strip.apply_style(self.get_component_rich_style("file--current", partial=True))
        return strip.adjust_cell_length(width, self.rich_style).apply_style(self.rich_style)

    def _current_line(self) -> int:
        layout = self._layout_of
        found = layout.of(self.current) if layout is not None and self.current else None
        return -1 if found is None or layout is None else layout.heading_line(found)

    def _status(self) -> Strip:
        style, width = self.get_component_rich_style("file--status"), self.scrollable_content_region.width
        line = Text(f" {self.status()}", style, no_wrap=True, overflow="ellipsis")
        return self._paint(line, width)[0].adjust_cell_length(width, style)

    @property
    def at_end(self) -> bool:
        """Whether the last line is seen."""
        layout = self._layout_of
        return layout is not None and layout.whole and self._bottom() >= layout.height

    def _page(self) -> int:
        return max(self.size.height - 1, 1)

    def _bottom(self) -> int:
        return self.scroll_offset.y + self._page()

    def _look(self) -> None:
        """Paint a page ahead, and take note of what is on the screen."""
        layout = self._layout_of
        if layout is None or not self.is_attached or not self.size.height or not self.display:
            return
        layout.down_to(self._bottom())
        self._resize()
        self.looked(layout, self.scroll_offset.y, self._bottom())
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Show other lines; those that come into sight count as shown."""
        super().watch_scroll_y(old_value, new_value)
        self._look()

    def on_mount(self) -> None:
        """A file may have come before there was a place for it."""
        super().on_mount()  # type: ignore[no-untyped-call]
        self.app.theme_changed_signal.subscribe(self, lambda _: self._lay(keep=True))

    def on_resize(self, event: events.Resize) -> None:
        """Break the lines anew where the width is another one."""
        width = self.scrollable_content_region.width
        if self._layout_of is not None and self._layout_of.width != width:
            self._lay(keep=True)
        self._look()

    def on_click(self, event: events.Click) -> None:
        """Fold or unfold the part whose heading was clicked."""
        layout = self._layout_of
        found = layout.at(self.scroll_offset.y + event.y) if layout is not None else None
        if layout is None or found is None or found.block.title is None:
            return
        if self.scroll_offset.y + event.y == layout.heading_line(found):
            self.current = found.block.key
            self.action_fold()

    def _go_to(self, line: int) -> None:
        layout = self._layout_of
        if layout is None:
            return
        layout.down_to(line + self._page())
        self._resize()
        self.scroll_to(0, max(line, 0), animate=False, immediate=True)

    def action_lines(self, count: int) -> None:
        """Go so many lines."""
        self._go_to(self.scroll_offset.y + count)
        self._mark_seen_heading()

    def action_pages(self, count: int) -> None:
        """Go so many pages; a line of the page before stays in sight."""
        self._go_to(self.scroll_offset.y + count * max(self._page() - 1, 1))
        self._mark_seen_heading()

    def action_go_on(self) -> None:
        """Go on reading: the next page."""
        if not self.at_end:
            self.action_pages(1)

    def action_top(self) -> None:
        """Go to the head."""
        self._go_to(0)
        self.current = ""

    def action_bottom(self) -> None:
        """Go to the end."""
        if self._layout_of is not None:
            self._layout_of.all()
            self._resize()
            self._go_to(self._layout_of.height)
            self._mark_seen_heading()

    def _mark_seen_heading(self) -> None:
        """Mark the heading of what is read: that of the top line, or the first one below it."""
        layout = self._layout_of
        if layout is None:
            return
        current, top = layout.of(self.current), self.scroll_offset.y
        if current is not None and top <= layout.heading_line(current) < self._bottom():
            return
        found = next((one for one in layout.painted if one.block.title and layout.heading_line(one) >= top), None)
        self.current = found.block.key if found is not None and layout.heading_line(found) < self._bottom() else ""
        self.refresh()

    def action_jump(self, kind: str, way: int) -> None:
        """Go to the next (or previous) part of a kind; "" stands for every part but findings."""
        layout = self._layout_of
        if layout is None:
            return
        here = self._place(layout)
        wanted = [block.key for block in layout.blocks if block.title and _is(block.key, block.level, kind)]
        ahead = [key for key in wanted if (layout.place(key) - here) * way > 0]
        for key in ahead if way > 0 else reversed(ahead):
            layout.to_block(key)
            if layout.of(key) is not None:
                self._to(key)
                return
        if way < 0:
            self.action_top()

    def _place(self, layout: Layout) -> int:
        """The place of the block that is read: the marked one, else that of the first line that is seen."""
        if layout.of(self.current) is not None:
            return layout.place(self.current)
        found = layout.at(self.scroll_offset.y)
        return -1 if found is None or self.scroll_offset.y == 0 else layout.place(found.block.key)

    def action_part(self, key: str) -> None:
        """Go to a part."""
        self._to(key)

    def _to(self, key: str) -> None:
        layout = self._layout_of
        if layout is None:
            return
        layout.to_block(key)
        found = layout.of(key)
        if found is not None:
            self.current = key
            self._go_to(layout.heading_line(found))
            self._look()

    def action_fold(self) -> None:
        """Fold the marked part away, or unfold it."""
        if not self.current:
            self._mark_seen_heading()
        if self.current:
            self.folded ^= {self.current}
            self._lay(keep=True, since=self.current)


def _is(key: str, level: int, kind: str) -> bool:
    return key.startswith(f"{kind} ") if kind else level == 0
