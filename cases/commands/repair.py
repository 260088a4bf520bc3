"""`patuh repair export`: what one register has to repair, as a list for its owner."""

from pathlib import Path
from typing import Annotated

import typer

from cases.commands.gate import opened, regions_of, who_of
from cases.commands.options import (
    RUN_FILE,
    Config,
    Lang,
    Purpose,
    Store,
    Unmask,
    one_of,
    setting_of,
    talk,
)
from cases.exit_codes import ExitCode
from rules.errors import Message

app = typer.Typer(help="Export to the owner of a register what it has to repair.")


@app.callback()
def _repair() -> None:
    """Export to the owner of a register what it has to repair."""


@app.command("export")
def export(
    context: typer.Context,
    source: Annotated[str, typer.Option("--source", help="The register, as the run file names it.")],
    into: Annotated[Path, typer.Option("--output", help="The file to write.")],
    form: Annotated[str, typer.Option("--format", help="csv or xlsx.")] = "csv",
    region: Annotated[str | None, typer.Option("--region", help="Only of this region, of any level.")] = None,
    unmask: Unmask = False,
    purpose: Purpose = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Write whom the last scan could not judge because of one register: key, field, reason, what to do."""
    from cases.commands.filters import region_of, source_of
    from cases.commands.reading import ended_scan, open_reading
    from cases.proof.anchors import anchor_folder
    from cases.repair_export import FORMS, RepairLists, RepairOrder, export_repair
    from cases.summary_tables import anchor_words
    from cases.unknown_list import UnknownFilter, UnknownSource

    now = setting_of(context).now()
    reading = open_reading(config, store, lang, now.date())
    run, wording = reading.configuration, reading.wording
    source = source_of(source, run.sources) or source
    form = one_of("--format", form, FORMS, Message("the file is written in one of these forms"))
    wanted = UnknownFilter(None, source, region_of(region), regions_of(context))
    order = RepairOrder(source, into, form, who_of(context).login, now, purpose if unmask else None)
    with opened(context, reading.store, write=True) as session:
        found = UnknownSource(
            run.state, ended_scan(session).run_id, reading.work.scratch, reading.work.book.vocabulary, unmask
        )
        root = anchor_folder(run.anchor_root, reading.store)
        done = export_repair(session, RepairLists(found, wanted, run, wording, root), order)
    told = wording.plural("{count} row written to {path}", "{count} rows written to {path}", done.rows, path=done.path)
    for line in (told, anchor_words(done.anchor, wording)):
        talk().print(line, highlight=False, markup=False, soft_wrap=True)
    return ExitCode.DONE
