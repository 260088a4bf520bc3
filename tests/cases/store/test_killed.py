"""`kill -9` of either process at every phase of a night: the store is as before, and the next scan is right."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func
from sqlmodel import select

import cases
from cases.store.chain import Move, append_event
from cases.store.channel import BulkStore, open_bulk
from cases.store.database import open_session
from cases.store.models import Case, Event
from cases.write import write
from rules.errors import StoreError
from tests.cases.stores import orphans

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

Say = Callable[..., dict[str, Any]]

# A night in a process of its own that dies by SIGKILL just before (or after) the order of that name and number.
NIGHT = """
import os, pickle, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from cases.match import match
from cases.night import Judged, Night, Spine
from cases.store.channel import BulkStore, open_bulk
from cases.write import write
from engine.findings import Decision

who, when, name, number = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
url, into, detection, rules, night = pickle.loads(bytes.fromhex(sys.argv[5]))
order, seen = BulkStore._order, []

def die(store):
    os.kill(os.getpid() if who == "parent" else store.pid, signal.SIGKILL)

def watched(store, **said):
    seen.append(said["do"])
    hit = said["do"] == name and seen.count(name) == number
    if hit and when == "before":
        die(store)
    order(store, **said)
    if hit and when == "after":
        die(store)

BulkStore._order = watched
judged = Judged(rules, {}, {"employer": Spine(True, True)}, lambda ask, into: ask)
with open_bulk(url, Path(into)) as store:
    matched = match(detection, judged, store, night, Path(into))
    decisions = [Decision("disnaker", "low", "laporan", ()) for _ in matched.signatures]
    write(matched, decisions, store, night.started_at)
"""


def run_apart(nights: Nights, say: Say, phase: tuple[str, str, str, int]) -> subprocess.CompletedProcess[str]:
    import pickle  # noqa: PLC0415

    into = nights.folder / "apart"
    into.mkdir()
    detection = nights.detection([say("A", evidence="2"), say("B"), say("C")], 0, into)
    said = pickle.dumps((nights.url, str(into), detection, nights.rules, nights.night(1, "apart"))).hex()
    root = str(Path(cases.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r})\n{NIGHT}", *map(str, phase), said],
        capture_output=True,
        text=True,
        check=False,
    )


PHASES = (
    ("before", "query", 1),
    ("after", "query", 3),
    ("before", "append", 1),
    ("after", "append", 3),
    ("after", "execute", 2),
    ("after", "append", 5),
    ("before", "commit", 1),
)


@pytest.mark.parametrize("who", ["parent", "child"])
@pytest.mark.parametrize(
    ("make_store", "when", "name", "number"),
    [
        *(("sqlite", *phase) for phase in PHASES),
        *(("postgresql", *phase) for phase in PHASES if phase[0] == "after" and phase[1] != "query"),
        ("postgresql", *PHASES[-1]),
    ],
    indirect=["make_store"],
)
def test_killed_before_its_last_word_the_store_is_as_before_and_the_next_scan_is_right(
    nights: Nights, say: Say, who: str, when: str, name: str, number: int
) -> None:
    nights.run(0, say("A"), say("B"))
    before, scans = nights.dump(), nights.ask("SELECT * FROM scan")
    ended = run_apart(nights, say, (who, when, name, number))
    assert ended.returncode != 0
    if who == "child":
        assert "nothing was written; the store is as it was before" in ended.stderr
    assert nights.dump() == before
    assert nights.ask("SELECT * FROM scan") == scans
    _, written = nights.run(1, say("A", evidence="2"), say("B"), say("C"))
    assert (written.findings["new"], written.findings["changed"]) == (1, 1)
    assert orphans(nights.store) == []


def test_killed_after_its_last_word_the_store_is_as_before_or_after_and_never_between(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"), say("B"))
    run_apart(nights, say, ("parent", "after", "commit", 1))
    _, written = nights.run(1, say("A", evidence="2"), say("B"), say("C"))
    assert (written.findings["new"], written.findings["changed"]) in {(1, 1), (0, 0)}
    assert nights.states() == [("A", 1, "open"), ("B", 1, "open"), ("C", 1, "open")]


def test_who_wants_to_write_waits_until_the_scan_has_written(nights: Nights, say: Say) -> None:
    from cases.match import match  # noqa: PLC0415

    nights.run(0, say("A"))
    night, into = nights.night(1), nights.folder / "waited"
    into.mkdir()
    detection = nights.detection([say("A", evidence="2")], 0, into)
    seen: list[int] = []

    def act() -> None:
        with open_session(nights.url, write=True) as session:
            case = session.exec(select(Case)).one()
            seen.append(session.exec(select(func.count()).select_from(Event)).one())
            append_event(session, case, Move(night.started_at, "sari", "confirmed", "confirmed", {}, bytes(32)))
            session.commit()

    with open_bulk(nights.url, into) as store:
        matched = match(detection, nights.judged({}, None), store, night, into)
        person = Thread(target=act)
        person.start()
        person.join(0.5)
        assert person.is_alive(), "somebody wrote between what the scan read and what it writes"
        write(matched, nights.decide(matched.signatures), store, night.started_at)
    person.join()
    assert seen == [2], "the person did not see what the scan wrote"
    assert nights.ask("SELECT seq, who FROM event ORDER BY seq") == [(1, "scan"), (2, "scan"), (3, "sari")]


def test_a_scan_waits_for_a_person_who_is_writing(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    with open_session(nights.url, write=True) as session:
        session.exec(select(Case)).one().stage = "dismissed"
        session.flush()
        scan = Thread(target=nights.run, args=(1, say("A")))
        scan.start()
        scan.join(0.5)
        assert scan.is_alive(), "the scan read while somebody wrote"
        session.commit()
    scan.join()
    assert nights.states() == [("A", 1, "open")]
    assert nights.ask("SELECT stage FROM case_file") == ["dismissed"]


def test_a_commit_that_was_lost_without_a_word_is_found_by_the_recount(
    nights: Nights, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BulkStore, "commit", BulkStore.settle)
    with pytest.raises(StoreError, match=r"does not hold what was written \(.*finding: 0 of 1 rows"):
        nights.run(0, say("A"))
