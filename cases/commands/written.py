"""Writing a command's own output: when that fails, the command says so and what it did before stands."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console

from rules.errors import Message, OutputError

UNTOUCHED = Message("the command only reads; the case store is as it was")
"""What stands after most commands."""
PIPE_WIDTH = 140
"""Columns for a log or a pipe, where no terminal says how wide it is."""


@contextmanager
def written(stands: Message = UNTOUCHED) -> Iterator[None]:
    """Turn a failure to write stdout inside the block into OutputError; `stands` says what the command did before.

    A reader of our pipe that has seen enough is no failure and passes as BrokenPipeError.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            Message("the output could not be written: {reason}", reason=error.strerror or str(error)),
            stands,
            Message("make room or name another place for the output; `patuh cases list` shows the cases"),
        ) from error


@contextmanager
def whole_file(into: Path) -> Iterator[BinaryIO]:
    """Give the stream of a file that appears whole or not at all. Raises OutputError."""
    part = into.with_name(f".{into.name}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(into)
    except OSError as error:
        raise OutputError(
            Message("the export cannot be written to {into}: {strerror}", into=into, strerror=error.strerror or error),
            Message("half a list would look like a whole one, so none was left; the case store is as it was"),
            Message("free space, or name another file with --output"),
        ) from error
    finally:
        part.unlink(missing_ok=True)


class Output(Console):
    """Stdout as a console, wide where nobody's window limits it."""

    def __init__(self, stands: Message) -> None:
        super().__init__()
        self._stands = stands
        if not self.is_terminal:
            self.width = PIPE_WIDTH

    def print(self, *objects: Any, **how: Any) -> None:  # noqa: ANN401 - as rich has them
        """Print as rich does. Raises OutputError."""
        with written(self._stands):
            super().print(*objects, **how)
