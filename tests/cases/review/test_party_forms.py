"""Parties from the screen: two that are one, side by side before it is decided, and one that is two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.caseload.acts import Merge
from cases.wording import Wording
from tests.cases.review.screen import caseload_of, other_party
from tests.cases.review.test_forms import Seat, in_seat

if TYPE_CHECKING:
    from tests.cases.desk import Desk


def test_a_party_named_by_its_number_is_shown_beside_this_one_and_merged(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        mine, other = other_party(seat.desk, number)
        await seat.press("m")
        await seat.type("by its number")
        await seat.press("tab")
        await seat.type("99999999999999999999")
        await seat.press("enter")
        assert "There is no party 99999999999999999999." in seat.said
        await seat.press("ctrl+u")
        await seat.type(str(other))
        await seat.press("enter")
        assert f"party {mine}" in seat.said
        assert f"party {other}" in seat.said
        assert "they are one" in seat.said
        assert "never propose it again" not in seat.said
        await seat.press("tab", "tab")
        await seat.type("one company, two registers")
        await seat.press("enter")
        assert not seat.form, seat.said
        assert seat.desk.store.ask(f"SELECT merged_into FROM party WHERE id = {other}") == [mine]

    in_seat(quick_desk, does)


def test_what_cannot_be_split_is_refused_at_the_list_and_a_merged_party_is_parted_again(quick_desk: Desk) -> None:
    async def refused(seat: Seat) -> None:
        await seat.press("p", "enter")
        assert "'What goes' is still empty" in seat.said
        await seat.press("end", "space", "tab")
        await seat.type("two companies of one owner")
        await seat.press("enter")
        assert "✗ No register key would be left to party" in seat.said
        assert "two companies of one owner" in seat.said
        await seat.press("escape", "escape")

    async def parted(seat: Seat) -> None:
        mine, other = other_party(seat.desk, seat.here)
        with caseload_of(seat.desk) as caseload:
            caseload.act(seat.here, Merge("one company", stays=mine, goes=other), Wording("en"), 99)
        before = int(seat.desk.store.ask("SELECT max(id) FROM party")[0])
        await seat.press("r", "p")
        assert seat.said.count("register key") == 2
        await seat.press("end", "space")
        assert "[x]" in seat.said
        await seat.press("tab")
        await seat.type("two companies of one owner")
        await seat.press("enter")
        assert not seat.form, seat.said
        assert int(seat.desk.store.ask("SELECT max(id) FROM party")[0]) == before + 1

    in_seat(quick_desk, refused)
    in_seat(quick_desk, parted)
