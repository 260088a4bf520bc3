"""docs/deploy.md's backup and restore, run as it stands there: what comes back is the store, and it still refuses."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.cases.postgresql_server import binaries
from tests.cases.stores import PostgresqlStore, SqliteStore, Store, dump

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

Say = Callable[..., dict[str, Any]]
PAGE = (Path(__file__).parents[3] / "docs" / "deploy.md").read_text(encoding="utf-8")


def commands(heading: str) -> list[str]:
    """The commands below a heading of the page, whoever types them."""
    block = re.search(rf"### {heading}\n.*?```console\n(.*?)```", PAGE, re.DOTALL)
    assert block, heading
    return [re.sub(r"^\$ (runuser --user \w+ -- )?", "", line) for line in block.group(1).splitlines()]


def typed(heading: str, folder: Path, store: Store) -> None:
    """Run them with the office's folders below `folder`, and on the tests' own server."""
    environment = dict(os.environ)
    if isinstance(store, PostgresqlStore):
        environment |= {"PGHOST": str(store.server.folder), "PGUSER": "patuh"}
        environment["PATH"] = f"{binaries()}:{environment['PATH']}"
    for command in commands(heading):
        if isinstance(store, PostgresqlStore):
            command = re.sub(r"\bpatuh(?=_restored|$)", store.database, command)  # noqa: PLW2901
        command = command.replace("/var/", f"{folder}/")  # noqa: PLW2901
        ran = subprocess.run(shlex.split(command), env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, (command, ran.stderr)


def test_what_was_backed_up_comes_back_and_still_refuses_changes(tmp_path: Path, nights: Nights, say: Say) -> None:
    kind = nights.url.partition(":")[0]
    if kind == "sqlite" and shutil.which("sqlite3") is None:
        pytest.skip("the command sqlite3 is not installed (Debian, Ubuntu: apt install sqlite3)")
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
    office = tmp_path / "office"
    anchors = office / "lib" / "patuh" / "state" / "anchors"
    anchors.mkdir(parents=True)
    (office / "backups" / "patuh").mkdir(parents=True)
    (anchors / "one.json").write_text("{}")
    nights.run(0, say("A"), say("B"))
    nights.run(1, say("A", evidence="2"), outcomes={"B": "pass"})
    before = dump(nights.store), nights.ask("SELECT * FROM scan")
    if isinstance(nights.store, SqliteStore):  # with what is only in the write-ahead log
        for file in nights.store.path.parent.glob(f"{nights.store.path.name}*"):
            shutil.copy(file, anchors.parents[1] / file.name.replace(nights.store.path.name, "patuh.db"))

    typed(f"{name}: back up", office, nights.store)
    nights.run(2, outcomes={"A": "pass"})
    typed(f"{name}: restore", office, nights.store)

    restored: Store
    if isinstance(nights.store, PostgresqlStore):
        restored = PostgresqlStore(nights.store.server, f"{nights.store.database}_restored")
    else:
        restored = SqliteStore(office / "lib" / "patuh" / "restored" / "patuh.db")
    assert (dump(restored), restored.ask("SELECT * FROM scan")) == before
    assert (office / "lib" / "patuh" / "restored" / "state" / "anchors" / "one.json").read_text() == "{}"
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="events are appended, never edited"):
        restored.change("DELETE FROM event")
