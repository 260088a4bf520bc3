"""The screen of data repair, by keys: causes, subjects, the filter, and the list for a register's owner."""

import asyncio
from pathlib import Path

import pytest

from cases.review.repair_screen import RepairScreen
from tests.cases.review.room_sitting import before
from tests.cases.rooms import EMPLOYERS, RINA, Rooms, new_rooms

HOSTILE = "[red]W\x1b[31m\u202e"


@pytest.fixture
def small(tmp_path: Path) -> Rooms:
    """The office on SQLite, for what does not hang on the kind of store."""
    return new_rooms(tmp_path / "office", None)


def test_causes_subjects_filter_and_export(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(rooms.desk.folder)
    rooms.write((*EMPLOYERS, ("W-07", "CV Contoh 7", "19.01", ""), ("W-08", "CV Contoh 8", "31.71", "")))
    rooms.scan()

    async def morning() -> None:
        with rooms.caseload() as caseload:
            async with before(caseload, RepairScreen()) as desk:
                await desk.sees("Subjects: 2", "Reason: the register has the row but not", "19.01 ***7", "31.71 ***8")
                await desk.press("slash", *"region:31", "enter")
                await desk.sees("region:31", "Subjects: 1")
                await desk.until(lambda: "***7" not in desk.words)
                await desk.press("escape")
                await desk.sees("Subjects: 2")
                await desk.press("x")
                await desk.sees("Export what wlkp has to repair", "enter/ctrl+s export", "esc leave")
                await desk.press("enter")
                await desk.sees("2 rows written to patuh-wlkp-2026-11-20.csv", "Anchor 00000002")
                await desk.press("L")
                await desk.sees("Perbaikan data", "Yang harus dilakukan: isi nilainya")

    asyncio.run(morning())
    assert "***8" in (rooms.desk.folder / "patuh-wlkp-2026-11-20.csv").read_text("utf-8-sig")


def test_a_nation_of_subjects_is_paged_as_one_goes_on(small: Rooms) -> None:
    small.write(tuple((f"{HOSTILE}-{one:04}", "CV Contoh", "19.71", "") for one in range(450)))
    small.scan()

    async def morning() -> None:
        with small.caseload() as caseload:
            screen = RepairScreen()
            async with before(caseload, screen) as desk:
                await desk.sees("Subjects: 450")
                await desk.until(lambda: len(screen.found) == 200)
                await desk.press("tab", "G")
                await desk.until(lambda: len(screen.found) == 400)
                await desk.press("G")
                await desk.until(lambda: len(screen.found) == 450)
                assert "\x1b" not in desk.text
                assert "\u202e" not in desk.text

    asyncio.run(morning())


def test_without_a_list_it_is_said_in_place(small: Rooms) -> None:
    small.scan()

    async def morning() -> None:
        with small.caseload(RINA) as caseload:
            async with before(caseload, RepairScreen()) as desk:
                await desk.sees("Every subject could be judged.")
                await desk.press("x")
                await desk.sees("Choose a cause that lies with a register.")
        for left in (small.desk.folder / ".patuh" / "runs").glob("*/unknowns.parquet"):
            left.unlink()
        with small.caseload(RINA) as caseload:
            async with before(caseload, RepairScreen()) as desk:
                await desk.sees("has no list of unknowns", "run patuh scan again")

    asyncio.run(morning())
