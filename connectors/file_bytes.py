"""The bytes of a source: is it there, its hash, its encoding, and a copy in UTF-8 where DuckDB needs one."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from io import BufferedIOBase
from pathlib import Path

from connectors.raw import unreadable
from rules.configuration import Source
from rules.errors import Message

CHUNK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Encoding:
    """How the bytes become text. `note` is None when nothing was guessed; `plain`: already UTF-8 without a BOM."""

    name: str
    note: str | None
    plain: bool


def source_file(source: Source) -> Path:
    """Return the source's file. Raises SourceError when it is missing, a folder, empty or may not be read."""
    path = source.path
    if path is None:
        raise unreadable(
            source, Message("has no path"), Message("say sources.{source}.path in rules.yaml", source=source.name)
        )
    if path.is_dir():
        raise unreadable(source, Message("is a folder, not a file"), Message("name the file itself"))
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise unreadable(
            source, Message("the file is not there"), Message("deliver the file, or mend its path in rules.yaml")
        ) from None
    except OSError as error:
        raise unreadable(
            source,
            Message("cannot be opened: {strerror}", strerror=error.strerror),
            Message("let the user who runs the scan read it"),
        ) from None
    if size == 0:
        raise unreadable(
            source,
            Message("the file is empty (0 bytes)"),
            Message("ask for the file again; an empty register still has its header"),
        )
    return path


def header_row(source: Source, default: int = 1) -> int:
    """Return `options.header_row`, the line that names the columns, from 1. Raises SourceError for another text."""
    given = source.options.get("header_row")
    if given is None:
        return default
    if not (given.isdigit() and int(given) > 0):
        raise unreadable(
            source,
            Message("header_row '{given}' is no row number", given=given),
            Message("say 1 or more in sources.{source}.options.header_row", source=source.name),
        )
    return int(given)


def modified_day(path: Path, zone: tzinfo | None) -> date | None:
    """Return the day on which a file, or the newest file of a folder, was last changed; None when there is none."""
    files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    times = [file.stat().st_mtime for file in files if file.exists()]
    return datetime.fromtimestamp(max(times), tz=zone).date() if times else None


def pieces(source: Source, path: Path) -> Iterator[bytes]:
    """Yield a file in pieces, unpacked when it is gzip. Raises SourceError for a damaged or truncated gzip file."""
    with ExitStack() as stack:
        opened: BufferedIOBase = stack.enter_context(gzip.GzipFile(path) if is_gzip(path) else path.open("rb"))
        while True:
            try:
                piece = opened.read(CHUNK)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise unreadable(
                    source,
                    Message("the gzip file is damaged or cut off: {error}", error=error),
                    Message("deliver the file again, whole"),
                ) from None
            if not piece:
                return
            yield piece


def is_gzip(path: Path) -> bool:
    """Return whether the file begins as gzip does."""
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


def find_encoding(source: Source, path: Path) -> Encoding:
    """Return the encoding given by `options.encoding`, or found: byte order mark, strict UTF-8, else Windows-1252."""
    if given := source.options.get("encoding"):
        return _given(source, given)
    first = next(pieces(source, path), b"")[:4]
    for mark, name in BYTE_ORDER_MARKS:
        if first.startswith(mark):
            return Encoding(name, None, plain=False)
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        for piece in pieces(source, path):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _single_byte(source, path)
    return Encoding("utf-8", None, plain=True)


def _given(source: Source, name: str) -> Encoding:
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        raise unreadable(
            source,
            Message("nobody knows the encoding '{name}'", name=name),
            Message(
                "use utf-8, utf-16, windows-1252 or latin-1 in sources.{source}.options.encoding", source=source.name
            ),
        ) from None
    return Encoding("utf-8-sig" if codec == "utf-8" else codec, None, plain=False)


def _single_byte(source: Source, path: Path) -> Encoding:
    unused = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
    latin = any(piece.translate(None, unused) != piece for piece in pieces(source, path))
    name = "latin-1" if latin else "windows-1252"
    note = Message("is not UTF-8; read as {name} (a guess: say options.encoding to settle it)", name=name)
    return Encoding(name, note, plain=False)


def decoded(source: Source, path: Path, encoding: Encoding) -> Iterator[str]:
    """Yield the file's text in pieces. Raises SourceError where the bytes do not fit the encoding."""
    decoder = codecs.getincrementaldecoder(encoding.name)("strict")
    try:
        for piece in pieces(source, path):
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise unreadable(
            source,
            Message("is not {encoding}: {error}", encoding=encoding.name, error=error),
            Message(
                "mend sources.{source}.options.encoding in rules.yaml, or leave it out to have it found",
                source=source.name,
            ),
        ) from None
