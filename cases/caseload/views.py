"""The queues at the left of the review screen: which cases each one holds."""

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
"""Queues of cases: waiting for a person; of who is logged in; past a day of the law; confirmed for an office."""
ROOMS: Final = (View("held", message("Held rules")), View("repair", message("Data repair")))
"""Queues of something else than cases, each with a screen of its own."""


@dataclass(frozen=True)
class ViewCount:
    """How many cases (or rules, or subjects) a view holds for who is logged in; None: not counted yet."""

    view: View
    count: int | None
