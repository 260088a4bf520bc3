"""Data repair: causes and subjects in one's regions, and the list for the owner of a register, on record."""

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cases.access.identity import NotPermittedError
from cases.caseload.repairs import RepairWanted
from cases.exit_codes import ExitCode
from cases.proof.anchors import anchor_folder
from cases.repair_list import GONE, RepairCause
from cases.wording import Wording
from rules.configuration import Person
from rules.errors import OutputError, UsageError
from tests.cases.rooms import DAY, EMPLOYERS, RINA, SARI, Rooms

EN = Wording("en")
ALL = RepairWanted()
SAYS_NOTHING = (
    ("W-07", "CV Contoh 7", "19.01", ""),
    ("W-08", "CV Contoh 8", "31.71", ""),
    ("W-09", "=1+1", "19.71", ""),
)
CAUSE = RepairCause("SIZE-01", "wlkp", "employed_workers", None, 0, 3)
AGUS = Person("agus", "Agus Contoh", frozenset({"auditor"}), None)


def test_causes_and_their_subjects_are_of_ones_regions_and_paged_by_key(rooms: Rooms) -> None:
    rooms.write((*EMPLOYERS, *SAYS_NOTHING))
    rooms.scan()
    with rooms.caseload() as caseload:
        room = caseload.repair(ALL)
        assert (room.as_of, room.causes, room.refused) == (DAY, (CAUSE,), None)
        assert caseload.counts_beside()[1].count == 3
        first = caseload.repair_subjects(ALL, CAUSE, None, 2)
        assert [(one.region, one.key) for one in first.subjects] == [("19.01", "***7"), ("19.71", "***9")]
        assert first.more
        rest = caseload.repair_subjects(ALL, CAUSE, first.subjects[-1].at, 2)
        assert ([(one.region, one.key) for one in rest.subjects], rest.more) == ([("31.71", "***8")], False)
        assert caseload.repair(RepairWanted(region="31")).causes[0].subjects == 1
        assert caseload.repair(RepairWanted(source="none")).causes == ()
    with rooms.caseload(SARI) as caseload:
        assert caseload.repair(ALL).causes[0].subjects == 2
        assert caseload.counts_beside()[1].count == 2
        assert [one.region for one in caseload.repair_subjects(ALL, CAUSE).subjects] == ["19.01", "19.71"]


def test_a_subject_that_is_gone_is_to_be_repaired_too(rooms: Rooms) -> None:
    config = rooms.desk.config
    config.write_text(config.read_text("utf-8").replace("{max_share: 0.3}", "{max_share: 1.0}"), "utf-8")
    many = (*EMPLOYERS, *((f"S-{one:02}", "CV Kecil", "19.71", 2) for one in range(40)))
    rooms.write(many)
    rooms.scan()
    rooms.write(many[1:])
    later = DAY.replace(day=21)
    rooms.scan(later)
    with rooms.caseload(day=later) as caseload:
        (cause,) = caseload.repair(ALL).causes
        assert cause == RepairCause("SIZE-01", "wlkp", None, None, GONE, 1)
        assert caseload.counts_beside()[1].count == 1
        assert [one.key for one in caseload.repair_subjects(ALL, cause).subjects] == ["***1"]
        done = caseload.export_repair(ALL, "wlkp", rooms.desk.folder / "list.csv", None, EN)
    (row,) = list(csv.reader(done.path.read_text("utf-8-sig").splitlines()))[1:]
    assert row[3] == "gone from the register, and a finding of it is open"


def test_the_list_for_the_owner_holds_no_more_than_is_needed_and_is_on_record(rooms: Rooms) -> None:
    rooms.write((*EMPLOYERS, *SAYS_NOTHING))
    rooms.scan()
    into = rooms.desk.folder / "list.csv"
    anchors = anchor_folder(rooms.desk.folder / ".patuh" / "anchors", rooms.desk.store.url)
    with rooms.caseload() as caseload:
        done = caseload.export_repair(ALL, "wlkp", into, None, EN)
    assert list(csv.reader(into.read_text("utf-8-sig").splitlines())) == [
        ["Key", "Region", "Field", "Reason", "What to do", "Rule"],
        *(
            [
                key,
                f"'{region}",
                "employed_workers",
                "the register has the row but not the value",
                "fill in the value",
                "SIZE-01",
            ]
            for region, key in (("19.01", "***7"), ("19.71", "***9"), ("31.71", "***8"))
        ),
    ]
    assert "repair wlkp" in next(anchors.glob(f"*{done.anchor.number}*")).read_text("utf-8")
    assert rooms.desk.store.ask("SELECT count(*) FROM unmasking") == [0]
    assert rooms.desk.unsound() == []


def test_keys_are_whole_for_a_purpose_that_is_written_down(rooms: Rooms) -> None:
    rooms.write((*EMPLOYERS, *SAYS_NOTHING))
    rooms.scan()
    into = rooms.desk.folder / "list.xlsx"
    with rooms.caseload(SARI) as caseload:
        done = caseload.export_repair(ALL, "wlkp", into, "The labour office looks them up", EN)
    rows = list(load_workbook(into).active.values)
    assert done.rows == 2
    assert [(row[0], row[1]) for row in rows] == [("Key", "Region"), ("W-07", "19.01"), ("W-09", "19.71")]
    assert rooms.desk.store.ask('SELECT who, command, purpose, "rows" FROM unmasking') == [
        ("sari", "repair export", "The labour office looks them up", 2)
    ]


def test_refusals_say_what_is_missing_and_leave_no_file(rooms: Rooms, tmp_path: Path) -> None:
    rooms.scan()
    with rooms.caseload(RINA) as caseload, pytest.raises(UsageError, match="nothing of wlkp has to be repaired"):
        caseload.export_repair(ALL, "wlkp", tmp_path / "a.csv", None, EN)
    rooms.write((*EMPLOYERS, *SAYS_NOTHING))
    rooms.scan(DAY.replace(day=21))
    with rooms.caseload(RINA) as caseload, pytest.raises(OutputError, match="half a list would look like a whole one"):
        caseload.export_repair(ALL, "wlkp", tmp_path / "none" / "a.csv", None, EN)
    with rooms.caseload(AGUS) as caseload:
        assert "that is for the roles inspector, supervisor" in str(caseload.repair(ALL).refused)
        with pytest.raises(NotPermittedError, match="may not export to a register's owner"):
            caseload.export_repair(ALL, "wlkp", tmp_path / "a.csv", None, EN)
    assert not (tmp_path / "a.csv").exists()


def test_the_command_writes_the_same_list(rooms: Rooms) -> None:
    rooms.write((*EMPLOYERS, *SAYS_NOTHING))
    rooms.scan()
    into = rooms.desk.folder / "list.csv"
    words = ("repair", "export", "--output", into, "--config", rooms.desk.config, "--lang", "en")
    said = rooms.command(*words, "--source", "wlkp", "--region", "19")
    assert "2 rows written to" in said
    assert "Anchor 00000002" in said
    assert "***7" in into.read_text("utf-8-sig")
    assert "--source 'wlpk' is not known" in rooms.command(*words, "--source", "wlpk", code=ExitCode.USAGE)
