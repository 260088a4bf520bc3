"""Workbooks, JSON and query results: cells that say their own type, and what a cell can lose."""

import gzip
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from rules.configuration import Column
from rules.errors import Location

Read = Callable[..., list[tuple[Any, ...]]]
COLUMNS = {"employer_id": "id", "name": "name"}


def _book(path: Path, lines: Sequence[Sequence[object]], sheet: str = "Data") -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page = book.add_worksheet(sheet)
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, datetime | date | time):
                    page.write_datetime(row, column, value, moment if isinstance(value, datetime) else day)
                elif value is not None:
                    page.write(row, column, value)
    return path


def _column(field: str, source: str, **more: Any) -> Column:
    given: dict[str, Any] = {"values": {}, "dates": None, "numbers": None} | more
    return Column(field=field, source=source, constant=None, location=Location("rules.yaml", 1, 1), **given)


def test_cells_of_a_workbook_keep_their_type(register: Any, rows: Read) -> None:
    head: list[object] = ["id", "workers", "arrears", "day", "kept", "name"]
    lines: list[list[object]] = [
        head,
        [17, 100.0, 1234.5, date(2025, 3, 4), True, "=1+1"],
        ["A2", "1.234", "1.234,56", "2025-05-03", "tidak", 3.5],
        ["A3", None, 0.005, datetime(2025, 3, 4, 23, 30, tzinfo=UTC).replace(tzinfo=None), None, None],
    ]
    columns = {
        "employer_id": "id",
        "employed_workers": _column("employed_workers", "workers", numbers="1.234"),
        "arrears": _column("arrears", "arrears", numbers="1.234,56"),
        "employed_as_of": _column("employed_as_of", "day", dates="%Y-%d-%m"),
        "plan_kept": "kept",
        "name": "name",
    }
    found = register.land(register.source("xlsx", _book(register.folder / "x.xlsx", lines), columns))
    assert (found.missing, found.rejected) == (None, 0)
    assert rows(found.path) == [
        ("17", 100, Decimal("1234.50"), date(2025, 3, 4), True, "=1+1", 1),
        ("A2", 1234, Decimal("1234.56"), date(2025, 3, 5), False, "3.5", 2),
        ("A3", None, Decimal("0.01"), date(2025, 3, 4), None, None, 3),
    ]


def test_an_identifier_stored_as_a_number_has_lost_digits_from_the_sixteenth_on(register: Any, rows: Read) -> None:
    lines: list[list[object]] = [
        ["id", "nik"],
        ["A1", 3204123456780001],
        ["A2", "3204123456780001"],
        ["A3", 123456789012345],
        ["A4", 1e16],
    ]
    path = _book(register.folder / "x.xlsx", lines)
    found = register.land(register.source("xlsx", path, {"employer_id": "id", "nik": "nik"}))
    assert rows(found.path) == [("A2", "3204123456780001", 2), ("A3", "123456789012345", 3)]
    assert rows(found.rejects, '"row", "column", value, reason') == [
        (1, "nik", "3204123456780001", "digits_lost"),
        (4, "nik", "10000000000000000", "digits_lost"),
    ]


def test_a_formula_error_is_an_error_and_not_an_empty_cell(register: Any, rows: Read) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for line in (["id", "workers"], ["A1", "#DIV/0!"], ["A2", 5], ["#N/A", None]):
        page.append(line)
    page["B2"].data_type = page["A4"].data_type = "e"
    book.save(register.folder / "x.xlsx")
    path = register.folder / "x.xlsx"
    found = register.land(register.source("xlsx", path, {"employer_id": "id", "employed_workers": "workers"}))
    assert rows(found.path) == [("A2", 5, 2)]
    assert rows(found.rejects, '"row", "column", value, reason') == [
        (1, "workers", "#DIV/0!", "formula_error"),
        (3, "id", "#N/A", "formula_error"),
    ]
    assert found.unreadable_keys == 1


def test_the_sheet_and_the_header_row_can_be_said(register: Any, rows: Read) -> None:
    lines: list[list[object]] = [["Daftar 2025"], [], ["id", "name"], ["A1", "x"], [], ["A2", "y"], [None, ""]]
    path = _book(register.folder / "x.xlsx", lines, "Data 2025")
    options = {"sheet": "Data 2025", "header_row": "3"}
    found = register.land(register.source("xlsx", path, COLUMNS, options=options))
    assert rows(found.path) == [("A1", "x", 1), ("A2", "y", 3)]
    assert found.notes == ("1 blank rows left out",)


RECORDS: list[dict[str, object]] = [
    {"id": "A1", "name": "PT Café", "extra": 1},
    {"id": 2, "name": None},
    {"id": "A3", "name": {"id": "x", "list": [1, "y"]}},
    {"id": "A4"},
]
LANDED = [("A1", "PT Café", 1), ("2", None, 2), ("A3", '{"id":"x","list":[1,"y"]}', 3), ("A4", None, 4)]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(RECORDS).encode(),
        json.dumps(RECORDS, indent=2, ensure_ascii=False).encode(),
        "\n".join(json.dumps(one) for one in RECORDS).encode(),
        b"\xef\xbb\xbf" + json.dumps(RECORDS).encode(),
        json.dumps(RECORDS, ensure_ascii=False).encode("utf-16"),
        gzip.compress(json.dumps(RECORDS).encode()),
        gzip.compress("\n".join(json.dumps(one) for one in RECORDS).encode()),
    ],
    ids=["array", "indented", "lines", "bom", "utf-16", "array.gz", "lines.gz"],
)
def test_json_in_every_dress(register: Any, rows: Read, content: bytes) -> None:
    path = register.folder / "x.json"
    path.write_bytes(content)
    found = register.land(register.source("json", path, COLUMNS))
    assert (found.missing, found.rejected) == (None, 0)
    assert rows(found.path) == LANDED


def test_json_in_latin_1_is_read_and_noted(register: Any, rows: Read) -> None:
    path = register.folder / "x.json"
    path.write_bytes('[{"id":"A1","name":"Café"}]'.encode("latin-1"))
    found = register.land(register.source("json", path, COLUMNS))
    assert rows(found.path) == [("A1", "Café", 1)]
    assert found.notes == ("is not UTF-8; read as windows-1252 (a guess: say options.encoding to settle it)",)


def test_json_records_inside_one_object(register: Any, rows: Read) -> None:
    path = register.folder / "x.json"
    path.write_text(json.dumps({"version": 1, "data": RECORDS}, indent=1))
    found = register.land(register.source("json", path, COLUMNS, options={"records": "data"}))
    assert rows(found.path) == LANDED


def test_an_empty_json_array_is_an_empty_register(register: Any, rows: Read) -> None:
    path = register.folder / "x.json"
    path.write_text("[]")
    found = register.land(register.source("json", path, COLUMNS))
    assert (found.missing, found.rows, rows(found.path)) == (None, 0, [])


def test_what_is_no_record_is_a_reject(register: Any, rows: Read) -> None:
    path = register.folder / "x.json"
    path.write_text(
        '[{"id":"A1","name":"x"}, 3, ["A2"], {"id":"A3","name":"y","name":"z"}, {"id":"A4","name":"\\u0000n1"}]'
    )
    found = register.land(register.source("json", path, COLUMNS))
    assert (found.rows, found.rejected, found.unreadable_keys) == (5, 4, 3)
    assert rows(found.path) == [("A1", "x", 1)]
    assert rows(found.rejects, "row, reason") == [
        (2, "not_a_record"),
        (3, "not_a_record"),
        (4, "name_twice"),
        (5, "nul_character"),
    ]


def test_numbers_of_json_keep_their_digits_or_are_rejected(register: Any, rows: Read) -> None:
    path = register.folder / "x.json"
    path.write_text(
        '[{"id":"A1","nik":3204123456780001,"arrears":650441000.37},'
        '{"id":"A2","nik":"x","arrears":1.5e3},'
        '{"id":"A3","nik":32041234567800012345678,"arrears":1},'
        '{"id":"A4","nik":"x","arrears":900000000000000.37}]'
    )
    columns = {"employer_id": "id", "nik": "nik", "arrears": "arrears"}
    found = register.land(register.source("json", path, columns))
    assert rows(found.path) == [
        ("A1", "3204123456780001", Decimal("650441000.37"), 1),
        ("A2", "X", Decimal("1500.00"), 2),
    ]
    assert rows(found.rejects, '"row", "column", reason') == [(3, "nik", "digits_lost"), (4, "arrears", "digits_lost")]


def _database(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE wlkp (id TEXT, name TEXT, workers INTEGER, arrears REAL, day TEXT)")
        database.executemany(
            "INSERT INTO wlkp VALUES (?, ?, ?, ?, ?)",
            [("A1", "PT 12:30 Sinar", 5, 10.5, "2025-03-04"), (None, "x", -1, None, "2025-02-30")],
        )
    return {"url": f"sqlite:///{path}"}


def test_a_query_lands_like_a_file(register: Any, rows: Read) -> None:
    options = _database(register.folder / "x.db")
    columns = {"employer_id": "id", "name": "name", "employed_workers": "workers", "arrears": "arrears"}
    query = {"query": "SELECT * FROM wlkp WHERE name NOT LIKE '%:9%' ORDER BY id DESC"}
    found = register.land(register.source("sql", None, columns, options=options | query))
    assert rows(found.path) == [("A1", "PT 12:30 Sinar", 5, Decimal("10.50"), 1)]
    assert (found.rows, found.rejected, found.unreadable_keys) == (2, 1, 1)
    again = register.land(register.source("sql", None, columns, options=options | query))
    assert again == found
    with closing(sqlite3.connect(register.folder / "x.db")) as database, database:
        database.execute("UPDATE wlkp SET workers = 6 WHERE id = 'A1'")
    assert register.land(register.source("sql", None, columns, options=options | query)).sha256 != found.sha256


def test_a_whole_table_and_many_batches(register: Any, rows: Read) -> None:
    options = _database(register.folder / "x.db")
    with closing(sqlite3.connect(register.folder / "x.db")) as database, database:
        database.execute("DELETE FROM wlkp")
        database.executemany("INSERT INTO wlkp (id, name) VALUES (?, ?)", ((f"A{i}", "x") for i in range(25_000)))
    found = register.land(register.source("sql", None, COLUMNS, options=options | {"table": "wlkp"}))
    assert (found.rows, found.rejected) == (25_000, 0)
    assert rows(found.path, "count(*), count(DISTINCT _row), min(_row), max(_row)") == [(25_000, 25_000, 1, 25_000)]


def test_columns_that_differ_in_capitals_alone(register: Any, rows: Read) -> None:
    content = '[{"id":"A1","name":"x","NAME":"y"}]'
    path = register.folder / "x.json"
    path.write_text(content)
    assert rows(register.land(register.source("json", path, COLUMNS)).path) == [("A1", "x", 1)]
    found = register.csv("id,NAME,name\nA1,y,x\n", COLUMNS)
    assert rows(found.path) == [("A1", "x", 1)]
    found = register.csv("id,NAME,name\nA1,y,x\n", COLUMNS | {"nib": "NAME"})
    assert "the columns 'NAME' and 'name' differ in capital letters alone" in found.missing
    assert "give them different names, or map only one of them" in found.missing


def test_a_number_cell_says_its_point_and_a_text_cell_does_not(register: Any, rows: Read) -> None:
    lines: list[list[object]] = [["id", "workers", "arrears"], ["A1", 12.0, 1.234], ["A2", "12.000", "1.234"]]
    columns = {"employer_id": "id", "employed_workers": "workers", "arrears": "arrears"}
    found = register.land(register.source("xlsx", _book(register.folder / "x.xlsx", lines), columns))
    assert rows(found.path) == [("A1", 12, Decimal("1.23"), 1)]
    assert rows(found.rejects, '"row", "column", value, reason') == [
        (2, "arrears", "1.234", "ambiguous_number"),
        (2, "workers", "12.000", "ambiguous_number"),
    ]


def test_a_json_number_with_three_decimals_is_no_ambiguous_text(register: Any, rows: Read) -> None:
    path = register.folder / "x.json"
    path.write_text('[{"id": "A1", "n": 1.234, "w": 12.000}, {"id": "A2", "n": "1.234"}, {"id": "A3", "w": 12.345}]')
    columns = {"employer_id": "id", "employed_workers": "w", "arrears": "n"}
    found = register.land(register.source("json", path, columns))
    assert rows(found.path) == [("A1", 12, Decimal("1.23"), 1)]
    assert rows(found.rejects, '"row", "column", value, reason') == [
        (2, "n", "1.234", "ambiguous_number"),
        (3, "w", "12.345", "not_an_integer"),
    ]
