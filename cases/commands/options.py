"""The options that several commands share, and what they mean."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cases.commands.written import UNTOUCHED, Output
from cases.next_step import Typed
from cases.setting import Setting
from cases.wording import Wording
from rules.errors import Message, UsageError
from rules.fault_list import nearest, use_one_of

Config = Annotated[Path, typer.Option("--config", help="The run file; paths in it are relative to it.")]
Store = Annotated[str | None, typer.Option("--store", help="Another case store than the one in the run file (a URL).")]
Lang = Annotated[str | None, typer.Option("--lang", help="id or en; otherwise the language of the run file.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="The evaluation date, YYYY-MM-DD; otherwise today.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
Unmask = Annotated[bool, typer.Option("--unmask", help="Show identifiers and names of persons whole; with --purpose.")]
Purpose = Annotated[
    str | None, typer.Option("--purpose", metavar="TEXT", help="What for they are uncovered; it is written down.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many lines.")]

RUN_FILE = Path("rules.yaml")


def setting_of(context: typer.Context) -> Setting:
    """Return what the command line was started with."""
    found = context.find_object(Setting)
    if found is None:
        raise RuntimeError("a command was called without its setting")
    return found


def day_of(text: str | None, option: str = "--as-of") -> date | None:
    """Read a day from the command line. Raises UsageError for one that does not exist."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            Message("{option} '{text}' is not a day of the calendar", option=option, text=text),
            Message("the day decides which law and which registers count"),
            Message("write it as YYYY-MM-DD, for example 2026-11-20"),
        ) from error


def pair_of(text: str) -> tuple[str, Path]:
    """Read NAME=PATH. The path is relative to the working directory, as a shell's paths are."""
    name, sign, path = text.partition("=")
    if not (sign and name and path):
        raise UsageError(
            Message("--source '{text}' is not NAME=PATH", text=text),
            Message("it replaces the path of one source of the run file"),
            Message("write for example --source wlkp=registers/wlkp.csv"),
        )
    return name, Path(path).absolute()


def one_of(option: str, value: str, known: tuple[str, ...], why: Message) -> str:
    """Return the known name that `value` is, small or capital. Raises UsageError with the nearest name otherwise."""
    folded = {name.casefold(): name for name in known}
    found = folded.get(value.casefold())
    if found is not None:
        return found
    near = nearest(value.casefold(), folded)
    remedy = use_one_of(folded[near] if near else value, known)
    raise UsageError(Message("{option} '{value}' is not known", option=option, value=value), why, remedy)


def typed(config: Path, store: str | None = None, scan: tuple[str, ...] = ()) -> Typed:
    """Return the options to say again in a next step; the run file only where it is not the usual one."""
    return Typed(None if config == RUN_FILE else str(config), store, scan)


def said_again(*options: tuple[str, str | None]) -> tuple[str, ...]:
    """Return the options that were given as words of a command line, for a next step that repeats them."""
    return tuple(word for option, value in options if value is not None for word in (option, value))


def output(stands: Message = UNTOUCHED) -> Output:
    """Return the console for data: stdout; `stands` is what the command did before it speaks."""
    return Output(stands)


def talk() -> Console:
    """Return the console for talk: stderr."""
    return Console(stderr=True)


def wording_of(lang: str | None, configured: str) -> Wording:
    """Return the wording asked for, or the run file's."""
    return Wording(lang or configured, Path.cwd())
