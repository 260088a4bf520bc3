"""Where cases are kept: what every kind of database behind the store has to answer, and which kind a URL names.

A store is an SQLite file (`sqlite:///path`) or a PostgreSQL database (`postgresql://user@host/database`: all that
libpq reads, save a password). What differs between the two stands in `cases.store.sqlite` and
`cases.store.postgresql`; nothing else asks which one it is.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from rules.errors import Message, StoreError
from rules.store_url import is_postgresql

BUSY_SECONDS = 120
"""How long a writer waits for another one before it gives up; a scan has the store for itself for some seconds."""

Meaning = tuple[Sequence[str], Message, Message, Message]
"""Signs of what a database said (in small letters), then what, why and remedy; {path} and {error} are filled in."""


class Place(Protocol):
    """One store: a database that is there, or may come to be."""

    @property
    def name(self) -> str | Path:
        """How messages name it: a path, or a URL."""

    @property
    def bulk(self) -> tuple[str, str]:
        """The kind of worker that `cases.store.bulk` has to start, and what that connects to."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What its driver raises."""

    @property
    def meanings(self) -> Sequence[Meaning]:
        """What the things that it may say mean; the first sign found decides."""

    def look(self) -> None:
        """Look before anything is made. Raises UsageError: it cannot be a store, StoreError: it is something else."""

    def revision(self) -> str | None:
        """Return the revision of its schema; None: there is no store yet. Raises StoreError and `errors`."""

    def prepare(self) -> None:
        """Make or check what the first migration needs beside a connection. Raises StoreError and `errors`."""

    def engine(self, *, write: bool, kept: bool = False) -> Engine:
        """Return an engine. `write`: each transaction waits first until nobody else writes; otherwise it only reads.

        `kept`: connections stay open between transactions, and one that has lost its store is made anew.
        """

    def lock_file(self, state: Path) -> Path:
        """Return the lock file that keeps other scans on this machine out; `state` is the run's folder."""

    def scans_elsewhere(self, holder: str) -> AbstractContextManager[None]:
        """Keep scans on other machines out while the block runs. Raises ScanRunningError, StoreError."""

    def scanning(self, session: Session) -> str | None:
        """Return the run that `scans_elsewhere` keeps others out for, on whatever machine; None: there is none."""


def place_of(url: str) -> Place:
    """Return the store behind `url`. Raises StoreError for anything but an SQLite file or a PostgreSQL database."""
    from cases.store import postgresql, sqlite  # noqa: PLC0415 - they build on this module

    if is_postgresql(url):
        return postgresql.place_of(url)
    return sqlite.place_of(url)


def as_store_error(text: str, place: Place) -> StoreError:
    """Return what a database said as an error that says what, why and what to do. Its first line only is shown."""
    said = text.strip().splitlines()[0] if text.strip() else "no reason given"
    for signs, what, why, remedy in place.meanings:
        if any(sign in text.lower() for sign in signs):
            return StoreError(Message(what.template, path=place.name, error=said), why, remedy)
    return StoreError(
        Message("the case store {path} failed: {said}", path=place.name, said=said),
        Message("nothing was written; the store is as it was before"),
        Message("keep the store as it is and report this message"),
    )


@contextmanager
def store_errors(place: Place) -> Iterator[None]:
    """Turn errors of the database and of SQLAlchemy inside the block into StoreError."""
    try:
        yield
    except DatabaseError as error:
        raise as_store_error(str(error.orig), place) from error
    except place.errors as error:
        raise as_store_error(str(error), place) from error
