"""The way in to the case store: open, upgrade, and turn what SQLite says into words.

A store is an SQLite file in WAL mode, named by an SQLAlchemy URL (`sqlite:///path`). PostgreSQL is refused for now.
The bulk reader and writer of a scan (`cases.store.bulk`) runs in a process of its own and is not opened here.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, func
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from sqlmodel import Session, select

from cases.store.models import Case, Event
from rules.errors import Message, StoreError

HEAD = "0003"
"""The newest revision in `migrations/versions`; kept here so that opening a store need not load Alembic."""

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up."""


class StoreChangedError(StoreError):
    """Somebody wrote to the store between the scan's reading and its writing: read, match and write again."""


def store_path(url: str) -> Path:
    """Return the file behind `url`. Raises StoreError for anything but an SQLite file."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            Message("'{url}' is not a store URL", url=url),
            Message("nothing can be kept without a store"),
            Message("write store: sqlite:///patuh.db"),
        ) from error
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise StoreError(
            Message("the store {url} is not an SQLite file", url=parsed.render_as_string()),
            Message("this version keeps its cases in an SQLite file only"),
            Message("write store: sqlite:///patuh.db"),
        )
    return Path(str(parsed.database))


_MEANINGS = (
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


def as_store_error(text: str, path: Path) -> StoreError:
    """Return what SQLite said about `path` as an error that says what, why and what to do."""
    said = text.strip().splitlines()[0] if text.strip() else "no reason given"
    for signs, what, why, remedy in _MEANINGS:
        if any(sign in text.lower() for sign in signs):
            return StoreError(Message(what.template, path=path, error=said), why, remedy)
    return StoreError(
        Message("the case store {path} failed: {said}", path=path, said=said),
        Message("nothing was written; the store is as it was before"),
        Message("keep the file as it is and report this message"),
    )


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and SQLAlchemy inside the block into StoreError."""
    try:
        yield
    except DatabaseError as error:
        raise as_store_error(str(error.orig), path) from error
    except sqlite3.Error as error:
        raise as_store_error(str(error), path) from error


def _engine(path: Path, begin: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def _settle(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        connection.exec_driver_sql(begin)

    return engine


def _revision(path: Path) -> str | None:
    """Return the store's revision; None for a file without one."""
    connection = sqlite3.connect(f"file:{_escaped(path)}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    try:
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        if ("alembic_version",) not in named:
            if named:
                raise StoreError(
                    Message("{path} is an SQLite file but no case store", path=path),
                    Message("writing cases into another program's file would spoil it"),
                    Message("name another file with --store"),
                )
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
    finally:
        connection.close()


def _escaped(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _known_revisions() -> frozenset[str]:
    folder = files("cases.store.migrations").joinpath("versions")
    return frozenset(entry.name.split("_")[0] for entry in folder.iterdir() if entry.name[:1].isdigit())


def upgrade_store(url: str) -> None:
    """Make the store behind `url` if it is missing and bring it to this version's schema, all or nothing.

    Raises StoreError: its folder is missing, it is newer than this version, damaged, locked, not writable.
    """
    path = store_path(url)
    if not path.parent.is_dir():
        raise StoreError(
            Message("the folder {parent} of the case store is missing", parent=path.parent),
            Message("a store in a wrong place would start without last night's cases"),
            Message("make the folder, or mend store: in rules.yaml"),
        )
    with store_errors(path):
        revision = _revision(path) if path.exists() else None
        if revision == HEAD:
            return
        if revision is not None and revision not in _known_revisions():
            raise StoreError(
                Message(
                    "the case store {path} has schema {revision}; this version knows it up to {head}",
                    path=path,
                    revision=revision,
                    head=HEAD,
                ),
                Message("an older version writing to a newer store would lose what it does not know"),
                Message("use the newer version of patuh, or name another store with --store"),
            )
        _migrate(path)


def _migrate(path: Path) -> None:
    from alembic import command  # noqa: PLC0415 - only a store that has to change pays for loading Alembic
    from alembic.config import Config  # noqa: PLC0415

    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()
    engine = _engine(path, "BEGIN IMMEDIATE")
    try:
        with as_file(files("cases.store.migrations")) as folder, engine.begin() as opened:
            configuration = Config()
            configuration.set_main_option("script_location", str(folder).replace("%", "%%"))
            configuration.set_main_option("path_separator", "os")
            configuration.attributes["connection"] = opened
            command.upgrade(configuration, "head")
    finally:
        engine.dispose()


@contextmanager
def open_session(url: str, *, write: bool = False) -> Iterator[Session]:
    """Give a session on the store behind `url`; the caller commits, leaving without a commit rolls back.

    `write`: take the writer's lock at the first statement, so that what was read is still so when it is written.
    Raises StoreError: there is no store yet, and all that `upgrade_store` and SQLite may say, also within the block.
    """
    path = store_path(url)
    if not path.exists():
        raise StoreError(
            Message("there is no case store at {path} yet", path=path),
            Message("cases come into being by a scan"),
            Message("run patuh scan, or name the right file with --store"),
        )
    upgrade_store(url)
    engine = _engine(path, "BEGIN IMMEDIATE" if write else "BEGIN")
    try:
        with store_errors(path), Session(engine) as session:
            yield session
    finally:
        engine.dispose()


@dataclass(frozen=True)
class Move:
    """What a person did to a case: `at` aware, `kind` such as 'confirmed', `payload` JSON values."""

    at: datetime
    who: str
    kind: str
    to_stage: str
    payload: Mapping[str, object]


def append_event(session: Session, case: Case, move: Move) -> Event:
    """Append one event to `case`, with the next number of its chain, and set the case's stage to `to_stage`."""
    last = session.exec(select(func.max(Event.seq)).where(Event.case_id == case.id)).one()
    event_row = Event(
        case_id=case.id,
        seq=(last or 0) + 1,
        at=move.at,
        who=move.who,
        kind=move.kind,
        from_stage=case.stage,
        to_stage=move.to_stage,
        payload=json.dumps(move.payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    )
    case.stage = move.to_stage
    session.add_all([case, event_row])
    return event_row
