"""The bulk process's transaction on a PostgreSQL database: reading and writing by COPY."""

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa

from cases.store.postgresql_locks import LOCKS, WRITER, settle

MEMORY = "SET work_mem = '128MB'", "SET temp_buffers = '128MB'", "SET client_min_messages = warning"


class PostgresqlConnection:
    """A transaction on a PostgreSQL database. COPY takes a column's own type only: rows are cast to it here."""

    def __init__(self, url: str) -> None:
        self._connection = adbc.connect(url)
        self.cursor = self._connection.cursor()

    def as_stored(self, table: str, rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
        """Return `rows` with the types that their columns have in `table`; moments written as text are UTC."""
        stored = self._connection.adbc_get_table_schema(table)
        fields = [pa.field(name, stored.field(name).type) for name in rows.schema.names]
        bare = pa.schema([field.with_type(_zoneless(field.type)) for field in fields])
        return pa.RecordBatchReader.from_batches(
            pa.schema(fields), (batch.cast(bare).cast(pa.schema(fields)) for batch in rows)
        )

    def forget(self, table: str) -> None:
        """Drop a temporary table, if there is one."""
        self.cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{table}"')

    def filled(self, table: str) -> None:
        """Count the temporary table: unknown ones are planned as if they held a thousand rows."""
        self.cursor.execute(f'ANALYZE pg_temp."{table}"')

    def commit(self) -> None:
        """Make the transaction last."""
        self._connection.commit()


def _zoneless(kind: pa.DataType) -> pa.DataType:
    return pa.timestamp(kind.unit) if pa.types.is_timestamp(kind) else kind


def open_connection(url: str, write: bool, busy_seconds: int) -> PostgresqlConnection:
    """Begin a transaction on one moment of the store; `write`: nobody else writes until the process ends."""
    opened = PostgresqlConnection(url)
    for statement in (*settle(busy_seconds), *MEMORY):
        opened.cursor.execute(statement)
    if write:
        # The session's lock, not the transaction's: waiting for that one would begin its moment before the wait.
        opened.cursor.execute(f"DO $$ BEGIN PERFORM pg_advisory_lock({LOCKS}, {WRITER}); END $$")
    opened.commit()
    opened.cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    return opened
