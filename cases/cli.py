"""The command line: joins every part, and is the one place that reads the clock and the environment.

Data goes to stdout, talk to stderr. Every command ends with a code of `cases.exit_codes`.
"""

import getpass
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from cases.commands import cases, export, held, rules, scan, sources
from cases.exit_codes import ExitCode
from cases.present import present
from cases.setting import Setting
from rules.errors import UsageError

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
app.command("export")(export.export)
app.add_typer(cases.app, name="cases")
app.add_typer(rules.app, name="rules")
app.add_typer(sources.app, name="sources")
app.add_typer(held.app, name="held")


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
    setting = Setting(now=lambda: datetime.now().astimezone(), seconds=time.monotonic, user=_user())
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
    console = Console(stderr=True)
    try:
        refuse_other_owners()
        ended = app(args=list(arguments), prog_name="patuh", standalone_mode=False, obj=setting)
        if ended == TYPERS_INTERRUPT:
            return present(KeyboardInterrupt(), console)
        sys.stdout.flush()
    except typer.TyperException as error:
        return present(_as_usage(error), console)
    except typer.Abort:
        return present(KeyboardInterrupt(), console)
    except (BrokenPipeError, SystemExit):  # the reader of our pipe has seen enough (patuh cases list | head)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except (Exception, KeyboardInterrupt) as error:  # the last line: from here on there are only words
        if trace:
            traceback.print_exc()
        return present(error, console)
    return ExitCode(ended or 0)


def refuse_other_owners() -> None:
    """Raise UsageError when another installed distribution brings a package of one of our four plain names."""
    owners = packages_distributions()
    strangers = sorted({owner for name in PACKAGES for owner in owners.get(name, ()) if owner != "patuh"})
    if strangers:
        raise UsageError(
            f"{', '.join(strangers)} is installed beside Patuh and has a package of the same name",
            "parts of Patuh may have been overwritten without a word",
            "install Patuh in an environment of its own (make install)",
        )


def _as_usage(error: typer.TyperException) -> UsageError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "patuh"
    return UsageError(
        getattr(error, "message", "") or str(error),
        "the command line does not say what to do",
        f"{command} --help lists what can be asked for",
    )
