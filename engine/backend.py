"""The one seam to the engine that runs the SQL: DuckDB in this process."""

from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import pyarrow as pa

from connectors.duck import literal, open_duck
from connectors.parquet_writing import PASSING


class Backend(Protocol):
    """What detection asks of an SQL engine."""

    def run(self, sql: str) -> None:
        """Execute a statement."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a small result."""

    def table(self, name: str, content: pa.Table) -> None:
        """Make a small table of constants."""

    def write(self, sql: str, path: Path) -> None:
        """Stream a result into a Parquet file."""


class DuckBackend:
    """DuckDB, spilling to `scratch`; use it in a `with` block."""

    def __init__(self, scratch: Path) -> None:
        self._connection = open_duck(scratch)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def run(self, sql: str) -> None:
        """Execute a statement."""
        self._connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a small result."""
        return self._connection.execute(sql).fetchall()

    def table(self, name: str, content: pa.Table) -> None:
        """Make a small table of constants."""
        self._connection.register("incoming_constants", content)
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM incoming_constants")
        self._connection.unregister("incoming_constants")

    def write(self, sql: str, path: Path) -> None:
        """Stream a result into a Parquet file."""
        self._connection.execute(f"COPY ({sql}) TO {literal(path)} {PASSING}")
