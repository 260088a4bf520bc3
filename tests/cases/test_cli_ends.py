"""How a command ends when the world does not help: each exit code through the command line itself."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import cases.scan
from cases.exit_codes import ExitCode
from cases.lock import only_scan
from rules.errors import DecisionError

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]
SLOW = """
import cases.scan, time
real = cases.scan.land

def land(plan):
    print("landing", flush=True)
    time.sleep(30)
    return real(plan)

cases.scan.land = land
from cases.cli import main
main()
"""
MAIN = [sys.executable, "-c", "from cases.cli import main; main()"]


def test_a_second_scan_at_once_ends_with_3_and_says_who_runs(patuh: Run, scanned: Path) -> None:
    with only_scan(scanned / "patuh.db.lock", "20261120T010000Z-aaaa"):
        said = patuh("scan", "--config", scanned / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.SCAN_RUNNING
    assert "another scan is running (20261120T010000Z-aaaa)" in said.err
    assert said.out == ""


def test_two_real_scans_at_once_one_is_refused(province: Path) -> None:
    arguments = ["scan", "--config", str(province / "rules.yaml")]
    first = subprocess.Popen(
        [sys.executable, "-c", SLOW, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "landing\n"
        second = subprocess.run([*MAIN, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        assert second.returncode == ExitCode.SCAN_RUNNING, second.stderr
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=60) == ExitCode.INTERRUPTED
    finally:
        first.kill()
        first.communicate()
    assert not (province / "patuh.db").exists()
    assert list((province / ".patuh" / "scratch").iterdir()) == []


def test_a_store_of_a_newer_patuh_ends_with_4(patuh: Run, scanned: Path) -> None:
    with closing(sqlite3.connect(scanned / "patuh.db")) as store, store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    said = patuh("scan", "--config", scanned / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.STORE
    assert "use the newer version of patuh" in said.err


def test_a_store_that_is_no_store_ends_with_4(patuh: Run, province: Path) -> None:
    (province / "patuh.db").write_bytes(b"not a database at all" * 100)
    said = patuh("scan", "--config", province / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.STORE
    assert "latest backup" in said.err


FULL = """
import resource, sys
from datetime import datetime, timezone
from cases.cli import run
from cases.setting import Setting

limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
moment = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
setting = Setting(now=lambda: moment, seconds=lambda: 0.0, salt=lambda: bytes(32))
sys.exit(run(["scan", "--config", sys.argv[2]], setting))
"""


@pytest.mark.parametrize("kibibytes", [1, 8, 40, 100])
def test_a_full_disk_ends_with_4_and_leaves_no_case(patuh: Run, province: Path, kibibytes: int) -> None:
    """A limit on the size of files refuses to write as a full disk does: at landing, at detection, in the store."""
    config = str(province / "rules.yaml")
    shutil.rmtree(province / ".patuh")  # every register has to land
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(kibibytes * 1024), config],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == ExitCode.STORE, ended.stderr
    assert "sebab:" in ended.stderr
    assert "langkah:" in ended.stderr
    assert findings(province) == 0
    assert patuh("scan", "--config", config).code is ExitCode.DONE
    assert findings(province) > 0


def findings(province: Path) -> int:
    if not (province / "patuh.db").exists():
        return 0
    with closing(sqlite3.connect(province / "patuh.db")) as store:
        known = store.execute("SELECT count(*) FROM sqlite_master WHERE name = 'finding'").fetchone()[0]
        return int(store.execute("SELECT count(*) FROM finding").fetchone()[0]) if known else 0


def test_a_routing_engine_that_fails_ends_with_5_and_writes_nothing(
    patuh: Run, scanned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise DecisionError("no answer", "no queue", "run again")

    monkeypatch.setattr(cases.scan, "decide", fails)
    before = (scanned / "patuh.db").read_bytes()
    said = patuh("scan", "--config", scanned / "rules.yaml")
    assert said.code is ExitCode.DECISION
    assert "no answer" in said.err
    assert (scanned / "patuh.db").read_bytes() == before


def test_a_fault_of_our_own_ends_with_70_and_what_to_send(
    patuh: Run, scanned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(cases.scan, "gate", fails)
    said = patuh("scan", "--config", scanned / "rules.yaml")
    assert said.code is ExitCode.INTERNAL
    assert "PATUH_TRACE=1" in said.err
    assert "Traceback" not in said.err


def test_ctrl_c_ends_with_6(patuh: Run, scanned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cases.scan, "assemble", interrupted)
    said = patuh("scan", "--config", scanned / "rules.yaml")
    assert said.code is ExitCode.INTERRUPTED
    assert list((scanned / ".patuh" / "scratch").iterdir()) == []


def test_a_run_file_that_is_not_there_ends_with_2(patuh: Run, tmp_path: Path) -> None:
    said = patuh("scan", "--config", tmp_path / "rules.yaml")
    assert said.code is ExitCode.USAGE
    assert str(tmp_path / "rules.yaml") in said.err


def test_a_reader_that_has_seen_enough_is_no_failure(scanned: Path) -> None:
    listing = subprocess.Popen(
        [*MAIN, "cases", "list", "--config", str(scanned / "rules.yaml")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert listing.stdout is not None
    listing.stdout.close()
    assert listing.wait(timeout=60) == 0
    assert listing.stderr is not None
    assert "Traceback" not in listing.stderr.read()
    listing.stderr.close()


def test_the_help_and_the_version_need_no_run_file(patuh: Run) -> None:
    assert "scan" in patuh().out
    assert patuh("--version").out.startswith("patuh ")
    assert patuh("--help").code is ExitCode.DONE
    assert patuh("cases").code is ExitCode.USAGE


def test_who_is_logged_in_confirms_where_nobody_is_named(patuh: Run, scanned: Path) -> None:
    said = patuh("cases", "confirm", 1, "--config", scanned / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.USAGE
    assert "Nobody is named who confirms." in said.err
    again = patuh("cases", "confirm", 1, "--config", scanned / "rules.yaml", "--lang", "en", user="siti")
    assert again.code is ExitCode.DONE
    assert "by siti" in again.out
