"""`patuh rules backtest`: what a changed rule would have opened and closed on kept snapshots."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cases.commands.options import RUN_FILE, AsJson, Config, Lang, day_of, output, setting_of, typed, wording_of
from cases.commands.written import written
from cases.exit_codes import ExitCode
from rules.errors import Message, UsageError


def backtest(
    context: typer.Context,
    since: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day whose snapshots are judged.")],
    until: Annotated[str, typer.Option("--to", metavar="DATE", help="The last day, inclusive.")],
    rule: Annotated[str, typer.Option("--rule", metavar="ID", help="The rule as it is now.")],
    against: Annotated[Path, typer.Option("--against", metavar="FILE", help="The YAML file that says it otherwise.")],
    samples: Annotated[int, typer.Option("--samples", min=0, max=100, help="Name so many subjects of each kind.")] = 5,
    config: Config = RUN_FILE,
    as_json: AsJson = False,
    lang: Lang = None,
) -> ExitCode:
    """Judge kept snapshots by a rule as it is and as a file says, and show what would have opened and closed."""
    import rules.load
    from cases.backtest import BacktestOrder
    from cases.backtest import backtest as tested
    from cases.backtest_tables import backtest_json, backtest_parts
    from cases.kept_runs import replay_folder
    from cases.plan import Order

    first, last = day_of(since, "--from"), day_of(until, "--to")
    assert first is not None
    assert last is not None
    if last < first:
        raise UsageError(
            Message("--to {until} lies before --from {since}", until=last, since=first),
            Message("no snapshot can be of such days"),
            Message("give the earlier day to --from"),
        )
    setting = setting_of(context)
    order = Order(config=config.absolute(), today=setting.today(), started=setting.now(), dry_run=True)
    configuration = rules.load.load(order.config).configuration
    with replay_folder(configuration.state) as into:
        found = tested(BacktestOrder(order, rule, against.absolute(), first, last, samples), into)
    if as_json:
        with written():
            typer.echo(json.dumps(backtest_json(found), ensure_ascii=False))
    else:
        console = output()
        for part in backtest_parts(found, wording_of(lang, configuration.language), typed(config)):
            console.print(part)
    return ExitCode.NOT_JUDGED if found.left_out else ExitCode.DONE
