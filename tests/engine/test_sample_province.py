"""The whole way from written registers to findings, against the truth that was planted before any row was made."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

import connectors.sample.write
from connectors.assemble import AssemblyDay, assemble
from connectors.gates import gate
from connectors.land import land
from connectors.landed import Assembled, Standing
from connectors.sample import SampleWritten, write_sample
from connectors.sample.plan import EMPLOYERS
from connectors.snapshot import Snapshots
from engine.detect import Work, detect, outcomes_of
from engine.findings import Detection
from rules.load import load
from rules.working_days import shipped_calendar

TODAY = date(2026, 11, 20)
RULES_WITHOUT_SCOPE = {"BPU-01", "KUM-01"}
"""Rules that apply to every subject of their fact on that day."""

Outcomes = dict[str, Counter[str]]


def scanned(folder: Path, scratch: Path, today: date = TODAY) -> tuple[Work, dict[str, Assembled], Detection]:
    loaded = load(folder / "rules.yaml")
    assert not loaded.faults
    configuration, facts = loaded.configuration, loaded.book.vocabulary.facts
    snapshots, gated = Snapshots(scratch / "state"), {}
    now = datetime(today.year, today.month, today.day, 1, tzinfo=UTC)
    for name, source in configuration.sources.items():
        landed = land(source, facts[source.fact], snapshots, scratch / "landing", now)
        gated[name] = gate(landed, source, today, None)
        assert gated[name].standing is Standing.SAID, (name, gated[name].reason)
    day = AssemblyDay(today, reconstruction=False)
    assembled = {
        name: assemble(one, facts[name], configuration.sources, gated, day, scratch / "facts")
        for name, one in configuration.assemblies.items()
    }
    rules = tuple(loaded.book.rules)
    work = Work(loaded.book, rules, today, shipped_calendar()[0], {}, scratch / "engine")
    return work, assembled, detect(work, assembled, scratch / "found")


def only_in_one(connection: duckdb.DuckDBPyConnection, ours: str, planted: str) -> list[tuple[object, ...]]:
    return connection.execute(
        f"(SELECT 'extra', * FROM ({ours} EXCEPT ALL {planted})) UNION ALL "
        f"(SELECT 'missed', * FROM ({planted} EXCEPT ALL {ours})) LIMIT 5"
    ).fetchall()


def assert_that_all_is_found(written: SampleWritten, scratch: Path, today: date = TODAY) -> Outcomes:
    """Findings, unknowns and what opens nothing equal the truth, subject by subject; return the outcomes by rule."""
    work, assembled, found = scanned(written.folder, scratch, today)
    opening = [name for name, rule in work.book.rules.items() if rule.status == "stable" and rule.nature != "notice"]
    quiet = [name for name in work.book.rules if name not in opening]
    assert quiet
    standings = ", ".join(f"'{standing.name.lower()}'" for standing in Standing)
    with duckdb.connect() as connection:
        truth = f"FROM read_csv('{written.truth}', header = true, all_varchar = true)"
        planted = f"SELECT rule, subject_key {truth} WHERE rule IN {tuple(opening)}"
        assert only_in_one(connection, f"SELECT rule, subject_key FROM '{found.findings}'", planted) == []
        unknown = (
            f"SELECT rule, subject_key, [{standings}][reason + 1] AS reason, coalesce(source, '') AS source "
            f"FROM '{found.unknowns}'"
        )
        told = (
            "SELECT rule, subject_key, reason, coalesce(source, '') AS source "
            f"FROM read_csv('{written.truth_unknown}', header = true, all_varchar = true)"
        )
        assert only_in_one(connection, unknown, told) == []
        # Notices and trials open nothing: what they say is asked for each planted subject, and counted for all.
        asked = scratch / "asked.parquet"
        connection.execute(f"COPY (SELECT rule, subject_key {truth} WHERE rule IN {tuple(quiet)}) TO '{asked}'")
        said = outcomes_of(work, assembled, asked, scratch / "answers")
        wanted = f"SELECT rule, subject_key, 'violation' AS outcome FROM '{asked}'"
        assert only_in_one(connection, f"SELECT rule, subject_key, outcome FROM '{said}'", wanted) == []
    outcomes: Outcomes = {name: Counter() for name in work.book.rules}
    for count in found.counts:
        outcomes[count.rule][count.outcome] += count.subjects
    violations = {name: counts["violation"] for name, counts in outcomes.items() if counts["violation"]}
    assert violations == dict(written.violations)
    assert not [name for name, counts in outcomes.items() if counts["error"]]
    assert found.not_judged == ()
    return outcomes


@pytest.mark.parametrize(
    ("employers", "seed", "as_parquet"),
    [
        (50, 9, False),
        (5_000, 2, False),
        (5_001, 4, True),
        pytest.param(100_001, 4, True, marks=pytest.mark.large),
        pytest.param(1_000_000, 1, True, marks=pytest.mark.large),
    ],
)
def test_findings_and_unknowns_equal_what_was_planted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, employers: int, seed: int, as_parquet: bool
) -> None:
    monkeypatch.setattr(connectors.sample.write, "PARQUET_ABOVE", min(employers - 1, 100_000) if as_parquet else 5_000)
    written = write_sample(tmp_path / "sample", employers, seed, TODAY)
    outcomes = assert_that_all_is_found(written, tmp_path)
    for name, counts in outcomes.items() if employers > len(EMPLOYERS) else ():
        seen = {outcome for outcome, subjects in counts.items() if subjects}
        lacking = {"violation", "pass", "unknown", "not_applicable"} - seen
        assert lacking <= ({"not_applicable"} if name in RULES_WITHOUT_SCOPE else set()), (name, lacking)


@pytest.mark.parametrize(
    ("today", "seed"),
    [
        # 15 May 2026 is cuti bersama, on which contributions are due all the same: not late that day, late the next.
        (date(2026, 5, 15), 1),
        (date(2026, 5, 16), 1),
        # 15 June 2024 is a Saturday, 17 June Idul Adha, 18 June cuti bersama: due on the 18th.
        (date(2024, 6, 18), 3),
        (date(2024, 6, 19), 3),
        # Working days over the end of a year; the first month with a new cap of JP is March.
        (date(2027, 1, 4), 5),
        (date(2025, 4, 1), 5),
    ],
)
def test_boundaries_hold_on_other_days(tmp_path: Path, today: date, seed: int) -> None:
    written = write_sample(tmp_path / "sample", 60, seed, today)
    assert written.boundary_exact
    assert_that_all_is_found(written, tmp_path, today)


def test_the_same_scan_on_three_days_differs_where_the_law_changed_between(tmp_path: Path) -> None:
    outcomes = {}
    for year in (2024, 2025, 2026):
        today = date(year, 6, 30)
        written = write_sample(tmp_path / f"{year}", 1_000, 7, today)
        outcomes[year] = assert_that_all_is_found(written, tmp_path / f"scan-{year}", today)
    applied = {
        year: {name for name, counts in found.items() if counts["violation"] + counts["pass"]}
        for year, found in outcomes.items()
    }
    # Permenaker 1/2025 (24 February 2025) obliges for non-ASN staff; the letter of 21 February 2025 looks at payments.
    assert applied[2025] - applied[2024] == {"NASN-01", "JAKON-06"}
    # PP 50/2025 dates the tariffs of the self-employed; the first sectoral minimum wage of mining is that of 2026.
    assert applied[2026] - applied[2025] == {"BPU-02", "PDS-UPAH-02-TAMBANG"}
    assert applied[2024] < applied[2025] < applied[2026] == set(outcomes[2026])
    # The KUR duty holds for loans granted from the last day of 2023 on: in 2024 most were granted before.
    loans = {year: found["KUR-01"]["not_applicable"] for year, found in outcomes.items()}
    assert loans[2024] > loans[2025] == loans[2026]
