"""The one way a DuckDB connection is opened: bounded memory, no network, no downloaded extension."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

_idle: list[duckdb.DuckDBPyConnection] = []
"""Databases of this process that lie empty between two loans."""

# Objects of its library that outlive the interpreter make it complain on stderr.
atexit.register(_idle.clear)


def open_duck(scratch: Path, memory: str = "600MB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Return a connection that spills to `scratch` (made if missing) and never installs or loads an extension."""
    scratch.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory,
            "threads": threads,
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": True,
        },
    )
    connection.execute("SET enable_progress_bar = false")
    return connection


@contextmanager
def borrowed_duck(scratch: Path, disabled_optimizers: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a connection like that of `open_duck` for a block that changes no other setting; empty at its beginning.

    A database costs some 35 ms of processor time to make, more than a small register to read: one that was lent before
    is lent again, unless its block failed or spilled.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    database = _idle.pop() if _idle else open_duck(scratch)
    try:
        database.execute(f"SET temp_directory = {literal(scratch)}")
        database.execute(f"SET disabled_optimizers = {literal(disabled_optimizers)}")
        # What was read of a file is not kept: another may stand under the same name.
        database.execute("SET enable_external_file_cache = false")
        database.execute("ATTACH ':memory:' AS loan")
        with database.cursor() as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute("USE loan")
            yield connection
        database.execute("DETACH loan")
    except BaseException:
        database.close()
        raise
    _take_back(database)


def _take_back(database: duckdb.DuckDBPyConnection) -> None:
    try:
        database.execute("SET temp_directory = ''")
    except duckdb.NotImplementedException:  # it has spilled, and holds on to its folder
        database.close()
    else:
        _idle.append(database)


def copy_in_order(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    """Write a result as Parquet that is read again the same night, row by row in its own order.

    By one thread: with two, and what else is held near the bound of memory, DuckDB 2.0 waits for memory for ever.
    """
    ((threads,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    connection.execute("SET threads = 1")
    connection.execute(f"COPY ({sql}) TO {literal(path)} (FORMAT parquet, COMPRESSION uncompressed)")
    connection.execute(f"SET threads = {threads}")


def literal(value: str | Path) -> str:
    """Return `value` as an SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def day_literal(day: date) -> str:
    """Return `day` as an SQL literal of type DATE."""
    return f"DATE '{day.isoformat()}'"


def quoted(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
