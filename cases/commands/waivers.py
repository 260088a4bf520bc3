"""`patuh waivers`: what persons let be, and until when."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from cases.commands.gate import actor, opened
from cases.commands.life import By
from cases.commands.options import RUN_FILE, AsJson, Config, Lang, Limit, Store, one_of, output, setting_of, typed
from cases.exit_codes import ExitCode
from rules.errors import Message

app = typer.Typer(help="List and withdraw waivers.")


@app.callback()
def _waivers() -> None:
    """List and withdraw waivers."""


@app.command("list")
def listed(
    context: typer.Context,
    state: Annotated[
        str | None, typer.Option("--state", help="in_force, to_come, expired or withdrawn; otherwise all.")
    ] = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only those that cover this rule.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Only of this province: a Kemendagri code.")] = None,
    named: Annotated[str | None, typer.Option("--named", help="A part of the party's name.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """List waivers: who let what be, why and until when; those that end first come first."""
    from cases.commands.filters import region_of, rule_of
    from cases.commands.reading import open_reading
    from cases.life.waivers import STANDINGS
    from cases.waiver_list import WaiverFilter, list_waivers
    from cases.waiver_screen import waiver_table

    today = setting_of(context).today()
    reading = open_reading(config, store, lang, today)
    book = reading.work.book
    why = Message("a list of a state that there is not would look like an empty one")
    state = None if state is None else one_of("--state", state, STANDINGS, why)
    with opened(context, reading.store) as session:
        wanted = WaiverFilter(state, rule_of(rule, book, session), region_of(region), named)
        found = list_waivers(session, wanted, today, book.vocabulary, limit)
    if as_json:
        text = json.dumps({"today": today.isoformat(), **asdict(found)}, default=str, indent=1)
        output().print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        output().print(waiver_table(found, reading.wording, typed(config, store)))
    return ExitCode.DONE


@app.command("withdraw")
def withdraw(
    context: typer.Context,
    waiver: Annotated[int, typer.Argument(metavar="WAIVER", help="Its number, as patuh waivers list shows it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stays in the files of the cases.")] = "",
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Withdraw a waiver: it is honoured no longer, and the next scan finds anew what is still so."""
    from cases.commands.reading import open_reading
    from cases.life.acts import Book
    from cases.life.letting_be import withdraw as withdraw_waiver
    from cases.service import Act
    from cases.waiver_screen import withdrawn_panel

    setting = setting_of(context)
    now = setting.now()
    reading = open_reading(config, store, lang, now.date())
    book = Book(reading.work, reading.configuration.offices, reading.wording)
    with opened(context, reading.store, write=True) as session:
        done = withdraw_waiver(session, waiver, Act(actor(context, by), now, setting.salt()), book, reason)
    stands = Message("waiver {number} is withdrawn, and that stands", number=waiver)
    output(stands).print(withdrawn_panel(done, reading.wording, typed(config, store)))
    return ExitCode.DONE
