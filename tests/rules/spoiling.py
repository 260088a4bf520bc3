"""Files spoilt in one way: how an operator is written, and where it stands in the register of them all.

An operator takes the lines of a file and yields mutants, each with the faults that it must show. The line is counted
from the edit itself and never asked of the loader.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

Expected = set[tuple[str, int]]
"""Code and line; line 0: the file as a whole. Empty: the mutant stays valid."""
Mutant = tuple[list[str], Expected]
Operator = Callable[[list[str]], Iterator[Mutant]]

NAMES = "registration/PDS-TK-01 registration/PWBD-01 contributions/IUR-03 construction/JAKON-01 micro/KUM-01"
RULES = tuple(f"rules/packs/{name}.yaml" for name in NAMES.split())
PARAMETERS, DAYS, ROUTING, LADDER, FACTS, RUN = (
    "rules/parameters/deadlines.yaml",
    "rules/parameters/ladder.yaml",
    "rules/routing.yaml",
    "rules/ladder.yaml",
    "rules/facts.yaml",
    "rules.yaml",
)
EVERY = (*RULES, PARAMETERS, DAYS, ROUTING, LADDER, FACTS, RUN)
ALL_RULES = tuple(sorted(str(path.relative_to(ROOT)) for path in (ROOT / "rules" / "packs").rglob("*.yaml")))
ALL_PARAMETERS = tuple(sorted(str(path.relative_to(ROOT)) for path in (ROOT / "rules" / "parameters").glob("*.yaml")))

OPERATORS: dict[str, tuple[Operator, tuple[str, ...]]] = {}


def spoils(*files: str) -> Callable[[Operator], Operator]:
    def register(operator: Operator) -> Operator:
        OPERATORS[operator.__name__] = (operator, files)
        return operator

    return register


def put(lines: list[str], number: int, *new: str) -> list[str]:
    """The lines with line `number` (from 1) replaced."""
    return [*lines[: number - 1], *new, *lines[number:]]


def first(lines: list[str]) -> int:
    """The line on which the file's mapping begins."""
    return next(number for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#"))


def swapped(pattern: str, new: str, *codes: str) -> Operator:
    """Put `new` in place of the first match on each line that has one; all `codes` are expected on that line."""

    def operator(lines: list[str]) -> Iterator[Mutant]:
        for number, line in enumerate(lines, 1):
            if not line.lstrip().startswith("#") and re.search(pattern, line):
                yield put(lines, number, re.sub(pattern, new, line, count=1)), {(code, number) for code in codes}

    return operator


def swap(name: str, files: tuple[str, ...], pattern: str, new: str, *codes: str) -> None:
    OPERATORS[name] = (swapped(pattern, new, *codes), files)


def spread(mutants: list[Mutant], most: int) -> list[Mutant]:
    """At most so many of them, from all over the file."""
    step = max(1, len(mutants) / most)
    return [mutants[int(index * step)] for index in range(min(len(mutants), most))]
