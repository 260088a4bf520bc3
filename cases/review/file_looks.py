"""How the file of a case looks: the styles of its parts, and texts that keep their margin where they are broken."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text


@dataclass(frozen=True)
class Looks:
    """Styles by what they mean; beside each of them a word or a sign says the same."""

    title: Style
    heading: Style
    faint: Style
    holds: Style
    fails: Style
    unknown: Style
    grave: Style


PLAIN = Looks(Style(bold=True), Style(bold=True), Style(dim=True), Style(), Style(), Style(), Style(bold=True))
"""Without a colour."""


class Hung:
    """A text with something before its first line, and as many blanks before those that follow."""

    def __init__(self, first: Text | str, text: Text | str, style: Style | str = "") -> None:
        self.first = first if isinstance(first, Text) else Text(first)
        self.text = text if isinstance(text, Text) else Text(text)
        self.text.style = style or self.text.style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Break the text into what is left of the width."""
        margin = self.first.cell_len
        width = max(options.max_width - margin, 1)
        lines = self.text.wrap(console, width, overflow="fold", no_wrap=False)
        for number, line in enumerate(lines or [Text()]):
            before = self.first if number == 0 else Text(" " * margin)
            yield from before.render(console)
            yield from line.render(console)
            yield Segment.line()


class Columns:
    """Two texts beside each other: a label of a fixed width, and what is said of it."""

    def __init__(self, label: Text, text: Text, margin: int, share: int = 42) -> None:
        self.label, self.text, self.margin, self.share = label, text, margin, share

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Break both into their columns, line by line."""
        room = options.max_width - self.margin
        left = max(min(self.share, room * 2 // 5), 1)
        right = max(room - left - 1, 1)
        labels = list(self.label.wrap(console, left, overflow="fold"))
        texts = list(self.text.wrap(console, right, overflow="fold"))
        for number in range(max(len(labels), len(texts))):
            label = labels[number] if number < len(labels) else Text()
            yield Segment(" " * self.margin)
            yield from label.render(console)
            yield Segment(" " * (left - label.cell_len + 1))
            if number < len(texts):
                yield from texts[number].render(console)
            yield Segment.line()
