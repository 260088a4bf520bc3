"""`patuh export`: the confirmed cases of a queue as a file for the office that follows them up."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from cases.commands.gate import opened, uncover_list, who_of
from cases.commands.options import RUN_FILE, Config, Lang, Purpose, Store, Unmask, one_of, setting_of, talk
from cases.commands.written import whole_file, written
from cases.exit_codes import ExitCode
from connectors.kept_content import sha256_of
from rules.errors import Message

if TYPE_CHECKING:
    from cases.export.rows import ExportCase, ExportHead
    from cases.wording import Wording

    Writer = Callable[[ExportHead, Iterable[ExportCase], Wording, BinaryIO], int]

FORMATS = ("csv", "xlsx", "json")


def export(
    context: typer.Context,
    queue: Annotated[str, typer.Argument(help="disnaker or kejaksaan.")],
    form: Annotated[str, typer.Option("--format", help="csv, xlsx or json.")] = "xlsx",
    into: Annotated[
        Path | None, typer.Option("--output", help="The file to write; stdout otherwise (csv and json).")
    ] = None,
    unmask: Unmask = False,
    purpose: Purpose = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Write the confirmed cases of a queue, with identifiers covered unless asked for."""
    from cases.commands.reading import open_reading
    from cases.export.confirmed import ExportOrder, confirmed_cases, export_head
    from cases.export.sent import write_sent
    from cases.proof.anchored_list import anchor_list
    from cases.proof.anchors import anchor_folder
    from cases.store.chain import moment
    from cases.summary_tables import anchor_words

    now = setting_of(context).now()
    reading = open_reading(config, store, lang, now.date())
    book = reading.work.book
    why = Message("an export of an unknown queue would be empty without a word")
    queue = one_of("queue", queue, book.routing.queues, why)
    form = one_of("--format", form, FORMATS, Message("the file is written in one of these forms"))
    order = ExportOrder(
        queue=queue,
        made_on=now.date(),
        wording=reading.wording,
        judging=reading.work,
        offices=reading.configuration.offices,
        unmask_reason=purpose if unmask else None,
    )
    into = into or _beside(queue, form, order.made_on)
    with opened(context, reading.store) as session:
        head = export_head(session, order)
        if unmask:
            uncover_list(context, reading.store, head.cases)
        with opened(context, reading.store, write=True) as writing:
            write_sent(writing, (queue, head.cases), who_of(context).login, now)
            writing.commit()
        count, sha256 = _written(
            into, lambda stream: _writer(form)(head, confirmed_cases(session, order), reading.wording, stream)
        )
    told = reading.wording.plural(
        "{count} case exported for {queue}", "{count} cases exported for {queue}", count, queue=queue
    )
    root = anchor_folder(reading.configuration.anchor_root, reading.store)
    with opened(context, reading.store, write=True) as session:
        anchor = anchor_list(session, root, {"at": moment(now), "export": queue, "sha256": sha256})
    for line in (told if into is None else f"{told}: {into}", anchor_words(anchor, reading.wording)):
        talk().print(line, highlight=False, markup=False, soft_wrap=True)
    return ExitCode.DONE


def _beside(queue: str, form: str, day: date) -> Path | None:
    """Return the file to write where nobody named one: a terminal is no place for a workbook, a pipe is."""
    return Path(f"patuh-{queue}-{day}.{form}") if sys.stdout.isatty() else None


def _written(into: Path | None, write: "Callable[[BinaryIO], int]") -> tuple[int, str]:
    """Write the list and return its cases and its sha256; a file appears whole or not at all. Raises OutputError.

    Stdout gets the list when it is whole: what its reader has of it has that sha256.
    """
    if into is not None:
        with whole_file(into) as stream:
            count = write(stream)
        return count, sha256_of(into)
    with written(), TemporaryFile() as stream:
        count = write(stream)
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        shutil.copyfileobj(stream, sys.stdout.buffer)
    return count, digest


def _writer(form: str) -> "Writer":
    from cases.export.to_csv import write_csv
    from cases.export.to_json import write_json

    if form == "csv":
        return write_csv
    if form == "json":
        return lambda head, cases, _wording, stream: write_json(head, cases, stream)
    from cases.export.to_xlsx import write_xlsx

    return write_xlsx
