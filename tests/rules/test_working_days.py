"""The shipped calendar against the decrees, its limits, and an office's own days on top of it."""

import csv
from datetime import date
from pathlib import Path

import pytest

from rules.working_days import shipped_calendar

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "reference" / "holidays_id_2023_2027.csv"
OFF = ("libur_nasional", "cuti_bersama")
HEADER = "tanggal,jenis,nama\n"


def test_every_day_and_kind_of_the_reference_list() -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference list of holidays lies in ../shared/data, which is not here")
    with REFERENCE.open(encoding="utf-8", newline="") as rows:
        listed = {date.fromisoformat(row["date"]): frozenset({row["category"]}) for row in csv.DictReader(rows)}
    calendar, _ = shipped_calendar()
    assert {day: kinds for day, kinds in calendar.kinds.items() if 2023 <= day.year <= 2027} == listed


def test_nothing_is_said_about_years_that_nobody_has_decreed() -> None:
    calendar, _ = shipped_calendar()
    assert (calendar.covers_from, calendar.covers_until) == (date(2002, 1, 1), date(2027, 12, 31))
    assert calendar.after(date(2027, 12, 20), 5, OFF) == date(2027, 12, 28)
    assert calendar.after(date(2027, 12, 20), 14, OFF) is None
    assert calendar.after(date(2028, 1, 3), 0, OFF) is None
    assert calendar.before(date(2002, 1, 3), 14, OFF) is None
    assert calendar.after(date(1999, 12, 1), 1, OFF) is None


def test_a_count_below_nothing_is_no_deadline() -> None:
    calendar, _ = shipped_calendar()
    with pytest.raises(ValueError, match="counted from 0 up, not -1"):
        calendar.after(date(2026, 12, 10), -1, OFF)


def test_an_office_adds_moves_and_takes_off_days(tmp_path: Path) -> None:
    local = tmp_path / "hari_libur.csv"
    local.write_text(HEADER + "2026-12-11,libur_nasional,Pilkada\n2026-12-24,hari_kerja,\n2026-12-25,cuti_bersama,x\n")
    calendar, faults = shipped_calendar(local)
    assert faults == ()
    assert not calendar.is_working(date(2026, 12, 11), OFF)
    assert calendar.is_working(date(2026, 12, 24), OFF)
    assert calendar.is_working(date(2026, 12, 25), ("libur_nasional",))
    assert calendar.after(date(2026, 12, 10), 14, OFF) == date(2027, 1, 4)
    assert shipped_calendar()[0].is_working(date(2026, 12, 11), OFF)


def test_a_following_year_counts_once_the_file_lists_both_kinds(tmp_path: Path) -> None:
    local = tmp_path / "2028.csv"
    local.write_text(HEADER + "2028-01-01,libur_nasional,Tahun Baru\n")
    assert shipped_calendar(local)[0].covers_until == date(2027, 12, 31)
    local.write_text(HEADER + "2028-01-01,libur_nasional,Tahun Baru\n2028-01-27,cuti_bersama,Imlek\n")
    calendar, _ = shipped_calendar(local)
    assert calendar.covers_until == date(2028, 12, 31)
    assert not calendar.is_working(date(2028, 1, 27), OFF)
    assert calendar.is_working(date(2028, 5, 26), OFF)  # an estimate of the package that the file does not list


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "the first line is ''"),
        ("date,kind,name\n", 1, "the first line is 'date,kind,name'"),
        (HEADER + "2026-02-30,libur_nasional,x\n", 2, "the day '2026-02-30' does not exist"),
        (HEADER + "\n24-12-2026,libur_nasional,x\n", 3, "the day '24-12-2026' does not exist"),
        (HEADER + "2026-12-24,libur,x\n", 2, "'libur' is no kind of day"),
        (HEADER + "2026-12-24,libur_nasional\n", 2, "the line has 2 columns"),
        (HEADER + "2026-12-24,libur_nasional,x\n2026-12-24,hari_kerja,x\n", 3, "stands here a second time"),
        (HEADER + '2026-12-24,libur_nasional,"x"y\n', 2, "the line is no CSV"),
    ],
)
def test_a_local_file_that_is_wrong_says_where(tmp_path: Path, text: str, line: int, says: str) -> None:
    local = tmp_path / "hari_libur.csv"
    local.write_text(text)
    calendar, faults = shipped_calendar(local)
    (fault,) = faults
    assert (fault.location.path, fault.location.line) == (str(local), line)
    assert says in fault.what
    assert fault.why
    assert fault.remedy
    assert calendar.after(date(2026, 12, 10), 14, OFF) == date(2027, 1, 4)


def test_a_local_file_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    _, faults = shipped_calendar(tmp_path / "none.csv")
    assert [fault.code for fault in faults] == ["file-missing"]
