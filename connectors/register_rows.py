"""One landed register made ready for assembly: its keys, its repeated keys, the keys of its rejected rows.

Everything is DuckDB views and small tables named after a prefix; the register itself stays in its Parquet file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb

from connectors.duck import literal, quoted
from connectors.identifiers import plain_key
from connectors.landed import SQL_TYPE, Landed
from rules.configuration import Aggregate
from rules.model import Fact, Field

Written = Callable[[str], str]
"""Gives a field of a row as SQL: a column's name, or the way into the record of a rejected row."""

KeyOf = Callable[[Written], str]
"""Gives the SQL of a key for a way to write fields."""


@dataclass(frozen=True)
class RegisterRows:
    """A register in a connection, as relations.

    `rows`: view of `_key`, `_row` and the fields; `repeated`: table of the keys with several rows, with `_first` (their
    first row), `_conflict` (TRUE: the rows differ) and the fields put together; `rejected`: table of the keys (`_key`)
    of rejected rows. `repeated` and `rejected` are None where there are none.
    `count` rows, of which `without_key` have no readable key and `surplus` repeat an earlier row's key.
    """

    rows: str
    repeated: str | None
    rejected: str | None
    count: int
    without_key: int
    surplus: int


@dataclass(frozen=True)
class Register:
    """What is to be read of a landed register: the fields, its key, how repeated rows become one, which rows exist."""

    prefix: str
    fact: Fact
    fields: tuple[str, ...]
    group: Mapping[str, Aggregate]
    key: KeyOf
    exists: str = "TRUE"


def read_register(connection: duckdb.DuckDBPyConnection, landed: Landed, register: Register) -> RegisterRows:
    """Make the relations of one landed register in the connection."""
    rows = f"{register.prefix}_rows"
    columns = ", ".join(quoted(name) for name in register.fields)
    connection.execute(
        f"CREATE TEMP VIEW {rows} AS SELECT {register.key(quoted)} AS _key, {_row_number(connection, landed)} AS _row, "
        f"{columns} FROM read_parquet({literal(str(landed.path))}, file_row_number = true) WHERE {register.exists}"
    )
    without_key, suspects = _suspect_keys(connection, register.prefix, rows)
    repeated, surplus = _repeated(connection, register, rows) if suspects else (None, 0)
    count = _number(connection, f"SELECT count(*) FROM {rows}")
    return RegisterRows(rows, repeated, _rejected(connection, landed, register), count, without_key, surplus)


def _row_number(connection: duckdb.DuckDBPyConnection, landed: Landed) -> str:
    """Return the row's number; a clean Parquet register is kept byte for byte and has no such column of its own."""
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(landed.path))})").fetchall()
    return "_row" if any(column[0] == "_row" for column in described) else "file_row_number + 1"


def _suspect_keys(connection: duckdb.DuckDBPyConnection, prefix: str, rows: str) -> tuple[int, int]:
    """Make a table of the hashes of keys that may be repeated; return (rows without a key, such hashes).

    Hashes of fixed size need a third of the memory of the keys themselves; equal hashes are looked at again.
    """
    connection.execute(
        f"CREATE TEMP TABLE {prefix}_suspects AS SELECT CASE WHEN _key IS NOT NULL THEN hash(_key) END AS h, "
        f"count(*) AS n FROM {rows} GROUP BY h HAVING n > 1 OR h IS NULL"
    )
    found = connection.execute(
        f"SELECT coalesce(sum(n) FILTER (WHERE h IS NULL), 0), count(h) FROM {prefix}_suspects"
    ).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def _repeated(connection: duckdb.DuckDBPyConnection, register: Register, rows: str) -> tuple[str | None, int]:
    """Put the rows of each repeated key together; return the table (None: no key is) and the rows beyond the first."""
    name = f"{register.prefix}_repeated"
    parts = ", ".join(
        f"{together(register.fact.fields[one], register.group.get(one, 'one'))} AS {quoted(one)}"
        for one in register.fields
    )
    differ = " OR ".join(
        f"(count({quoted(one)}) NOT IN (0, count(*)) OR min({quoted(one)}) <> max({quoted(one)}))"
        for one in register.fields
    )
    connection.execute(
        f"CREATE TEMP TABLE {name} AS SELECT _key, min(_row) AS _first, count(*) AS _count, "
        f"coalesce({differ}, FALSE) AS _conflict, {parts} FROM {rows} "
        f"WHERE _key IS NOT NULL AND hash(_key) IN (SELECT h FROM {register.prefix}_suspects WHERE h IS NOT NULL) "
        f"GROUP BY _key HAVING count(*) > 1"
    )
    surplus = _number(connection, f"SELECT coalesce(sum(_count - 1), 0) FROM {name}")
    return (name, surplus) if surplus else (None, 0)


def _rejected(connection: duckdb.DuckDBPyConnection, landed: Landed, register: Register) -> str | None:
    """Make the table of keys that rejected rows had; rows whose record or key cannot be read are not in it."""
    if landed.rejects is None:
        return None
    name = f"{register.prefix}_rejected"
    key = register.key(_in_record)
    connection.execute(
        f"CREATE TEMP TABLE {name} AS SELECT DISTINCT {key} AS _key "
        f"FROM read_parquet({literal(str(landed.rejects))}) WHERE record IS NOT NULL AND _key IS NOT NULL"
    )
    return name if _number(connection, f"SELECT count(*) FROM {name}") else None


def _in_record(field: str) -> str:
    path = '$."' + field + '"'
    return f"json_extract_string(record, {literal(path)})"


def together(field: Field, aggregate: Aggregate) -> str:
    """Return SQL for the values of several rows as one; a part that is not said makes the whole not said.

    `one`: all parts are equal; identifiers are compared by their keys, so that branches of a firm agree.
    """
    name = quoted(field.name)
    said = f"count({name}) = count(*)"
    if aggregate == "one":
        same = plain_key(field.type, name) if field.type in ("npwp", "nik", "nib") else name
        said = f"count({same}) = count(*) AND min({same}) = max({same})"
    whole = {
        "sum": f"TRY_CAST(sum({name}) AS {SQL_TYPE[field.type]})",
        "max": f"max({name})",
        "any": f"bool_or({name})",
        "all": f"bool_and({name})",
    }.get(aggregate, f"min({name})")
    return f"CASE WHEN {said} THEN {whole} END"


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])
