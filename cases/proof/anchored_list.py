"""An anchor file for a list that leaves the house: its sha256, and the heads of cases that no scan has anchored yet."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.access.gate import permit, person_of
from cases.access.table import may
from cases.proof.anchors import prepare, settle
from cases.proof.set_anchor import SetAnchor
from cases.store.models import Event, Scan, Unanchored
from rules.errors import Message, StoreError


def anchor_list(session: Session, folder: Path, said: Mapping[str, str], act: str = "export") -> SetAnchor:
    """Write the next anchor file of `folder`; `said` are the moment, what the list is of and its sha256.

    `act`: what the list is made by.

    The session has to be open for writing: no scan and no other export numbers a file meanwhile. Nothing is written to
    the store, so that the next scan anchors the same cases again. The heads are left out where who exports may not read
    events. Raises StoreError where the folder takes no file.
    """
    permit(session, act)
    person = person_of(session)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        settle(folder, lambda run: _has(session, run))
        return prepare(folder, said, _heads(session) if person is None or may(person, "read") else ()).set()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            Message("no anchor file can be written to {folder}: {reason}", folder=folder, reason=reason),
            Message("the list is written, and nothing outside the database would prove what left the house"),
            Message("give this login write access there, or name another folder with anchors: in rules.yaml"),
        ) from error


def _has(session: Session, run: str) -> bool:
    return session.execute(select(col(Scan.id)).where(col(Scan.run_id) == run)).first() is not None


def _heads(session: Session) -> Iterator[bytes]:
    changed = col(Event.case_id).in_(select(col(Unanchored.case_id)))
    heads = select(col(Event.case_id), func.max(col(Event.seq)).label("seq")).where(changed)
    last = heads.group_by(col(Event.case_id)).subquery()
    found = session.execute(
        select(col(Event.case_id), col(Event.seq), col(Event.hash))
        .join(last, (last.c.case_id == col(Event.case_id)) & (last.c.seq == col(Event.seq)))
        .order_by(col(Event.case_id))
    )
    for case, seq, digest in found:
        yield f"{case} {seq} {digest}\n".encode()
