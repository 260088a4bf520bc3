"""Refusals as they are kept: who asked for what, when, and why it was refused; an auditor lists them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.store.models import AccessRefusal
from rules.errors import PatuhError


@dataclass(frozen=True)
class Refused:
    """One refusal; `what` and `why` in English, as they were kept."""

    at: datetime
    login: str
    act: str
    what: str
    why: str


def write_refusal(session: Session, at: datetime, login: str, act: str, refusal: PatuhError) -> None:
    """Add one refusal; the session has to be open for writing, the caller commits."""
    last = session.execute(select(func.max(col(AccessRefusal.id)))).scalar_one()
    row = AccessRefusal(id=(last or 0) + 1, at=at, who=login, act=act, what=str(refusal.what), why=str(refusal.why))
    session.add(row)


def list_refusals(session: Session, limit: int) -> tuple[Refused, ...]:
    """Return the newest refusals first, at most `limit`."""
    rows = session.execute(select(AccessRefusal).order_by(col(AccessRefusal.id).desc()).limit(limit)).scalars()
    return tuple(Refused(row.at, row.who, row.act, row.what, row.why) for row in rows)
