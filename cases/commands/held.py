"""`patuh held`: findings of a rule that hit far more than its limits allow, waiting for a person."""

from typing import Annotated

import typer

from cases.commands.gate import opened
from cases.commands.options import RUN_FILE, Config, Lang, Store, output, setting_of, typed
from cases.exit_codes import ExitCode
from rules.errors import Message

app = typer.Typer(help="Release or discard the findings of a held rule.")

RuleId = Annotated[str, typer.Argument(metavar="RULE", help="The rule whose findings are held.")]


@app.callback()
def _held() -> None:
    """Release or discard the findings of a held rule."""


@app.command("list")
def listed(context: typer.Context, config: Config = RUN_FILE, store: Store = None, lang: Lang = None) -> ExitCode:
    """List the rules with held findings."""
    from cases.commands.reading import open_reading
    from cases.held import list_held
    from cases.tables import RuledTable

    reading = open_reading(config, store, lang, setting_of(context).today())
    with opened(context, reading.store) as session:
        lines = list_held(session)
    say = reading.wording.say
    table = RuledTable(title=say("Held findings"), title_justify="left")
    table.add_column(say("rule"))
    table.add_column(say("findings"), justify="right")
    table.add_column(say("since"))
    for line in lines:
        table.add_row(line.rule, reading.wording.number(line.findings), reading.wording.date(line.since))
    output().print(table if lines else say("Nothing is held."))
    return ExitCode.DONE


@app.command("release")
def release(
    context: typer.Context, rule: RuleId, config: Config = RUN_FILE, store: Store = None, lang: Lang = None
) -> ExitCode:
    """Let the held findings of a rule open cases at the next scan."""
    return _settle(context, rule, (config, store, lang), opening=True)


@app.command("discard")
def discard(
    context: typer.Context, rule: RuleId, config: Config = RUN_FILE, store: Store = None, lang: Lang = None
) -> ExitCode:
    """Put the held findings of a rule aside until their evidence changes."""
    return _settle(context, rule, (config, store, lang), opening=False)


def _settle(context: typer.Context, rule: str, where: tuple[Config, str | None, str | None], opening: bool) -> ExitCode:
    from cases import held
    from cases.commands.reading import open_reading

    reading = open_reading(*where, today=setting_of(context).today())
    with opened(context, reading.store, write=True) as session:
        count = (held.release if opening else held.discard)(session, rule)
    shown, say = reading.wording.number(count), reading.wording.say
    told = (
        say(
            "{rule}: {count} findings released; the next scan opens their cases. Next: {command}",
            rule=rule,
            count=shown,
            command=typed(*where[:2]).again("patuh scan"),
        )
        if opening
        else say("{rule}: {count} findings discarded.", rule=rule, count=shown)
    )
    stands = Message("what the command did to the findings of {rule} stands", rule=rule)
    output(stands).print(told, highlight=False, markup=False)
    return ExitCode.DONE
