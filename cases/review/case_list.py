"""The list in the middle: a window of lines over a list that may have a million."""

from collections.abc import Sequence

from rich.text import Text
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cases.caseload.line import Line
from cases.inert import inert
from cases.wording import NOT_KNOWN, Wording


class CaseList(OptionList):
    """The lines that have been fetched; the last one asks for more."""

    class Wanting(Message):
        """The cursor is near the end of what has been fetched."""

    class Moved(Message):
        """The cursor stands on another case."""

        def __init__(self, line: Line) -> None:
            super().__init__()
            self.line = line

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.lines: list[Line] = []

    @property
    def chosen(self) -> Line | None:
        """The case that the cursor stands on."""
        return self.lines[self.highlighted] if self.highlighted is not None and self.lines else None

    def fill(self, lines: Sequence[Line], wording: Wording) -> None:
        """Show these lines from the first on."""
        self.lines = []
        self.clear_options()
        self.extend(lines, wording)
        self.highlighted = 0 if self.lines else None

    def extend(self, lines: Sequence[Line], wording: Wording) -> None:
        """Show further lines at the end."""
        self.lines += lines
        self.add_options([Option(_cells(line, wording), id=str(line.number)) for line in lines])

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell the screen where the cursor stands."""
        event.stop()
        if event.option_index < len(self.lines):
            self.post_message(self.Moved(self.lines[event.option_index]))
        if event.option_index >= len(self.lines) - 20:
            self.post_message(self.Wanting())


def _cells(line: Line, wording: Wording) -> Text:
    party = inert(line.party, 30) if line.party else wording.say("(no name in the registers)")
    people = NOT_KNOWN if line.people is None else wording.number(line.people)
    return Text(f"{line.score or 0:>5} {party:<30.30} {line.region:<6.6} {line.findings:>4} {people:>7}", no_wrap=True)
