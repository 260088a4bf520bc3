"""Rows of typed cells written to Parquet as marked text, some thousand at a time: workbooks and query results."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.cells import EXACT_DOUBLES
from connectors.raw import MARK
from connectors.reasons import Reason

RowType = TypeVar("RowType")

BATCH = 10_000
"""Rows held as Python objects at one time."""


class TextTable:
    """A Parquet file of text columns and `_row`, written batch by batch; the columns are renamed to their position."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self._names = list(names)
        fields = [pa.field(name, pa.string()) for name in names]
        self._schema = pa.schema([*fields, pa.field("_row", pa.int64())])
        self._writer = pq.ParquetWriter(path, self._schema, compression="snappy")

    def __enter__(self) -> "TextTable":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._writer.close()

    def write(self, rows: Sequence[Sequence[str | None]], numbers: Sequence[int]) -> None:
        """Append rows with their numbers."""
        columns = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(self._names))]
        self._writer.write_table(pa.Table.from_arrays([*columns, pa.array(numbers, pa.int64())], schema=self._schema))


def batches(rows: Iterable[RowType], size: int = BATCH) -> Iterator[list[RowType]]:
    """Yield the rows in lists of at most `size`."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def marked(value: object, spreadsheet: bool = False) -> str | None:  # noqa: PLR0911 - one line per type of cell
    """Return a cell as marked text (see connectors.raw). In a spreadsheet numbers have 15 digits, no more."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return f"{MARK}t{value}" if value.startswith(MARK) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _number(value, spreadsheet)
    if isinstance(value, datetime):
        return f"{MARK}d{value.isoformat(sep=' ')}"
    if isinstance(value, date):
        return f"{MARK}d{value.isoformat()}"
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _number(value: float | Decimal, spreadsheet: bool) -> str:
    if not math.isfinite(value):
        return f"{MARK}x{Reason.NOT_A_NUMBER}:{value}"
    largest = 10**15 if spreadsheet else EXACT_DOUBLES
    if isinstance(value, float) and abs(value) >= largest:
        return f"{MARK}x{Reason.DIGITS_LOST}:{value:.0f}"
    if isinstance(value, float):
        return f"{MARK}n{int(value)}" if value.is_integer() else f"{MARK}n{value!r}"
    return f"{MARK}n{value:f}" if isinstance(value, Decimal) else f"{MARK}n{value}"
