"""`patuh due`: what is due and overdue in the cases under way."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from cases.commands.gate import opened
from cases.commands.options import RUN_FILE, AsJson, Config, Lang, Store, output, setting_of, typed
from cases.exit_codes import ExitCode
from rules.errors import Message


def due(
    context: typer.Context,
    queue: Annotated[str | None, typer.Option("--queue", help="disnaker or kejaksaan.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Only of this region: a Kemendagri code of any level.")
    ] = None,
    as_json: AsJson = False,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """List what is due and overdue: in which case, whose turn it is, until when."""
    from cases.act_screen import due_table
    from cases.commands.filters import queue_of, region_of
    from cases.commands.reading import open_reading
    from cases.life.acts import Book
    from cases.life.due import NO_OFFICE, DueFilter, due_list

    today = setting_of(context).today()
    reading = open_reading(config, store, lang, today)
    queues = reading.work.book.routing.queues
    why = Message("a list of an unknown queue would look like an empty one")
    wanted = DueFilter(queue_of(queue, queues, why), region_of(region))
    book = Book(reading.work, reading.configuration.offices, reading.wording)
    with opened(context, reading.store) as session:
        found = due_list(session, book, reading.work.calendar, today, wanted)
    if as_json:
        text = json.dumps({"today": today.isoformat(), "due": [asdict(one) for one in found]}, default=str, indent=1)
        output().print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        output().print(due_table(found, book, typed(config, store)))
    return ExitCode.NOT_JUDGED if any(one.what == NO_OFFICE for one in found) else ExitCode.DONE
