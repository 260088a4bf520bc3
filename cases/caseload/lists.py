"""The lists of one person's caseload: what the review screen shows first, so that nothing else is loaded for it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from functools import cached_property

from sqlmodel import Session

from cases.access.gate import permit, session_for
from cases.access.identity import Who
from cases.caseload import pages
from cases.caseload.line import Line, Page
from cases.caseload.lines import Viewer
from cases.caseload.rights import never
from cases.caseload.views import VIEWS, ViewCount
from cases.caseload.wanted import Part, Wanted
from cases.listing import last_scan
from cases.setting import Setting
from cases.store.database import OpenStore
from rules.errors import PatuhError
from rules.model import RuleBook


class Lists:
    """What one person sees of the cases in lists. `book` is asked once, when it is first needed.

    Raises StoreError: there is no store, or it cannot be opened.
    """

    def __init__(self, url: str, who: Who, setting: Setting, book: Callable[[], RuleBook]) -> None:
        self._store, self._who, self._setting, self._read_book = OpenStore(url), who, setting, book

    def close(self) -> None:
        """Let the store go."""
        self._store.close()

    @property
    def login(self) -> str:
        """Who is logged in."""
        return self._who.login

    @property
    def today(self) -> date:
        """The day it is."""
        return self._setting.today()

    @cached_property
    def never(self) -> Mapping[str, PatuhError]:
        """What who is logged in may do to no case, each act with its refusal."""
        return never(self._who)

    def page(self, wanted: Wanted, after: Line | None = None, limit: int = 50, before: Line | None = None) -> Page:
        """Return up to `limit` lines of a list behind `after`, or those just before `before`; else its first ones."""
        with self._session() as session:
            return pages.page(session, wanted, self._viewer(), Part(after, before, limit))

    def lines(self, wanted: Wanted, numbers: tuple[int, ...]) -> tuple[Line, ...]:
        """Return those of the cases that are in the list now, as they stand now; who is missing has left it."""
        with self._session() as session:
            return pages.lines(session, wanted, self._viewer(), numbers)

    def last_scan(self) -> date | None:
        """Return the day that the newest completed scan judged; None before the first."""
        with self._session() as session:
            permit(session, "list")
            found = last_scan(session)
        return found.as_of if found else None

    def count(self, wanted: Wanted) -> int:
        """Return how many cases a list has."""
        with self._session() as session:
            return pages.count(session, wanted, self._viewer())

    def counts(self) -> tuple[ViewCount, ...]:
        """Return how much each view of cases holds."""
        with self._session() as session:
            viewer = self._viewer()
            return tuple(ViewCount(view, pages.count(session, Wanted(view), viewer)) for view in VIEWS)

    @cached_property
    def _book(self) -> RuleBook:
        return self._read_book()

    def _viewer(self) -> Viewer:
        book = self._book
        return Viewer(self._who.login, self._setting.today(), book.priority, book.vocabulary)

    def _session(self, *, write: bool = False) -> AbstractContextManager[Session]:
        return session_for(self._store, self._who, self._setting.now, write=write)
