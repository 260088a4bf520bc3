"""`patuh held`: findings of a rule that hit far more than its limits allow, waiting for a person."""

from typing import TYPE_CHECKING, Annotated

import typer

from cases.commands.gate import actor, opened
from cases.commands.options import RUN_FILE, Config, Lang, Limit, Store, output, setting_of, typed
from cases.exit_codes import ExitCode
from rules.errors import Message

if TYPE_CHECKING:
    from cases.held import Choice

app = typer.Typer(help="Release or discard the findings of a held rule.")

RuleId = Annotated[str, typer.Argument(metavar="RULE", help="The rule whose findings are held.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stays on record with who decided and when.")]
By = Annotated[str | None, typer.Option("--by", help="Who decides, at a desk of one; otherwise the one logged in.")]


@app.callback()
def _held() -> None:
    """Release or discard the findings of a held rule."""


@app.command("list")
def listed(
    context: typer.Context, limit: Limit = 20, config: Config = RUN_FILE, store: Store = None, lang: Lang = None
) -> ExitCode:
    """List the rules with held findings, and what was decided about held findings before."""
    from datetime import UTC

    from cases.commands.reading import open_reading
    from cases.held import list_decisions, list_held
    from cases.held_screen import held_tables

    now = setting_of(context).now()
    reading = open_reading(config, store, lang, now.date())
    with opened(context, reading.store) as session:
        shown = held_tables(
            list_held(session), list_decisions(session, limit), reading.wording, now.tzinfo or UTC, typed(config, store)
        )
    output().print(shown)
    return ExitCode.DONE


@app.command("release")
def release(
    context: typer.Context,
    rule: RuleId,
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Let the held findings of a rule open cases at the next scan."""
    return _decide(context, (rule, "released", reason), by, (config, store, lang))


@app.command("discard")
def discard(
    context: typer.Context,
    rule: RuleId,
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Put the held findings of a rule aside until their evidence changes."""
    return _decide(context, (rule, "discarded", reason), by, (config, store, lang))


def _decide(
    context: typer.Context,
    wanted: "tuple[str, Choice, str]",
    by: str | None,
    where: tuple[Config, str | None, str | None],
) -> ExitCode:
    from cases.commands.reading import open_reading
    from cases.held import Verdict, decide
    from cases.service import Act

    rule, choice, reason = wanted
    setting = setting_of(context)
    now = setting.now()
    reading = open_reading(*where, today=now.date())
    with opened(context, reading.store, write=True) as session:
        count = decide(session, Verdict(rule, choice, reason), Act(actor(context, by), now, setting.salt()))
    shown, say = reading.wording.number(count), reading.wording.say
    told = (
        say("{rule}: {count} findings released; the next scan opens their cases.", rule=rule, count=shown)
        if choice == "released"
        else say("{rule}: {count} findings discarded.", rule=rule, count=shown)
    )
    following = "patuh scan" if choice == "released" else "patuh held list"
    told = f"{told} {say('Next:')} {typed(*where[:2]).again(following)}"
    stands = Message("what the command did to the findings of {rule} stands", rule=rule)
    output(stands).print(told, highlight=False, markup=False)
    return ExitCode.DONE
