from pathlib import Path

import duckdb
import pytest

from cases.unknown_list import UnknownCount, UnknownFilter, UnknownSource, list_unknowns, unknowns_file
from connectors.landed import Standing
from engine.findings import UNKNOWN_COLUMNS
from rules.errors import UsageError
from rules.model import RuleBook

ROWS = (
    ("PDS-TK-01", "employer", "WLKP-19710004711", "19.71", "when 1", "registered_workers", "membership", 7),
    ("PDS-TK-01", "employer", "WLKP-19710004712", "19.71.01", "when 1", "registered_workers", "membership", 7),
    ("PDS-TK-01", "employer", "WLKP-19040004713", "19.04", "needs 1", None, None, 0),
    ("JAKON-01", "project", "tender-1", None, "spine", None, "projects", 3),
    ("KUM-01", "partner", "ANGGOTA-000123", "19.71", "when 2", "wage_earner_active", "wage_earners", 11),
)


@pytest.fixture
def source(tmp_path: Path, book: RuleBook) -> UnknownSource:
    file = unknowns_file(tmp_path, "run-1")
    file.parent.mkdir(parents=True)
    columns = ", ".join(f"{name} {kind}" for name, kind in UNKNOWN_COLUMNS.items())
    with duckdb.connect() as duck:
        duck.execute(f"CREATE TABLE unknowns ({columns})")
        duck.executemany(f"INSERT INTO unknowns VALUES ({', '.join('?' * len(UNKNOWN_COLUMNS))})", ROWS)
        duck.execute(f"COPY unknowns TO '{file}' (FORMAT parquet)")
    return UnknownSource(tmp_path, "run-1", tmp_path / "scratch", book.vocabulary)


def test_causes_come_most_frequent_first_with_every_subject_counted(source: UnknownSource) -> None:
    page = list_unknowns(source, UnknownFilter())
    assert page.counts[0] == UnknownCount(
        "PDS-TK-01", "membership", "registered_workers", None, Standing.NOT_COMPLETE, 2
    )
    assert UnknownCount("PDS-TK-01", None, None, "needs 1", Standing.SAID, 1) in page.counts
    assert sum(count.subjects for count in page.counts) == page.total == len(ROWS)
    assert {line.rule for line in page.lines} == {"PDS-TK-01", "JAKON-01", "KUM-01"}


@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        (UnknownFilter(rule="PDS-TK-01"), 3),
        (UnknownFilter(source="membership"), 2),
        (UnknownFilter(region="19.71"), 3),
        (UnknownFilter(region="19.7"), 0),
        (UnknownFilter(rule="PDS-TK-01", region="19"), 3),
        (UnknownFilter(rule="x' OR 1=1 --"), 0),
    ],
)
def test_each_filter_narrows(source: UnknownSource, wanted: UnknownFilter, total: int) -> None:
    page = list_unknowns(source, wanted)
    assert (page.total, len(page.lines)) == (total, total)


def test_pages_join(source: UnknownSource) -> None:
    whole = list_unknowns(source, UnknownFilter()).lines
    first = list_unknowns(source, UnknownFilter(), limit=3)
    assert first.next_offset == 3
    second = list_unknowns(source, UnknownFilter(), offset=3, limit=3)
    assert second.next_offset is None
    assert first.lines + second.lines == whole


def test_keys_are_covered_by_the_class_of_their_field(source: UnknownSource) -> None:
    keys = {line.subject for line in list_unknowns(source, UnknownFilter()).lines}
    assert keys == {"************4711", "************4712", "************4713", "tender-1", "**********0123"}


def test_a_run_without_a_list_says_what_to_do(source: UnknownSource, book: RuleBook) -> None:
    nowhere = UnknownSource(source.state, "run-2", source.scratch, book.vocabulary)
    with pytest.raises(UsageError, match=r"(?s)run run-2 has no list of unknowns.*run patuh scan again"):
        list_unknowns(nowhere, UnknownFilter())
