"""Tables as a terminal shows them, and as a log or another program can read them."""

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table


class RuledTable(Table):
    """A table with ruled lines on a terminal, and plain columns in a pipe or a file."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Leave the lines out where no terminal draws them."""
        if not options.is_terminal:
            self.box, self.padding, self.pad_edge = None, (0, 2, 0, 0), False
        yield from super().__rich_console__(console, options)
