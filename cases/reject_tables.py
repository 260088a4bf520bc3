"""The rows that a scan rejected, on a screen and as CSV for whoever mends the register."""

import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from rich.console import Group, RenderableType
from rich.text import Text

from cases.export.to_csv import csv_cell
from cases.inert import inert
from cases.next_step import PLAIN, Typed
from cases.reject_list import RejectFilter, RejectLine, RejectPage
from cases.tables import RuledTable
from cases.wording import NOT_KNOWN, Wording
from connectors.reasons import REASON_WORDS, Reason

VALUE = 80
"""Signs of a rejected value that a screen shows; the CSV has the whole."""


def reject_tables(page: RejectPage, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return the reasons with how many rows each rejected, then the rejected values, and the command that follows."""
    parts: list[RenderableType] = [Text(f"{name}: {_why(why, wording)}", style="red") for name, why in page.unread]
    if not page.total:
        return Group(*parts, Text(_nothing(page, wording)), Text(_next(("patuh sources check",), wording, typed)))
    parts += [_counts(page, wording), _lines(page, wording)]
    left = page.total - len(page.lines)
    if left:
        parts.append(Text(wording.say("… and {count} more", count=wording.number(left))))
    return Group(*parts, Text(_next(_commands(page, left), wording, typed)))


def _why(why: str, wording: Wording) -> str:
    return inert(wording.tell(why))


def _nothing(page: RejectPage, wording: Wording) -> str:
    if page.wanted != RejectFilter():
        return wording.say("No rejected row of the last scan matches this filter.")
    if page.unread:
        return wording.say("No row of what the last scan could read was rejected.")
    return wording.say("The last scan rejected no row of any register.")


def _counts(page: RejectPage, wording: Wording) -> RenderableType:
    say = wording.say
    table = RuledTable(title=say("KONSEP - rows that the last scan rejected"), title_justify="left")
    for name in (say("Source"), say("Reason"), "--reason"):
        table.add_column(name, overflow="fold")
    table.add_column(say("Rows"), justify="right", no_wrap=True)
    for count in page.counts:
        cells = (count.source, reason_words(count.reason, wording), count.reason, wording.number(count.rows))
        table.add_row(*(Text(inert(cell)) for cell in cells))
    return table


def _lines(page: RejectPage, wording: Wording) -> RenderableType:
    say = wording.say
    table = RuledTable(title=say("Rejected values"), title_justify="left")
    table.add_column(say("Source"), overflow="fold")
    table.add_column(say("Row"), justify="right", no_wrap=True)
    for name in (say("Column"), say("Value"), say("Reason")):
        table.add_column(name, overflow="fold")
    for line in page.lines:
        table.add_row(
            Text(inert(line.source)),
            Text(str(line.row)),
            Text(inert(line.column or NOT_KNOWN, VALUE)),
            Text(inert(_value(line, wording), VALUE)),
            Text(reason_words(line.reason, wording)),
        )
    return table


def _value(line: RejectLine, wording: Wording) -> str:
    """Return the covered value; of a row that could not be split only how long it is, for it may hold anything."""
    if line.value is not None:
        return line.value
    if line.length:
        return wording.say("(a whole row of {count} signs)", count=wording.number(line.length))
    return wording.say("(empty)")


def reason_words(code: str, wording: Wording) -> str:
    """Return why a row was rejected; a code of another version is shown as it is."""
    return wording.words(REASON_WORDS[Reason(code)]) if code in tuple(Reason) else inert(code)


def _commands(page: RejectPage, left: int) -> tuple[str, ...]:
    named = f" {page.wanted.source}" if page.wanted.source else ""
    reason = f" --reason {page.wanted.reason}" if page.wanted.reason else ""
    whole = (f"patuh sources rejects{named}{reason} --output rejects.csv",) if left else ()
    return (*whole, "patuh sources check")


def _next(commands: Iterable[str], wording: Wording, typed: Typed) -> str:
    return f"\n{wording.say('Next:')} " + "  |  ".join(typed.again(command) for command in commands)


def write_rejects(lines: Iterable[RejectLine], wording: Wording, into: BinaryIO) -> int:
    """Write all rejected values as CSV as they come and return how many there were.

    UTF-8 with its mark; what a spreadsheet would run or change has a `'` in front.
    """
    text = io.TextIOWrapper(into, encoding="utf-8-sig", errors="backslashreplace", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    say = wording.say
    writer.writerow([say("Source"), say("Row"), say("Column"), say("Value"), say("Reason code"), say("Reason")])
    count = 0
    for line in lines:
        count += 1
        said = _value(line, wording)
        cells = (line.source, line.row, line.column, said, line.reason, reason_words(line.reason, wording))
        writer.writerow([csv_cell(cell) for cell in cells])
    text.flush()
    text.detach()
    return count
