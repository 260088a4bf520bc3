"""Rules whose findings are held, as a person sees them: what waits, whether they may decide, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from sqlmodel import Session

from cases.access.identity import NotPermittedError, admit
from cases.held import list_decisions, list_held

if TYPE_CHECKING:
    from cases.access.identity import Who
    from cases.held import Choice, HeldLine
    from cases.store.models import HeldDecision
    from rules.errors import PatuhError

PAST = 50
"""So many of the decisions before are shown."""


@dataclass(frozen=True)
class PastDecision:
    """What a person decided about `findings` held findings of `rule`; `at` in the zone of who reads."""

    number: int
    rule: str
    choice: str
    findings: int
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class HeldRoom:
    """What waits, and what was decided before, the newest first. `refused`: why who looks may not decide; None: may."""

    lines: tuple[HeldLine, ...]
    decisions: tuple[PastDecision, ...]
    refused: PatuhError | None


@dataclass(frozen=True)
class HeldDecided:
    """A decision that is on record."""

    rule: str
    choice: Choice
    findings: int


def held_room(session: Session, who: Who, zone: tzinfo) -> HeldRoom:
    """Return the held rules. Raises NotPermittedError."""
    return HeldRoom(
        lines=list_held(session),
        decisions=tuple(_past(one, zone) for one in list_decisions(session, PAST)),
        refused=_refused(who),
    )


def _past(one: HeldDecision, zone: tzinfo) -> PastDecision:
    return PastDecision(one.id, one.rule, one.decision, one.findings, one.who, one.at.astimezone(zone), one.reason)


def _refused(who: Who) -> PatuhError | None:
    """Say why `who` may not decide, without asking for it: nothing is written down of a look."""
    try:
        admit(who, "held")
    except NotPermittedError as refusal:
        return refusal
    return None
