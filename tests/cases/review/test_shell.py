"""The screen around the list: keys in their order, a store that is away, languages, looks, leaving."""

from textual.widgets import Input

from tests.cases.review.many import Many, Seat, seated


def test_what_is_typed_at_once_goes_where_each_key_leads() -> None:
    async def does(seat: Seat) -> None:
        for key in ("j", "slash", "1", "2", "enter", "j", "space"):
            seat.app.simulate_key(key)
        await seat.until(lambda: bool(seat.cases.selected))
        assert seat.app.screen.query_one(Input).value == "12"
        assert seat.screen.wanted.query == "12"
        assert [one.number for one in seat.cases.selected] == [112]

    seated(Many(300), does)
