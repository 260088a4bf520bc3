"""The export as CSV: one line per finding, the case's cells repeated; UTF-8 with its mark, so that Excel knows it.

A text that a spreadsheet would run as a formula, or read as a number and change, has a `'` in front. Numbers are bare
digits with a point, dates ISO.
"""

import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from cases.export.rows import (
    ExportCase,
    ExportHead,
    case_cells,
    case_columns,
    finding_cells,
    finding_columns,
    plain,
    spreadsheet_would_misread,
)
from cases.formats import Value
from cases.wording import Wording


def write_csv(head: ExportHead, cases: Iterable[ExportCase], wording: Wording, into: BinaryIO) -> int:
    """Write all cases as they come and return how many there were; without any, the headings stand alone."""
    text = io.TextIOWrapper(into, encoding="utf-8-sig", errors="backslashreplace", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    finding_part = (*finding_columns(wording), *head.evidence)
    writer.writerow([column.heading for column in (*case_columns(wording), *finding_part)])
    count = 0
    for case in cases:
        count += 1
        front = [csv_cell(value) for value in case_cells(case)]
        rows = [[csv_cell(value) for value in finding_cells(finding, head.evidence)] for finding in case.findings]
        writer.writerows(front + row for row in rows or [[""] * len(finding_part)])
    text.flush()
    text.detach()
    return count


def csv_cell(value: Value) -> str | int:
    """Return a cell as a spreadsheet may open it: a text that it would run or change has a `'` in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if spreadsheet_would_misread(value) else value
    written = plain(value)
    return written if isinstance(written, str | int) else ""
