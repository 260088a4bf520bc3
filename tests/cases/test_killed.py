"""`kill -9` at every stage: the store is as it was before, and the next scan is right."""

import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cases.exit_codes import ExitCode
from cases.scan import STAGES
from tests.cases.office import replaced
from tests.cases.postgresql_server import Server
from tests.cases.stores import TABLES, PostgresqlStore, SqliteStore, Store

Run = Callable[..., Any]
Table = list[tuple[object, ...]]
ROOT = Path(__file__).parents[2]
BEFORE_THE_COMMIT = tuple(stage for stage in STAGES if stage != "record")

DRIVER = """
import os, signal, sys
from datetime import datetime, timezone
import cases.scan
from cases.cli import run
from cases.setting import Setting
from cases.store.channel import BulkStore

def die(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

where, config = sys.argv[1:]
if where == "commit":
    BulkStore.commit = die
elif where != "nowhere":
    setattr(cases.scan, where, die)
moment = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
sys.exit(run(["scan", "--config", config], Setting(now=lambda: moment, seconds=lambda: 0.0, salt=lambda: bytes(32))))
"""


def killed_at(where: str, config: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", DRIVER, where, str(config)], cwd=ROOT, capture_output=True, check=False)
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()


def rows(province: Path, sql: str) -> Table:
    store = store_of(province)
    return [row if isinstance(row, tuple) else (row,) for row in store.ask(sql)] if store.there() else []


def all_rows(province: Path) -> list[Table]:
    return [sorted(rows(province, f"SELECT * FROM {table}"), key=repr) for table in (*TABLES, "scan")]


def store_of(province: Path) -> Store:
    """The store that the province's run file names."""
    url = next(line for line in (province / "rules.yaml").read_text(encoding="utf-8").splitlines() if "store:" in line)
    address = urlsplit(url.split()[1])
    if address.scheme == "sqlite":
        return SqliteStore(province / "patuh.db")
    return PostgresqlStore(Server(Path(parse_qs(address.query)["host"][0])), address.path.strip("/"))


def outcome(province: Path) -> list[Table]:
    """What a person would see: findings and cases, without moments and run ids."""
    return [
        rows(province, "SELECT rule, subject_key, episode, state, severity, mark FROM finding ORDER BY 1, 2, 3"),
        rows(
            province,
            "SELECT i.value, c.province, c.track, c.stage, c.queue, c.severity FROM case_file c "
            "JOIN party_identifier i ON i.party_id = c.party_id ORDER BY 1, 2, 3",
        ),
    ]


def truth(province: Path) -> dict[str, int]:
    lines = (province / "truth.csv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(Counter(line.split(",")[0] for line in lines))


def a_day_of_work(province: Path) -> None:
    """Half the debtors agree on instalments and keep them; one member in fifty is no longer covered."""
    ledger = province / "iuran.csv"
    head, *lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    agreed = (line.replace(",tidak,", ",ya,") if number % 2 else line for number, line in enumerate(lines))
    ledger.write_text(head + "".join(agreed), encoding="utf-8")
    covers = province / "bpu.csv"
    head, *lines = covers.read_text(encoding="utf-8").splitlines(keepends=True)
    covers.write_text(head + "".join(line for number, line in enumerate(lines) if number % 50), encoding="utf-8")


@pytest.mark.parametrize("stage", [*BEFORE_THE_COMMIT, "commit"])
def test_a_first_night_that_is_killed_leaves_no_case_and_the_next_is_right(
    patuh: Run, province: Path, stage: str
) -> None:
    if stage == "gate":
        shutil.rmtree(province / ".patuh")  # what the dead scan landed itself is there for the next
    config = province / "rules.yaml"
    killed_at(stage, config)
    assert [table for table in all_rows(province) if table] == []
    said = patuh("scan", "--config", config, "--json")
    assert said.code is ExitCode.DONE, said.err
    assert {rule: counts["violation"] for rule, counts in said.json["outcomes"].items()} == truth(province)
    assert said.json["findings"]["new"] == len(rows(province, "SELECT 1 FROM finding"))
    assert list((province / ".patuh" / "scratch").iterdir()) == []


@pytest.fixture(scope="module")
def second_night(pristine_scanned: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Table]:
    """What an undisturbed second night comes to."""
    calm = Path(shutil.copytree(pristine_scanned, tmp_path_factory.mktemp("calm") / "province"))
    first = outcome(calm)
    a_day_of_work(calm)
    ran = subprocess.run([sys.executable, "-c", DRIVER, "nowhere", str(calm / "rules.yaml")], cwd=ROOT, check=True)
    assert ran.returncode == 0
    assert outcome(calm) != first
    return outcome(calm)


@pytest.fixture(scope="module")
def scanned_on_server(pristine: Path, postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province after its first night, whose store is the database `first`."""
    folder = Path(shutil.copytree(pristine, tmp_path_factory.mktemp("server") / "province"))
    postgresql.run("CREATE DATABASE first TEMPLATE empty")
    replaced(folder / "rules.yaml", "sqlite:///patuh.db", postgresql.url("first"))
    subprocess.run([sys.executable, "-c", DRIVER, "nowhere", str(folder / "rules.yaml")], cwd=ROOT, check=True)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def lived(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A province of one's own after its first night, with a store of either kind."""
    if request.param == "sqlite":
        return Path(request.getfixturevalue("scanned"))
    server: Server = request.getfixturevalue("postgresql")
    folder = Path(shutil.copytree(request.getfixturevalue("scanned_on_server"), tmp_path / "province"))
    replaced(folder / "rules.yaml", server.url("first"), server.url(server.create("first")))
    return folder


@pytest.mark.parametrize(
    ("lived", "stage"),
    [
        *(("sqlite", stage) for stage in ("detect", "match", "decide", "write", "commit")),
        *(("postgresql", stage) for stage in ("match", "write", "commit")),
    ],
    indirect=["lived"],
)
def test_a_second_night_that_is_killed_leaves_the_first_and_the_next_is_right(
    patuh: Run, lived: Path, second_night: list[Table], stage: str
) -> None:
    a_day_of_work(lived)
    before = all_rows(lived)
    killed_at(stage, lived / "rules.yaml")
    assert all_rows(lived) == before
    assert patuh("scan", "--config", lived / "rules.yaml").code is ExitCode.DONE
    assert outcome(lived) == second_night


def test_a_night_killed_after_its_commit_is_whole_and_the_next_changes_nothing(
    patuh: Run, scanned: Path, second_night: list[Table]
) -> None:
    a_day_of_work(scanned)
    killed_at("record", scanned / "rules.yaml")
    assert outcome(scanned) == second_night
    said = patuh("scan", "--config", scanned / "rules.yaml", "--json")
    assert said.code is ExitCode.DONE
    assert (said.json["findings"]["new"], said.json["findings"]["resolved"]) == (0, 0)
    assert outcome(scanned) == second_night
