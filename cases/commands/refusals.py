"""`patuh refusals`: what the gate refused to whom, for an auditor."""

from datetime import UTC

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
    from cases.tables import RuledTable

    now = setting_of(context).now()
    reading = open_reading(config, store, lang, now.date())
    with opened(context, reading.store) as session:
        lines = list_refusals(session, limit)
    say, moment = reading.wording.say, reading.wording.moment
    table = RuledTable(title=say("Refusals"), title_justify="left")
    table.add_column(say("moment"))
    table.add_column(say("login"))
    table.add_column(say("case"), justify="right")
    table.add_column(say("region"))
    table.add_column(say("refused"))
    table.add_column(say("why"))
    for line in lines:
        asked = line.asked
        at = asked.at if asked.at.tzinfo else asked.at.replace(tzinfo=UTC)
        case = "" if asked.case is None else str(asked.case)
        table.add_row(
            moment(at.astimezone(now.tzinfo)), asked.login or "-", case, line.region or "", line.what, line.why
        )
    output().print(table if lines else say("Nothing was refused."))
    return ExitCode.DONE
