"""Named values that nothing names, and evidence that no register of the run can say."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.unused import check_unused
from rules.load import load
from rules.model import RuleBook
from rules.run_file import empty_configuration

Book = Callable[..., RuleBook]
NO_RUN = empty_configuration(Path("rules.yaml"))
RUN = Path(__file__).parents[2] / "rules.yaml"


def test_a_named_value_that_nothing_names_is_a_fault(book: Book, draft: Any) -> None:
    made = book(draft(let={"gap": "workers - listed", "double": "gap * 2"}, when=["paid"]))
    (fault,) = check_unused(made, NO_RUN).faults
    assert fault.code == "let-unused"
    assert fault.location.line == 10
    assert fault.what == "the let 'double' of X-01 is named nowhere"
    assert fault.why == "no condition, sentence or evidence shows it, so nobody would see it or be judged by it"
    assert fault.remedy == "name it in 'say' or 'evidence', or take it out"


def test_a_sentence_a_condition_a_step_a_mark_or_evidence_is_enough(book: Book, draft: Any) -> None:
    let = {"missing": "workers - listed"}  # the sentence of the draft names it
    assert check_unused(book(draft(let=let, when=["paid"])), NO_RUN).faults == ()
    gap = {"gap": "workers - listed"}
    assert check_unused(book(draft(let=gap, when=["gap > 1"])), NO_RUN).faults == ()
    assert check_unused(book(draft(let=gap, when=["paid"], evidence=["gap"])), NO_RUN).faults == ()
    assert check_unused(book(draft(let=gap, when=["paid"], marks={"big": "gap > 9"})), NO_RUN).faults == ()
    steps = [("gap > 9", "high"), (None, "low")]
    assert check_unused(book(draft(let=gap, when=["paid"], severity=steps)), NO_RUN).faults == ()


def test_evidence_that_no_source_offers_is_a_warning_at_its_place() -> None:
    loaded = load(RUN)
    sources = dict(loaded.configuration.sources)
    columns = {name: one for name, one in sources["contributions"].columns.items() if name != "arrears"}
    sources["contributions"] = replace(sources["contributions"], columns=columns)
    remarks = check_unused(loaded.book, replace(loaded.configuration, sources=sources))
    assert remarks.faults == ()
    said = [warning for warning in remarks.warnings if "IUR-03" in warning.what]
    (warning,) = said
    assert warning.code == "evidence-unsaid"
    assert warning.what == "no source of this run offers 'arrears', evidence of IUR-03"
    assert warning.why == "every finding shows a dash there"
    assert warning.location.path == "rules/packs/contributions/IUR-03.yaml"
    assert warning.location.line > 1


def test_evidence_that_a_condition_reads_is_said_to_leave_the_rule_unknown() -> None:
    loaded = load(RUN)
    sources = dict(loaded.configuration.sources)
    columns = {name: one for name, one in sources["contributions"].columns.items() if name != "months_unpaid"}
    sources["contributions"] = replace(sources["contributions"], columns=columns)
    remarks = check_unused(loaded.book, replace(loaded.configuration, sources=sources))
    (warning,) = [one for one in remarks.warnings if "'months_unpaid', evidence of IUR-03" in one.what]
    assert warning.why == "a condition reads it, so what the rule says of many or all is unknown"
    assert warning.remedy == "add its column to a source of the run file, if a register has it"


def test_the_run_that_is_shipped_offers_all_evidence_of_its_facts() -> None:
    loaded = load(RUN)
    assert check_unused(loaded.book, loaded.configuration).faults == ()
