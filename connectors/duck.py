"""The one way a DuckDB connection is opened: bounded memory, no network, no downloaded extension."""

from datetime import date
from pathlib import Path

import duckdb


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


def literal(value: str | Path) -> str:
    """Return `value` as an SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def day_literal(day: date) -> str:
    """Return `day` as an SQL literal of type DATE."""
    return f"DATE '{day.isoformat()}'"


def quoted(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
