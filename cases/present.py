"""The one place where an error becomes words and an exit code: a panel on a terminal, plain lines in a pipe."""

import errno
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from cases.exit_codes import ExitCode
from cases.wording import Wording
from rules.errors import (
    DecisionError,
    Fault,
    FaultsError,
    Message,
    OutputError,
    PatuhError,
    ScanRunningError,
    SourceError,
    StoreError,
    UsageError,
)

CODES: Mapping[type[PatuhError], ExitCode] = {
    FaultsError: ExitCode.USAGE,
    UsageError: ExitCode.USAGE,
    SourceError: ExitCode.NOT_JUDGED,
    ScanRunningError: ExitCode.SCAN_RUNNING,
    StoreError: ExitCode.STORE,
    DecisionError: ExitCode.DECISION,
    OutputError: ExitCode.OUTPUT,
}
"""Each branch of the error tree and the exit code that it ends a command with."""

DISK_FULL = ("no space left on device", "database or disk is full", "disk quota exceeded", "not enough disk space")
"""How the operating system, SQLite and DuckDB say that a disk is full."""


def code_of(error: BaseException) -> ExitCode:
    """Return the exit code of an error; what nobody raised on purpose is INTERNAL."""
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    for kind in type(error).__mro__:
        if kind in CODES:
            return CODES[kind]
    return ExitCode.INTERNAL


def understood(error: BaseException) -> BaseException:
    """Return `error`, or the error of ours that says what it means to the person who runs the command."""
    if isinstance(error, PatuhError):
        return error
    if _disk_full(error):
        return StoreError(
            Message("the disk is full: {error}", error=error),
            Message("the scan stopped before it wrote anything to the case store, which is as it was"),
            Message("free some space (snapshots live in the state folder of rules.yaml) and run the scan again"),
        )
    if isinstance(error, PermissionError):
        return UsageError(
            Message("{path}: permission denied", path=Path(str(error.filename)) if error.filename else str(error)),
            Message("the command needs this file or folder and the user it runs as may not use it"),
            Message("give that user access, or name another path in rules.yaml or on the command line"),
        )
    return error


def _disk_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return any(text in str(error).lower() for text in DISK_FULL)


def words_of(error: BaseException, wording: Wording) -> str:
    """Return what a person reads about `error`: what, where, why it matters, what to do."""
    if isinstance(error, FaultsError):
        return "\n".join(fault_words(fault, wording) for fault in error.faults)
    if isinstance(error, PatuhError):
        return wording.tell(error.message)
    if isinstance(error, KeyboardInterrupt):
        what = Message("interrupted")
        why = Message("the command was told to stop before it was done")
        remedy = Message("run it again; the case store is as it was before")
    else:
        what = Message("Patuh itself failed: {kind}: {error}", kind=type(error).__name__, error=str(error))
        why = Message("this is a fault of the program, not of your files; the case store is as it was before")
        remedy = Message(
            "run the same command again with PATUH_TRACE=1 and send the text, the output of `patuh --version` and "
            "rules.yaml to whoever maintains Patuh; send no register"
        )
    return wording.tell(PatuhError(what, why, remedy).message)


def fault_words(fault: Fault, wording: Wording) -> str:
    """Say a fault of a file; what is wrong in it is told in English, as its keys are."""
    what = f"{wording.place(fault.location)}: {wording.tell(fault.what)}"
    return wording.tell(PatuhError(what, fault.why, fault.remedy).message)


def present(error: BaseException, console: Console, wording: Wording) -> ExitCode:
    """Say `error` on `console` (stderr) and return the exit code to end with."""
    error = understood(error)
    code = code_of(error)
    words = words_of(error, wording)
    if console.is_terminal:
        console.print(Panel(Text(words), title=f"patuh: {code.name} ({int(code)})", border_style="red"))
    else:
        console.print(Text(words), soft_wrap=True)
        if isinstance(error, FaultsError):
            console.print(Text(wording.plural("{count} fault", "{count} faults", len(error.faults))), soft_wrap=True)
    return code
