"""How a screen asks the store: off its own thread, one question of a group at a time, and what came back is shown.

Of several reads of one group only the newest is answered. Acts are done one after another, and none is dropped. Reads
ask a store that does not answer again and again, and the screen says so all the while; an act is never done twice.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from textual.screen import Screen

from cases.present import words_of
from rules.errors import PatuhError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cases.review.app import ReviewApp

T = TypeVar("T")

ACTS: Final = "act"
"""The group whose questions change something."""
ASKING: Final = "asking"
"""The name of a thread that asks."""
BESIDE: Final = frozenset(
    {
        "page",
        "count",
        "counts",
        "counts beside",
        "file",
        "scan",
        "probe",
        "watch",
        "watched count",
        "scan-line",
        "sample",
    }
)
"""Groups of what is shown beside: a key that was typed after the one that asked for it need not wait for it."""


@dataclass(frozen=True)
class Asked:
    """A question, and who is told the answer or the refusal."""

    question: Callable[[], Any]
    show: Callable[[Any], object]
    refused: Callable[[PatuhError], object]
    hold: int | None = None
    """Keeps the keys that are typed until the answer has come."""


@dataclass
class Turn:
    """The questions of one group that wait for the one that is under way."""

    waiting: deque[Asked] = field(default_factory=deque)
    running: bool = False


class AskingScreen(Screen[None]):
    """A screen that asks the caseload."""

    def __init__(self) -> None:
        super().__init__()
        self._turns: dict[str, Turn] = {}

    @property
    def review(self) -> ReviewApp:
        """The program that it is part of."""
        return cast("ReviewApp", self.app)

    def ask(
        self,
        group: str,
        question: Callable[[], T],
        show: Callable[[T], object],
        refused: Callable[[PatuhError], object] | None = None,
    ) -> None:
        """Ask in a thread and `show` the answer. What a service refuses goes to `refused`, else it is told."""
        turn = self._turns.setdefault(group, Turn())
        if group != ACTS:
            self._forget(turn)
        hold = self.review.hold_keys() if self.review.dealing and group not in BESIDE else None
        turn.waiting.append(Asked(question, show, refused or self.refused, hold))
        if group == ACTS:
            self.review.acts_begun(1)
        if not turn.running:
            turn.running = True
            node = self.review if group == ACTS else self
            node.run_worker(self._answer(group, turn), group=group, exit_on_error=False)

    async def _answer(self, group: str, turn: Turn) -> None:
        try:
            while turn.waiting:
                asked = turn.waiting.popleft()
                await (self._act(asked) if group == ACTS else self._read(asked, turn))
                self.review.release_keys(asked.hold)
        except Exception as error:  # a fault of ours, and the terminal is still the screen's: it ends, then it is told
            self.review.fail(error)
        finally:
            turn.running = False

    def _forget(self, turn: Turn) -> None:
        for asked in turn.waiting:
            self.review.release_keys(asked.hold)
        turn.waiting.clear()

    async def _read(self, asked: Asked, turn: Turn) -> None:
        try:
            found = await self._awaited(asked.question)
        except StoreError as error:
            self.review.away(error)
            await asyncio.sleep(self.review.pace.retry)
            if not turn.waiting:
                turn.waiting.append(asked)
        except PatuhError as error:
            self.review.reached()
            if not turn.waiting:
                asked.refused(error)
        else:
            if isinstance(found, StoreError):
                self.review.away(found)
            else:
                self.review.reached()
            if not turn.waiting:
                asked.show(found)

    async def _awaited(self, question: Callable[[], T]) -> T:
        """Ask; a store that neither answers nor refuses, as behind a network that is cut, is told about meanwhile."""
        late = self.set_timer(self.review.pace.late, self.review.read_late) if self.is_attached else None
        try:
            return await off_thread(question)
        finally:
            if late is not None:
                late.stop()

    async def _act(self, asked: Asked) -> None:
        slow = self.set_timer(self.review.pace.slow, self.review.acts_wait) if self.is_attached else None
        try:
            found = await off_thread(asked.question)
        except PatuhError as error:
            if isinstance(error, StoreError):
                self.review.away(error)
            self._tell(asked.refused, error)
        else:
            if isinstance(found, StoreError):  # who asked tells it in a form of its own; the store is away all the same
                self.review.away(found)
            self._tell(asked.show, found)
        finally:
            if slow is not None:
                slow.stop()
            self.review.acts_begun(-1)

    def _tell(self, listener: Callable[[Any], object], value: object) -> None:
        """Tell who asked; a screen that was left meanwhile hears it too, for what is on record concerns its case."""
        listener(value)

    def refused(self, error: PatuhError) -> None:
        """Tell what a service said instead of an answer."""
        self.app.notify(words_of(error, self.review.wording), severity="error", markup=False, timeout=10)

    def barred(self, _action: str) -> bool:
        """Say whether who is logged in may never do what a key does, which is shown and told why when it is pressed."""
        return False

    def reword(self) -> None:
        """Say everything on the screen anew, in the language that is chosen now."""

    def probe(self) -> None:
        """The store is away: ask it something, which goes on until it answers."""
        self.ask("probe", self.review.caseload.last_scan, lambda _: None)

    def came_back(self) -> None:
        """Read everything anew: the store was away, and answers again."""


def let_threads_end(seconds: float) -> None:
    """Wait until questions whose answer nobody awaits any more are over, for so long at most each."""
    for thread in threading.enumerate():
        if thread.name == ASKING:
            thread.join(seconds)


async def off_thread(question: Callable[[], T]) -> T:
    """Answer a question in a thread of its own, which the end of the program does not wait for."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(found: T | None, error: BaseException | None) -> None:
        if answer.cancelled():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(cast("T", found))

    def run() -> None:
        found, fault = None, None
        try:
            found = question()
        except BaseException as error:  # it is raised again where the answer is awaited
            fault = error
        with suppress(RuntimeError):  # the program has ended meanwhile
            loop.call_soon_threadsafe(tell, found, fault)

    threading.Thread(target=run, name=ASKING, daemon=True).start()
    return await answer
