"""Shipped rules, each spoilt in one way that only the check of conditions or of the rule as a whole can see.

Every operator declares the code; the line is counted from the edit itself. A mutant shows that fault on that line and
no other fault: what hangs on a spoilt line is not said to be wrong as well.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.conditions import check
from engine.rule_checks import check_rules
from rules.load import load, shipped_parameters
from rules.model import RuleBook

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "rules" / "packs").rglob("*.yaml"))
TODAY = date(2026, 11, 20)
MOST = 4
"""Rules per operator, spread over those that it fits."""

READ_WRONGLY: dict[str, tuple[str, str, str]] = {
    # tables
    "sliced by a number": (r"sliced\((\w+), :\w+\)", r"sliced(\1, 3)", "condition-type"),
    "sliced by a plain parameter": (r"sliced\((\w+), :\w+\)", r"sliced(\1, :jakon_tolerance)", "condition-type"),
    "slices of a table": (r"sliced\(\w+, (:\w+)\)", r"sliced(\1, \1)", "condition-type"),
    "a table compared": (r"contribution_due - :jakon_tolerance", ":jakon_jkk_rates", "condition-type"),
    "a table in a sum": (r"- :jakon_tolerance", "- :jakon_jkk_rates", "condition-type"),
    "a table rounded": (r"rupiah\(.*\)$", "rupiah(:jakon_jkk_rates)", "condition-type"),
    # days
    "a due day that is worked out": (r":contribution_due_day", "14 + 1", "condition-type"),
    "a due day that is a date": (r":contribution_due_day", "evaluation_date()", "condition-type"),
    "working days that are worked out": (r", :(\w+_days)\)", r", :\1 + 1)", "condition-type"),
    "months after a number": (r"months_after\(\w+, 1\)", "months_after(1, 1)", "condition-type"),
    "months after nothing": (r"months_after\((\w+), 1\)", r"months_after(\1)", "condition-type"),
    "months started of one day": (r"months_started\((\w+), \w+\)", r"months_started(\1)", "condition-type"),
    "months started of three": (r"months_started\(", r"months_started(evaluation_date(), ", "condition-type"),
    # arity and kinds of the rest
    "rupiah of two": (r"rupiah\(", "rupiah(1, ", "condition-type"),
    "rupiah of a text": (r"rupiah\(.*\)$", "rupiah('Rp1')", "condition-type"),
    "a list without an entry": (r"list_includes\((\w+), [^)]*\)", r"list_includes(\1)", "condition-type"),
    "a list that includes a number": (r"list_includes\((\w+), [^)]*\)", r"list_includes(\1, 3)", "condition-type"),
    "an absolute text": (r"abs\(.*\) <=", "abs('a') <=", "condition-type"),
    "the least of a date": (r"least\(", "least(evaluation_date(), ", "condition-type"),
    "a function of another name": (r"\b(rupiah|sliced|list_includes|months_started)\(", r"\1s(", "condition-refused"),
    # parameters
    "a parameter that is not": (
        r":(jakon_\w+|late_\w+|arrears_\w+|\w+_days)\b",
        r":\1x",
        "condition-unknown-parameter",
    ),
    "a parameter by a field of another fact": (
        r":(arrears_months|late_fine_rate)",
        ":bpu_share",
        "condition-unknown-field",
    ),
    # choices and names
    "a choice that is never": (r"= '(construction|private|contract_value|non_asn)'", r"= '\1x'", "condition-type"),
    "a choice of none": (r"in \('(\w+)'", r"in ('\1x'", "condition-type"),
    "an absence that nobody can know": (
        r"^(  - )(months_unpaid|members|plafon|reported_wage)\b.*$",
        r"\1\2 is null",
        "condition-null-test",
    ),
}
"""Operator to pattern, what takes its place, and the code on that line."""


def places(text: str) -> Iterator[int]:
    """The lines on which a rule's conditions and named values stand."""
    part = ""
    for number, line in enumerate(text.splitlines(), 1):
        part = match[1] if (match := re.match(r"([a-z_]+):", line)) else part
        if part in ("scope", "needs", "when", "let") and re.match(r"  ", line) and not line.lstrip().startswith("#"):
            yield number


def spoilt(pattern: str, new: str) -> list[tuple[Path, int, str]]:
    """File, line and what it becomes, for the first line of each rule that fits."""
    found = []
    for path in FILES:
        lines = path.read_text("utf-8").splitlines()
        fits = [number for number in places("\n".join(lines)) if re.search(pattern, lines[number - 1])]
        if fits:
            found.append((path, fits[0], re.sub(pattern, new, lines[fits[0] - 1], count=1)))
    step = max(1, len(found) / MOST)
    return [found[int(number * step)] for number in range(min(len(found), MOST))]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rule files with a run file that switches every pack on."""
    folder = tmp_path_factory.mktemp("mutated-rules")
    shutil.copytree(ROOT / "rules", folder / "rules", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copyfile(ROOT / "rules.yaml", folder / "rules.yaml")
    return folder


def shown(desk: Path, spoilt_files: dict[Path, str], rule: str) -> set[tuple[str, int]]:
    """Code and line of all that the checks say of one rule, and of the parameters, while the files are spoilt."""
    try:
        for path, text in spoilt_files.items():
            (desk / path.relative_to(ROOT)).write_text(text, "utf-8")
        loaded = load(desk / "rules.yaml", desk / "rules", every_pack=True)
        assert loaded.faults == ()
        book: RuleBook = replace(loaded.book, rules={rule: loaded.book.rules[rule]})
        faults = check(book) or check_rules(book, loaded.configuration, TODAY, shipped_parameters()).faults
        return {(fault.code, fault.location.line) for fault in faults}
    finally:
        for path in spoilt_files:
            shutil.copyfile(path, desk / path.relative_to(ROOT))


def with_line(path: Path, number: int, *new: str) -> str:
    lines = path.read_text("utf-8").splitlines()
    return "\n".join([*lines[: number - 1], *new, *lines[number:]]) + "\n"


@pytest.mark.parametrize("name", READ_WRONGLY)
def test_a_condition_spoilt_on_one_line_is_refused_there_and_nowhere_else(name: str, desk: Path) -> None:
    pattern, new, code = READ_WRONGLY[name]
    cases, wrong = spoilt(pattern, new), []
    assert cases, "the operator found no place to spoil"
    for path, number, line in cases:
        found = shown(desk, {path: with_line(path, number, line)}, path.stem)
        if found != {(code, number)}:
            wrong.append(f"{path.name}:{number} {line.strip()}: {sorted(found)}")
    assert not wrong, "\n".join(wrong)


PACKS = ROOT / "rules" / "packs"
ADDED = [
    # rule, the line that it stands under, the line itself, the code
    ("registration/PWBD-01", "when:", "  - months_unpaid > 5 and months_unpaid < 3", "condition-never-true"),
    (
        "contributions/IUR-03",
        "when:",
        "  - business_scale = 'mikro' and business_scale = 'besar'",
        "condition-never-true",
    ),
    ("public/DANA-01", "when:", "  - members < 0", "condition-never-true"),
    ("construction/JAKON-01", "when:", "  - 1 = 1", "condition-always-true"),
    ("registration/PDS-TK-01", "scope:", "  - 2 > 1 or npp = 'A'", "condition-always-true"),
    ("registration/PDS-TK-01", "when:", "  - employed_workers > arrears", "unit-mismatch"),
    ("construction/JAKON-01", "when:", "  - contract_value > valid_workers", "unit-mismatch"),
    ("public/NASN-01", "when:", "  - days_between(members_as_of, evaluation_date()) > :non_asn_days", "unit-mismatch"),
    ("contributions/IUR-03", "when:", "  - arrears + months_unpaid > 5", "unit-mismatch"),
    ("micro/KUM-01", "when:", "  - region <> 'Babel'", "region-mismatch"),
    ("registration/PWBD-01", "when:", "  - not starts_with(region, '97')", "region-mismatch"),
    ("registration/PDS-TK-01", "let:", "  spare: employed_workers + 1", "let-unused"),
    ("contributions/IUR-01", "let:", "  spare: {is: due_jkk + 1, unit: rupiah}", "let-unused"),
    ("construction/JAKON-02", "let:", "  spare: months_started(contract_date, evaluation_date())", "let-unused"),
]


@pytest.mark.parametrize(("rule", "under", "line", "code"), ADDED, ids=lambda item: str(item).strip())
def test_a_line_that_says_nothing_or_compares_what_does_not_fit(
    rule: str, under: str, line: str, code: str, desk: Path
) -> None:
    path = PACKS / f"{rule}.yaml"
    number = path.read_text("utf-8").splitlines().index(under) + 1
    assert shown(desk, {path: with_line(path, number, under, line)}, path.stem) == {(code, number + 1)}


@pytest.mark.parametrize("rule", ["registration/PWBD-01", "contributions/IUR-03", "micro/KUM-01", "public/NASN-01"])
def test_the_same_condition_twice_is_said_of_the_second(rule: str, desk: Path) -> None:
    path = PACKS / f"{rule}.yaml"
    lines = path.read_text("utf-8").splitlines()
    number = lines.index("when:") + 2
    found = shown(desk, {path: with_line(path, number, lines[number - 1], lines[number - 1])}, path.stem)
    assert found == {("condition-twice", number + 1)}


@pytest.mark.parametrize("rule", ["registration/PDS-TK-01", "construction/JAKON-03", "public/NASN-01"])
def test_a_named_value_in_another_unit_is_said_of_its_expression(rule: str, desk: Path) -> None:
    path = PACKS / f"{rule}.yaml"
    lines = path.read_text("utf-8").splitlines()
    number = next(one for one, line in enumerate(lines, 1) if re.match("    unit: ", line))
    assert shown(desk, {path: with_line(path, number, "    unit: days")}, path.stem) == {("unit-mismatch", number - 1)}


OF_THE_RULE = [
    # rule, file, text, what it becomes, the code; said of the rule, whose first key it stands on
    ("public/NASN-01", None, "    from: 2025-02-24", "    from: 2025-02-24\n    until: 2025-12-31", "basis-ended"),
    ("public/NASN-01", None, "    from: 2025-02-24", "    from: 2027-02-24", "basis-not-yet"),
    (
        "contributions/IUR-03",
        "deadlines",
        "      from: 2016-12-31",
        "      from: 2016-12-31\n      until: 2026-01-01",
        "parameter-ended",
    ),
    (
        "public/NASN-01",
        "deadlines",
        'working days of receipt."\n      checked: V2',
        'working days of receipt."\n      checked: R',
        "parameter-unchecked",
    ),
    (
        "micro/BPU-01",
        "self_employed",
        'Only the year is confirmed.", checked: V2}',
        'Only the year is confirmed.", checked: NF}',
        "parameter-unchecked",
    ),
]


@pytest.mark.parametrize(("rule", "file", "old", "new", "code"), OF_THE_RULE, ids=lambda item: str(item)[:24])
def test_law_that_does_not_carry_the_rule_is_said_of_the_rule(
    rule: str, file: str | None, old: str, new: str, code: str, desk: Path
) -> None:
    path = PACKS / f"{rule}.yaml"
    spoilt_file = ROOT / "rules" / "parameters" / f"{file}.yaml" if file else path
    text = spoilt_file.read_text("utf-8")
    assert old in text
    start = next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if line.startswith("id: "))
    assert shown(desk, {spoilt_file: text.replace(old, new, 1)}, path.stem) == {(code, start)}


def test_the_rules_are_sound_before_they_are_spoilt(desk: Path) -> None:
    for path in FILES:
        assert shown(desk, {}, path.stem) == set(), path
