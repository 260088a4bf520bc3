"""What landing gives: one register of one night as Parquet, with its rejects and its standing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path

from rules.model import FieldType

SQL_TYPE: Mapping[FieldType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "money": "DECIMAL(18,2)",
    "percent": "DECIMAL(9,4)",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "choice": "VARCHAR",
    "npwp": "VARCHAR",
    "nik": "VARCHAR",
    "nib": "VARCHAR",
    "region": "VARCHAR",
}
"""The DuckDB type of each field type, in landed registers and in assembled facts."""


class Standing(IntEnum):
    """What a subject may take from one joined source. Everything from `MISSING` on is unknown, never guilt.

    Stored as UTINYINT in an assembled fact, one column `_standing_<source>` for each joined source.
    """

    SAID = 0
    ABSENT = 1
    MISSING = 2
    STALE = 3
    DROPPED = 4
    REJECTS = 5
    EMPTY = 6
    NOT_COMPLETE = 7
    UNREADABLE_KEYS = 8
    REJECTED_ROW = 9
    DUPLICATE_ROWS = 10
    OWN_KEY = 11
    SHARED_KEY = 12


@dataclass(frozen=True)
class Landed:
    """One source as landed.

    `path` Parquet: one column per mapped field with its vocabulary type, plus `_row` BIGINT (row in the source,
    from 1, header not counted). None when the source could not be read; then `missing` says why.
    `rejects` Parquet: row BIGINT, column VARCHAR, value VARCHAR, reason VARCHAR, record VARCHAR (the mapped row as
    a JSON object of text); several lines per row where several columns fail. None when nothing was rejected.
    `rows` counts the rows read, rejected ones included; `rejected` counts rows, not faults.
    `unreadable_keys` counts rejected rows in which a `key` field of the source could not be read.
    `sha256` is of the source's bytes (of the query result for sql).
    """

    source: str
    path: Path | None
    rejects: Path | None
    rows: int
    rejected: int
    unreadable_keys: int
    sha256: str
    as_of: date | None
    landed_at: datetime | None
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    missing: str | None


@dataclass(frozen=True)
class Gated:
    """A landed source after the gates. `standing` is SAID when it passed all of them."""

    landed: Landed
    standing: Standing
    reason: str | None


@dataclass(frozen=True)
class Assembled:
    """One fact put together.

    `path` Parquet: every field of the vocabulary's fact (NULL where nobody said), then `_standing_<source>`
    UTINYINT for each joined source that has a field here. Sorted as the spine is. `_standing_<spine>` likewise: SAID,
    or REJECTED_ROW or DUPLICATE_ROWS for a subject whose spine rows cannot be believed; all its fields but key and
    region are then NULL, and NULL means unknown.
    `origin`: field to the source it comes from; None where no source offers it (always unknown).
    `left_out`: rows of the spine that the assembly's `only` keeps out of the fact.
    `spine_standing` other than SAID: no rule on this fact can judge; every subject is unknown.
    """

    fact: str
    path: Path | None
    rows: int
    spine: str
    spine_standing: Standing
    spine_reason: str | None
    origin: Mapping[str, str | None]
    reconstruction: bool
    left_out: int = 0
