"""Days as they are typed into a form: what is understood, what is refused, and how they are shown back."""

from datetime import date

import pytest

from cases.present import words_of
from cases.review.forms.days import day_of, in_words
from cases.wording import Wording
from rules.errors import UsageError

TODAY = date(2026, 11, 26)
ENGLISH, INDONESIAN = Wording("en"), Wording("id")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("26/11/2026", date(2026, 11, 26)),
        ("1/2/2027", date(2027, 2, 1)),
        ("26-11-2026", date(2026, 11, 26)),
        ("26.11.2026", date(2026, 11, 26)),
        ("2026-11-26", date(2026, 11, 26)),
        ("26 November 2026", date(2026, 11, 26)),
        ("26 nov 2026", date(2026, 11, 26)),
        ("17 Agustus 2027", date(2027, 8, 17)),
        ("17 august 2027", date(2027, 8, 17)),
        ("5 Mei 2027", date(2027, 5, 5)),
        ("5 Des", date(2026, 12, 5)),
        ("5/12", date(2026, 12, 5)),
        ("  26   Nopember  2026 ", date(2026, 11, 26)),
        ("hari ini", TODAY),
        ("besok", date(2026, 11, 27)),
        ("Lusa", date(2026, 11, 28)),
        ("kemarin", date(2026, 11, 25)),
        ("tomorrow", date(2026, 11, 27)),
        ("+14", date(2026, 12, 10)),
        ("-3", date(2026, 11, 23)),
        ("+ 7 hari", date(2026, 12, 3)),
        ("29/2/2028", date(2028, 2, 29)),
    ],
)
def test_a_day_is_understood_as_indonesians_write_it(typed: str, day: date) -> None:
    assert day_of(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed",
    ["", "26/11/26", "26", "minggu depan", "26 Foo 2026", "26 juniper 2026", "2026/11/26", "+", "1/2/3/4", "١٢"],
)
def test_what_is_no_day_is_never_guessed(typed: str) -> None:
    with pytest.raises(UsageError) as refused:
        day_of(typed, TODAY)
    assert words_of(refused.value, ENGLISH) == (
        f"'{typed}' is no day\n    why: a day that is guessed would stand in the case's file\n"
        "    do:  write it as one of 26/11/2026, 26-11-2026, 2026-11-26, 26 November 2026, besok, +14"
    )


@pytest.mark.parametrize(
    "typed", ["31/11/2026", "29 Februari 2027", "2026-13-01", "11/26/2026", "0/1/2026", "1/1/0000"]
)
def test_a_day_that_the_calendar_has_not_is_told(typed: str) -> None:
    with pytest.raises(UsageError) as refused:
        day_of(typed, TODAY)
    assert words_of(refused.value, INDONESIAN) == (
        f"kalender tidak mengenal tanggal '{typed}'\n    sebab: tanggal tebakan akan tercatat dalam berkas kasus\n"
        "    langkah: tulis tanggal dahulu, lalu bulan: 26/11/2026"
    )


def test_a_count_that_leaves_the_calendar_is_told() -> None:
    assert day_of("+9999", TODAY) == date(2054, 4, 12)
    with pytest.raises(UsageError, match="the calendar has no day '-9999'"):
        day_of("-9999", date(1, 1, 2))


@pytest.mark.parametrize(
    ("day", "indonesian", "english"),
    [
        (TODAY, "Kamis, 26 November 2026 (hari ini)", "Thursday, 26 November 2026 (today)"),
        (date(2026, 11, 27), "Jumat, 27 November 2026 (1 hari lagi)", "Friday, 27 November 2026 (in 1 day)"),
        (date(2026, 12, 10), "Kamis, 10 Desember 2026 (14 hari lagi)", "Thursday, 10 December 2026 (in 14 days)"),
        (date(2026, 11, 24), "Selasa, 24 November 2026 (2 hari yang lalu)", "Tuesday, 24 November 2026 (2 days ago)"),
    ],
)
def test_a_day_is_shown_back_in_words(day: date, indonesian: str, english: str) -> None:
    assert in_words(day, TODAY, INDONESIAN) == indonesian
    assert in_words(day, TODAY, ENGLISH) == english
