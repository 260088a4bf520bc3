"""Conditions of the shipped rules, each spoilt in one way; every operator declares the code that it expects.

The line is counted from the edit itself. A refused mutant shows the declared code, and no fault in another place;
a mutant declared harmless shows none.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.conditions import check
from rules.errors import Fault
from rules.load import load_rule_book

ROOT = Path(__file__).parents[2]
PACKS = tuple(sorted(path.relative_to(ROOT / "rules") for path in (ROOT / "rules" / "packs").rglob("*.yaml")))

CONDITION = re.compile(r"^(?P<before>  - |    if: |  - \{if: )(?P<text>(?!law: )[a-z(].*?)(?P<after>|, is: [a-z]+\})$")
"""One boolean expression on a line of its own, or the first of a severity step; commas only where nothing follows."""

ADDED = {
    # one expression, never a statement, a comment or a second one
    "; drop table employer": "condition-syntax",
    "; select 1": "condition-syntax",
    " -- a remark": "condition-syntax",
    " /* a remark */": "condition-syntax",
    " and (1 = 1": "condition-syntax",
    " and": "condition-syntax",
    " and glob('/etc/*') = ''": "condition-syntax",  # a word of the grammar, not a function's name
    # nothing that reads anything but the subject
    " and exists (select 1)": "condition-refused",
    " and 1 in (select 1)": "condition-refused",
    " and 1 = (select 1)": "condition-refused",
    " and read_csv('/etc/passwd') is null": "condition-refused",
    " and read_text('/etc/passwd') = ''": "condition-refused",
    " and getenv('HOME') = ''": "condition-refused",
    " and attach('other.db') = ''": "condition-refused",
    # nothing that gives another answer tomorrow
    " and random() > 0": "condition-refused",
    " and today() > date '2026-01-01'": "condition-refused",
    " and now() > date '2026-01-01'": "condition-refused",
    " and current_date > date '2026-01-01'": "condition-refused",
    # nothing that changes a type or divides behind the reader's back
    " and 4 / 2 > 1": "condition-refused",
    " and cast(region as integer) > 1": "condition-refused",
    " and region::integer > 1": "condition-refused",
    # types
    " and 1": "condition-type",
    " and region": "condition-type",
    " and 1 = 'one'": "condition-type",
    " and region > 3": "condition-type",
    " and region + 1 > 3": "condition-type",
    " and abs('three') > 3": "condition-type",
    # names
    " and nama = 'PT'": "condition-unknown-field",
    " and lower(naem) = 'pt'": "condition-unknown-field",
    " and boss.name = 'PT'": "condition-unknown-field",
    " and 1 > :arrears_month": "condition-unknown-parameter",
    # NULL that means nobody said it is no absence
    " and region is null": "condition-null-test",
    " and region is not null": "condition-null-test",
}

HARMLESS = (" and 1 = 1", " AND 1 = 1", "  and   region = region", " and not (1 = 2)", " and (region = '19' or 1 = 1)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("conditions") / "rules"
    for source in sorted((ROOT / "rules").rglob("*.yaml")):
        copy = target / source.relative_to(ROOT / "rules")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    return target


MOST = 16
"""Conditions per operator, spread over all rules: another sixteen for each operator."""


def chosen(turn: int) -> list[tuple[Path, int, re.Match[str]]]:
    """A spread of all conditions of all rules, beginning in another place each turn."""
    every = [(file, number, match) for file in PACKS for number, match in places(file)]
    step = max(1, len(every) // MOST)
    return every[turn % step :: step]


def places(file: Path) -> Iterator[tuple[int, re.Match[str]]]:
    for number, line in enumerate((ROOT / "rules" / file).read_text("utf-8").splitlines(), 1):
        if match := CONDITION.match(line):
            yield number, match


def faults_of(folder: Path, file: Path, number: int, line: str) -> tuple[Fault, ...]:
    """The faults of conditions after line `number` became `line`; the loader itself finds none."""
    path = folder / file
    whole = path.read_text("utf-8")
    lines = whole.splitlines()
    try:
        path.write_text("\n".join([*lines[: number - 1], line, *lines[number:]]) + "\n", "utf-8")
        book, found = load_rule_book(folder)
        assert found == ()
        return check(replace(book, rules={file.stem: book.rules[file.stem]}))
    finally:
        path.write_text(whole, "utf-8")


def wrong(found: tuple[Fault, ...], code: str, file: Path, number: int) -> bool:
    here = {(fault.location.path, fault.location.line) for fault in found} == {(f"rules/{file.as_posix()}", number)}
    return not here or code not in {fault.code for fault in found}


@pytest.mark.parametrize("added", ADDED)
def test_what_is_added_to_a_condition_is_refused_there(added: str, folder: Path) -> None:
    missed = []
    for file, number, match in chosen(list(ADDED).index(added)):
        spoilt = f"{match['before']}{match['text']}{added}{match['after']}"
        found = faults_of(folder, file, number, spoilt)
        if wrong(found, ADDED[added], file, number):
            missed.append(f"{file}:{number} {spoilt}: {[(fault.code, str(fault.location)) for fault in found]}")
    assert not missed, "\n".join(missed)


@pytest.mark.parametrize("added", HARMLESS)
def test_what_changes_nothing_stays_valid(added: str, folder: Path) -> None:
    for file, number, match in chosen(HARMLESS.index(added)):
        assert faults_of(folder, file, number, f"{match['before']}({match['text']}){added}{match['after']}") == ()


def test_a_mistyped_field_is_named_with_the_nearest_one(folder: Path) -> None:
    made = 0
    for file in PACKS:
        fields = r"\b(npp|employer_kind|employed_workers|months_unpaid|fund|stage|project_number|cover_until)\b"
        for number, match in places(file):
            spoilt = re.sub(fields, r"\1s", match["text"], count=1)
            if spoilt != match["text"]:
                found = faults_of(folder, file, number, f"{match['before']}{spoilt}{match['after']}")
                made += 1
                assert not wrong(found, "condition-unknown-field", file, number), (spoilt, found)
                assert any("did you mean" in f"{fault.what} {fault.remedy}" for fault in found), found
    assert made >= 10


def test_there_are_enough_of_them() -> None:
    assert sum(len(chosen(turn)) for turn in range(len(ADDED))) >= 400
    assert {file for turn in range(len(ADDED)) for file, _, _ in chosen(turn)} == {
        file for file in PACKS if list(places(file))
    }
