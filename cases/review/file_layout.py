"""Blocks of text laid out as lines of cells: each is painted once, as far down as somebody has looked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

if TYPE_CHECKING:
    from cases.review.file_text import Block

Paint = Callable[[RenderableType, int], list[Strip]]
"""Paints something in so many cells of width."""

SIGNS: Final = {True: "▸", False: "▾"}
"""Beside a heading: folded or not."""


@dataclass(frozen=True)
class Painted:
    """A block as lines. `first`: the line of the file at which it begins."""

    block: Block
    first: int
    strips: tuple[Strip, ...]

    @property
    def end(self) -> int:
        """The line behind its last one."""
        return self.first + len(self.strips)


@dataclass(frozen=True)
class Anchor:
    """A place in a file that stays when lines before it come or go: a block and how far into it."""

    key: str
    offset: int


class Layout:
    """The lines of a file, painted from the first block on as they are needed."""

    def __init__(self, blocks: Sequence[Block], width: int, folded: set[str], paint: Paint, title: Style) -> None:
        """`title` is the style of a heading."""
        self.blocks, self.width, self.folded = blocks, width, folded
        self._paint, self._title = paint, title
        self.painted: list[Painted] = []
        self._places = {block.key: place for place, block in enumerate(blocks)}
        self._hidden_below: int | None = None
        """The level of the folded block that hides what comes; None where nothing hides it."""

    def take_over(self, before: Layout, since: str) -> None:
        """Take what was painted of the same blocks before the block `since`, where the width is the same."""
        place = min(max(before.place(since), 0), len(before.painted))
        if before.width == self.width:
            for painted in before.painted[:place]:
                self._pass(painted.block)
                if painted.block.title is not None and painted.block.key in self.folded and self._hidden_below is None:
                    self._hidden_below = painted.block.level
                self.painted.append(painted)

    def _pass(self, block: Block) -> None:
        if self._hidden_below is not None and block.level <= self._hidden_below:
            self._hidden_below = None

    @property
    def height(self) -> int:
        """How many lines have been painted."""
        return self.painted[-1].end if self.painted else 0

    @property
    def whole(self) -> bool:
        """Whether every block is painted."""
        return len(self.painted) == len(self.blocks)

    def down_to(self, line: int) -> None:
        """Paint as far as this line."""
        while not self.whole and self.height <= line:
            self._next()

    def to_block(self, key: str) -> None:
        """Paint as far as the block of this key."""
        place = self._places.get(key)
        while place is not None and not self.whole and len(self.painted) <= place:
            self._next()

    def all(self) -> None:
        """Paint everything."""
        while not self.whole:
            self._next()

    def some(self, seconds: float) -> None:
        """Paint for so long."""
        until = perf_counter() + seconds
        while not self.whole and perf_counter() < until:
            self._next()

    def _next(self) -> None:
        block = self.blocks[len(self.painted)]
        self._pass(block)
        strips: list[Strip] = []
        if self._hidden_below is None:
            if block.title is not None:
                strips += self._heading(block)
            if block.title is not None and block.key in self.folded:
                self._hidden_below = block.level
            else:
                strips += [strip for part in block.lines() for strip in self._paint(part, self.width)]
        self.painted.append(Painted(block, self.height, tuple(strips)))

    def _heading(self, block: Block) -> list[Strip]:
        title = Text(f"{'  ' * block.level}{SIGNS[block.key in self.folded]} {block.title}", self._title)
        title.no_wrap = block.level > 0
        title.overflow = "ellipsis" if block.level else "fold"
        before = [Strip.blank(self.width)] if block.level == 0 else []
        return [*before, *self._paint(title, self.width)]

    def at(self, line: int) -> Painted | None:
        """Return the block that has this line."""
        low, high = 0, len(self.painted)
        while low < high:
            middle = (low + high) // 2
            if self.painted[middle].end <= line:
                low = middle + 1
            else:
                high = middle
        return self.painted[low] if low < len(self.painted) else None

    def strip(self, line: int) -> Strip | None:
        """Return one line; None beyond what has been painted."""
        found = self.at(line)
        return None if found is None else found.strips[line - found.first]

    def of(self, key: str) -> Painted | None:
        """Return a block where it has been painted; None where it is hidden in a folded one."""
        place = self._places.get(key, len(self.painted))
        found = self.painted[place] if place < len(self.painted) else None
        return found if found is not None and found.strips else None

    def place(self, key: str) -> int:
        """Return the place of a block among all of them; -1 where there is none."""
        return self._places.get(key, -1)

    def heading_line(self, painted: Painted) -> int:
        """Return the line on which the words of a block begin."""
        return painted.first + (1 if painted.block.title is not None and painted.block.level == 0 else 0)

    def anchor(self, line: int) -> Anchor | None:
        """Return what to hold on to so that this line stays where it is."""
        found = self.at(line)
        return None if found is None else Anchor(found.block.key, line - found.first)

    def line_of(self, anchor: Anchor) -> int:
        """Return the line of an anchor, painting as far as it; of a block that is gone, the first line."""
        self.to_block(anchor.key)
        found = self.of(anchor.key)
        return 0 if found is None else found.first + min(anchor.offset, max(len(found.strips) - 1, 0))
