"""A changed rule on kept snapshots: what it would have opened and closed, counted by hand."""

import io
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from rich.console import Console

from cases.backtest import Backtest, BacktestLine
from cases.backtest_tables import backtest_parts
from cases.exit_codes import ExitCode
from cases.next_step import PLAIN
from cases.wording import LANGUAGES, Wording
from tests.cases.office import RULE, WORKERS, replaced, write_office, write_register

Run = Callable[..., Any]
DAY = date(2026, 11, 20)
SPAN = ("--from", "2026-11-20", "--to", "2026-11-21", "--rule", "SIZE-01")


@pytest.fixture
def office(patuh: Run, tmp_path: Path) -> Path:
    """Two nights: 3, 7, 12 and 25 workers, then 3, 7, 22, 25 and one employer who does not say."""
    config = write_office(tmp_path / "office")
    assert patuh("scan", "--config", config, day=DAY).code is ExitCode.DONE
    register = config.parent / "wlkp.csv"
    write_register(config.parent, {**WORKERS, "WLKP-0012": 22})
    text = register.read_text(encoding="utf-8")
    register.write_text(f"{text}WLKP-0050,CV Contoh,0911222333444000,19.71,\n", encoding="utf-8")
    assert patuh("scan", "--config", config, day=DAY + timedelta(days=1)).code is ExitCode.DONE
    return config


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The rule with 7 to 24 workers instead of the year's limit."""
    file = tmp_path / "changed.yaml"
    file.write_text(dedent(RULE.replace("  - id:", "    id:", 1)).lstrip("\n"), encoding="utf-8")
    replaced(file, "employed_workers >= :smallest_office", "employed_workers between 7 and 24")
    replaced(file, "five are enough in 2025, and: {employed_workers: 5}", "seven, and: {employed_workers: 7}")
    return file


def test_what_would_have_opened_and_closed_is_counted_for_each_run(patuh: Run, office: Path, changed: Path) -> None:
    said = patuh("rules", "backtest", *SPAN, "--against", changed, "--json", "--config", office)
    assert said.code is ExitCode.DONE, said.err
    first, second = said.json["runs"]
    assert (first["as_of"], second["as_of"]) == ("2026-11-20", "2026-11-21")
    # the limit of 2026 is 20: the rule finds 25, then 22 and 25; the file finds 7 and 12, then 7 and 22
    names = ("judged", "judged_now", "both", "closed", "opened", "unknown", "unknown_now")
    assert [first[name] for name in names] == [4, 4, 0, 1, 2, 0, 0]
    assert [second[name] for name in names] == [4, 4, 1, 1, 1, 1, 1]
    assert [said.json["total"][name] for name in names] == [8, 8, 1, 2, 3, 1, 1]
    assert said.json["would_open"] == ["*****0007", "*****0012"]
    assert said.json["would_close"] == ["*****0025"]


def test_a_person_reads_it_with_totals_and_examples(patuh: Run, office: Path, changed: Path) -> None:
    said = patuh("rules", "backtest", *SPAN, "--against", changed, "--samples", "1", "--config", office)
    assert said.code is ExitCode.DONE, said.err
    for wanted in ("SIZE-01 as it is and as the file says", "20 November 2026", "20261119T", "Next: "):
        assert wanted in said.out
    assert "Would have opened, for example: *****0007\n" in said.out
    assert "WLKP-" not in said.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_nation_fits_eighty_columns(language: str) -> None:
    numbers = {"judged": 3_000_000, "judged_now": 3_000_000, "both": 400_000, "closed": 12_345, "opened": 123_456}
    line = BacktestLine("20261119T230000000000Z-12345678", DAY, **numbers, unknown=1_200_000, unknown_now=1_250_000)
    console = Console(width=80, file=io.StringIO(), force_terminal=True, color_system=None)
    for part in backtest_parts(Backtest("PWBD-01", (line,), {}, (), ()), Wording(language), PLAIN):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert wide(language, 1_200_000) in shown
    assert wide(language, 3_000_000) in shown
    assert "20261119T230000" in shown
    assert max(map(len, shown.splitlines())) <= 80, shown


def wide(language: str, number: int) -> str:
    return f"{number:,}".replace(",", "." if language == "id" else ",")


def test_a_rule_on_trial_can_be_tried_as_well(patuh: Run, office: Path, changed: Path) -> None:
    replaced(changed, "status: stable", "status: trial\nwaits_for: {id: naskahnya., en: its text.}")
    told = patuh("rules", "backtest", *SPAN, "--against", changed, "--json", "--config", office)
    assert told.code is ExitCode.DONE, told.err
    assert told.json["total"]["opened"] == 3


def test_faults_of_the_file_are_told_as_the_check_tells_them(patuh: Run, office: Path, changed: Path) -> None:
    replaced(changed, "employed_workers between 7 and 24", "employed_worker > 7")
    said = patuh("rules", "backtest", *SPAN, "--against", changed, "--config", office)
    assert said.code is ExitCode.USAGE
    assert f"{changed}:9:5:" in said.err
    assert "employed_workers" in said.err
    replaced(changed, "employed_worker > 7", "employed_workers > 7")
    broken = patuh("rules", "backtest", *SPAN, "--against", changed, "--config", office)
    assert broken.code is ExitCode.USAGE
    assert "example 'seven' of SIZE-01 is pass, not violation" in broken.err
    missing = patuh("rules", "backtest", *SPAN, "--against", changed.with_name("no.yaml"), "--config", office)
    assert missing.code is ExitCode.USAGE
    assert "the file does not exist" in missing.err


def test_another_rules_file_is_refused(patuh: Run, office: Path, changed: Path) -> None:
    replaced(changed, "id: SIZE-01", "id: SIZE-02")
    said = patuh("rules", "backtest", *SPAN, "--against", changed, "--config", office)
    assert said.code is ExitCode.USAGE
    assert "holds the rule SIZE-02 on employer" in said.err
    assert "it would be held against SIZE-01 on employer" in said.err


def test_what_the_command_line_asks_wrongly_is_said(patuh: Run, office: Path, changed: Path) -> None:
    given = ("--against", changed, "--config", office)
    none = patuh("rules", "backtest", "--from", "2025-01-01", "--to", "2025-12-31", "--rule", "SIZE-01", *given)
    assert none.code is ExitCode.USAGE
    assert "no kept snapshot is of 1 January 2025 to 31 December 2025" in none.err
    assert "snapshots are kept of 20 November 2026 to 21 November 2026" in none.err
    turned = patuh("rules", "backtest", "--from", "2026-11-21", "--to", "2026-11-20", "--rule", "SIZE-01", *given)
    assert turned.code is ExitCode.USAGE
    assert "--to 20 November 2026 lies before --from 21 November 2026" in turned.err
    unknown = patuh("rules", "backtest", *SPAN[:4], "--rule", "SIZE-1", *given)
    assert unknown.code is ExitCode.USAGE
    assert "did you mean 'SIZE-01'?" in unknown.err


def test_a_purged_or_changed_run_is_left_out_and_said(patuh: Run, office: Path, changed: Path) -> None:
    runs = sorted((office.parent / ".patuh" / "runs").glob("*.json"))
    rows = sorted((office.parent / ".patuh" / "snapshots").glob("*/rows.parquet"), key=lambda one: one.stat().st_mtime)
    shutil.rmtree(rows[0].parent)
    said = patuh("rules", "backtest", *SPAN, "--against", changed, "--config", office)
    assert said.code is ExitCode.NOT_JUDGED
    assert f"{runs[0].stem} was left out: purged: wlkp" in said.out
    content = rows[1].read_bytes()
    rows[1].write_bytes(content[:-1] + b"x")
    told = patuh("rules", "backtest", *SPAN, "--against", changed, "--json", "--config", office)
    assert told.code is ExitCode.NOT_JUDGED
    assert told.json["left_out"] == {
        runs[0].stem: "purged: wlkp",
        runs[1].stem: "what was kept was changed: wlkp",
    }
    assert told.json["runs"] == []
