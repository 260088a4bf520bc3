"""While a scan runs, every screen says how far it is; when it has ended, that r reads its results."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

import pytest

import cases.scan
from cases.exit_codes import ExitCode
from cases.review.held_screen import HeldScreen
from cases.review.scan_line import clock
from tests.cases.review.room_sitting import before
from tests.cases.rooms import DAY, EMPLOYERS, new_rooms


def test_a_scan_is_told_while_it_runs_and_its_results_when_it_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = new_rooms(tmp_path / "office", None)
    rooms.scan()
    rooms.write((*EMPLOYERS, ("W-07", "CV Contoh 7", "19.71", 99)))
    go_on, detect = threading.Event(), cases.scan.detect
    monkeypatch.setattr(cases.scan, "detect", lambda *given: (go_on.wait(60), detect(*given))[1])

    async def morning() -> None:
        with rooms.caseload(day=DAY.replace(day=21)) as caseload:
            async with before(caseload, HeldScreen()) as desk:
                await desk.sees("5 findings are held")
                assert "Scan" not in desk.words
                scan = asyncio.create_task(asyncio.to_thread(rooms.scan, DAY.replace(day=21)))
                # At eight; it began at two.
                await desk.sees("▰▰▰▰▰▱▱▱▱", "Scan since 02:00: Judging (5 of 9", "in all 6:00:00")
                await desk.press("L")
                await desk.sees("Pemindaian sejak 02:00: Menilai (5 dari 9")
                await desk.press("L")
                go_on.set()
                await scan
                await desk.sees("A scan has ended: there are new results. r reads them.")
                assert "5 findings are held" in desk.words  # nothing moves under one's eyes
                await desk.press("r")
                await desk.sees("6 findings are held")
                await desk.until(lambda: "new results" not in desk.words)

    asyncio.run(morning())


def test_a_scan_that_ends_without_results_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = new_rooms(tmp_path / "office", None)
    rooms.scan()
    go_on = threading.Event()

    def broken(*_: object) -> None:
        go_on.wait(60)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cases.scan, "detect", broken)

    async def morning() -> None:
        with rooms.caseload(day=DAY.replace(day=21)) as caseload:
            async with before(caseload, HeldScreen()) as desk:
                await desk.sees("5 findings are held")
                scan = asyncio.create_task(asyncio.to_thread(rooms.scan, DAY.replace(day=21), ExitCode.STORE))
                await desk.sees("Judging (5 of 9")
                go_on.set()
                await scan
                await desk.sees("The scan has ended without results; the cases are as they were.")

    asyncio.run(morning())


def test_a_length_of_time_is_short() -> None:
    assert [clock(timedelta(seconds=one)) for one in (-3, 0, 65, 3725)] == ["0:00", "0:00", "1:05", "1:02:05"]
