"""Landing: every type of field, every reason to reject, what is stored and what is found again."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors import csv_file, mending
from connectors.reasons import REASON_WORDS, Reason
from rules.configuration import Column
from rules.errors import Location

HERE = Location("rules.yaml", 1, 1)
Read = Callable[..., list[tuple[Any, ...]]]


def _column(field: str, **more: Any) -> Column:
    given: dict[str, Any] = {"source": field, "constant": None, "values": {}, "dates": None, "numbers": None} | more
    return Column(field=field, location=HERE, **given)


@pytest.mark.parametrize(
    ("field", "text", "landed"),
    [
        ("name", "  PT Sinar\t", "PT Sinar"),
        ("name", "=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("name", "\u00a0Café\u00a0", "Café"),
        ("name", "   ", None),
        ("employed_workers", "100", 100),
        ("employed_workers", "100.0", 100),
        ("employed_workers", "12.00", 12),
        ("employed_workers", "12.0000", 12),
        ("employed_workers", "1234.000", 1234),
        ("employed_workers", "+7", 7),
        ("arrears", "10.5", Decimal("10.50")),
        ("arrears", "10.0050", Decimal("10.01")),
        ("arrears", "1234.005", Decimal("1234.01")),
        ("arrears", "9999999999999999.99", Decimal("9999999999999999.99")),
        ("coverage", "27.24", Decimal("27.2400")),
        ("coverage", "27.24%", Decimal("27.2400")),
        ("coverage", "27.24 %", Decimal("27.2400")),
        ("coverage", "27", Decimal("27.0000")),
        ("coverage", "27.24005", Decimal("27.2401")),
        ("employed_as_of", "2025-03-21", date(2025, 3, 21)),
        ("employed_as_of", "2025-03-21T00:00:00.000000Z", date(2025, 3, 21)),
        ("employed_as_of", "2025-10-03 08:00:00.000000Z", date(2025, 10, 3)),
        ("employed_as_of", "2025-03-21T00:00:00+07:00", date(2025, 3, 21)),
        ("employed_as_of", "2024-02-29", date(2024, 2, 29)),
        ("plan_kept", "Ya", True),
        ("plan_kept", "tidak", False),
        ("plan_kept", "1", True),
        ("employer_kind", "state", "state"),
        ("region", "19.71", "19.71"),
        ("region", "19.71.01.1001", "19.71.01.1001"),
        ("npwp", "01.234.567.8-901.000", "0012345678901000"),
        ("npwp", "0012345678901000123456", "0012345678901000"),
        ("npwp", "12 345", "12345"),
        ("npwp", "-", None),
        ("nik", "1971 0101 0190 0001", "1971010101900001"),
        ("nib", "91.2000-1234567", "9120001234567"),
    ],
)
def test_a_text_becomes_the_value_of_its_field(register: Any, rows: Read, field: str, text: str, landed: Any) -> None:
    found = register.csv(f'employer_id,{field}\nA1,"{text}"\n')
    assert (found.missing, found.rows, found.rejected, found.rejects) == (None, 1, 0, None)
    assert rows(found.path) == [("A1", landed, 1)]


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("name", "PT\x00Sinar", Reason.NUL_CHARACTER),
        ("name", "\x00n12", Reason.NUL_CHARACTER),
        ("employed_workers", "-3", Reason.BELOW_MINIMUM),
        ("employed_workers", "100.5", Reason.NOT_AN_INTEGER),
        ("employed_workers", "12.000", Reason.AMBIGUOUS_NUMBER),
        ("employed_workers", "+1.234.567", Reason.AMBIGUOUS_NUMBER),
        ("employed_workers", "12.345", Reason.AMBIGUOUS_NUMBER),
        ("arrears", "1.234", Reason.AMBIGUOUS_NUMBER),
        ("arrears", "-1.234.567", Reason.AMBIGUOUS_NUMBER),
        ("employed_workers", "1e3", Reason.NOT_AN_INTEGER),
        ("employed_workers", "1_000", Reason.NOT_AN_INTEGER),
        ("employed_workers", "99999999999999999999", Reason.NOT_AN_INTEGER),
        ("employed_workers", "\x00n12", Reason.NUL_CHARACTER),
        ("arrears", "-0.01", Reason.BELOW_MINIMUM),
        ("arrears", "1.234,56", Reason.NOT_A_NUMBER),
        ("arrears", "NaN", Reason.NOT_A_NUMBER),
        ("arrears", "99999999999999999", Reason.NOT_A_NUMBER),
        ("coverage", "-0.0001", Reason.BELOW_MINIMUM),
        ("coverage", "27.240", Reason.AMBIGUOUS_NUMBER),
        ("coverage", "27.240 %", Reason.AMBIGUOUS_NUMBER),
        ("coverage", "27,24 %", Reason.NOT_A_NUMBER),
        ("coverage", "%", Reason.NOT_A_NUMBER),
        ("coverage", "27 %%", Reason.NOT_A_NUMBER),
        ("coverage", "999999", Reason.NOT_A_NUMBER),
        ("employed_as_of", "2025-02-30", Reason.NOT_A_DATE),
        ("employed_as_of", "2025-02-29T00:00:00Z", Reason.NOT_A_DATE),
        ("employed_as_of", "21/03/2025", Reason.NOT_A_DATE),
        ("employed_as_of", "-0001-11-30T00:00:00+00:00", Reason.NOT_A_DATE),
        ("employed_as_of", "1899-12-31", Reason.DATE_OUT_OF_RANGE),
        ("employed_as_of", "2101-01-01", Reason.DATE_OUT_OF_RANGE),
        ("plan_kept", "mungkin", Reason.NOT_A_BOOLEAN),
        ("employer_kind", "swasta", Reason.NOT_A_CHOICE),
        ("region", "1971", Reason.NOT_A_REGION),
        ("region", "19.7", Reason.NOT_A_REGION),
        ("region", "19.71\n", None),
    ],
)
def test_a_text_that_is_no_such_value_rejects_its_row(
    register: Any, rows: Read, field: str, text: str, reason: Reason | None
) -> None:
    found = register.csv(f'employer_id,{field}\nA1,"{text}"\nA2,\n')
    if reason is None:
        assert found.rejected == 0
        return
    assert (found.rows, found.rejected, found.unreadable_keys) == (2, 1, 0)
    assert rows(found.path) == [("A2", None, 2)]
    [(row, column, value, why, record)] = rows(found.rejects)
    assert (row, column, value, why) == (1, field, text, reason)
    assert json.loads(record) == {"employer_id": "A1", field: text}


def test_each_fault_of_a_row_is_a_line_and_the_row_counts_once(register: Any, rows: Read) -> None:
    found = register.csv("employer_id,region,employed_workers\n,Koba,-1\nA2,19,5\n")
    assert (found.rows, found.rejected, found.unreadable_keys) == (2, 1, 1)
    assert [line[:4] for line in rows(found.rejects)] == [
        (1, "employed_workers", "-1", "below_minimum"),
        (1, "employer_id", None, "key_empty"),
        (1, "region", "Koba", "not_a_region"),
    ]


def test_the_record_of_a_reject_has_the_values_as_they_would_land(register: Any, rows: Read) -> None:
    found = register.csv(
        "npwp,dated,head\n01.234.567.8-901.000,21/03/2025,-1\n",
        {
            "npwp": "npwp",
            "employed_as_of": _column("employed_as_of", source="dated", dates="%d/%m/%Y"),
            "employed_workers": "head",
        },
        key=("npwp",),
    )
    [(_, column, value, _, record)] = rows(found.rejects)
    assert (column, value) == ("head", "-1")
    assert json.loads(record) == {
        "npwp": "0012345678901000",
        "employed_as_of": "2025-03-21",
        "employed_workers": "-1",
    }


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("npwp", "", Reason.KEY_EMPTY),
        ("npwp", "12345", Reason.KEY_MALFORMED),
        ("npwp", "0000000000000000", Reason.KEY_MALFORMED),
        ("npwp", "0000000000123000", Reason.KEY_MALFORMED),
        ("npwp", "1111111111111111", Reason.KEY_MALFORMED),
        ("nik", "197101010190000", Reason.KEY_MALFORMED),
        ("nib", "912000123456", Reason.KEY_MALFORMED),
        ("name", "--", Reason.KEY_MALFORMED),
    ],
)
def test_a_key_that_cannot_be_read_is_counted(register: Any, rows: Read, key: str, text: str, reason: Reason) -> None:
    found = register.csv(f'{key},employed_workers\n"{text}",1\n', key=(key,))
    assert (found.rows, found.rejected, found.unreadable_keys) == (1, 1, 1)
    assert [line[:2] + line[3:4] for line in rows(found.rejects)] == [(1, key, reason)]


def test_a_malformed_identifier_beside_the_key_stays_for_assembly_to_judge(register: Any, rows: Read) -> None:
    found = register.csv("employer_id,npwp\nA1,12345\n")
    assert (found.rejected, rows(found.path)) == (0, [("A1", "12345", 1)])


def test_the_column_map(register: Any, rows: Read) -> None:
    found = register.csv(
        "no;jenis;pekerja;tunggakan;tanggal\nA1;swasta;1.234;Rp 1.234.567,895;1/3/2025\nA2;;;;\n",
        {
            "employer_id": "no",
            "employer_kind": _column("employer_kind", source="jenis", values={"swasta": "private", "-": ""}),
            "employed_workers": _column("employed_workers", source="pekerja", numbers="1.234"),
            "arrears": _column("arrears", source="tunggakan", numbers="Rp 1.234.567,89"),
            "employed_as_of": _column("employed_as_of", source="tanggal", dates="%d/%m/%Y"),
            "region": _column("region", source=None, constant="19.71"),
        },
    )
    assert found.missing is None
    assert rows(found.path) == [
        ("A1", "private", 1234, Decimal("1234567.90"), date(2025, 3, 1), "19.71", 1),
        ("A2", None, None, None, None, "19.71", 2),
    ]


@pytest.mark.parametrize(
    ("more", "text", "reason"),
    [
        ({"field": "employer_kind", "values": {"swasta": "private"}}, "negara", Reason.NOT_IN_VALUE_MAP),
        ({"field": "employed_workers", "numbers": "1.234"}, "1.5", Reason.NOT_AN_INTEGER),
        ({"field": "employed_workers", "numbers": "1.234"}, "1,234", Reason.NOT_AN_INTEGER),
        ({"field": "arrears", "numbers": "1.234,56"}, "1,234.56", Reason.NOT_A_NUMBER),
        ({"field": "employed_as_of", "dates": "%d/%m/%Y"}, "31/02/2025", Reason.NOT_A_DATE),
        ({"field": "employed_as_of", "dates": "%d/%m/%Y"}, "21/03/25", Reason.DATE_OUT_OF_RANGE),
        ({"field": "employed_as_of", "dates": "%d/%m/%Y"}, "2025-03-21", Reason.NOT_A_DATE),
    ],
)
def test_what_the_column_map_does_not_know_is_rejected(
    register: Any, rows: Read, more: dict[str, Any], text: str, reason: Reason
) -> None:
    column = _column(**{"source": "x"} | more)
    found = register.csv(f"id;x\nA1;{text}\n", {"employer_id": "id", more["field"]: column})
    assert [line[1:4] for line in rows(found.rejects)] == [("x", text, reason)]


def test_repeated_keys_stay_and_are_noted(register: Any, rows: Read) -> None:
    found = register.csv("employer_id,name\nA1,x\nA1,y\n")
    assert (found.rows, found.rejected, len(rows(found.path))) == (2, 0, 2)
    assert found.notes == ("1 rows repeat the key of an earlier row",)
    assert register.csv("employer_id,name\nA1,x\nA1,y\n", group={"name": "one"}).notes == ()


def test_an_unchanged_source_is_found_again_and_a_changed_map_is_not(register: Any) -> None:
    first = register.csv("employer_id,name\nA1,x\n")
    again = register.csv("employer_id,name\nA1,x\n")
    assert again == first
    renamed = register.csv("employer_id,name\nA1,x\n", {"employer_id": "employer_id", "nib": "name"})
    assert renamed.path != first.path
    assert list((register.folder / "scratch").iterdir()) == []


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(REASON_WORDS) == set(Reason)
    assert all(set(words) == {"id", "en"} and all(words.values()) for words in REASON_WORDS.values())


def _parquet(path: Path, query: str) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


CLEAN = (
    "SELECT 'A' || i AS employer_id, 'PT ' || i AS name, lpad(CAST(i + 100000000 AS VARCHAR), 16, '0') AS npwp, "
    "'19.71' AS region, CAST(i AS BIGINT) AS employed_workers, CAST(i AS DECIMAL(18,2)) AS arrears, "
    "DATE '2025-01-01' AS employed_as_of, i % 2 = 0 AS plan_kept, 'private' AS employer_kind FROM range(1, 1001) t(i)"
)
NAMES = ("employer_id", "name", "npwp", "region", "employed_workers", "arrears", "employed_as_of", "plan_kept")


def _same(*more: str) -> dict[str, str]:
    return {name: name for name in (*NAMES, "employer_kind", *more)}


def test_clean_typed_parquet_is_kept_byte_for_byte(register: Any) -> None:
    path = _parquet(register.folder / "wlkp.parquet", CLEAN)
    found = register.land(register.source("parquet", path, _same()))
    assert (found.rows, found.rejected, found.rejects, found.missing) == (1000, 0, None, None)
    assert found.path.read_bytes() == path.read_bytes()
    assert path.exists()
    assert found.path.stat().st_ino != path.stat().st_ino


@pytest.mark.parametrize(
    ("change", "rejected", "value"),
    [
        ("CASE WHEN i = 7 THEN ' PT x ' ELSE name END AS name", 0, "PT x"),
        ("CASE WHEN i = 7 THEN '' ELSE name END AS name", 0, None),
        ("CASE WHEN i = 7 THEN 'PT x' || chr(160) ELSE name END AS name", 0, "PT x"),
        ("CASE WHEN i = 7 THEN 'a' || chr(0) ELSE name END AS name", 1, None),
        ("CASE WHEN i = 7 THEN '01.234.567.8-901.000' ELSE npwp END AS npwp", 0, "0012345678901000"),
        ("CASE WHEN i = 7 THEN '012345678901000' ELSE npwp END AS npwp", 0, "0012345678901000"),
        ("CASE WHEN i = 7 THEN '12ab' ELSE npwp END AS npwp", 0, "12AB"),
        ("CASE WHEN i = 7 THEN 'Koba' ELSE region END AS region", 1, None),
        ("CASE WHEN i = 7 THEN 'x' ELSE employer_kind END AS employer_kind", 1, None),
        ("CASE WHEN i = 7 THEN -1 ELSE employed_workers END AS employed_workers", 1, None),
        ("CASE WHEN i = 7 THEN DATE '1800-01-01' ELSE employed_as_of END AS employed_as_of", 1, None),
        ("CASE WHEN i = 7 THEN NULL ELSE employer_id END AS employer_id", 1, None),
    ],
)
def test_one_dirty_row_in_typed_parquet_is_seen(
    register: Any, rows: Read, change: str, rejected: int, value: str | None
) -> None:
    column = change.rsplit(" ", 1)[1]
    numbered = CLEAN.replace("FROM range", ", i FROM range")
    path = _parquet(
        register.folder / "wlkp.parquet", f"SELECT * EXCLUDE (i) FROM (SELECT * REPLACE ({change}) FROM ({numbered}))"
    )
    found = register.land(register.source("parquet", path, _same()))
    assert (found.missing, found.rows, found.rejected) == (None, 1000, rejected)
    landed = rows(found.path, f"_row, {column}")
    assert len(landed) == 1000 - rejected
    if not rejected:
        assert (7, value) in landed
    else:
        assert [line[:2] for line in rows(found.rejects)] == [(7, column)]
        assert 7 not in {row for row, _ in landed}


@pytest.mark.parametrize("most", [10_000, 3])
def test_mended_and_rejected_rows_stay_in_their_order(
    register: Any, rows: Read, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(mending, "MOST_DOUBTFUL", most)
    changes = (
        "CASE WHEN i % 100 = 0 THEN ' PT x ' ELSE name END AS name, "
        "CASE WHEN i % 50 = 1 THEN -1 ELSE employed_workers END AS employed_workers"
    )
    numbered = CLEAN.replace("FROM range", ", i FROM range")
    path = _parquet(
        register.folder / "x.parquet", f"SELECT * EXCLUDE (i) FROM (SELECT * REPLACE ({changes}) FROM ({numbered}))"
    )
    found = register.land(register.source("parquet", path, _same()))
    assert (found.rows, found.rejected) == (1000, 20)
    assert rows(found.path, "_row, name, employed_workers") == [
        (i, "PT x" if i % 100 == 0 else f"PT {i}", i) for i in range(1, 1001) if i % 50 != 1
    ]
    assert [row for (row,) in rows(found.rejects, "row")] == list(range(1, 1001, 50))


def test_parquet_of_other_types_lands_typed(register: Any, rows: Read) -> None:
    path = _parquet(
        register.folder / "wlkp.parquet",
        "SELECT 17 AS employer_id, CAST(3204123456780001 AS DOUBLE) AS nik, CAST(100 AS DOUBLE) AS employed_workers, "
        "CAST('12.345' AS DECIMAL(9,3)) AS arrears, TIMESTAMPTZ '2025-03-21 00:00:00+00' AS employed_as_of, "
        "1 AS plan_kept UNION ALL "
        "SELECT 18, 1e16, 'inf'::DOUBLE, -1, TIMESTAMPTZ '2025-03-21 23:30:00+00', 2",
    )
    names = ("employer_id", "nik", "employed_workers", "arrears", "employed_as_of", "plan_kept")
    found = register.land(register.source("parquet", path, {name: name for name in names}))
    assert rows(found.path) == [("17", "3204123456780001", 100, Decimal("12.35"), date(2025, 3, 21), True, 1)]
    assert {line[1]: line[3] for line in rows(found.rejects)} == {
        "nik": "digits_lost",
        "employed_workers": "not_a_number",
        "arrears": "below_minimum",
        "plan_kept": "not_a_boolean",
    }


def test_a_typed_date_is_read_as_a_date_whatever_the_pattern_for_text(register: Any, rows: Read) -> None:
    path = _parquet(register.folder / "x.parquet", "SELECT 'A' AS id, DATE '2025-03-04' AS d, 1234.5 AS n")
    columns = {
        "employer_id": "id",
        "employed_as_of": _column("employed_as_of", source="d", dates="%Y-%d-%m"),
        "arrears": _column("arrears", source="n", numbers="1.234,56"),
    }
    found = register.land(register.source("parquet", path, columns))
    assert rows(found.path) == [("A", date(2025, 3, 4), Decimal("1234.50"), 1)]


FULL = """
import resource, signal, sys
from datetime import UTC, datetime
sys.path[:0] = {path!r}
import conftest
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
from pathlib import Path
from rules.errors import StoreError
register = conftest.Register(Path({folder!r}))
names = ("employer_id", "name")
source = register.source({kind!r}, Path({file!r}), {{name: name for name in names}})
try:
    print(register.land(source))
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_full_disk_is_said_and_leaves_nothing_half(register: Any, kind: str) -> None:
    path = register.folder / f"wlkp.{kind}"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 'A' || i AS employer_id, sha256(CAST(i AS VARCHAR)) AS name FROM range(40000) t(i)) "
            f"TO '{path}' (FORMAT {kind})"
        )
    program = FULL.format(
        path=[str(Path(__file__).parent), *sys.path],
        limit=400_000,
        folder=str(register.folder),
        kind=kind,
        file=str(path),
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert "cannot" in done.stdout, done.stderr
    assert "make room on the disk" in done.stdout or "free" in done.stdout, done.stdout
    left = [one for one in (register.folder / "state").glob("snapshots/[!.]*")]
    assert left == []
    assert register.land(register.source(kind, path, {"employer_id": "employer_id", "name": "name"})).rows == 40000


def test_a_source_that_changes_under_the_reader_is_not_believed(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = register.folder / "wlkp.csv"
    whole = csv_file.CsvFile.open

    def changing(self: Any, source: Any, scratch: Path, connection: Any) -> Any:
        raw = whole(self, source, scratch, connection)
        path.write_text("employer_id,name\nB1,other\nB2,other\n")
        return raw

    monkeypatch.setattr(csv_file.CsvFile, "open", changing)
    found = register.csv("employer_id,name\nA1,x\n")
    assert "was changed while it was being read" in found.missing
    assert "deliver the file before the scan begins" in found.missing


def test_the_day_of_a_source_without_as_of_is_the_files_own(register: Any) -> None:
    path = register.folder / "wlkp.csv"
    path.write_text("employer_id\nA1\n")
    os.utime(path, (1_760_000_000, 1_760_000_000))
    source = replace(register.source("csv", path, {"employer_id": "employer_id"}), as_of=None)
    assert register.land(source).as_of == date(2025, 10, 9)
    assert register.land(replace(source, as_of=date(2026, 1, 1))).as_of == date(2026, 1, 1)


def test_a_shape_that_is_none_says_where_to_mend_it(register: Any) -> None:
    column = _column("employed_workers", source="n", numbers="1.2,3.4,5")
    found = register.csv("id;n\nA;1\n", {"employer_id": "id", "employed_workers": column})
    assert "'1.2,3.4,5' is no shape of a number; write one such as 1.234.567,89" in found.missing
    assert "do:  mend rules.yaml:1:1" in found.missing
