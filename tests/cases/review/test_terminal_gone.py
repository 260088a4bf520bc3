"""A terminal that goes away while it is painted on: the program behind it ends."""

import os
import pty
import select
import sys
from pathlib import Path

from tests.cases.office import write_office

PROGRAM = (sys.executable, "-P", "-c", "from cases.cli import main; main()")
ROOT = Path(__file__).parents[3]


def started(folder: Path, *words: str) -> tuple[int, int]:
    process, handle = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(sys.executable, (*PROGRAM, *words), {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"})
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
    os.waitpid(scan, 0)
    os.close(handle)
    review, handle = started(tmp_path, "review")
    assert b"Patuh" in read(handle, b"Patuh")
    os.close(handle)  # what it goes on painting is read by nobody
    ended, status = os.waitpid(review, 0)
    assert ended == review
    assert os.WIFEXITED(status) or os.WIFSIGNALED(status)


def test_without_a_store_the_screen_ends_and_says_what_to_do(tmp_path: Path) -> None:
    write_office(tmp_path)
    review, handle = started(tmp_path, "review", "--lang", "en")
    said = read(handle, b"run patuh scan")
    assert b"there is no case store" in said
    _, status = os.waitpid(review, 0)
    os.close(handle)
    assert os.waitstatus_to_exitcode(status) not in (0, 1)
