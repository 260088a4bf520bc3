"""The wheel holds what the folders hold, nobody else owns our four names, and the pins are whole."""

import importlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("rules", "connectors", "engine", "cases")
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in the wheel, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def files_on_disk() -> set[str]:
    kept = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in kept.stdout.splitlines() if (ROOT / name).is_file()}


def test_the_wheel_holds_exactly_what_the_four_folders_hold(wheel: list[str]) -> None:
    assert {name for name in wheel if ".dist-info/" not in name} == files_on_disk()


def test_the_wheel_brings_the_rules_the_wording_and_the_schema(wheel: list[str]) -> None:
    for wanted in (
        "rules/facts.yaml",
        "rules/routing.yaml",
        "rules/packs/registration/PWBD-01.yaml",
        "cases/summary.schema.json",
        "cases/rule_site/templates/rule.html.j2",
        "cases/rule_site/search.js",
        "rules/schema/rule.json",
        "cases/locale/id/LC_MESSAGES/patuh.po",
        "cases/py.typed",
    ):
        assert wanted in wheel


def test_our_four_packages_come_from_one_folder() -> None:
    homes = {Path(str(importlib.import_module(name).__file__)).parents[1] for name in PACKAGES}
    assert len(homes) == 1


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_owns_our_names(name: str) -> None:
    owners = set(importlib.metadata.packages_distributions().get(name, ()))
    assert owners <= {"patuh"}


def test_every_pin_is_exact_and_has_a_hash() -> None:
    pins = re.split(r"\n(?=[a-z0-9])", PINS.strip())
    assert len(pins) > 40
    for pin in pins:
        assert re.match(r"[a-z0-9.-]+==[^ \\]+", pin), pin
        assert "--hash=sha256:" in pin, pin


def test_the_pins_name_no_host_and_no_index() -> None:
    assert "http" not in PINS
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|--trusted-host)\b", PINS, re.MULTILINE)


def test_every_dependency_is_pinned() -> None:
    pinned = {line.split("==")[0] for line in PINS.splitlines() if "==" in line}
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["develop"]]
    assert {re.split(r"[<>=\[]", one)[0].lower() for one in wanted} <= pinned


def test_python_3_13_is_refused_because_the_routing_engine_does_not_import_there() -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.13"
