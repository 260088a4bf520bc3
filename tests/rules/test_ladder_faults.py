"""What a person reads when ladder.yaml is wrong, or a rule flags JKP."""

import shutil
from pathlib import Path

import pytest

from rules.errors import Fault
from rules.load import load

LADDER, ROUTING, RULE = "rules/ladder.yaml", "rules/routing.yaml", "rules/packs/registration/PWBD-01.yaml"


@pytest.fixture
def desk(shop: Path, tmp_path: Path) -> Path:
    """A copy of the rule files and the run file that one test may spoil."""
    return Path(shutil.copytree(shop, tmp_path / "desk"))


def spoil(desk: Path, file: str, old: str, new: str) -> tuple[Fault, ...]:
    text = (desk / file).read_text("utf-8")
    assert old in text
    (desk / file).write_text(text.replace(old, new, 1), "utf-8")
    return load(desk / "rules.yaml", desk / "rules").faults


IN_WORDS = [
    # file, text, what it becomes, what is said, why, what to do
    (
        LADDER,
        "parameter: teguran_days",
        "parameter: tegurn_days",
        "there is no parameter 'tegurn_days'",
        "nobody could say when the step ends",
        "did you mean 'teguran_days'?",
    ),
    (
        LADDER,
        "parameter: teguran_days",
        "parameter: arrears_months",
        "the parameter 'arrears_months' is in months",
        "a step lasts a number of working days or of days",
        "use one whose unit is working days or days",
    ),
    (
        LADDER,
        "binds: agency, ours: true",
        "binds: agency",
        "no law that was read gives the parameter 'tmp2t_days', and the deadline is not marked as ours",
        "a screen would show our own design as law",
        "add 'ours: true' to the deadline",
    ),
    (
        LADDER,
        "binds: employer}",
        "binds: employer, ours: true}",
        "the deadline is marked as ours, and the parameter 'teguran_days' is the law's",
        "a screen would call a deadline of the law our own design",
        "take 'ours' out",
    ),
    (
        LADDER,
        "employer_answer]",
        "employer_anser]",
        "the step 'teguran_1' needs 'employer_anser', which is no record",
        "nobody could put it on record, and the step would stay closed",
        "did you mean 'employer_answer'?",
    ),
    (
        LADDER,
        "employer_answer]",
        "denda_letter]",
        "the step 'teguran_1' needs 'denda_letter', which is made at the later step 'denda'",
        "the step could never be taken",
        "name what an earlier step leaves on record",
    ),
    (
        LADDER,
        "id: teguran_2",
        "id: teguran_1",
        "the step 'teguran_1' stands here a second time; first at rules/ladder.yaml:31:5",
        "a rule could mean either of the two",
        "take one out",
    ),
    (
        LADDER,
        "then: {step: tmp2t}",
        "then: {step: tmp2t, prepare: tmp2t}",
        "a rule proposes a step and only its preparation at once",
        "a person would not know which of the two is meant",
        "leave one of 'step' and 'prepare'",
    ),
    (
        LADDER,
        "step: denda, deadline_passed: 1, denda_unpaid: 0",
        "step: dnda, deadline_passed: 1, denda_unpaid: 0",
        "the fact 'step' is never 'dnda'",
        "the rule would never fire",
        "did you mean 'denda'?",
    ),
    (
        RULE,
        "when:\n",
        "when:\n  - lower('jkp') = 'x'\n",
        "the violation rule 'PWBD-01' reads JKP in a condition",
        "nobody registers for JKP: it follows from the other programmes without a bill of its own (PP 6/2025 art. 4), "
        "so that a case for it would accuse an employer of what nobody can do",
        "judge the programmes that it follows from, and leave JKP to 'scope'",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "what", "why", "remedy"), IN_WORDS)
def test_a_fault_in_words(desk: Path, file: str, old: str, new: str, what: str, why: str, remedy: str) -> None:
    faults = spoil(desk, file, old, new)
    said = [fault for fault in faults if fault.what == what]
    assert [(fault.why, fault.remedy) for fault in said] == [(why, remedy)], faults
    assert said[0].location.path == file
    assert said[0].location.line > 0


def test_all_faults_of_the_ladder_are_told_at_once(desk: Path) -> None:
    spoil(desk, LADDER, "parameter: denda_window_days", "parameter: nothing")
    spoil(desk, LADDER, "step: teguran_1, deadline_passed: 1}", "stp: teguran_1, deadline_passed: 1}")
    faults = spoil(desk, LADDER, "then: {blocks: pupn}", "then: {blocks: pupm}")
    assert {fault.code for fault in faults} == {"unknown-parameter", "unknown-fact", "unknown-value"}


def test_with_faulty_routing_the_ladder_is_not_blamed(desk: Path) -> None:
    faults = spoil(desk, ROUTING, "  step: [none, pemeriksaan,", "  step: [1, pemeriksaan,")
    assert {fault.location.path for fault in faults} == {ROUTING}


def test_a_ladder_that_is_missing_is_a_fault(desk: Path) -> None:
    (desk / LADDER).unlink()
    faults = load(desk / "rules.yaml", desk / "rules").faults
    assert [fault.location.path for fault in faults] == [LADDER]


def test_a_notice_may_speak_of_jkp(desk: Path) -> None:
    spoil(desk, RULE, "nature: violation", "nature: notice")
    faults = spoil(desk, RULE, "when:\n", "when:\n  - lower('jkp') = 'x'\n")
    assert "jkp-flagged" not in {fault.code for fault in faults}
