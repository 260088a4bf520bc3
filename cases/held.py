"""Findings of rules that hit far more than their limits allow: they open no case until a person decides.

The session has to be opened for writing. Released findings open or join cases at the next scan; discarded ones stay
away until what the registers say of them changes. A held finding has no case whose events could tell who decided:
each decision is a row of its own, its findings name it, and so does the event by which they come into a case.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.service import Act
from cases.store.models import Finding, HeldDecision
from rules.errors import Message, UsageError
from rules.fault_list import use_one_of

Choice = Literal["released", "discarded"]


@dataclass(frozen=True)
class HeldLine:
    """The held findings of one rule, and the day on which the first of them was found."""

    rule: str
    findings: int
    since: date


def list_held(session: Session) -> tuple[HeldLine, ...]:
    """Return the rules with held findings, by name."""
    permit(session, "waiting")
    return _held(session)


def _held(session: Session) -> tuple[HeldLine, ...]:
    found = session.execute(
        select(col(Finding.rule), func.count(), func.min(col(Finding.opened_on)))
        .where(col(Finding.state) == "held")
        .group_by(col(Finding.rule))
        .order_by(col(Finding.rule))
    )
    return tuple(HeldLine(rule, count, since) for rule, count, since in found)


def list_decisions(session: Session, limit: int) -> tuple[HeldDecision, ...]:
    """Return what was decided about held findings, the newest first, at most `limit`."""
    permit(session, "waiting")
    found = session.execute(select(HeldDecision).order_by(col(HeldDecision.id).desc()).limit(limit))
    return tuple(found.scalars())


def decide(session: Session, rule: str, choice: Choice, act: Act, reason: str) -> int:
    """Release or discard the held findings of `rule`, on record; commits and returns how many there were.

    Raises NotPermittedError, and UsageError: nothing of the rule is held, no reason is given, nobody is named.
    """
    permit(session, "held")
    held = {line.rule: line.findings for line in _held(session)}
    if rule not in held:
        raise UsageError(
            Message("nothing of rule {rule} is held", rule=rule),
            Message("a decision about nothing would look like one about something"),
            use_one_of(rule, sorted(held)) if held else Message("patuh held list shows what is held: nothing"),
        )
    _check_told(act, reason)
    last = session.execute(select(func.max(col(HeldDecision.id)))).scalar_one() or 0
    decision = HeldDecision(
        id=last + 1, rule=rule, decision=choice, findings=held[rule], reason=reason, who=act.who, at=act.at
    )
    session.add(decision)
    session.flush()
    session.execute(
        update(Finding)
        .where(col(Finding.rule) == rule, col(Finding.state) == "held")
        .values(state="open" if choice == "released" else "dismissed", held_decision_id=decision.id)
    )
    session.commit()
    return held[rule]


def _check_told(act: Act, reason: str) -> None:
    why = Message("who let many findings open cases, or put them aside, and why, has to be answered for later")
    if not act.who.strip() or act.who == "scan":
        raise UsageError(
            Message("nobody is named who decides"), why, Message("name the person with --by, not the scan")
        )
    if not reason.strip():
        raise UsageError(Message("no reason is given"), why, Message("say it with --reason"))
