import csv
import hashlib
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
import holidays
import pytest
import yaml

from connectors.sample import write_sample
from connectors.sample.days_off import NATIONAL, SHARED_LEAVE, last_overdue, last_overdue_contract, last_overdue_month
from connectors.sample.plan import CLASSES, EMPLOYERS, NOT_MEMBERS
from connectors.sample.plan_projects import PROJECTS
from rules.errors import UsageError
from rules.load import load_rule_book

TODAY = date(2026, 11, 20)
ROOT = Path(__file__).parents[2]
REGISTERS = (
    "wlkp", "kepesertaan", "iuran", "teguran", "iuran_bulanan", "upah", "proyek", "pendaftaran_proyek", "bukti_iuran",
    "mitra_kum", "bpu", "pekerja_pu", "tagihan_bpu", "debitur_kur", "perlindungan_debitur", "kelompok",
    "anggota_kelompok", "peserta_anggota", "angkatan_kerja",
)  # fmt: skip


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def names(folder: Path) -> set[str]:
    with (folder / "wlkp.csv").open(encoding="utf-8", newline="") as file:
        return {row["nama_perusahaan"] for row in csv.DictReader(file)}


def test_one_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_sample(tmp_path / folder, 500, seed, TODAY)
    first, again, other = (hashes(tmp_path / folder) for folder in "abc")
    assert first == again
    assert [name for name in REGISTERS if first[f"{name}.csv"] == other[f"{name}.csv"]] == []


def test_every_register_stands_beside_its_truth_and_nothing_else_is_left(tmp_path: Path) -> None:
    written = write_sample(tmp_path, 300, 1, TODAY)
    kept = {f"{name}.csv" for name in REGISTERS} | {"truth.csv", "truth_unknown.csv", "rules.yaml"}
    assert {path.name for path in tmp_path.iterdir()} == kept
    assert set(written.rows) == set(REGISTERS)
    assert set(written.violations) == set(load_rule_book()[0].rules)
    with written.truth.open(encoding="utf-8", newline="") as file:
        assert Counter(row["rule"] for row in csv.DictReader(file)) == written.violations


def test_the_smallest_province_still_writes_every_register(tmp_path: Path) -> None:
    written = write_sample(tmp_path, 1, 1, TODAY)
    assert written.rows["wlkp"] == 1
    assert written.rows["proyek"] == len(PROJECTS)


def test_the_first_subjects_show_every_class_once(tmp_path: Path) -> None:
    written = write_sample(tmp_path, len(EMPLOYERS), 1, TODAY)
    by_rule = {rule: fact for fact, classes in CLASSES.items() for one in classes for rule in one.violations}
    with written.truth.open(encoding="utf-8", newline="") as file:
        found = Counter((row["rule"], int(re.sub(r"\D", "", row["subject_key"]))) for row in csv.DictReader(file))
    for fact, classes in CLASSES.items():
        first = Counter(rule for rule, number in found if by_rule[rule] == fact and number < len(classes))
        assert first == Counter(rule for one in classes if not one.rejected for rule in one.violations), fact
        assert len({one.name for one in classes}) == len(classes)
    assert set(NOT_MEMBERS) <= {planted.name for planted in EMPLOYERS}


def test_every_rule_is_planted_with_all_that_it_can_answer(tmp_path: Path) -> None:
    written = write_sample(tmp_path, 600, 1, TODAY)
    with written.truth_unknown.open(encoding="utf-8", newline="") as file:
        unknown = {row["rule"] for row in csv.DictReader(file)}
    assert unknown == set(written.violations) == set(load_rule_book()[0].rules)


def test_in_a_small_province_no_row_is_rejected_so_that_no_gate_refuses_a_register(tmp_path: Path) -> None:
    write_sample(tmp_path / "small", 599, 1, TODAY)
    write_sample(tmp_path / "large", 2_000, 1, TODAY)
    rejected = {}
    for size in ("small", "large"):
        with (tmp_path / size / "truth_unknown.csv").open(encoding="utf-8", newline="") as file:
            rejected[size] = {row["source"] for row in csv.DictReader(file) if row["reason"] == "rejected_row"}
    joined = {"membership", "contributions", "project_register", "wage_earners", "kur_cover", "list_cover"}
    assert rejected == {"small": set(), "large": joined}


def test_about_one_subject_in_twenty_is_in_violation(tmp_path: Path) -> None:
    written = write_sample(tmp_path, 30_000, 5, TODAY)
    first_five = ("PWBD-01", "PDS-TK-01", "IUR-03", "JAKON-01", "KUM-01")
    subjects = 30_000 + written.rows["proyek"] + written.rows["mitra_kum"]
    assert 0.04 < sum(written.violations[rule] for rule in first_five) / subjects < 0.065
    months = written.rows["upah"] + written.rows["iuran_bulanan"]
    of_months = ("PDS-UPAH-01", "PDS-UPAH-02", "PDS-UPAH-02-TAMBANG", "DATA-01", "IUR-01", "IUR-04")
    assert 0.01 < sum(written.violations[rule] for rule in of_months) / months < 0.03
    assert 300_000 <= written.rows["upah"] < 300_100
    assert written.rows["proyek"] == 5_000
    assert written.rows["mitra_kum"] == 50_000
    assert 24_000 < written.rows["kepesertaan"] < 27_000


def test_names_that_hurt_careless_readers_are_there(tmp_path: Path) -> None:
    write_sample(tmp_path, 20_000, 1, TODAY)
    found = names(tmp_path)
    for start in ("=cmd", "+62", "@SUM", "-2+3"):
        assert any(name.startswith(start) for name in found), start
    assert any("\n" in name for name in found)
    assert any('"' in name and "," in name for name in found)
    assert max(len(name) for name in found) > 500


def test_above_a_hundred_thousand_the_registers_are_parquet_and_replace_the_csv_ones(tmp_path: Path) -> None:
    write_sample(tmp_path, 10, 1, TODAY)
    written = write_sample(tmp_path, 100_001, 1, TODAY)
    assert {path.name for path in tmp_path.iterdir() if path.suffix == ".parquet"} == {
        f"{n}.parquet" for n in REGISTERS
    }
    assert not list(tmp_path.glob("wlkp.csv"))
    with duckdb.connect() as connection:
        types = dict(
            connection.execute(
                "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(?))",
                [str(tmp_path / "iuran.parquet")],
            ).fetchall()
        )
    assert types == {
        "npp": "VARCHAR",
        "bulan_menunggak": "INTEGER",
        "tunggakan": "DECIMAL(18,2)",
        "tanggal_data": "DATE",
        "cicilan": "BOOLEAN",
        "teguran_habis": "INTEGER",
    }
    assert written.rows["wlkp"] > 100_001


def test_the_run_file_of_a_sample_reads_as_the_reference_form_does(tmp_path: Path) -> None:
    written = write_sample(tmp_path, 10, 1, TODAY)
    ours = yaml.load(written.rules.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    reference = yaml.load((ROOT / "rules.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for name, source in reference["sources"].items():
        source["path"] = source["path"].removeprefix("data/sample/")
        source["as_of"] = ours["sources"][name]["as_of"]  # the sample knows its day, the reference takes the file's
    assert ours == reference


@pytest.mark.parametrize("employers", [10, 100_001])
def test_the_days_of_the_registers_follow_today(tmp_path: Path, employers: int) -> None:
    written = write_sample(tmp_path, employers, 1, TODAY + timedelta(days=100))
    run = yaml.safe_load(written.rules.read_text(encoding="utf-8"))
    assert run["sources"]["wlkp"]["as_of"] == date(2027, 2, 9)
    for name, source in run["sources"].items():
        assert (tmp_path / source["path"]).is_file(), name


def test_a_province_without_employers_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"(?s)sample of 0 employers cannot be made.*give a number from 1"):
        write_sample(tmp_path, 0, 1, TODAY)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"(?s)cannot be written to .*file.*another folder"):
        write_sample(tmp_path / "file", 10, 1, TODAY)


def test_the_typed_lists_of_days_off_equal_the_package_for_the_years_they_cover() -> None:
    for category, typed in (("public", NATIONAL), ("government", SHARED_LEAVE)):
        assert set(holidays.country_holidays("ID", years=range(2023, 2028), categories=(category,))) == typed


@pytest.mark.parametrize(
    ("today", "contract"),
    [
        # SPK 10 December 2026 + 14 working days = 4 January 2027 (24, 25 December and 1 January off).
        (date(2027, 1, 5), date(2026, 12, 10)),
        (date(2027, 1, 4), date(2026, 12, 9)),
        # From a Sunday the count is the one from the Friday before: both end on 19 November.
        (date(2026, 11, 20), date(2026, 11, 1)),
    ],
)
def test_the_boundary_of_fourteen_working_days(today: date, contract: date) -> None:
    assert last_overdue_contract(today) == contract


@pytest.mark.parametrize(
    ("today", "month"),
    [
        # Cuti bersama is no reason to pay later: due on Friday 15 May 2026.
        (date(2026, 5, 15), date(2026, 3, 1)),
        (date(2026, 5, 16), date(2026, 4, 1)),
        # Saturday 15 June 2024, Sunday, Idul Adha on Monday; on Tuesday it is cuti bersama, and due.
        (date(2024, 6, 18), date(2024, 4, 1)),
        (date(2024, 6, 19), date(2024, 5, 1)),
        (date(2026, 1, 15), date(2025, 11, 1)),
        (date(2026, 1, 16), date(2025, 12, 1)),
    ],
)
def test_the_boundary_of_the_fifteenth(today: date, month: date) -> None:
    assert last_overdue_month(today) == month


def test_the_boundary_of_seven_and_thirty_working_days() -> None:
    # 4 May 2026 plus seven is 13 May; 12 January plus thirty, 16 January and 16, 17 February off, is 26 February.
    assert last_overdue(date(2026, 5, 14), 7) == date(2026, 5, 4)
    assert last_overdue(date(2026, 2, 27), 30) == date(2026, 1, 12)


def test_beyond_the_list_the_boundary_is_planted_wide_and_said_so(tmp_path: Path) -> None:
    assert not write_sample(tmp_path, 10, 1, date(2031, 5, 5)).boundary_exact
    assert write_sample(tmp_path, 10, 1, TODAY).boundary_exact
