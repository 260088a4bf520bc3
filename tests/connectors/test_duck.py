"""A database that is lent again: nothing of the earlier block is left in it."""

from pathlib import Path

import duckdb
import pytest

import connectors.duck
from connectors.duck import borrowed_duck, literal, open_duck

MUCH = "CREATE TABLE much AS SELECT i, md5(i::VARCHAR) AS text FROM range(2000000) AS t(i)"


@pytest.fixture(autouse=True)
def none_idle(monkeypatch: pytest.MonkeyPatch) -> list[duckdb.DuckDBPyConnection]:
    idle: list[duckdb.DuckDBPyConnection] = []
    monkeypatch.setattr(connectors.duck, "_idle", idle)
    return idle


def setting(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    return str(connection.execute("SELECT current_setting(?)", [name]).fetchall()[0][0])


def test_what_one_block_made_the_next_does_not_see(tmp_path: Path, none_idle: list[duckdb.DuckDBPyConnection]) -> None:
    with borrowed_duck(tmp_path / "one", "join_order") as first:
        first.execute("CREATE TABLE kept AS SELECT 1 AS a; CREATE TEMP TABLE passing AS SELECT 2 AS a")
        first.execute("CREATE TEMP VIEW seen AS SELECT a FROM kept; CREATE MACRO twice(x) AS 2 * x")
        assert setting(first, "temp_directory") == str(tmp_path / "one")
        assert setting(first, "disabled_optimizers") == "join_order"
    (lent,) = none_idle
    with borrowed_duck(tmp_path / "two") as second:
        assert none_idle == []
        assert setting(second, "temp_directory") == str(tmp_path / "two")
        assert setting(second, "disabled_optimizers") == ""
        for query in ("FROM kept", "FROM passing", "FROM seen", "SELECT twice(1)"):
            with pytest.raises(duckdb.CatalogException):
                second.execute(query)
    assert none_idle == [lent]


def test_two_blocks_at_once_have_a_database_each(tmp_path: Path) -> None:
    with borrowed_duck(tmp_path / "one") as first, borrowed_duck(tmp_path / "two") as second:
        first.execute("CREATE TABLE a AS SELECT 1")
        with pytest.raises(duckdb.CatalogException):
            second.execute("FROM a")


def test_a_file_that_changes_under_its_name_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    for number in range(3):
        with borrowed_duck(tmp_path / "scratch") as duck:
            duck.execute(f"COPY (SELECT {number} AS a) TO {literal(path)}")
            assert duck.execute(f"FROM {literal(path)}").fetchall() == [(number,)]


def test_a_database_whose_block_failed_is_not_lent_again(
    tmp_path: Path, none_idle: list[duckdb.DuckDBPyConnection]
) -> None:
    with pytest.raises(duckdb.CatalogException), borrowed_duck(tmp_path / "one") as duck:
        duck.execute("FROM nothing")
    assert none_idle == []


def test_a_database_that_spilled_lets_go_of_its_folder(
    tmp_path: Path, none_idle: list[duckdb.DuckDBPyConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connectors.duck, "open_duck", lambda scratch: open_duck(scratch, memory="50MB"))
    with borrowed_duck(tmp_path / "one") as duck:
        duck.execute(MUCH)
        assert list((tmp_path / "one").iterdir()) != []
    assert none_idle == []
    assert list((tmp_path / "one").iterdir()) == []
