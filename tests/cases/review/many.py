"""A caseload in memory with as many cases as a test needs, and a screen on it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

from cases.caseload.line import Line, Page
from cases.caseload.query import Known, query_of
from cases.caseload.scan_watch import ScanWatch
from cases.caseload.views import ROOMS, VIEWS, View, ViewCount
from cases.caseload.wanted import Wanted
from cases.review.app import ReviewApp
from cases.review.case_list import CaseList
from cases.review.cases_screen import CasesScreen
from cases.review.pace import Pace
from rules.errors import Message, PatuhError, StoreError, UsageError

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from cases.caseload.caseload import Caseload

TODAY = date(2026, 11, 26)
QUICK = Pace(watch=3600, retry=0.02, typing=0.02, rest=3600, slow=0.05, hold=5)
"""Others are looked for only when a test says so."""
AWAY = StoreError(Message("the database went away"), Message("nothing is lost"), Message("wait"))


def line(number: int, **other: Any) -> Line:
    known = Line(
        number=number,
        stage="flagged",
        queue="disnaker",
        track="sanction",
        severity=3,
        score=100_000 - number,
        party=f"PT Contoh {number}",
        region="19.71",
        rules=("PWBD-01",),
        findings=2,
        people=1129,
        rupiah=2_940_000_000,
        due=date(2026, 12, 9),
        assigned_to=None,
        hidden=False,
        seen=1,
    )
    return replace(known, **other)


class Many:
    """Answers as a caseload does. `away`: it does not answer; `gate`: questions wait until it is set."""

    login = "rina"
    never: Mapping[str, PatuhError] = {}
    today = TODAY

    def __init__(self, count: int) -> None:
        self.stored = [line(number) for number in range(1, count + 1)]
        self.asked: list[str] = []
        self.away = False
        self.gate = threading.Event()
        self.gate.set()

    def _matching(self, wanted: Wanted) -> list[Line]:
        words = [word for one in query_of(wanted.query).names for word in one.words]
        found = [one for one in self.stored if all(word in (one.party or "").lower() for word in words)]
        return found if wanted.view is VIEWS[0] else []

    def _answer(self, name: str) -> None:
        self.asked.append(name)
        self.gate.wait(30)
        if self.away:
            raise AWAY

    def page(self, wanted: Wanted, after: Line | None = None, limit: int = 100, before: Line | None = None) -> Page:
        self._answer("page")
        found = self._matching(wanted)
        if not wanted.descending:
            found.reverse()
        numbers = [one.number for one in found]
        if before is not None:
            end = numbers.index(before.number)
            return Page(tuple(found[max(0, end - limit) : end]), end > limit)
        start = 0 if after is None else numbers.index(after.number) + 1
        return Page(tuple(found[start : start + limit]), start + limit < len(found))

    def lines(self, wanted: Wanted, numbers: tuple[int, ...]) -> tuple[Line, ...]:
        self._answer("lines")
        return tuple(one for one in self._matching(wanted) if one.number in numbers)

    @property
    def known(self) -> Known:
        return Known(rules=("IUR-03", "PWBD-01", "PWBD-02"), regions={"19": "Kepulauan Bangka Belitung"})

    def count(self, wanted: Wanted) -> int:
        self._answer("count")
        return len(self._matching(wanted))

    def counts(self) -> tuple[ViewCount, ...]:
        self._answer("counts")
        return tuple(ViewCount(view, self.count(Wanted(view))) for view in VIEWS)

    def counts_beside(self) -> tuple[ViewCount, ...]:
        self._answer("counts beside")
        further = View("imigrasi", "imigrasi")
        return (ViewCount(ROOMS[0], 2), ViewCount(ROOMS[1], None), ViewCount(further, 7))

    def last_scan(self) -> date:
        self._answer("last_scan")
        return TODAY

    def watch_scan(self) -> ScanWatch:
        if self.away:
            raise AWAY
        return ScanWatch(None, 1, datetime(2026, 11, 20, 8, tzinfo=UTC))

    def open(self, number: int, _wording: object) -> None:
        raise UsageError(Message("file {number}", number=number), Message("no file here"), Message("none"))


class Seat:
    """A person before the screen."""

    def __init__(self, pilot: Pilot[None], app: ReviewApp) -> None:
        self.pilot, self.app = pilot, app

    @property
    def screen(self) -> CasesScreen:
        return cast("CasesScreen", self.app.screen_stack[1])

    @property
    def cases(self) -> CaseList:
        return self.screen.cases

    @property
    def here(self) -> int | None:
        return self.cases.chosen.number if self.cases.chosen else None

    @property
    def text(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.still()

    async def still(self) -> None:
        """Wait until every question is answered and every message dealt with."""
        while True:
            await self.pilot.pause()
            open_questions = [one for one in self.app.workers if not one.is_finished]
            if not open_questions:
                return
            await self.app.workers.wait_for_complete(open_questions)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; a test that waits in vain is ended by the time it is given."""
        while not holds():
            await self.pilot.pause(0.005)


def seated(
    many: Many, does: Callable[[Seat], Awaitable[None]], size: tuple[int, int] = (80, 24), pace: Pace = QUICK
) -> None:
    """Sit somebody before the screen who does something, in English."""

    async def sit() -> None:
        app = ReviewApp(cast("Caseload", many), "en", pace)
        async with app.run_test(size=size) as pilot:
            seat = Seat(pilot, app)
            if many.gate.is_set() and not many.away:
                await seat.still()
            await does(seat)
            many.gate.set()

    asyncio.run(sit())
