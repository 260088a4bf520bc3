"""A register that cannot be read is missing, with what is wrong, why it matters and what to do; never an exception."""

import gzip
import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from sqlalchemy.exc import OperationalError

from connectors import sql_database

WHY = "what is not read cannot be judged: every rule that needs this register answers 'unknown'"
COLUMNS = {"employer_id": "no_wlkp", "name": "nama"}
HEADER = "no_wlkp,nama\n"
JSON_ROWS = json.dumps([{"no_wlkp": f"A{i}", "nama": "x" * 50} for i in range(200)]).encode()


def _parquet() -> bytes:
    path = Path("t.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'A' AS no_wlkp, range AS nama FROM range(5000)) TO '{path}'")
    return path.read_bytes()


def _xlsx(names: tuple[str, ...] = ("no_wlkp", "nama"), sheet: str = "Data 2025") -> bytes:
    path = Path("t.xlsx")
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        for i, name in enumerate(names):
            page.write(0, i, name)
            page.write(1, i, "A1")
    return path.read_bytes()


Make = bytes | Callable[[], bytes]
CASES: dict[str, tuple[str, Make, Mapping[str, str], str, str]] = {
    "empty": ("csv", b"", {}, "the file is empty (0 bytes)", "ask for the file again"),
    "blank csv": ("csv", b"\n\n \n", {}, "has no header", "the first line must name the columns"),
    "column gone": (
        "csv",
        b"no_wlkp,name_perusahaan,namaa\nA1,x,y\n",
        {},
        "has no column 'nama' (nearest: 'namaa'); it has no_wlkp, name_perusahaan, namaa",
        "map its present column names in rules.yaml, sources.wlkp.columns",
    ),
    "two columns of one name": (
        "csv",
        b"no_wlkp,nama,nama\nA1,x,y\n",
        {},
        "two columns have the name 'nama'",
        "leave one of the two in the file",
    ),
    "open quote": (
        "csv",
        HEADER.encode() + b'A1,x\nA2,"y\nA3,z\nA4,z\n',
        {},
        "a quote opened in data row 2 is never closed",
        "close the quote",
    ),
    "wrong encoding given": (
        "csv",
        HEADER.encode() + b"A1,Caf\xe9\n",
        {"encoding": "utf-8"},
        "is not utf-8-sig: 'utf-8' codec can't decode byte 0xe9 in position 19",
        "mend sources.wlkp.options.encoding",
    ),
    "unknown encoding": ("csv", HEADER.encode(), {"encoding": "klingon"}, "knows the encoding 'klingon'", "use utf-8"),
    "long delimiter": ("csv", HEADER.encode(), {"delimiter": "||"}, "'||' is not one character", "say one character"),
    "long quote": (
        "csv",
        HEADER.encode(),
        {"quote": "''"},
        "the quote \"''\" is not one",
        "say one character, or none",
    ),
    "header row": ("csv", HEADER.encode(), {"header_row": "no"}, "header_row 'no' is no row number", "say 1 or more"),
    "header beyond the end": ("csv", HEADER.encode(), {"header_row": "9"}, "has no header", "must name the columns"),
    "gzip cut off": (
        "json",
        gzip.compress(JSON_ROWS)[:-20],
        {},
        "the gzip file is damaged or cut off",
        "deliver the file again, whole",
    ),
    "json cut off": ("json", JSON_ROWS[: len(JSON_ROWS) // 2], {}, "is not whole JSON", "it was cut off"),
    "json without its last sign": ("json", JSON_ROWS[:-1], {}, "is not whole JSON", "it was cut off"),
    "json lines cut off": ("json", b'{"no_wlkp":"A","nama":1}\n{"no_wlkp":"B","na', {}, "is not whole JSON", "cut off"),
    "json blank": ("json", b"  \n ", {}, "holds only blanks", "an empty register is []"),
    "json format": ("json", JSON_ROWS, {"format": "xml"}, "there is no JSON format 'xml'", "say array or lines"),
    "json column gone": (
        "json",
        b'[{"no_wlkp":"A","Nama":1}]',
        {},
        "has no column 'nama' (nearest: 'Nama')",
        "map its",
    ),
    "json that is a page": ("json", b"<html>sorry</html>", {}, "is not whole JSON", "deliver the file again"),
    "parquet cut off": ("parquet", lambda: _parquet()[:-100], {}, "is not a whole Parquet file", "it was cut off"),
    "parquet that is csv": ("parquet", HEADER.encode() * 9, {}, "is not a whole Parquet file", "is another format"),
    "parquet hole": (
        "parquet",
        lambda: (whole := _parquet())[:4] + bytes(len(whole) - 700) + whole[-696:],
        {},
        "cannot be read",
        "deliver the file again, whole",
    ),
    "xlsx cut off": ("xlsx", lambda: _xlsx()[:-200], {}, "is not a whole XLSX workbook", "save it again as XLSX"),
    "xlsx that is csv": ("xlsx", HEADER.encode(), {}, "is not a whole XLSX workbook", "save it again as XLSX"),
    "xlsx sheet": (
        "xlsx",
        _xlsx,
        {"sheet": "Data 2024"},
        "has no sheet 'Data 2024'; it has Data 2025",
        "mend sources.wlkp.options.sheet",
    ),
    "xlsx column gone": ("xlsx", lambda: _xlsx(("no", "nama")), {}, "has no column 'no_wlkp'", "map its present"),
    "xlsx empty sheet": ("xlsx", lambda: _xlsx(()), {}, "has no header", "the first row must name the columns"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_missing_and_says_so(register: Any, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kind, content, options, what, remedy = CASES[case]
    path = register.folder / f"wlkp.{kind}"
    path.write_bytes(content if isinstance(content, bytes) else content())
    found = register.land(register.source(kind, path, COLUMNS, options=options))
    assert (found.path, found.rejects, found.rows, found.rejected) == (None, None, 0, 0)
    assert found.missing.startswith(f"source 'wlkp' ({path}): ")
    first, why, do = found.missing.split("\n")
    assert what in first
    assert why == f"    why: {WHY}"
    assert do.startswith("    do:  ")
    assert remedy in do
    assert not list((register.folder / "state").rglob("*.parquet"))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "json"])
def test_a_file_that_is_not_there(register: Any, kind: str) -> None:
    found = register.land(register.source(kind, register.folder / "gone", COLUMNS))
    assert "the file is not there" in found.missing
    assert "deliver the file, or mend its path in rules.yaml" in found.missing
    found = register.land(register.source(kind, register.folder, COLUMNS))
    assert "is a folder, not a file" in found.missing
    assert "name the file itself" in found.missing
    found = register.land(register.source(kind, None, COLUMNS))
    assert "say sources.wlkp.path in rules.yaml" in found.missing


def _database(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE wlkp (no_wlkp TEXT, nama TEXT)")
        database.execute("INSERT INTO wlkp VALUES ('A1', 'PT Sinar')")
    return f"sqlite:///{path}"


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"query": "SELECT no_wlkp FROM wlkp"}, "has no column 'nama'; it has no_wlkp"),
        ({"query": "SELECT * FROM gone"}, "did not answer the query: no such table: gone"),
        ({"query": " "}, "has no query"),
        ({"query": "SELECT 1", "table": "wlkp"}, "has both a query and a table"),
        ({"query": "SELECT no_wlkp, nama, 1 AS nama FROM wlkp"}, "two columns have the name 'nama'"),
        ({"url": "no url", "query": "SELECT 1"}, "its url is no database URL (not shown: it may hold a password)"),
        ({"url": "klingon://a:s3cret@h/d", "query": "SELECT 1"}, "klingon://h/d did not answer the query"),
    ],
)
def test_a_database_that_does_not_answer(register: Any, options: dict[str, str], what: str) -> None:
    url = _database(register.folder / "x.db")
    found = register.land(register.source("sql", None, COLUMNS, options={"url": url} | options))
    assert what in found.missing
    assert "s3cret" not in found.missing
    assert WHY in found.missing


def test_a_password_is_never_shown(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(url: object) -> None:
        del url
        raise OperationalError("SELECT 1", {}, Exception("login failed: agen:s3cret (token t0ken)\nmore"))

    monkeypatch.setattr(sql_database, "create_engine", refuse)
    url = "postgresql://agen:s3cret@db.example/wlkp?token=t0ken"
    found = register.land(register.source("sql", None, COLUMNS, options={"url": url, "query": "SELECT 1"}))
    assert "postgresql://db.example/wlkp did not answer the query: login failed: agen:*** (token ***)" in found.missing
    assert "s3cret" not in repr(found)
    assert "t0ken" not in repr(found)
