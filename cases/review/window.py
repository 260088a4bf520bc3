"""The lines of a list that have been fetched: a window over a list that may have a million."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cases.caseload.line import Line

KEPT: Final = 2000
"""So many lines are kept; farther ones are let go and fetched again when somebody comes back."""


class Window:
    """Lines that follow on each other in the order of their list.

    `above` and `below`: the list goes on before the first and behind the last. `first`: how many lines are before
    the first one, as far as that is known.
    """

    def __init__(self, lines: Sequence[Line] = (), *, first: int = 0, above: bool = False, below: bool = False) -> None:
        self.lines = list(lines)
        self.first, self.above, self.below = first, above, below
        self._places: dict[int, int] | None = None

    def __len__(self) -> int:
        return len(self.lines)

    def place_of(self, number: int) -> int | None:
        """Return where a case stands in the window; None: it is not in it."""
        if self._places is None:
            self._places = {line.number: place for place, line in enumerate(self.lines)}
        return self._places.get(number)

    def append(self, lines: Iterable[Line], *, more: bool) -> int:
        """Put lines behind the last one; return how many were let go at the top."""
        self.lines += [line for line in lines if self.place_of(line.number) is None]
        self.below = more
        gone = max(0, len(self.lines) - KEPT)
        if gone:
            del self.lines[:gone]
            self.first += gone
            self.above = True
        self._places = None
        return gone

    def prepend(self, lines: Iterable[Line], *, more: bool) -> int:
        """Put lines before the first one; return how many came."""
        new = [line for line in lines if self.place_of(line.number) is None]
        self.lines[:0] = new
        self.first = max(0, self.first - len(new)) if more else 0
        self.above = more
        if len(self.lines) > KEPT:
            del self.lines[KEPT:]
            self.below = True
        self._places = None
        return len(new)

    def change(self, changes: Mapping[int, Line]) -> tuple[int, ...]:
        """Put lines in the place of those with their numbers; return the places that are not as they were."""
        found = []
        for number, line in changes.items():
            place = self.place_of(number)
            if place is not None and self.lines[place] != line:
                self.lines[place] = line
                found.append(place)
        return tuple(sorted(found))

    def remove(self, numbers: frozenset[int]) -> tuple[int, ...]:
        """Take cases out; return the places where they stood."""
        places = tuple(place for place, line in enumerate(self.lines) if line.number in numbers)
        self.lines = [line for line in self.lines if line.number not in numbers]
        self._places = None
        return places
