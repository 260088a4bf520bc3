"""The terminal as it is written to: one that goes away (a closed window, a lost connection) ends nothing by itself."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from typing import TextIO


class SteadyFile:
    """A terminal's file: what is written to it once it is gone is forgotten, so that who writes never waits for it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write, as far as there is still somebody to read."""
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Send what was written."""
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        """Return the terminal's number."""
        return self._file.fileno()


class SteadyDriver(LinuxDriver):
    """Textual's driver of a terminal, whose writing thread outlives the terminal: its queue would fill up otherwise."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as Textual's
        super().__init__(*given, **named)
        terminal: Any = self._file
        steady: Any = SteadyFile(terminal)
        self._file = steady
