"""What a connector gives to landing: a relation that DuckDB can read, before any column is mapped or checked.

Values of VARCHAR columns are the source's own text. A reader of typed cells (XLSX, JSON, SQL) sets
`Raw.marked` and puts a mark before a value whose type the cell itself said:

    NUL n <number>          a number, with a point before its fraction: a `numbers:` shape is not applied to it
    NUL d <date or time>    a date in ISO form: a `dates:` pattern is not applied to it
    NUL x <reason>:<value>  the cell cannot be used; `reason` is a value of `connectors.reasons.Reason`

Text that itself begins with NUL is given a `NUL t` in front, so that no file can forge a mark.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol

import duckdb

from rules.configuration import Source
from rules.errors import Message, SourceError

MARK = "\x00"


@dataclass(frozen=True)
class Raw:
    """One source, opened.

    `relation`: text that can stand after FROM, as often as needed, with equal rows each time.
    `row`: SQL expression over `relation` for the row number as a person counts: BIGINT, data rows from 1.
    `columns`: every column of the source to its DuckDB type ("VARCHAR", "BIGINT", "DECIMAL(18,2)" ...), `row` left out.
    `sha256`: of the source's bytes; for a query, of its result.
    `rejects`: Parquet (row BIGINT, column VARCHAR, value VARCHAR, reason VARCHAR, record VARCHAR) of rows that the
    reader could not cut into columns, one line per row; these rows are not in `relation`. None: there are none.
    `rejected`: how many rows that is.
    `notes`: what a person should know (encoding guessed, blank rows left out), English.
    `own_file`: the source itself where it is one Parquet file that may be kept byte for byte; else None.
    `marked`: VARCHAR values may begin with a mark (see above).
    """

    relation: str
    row: str
    columns: Mapping[str, str]
    sha256: str
    rejects: Path | None = None
    rejected: int = 0
    notes: tuple[str, ...] = ()
    own_file: Path | None = None
    marked: bool = False


class Connector(Protocol):
    """Reads one kind of register. It knows nothing of fields: mapping and checking are the same for all kinds."""

    def sha256(self, source: Source) -> str | None:
        """Return the hash of the source's bytes, or None where only reading can tell (a query).

        Raises SourceError when the source is not there.
        """
        ...

    def open(self, source: Source, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Raw:
        """Read the source into something that DuckDB reads in bounded memory; files of its own go to `scratch`.

        Raises SourceError when the source cannot be read as a whole; single bad rows are `Raw.rejects`.
        """
        ...


def unreadable(source: Source, what: Message, remedy: Message) -> SourceError:
    """Return the error for a source that could not be read: `what` is a clause about the source."""
    named = (
        Message("source '{source}' ({path}): {what}", source=source.name, path=source.path, what=what)
        if source.path
        else Message("source '{source}': {what}", source=source.name, what=what)
    )
    return SourceError(
        named,
        Message("what is not read cannot be judged: every rule that needs this register answers 'unknown'"),
        remedy,
    )


def check_columns(source: Source, columns: tuple[str, ...]) -> None:
    """Raise SourceError when two columns share a name, or when a mapped column is not there (nearest name given)."""
    twice = sorted({name for name in columns if columns.count(name) > 1})
    wanted = {column.source for column in source.columns.values() if column.source is not None}
    if mapped_twice := [name for name in twice if name in wanted]:
        raise unreadable(
            source,
            Message("two columns have the name {names}", names=", ".join(map(repr, mapped_twice))),
            Message("leave one of the two in the file, or give them different names"),
        )
    gone = sorted(wanted - set(columns))
    if gone:
        hints = tuple(_with_nearest(name, columns) for name in gone)
        raise unreadable(
            source,
            Message(
                "has no column {columns}; it has {names}",
                columns=hints,
                names=", ".join(columns[:40]) or Message("none"),
            ),
            Message(
                "mend the register, or map its present column names in rules.yaml, sources.{source}.columns",
                source=source.name,
            ),
        )


def columns_read(source: Source, columns: tuple[str, ...]) -> list[int]:
    """Return the positions of the columns that landing needs: the mapped ones, or all where there is no map.

    Raises SourceError as `check_columns` does, and when two of them differ in capitals alone (SQL would mix them up).
    """
    check_columns(source, columns)
    wanted = {column.source for column in source.columns.values()}
    kept = [i for i, name in enumerate(columns) if name and (name in wanted or not wanted) and columns.index(name) == i]
    seen: dict[str, str] = {}
    for name in (columns[i] for i in kept):
        if (other := seen.setdefault(name.casefold(), name)) != name:
            raise unreadable(
                source,
                Message("the columns '{other}' and '{name}' differ in capital letters alone", other=other, name=name),
                Message("give them different names, or map only one of them"),
            )
    return kept


def _with_nearest(name: str, columns: tuple[str, ...]) -> str:
    near = get_close_matches(name, columns, n=1, cutoff=0.6)
    if near:
        return Message("'{name}' (nearest: '{near}')", name=name, near=near[0])
    return f"'{name}'"
