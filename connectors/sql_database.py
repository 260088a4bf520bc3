"""SQL: the result of one query on any database that SQLAlchemy reaches, streamed. A password is never shown."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from sqlalchemy import URL, CursorResult, Executable, create_engine, make_url, select, table, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from connectors.duck import literal
from connectors.raw import Raw, columns_read, unreadable
from connectors.typed_rows import BATCH, TextTable, marked
from rules.configuration import Source
from rules.errors import Message


class SqlDatabase:
    """Runs `options.query`, or reads the whole of `options.table`, on `options.url`."""

    def sha256(self, source: Source) -> str | None:
        """Return None: what a query gives is known only when it has run."""
        del source
        return None

    def open(self, source: Source, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Raw:
        """Run the query, write its rows as marked text to Parquet in `scratch`, and hash them on the way."""
        del connection
        url, query = _url(source), _query(source)
        target = scratch / f"{source.name}.rows.parquet"
        with _result(source, url, query) as result:
            names = tuple(result.keys())
            kept = columns_read(source, names)
            sha256 = _write(target, {i: names[i] for i in kept}, result)
        return Raw(
            relation=f"read_parquet({literal(target)})",
            row="_row",
            columns=dict.fromkeys((names[i] for i in kept), "VARCHAR"),
            sha256=sha256,
            marked=True,
        )


@contextmanager
def _result(source: Source, url: URL, query: Executable) -> Iterator["CursorResult[tuple[object, ...]]"]:
    try:
        engine = create_engine(url)
    except (SQLAlchemyError, ImportError) as error:
        raise _refused(source, url, error) from None
    try:
        with engine.connect().execution_options(stream_results=True, max_row_buffer=BATCH) as database:
            yield database.execute(query)
    except SQLAlchemyError as error:
        raise _refused(source, url, error) from None
    finally:
        engine.dispose()


def _write(target: Path, names: dict[int, str], result: "CursorResult[tuple[object, ...]]") -> str:
    digest = hashlib.sha256(json.dumps(list(names.values())).encode())
    number = 0
    with TextTable(target, list(names.values())) as table:
        for batch in result.partitions(BATCH):
            rows = [[marked(row[i]) for i in names] for row in batch]
            digest.update(json.dumps(rows).encode())
            table.write(rows, range(number + 1, number + len(rows) + 1))
            number += len(rows)
    return digest.hexdigest()


def _query(source: Source) -> Executable:
    said, named = source.options.get("query", ""), source.options.get("table", "")
    if bool(said.strip()) == bool(named.strip()):
        raise unreadable(
            source,
            Message("has both a query and a table") if said.strip() else Message("has no query"),
            Message("say one of query and table in sources.{source}.options in rules.yaml", source=source.name),
        )
    if said.strip():
        return text(said.replace(":", "\\:"))
    schema, _, name = named.rpartition(".")
    return select(text("*")).select_from(table(name, schema=schema or None))


def _url(source: Source) -> URL:
    try:
        return make_url(source.options.get("url", ""))
    except (ArgumentError, ValueError):
        raise unreadable(
            source,
            Message("its url is no database URL (not shown: it may hold a password)"),
            Message("write sources.{source}.options.url as dialect://user@host/database", source=source.name),
        ) from None


def _refused(source: Source, url: URL, error: Exception) -> Exception:
    said = str(getattr(error, "orig", None) or error).splitlines()[0] if str(error) else type(error).__name__
    for secret in (url.password, *(_texts(url))):
        said = said.replace(str(secret), "***") if secret else said
    place = f"{url.drivername}://{url.host or ''}/{url.database or ''}"
    if isinstance(error, NoSuchModuleError | ImportError):
        remedy = Message("install that driver, or mend url and query of sources.{source}", source=source.name)
    else:
        remedy = Message("mend url and query of sources.{source}", source=source.name)
    return unreadable(source, Message("{place} did not answer the query: {said}", place=place, said=said), remedy)


def _texts(url: URL) -> Iterator[str]:
    for value in url.query.values():
        yield from (value,) if isinstance(value, str) else value
