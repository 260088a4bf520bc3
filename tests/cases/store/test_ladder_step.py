"""What the ladder is asked, and that its answer is kept: the step that a register tells of, the proposal, its trail."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from engine.decide import SIGNATURE_FACTS, decide
from engine.findings import Decision
from rules.load import load_rule_book
from rules.model import RuleBook
from tests.cases.store.conftest import rule

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

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


def test_what_nobody_can_record_yet_is_no(by_the_law: Nights, say: Say) -> None:
    signature = signature_of(by_the_law, say("A"))
    unknown = ("denda_unpaid", "inspector_consulted", "reported", "proof_recorded", "skk_issued", "pupn_issued")
    assert {name: signature[name] for name in unknown} == dict.fromkeys(unknown, 0)


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
