"""A rule that hits too much waits for a person, who releases or discards its findings."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode

Run = Callable[..., Any]


@pytest.fixture
def strict(province: Path) -> Path:
    """A province whose run file allows PWBD-01 next to nothing."""
    path = province / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    assert "guards: {}" in text
    path.write_text(text.replace("guards: {}", "guards: {PWBD-01: {max_share: 0.001}}"), encoding="utf-8")
    return path


def test_a_held_rule_opens_no_case_until_it_is_released(patuh: Run, strict: Path) -> None:
    assert "PWBD-01 is held" in patuh("scan", "--dry-run", "--config", strict, "--lang", "en").out
    first = patuh("scan", "--config", strict, "--json")
    violations = first.json["outcomes"]["PWBD-01"]["violation"]
    assert first.json["findings"]["held"] == violations > 0
    assert f"{violations}" in patuh("held", "list", "--config", strict).out

    words = ("--reason", "Checked with the branch", "--config", strict, "--lang", "en")
    said = patuh("held", "release", "PWBD-01", *words, user="rina")
    assert said.code is ExitCode.DONE, said.err
    assert f"PWBD-01: {violations} findings released" in said.out
    assert "Next: patuh scan --config" in said.out
    after = patuh("scan", "--config", strict, "--json")
    assert after.json["findings"]["held"] == 0
    assert after.json["cases"]["opened"] > 0
    listed = " ".join(patuh("held", "list", "--config", strict, "--lang", "en").out.split())
    assert "Nothing is held." in listed
    assert f"1 PWBD-01 released {violations} rina 20 November 2026 Checked with the branch" in listed
    with closing(sqlite3.connect(strict.parent / "patuh.db")) as store:
        ((number,),) = store.execute("SELECT max(case_id) FROM finding WHERE rule = 'PWBD-01'").fetchall()
    shown = " ".join(patuh("cases", "show", number, "--config", strict, "--lang", "en").out.split())
    assert "case opened held findings released by rina, 20 November 2026: Checked with the branch" in shown


def test_discarded_findings_stay_away(patuh: Run, strict: Path) -> None:
    patuh("scan", "--config", strict)
    words = ("--reason", "Bad file", "--config", strict, "--lang", "en")
    said = patuh("held", "discard", "PWBD-01", *words, user="rina")
    assert said.code is ExitCode.DONE
    assert "findings discarded. Next: patuh held list --config" in said.out
    after = patuh("scan", "--config", strict, "--json")
    assert after.json["cases"]["opened"] == 0
    assert after.json["findings"]["new"] == 0
    listed = " ".join(patuh("held", "list", "--config", strict, "--lang", "en").out.split())
    assert "Nothing is held." in listed
    assert "rina 20 November 2026 Bad file" in listed
    with closing(sqlite3.connect(strict.parent / "patuh.db")) as store:
        assert store.execute(
            "SELECT DISTINCT state, held_decision_id FROM finding WHERE rule = 'PWBD-01'"
        ).fetchall() == [("dismissed", 1)]
        with pytest.raises(sqlite3.IntegrityError, match="decisions about held findings are kept as they were made"):
            store.execute("UPDATE held_decision SET reason = 'another'")


@pytest.mark.parametrize(
    ("words", "user", "told"),
    [
        (("--reason", " "), "rina", "no reason is given"),
        (("--reason", "r"), "", "nobody is named who decides"),
        (("--reason", "r", "--by", "scan"), "rina", "name the person with --by, not the scan"),
    ],
)
def test_a_decision_without_who_or_why_changes_nothing(
    patuh: Run, strict: Path, words: tuple[str, ...], user: str, told: str
) -> None:
    patuh("scan", "--config", strict)
    said = patuh("held", "discard", "PWBD-01", *words, "--config", strict, "--lang", "en", user=user)
    assert said.code is ExitCode.USAGE
    assert told in said.err
    assert "has to be answered for later" in said.err
    assert "PWBD-01" in patuh("held", "list", "--config", strict).out


def test_a_decision_about_nothing_is_refused(patuh: Run, scanned: Path) -> None:
    words = ("--reason", "r", "--config", scanned / "rules.yaml", "--lang", "en")
    said = patuh("held", "release", "PWBD-01", *words, user="rina")
    assert said.code is ExitCode.USAGE
    assert "nothing of rule PWBD-01 is held" in said.err
