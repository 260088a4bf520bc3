"""The case store as an SQLite file in WAL mode: one desk, nothing to install."""

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool
from sqlmodel import Session

from cases.store.place import BUSY_SECONDS, Meaning, as_store_error
from rules.errors import Message, StoreError, UsageError

KEPT_KIB = 12_288
"""Pages of the store that a session which is asked again and again holds in memory."""
HEADER = b"SQLite format 3\x00"

MEANINGS: Sequence[Meaning] = (
    (
        ("database is locked", "database table is locked", "database schema is locked"),
        Message("the case store {path} is locked by another process"),
        Message("two writers at once would lose one's work; nothing was written"),
        Message("wait until the other command has ended, then run again"),
    ),
    (
        ("disk is full", "disk i/o error", "no space left", "file too large"),
        Message("the case store {path} could not be written: {error}"),
        Message("nothing was written; the store is as it was before"),
        Message("free space on that disk (a first scan of a nation needs about 1 GB), then run again"),
    ),
    (
        ("readonly database", "read-only", "permission denied", "access permission denied"),
        Message("the case store {path} may not be written"),
        Message("cases found tonight could not be kept; the store is as it was before"),
        Message("give this user the right to write the file and its folder, or name another store with --store"),
    ),
    (
        ("malformed", "not a database", "file is encrypted"),
        Message("the case store {path} is damaged or is no case store: {error}"),
        Message("cases in a damaged store cannot be trusted, so nothing was read or written"),
        Message("put back the latest backup of this file, or name another store with --store"),
    ),
    (
        ("unable to open database",),
        Message("the case store {path} cannot be opened"),
        Message("its folder is missing or this user may not enter it"),
        Message("make the folder or mend its rights, or name another store with --store"),
    ),
    (
        ("no such table", "no such column"),
        Message("{path} is not a case store as this version knows it: {error}"),
        Message("reading it anyway could give wrong cases"),
        Message("name the right file with --store"),
    ),
)


@dataclass(frozen=True)
class SqliteFile:
    """A store in one file; its lock, its log and its shared memory lie beside it."""

    path: Path

    errors: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error,)
    meanings: ClassVar[Sequence[Meaning]] = MEANINGS

    @property
    def name(self) -> Path:
        """Its path."""
        return self.path

    @property
    def bulk(self) -> tuple[str, str]:
        """The worker on SQLite, and the path."""
        return "sqlite", str(self.path)

    def look(self) -> None:
        """Look before anything is made: its folder is there, and a file that is there is a database."""
        if not self.path.parent.is_dir():
            raise UsageError(*self._no_folder())
        if self.path.is_dir():
            raise as_store_error("unable to open database file", self)
        if self.path.is_file() and self.path.stat().st_size:
            with self.path.open("rb") as stream:
                if stream.read(len(HEADER)) != HEADER:
                    raise as_store_error("file is not a database", self)

    def revision(self) -> str | None:
        """Return the revision of its schema; None for a file that is missing or empty."""
        if not self.path.parent.is_dir():
            raise StoreError(*self._no_folder())
        if not self.path.exists():
            return None
        address = f"file:{_escaped(self.path)}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
            named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            if ("alembic_version",) not in named:
                if named:
                    raise StoreError(
                        Message("{path} is an SQLite file but no case store", path=self.path),
                        Message("writing cases into another program's file would spoil it"),
                        Message("name another file with --store"),
                    )
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None

    def prepare(self) -> None:
        """Set the journal mode, which no transaction can."""
        with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")

    def engine(self, *, write: bool, kept: bool = False) -> Engine:
        """Return an engine whose transactions take the file's write lock at once, or none at all."""
        engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(
                f"file:{_escaped(self.path)}?mode=rw",  # a file that is gone is not made anew, empty
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            ),
            poolclass=QueuePool if kept else NullPool,
        )

        @event.listens_for(engine, "connect")
        def _settle(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA foreign_keys=ON")
            if kept:
                cursor.execute(f"PRAGMA cache_size=-{KEPT_KIB}")
            if not write:
                cursor.execute("PRAGMA query_only=ON")
            cursor.close()

        @event.listens_for(engine, "checkout")
        def _same_file(_connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
            there = self.path.stat().st_ino if self.path.exists() else None
            if record.info.setdefault("file", there) != there:
                raise DisconnectionError  # a restored copy stands in its place, or none

        @event.listens_for(engine, "begin")
        def _begin(connection) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
            connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

        return engine

    def lock_file(self, state: Path) -> Path:
        """Return a file beside the store: whatever the run file, it is one store."""
        return Path(f"{self.path}.lock")

    def scans_elsewhere(self, holder: str) -> AbstractContextManager[None]:
        """Nothing: a file is scanned by the machine that it is on."""
        return nullcontext()

    def scanning(self, session: Session) -> str | None:
        """None: a file is scanned by the machine that it is on."""
        return None

    def _no_folder(self) -> tuple[Message, Message, Message]:
        return (
            Message("the folder {parent} of the case store is missing", parent=self.path.parent),
            Message("a store in a wrong place would start without last night's cases"),
            Message("make the folder, or mend store: in rules.yaml"),
        )


def place_of(url: str) -> SqliteFile:
    """Return the file behind `url`. Raises StoreError for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            Message("'{url}' is not a store URL", url=url),
            Message("nothing can be kept without a store"),
            Message("write store: sqlite:///patuh.db, or postgresql://user@host/database"),
        ) from error
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise StoreError(
            Message("the store {url} is neither an SQLite file nor a PostgreSQL database", url=str(parsed)),
            Message("cases are kept in one of the two"),
            Message("write store: sqlite:///patuh.db, or postgresql://user@host/database"),
        )
    return SqliteFile(Path(str(parsed.database)))


def _escaped(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
