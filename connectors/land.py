"""Landing: one register of one night, read, mapped, checked against the vocabulary and stored by content.

Nothing is lost: a row either is in the landed file or in the rejects, and `Landed.rows` counts both. A source that
cannot be read comes back as missing, with the reason, so that the night goes on without it.

A source that is Parquet with exactly the fields' names and types, and clean, is kept byte for byte; that file has no
`_row` column: its row number is DuckDB's `file_row_number` plus one.
"""

import errno
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from connectors.duck import borrowed_duck, literal, quoted
from connectors.file_bytes import modified_day
from connectors.landed import Landed
from connectors.landing_plan import Plan, clean, make_plan, may_be_kept, rejects
from connectors.mending import mend
from connectors.number_shapes import number_shape
from connectors.parquet_writing import WRITTEN
from connectors.raw import Connector, Raw, unreadable
from connectors.registry import connector
from connectors.snapshot import Snapshots
from rules.configuration import Source
from rules.errors import Message, SourceError, StoreError
from rules.model import Fact

LANDING_FORMAT = 2
"""Raised when the same bytes and map would land differently: old snapshots are then not found again."""

FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
FULL_TEXTS = ("No space left", "File too large", "Disk quota", "max_temp_directory_size")


def land(source: Source, fact: Fact, snapshots: Snapshots, scratch: Path, landed_at: datetime) -> Landed:
    """Land one source and return where it lies; `missing` says why where it could not be read.

    Unchanged bytes under an unchanged map are hashed, and found again. `scratch` is a folder for files of tonight;
    what this source puts there is removed. Raises StoreError when the disk is full: then no register can land.
    """
    own_scratch = scratch / f"land-{source.name}"
    try:
        with _explained(source):
            own_scratch.mkdir(parents=True, exist_ok=True)
            return _land(source, fact, snapshots, own_scratch, landed_at)
    except SourceError as error:
        return _missing(source, error.message, landed_at)
    finally:
        shutil.rmtree(own_scratch, ignore_errors=True)


def _land(source: Source, fact: Fact, snapshots: Snapshots, scratch: Path, landed_at: datetime) -> Landed:
    reader = connector(source.connector)
    before = _stamp(source)
    sha256 = reader.sha256(source)
    as_of = _as_of(source, landed_at)
    if sha256 is not None and (found := snapshots.find(digest(source, fact, sha256))):
        return replace(found, source=source.name, as_of=as_of, landed_at=landed_at)
    with borrowed_duck(scratch) as connection:
        raw = _open(reader, source, scratch, connection)
        name = digest(source, fact, raw.sha256)
        if sha256 is None and (found := snapshots.find(name)):
            return replace(found, source=source.name, as_of=as_of, landed_at=landed_at)
        landed = _write(source, _plan(source, fact, raw), scratch, connection)
    if _stamp(source) != before:
        raise unreadable(
            source, Message("was changed while it was being read"), Message("deliver the file before the scan begins")
        )
    landed = replace(landed, as_of=as_of, landed_at=landed_at)
    return snapshots.keep(name, landed, move=landed.path != raw.own_file)


def digest(source: Source, fact: Fact, sha256: str) -> str:
    """Return the name of a snapshot: the source's bytes together with all that shapes how they land."""
    columns = {
        name: [one.source, one.constant, list(one.values.items()), one.dates, one.numbers]
        for name, one in source.columns.items()
    }
    fields = {
        name: [one.type, list(one.values), one.minimum, one.maximum]
        for name, one in fact.fields.items()
        if name in source.columns or not source.columns
    }
    shaping = {
        "format": LANDING_FORMAT,
        "sha256": sha256,
        "connector": source.connector,
        "options": {name: text for name, text in source.options.items() if name != "url"},
        "key": [list(source.key), fact.key, bool(source.group)],
        "columns": columns,
        "order": list(columns),
        "fields": fields,
    }
    return hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()


def _open(reader: Connector, source: Source, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Raw:
    raw = reader.open(source, scratch, connection)
    if not raw.columns:
        raise unreadable(source, Message("has no columns"), Message("deliver a table with named columns"))
    return raw


def _plan(source: Source, fact: Fact, raw: Raw) -> Plan:
    for column in source.columns.values():
        try:
            number_shape(column.numbers or "1")
        except ValueError:
            raise unreadable(
                source,
                Message("'{example}' is no shape of a number; write one such as 1.234.567,89", example=column.numbers),
                Message("mend {location}", location=column.location),
            ) from None
    return make_plan(source, fact, raw)


def _write(source: Source, plan: Plan, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Landed:
    raw, path, refused = plan.raw, scratch / "rows.parquet", scratch / "refused.parquet"
    mended = mend(plan, path, connection) if may_be_kept(plan) else None
    if mended is not None:
        path, rows, bad = mended.path, mended.rows, mended.rejected
    else:
        rows = _count(connection, raw.relation)
        connection.execute(f"COPY ({clean(plan)}) TO {literal(path)} {WRITTEN}")
        bad = rows - _count(connection, f"read_parquet({literal(path)})")
    keys = _write_rejects(mended.small if mended else plan, refused, connection) if bad or raw.rejects else 0
    notes = (*raw.notes, *_duplicates(source, plan, path, connection))
    return Landed(
        source=source.name,
        path=path,
        rejects=refused if bad or raw.rejects else None,
        rows=rows + raw.rejected,
        rejected=bad + raw.rejected,
        unreadable_keys=keys + raw.rejected,
        sha256=raw.sha256,
        as_of=None,
        landed_at=None,
        columns=plan.names,
        notes=notes,
        missing=None,
    )


def _write_rejects(plan: Plan, path: Path, connection: duckdb.DuckDBPyConnection) -> int:
    """Write the rejects and return in how many of the rows judged here a key could not be read."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE refused AS {rejects(plan)}")
    told = 'SELECT row, "column", value, reason, record FROM refused'
    if plan.raw.rejects:
        told += f' UNION ALL SELECT row, "column", value, reason, record FROM read_parquet({literal(plan.raw.rejects)})'
    connection.execute(f'COPY (FROM ({told}) ORDER BY row, "column") TO {literal(path)} {WRITTEN}')
    keys = _one(connection, "SELECT count(DISTINCT row) FROM refused WHERE is_key")
    connection.execute("DROP TABLE refused")
    return keys


def _duplicates(
    source: Source, plan: Plan, path: Path | None, connection: duckdb.DuckDBPyConnection
) -> tuple[str, ...]:
    """Say how many rows repeat a key in a register that declares no group; assembly makes them unknown."""
    if not (plan.own and plan.keys and path) or source.group:
        return ()
    keys = ", ".join(quoted(plan.cells[i].field.name) for i in plan.keys)
    table = f"read_parquet({literal(path)})"
    repeated = _one(connection, f"SELECT count(*) - count(DISTINCT ({keys})) FROM {table}")
    return (Message("{count} rows repeat the key of an earlier row", count=repeated),) if repeated else ()


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return _one(connection, f"SELECT count(*) FROM {relation}")


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _as_of(source: Source, landed_at: datetime) -> date | None:
    if source.as_of is not None:
        return source.as_of
    return modified_day(source.path, landed_at.tzinfo) if source.path else landed_at.date()


def _stamp(source: Source) -> tuple[int, int] | None:
    if source.path is None or not source.path.is_file():
        return None
    status = source.path.stat()
    return status.st_mtime_ns, status.st_size


def _missing(source: Source, why: str, landed_at: datetime) -> Landed:
    return Landed(
        source=source.name,
        path=None,
        rejects=None,
        rows=0,
        rejected=0,
        unreadable_keys=0,
        sha256="",
        as_of=source.as_of,
        landed_at=landed_at,
        columns=tuple(source.columns),
        notes=(),
        missing=why,
    )


@contextmanager
def _explained(source: Source) -> Iterator[None]:
    """Turn what the disk and DuckDB say into our own errors."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise _full(source, str(error.strerror)) from None
        raise unreadable(
            source,
            Message("cannot be read: {strerror}", strerror=error.strerror),
            Message("look at the disk and the file's rights"),
        ) from None
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        if isinstance(error, duckdb.OutOfMemoryException) and "temp_directory" not in said:
            raise unreadable(
                source,
                Message("needs more memory than a scan may use: {said}", said=said),
                Message("deliver it as CSV or Parquet"),
            ) from None
        if any(text in said for text in FULL_TEXTS):
            raise _full(source, said) from None
        raise unreadable(
            source, Message("cannot be read: {said}", said=said), Message("deliver the file again, whole")
        ) from None


def _full(source: Source, said: str) -> StoreError:
    return StoreError(
        Message("source '{source}' cannot be landed: {said}", source=source.name, said=said),
        Message("no snapshot was kept of it, and without snapshots a scan cannot be proved later"),
        Message("make room on the disk of the state folder, then start the scan again"),
    )
