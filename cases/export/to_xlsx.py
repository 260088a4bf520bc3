"""The export as a workbook: a cover, a sheet of cases, a sheet of findings; typed cells, nothing that computes.

Written row by row (the library's constant memory), so that a nation's list costs no more memory than a district's.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import BinaryIO, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from cases.export.rows import (
    Column,
    ExportCase,
    ExportHead,
    case_cells,
    case_columns,
    finding_cells,
    finding_columns,
)
from cases.formats import Value
from cases.wording import Wording

ROWS_PER_SHEET: Final = 1_048_575
"""What a sheet holds below its headings; what is more goes on to a second one."""

A4: Final = 9
LONGEST_CELL: Final = 32_767
"""Signs that a cell may hold, counted as the format counts them (UTF-16)."""

_NOT_IN_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


class _Pages:
    """Sheets of one table: each with a frozen, filterable heading; a new one when a sheet is full."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[Column], wording: Wording) -> None:
        self._book, self._name, self._columns, self._wording = book, name, columns, wording
        self._formats = {
            "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
            "money": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
            "integer": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "number": book.add_format({"num_format": "0", "valign": "top"}),
            "text": book.add_format({"num_format": "@", "valign": "top"}),
        }
        self._heading = book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1, "valign": "top"})
        self._pages = 0
        self._open()

    def _open(self) -> None:
        self._pages += 1
        self._sheet = self._book.add_worksheet(self._name if self._pages == 1 else f"{self._name} {self._pages}")
        self._row = 0
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, column.heading, self._heading)
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_landscape()
        self._sheet.set_paper(A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)

    def add(self, cells: Sequence[Value]) -> None:
        """Write one row."""
        if self._row == ROWS_PER_SHEET:
            self.close()
            self._open()
        self._row += 1
        for place, (value, column) in enumerate(zip(cells, self._columns, strict=True)):
            self._write(place, value, column)

    def _write(self, place: int, value: Value, column: Column) -> None:
        sheet, row = self._sheet, self._row
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self._formats["date"])
        elif isinstance(value, int | Decimal) and Decimal(float(value)).quantize(Decimal("0.01")) == value:
            plain_number = "number" if column.key == "case" else column.kind
            sheet.write_number(row, place, value, self._formats.get(plain_number))
        else:
            # A number with more digits than a cell's float keeps stays a text: wrong sen are worse than no sum.
            sheet.write_string(row, place, cell_text(str(value), self._wording), self._formats["text"])

    def close(self) -> None:
        """Put the filter over what was written."""
        self._sheet.autofilter(0, 0, self._row, len(self._columns) - 1)


def cell_text(text: str, wording: Wording) -> str:
    """Make a text fit for a cell: signs that XML cannot hold are shown as such, one too long is cut and says so."""
    text = _NOT_IN_XML.sub("\ufffd", text)
    if len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return text
    end = " " + wording.say("[cut here; whole in the CSV and JSON export]")
    kept = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - len(end))].decode("utf-16-le", "ignore")
    return kept + end


def write_xlsx(head: ExportHead, cases: Iterable[ExportCase], wording: Wording, into: BinaryIO) -> int:
    """Write all cases as they come and return how many there were; without any, the cover says so."""
    settings = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with Workbook(into, settings) as book:
        # Given, or the library reads the clock.
        made = datetime.combine(head.made_on, time(), UTC)
        book.set_properties({"title": _title(head, wording), "author": "Patuh", "created": made})
        cover = book.add_worksheet(wording.say("Cover"))
        case_pages = _Pages(book, wording.say("Cases"), case_columns(wording), wording)
        columns = (Column("case", wording.say("Case"), "integer", 9), *finding_columns(wording), *head.evidence)
        finding_pages = _Pages(book, wording.say("Findings"), columns, wording)
        count = findings = 0
        for case in cases:
            count += 1
            case_pages.add(case_cells(case))
            for finding in case.findings:
                findings += 1
                finding_pages.add((case.number, *finding_cells(finding, head.evidence)))
        case_pages.close()
        finding_pages.close()
        _cover(book, cover, _cover_lines(head, count, findings, wording), _title(head, wording))
    return count


def _title(head: ExportHead, wording: Wording) -> str:
    return wording.say("Confirmed cases for {queue}", queue=head.queue)


def _cover_lines(head: ExportHead, cases: int, findings: int, wording: Wording) -> list[tuple[str, Value]]:
    masked = wording.say("covered; ask for an uncovered list where the law gives you the right")
    lines: list[tuple[str, Value]] = [
        (wording.say("Queue"), head.queue),
        (wording.say("Office"), "; ".join(head.offices)),
        (wording.say("Made on"), head.made_on),
        (wording.say("Cases"), cases),
        (wording.say("Findings"), findings),
        (
            wording.say("Identifiers"),
            masked
            if head.unmask_reason is None
            else wording.say("uncovered, for: {reason}", reason=head.unmask_reason),
        ),
    ]
    if not cases:
        lines.append((wording.say("Note"), wording.say("There is no confirmed case in this queue.")))
    return lines


def _cover(book: Workbook, sheet: Worksheet, lines: Sequence[tuple[str, Value]], title: str) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 70)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 16}))
    label = book.add_format({"bold": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
    text = book.add_format({"text_wrap": True, "align": "left", "valign": "top"})
    for row, (name, value) in enumerate(lines, start=2):
        sheet.write_string(row, 0, name, label)
        if isinstance(value, date):
            sheet.write_datetime(row, 1, value, day)
        elif isinstance(value, int):
            sheet.write_number(row, 1, value, text)
        else:
            sheet.write_string(row, 1, str(value), text)
