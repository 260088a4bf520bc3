"""The screen of the last scans, by keys: charts with their numbers, registers, languages, sizes and what is hostile."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from cases.caseload.night import Nights
from cases.exit_codes import ExitCode
from cases.review.night_screen import NightScreen
from tests.cases.review.room_sitting import before
from tests.cases.rooms import DAY, EMPLOYERS, SARI, Rooms, new_rooms

HOSTILE = "[red]w\x1b[31m\u202e"


@pytest.fixture
def small(tmp_path: Path) -> Rooms:
    """The office on SQLite, for what does not hang on the kind of store."""
    return new_rooms(tmp_path / "office", None)


def test_the_last_scans_are_told_with_numbers_beside_their_charts(rooms: Rooms) -> None:
    rooms.write((*EMPLOYERS, ("W-07", "CV Contoh 7", "19.01", "")))
    rooms.scan()
    rooms.scan(DAY.replace(day=21))

    async def morning() -> None:
        with rooms.caseload() as caseload:
            async with before(caseload, NightScreen(), (200, 50)) as desk:
                await desk.sees("Scan of 21 November 2026", "no rule was held")
                assert "Violations by rule (every region)" in desk.words
                assert "5 6 SIZE-01" in desk.words
                assert "Could not be judged (every region)" in desk.words
                assert "✓ wlkp" in desk.words
                await desk.press("j")
                await desk.sees("Scan of 20 November 2026", "! Held, for a person to decide: SIZE-01", "held 5")
                await desk.press("L")
                await desk.sees("Pemindaian 20 November 2026", "Pelanggaran menurut aturan (semua wilayah)")

    asyncio.run(morning())


def test_at_80_columns_everything_is_reached_and_ones_regions_are_named(small: Rooms) -> None:
    small.scan()

    async def morning() -> None:
        with small.caseload(SARI) as caseload:
            async with before(caseload, NightScreen()) as desk:
                await desk.sees("Scan of 20 November 2026", "What changed (over every region)")
                await desk.press("tab", "G")
                await desk.sees("Registers", "✓ wlkp")
                await desk.press("question_mark")
                await desk.sees("The last scans, the newest first")

    asyncio.run(morning())


def test_a_register_that_could_not_be_used_says_why(small: Rooms) -> None:
    small.scan()
    (small.desk.folder / "wlkp.csv").unlink()
    small.scan(DAY.replace(day=21), ExitCode.NOT_JUDGED)

    async def morning() -> None:
        with small.caseload(day=DAY.replace(day=21)) as caseload:
            async with before(caseload, NightScreen(), (200, 50)) as desk:
                await desk.sees("✗ 1 register could not be used: wlkp", "✗ wlkp: ", "!21 November 2026")

    asyncio.run(morning())


def test_names_are_shown_inert_and_without_an_account_it_is_said_so(small: Rooms) -> None:
    small.scan()

    async def morning() -> None:
        with small.caseload() as caseload:
            (scan,) = caseload.night().scans
            source = replace(scan.sources[0], name=HOSTILE)
            told = Nights((replace(scan, rules=None, sources=(source,), held=(HOSTILE,)),), None)
            screen = NightScreen()
            async with before(caseload, screen, (200, 50)) as desk:
                await desk.sees("Scan of 20 November 2026", "Violations by rule")
                screen.show_nights(told)
                await desk.sees(
                    "[red]w<U+001B>[31m<U+202E>", "What came out by rule is not kept on this machine any more"
                )
                assert "\x1b" not in desk.text
                assert "\u202e" not in desk.text
                screen.show_nights(Nights((), None))
                await desk.sees("No scan has ended yet; patuh scan runs one.")

    asyncio.run(morning())
