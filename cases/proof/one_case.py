"""One case's own proof: its chain walked event by event, and the anchor files that hold its heads."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from cases.proof.anchors import anchor_files, read_anchor
from cases.store.chain import PURGED, Head, event_hash, payload_hash
from cases.store.models import Event, EventPayload


@dataclass(frozen=True)
class Purge:
    """What of a case's events was purged: details up to event `through`, when, by whom, by which line (`after`)."""

    at: datetime
    who: str
    after: str
    through: int


@dataclass(frozen=True)
class Link:
    """One event as it is stored. `payload` None: it is gone; `purge` says how where that was a purge.

    `salt` with the payload gives `payload_sha256`; None where they are not shown as they are stored.
    `fault`: what does not hold, a kind of `cases.proof.fault_words`; None: it holds.
    """

    seq: int
    at: datetime
    who: str
    kind: str
    from_stage: str | None
    to_stage: str
    payload_sha256: str
    hash: str
    payload: str | None
    salt: str | None
    fault: str | None
    purge: Purge | None = None


@dataclass(frozen=True)
class Covering:
    """An anchor file that holds a head of the case: which event, its hash there, and the sha256 of the file."""

    number: int
    seq: int
    hash: str
    sha256: str


def walk_case(session: Session, number: int) -> tuple[Link, ...]:
    """Return every event of case `number` in its order, each held to its hashes."""
    rows = session.execute(
        select(Event, EventPayload)
        .outerjoin(
            EventPayload, (col(EventPayload.case_id) == col(Event.case_id)) & (col(EventPayload.seq) == col(Event.seq))
        )
        .where(col(Event.case_id) == number)
        .order_by(col(Event.seq))
    ).all()
    links, before = [], ""
    for place, (event, kept) in enumerate(rows, start=1):
        links.append(_link(event, kept, before, place))
        before = event.hash
    purges = [one for link in links if (one := _purge(link)) is not None]
    return tuple(_excused(link, purges) for link in links)


def _link(event: Event, kept: EventPayload | None, before: str, place: int) -> Link:
    at = event.at if event.at.tzinfo else event.at.replace(tzinfo=UTC)
    said = (event.case_id, event.seq, at, event.who, event.kind, event.from_stage, event.to_stage)
    fault = None
    if event.seq != place:
        fault = "event_missing"
    elif event_hash(before, Head(*said, event.payload_sha256)) != event.hash:
        fault = "event_changed"
    elif kept is None:
        fault = "payload_missing"
    elif payload_hash(kept.salt, kept.payload) != event.payload_sha256:
        fault = "payload_changed"
    payload, salt = (None, None) if kept is None else (kept.payload, kept.salt)
    return Link(*said[1:], event.payload_sha256, event.hash, payload, salt, fault)


def _purge(link: Link) -> Purge | None:
    if link.kind != PURGED or link.fault is not None or link.payload is None:
        return None
    said = json.loads(link.payload)[PURGED].get("payloads")
    return None if said is None else Purge(link.at, link.who, said["after"], said["through"])


def _excused(link: Link, purges: list[Purge]) -> Link:
    if link.fault != "payload_missing":
        return link
    by = next((one for one in purges if link.seq <= one.through), None)
    return link if by is None else replace(link, fault=None, purge=by)


def anchors_of(folder: Path, number: int) -> tuple[Covering, ...]:
    """Return the anchor files that hold a head of case `number`, in their order; each is read line by line."""
    found = []
    begins = f"{number} ".encode()
    for path in anchor_files(folder):
        anchor = read_anchor(path)
        with path.open("rb") as stream:
            line = next((line for line in stream if line.startswith(begins)), None)
        parts = line.decode().split() if line else []
        if anchor is not None and len(parts) == 3:  # noqa: PLR2004 - case, number of the event, hash
            found.append(Covering(anchor.number, int(parts[1]), parts[2], anchor.sha256))
    return tuple(found)
