"""The chain of events: the form that is written down is the form that is hashed, by a scan and by a person alike."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlmodel import select

from cases.proof.verify import verify
from cases.store.chain import (
    Head,
    Move,
    append_event,
    canonical,
    event_hash,
    hash_sql,
    moment,
    payload_hash,
    salt_of,
    salt_sql,
    text_sql,
)
from cases.store.database import open_session, upgrade_store
from cases.store.models import Case
from cases.store.place import place_of
from tests.cases.conftest import MakeStore
from tests.cases.stores import Store

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

Say = Callable[..., dict[str, Any]]

NASTY = (
    "sari", "", "O'Brien", 'a "b" \\ c', "\\u0041", "baris\nbaru\ttab\r\b\f", "\x01\x1f\x7f\x80", "ﬁ 漢字 🜲 e\u0301",
    "\u2028\u2029", "%s {x} $1 /* -- ;", "</script>", " ruang ",
)  # fmt: skip


def strangers_fault(store: Store) -> str | None:
    """What somebody with docs/proof.md and a few lines of his own finds; None: nothing."""
    last: dict[int, tuple[int, str]] = {}
    payloads = {(case, seq): (salt, text) for case, seq, salt, text in store.ask("SELECT * FROM event_payload")}
    for case, seq, at, who, kind, before, to, digest, hashed in store.ask("SELECT * FROM event ORDER BY case_id, seq"):
        salt, text = payloads[case, seq]
        expected, previous = last.get(case, (0, ""))
        head = {"at": at.replace(" ", "T") + "Z", "case": case, "from": before, "kind": kind}
        head |= {"payload_sha256": digest, "seq": seq, "to": to, "who": who}
        text_of_head = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
        if seq != expected + 1 or hashlib.sha256((salt + text).encode()).hexdigest() != digest:
            return f"{case}.{seq}"
        if hashlib.sha256((previous + text_of_head).encode()).hexdigest() != hashed:
            return f"{case}.{seq}"
        last[case] = (seq, hashed)
    return None if last else "no event"


def test_a_stranger_verifies_what_scans_and_persons_wrote(nights: "Nights", say: Say) -> None:
    nights.run(0, say("A"), say("B"))
    for number, who in enumerate(NASTY):
        with open_session(nights.url, write=True) as session:
            case = session.exec(select(Case).where(Case.id == 1)).one()
            at = datetime(2026, 1, 1, 4, number, 0, number, tzinfo=UTC)
            append_event(session, case, Move(at, who, "note", case.stage, {"text": who}, bytes([number] * 32)))
            session.commit()
    nights.run(1, say("A", evidence="2"), outcomes={"B": "pass"})
    assert nights.ask("SELECT count(*) FROM event") == [4 + len(NASTY)]
    assert strangers_fault(nights.store) is None
    nights.store.change("UPDATE event_payload SET payload = '{}' WHERE case_id = 2 AND seq = 2")
    assert strangers_fault(nights.store) == "2.2"


def test_no_two_events_share_a_salt(nights: "Nights", say: Say) -> None:
    nights.run(0, say("A"), say("B"))
    nights.run(1, say("A", evidence="2"), outcomes={"B": "pass"})
    assert nights.ask("SELECT count(DISTINCT salt), count(*), min(length(salt)) FROM event_payload") == [(4, 4, 64)]


@pytest.mark.parametrize("text", NASTY)
def test_the_set_and_the_single_event_are_hashed_alike(text: str) -> None:
    at = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
    salt = salt_of("ab" * 32, 7, 12)
    payload = canonical({"text": text, "n": 1})
    head = Head(7, 12, at, text, text, None, "flagged", payload_hash(salt, payload))
    with closing(duckdb.connect()) as duck:
        duck.execute(
            "CREATE TABLE e AS SELECT 7 AS case_id, 12 AS seq, ? AS kind, NULL::VARCHAR AS from_stage, "
            "'flagged' AS to_stage, ? AS payload_sha256, ? AS who",
            [text, head.payload_sha256, text],
        )
        hashed = hash_sql("'before'", f"'{moment(at)}'", "who")
        found = duck.execute(
            f"SELECT {hashed}, {text_sql('who')}, {salt_sql(repr('ab' * 32), 'case_id', 'seq')}, sha256(? || ?) FROM e",
            [salt, payload],
        ).fetchone()
    assert found == (event_hash("before", head), canonical(text), salt, head.payload_sha256)


def test_the_form_is_the_one_that_is_written_down() -> None:
    head = Head(1, 1, datetime(2026, 11, 20, 6, 15, tzinfo=UTC), "scan", "opened", None, "flagged", "0" * 64)
    written = (
        '{"at":"2026-11-20T06:15:00.000000Z","case":1,"from":null,"kind":"opened","payload_sha256":"' + "0" * 64 + '",'
        '"seq":1,"to":"flagged","who":"scan"}'
    )
    assert event_hash("", head) == hashlib.sha256(written.encode()).hexdigest()


def test_a_person_s_act_marks_the_case_for_the_next_anchor_once(nights: "Nights", say: Say) -> None:
    nights.run(0, say("A"))
    for minute in (1, 2):
        with open_session(nights.url, write=True) as session:
            case = session.exec(select(Case)).one()
            at = datetime(2026, 1, 1, 4, minute, tzinfo=UTC)
            append_event(session, case, Move(at, "sari", "note", case.stage, {}, bytes(32)))
            session.commit()
    assert nights.ask("SELECT case_id FROM unanchored") == [1]


def test_both_stores_are_walked_alike_and_a_dead_scan_s_anchor_is_settled(nights: "Nights", say: Say) -> None:
    nights.run(0, say("A"), say("B"))
    folder = nights.folder / "anchors"
    (done,) = folder.glob("*.anchor")
    (folder / "00000002.part").write_bytes(done.read_bytes().replace(b'"run-1"', b'"run-of-the-dead"'))
    done.rename(folder / "00000001.part")
    nights.run(1, say("A", evidence="2"), outcomes={"B": "pass"})
    audit = verify(nights.url, folder, nights.folder / "audit")
    assert (audit.cases, audit.events, audit.anchors, audit.faults) == (2, 4, 2, ())
    nights.store.change("UPDATE event_payload SET payload = '{}' WHERE case_id = 2 AND seq = 2")
    (fault,) = verify(nights.url, folder, nights.folder / "audit").faults
    assert (fault.kind, fault.case, fault.seq) == ("payload_changed", 2, 2)


def test_a_store_with_events_from_before_the_chain_is_brought_over(make_store: MakeStore) -> None:
    store = make_store(blank=True)
    _store_of_0003(store)
    upgrade_store(store.url)
    assert strangers_fault(store) is None
    assert store.ask("SELECT case_id, seq, who FROM event ORDER BY 1, 2") == [
        (1, 1, "scan"),
        (1, 2, 'a "b"'),
        (2, 1, "scan"),
    ]
    assert store.ask("SELECT payload FROM event_payload ORDER BY case_id, seq") == ["{}", '{"queue":"disnaker"}', "{}"]
    assert store.ask("SELECT case_id FROM unanchored ORDER BY 1") == [1, 2]
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="events are appended, never edited"):
        store.change("UPDATE event SET who = 'x'")


def _store_of_0003(store: Store) -> None:
    """Make a store as the version before the chain did, with three events."""
    place = place_of(store.url)
    place.prepare()
    engine = place.engine(write=True)
    with engine.begin() as opened:
        configuration = Config()
        configuration.set_main_option("script_location", str(files("cases.store.migrations")))
        configuration.set_main_option("path_separator", "os")
        configuration.attributes["connection"] = opened
        command.upgrade(configuration, "0003")
    engine.dispose()
    _cases(store)
    at = "'2026-01-02 03:04:05.000006'" if store.url.startswith("sqlite") else "'2026-01-02 03:04:05.000006+00'"
    store.change(
        "INSERT INTO event (case_id, seq, at, who, kind, from_stage, to_stage, payload) VALUES "
        f"(1, 1, {at}, 'scan', 'opened', NULL, 'flagged', '{{}}'), "
        f"""(1, 2, {at}, 'a "b"', 'confirmed', 'flagged', 'confirmed', '{{"queue":"disnaker"}}'), """
        f"(2, 1, {at}, 'scan', 'opened', NULL, 'flagged', '{{}}')"
    )


def _cases(store: Store) -> None:
    store.change(
        "INSERT INTO case_file (id, party_id, province, track, stage, queue, severity, purpose, decision_id, "
        "opened_on, opened_scan_id) VALUES "
        "(1, 1, '19', 'sanction', 'confirmed', 'disnaker', 2, 'laporan', 1, '2026-01-02', 1), "
        "(2, 1, '19', 'sanction', 'flagged', 'disnaker', 2, 'laporan', 1, '2026-01-02', 1)"
    )
