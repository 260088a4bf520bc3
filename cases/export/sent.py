"""That a list leaves the office: written down before it does, so that nobody takes what it holds for private."""

from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session

from cases.access.gate import permit
from cases.store.models import ExportedList


def write_sent(session: Session, sent: tuple[str, int], who: str, at: datetime) -> None:
    """Add that a list, its queue and how many cases, is about to be made; the caller commits.

    The snapshot that the list is read from has to be open already: what came after it is not in the list.
    """
    permit(session, "export")
    queue, cases = sent
    session.execute(insert(ExportedList).inline().values(at=at, who=who, queue=queue, cases=cases))
