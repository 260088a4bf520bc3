"""A terminal that goes away while it is painted on: the program behind it ends."""

import os
import select
import subprocess
import sys
from pathlib import Path

from tests.cases.office import write_office

TAKES_THE_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from cases.cli import main; main()"
"""Else the terminal is not its own, and it is not told that it went away."""
ROOT = Path(__file__).parents[3]


def started(folder: Path, *words: str) -> tuple[subprocess.Popen[bytes], int]:
    """Run `patuh` on a terminal of its own; the other end of the terminal is returned with it."""
    handle, terminal = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", TAKES_THE_TERMINAL, *words],
        stdin=terminal, stdout=terminal, stderr=terminal, cwd=folder, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(terminal)
    return process, handle


def read(handle: int, until: bytes) -> bytes:
    seen = b""
    while until not in seen:
        select.select([handle], [], [])
        try:
            seen += os.read(handle, 1 << 16)
        except OSError:  # the program has ended
            return seen
    return seen


def test_a_terminal_that_is_closed_while_nobody_reads_it_ends_the_program(tmp_path: Path) -> None:
    write_office(tmp_path)
    scan, handle = started(tmp_path, "scan", "--as-of", "2026-11-20")
    read(handle, b"\0 never")
    scan.wait()
    os.close(handle)
    review, handle = started(tmp_path, "review")
    assert b"Patuh" in read(handle, b"Patuh")
    os.close(handle)  # what it goes on painting is read by nobody
    review.wait()  # a program that did not end would be ended with the test by its time


def test_without_a_store_the_screen_ends_and_says_what_to_do(tmp_path: Path) -> None:
    write_office(tmp_path)
    review, handle = started(tmp_path, "review", "--lang", "en")
    said = read(handle, b"run patuh scan")
    assert b"there is no case store" in said
    assert review.wait() not in (0, 1)
    os.close(handle)
