"""One key after the other: a key is dealt with when what the key before it did is done, however fast somebody types.

A terminal over a slow line hands over several keys at once. Textual would send them all to what has the focus when
they arrive, so that in `/pt` the p and the t would act on the list and not be typed. Here each key waits until the one
before it has been dealt with, its form is open and what it asked of the store has come, or for `Pace.hold` at most.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.widgets import Input

from cases.inert import harmless
from cases.review.steady_driver import SteadyDriver

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.screen import Screen
    from textual.timer import Timer

    from cases.review.pace import Pace

ROUNDS: Final = 2
"""So often at least a call goes from what had the focus up to the program: what a key caused may cause something."""
MOST_ROUNDS: Final = 12


class OneByOne(App[None]):
    """A program that deals with one key after the other. `dealing`: a key is being dealt with."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(driver_class=SteadyDriver)
        self.pace = pace
        self.dealing = False
        self._typed: deque[events.Key] = deque()
        self._turn = 0
        self._holds: set[int] = set()
        self._hold = 0
        self._limit: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        """Keep a key until its turn comes; deal with anything else at once. What is pasted commands no terminal."""
        if isinstance(event, events.Paste):
            event.text = harmless(event.text, one_line=isinstance(self.focused, Input))
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._typed.append(event)
            await self._next()
        else:
            await super().on_event(event)

    def hold_keys(self) -> int:
        """Keep what is typed from now on: it is meant for what will be on the screen. Return what ends that."""
        self._hold += 1
        self._holds.add(self._hold)
        self.set_timer(self.pace.hold, lambda hold=self._hold: self.release_keys(hold))
        return self._hold

    def release_keys(self, hold: int | None) -> None:
        """Go on with what was typed meanwhile."""
        if hold in self._holds:
            self._holds.discard(hold)
            self.call_later(self._next)

    async def _next(self) -> None:
        if self.dealing or self._holds or not self._typed:
            return
        self.dealing = True
        self._turn += 1
        event, before = self._typed.popleft(), self.screen
        target: Screen[object] | DOMNode = self.focused or before
        self._limit = self.set_timer(self.pace.hold, lambda turn=self._turn: self._dealt(turn))
        await super().on_event(event)
        self._rise(self._turn, target, target, before, 1)

    def _rise(self, turn: int, node: MessagePump | None, target: DOMNode, before: object, rounds: int) -> None:
        """Go one step up, behind all that waits there; at the top, go round again while anything is left to do."""
        while node is not None and node is not self:
            above = node._parent  # what a key was sent up by, and the only way to come behind it
            if node.call_later(self._rise, turn, above, target, before, rounds):
                return
            node = above
        self.call_later(self._risen, turn, target, before, rounds)

    def _risen(self, turn: int, target: DOMNode, before: object, rounds: int) -> None:
        if turn != self._turn:
            return
        if rounds < ROUNDS or (rounds < MOST_ROUNDS and self._waits(target)):
            self._rise(turn, target, target, before, rounds + 1)
        elif self.screen is not before:
            # A screen that has just been opened takes keys once it is painted and knows what has the focus.
            self.screen.call_after_refresh(self._dealt, turn)
        else:
            self._dealt(turn)

    def _waits(self, target: DOMNode) -> bool:
        return any(node.message_queue_size for node in target.ancestors_with_self if node is not self)

    def _dealt(self, turn: int) -> None:
        if turn == self._turn and self.dealing:
            self.dealing = False
            if self._limit is not None:
                self._limit.stop()
            self.call_later(self._next)
