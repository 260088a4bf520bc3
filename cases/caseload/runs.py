"""The parts of an order that are walked: whole segments, and segments from one place on or up to another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cases.caseload.orders import Scalar, Segment

UNCOUNTED: Final = 2_000
"""So many cases a run is taken to have that nobody counted."""
Place = tuple[Scalar, ...]
"""Values of an order's terms, and the number of the case as the last one."""


@dataclass(frozen=True)
class Run:
    """A segment, or the part of it behind `first` and up to `last`, which are values of its keys.

    `size`: how many cases it has; a part up to `last` has as many as may be looked at.
    """

    segment: Segment
    first: Place = ()
    last: Place = ()
    size: int = UNCOUNTED


def portions(runs: Sequence[Run], limit: int) -> Iterator[Sequence[Run]]:
    """Give the runs by portions that hold some times `limit` cases, each more than the one before."""
    start, size, enough = 0, 0, 3 * limit
    for number, run in enumerate(runs, start=1):
        size += run.size
        if size >= enough or number == len(runs):
            yield runs[start:number]
            start, size, enough = number, 0, 4 * enough


def values_of(runs: Sequence[Run]) -> dict[str, object]:
    """Return the values of where runs begin and end, by the names that stand for them."""
    return {
        f"{name}{number}_{index}": value
        for number, run in enumerate(runs)
        for name, values in (("f", run.first), ("l", run.last))
        for index, value in enumerate(values)
    }


def parted(segment: Segment, place: str, way: str) -> tuple[Segment, Segment]:
    """Return the cases of a segment that have a value, in the order of their numbers, and those to one side of it."""
    (key, _), number = segment.keys
    return (
        replace(segment, where=f"{segment.where} AND {key} = {place}", keys=(number,)),
        replace(segment, where=f"{segment.where} AND {key} {way} {place}"),
    )
