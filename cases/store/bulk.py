"""The child process that reads and writes the case store in bulk by ADBC. Started by `cases.store.channel`.

ADBC brings an SQLite of its own, and two SQLite libraries in one process drop each other's locks: so it lives here,
alone. It knows no table and decides nothing; it obeys lines of JSON on stdin and answers each with one on stdout:

    {"do": "query", "sql": …, "into": path}          rows as Parquet
    {"do": "temporary", "table": …, "path": path}    a Parquet file as a temporary table
    {"do": "append", "table": …, "path": path}       a Parquet file appended to a table
    {"do": "execute", "sql": …}                      one statement
    {"do": "commit"}                                 make it last

All between the start and `commit` is one transaction on one snapshot: a store that somebody else changed after the
first query refuses the first write. The end of stdin, or of this process, without `commit` leaves it as it was.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Literal

import adbc_driver_sqlite.dbapi as adbc
import pyarrow as pa
from pyarrow import parquet

BATCH_ROWS = 65_536
CACHE_KIB = 131_072
"""Pages of the store held in memory; what exceeds it goes to the write-ahead log early."""


class Worker:
    """One connection and what it can be asked to do."""

    def __init__(self, path: str, busy_milliseconds: int) -> None:
        self._connection = adbc.connect(path)
        self._cursor = self._connection.cursor()
        self._cursor.execute(f"PRAGMA busy_timeout={busy_milliseconds}")
        self._cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        self._cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": BATCH_ROWS})
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
        self._cursor.execute(order["sql"])
        rows = 0
        with (
            self._cursor.fetch_record_batch() as reader,
            parquet.ParquetWriter(order["into"], reader.schema, compression="none", use_dictionary=False) as writer,
        ):
            for batch in reader:
                rows += batch.num_rows
                writer.write_batch(batch)
        return rows

    def _ingest(self, order: Mapping[str, str], mode: Literal["append", "create"]) -> int:
        with parquet.ParquetFile(order["path"]) as file:
            batches = file.iter_batches(batch_size=BATCH_ROWS)
            reader = pa.RecordBatchReader.from_batches(file.schema_arrow, batches)
            self._cursor.adbc_ingest(order["table"], reader, mode=mode, temporary=mode == "create")
            return int(file.metadata.num_rows)

    def _temporary(self, order: Mapping[str, str]) -> int:
        self._cursor.execute(f'DROP TABLE IF EXISTS temp."{order["table"]}"')
        return self._ingest(order, "create")

    def _append(self, order: Mapping[str, str]) -> int:
        return self._ingest(order, "append")

    def _execute(self, order: Mapping[str, str]) -> int:
        self._cursor.execute(order["sql"])
        return 0

    def _commit(self, _order: Mapping[str, str]) -> int:
        self._cursor.close()
        self._connection.commit()
        self._cursor = self._connection.cursor()
        return 0


def serve(path: str, busy_milliseconds: int) -> None:
    """Answer orders until stdin ends. An order that fails is answered with its error; the next ones are refused."""
    failed = ""
    worker = None
    for line in sys.stdin:
        try:
            if failed:
                raise RuntimeError(failed)
            worker = worker or Worker(path, busy_milliseconds)
            answer: dict[str, object] = {"rows": worker.obey(json.loads(line))}
        except Exception as error:
            failed = failed or f"{error}" or type(error).__name__
            answer = {"error": failed}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
