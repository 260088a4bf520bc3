"""Tables, headings and frames as a terminal shows them, and as a log or another program can read them."""

from rich.console import Console, ConsoleOptions, RenderResult
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table


class RuledTable(Table):
    """A table with ruled lines on a terminal, and plain columns in a pipe or a file."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Leave the lines out where no terminal draws them."""
        if not options.is_terminal:
            self.box, self.padding, self.pad_edge = None, (0, 2, 0, 0), False
        yield from super().__rich_console__(console, options)


class Heading(Rule):
    """A heading drawn out to the edge of a terminal, and its words alone in a pipe or a file."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Leave the line out where no terminal draws it."""
        if options.is_terminal:
            yield from super().__rich_console__(console, options)
        else:
            yield self.title


class Frame(Panel):
    """A frame round a message on a terminal, and the message alone in a pipe or a file."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Leave the frame out where no terminal draws it."""
        if options.is_terminal:
            yield from super().__rich_console__(console, options)
        else:
            yield self.renderable
