"""Random nights on a small population, beside the table of design §7 written in plain Python."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases.stores import Store, orphans

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

Say = Callable[..., dict[str, Any]]

SUBJECTS = tuple("ABCDEFGHIJ")  # two of a party: AB, CD, …
OUTCOMES = ("violation 1", "violation 1", "violation 2", "pass", "not_applicable", "unknown", "gone")
LIVE = ("open", "closing_proposed", "subject_gone")
SETTLE = 30


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
    rows: list[Row] = field(default_factory=list)


class Oracle:
    """The store as the table says it has to be."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {subject: [] for subject in SUBJECTS}
        self.dockets: list[Docket] = []

    def night(self, day: int, outcomes: dict[str, str], waived: set[int]) -> None:
        stages = {id(docket): docket.stage for docket in self.dockets}
        touched: dict[int, Docket] = {}
        resolving: set[int] = set()
        for subject in SUBJECTS:
            party = SUBJECTS.index(subject) // 2
            last = self.rows[subject][-1] if self.rows[subject] else None
            outcome, _, evidence = outcomes[subject].partition(" ")
            if outcome == "violation":
                changed = self.violated(subject, evidence, day, party in waived, stages)
            else:
                changed = self.absent(last, outcome, day, stages)
            if changed and changed.case:
                touched[id(changed.case)] = changed.case
                if changed.state == "resolved":
                    resolving.add(id(changed.case))
        for docket in touched.values():
            self.close(docket, day, id(docket) in resolving)

    def violated(  # noqa: C901, PLR0911 - the table, line by line
        self, subject: str, evidence: str, day: int, waived: bool, stages: dict[int, str]
    ) -> Row | None:
        last = self.rows[subject][-1] if self.rows[subject] else None
        dismissed = last is not None and last.case is not None and stages[id(last.case)] == "dismissed"
        if last is None:
            return None if waived else self.episode(subject, 1, evidence, day, stages)
        if last.state == "resolved":
            if waived:
                return None
            if day - last.resolved > SETTLE:
                return self.episode(subject, last.episode + 1, evidence, day, stages)
            last.state, last.evidence, last.resolved = "open", evidence, -1
            self.place(last, SUBJECTS.index(subject) // 2, day, stages)
            return last
        if last.state == "dismissed" or (dismissed and last.state in LIVE):
            if evidence == last.evidence or waived:
                return None
            if last.state in LIVE:
                last.state = "dismissed"
            return self.episode(subject, last.episode + 1, evidence, day, stages)
        if waived:
            if last.state not in LIVE:
                return None
            last.state = "waived"
            return last
        if last.state == "waived":
            last.state, last.evidence = "open", evidence
            self.place(last, SUBJECTS.index(subject) // 2, day, stages)
            return last
        if last.state == "open" and last.evidence == evidence:
            return None
        last.state, last.evidence = "open", evidence
        return last

    def absent(self, last: Row | None, outcome: str, day: int, stages: dict[int, str]) -> Row | None:
        if last is None or last.state in ("resolved", "dismissed"):
            return None
        dismissed = last.case is not None and stages[id(last.case)] == "dismissed"
        if dismissed and last.state in LIVE:
            return None
        if outcome == "pass":
            last.state, last.resolved = "resolved", day
            return last
        new = {"not_applicable": "closing_proposed", "gone": "subject_gone"}.get(outcome)
        if new is None or last.state not in LIVE or last.state == new:
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


night = st.fixed_dictionaries(
    {
        "step": st.sampled_from([1, 1, 29, 40]),
        "outcomes": st.fixed_dictionaries({subject: st.sampled_from(OUTCOMES) for subject in SUBJECTS}),
        "waived": st.sets(st.integers(0, len(SUBJECTS) // 2 - 1), max_size=2),
        "dismissed": st.sets(st.integers(0, len(SUBJECTS) // 2 - 1), max_size=1),
    }
)


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(plan=st.lists(night, min_size=4, max_size=6))
def test_random_nights_come_to_what_the_table_says(
    make_nights: type[Nights], make_store: Callable[..., Store], tmp_path: Path, say: Say, plan: list[dict[str, Any]]
) -> None:
    folder = tmp_path / "lives"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    nights, oracle, day = make_nights(folder, make_store()), Oracle(), 0
    for number, said in enumerate(plan):
        day += said["step"]
        waived = live_one(nights, oracle, day, said) if number else set()
        violations = [
            say(subject, evidence=outcome[-1], npwp=f"N{SUBJECTS.index(subject) // 2}")
            for subject, outcome in said["outcomes"].items()
            if outcome.startswith("violation")
        ]
        rest = {subject: outcome for subject, outcome in said["outcomes"].items() if outcome != "gone"}
        nights.run(day, *violations, outcomes=rest)
        oracle.night(day, said["outcomes"], waived)
        assert nights.states() == oracle.states()
        assert cases_of(nights) == oracle.cases()
    before = nights.dump()
    nights.run(day, *violations, outcomes=rest)
    assert nights.dump() == before, "the same night again changed something"
    assert orphans(nights.store) == []


def live_one(nights: Nights, oracle: Oracle, day: int, said: dict[str, Any]) -> set[int]:
    """Let a person dismiss and waive, in the store and in the oracle; return the parties waived tonight."""
    known = dict(nights.ask("SELECT value, party_id FROM party_identifier WHERE kind = 'npwp'"))
    for party in said["dismissed"]:
        if f"N{party}" in known:
            nights.change(
                f"UPDATE case_file SET stage = 'dismissed' WHERE stage = 'flagged' AND party_id = {known[f'N{party}']}"
            )
            for docket in oracle.dockets:
                if docket.party == party and docket.stage == "flagged":
                    docket.stage = "dismissed"
    waived = {party for party in said["waived"] if f"N{party}" in known}
    for party in waived:
        nights.waive(known[f"N{party}"], day, day)
    return waived


def cases_of(nights: Nights) -> list[tuple[str, str, int]]:
    rows = nights.ask(
        "SELECT i.value, c.stage, (SELECT count(*) FROM event e WHERE e.case_id = c.id) FROM case_file c "
        "JOIN party_identifier i ON i.party_id = c.party_id AND i.kind = 'npwp'"
    )
    return sorted((SUBJECTS[int(value[1:]) * 2], stage, events) for value, stage, events in rows)
