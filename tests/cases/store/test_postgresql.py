"""What is PostgreSQL's alone: who is let in, what its server says, and its locks."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from cases.store.database import HEAD, open_session, store_exists, upgrade_store
from cases.store.place import as_store_error, place_of
from cases.store.postgresql import PostgresqlDatabase
from cases.store.postgresql_locks import LOCKS, SCAN
from rules.errors import ScanRunningError, StoreError, UsageError
from tests.cases.postgresql_server import Server
from tests.cases.stores import PostgresqlStore

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "url", ["postgresql://sari:rahasia@host/db", "postgres://host/db?user=sari&password=rahasia", "postgresql://[x/db"]
)
def test_a_password_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError, match="the store's URL holds a password") as caught:
        place_of(url)
    assert "rahasia" not in str(caught.value)
    assert "~/.pgpass" in caught.value.remedy


def refused(url: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        upgrade_store(url)
    return caught.value


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    error = refused(f"postgresql://patuh@/cases?host={tmp_path}")
    assert "cannot be reached: " in error.what
    assert "see that the database server runs" in error.remedy


def test_a_database_that_is_not_there(postgresql: Server) -> None:
    error = refused(postgresql.url("nowhere"))
    assert "cannot be opened: connection failed" in error.what
    assert 'database "nowhere" does not exist' in error.what
    assert "createdb" in error.remedy


def test_somebody_whom_the_server_does_not_know(postgresql: Server) -> None:
    error = refused(postgresql.url("empty", user="siapa"))
    assert "does not let this person in: " in error.what
    assert "ask its administrator for a login" in error.remedy


def test_somebody_without_the_right_to_write(postgresql: Server) -> None:
    database = postgresql.create("empty")
    postgresql.run("CREATE ROLE tamu LOGIN")
    with psycopg.connect(postgresql.url(database)) as connection:
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO tamu")
    with pytest.raises(StoreError) as caught, open_session(postgresql.url(database, "tamu"), write=True) as session:
        session.connection().exec_driver_sql("INSERT INTO party (id, kind) VALUES (1, 'employer')")
    assert "does not allow this: permission denied for table party" in caught.value.what
    assert "ask the administrator" in caught.value.remedy


def test_a_reading_session_writes_nothing(postgresql: Server) -> None:
    with pytest.raises(StoreError, match="read-only transaction"), open_session(postgresql.url("empty")) as session:
        session.connection().exec_driver_sql("INSERT INTO party (id, kind) VALUES (1, 'employer')")


def test_another_programs_database_is_refused(postgresql: Server) -> None:
    store = PostgresqlStore(postgresql, postgresql.create())
    store.change("CREATE TABLE theirs (id integer)")
    assert "is a PostgreSQL database but no case store" in refused(store.url).what
    assert not store.there()


def test_a_newer_schema_is_refused(postgresql: Server) -> None:
    store = PostgresqlStore(postgresql, postgresql.create("empty"))
    store.change("UPDATE alembic_version SET version_num = '9999'")
    assert f"has schema 9999; this version knows it up to {HEAD}" in refused(store.url).what


def test_a_database_that_sorts_by_a_language_is_refused(postgresql: Server) -> None:
    postgresql.run("CREATE DATABASE sorted TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'id' LOCALE 'C'")
    error = refused(postgresql.url("sorted"))
    assert "does not sort by bytes" in error.what
    assert "createdb --template=template0 --encoding=UTF8 --locale=C" in error.remedy


def test_a_database_without_tables_is_no_store_yet(postgresql: Server) -> None:
    url = postgresql.url(postgresql.create())
    assert not store_exists(url)
    with pytest.raises(StoreError, match="there is no case store at"), open_session(url):
        pass
    upgrade_store(url)
    assert store_exists(url)


HOLD = """
import sys, time
from cases.store.place import place_of
with place_of(sys.argv[1]).scans_elsewhere("run 7"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_scan_on_another_machine_keeps_this_one_out_until_it_ends(postgresql: Server) -> None:
    place = PostgresqlDatabase(postgresql.url("empty"))
    other = subprocess.Popen([sys.executable, "-c", HOLD, place.url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    try:
        with (
            pytest.raises(ScanRunningError, match=r"another scan is running \(run 7\)"),
            place.scans_elsewhere("run 8"),
        ):
            pytest.fail("two scans hold one store")
    finally:
        other.kill()
        other.communicate()
    with psycopg.connect(place.url) as connection:  # the server notices the end of a process by itself
        connection.execute("SET lock_timeout = '30s'")
        connection.execute(f"SELECT pg_advisory_lock({LOCKS}, {SCAN})".encode())
    with place.scans_elsewhere("run 9"):
        pass


@pytest.mark.parametrize(
    ("said", "what", "remedy"),
    [
        ("canceling statement due to lock timeout", "is locked by another process", "wait until the other command"),
        ("deadlock detected", "is locked by another process", "wait until the other command has ended"),
        ("could not extend file: No space left on device", "could not be written: ", "disk of the database server"),
        ('FATAL: password authentication failed for user "x"', "does not let this person in", "~/.pgpass"),
        ('relation "finding" does not exist', "is not a case store as this version knows it", "the right database"),
        ("server closed the connection unexpectedly", "cannot be reached", "see that the database server runs"),
        ("something else\nDETAIL: Key (npwp)=(1) exists", "failed: something else", "report this message"),
    ],
)
def test_what_the_server_says_becomes_what_why_and_do(said: str, what: str, remedy: str) -> None:
    error = as_store_error(said, place_of("postgresql://db/patuh"))
    assert what in error.what
    assert "npwp" not in error.what
    assert error.why
    assert remedy in error.remedy


def test_an_older_server_is_refused(monkeypatch: pytest.MonkeyPatch, postgresql: Server) -> None:
    monkeypatch.setattr("cases.store.postgresql.OLDEST", 99)
    assert "; Patuh needs 99 or newer" in refused(postgresql.url("empty")).what
