"""The list over a real store of either kind: its two ends, its orders, a filter, and what somebody else writes."""

import asyncio

from cases.review.cases_screen import CasesScreen
from tests.cases.desk import Desk
from tests.cases.review.screen import NARROW, Sitting, caseload_of, sitting


def on_top(seat: Sitting) -> CasesScreen:
    screen = seat.app.screen
    assert isinstance(screen, CasesScreen)
    return screen


def test_the_list_goes_to_both_ends_and_is_sorted_and_narrowed(desk: Desk) -> None:
    flagged = desk.store.ask("SELECT count(*) FROM case_file WHERE stage = 'flagged'")[0]

    async def morning() -> None:
        with caseload_of(desk) as caseload:
            async with sitting(caseload, NARROW) as seat:
                await seat.press("G")
                screen = on_top(seat)
                assert f"Flagged {flagged}/{flagged}" in seat.flowing
                last = screen.cases.chosen
                seen = {line.number for line in screen.cases.lines}
                while screen.cases.window.above or screen.cases.cursor:
                    await seat.press("pageup")
                    seen |= {line.number for line in screen.cases.lines}
                assert len(seen) == flagged, "no case is left out on the way up and none comes twice"
                first = screen.cases.chosen
                await seat.press("S")
                assert screen.cases.chosen != first
                await seat.press("G")
                assert screen.cases.chosen is not None and first is not None and last is not None
                assert screen.cases.chosen.score == first.score
                await seat.press("slash")
                await seat.type("sev>=high")
                await seat.press("enter")
                assert screen.cases.lines and all(line.severity >= 3 for line in screen.cases.lines)
                assert screen.total is not None and 0 < screen.total < flagged

    asyncio.run(morning())


def test_what_somebody_else_writes_is_marked_where_it_stands(desk: Desk) -> None:
    async def morning() -> None:
        with caseload_of(desk) as caseload:
            async with sitting(caseload, NARROW) as seat:
                screen = on_top(seat)
                first, second = screen.cases.lines[:2]
                desk.store.change(f"UPDATE case_file SET people = 4321 WHERE id = {first.number}")
                desk.store.change(f"UPDATE case_file SET stage = 'dismissed' WHERE id = {second.number}")
                screen.watch_others()
                await seat.settled()
                rows = [row for row in seat.lines if row.startswith((">*", " x"))]
                assert len(rows) == 2 and "4,321" in rows[0]
                assert screen.cases.chosen is not None and screen.cases.chosen.number == first.number

    asyncio.run(morning())
