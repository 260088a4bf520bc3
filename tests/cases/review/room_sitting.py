"""A person before one of the screens beside the cases: presses keys, waits for what is to be seen, reads what is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.review.app import ReviewApp

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.screen import Screen

    from cases.caseload.caseload import Caseload

TURNS = 3000
"""So many turns of the loop are waited for what does not come."""


@dataclass
class Sitting:
    """What is on the screen, and the keys."""

    pilot: Pilot[None]
    app: ReviewApp

    @property
    def text(self) -> str:
        """All that is painted, line by line."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def words(self) -> str:
        """The words that are painted, whatever line they broke at."""
        return " ".join("".join(" " if sign in "│▁▂▃▄▅▆▇█" else sign for sign in self.text).split())

    @property
    def said(self) -> str:
        """The words of the text at the right, whole, and of all that is told in passing."""
        return " ".join(f"{self.words} {' '.join(str(one.message) for one in self.app._notifications)}".split())

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    async def sees(self, *words: str) -> None:
        """Wait until all of the words are there."""
        await self.until(lambda: all(word in self.said for word in words), f"{words} in\n{self.text}")

    async def until(self, condition: Callable[[], bool], what: str = "it") -> None:
        """Wait until it is so."""
        for _ in range(TURNS):
            await self.pilot.pause()
            if condition():
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"waited in vain for {what}; there is\n{self.text}\n{self.said}")


@asynccontextmanager
async def before(
    caseload: Caseload, screen: Screen[None], size: tuple[int, int] = (80, 24), language: str = "en"
) -> AsyncIterator[Sitting]:
    """Sit down before `screen`."""
    app = ReviewApp(caseload, language)
    app.animation_level = "none"
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        await app.push_screen(screen)
        yield Sitting(pilot, app)
