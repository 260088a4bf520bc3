"""A line to type in whose signs each have cells of their own, and that says where it goes on."""

from __future__ import annotations

import unicodedata
from typing import Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import Input

CUT: Final = "…"
_MARKS: Final = frozenset({"Me", "Mn"})


def composed(text: str) -> str:
    """Return `text` with an accent where a letter has it; a mark beside its letter would have no cell of its own."""
    signs = unicodedata.normalize("NFC", text)
    return "".join(sign for sign in signs if unicodedata.category(sign) not in _MARKS)


class TypedLine(Input):
    """What is looked for is what is seen: each sign has cells of its own, and a line too long says so at its ends."""

    def validate_value(self, value: str) -> str:
        """Compose what comes, by whatever way."""
        return composed(value)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put `text` in, and the cursor behind it as it is shown."""
        before, behind = self.value[: min(start, end)], self.value[max(start, end) :]
        super().replace(text, start, end)
        if self.value == composed(before + text + behind):
            self.cursor_position = len(composed(before + text))

    def render_line(self, y: int) -> Strip:
        """Mark the ends behind which it goes on."""
        strip, room = super().render_line(y), self.scrollable_content_region.width
        if y or not self.value or not room:
            return strip
        gone = self.scroll_offset.x
        if gone > 0:
            strip = Strip.join([_sign_of(strip.crop(0, 1)), strip.crop(1)])
        if self.content_width - gone > room:
            strip = Strip.join([strip.crop(0, room - 1), _sign_of(strip.crop(room - 1, room))])
        return strip


def _sign_of(cell: Strip) -> Strip:
    """Write the sign of a cut in the colours of the cell that it stands for."""
    style = next((one.style for one in cell), None)
    return Strip([Segment(CUT, style)], 1)
