"""Whatever a table holds: every row is landed or rejected, and its file format makes no difference."""

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

FIELDS = ("employer_id", "name", "npwp", "region", "employer_kind", "employed_workers", "arrears", "employed_as_of")
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
ODD = st.sampled_from(
    [
        "",
        " ",
        "\u00a0x\u00a0",
        '"',
        "a,b",
        "a;b",
        "x\ny",
        "=1+1",
        "'",
        "NULL",
        "null",
        "nan",
        "-",
        "Ca\u0301fe",
        "\ufeffx",
    ]
)
CELL = st.one_of(
    ODD,
    st.text(LETTERS, max_size=12),
    st.sampled_from(["19", "19.71", "1971", "private", "state", "2025-02-30", "2025-03-21", "2025-03-21T00:00:00Z"]),
    st.integers(-5, 10**6).map(str),
    st.decimals(-10, 10**6, places=3).map(str),
    st.sampled_from(["01.234.567.8-901.000", "012345678901000", "0012345678901000", "3204123456780001"]),
)
TABLE = st.lists(st.tuples(*[CELL] * len(FIELDS)), max_size=12)


def _write_csv(path: Path, table: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([FIELDS, *table])


def _write_json(path: Path, table: list[tuple[str, ...]]) -> None:
    path.write_text(json.dumps([dict(zip(FIELDS, row, strict=True)) for row in table]), encoding="utf-8")


def _write_parquet(path: Path, table: list[tuple[str, ...]]) -> None:
    columns = [pa.array([row[i] for row in table], pa.string()) for i in range(len(FIELDS))]
    pq.write_table(pa.Table.from_arrays(columns, names=list(FIELDS)), path)


def _write_xlsx(path: Path, table: list[tuple[str, ...]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for i, row in enumerate([FIELDS, *table]):
            for j, value in enumerate(row):
                page.write_string(i, j, value)


WRITERS = {"csv": _write_csv, "json": _write_json, "parquet": _write_parquet, "xlsx": _write_xlsx}


def _landed(register_at: Any, kind: Any, table: list[tuple[str, ...]]) -> tuple[list[Any], list[Any]]:
    """Return clean rows and rejects of the table in one format, after counting them."""
    with tempfile.TemporaryDirectory() as folder:
        register = register_at(Path(folder))
        path = Path(folder) / f"x.{kind}"
        WRITERS[kind](path, table)
        found = register.land(register.source(kind, path, {name: name for name in FIELDS}))
        assert found.missing is None
        with duckdb.connect() as connection:
            clean = connection.execute(f"FROM read_parquet('{found.path}')").fetchall()
            refused = connection.execute(f"FROM read_parquet('{found.rejects}')").fetchall() if found.rejects else []
        assert found.rows == len(clean) + found.rejected
        assert found.rejected == len({row for row, *_ in refused})
        assert {row for *_, row in clean}.isdisjoint({row for row, *_ in refused})
        return clean, refused


@settings(max_examples=15, deadline=None)
@given(table=TABLE)
@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_a_table_lands_alike_in_every_format(register_at: Any, kind: str, table: list[tuple[str, ...]]) -> None:
    table = [("A" + row[0], *row[1:]) for row in table]
    wanted = _landed(register_at, "parquet", table)
    assert len({row for *_, row in wanted[0]} | {row for row, *_ in wanted[1]}) == len(table)
    assert _landed(register_at, kind, table) == wanted


RAW_LINE = st.text(st.sampled_from('A1,;" \n\r|\té='), max_size=14)


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(RAW_LINE, max_size=8))
def test_no_csv_text_makes_landing_raise_or_lose_a_row(register_at: Any, lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        register = register_at(Path(folder))
        found = register.csv("employer_id,name\n" + "\n".join(lines), {"employer_id": "employer_id", "name": "name"})
        if found.missing is not None:
            assert "quote" in found.missing
            return
        with duckdb.connect() as connection:
            clean = connection.execute(f"SELECT _row FROM read_parquet('{found.path}')").fetchall()
            refused: list[Any] = []
            if found.rejects:
                refused = connection.execute(f"SELECT DISTINCT row FROM read_parquet('{found.rejects}')").fetchall()
        numbers = sorted(row for (row,) in clean + refused)
        assert len(numbers) == len(set(numbers)) == found.rows
        # A stray quote hides blank lines after it, which then count as rows of their own.
        assert '"' in "".join(lines) or numbers == list(range(1, found.rows + 1))
