"""Real procurement data of one kabupaten on six days, through the command line: counts made by hand beforehand.

The data lies beside the repository and is not part of it; where it is absent these tests are skipped and say so.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT.parent / "shared" / "data" / "procurement" / "isb_kab-bandung_2025_APBD" / "sample"

pytestmark = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the procurement sample ../shared/data is not here")

DAYS = {
    "2025-05-22": (3, 3),
    "2025-06-26": (14, 13),
    "2025-06-30": (17, 15),
    "2025-07-01": (17, 15),
    "2025-09-30": (32, 29),
    "2025-12-31": (49, 42),
}
"""Evaluation date to violations and parties, counted by hand with weekends, holidays and cuti bersama left out."""


@pytest.fixture
def kabupaten(tmp_path: Path) -> Path:
    """The example's run file with its own state, reading the real sample."""
    shutil.copy(ROOT / "examples" / "kab-bandung-project-register.csv", tmp_path)
    text = (ROOT / "examples" / "kab-bandung.yaml").read_text(encoding="utf-8")
    path = "../../shared/data/procurement/isb_kab-bandung_2025_APBD/sample"
    assert path in text
    (tmp_path / "kab-bandung.yaml").write_text(text.replace(path, str(SAMPLE)), encoding="utf-8")
    return tmp_path / "kab-bandung.yaml"


@pytest.mark.parametrize("day", DAYS)
def test_the_days_counted_by_hand(patuh: Run, kabupaten: Path, day: str) -> None:
    said = patuh("scan", "--config", kabupaten, "--as-of", day, "--dry-run", "--json")
    assert said.code is ExitCode.DONE, said.err
    assert said.json["reconstruction"] is True
    outcomes = said.json["outcomes"]["JAKON-01"]
    assert (outcomes["violation"], said.json["cases"]["opened"]) == DAYS[day]
    assert said.json["queues"] == {"disnaker": {"proposed": DAYS[day][1], "confirmed": 0}}


def test_what_is_unknown_at_the_end_of_the_year(patuh: Run, kabupaten: Path) -> None:
    said = patuh("scan", "--config", kabupaten, "--as-of", "2025-12-31", "--dry-run", "--json")
    assert said.code is ExitCode.DONE, said.err
    outcomes = said.json["outcomes"]["JAKON-01"]
    assert (outcomes["violation"], outcomes["unknown"], outcomes["not_applicable"]) == (49, 81, 64)
