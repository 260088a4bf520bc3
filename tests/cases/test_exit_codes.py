"""Which exit code an error ends with, which wins, and that the page for operators names each."""

from pathlib import Path

import pytest

import rules.errors
from cases.exit_codes import PRECEDENCE, ExitCode, gravest
from cases.present import CODES, code_of
from rules.errors import PatuhError

ROOT = Path(__file__).parents[2]


def test_the_numbers_are_those_that_operators_rely_on() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "DONE": 0,
        "NOT_JUDGED": 1,
        "USAGE": 2,
        "SCAN_RUNNING": 3,
        "STORE": 4,
        "DECISION": 5,
        "INTERRUPTED": 6,
        "OUTPUT": 7,
        "CHANGED": 8,
        "EXAMPLES": 9,
        "BROKEN": 10,
        "INTERNAL": 70,
    }


def test_every_code_has_a_place_in_the_order() -> None:
    assert sorted(PRECEDENCE) == sorted(ExitCode)


@pytest.mark.parametrize(
    ("codes", "wins"),
    [
        ((), ExitCode.DONE),
        ((ExitCode.DONE,), ExitCode.DONE),
        ((ExitCode.DONE, ExitCode.NOT_JUDGED), ExitCode.NOT_JUDGED),
        ((ExitCode.NOT_JUDGED, ExitCode.USAGE), ExitCode.USAGE),
        ((ExitCode.NOT_JUDGED, ExitCode.CHANGED), ExitCode.CHANGED),
        ((ExitCode.USAGE, ExitCode.SCAN_RUNNING), ExitCode.SCAN_RUNNING),
        ((ExitCode.STORE, ExitCode.DECISION, ExitCode.NOT_JUDGED), ExitCode.STORE),
        ((ExitCode.STORE, ExitCode.INTERRUPTED), ExitCode.INTERRUPTED),
        (tuple(ExitCode), ExitCode.INTERNAL),
    ],
)
def test_the_gravest_wins(codes: tuple[ExitCode, ...], wins: ExitCode) -> None:
    assert gravest(codes) is wins


def test_every_error_of_the_tree_has_a_code() -> None:
    kinds = [
        kind
        for kind in vars(rules.errors).values()
        if isinstance(kind, type) and issubclass(kind, PatuhError) and kind is not PatuhError
    ]
    assert {kind for kind in kinds if not any(base in CODES for base in kind.__mro__)} == set()


def test_what_nobody_raised_on_purpose_is_internal() -> None:
    assert code_of(ZeroDivisionError("x")) is ExitCode.INTERNAL
    assert code_of(KeyboardInterrupt()) is ExitCode.INTERRUPTED


def test_the_page_names_every_code() -> None:
    page = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and line.split("|")[1].strip().isdigit()]
    assert {int(line.split("|")[1]) for line in rows} == {int(code) for code in ExitCode}
    assert {line.split("|")[2].strip().strip("`") for line in rows} == {code.name for code in ExitCode}
