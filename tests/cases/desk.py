"""An office of its own with a store of either kind, as a test looks at it past the program, and copies it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cases.proof.anchors import anchor_folder
from cases.proof.verify import verify
from tests.cases.office import replaced, write_office, write_register
from tests.cases.stores import TABLES, PostgresqlStore, SqliteStore, Store, unsound

if TYPE_CHECKING:
    from tests.cases.postgresql_server import Server

Table = list[Any]


@dataclass(frozen=True)
class Desk:
    """The folder of the run file, and the store that the run file names."""

    folder: Path
    store: Store

    @property
    def config(self) -> Path:
        return self.folder / "rules.yaml"

    @property
    def anchors(self) -> Path:
        return anchor_folder(self.folder / ".patuh" / "anchors", self.store.url)

    def rows(self) -> list[Table]:
        return [sorted(self.store.ask(f"SELECT * FROM {table}"), key=repr) for table in (*TABLES, "scan")]

    def seen(self) -> list[Table]:
        """What a person would see: findings and cases, without moments and run ids."""
        return [
            self.store.ask("SELECT rule, subject_key, episode, state, severity, mark FROM finding ORDER BY 1, 2, 3"),
            self.store.ask(
                "SELECT i.value, c.province, c.track, c.stage, c.queue, c.severity FROM case_file c "
                "JOIN party_identifier i ON i.party_id = c.party_id ORDER BY 1, 2, 3"
            ),
        ]

    def unsound(self) -> list[Any]:
        """What is halved, points at nothing, or does not follow from the event before it."""
        return [*unsound(self.store), *verify(self.store.url, self.anchors, self.folder / "audit").faults]


D = TypeVar("D", bound=Desk)


def new_desk(folder: Path, workers: dict[str, int], server: Server | None) -> Desk:
    """An office before its first night; its cases go into a file, or into a database of the server."""
    write_office(folder)
    write_register(folder, workers)
    if server is None:
        return Desk(folder, SqliteStore(folder / "patuh.db"))
    store = PostgresqlStore(server, server.create("empty"))
    replaced(folder / "rules.yaml", "sqlite:///patuh.db", store.url)
    return Desk(folder, store)


def copied(desk: D, folder: Path) -> D:
    """The same office with a store of its own."""
    shutil.copytree(desk.folder, folder)
    if isinstance(desk.store, SqliteStore):
        return replace(desk, folder=folder, store=SqliteStore(folder / "patuh.db"))
    assert isinstance(desk.store, PostgresqlStore)
    store = replace(desk.store, database=desk.store.server.create(desk.store.database))
    replaced(folder / "rules.yaml", desk.store.url, store.url)
    found = replace(desk, folder=folder, store=store)
    root = folder / ".patuh" / "anchors"
    anchor_folder(root, desk.store.url).rename(found.anchors)
    return found
