"""The way in to an export: one queue, one format, onto a stream or into a file that appears whole or not at all."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal, get_args

from sqlmodel import Session

from cases.export.confirmed import ExportOrder, confirmed_cases, export_head, left_without_office
from cases.export.to_csv import write_csv
from cases.export.to_json import write_json
from cases.export.to_xlsx import write_xlsx
from rules.errors import Message, StoreError, UsageError

ExportFormat = Literal["csv", "xlsx", "json"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)


@dataclass(frozen=True)
class Exported:
    """What was written; no case means a valid list with nothing in it. `path` None: onto a stream.

    `left_without_office`: confirmed cases that stayed, because no office serves their province.
    """

    queue: str
    format: ExportFormat
    cases: int
    left_without_office: int
    unmasked: bool
    path: Path | None


def export_format(name: str) -> ExportFormat:
    """Return the format called `name`. Raises UsageError when there is none."""
    for known in FORMATS:
        if name == known:
            return known
    raise UsageError(
        Message("there is no export format '{name}'", name=name),
        Message("an office has to be able to open what it gets"),
        Message("choose one of {names}", names=", ".join(FORMATS)),
    )


def export_queue(session: Session, order: ExportOrder, file_format: ExportFormat, into: BinaryIO) -> Exported:
    """Write the confirmed cases of the order's queue onto a stream."""
    head, cases = export_head(session, order), confirmed_cases(session, order)
    match file_format:
        case "csv":
            count = write_csv(head, cases, order.wording, into)
        case "xlsx":
            count = write_xlsx(head, cases, order.wording, into)
        case "json":
            count = write_json(head, cases, into)
    staying = left_without_office(session, order)
    return Exported(order.queue, file_format, count, staying, order.unmask_reason is not None, None)


def export_file(session: Session, order: ExportOrder, file_format: ExportFormat, path: Path) -> Exported:
    """Write the list beside `path` and put it in place when it is whole; an older list stays until then.

    Raises StoreError when the disk refuses, and what `export_queue` raises.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as stream:
            done = export_queue(session, order, file_format, stream)
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(
            Message("{path} cannot be written ({strerror})", path=path, strerror=error.strerror or error),
            Message("half a list would look like a whole one, so none was left"),
            Message("free space or permissions there, or name another file, then export again"),
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return replace(done, path=path)
