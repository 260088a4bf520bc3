"""The queues at the left of the review screen: which cases each one holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cases.wording import message


@dataclass(frozen=True)
class View:
    """A queue of the screen: its name, and its words for a person."""

    name: str
    words: str


VIEWS: Final = (
    View("flagged", message("Flagged")),
    View("mine", message("Mine")),
    View("overdue", message("Overdue")),
    View("disnaker", message("Disnaker")),
    View("kejaksaan", message("Kejaksaan")),
)
"""Queues of cases: waiting for a person; of who is logged in; past a day of the law; confirmed for an office.

All of them hold open cases alone, and none that is put off. Overdue is a case of which a register tells that a time of
the law is over: its `overdue_since` is the last day of that time, the earliest of its live findings, and lies before
today; the days to its deadline are counted in days of the calendar from today to that day, and are below 0. The times
of the sanction ladder, which run for steps that the office took, are not in it: `patuh cases due` lists those.
"""
ROOMS: Final = (View("held", message("Held rules")), View("repair", message("Data repair")))
"""Queues of something else than cases, each with a screen of its own."""


def views_of(queues: Iterable[str]) -> tuple[View, ...]:
    """Return the queues of cases, with those of a routing file that are not among VIEWS behind them."""
    named = {view.name for view in VIEWS}
    return (*VIEWS, *(View(queue, queue) for queue in queues if queue not in named))


@dataclass(frozen=True)
class ViewCount:
    """How many cases (or rules, or subjects) a view holds for who is logged in; None: they are not told."""

    view: View
    count: int | None
