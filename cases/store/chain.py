"""The chain of a case's events: each carries the hash of itself and of the one before it (docs/proof.md).

    salt            64 hexadecimal digits, an event's own, derived from the act's, the case and the number
    payload_sha256  sha256(salt ‖ payload), both as UTF-8 text
    hash            sha256(the hash of the case's event before, "" for the first ‖ canonical JSON of the event's head)

Canonical JSON is RFC 8785 for what stands in a head: keys sorted, no blanks, UTF-8. A scan writes its events as a set:
the same is said here once in Python and once as expressions of DuckDB. The format is never changed: what was hashed
by it is hashed for good.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from cases.store.models import Case, Event, EventPayload, Unanchored

PURGED = "purged"
"""The kind of the event that says what was purged of a case, up to which event, by which line of retention."""


@dataclass(frozen=True)
class Move:
    """What a person did to a case: `at` aware, `kind` such as 'confirmed', `payload` JSON values without personal data.

    `salt` is the act's: random bytes, from which the event's own salt is derived, and which are kept nowhere.
    """

    at: datetime
    who: str
    kind: str
    to_stage: str
    payload: Mapping[str, object]
    salt: bytes


@dataclass(frozen=True)
class Head:
    """What of an event is hashed beside the hash before it. `from_stage` None: the case's first event."""

    case: int
    seq: int
    at: datetime
    who: str
    kind: str
    from_stage: str | None
    to_stage: str
    payload_sha256: str


def canonical(value: object) -> str:
    """Return a JSON value in the one form that is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    """Return a moment as it is hashed: `2026-11-20T06:15:00.000000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def salt_of(act: str, case: int, seq: int) -> str:
    """Return an event's own salt from that of the act, in hexadecimal digits."""
    return hashlib.sha256(f"{act}:{case}:{seq}".encode()).hexdigest()


def payload_hash(salt: str, payload: str) -> str:
    """Return the hash of a payload with its salt."""
    return hashlib.sha256((salt + payload).encode()).hexdigest()


def event_hash(before: str, head: Head) -> str:
    """Return an event's hash; `before` is that of the case's event before it, "" where there is none."""
    said = {
        "case": head.case,
        "seq": head.seq,
        "at": moment(head.at),
        "who": head.who,
        "kind": head.kind,
        "from": head.from_stage,
        "to": head.to_stage,
        "payload_sha256": head.payload_sha256,
    }
    return hashlib.sha256((before + canonical(said)).encode()).hexdigest()


def salt_sql(act: str, case: str, seq: str) -> str:
    """Return `salt_of` for DuckDB; `act`, `case` and `seq` are expressions."""
    return f"sha256({act} || ':' || {case} || ':' || {seq})"


def text_sql(text: str) -> str:
    """Return the canonical JSON of a text for DuckDB; `text` is an expression, NULL gives null."""
    escaped = f"replace(replace({text}, chr(92), chr(92) || chr(92)), '\"', chr(92) || '\"')"
    short = {8: "b", 9: "t", 10: "n", 12: "f", 13: "r"}
    for code in range(1, 32):
        sign = short.get(code, f"u{code:04x}")
        escaped = f"replace({escaped}, chr({code}), chr(92) || '{sign}')"
    plain = f"NOT regexp_matches({text}, '[\\x00-\\x1f\"\\\\]')"
    inside = f"CASE WHEN {plain} THEN {text} ELSE {escaped} END"
    return f"CASE WHEN {text} IS NULL THEN 'null' ELSE '\"' || {inside} || '\"' END"


def hash_sql(before: str, at: str, who: str) -> str:
    """Return `event_hash` for DuckDB over columns case_id, seq, kind, from_stage, to_stage and payload_sha256.

    `before` is an expression for the hash before it, `at` one for what `moment` gives, `who` one for a text.
    """
    values = {
        "at": f"'\"' || {at} || '\"'",
        "case": "case_id",
        "from": text_sql("from_stage"),
        "kind": text_sql("kind"),
        "payload_sha256": "'\"' || payload_sha256 || '\"'",
        "seq": "seq",
        "to": text_sql("to_stage"),
        "who": text_sql(who),
    }
    named = " || ',' || ".join(f"'\"{key}\":' || {value}" for key, value in values.items())
    return f"sha256({before} || '{{' || {named} || '}}')"


def append_event(session: Session, case: Case, move: Move) -> Event:
    """Append one event to `case`, with the next number of its chain, and set the case's stage to `to_stage`."""
    chain = select(col(Event.seq), col(Event.hash)).where(col(Event.case_id) == case.id)
    last = session.execute(chain.order_by(col(Event.seq).desc()).limit(1)).first()
    said, kept = _rows(case.id, case.stage, (0, "") if last is None else (int(last[0]), str(last[1])), move)
    event = Event(**said)
    case.stage = move.to_stage
    session.add_all([case, event, EventPayload(**kept)])
    if session.get(Unanchored, case.id) is None:
        session.add(Unanchored(case_id=case.id))
    return event


def append_events(session: Session, moves: Mapping[int, Move]) -> None:
    """Append one event to each of many cases (number to move) whose stage stays, as rows: no object for each case."""
    numbers = list(moves)
    newest = select(col(Event.case_id), func.max(col(Event.seq)).label("seq")).where(col(Event.case_id).in_(numbers))
    newest_of = newest.group_by(col(Event.case_id)).subquery()
    at = (col(Event.case_id) == newest_of.c.case_id) & (col(Event.seq) == newest_of.c.seq)
    heads = session.execute(select(col(Event.case_id), col(Event.seq), col(Event.hash)).join(newest_of, at))
    last = {case: (seq, before) for case, seq, before in heads}
    rows = [_rows(case, move.to_stage, last.get(case, (0, "")), move) for case, move in moves.items()]
    session.execute(insert(Event), [said for said, _ in rows])
    session.execute(insert(EventPayload), [kept for _, kept in rows])
    marked = set(session.execute(select(col(Unanchored.case_id)).where(col(Unanchored.case_id).in_(numbers))).scalars())
    if unmarked := [{"case_id": case} for case in numbers if case not in marked]:
        session.execute(insert(Unanchored), unmarked)


def _rows(case: int, stage: str, last: tuple[int, str], move: Move) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the event that follows `last` (its number and hash) in the chain of `case`, and its payload."""
    seq, before = last[0] + 1, last[1]
    payload, salt = canonical(dict(move.payload)), salt_of(move.salt.hex(), case, seq)
    was = stage if last[0] else None
    head = Head(case, seq, move.at, move.who, move.kind, was, move.to_stage, payload_hash(salt, payload))
    event = {
        "case_id": case,
        "seq": seq,
        "at": move.at,
        "who": move.who,
        "kind": move.kind,
        "from_stage": was,
        "to_stage": move.to_stage,
        "payload_sha256": head.payload_sha256,
        "hash": event_hash(before, head),
    }
    return event, {"case_id": case, "seq": seq, "salt": salt, "payload": payload}


def head_of(session: Session, case: int) -> str:
    """Return the hash of the newest event of `case`; "" where it has none."""
    newest = select(col(Event.hash)).where(col(Event.case_id) == case).order_by(col(Event.seq).desc()).limit(1)
    return session.execute(newest).scalar_one_or_none() or ""


def payload_of(session: Session, case: int, seq: int) -> str | None:
    """Return the payload of an event; None where it was purged."""
    kept = session.get(EventPayload, (case, seq))
    return None if kept is None else kept.payload
