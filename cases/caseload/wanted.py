"""Which cases a list is asked for, in which order, and which part of it."""

from dataclasses import dataclass
from typing import Final

from cases.caseload.line import Line
from cases.caseload.views import View

SORTS: Final = ("score", "party", "region", "findings", "people", "rupiah", "due")
"""What a list is sorted by."""


@dataclass(frozen=True)
class Wanted:
    """Which cases of a view, in which order: the text of the query line, one of SORTS, and the direction."""

    view: View
    query: str = ""
    sort: str = SORTS[0]
    descending: bool = True


@dataclass(frozen=True)
class Part:
    """Which part of a list: up to `limit` lines behind `after`, or those just before `before`; from its top on."""

    after: Line | None = None
    before: Line | None = None
    limit: int = 100
