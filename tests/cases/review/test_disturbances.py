"""What comes between a person and their act: another screen on one store, a store that goes away, an answer lost."""

from __future__ import annotations

import asyncio
import sqlite3
import unicodedata
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from rich.cells import cell_len
from textual.events import Paste
from textual.widgets import Input

from cases.caseload.acts import Note
from cases.review.cases_screen import CasesScreen
from cases.review.forms.conflict_screen import ConflictScreen
from cases.review.forms.many_screen import ManyScreen
from cases.store.postgresql_locks import LOCKS, WRITER
from cases.wording import Wording
from rules.errors import Message, StoreError
from tests.cases.review.screen import NARROW, QUICK, WIDE, Sitting, _key, caseload_of, events, kinds, sitting
from tests.cases.review.test_forms import Seat
from tests.cases.stores import PostgresqlStore, SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.cases.desk import Desk

HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
AWAY = "The case store does not answer, asking again:"
KEPT = "The store does not answer; what you typed stays."


@asynccontextmanager
async def two_screens(desk: Desk) -> AsyncIterator[tuple[Seat, Seat]]:
    """Two persons before screens of their own on one store."""
    with caseload_of(desk, "rina") as one, caseload_of(desk, "budi") as other:
        async with sitting(one, NARROW) as first, sitting(other, NARROW) as second:
            yield Seat(desk, first), Seat(desk, second)


async def press(seat: Seat, *keys: str) -> None:
    """Press keys at one of two screens; what Textual does for the test is meant for that one."""
    with seat.sat.app._context():
        await seat.press(*keys)


async def type_in(seat: Seat, text: str) -> None:
    with seat.sat.app._context():
        await seat.type(text)


async def at_once(key: str, *seats: Seat) -> None:
    """Press a key at all screens before any of them has answered."""
    for seat in seats:
        send(seat, key)
    for seat in seats:
        with seat.sat.app._context():
            await seat.sat.settled()


def test_two_screens_on_one_store(desk: Desk) -> None:
    async def both() -> None:
        async with two_screens(desk) as (rina, budi):
            number = rina.here
            assert budi.here == number
            await at_once("c", rina, budi)
            won, told = sorted((rina, budi), key=lambda seat: isinstance(seat.sat.app.screen, ConflictScreen))
            assert kinds(desk, number) == ["opened", "confirmed"]
            assert events(desk, number)[-1].who == won.sat.app.caseload.login
            assert isinstance(told.sat.app.screen, ConflictScreen), told.said
            assert f"+ 20 November 2026 08:00 · {won.sat.app.caseload.login} · confirmed" in told.said
            await press(told, "escape", "r")
            await press(won, "r")

            number = rina.here
            assert budi.here == number
            await press(budi, "d")
            await type_in(budi, "wrong flag")
            await press(rina, "n")
            await type_in(rina, "I am on it")
            await press(rina, "ctrl+s")
            await press(budi, "enter")
            assert "rina · note I am on it" in budi.said
            assert kinds(desk, number) == ["opened", "noted"]
            await press(budi, "escape")
            assert "wrong flag" in budi.said, "what was typed is kept"
            await press(budi, "enter")
            assert not budi.form, budi.said
            assert [(one.kind, one.who) for one in events(desk, number)[1:]] == [
                ("noted", "rina"),
                ("dismissed", "budi"),
            ]
            assert events(desk, number)[-1].payload["reason"] == "wrong flag"

            await press(rina, "r", "g", "space", "space", "space", "c")
            await press(budi, "r", "g", "down", "space", "space", "space", "c")
            screens = [seat.sat.app.screen for seat in (rina, budi)]
            before, after = (one.preview for one in screens if isinstance(one, ManyScreen))
            assert before is not None and after is not None
            common = {one.number for one in before.targets} & {one.number for one in after.targets}
            assert len(common) == 2
            await at_once("enter", rina, budi)
            done = {one.number for one in (*before.targets, *after.targets)}
            assert {number: kinds(desk, number) for number in done} == {
                number: ["opened", "confirmed"] for number in done
            }
            said = [len(one.outcome.done) for one in screens if isinstance(one, ManyScreen) and one.outcome]
            assert sum(said) == len(done), "each is told of what it did itself"
            changed = [
                number
                for one in screens
                if isinstance(one, ManyScreen) and one.outcome
                for number in one.outcome.changed
            ]
            assert sorted(changed) == sorted(common)
            assert any("changed by somebody else since:" in seat.said for seat in (rina, budi))

    asyncio.run(both())
    assert desk.unsound() == []


@contextmanager
def away(desk: Desk) -> Iterator[None]:
    """The store does not answer: the database lets nobody in, or the file lies elsewhere."""
    store = desk.store
    if isinstance(store, PostgresqlStore):
        store.server.run(f"ALTER DATABASE {store.database} WITH ALLOW_CONNECTIONS false")
        store.server.run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{store.database}' "
            "AND application_name = 'patuh'"
        )
        try:
            yield
        finally:
            store.server.run(f"ALTER DATABASE {store.database} WITH ALLOW_CONNECTIONS true")
        return
    assert isinstance(store, SqliteStore)
    beside = store.path.with_name("elsewhere")
    beside.mkdir()
    files = list(store.path.parent.glob("patuh.db*"))
    for one in files:
        one.rename(beside / one.name)
    try:
        yield
    finally:
        for one in files:
            (beside / one.name).rename(one)
        beside.rmdir()


@contextmanager
def written_by_another(desk: Desk) -> Iterator[None]:
    """Another process writes and does not come to an end."""
    if isinstance(desk.store, PostgresqlStore):
        with psycopg.connect(desk.store.url) as connection:
            connection.execute(f"SELECT pg_advisory_xact_lock({LOCKS}, {WRITER})")
            yield
        return
    assert isinstance(desk.store, SqliteStore)
    with closing(sqlite3.connect(desk.store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def look(seat: Seat) -> None:
    """Let the screen look what others did, as it does every few seconds."""
    screen = seat.sat.app.screen_stack[1]
    assert isinstance(screen, CasesScreen)
    screen.watch_others()


async def gone(sat: Sitting, words: str) -> None:
    """Wait until these words are on the screen no longer."""
    for _ in range(2000):
        sat.app.screen._on_timer_update()
        if words not in sat.flowing:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"'{words}' never went:\n{sat.text}")


def send(seat: Seat, key: str) -> None:
    """Press a key and wait for nothing."""
    driver = seat.sat.app._driver
    assert driver is not None
    driver.send_message(_key(key, seat.sat.app))


async def while_a_list_is_shown(seat: Seat) -> None:
    await seat.press("j", "j")
    number = seat.here
    with away(seat.desk):
        look(seat)
        await seat.sat.until(AWAY)
        assert seat.here == number
    await gone(seat.sat, AWAY)
    await seat.sat.settled()
    assert seat.here == number, "it goes on where it was"


async def while_a_form_is_filled(seat: Seat) -> None:
    number = seat.here
    await seat.press("d")
    await seat.type("wrong ")
    with away(seat.desk):
        look(seat)
        await seat.sat.until(AWAY)
        await seat.type("flag")
        await seat.press("enter")
        await seat.sat.until(KEPT)
        assert "wrong flag" in seat.said
    await gone(seat.sat, AWAY)
    assert kinds(seat.desk, number) == ["opened"]
    assert "wrong flag" in seat.said
    await seat.press("enter")
    assert not seat.form, seat.said
    assert kinds(seat.desk, number) == ["opened", "dismissed"]


async def while_an_act_is_under_way(seat: Seat) -> None:
    number = seat.here
    await seat.press("n")
    await seat.type("seen on site")
    with written_by_another(seat.desk):
        send(seat, "ctrl+s")
        await seat.sat.until("the case store takes long to answer; whether your act is on record is not known yet")
        assert kinds(seat.desk, number) == ["opened"]
        assert "seen on site" in seat.said
        if isinstance(seat.desk.store, PostgresqlStore):
            with away(seat.desk):
                await seat.sat.until(KEPT)
                await seat.sat.until("seen on site")
    if isinstance(seat.desk.store, PostgresqlStore):
        await gone(seat.sat, AWAY)
        await seat.press("ctrl+s")
    await seat.sat.settled()
    assert not seat.form, seat.said
    assert kinds(seat.desk, number) == ["opened", "noted"]


async def and_the_answer_is_lost(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    number, caseload = seat.here, seat.sat.app.caseload
    before, act = kinds(seat.desk, number), caseload.act

    def unheard(*asked: Any) -> None:
        act(*asked)
        raise StoreError(Message("the connection broke"), Message("why"), Message("wait"))

    await seat.press("n")
    await seat.type("read twice")
    with monkeypatch.context() as patched:
        patched.setattr(caseload, "act", unheard)
        await seat.press("ctrl+s")
        assert KEPT in seat.said
    await seat.press("ctrl+s")
    assert "rina · note read twice" in seat.said
    assert kinds(seat.desk, number) == [*before, "noted"], "what was written unheard is not done twice"
    await seat.press("escape", "escape", "escape", "r")
    number = seat.here
    with monkeypatch.context() as patched:
        patched.setattr(caseload, "act", unheard)
        await seat.press("c")
        assert f"Not known whether it was done · case {number}" in seat.said
    await gone(seat.sat, AWAY)
    await seat.press("enter")
    await seat.sat.settled()
    assert kinds(seat.desk, number).count("confirmed") == 1


def test_a_store_that_goes_away_is_told_and_nothing_is_lost_or_done_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sit() -> None:
        with caseload_of(desk) as caseload:
            async with sitting(caseload, NARROW, pace=replace(QUICK, slow=0.05)) as sat:
                seat = Seat(desk, sat)
                await while_a_list_is_shown(seat)
                await while_a_form_is_filled(seat)
                await while_an_act_is_under_way(seat)
                await and_the_answer_is_lost(seat, monkeypatch)

    asyncio.run(sit())
    assert desk.unsound() == []


HOSTILE = "PT [red]Merah[/red] \u202eKIRI\u202c\u200f \x1b[31m\x07\x9b e\u0301\u0301\u0301 株式会社\nlain "
NAMES = (HOSTILE + "A" * 10_000, "株" * 10_000, "\u200f\u0301" * 5_000, "\n\r\x00\x1b]0;x\x07")
"""Names as no register should have them: markup, signs that turn or move the line, too long, too wide, no letter."""


def name_them(desk: Desk, numbers: list[int]) -> None:
    for number, name in zip(numbers, NAMES, strict=False):
        signs = "||".join(f"char({ord(sign)})" for sign in name[:90]) + f" || '{name[90:]}'"
        desk.store.change(
            f"UPDATE party SET name = {signs} WHERE id = (SELECT party_id FROM case_file WHERE id = {number})"
        )


def inert_now(sat: Sitting) -> None:
    """Nothing that moves, turns or hides is painted, and no line is wider than the screen."""
    for strip in sat.strips:
        assert strip.cell_length <= sat.app.size.width, strip.text
        assert cell_len(strip.text) <= sat.app.size.width, strip.text
        assert not [sign for sign in strip.text if unicodedata.category(sign) in HIDDEN], ascii(strip.text)


def test_hostile_names_and_notes_are_shown_inert_in_lists_forms_and_conflicts(quick_desk: Desk) -> None:
    async def paste(seat: Seat, text: str) -> None:
        seat.sat.app.post_message(Paste(text))
        await seat.sat.settled()
        inert_now(seat.sat)

    async def go_round(seat: Seat) -> None:
        number = seat.here
        inert_now(seat.sat)
        assert "PT [red]" in seat.said
        for key in "dawmptoz":
            await seat.press(key)
            assert seat.form, key
            inert_now(seat.sat)
            assert key == "o" or "[red]Merah[/red]" in seat.said, key
            await seat.press("escape")
        await seat.press("n")
        await paste(seat, HOSTILE)
        assert "<U+202E>KIRI<U+202C><U+200F> <U+001B>[31m<U+0007><U+009B>" in seat.said
        with caseload_of(quick_desk, "budi") as other:
            other.act(number, Note(NAMES[0][:2000]), Wording("en"), len(kinds(quick_desk, number)))
        await seat.press("ctrl+s")
        assert isinstance(seat.sat.app.screen, ConflictScreen)
        inert_now(seat.sat)
        await seat.press("enter")
        assert not seat.form, seat.said
        inert_now(seat.sat)
        await seat.press("g", "slash")
        await paste(seat, HOSTILE)
        line = seat.sat.app.focused
        assert isinstance(line, Input) and line.value.endswith("株式会社 lain "), "no line of what is pasted is lost"
        await seat.press("escape", "escape", "escape", "space", "space", "space", "d")
        await paste(seat, HOSTILE)
        await seat.press("enter")
        inert_now(seat.sat)
        await seat.press("escape", "escape", "escape", "escape", "r", "g")

    async def sit() -> None:
        with caseload_of(quick_desk) as caseload:
            async with sitting(caseload, NARROW) as sat:
                seat = Seat(quick_desk, sat)
                screen = sat.app.screen
                assert isinstance(screen, CasesScreen)
                name_them(quick_desk, [line.number for line in screen.cases.lines])
                await seat.press("r")
                await go_round(seat)
                await sat.resize(WIDE)
                await go_round(seat)

    asyncio.run(sit())
