"""One act on many cases from the screen: selected by hand, all that match, by rule; previewed, done, and taken back."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from cases.review.forms.many_screen import ManyScreen
from tests.cases.review.screen import kinds, stage
from tests.cases.review.test_forms import Seat, in_seat

if TYPE_CHECKING:
    import pytest

    from tests.cases.desk import Desk


def many(seat: Seat) -> ManyScreen:
    screen = seat.sat.app.screen
    assert isinstance(screen, ManyScreen)
    return screen


def confirmed(desk: Desk) -> int:
    return int(desk.store.ask("SELECT count(*) FROM case_file WHERE stage = 'confirmed'")[0])


def test_selected_cases_are_dismissed_after_a_preview_and_taken_back_together(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        first = seat.here
        await seat.press("space", "space", "space", "d")
        assert "Dismiss · 3 cases" in seat.said
        await seat.type("a test of the registry")
        await seat.press("enter")
        assert "Will change: 3" in seat.said
        chosen = "SELECT id FROM case_file ORDER BY priority DESC, id LIMIT 3"
        live = seat.desk.store.ask(f"SELECT count(*) FROM finding WHERE state = 'open' AND case_id IN ({chosen})")[0]
        assert f"Let be: {live} findings in 3 cases" in seat.said
        assert "by queue" in seat.said
        assert "19 3" in seat.said
        assert "Will not be changed: 0" in seat.said
        assert stage(seat.desk, first) == "flagged"
        await seat.press("enter")
        assert "On record: 3" in seat.said
        assert kinds(seat.desk, first)[-1] == "dismissed"
        await seat.press("u")
        assert "On record: 3" in seat.said
        assert kinds(seat.desk, first)[-1] == "undone"
        await seat.press("enter")
        assert not seat.form
        assert stage(seat.desk, first) == "flagged"

    in_seat(quick_desk, does)


def test_a_preview_goes_back_to_the_form_with_its_text(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        await seat.press("space", "space", "n")
        await seat.type("seen")
        await seat.press("ctrl+s")
        assert "Will change: 2" in seat.said
        await seat.press("escape")
        assert "Note · 2 cases" in seat.said
        assert "seen" in seat.said

    in_seat(quick_desk, does)


def test_letters_are_never_written_for_many_at_once(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        await seat.press("space", "space", "t")
        assert not seat.form
        assert "This is done case by case. Let the selection go with esc, or open one file." in seat.told

    in_seat(quick_desk, does)


def test_all_cases_of_a_rule_are_selected_and_confirmed(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        await seat.press("R")
        assert "Select by rule" in seat.said
        form = seat.sat.app.screen
        rule = form.fields[0].raw  # type: ignore[attr-defined]
        await seat.press("enter", "w")
        assert f"Waive · all of rule {rule}" in seat.said
        assert f"(•) {rule}" in seat.said, "what they were selected by is let be, whatever the first case has"
        await seat.press("escape", "c")
        assert f"Confirm · all of rule {rule}" in seat.said
        preview = many(seat).preview
        assert preview is not None
        of_rule = seat.desk.store.ask(
            "SELECT DISTINCT f.case_id FROM finding f JOIN case_file c ON c.id = f.case_id "
            f"WHERE f.rule = '{rule}' AND c.stage = 'flagged' ORDER BY 1"
        )
        seen = {one.number for one in preview.targets} | {n for reason in preview.refused for n in reason.first}
        assert seen <= set(of_rule)
        assert len(preview.targets) + sum(one.count for one in preview.refused) == len(of_rule)

    in_seat(quick_desk, does)


def test_what_is_under_way_is_stopped_between_two_cases(quick_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def does(seat: Seat) -> None:
        await seat.press("asterisk", "c")
        screen, gate = many(seat), threading.Event()
        assert screen.preview is not None
        caseload = seat.sat.app.caseload
        act_on = caseload.act_on

        def slow(preview: Any, wording: Any, progress: Any) -> Any:
            def told(done: int, of: int) -> bool:
                if done == 2:
                    gate.wait(30)
                return bool(progress(done, of))

            return act_on(preview, wording, told)

        monkeypatch.setattr(caseload, "act_on", slow)
        screen.action_go_on()
        screen.action_leave()
        gate.set()
        await seat.sat.settled()
        assert "Not done:" in seat.said
        assert confirmed(seat.desk) < len(screen.preview.targets)
        assert screen.outcome is not None
        assert confirmed(seat.desk) == len(screen.outcome.done)

    in_seat(quick_desk, does)
