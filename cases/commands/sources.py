"""`patuh sources`: what the registers look like tonight and what the last scan rejected; nobody is judged."""

from pathlib import Path
from typing import Annotated

import typer

from cases.commands.options import (
    RUN_FILE,
    AsOf,
    Config,
    Lang,
    Limit,
    one_of,
    output,
    talk,
    typed,
    wording_of,
)
from cases.commands.written import whole_file
from cases.exit_codes import ExitCode
from rules.errors import FaultsError, Message

app = typer.Typer(help="Check what the registers look like, and list rejected rows.")


@app.callback()
def _sources() -> None:
    """Check what the registers look like, and list rejected rows."""


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
    from cases.commands.ordered import looking
    from cases.scan import look_at_sources
    from cases.summary_tables import sources_table

    lines, language = look_at_sources(looking(context, config, as_of, source))
    output().print(sources_table(lines, wording_of(lang, language)))
    return ExitCode.NOT_JUDGED if any(line.reason for line in lines) else ExitCode.DONE


@app.command("rejects")
def rejects(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only of this source.")] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="CODE", help="Only for this reason, a code of the first table.")
    ] = None,
    limit: Limit = 50,
    into: Annotated[
        Path | None, typer.Option("--output", metavar="FILE.csv", help="Write all of them as CSV; show none.")
    ] = None,
    config: Config = RUN_FILE,
    lang: Lang = None,
) -> ExitCode:
    """List the rows that the last scan rejected, with column, value and reason."""
    import rules.load
    from cases.reject_list import RejectFilter, Rejects
    from cases.reject_tables import reject_tables, write_rejects
    from connectors.reasons import Reason

    loaded = rules.load.load(config.absolute())
    if loaded.faults:
        raise FaultsError(loaded.faults)
    found = Rejects(loaded.configuration, loaded.book.vocabulary, loaded.configuration.state / "reading")
    if name is not None:
        name = one_of("source", name, found.sources, Message("a source that there is not would look like a sound one"))
    if reason is not None:
        reason = one_of("--reason", reason, tuple(Reason), Message("a reason that there is not never refuses a row"))
    wanted, wording = RejectFilter(name, reason), wording_of(lang, loaded.configuration.language)
    if into is None:
        output().print(reject_tables(found.page(wanted, limit), wording, typed(config)))
        return ExitCode.DONE
    with whole_file(into) as stream:
        count = write_rejects(found.lines(wanted), wording, stream)
    told = wording.plural("{count} rejected value written", "{count} rejected values written", count)
    talk().print(f"{told}: {into}", highlight=False, markup=False, soft_wrap=True)
    return ExitCode.DONE
