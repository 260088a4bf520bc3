"""Schema and loader agree: every shipped file, and each of them spoilt in its keys, types and choices.

The one direction: what the schema refuses, the loader refuses, so that an editor never marks what is right. The other:
what the loader refuses for a key, a type or a choice, the schema refuses, so that an editor shows it while it is typed.
"""

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from rules.errors import Fault, Location
from rules.fault_list import FaultList
from rules.ladder_file import read_ladder
from rules.load import families_of, known_packs, load_rule_book, shipped_folder
from rules.parameters import read_parameters
from rules.places import Entries, Items, Node, Scalar, read_tree
from rules.priority_file import read_priority
from rules.routing_file import read_routing
from rules.rule_files import RuleText, read_rule
from rules.run_file import open_run, read_run
from rules.schema import TITLES, schema_of
from rules.vocabulary import read_vocabulary

ROOT = Path(__file__).parents[2]
BOOK = load_rule_book()[0]
VALIDATORS = {
    kind: Draft202012Validator(schema_of(kind, BOOK), format_checker=FormatChecker(["date"])) for kind in TITLES
}
SHAPE = frozenset({"unknown-key", "missing-key", "wrong-type", "unknown-value", "missing-language", "out-of-range"})
"""Codes of faults in keys, types and choices, which a schema can see."""

FILES = [
    *(("rule", path) for path in sorted((ROOT / "rules" / "packs").glob("*/*.yaml"))),
    *(("parameters", path) for path in sorted((ROOT / "rules" / "parameters").glob("*.yaml"))),
    ("facts", ROOT / "rules" / "facts.yaml"),
    ("routing", ROOT / "rules" / "routing.yaml"),
    ("ladder", ROOT / "rules" / "ladder.yaml"),
    ("priority", ROOT / "rules" / "priority.yaml"),
    ("run", ROOT / "rules.yaml"),
    *(("run", path) for path in sorted((ROOT / "examples").glob("*.yaml"))),
]
MOST = 250
"""Mutants of all files of a kind, spread over them."""


def instance(node: Node) -> Any:
    """The value that an editor reads."""
    if isinstance(node, Items):
        return [instance(item) for item in node.items]
    if isinstance(node, Entries):
        return {key.text: instance(value) for key, value in node.entries}
    return core(node.text) if node.plain else node.text


def core(text: str) -> str | int | float | bool | None:
    """Text without quotes, by the core schema of YAML 1.2."""
    known = dict.fromkeys(("", "~", "null", "Null", "NULL"), None) | {"true": True, "True": True, "TRUE": True}
    known |= {"false": False, "False": False, "FALSE": False}
    if text in known:
        return known[text]
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    return float(text) if re.fullmatch(r"[-+]?([0-9]*\.[0-9]+|[0-9]+\.)([eE][-+]?[0-9]+)?", text) else text


PLACE = Location("mutant.yaml", 1, 1)


def node_of(value: Any) -> Node:
    """The tree that the loader would read from `value` written as YAML."""
    if isinstance(value, list):
        return Items(tuple(node_of(item) for item in value), PLACE, 1)
    if isinstance(value, dict):
        return Entries(tuple((node_scalar(key), node_of(one)) for key, one in value.items()), PLACE, 1)
    return node_scalar(value)


def node_scalar(value: object) -> Scalar:
    text = value if isinstance(value, str) else json.dumps(value)
    return Scalar(text, not isinstance(value, str), PLACE, PLACE, 1)


def run_of(root: Node, text: str, faults: FaultList) -> None:
    run = open_run(root, ROOT / "rules.yaml", known_packs(shipped_folder()), faults)
    if run is not None:
        for node in run.own_rules:
            read_rule(node, RuleText(text, "office", families_of(BOOK.routing)), BOOK.vocabulary, faults)
        if run.own_parameters is not None:
            read_parameters(run.own_parameters, faults)
        read_run(run, BOOK)


READERS: dict[str, Callable[[Node, str, FaultList], object]] = {
    "rule": lambda root, text, faults: read_rule(
        root, RuleText(text, "registration", families_of(BOOK.routing)), BOOK.vocabulary, faults
    ),
    "parameters": lambda root, _text, faults: read_parameters(root, faults),
    "facts": lambda root, _text, faults: read_vocabulary(root, faults),
    "routing": read_routing,
    "ladder": lambda root, text, faults: read_ladder(root, text, (BOOK.routing, BOOK.parameters), faults),
    "priority": lambda root, text, faults: read_priority(root, text, (BOOK, tuple(BOOK.rules)), faults),
    "run": run_of,
}


def loader_says(kind: str, value: Any) -> tuple[Fault, ...]:
    faults = FaultList()
    READERS[kind](node_of(value), "", faults)
    return faults.sorted()


def schema_says(kind: str, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATORS[kind].iter_errors(value)]


def read(path: Path) -> Any:
    root = read_tree(path.read_text(encoding="utf-8"), path.name, FaultList())
    assert root is not None
    return instance(root)


@pytest.mark.parametrize("kind", TITLES)
def test_the_written_schema_is_the_one_that_the_code_makes(kind: str) -> None:
    kept = json.loads((ROOT / "rules" / "schema" / f"{kind}.json").read_text(encoding="utf-8"))
    assert kept == schema_of(kind, BOOK), "run `make schema`"


@pytest.mark.parametrize("kind", TITLES)
def test_each_schema_is_one(kind: str) -> None:
    Draft202012Validator.check_schema(schema_of(kind, BOOK))


@pytest.mark.parametrize(("kind", "path"), FILES, ids=lambda value: getattr(value, "name", value))
def test_every_shipped_file_is_right_for_both(kind: str, path: Path) -> None:
    assert schema_says(kind, read(path)) == []
    assert loader_says(kind, read(path)) == ()


Place = tuple[str | int, ...]


def places(value: object, at: Place = ()) -> Iterator[Place]:
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*at, key))


def put(value: Any, at: Place, new: object) -> Any:
    mutant = copy.deepcopy(value)
    if not at:
        return new
    target = mutant
    for key in at[:-1]:
        target = target[key]
    target[at[-1]] = new
    return mutant


def without(value: Any, at: Place, renamed: str | None = None) -> Any:
    mutant = copy.deepcopy(value)
    target = mutant
    for key in at[:-1]:
        target = target[key]
    kept = target.pop(at[-1])
    if renamed is not None:
        target[renamed] = kept
    return mutant


NEW: tuple[object, ...] = ("zzz", "", 7, -3, 0.5, True, None, [], ["zzz"], {}, {"zzz": "zzz"}, "2026-02-03")
Spoil = Callable[[Any], Any]


def mutants(value: Any) -> Iterator[tuple[str, Spoil]]:
    """Each place taken out, under another key, and of every other kind; made only when it is asked for."""
    for at in places(value):
        for new in NEW:
            yield f"{at} := {new!r}", partial(put, at=at, new=new)
        if at:
            yield f"{at} taken out", partial(without, at=at)
        if at and isinstance(at[-1], str):
            yield f"{at} renamed", partial(without, at=at, renamed="zzz_zzz")


def not_for_a_schema(name: str, kind: str, faults: tuple[Fault, ...]) -> bool:
    """What a file says about itself, and what only the values of two places together can tell."""
    if kind == "routing" and name.startswith(("('facts'", "('queues'", "('purposes'")):
        return True  # which words the rest of the same file may use
    if kind in ("ladder", "facts") and {fault.code for fault in faults} & SHAPE == {"unknown-value"}:
        return name.startswith(("('steps'", "('records'")) or "'values'" in name or "'before'" in name
    what = {fault.what for fault in faults if fault.code in SHAPE}
    known = ("the values are of different types", "the values of ", "is outside what")
    by_day = "a source of connector"
    return all(any(part in one for part in (*known, by_day)) for one in what)


@pytest.mark.parametrize(("kind", "path"), FILES, ids=lambda value: getattr(value, "name", value))
def test_schema_and_loader_refuse_the_same(kind: str, path: Path, tally: "Counter[str]") -> None:
    whole = read(path)
    made = list(mutants(whole))
    alike = [one for one in FILES if one[0] == kind]
    step = max(1, len(made) * len(alike) // MOST)
    wrong = []
    for name, spoil in made[alike.index((kind, path)) % step :: step]:
        mutant = spoil(whole)
        faults, errors = loader_says(kind, mutant), schema_says(kind, mutant)
        shape = [fault for fault in faults if fault.code in SHAPE]
        if errors and not faults:
            wrong.append(f"{name}: only the schema refuses: {errors[0]}")
        if shape and not errors and not not_for_a_schema(name, kind, faults):
            wrong.append(f"{name}: only the loader refuses: {shape[0].code} {shape[0].what}")
        tally["refused" if faults else "valid"] += 1
    assert wrong == []
