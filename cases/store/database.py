"""The way in to the case store: open, upgrade, and turn what its database says into words.

A store is named by an SQLAlchemy-like URL; which kinds there are stands in `cases.store.place`. The bulk reader and
writer of a scan (`cases.store.bulk`) runs in a process of its own and is not opened here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from sqlmodel import Session

from cases.store.place import Place, place_of, store_errors
from rules.errors import Message, StoreError

HEAD = "0020"
"""The newest revision in `migrations/versions`; kept here so that opening a store need not load Alembic."""


def store_exists(url: str) -> bool:
    """Say whether there is a store behind `url`. Raises StoreError: something else is there, it cannot be reached."""
    place = place_of(url)
    with store_errors(place):
        return place.revision() is not None


def upgrade_store(url: str) -> None:
    """Make the store behind `url` if it is missing and bring it to this version's schema, all or nothing.

    Raises StoreError: its folder is missing, it is newer than this version, damaged, locked, not writable.
    """
    place = place_of(url)
    with store_errors(place):
        _upgrade(place, place.revision())


def _upgrade(place: Place, revision: str | None) -> None:
    if revision == HEAD:
        return
    if revision is not None and revision not in _known_revisions():
        raise StoreError(
            Message(
                "the case store {path} has schema {revision}; this version knows it up to {head}",
                path=place.name,
                revision=revision,
                head=HEAD,
            ),
            Message("an older version writing to a newer store would lose what it does not know"),
            Message("use the newer version of patuh, or name another store with --store"),
        )
    _migrate(place)


def _known_revisions() -> frozenset[str]:
    folder = files("cases.store.migrations").joinpath("versions")
    return frozenset(entry.name.split("_")[0] for entry in folder.iterdir() if entry.name[:1].isdigit())


def _migrate(place: Place) -> None:
    from alembic import command  # noqa: PLC0415 - only a store that has to change pays for loading Alembic
    from alembic.config import Config  # noqa: PLC0415

    place.prepare()
    engine = place.engine(write=True)
    try:
        with as_file(files("cases.store.migrations")) as folder, engine.begin() as opened:
            configuration = Config()
            configuration.set_main_option("script_location", str(folder).replace("%", "%%"))
            configuration.set_main_option("path_separator", "os")
            configuration.attributes["connection"] = opened
            command.upgrade(configuration, "head")
    finally:
        engine.dispose()


class OpenStore:
    """A store that is kept open for who asks it again and again; every session is one transaction.

    Raises StoreError: there is no store yet, and all that `upgrade_store` may say.
    """

    def __init__(self, url: str, *, kept: bool = True) -> None:
        self.url = url
        self._place = place = place_of(url)
        with store_errors(place):
            revision = place.revision()
            if revision is None:
                raise StoreError(
                    Message("there is no case store at {path} yet", path=place.name),
                    Message("cases come into being by a scan"),
                    Message("run patuh scan, or name the right file with --store"),
                )
            _upgrade(place, revision)
        self._engines = {write: place.engine(write=write, kept=kept) for write in (False, True)}

    @contextmanager
    def session(self, *, write: bool = False) -> Iterator[Session]:
        """Give a session; the caller commits, leaving without a commit rolls back.

        `write`: wait until nobody else writes and keep them waiting, so that what was read is still so when it is
        written. Without it the session reads one moment of the store and can write nothing.
        Raises StoreError, also within the block.
        """
        with store_errors(self._place), Session(self._engines[write]) as session:
            yield session

    def close(self) -> None:
        """Close what is open."""
        for engine in self._engines.values():
            engine.dispose()


@contextmanager
def open_session(url: str, *, write: bool = False) -> Iterator[Session]:
    """Give one session on the store behind `url`, as `OpenStore` does; the caller commits."""
    store = OpenStore(url, kept=False)
    try:
        with store.session(write=write) as session:
            yield session
    finally:
        store.close()
