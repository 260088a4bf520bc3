"""An anchor file as it is told at the end of a scan and of an export."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SetAnchor:
    """An anchor file in its place: on paper its sha256 proves all files before it."""

    number: int
    sha256: str
