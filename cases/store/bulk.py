"""The child process that reads and writes the case store in bulk by ADBC. Started by `cases.store.channel`.

ADBC brings an SQLite of its own, and two SQLite libraries in one process drop each other's locks: so it lives here,
alone. It knows no table and decides nothing; it obeys lines of JSON on stdin and answers each with one on stdout:

    {"do": "query", "sql": …, "into": path}          rows as Parquet
    {"do": "temporary", "table": …, "path": path}    a Parquet file as a temporary table
    {"do": "append", "table": …, "path": path}       a Parquet file appended to a table
    {"do": "execute", "sql": …}                      one statement
    {"do": "commit"}                                 make it last

All between the start and `commit` is one transaction on one moment of the store; one that may write keeps every other
writer waiting from before its first order on. The end of stdin, or of this process, without `commit` leaves the store
as it was.
"""

import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Protocol

import pyarrow as pa
from pyarrow import parquet

BATCH_ROWS = 32_768

KINDS = {"sqlite": "cases.store.bulk_sqlite", "postgresql": "cases.store.bulk_postgresql"}
"""Kind of store to the module whose `open_connection` begins a transaction on it; only that driver is loaded."""


class Connection(Protocol):
    """One transaction of one driver; what the drivers do alike is asked of its `cursor`."""

    cursor: Any

    def as_stored(self, table: str, rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
        """Return `rows` with the types in which they have to arrive at `table`."""

    def forget(self, table: str) -> None:
        """Drop a temporary table, if there is one."""

    def filled(self, table: str) -> None:
        """Make it known to the database that a temporary table has its rows."""

    def commit(self) -> None:
        """Make the transaction last."""


class Worker:
    """One connection and what it can be asked to do."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._commands: Mapping[str, Callable[[Mapping[str, str]], int]] = {
            "query": self._query,
            "temporary": self._temporary,
            "append": self._append,
            "execute": self._execute,
            "commit": self._commit,
        }

    def obey(self, order: Mapping[str, str]) -> int:
        """Do one order and return how many rows it read or wrote (0 where that has no meaning)."""
        return self._commands[order["do"]](order)

    def _query(self, order: Mapping[str, str]) -> int:
        cursor = self._connection.cursor
        cursor.execute(order["sql"])
        rows = 0
        with (
            cursor.fetch_record_batch() as reader,
            parquet.ParquetWriter(order["into"], reader.schema, compression="none", use_dictionary=False) as writer,
        ):
            for batch in reader:
                rows += batch.num_rows
                writer.write_batch(batch)
        return rows

    def _temporary(self, order: Mapping[str, str]) -> int:
        table = order["table"]
        self._connection.forget(table)
        with _opened(order["path"]) as file:
            self._connection.cursor.adbc_ingest(table, _rows(file), mode="create", temporary=True)
            self._connection.filled(table)
            return int(file.metadata.num_rows)

    def _append(self, order: Mapping[str, str]) -> int:
        table = order["table"]
        with _opened(order["path"]) as file:
            self._connection.cursor.adbc_ingest(table, self._connection.as_stored(table, _rows(file)), mode="append")
            return int(file.metadata.num_rows)

    def _execute(self, order: Mapping[str, str]) -> int:
        self._connection.cursor.execute(order["sql"])
        return 0

    def _commit(self, _order: Mapping[str, str]) -> int:
        self._connection.commit()
        return 0


def _opened(path: str) -> parquet.ParquetFile:
    """Open a file to be read piece by piece; by default its bytes would all be fetched ahead."""
    return parquet.ParquetFile(path, pre_buffer=False)


def _rows(file: parquet.ParquetFile) -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches(batch_size=BATCH_ROWS))


def serve(kind: str, target: str, write: bool, busy_seconds: int) -> None:
    """Answer orders until stdin ends. An order that fails is answered with its error; the next ones are refused."""
    failed = ""
    worker = None
    for line in sys.stdin:
        try:
            if failed:
                raise RuntimeError(failed)
            if worker is None:
                worker = Worker(import_module(KINDS[kind]).open_connection(target, write, busy_seconds))
            answer: dict[str, object] = {"rows": worker.obey(json.loads(line))}
        except Exception as error:
            failed = failed or f"{error}" or type(error).__name__
            answer = {"error": failed}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
