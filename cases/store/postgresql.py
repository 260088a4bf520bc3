"""The case store as a PostgreSQL database, 15 or newer: an office, several people at once.

The URL goes to libpq as it stands, for sessions (psycopg) and for bulk (ADBC) alike: what it may say, services,
`~/.pgpass` and the environment's PG variables are libpq's. A password is refused in it, so that none is ever shown.

One writes at a time, as on SQLite: a person's act and a scan's match and write hold `WRITER`, an advisory lock of the
database. An act holds it for its transaction, so that what it read is still so when it writes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import psycopg
from psycopg import IsolationLevel
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import NullPool, QueuePool
from sqlmodel import Session

from cases.store.place import BUSY_SECONDS, Meaning, store_errors
from cases.store.postgresql_locks import LOCKS, SCAN, WRITER, settle
from rules.errors import Message, ScanRunningError, StoreError, UsageError
from rules.store_url import holds_password

OLDEST: Final = 15
"""The oldest PostgreSQL that is tried."""

BY_BYTES: Final = ("C", "POSIX", "C.UTF-8", "C.utf8")
"""Collations of the C library that sort as SQLite and Python do; PostgreSQL's own ('b') all do."""

SCANNING: Final = "patuh scan "
"""How the connection of a scan is named, before its run."""
HOLDER: Final = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' "
    "AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    f"AND classid = {LOCKS} AND objid = {SCAN} AND granted"
)
"""Who holds the scan's lock; any login sees that much of another's connection."""

MEANINGS: Sequence[Meaning] = (
    (
        ("lock timeout", "deadlock detected", "could not serialize"),
        Message("the case store {path} is locked by another process"),
        Message("two writers at once would lose one's work; nothing was written"),
        Message("wait until the other command has ended, then run again"),
    ),
    (
        ("no space left", "could not extend file", "disk full"),
        Message("the case store {path} could not be written: {error}"),
        Message("nothing was written; the store is as it was before"),
        Message("free space on the disk of the database server, then run again"),
    ),
    (
        ("authentication failed", "no password supplied", "pg_hba.conf", 'role "', "is not permitted to log in"),
        Message("the case store {path} does not let this person in: {error}"),
        Message("who is not known to the database may neither read nor write cases"),
        Message("ask its administrator for a login; a password goes into ~/.pgpass or PGPASSWORD, never into the URL"),
    ),
    (
        ("permission denied", "must be owner", "read-only transaction", "row-level security"),
        Message("the case store {path} does not allow this: {error}"),
        Message("nothing was written; the store is as it was before"),
        Message("ask the administrator of the database for the right that is missing"),
    ),
    (
        ('database "',),
        Message("the case store {path} cannot be opened: {error}"),
        Message("cases are kept in a database that is made once, before the first scan"),
        Message("make it (createdb), or name another store with --store"),
    ),
    (
        ('relation "', 'column "'),
        Message("{path} is not a case store as this version knows it: {error}"),
        Message("reading it anyway could give wrong cases"),
        Message("name the right database with --store"),
    ),
    (
        ("connection", "could not translate host name", "server closed", "definition of service", "too many clients"),
        Message("the case store {path} cannot be reached: {error}"),
        Message("nothing was written; the store is as it was before"),
        Message("see that the database server runs and takes connections from here, then run again"),
    ),
)


@dataclass(frozen=True)
class PostgresqlDatabase:
    """A store in a database that its administrator has made; its tables come by the first scan."""

    url: str

    errors: ClassVar[tuple[type[Exception], ...]] = (psycopg.Error,)
    meanings: ClassVar[Sequence[Meaning]] = MEANINGS

    @property
    def name(self) -> str:
        """Its URL, which holds no password."""
        return self.url

    @property
    def bulk(self) -> tuple[str, str]:
        """The worker on PostgreSQL, and the URL."""
        return "postgresql", self.url

    def look(self) -> None:
        """Nothing: the first that connects will see, and nothing is made by looking."""

    def revision(self) -> str | None:
        """Return the revision of its schema; None for a database without any table."""
        with self._connected() as connection:
            _refuse_older(connection, self.url)
            found = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
            if found == (True,):
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
                return str(row[0]) if row else None
            theirs = connection.execute(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = current_schema())"
            ).fetchone()
            if theirs == (True,):
                raise StoreError(
                    Message("{path} is a PostgreSQL database but no case store", path=self.url),
                    Message("writing cases among another program's tables would spoil them"),
                    Message("make a database for the cases alone (createdb), and name it with --store"),
                )
            return None

    def prepare(self) -> None:
        """Refuse a database that sorts names by a language's rules: lists and exports would depend on the server."""
        with self._connected() as connection:
            found = connection.execute(
                "SELECT datcollate, datlocprovider, pg_encoding_to_char(encoding) FROM pg_database "
                "WHERE datname = current_database()"
            ).fetchone()
        by_bytes = found is not None and (found[1] == "b" or (found[1] == "c" and found[0] in BY_BYTES))
        if found is None or not by_bytes or found[2] != "UTF8":
            raise StoreError(
                Message("the database {path} does not sort by bytes, in UTF-8", path=self.url),
                Message("the same cases would be listed and exported in another order on another server"),
                Message("make it anew: createdb --template=template0 --encoding=UTF8 --locale=C NAME"),
            )

    def engine(self, *, write: bool, kept: bool = False) -> Engine:
        """Return an engine whose transactions hold the writer's lock, or read one moment of the store."""

        def connect() -> psycopg.Connection[tuple[object, ...]]:
            connection = self._connected()
            if not write:
                connection.isolation_level = IsolationLevel.REPEATABLE_READ
                connection.read_only = True
            return connection

        pool = QueuePool if kept else NullPool
        engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=pool, pool_pre_ping=kept)
        if write:

            @event.listens_for(engine, "begin")
            def _begin(connection) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCKS}, {WRITER})")

        return engine

    def lock_file(self, state: Path) -> Path:
        """Return a file in the run's folder, which scans on this machine share."""
        return state / "scan.lock"

    @contextmanager
    def scans_elsewhere(self, holder: str) -> Iterator[None]:
        """Hold the scan's advisory lock; it goes with the connection, so a killed scan leaves none behind."""
        with store_errors(self):
            connection = self._connected(application_name=f"{SCANNING}{holder}")
        with connection:
            with store_errors(self):
                connection.autocommit = True
                taken = connection.execute(f"SELECT pg_try_advisory_lock({LOCKS}, {SCAN})").fetchone()
                if taken != (True,):
                    raise self._running(connection)
            yield

    def scanning(self, session: Session) -> str | None:
        """Return the run that holds the scan's advisory lock; "" where its name is not said."""
        found = session.execute(text(HOLDER)).first()
        return None if found is None else _run_of(tuple(found))

    def _running(self, connection: psycopg.Connection[tuple[object, ...]]) -> ScanRunningError:
        said = _run_of(connection.execute(HOLDER).fetchone())
        return ScanRunningError(
            Message("another scan is running ({run}); it holds {path}", run=said, path=self.url)
            if said
            else Message("another scan is running; it holds {path}", path=self.url),
            Message("two scans of one store at once would judge the same cases twice"),
            Message("wait until it ends; the lock goes with the process, the file may stay"),
        )

    def _connected(self, application_name: str = "patuh") -> psycopg.Connection[tuple[object, ...]]:
        connection = psycopg.connect(self.url, application_name=application_name)
        connection.execute("; ".join(settle(BUSY_SECONDS)))
        connection.commit()
        return connection


def _run_of(found: tuple[object, ...] | None) -> str:
    return str(found[0]).removeprefix(SCANNING) if found and found[0] else ""


def place_of(url: str) -> PostgresqlDatabase:
    """Return the database behind `url`. Raises UsageError for a password in it, which is not said again."""
    if holds_password(url):
        raise UsageError(
            Message("the store's URL holds a password"),
            Message("whoever sees the run file, the process list or a message would know it"),
            Message("take it out; put it into ~/.pgpass, a service file, or PGPASSWORD"),
        )
    return PostgresqlDatabase(url)


def _refuse_older(connection: psycopg.Connection[tuple[object, ...]], url: str) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise StoreError(
            Message(
                "the store {path} is on PostgreSQL {version}; Patuh needs {oldest} or newer",
                path=url,
                version=str(version),
                oldest=str(OLDEST),
            ),
            Message("what the older one does with a scan's lock and writing has not been tried"),
            Message("move the database to a newer server, or name another store with --store"),
        )
