"""Refusals as they are kept: who asked for what, when, and why it was refused; an auditor lists them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session, col

from cases.store.models import AccessRefusal, Case
from rules.errors import PatuhError


@dataclass(frozen=True)
class Asked:
    """Who asked for what, and when. `case` None: it was about no case alone."""

    login: str
    act: str
    at: datetime
    case: int | None = None


@dataclass(frozen=True)
class Refused:
    """One refusal; `what` and `why` in English, as they were kept. `region`: of the case; None: there is none."""

    asked: Asked
    region: str | None
    what: str
    why: str


def write_refusal(session: Session, asked: Asked, refusal: PatuhError) -> None:
    """Add one refusal; the session has to be open for writing, the caller commits.

    Who is refused sees neither the other refusals nor, often, the case: the database counts the rows, and the region
    is looked up when an auditor lists them.
    """
    row = {"at": asked.at, "who": asked.login, "act": asked.act, "case_id": asked.case}
    added = insert(AccessRefusal).inline().values(**row, what=str(refusal.what), why=str(refusal.why))
    session.execute(added)


def list_refusals(session: Session, limit: int) -> tuple[Refused, ...]:
    """Return the newest refusals first, at most `limit`."""
    rows = session.execute(
        select(AccessRefusal, col(Case.province))
        .outerjoin(Case, col(Case.id) == col(AccessRefusal.case_id))
        .order_by(col(AccessRefusal.id).desc())
        .limit(limit)
    )
    return tuple(
        Refused(Asked(row.who, row.act, row.at, row.case_id), region, row.what, row.why) for row, region in rows
    )
