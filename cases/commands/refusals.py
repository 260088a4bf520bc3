"""`patuh refusals` and `patuh unmaskings`: what the gate refused, and who saw lists uncovered, for an auditor."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import typer

from cases.commands.gate import opened
from cases.commands.options import RUN_FILE, Config, Lang, Limit, Store, output, setting_of
from cases.exit_codes import ExitCode


def refusals(
    context: typer.Context, limit: Limit = 50, config: Config = RUN_FILE, store: Store = None, lang: Lang = None
) -> ExitCode:
    """List what was refused to whom, the newest first."""
    from cases.access.refusals import list_refusals
    from cases.commands.reading import open_reading

    reading = open_reading(config, store, lang, setting_of(context).today())
    with opened(context, reading.store) as session:
        lines = list_refusals(session, limit)
    say, moment = reading.wording.say, reading.wording.moment
    heads = (say("moment"), say("login"), say("case"), say("region"), say("refused"), say("why"))
    rows = (
        (
            _moment(context, one.asked.at, moment),
            one.asked.login or "-",
            "" if one.asked.case is None else str(one.asked.case),
            one.region or "",
            one.what,
            one.why,
        )
        for one in lines
    )
    _show(say("Refusals"), heads, tuple(rows), say("Nothing was refused."))
    return ExitCode.DONE


def unmaskings(
    context: typer.Context, limit: Limit = 50, config: Config = RUN_FILE, store: Store = None, lang: Lang = None
) -> ExitCode:
    """List which lists somebody saw with identifiers uncovered, the newest first; of one case its events tell."""
    from cases.access.unmaskings import list_unmaskings
    from cases.commands.reading import open_reading

    reading = open_reading(config, store, lang, setting_of(context).today())
    with opened(context, reading.store) as session:
        lines = list_unmaskings(session, limit)
    say, number = reading.wording.say, reading.wording.number
    heads = (say("login"), say("command"), say("purpose"), say("rows"), say("moment"))
    rows = (
        (one.who, one.command, one.purpose, number(shown), _moment(context, one.at, reading.wording.moment))
        for one, shown in lines
    )
    _show(say("Lists shown uncovered"), heads, tuple(rows), say("No list was shown uncovered."))
    return ExitCode.DONE


def _moment(context: typer.Context, at: datetime, written: Callable[[datetime | None], str]) -> str:
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return written(aware.astimezone(setting_of(context).now().tzinfo))


def _show(title: str, heads: Iterable[str], rows: Sequence[Sequence[str]], nothing: str) -> None:
    from rich.text import Text

    from cases.tables import RuledTable

    table = RuledTable(title=title, title_justify="left")
    for head in heads:
        table.add_column(head)
    for row in rows:
        table.add_row(*map(Text, row))
    output().print(table if rows else nothing)
