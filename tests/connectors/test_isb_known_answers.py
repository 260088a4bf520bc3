"""The real procurement sample of Kab. Bandung against the answers that were counted by hand beside it."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from connectors.assemble import AssemblyDay, assemble
from connectors.gates import gate
from connectors.identifiers import npwp_key
from connectors.land import land
from connectors.landed import Assembled, Gated, Standing
from connectors.snapshot import Snapshots
from rules.load import Loaded, load

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
EXAMPLE = ROOT / "examples" / "kab-bandung.yaml"
DAYS = ("2025-05-22", "2025-06-26", "2025-06-30", "2025-07-01", "2025-09-30", "2025-12-31")
OURS = "procurement_kind = 'construction' AND list_has_any(string_split_regex(fund, '[;,] *'), ['APBD', 'APBDP'])"

pytestmark = pytest.mark.skipif(
    not (DATA / "procurement").is_dir(), reason=f"the real procurement sample is not at {DATA}"
)


class Night(NamedTuple):
    """The example landed and gated, ready to be assembled for any day."""

    loaded: Loaded
    gated: dict[str, Gated]
    folder: Path

    def fact(self, day: str) -> Assembled:
        configuration = self.loaded.configuration
        when = AssemblyDay(date.fromisoformat(day), reconstruction=True)
        project = self.loaded.book.vocabulary.facts["project"]
        assembly = replace(configuration.assemblies["project"], only={})  # all packages, as the chain has them
        return assemble(assembly, project, configuration.sources, self.gated, when, self.folder / day)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("kab-bandung")
    loaded = load(EXAMPLE)
    assert loaded.faults == ()
    snapshots = Snapshots(folder / "state")
    project = loaded.book.vocabulary.facts["project"]
    gated = {}
    for name, source in loaded.configuration.sources.items():
        landed = land(source, project, snapshots, folder / "scratch", datetime(2026, 11, 20, tzinfo=UTC))
        gated[name] = gate(landed, source, date(2025, 12, 31), snapshots.previous_rows(name))
    return Night(loaded, gated, folder)


def holidays() -> set[date]:
    with (DATA / "reference" / "holidays_id_2023_2027.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {date.fromisoformat(row[0]) for row in rows}


def fourteen_working_days_after(day: date, off: set[date]) -> date:
    left = 14
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in off
    return day


def overdue(fact: Assembled, day: str) -> list[tuple[str, str | None, bool]]:
    """Key, party and "the works had ended" of each project that was not registered in time."""
    off = holidays()
    identity = npwp_key("contractor_npwp", "contractor_npwp15")
    ended = f"coalesce(least(work_end + 1, handed_over_on) <= DATE '{day}', FALSE)"
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT project_key, coalesce({identity}, contractor_key), {ended}, contract_date FROM '{fact.path}' "
            f"WHERE {OURS} AND stage = 'contracted' AND project_number IS NULL "
            f"AND _standing_project_register = {int(Standing.ABSENT)}"
        ).fetchall()
    today = date.fromisoformat(day)
    return [
        (key, party, ended) for key, party, ended, signed in rows if fourteen_working_days_after(signed, off) < today
    ]


def test_the_folder_lands_whole_and_passes_its_gates(night: Night) -> None:
    projects = night.gated["projects"]
    assert (projects.standing, projects.landed.rows, projects.landed.rejected) == (Standing.SAID, 378, 0)
    register = night.gated["project_register"]
    assert (register.standing, register.landed.rows) == (Standing.SAID, 0)
    assert "tender: no file for handover" in projects.landed.notes


def test_packages_of_194_fall_into_the_known_stages(night: Night) -> None:
    fact = night.fact("2025-12-31")
    with duckdb.connect() as connection:
        stages = dict(
            connection.execute(f"SELECT stage, count(*) FROM '{fact.path}' WHERE {OURS} GROUP BY stage").fetchall()
        )
    assert sum(stages.values()) == 194
    assert stages["contracted"] == 49
    assert (stages["awarded"], stages["finished"]) == (80, 1)
    assert stages["running"] + stages["failed"] + stages.get("cancelled", 0) == 64


@pytest.mark.parametrize(
    ("day", "violations", "parties"), list(zip(DAYS, (3, 14, 17, 17, 32, 49), (3, 13, 15, 15, 29, 42), strict=True))
)
def test_violations_and_parties_on_six_days(night: Night, day: str, violations: int, parties: int) -> None:
    found = overdue(night.fact(day), day)
    assert len(found) == violations
    assert len({party for _, party, _ in found}) == parties
    assert None not in {party for _, party, _ in found}


@pytest.mark.parametrize(("day", "ended"), [("2025-06-30", 12), ("2025-09-30", 26), ("2025-12-31", 40)])
def test_works_that_had_ended(night: Night, day: str, ended: int) -> None:
    assert sum(one[2] for one in overdue(night.fact(day), day)) == ended


def test_without_the_register_nobody_is_overdue(night: Night) -> None:
    gone = replace(night.gated["project_register"], standing=Standing.STALE, reason="too old")
    fact = night._replace(gated={**night.gated, "project_register": gone}, folder=night.folder / "stale")
    assert overdue(fact.fact("2025-12-31"), "2025-12-31") == []


def test_every_region_is_the_regency_by_location_or_by_buyer(night: Night) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT region, region_basis, count(*) FROM '{night.fact('2025-12-31').path}' GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    assert found == [("32.04", "buyer", 347), ("32.04", "location", 31)]


def test_half_of_the_contract_values_keep_their_fractions(night: Night) -> None:
    with duckdb.connect() as connection:
        fractions = connection.execute(
            f"SELECT count(*) FROM '{night.fact('2025-12-31').path}' "
            f"WHERE {OURS} AND stage = 'contracted' AND contract_value <> trunc(contract_value)"
        ).fetchone()
    assert fractions == (20,)
