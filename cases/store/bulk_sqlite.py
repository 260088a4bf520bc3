"""The bulk process's transaction on an SQLite file."""

import adbc_driver_sqlite.dbapi as adbc
import pyarrow as pa

from cases.store.bulk import BATCH_ROWS

CACHE_KIB = 98_304
"""Pages of the store held in memory; what exceeds it goes to the write-ahead log early."""


class SqliteConnection:
    """A transaction on an SQLite file: days go in as ISO text, yes and no as 1 and 0, as its sessions read them."""

    def __init__(self, path: str) -> None:
        self._connection = adbc.connect(path)
        self._renew()

    def _renew(self) -> None:
        self.cursor = self._connection.cursor()
        self.cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": BATCH_ROWS})

    def as_stored(self, _table: str, rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
        """Return `rows`: a column takes any type."""
        return rows

    def forget(self, table: str) -> None:
        """Drop a temporary table, if there is one."""
        self.cursor.execute(f'DROP TABLE IF EXISTS temp."{table}"')

    def filled(self, _table: str) -> None:
        """Nothing: the order of a join is said in the query."""

    def commit(self) -> None:
        """Make the transaction last; a statement that is still open would keep it from ending."""
        self.cursor.close()
        self._connection.commit()
        self._renew()


def open_connection(path: str, write: bool, busy_seconds: int) -> SqliteConnection:
    """Begin a transaction; `write`: with the file's write lock, for which it waits so many seconds."""
    opened = SqliteConnection(path)
    opened.cursor.execute(f"PRAGMA busy_timeout={busy_seconds * 1000}")
    opened.cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    # What is purged must not lie in free pages of the file for who reads it with another program.
    opened.cursor.execute("PRAGMA secure_delete=ON")
    if write:
        # The driver begins without a lock: the first statement that may write takes it, though it changes no row.
        opened.cursor.execute("DELETE FROM alembic_version WHERE version_num IS NULL")
    return opened
