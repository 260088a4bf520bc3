"""What a command is given by the world outside: clock, chance and who runs it. Only `cases.cli` makes the real one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Setting:
    """`now` gives the moment with its zone; `seconds` is monotonic, for measuring only; `salt` gives 32 random bytes.

    `user` is the name under which a person is logged in; "" where there is none (cron).
    """

    now: Callable[[], datetime]
    seconds: Callable[[], float]
    salt: Callable[[], bytes]
    user: str = ""

    def today(self) -> date:
        """Return the day it is in the zone of `now`."""
        return self.now().date()
