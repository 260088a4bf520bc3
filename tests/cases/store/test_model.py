"""Random nights on a small population, beside the table of design §7 written in plain Python."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.life.letting_be import Ground, Reach, WantedWaiver, dismiss, waive, withdraw
from cases.life.refusal import NotAllowedError
from tests.cases.stores import Store, orphans

if TYPE_CHECKING:
    from sqlmodel import Session

    from cases.life.acts import Book
    from cases.service import Act
    from tests.cases.store.conftest import Nights

Say = Callable[..., dict[str, Any]]

SUBJECTS = tuple("ABCDEFGHIJ")  # two of a party: AB, CD, …
OUTCOMES = ("violation 1", "violation 1", "violation 2", "pass", "not_applicable", "unknown", "gone")
LIVE = ("open", "closing_proposed", "subject_gone")
SETTLE = 30
START = date(2026, 1, 1)


@dataclass
class Row:
    episode: int
    state: str
    evidence: str
    case: Docket | None
    resolved: int = -1


@dataclass
class Docket:
    party: int
    stage: str = "flagged"
    resolved: int = -1
    events: int = 0
    dismissed_until: int | None = None
    rows: list[Row] = field(default_factory=list)


@dataclass
class LetBe:
    """A waiver: of a party, or of one subject of it."""

    case: Docket
    subject: str | None
    since: int
    until: int | None
    withdrawn: int | None = None

    def in_force(self, day: int) -> bool:
        over = self.until is not None and self.until < day
        return self.since <= day and not over and (self.withdrawn is None or self.withdrawn > day)

    def covers(self, subject: str) -> bool:
        return SUBJECTS.index(subject) // 2 == self.case.party and self.subject in (None, subject)


class Oracle:
    """The store as the table says it has to be."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {subject: [] for subject in SUBJECTS}
        self.dockets: list[Docket] = []
        self.waivers: list[LetBe] = []

    def last(self, subject: str) -> Row | None:
        return self.rows[subject][-1] if self.rows[subject] else None

    def docket(self, party: int) -> Docket | None:
        return next((docket for docket in reversed(self.dockets) if docket.party == party), None)

    def waive(self, docket: Docket, subject: str | None, day: int, first: int, until: int | None) -> bool:
        """Return whether it is allowed."""
        mine = [row for row in map(self.last, SUBJECTS) if row is not None and row.case is docket]
        if not any(row.state in (*LIVE, "waived") for row in mine):
            return False
        waiver = LetBe(docket, subject, first, until)
        self.waivers.append(waiver)
        about = self.about(waiver)
        for row in about:
            if row.state in LIVE and waiver.in_force(day):
                row.state = "waived"
        self.tell(waiver, about)
        return True

    def withdraw(self, number: int, day: int) -> bool:
        waiver = self.waivers[number]
        if waiver.withdrawn is not None or (waiver.until is not None and waiver.until < day):
            return False
        waiver.withdrawn = day
        self.tell(waiver, self.about(waiver))
        return True

    def dismiss(self, docket: Docket, until: int | None) -> bool:
        live = [row for row in docket.rows if row.state in LIVE and row.case is docket]
        if docket.stage != "flagged" or not live:
            return False
        for row in live:
            row.state = "dismissed"
        docket.stage, docket.dismissed_until = "dismissed", until
        docket.events += 1
        return True

    def about(self, waiver: LetBe) -> list[Row]:
        found = [self.last(subject) for subject in SUBJECTS if waiver.covers(subject)]
        return [row for row in found if row is not None and row.state in (*LIVE, "waived")]

    def tell(self, waiver: LetBe, about: list[Row]) -> None:
        cases = {id(row.case): row.case for row in about if row.case is not None} | {id(waiver.case): waiver.case}
        for docket in cases.values():
            self.close(docket, -1, False)

    def night(self, day: int, outcomes: dict[str, str]) -> None:
        stages = {id(docket): docket.stage for docket in self.dockets}
        touched: dict[int, Docket] = {}
        resolving: set[int] = set()
        for subject in SUBJECTS:
            waived = any(one.covers(subject) and one.in_force(day) for one in self.waivers)
            outcome, _, evidence = outcomes[subject].partition(" ")
            if outcome == "violation":
                changed = self.violated(subject, evidence, day, waived, stages)
            else:
                changed = self.absent(self.last(subject), outcome, day, waived)
            if changed and changed.case:
                touched[id(changed.case)] = changed.case
                if changed.state == "resolved":
                    resolving.add(id(changed.case))
        for docket in touched.values():
            self.close(docket, day, id(docket) in resolving)

    def violated(  # noqa: C901, PLR0911 - the table, line by line
        self, subject: str, evidence: str, day: int, waived: bool, stages: dict[int, str]
    ) -> Row | None:
        last = self.last(subject)
        if last is None:
            return None if waived else self.episode(subject, 1, evidence, day, stages)
        if last.state == "resolved":
            if day - last.resolved > SETTLE:
                return None if waived else self.episode(subject, last.episode + 1, evidence, day, stages)
            last.resolved = -1
            if waived:
                last.state = "waived"
                return last
            last.state, last.evidence = "open", evidence
            self.place(last, SUBJECTS.index(subject) // 2, day, stages)
            return last
        if last.state in ("waived", "dismissed"):
            if waived:
                return None
            if last.state == "dismissed":
                assert last.case is not None
                until = last.case.dismissed_until
                if evidence == last.evidence and (until is None or until >= day):
                    return None
            return self.episode(subject, last.episode + 1, evidence, day, stages)
        if waived:
            last.state = "waived"
            return last
        if last.state == "open" and last.evidence == evidence:
            return None
        last.state, last.evidence = "open", evidence
        return last

    def absent(self, last: Row | None, outcome: str, day: int, waived: bool) -> Row | None:
        if last is None or last.state not in LIVE:
            return None
        if outcome == "pass":
            last.state, last.resolved = "resolved", day
            return last
        if waived:
            last.state = "waived"
            return last
        new = {"not_applicable": "closing_proposed", "gone": "subject_gone"}.get(outcome)
        if new is None or last.state == new:
            return None
        last.state = new
        return last

    def episode(self, subject: str, number: int, evidence: str, day: int, stages: dict[int, str]) -> Row:
        row = Row(number, "open", evidence, None)
        self.rows[subject].append(row)
        self.place(row, SUBJECTS.index(subject) // 2, day, stages)
        return row

    def place(self, row: Row, party: int, day: int, stages: dict[int, str]) -> None:
        def joinable(docket: Docket) -> bool:
            stage = stages.get(id(docket), "flagged")
            return stage == "flagged" or (stage == "resolved" and day - docket.resolved <= SETTLE)

        if row.case is not None and joinable(row.case):
            return
        theirs = [docket for docket in self.dockets if docket.party == party and joinable(docket)]
        if not theirs:
            theirs = [Docket(party)]
            self.dockets.append(theirs[0])
        row.case = max(theirs, key=lambda docket: stages.get(id(docket), "flagged") == "flagged")
        row.case.rows.append(row)

    def close(self, docket: Docket, day: int, resolves: bool) -> None:
        docket.events += 1
        live = any(row.state in LIVE and row.case is docket for row in docket.rows)
        if docket.stage == "flagged" and not live:
            docket.stage = "resolved" if resolves else "dismissed"
            docket.resolved = day if resolves else -1
        elif docket.stage == "resolved" and live:
            docket.stage, docket.resolved = "flagged", -1

    def states(self) -> list[tuple[str, int, str]]:
        return [(subject, row.episode, row.state) for subject in SUBJECTS for row in self.rows[subject]]

    def cases(self) -> list[tuple[str, str, int]]:
        return sorted((SUBJECTS[docket.party * 2], docket.stage, docket.events) for docket in self.dockets)


parties = st.integers(0, len(SUBJECTS) // 2 - 1)
lengths = st.sampled_from([None, 0, 1, 30])
act = st.one_of(
    st.tuples(st.just("waive"), parties, st.sampled_from([None, 0, 1]), st.sampled_from([0, 0, 1]), lengths),
    st.tuples(st.just("dismiss"), parties, lengths),
    st.tuples(st.just("withdraw"), st.integers(0, 2)),
)
night = st.fixed_dictionaries(
    {
        "step": st.sampled_from([1, 1, 1, 29, 40]),
        "outcomes": st.fixed_dictionaries({subject: st.sampled_from(OUTCOMES) for subject in SUBJECTS}),
        "acts": st.lists(act, max_size=4),
    }
)


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(plan=st.lists(night, min_size=4, max_size=6))
def test_random_nights_and_acts_come_to_what_the_table_says(
    make_nights: type[Nights], make_store: Callable[..., Store], tmp_path: Path, say: Say, plan: list[dict[str, Any]]
) -> None:
    folder = tmp_path / "lives"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    nights, oracle, day = make_nights(folder, make_store()), Oracle(), 0
    for said in plan:
        day += said["step"]
        for one in said["acts"]:
            act_on(nights, oracle, day, one)
        assert nights.states() == oracle.states()
        assert cases_of(nights) == oracle.cases()
        violations = [
            say(subject, evidence=outcome[-1], npwp=f"N{SUBJECTS.index(subject) // 2}")
            for subject, outcome in said["outcomes"].items()
            if outcome.startswith("violation")
        ]
        rest = {subject: outcome for subject, outcome in said["outcomes"].items() if outcome != "gone"}
        nights.run(day, *violations, outcomes=rest)
        oracle.night(day, said["outcomes"])
        assert nights.states() == oracle.states()
        assert cases_of(nights) == oracle.cases()
    before = nights.dump()
    nights.run(day, *violations, outcomes=rest)
    assert nights.dump() == before, "the same night again changed something"
    assert orphans(nights.store) == []


def act_on(nights: Nights, oracle: Oracle, day: int, said: tuple[Any, ...]) -> None:
    """Let a person act through the program and in the oracle; both allow it, or neither does."""
    kind, *rest = said
    if kind == "withdraw":
        (number,) = rest
        if number < len(oracle.waivers):
            assert allowed(nights, day, lambda s, a, b: withdraw(s, number + 1, a, b, "why")) is oracle.withdraw(
                number, day
            )
        return
    party, *rest = rest
    docket = oracle.docket(party)
    if docket is None:
        return
    case = nights.ask(
        "SELECT max(c.id) FROM case_file c JOIN party_identifier i ON i.party_id = c.party_id "
        f"WHERE i.kind = 'npwp' AND i.value = 'N{party}'"
    )[0]
    length = rest[-1]
    if kind == "dismiss":
        until = None if length is None else day + length
        ground = Ground("why", "rina", None if until is None else START + timedelta(days=until))
        assert allowed(nights, day, lambda s, a, b: dismiss(s, case, a, b, ground)) is oracle.dismiss(docket, until)
        return
    of, later, _ = rest
    subject = None if of is None else SUBJECTS[2 * party + of]
    if subject is not None and not oracle.rows[subject]:
        return
    first = day + later
    until = None if length is None else first + length
    wanted = WantedWaiver(
        Reach(subject_key=subject, whole_party=subject is None),
        Ground("why", "rina", None if until is None else START + timedelta(days=until)),
        START + timedelta(days=first),
        "SK-1",
    )
    done = allowed(nights, day, lambda s, a, b: waive(s, case, a, b, wanted))
    assert done is oracle.waive(docket, subject, day, first, until)


def allowed(nights: Nights, day: int, do: Callable[[Session, Act, Book], Any]) -> bool:
    try:
        nights.act(do, day)
    except NotAllowedError:
        return False
    return True


def cases_of(nights: Nights) -> list[tuple[str, str, int]]:
    rows = nights.ask(
        "SELECT i.value, c.stage, (SELECT count(*) FROM event e WHERE e.case_id = c.id) FROM case_file c "
        "JOIN party_identifier i ON i.party_id = c.party_id AND i.kind = 'npwp'"
    )
    return sorted((SUBJECTS[int(value[1:]) * 2], stage, events) for value, stage, events in rows)
