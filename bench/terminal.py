"""A terminal that a program is started in and typed at: when its keys were written, and when it painted."""

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

QUIET = 0.12
"""Seconds without a byte after which a painting is over."""
FIRST = 2.0
"""Seconds that the first byte may take."""
LONGEST = 60.0
_ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[PX^_\]].*?(\x1b\\|\x07)|[@-Z\\-_=>])", re.DOTALL)


@dataclass
class Terminal:
    """A program in a pseudo-terminal. `painted`: all that it wrote, without escapes, since the last key."""

    handle: int
    process: int
    painted: bytes = field(default=b"")

    @property
    def memory(self) -> int:
        """Resident bytes of the program and its children."""
        one = psutil.Process(self.process)
        return sum(process.memory_info().rss for process in (one, *one.children(recursive=True)))

    def press(self, keys: bytes) -> float:
        """Write keys, and return the seconds until the last byte that was painted in answer."""
        self.drain()
        began = time.perf_counter()
        os.write(self.handle, keys)
        return self._until_quiet(began)

    def wait_for(self, words: str, began: float) -> float:
        """Return the seconds since `began` until these words have been painted."""
        while words.encode() not in _ESCAPES.sub(b"", self.painted):
            if not self._more(LONGEST):
                raise SystemExit(f"bench: '{words}' was not painted in {LONGEST:.0f} s:\n{self.text()[-2000:]}")
        return time.perf_counter() - began

    def drain(self) -> None:
        """Read what is painted until nothing more comes, and forget it."""
        while self._more(QUIET):
            pass
        self.painted = b""

    def text(self) -> str:
        """What was painted, without its escapes."""
        return _ESCAPES.sub(b"", self.painted).decode(errors="replace")

    def end(self) -> None:
        """Close the terminal, which ends the program."""
        os.close(self.handle)
        os.waitpid(self.process, 0)

    def _until_quiet(self, began: float) -> float:
        last, patience = began, FIRST
        while self._more(patience):
            last, patience = time.perf_counter(), QUIET
        return last - began

    def _more(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.handle], [], [], seconds)
        if not ready:
            return False
        self.painted += os.read(self.handle, 1 << 20)
        return True


def started(words: Sequence[str], folder: Path, size: tuple[int, int]) -> Terminal:
    """Start a program in a terminal of so many columns and lines."""
    columns, lines = size
    process, handle = pty.fork()
    if process == 0:
        os.chdir(folder)
        paths = os.pathsep.join(path for path in sys.path if path)
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", PYTHONPATH=paths)
        os.execv(words[0], words)
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    return Terminal(handle, process)
