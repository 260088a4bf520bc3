"""A terminal that a program is started in and typed at: when its keys were written, and when and where it painted."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

FIRST = 3.0
"""Seconds that the first byte in answer to a key may take."""
QUIET = 0.3
"""Seconds without a byte after which the answer to a key is whole."""
LONGEST = 60.0
_ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[PX^_\]].*?(\x1b\\|\x07)|[@-Z\\-_=>])", re.DOTALL)
_PLACES = re.compile(rb"\x1b\[(\d+);(\d+)H(?:\x1b\[[\d;]*m)*[^\x00-\x1f]")
"""Where something is painted; the cursor is also sent to places where nothing is."""


@dataclass(frozen=True)
class Place:
    """A part of the screen: lines and columns, from 1, both ends inside."""

    top: int
    bottom: int
    left: int
    right: int

    def touched(self, painted: bytes) -> bool:
        """Say whether something was painted there: every painting begins by going to its place."""
        return any(
            self.top <= int(line) <= self.bottom and self.left <= int(column) <= self.right
            for line, column in _PLACES.findall(painted)
        )


@dataclass
class Terminal:
    """A program in a pseudo-terminal. `painted`: what it wrote since the last key, with the moment of each piece."""

    handle: int
    process: int
    painted: list[tuple[float, bytes]] = field(default_factory=list)

    @property
    def memory(self) -> int:
        """Resident bytes of the program and its children."""
        one = psutil.Process(self.process)
        return sum(process.memory_info().rss for process in (one, *one.children(recursive=True)))

    def press(self, keys: bytes, place: Place) -> float | None:
        """Write keys and return the seconds until the last of it was painted in `place`; None: nothing was."""
        self.settle()
        began = time.perf_counter()
        os.write(self.handle, keys)
        patience = FIRST
        while self._more(patience):
            patience = QUIET
        there = [at for at, piece in self.painted if place.touched(piece)]
        return there[-1] - began if there else None

    def press_for(self, keys: bytes, words: str) -> float | None:
        """Write keys and return the seconds until these words were painted; None: they were not, in LONGEST.

        For what goes on painting beside, long after what was asked for is there.
        """
        self.settle()
        began = time.perf_counter()
        os.write(self.handle, keys)
        while words not in self.text():
            if not self._more(began + LONGEST - time.perf_counter()):
                return None
        return self.painted[-1][0] - began

    def wait_for(self, words: str, began: float) -> float:
        """Return the seconds since `began` until these words have been painted."""
        while words not in self.text():
            if not self._more(LONGEST):
                raise SystemExit(f"bench: '{words}' was not painted in {LONGEST:.0f} s:\n{self.text()[-2000:]}")
        return time.perf_counter() - began

    def settle(self, quiet: float = 0.05) -> None:
        """Read what is painted until nothing more comes, and forget it."""
        while self._more(quiet):
            pass
        self.painted.clear()

    def text(self) -> str:
        """What was painted, without its escapes."""
        return _ESCAPES.sub(b"", b"".join(piece for _, piece in self.painted)).decode(errors="replace")

    def end(self) -> None:
        """Close the terminal, which ends the program."""
        os.close(self.handle)
        os.waitpid(self.process, 0)

    def _more(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.handle], [], [], max(seconds, 0.0))
        if not ready:
            return False
        try:
            piece = os.read(self.handle, 1 << 20)
        except OSError:  # what Linux says of a terminal that nobody writes to any more
            raise SystemExit(f"bench: the program has ended:\n{self.text()[-2000:]}") from None
        self.painted.append((time.perf_counter(), piece))
        return True


def started(words: Sequence[str], folder: Path, size: tuple[int, int]) -> Terminal:
    """Start a program in a terminal of so many columns and lines."""
    columns, lines = size
    process, handle = pty.fork()
    if process == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.chdir(folder)
        paths = os.pathsep.join(path for path in sys.path if path)
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", PYTHONPATH=paths)
        os.execv(words[0], list(words))
    return Terminal(handle, process)
