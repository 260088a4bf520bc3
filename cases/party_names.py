"""What the registers call known parties tonight: a name that none of them says any more is replaced.

No event tells of it: a name is no move of a case, and it is personal data where a party is a human being.
"""

from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from cases.night import OpenRows
from cases.store.channel import BulkStore
from cases.store.name_words import kept_words
from connectors.duck import literal
from engine.findings import Detection


def rename(
    duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, before: OpenRows, into: Path
) -> None:
    """Make `renamed` (id, name): known parties with findings tonight, none of which says the name that is stored.

    Where they say several names it is that of the first by rule and subject; the store's stays while one says it.
    """
    duck.execute("CREATE TABLE renamed (id BIGINT, name VARCHAR)")
    if not before.last["party"]:
        return
    stored = store.query("SELECT id, name FROM party", "party_names")
    duck.execute(
        f"""INSERT INTO renamed
        WITH tonight AS (
            SELECT row, party_id FROM stood WHERE row IS NOT NULL
            UNION ALL SELECT row, party_id FROM arrival
            UNION ALL SELECT row, party_id FROM change WHERE kind = 'same'),
        called AS (
            SELECT t.party_id AS id, t.row, f.party_name AS name
            FROM read_parquet({literal(detection.findings)}, file_row_number = true) f
            JOIN tonight t ON t.row = f.file_row_number WHERE f.party_name IS NOT NULL)
        SELECT c.id, arg_min(c.name, c.row)
        FROM called c JOIN read_parquet({literal(stored)}) p ON p.id = c.id
        GROUP BY c.id HAVING NOT coalesce(bool_or(c.name = CAST(p.name AS VARCHAR)), false)"""
    )


def with_words(path: Path) -> None:
    """Add to a file of parties with their names the words that these are found by, group of rows by group."""
    whole = path.with_suffix(".named")
    path.rename(whole)
    with parquet.ParquetFile(whole) as named:
        schema = named.schema_arrow.append(pa.field("words", pa.string()))
        with parquet.ParquetWriter(path, schema, compression="none") as writer:
            for batch in named.iter_batches():
                words = [kept_words(name) for name in batch.column("name").to_pylist()]
                writer.write_batch(pa.record_batch([*batch.columns, pa.array(words, pa.string())], schema=schema))
    whole.unlink()
