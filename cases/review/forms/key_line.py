"""The keys of what stands over a screen: each with its words on one line, on as many lines as there is need for."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text


class KeyLine:
    """Keys, each with what it does; `more` stands behind them."""

    def __init__(self, keys: Sequence[tuple[str, str]], more: str = "") -> None:
        self.parts = [Text.assemble((f" {key} ", "reverse"), f" {words}") for key, words in keys]
        if more:
            self.parts.append(Text(more, "dim"))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Put as many on a line as fit whole."""
        lines = [Text()]
        for part in self.parts:
            if lines[-1] and lines[-1].cell_len + 2 + part.cell_len > options.max_width:
                lines.append(Text())
            lines[-1].append("  " if lines[-1] else "").append_text(part)
        yield Text("\n").join(lines)
