"""The screen of held rules, by keys: why, a sample, release and discard with a reason, and refusals in place."""

import asyncio
from pathlib import Path

import pytest

from cases.review.held_screen import HeldScreen
from tests.cases.review.room_sitting import before
from tests.cases.rooms import DAY, EMPLOYERS, SARI, Rooms, new_rooms


@pytest.fixture
def small(tmp_path: Path) -> Rooms:
    """The office on SQLite, for what does not hang on the kind of store."""
    return new_rooms(tmp_path / "office", None)


@pytest.mark.parametrize(("key", "choice", "state"), [("f", "released", "open"), ("d", "discarded", "dismissed")])
def test_a_rule_is_decided_by_keys_with_a_reason(rooms: Rooms, key: str, choice: str, state: str) -> None:
    rooms.scan()

    async def morning() -> None:
        with rooms.caseload() as caseload:
            async with before(caseload, HeldScreen()) as desk:
                await desk.sees("SIZE-01", "5 findings are held, the first since 20 November 2026")
                await desk.press(key, "enter")
                await desk.sees("'Reason' is still empty", "5 findings of SIZE-01?")
                await desk.press(*"Checked", "enter")
                await desk.sees(f"SIZE-01: 5 findings {choice}", "Nothing is held.", "Decisions", choice)
                await desk.sees("rina", "20 November 2026 08:00", "Checked")

    asyncio.run(morning())
    assert rooms.desk.store.ask("SELECT rule, decision, findings, who, reason FROM held_decision") == [
        ("SIZE-01", choice, 5, "rina", "Checked")
    ]
    assert rooms.desk.store.ask("SELECT DISTINCT state FROM finding") == [state]


def test_what_is_held_is_explained_with_its_limit_and_a_sample(small: Rooms) -> None:
    small.scan()

    async def morning() -> None:
        with small.caseload() as caseload:
            async with before(caseload, HeldScreen(), (200, 50)) as desk:
                await desk.sees("A sample: 5 of 5, from each region by turns")
                words = desk.words
                for told in (
                    "✗ share: 5 of 6 judged are violations, 83.33 %; at most 30.00 % is allowed: "
                    "exceeded by 53.33 percentage points",
                    "new: 5; on a rule's first night all are new, and no limit holds",
                    "3 19.71 Kota Pangkal Pinang",
                    "1 31.71 Kota Administrasi Jakarta",
                    "UU 24/2011 article 15(1)",
                    "25 workers.",
                    "employed_workers >= :smallest_office",
                ):
                    assert told in words, told
                # What the register says is neither markup nor a command to the terminal.
                assert "[red]PT<U+001B>[31m <U+202E>Contoh[/red]" in words
                await desk.press("L")
                await desk.sees("Aturan ditahan", "Contoh: 5 dari 5", "terlampaui 53,33 poin persen", "25 pekerja.")
                await desk.press("escape")
                await desk.until(lambda: not isinstance(desk.app.screen, HeldScreen))

    asyncio.run(morning())


def test_who_may_not_decide_is_told_where_they_stand(small: Rooms) -> None:
    small.scan()

    async def morning() -> None:
        with small.caseload(SARI) as caseload:
            async with before(caseload, HeldScreen()) as desk:
                await desk.sees("4 findings are held", "You may read this, not decide it")
                await desk.press("f")
                await desk.sees("that is for every region, and sari is for 19", "ask somebody with regions: all")
                assert isinstance(desk.app.screen, HeldScreen)

    asyncio.run(morning())
    assert small.desk.store.ask("SELECT count(*) FROM held_decision") == [0]


def test_leaving_the_form_decides_nothing_and_a_scan_between_is_told(small: Rooms) -> None:
    small.scan()

    async def morning() -> None:
        with small.caseload() as caseload:
            async with before(caseload, HeldScreen()) as desk:
                await desk.sees("5 findings are held")
                await desk.press("f", *"never mind", "escape")
                await desk.sees("What you typed will be lost. Press esc again to leave", "esc leave")
                await desk.press("escape")
                await desk.until(lambda: isinstance(desk.app.screen, HeldScreen))
                small.write((*EMPLOYERS, ("W-07", "CV Contoh 7", "19.71", 99)))
                small.scan(DAY.replace(day=21))
                await desk.press("f", *"All sound", "enter")
                await desk.sees("6 findings of SIZE-01 are held now, and 5 were seen", "read it anew and decide again")
                assert "All sound" in desk.words, "what was typed stays"
                await desk.press("escape", "escape", "r")
                await desk.sees("6 findings are held")

    asyncio.run(morning())
    assert small.desk.store.ask("SELECT count(*) FROM held_decision") == [0]


def test_nothing_held_is_said(small: Rooms) -> None:
    small.write((("W-05", "CV Contoh 5", "31.71", 3),))
    small.scan()

    async def morning() -> None:
        with small.caseload() as caseload:
            async with before(caseload, HeldScreen(), language="id") as desk:
                await desk.sees("Aturan ditahan", "Tidak ada yang ditahan.")
                await desk.press("d")
                await desk.sees("Pilih aturan yang ditahan.")

    asyncio.run(morning())
