"""`patuh scan`, `patuh sample`, `patuh unknowns`: the night's work, a province to try it on, and what it left open."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cases.commands.gate import opened, regions_of, uncover_list
from cases.commands.options import (
    RUN_FILE,
    AsJson,
    AsOf,
    Config,
    Lang,
    Limit,
    Purpose,
    Store,
    Unmask,
    day_of,
    output,
    pair_of,
    said_again,
    setting_of,
    talk,
    typed,
    wording_of,
)
from cases.commands.written import UNTOUCHED, written
from cases.exit_codes import ExitCode
from rules.errors import Message


def scan(
    context: typer.Context,
    config: Config = RUN_FILE,
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help="Only this rule; may be repeated.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME=PATH", help="Another file for a source; may be repeated."),
    ] = None,
    store: Store = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> ExitCode:
    """Read all registers, judge them by every rule, and write what changed as cases."""
    from cases.plan import Order
    from cases.progress import StageTimer
    from cases.scan import run_scan
    from cases.summary_tables import show

    setting = setting_of(context)
    order = Order(
        config=config.absolute(),
        today=setting.today(),
        started=setting.now(),
        as_of=day_of(as_of),
        dry_run=dry_run,
        rules=tuple(rule or ()),
        sources=dict(pair_of(text) for text in source or ()),
        store=store,
        salt=setting.salt(),
    )
    timer = StageTimer(talk(), setting.seconds, wording_of(lang, "id"))
    done = run_scan(order, timer)
    stands = (
        UNTOUCHED
        if dry_run
        else Message("run {run_id} is done; what it did to the cases stands", run_id=done.summary.run_id)
    )
    if as_json:
        with written(stands):
            typer.echo(json.dumps(done.summary.as_json(), ensure_ascii=False))
    else:
        rules, files = (("--rule", one) for one in rule or ()), (("--source", one) for one in source or ())
        words = said_again(("--as-of", as_of), *rules, *files)
        show(done.summary, output(stands), wording_of(lang, done.language), typed(config, store, words))
    return ExitCode.DONE if done.summary.complete else ExitCode.NOT_JUDGED


def sample(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where the registers go; made if missing.")],
    employers: Annotated[int, typer.Option("--employers", min=1, help="How many employers the province has.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same province.")] = 1,
    as_of: AsOf = None,
    lang: Lang = None,
) -> ExitCode:
    """Write a synthetic province with planted violations, and truth.csv beside it."""
    from connectors.sample import write_sample

    wording = wording_of(lang, "id")
    today = day_of(as_of) or setting_of(context).today()
    made = write_sample(folder.absolute(), employers, seed, today)
    console = output(Message("the registers are written and stand in {folder}", folder=folder))
    for name, rows in made.rows.items():
        console.print(f"{name}: {wording.number(rows)}", highlight=False)
    for rule, count in made.violations.items():
        console.print(wording.say("{rule}: {count} planted", rule=rule, count=wording.number(count)), highlight=False)
    return ExitCode.DONE


def unknowns(
    context: typer.Context,
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only subjects of this rule.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Only what this source left open.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Only of this region, of any level.")] = None,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Skip so many subjects.")] = 0,
    limit: Limit = 50,
    unmask: Unmask = False,
    purpose: Purpose = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """List whom the last scan could not judge, and which source and field is to blame."""
    from cases.commands.filters import region_of, rule_of, source_of
    from cases.commands.reading import ended_scan, open_reading
    from cases.unknown_list import UnknownFilter, UnknownSource, list_unknowns
    from cases.unknown_table import unknown_table

    reading = open_reading(config, store, lang, setting_of(context).today())
    source = source_of(source, reading.configuration.sources)
    region = region_of(region)
    with opened(context, reading.store) as session:
        rule = rule_of(rule, reading.work.book, session)
        last = ended_scan(session)
    found = UnknownSource(
        state=reading.configuration.state,
        run_id=last.run_id,
        scratch=reading.work.scratch,
        vocabulary=reading.work.book.vocabulary,
        unmask=unmask,
    )
    page = list_unknowns(found, UnknownFilter(rule, source, region, regions_of(context)), offset, limit)
    if unmask:
        uncover_list(context, reading.store, len(page.lines))
    output().print(unknown_table(page, reading.wording, typed(config, store)))
    return ExitCode.DONE
