"""The shipped ladder: what it proposes for each kind of case, by durable-rules and by plain Python."""

import json
import random
import sys
from collections.abc import Mapping
from itertools import product

import pytest

from engine.decide import SIGNATURE_FACTS, Child, decide
from engine.findings import Decision, Proposal
from rules.errors import DecisionError, Location
from rules.load import load_rule_book
from rules.model import CaseCondition, DecisionRule, Ladder, RuleBook

Signature = Mapping[str, str | int]
BOOK: RuleBook = load_rule_book()[0]
NOTHING: Signature = {fact: values[0] for fact, values in SIGNATURE_FACTS.items()}
EMPLOYER: Signature = {**NOTHING, "has_registration": 1, "has_violation": 1, "stage": "confirmed"}
ARREARS: Signature = {**EMPLOYER, "has_registration": 0, "has_contributions": 1}
DENDA: Signature = {**EMPLOYER, "step": "denda", "deadline_passed": 1, "denda_unpaid": 1}
TMP2T: Signature = {**EMPLOYER, "step": "tmp2t", "deadline_passed": 1}
WARNED: Signature = {"step": "teguran_2", "deadline_passed": 1, "warnings_spent": 2}


def proposals(cases: list[Signature]) -> list[Proposal]:
    found = [decision.proposal for decision in decide(cases, BOOK.routing, BOOK.ladder)]
    assert len(found) == len(cases)
    return [one for one in found if one is not None]


def in_short(one: Proposal) -> str:
    step = one.step or "none"
    parts = [step if one.ready else f"prepare {step}", *(f"+{name}" for name in one.beside)]
    return " ".join([*parts, *(f"!{name}" for name in one.blocked), *(f"?{name}" for name in one.warned)])


def deciding(one: Proposal) -> str:
    return next(fired.rule for fired in one.trail if "step" in fired.gave or "prepare" in fired.gave)


TABLE: list[tuple[str, Signature, str, str]] = [
    ("outreach", {**EMPLOYER, "track": "outreach", **WARNED}, "none", "OUTREACH"),
    ("a public body, warned or not", {**EMPLOYER, "party_kind": "institution", **WARNED}, "none", "PUBLIC"),
    ("a bank, warned or not", {**EMPLOYER, "party_kind": "bank", **WARNED}, "none", "NOT-AN-EMPLOYER"),
    ("an indication", {**EMPLOYER, "has_violation": 0, "has_indication": 1}, "none", "INDICATION"),
    (
        "an indication with proof",
        {**EMPLOYER, "has_violation": 0, "has_indication": 1, "proof_recorded": 1},
        "pemeriksaan",
        "EXAMINE-FIRST",
    ),
    ("unregistered, nothing done", EMPLOYER, "pemeriksaan", "EXAMINE-FIRST"),
    ("flagged only", {**EMPLOYER, "stage": "flagged"}, "pemeriksaan", "EXAMINE-FIRST"),
    (
        "a project, nothing done",
        {**EMPLOYER, "has_registration": 0, "has_construction": 1},
        "pemeriksaan",
        "EXAMINE-FIRST",
    ),
    ("examined", {**EMPLOYER, "step": "pemeriksaan"}, "teguran_1", "TEGURAN-1"),
    ("teguran I runs", {**EMPLOYER, "step": "teguran_1"}, "none", "TIME-RUNS"),
    ("teguran I over", {**EMPLOYER, "step": "teguran_1", "deadline_passed": 1}, "teguran_2", "ESC-01-TEGURAN-2"),
    ("teguran II runs", {**EMPLOYER, "step": "teguran_2"}, "none", "TIME-RUNS"),
    ("teguran II over", {**EMPLOYER, **WARNED}, "denda +laporan", "ESC-01-DENDA"),
    ("teguran II over, reported", {**EMPLOYER, **WARNED, "reported": 1}, "denda", "ESC-01-DENDA"),
    ("teguran II over, not confirmed", {**EMPLOYER, **WARNED, "stage": "flagged"}, "denda", "ESC-01-DENDA"),
    ("denda runs, reported", {**DENDA, "deadline_passed": 0, "reported": 1}, "none", "TIME-RUNS"),
    ("denda runs, not reported", {**DENDA, "deadline_passed": 0}, "none +laporan", "TIME-RUNS"),
    ("denda unpaid, nobody consulted", DENDA, "prepare tmp2t +laporan", "ESC-02-CONSULT"),
    ("denda unpaid, consulted", {**DENDA, "inspector_consulted": 1, "reported": 1}, "tmp2t", "ESC-02"),
    ("denda paid", {**DENDA, "denda_unpaid": 0}, "none +laporan", "DENDA-PAID"),
    ("TMP2T asked for", {**TMP2T, "deadline_passed": 0}, "none", "TIME-RUNS"),
    ("open after TMP2T", TMP2T, "laporan", "ESC-03-TMP2T"),
    ("open after TMP2T and referred", {**TMP2T, "stage": "referred"}, "laporan", "ESC-03-TMP2T"),
    ("reported after TMP2T", {**TMP2T, "reported": 1}, "none", "REPORTED"),
    ("after TMP2T, yet nobody has confirmed it", {**TMP2T, "stage": "flagged"}, "none", "CATCH-ALL"),
    ("arrears, nothing done", ARREARS, "pemeriksaan", "EXAMINE-FIRST"),
    ("arrears, examined", {**ARREARS, "step": "pemeriksaan"}, "teguran_1", "ARREARS-TEGURAN-1"),
    (
        "arrears, teguran I over",
        {**ARREARS, "step": "teguran_1", "deadline_passed": 1},
        "teguran_2",
        "ARREARS-TEGURAN-2",
    ),
    ("arrears, teguran I runs", {**ARREARS, "step": "teguran_1"}, "none", "TIME-RUNS"),
    ("arrears, two warnings spent", {**ARREARS, **WARNED}, "none +laporan", "ARREARS-WARNED"),
    ("arrears, a plan kept", {**ARREARS, "instalment_plan_kept": 1}, "none", "ARREARS-INSTALMENTS"),
    (
        "arrears and registration, a plan kept, warned",
        {**ARREARS, "has_registration": 1, "instalment_plan_kept": 1, **WARNED},
        "denda +laporan",
        "ESC-01-DENDA",
    ),
    ("withheld, not remitted", {**EMPLOYER, "has_registration": 0, "has_withholding": 1}, "none", "WITHHELD"),
    ("late contributions", {**EMPLOYER, "has_registration": 0, "has_collection": 1}, "none", "COLLECTION"),
    (
        "late contributions, warned twice and confirmed",
        {**EMPLOYER, "has_registration": 0, "has_collection": 1, **WARNED},
        "none +laporan",
        "COLLECTION",
    ),
    ("another family", {**EMPLOYER, "has_registration": 0}, "none", "NOT-ON-THE-LADDER"),
    ("an SKK is out", {**ARREARS, **WARNED, "skk_issued": 1}, "none +laporan !pupn", "ARREARS-WARNED"),
    ("the debt is with PUPN", {**ARREARS, **WARNED, "pupn_issued": 1}, "none +laporan ?skk", "ARREARS-WARNED"),
    (
        "both at once",
        {**ARREARS, **WARNED, "skk_issued": 1, "pupn_issued": 1},
        "none +laporan !pupn ?skk",
        "ARREARS-WARNED",
    ),
]


def test_the_table_of_cases() -> None:
    found = proposals([case for _, case, _, _ in TABLE])
    got = [(name, in_short(one), deciding(one)) for (name, *_), one in zip(TABLE, found, strict=True)]
    assert got == [(name, short, rule) for name, _, short, rule in TABLE]


def test_every_rule_of_the_file_contributes_in_the_table() -> None:
    found = proposals([case for _, case, _, _ in TABLE])
    assert {fired.rule for one in found for fired in one.trail if fired.gave} == {rule.id for rule in BOOK.ladder.rules}


# --- the oracle: the ladder in plain Python, from the legal reference and not from the file -------------------------


def next_step(case: Signature) -> str:
    """The step alone, in the words of the table above."""
    registers = case["has_registration"] or case["has_construction"]
    proven = case["has_violation"] or case["proof_recorded"]
    if case["track"] == "outreach" or case["party_kind"] not in ("employer", "contractor") or not proven:
        return "none"
    if not registers and (not case["has_contributions"] or case["instalment_plan_kept"]):
        return "none"
    passed = bool(case["deadline_passed"])
    fined = passed and registers and case["denda_unpaid"]
    to_report = passed and registers and case["stage"] != "flagged" and not case["reported"]
    after = {
        "none": "pemeriksaan",
        "pemeriksaan": "teguran_1",
        "teguran_1": "teguran_2" if passed else "none",
        "teguran_2": "denda" if passed and registers else "none",
        "denda": ("tmp2t" if case["inspector_consulted"] else "prepare tmp2t") if fined else "none",
        "tmp2t": "laporan" if to_report else "none",
    }
    return after[str(case["step"])]


def expected(case: Signature) -> str:
    parts = [next_step(case)]
    spent = case["step"] == "denda" or (case["step"] == "teguran_2" and case["deadline_passed"])
    employs = case["party_kind"] in ("employer", "contractor")
    reachable = case["track"] == "sanction" and employs and case["has_violation"]
    if reachable and spent and case["stage"] != "flagged" and not case["reported"]:
        parts.append("+laporan")
    parts += ["!pupn"] if case["skk_issued"] else []
    parts += ["?skk"] if case["pupn_issued"] else []
    return " ".join(parts)


def compared(cases: list[Signature]) -> None:
    wrong = [
        f"{case}\n  expected {expected(case)}, durable-rules {in_short(one)}"
        for case, one in zip(cases, proposals(cases), strict=True)
        if in_short(one) != expected(case)
    ]
    assert not wrong, "\n".join(wrong[:5])


@pytest.mark.parametrize("seed", range(4))
def test_random_cases_agree_with_plain_python(seed: int) -> None:
    chosen = random.Random(seed)
    compared([{fact: chosen.choice(values) for fact, values in SIGNATURE_FACTS.items()} for _ in range(3000)])


def test_all_cases_that_a_scan_can_make_today_agree_with_plain_python() -> None:
    """What the store does not keep yet is 0, and the step of arrears alone follows from the warnings."""
    asked = (
        *("track", "party_kind", "stage", "has_registration", "has_contributions", "has_construction"),
        *("has_violation", "warnings_spent", "instalment_plan_kept"),
    )
    steps: tuple[Signature, ...] = (
        {"step": "none", "deadline_passed": 0},
        {"step": "teguran_1", "deadline_passed": 1},
        {"step": "teguran_2", "deadline_passed": 1},
    )
    cases: list[Signature] = []
    for values in product(*(SIGNATURE_FACTS[fact] for fact in asked)):
        said = dict(zip(asked, values, strict=True))
        arrears_alone = said["has_contributions"] and not said["has_registration"] and not said["has_construction"]
        step = steps[int(said["warnings_spent"]) if arrears_alone else 0]
        cases.append({**NOTHING, **said, **step, "has_indication": 1})
    assert len(cases) == 3456
    compared(cases)


def test_only_an_employer_that_is_no_public_body_gets_a_step_and_nobody_gets_one_without_an_examination() -> None:
    chosen = random.Random(86)
    cases: list[Signature] = [
        {fact: chosen.choice(values) for fact, values in SIGNATURE_FACTS.items()} for _ in range(3000)
    ]
    for case, one in zip(cases, proposals(cases), strict=True):
        if case["party_kind"] not in ("employer", "contractor"):
            assert (one.step, one.beside) == (None, ())
        if case["step"] == "none":
            assert one.step in (None, "pemeriksaan")
        if case["skk_issued"]:
            assert "pupn" in one.blocked
        assert one.trail


# --- the trail, the mechanism, the file -----------------------------------------------------------------------------


def test_the_trail_says_what_was_read_why_and_what_it_gave() -> None:
    (one,) = proposals([{**ARREARS, **WARNED}])
    warned, overruled, beside = one.trail
    assert (warned.rule, overruled.rule, beside.rule) == ("ARREARS-WARNED", "ESC-01-DENDA", "ESC-03-TEGURAN-2")
    assert warned.read == {
        "track": "sanction",
        "has_contributions": 1,
        "has_registration": 0,
        "has_construction": 0,
        "step": "teguran_2",
        "deadline_passed": 1,
    }
    assert "not arrears" in warned.why["en"]
    assert (warned.gave, overruled.gave, beside.gave) == ({"step": "none"}, {}, {"beside": "laporan"})


def test_routing_answers_the_same_whether_the_ladder_is_asked_or_not() -> None:
    chosen = random.Random(5)
    cases: list[Signature] = [
        {fact: chosen.choice(values) for fact, values in SIGNATURE_FACTS.items()} for _ in range(500)
    ]

    def routed(decisions: tuple[Decision, ...]) -> list[tuple[str, str, str, object]]:
        return [(one.queue, one.severity, one.purpose, one.trail) for one in decisions]

    together, alone = decide(cases, BOOK.routing, BOOK.ladder), decide(cases, BOOK.routing)
    assert routed(together) == routed(alone)
    assert {one.proposal for one in alone} == {None}


def ladder() -> Ladder:
    return BOOK.ladder


def test_the_steps_are_those_of_the_regulation_in_its_order() -> None:
    assert [step.id for step in ladder().steps] == [
        "pemeriksaan",
        "teguran_1",
        "teguran_2",
        "denda",
        "tmp2t",
        "laporan",
    ]
    stands = [step for step in SIGNATURE_FACTS["step"] if step != "none"]
    assert stands == [step.id for step in ladder().steps][:-1]


def test_only_what_no_law_gives_is_ours_and_every_article_was_checked() -> None:
    ours = {step.id for step in ladder().steps if step.deadline and step.deadline.ours}
    assert ours == {"tmp2t", "laporan"}
    assert {basis.checked for step in ladder().steps for basis in step.basis} == {"V", "V2"}


def test_each_step_and_rule_speaks_both_languages() -> None:
    words = [text for step in ladder().steps for text in (step.words, step.do)]
    words += [rule.why for rule in ladder().rules] + [record.words for record in ladder().records.values()]
    assert all(set(text) == {"id", "en"} and all(text.values()) for text in words)


def test_every_record_is_needed_by_a_step_or_tells_a_fact() -> None:
    needed = {name for step in ladder().steps for name in step.needs}
    assert needed | {"denda_payment", "violation_proof"} == set(ladder().records)


def rule(name: str, then: Mapping[str, str | int], *when: CaseCondition) -> DecisionRule:
    return DecisionRule(name, when, then, {"id": name, "en": name}, Location("rules/ladder.yaml", 7, 5))


LAST = rule("LAST", {"step": "none"})
RUNS = CaseCondition("deadline_passed", "is", (0,))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ((), "there are no rules"),
        ((rule("A", {"step": "none"}, RUNS),), "the last rule, A, has conditions"),
        ((rule("A", {"beside": "laporan"}),), "the last rule, A, names no step"),
        (
            (rule("A", {"queue": "disnaker"}, RUNS), LAST),
            "rules/ladder.yaml:7:5: A: unknown decision queue; there are step, prepare, beside, blocks and warns",
        ),
        ((rule("A", {}, RUNS), LAST), "A: decides nothing"),
        (
            (rule("A", {"step": "denda", "prepare": "tmp2t"}, RUNS), LAST),
            "A: proposes a step and only its preparation at once",
        ),
        ((rule("A", {"step": 1}, RUNS), LAST), "A: step must be a name, not 1"),
        (
            (rule("A", {"step": "denda"}, CaseCondition("step", "is", ("dnda",))), LAST),
            "A: step is never 'dnda'; it is one of 'none', 'pemeriksaan'",
        ),
    ],
)
def test_a_ladder_that_cannot_be_judged_is_refused(rules: tuple[DecisionRule, ...], said: str) -> None:
    with pytest.raises(DecisionError) as raised:
        decide([], BOOK.routing, Ladder((), {}, rules, ""))
    assert said in raised.value.what
    assert raised.value.what.startswith("the rules of rules/ladder.yaml cannot be used:")
    assert "what comes next" in raised.value.why
    assert "docs/ladder.md" in raised.value.remedy


def test_a_ladder_longer_than_one_ruleset_loses_no_case_beside_routing() -> None:
    """Both files together, each split where durable-rules would lose a subject."""
    many = tuple(rule(f"R{number}", {"beside": "laporan"}, RUNS) for number in range(130))
    (decision,) = decide([EMPLOYER], BOOK.routing, Ladder(BOOK.ladder.steps, {}, (*many, LAST), ""))
    assert decision.proposal is not None
    assert [fired.rule for fired in decision.proposal.trail] == [*(f"R{number}" for number in range(130)), "LAST"]
    assert decision.proposal.beside == ("laporan",)
    assert [fired.rule for fired in decision.trail] == ["REGISTRATION"]


def test_a_child_that_forgets_the_ladder_s_last_rule_is_not_believed() -> None:
    last, rules = len(BOOK.routing.rules) - 1, len(BOOK.routing.rules) + len(BOOK.ladder.rules)
    sets = -(-len(BOOK.routing.rules) // 59) + -(-len(BOOK.ladder.rules) // 59)
    for places, said in (
        ([last, rules - 1], None),
        ([last], "the last rule of a file"),
        ([rules - 1], "the last rule"),
    ):
        fired = [*map(str, places), *["heard"] * sets]
        answer = json.dumps({"asserted": sets, "handled": sets, "not_handled": 0, "fired": [fired]})
        child = Child((sys.executable, "-c", f"import sys; sys.stdin.read(); print({answer!r})"), 20)
        if said is None:
            assert len(decide([EMPLOYER], BOOK.routing, BOOK.ladder, child)) == 1
        else:
            with pytest.raises(DecisionError, match=said):
                decide([EMPLOYER], BOOK.routing, BOOK.ladder, child)
