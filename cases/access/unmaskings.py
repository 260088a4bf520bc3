"""Who saw personal data whole, and what for: an event of the case, or a row for a list, written before it is shown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.access.identity import Who
from cases.store.chain import Move, append_event
from cases.store.models import Case, Unmasking
from rules.errors import Message, UsageError


def check_purpose(who: Who, purpose: str | None) -> None:
    """Raise UsageError where identifiers are to be uncovered for no purpose, or by nobody."""
    if purpose is None or not purpose.strip():
        raise UsageError(
            Message("identifiers are uncovered only for a stated purpose"),
            Message("personal data are used for what they are needed for (UU 27/2022), and that is written down"),
            Message("say it with --purpose, or leave --unmask out"),
        )
    if not who.login:
        raise UsageError(
            Message("nobody is logged in in whose name identifiers could be uncovered"),
            Message("who saw personal data whole is written down"),
            Message("log in, or leave --unmask out"),
        )


def check_nothing_uncovered(purpose: str | None) -> None:
    """Raise UsageError for a purpose without anything that it would be for."""
    if purpose is not None:
        raise UsageError(
            Message("--purpose is given, and nothing is to be uncovered"),
            Message("identifiers stay covered, although somebody has said what they are needed for"),
            Message("add --unmask, or leave --purpose out"),
        )


@dataclass(frozen=True)
class Uncovering:
    """Who uncovers identifiers, when, by which command, and what for."""

    at: datetime
    who: str
    command: str
    purpose: str


def write_unmasking(session: Session, said: Uncovering, rows: int) -> None:
    """Add the row of one list; the session has to be open for writing, the caller commits.

    The database counts the rows: who adds one does not see all.
    """
    permit(session, "unmask")
    row = {"at": said.at, "who": said.who, "command": said.command, "purpose": said.purpose.strip(), "rows": rows}
    session.execute(insert(Unmasking).inline().values(**row))


def append_unmasking(session: Session, number: int, said: Uncovering, salt: bytes) -> None:
    """Append an event to the case, if there is one; the caller commits."""
    permit(session, "unmask", number)
    case = session.execute(select(Case).where(col(Case.id) == number)).scalar_one_or_none()
    if case is not None:
        payload = {"command": said.command, "purpose": said.purpose.strip()}
        append_event(session, case, Move(said.at, said.who, "unmasked", case.stage, payload, salt))


def list_unmaskings(session: Session, limit: int) -> tuple[tuple[Uncovering, int], ...]:
    """Return the newest lists first, each with how many rows it had, at most `limit`."""
    rows = session.execute(select(Unmasking).order_by(col(Unmasking.id).desc()).limit(limit)).scalars()
    return tuple((Uncovering(row.at, row.who, row.command, row.purpose), row.rows) for row in rows)
