"""Writing files so that a crash or a full disk leaves either the old state or the new one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.errors import Message, StoreError


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turn a refusal of the disk into a StoreError that names `place`."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            Message("{place} cannot be written ({strerror})", place=place, strerror=error.strerror or error),
            Message("a scan without its snapshot could not be explained or repeated later"),
            Message("free disk space or permissions there, then scan again: nothing was changed"),
        ) from error


def bring(file: Path, place: Path, move: bool) -> int:
    """Copy (or rename) a file to `place`, synced; return its size in bytes."""
    if move:
        shutil.move(file, place)
    else:
        shutil.copyfile(file, place)
    sync(place)
    return place.stat().st_size


def write_synced(place: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    place.write_bytes(content)
    sync(place)


def sync(place: Path) -> None:
    """Wait until the disk has a file, or a folder's list of names."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def alive(process: int) -> bool:
    """Say whether a process of this number runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
