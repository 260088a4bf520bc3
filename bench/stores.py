"""The stores that nights are measured on: each night is given a copy of the one that the night before left."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

import psycopg

from cases.store.database import upgrade_store
from tests.cases.postgresql_server import Server

BEFORE: Mapping[int, str] = {1: "empty", 2: "first", 3: "second"}
"""Number of a night to the name of the store as that night finds it."""


class Stores(Protocol):
    """Kept stores of one kind, by name."""

    @property
    def kind(self) -> str: ...

    def url(self, name: str) -> str: ...

    def make(self, name: str, like: str | None) -> None:
        """Make a store as a copy of another one, or an empty one."""

    def settle(self, name: str) -> None:
        """Bring a store to rest after a night, so that a copy of it costs the next night nothing."""

    def drop(self, name: str) -> None: ...


@dataclass(frozen=True)
class Files:
    """SQLite: a file of the folder each."""

    folder: Path
    kind: ClassVar[str] = "sqlite"

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.db"

    def url(self, name: str) -> str:
        return f"sqlite:///{self.path(name)}"

    def make(self, name: str, like: str | None) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if like is None:
            upgrade_store(self.url(name))
        else:
            shutil.copy(self.path(like), self.path(name))

    def settle(self, name: str) -> None:
        with closing(sqlite3.connect(self.path(name))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def drop(self, name: str) -> None:
        for end in ("", "-wal", "-shm", ".lock"):
            Path(f"{self.path(name)}{end}").unlink(missing_ok=True)


@dataclass(frozen=True)
class Databases:
    """PostgreSQL: a database of the server each."""

    server: Server
    kind: ClassVar[str] = "postgresql"

    def url(self, name: str) -> str:
        return self.server.url(_database(name))

    def make(self, name: str, like: str | None) -> None:
        template = _database(like) if like else "template0"
        self.server.run(f"CREATE DATABASE {_database(name)} TEMPLATE {template} STRATEGY file_copy")
        if like is None:
            upgrade_store(self.url(name))

    def settle(self, name: str) -> None:
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def drop(self, name: str) -> None:
        self.server.drop(_database(name))


def _database(name: str) -> str:
    return f"bench_{name}"


@contextmanager
def before(stores: Stores, night: int) -> Iterator[str]:
    """Give the URL of a store as the night finds it, gone afterwards."""
    stores.make("measured", BEFORE[night])
    try:
        yield stores.url("measured")
    finally:
        stores.drop("measured")
