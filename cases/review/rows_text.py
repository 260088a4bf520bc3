"""What other registers say of the party of a case, as lines of its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from cases.inert import LONGEST, inert
from cases.review.file_looks import Hung

if TYPE_CHECKING:
    from cases.register_rows import Register, RegisterRows
    from cases.review.file_looks import Looks
    from cases.wording import Wording


class RowsText:
    """Words the rows of registers."""

    def __init__(self, rows: RegisterRows, wording: Wording, looks: Looks) -> None:
        self.rows, self.wording, self.say, self.looks = rows, wording, wording.say, looks

    def lines(self) -> Iterator[RenderableType]:
        """Yield each register with its rows, those without one, and those that could not be searched, with why."""
        say, rows = self.say, self.rows
        if rows.scanned is None:
            yield Hung("  ", say("No scan has landed a register yet."), self.looks.faint)
            return
        told = say("As the scan of {day} landed them; found by the identifiers of the party.", day=self._day())
        yield Hung("  ", told, self.looks.faint)
        for one in rows.registers:
            yield from self._register(one)
        if rows.without:
            names = ", ".join(map(inert, rows.without))
            yield Hung("  ", say("No row of this party: {names}", names=names), self.looks.faint)
        for name, why in rows.unsearched:
            words = say("Not searched: {name}: {why}", name=inert(name), why=inert(why))
            yield Hung("  ? ", words, self.looks.unknown)

    def _day(self) -> str:
        return self.wording.date(self.rows.scanned)

    def _register(self, one: Register) -> Iterator[RenderableType]:
        say, number = self.say, self.wording.number
        title = Text(f"  {inert(one.source)}", "bold")
        by = ", ".join(one.by)
        count = self.wording.plural("{count} row", "{count} rows", one.count)
        day = self.wording.date(one.as_of)
        title.append(f"  {say('{rows} by {kinds}, as of {day}', rows=count, kinds=by, day=day)}", "not bold")
        yield Hung("", title)
        for row in one.rows:
            values = Text()
            for place, (label, value) in enumerate(row.values):
                values.append("; " if place else "")
                values.append(f"{inert(label)} = ")
                values.append(inert(value, 2 * LONGEST), "bold")
            yield Hung(f"    {say('row {number}', number=number(row.number))}: ", values)
        left = one.count - len(one.rows)
        if left > 0:
            yield Hung("    ", say("… and {count} more", count=number(left)), self.looks.unknown)
        if one.elsewhere:
            words = self.wording.plural(
                "{count} row of a region that is not yours is left out",
                "{count} rows of regions that are not yours are left out",
                one.elsewhere,
            )
            yield Hung("    ", words, self.looks.unknown)
