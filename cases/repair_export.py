"""What one register has to repair, as a list for its owner: CSV or XLSX, on record when it is made.

A row bears what the owner needs to find the row and no more: the key, covered as its field says unless it was asked for
whole; which field, why, and what to do. No name, no finding, nothing of what a rule thinks of anybody.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO, Final

from sqlmodel import Session
from xlsxwriter import Workbook

from cases.access.gate import permit
from cases.access.unmaskings import Uncovering, write_unmasking
from cases.export.to_csv import csv_cell
from cases.proof.anchored_list import anchor_list
from cases.proof.set_anchor import SetAnchor
from cases.repair_list import RepairCause, causes, reason_words, remedy_words, subjects
from cases.store.chain import moment
from cases.unknown_list import UnknownFilter, UnknownSource
from cases.wording import NOT_KNOWN, Wording
from rules.configuration import Configuration
from rules.errors import Message, OutputError, UsageError

FORMS: Final = ("csv", "xlsx")
COMMAND: Final = "repair export"
_PAGE: Final = 100_000
_SHEET: Final = 1_048_575


@dataclass(frozen=True)
class RepairOrder:
    """What is exported: of which source, where to, in which form. `purpose` None: keys are covered."""

    source: str
    into: Path
    form: str
    who: str
    at: datetime
    purpose: str | None = None


@dataclass(frozen=True)
class RepairLists:
    """Where it is read from: the list of the last scan, narrowed to the regions of who asks, and the run file."""

    unknowns: UnknownSource
    wanted: UnknownFilter
    run: Configuration
    wording: Wording
    anchors: Path


@dataclass(frozen=True)
class RepairExported:
    """A list that was written, and the anchor file that names it."""

    rows: int
    path: Path
    anchor: SetAnchor


def export_repair(session: Session, lists: RepairLists, order: RepairOrder) -> RepairExported:
    """Write the list and put it on record; the session has to be open for writing, and is committed.

    Raises NotPermittedError; UsageError: the register has nothing to repair; OutputError, StoreError.
    """
    permit(session, "repair")
    found = causes(session, lists.unknowns, lists.wanted, lists.run)
    if not found:
        raise UsageError(
            Message("nothing of {source} has to be repaired", source=order.source),
            Message("an empty list would look like one that was lost"),
            Message("patuh unknowns shows which registers left something open"),
        )
    if order.purpose is not None:
        rows = sum(one.subjects for one in found)
        write_unmasking(session, Uncovering(order.at, order.who, COMMAND, order.purpose), rows)
    lines = _lines(session, lists, found)
    count = _written(order, _head(lists.wording), lines)
    with order.into.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    said = {"at": moment(order.at), "export": f"repair {order.source}", "sha256": digest}
    anchor = anchor_list(session, lists.anchors, said, "repair")
    session.commit()
    return RepairExported(count, order.into, anchor)


def _head(wording: Wording) -> tuple[str, ...]:
    say = wording.say
    return say("Key"), say("Region"), say("Field"), say("Reason"), say("What to do"), say("Rule")


def _lines(session: Session, lists: RepairLists, found: tuple[RepairCause, ...]) -> Iterator[tuple[str, ...]]:
    for cause in found:
        reason, remedy = reason_words(cause, lists.wording), remedy_words(cause, lists.wording)
        after: tuple[str, str] | None = None
        while True:
            page = subjects(session, lists.unknowns, lists.wanted, cause, (after, _PAGE))
            for one in page.subjects:
                blamed = cause.field or cause.line or NOT_KNOWN
                yield one.key, one.region or NOT_KNOWN, blamed, reason, remedy, cause.rule
            if not page.more:
                break
            after = page.subjects[-1].at


def _written(order: RepairOrder, head: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> int:
    """Write the file whole or not at all. Raises OutputError."""
    part = order.into.with_name(f".{order.into.name}.part")
    try:
        with part.open("wb") as stream:
            count = (_xlsx if order.form == "xlsx" else _csv)(stream, head, lines)
        part.replace(order.into)
    except OSError as error:
        raise OutputError(
            Message(
                "the list cannot be written to {into}: {reason}", into=order.into, reason=error.strerror or str(error)
            ),
            Message("half a list would look like a whole one, so none was left"),
            Message("free space or permissions there, or name another file"),
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return count


def _csv(stream: BinaryIO, head: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> int:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="backslashreplace", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    count = 0
    for line in lines:
        writer.writerow([csv_cell(cell) for cell in line])
        count += 1
    text.flush()
    text.detach()
    return count


def _xlsx(stream: BinaryIO, head: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> int:
    book = Workbook(stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, plain = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    count, sheet = 0, None
    for count, line in enumerate(lines, start=1):
        row = (count - 1) % _SHEET
        if sheet is None or row == 0:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 1)
            for place, cell in enumerate(head):
                sheet.write_string(0, place, cell, bold)
        for place, cell in enumerate(line):
            sheet.write_string(row + 1, place, cell, plain)
    book.close()
    return count
