"""Each act of the review screen by its key and its form: what is asked, what the store has of it afterwards."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from cases.caseload.acts import Assign, Confirm, Note
from cases.review.forms.conflict_screen import ConflictScreen
from cases.review.forms.form_screen import FormScreen
from cases.wording import Wording
from tests.cases.review.screen import Clock, Sitting, caseload_of, events, kinds, sitting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.cases.desk import Desk


class Seat:
    """A person before the screen of an office, and the case that they have before them."""

    def __init__(self, desk: Desk, sat: Sitting) -> None:
        self.desk, self.sat = desk, sat

    @property
    def here(self) -> int:
        case = self.sat.app.screen_stack[1].case  # type: ignore[attr-defined]
        assert case is not None
        return int(case.number)

    @property
    def form(self) -> bool:
        return isinstance(self.sat.app.screen, FormScreen)

    @property
    def said(self) -> str:
        return self.sat.flowing

    @property
    def told(self) -> list[str]:
        """What was told beside the screen, which goes away by itself."""
        return [one.message for one in self.sat.app._notifications]

    async def press(self, *keys: str) -> None:
        await self.sat.press(*keys)

    async def type(self, text: str) -> None:
        await self.sat.type(text)

    def last(self, number: int) -> dict[str, Any]:
        event = events(self.desk, number)[-1]
        return {"kind": event.kind, "who": event.who, **event.payload}


@asynccontextmanager
async def seated(desk: Desk, login: str = "rina", size: tuple[int, int] = (80, 24)) -> AsyncIterator[Seat]:
    with caseload_of(desk, login, Clock()) as caseload:
        async with sitting(caseload, size) as sat:
            yield Seat(desk, sat)


def in_seat(
    desk: Desk, does: Callable[[Seat], Awaitable[None]], login: str = "rina", size: tuple[int, int] = (80, 24)
) -> None:
    async def sit() -> None:
        async with seated(desk, login, size) as seat:
            await does(seat)

    asyncio.run(sit())


def test_what_is_missing_is_said_at_its_field_with_why_and_what_to_do(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("d", "tab", "tab")
        await seat.type("31/11/2026")
        await seat.press("enter")
        assert seat.form
        assert (
            "✗ 'Reason' is still empty why: a decision without its reason cannot be checked later "
            "do: fill it in; what is already typed stays" in seat.said
        )
        assert "✗ the calendar has no day '31/11/2026'" in seat.said
        await seat.type("x")
        assert "'Reason' is still empty" not in seat.said
        assert "31/11/2026" in seat.said
        assert len(kinds(seat.desk, number)) == 1

    in_seat(quick_desk, does)


def test_what_the_service_refuses_is_said_at_its_field_and_the_text_is_kept(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("d")
        await seat.type("wrong flag")
        await seat.press("tab", "tab")
        await seat.type("19/11/2026")
        await seat.press("enter")
        assert seat.form
        assert "the day is before today, 20 November 2026" in seat.said
        assert "wrong flag" in seat.said
        await seat.press("ctrl+u")
        await seat.type("+30")
        assert "= Sunday, 20 December 2026 (in 30 days)" in seat.said
        await seat.press("enter")
        assert seat.last(number)["until"] == "2026-12-20"

    in_seat(quick_desk, does)


def test_a_case_is_assigned_by_letters_of_a_name_and_the_last_choice_comes_first(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("a")
        assert "Sari Contoh (sari)" in seat.said
        assert "0 cases" in seat.said
        await seat.type("sari")
        assert "Budi" not in seat.said
        await seat.press("enter")
        assert seat.last(number)["assigned_to"] == "sari"
        assert seat.here != number, "cases are handed out one after the other"
        number = seat.here
        await seat.press("a")
        assert "(•) Sari Contoh (sari) 1 case" in seat.said
        await seat.press("enter")
        assert seat.last(number)["assigned_to"] == "sari"

    in_seat(quick_desk, does)


def test_who_may_not_have_the_case_is_listed_with_the_reason_and_not_taken(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("a")
        await seat.type("tono")
        assert "✗ Tono Contoh (tono)" in seat.said
        await seat.press("enter")
        assert seat.form
        assert "'Tono Contoh (tono)' cannot be chosen" in seat.said
        assert "tono does not see case" in seat.said
        assert len(kinds(seat.desk, number)) == 1

    in_seat(quick_desk, does)


def test_a_case_is_hidden_until_a_day_that_is_typed(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("z")
        assert "Last day" not in seat.said
        await seat.press("end", "tab")
        assert "Last day" in seat.said
        await seat.type("1 Desember 2026")
        await seat.press("tab")
        await seat.type("why")
        await seat.press("enter")
        assert seat.last(number)["until"] == "2026-12-01"

    in_seat(quick_desk, does)


def test_a_day_too_far_is_refused_at_the_day(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("z", "end", "tab")
        await seat.type("+91")
        await seat.press("tab")
        await seat.type("why")
        await seat.press("enter")
        assert seat.form
        assert "it can be hidden until 18 February 2027 at most" in seat.said
        assert len(kinds(seat.desk, number)) == 1

    in_seat(quick_desk, does)


async def confirmed_list(seat: Seat, number: int) -> None:
    """Go to the case in the list of the office that it was confirmed for."""
    queue = str(seat.desk.store.ask(f"SELECT confirmed_queue FROM case_file WHERE id = {number}")[0])
    await seat.press({"disnaker": "4", "kejaksaan": "5"}[queue])
    assert seat.here == number


def test_escape_asks_before_what_was_typed_is_lost(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("d")
        await seat.press("escape")
        assert not seat.form
        await seat.press("d")
        await seat.type("why")
        await seat.press("escape")
        assert seat.form
        assert "What you typed will be lost. Press esc again to leave, any other key to go on." in seat.said
        await seat.type("!")
        assert "will be lost" not in seat.said
        await seat.press("escape", "escape")
        assert not seat.form
        assert len(kinds(seat.desk, number)) == 1

    in_seat(quick_desk, does)


def test_another_language_rewords_a_form_and_keeps_its_text(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        await seat.press("d")
        await seat.type("salah")
        await seat.press("ctrl+l")
        assert "Alasan *" in seat.said
        assert "salah" in seat.said
        assert "Reason" not in seat.said
        await seat.press("ctrl+l", "enter")
        assert not seat.form

    in_seat(quick_desk, does)


def test_choices_hints_and_reasons_stand_whole_in_a_small_terminal(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        await seat.press("t")
        assert "the case has to be confirmed; the step Examination (pemeriksaan) has not been taken;" in seat.said
        assert "…" not in seat.sat.text.replace("a…z", "")
        assert " * has to be said" in seat.said
        assert not any(line.strip("│ ").startswith(("leave", "has to be said")) for line in seat.sat.lines)
        await seat.press("escape", "a")
        await seat.type("tono")
        assert "it lies outside of the regions 31" in seat.said.partition("✗ tono does not see")[0]
        assert "…" not in seat.sat.text.replace("a…z", "")
        await seat.press("escape", "o")
        assert "tab next field" not in seat.said, "there is one question"

    in_seat(quick_desk, does)


def test_a_form_fits_a_small_terminal_and_scrolls(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        await seat.press("w", "enter")
        assert "enter/ctrl+s send" in seat.said
        assert "'Reason' is still empty" in seat.said
        await seat.press(*["tab"] * 5)
        assert "> Where" in seat.said
        assert "enter/ctrl+s send" in seat.said

    in_seat(quick_desk, does)


def test_keys_typed_at_once_go_into_the_form_and_not_to_the_list(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.type("dccc")
        assert seat.form
        assert "ccc" in seat.said
        await seat.press("enter")
        assert seat.last(number)["reason"] == "ccc"

    in_seat(quick_desk, does)


def test_two_confirmations_at_once_are_two_cases_or_the_second_key_is_told_to_be_refused(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        first = seat.here
        await seat.type("cc")
        done = seat.desk.store.ask("SELECT case_id FROM event WHERE kind = 'confirmed' ORDER BY case_id")
        refused = f"Case {first} is still being written; the key was not taken." in seat.told
        assert first in done
        assert len(done) == (1 if refused else 2), seat.said

    in_seat(quick_desk, does)


def test_a_refusal_without_a_form_is_explained_over_the_case(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("c")
        await confirmed_list(seat, number)
        await seat.press("c")
        assert seat.form
        assert f"Not done · case {number}" in seat.said
        assert f"Case {number} is confirmed, not flagged. why: a confirmation sends a case on its way" in seat.said
        await seat.press("enter")
        assert not seat.form
        assert seat.here == number

    in_seat(quick_desk, does)


def test_what_a_person_may_not_do_is_shown_in_brackets_and_told_when_it_is_pressed(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        assert " (c) confirm" in seat.said
        assert " t next step" in seat.said
        for key in "cd":
            await seat.press(key)
            assert f"Not done · case {number}" in seat.said
            assert "that is for the roles supervisor" in seat.said
            assert "do: ask one of them, or have the role added" in seat.said
            await seat.press("enter")
            assert not seat.form
        assert len(kinds(seat.desk, number)) == 1
        await seat.press("n")
        await seat.type("seen on site")
        await seat.press("ctrl+s")
        assert seat.last(number)["kind"] == "noted"

    in_seat(quick_desk, does, login="sari", size=(200, 50))


def test_somebody_was_faster_only_what_differs_is_marked_and_the_text_is_kept(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("d")
        await seat.type("wrong flag")
        with caseload_of(quick_desk, "budi") as other:
            other.act(number, Note("I am on it"), Wording("en"), 1)
            await seat.press("enter")
            assert f"Dismiss · case {number}" in seat.said
            assert "This case has changed since you read it. Nothing was done; what you typed is kept." in seat.said
            assert "+ 20 November 2026 08:00 · budi · note I am on it" in seat.said
            assert "What the list shows of it is as it was." in seat.said
            assert "≠" not in seat.said
            assert kinds(seat.desk, number)[-1] == "noted"
            await seat.press("escape")
            assert seat.form
            assert "wrong flag" in seat.said
            other.act(number, Assign("budi"), Wording("en"), 2)
            await seat.press("enter")
            assert _marked(seat) == [["≠", "Assigned", "to", "nobody", "budi"]]
            assert "budi · assigned" in seat.said
            other.act(number, Assign("sari"), Wording("en"), 3)
            await seat.press("enter")
            assert _marked(seat) == [["≠", "Assigned", "to", "budi", "sari"]], "what was shown last is compared"
            assert "note" not in seat.said.partition("Since you read it:")[2].partition("What you saw")[0]
        await seat.press("enter")
        assert not seat.form, seat.said
        assert seat.last(number)["reason"] == "wrong flag"

    in_seat(quick_desk, does)


def _marked(seat: Seat) -> list[list[str]]:
    """The rows of the conflict that are marked as other than before."""
    return [line.strip("│ ").split() for line in seat.sat.lines if "≠" in line]


def test_a_confirmation_that_came_too_late_is_shown_whole_in_a_small_terminal(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        with caseload_of(quick_desk, "budi") as other:
            other.act(number, Confirm(), Wording("en"), 1)
        await seat.press("c")
        assert [one[1:] for one in _marked(seat)] == [["Stage", "flagged", "confirmed"]], seat.sat.text
        assert f"Confirm · case {number}" in seat.said
        for words in ("What you saw", "What stands now", "Party", "Deadline", "esc leave it as it stands"):
            assert words in seat.said
        await seat.press("ctrl+l")
        assert [one[1] for one in _marked(seat)] == ["Tahap"], seat.sat.text
        assert "budi · dikonfirmasi" in seat.said
        await seat.press("ctrl+l", "escape")
        assert not isinstance(seat.sat.app.screen, ConflictScreen)
        assert kinds(seat.desk, number).count("confirmed") == 1

    in_seat(quick_desk, does)


def test_keys_while_a_form_is_sent_are_refused_visibly(quick_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def does(seat: Seat) -> None:
        number, gate = seat.here, threading.Event()
        caseload = seat.sat.app.caseload
        act = caseload.act

        def slow(*asked: Any) -> Any:
            gate.wait(30)
            return act(*asked)

        await seat.press("d")
        await seat.type("why")
        monkeypatch.setattr(caseload, "act", slow)
        form = seat.sat.app.screen
        assert isinstance(form, FormScreen)
        form.action_send()
        form.action_send()
        assert form.said is not None
        assert form.said() == "It is being sent already."
        form.action_leave()
        assert form.said() == "It is being sent; the key esc was not taken."
        assert form.focused is None
        gate.set()
        await seat.sat.settled()
        assert not seat.form
        assert seat.last(number)["reason"] == "why"
        assert kinds(seat.desk, number).count("dismissed") == 1

    in_seat(quick_desk, does)


def test_what_has_left_the_office_is_not_taken_back_and_says_why(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("n")
        await seat.type("seen")
        await seat.press("ctrl+s", "u")
        assert kinds(seat.desk, number)[-1] == "noted"
        assert f"Case {number}" in seat.said
        assert "not allowed, because" in seat.said

    in_seat(quick_desk, does)


def test_a_proposed_answer_is_typed_over_and_a_typed_one_is_not(quick_desk: Desk) -> None:
    async def does(seat: Seat) -> None:
        number = seat.here
        await seat.press("d")
        await seat.type("wrong")
        await seat.press("tab")
        await seat.type("budi")
        await seat.press("shift+tab")
        await seat.type(" flag")
        await seat.press("enter")
        told = seat.last(number)
        assert (told["reason"], told["owner"]) == ("wrong flag", "budi")

    in_seat(quick_desk, does)
