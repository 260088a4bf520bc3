"""The exit codes of every command; `docs/exit-codes.md` says the same to the person who reads cron's mail."""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's end means to the program that started it.

    DIFFERENT is what `patuh rules diff --exit-code` ends with, as other programs that compare do.
    """

    DONE = 0
    NOT_JUDGED = 1
    DIFFERENT = 1
    USAGE = 2
    SCAN_RUNNING = 3
    STORE = 4
    DECISION = 5
    INTERRUPTED = 6
    OUTPUT = 7
    CHANGED = 8
    EXAMPLES = 9
    BROKEN = 10
    INTERNAL = 70


PRECEDENCE: tuple[ExitCode, ...] = (
    ExitCode.INTERNAL,
    ExitCode.INTERRUPTED,
    ExitCode.BROKEN,
    ExitCode.STORE,
    ExitCode.DECISION,
    ExitCode.OUTPUT,
    ExitCode.SCAN_RUNNING,
    ExitCode.USAGE,
    ExitCode.CHANGED,
    ExitCode.EXAMPLES,
    ExitCode.NOT_JUDGED,
    ExitCode.DONE,
)
"""Gravest first: what leaves a person the most to do wins over what leaves less."""


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the one code a command ends with when several hold; DONE when none does."""
    held = set(codes)
    return next((code for code in PRECEDENCE if code in held), ExitCode.DONE)
