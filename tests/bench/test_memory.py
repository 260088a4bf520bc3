"""What a night finds need not fit into memory at once."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import engine.backend
from bench.ground import Nation, assembled_in, rule_book, work_on
from connectors.duck import open_duck
from engine.detect import detect

LITTLE = "32MB"
"""Enough for the widest rule of the small nation, and for no two."""


def test_findings_are_sorted_rule_by_rule(nation: Nation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: Callable[[Path], duckdb.DuckDBPyConnection] = lambda scratch: open_duck(scratch, memory=LITTLE)  # noqa: E731
    monkeypatch.setattr(engine.backend, "open_duck", opened)
    facts = assembled_in(nation.facts)
    found = detect(work_on(rule_book(), tmp_path / "scratch"), facts, tmp_path / "little")
    monkeypatch.undo()
    whole = detect(work_on(rule_book(), tmp_path / "scratch"), facts, tmp_path / "whole")
    assert found.not_judged == ()
    assert found.findings.read_bytes() == whole.findings.read_bytes()
    assert found.unknowns.read_bytes() == whole.unknowns.read_bytes()
