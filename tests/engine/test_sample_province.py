"""The whole way from written registers to findings, against the truth that was planted before any row was made."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from connectors.assemble import AssemblyDay, assemble
from connectors.gates import gate
from connectors.land import land
from connectors.landed import Standing
from connectors.sample import write_sample
from connectors.snapshot import Snapshots
from engine.detect import Work, detect
from engine.findings import Detection
from rules.load import load
from rules.working_days import shipped_calendar

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def scanned(folder: Path, scratch: Path) -> Detection:
    loaded = load(folder / "rules.yaml")
    assert not loaded.faults
    configuration, facts = loaded.configuration, loaded.book.vocabulary.facts
    snapshots, gated = Snapshots(scratch / "state"), {}
    for name, source in configuration.sources.items():
        landed = land(source, facts[source.fact], snapshots, scratch / "landing", NOW)
        gated[name] = gate(landed, source, TODAY, None)
        assert gated[name].standing is Standing.SAID, (name, gated[name].reason)
    day = AssemblyDay(TODAY, reconstruction=False)
    assembled = {
        name: assemble(one, facts[name], configuration.sources, gated, day, scratch / "facts")
        for name, one in configuration.assemblies.items()
    }
    rules = tuple(loaded.book.rules)
    work = Work(loaded.book, rules, TODAY, shipped_calendar()[0], {}, scratch / "engine")
    return detect(work, assembled, scratch / "found")


def only_in_one(connection: duckdb.DuckDBPyConnection, ours: str, planted: str) -> list[tuple[object, ...]]:
    return connection.execute(
        f"(SELECT 'extra', * FROM ({ours} EXCEPT ALL {planted})) UNION ALL "
        f"(SELECT 'missed', * FROM ({planted} EXCEPT ALL {ours})) LIMIT 5"
    ).fetchall()


@pytest.mark.parametrize(
    ("employers", "seed"), [(50, 9), (5_000, 2), (100_001, 4), pytest.param(1_000_000, 1, marks=pytest.mark.large)]
)
def test_findings_and_unknowns_equal_what_was_planted(tmp_path: Path, employers: int, seed: int) -> None:
    written = write_sample(tmp_path / "sample", employers, seed, TODAY)
    found = scanned(written.folder, tmp_path)
    standings = ", ".join(f"'{standing.name.lower()}'" for standing in Standing)
    with duckdb.connect() as connection:
        planted = f"SELECT rule, subject_key FROM read_csv('{written.truth}', header = true, all_varchar = true)"
        assert only_in_one(connection, f"SELECT rule, subject_key FROM '{found.findings}'", planted) == []
        unknown = (
            f"SELECT rule, subject_key, [{standings}][reason + 1] AS reason, coalesce(source, '') AS source "
            f"FROM '{found.unknowns}' WHERE line <> 'needs 1'"
        )
        told = (
            "SELECT rule, subject_key, reason, source FROM "
            f"read_csv('{written.truth_unknown}', header = true, all_varchar = true) WHERE source <> ''"
        )
        said = f"SELECT * FROM ({told}) WHERE (rule, subject_key) IN (SELECT (rule, subject_key) FROM ({unknown}))"
        assert only_in_one(connection, unknown, said) == []
        everyone = (
            f"SELECT rule, subject_key FROM read_csv('{written.truth_unknown}', header = true, all_varchar = true)"
        )
        assert only_in_one(connection, f"SELECT rule, subject_key FROM '{found.unknowns}'", everyone) == []
    assert sum(written.violations.values()) == sum(c.subjects for c in found.counts if c.outcome == "violation")
    assert not [count for count in found.counts if count.outcome == "error"]
    assert found.not_judged == ()
