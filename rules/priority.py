"""What makes one case come before another: points by severity, people, rupiah, days overdue, and repeat offence.

It is our design, not law: the numbers are those of `rules/priority.yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Words = Mapping[str, str]
"""Language code to text, as in `rules.model`, which imports this module."""


@dataclass(frozen=True)
class Measure:
    """How much one rule's findings in a case come to, from their evidence.

    `add`: these fields, added up over the findings (of days: the earliest counts). `distinct`: how many different
    values this field has. `each`: so many for each finding. One of the three is said.
    """

    add: tuple[str, ...] = ()
    distinct: str = ""
    each: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """The names that it reads."""
        return (*self.add, self.distinct) if self.distinct else self.add


@dataclass(frozen=True)
class Band:
    """From `at_least` on, `points` are given, until a higher band begins."""

    at_least: int
    points: int


@dataclass(frozen=True)
class Part:
    """One thing that is measured: its words, its bands from the lowest up, and what is measured, by rule."""

    words: Words = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    of: Mapping[str, Measure] = field(default_factory=dict)

    def points(self, amount: int | None) -> int:
        """Return the points of an amount; 0 where it is not known."""
        return max((band.points for band in self.bands if amount is not None and amount >= band.at_least), default=0)


@dataclass(frozen=True)
class RepeatCriteria:
    """Who is a repeat offender: a finding came back as a new episode within `within_months` of being resolved.

    It ends when the party had no open finding for `exit_months`.
    """

    within_months: int = 0
    exit_months: int = 0


@dataclass(frozen=True)
class Priority:
    """What the score of a case is made of. `since`: the day of the design; `source`: whose it is.

    `severity` by name; `repeat_offender` and `ranks_below` are points given where it is so (`ranks_below` takes away).
    """

    since: date
    source: Words
    severity: Mapping[str, int]
    people: Part
    rupiah: Part
    overdue: Part
    repeat_offender: int
    ranks_below: int
    repeat: RepeatCriteria
    sha256: str


NO_PRIORITY = Priority(date.min, {}, {}, Part(), Part(), Part(), 0, 0, RepeatCriteria(), "")
"""What stands where no file says anything: no case has points, nobody is a repeat offender."""
