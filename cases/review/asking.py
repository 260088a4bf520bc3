"""How a screen asks the store: off its own thread, and what came back is shown on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual.screen import Screen
from textual.worker import get_current_worker

from cases.present import words_of
from rules.errors import PatuhError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cases.review.app import ReviewApp

T = TypeVar("T")


class AskingScreen(Screen[None]):
    """A screen that asks; of several questions in one group only the newest is answered."""

    @property
    def review(self) -> ReviewApp:
        """The program that it is part of."""
        return cast("ReviewApp", self.app)

    def ask(self, group: str, question: Callable[[], T], show: Callable[[T], object]) -> None:
        """Ask in a thread and `show` the answer; a refusal or a store that does not answer is told instead."""

        def run() -> None:
            worker = get_current_worker()
            try:
                found = question()
            except PatuhError as error:
                if not worker.is_cancelled:
                    self.app.call_from_thread(self.refused, error)
            else:
                if not worker.is_cancelled:
                    self.app.call_from_thread(show, found)

        self.run_worker(run, group=group, exclusive=True, thread=True)

    def refused(self, error: PatuhError) -> None:
        """Tell what a service said instead of an answer."""
        self.notify(words_of(error, self.review.wording), severity="error", markup=False)

    def reword(self) -> None:
        """Say everything on the screen anew, in the language that is chosen now."""
