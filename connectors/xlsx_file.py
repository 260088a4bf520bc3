"""XLSX: one sheet, typed cells; a formula error and a number that lost digits are faults of their cell."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from connectors.duck import literal
from connectors.file_bytes import header_row, source_file
from connectors.kept_content import sha256_of
from connectors.raw import MARK, Raw, columns_read, unreadable
from connectors.reasons import Reason
from connectors.typed_rows import TextTable, batches, marked
from connectors.xlsx_errors import error_cells
from rules.configuration import Source
from rules.errors import Message

Cells = Sequence[object]


class XlsxFile:
    """Reads one sheet of a workbook: `options.sheet` by name (default: the first), `options.header_row` from 1."""

    def sha256(self, source: Source) -> str | None:
        """Return the hash of the file. Raises SourceError when it is not there."""
        return sha256_of(source_file(source))

    def open(self, source: Source, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Raw:
        """Read all rows as marked text into one Parquet file in `scratch`; rows without any value are left out."""
        del connection
        path = source_file(source)
        try:
            book = CalamineWorkbook.from_path(str(path))
            sheet = _sheet(source, book)
            lines = sheet.iter_rows()
            first, names = _header(source, lines)
            errors = error_cells(path, sheet.name)
            kept = columns_read(source, names)
            target = scratch / f"{source.name}.rows.parquet"
            blank = _write(target, ([names[i] for i in kept], kept), lines, (errors, first))
        except (CalamineError, ValueError) as error:
            raise unreadable(
                source,
                Message("is not a whole XLSX workbook: {error}", error=error),
                Message("save it again as XLSX and deliver it whole"),
            ) from None
        return Raw(
            relation=f"read_parquet({literal(target)})",
            row="_row",
            columns={names[i]: "VARCHAR" for i in kept},
            sha256=sha256_of(path),
            notes=(Message("{count} blank rows left out", count=blank),) if blank else (),
            marked=True,
        )


def _sheet(source: Source, book: CalamineWorkbook) -> CalamineSheet:
    wanted = source.options.get("sheet")
    if wanted is None:
        return book.get_sheet_by_index(0)
    if wanted not in book.sheet_names:
        raise unreadable(
            source,
            Message("has no sheet '{wanted}'; it has {names}", wanted=wanted, names=", ".join(book.sheet_names)),
            Message("mend sources.{source}.options.sheet in rules.yaml", source=source.name),
        )
    return book.get_sheet_by_name(wanted)


def _header(source: Source, lines: Iterator[Cells]) -> tuple[int, tuple[str, ...]]:
    """Return the header's row number in the sheet, from 1, and its names."""
    wanted = header_row(source, default=0)
    for number, cells in enumerate(lines, start=1):
        if number == wanted if wanted else any(cell != "" for cell in cells):
            return number, tuple(_name(cell) for cell in cells)
    raise unreadable(
        source, Message("has no header"), Message("the first row must name the columns, or say options.header_row")
    )


def _name(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _write(
    target: Path,
    columns: tuple[list[str], list[int]],
    lines: Iterator[Cells],
    errors: tuple[dict[tuple[int, int], str], int],
) -> int:
    """Write the data rows and return how many blank ones stood between them."""
    names, kept = columns
    faulty, first = errors
    blank = waiting = number = 0
    with TextTable(target, names) as table:
        for batch in batches(lines):
            rows, numbers = [], []
            for cells in batch:
                number += 1
                row = _texts(cells, kept)
                if faulty:
                    row = _with_errors(row, kept, faulty, first + number)
                if not any(row):
                    waiting += 1
                    continue
                blank, waiting = blank + waiting, 0
                rows.append(row)
                numbers.append(number)
            table.write(rows, numbers)
    return blank


def _texts(cells: Cells, kept: list[int]) -> list[str | None]:
    return [marked(cells[i], spreadsheet=True) if i < len(cells) else None for i in kept]


def _with_errors(
    row: list[str | None], kept: list[int], errors: dict[tuple[int, int], str], line: int
) -> list[str | None]:
    """Put back the formula errors, which the workbook reader gives as empty cells."""
    return [
        f"{MARK}x{Reason.FORMULA_ERROR}:{errors[line, i + 1]}" if (line, i + 1) in errors else value
        for i, value in zip(kept, row, strict=True)
    ]
