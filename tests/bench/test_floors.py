"""The floors give what the product gives: the same rows, so that their seconds can be compared."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlmodel import SQLModel

from bench.by_hand import Counts, detect_by_hand, night_by_hand
from bench.ground import Nation, assembled_in, rule_book, work_on
from bench.results import NAMES, PAIRS, Run, remarks, table
from bench.stores import BEFORE, Databases, Files, Stores, before
from bench.tasks import NIGHTS, TASKS, measure
from engine.compile import OUTCOMES
from engine.detect import detect
from tests.bench.hostile import hostile_facts
from tests.cases.stores import PostgresqlStore, SqliteStore


def difference(first: Path, second: Path) -> list[tuple[object, ...]]:
    """Rows that one file has and the other has not, as often as it has them."""
    with duckdb.connect() as connection:
        ours, theirs = (f"SELECT * FROM read_parquet('{path}')" for path in (first, second))
        return connection.execute(
            f"({ours} EXCEPT ALL {theirs}) UNION ALL ({theirs} EXCEPT ALL {ours}) LIMIT 3"
        ).fetchall()


def both_detect(facts: Path, into: Path) -> Counts:
    """Detect by hand and with the engine; return the counts when both say the same."""
    found = detect(work_on(rule_book(), into / "scratch"), assembled_in(facts), into / "engine")
    counts = detect_by_hand(facts, into / "hand")
    assert found.not_judged == ()
    for ours in (found.findings, found.notices, found.unknowns):
        assert difference(ours, into / "hand" / ours.name) == []
    engine_counts = {(c.rule, c.region, c.outcome): c.subjects for c in found.counts if c.subjects}
    assert engine_counts == {(rule, region, OUTCOMES[code]): subjects for rule, region, code, subjects in counts}
    return counts


def contents(stores: Stores, name: str) -> dict[str, list[Any]]:
    assert isinstance(stores, Files | Databases)
    store = (
        SqliteStore(stores.path(name)) if isinstance(stores, Files) else PostgresqlStore(stores.server, f"bench_{name}")
    )
    return {table: sorted(store.ask(f'SELECT * FROM "{table}"'), key=repr) for table in SQLModel.metadata.tables}


@pytest.mark.parametrize("which", ["facts", "changed"])
def test_detection_by_hand_gives_the_findings_counts_and_unknowns_of_the_engine(
    nation: Nation, tmp_path: Path, which: str
) -> None:
    facts = nation.folder / which
    counts = both_detect(facts, tmp_path)
    assert {rule for rule, *_ in counts} == set(rule_book().rules)


@pytest.mark.parametrize("seed", [1, 2])
def test_detection_by_hand_and_the_engine_agree_on_facts_that_agree_with_nobody(
    nation: Nation, tmp_path: Path, seed: int
) -> None:
    book = rule_book()
    hostile_facts(book, assembled_in(nation.facts), seed, tmp_path / "facts")
    met = {(rule, OUTCOMES[code]) for rule, _, code, _ in both_detect(tmp_path / "facts", tmp_path)}
    assert met >= {(rule, outcome) for rule in book.rules for outcome in ("pass", "violation", "unknown")}
    assert met >= {(name, "not_applicable") for name, rule in book.rules.items() if rule.scope}


@pytest.mark.parametrize("number", [1, 2])
def test_a_night_by_hand_leaves_the_store_as_the_scan_does(
    nation: Nation, nights: Stores, tmp_path: Path, number: int
) -> None:
    with before(nights, number) as url:
        night_by_hand(nation, number, url, tmp_path / "work")
        found = contents(nights, "measured")
    expected = contents(nights, BEFORE[number + 1])
    assert found == expected
    assert expected["finding"]
    assert expected["case_file"]


def test_the_second_night_opens_resolves_and_changes(nation: Nation) -> None:
    first, second = (contents(Files(nation.stores), name)["finding"] for name in ("first", "second"))
    old = {row[0]: row for row in first}
    new = [row for row in second if row[0] not in old]
    changed = [row for row in second if row[0] in old and row != old[row[0]]]
    assert new
    assert any("resolved" in row for row in changed)
    assert any("open" in row for row in changed)
    assert len(new) + len(changed) < len(second) / 10


def test_the_same_night_again_writes_nothing_but_its_own_line(nation: Nation, tmp_path: Path) -> None:
    measured = measure("identical night on sqlite", nation, tmp_path, None)
    rows = measured["rows"]
    assert isinstance(rows, dict)
    assert {table: count for table, count in rows.items() if count} == {"scan": 1}


def test_landing_and_copying_read_the_same_rows(nation: Nation, tmp_path: Path) -> None:
    rows = {}
    for task in ("landing delivered", "copy delivered"):
        into = tmp_path / task
        into.mkdir()
        rows[task] = TASKS[task](nation, into)["rows"]
    assert rows["landing delivered"] == rows["copy delivered"]


def test_the_table_says_what_was_met_and_what_was_missed() -> None:
    tasks = {task for pair in PAIRS for task in (pair.task, pair.floor) if task}
    assert tasks == {*TASKS, *(f"{night} on {kind}" for night in NIGHTS for kind in NAMES)}
    seconds = dict.fromkeys(tasks, 1.0) | {"detection": 1.3, "second floor on postgresql": 0.4, "durable-rules": 130.0}
    said = {"rows": {"scan": 1, "finding": 2}, "findings": {}, "judging": 1.0}
    measured = {task: [Run(seconds[task], 1100.0, said)] for task in tasks}
    lines = table(measured)
    assert (
        "| Detection, all rules | 1.30 | 1100 | hand-written SQL, same outputs | 1.00 | 1100 | 1.30 | ≤ 1.35 | met |"
        in lines
    )
    assert any("130 x faster | ≥ 75 x | met" in line for line in lines)
    assert any("2.50 | ≤ 2.0 | **missed**" in line for line in lines)
    assert any("1100 MiB (asked: at most 1024; **missed**)" in line for line in remarks(measured))
    assert any("wrote {'finding': 2}" in line for line in remarks(measured))
