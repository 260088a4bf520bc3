"""Puts the site into a folder: pages of an earlier site that are gone leave it, files of others are never touched."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from rules.errors import Message, OutputError, UsageError

LISTED = ".patuh-pages"
"""The file that names every file of ours in the folder."""


def write_site(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files. Raises UsageError for a folder with files of others, OutputError where it cannot be written."""
    before = _listed(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / LISTED).write_text("".join(f"{name}\n" for name in sorted({*files, *before})), encoding="utf-8")
        for name in sorted(before - files.keys()):
            _take_out(folder, name)
        for name, data in sorted(files.items()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        (folder / LISTED).write_text("".join(f"{name}\n" for name in sorted(files)), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            Message("the pages cannot be written to {into}: {strerror}", into=folder, strerror=error.strerror or error),
            Message("some of them may be there and others not"),
            Message("free space, or name another folder with --output"),
        ) from error


def _listed(folder: Path) -> frozenset[str]:
    """Return the files of ours that the folder holds. Raises UsageError."""
    if folder.exists() and not folder.is_dir():
        raise _refused(folder)
    if not folder.exists() or not any(folder.iterdir()):
        return frozenset()
    try:
        return frozenset((folder / LISTED).read_text(encoding="utf-8").splitlines())
    except FileNotFoundError as error:
        raise _refused(folder) from error


def _refused(folder: Path) -> UsageError:
    return UsageError(
        Message("{path} holds files that are no pages of ours", path=folder),
        Message("they could be mistaken for pages, or be overwritten"),
        Message("name an empty or a new folder with --output"),
    )


def _take_out(folder: Path, name: str) -> None:
    """Remove a page of ours that is gone; a name that leads out of the folder is not ours."""
    path = folder / name
    if path.resolve().is_relative_to(folder.resolve()):
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()
