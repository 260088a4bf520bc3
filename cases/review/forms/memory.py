"""What a person said last in this session, which the next form begins with, and what can still be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.caseload.acts import Done


@dataclass
class Memory:
    """`said`: the last answer to a question that cases share, such as who answers; `done`: acts, the last one last."""

    said: dict[str, str] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    _reached: dict[int, int] = field(default_factory=dict)

    def did(self, done: Done) -> None:
        """Remember an act."""
        self.done.append(done)
        self._reached[done.number] = done.seq

    def undid(self, last: Done, done: Done) -> None:
        """Forget an act that was taken back."""
        self.done.remove(last)
        self._reached[done.number] = done.seq

    def last_on(self, number: int) -> Done | None:
        """Return the last act of this session on a case; None: there is none."""
        return next((one for one in reversed(self.done) if one.number == number), None)

    def reached(self, number: int) -> int:
        """Return the number of the last event of a case that came by an act of this session; 0: there is none."""
        return self._reached.get(number, 0)
