"""One case in the list of a review screen, and a page of them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Line:
    """One case as a list shows it, covered. `severity` 1 to 4; `score` its points today.

    `party` None: the registers say no name. `people` and `rupiah` None: no register says. `due`: the first day on which
    a time of the law that runs for it is over; None: none runs. `seen`: the number of its last event.
    `place`: the order in which it was listed and where it stood in it, so that a list goes on from there.
    """

    number: int
    stage: str
    queue: str
    track: str
    severity: int
    score: int | None
    party: str | None
    region: str
    rules: tuple[str, ...]
    findings: int
    people: int | None
    rupiah: int | None
    due: date | None
    assigned_to: str | None
    hidden: bool
    seen: int
    place: tuple[int | str | date | None, ...] = ()


@dataclass(frozen=True)
class Page:
    """Lines in the order that was asked for. `more`: others follow behind the last one."""

    lines: tuple[Line, ...]
    more: bool
