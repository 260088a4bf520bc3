"""`patuh cases`: the cases of the store, listed, shown, explained and confirmed."""

from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from cases.commands import desk, letting_be, life
from cases.commands.gate import actor, opened, uncover_case
from cases.commands.options import (
    RUN_FILE,
    Config,
    Lang,
    Limit,
    Purpose,
    Store,
    Unmask,
    one_of,
    output,
    setting_of,
    typed,
)
from cases.exit_codes import ExitCode
from rules.errors import Message

app = typer.Typer(help="List, show, explain and confirm cases, and record what is done with them.")

Where = tuple[Path, str | None, str | None]
"""The run file, the store and the language, as the options gave them."""

Number = Annotated[int, typer.Argument(help="The case's number, as patuh cases list shows it.")]
Queue = Annotated[str | None, typer.Option("--queue", help="disnaker or kejaksaan.")]
Rule = Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only with an open finding of this rule.")]
Region = Annotated[str | None, typer.Option("--region", help="Only of this region: a Kemendagri code of any level.")]


@app.callback()
def _cases() -> None:
    """List, show, explain and confirm cases, and record what is done with them."""


@app.command("list")
def listed(
    context: typer.Context,
    queue: Queue = None,
    stage: Annotated[str | None, typer.Option("--stage", help="flagged, confirmed, referred, …")] = None,
    region: Region = None,
    rule: Rule = None,
    named: Annotated[str | None, typer.Option("--named", help="A part of the party's name.")] = None,
    assigned_to: Annotated[
        str | None, typer.Option("--assigned-to", metavar="PERSON", help="Only a person's: a login, me, or nobody.")
    ] = None,
    snoozed: Annotated[bool, typer.Option("--snoozed", help="Hidden cases too.")] = False,
    sort: Annotated[str, typer.Option("--sort", help="priority (the score), or severity.")] = "priority",
    after: Annotated[int | None, typer.Option("--after", help="Go on after this case.")] = None,
    limit: Limit = 50,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """List cases, those with the highest score first."""
    from cases.case_table import case_table
    from cases.commands.filters import assigned_of, queue_of, region_of, rule_of
    from cases.commands.reading import open_reading
    from cases.listing import SORTS, CaseFilter, Ordering, list_cases
    from cases.waiver_list import who_let_be

    today = setting_of(context).today()
    reading = open_reading(config, store, lang, today)
    book = reading.work.book
    queue = queue_of(queue, book.routing.queues, Message("a list of an unknown queue would look like an empty one"))
    region = region_of(region)
    sort = one_of("--sort", sort, SORTS, Message("the first page has to be the one that is meant"))
    with opened(context, reading.store) as session:
        wanted = CaseFilter(
            queue,
            stage,
            region,
            rule_of(rule, book, session),
            named,
            snoozed,
            assigned_of(assigned_to, actor(context, None), reading.configuration.people),
        )
        page = list_cases(session, wanted, Ordering(today, book.priority, sort), after, limit)
        let_be = who_let_be(session, [line.number for line in page.lines if line.stage == "dismissed"], reading.wording)
    output().print(case_table(page, reading.wording, book.vocabulary, typed(config, store), let_be))
    return ExitCode.DONE


@app.command("show")
def show(
    context: typer.Context,
    number: Number,
    unmask: Unmask = False,
    purpose: Purpose = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Show one case: whom it is about, what was found, what happened to it."""
    return _file(context, number, unmask, (config, store, lang), explained=False)


@app.command("explain")
def explain(
    context: typer.Context,
    number: Number,
    unmask: Unmask = False,
    purpose: Purpose = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Show one case with each condition and its values, the article of law, and why this queue."""
    return _file(context, number, unmask, (config, store, lang), explained=True)


def _file(context: typer.Context, number: int, unmask: bool, where: Where, explained: bool) -> ExitCode:
    import engine.explain
    from cases.commands.reading import open_reading
    from cases.explanation import case_file
    from cases.reader import Reader
    from cases.rendering import case_panel

    now = setting_of(context).now()
    reading = open_reading(*where, today=now.date())
    reader = Reader(
        work=reading.work,
        wording=reading.wording,
        today=now.date(),
        explain=engine.explain.explain_each if explained else None,
        unmask=unmask,
        zone=now.tzinfo or UTC,
    )
    if unmask:
        uncover_case(context, reading.store, number)
    with opened(context, reading.store) as session:
        file = case_file(session, number, reader)
    output().print(case_panel(file, reading.wording, typed(*where[:2])))
    return ExitCode.DONE


@app.command("confirm")
def confirm(
    context: typer.Context,
    number: Number,
    by: Annotated[
        str | None, typer.Option("--by", help="Who confirms, at a desk of one; otherwise the one logged in.")
    ] = None,
    queue: Queue = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Confirm one flagged case, for the proposed queue or another."""
    from cases.commands.filters import queue_of
    from cases.commands.reading import open_reading
    from cases.rendering import confirmed_panel
    from cases.service import Act
    from cases.service import confirm as confirm_case

    setting = setting_of(context)
    now = setting.now()
    reading = open_reading(config, store, lang, now.date())
    queues = reading.work.book.routing.queues
    queue = queue_of(queue, queues, Message("a case in an unknown queue reaches no office"))
    with opened(context, reading.store, write=True) as session:
        done = confirm_case(session, number, Act(actor(context, by), now, setting.salt()), reading.wording, queue)
    stands = Message("case {number} is confirmed, and that stands", number=number)
    output(stands).print(confirmed_panel(done, reading.wording, typed(config, store)))
    return ExitCode.DONE


life.add_to(app)
desk.add_to(app)
letting_be.add_to(app)
