"""The next step as a person types it: the command, with the options that say which run file and which store."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WITHOUT_STORE: Final = ("patuh sources", "patuh rules")
"""Commands that read no store, and so take no --store."""


@dataclass(frozen=True)
class Typed:
    """The options that a command was given; a next step without them would act on another office's store.

    `scan` are those that only a scan takes, as they were typed.
    """

    config: str | None = None
    store: str | None = None
    scan: tuple[str, ...] = ()

    def again(self, command: str) -> str:
        """Return `command` with --config and --store as they were given, quoted for a shell."""
        store = None if command.startswith(WITHOUT_STORE) else self.store
        given = [("--config", self.config), ("--store", store)]
        words = [word for option, value in given if value is not None for word in (option, value)]
        return _joined(command, words)

    def scan_again(self) -> str:
        """Return the scan that was asked for, without --dry-run."""
        return self.again(_joined("patuh scan", self.scan))


PLAIN: Final = Typed()
"""No option was given."""


def _joined(command: str, words: Sequence[str]) -> str:
    return f"{command} {shlex.join(words)}" if words else command
