"""The planted truth, derived anew from the written CSV files by plain Python that knows neither plan nor engine."""

from datetime import date
from pathlib import Path

import pytest

from connectors.sample import write_sample
from rules.load import load_rule_book
from tests.connectors.plain_employers import Employers
from tests.connectors.plain_months import contributions, wages
from tests.connectors.plain_people import PEOPLE
from tests.connectors.plain_projects import Projects
from tests.connectors.plain_reading import UNKNOWN, Answers, rows_of

TODAY = date(2026, 11, 20)


def planted(folder: Path) -> Answers:
    truth = {(row["rule"], row["subject_key"]): row["outcome"] for row in rows_of(folder, "truth.csv")}
    unknown = {(row["rule"], row["subject_key"]): UNKNOWN for row in rows_of(folder, "truth_unknown.csv")}
    assert not truth.keys() & unknown.keys()
    return truth | unknown


def derived(folder: Path, today: date) -> Answers:
    found = Employers(folder).answers() | Projects(folder, today).answers()
    for derive in (contributions, wages, *PEOPLE):
        found |= derive(folder, today)
    assert {rule for rule, _ in found} == set(load_rule_book()[0].rules)
    return {key: answer for key, answer in found.items() if answer != "quiet"}


@pytest.mark.parametrize(
    ("employers", "seed", "today"),
    [
        (60, 3, TODAY),
        (6000, 1, TODAY),
        (6001, 20261120, TODAY),
        (2000, 4, date(2024, 6, 30)),
        (2000, 5, date(2025, 6, 30)),
        (2000, 6, date(2026, 6, 30)),
        # Permenaker 1/2025 is in force, and none of its thirty working days have passed.
        (60, 7, date(2025, 3, 10)),
        (60, 7, date(2025, 4, 9)),
        (60, 7, date(2025, 4, 30)),
        (60, 8, date(2027, 3, 31)),
    ],
)
def test_the_registers_say_what_the_truth_says(tmp_path: Path, employers: int, seed: int, today: date) -> None:
    write_sample(tmp_path, employers, seed, today)
    expected, found = planted(tmp_path), derived(tmp_path, today)
    assert {key: (answer, found.get(key)) for key, answer in expected.items() if found.get(key) != answer} == {}
    assert {key: answer for key, answer in found.items() if key not in expected} == {}
