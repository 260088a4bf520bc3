"""Opening a store: made, upgraded, refused with words; the migrations give the models."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel, select

from cases.store.chain import Move, append_event, payload_of
from cases.store.database import HEAD, open_session, upgrade_store
from cases.store.models import Case, Event
from cases.store.place import as_store_error, place_of
from rules.errors import StoreError
from tests.cases.stores import Store

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights


UNCHECKED = {"finding", "case_file", "event", "party_identifier"}
"""Tables whose references PostgreSQL does not check row by row: a scan fills them in bulk."""


def test_the_migrations_give_exactly_the_models(store: Store) -> None:
    engine = place_of(store.url).engine(write=False)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    kept = [one for one in differences if one[0] != "add_fk" or one[1].table.name not in UNCHECKED]
    # People are kept where a database has logins, and are read past the models; full text is each database's own.
    there = {(one[0], one[1].name) for one in kept}
    words = {("remove_table", f"party_word{part}") for part in ("", "_config", "_data", "_idx")}
    own = {("remove_table", "person"), ("remove_index", "ix_party_word")}
    assert there == (own if store.url.startswith("postgresql") else words)


def test_the_head_that_opening_knows_is_the_newest_migration() -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(files("cases.store.migrations")))
    configuration.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(configuration).get_current_head() == HEAD


def test_a_store_is_in_wal_mode_and_upgrading_it_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "patuh.db"
    upgrade_store(f"sqlite:///{path}")
    before = path.read_bytes()
    upgrade_store(f"sqlite:///{path}")
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("verb", ["UPDATE event SET who = 'x'", "DELETE FROM event", "TRUNCATE event"])
def test_events_cannot_be_edited(nights: Nights, say: Callable[..., dict[str, Any]], verb: str) -> None:
    if verb.startswith("TRUNCATE") and nights.url.startswith("sqlite"):
        return  # SQLite has no such statement
    nights.run(0, say("A"))
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="events are appended, never edited"):
        nights.change(verb)


def test_a_person_moves_a_case_by_an_event(nights: Nights, say: Callable[..., dict[str, Any]]) -> None:
    nights.run(0, say("A"))
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    with open_session(nights.url, write=True) as session:
        case = session.exec(select(Case)).one()
        append_event(session, case, Move(moment, "sari", "confirmed", "confirmed", {"queue": "disnaker"}, bytes(32)))
        session.commit()
    with open_session(nights.url) as session:
        assert session.exec(select(Case.stage)).all() == ["confirmed"]
        last = session.exec(select(Event).order_by(Event.seq.desc())).first()  # type: ignore[attr-defined]
        assert last is not None
        assert (last.seq, last.at, last.from_stage) == (2, moment, "flagged")
        assert payload_of(session, last.case_id, 2) == '{"queue":"disnaker"}'


def test_leaving_a_session_without_a_commit_changes_nothing(nights: Nights, say: Callable[..., dict[str, Any]]) -> None:
    nights.run(0, say("A"))
    with open_session(nights.url, write=True) as session:
        session.exec(select(Case)).one().stage = "confirmed"
        session.flush()
    assert nights.ask("SELECT stage FROM case_file") == ["flagged"]


def refused(url: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        upgrade_store(url)
    return caught.value


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = refused(f"sqlite:///{tmp_path}/none/patuh.db")
    assert error.what == f"the folder {tmp_path}/none of the case store is missing"
    assert "make the folder" in error.remedy


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite://", "nonsense"])
def test_a_url_that_names_no_store_is_refused(url: str) -> None:
    assert "write store: sqlite:///patuh.db, or postgresql://" in refused(url).remedy


def test_a_newer_schema_is_refused(tmp_path: Path, empty_store: Path) -> None:
    path = tmp_path / "newer.db"
    path.write_bytes(empty_store.read_bytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert f"has schema 9999; this version knows it up to {HEAD}" in refused(f"sqlite:///{path}").what


def test_another_programs_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE theirs (id)")
    assert "is an SQLite file but no case store" in refused(f"sqlite:///{path}").what


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "damaged.db"
    path.write_bytes(b"this is no database at all" * 100)
    error = refused(f"sqlite:///{path}")
    assert "is damaged or is no case store" in error.what
    assert "backup" in error.remedy


def test_reading_where_no_store_is_says_so_and_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "patuh.db"
    with pytest.raises(StoreError, match="there is no case store at"), open_session(f"sqlite:///{path}"):
        pass
    assert not path.exists()


FULL = {
    "sqlite": "PRAGMA max_page_count = 1",
    "postgresql": "DO $$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: no space'; END $$",
}


def test_a_full_disk_while_writing_leaves_the_store_as_it_was(
    nights: Nights, say: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cases.store.channel import BulkStore  # noqa: PLC0415

    nights.run(0, say("A"))
    before = nights.dump()
    began = BulkStore.append

    def full(store: BulkStore, table: str, path: Path) -> None:
        store.prepare(FULL[nights.url.partition(":")[0]])
        began(store, table, path)

    monkeypatch.setattr(BulkStore, "append", full)
    with pytest.raises(StoreError) as caught:
        nights.run(1, *(say(f"B{number}", name="x" * 50, evidence="1" * 3000) for number in range(60)))
    assert "could not be written: " in caught.value.what
    assert "free space" in caught.value.remedy
    assert nights.dump() == before


@pytest.mark.parametrize(
    ("said", "what", "remedy"),
    [
        ("database is locked", "is locked by another process", "wait until the other command has ended"),
        ("database or disk is full", "could not be written: database or disk is full", "free space"),
        ("disk I/O error", "could not be written: disk I/O error", "free space"),
        ("attempt to write a readonly database", "may not be written", "give this user the right"),
        ("unable to open database file", "cannot be opened", "make the folder"),
        ("database disk image is malformed", "is damaged", "latest backup"),
        ("no such table: finding", "is not a case store as this version knows it", "name the right file"),
        ("something else", "failed: something else", "report this message"),
    ],
)
def test_what_sqlite_says_becomes_what_why_and_do(said: str, what: str, remedy: str) -> None:
    error = as_store_error(said, place_of("sqlite:///patuh.db"))
    assert what in error.what
    assert error.why
    assert remedy in error.remedy
