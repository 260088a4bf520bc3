"""Rule, parameter, routing and run files, each spoilt in one way; every operator declares the faults that it expects.

A refused mutant must show exactly the declared faults; a mutant declared harmless must load without any. A run of all
tests takes a spread of places and files; `make test-large` takes every rule and parameter file.
"""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

import tests.rules.spoilt_files
import tests.rules.spoilt_law  # noqa: F401
from rules.load import known_packs, load
from tests.rules.spoiling import (
    ALL_PARAMETERS,
    ALL_RULES,
    FACTS,
    LADDER,
    OPERATORS,
    PARAMETERS,
    ROUTING,
    RULES,
    RUN,
    spread,
)

FEW, MANY = 3, 6
"""Places per operator and file, spread over the file."""
LAW = (*ALL_RULES, *ALL_PARAMETERS, FACTS, ROUTING, LADDER)


@pytest.fixture(scope="session")
def whole_shop(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rule files with a run file that switches every pack on."""
    folder = tmp_path_factory.mktemp("mutants") / "shop"
    shutil.copytree(shop, folder)
    packs = ", ".join(known_packs(folder / "rules"))
    text = (folder / RUN).read_text("utf-8")
    (folder / RUN).write_text(re.sub(r"^packs: \[.*\]", f"packs: [{packs}]", text, flags=re.M), "utf-8")
    return folder


@pytest.fixture(scope="session")
def small_shop(whole_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with no more rules than are spoilt there: each mutant loads the whole folder."""
    folder = tmp_path_factory.mktemp("mutants") / "small"
    shutil.copytree(whole_shop, folder)
    kept = {file for name in OPERATORS for file in few_files(name)}
    priority = folder / "rules" / "priority.yaml"
    for file in ALL_RULES:
        if file not in kept:
            (folder / file).unlink()
            # The measures of a rule go with it.
            measures = re.sub(rf"^    {Path(file).stem}: .*\n", "", priority.read_text("utf-8"), flags=re.M)
            priority.write_text(measures, "utf-8")
    return folder


def few_files(name: str) -> tuple[str, ...]:
    """The files of an operator, of one that is for all rules three that it fits."""
    files = OPERATORS[name][1]
    if set(ALL_RULES) <= set(files):
        root = Path(__file__).parents[2]
        fits = [file for file in files if list(OPERATORS[name][0]((root / file).read_text("utf-8").splitlines()))]
        return tuple(fits[:: max(1, len(fits) // 3)][:3])
    return files


def many_files(name: str) -> tuple[str, ...]:
    """The files of an operator; one for rules, or for rules and parameters, takes them all."""
    files = OPERATORS[name][1]
    rules = ALL_RULES if set(RULES) <= set(files) else ()
    parameters = ALL_PARAMETERS if {PARAMETERS, *RULES} <= set(files) else ()
    return tuple(dict.fromkeys((*files, *rules, *parameters)))


def found(folder: Path) -> set[tuple[str, str, int]]:
    """Code, file and line of every fault of the folder's files."""
    loaded = load(folder / "rules.yaml", folder / "rules")
    run = str(folder / "rules.yaml")
    places = {(fault.code, fault.location) for fault in loaded.faults}
    return {(code, RUN if place.path == run else place.path, place.line) for code, place in places}


def test_the_files_are_sound_before_they_are_spoilt(whole_shop: Path, small_shop: Path) -> None:
    assert found(whole_shop) == set()
    assert found(small_shop) == set()


def judge(name: str, files: tuple[str, ...], shop: Path, most: int, tally: "Counter[str]") -> None:
    """Spoil each file in each place; all that differs from what the operator declares, at once."""
    operator, wrong, made = OPERATORS[name][0], [], 0
    for file in files:
        path = shop / file
        whole = path.read_bytes()
        try:
            for lines, expected in spread(list(operator(whole.decode().splitlines())), most):
                path.write_text("\n".join(lines) + "\n" if lines else "", "utf-8", newline="")
                shown, wanted = found(shop), {(code, file, line) for code, line in expected}
                made += 1
                tally["refused" if wanted else "valid"] += 1
                if shown != wanted:
                    wrong.append(f"{file}\n  expected {sorted(wanted)}\n  shown    {sorted(shown)}")
        finally:
            path.write_bytes(whole)
    assert made, "the operator found no place to spoil"
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_each_mutant_shows_what_its_operator_declares(name: str, small_shop: Path, tally: "Counter[str]") -> None:
    judge(name, few_files(name), small_shop, FEW, tally)


@pytest.mark.large
@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_each_mutant_of_every_file_shows_it(name: str, whole_shop: Path, tally: "Counter[str]") -> None:
    judge(name, many_files(name), whole_shop, MANY, tally)


def test_there_are_a_thousand_mutated_law_files(whole_shop: Path) -> None:
    made = Counter(
        file
        for name, (operator, _) in OPERATORS.items()
        for file in few_files(name)
        for _ in spread(list(operator((whole_shop / file).read_text("utf-8").splitlines())), FEW)
    )
    assert sum(many for file, many in made.items() if file in LAW) >= 1000
    assert len(OPERATORS) >= 150
