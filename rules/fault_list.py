"""Collects faults while files are read, so that a person sees all of them at once."""

from collections.abc import Iterable
from difflib import get_close_matches

from rules.errors import Fault, Location, Message


class FaultList:
    """Faults in the order in which they were met; `len` before and after a part says whether that part is sound."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __len__(self) -> int:
        return len(self._faults)

    def add(self, location: Location, code: str, what: str, why: str, remedy: str) -> None:
        """Note one fault."""
        self._faults.append(Fault(location, code, what, why, remedy))

    def extend(self, faults: Iterable[Fault]) -> None:
        """Note faults that were found elsewhere."""
        self._faults.extend(faults)

    def sorted(self) -> tuple[Fault, ...]:
        """All faults by file, line and column, each once."""
        return tuple(sorted(set(self._faults)))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def use_one_of(name: str, known: Iterable[str]) -> Message:
    """The remedy for a name that is not known: the nearest one, or the list."""
    names = list(known)
    close = nearest(name, names)
    if close is not None:
        return Message("did you mean '{name}'?", name=close)
    if not names:
        return Message("take it out: there is nothing to choose from here")
    shown = ", ".join(names[:20])
    more = " …" if len(names) > 20 else ""  # noqa: PLR2004 - a list that a person reads
    return Message("use one of: {names}", names=shown + more)
