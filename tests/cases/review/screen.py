"""A person before the review screen: presses keys, waits until it stands still, reads what is painted cell by cell.

Nothing here sleeps for a while and hopes: `Sitting.settled` returns when no question to the store is open, no message
waits and nothing is left to be laid out or painted.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual._context import visible_screen_stack
from textual.dom import DOMNode
from textual.screen import Screen

import rules.load
from cases.access.identity import identified
from cases.caseload.caseload import Caseload, Rulings
from cases.commands.reading import open_reading
from cases.review.app import ReviewApp
from cases.review.pace import Pace
from cases.setting import Setting

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.strip import Strip
    from textual.timer import Timer

    from tests.cases.desk import Desk

JAKARTA = timezone(timedelta(hours=7))
MORNING = datetime(2026, 11, 20, 8, tzinfo=JAKARTA)
"""The morning after the first night of the sample province."""
NARROW, USUAL, WIDE = (80, 24), (120, 30), (200, 50)
QUICK = Pace(watch=3600, retry=0.05, typing=0.01, rest=0.001, slow=30, hold=30)
"""Others are looked for only when a test says so."""
MANY = 2000
SOON = 1.0
"""Seconds: what is to happen once within them is waited for; what comes later or again and again is not."""


@dataclass
class Clock:
    """The clock on the wall, which stands still until a test moves it."""

    moment: datetime = MORNING

    def __call__(self) -> datetime:
        return self.moment

    def to(self, day: date) -> None:
        """Make it the same hour of another day."""
        self.moment = datetime.combine(day, self.moment.timetz())


@dataclass(frozen=True)
class StoredEvent:
    """One event of a case, as the store has it."""

    seq: int
    who: str
    kind: str
    stage: str
    payload: dict[str, Any]


def events(desk: Desk, number: int) -> list[StoredEvent]:
    """The events of a case in their order, asked past the program."""
    rows = desk.store.ask(
        "SELECT e.seq, e.who, e.kind, e.to_stage, p.payload FROM event e JOIN event_payload p "
        f"ON p.case_id = e.case_id AND p.seq = e.seq WHERE e.case_id = {number} ORDER BY e.seq"
    )
    return [StoredEvent(seq, who, kind, stage, json.loads(payload)) for seq, who, kind, stage, payload in rows]


def kinds(desk: Desk, number: int) -> list[str]:
    """The kinds of the events of a case in their order."""
    return [one.kind for one in events(desk, number)]


def stage(desk: Desk, number: int) -> str:
    """The stage of a case."""
    return str(desk.store.ask(f"SELECT stage FROM case_file WHERE id = {number}")[0])


def other_party(desk: Desk, number: int) -> tuple[int, int]:
    """The party of a case, and another one of the same kind."""
    rows = desk.store.ask(
        "SELECT p.id, o.id FROM case_file c JOIN party p ON p.id = c.party_id JOIN party o ON o.kind = p.kind "
        f"AND o.id <> p.id JOIN case_file oc ON oc.party_id = o.id WHERE c.id = {number} ORDER BY o.id LIMIT 1"
    )
    mine, other = rows[0]
    return int(mine), int(other)


@cache
def _rulings(config: Path, day: date) -> Rulings:
    reading = open_reading(config, None, None, day)
    return Rulings(reading.configuration, reading.work)


@contextmanager
def caseload_of(desk: Desk, login: str = "rina", clock: Clock | None = None) -> Iterator[Caseload]:
    """The caseload of a person of the office; on PostgreSQL they log in under their name, where it knows any."""
    clock = clock or Clock()
    people = rules.load.load_desk(desk.config)[0].people
    setting = Setting(now=clock, seconds=lambda: 0.0, salt=lambda: bytes(32), user=login)
    url = desk.store.url if people is None else desk.store.url.replace("patuh@", f"{login}@")
    caseload = Caseload(url, identified(login, people), setting, lambda: _rulings(desk.config, clock().date()))
    try:
        yield caseload
    finally:
        caseload.close()


@dataclass
class Sitting:
    """One person before one screen. `painted` is all that was on it whenever it stood still, in order."""

    pilot: Pilot[None]
    app: ReviewApp
    painted: list[str] = field(default_factory=list)
    pressed: int = 0

    async def press(self, *keys: str) -> None:
        """Press keys one after the other; each is answered before the next."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            self.pressed += 1
            driver.send_message(_key(key, self.app))
            await self.settled()

    async def type(self, text: str) -> None:
        """Type a text into what has the focus, faster than anybody reads."""
        driver = self.app._driver
        assert driver is not None
        for sign in text:
            self.pressed += 1
            driver.send_message(_key(sign, self.app))
        await self.settled()

    async def settled(self) -> None:
        """Wait until it stands still; what is painted then is kept."""
        calm, rounds = 0, 0
        while calm < 3:
            rounds += 1
            assert rounds < MANY, f"it never stands still:\n{self.text}"
            self._raise_what_failed()
            calm = 0 if await self._stirred() else calm + 1
            self.app.screen._on_timer_update()  # lay out and paint now, not at the next frame
            await asyncio.sleep(0)
        self.painted.append(self.text)

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line, without blanks at the ends."""
        return [strip.text.rstrip() for strip in self.strips]

    @property
    def text(self) -> str:
        """What is on the screen as one text."""
        return "\n".join(self.lines)

    @property
    def flowing(self) -> str:
        """The words on the screen without line ends and frames between them, for sentences that are broken."""
        return " ".join("".join(" " if sign in "│┃▌▐█▎▊▁▔" else sign for sign in self.text).split())

    @property
    def strips(self) -> list[Strip]:
        """The painted cells with their styles; below a form, the screen that it stands on."""
        token = visible_screen_stack.set(self.app._background_screens)
        try:
            return self.app.screen._compositor.render_strips()
        finally:
            visible_screen_stack.reset(token)

    async def until(self, words: str) -> None:
        """Wait until these words are on the screen: for what comes by itself."""
        for _ in range(MANY):
            self._raise_what_failed()
            self.app.screen._on_timer_update()
            if words in self.flowing:
                return self.painted.append(self.text)
            await asyncio.sleep(0.01)
        raise AssertionError(f"'{words}' never came:\n{self.text}")

    async def resize(self, size: tuple[int, int]) -> None:
        """Make the terminal another size."""
        await self.pilot.resize_terminal(*size)
        await self.settled()

    def _raise_what_failed(self) -> None:
        failure = self.app._exception or self.app.failure
        if failure is not None:
            raise failure

    async def _stirred(self) -> bool:
        """Let things go on for a moment; say whether anything did."""
        nodes = self._nodes()
        waiting = [] if self.app._lost else [one._task for one in self.app.workers if not one.is_finished and one._task]
        waiting += [timer._task for node in nodes for timer in _due_soon(node) if timer._task is not None]
        if waiting:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=SOON)
        busy = bool(waiting) or any(_busy(node) for node in nodes)
        await self.pilot._wait_for_screen()
        return busy

    def _nodes(self) -> list[DOMNode]:
        found: list[DOMNode] = [self.app]
        for screen in self.app.screen_stack:
            found += screen.walk_children(with_self=True)
        return found


def _busy(node: DOMNode) -> bool:
    waits = node.message_queue_size > 0 or bool(node._next_callbacks)
    if not isinstance(node, Screen):
        return waits
    unpainted = node._layout_required or node._repaint_required or bool(node._dirty_widgets)
    return waits or bool(node._callbacks) or (node is node.app.screen and unpainted)


def _due_soon(node: DOMNode) -> list[Timer]:
    return [
        timer
        for timer in node._timers
        if timer._repeat == 0 and timer._interval <= SOON and timer._task is not None and not timer._task.done()
    ]


def _key(name: str, app: ReviewApp) -> Any:
    from textual.events import Key  # noqa: PLC0415
    from textual.keys import _character_to_key  # noqa: PLC0415

    if len(name) > 1:
        sign = {"space": " ", "tab": "\t", "enter": "\r", "escape": "\x1b"}.get(name)
        event = Key(name, sign)
    else:
        event = Key(name if name.isalnum() else _character_to_key(name), name)
    event.set_sender(app)
    return event


@asynccontextmanager
async def sitting(
    caseload: Caseload, size: tuple[int, int] = USUAL, language: str = "en", pace: Pace = QUICK
) -> AsyncIterator[Sitting]:
    """Sit down before the screen and wait until it stands; get up at the end."""
    app = ReviewApp(caseload, language, pace)
    app.animation_level = "none"
    async with app.run_test(size=size, notifications=True) as pilot:
        found = Sitting(pilot, app)
        await found.settled()
        yield found
