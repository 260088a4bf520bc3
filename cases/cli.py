"""The command line: joins every part, and is the one place that reads the clock and the environment.

Data goes to stdout, talk to stderr. Every command ends with a code of `cases.exit_codes`.
"""

import getpass
import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.main import get_command

from cases.commands import (
    audit,
    cases,
    coverage,
    due,
    export,
    held,
    notices,
    parties,
    people,
    refusals,
    repair,
    replay,
    review,
    rules,
    scan,
    sources,
    waivers,
)
from cases.commands.gate import gate_every
from cases.commands.options import RUN_FILE
from cases.commands.written import written
from cases.exit_codes import ExitCode
from cases.present import present
from cases.setting import Setting
from cases.wording import LANGUAGES, Wording
from rules.errors import Message, UsageError

PACKAGES = ("rules", "connectors", "engine", "cases")

app = typer.Typer(
    name="patuh",
    help="Finds who should be registered with BPJS Ketenagakerjaan and is not, and turns each into a case.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("scan")(scan.scan)
app.command("sample")(scan.sample)
app.command("unknowns")(scan.unknowns)
app.command("notices")(notices.notices)
app.command("coverage")(coverage.coverage)
app.command("export")(export.export)
app.command("due")(due.due)
app.command("review")(review.review)
app.command("replay")(replay.replay)
app.command("refusals")(refusals.refusals)
app.command("unmaskings")(refusals.unmaskings)
app.add_typer(cases.app, name="cases")
app.add_typer(audit.app, name="audit")
app.add_typer(rules.app, name="rules")
app.add_typer(sources.app, name="sources")
app.add_typer(held.app, name="held")
app.add_typer(repair.app, name="repair")
app.add_typer(parties.app, name="parties")
app.add_typer(waivers.app, name="waivers")
app.add_typer(people.app, name="people")
gate_every(app)


TYPERS_INTERRUPT = 130
"""What typer makes of Ctrl-C before anybody else hears of it. A broken pipe it turns into SystemExit, as rich does."""


def _version(asked: bool) -> None:
    if asked:
        try:
            said = version("patuh")
        except PackageNotFoundError:
            said = "(not installed: run from its folder)"
        typer.echo(f"patuh {said} on Python {sys.version.split()[0]}")
        raise typer.Exit


@app.callback()
def _patuh(
    context: typer.Context,
    shown: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Finds who should be registered with BPJS Ketenagakerjaan and is not, and turns each into a case."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run `patuh` with the arguments, the clock and the environment of this process, and end it."""
    signal.signal(signal.SIGTERM, _interrupted)
    setting = Setting(
        now=lambda: datetime.now().astimezone(), seconds=time.monotonic, salt=lambda: os.urandom(32), user=_user()
    )
    sys.exit(run(sys.argv[1:], setting, trace=bool(os.environ.get("PATUH_TRACE"))))


def _user() -> str:
    """Return the name under which this process is logged in; "" where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    """Treat a polite request to end as Ctrl-C: the transaction rolls back, the scratch folder goes."""
    raise KeyboardInterrupt


def run(arguments: Sequence[str], setting: Setting, trace: bool = False) -> ExitCode:
    """Run one command and return its exit code; nothing is raised. `trace`: say where a fault of ours arose."""
    try:
        refuse_other_owners()
        ended = _commands()(args=list(arguments), prog_name="patuh", standalone_mode=False, obj=setting)
        if ended == TYPERS_INTERRUPT:
            return _said(KeyboardInterrupt(), arguments)
        with written():
            sys.stdout.flush()
    except typer.TyperException as error:
        return _said(_as_usage(error), arguments)
    except typer.Abort:
        return _said(KeyboardInterrupt(), arguments)
    except (BrokenPipeError, SystemExit):  # the reader of our pipe has seen enough (patuh cases list | head)
        _forget_output()
        return ExitCode.DONE
    except (Exception, KeyboardInterrupt) as error:  # the last line: from here on there are only words
        if trace:
            traceback.print_exc()
        _forget_output()
        return _said(error, arguments)
    return ExitCode(ended or 0)


@cache
def _commands() -> Callable[..., Any]:
    """Return every command with its options, worked out once for a process however often it runs one."""
    return get_command(app)


def _forget_output() -> None:
    """Drop what stdout still holds where it takes nothing more: Python would try again at its end and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _said(error: BaseException, arguments: Sequence[str]) -> ExitCode:
    return present(error, Console(stderr=True), Wording(_language(arguments), Path.cwd()))


def _language(arguments: Sequence[str]) -> str:
    """Return the language to say an error in: the one asked for, else the run file's, else the first.

    The arguments or the run file may be what is wrong: so only these words of them are looked at, nothing is refused.
    """
    given = _option("--lang", arguments)
    if given in LANGUAGES:
        return given
    with suppress(OSError, UnicodeDecodeError):
        text = Path(_option("--config", arguments) or RUN_FILE).read_text(encoding="utf-8")
        said = re.search(r"^language: *['\"]?(\w+)", text, re.MULTILINE)
        if said and said[1] in LANGUAGES:
            return said[1]
    return LANGUAGES[0]


def _option(name: str, arguments: Sequence[str]) -> str | None:
    found = None
    for place, argument in enumerate(arguments):
        if argument == name:
            found = next(iter(arguments[place + 1 :]), None)
        if argument.startswith(f"{name}="):
            found = argument.removeprefix(f"{name}=")
    return found


@cache  # what is installed does not change while we run
def refuse_other_owners() -> None:
    """Raise UsageError when another installed distribution brings a package of one of our four plain names."""
    owners = packages_distributions()
    strangers = sorted({owner for name in PACKAGES for owner in owners.get(name, ()) if owner != "patuh"})
    if strangers:
        raise UsageError(
            Message("{names} is installed beside Patuh and has a package of the same name", names=", ".join(strangers)),
            Message("parts of Patuh may have been overwritten without a word"),
            Message("install Patuh in an environment of its own (make install)"),
        )


TYPERS_WORDS = (
    Message("No such option: {name}"),
    Message("No such command {name}."),
    Message("Missing command."),
    Message("Missing parameter: {name}"),
    Message("Input should be greater than or equal to {name}"),
    Message("Option {name} requires an argument."),
    Message("Got unexpected extra argument(s) ({name})"),
    Message("Invalid value for {name}"),
)
"""What typer says of a command line, as far as it is known; anything else is told as typer has it."""


def _as_message(said: str) -> str:
    for known in TYPERS_WORDS:
        before, named, after = known.template.partition("{name}")
        if said == known or (named and said.startswith(before) and said.endswith(after)):
            return Message(known.template, name=said[len(before) : len(said) - len(after)]) if named else known
    return said


def _as_usage(error: typer.TyperException) -> UsageError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "patuh"
    return UsageError(
        _as_message(getattr(error, "message", "") or str(error)),
        Message("the command line does not say what to do"),
        Message("{command} --help lists what can be asked for", command=command),
    )
