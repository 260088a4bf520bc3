"""A list of rows that is walked by the keys of the house, and keeps its place when it is filled anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cases.wording import message


@dataclass(frozen=True)
class Row:
    """One row; `key` names it for as long as the list lives. `heading`: it only says what follows."""

    key: str
    text: Text
    heading: bool = False


class RowList(OptionList):
    """Rows by j and k, the arrows, a page at a time, and from end to end."""

    DEFAULT_CSS = """
    RowList { border: none; height: 1fr; padding: 0; scrollbar-size-vertical: 1; }
    RowList { text-wrap: nowrap; text-overflow: ellipsis; }
    RowList:focus { border: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", message("down"), show=False),
        Binding("k", "cursor_up", message("up"), show=False),
        Binding("g", "first", message("first"), show=False),
        Binding("G", "last", message("last"), show=False),
    ]

    @property
    def chosen(self) -> str | None:
        """The key of the row that the cursor stands on."""
        return None if self.highlighted is None else self.get_option_at_index(self.highlighted).id

    def fill(self, rows: Iterable[Row]) -> None:
        """Show these rows; the cursor stays on the row that it was on, or as near as can be."""
        place, key = self.highlighted, self.chosen
        self.clear_options()
        self.add_options([Option(row.text, id=row.key, disabled=row.heading) for row in rows])
        choosable = [index for index, option in enumerate(self.options) if not option.disabled]
        same = [index for index in choosable if self.options[index].id == key]
        near = [index for index in choosable if place is not None and index >= place]
        self.highlighted = next(iter((*same, *near, *choosable[-1:])), None) if key else next(iter(choosable), None)

    def extend(self, rows: Iterable[Row]) -> None:
        """Show further rows at the end."""
        self.add_options([Option(row.text, id=row.key, disabled=row.heading) for row in rows])
        if self.highlighted is None and self.option_count:
            self.highlighted = 0
