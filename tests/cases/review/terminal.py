"""A terminal that a program runs in, of a tmux server of its own: real keys go in, what a person sees comes out."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

NEEDED = "PATUH_TESTS_NEED_TMUX"
"""Set where tests in a terminal have to run: without tmux they fail instead of being skipped."""
ROOT = Path(__file__).parents[3]
TRIES = 600


@dataclass(frozen=True)
class Terminal:
    """One window of a tmux server, which ends with the program in it."""

    socket: Path

    def tmux(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Tell the server something."""
        return subprocess.run(["tmux", "-S", str(self.socket), *words], capture_output=True, text=True, check=False)

    def press(self, *keys: str) -> None:
        """Press keys by their names (Enter, Escape, C-s), or signs."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self.tmux("send-keys", "-l", text)

    @property
    def text(self) -> str:
        """What is seen."""
        return self.tmux("capture-pane", "-p").stdout

    @property
    def flowing(self) -> str:
        """The words that are seen, without frames and line ends between them."""
        return " ".join("".join(" " if sign in "│┃▌▐█▎▊▁▔" else sign for sign in self.text).split())

    def until(self, words: str) -> str:
        """Wait until these words are seen; return all that is seen then."""
        for _ in range(TRIES):
            if words in self.flowing:
                return self.text
            assert self.there, f"the program ended before '{words}' was seen"
            time.sleep(0.05)
        raise AssertionError(f"'{words}' was never seen:\n{self.text}")

    @property
    def there(self) -> bool:
        """Whether the program still runs."""
        return self.tmux("has-session").returncode == 0

    def ended(self) -> None:
        """Wait until the program has ended."""
        for _ in range(TRIES):
            if not self.there:
                return
            time.sleep(0.05)
        raise AssertionError(f"it has not ended:\n{self.text}")


@contextmanager
def terminal(
    words: list[str], size: tuple[int, int], folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """Run `patuh` with these words in a terminal of this size; whatever is left of it goes at the end."""
    if shutil.which("tmux") is None:
        said = "tmux is not installed (Debian, Ubuntu: apt install tmux)"
        if os.environ.get(NEEDED):
            pytest.fail(said)
        pytest.skip(said)
    with tempfile.TemporaryDirectory(prefix="patuh-tmux-", dir="/tmp") as own:
        found = Terminal(Path(own) / "socket")
        program = [sys.executable, "-c", "from cases.cli import main; main()", *words]
        said_with = {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **(environment or {})}
        settings = [word for name, value in said_with.items() for word in ("-e", f"{name}={value}")]
        columns, lines = map(str, size)
        begun = subprocess.run(
            ["tmux", "-S", str(found.socket), "-f", "/dev/null", "-u", "new-session", "-d", "-x", columns, "-y", lines,
             *settings, "-c", str(folder), shlex.join(program) + "; echo $? > ended.txt"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert begun.returncode == 0, begun.stderr
        try:
            yield found
        finally:
            if found.there:
                found.tmux("kill-server")
