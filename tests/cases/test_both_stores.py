"""The same nights and the same acts on both kinds of store: every table, list and export is the same to the byte."""

import contextlib
import itertools
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cases.cli import run
from cases.exit_codes import ExitCode
from cases.setting import Setting
from tests.cases.office import replaced
from tests.cases.postgresql_server import Server
from tests.cases.stores import TABLES, PostgresqlStore, SqliteStore, Store, orphans

SAME = ("--by", "Penyelia")
SHOWN = (
    ("cases", "list", "--limit", "1000"),
    ("cases", "list", "--region", "19.71", "--stage", "confirmed"),
    ("cases", "show", "3"),
    ("cases", "explain", "3"),
    ("held", "list"),
    ("export", "disnaker", "--format", "csv"),
    ("export", "disnaker", "--format", "json"),
    ("unknowns",),
)


def a_day_of_work(province: Path) -> None:
    """Half the debtors agree on instalments and keep them; one member in fifty is no longer covered."""
    ledger = province / "iuran.csv"
    head, *lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    ledger.write_text(head + "".join(line.replace(",tidak,", ",ya,") for line in lines[::2]), encoding="utf-8")
    covers = province / "bpu.csv"
    head, *lines = covers.read_text(encoding="utf-8").splitlines(keepends=True)
    covers.write_text(head + "".join(line for number, line in enumerate(lines) if number % 50), encoding="utf-8")


def lived(province: Path, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """Two nights with acts between them; return what every command printed on stdout."""
    moments = itertools.count()

    def ran(*words: str) -> str:
        moment = datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(minutes=next(moments))
        capfd.readouterr()
        with contextlib.chdir(province):
            code = run(list(words), Setting(lambda: moment, lambda: 0.0, lambda: bytes(32), user="sari"))
        out, err = capfd.readouterr()
        assert code in (ExitCode.DONE, ExitCode.NOT_JUDGED), err
        return out

    said = [ran("scan", "--json")]
    said += [ran("cases", "confirm", number, *SAME) for number in ("1", "3", "7")]
    a_day_of_work(province)
    said += [ran("scan", "--dry-run"), ran("scan", "--json")]
    return said + [ran(*words) for words in SHOWN]


def unnamed(text: str) -> str:
    """The run's number holds a hash of the run file, which names the store; the anchor file holds the run's number."""
    numbered = re.sub(r"(?<=Z-)[0-9a-f]{8}", "", text)
    return re.sub(r'("anchor": \{"number": \d+, "sha256": ")[0-9a-f]{64}', r"\1", numbered)


def unhashed(text: str) -> str:
    """The run's number stands in what events say, and so in their hashes."""
    return re.sub(r"'[0-9a-f]{64}'", "''", text)


def test_the_same_nights_come_to_the_same_bytes_on_both_stores(
    pristine: Path, tmp_path: Path, postgresql: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    on_file = Path(shutil.copytree(pristine, tmp_path / "file" / "province"))
    on_server = Path(shutil.copytree(pristine, tmp_path / "server" / "province"))
    database = postgresql.create()
    stores: tuple[Store, Store] = SqliteStore(on_file / "patuh.db"), PostgresqlStore(postgresql, database)
    replaced(on_server / "rules.yaml", "store: sqlite:///patuh.db", f"store: {stores[1].url}")
    expected, found = lived(on_file, capfd), lived(on_server, capfd)
    for theirs, ours in zip(expected, found, strict=True):
        assert unnamed(ours.replace(str(on_server), "")) == unnamed(theirs.replace(str(on_file), ""))
    for table in (*TABLES, "scan"):
        rows = [unnamed(repr(store.ask(f"SELECT * FROM {table} ORDER BY 1, 2"))) for store in stores]
        rows = [unhashed(text) for text in rows] if table == "event" else rows
        assert rows[0] == rows[1], table
    assert orphans(stores[1]) == []
    assert not (on_server / "patuh.db").exists()
