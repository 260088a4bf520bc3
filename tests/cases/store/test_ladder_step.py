"""What the ladder is asked, and that its answer is kept: the step that a register tells of, the proposal, its trail."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.decide import SIGNATURE_FACTS, decide
from engine.findings import Decision
from rules.load import load_rule_book
from rules.model import RuleBook
from tests.cases.store.conftest import START, rule

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

pytestmark = pytest.mark.nights

Say = Callable[..., dict[str, Any]]
BOOK: RuleBook = load_rule_book()[0]
ARREARS: Mapping[str, str] = {"rule": "IUR", "family": "contributions"}


@pytest.fixture
def by_the_law(nights: Nights) -> Nights:
    """Nights that are decided by the shipped files, over a rule of registration and one of contributions."""

    def shipped(signatures: Sequence[Mapping[str, str | int]]) -> tuple[Decision, ...]:
        return decide(signatures, BOOK.routing, BOOK.ladder)

    families = {"R-1": "registration", "IUR": "contributions", "LATE": "collection", "HELD": "withholding"}
    nights.rules = {name: rule(name, family=family) for name, family in families.items()}
    nights.decide = shipped
    nights.ladder = BOOK.ladder
    return nights


def signature_of(nights: Nights, *violations: dict[str, Any]) -> Mapping[str, object]:
    matched, _ = nights.run(0, *violations, dry=True)
    (signature,) = matched.signatures
    assert set(signature) == set(SIGNATURE_FACTS)
    return signature


@pytest.mark.parametrize(("spent", "step", "passed"), [(0, "none", 0), (1, "teguran_1", 1), (2, "teguran_2", 1)])
def test_for_arrears_alone_the_step_is_the_last_warning_that_is_spent(
    by_the_law: Nights, say: Say, spent: int, step: str, passed: int
) -> None:
    signature = signature_of(by_the_law, say("A", **ARREARS, warnings_spent=spent))
    assert (signature["step"], signature["deadline_passed"]) == (step, passed)


def test_a_warning_for_arrears_is_none_for_another_finding(by_the_law: Nights, say: Say) -> None:
    both = (say("A", warnings_spent=2), say("A", **ARREARS, warnings_spent=2))
    signature = signature_of(by_the_law, *both)
    assert (signature["warnings_spent"], signature["step"], signature["deadline_passed"]) == (2, "none", 0)
    signature = signature_of(by_the_law, say("A", warnings_spent=2))
    assert (signature["step"], signature["deadline_passed"]) == ("none", 0)


def test_what_is_owed_otherwise_leaves_the_warnings_for_arrears_as_they_are(by_the_law: Nights, say: Say) -> None:
    held = say("A", rule="HELD", family="withholding", warnings_spent=1)
    late = say("A", rule="LATE", family="collection", warnings_spent=1)
    signature = signature_of(by_the_law, say("A", **ARREARS, warnings_spent=1), held, late)
    assert (signature["step"], signature["deadline_passed"]) == ("teguran_1", 1)


def test_what_nobody_has_recorded_is_no(by_the_law: Nights, say: Say) -> None:
    signature = signature_of(by_the_law, say("A"))
    unknown = ("denda_unpaid", "inspector_consulted", "reported", "proof_recorded", "skk_issued", "pupn_issued")
    assert {name: signature[name] for name in unknown} == dict.fromkeys(unknown, 0)


def day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


class File:
    """What a person puts on record of case 1, as rows; days count from the first night."""

    def __init__(self, nights: Nights) -> None:
        self.nights, self._ids = nights, itertools.count(1)

    def _row(self, table: str, **said: object) -> None:
        said = {"id": next(self._ids), "case_id": 1, "who": "rina", "at": "2026-01-01 00:00:00.000000", **said}
        values = ", ".join("NULL" if value is None else f"'{value}'" for value in said.values())
        columns = ", ".join(f'"{name}"' for name in said)
        self.nights.change(f"INSERT INTO {table} ({columns}) VALUES ({values})")

    def step(self, step: str, on: int, deadline: int | None = None) -> None:
        last = None if deadline is None else day(deadline)
        self._row("case_step", step=step, document="x", dated=day(on), signer="y", deadline=last)

    def record(self, record: str, on: int) -> None:
        self._row("case_record", record=record, document="x", dated=day(on))

    def examined(self, on: int) -> None:
        self.step("pemeriksaan", on)
        self.record("examination_report", on)
        self.record("employer_answer", on)

    def refer(self, purpose: str, on: int) -> None:
        self._row("referral", office="o", purpose=purpose, profile="", copies="", document="x", state="handed_over",
                  handed_over_on=day(on))  # fmt: skip

    def pause(self, on: int) -> None:
        self._row("case_pause", since=day(on), reason="x")


@pytest.fixture
def file(by_the_law: Nights, say: Say) -> File:
    """A case of the first night."""
    by_the_law.run(0, say("A"))
    return File(by_the_law)


def facts_on(nights: Nights, number: int, *violations: dict[str, Any]) -> Mapping[str, Any]:
    nights.run(number, *violations)
    told = nights.ask("SELECT d.signature FROM case_file c JOIN decision d ON d.id = c.decision_id WHERE c.id = 1")
    signature: Mapping[str, Any] = json.loads(told[0])
    return signature


def next_step(nights: Nights) -> str:
    step: str = nights.ask("SELECT d.step FROM case_file c JOIN decision d ON d.id = c.decision_id WHERE c.id = 1")[0]
    return step


def test_a_night_proposes_the_next_step_where_a_time_has_run_out(file: File, say: Say) -> None:
    file.examined(1)
    facts_on(file.nights, 1, say("A"))
    assert next_step(file.nights) == "teguran_1"
    file.step("teguran_1", 2, deadline=16)
    for number, passed, proposed in ((3, 0, "none"), (16, 0, "none"), (17, 1, "teguran_2")):
        facts = facts_on(file.nights, number, say("A"))
        assert (facts["step"], facts["deadline_passed"], next_step(file.nights)) == ("teguran_1", passed, proposed)
    assert facts["warnings_spent"] == 1
    before = file.nights.dump()
    facts_on(file.nights, 18, say("A"))
    assert file.nights.dump() == before


def test_an_examination_without_its_report_does_not_stand(file: File, say: Say) -> None:
    file.step("pemeriksaan", 1)
    file.record("employer_answer", 1)
    assert facts_on(file.nights, 1, say("A"))["step"] == "none"
    file.record("examination_report", 1)
    assert facts_on(file.nights, 2, say("A"))["step"] == "pemeriksaan"


def test_the_whole_ladder_tells_its_facts(file: File, say: Say) -> None:
    file.examined(1)
    file.step("teguran_1", 2, 3)
    file.step("teguran_2", 4, 5)
    file.refer("laporan", 1)
    facts = facts_on(file.nights, 6, say("A"))
    assert (facts["step"], facts["warnings_spent"], facts["reported"]) == ("teguran_2", 2, 0)
    file.refer("laporan", 6)
    file.step("denda", 6, 8)
    facts = facts_on(file.nights, 9, say("A"))
    assert (facts["step"], facts["reported"], facts["denda_unpaid"], facts["inspector_consulted"]) == ("denda", 1, 1, 0)
    file.record("inspector_consultation", 9)
    facts_on(file.nights, 10, say("A"))
    assert next_step(file.nights) == "tmp2t"
    file.step("tmp2t", 10, 11)
    facts = facts_on(file.nights, 12, say("A"))
    assert (facts["step"], facts["reported"], facts["inspector_consulted"]) == ("tmp2t", 0, 1)
    file.record("denda_payment", 12)
    file.refer("skk", 12)
    facts = facts_on(file.nights, 13, say("A"))
    assert (facts["denda_unpaid"], facts["skk_issued"], facts["pupn_issued"]) == (0, 1, 0)


def test_a_pause_proposes_nothing_that_time_would(file: File, say: Say) -> None:
    file.examined(1)
    file.step("teguran_1", 2, 3)
    file.pause(3)
    assert facts_on(file.nights, 5, say("A"))["deadline_passed"] == 0
    assert next_step(file.nights) == "none"
    file.nights.change(f"UPDATE case_pause SET ended_on = '{day(6)}'")
    facts_on(file.nights, 6, say("A"))
    assert next_step(file.nights) == "teguran_2"


def test_a_cure_of_a_day_keeps_the_ladder_and_another_finding_starts_anew(file: File, say: Say) -> None:
    file.examined(1)
    file.step("teguran_1", 2, 3)
    file.nights.run(5, outcomes={"A": "pass"})
    facts = facts_on(file.nights, 6, say("A"))
    assert (facts["step"], facts["deadline_passed"]) == ("teguran_1", 1)
    both = (say("A"), say("A", rule="HELD", family="registration"))
    file.nights.run(7, *both)
    file.nights.run(8, both[1], outcomes={"A": "pass"})
    facts = facts_on(file.nights, 60, *both)
    assert facts["step"] == "none", "what was warned of is cured; what came later was never examined"


def test_proof_is_recorded(file: File, say: Say) -> None:
    file.record("violation_proof", 1)
    assert facts_on(file.nights, 1, say("A"))["proof_recorded"] == 1


def test_the_proposal_is_kept_with_the_decision(by_the_law: Nights, say: Say) -> None:
    by_the_law.run(0, say("A"), say("B", **ARREARS, warnings_spent=2))
    steps = by_the_law.ask(
        "SELECT p.name, d.step, d.proposal FROM case_file c JOIN decision d ON d.id = c.decision_id "
        "JOIN party p ON p.id = c.party_id ORDER BY 1"
    )
    assert [(name, step) for name, step, _ in steps] == [("PT A", "pemeriksaan"), ("PT B", "none")]
    first, second = (json.loads(proposal) for _, _, proposal in steps)
    assert (first["step"], first["ready"], first["beside"], first["blocked"]) == ("pemeriksaan", True, [], [])
    assert [(fired["rule"], fired["gave"]) for fired in first["trail"]] == [("EXAMINE-FIRST", {"step": "pemeriksaan"})]
    assert second["step"] is None
    assert [(fired["rule"], fired["gave"]) for fired in second["trail"]] == [
        ("ARREARS-WARNED", {"step": "none"}),
        ("ESC-01-DENDA", {}),
    ]
    assert second["trail"][0]["read"]["step"] == "teguran_2"


def test_a_person_who_confirms_makes_the_report_due(by_the_law: Nights, say: Say) -> None:
    warned = say("B", **ARREARS, warnings_spent=2)
    by_the_law.run(0, warned)
    by_the_law.change("UPDATE case_file SET stage = 'confirmed', confirmed_queue = 'kejaksaan'")
    by_the_law.run(1, warned)
    proposal = by_the_law.ask("SELECT d.proposal FROM case_file c JOIN decision d ON d.id = c.decision_id")
    assert json.loads(proposal[0])["beside"] == ["laporan"]
    assert by_the_law.ask("SELECT kind FROM event ORDER BY seq") == ["opened", "proposed"]


def test_the_same_night_again_writes_nothing(by_the_law: Nights, say: Say) -> None:
    by_the_law.run(0, say("A"), say("B", **ARREARS, warnings_spent=1))
    before = by_the_law.dump()
    by_the_law.run(1, say("A"), say("B", **ARREARS, warnings_spent=1))
    assert by_the_law.dump() == before


def test_another_ladder_or_another_routing_is_another_hash() -> None:
    whole = BOOK.decisions_sha256
    for part in ("routing", "ladder"):
        changed = type(BOOK)(
            BOOK.vocabulary,
            BOOK.parameters,
            BOOK.rules,
            type(BOOK.routing)((), "x") if part == "routing" else BOOK.routing,
            type(BOOK.ladder)((), {}, (), "x") if part == "ladder" else BOOK.ladder,
        )
        assert changed.decisions_sha256 != whole


def test_what_was_done_before_a_waiver_does_not_count_for_what_is_found_after_it(file: File, say: Say) -> None:
    """The case stays the same, by another finding that was cured while the waiver ran."""
    nights = file.nights
    file.examined(1)
    file.step("teguran_1", 2, deadline=3)
    file.refer("laporan", 2)
    late = say("A", rule="LATE", family="collection")
    facts = facts_on(nights, 4, say("A"), late)
    assert (facts["step"], facts["warnings_spent"], facts["reported"]) == ("teguran_1", 1, 1)
    nights.waive(1, 5, 6, "R-1")
    nights.run(5, say("A"), late)
    nights.run(6, say("A"), outcomes={"A": "pass"})
    facts = facts_on(nights, 7, say("A"))
    assert nights.ask("SELECT rule, episode, state, case_id FROM finding ORDER BY id") == [
        ("R-1", 1, "waived", 1), ("LATE", 1, "resolved", 1), ("R-1", 2, "open", 1),
    ]  # fmt: skip
    assert (facts["step"], facts["warnings_spent"], facts["reported"]) == ("none", 0, 0)
