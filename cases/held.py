"""Findings of rules that hit far more than their limits allow: they open no case until a person decides.

The session has to be opened for writing. Released findings open or join cases at the next scan; discarded ones stay
away until what the registers say of them changes.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import CursorResult, func, select, update
from sqlmodel import Session, col

from cases.store.models import Finding
from rules.errors import Message, UsageError
from rules.fault_list import use_one_of


@dataclass(frozen=True)
class HeldLine:
    """The held findings of one rule, and the day on which the first of them was found."""

    rule: str
    findings: int
    since: date


def list_held(session: Session) -> tuple[HeldLine, ...]:
    """Return the rules with held findings, by name."""
    found = session.execute(
        select(col(Finding.rule), func.count(), func.min(col(Finding.opened_on)))
        .where(col(Finding.state) == "held")
        .group_by(col(Finding.rule))
        .order_by(col(Finding.rule))
    )
    return tuple(HeldLine(rule, count, since) for rule, count, since in found)


def release(session: Session, rule: str) -> int:
    """Let the held findings of `rule` open cases at the next scan; commits and returns how many there were."""
    return _settle(session, rule, "open")


def discard(session: Session, rule: str) -> int:
    """Put the held findings of `rule` aside until their evidence changes; commits and returns how many there were."""
    return _settle(session, rule, "dismissed")


def _settle(session: Session, rule: str, state: str) -> int:
    held = {line.rule for line in list_held(session)}
    if rule not in held:
        raise UsageError(
            Message("nothing of rule {rule} is held", rule=rule),
            Message("a decision about nothing would look like one about something"),
            use_one_of(rule, sorted(held)) if held else Message("patuh held list shows what is held: nothing"),
        )
    settled = session.execute(
        update(Finding).where(col(Finding.rule) == rule, col(Finding.state) == "held").values(state=state)
    )
    session.commit()
    return settled.rowcount if isinstance(settled, CursorResult) else 0
