"""docs/ladder.md: what it shows loads, and its tables are the file."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from rules.fault_list import FaultList
from rules.ladder_file import read_ladder
from rules.load import load_rule_book
from rules.model import Ladder, LadderStep, RuleBook
from rules.places import read_tree

PAGE = (Path(__file__).parents[2] / "docs" / "ladder.md").read_text(encoding="utf-8")
SHIPPED = (files("rules") / "ladder.yaml").read_text(encoding="utf-8")
BOOK: RuleBook = load_rule_book()[0]
SNIPPETS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def loaded(text: str) -> Ladder:
    faults = FaultList()
    tree = read_tree(text, "ladder.yaml", faults)
    assert tree is not None
    ladder = read_ladder(tree, text, (BOOK.routing, BOOK.parameters), faults)
    assert faults.sorted() == ()
    return ladder


def section(name: str) -> str:
    return PAGE.split(f"## {name}")[1].split("\n## ", maxsplit=1)[0]


def test_there_are_snippets() -> None:
    assert len(SNIPPETS) == 2


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_each_snippet_loads(snippet: str) -> None:
    indented = re.sub(r"(?m)^(?=.)", "  ", snippet)
    if "then:" in snippet:
        assert loaded(SHIPPED.replace("\nrules:\n", f"\nrules:\n{indented}", 1)).rules[0].id == "OWN-CONSULT"
    else:
        first = re.search(r"(?ms)^  - id: teguran_1\n.*?\n\n", SHIPPED)
        assert first is not None
        assert len(loaded(SHIPPED.replace(first[0], indented + "\n", 1)).steps) == len(BOOK.ladder.steps)


def row(step: LadderStep) -> tuple[str, ...]:
    deadline, days, starts, binds = step.deadline, "", "", ""
    if deadline is not None:
        parameter = BOOK.parameters[deadline.parameter]
        days = f"{parameter.values[-1].value} {parameter.unit}{', ours' if deadline.ours else ''}"
        starts, binds = deadline.starts.replace("_", " "), deadline.binds
    needs = ", ".join(f"`{name}`" for name in step.needs)
    law = "; ".join(f"{one.law} {one.article}" if one.article != "-" else one.law for one in step.basis)
    return (f"`{step.id}`", needs, days, starts, binds, law)


def test_the_table_of_steps_is_the_file() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in section("The steps").splitlines()
        if line.startswith("| `")
    ]
    assert rows == [row(step) for step in BOOK.ladder.steps]


def test_the_table_of_rules_is_the_file_in_its_order() -> None:
    said = re.findall(r"(?m)^\| `([A-Z0-9-]+)` \| ([a-z]+) ([a-z0-9_]+) \|", section("What the shipped rules say"))
    assert said == [(rule.id, *next(iter(rule.then.items()))) for rule in BOOK.ladder.rules]
    assert {len(rule.then) for rule in BOOK.ladder.rules} == {1}


def test_the_table_of_then_names_every_key() -> None:
    rows = re.findall(r"(?m)^\| `([a-z]+)` \| [a-z]", section("One rule"))
    assert rows == ["step", "prepare", "beside", "blocks", "warns"]
