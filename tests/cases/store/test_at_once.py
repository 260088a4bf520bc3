"""People and scans at once, and processes that die at any moment: nothing lost, nothing halved."""

from __future__ import annotations

import json
import pickle
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import col, select

import cases
from cases.store.chain import Head, event_hash
from cases.store.database import open_session
from cases.store.models import Event
from tests.cases.stores import Store, orphans

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

Say = Callable[..., dict[str, Any]]
ROOT = str(Path(cases.__file__).parents[1])
SUBJECTS = [f"S{number:02d}" for number in range(12)]

# A person who confirms, and appends events, to cases at random until told to stop; says what was done and refused.
PERSON = """
import json, random, select, sys
from datetime import datetime, UTC
from cases.life.refusal import NotAllowedError
from cases.service import Act, confirm
from cases.store.chain import Move, append_event
from cases.store.database import open_session
from cases.store.models import Case
from cases.wording import Wording

url, who = sys.argv[1:]
dice, wording, done = random.Random(who), Wording("id"), {"confirmed": [], "noted": [], "refused": 0}
print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    number, moment, salt = dice.randint(1, 12), datetime.now(UTC), dice.randbytes(32)
    with open_session(url, write=True) as session:
        case = session.get(Case, number)
        if case is None:
            continue
        if dice.random() < 0.3:
            try:
                done["confirmed"].append([number, confirm(session, number, Act(who, moment, salt), wording).seq])
            except NotAllowedError:
                done["refused"] += 1
        else:
            move = Move(moment, who, "changed", case.stage, {"run": "-"}, salt)
            event = append_event(session, case, move)
            done["noted"].append([number, event.seq])
            session.commit()
print(json.dumps(done), flush=True)
"""

# One night, begun when told to.
NIGHT = """
import pickle, sys
from pathlib import Path
from cases.match import match
from cases.night import Judged, Spine
from cases.store.channel import open_bulk
from cases.write import write
from engine.findings import Decision

url, into, detection, rules, night = pickle.loads(bytes.fromhex(sys.argv[1]))
judged = Judged(rules, {}, {"employer": Spine(True, True)}, lambda ask, into: ask)
print("ready", flush=True)
sys.stdin.readline()
with open_bulk(url, Path(into)) as store:
    matched = match(detection, judged, store, night, Path(into))
    write(matched, [Decision("disnaker", "low", "laporan", ()) for _ in matched.signatures], store, night.started_at)
"""


def started(script: str, *words: str) -> subprocess.Popen[str]:
    code = f"import sys; sys.path.insert(0, {ROOT!r})\n{script}"
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", code, *words], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    return process


@contextmanager
def people(url: str, names: list[str]) -> Iterator[dict[str, Any]]:
    """Let so many people act while the block runs; what each did is there at its end."""
    acting = {name: started(PERSON, url, name) for name in names}
    did: dict[str, Any] = {}
    try:
        yield did
    finally:
        for name, process in acting.items():
            out, err = process.communicate("stop\n", timeout=300)
            assert process.returncode == 0, err
            did[name] = json.loads(out)


def unsound(store: Store) -> list[Any]:
    """Chains with a gap or a broken link, cases that are not where their last event left them, orphans."""
    gaps = store.ask("SELECT case_id FROM event GROUP BY case_id HAVING count(*) <> max(seq) OR min(seq) <> 1")
    strayed = store.ask(
        "SELECT c.id, c.stage FROM case_file c WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.case_id = c.id "
        "AND e.to_stage = c.stage AND e.seq = (SELECT max(seq) FROM event l WHERE l.case_id = c.id))"
    )
    return [*gaps, *strayed, *orphans(store), *broken(store.url)]


def broken(url: str) -> list[tuple[int, int]]:
    """Events that do not carry the hash of the one before them."""
    found: list[tuple[int, int]] = []
    last: dict[int, str] = {}
    with open_session(url) as session:
        for one in session.exec(select(Event).order_by(col(Event.case_id), col(Event.seq))):
            said = (one.who, one.kind, one.from_stage, one.to_stage, one.payload_sha256)
            if one.hash != event_hash(last.get(one.case_id, ""), Head(one.case_id, one.seq, one.at, *said)):
                found.append((one.case_id, one.seq))
            last[one.case_id] = one.hash
    return found


@pytest.mark.parametrize(("writers", "seconds"), [(2, 3), pytest.param(10, 60, marks=pytest.mark.large)])
def test_no_act_is_lost_and_none_fails_while_scans_run(nights: Nights, say: Say, writers: int, seconds: int) -> None:
    nights.run(0, *(say(subject) for subject in SUBJECTS))
    names = [f"orang-{number}" for number in range(writers)]
    scans, day, events = 1, 0, Counter({"scan": len(SUBJECTS)})
    with people(nights.url, names) as did:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            day += 1
            there = [subject for place, subject in enumerate(SUBJECTS) if (place + day) % 3]
            nights.run(day, *(say(one, evidence=str(day)) for one in there), outcomes=dict.fromkeys(SUBJECTS, "pass"))
            scans += 1
    assert unsound(nights.store) == []
    stored = Counter(dict(nights.ask("SELECT who, count(*) FROM event GROUP BY who")))
    for name in names:
        events[name] = len(did[name]["confirmed"]) + len(did[name]["noted"])
        assert events[name] > 0, "nobody acted: the test shows nothing"
        told = {tuple(one) for one in (*did[name]["confirmed"], *did[name]["noted"])}
        assert set(nights.ask(f"SELECT case_id, seq FROM event WHERE who = '{name}'")) == told
    assert {name: stored[name] for name in names} == {name: events[name] for name in names}
    assert nights.ask("SELECT count(*) FROM scan") == [scans]
    assert scans > 1


def night_apart(nights: Nights, violations: list[dict[str, Any]], name: str) -> tuple[subprocess.Popen[str], str]:
    """Begin a night in a process of its own; return it and the run that it is."""
    folder = nights.folder / name
    folder.mkdir()
    night = nights.night(1, name)
    said = (nights.url, str(folder), nights.detection(violations, 0, folder), nights.rules, night)
    process = started(NIGHT, pickle.dumps(said).hex())
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    return process, night.run_id


@pytest.mark.large
@pytest.mark.timeout(3600)
def test_killed_at_any_moment_no_case_is_halved_and_the_next_scan_is_right(nights: Nights, say: Say) -> None:
    dice = random.Random(4)
    nights.run(0, *(say(subject) for subject in SUBJECTS))
    calm, _ = night_apart(nights, [say(one, evidence="2") for one in SUBJECTS], "calm")
    begun = time.monotonic()
    calm.communicate()
    longest = 1.5 * (time.monotonic() - begun)
    ends = []
    for number in range(1, 101):
        violations = [say(one, evidence=str(number + 2)) for one in SUBJECTS]
        person = started(PERSON, nights.url, f"orang-{number}")
        scan, run = night_apart(nights, violations, f"killed-{number}")
        time.sleep(dice.uniform(0, longest))
        for process in dice.sample((scan, person), 2):
            process.send_signal(signal.SIGKILL)
            process.communicate()
        assert unsound(nights.store) == [], number
        _, written = nights.run(1, *violations)
        # A server may still be at the last word of a process that is gone.
        ends.append(nights.ask(f"SELECT count(*) FROM scan WHERE run_id = '{run}'") == [1])
        assert (written.findings["changed"], written.findings["new"]) == (0 if ends[-1] else len(SUBJECTS), 0), number
        assert unsound(nights.store) == [], number
    assert {state for _, _, state in nights.states()} == {"open"}
    assert set(ends) == {True, False}, "all were killed on one side of the commit: the test shows nothing"
