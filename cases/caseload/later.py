"""A caseload that is opened while the screen is drawn already: the lists first, and all else when it is asked for."""

from __future__ import annotations

from functools import cached_property
from threading import Event, Lock
from typing import TYPE_CHECKING, TypeVar

from cases.caseload.rights import never
from rules.errors import PatuhError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from cases.access.identity import Who
    from cases.caseload.caseload import Caseload
    from cases.caseload.lists import Lists
    from cases.caseload.query import Known
    from cases.setting import Setting

T = TypeVar("T")

FIRST_PAGE = 3.0
"""Seconds that all else waits for the first page of a list."""


class NotBegunError(Exception):
    """The caseload could not be opened for the first time: nothing can be shown. `cause` says why and what to do."""

    def __init__(self, cause: PatuhError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class LaterCaseload:
    """Answers as `Caseload` does; whoever asks waits, in a thread of their own, until what they need is there.

    `lists` and `whole` load what they need where they are called: a screen that shows its frame waits for neither.
    Raises NotBegunError from the first question that cannot be answered because nothing could be opened.
    """

    def __init__(self, who: Who, setting: Setting, lists: Callable[[], Lists], whole: Callable[[], Caseload]) -> None:
        self._who, self._setting = who, setting
        self._open_lists, self._open_whole = lists, whole
        self._opened_lists: Lists | None = None
        self._opened_whole: Caseload | None = None
        self._opening_lists, self._opening_whole = Lock(), Lock()
        self._listed = Event()

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

    @property
    def known(self) -> Known:
        """What there is to be named in a query line."""
        return self._whole.known

    def close(self) -> None:
        """Let the store go, as far as it was opened."""
        for opened in (self._opened_lists, self._opened_whole):
            if opened is not None:
                opened.close()

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name.startswith("_"):
            raise AttributeError(name)

        def asked(*given: object, **named: object) -> object:
            answers = self._lists if name in LISTED else self._whole
            answer: object = getattr(answers, name)(*given, **named)
            if name == "page":
                self._listed.set()
            return answer

        return asked

    @property
    def _lists(self) -> Lists:
        with self._opening_lists:
            if self._opened_lists is None:
                self._opened_lists = _begun(self._open_lists)
            return self._opened_lists

    @property
    def _whole(self) -> Caseload:
        with self._opening_whole:
            if self._opened_whole is None:
                self._listed.wait(FIRST_PAGE)  # loading all else at the same time would hold the first page up
                self._opened_whole = _begun(self._open_whole)
            return self._opened_whole


LISTED = frozenset({"page", "lines", "last_scan", "count", "counts"})
"""What `Lists` answers."""


def _begun(opening: Callable[[], T]) -> T:
    try:
        return opening()
    except PatuhError as error:
        raise NotBegunError(error) from error
