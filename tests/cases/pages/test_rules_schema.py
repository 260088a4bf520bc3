"""`patuh rules schema`: the schemas as the command prints them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from rules.schema import DRAFT, TITLES

Run = Callable[..., Any]
SCHEMAS = Path(__file__).parents[3] / "rules" / "schema"


@pytest.mark.parametrize("kind", TITLES)
def test_the_command_prints_what_is_kept(patuh: Run, kind: str) -> None:
    said = patuh("rules", "schema", kind)
    assert said.code is ExitCode.DONE
    assert said.out == (SCHEMAS / f"{kind}.json").read_text(encoding="utf-8")
    assert json.loads(said.out)["$schema"] == DRAFT


def test_without_a_kind_it_is_that_of_a_rule(patuh: Run) -> None:
    assert patuh("rules", "schema").out == patuh("rules", "schema", "rule").out


def test_another_kind_is_refused_with_the_nearest(patuh: Run) -> None:
    said = patuh("rules", "schema", "paramters")
    assert said.code is ExitCode.USAGE
    assert "parameters" in said.err
