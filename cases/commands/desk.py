"""`patuh cases assign|note|snooze|wake|redirect|undo`: what a person does at the desk, and takes back."""

from datetime import date
from typing import Annotated

import typer

from cases.commands.gate import actor, opened
from cases.commands.life import By, Number, Reason, Where, put_on_file
from cases.commands.options import RUN_FILE, Config, Lang, Store, day_of, output, setting_of, typed
from cases.exit_codes import ExitCode
from rules.errors import Message, UsageError


def add_to(app: typer.Typer) -> None:
    """Make the commands part of `patuh cases`."""
    for name, command in (
        ("assign", assign),
        ("note", note),
        ("snooze", snooze),
        ("wake", wake),
        ("redirect", redirect),
        ("undo", undo),
    ):
        app.command(name)(command)


def assign(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="The case's number; left out with --by-load.")] = None,
    person: Annotated[
        str | None, typer.Argument(metavar="PERSON", help="The login of a person of rules.yaml, or nobody.")
    ] = None,
    by_load: Annotated[
        bool, typer.Option("--by-load", help="Give every case that nobody has to whom its region and their load say.")
    ] = False,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Give a case to a person who sees its region, or to nobody; or all free cases by region and load."""
    from cases.life.desk import assign as assign_case

    where = (config, store, lang)
    if by_load and number is None:
        return _by_load(context, by, where)
    if by_load or number is None or person is None:
        raise UsageError(
            Message("patuh cases assign needs a case and a person, or --by-load alone"),
            Message("what is given to whom must not be guessed"),
            Message(
                "write patuh cases assign NUMBER PERSON, with nobody to take it away, or patuh cases assign --by-load"
            ),
        )
    return put_on_file(context, number, by, where, lambda s, a, b: assign_case(s, number, a, b, person))


def note(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Option("--text", help="The note; it stays in the case's file.")],
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Write a note into a case's file."""
    from cases.life.desk import note as note_case

    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: note_case(s, number, a, b, text))


def snooze(
    context: typer.Context,
    number: Number,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="The last day on which it is hidden.")],
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Hide a case from lists up to a day; it changes no outcome, and patuh due goes on listing it."""
    from cases.life.desk import snooze as snooze_case

    hidden = (_day(until), reason)
    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: snooze_case(s, number, a, b, hidden))


def wake(
    context: typer.Context,
    number: Number,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Show a hidden case in lists again."""
    from cases.life.desk import wake as wake_case

    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: wake_case(s, number, a, b))


def redirect(
    context: typer.Context,
    number: Number,
    queue: Annotated[str, typer.Option("--queue", help="disnaker or kejaksaan.")],
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Send a confirmed case that no office has yet to another queue."""
    from cases.life.redirecting import redirect as redirect_case

    to = (queue, reason)
    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: redirect_case(s, number, a, b, to))


def undo(
    context: typer.Context,
    number: Number,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Take back what one did last to a case, while no scan and nobody outside has built on it."""
    from cases.life.undoing import undo_last

    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: undo_last(s, number, a, b))


def _day(text: str) -> date:
    day = day_of(text, "--until")
    assert day is not None
    return day


def _by_load(context: typer.Context, by: str | None, where: Where) -> ExitCode:
    from cases.act_screen import handed_out_panel
    from cases.commands.reading import open_reading
    from cases.life.acts import Book
    from cases.life.desk import assign_by_load
    from cases.service import Act

    setting = setting_of(context)
    now = setting.now()
    reading = open_reading(*where, today=now.date())
    configuration = reading.configuration
    book = Book(reading.work, configuration.offices, reading.wording, configuration.people)
    with opened(context, reading.store, write=True) as session:
        act = Act(actor(context, by), now, setting.salt())
        done = assign_by_load(session, act, book, configuration.assignment)
    stands = Message("what was assigned stands")
    output(stands).print(handed_out_panel(done, reading.wording, typed(*where[:2])))
    return ExitCode.DONE
