"""CSV: delimiter and encoding given or found, every value text, every row that cannot be cut into columns a reject."""

import csv
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from connectors.duck import literal, quoted
from connectors.file_bytes import decoded, find_encoding, header_row, is_gzip, source_file
from connectors.kept_content import sha256_of
from connectors.raw import Raw, columns_read, unreadable
from connectors.reasons import Reason
from rules.configuration import Source
from rules.errors import Message

DELIMITERS = (",", ";", "\t", "|")
LONGEST_ROW = 4_000_000
"""Bytes. A row longer than this is one with a quote that nobody closed."""
SAMPLE = 1 << 16
REASONS = {
    "MISSING COLUMNS": Reason.TOO_FEW_COLUMNS,
    "TOO MANY COLUMNS": Reason.TOO_MANY_COLUMNS,
    "UNQUOTED VALUE": Reason.BAD_QUOTES,
    "LINE SIZE OVER MAXIMUM": Reason.BAD_QUOTES,
}


@dataclass(frozen=True)
class Form:
    """How a row is cut: the sign between columns, and the one around a value ("" for none)."""

    delimiter: str
    quote: str


@dataclass(frozen=True)
class CleanText:
    """The CSV as UTF-8 with one kind of line end and no blank lines between rows. `head`: its beginning."""

    path: Path
    head: str
    notes: tuple[str, ...]


class CsvFile:
    """Reads delimited text, also packed with gzip."""

    def sha256(self, source: Source) -> str | None:
        """Return the hash of the file. Raises SourceError when it is not there."""
        return sha256_of(source_file(source))

    def open(self, source: Source, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Raw:
        """Read all rows as text into one Parquet file in `scratch`, with the row numbers of the file."""
        path = source_file(source)
        scratch.mkdir(parents=True, exist_ok=True)
        text = _clean_text(source, path, scratch)
        form = Form(_delimiter(source, text.head), _quote(source))
        header = _header(source, text.head, form)
        rows = _read(source, text.path, (form, header), scratch, connection)
        return Raw(
            relation=f"read_parquet({literal(rows.path)})",
            row="_row",
            columns=dict.fromkeys((header[i] for i in columns_read(source, header)), "VARCHAR"),
            sha256=sha256_of(path),
            rejects=rows.rejects,
            rejected=rows.rejected,
            notes=text.notes,
        )


def _clean_text(source: Source, path: Path, scratch: Path) -> CleanText:
    """Return the file itself where DuckDB can read it as it is, else a copy that it can read."""
    encoding = find_encoding(source, path)
    notes = (encoding.note,) if encoding.note else ()
    shape = _Shape()
    for piece in decoded(source, path, encoding):
        shape.see(piece)
    shape.finish()
    skipped = header_row(source) - 1
    if encoding.plain and not is_gzip(path) and shape.regular() and not skipped:
        return CleanText(path, shape.head, notes)
    copy = scratch / f"{source.name}.text.csv"
    sweeper = _Sweeper(shape.blank_lines or len(shape.kinds) > 1, skipped)
    with copy.open("w", encoding="utf-8", newline="") as out:
        for piece in decoded(source, path, encoding):
            out.write(sweeper.sweep(piece))
        out.write(sweeper.rest())
    if sweeper.dropped:
        notes = (*notes, Message("{count} blank lines left out", count=sweeper.dropped))
    with copy.open(encoding="utf-8", newline="") as file:
        head = file.read(SAMPLE)
    return CleanText(copy, head, notes)


class _Shape:
    """What kinds of line ends a text has, and whether blank lines stand in it."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.blank_lines = False
        self.head = ""
        self._held = ""

    def see(self, piece: str) -> None:
        """Take in the next piece; line ends at its end are held back, so that none is seen in two halves."""
        if len(self.head) < SAMPLE:
            self.head = (self.head + piece)[:SAMPLE]
        joined = self._held + piece
        body = joined.rstrip("\r\n")
        self._held = joined[len(body) :]
        self._count(body)

    def finish(self) -> None:
        """Take in the line ends at the end of the text."""
        self._count(self._held)
        self.blank_lines = self.blank_lines or self.head.startswith(("\r", "\n"))

    def regular(self) -> bool:
        """Return whether DuckDB reads it as it stands: one kind of line end, no blank line."""
        return len(self.kinds) <= 1 and "\r" not in self.kinds and not self.blank_lines

    def _count(self, text: str) -> None:
        pairs = text.count("\r\n")
        times = {"\r\n": pairs, "\n": text.count("\n") - pairs, "\r": text.count("\r") - pairs}
        self.kinds |= {kind for kind, number in times.items() if number > 0}
        self.blank_lines = self.blank_lines or re.search(r"\n\r?\n|\r\r", text) is not None


class _Sweeper:
    """Makes every line end LF and, where asked, takes blank lines outside quotes away."""

    def __init__(self, drop_blank: bool, skipped: int) -> None:
        self._drop_blank = drop_blank
        self._skipped = skipped
        self._held = ""
        self._quoted = False
        self._at_start = True
        self.dropped = 0

    def sweep(self, piece: str) -> str:
        """Return the next piece, swept; a last CR is held back until it is known what follows it."""
        text = self._held + piece
        self._held = "\r" if text.endswith("\r") else ""
        text = text[: len(text) - len(self._held)].replace("\r\n", "\n").replace("\r", "\n")
        while self._skipped and text:
            _, found, text = text.partition("\n")
            self._skipped -= len(found)
        return self._without_blank(text) if self._drop_blank else text

    def rest(self) -> str:
        """Return what was held back, at the end of the text."""
        return "\n" if self._held else ""

    def _without_blank(self, text: str) -> str:
        parts = text.split('"')
        for number, part in enumerate(parts):
            if number:
                self._quoted = not self._quoted
                self._at_start = False
            if not self._quoted and part:
                parts[number] = self._sweep_outside(part)
        return '"'.join(parts)

    def _sweep_outside(self, part: str) -> str:
        swept = re.sub(r"\n{2,}", "\n", part)
        if self._at_start:
            swept = swept.lstrip("\n")
        self.dropped += len(part) - len(swept)
        self._at_start = swept.endswith("\n") if swept else self._at_start
        return swept


def _delimiter(source: Source, head: str) -> str:
    """Return the delimiter given, or the one that cuts the header into most columns (outside quotes)."""
    if given := source.options.get("delimiter"):
        wanted = {"tab": "\t", "\\t": "\t"}.get(given, given)
        if len(wanted) != 1:
            raise unreadable(
                source,
                Message("the delimiter {given} is not one character", given=repr(given)),
                Message("say one character, or tab, in sources.{source}.options.delimiter", source=source.name),
            )
        return wanted
    counted = {delimiter: len(next(csv.reader([_first_line(head)], delimiter=delimiter))) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: counted[delimiter])


def _first_line(head: str) -> str:
    return next((line for line in head.splitlines() if line.strip()), "")


def _quote(source: Source) -> str:
    given = source.options.get("quote", '"')
    if given == "none":
        return ""
    if len(given) != 1:
        raise unreadable(
            source,
            Message("the quote {given} is not one character", given=repr(given)),
            Message("say one character, or none, in sources.{source}.options.quote", source=source.name),
        )
    return given


def _header(source: Source, head: str, form: Form) -> tuple[str, ...]:
    """Return the column names. Raises SourceError when the file has no header."""
    lines = islice(head.splitlines(keepends=True), 1000)
    try:
        if form.quote:
            first = next(csv.reader(lines, delimiter=form.delimiter, quotechar=form.quote), [])
        else:
            first = next(csv.reader(lines, delimiter=form.delimiter, quoting=csv.QUOTE_NONE), [])
    except csv.Error as error:
        raise unreadable(
            source,
            Message("the header cannot be read: {error}", error=error),
            Message("deliver the file with its header"),
        ) from None
    names = tuple(name.strip() for name in first)
    if not any(names):
        raise unreadable(source, Message("has no header"), Message("the first line must name the columns"))
    return names


@dataclass(frozen=True)
class _Rows:
    path: Path
    rejects: Path | None
    rejected: int


def _read(
    source: Source,
    text: Path,
    shape: tuple[Form, tuple[str, ...]],
    scratch: Path,
    connection: duckdb.DuckDBPyConnection,
) -> _Rows:
    form, header = shape
    rows = scratch / f"{source.name}.rows.parquet"
    kept = ", ".join(f"c{i} AS {quoted(header[i])}" for i in columns_read(source, header))
    connection.execute("DROP TABLE IF EXISTS csv_errors; DROP TABLE IF EXISTS csv_scans")
    try:
        connection.execute(
            f"COPY (SELECT {kept}, row_number() OVER () AS _row FROM {_scan(text, form, len(header))}) "
            f"TO {literal(rows)} (FORMAT parquet, COMPRESSION snappy)"
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise unreadable(
            source,
            Message("cannot be read as CSV: {error}", error=str(error).splitlines()[0]),
            Message("deliver the file again as plain CSV"),
        ) from None
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE csv_bad AS SELECT line::BIGINT - 1 AS _row, "
        "min_by(error_type::VARCHAR, column_idx) AS kind, any_value(csv_line) AS value, "
        "max(line_byte_position) AS position FROM csv_errors GROUP BY line"
    )
    bad = connection.execute("SELECT count(*) FROM csv_bad").fetchone()
    if not bad or not bad[0]:
        return _Rows(rows, None, 0)
    _refuse_open_quote(source, text, connection)
    return _with_gaps(source, rows, scratch, connection)


def _scan(text: Path, form: Form, width: int) -> str:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    return (
        f"read_csv({literal(text)}, delim={literal(form.delimiter)}, quote={literal(form.quote)}, "
        f"escape={literal(form.quote)}, header=true, "
        f"auto_detect=false, columns={{{columns}}}, max_line_size={LONGEST_ROW}, store_rejects=true, "
        "rejects_table='csv_errors', rejects_scan='csv_scans', rejects_limit=0)"
    )


def _refuse_open_quote(source: Source, text: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Raise SourceError when a quote swallowed the rest of the file: how many rows that was nobody can say."""
    found = connection.execute(
        "SELECT _row, position, octet_length(encode(value)) FROM csv_bad WHERE kind IN "
        "('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM') AND (contains(value, chr(10)) OR kind LIKE 'LINE%') "
        "ORDER BY position DESC LIMIT 1"
    ).fetchone()
    if found and (found[2] >= LONGEST_ROW or found[1] + found[2] >= text.stat().st_size - 2):
        raise unreadable(
            source,
            Message(
                "a quote opened in data row {found} is never closed, so the rows after it cannot be told apart",
                found=found[0],
            ),
            Message("close the quote, or deliver the file again whole"),
        )


def _with_gaps(source: Source, rows: Path, scratch: Path, connection: duckdb.DuckDBPyConnection) -> _Rows:
    """Number the good rows around the bad ones, as the file has them, and write the bad ones down."""
    numbered, rejects = scratch / f"{source.name}.numbered.parquet", scratch / f"{source.name}.cut.parquet"
    connection.execute(
        "COPY (WITH gap AS (SELECT _row - row_number() OVER (ORDER BY _row) + 1 AS good, "
        "row_number() OVER (ORDER BY _row) AS before FROM csv_bad), "
        "last AS (SELECT good, max(before) AS before FROM gap GROUP BY good) "
        "SELECT r.* REPLACE (r._row + coalesce(last.before, 0) AS _row) "
        f"FROM read_parquet({literal(rows)}) r ASOF LEFT JOIN last ON r._row >= last.good ORDER BY _row) "
        f"TO {literal(numbered)} (FORMAT parquet, COMPRESSION snappy)"
    )
    kinds = " ".join(f"WHEN {literal(kind)} THEN {literal(reason)}" for kind, reason in REASONS.items())
    connection.execute(
        'COPY (SELECT _row AS row, NULL::VARCHAR AS "column", trim(value, chr(10) || chr(13)) AS value, '
        f"CASE kind {kinds} ELSE {literal(Reason.BAD_QUOTES)} END AS reason, '{{}}' AS record "
        f"FROM csv_bad ORDER BY _row) TO {literal(rejects)} (FORMAT parquet)"
    )
    rows.unlink()
    counted = connection.execute("SELECT count(*) FROM csv_bad").fetchone()
    return _Rows(numbered, rejects, counted[0] if counted else 0)
