"""A command whose own output cannot be written, and a store that cannot be one: it says so and spoils nothing."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]
MAIN = f"{shlex.quote(sys.executable)} -c 'from cases.cli import main; main()'"
UNTOUCHED = "the command only reads; the case store is as it was"


def shell(arguments: str, ending: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = f"{MAIN} {arguments} --config {shlex.quote(str(folder / 'rules.yaml'))} --lang en {ending}"
    return subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", ["scan --json", "scan"])
def test_a_scan_that_cannot_speak_has_still_written_its_cases(patuh: Run, province: Path, arguments: str) -> None:
    ended = shell(arguments, "> /dev/full", province)
    assert ended.returncode == ExitCode.OUTPUT, ended.stderr
    assert "the output could not be written: No space left on device" in ended.stderr
    assert "is done; what it did to the cases stands" in ended.stderr
    assert "`patuh cases list` shows the cases" in ended.stderr
    assert "Exception ignored" not in ended.stderr
    assert patuh("cases", "show", 1, "--config", province / "rules.yaml").code is ExitCode.DONE


@pytest.mark.parametrize(
    "arguments",
    [
        "cases list",
        "unknowns",
        "notices",
        "notices --csv",
        "notices --json",
        "scan --dry-run --json",
        "export disnaker --format csv",
        "export disnaker --format json",
        "export disnaker --format xlsx",
    ],
)
def test_a_list_that_cannot_be_written_says_so(scanned: Path, arguments: str) -> None:
    ended = shell(arguments, "> /dev/full", scanned)
    assert ended.returncode == ExitCode.OUTPUT, ended.stderr
    assert f"the output could not be written: No space left on device\n    why: {UNTOUCHED}" in ended.stderr
    assert "Exception ignored" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_confirmation_that_cannot_be_told_stands(patuh: Run, scanned: Path) -> None:
    ended = shell("cases confirm 1 --by Siti", "> /dev/full", scanned)
    assert ended.returncode == ExitCode.OUTPUT, ended.stderr
    assert "case 1 is confirmed, and that stands" in ended.stderr
    assert "Siti" in patuh("cases", "show", 1, "--config", scanned / "rules.yaml").out


def test_an_export_into_a_missing_folder_says_that_none_was_left(patuh: Run, scanned: Path) -> None:
    into = scanned / "nowhere" / "list.csv"
    said = patuh(
        "export", "disnaker", "--format", "csv", "--output", into, "--config", scanned / "rules.yaml", "--lang", "en"
    )
    assert said.code is ExitCode.OUTPUT
    assert "the export cannot be written to" in said.err
    assert "so none was left; the case store is as it was" in said.err


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_an_export_whose_reader_goes_away_ends_quietly(scanned: Path, form: str) -> None:
    ended = shell(f"export disnaker --format {form}", "| true; exit ${PIPESTATUS[0]}", scanned)
    assert ended.returncode == ExitCode.DONE, ended.stderr
    assert "Exception ignored" not in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", [("scan",), ("cases", "list")])
@pytest.mark.parametrize(
    ("store", "says"),
    [
        ("foo.db", "'foo.db' is not a store URL"),
        ("mysql://host/db", "is neither an SQLite file nor a PostgreSQL database"),
        ("postgresql://patuh:rahasia@host/db", "the store's URL holds a password"),
        ("sqlite:///{folder}/nowhere/x.db", "nowhere of the case store is missing"),
    ],
)
def test_a_store_that_cannot_be_one_is_wrong_use(
    patuh: Run, scanned: Path, command: tuple[str, ...], store: str, says: str
) -> None:
    named = store.format(folder=scanned)
    said = patuh(*command, "--store", named, "--config", scanned / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.USAGE
    assert says in said.err
    assert "rahasia" not in said.err
    assert not (scanned / "nowhere").exists()


def test_a_file_that_is_no_database_gets_no_lock_beside_it(patuh: Run, scanned: Path) -> None:
    run_file = scanned / "rules.yaml"
    before = run_file.read_bytes()
    said = patuh("scan", "--store", f"sqlite:///{run_file}", "--config", run_file, "--lang", "en")
    assert said.code is ExitCode.STORE
    assert "is damaged or is no case store" in said.err
    assert run_file.read_bytes() == before
    assert not (scanned / "rules.yaml.lock").exists()
