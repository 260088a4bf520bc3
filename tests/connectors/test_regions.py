"""Region names to codes, against the shipped table and the real names of LKPP."""

from pathlib import Path

import duckdb
import pytest

from connectors.duck import literal
from connectors.regions import region_key, regions

MASTERS = Path(__file__).parents[2].parent / "shared/data/procurement/isb_kab-bandung_2025_APBD/sample"


def test_every_region_has_a_name_of_its_own() -> None:
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT count(*), count(DISTINCT key), count(DISTINCT code) FROM ({regions()})")
        assert found.fetchone() == (552, 552, 552)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Bandung (Kab.)", "32.04"),
        ("Kab. Bandung", "32.04"),
        ("KABUPATEN BANDUNG", "32.04"),
        ("Pemkab Bandung", "32.04"),
        ("Kota Bandung", "32.73"),
        ("Bandung (Kota)", "32.73"),
        ("Provinsi Jawa Barat", "32"),
        ("Pemerintah Provinsi DKI Jakarta", "31"),
        ("D.I. Yogyakarta", "34"),
        ("Kep. Bangka Belitung", "19"),
        ("Kota Baru (Kab.)", "63.02"),
        ("Lima Puluh Kota (Kab.)", "13.07"),
        ("Bandung", None),
        ("Kementerian Ketenagakerjaan", None),
        ("", None),
    ],
)
def test_the_ways_to_write_a_name(written: str, code: str | None) -> None:
    with duckdb.connect() as connection:
        query = f"SELECT min(code) FROM ({regions()}) WHERE key = {region_key(literal(written))}"
        assert connection.execute(query).fetchone() == (code,)


@pytest.mark.skipif(not MASTERS.is_dir(), reason=f"the real procurement sample is not at {MASTERS}")
@pytest.mark.parametrize(
    ("file", "column", "names", "at_least"),
    [("RUP-MasterKabKota", "nama_kabkota", 519, 501), ("RUP-MasterProvinsi", "nama_provinsi", 38, 38)],
)
def test_the_names_of_lkpp_are_found_but_for_old_and_misspelt_ones(
    file: str, column: str, names: int, at_least: int
) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT count(*), count(r.code) FROM read_json({literal(MASTERS / (file + '.json'))}) j "
            f"LEFT JOIN ({regions()}) r ON r.key = {region_key(column)}"
        ).fetchone()
    assert found is not None
    assert found[0] == names
    assert found[1] >= at_least
