"""durable-rules alone and plain Python answer what the engine answers, so that their seconds can be compared."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from bench.by_durable import by_durable
from bench.by_python import by_python
from bench.ground import Nation, assembled_in, rule_book, work_on
from bench.slices import FIVE, Timed, cut
from engine.detect import detect
from engine.findings import Detection

Judge = Callable[[Mapping[str, Path]], Timed]


def rows(sql: str) -> Counter[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return Counter(connection.execute(sql).fetchall())


@pytest.fixture(scope="module", params=["facts", "changed"])
def facts(nation: Nation, request: pytest.FixtureRequest) -> Path:
    return nation.folder / str(request.param)


@pytest.fixture(scope="module")
def found(facts: Path, tmp_path_factory: pytest.TempPathFactory) -> Detection:
    into = tmp_path_factory.mktemp("engine")
    return detect(work_on(rule_book(), into / "scratch", FIVE), assembled_in(facts), into / "found")


@pytest.mark.parametrize("judge", [by_durable, by_python])
def test_a_slice_of_everyone_gives_the_counts_unknowns_and_findings_of_the_engine(
    facts: Path, found: Detection, tmp_path: Path, judge: Judge
) -> None:
    answers = judge(cut(facts, 1, tmp_path / "slice")).answers
    assert answers.counts == {(c.rule, c.region, c.outcome): c.subjects for c in found.counts if c.subjects}
    assert Counter(answers.unknowns) == rows(f"SELECT rule, subject_key, region FROM '{found.unknowns}'")
    assert Counter((one.rule, one.key, one.region, one.party_name, one.evidence) for one in answers.findings) == rows(
        f"SELECT rule, subject_key, region, party_name, evidence FROM '{found.findings}'"
    )
    judged = {(rule, outcome) for rule, _, outcome in answers.counts}
    assert {rule for rule, _ in judged} == set(FIVE)
    assert judged >= {(rule, outcome) for rule in FIVE for outcome in ("pass", "violation", "unknown")}
    assert judged >= {(rule, "not_applicable") for rule in FIVE if rule != "KUM-01"}


def test_identifiers_stand_beside_the_party_as_the_facts_write_them(nation: Nation, tmp_path: Path) -> None:
    answers = by_python(cut(nation.facts, 1, tmp_path / "slice")).answers
    said = {
        rule: rows(f"SELECT {key}, {identifiers} FROM '{nation.facts / fact}.parquet'")
        for rule, fact, key, identifiers in (
            ("PDS-TK-01", "employer", "employer_id", "npwp, npwp15, nib, npp"),
            ("JAKON-01", "project", "project_key", "contractor_npwp, contractor_npwp15, contractor_key"),
            ("KUM-01", "partner", "partner_id", "group_id"),
        )
    }
    found = [(one.rule, (one.key, *one.identifiers)) for one in answers.findings if one.rule in said]
    assert {rule for rule, _ in found} == set(said)
    assert all(identifiers in said[rule] for rule, identifiers in found)


def test_both_judge_the_same_part_of_the_facts(nation: Nation, tmp_path: Path) -> None:
    files = cut(nation.facts, 7, tmp_path / "slice")
    everyone = rows(f"SELECT 'x' FROM '{nation.facts / 'employer.parquet'}'").total()
    judged = {name: rows(f"SELECT 'x' FROM '{path}'").total() for name, path in files.items()}
    assert everyone / 14 < judged["employer"] < everyone / 4
    first, second = by_durable(files).answers, by_python(files).answers
    assert first == second
    assert sum(n for (rule, _, _), n in first.counts.items() if rule == "PWBD-01") == judged["employer"]
