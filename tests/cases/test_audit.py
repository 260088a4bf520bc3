"""Whoever tampers with the store or its anchor files is found: what was done, and to which case, is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlmodel import col, select

from cases.exit_codes import ExitCode
from cases.store.chain import Head, event_hash
from cases.store.database import open_session
from cases.store.models import Event
from tests.cases.conftest import Patuh, run_alone
from tests.cases.desk import Desk, copied, new_desk
from tests.cases.office import write_register
from tests.cases.stores import PostgresqlStore, SqliteStore, Store

if TYPE_CHECKING:
    from tests.cases.postgresql_server import Server

Fault = tuple[str, int | None, int | None]
CASES = 12


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Twelve cases that a scan opened and the next one changed; persons confirmed them between the two."""
    return two_nights_of(tmp_path_factory.mktemp("audit"), None)


@pytest.fixture(scope="module")
def two_nights_on_server(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The same on a database."""
    return two_nights_of(tmp_path_factory.mktemp("audit"), postgresql)


def two_nights_of(folder: Path, server: Server | None) -> Desk:
    workers = {f"WLKP-{number:04d}": 20 + number for number in range(1, CASES + 1)}
    desk = new_desk(folder / "office", workers, server)
    run_alone("scan", desk.folder)
    for number in range(1, CASES + 1):
        run_alone("cases", "confirm", number, desk.folder, hour=3, user="sari")
    write_register(desk.folder, {name: count + 1 for name, count in workers.items()})
    run_alone("scan", desk.folder, hour=4)
    return desk


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """An office of one's own with twelve cases, with a store of either kind."""
    name = "two_nights" if request.param == "sqlite" else "two_nights_on_server"
    found = copied(request.getfixturevalue(name), tmp_path / "office")
    yield found
    if isinstance(found.store, PostgresqlStore):
        found.store.server.drop(found.store.database)


def disarm(store: Store) -> None:
    """Take the triggers away, as only the owner of the database, or of the file, can."""
    if isinstance(store, SqliteStore):
        store.change("DROP TRIGGER event_refuses_update")
        store.change("DROP TRIGGER event_refuses_delete")
        return
    assert isinstance(store, PostgresqlStore)
    with closing(psycopg.connect(store.url, autocommit=True)) as owner:
        owner.execute("DROP TRIGGER event_refuses_change ON event")


def faults(patuh: Patuh, desk: Desk) -> list[Fault]:
    said = patuh("audit", "verify", "--json", "--config", desk.config)
    assert (said.code is ExitCode.BROKEN) == bool(said.json["faults"]), said.err
    return [(one["kind"], one["case"] or one["anchor"], one["seq"]) for one in said.json["faults"]]


REMOVED = [f"DELETE FROM {table} WHERE case_id = {{}}" for table in ("event", "event_payload", "finding")]
LAST = "(SELECT max(seq) FROM event WHERE case_id = {})"
TAMPERED: dict[str, tuple[int, list[str], str, int | None]] = {
    "a byte of who acted": (1, ["UPDATE event SET who = 'sarj' WHERE case_id = {} AND seq = 2"], "event_changed", 2),
    "a microsecond": (2, ["UPDATE event SET at = (SELECT max(at) FROM event) WHERE case_id = {} AND seq = 1"],
                      "event_changed", 1),
    "a byte of the details": (3, ["UPDATE event_payload SET payload = replace(payload, ':', ': ') "
                                  "WHERE case_id = {} AND seq = 2"], "payload_changed", 2),
    "the details gone": (4, ["DELETE FROM event_payload WHERE case_id = {} AND seq = 3"], "payload_missing", 3),
    "the first event gone": (5, ["DELETE FROM event WHERE case_id = {} AND seq = 1"], "event_missing", 2),
    "an event between gone": (6, ["DELETE FROM event WHERE case_id = {} AND seq = 2"], "event_missing", 3),
    "two swapped": (7, ["UPDATE event SET seq = 9 WHERE case_id = {} AND seq = 1",
                        "UPDATE event SET seq = 1 WHERE case_id = {} AND seq = 2",
                        "UPDATE event SET seq = 2 WHERE case_id = {} AND seq = 9"], "event_changed", 1),
    "the last cut off": (8, [f"DELETE FROM event WHERE case_id = {{}} AND seq = {LAST}"], "tail_missing", 3),
    "the last two cut off, and the stage set back": (
        9, ["DELETE FROM event WHERE case_id = {} AND seq > 1", "UPDATE case_file SET stage = 'flagged' WHERE id = {}"],
        "tail_missing", 3),
    "the whole case gone": (10, [*REMOVED, "DELETE FROM case_file WHERE id = {}"], "case_removed", None),
    "all its events gone": (11, REMOVED[:2], "events_missing", None),
}  # fmt: skip
"""How: the case, what is done to it, and the fault that has to be named, with its event."""


def tamper(desk: Desk, how: str) -> None:
    case, statements, _, _ = TAMPERED[how]
    for statement in statements:
        desk.store.change(statement.replace("{}", str(case)))


def test_each_tampering_is_named_with_its_case_and_the_case_beside_it_holds(patuh: Patuh, desk: Desk) -> None:
    held = patuh("audit", "verify", "--config", desk.config)
    assert held.code is ExitCode.DONE, held.err
    assert "12 cases, 36 events, 2 anchor files" in held.out
    assert "Everything holds." in held.out
    disarm(desk.store)
    for how in TAMPERED:
        tamper(desk, how)
    assert faults(patuh, desk) == [(kind, case, seq) for case, _, kind, seq in TAMPERED.values()]
    said = patuh("audit", "verify", "--config", desk.config)
    assert said.code is ExitCode.BROKEN
    assert [line.split(":")[0].split(",")[0] for line in said.out.splitlines() if line.startswith("case ")] == [
        f"case {case}" for case, _, _, _ in TAMPERED.values()
    ]


@pytest.mark.large
@pytest.mark.parametrize("how", TAMPERED)
def test_a_tampering_alone_is_named(patuh: Patuh, desk: Desk, how: str) -> None:
    disarm(desk.store)
    tamper(desk, how)
    case, _, kind, seq = TAMPERED[how]
    assert faults(patuh, desk) == [(kind, case, seq)]


def test_a_chain_made_anew_is_known_by_the_anchor(patuh: Patuh, desk: Desk) -> None:
    disarm(desk.store)
    desk.store.change("UPDATE event SET who = 'scam' WHERE case_id = 12 AND seq = 2")
    with open_session(desk.store.url, write=True) as session:
        before = ""
        for one in session.exec(select(Event).where(col(Event.case_id) == 12).order_by(col(Event.seq))):
            said = (one.who, one.kind, one.from_stage, one.to_stage, one.payload_sha256)
            one.hash = before = event_hash(before, Head(one.case_id, one.seq, one.at, *said))
        session.commit()
    assert faults(patuh, desk) == [("event_changed", 12, 3)]


def test_the_anchor_files_prove_each_other_and_their_absence_is_said(patuh: Patuh, desk: Desk) -> None:
    first, second = sorted(desk.anchors.glob("*.anchor"))
    kept = second.read_bytes()
    second.write_bytes(kept.replace(b'"cases":', b'"casus":'))
    assert faults(patuh, desk) == []  # its own bytes are proved by the next anchor, and by paper
    second.write_bytes(b"x")
    assert ("anchor_unreadable", 2, None) in faults(patuh, desk)
    second.write_bytes(kept)
    first.write_bytes(first.read_bytes() + b"\n")
    assert ("anchor_changed", 1, None) in faults(patuh, desk)
    first.unlink()
    second.unlink()
    assert faults(patuh, desk) == [("anchors_missing", None, None)]
