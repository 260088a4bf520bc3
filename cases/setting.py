"""What a command is given by the world outside: the clock. Only `cases.cli` makes the real one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Setting:
    """`now` gives the moment with its zone; `seconds` is monotonic, for measuring only."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]

    def today(self) -> date:
        """Return the day it is in the zone of `now`."""
        return self.now().date()
