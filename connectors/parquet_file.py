"""Parquet: columns keep their types; a file that is already as landing would write it is kept byte for byte."""

from pathlib import Path

import duckdb

from connectors.duck import literal
from connectors.file_bytes import source_file
from connectors.kept_content import sha256_of
from connectors.raw import Raw, check_columns, unreadable
from rules.configuration import Source
from rules.errors import Message


class ParquetFile:
    """Reads one Parquet file."""

    def sha256(self, source: Source) -> str | None:
        """Return the hash of the file. Raises SourceError when it is not there."""
        return sha256_of(source_file(source))

    def open(self, source: Source, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Raw:
        """Return the file itself as the relation; its row numbers are those of the file."""
        del scratch
        path = source_file(source)
        relation = f"read_parquet({literal(path)}, file_row_number=true)"
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})").fetchall()
        except duckdb.Error as error:
            raise unreadable(
                source,
                Message("is not a whole Parquet file: {error}", error=str(error).splitlines()[0]),
                Message("deliver the file again; it was cut off or is another format"),
            ) from None
        names = tuple(str(name) for name, *_ in described)
        check_columns(source, names)
        kinds = {str(name): str(kind) for name, kind, *_ in described}
        return Raw(relation, "file_row_number + 1", kinds, sha256_of(path), own_file=path)
