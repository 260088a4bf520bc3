"""A rule that hits too much waits for a person, who releases or discards its findings."""

from collections.abc import Callable
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

    said = patuh("held", "release", "PWBD-01", "--config", strict, "--lang", "en")
    assert said.code is ExitCode.DONE, said.err
    assert f"PWBD-01: {violations} findings released" in said.out
    after = patuh("scan", "--config", strict, "--json")
    assert after.json["findings"]["held"] == 0
    assert after.json["cases"]["opened"] > 0
    assert "Nothing is held." in patuh("held", "list", "--config", strict, "--lang", "en").out


def test_discarded_findings_stay_away(patuh: Run, strict: Path) -> None:
    patuh("scan", "--config", strict)
    assert patuh("held", "discard", "PWBD-01", "--config", strict).code is ExitCode.DONE
    after = patuh("scan", "--config", strict, "--json")
    assert after.json["cases"]["opened"] == 0
    assert after.json["findings"]["new"] == 0
    assert "Nothing is held." in patuh("held", "list", "--config", strict, "--lang", "en").out


def test_a_decision_about_nothing_is_refused(patuh: Run, scanned: Path) -> None:
    said = patuh("held", "release", "PWBD-01", "--config", scanned / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.USAGE
    assert "nothing of rule PWBD-01 is held" in said.err
