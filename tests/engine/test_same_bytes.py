"""The same registers give the same bytes: neither threads nor the order in which a join gives its rows may show."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

import connectors.assembly_query
import connectors.duck
import connectors.land
import engine.backend
from connectors.assemble import AssemblyDay, assemble
from connectors.duck import open_duck
from connectors.gates import gate
from connectors.land import land
from connectors.landed import Gated
from connectors.parquet_writing import PASSING, WRITTEN
from connectors.sample import write_sample
from connectors.snapshot import Snapshots
from engine.detect import Work, detect
from rules.load import Loaded, load
from rules.working_days import shipped_calendar

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
SEVERAL_ROW_GROUPS = 90_000
"""Employers of a province whose members fill more than one row group: only then do threads share a register."""
SMALL = ", ROW_GROUP_SIZE 2048)"
"""The smallest row group that there is: with it a small province fills several."""


def judged(loaded: Loaded, gated: dict[str, Gated], scratch: Path) -> list[str]:
    configuration, facts = loaded.configuration, loaded.book.vocabulary.facts
    day = AssemblyDay(TODAY, reconstruction=False)
    assembled = {
        name: assemble(one, facts[name], configuration.sources, gated, day, scratch / "facts")
        for name, one in configuration.assemblies.items()
    }
    work = Work(loaded.book, tuple(loaded.book.rules), TODAY, shipped_calendar()[0], {}, scratch / "engine")
    found = detect(work, assembled, scratch / "found")
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in (found.findings, found.unknowns)]


@pytest.mark.parametrize(
    ("employers", "end"),
    [
        pytest.param(6_000, SMALL, id="small"),
        pytest.param(SEVERAL_ROW_GROUPS, ")", id="large", marks=pytest.mark.large),
    ],
)
def test_any_number_of_threads_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, employers: int, end: str
) -> None:
    monkeypatch.setattr(connectors.land, "WRITTEN", WRITTEN.removesuffix(")") + end)
    monkeypatch.setattr(connectors.assembly_query, "PASSING", PASSING.removesuffix(")") + end)
    folder = write_sample(tmp_path / "sample", employers, 3, TODAY).folder
    loaded, snapshots, gated = load(folder / "rules.yaml"), Snapshots(tmp_path / "state"), {}
    for name, source in loaded.configuration.sources.items():
        fact = loaded.book.vocabulary.facts[source.fact]
        landed = land(source, fact, snapshots, tmp_path / "landing", NOW)
        gated[name] = gate(landed, source, TODAY, None)
    answers = []
    for threads in (1, 4):

        def opened(scratch: Path, memory: str = "600MB", threads: int = threads) -> duckdb.DuckDBPyConnection:
            return open_duck(scratch, memory, threads)

        monkeypatch.setattr(connectors.duck, "_idle", [])
        monkeypatch.setattr(connectors.duck, "open_duck", opened)
        monkeypatch.setattr(engine.backend, "open_duck", opened)
        answers.append(judged(loaded, gated, tmp_path / f"threads-{threads}"))
    assert answers[0] == answers[1]
