"""Texts kept by content: the rule files, parameters, calendar and run file that a scan was judged by.

    kept/<sha256>      one text, stored once, whole or not at all

The name is the proof: a text that no longer hashes to its name was changed.
"""

import hashlib
import json
import os
from pathlib import Path

from connectors.durable_files import alive, explained, sync, write_synced


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(file: Path) -> str:
    """Return the sha256 of a file's bytes, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class KeptContent:
    """The texts of one state folder. Writing needs the scan's lock. Raises StoreError where the disk refuses."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "kept"

    def keep(self, content: bytes) -> str:
        """Store a text, unless it is there whole, and return its sha256."""
        name = hashlib.sha256(content).hexdigest()
        place = self._folder / name
        if self.read(name) == content:
            return name
        with explained(place):
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._folder / f".part-{os.getpid()}-{name}"
            write_synced(part, content)
            part.replace(place)
        return name

    def settle(self) -> None:
        """Wait until the disk has the names of all that was kept; remove what dead processes left half written."""
        with explained(self._folder):
            for part in self._folder.glob(".part-*"):
                if not alive(int(part.name.split("-")[1])):
                    part.unlink()
            sync(self._folder)

    def read(self, sha256: str) -> bytes | None:
        """Return what lies under this name, changed or not; None where it is gone."""
        try:
            return (self._folder / sha256).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def whole(self, sha256: str) -> bool:
        """Say whether what lies under this name still is what was kept."""
        content = self.read(sha256)
        return content is not None and hashlib.sha256(content).hexdigest() == sha256
