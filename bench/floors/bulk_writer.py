"""The fastest way found to put rows into a store: ADBC in a process of its own, one transaction, Parquet to table.

Usage: bulk_writer.py URL FOLDER SCRIPT. Waits for a line on stdin, then runs the script: SQL statements, and the
lines `append TABLE` and `temporary TABLE`, which load FOLDER/TABLE.parquet.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

BATCH = 65_536


def main(url: str, folder: Path, script: Path) -> None:
    kind = url.partition(":")[0]
    connection = import_module(f"adbc_driver_{kind}.dbapi").connect(url.removeprefix("sqlite:///"))
    cursor = connection.cursor()
    for statement in BEGINNINGS[kind]:
        cursor.execute(statement)
    if kind == "sqlite":
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": BATCH})
    sys.stdin.readline()
    for line in script.read_text(encoding="utf-8").split(";\n"):
        words = line.split()
        if not words:
            continue
        path = folder / f"{words[1]}.parquet"
        if words[0] == "append":
            append(cursor, words[1], path, connection.adbc_get_table_schema if kind == "postgresql" else None)
        elif words[0] == "temporary":
            temporary(cursor, words[1], path)
            if kind == "postgresql":
                cursor.execute(f"ANALYZE {words[1]}")
        elif words[0] == "SELECT":
            cursor.execute(line)
            with cursor.fetch_record_batch() as reader:
                sum(batch.num_rows for batch in reader)
        else:
            cursor.execute(line)
    cursor.close()
    connection.commit()
    # The product's own writer leaves the rest of the write-ahead log to the next one who opens the store: so does this.
    os._exit(0)


BEGINNINGS = {
    "sqlite": ("PRAGMA cache_size=-131072",),
    "postgresql": ("SET TIME ZONE 'UTC'", "SET work_mem = '128MB'", "SET temp_buffers = '128MB'", "SET jit = off"),
}


def append(cursor: Any, table: str, path: Path, stored: Callable[[str], pa.Schema] | None) -> None:  # noqa: ANN401
    """Load the file; `stored` gives a table's types where COPY takes those only, and SQLite takes what comes."""
    with parquet.ParquetFile(path) as file:
        if not file.metadata.num_rows:
            return
        kinds, batches = file.schema_arrow, file.iter_batches(batch_size=BATCH)
        if stored:
            columns = stored(table)
            kinds = pa.schema([columns.field(name) for name in kinds.names])
            batches = (cast(batch, kinds) for batch in batches)
        cursor.adbc_ingest(table, pa.RecordBatchReader.from_batches(kinds, batches), mode="append")


def cast(batch: pa.RecordBatch, kinds: pa.Schema) -> pa.RecordBatch:
    """Text becomes the moment in UTC that it says, and so on."""
    bare = [
        field.with_type(pa.timestamp(field.type.unit)) if pa.types.is_timestamp(field.type) else field
        for field in kinds
    ]
    return batch.cast(pa.schema(bare)).cast(kinds)


def temporary(cursor: Any, table: str, path: Path) -> None:  # noqa: ANN401
    with parquet.ParquetFile(path) as file:
        batches = file.iter_batches(batch_size=BATCH)
        reader = pa.RecordBatchReader.from_batches(file.schema_arrow, batches)
        cursor.adbc_ingest(table, reader, mode="create", temporary=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
