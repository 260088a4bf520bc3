"""One at a time: a lock file.

The lock is the operating system's own (flock), so a killed process leaves none behind; the file's text only says
who holds it. Beside it the holder locks the file's bytes, which others can see without taking anything: whoever looks
whether a scan is running never stands in the way of one that begins.
"""

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rules.errors import Message, ScanRunningError, StoreError

_SHOW: Final = getattr(fcntl, "F_OFD_SETLK", fcntl.F_SETLK)
_LOOK: Final = getattr(fcntl, "F_OFD_GETLK", fcntl.F_GETLK)
"""Of an open file, where the system knows that: not of a process, so that one process may look at its own."""
_FLOCK: Final = "hhqqi"
"""`struct flock`: kind of lock, from where, start, length (0: to the end), process."""


def _bytes_locked(kind: int) -> bytes:
    return struct.pack(_FLOCK, kind, os.SEEK_SET, 0, 0, 0)


def held_by(path: Path) -> str | None:
    """Return who holds the lock at `path`; None: nobody does. Nothing is taken by looking."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # no scan has been here, or this person may not look
        return None
    try:
        found = struct.unpack(_FLOCK, fcntl.fcntl(handle, _LOOK, _bytes_locked(fcntl.F_RDLCK)))
        return None if found[0] == fcntl.F_UNLCK else os.read(handle, 200).decode(errors="replace").strip()
    finally:
        os.close(handle)


@contextmanager
def only_scan(path: Path, holder: str) -> Iterator[None]:
    """Hold the lock at `path` while the block runs; `holder` is the run that another scan will be told of.

    Raises ScanRunningError when another process holds it, StoreError when the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(
            Message("the lock file {path} cannot be made: {strerror}", path=path, strerror=error.strerror),
            Message("without it two scans could write the same cases at once"),
            Message("give this user write access to the store's folder, or name another store with --store"),
        ) from error
    try:
        _take(handle, path)
        os.ftruncate(handle, 0)
        os.write(handle, holder.encode())
        fcntl.fcntl(handle, _SHOW, _bytes_locked(fcntl.F_WRLCK))
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        said = os.read(handle, 200).decode(errors="replace").strip()
        raise ScanRunningError(
            Message("another scan is running ({run}); it holds {path}", run=said, path=path)
            if said
            else Message("another scan is running; it holds {path}", path=path),
            Message("two scans of one store at once would judge the same cases twice"),
            Message("wait until it ends; the lock goes with the process, the file may stay"),
        ) from error
