"""JSON: an array of objects or one object per line, with or without BOM or gzip; nested values stay JSON text."""

import json
from pathlib import Path

import duckdb

from connectors.cells import EXACT_DOUBLES
from connectors.duck import literal, quoted
from connectors.file_bytes import decoded, find_encoding, is_gzip, source_file
from connectors.kept_content import sha256_of
from connectors.raw import Raw, columns_read, unreadable
from connectors.reasons import Reason
from rules.configuration import Source
from rules.errors import Message

LONGEST_RECORD = 16 << 20
"""Bytes of one record."""
ROW_GROUP = 20_480
"""Rows of records written at one time: whole records are long, and memory is not."""
LARGEST_FRACTION = 9 * 10**13
"""A number with a fraction is exact to the cent below this; above, its digits are lost."""


class JsonFile:
    """Reads records; `options.format` is array or lines (default: found).

    `options.records` names the member of one outer object that holds the array; such a file is held in memory.
    """

    def sha256(self, source: Source) -> str | None:
        """Return the hash of the file. Raises SourceError when it is not there."""
        return sha256_of(source_file(source))

    def open(self, source: Source, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Raw:
        """Read all records into Parquet in `scratch`; what is no object, or says one name twice, is a reject."""
        path = source_file(source)
        text, notes, first = _clean_text(source, path, scratch)
        records = scratch / f"{source.name}.records.parquet"
        found = _inner(source, text) if source.options.get("records") else _objects(source, text, first)
        try:
            connection.execute(
                f"COPY (SELECT json, json_type(json) AS kind, row_number() OVER () AS _row FROM {found}) "
                f"TO {literal(records)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP})"
            )
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            raise unreadable(
                source,
                Message("is not whole JSON: {error}", error=str(error).splitlines()[0]),
                Message("deliver the file again; it was cut off, or options.format is another one"),
            ) from None
        names = _names(connection, records)
        if not names and not _count(connection, records):
            names = tuple(column.source for column in source.columns.values() if column.source)
        names = tuple(names[i] for i in columns_read(source, names))
        bad, rejected = _rejects(connection, records, scratch / f"{source.name}.cut.parquet")
        rows = _write(connection, records, names, scratch / f"{source.name}.rows.parquet")
        return Raw(
            relation=f"read_parquet({literal(rows)})",
            row="_row",
            columns=dict.fromkeys(names, "VARCHAR"),
            sha256=sha256_of(path),
            rejects=bad,
            rejected=rejected,
            notes=notes,
            marked=True,
        )


TWICE = "len(json_keys(json)) <> len(list_distinct(json_keys(json)))"
BAD = f"kind <> 'OBJECT' OR {TWICE}"


def _clean_text(source: Source, path: Path, scratch: Path) -> tuple[Path, tuple[str, ...], str]:
    """Return the text as UTF-8 without gzip or BOM, notes, and its first sign that is no blank."""
    encoding = find_encoding(source, path)
    notes = (encoding.note,) if encoding.note else ()
    first, copy = "", scratch / f"{source.name}.text.json"
    plain = encoding.plain and not is_gzip(path)
    if plain:
        for piece in decoded(source, path, encoding):
            first = first or piece.lstrip()[:1]
            if first:
                break
    else:
        with copy.open("w", encoding="utf-8", newline="") as out:
            for piece in decoded(source, path, encoding):
                first = first or piece.lstrip()[:1]
                out.write(piece)
    if not first:
        raise unreadable(
            source, Message("holds only blanks"), Message("deliver the file again; an empty register is []")
        )
    return path if plain else copy, notes, first


def _objects(source: Source, text: Path, first: str) -> str:
    return (
        f"read_json_objects({literal(text)}, format={literal(_format(source, first))}, compression='none', "
        f"maximum_object_size={LONGEST_RECORD})"
    )


def _inner(source: Source, text: Path) -> str:
    pointer = literal("/" + source.options["records"].replace("~", "~0").replace("/", "~1"))
    whole = f"read_json_objects({literal(text)}, format='unstructured', compression='none', "
    size = max(text.stat().st_size + 1, LONGEST_RECORD)
    return (
        f"(SELECT unnest(from_json(json_extract(json, {pointer}), '[\"JSON\"]')) AS json "
        f"FROM {whole} maximum_object_size={size}))"
    )


def _format(source: Source, first: str) -> str:
    given = source.options.get("format")
    forms = {"array": "array", "lines": "unstructured", None: "array" if first == "[" else "unstructured"}
    if given not in forms:
        raise unreadable(
            source,
            Message("there is no JSON format '{given}'", given=given),
            Message("say array or lines in sources.{source}.options.format", source=source.name),
        )
    return forms[given]


def _names(connection: duckdb.DuckDBPyConnection, records: Path) -> tuple[str, ...]:
    found = connection.execute(
        f"SELECT name FROM (SELECT unnest(json_keys(json)) AS name, _row FROM read_parquet({literal(records)}) "
        "WHERE kind = 'OBJECT') GROUP BY name ORDER BY min(_row), name"
    ).fetchall()
    return tuple(str(name) for (name,) in found)


def _count(connection: duckdb.DuckDBPyConnection, records: Path) -> int:
    row = connection.execute(f"SELECT count(*) FROM read_parquet({literal(records)})").fetchone()
    return int(row[0]) if row else 0


def _rejects(connection: duckdb.DuckDBPyConnection, records: Path, path: Path) -> tuple[Path | None, int]:
    relation = f"read_parquet({literal(records)}) WHERE {BAD}"
    counted = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    if not counted or not counted[0]:
        return None, 0
    connection.execute(
        f'COPY (SELECT _row AS row, NULL::VARCHAR AS "column", CAST(json AS VARCHAR) AS value, CASE WHEN kind <> '
        f"'OBJECT' THEN {literal(Reason.NOT_A_RECORD)} ELSE {literal(Reason.NAME_TWICE)} END AS reason, "
        f"'{{}}' AS record FROM {relation}) TO {literal(path)} (FORMAT parquet)"
    )
    return path, int(counted[0])


def _write(connection: duckdb.DuckDBPyConnection, records: Path, names: tuple[str, ...], path: Path) -> Path:
    """Write the members of all sound records as marked text; each record is parsed once."""
    shape = literal(json.dumps(dict.fromkeys(names, "JSON"), ensure_ascii=False))
    values = ", ".join(f"{_value(f'member.{quoted(name)}')} AS {quoted(name)}" for name in names)
    connection.execute(
        f"COPY (SELECT {values or 'NULL AS nothing'}, _row FROM (SELECT _row, from_json(json, {shape}) AS member "
        f"FROM read_parquet({literal(records)}) WHERE NOT ({BAD}))) TO {literal(path)} "
        f"(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    return path


def _value(member: str) -> str:
    """Return SQL for one member as marked text; a number that a double cannot hold has lost its digits."""
    text, kind = f"({member} ->> '$')", f"json_type({member})"
    number = f"TRY_CAST({text} AS DOUBLE)"
    lost = f"abs({number}) >= CASE WHEN {number} = trunc({number}) THEN {EXACT_DOUBLES} ELSE {LARGEST_FRACTION} END"
    return (
        f"CASE WHEN {kind} = 'DOUBLE' THEN CASE WHEN {lost} THEN chr(0) || 'x{Reason.DIGITS_LOST}:' || {text} "
        f"WHEN {number} = trunc({number}) THEN chr(0) || 'n' || CAST(CAST({number} AS BIGINT) AS VARCHAR) "
        f"ELSE chr(0) || 'n' || {text} END WHEN {kind} IN ('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT') "
        f"THEN chr(0) || 'n' || {text} WHEN starts_with({text}, chr(0)) THEN chr(0) || 't' || {text} ELSE {text} END"
    )
