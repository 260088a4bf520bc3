"""`patuh sources`: what the registers look like tonight, without judging anybody."""

from typing import Annotated

import typer

from cases.commands.options import RUN_FILE, AsOf, Config, Lang, day_of, output, pair_of, setting_of, wording_of
from cases.exit_codes import ExitCode

app = typer.Typer(help="Check what the registers look like.")


@app.callback()
def _sources() -> None:
    """Check what the registers look like."""


@app.command("check")
def check(
    context: typer.Context,
    config: Config = RUN_FILE,
    as_of: AsOf = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME=PATH", help="Another file for a source; may be repeated."),
    ] = None,
    lang: Lang = None,
) -> ExitCode:
    """Read every source and show its rows, rejects and standing."""
    from cases.plan import Order
    from cases.scan import look_at_sources
    from cases.summary_tables import sources_table

    setting = setting_of(context)
    order = Order(
        config=config.absolute(),
        today=setting.today(),
        started=setting.now(),
        as_of=day_of(as_of),
        dry_run=True,
        sources=dict(pair_of(text) for text in source or ()),
    )
    lines, language = look_at_sources(order)
    output().print(sources_table(lines, wording_of(lang, language)))
    return ExitCode.NOT_JUDGED if any(line.reason for line in lines) else ExitCode.DONE
