"""People and scans at once: nothing lost, nothing twice, and nobody is told anything but a refusal or to try again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import cases
from cases.proof.verify import verify
from tests.cases.stores import Store, unsound

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

Say = Callable[..., dict[str, Any]]
ROOT = str(Path(cases.__file__).parents[1])
SUBJECTS = [f"S{number:02d}" for number in range(12)]

# So many persons, each a process, who do at random whatever a person can do, to cases at random, until stdin ends. Each
# tells what was put on record, what was refused, how often the store was busy, and the longest that an act took.
PEOPLE = """
import json, os, random, select, sys, time
from datetime import date, datetime, timedelta, UTC
from pathlib import Path
from cases.life import acts, desk
from cases.life.moves import PURPOSES, REFERRAL_STATES
from cases.life.refusal import NotAllowedError
from cases.service import Act, confirm
from cases.store.database import open_session
from cases.wording import Wording
from engine.detect import Work
from rules.configuration import Office
from rules.errors import StoreError
from rules.load import load_rule_book
from rules.working_days import shipped_calendar

url, *names = sys.argv[1:]
work = Work(load_rule_book()[0], (), date(2026, 11, 20), shipped_calendar()[0], {}, Path())
book = acts.Book(work, (Office("disnaker", "disnaker", ("19",), ""),), Wording("id"))

KINDS = ["confirm", "step", "receipt", "record", "refer", "referral", "close", "snooze", "wake"]
KINDS += ["pause", "resume", "note"] * 3

def wished(dice, session, number, act):
    on = date(2026, 1, 1) + timedelta(days=dice.randrange(300))
    def paper(of):
        return acts.Paper(of, f"{act.who}/{dice.randrange(1000)}", on, "sari")
    kind = dice.choice(KINDS)
    if kind == "confirm":
        return confirm(session, number, act, book.wording)
    if kind == "step":
        step = dice.choice(book.ladder.steps[:3]).id
        return acts.take_step(session, number, act, book, paper(step))
    if kind == "receipt":
        return acts.record_receipt(session, number, act, book, paper(dice.choice(["teguran_1", "teguran_2"])))
    if kind == "record":
        return acts.put_on_record(session, number, act, book, paper(dice.choice(list(book.ladder.records))))
    if kind == "pause":
        return acts.pause(session, number, act, book, acts.Interval("diminta"))
    if kind == "resume":
        return acts.resume(session, number, act, book, "selesai")
    if kind == "snooze":
        return desk.snooze(session, number, act, book, (act.at.date() + timedelta(days=dice.randrange(90)), "nanti"))
    if kind == "wake":
        return desk.wake(session, number, act, book)
    if kind == "note":
        return desk.note(session, number, act, book, "sudah ditelepon")
    if kind == "refer":
        return acts.refer(session, number, act, book, acts.Handover(paper(dice.choice(PURPOSES))))
    if kind == "referral":
        answer = acts.Answer(dice.randint(1, 12), paper(dice.choice(REFERRAL_STATES[1:])))
        return acts.advance_referral(session, number, act, book, answer)
    return acts.close(session, number, act, book, "dicabut")

def live(who, stop):
    dice, told = random.Random(who), {"done": [], "refused": 0, "busy": 0, "longest": 0.0}
    while not select.select([stop], [], [], 0)[0]:
        number, begun = dice.randint(1, 12), time.monotonic()
        act = Act(who, datetime.now(UTC), dice.randbytes(32))
        try:
            with open_session(url, write=True) as session:
                told["done"].append([number, wished(dice, session, number, act).seq])
        except NotAllowedError:
            told["refused"] += 1
        except StoreError as error:
            assert "is locked by another process" in str(error), error
            told["busy"] += 1
        told["longest"] = max(told["longest"], time.monotonic() - begun)
    return told

answers, (stop, stopper) = {}, os.pipe()
for who in names:
    mine, theirs = os.pipe()
    if not os.fork():
        os.close(stopper)
        with os.fdopen(theirs, "w") as answer:
            json.dump(live(who, stop), answer)
        os._exit(0)
    os.close(theirs)
    answers[who] = mine
print("ready", flush=True)
sys.stdin.read()
os.close(stopper)
print(json.dumps({who: json.load(os.fdopen(mine)) for who, mine in answers.items()}), flush=True)
"""

ROWS = {
    "step_taken": ("step_id", "case_step", ""),
    "step_received": ("step_id", "case_step", "received_on IS NOT NULL"),
    "recorded": ("record_id", "case_record", ""),
    "paused": ("pause_id", "case_pause", ""),
    "resumed": ("pause_id", "case_pause", "ended_on IS NOT NULL"),
    "referred": ("referral", "referral", ""),
}
REACHED = ("handed_over", "received", "acted", "answered")
"""Kind of event: what in its payload names the row, the row's table, and which of its rows such an event has made."""


def lost_updates(store: Store) -> dict[str, tuple[list[Any], list[Any]]]:
    """What events say was put on record and what is on record, kind by kind, where the two differ."""
    found = {}
    told = store.ask(
        "SELECT e.case_id, e.kind, p.payload FROM event e "
        "JOIN event_payload p ON p.case_id = e.case_id AND p.seq = e.seq"
    )
    for kind, (named, table, which) in ROWS.items():
        events = sorted((case, json.loads(payload)[named]) for case, one, payload in told if one == kind)
        rows = sorted(store.ask(f"SELECT case_id, id FROM {table} {f'WHERE {which}' if which else ''}"))
        if events != rows:
            found[kind] = (events, rows)
    states: dict[tuple[int, int], str] = {}
    for case, kind, payload in told:
        if kind.startswith("referral_"):
            said = json.loads(payload)
            states[case, said["referral"]] = max(
                states.get((case, said["referral"]), ""), said["state"], key=REACHED.index
            )
    stored = {(case, number): state for case, number, state in store.ask("SELECT case_id, id, state FROM referral")}
    if {**dict.fromkeys(stored, REACHED[0]), **states} != stored:
        found["referral"] = (sorted(states.items()), sorted(stored.items()))
    return found


@contextmanager
def people(url: str, names: list[str]) -> Iterator[dict[str, Any]]:
    """Let so many people act while the block runs; what each did is there at its end."""
    code = f"import sys; sys.path.insert(0, {ROOT!r})\n{PEOPLE}"
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", code, url, *names], stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    did: dict[str, Any] = {}
    try:
        yield did
    finally:
        out, err = process.communicate("", timeout=300)
        assert process.returncode == 0, err
        did.update(json.loads(out))


@pytest.mark.parametrize(("writers", "seconds"), [(3, 3), pytest.param(10, 60, marks=pytest.mark.large)])
def test_no_act_is_lost_and_none_fails_while_scans_run(
    nights: Nights, say: Say, writers: int, seconds: int, record_property: Callable[[str, object], None]
) -> None:
    nights.run(0, *(say(subject) for subject in SUBJECTS))
    names = [f"orang-{number}" for number in range(writers)]
    scans, day = 1, 0
    with people(nights.url, names) as did:
        until = time.monotonic() + seconds
        while time.monotonic() < until or scans < 5:
            day += 1
            there = [subject for place, subject in enumerate(SUBJECTS) if (place + day) % 3]
            nights.run(day, *(say(one, evidence=str(day)) for one in there), outcomes=dict.fromkeys(SUBJECTS, "pass"))
            scans += 1
    assert unsound(nights.store) == []
    assert verify(nights.url, nights.folder / "anchors", nights.folder / "audit").faults == ()
    assert lost_updates(nights.store) == {}
    for name in names:
        told = Counter(tuple(one) for one in did[name]["done"])
        assert Counter(nights.ask(f"SELECT case_id, seq FROM event WHERE who = '{name}'")) == told
    acted = [bool(told["done"]) for told in did.values()]
    assert all(acted) if writers == 10 else any(acted), "nobody acted: the test shows nothing"
    assert nights.ask("SELECT count(*) FROM scan") == [scans]
    assert scans > 1
    record_property("scans", scans)
    record_property("acts", sum(len(one["done"]) for one in did.values()))
    record_property("refused", sum(one["refused"] for one in did.values()))
    record_property("busy", sum(one["busy"] for one in did.values()))
    record_property("longest", max(one["longest"] for one in did.values()))
