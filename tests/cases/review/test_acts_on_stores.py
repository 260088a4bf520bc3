"""Every act of the screen by its key and its form, on a store of either kind: what the store has of it afterwards."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

from cases.caseload.acts import Confirm
from cases.review.forms.many_screen import ManyScreen
from cases.wording import Wording
from tests.cases.review.screen import NARROW, Clock, caseload_of, events, kinds, other_party, sitting, stage
from tests.cases.review.test_forms import Seat, confirmed_list, in_seat

if TYPE_CHECKING:
    from cases.caseload.many import Preview
    from tests.cases.desk import Desk

SECOND_WARNING, FINE = date(2026, 12, 7), date(2026, 12, 28)
"""Days on which the time of the warning before is over."""


async def fill(seat: Seat, *answers: str, sends: str = "enter") -> None:
    """Type one answer after the other, tab between them; an empty one leaves what the form proposes."""
    for place, answer in enumerate(answers):
        if place:
            await seat.press("tab")
        if answer:
            await seat.type(answer)
    await seat.press(sends)


async def narrowed(seat: Seat, query: str) -> int:
    """Narrow the list to what is typed; return the case that stands first in it."""
    await seat.press("slash", "ctrl+u")
    await seat.type(query)
    await seat.press("enter")
    return seat.here


def stored(seat: Seat, number: int, came: str, **told: object) -> None:
    """No form stands open, and the last event of a case is of this kind, by who sits here, and says these things."""
    assert not seat.form, seat.said
    last = events(seat.desk, number)[-1]
    assert (last.kind, last.who) == (came, seat.sat.app.caseload.login), seat.said
    assert {name: last.payload.get(name) for name in told} == told, last


def test_acts_at_the_desk(desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        assigned = seat.here
        await seat.press("a")
        assert "Sari Contoh (sari) 0 cases" in seat.said
        assert "✗ Tono Contoh (tono)" in seat.said
        await fill(seat, "sari")
        stored(seat, assigned, "assigned", assigned_to="sari")
        waived = seat.here
        assert waived != assigned, "the next case is before the person"
        await seat.press("w")
        await fill(seat, "", "", "exempt by a decree", "", "SK-7/2026")
        stored(seat, waived, "waived", reason="exempt by a decree", owner="rina", proof="SK-7/2026", since="2026-11-20")
        assert seat.last(waived)["rule"] is not None
        dismissed = seat.here
        await seat.press("d")
        await fill(seat, "registered under its old name", "budi", "+30")
        stored(seat, dismissed, "dismissed", reason="registered under its old name", owner="budi", until="2026-12-20")
        assert stage(desk, dismissed) == "dismissed"
        noted = seat.here
        await seat.press("n")
        await fill(seat, "first", sends="enter")
        await fill(seat, "second [red]", sends="ctrl+s")
        stored(seat, noted, "noted", text="first\nsecond [red]")
        hidden = seat.here
        await seat.press("z", "down", "tab")
        await fill(seat, "waits for the registry")
        stored(seat, hidden, "snoozed", until="2026-12-04", reason="waits for the registry")
        assert await narrowed(seat, f"nr:{hidden} hidden:yes") == hidden
        await seat.press("z")
        stored(seat, hidden, "woken")
        await seat.press("u")
        stored(seat, hidden, "undone", kind="woken")
        closing = await narrowed(seat, "queue:disnaker track:sanction")
        desk.store.change(f"UPDATE finding SET state = 'closing_proposed' WHERE case_id = {closing}")
        await seat.press("t")
        await fill(seat, "close it")
        await fill(seat, "its arrears are paid")
        stored(seat, closing, "closed", reason="its arrears are paid")

    in_seat(desk, does)
    assert desk.unsound() == []


def test_confirming_sending_elsewhere_and_taking_back(desk: Desk) -> None:
    async def refused(seat: Seat) -> None:
        number = seat.here
        for key in "cd":
            await seat.press(key)
            assert f"Not done · case {number}" in seat.said
            assert "that is for the roles supervisor do: ask one of them, or have the role added" in seat.said
            await seat.press("enter")
            assert not seat.form
        assert kinds(desk, number) == ["opened"]

    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("u")
        assert "Nothing was done in this session that could be taken back." in seat.told
        await seat.press("c")
        stored(seat, number, "confirmed")
        assert stage(desk, number) == "confirmed"
        assert seat.here != number
        await seat.press("u")
        assert f"Take back the last act: case {number}" in seat.said
        await seat.press("enter")
        stored(seat, number, "undone", kind="confirmed")
        assert stage(desk, number) == "flagged"
        number = await narrowed(seat, "queue:disnaker track:sanction")
        desk.store.change(f"UPDATE case_file SET queue = 'kejaksaan' WHERE id = {number}")
        await narrowed(seat, f"nr:{number}")
        await seat.press("o")
        assert "Kejaksaan proposed by routing" in seat.said, seat.sat.text
        await fill(seat, "disnaker")
        stored(seat, number, "confirmed", queue="disnaker")
        await confirmed_list(seat, number)
        await seat.press("o")
        await fill(seat, "kejaksaan", "its arrears are a matter of private law")
        stored(seat, number, "redirected", queue="kejaksaan", reason="its arrears are a matter of private law")

    in_seat(desk, refused, login="sari")
    in_seat(desk, does)
    assert desk.unsound() == []


async def takes(seat: Seat, narrow: str, *answers: str) -> None:
    """Pick what comes next, and answer what its paper is asked for."""
    await seat.press("t")
    assert "What comes next" in seat.said
    await fill(seat, narrow)
    await fill(seat, *answers)


async def warned(seat: Seat) -> int:
    """Go from the examination to the receipt of the first warning, with a pause."""
    number = await narrowed(seat, "queue:disnaker track:sanction")
    await seat.press("t", "enter")
    assert "cannot be chosen: the case has to be confirmed" in seat.said
    await seat.press("escape", "c")
    await confirmed_list(seat, number)
    await takes(seat, "", "ST-1/2026", "", "Kepala Kantor")
    stored(seat, number, "step_taken", step="pemeriksaan", dated="2026-11-20")
    await takes(seat, "", "BA-1/2026")
    stored(seat, number, "recorded", record="examination_report")
    await takes(seat, "", "JWB-1/2026", "20/11/2026")
    stored(seat, number, "recorded", record="employer_answer", dated="2026-11-20")
    await takes(seat, "", "TG-1/2026")
    stored(seat, number, "step_taken", step="teguran_1")
    await takes(seat, "", "TT-1/2026")
    stored(seat, number, "step_received", step="teguran_1", deadline="2026-12-04")
    await takes(seat, "pause", "the employer has moved", "+14")
    stored(seat, number, "paused", until="2026-12-04")
    await takes(seat, "let it go on", "it was found")
    stored(seat, number, "resumed")
    return number


async def proposed(seat: Seat, number: int, clock: Clock) -> None:
    """Go on to the fine, which one person alone only proposes."""
    clock.to(SECOND_WARNING)
    await takes(seat, "", "TG-2/2026")
    await takes(seat, "", "TT-2/2026")
    stored(seat, number, "step_received", step="teguran_2", deadline="2026-12-21")
    clock.to(FINE)
    await seat.press("y")
    assert "Nothing is proposed in this case." in seat.said
    await seat.press("escape", "t", "enter")
    assert "It needs two persons: you propose it" in seat.said
    await fill(seat, "D-1/2026")
    stored(seat, number, "put_forward", of="step", name="denda")
    seat.sat.app.clear_notifications()  # they lie over the form
    await seat.press("y")
    assert "rina proposed it, and another person has to confirm it" in seat.said
    await seat.press("escape", "Y")
    await fill(seat, "too early")
    stored(seat, number, "proposal_retracted", reason="too early")
    await takes(seat, "", "D-2/2026")
    stored(seat, number, "put_forward", of="step", name="denda")


async def fined(seat: Seat, number: int) -> None:
    """Approve it, hand the case over, and put the answer on record."""
    await confirmed_list(seat, number)
    await seat.press("y")
    assert "rina proposed:" in seat.said
    assert "paper D-2/2026 of 28 December 2026 signed by Kepala Kantor Why two:" in seat.said
    await seat.press("enter")
    stored(seat, number, "step_taken", step="denda")
    await takes(seat, "hand over: laporan", "L-1/2026")
    stored(seat, number, "referred", purpose="laporan")
    await takes(seat, "received", "", "BT-1/2026")
    stored(seat, number, "referral_received")


def test_acts_along_the_ladder_by_two_persons(desk: Desk) -> None:
    clock = Clock()

    async def sit() -> None:
        with caseload_of(desk, "rina", clock) as caseload, caseload_of(desk, "budi", clock) as other:
            async with sitting(caseload, NARROW) as sat:
                number = await warned(Seat(desk, sat))
                await proposed(Seat(desk, sat), number, clock)
            async with sitting(other, NARROW) as sat:
                await fined(Seat(desk, sat), number)

    asyncio.run(sit())
    assert desk.store.ask("SELECT step, document, signer, who FROM case_step ORDER BY id") == [
        ("pemeriksaan", "ST-1/2026", "Kepala Kantor", "rina"),
        ("teguran_1", "TG-1/2026", "Kepala Kantor", "rina"),
        ("teguran_2", "TG-2/2026", "Kepala Kantor", "rina"),
        ("denda", "D-2/2026", "Kepala Kantor", "budi"),
    ]
    assert desk.unsound() == []


def test_parties_are_merged_and_parted(desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        mine, other = other_party(desk, number)
        await seat.press("m", "tab")
        await fill(seat, str(other))
        assert f"party {mine} │ party {other}" in " ".join(seat.sat.text.split()), seat.sat.text
        await seat.press("tab", "tab")
        await fill(seat, "one company, two registers")
        stored(seat, number, "merged", reason="one company, two registers")
        assert desk.store.ask(f"SELECT merged_into FROM party WHERE id = {other}") == [mine]
        newest = int(desk.store.ask("SELECT max(id) FROM party")[0])
        (number,) = desk.store.ask(f"SELECT id FROM case_file WHERE party_id = {mine} AND stage = 'flagged'")
        await narrowed(seat, f"nr:{number}")
        await seat.press("p", "end", "space", "tab")
        await fill(seat, "two companies of one owner")
        stored(seat, number, "split_off", reason="two companies of one owner")
        assert int(desk.store.ask("SELECT max(id) FROM party")[0]) == newest + 1

    in_seat(desk, does)
    assert desk.unsound() == []


def preview_of(seat: Seat) -> Preview:
    screen = seat.sat.app.screen
    assert isinstance(screen, ManyScreen)
    assert screen.preview is not None
    return screen.preview


def test_acts_on_many_by_key_by_filter_and_by_rule(desk: Desk) -> None:
    def assigned_to_sari() -> list[int]:
        numbers = desk.store.ask("SELECT case_id FROM event WHERE kind = 'assigned' AND who = 'rina' ORDER BY case_id")
        return [one for one in numbers if events(desk, one)[-1].payload["assigned_to"] == "sari"]

    async def does(seat: Seat) -> None:
        first = seat.here
        await seat.press("space", "space", "space")
        with caseload_of(desk, "budi") as other:
            other.act(first, Confirm(), Wording("en"), 1)
        await seat.press("d")
        assert "Dismiss · 3 cases" in seat.said
        await fill(seat, "a test of the registry")
        assert "Will change: 2" in seat.said
        assert f"Will not be changed: 1 ✗ 1: it has changed since you read it (case {first})" in seat.said
        by_key = [one.number for one in preview_of(seat).targets]
        assert [stage(desk, number) for number in by_key] == ["flagged"] * 2, "nothing is done before it was seen"
        await seat.press("enter")
        assert "On record: 2" in seat.said
        for number in by_key:
            last = events(desk, number)[-1]
            assert (last.kind, last.who, last.payload["reason"]) == ("dismissed", "rina", "a test of the registry")
        await seat.press("u")
        assert "On record: 2" in seat.said
        assert [kinds(desk, number)[-1] for number in by_key] == ["undone"] * 2
        await seat.press("enter")
        await narrowed(seat, "sev>=critical")
        await seat.press("asterisk", "a")
        await fill(seat, "sari")
        by_filter = [one.number for one in preview_of(seat).targets]
        flagged = "FROM case_file c WHERE stage = 'flagged'"
        assert sorted(by_filter) == desk.store.ask(f"SELECT id {flagged} AND severity = 4 ORDER BY id")
        await seat.press("enter", "enter")
        assert assigned_to_sari() == sorted(by_filter)
        await seat.press("escape", "R")
        await fill(seat, "PWBD-01")
        await seat.press("c")
        preview = preview_of(seat)
        of_rule = desk.store.ask(
            f"SELECT id {flagged} AND EXISTS (SELECT 1 FROM finding f WHERE f.case_id = c.id AND f.rule = 'PWBD-01')"
        )
        refused = sum(one.count for one in preview.refused)
        assert len(preview.targets) + refused == len(of_rule)
        await seat.press("enter")
        assert f"On record: {len(preview.targets)}" in seat.said
        confirmed = "SELECT case_id FROM event WHERE kind = 'confirmed' AND who = 'rina' ORDER BY case_id"
        assert desk.store.ask(confirmed) == sorted(one.number for one in preview.targets)

    in_seat(desk, does)
    assert desk.unsound() == []
