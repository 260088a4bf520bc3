"""What a person sees while a scan runs: a moving line on a terminal, one plain line per stage in a log."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from rich.console import Console

from cases.wording import Wording, message

TITLES: Mapping[str, str] = {
    "load": message("Reading the rules"),
    "land": message("Reading the registers"),
    "gate": message("Checking the registers"),
    "assemble": message("Putting facts together"),
    "detect": message("Judging"),
    "match": message("Comparing with the store"),
    "decide": message("Routing"),
    "write": message("Writing"),
    "record": message("Keeping the record"),
    "events": message("Reading the events"),
    "chains": message("Walking the chains"),
    "anchors": message("Comparing with the anchor files"),
}
"""Stage to what a person reads while it runs."""
STAGES: Final = ("load", "land", "gate", "assemble", "detect", "match", "decide", "write", "record")
"""The stages of a scan in the order in which they run; each has its seconds in the summary."""


class StageTimer:
    """Names each stage as it begins and keeps its seconds.

    `seconds` is a monotonic clock; `console` talks on stderr; None says nothing and only measures.
    """

    def __init__(self, console: Console | None, seconds: Callable[[], float], wording: Wording) -> None:
        self._console, self._seconds, self._wording = console, seconds, wording
        self._began = seconds()
        self.taken: dict[str, float] = {}
        """Stage name to seconds, in the order the stages ended."""
        self.begins: Callable[[str, float], object] = _nobody
        """Told the name of each stage as it begins, and the seconds since this timer was made."""

    def elapsed(self) -> float:
        """Return the seconds since this timer was made."""
        return self._seconds() - self._began

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure the block as stage `name`; a stage entered again adds to its seconds."""
        began = self._seconds()
        self.begins(name, began - self._began)
        title = self._wording.say(TITLES[name])
        if self._console is not None and self._console.is_terminal:
            with self._console.status(title):
                yield
        else:
            yield
        self.taken[name] = self.taken.get(name, 0.0) + self._seconds() - began
        if self._console is not None:
            self._console.print(f"{title} {self.taken[name]:.2f} s", markup=False, highlight=False)


def _nobody(_stage: str, _elapsed: float) -> None:
    """Tell nobody of a stage."""
