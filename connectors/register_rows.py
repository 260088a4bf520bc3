"""One landed register made ready for assembly: its keys, its repeated keys, the keys of its rejected rows.

Everything is DuckDB views and small tables named after a prefix; the register itself stays in its Parquet file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

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
    first row), `_conflict` (TRUE: nobody can say what they say together), the fields put together and, for each later
    key, `_several_<field>` (TRUE: the rows do not have one and the same key); `rejected`: table of the keys (`_key`) of
    rejected rows. `repeated` and `rejected` are None where there are none.
    `count` rows, of which `without_key` have no readable key and `surplus` repeat an earlier row's key;
    `rejected_without_key`: rejected rows with a record in which no key can be read.
    """

    rows: str
    repeated: str | None
    rejected: str | None
    count: int
    without_key: int
    surplus: int
    rejected_without_key: int


@dataclass(frozen=True)
class Register:
    """What is to be read of a landed register: the fields, its key, how repeated rows become one, which rows exist.

    `later_keys`: SQL of the key that a later join makes of a field, for the fields by which a later join looks.
    """

    prefix: str
    fact: Fact
    fields: tuple[str, ...]
    group: Mapping[str, Aggregate]
    key: KeyOf
    exists: str = "TRUE"
    later_keys: Mapping[str, str] = dataclass_field(default_factory=dict)


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
    rejected, nameless = _rejected(connection, landed, register)
    return RegisterRows(rows, repeated, rejected, count, without_key, surplus, nameless)


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
    several = "".join(
        f", count({key}) < count(*) OR min({key}) <> max({key}) AS {quoted('_several_' + one)}"
        for one, key in register.later_keys.items()
    )
    connection.execute(
        f"CREATE TEMP TABLE {name} AS SELECT _key, min(_row) AS _first, count(*) AS _count, "
        f"coalesce({_conflict(register)}, FALSE) AS _conflict, {parts}{several} FROM {rows} "
        f"WHERE _key IS NOT NULL AND hash(_key) IN (SELECT h FROM {register.prefix}_suspects WHERE h IS NOT NULL) "
        f"GROUP BY _key HAVING count(*) > 1"
    )
    surplus = _number(connection, f"SELECT coalesce(sum(_count - 1), 0) FROM {name}")
    return (name, surplus) if surplus else (None, 0)


def _conflict(register: Register) -> str:
    """Return SQL for whether nobody can say what the rows of one key say together.

    Without `group:` they must say the same. With it, a field of which NULL means "none" must not become NULL where some
    row says it: that there is none is then exactly what the register does not say.
    """
    fields = [register.fact.fields[one] for one in register.fields if one != register.fact.key]
    if register.group:
        torn = [one for one in fields if one.null == "none"]
        parts = [
            f"({together(one, register.group.get(one.name, 'one'))} IS NULL AND count({quoted(one.name)}) > 0)"
            for one in torn
        ]
    else:
        names = [quoted(one) for one in register.fields]
        parts = [f"(count({one}) NOT IN (0, count(*)) OR min({one}) <> max({one}))" for one in names]
    return " OR ".join(parts) or "FALSE"


def _rejected(connection: duckdb.DuckDBPyConnection, landed: Landed, register: Register) -> tuple[str | None, int]:
    """Make the table of keys that rejected rows had (None: no key) and count those whose key cannot be read.

    Rows whose record cannot be read are in neither: landing has counted them among the unreadable keys.
    """
    if landed.rejects is None:
        return None, 0
    name = f"{register.prefix}_rejected"
    key = register.key(_in_record)
    connection.execute(
        f"CREATE TEMP TABLE {name} AS SELECT {key} AS _key, count(*) AS n "
        f"FROM read_parquet({literal(str(landed.rejects))}) WHERE record IS NOT NULL GROUP BY _key"
    )
    nameless = _number(connection, f"SELECT coalesce(sum(n), 0) FROM {name} WHERE _key IS NULL")
    return (name if _number(connection, f"SELECT count(_key) FROM {name}") else None), nameless


def _in_record(field: str) -> str:
    path = '$."' + field + '"'
    return f"json_extract_string(record, {literal(path)})"


def together(field: Field, aggregate: Aggregate) -> str:
    """Return SQL for the values of several rows as one; a part that is not said makes the whole not said.

    `one`: all parts are equal; identifiers and regions are compared by their keys, so that branches of a firm agree.
    `any` with a part that is TRUE and `all` with a part that is FALSE need no other part.
    """
    name = quoted(field.name)
    said = f"count({name}) = count(*)"
    if aggregate == "one":
        same = plain_key(field.type, name) if field.type in ("npwp", "nik", "nib", "region") else name
        said = f"count({same}) = count(*) AND min({same}) = max({same})"
    elif aggregate in ("any", "all"):
        said += f" OR bool_or({name})" if aggregate == "any" else f" OR NOT bool_and({name})"
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
