"""A year of nights, findings that come and go, persons who act at random: each night the store beside an oracle."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cases.life.acts import Interval, Paper, close, pause, resume, take_step
from cases.life.desk import note, snooze, wake
from cases.life.letting_be import Ground, Reach, WantedWaiver, dismiss, waive, withdraw
from cases.life.refusal import NotAllowedError
from cases.night import Spine
from cases.proof.verify import verify
from cases.service import confirm
from engine.findings import Decision
from tests.cases.store.oracle import RULES, SUBJECTS, Docket, Key, LetBe, Oracle, Row, Tonight, party_of, track_of
from tests.cases.stores import unsound

if TYPE_CHECKING:
    from sqlmodel import Session

    from cases.life.acts import Book
    from cases.service import Act
    from tests.cases.store.conftest import Nights

pytestmark = pytest.mark.nights

Say = Callable[..., dict[str, Any]]
Doing = Callable[["Session", "Act", "Book"], Any]
START = date(2026, 1, 1)
SPINES = {
    "fresh": Spine(fresh=True, complete=True),
    "incomplete": Spine(fresh=True, complete=False),
    "stale": Spine(fresh=False, complete=True),
    "missing": Spine(fresh=False, complete=True),
}


@dataclass
class Province:
    """What is so in the world, and changes a little from night to night."""

    dice: random.Random
    day: int = 0
    violates: dict[Key, str] = field(default_factory=dict)
    is_: dict[str, str] = field(default_factory=lambda: dict.fromkeys(SUBJECTS, "pass"))

    def tonight(self) -> Tonight:
        dice = self.dice
        self.day += dice.choice([2, 5, 29, 31, 40]) if dice.random() < 0.05 else 1
        for subject in SUBJECTS:
            if dice.random() < (0.06 if self.is_[subject] == "pass" else 0.25):
                self.is_[subject] = dice.choice(["pass", "not_applicable", "unknown", "gone"])
        for key in ((rule, subject) for rule in RULES for subject in SUBJECTS):
            self._violation(key)
        source = dice.choices(list(SPINES), [76, 8, 8, 8])[0]
        off = frozenset(rule for rule in RULES if dice.random() < 0.03)
        judged = source in ("fresh", "incomplete")
        there = {key: said for key, said in self.violates.items() if judged and key[0] not in off}
        violations = {key: said for key, said in there.items() if self.is_[key[1]] == "pass"}
        return Tonight(self.day, violations, dict(self.is_), source, off)

    def _violation(self, key: Key) -> None:
        chance = self.dice.random()
        if key in self.violates:
            if chance < 0.05:
                del self.violates[key]
            elif chance < 0.1:
                self.violates[key] = str(int(self.violates[key]) % 3 + 1)
        elif chance < 0.04:
            self.violates[key] = "1"


@dataclass
class Year:
    """A store and the oracle beside it."""

    nights: Nights
    say: Say
    dice: random.Random
    oracle: Oracle = field(default_factory=Oracle)

    def scan(self, tonight: Tonight) -> None:
        judged = tonight.source not in ("stale", "missing")
        outcomes = {subject: outcome if judged else "unknown" for subject, outcome in tonight.rest.items()}
        there = {subject: outcome for subject, outcome in outcomes.items() if tonight.rest[subject] != "gone"}
        self.nights.spine = SPINES[tonight.source]
        self.nights.run(
            tonight.day,
            *(
                self.say(subject, rule=rule, track=track_of(rule), evidence=said, npwp=f"N{party_of(subject)}")
                for (rule, subject), said in tonight.violations.items()
            ),
            outcomes={} if tonight.source == "missing" else there,
            only=[rule for rule in RULES if rule not in tonight.off],
        )

    def stored(self) -> tuple[list[Any], list[Any]]:
        """Findings, and cases with the findings that are in them."""
        rows = self.nights.ask(
            "SELECT rule, subject_key, episode, state, opened_on, resolved_on, case_id FROM finding ORDER BY 1, 2, 3"
        )
        cases = self.nights.ask(
            "SELECT c.id, i.value, c.track, c.stage, (SELECT count(*) FROM event e WHERE e.case_id = c.id "
            "AND e.kind <> 'proposed') FROM case_file c JOIN party_identifier i ON i.party_id = c.party_id "
            "AND i.kind = 'npwp'"
        )
        within = {number: [row[:3] for row in rows if row[6] == number] for number, *_ in cases}
        return [row[:6] for row in rows], sorted((*said, within[number]) for number, *said in cases)

    def expected(self) -> tuple[list[Any], list[Any]]:
        rows = [(*key(row), row.state, iso(row.opened), iso(row.resolved)) for row in self.oracle.every_row()]
        cases = [
            (f"N{one.party}", one.track, one.stage, one.events, [key(row) for row in self.oracle.of(one)])
            for one in self.oracle.dockets
        ]
        return rows, sorted(cases)

    def act(self, day: int) -> None:
        """Let a person do one thing, through the program and in the oracle; both allow it, or neither does."""
        dice, oracle = self.dice, self.oracle
        if oracle.waivers and dice.random() < 0.1:
            number = dice.randrange(len(oracle.waivers))
            done = self.allowed(day, lambda s, a, b: withdraw(s, number + 1, a, b, "why"))
            assert done is oracle.withdraw(oracle.waivers[number], day)
            return
        docket = dice.choice([one for one in oracle.dockets if oracle.of(one)])
        length = dice.choice([None, 0, 0, 1, 5, 30, 60])
        until = None if length is None else day + length
        hidden = day + dice.choice([-1, 0, 7, 90, 91])
        waiver = self.wished(docket, day, until)
        case, paper = self.number(oracle.of(docket)[0]), Paper("pemeriksaan", "ST-1", on(day), "sari")
        acts: list[tuple[Doing, Callable[[], bool]]] = [
            (lambda s, a, b: confirm(s, case, a, b.wording), lambda: oracle.confirm(docket, day)),
            (lambda s, a, b: confirm(s, case, a, b.wording), lambda: oracle.confirm(docket, day)),
            (lambda s, a, b: take_step(s, case, a, b, paper), lambda: oracle.examine(docket, day)),
            (lambda s, a, b: pause(s, case, a, b, Interval("why")), lambda: oracle.pause(docket, paused=True)),
            (lambda s, a, b: resume(s, case, a, b, "why"), lambda: oracle.pause(docket, paused=False)),
            (lambda s, a, b: snooze(s, case, a, b, (on(hidden), "why")), lambda: oracle.hide(docket, day, hidden)),
            (lambda s, a, b: wake(s, case, a, b), lambda: oracle.wake(docket, day)),
            (lambda s, a, b: note(s, case, a, b, "why"), lambda: oracle.note(docket)),
            (lambda s, a, b: close(s, case, a, b, "why"), lambda: oracle.close(docket, day)),
            (lambda s, a, b: dismiss(s, case, a, b, ground(until)), lambda: oracle.dismiss(docket, until)),
            (lambda s, a, b: waive(s, case, a, b, wanted(waiver)), lambda: oracle.waive(waiver, day)),
            (lambda s, a, b: waive(s, case, a, b, wanted(waiver)), lambda: oracle.waive(waiver, day)),
        ]
        do, expected = dice.choice(acts)
        assert self.allowed(day, do) is expected()

    def wished(self, docket: Docket, day: int, until: int | None) -> LetBe:
        row = self.dice.choice(self.oracle.of(docket))
        rule = row.rule if self.dice.random() < 0.4 else None
        subject = row.subject if self.dice.random() < 0.4 else None
        since = min(day + self.dice.choice([0, 0, 0, 3]), day + 99 if until is None else until)
        return LetBe(docket, rule, subject, since, until)

    def number(self, row: Row) -> int:
        (found,) = self.nights.ask(
            f"SELECT case_id FROM finding WHERE rule = '{row.rule}' AND subject_key = '{row.subject}' "
            f"AND episode = {row.episode}"
        )
        return int(found)

    def allowed(self, day: int, do: Doing) -> bool:
        try:
            self.nights.act(do, day)
        except NotAllowedError:
            return False
        return True


def key(row: Row) -> tuple[str, str, int]:
    return row.rule, row.subject, row.episode


def on(day: int) -> date:
    return START + timedelta(days=day)


def iso(day: int | None) -> str | None:
    return None if day is None else on(day).isoformat()


def ground(until: int | None) -> Ground:
    return Ground("why", "rina", None if until is None else on(until))


def wanted(waiver: LetBe) -> WantedWaiver:
    whole = waiver.rule is None and waiver.subject is None
    reach = Reach(waiver.rule, waiver.subject, whole_party=whole)
    return WantedWaiver(reach, ground(waiver.until), on(waiver.since), "SK-1")


LINES = {
    *("new", "reopened", "same", "changed", "returned", "resolved", "closing_proposed", "subject_gone", "waived"),
    *("waived again", "waiver over", "dismissal over", "dismissal overtaken"),
}
"""The lines of the table in which something is written."""


@pytest.mark.parametrize(
    ("seed", "scans"),
    [(737, 30), *(pytest.param(seed, 365, marks=[pytest.mark.large, pytest.mark.timeout(7200)]) for seed in (2, 3, 4))],
)
def test_a_year_of_nights_comes_to_what_the_table_says(
    nights: Nights, say: Say, seed: int, scans: int, record_property: Callable[[str, object], None]
) -> None:
    dice = random.Random(seed)
    nights.decide = lambda signatures: (Decision("disnaker", "low", "laporan", ()),) * len(signatures)
    year, province = Year(nights, say, dice), Province(dice)
    for _ in range(scans):
        tonight, before = province.tonight(), closed(nights)
        year.scan(tonight)
        if tonight.source in ("stale", "missing"):
            assert closed(nights) == before, f"something was closed on a {tonight.source} source on day {tonight.day}"
        year.oracle.night(tonight)
        assert year.stored() == year.expected(), tonight
        for _ in range(dice.choice([0, 1, 2, 3])):
            if year.oracle.dockets:
                year.act(tonight.day)
        assert year.stored() == year.expected(), tonight
    year.scan(tonight)
    year.oracle.night(tonight)
    assert year.stored() == year.expected(), "persons acted, and the same night was scanned once more"
    unchanged = nights.dump()
    year.scan(tonight)
    assert nights.dump() == unchanged, "the same night again changed something"
    assert unsound(nights.store) == []
    assert verify(nights.url, nights.folder / "anchors", nights.folder / "audit").faults == ()
    record_property("lines", dict(year.oracle.lines))
    record_property("episodes", max(row.episode for row in year.oracle.every_row()))
    rare = {"waived again"} if scans < 365 else set()
    assert LINES - rare <= set(year.oracle.lines) <= LINES, "a line of the table was never come to"


def closed(nights: Nights) -> list[Any]:
    """The findings and cases that are resolved."""
    findings = nights.ask("SELECT id FROM finding WHERE state = 'resolved' ORDER BY 1")
    return [*findings, "cases", *nights.ask("SELECT id FROM case_file WHERE stage = 'resolved' ORDER BY 1")]
