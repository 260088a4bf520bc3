"""Keys of identifiers: what meets, what stays apart, what is no key at all."""

import json
import re
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.identifiers import npwp_key, plain_key, register_key
from rules.model import FieldType

DATA = Path(__file__).parents[2].parent / "shared" / "data"
FIRM = "0912345678422000"
NIK = "3204010101900001"


def asked_all(sql: str, *rows: dict[str, str | None]) -> list[object]:
    """The SQL over rows of text columns."""
    with duckdb.connect(config={"threads": 1}) as connection:
        names = ", ".join(f"r.{name} AS {name}" for name in rows[0])
        types = ", ".join(f"{name} VARCHAR" for name in rows[0])
        found = connection.execute(
            f"SELECT {sql} FROM (SELECT {names} FROM (SELECT unnest(CAST($rows AS STRUCT({types})[])) AS r))",
            {"rows": list(rows)},
        ).fetchall()
    return [one[0] for one in found]


def asked(sql: str, **values: str | None) -> object:
    """The SQL over one row of text columns."""
    return asked_all(sql, values)[0]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (FIRM, "0912345678"),
        ("91.234.567.8-422.000", "0912345678"),
        ("912345678422000", "0912345678"),
        (" 09 1234 5678 422 001 ", "0912345678"),
        (FIRM + "000001", "0912345678"),
        (NIK, NIK),
        ("1000000001234567", "1000000001234567"),
        ("1000000001234567000003", "1000000001234567"),
        (None, None),
        ("", None),
        ("-", None),
        ("0000000000000000", None),
        ("000000000000000", None),
        ("0000000000422000", None),
        ("9999999999999999", None),
        ("091234567842200", "0091234567"),
        ("09123456784220", None),
        ("NPWP 0912345678422000", None),
        ("!", None),
    ],
)
def test_a_taxpayer_number_alone(written: str | None, key: str | None) -> None:
    assert asked(npwp_key("npwp"), npwp=written) == key


@pytest.mark.parametrize(
    ("npwp", "npwp15", "key"),
    [
        (FIRM, "91.234.567.8-422.000", "0912345678"),
        (FIRM, "91.234.567.8-999.000", "0912345678"),
        (FIRM, FIRM, "0912345678"),
        (FIRM, "91.234.568.8-422.000", None),
        (None, "91.234.567.8-422.000", "0912345678"),
        ("-", "91.234.567.8-422.000", "0912345678"),
        (FIRM, None, "0912345678"),
        (FIRM, "-", "0912345678"),
        (FIRM, "91.234", "0912345678"),
        ("91234", "91.234.567.8-422.000", None),
        (NIK, "61.222.333.4-429.000", NIK),
        ("0612223334429000", NIK, NIK),
        (NIK, NIK[:-1] + "2", None),
        (None, None, None),
    ],
)
def test_a_taxpayer_number_beside_the_old_one(npwp: str | None, npwp15: str | None, key: str | None) -> None:
    assert asked(npwp_key("npwp", "npwp15"), npwp=npwp, npwp15=npwp15) == key


@settings(deadline=None, max_examples=40)
@given(core=st.text("0123456789", min_size=9, max_size=9), branch=st.text("0123456789", min_size=6, max_size=6))
def test_every_form_of_one_firm_has_one_key(core: str, branch: str) -> None:
    forms = [core + branch, "0" + core + branch, "0" + core + branch + "000001", f"{core[:2]}.{core[2:]}-{branch}"]
    expected = None if core == "0" * 9 else "0" + core
    rows = [{"npwp": form, "old": old} for form in forms for old in [*forms, None]]
    assert set(asked_all(npwp_key("npwp"), *rows)) == {expected}
    assert set(asked_all(npwp_key("npwp", "old"), *rows)) == {expected}


@pytest.mark.parametrize(
    ("kind", "written", "key"),
    [
        ("text", " 602.1 / 09/ktr ", "602109KTR"),
        ("text", "602.1/09/KTR", "602109KTR"),
        ("text", "--", None),
        ("text", "Émile", "ÉMILE"),
        ("nik", "3204.0101 0190-0001", NIK),
        ("nik", NIK[:-1], None),
        ("nik", "1" * 16, None),
        ("nib", "9120001234567", "9120001234567"),
        ("nib", "912000123456", None),
        ("npwp", FIRM, "0912345678"),
        ("region", "19.71", "1971"),
        ("text", None, None),
    ],
)
def test_other_keys(kind: FieldType, written: str | None, key: str | None) -> None:
    assert asked(plain_key(kind, "said"), said=written) == key


def test_a_date_as_value_and_as_text_of_a_rejected_row_meet() -> None:
    assert asked(plain_key("date", "CAST(said AS DATE)"), said="2025-03-01") == "2025-03-01"
    assert asked(plain_key("date", "said"), said="2025-03-01") == "2025-03-01"


@pytest.mark.parametrize(
    ("kind", "written", "key"),
    [
        ("text", " a-1/23 ", "A-1/23"),
        ("text", "a-12/3", "A-12/3"),
        ("npwp", FIRM, "0912345678"),
        ("npwp", " 12x ", "12X"),
        ("text", "  ", None),
    ],
)
def test_a_registers_own_key_keeps_its_punctuation(kind: FieldType, written: str, key: str | None) -> None:
    assert asked(register_key(kind, "said"), said=written) == key


def test_a_column_of_nothing_but_null_can_be_grouped(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        path = tmp_path / "nulls.parquet"
        connection.execute(f"COPY (SELECT 'a' AS id, CAST(NULL AS VARCHAR) AS npwp FROM range(2)) TO '{path}'")
        found = connection.execute(f"SELECT id, min({npwp_key('npwp')}) FROM '{path}' GROUP BY id").fetchall()
    assert found == [("a", None)]


@pytest.mark.skipif(not (DATA / "procurement").is_dir(), reason=f"the real procurement sample is not at {DATA}")
def test_the_real_contracts_numbers() -> None:
    name = "procurement/isb_kab-bandung_2025_APBD/sample/SPSE-NonTenderEkontrak-2Kontrak.json"
    rows = json.loads((DATA / name).read_text("utf-8-sig"))
    pairs = [{"npwp": row["npwp16_penyedia"], "old": row["npwp_penyedia"]} for row in rows]
    keys = asked_all(npwp_key("npwp", "old"), *pairs)
    assert (len(pairs), sum(pair["npwp"] is None for pair in pairs)) == (123, 4)
    # Three pairs differ in their digits: one names another branch, in two the old number is not said.
    digits = [{name: re.sub(r"\D", "", said or "") for name, said in pair.items()} for pair in pairs]
    differing = [pair for pair in digits if pair["npwp"] and pair["npwp"].removeprefix("0") != pair["old"][-15:]]
    differing = [pair for pair in differing if pair["npwp"] != pair["old"]]
    assert sorted(len(pair["old"]) for pair in differing) == [0, 0, 15]
    assert None not in keys
