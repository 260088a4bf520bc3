"""A folder of rule files and a run file that a test may spoil, and the tally of spoilt files."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TALLY: "pytest.StashKey[Counter[str]]" = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TALLY] = Counter()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> "Counter[str]":
    """Counts of spoilt files: refused and still valid; shown at the end of the run."""
    return request.config.stash[TALLY]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rule files (`rules/`) with the reference run file (`rules.yaml`) beside it."""
    folder = tmp_path_factory.mktemp("shop")
    for source in sorted((ROOT / "rules").rglob("*.yaml")):
        target = folder / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    shutil.copyfile(ROOT / "rules.yaml", folder / "rules.yaml")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tally = config.stash[TALLY]
    if tally:
        made = sum(tally.values())
        line = f"{made} mutated rule files: {tally['refused']} refused in the right place, {tally['valid']} stay valid"
        terminalreporter.write_line(line)
