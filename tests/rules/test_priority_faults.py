"""What a person reads when priority.yaml is wrong."""

import shutil
from pathlib import Path

import pytest

from rules.load import load, load_rule_book

FILE = "rules/priority.yaml"


@pytest.fixture
def desk(shop: Path, tmp_path: Path) -> Path:
    """A copy of the rule files and the run file that one test may spoil."""
    return Path(shutil.copytree(shop, tmp_path / "desk"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "PWBD-01: [employed_workers]",
            "PWDB-01: [employed_workers]",
            "there is no rule 'PWDB-01'\n    why: nothing would ever be measured by it\n"
            "    do:  did you mean 'PWBD-01'?",
        ),
        (
            "PWBD-01: [employed_workers]",
            "PWBD-01: [employed_worker]",
            "the rule 'PWBD-01' has no evidence and no `let` of the name 'employed_worker'\n"
            "    why: the amount would never be known\n    do:  did you mean 'employed_workers'?",
        ),
        (
            "{from: 50, points: 16}",
            "{from: 9, points: 16}",
            "the band from 9 with 16 points does not rise above the one before\n"
            "    why: more people, money or days must never bring a case further down\n"
            "    do:  write the bands from the lowest up",
        ),
        (
            "{distinct: worker}",
            "{distinct: worker, each: 1}",
            "a mapping stands where one of 'distinct:' and 'each:' is",
        ),
        ("PDS-TK-01: [unregistered_workers]", "PDS-TK-01: []", "a list of evidence fields, 'distinct:' or 'each:'"),
        ("critical: 40", "grave: 40", "'grave' is not known here"),
        ("within_months: 24", "within: 24", "a repeat offence has no key 'within'"),
        ("from: 2026-11-26", "from: soon", "a date (2026-03-31) is expected"),
    ],
)
def test_a_fault_says_where_what_why_and_what_to_do(desk: Path, old: str, new: str, told: str) -> None:
    text = (desk / FILE).read_text("utf-8")
    assert text.count(old) == 1
    (desk / FILE).write_text(text.replace(old, new), "utf-8")
    faults = load(desk / "rules.yaml", desk / "rules").faults
    assert any(told in str(fault) and str(fault).startswith(f"{FILE}:") for fault in faults), faults


def test_the_shipped_file_says_whose_numbers_these_are_and_measures_every_rule_that_can_be() -> None:
    book, faults = load_rule_book()
    assert not faults
    assert "law" in book.priority.source["en"]
    assert book.decisions_sha256 != "" != book.priority.sha256


def test_rule_files_from_before_there_was_such_a_file_have_no_order(desk: Path) -> None:
    (desk / FILE).unlink()
    loaded = load(desk / "rules.yaml", desk / "rules")
    assert loaded.faults == ()
    assert loaded.book.priority.sha256 == ""
