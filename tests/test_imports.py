"""What is loaded, and when: the import contracts hold, and a look at the help loads no engine."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def loaded_by(statement: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after `statement`."""
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())


def test_the_import_contracts_hold() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("heavy", ["duckdb", "pyarrow", "durable", "sqlmodel", "xlsxwriter", "textual"])
def test_the_command_line_starts_without_the_heavy_libraries(heavy: str) -> None:
    assert heavy not in loaded_by("import cases.cli")


@pytest.mark.parametrize("heavy", ["sqlalchemy", "sqlmodel", "duckdb", "sqlglot", "pyarrow"])
def test_the_review_screen_is_drawn_before_the_store_and_the_engine_are_loaded(heavy: str) -> None:
    assert heavy not in loaded_by("import cases.review.app, cases.caseload.later")


def test_the_routing_engine_is_loaded_in_its_own_process_only() -> None:
    assert "durable" not in loaded_by("import cases.scan")


@pytest.mark.parametrize("package", ["rules", "connectors", "engine"])
def test_nothing_below_the_cases_loads_them(package: str) -> None:
    modules = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / package).rglob("*.py")
        if path.stem not in ("__init__", "__main__") and "judge" not in path.stem
    )
    loaded = loaded_by("\n".join(f"import {name}" for name in modules))
    assert not {name for name in loaded if name.split(".")[0] == "cases"}
