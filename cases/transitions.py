"""Which stage a case may move to, by whose act: one table, one pure function."""

from collections.abc import Mapping
from typing import Final, Literal

Act = Literal["confirm"]
"""What a person can do with a case. Handing over, dismissing and the ladder of warnings add their own."""

MOVES: Final[Mapping[tuple[str, Act], str]] = {("flagged", "confirm"): "confirmed"}
"""From stage and act to the stage that follows; what is not here is not allowed."""


GUARDED: Final = frozenset({"kejaksaan"})
"""Queues that a person cannot choose against routing: no law was found that opens them to any other case."""


def may_head_for(proposed: str, queue: str) -> bool:
    """Say whether a case that routing proposed for `proposed` may be confirmed for `queue`."""
    return queue == proposed or queue not in GUARDED


def next_stage(stage: str, act: Act) -> str | None:
    """Return the stage that `act` leads to from `stage`; None where it is not allowed."""
    return MOVES.get((stage, act))
