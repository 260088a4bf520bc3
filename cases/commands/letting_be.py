"""`patuh cases waive|dismiss`: what a person lets be, with reason, owner and expiry."""

from typing import Annotated

import typer

from cases.commands.gate import actor, opened
from cases.commands.life import By, Number
from cases.commands.options import RUN_FILE, Config, Lang, Store, day_of, output, setting_of, typed
from cases.exit_codes import ExitCode
from rules.errors import Message

Reason = Annotated[str, typer.Option("--reason", help="Why; it stays in the case's file.")]
Owner = Annotated[str, typer.Option("--owner", help="Who answers for the decision and looks again when it ends.")]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of `patuh cases`."""
    app.command("waive")(waive)
    app.command("dismiss")(dismiss)


def waive(
    context: typer.Context,
    number: Number,
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only findings of this rule.")] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="KEY", help="Only this subject, by its key.")
    ] = None,
    whole_party: Annotated[bool, typer.Option("--whole-party", help="Whatever is found of the party.")] = False,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="In every province; otherwise in that of the case.")
    ] = False,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day; otherwise today.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The last day; otherwise until it is withdrawn.")
    ] = None,
    reason: Reason = "",
    owner: Owner = "",
    proof: Annotated[str, typer.Option("--proof", help="The paper that it rests on: its number.")] = "",
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Let findings of the case's party be for a time: of one rule, of one subject, or all."""
    from cases.commands.filters import rule_of
    from cases.commands.reading import open_reading
    from cases.life.acts import Book
    from cases.life.letting_be import Ground, Reach, WantedWaiver
    from cases.life.letting_be import waive as waive_case
    from cases.service import Act
    from cases.waiver_screen import let_be_panel

    setting = setting_of(context)
    now = setting.now()
    reading = open_reading(config, store, lang, now.date())
    book = Book(reading.work, reading.configuration.offices, reading.wording)
    ground = Ground(reason, owner, day_of(until, "--until"))
    first = day_of(since, "--from") or now.date()
    with opened(context, reading.store, write=True) as session:
        reach = Reach(rule_of(rule, reading.work.book, session), subject, whole_party, everywhere)
        wanted = WantedWaiver(reach, ground, first, proof)
        done = waive_case(session, number, Act(actor(context, by), now, setting.salt()), book, wanted)
    stands = Message("waiver {number} is on record, and that stands", number=done.waiver)
    output(stands).print(let_be_panel(number, done, reading.wording, typed(config, store)))
    return ExitCode.DONE


def dismiss(
    context: typer.Context,
    number: Number,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The last day; otherwise until registers say otherwise."),
    ] = None,
    reason: Reason = "",
    owner: Owner = "",
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Let what is open in a case be until its evidence changes, or until a day."""
    from cases.commands.reading import open_reading
    from cases.life.acts import Book
    from cases.life.letting_be import Ground
    from cases.life.letting_be import dismiss as dismiss_case
    from cases.service import Act
    from cases.waiver_screen import let_be_panel

    setting = setting_of(context)
    now = setting.now()
    reading = open_reading(config, store, lang, now.date())
    book = Book(reading.work, reading.configuration.offices, reading.wording)
    ground = Ground(reason, owner, day_of(until, "--until"))
    with opened(context, reading.store, write=True) as session:
        done = dismiss_case(session, number, Act(actor(context, by), now, setting.salt()), book, ground)
    stands = Message("case {number} is dismissed, and that stands", number=number)
    output(stands).print(let_be_panel(number, done, reading.wording, typed(config, store)))
    return ExitCode.DONE
