"""What registers say of a party: found by its identifiers, covered, counted, and told where it was not asked."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cases.access.identity import identified
from cases.caseload.caseload import Caseload, Rulings
from cases.commands.reading import open_reading
from cases.register_rows import ROWS, Register, RegisterRows
from cases.setting import Setting
from cases.wording import Wording
from connectors.snapshot import Snapshots, Tombstone
from tests.cases.conftest import DAY, Office
from tests.cases.office import replaced

EN, ID = Wording("en"), Wording("id")
PEOPLE = """people:
  rina: {name: Rina Contoh, roles: [supervisor], regions: all}
  sari: {name: Sari Contoh, roles: [inspector], regions: ["19"]}
offices:
"""


class Desk:
    """An office, and who asks its registers."""

    def __init__(self, office: Office) -> None:
        self.folder, self.store = office.folder, office.store
        self.opened: list[Caseload] = []

    def caseload(self, login: str = "rina") -> Caseload:
        reading = open_reading(self.folder / "rules.yaml", None, "en", DAY)
        now = datetime(DAY.year, DAY.month, DAY.day, 8, tzinfo=UTC)
        setting = Setting(now=lambda: now, seconds=lambda: 0.0, salt=lambda: bytes(32), user=login)
        who = identified(login, reading.configuration.people)
        self.opened.append(Caseload(self.store.url, who, setting, lambda: Rulings(reading.configuration, reading.work)))
        return self.opened[-1]

    def employer(self) -> int:
        """A case of an employer that has a membership number, so that several registers know it."""
        return int(
            self.store.ask(
                "SELECT min(c.id) FROM case_file c JOIN party_identifier i ON i.party_id = c.party_id "
                "WHERE i.kind = 'npp'"
            )[0]
        )

    def source(self, name: str) -> Path:
        """Where the rows lie that the last scan landed of a register."""
        snapshots = Snapshots(self.folder / ".patuh")
        record = snapshots.latest()
        assert record is not None
        digest = record.sources[name].digest
        assert digest is not None
        return snapshots.path(digest) / "rows.parquet"


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    replaced(office.folder / "rules.yaml", "offices:\n", PEOPLE)
    made = Desk(office)
    yield made
    for one in made.opened:
        one.close()


@pytest.fixture
def quick(scanned: Path) -> Iterator[Desk]:
    from tests.cases.stores import SqliteStore  # noqa: PLC0415

    replaced(scanned / "rules.yaml", "offices:\n", PEOPLE)
    made = Desk(Office(scanned, SqliteStore(scanned / "patuh.db")))
    yield made
    for one in made.opened:
        one.close()


def of(rows: RegisterRows, source: str) -> Register:
    return next(one for one in rows.registers if one.source == source)


def rewritten(place: Path, **columns: Any) -> None:
    """The same rows with other values; the snapshot keeps its size on record, so it has to be told."""
    import json  # noqa: PLC0415

    table = pq.read_table(place)
    for name, value in columns.items():
        values = value(table[name].to_pylist())
        table = table.set_column(table.column_names.index(name), name, pa.array(values, table.schema.field(name).type))
    pq.write_table(table, place)
    meta = place.parent / "landed.json"
    said = json.loads(meta.read_text("utf-8"))
    said["sizes"]["rows.parquet"] = place.stat().st_size
    meta.write_text(json.dumps(said), "utf-8")


def test_every_register_is_told_found_without_a_row_or_not_searched(desk: Desk) -> None:
    case = desk.employer()
    caseload = desk.caseload()
    rows = caseload.register_rows(case, EN)
    assert rows.scanned == DAY
    known = {one.source for one in rows.registers} | set(rows.without) | {name for name, _ in rows.unsearched}
    assert known == set(caseload.rulings.configuration.sources)
    membership = of(rows, "membership")
    assert (membership.count, len(membership.rows), membership.elsewhere) == (1, 1, 0)
    assert "NPP" in membership.by
    assert membership.as_of is not None
    assert ("payment_proofs", "no column of it says who a party is") in rows.unsearched


def test_rows_are_found_whatever_marks_stand_in_their_identifiers(quick: Desk) -> None:
    """The case's own key against numbers written with dots, and one more for which only blanks stand."""
    case = quick.employer()
    npp = quick.store.ask(
        "SELECT i.value FROM party_identifier i JOIN case_file c ON c.party_id = i.party_id "
        f"WHERE c.id = {case} AND i.kind = 'npp'"
    )[0]
    dotted = f" {npp[:3]}-{npp[3:5]}.{npp[5:].lower()} "
    rewritten(quick.source("membership"), npp=lambda found: [dotted if one == npp else one for one in found])
    membership = of(quick.caseload().register_rows(case, EN), "membership")
    assert membership.count == 1


@pytest.mark.parametrize(
    "written",
    ["{0}", "{0}000123", "{1}", "{1:.2}.{1:.5}", " {0} ", "0 9"],
    ids=["16", "22", "15", "marks", "blanks", "another"],
)
def test_a_taxpayer_is_found_in_each_form_that_registers_write(quick: Desk, written: str) -> None:
    case, core = quick.store.ask(
        "SELECT c.id, i.value FROM case_file c JOIN party_identifier i ON i.party_id = c.party_id "
        "JOIN party p ON p.id = c.party_id WHERE i.kind = 'npwp' AND length(i.value) = 10 ORDER BY c.id LIMIT 1"
    )[0]
    whole, old = f"{core}407000", f"{core[1:]}407000"
    forms = {"{1:.2}.{1:.5}": f"{old[:2]}.{old[2:5]}.{old[5:8]}.{old[8]}-{old[9:12]}.{old[12:]}", "0 9": "0 9"}
    text = forms.get(written) or written.format(whole, old)
    place = quick.source("warnings")
    count = pq.read_metadata(place).num_rows
    assert count > 1
    others = [f"0{number:09d}407000" for number in range(700_000_000, 700_000_000 + count - 1)]
    rewritten(place, npwp=lambda _: [text, *others])
    rows = quick.caseload().register_rows(int(case), EN)
    found = [one for one in rows.registers if one.source == "warnings"]
    assert [(one.count, one.by) for one in found] == ([] if written == "0 9" else [(1, ("NPWP",))])


def test_personal_data_is_covered_and_said_in_words(desk: Desk) -> None:
    case = desk.store.ask(
        "SELECT min(c.id) FROM case_file c JOIN party p ON p.id = c.party_id JOIN party_identifier i "
        "ON i.party_id = p.id WHERE p.kind = 'person' AND i.kind = 'nik'"
    )[0]
    nik, name = desk.store.ask(
        "SELECT i.value, p.name FROM party_identifier i JOIN case_file c ON c.party_id = i.party_id "
        f"JOIN party p ON p.id = c.party_id WHERE c.id = {case} AND i.kind = 'nik'"
    )[0]
    for wording, label in ((EN, "national identity number"), (ID, "NIK")):
        rows = desk.caseload().register_rows(case, wording)
        assert rows.registers
        said = [value for one in rows.registers for row in one.rows for value in row.values]
        assert nik not in str(said)
        assert name not in str(said)
        assert any(known == label and value.startswith(nik[:6]) and "*" in value for known, value in said), said


def test_many_rows_are_counted_and_the_first_of_them_shown(quick: Desk) -> None:
    case = quick.employer()
    npp = quick.store.ask(
        "SELECT i.value FROM party_identifier i JOIN case_file c ON c.party_id = i.party_id "
        f"WHERE c.id = {case} AND i.kind = 'npp'"
    )[0]
    rewritten(quick.source("membership"), npp=lambda found: [npp] * len(found))
    membership = of(quick.caseload().register_rows(case, EN), "membership")
    whole = pq.read_metadata(quick.source("membership")).num_rows
    assert (membership.count, len(membership.rows)) == (whole, ROWS)
    numbers = [row.number for row in membership.rows]
    assert numbers == sorted(numbers)


def test_rows_of_other_regions_are_left_out_and_counted_for_who_is_for_some(quick: Desk) -> None:
    case = quick.store.ask(
        "SELECT min(c.id) FROM case_file c JOIN party p ON p.id = c.party_id JOIN party_identifier i "
        "ON i.party_id = p.id WHERE p.kind = 'employer' AND i.kind = 'source' AND i.value LIKE 'employer:W%'"
    )[0]
    wlkp = of(quick.caseload().register_rows(case, EN), "wlkp")
    assert wlkp.count >= 1
    rewritten(quick.source("wlkp"), region=lambda found: ["31.71"] * len(found))
    theirs = of(quick.caseload("sari").register_rows(case, EN), "wlkp")
    assert (theirs.count, theirs.elsewhere, theirs.rows) == (0, wlkp.count, ())
    assert of(quick.caseload("rina").register_rows(case, EN), "wlkp").count == wlkp.count


def test_a_register_that_was_purged_and_one_that_is_gone_say_so(quick: Desk) -> None:
    snapshots = Snapshots(quick.folder / ".patuh")
    record = snapshots.latest()
    assert record is not None
    purged, gone = record.sources["membership"].digest, record.sources["warnings"].digest
    assert purged is not None
    assert gone is not None
    snapshots.purge(purged, Tombstone(datetime(2026, 11, 19, tzinfo=UTC), "tini", "24 months"))
    shutil.rmtree(snapshots.path(gone))
    unsearched = dict(quick.caseload().register_rows(quick.employer(), EN).unsearched)
    assert unsearched["membership"] == "purged on 19 November 2026 by tini (snapshots: 24 months)"
    assert "is gone or damaged" in unsearched["warnings"]


def test_without_the_record_of_the_scan_no_register_is_searched_and_each_says_why(quick: Desk) -> None:
    for place in (quick.folder / ".patuh" / "runs").glob("*.json"):
        place.unlink()
    rows = quick.caseload().register_rows(quick.employer(), EN)
    assert rows.registers == ()
    assert all("its record is not in the state folder" in why for _, why in rows.unsearched)
    assert len(rows.unsearched) == len(quick.caseload().rulings.configuration.sources)


def test_what_a_register_holds_is_never_sql(quick: Desk) -> None:
    case = quick.employer()
    quick.store.change(
        "UPDATE party_identifier SET value = value || '''); DROP TABLE x; --' WHERE kind IN ('npp', 'source')"
    )
    rows = quick.caseload().register_rows(case, EN)
    assert "membership" not in {one.source for one in rows.registers if "NPP" in one.by}
