"""The last scans on both stores: what they changed, what they read, what came out, each for who looks."""

import shutil

import pytest

from cases.access.identity import NotPermittedError
from cases.exit_codes import ExitCode
from cases.wording import Wording
from rules.configuration import Person
from tests.cases.rooms import DAY, EMPLOYERS, SARI, Rooms

EN = Wording("en")
SAYS_NOTHING = (("W-07", "CV Contoh 7", "19.01", ""),)
LATER = DAY.replace(day=21)
NOBODY = Person("nobody", "Nobody", frozenset(), None)


def test_each_scan_tells_what_it_changed_and_what_came_out_by_rule_and_region(rooms: Rooms) -> None:
    rooms.write((*EMPLOYERS, *SAYS_NOTHING))
    rooms.scan()
    rooms.write((*EMPLOYERS, *SAYS_NOTHING, ("W-08", "CV Contoh 8", "31.71", 40)))
    rooms.scan(LATER)
    with rooms.caseload() as caseload:
        last, first = caseload.night().scans
    assert (first.as_of, last.as_of) == (DAY, LATER)
    assert (first.held, first.findings["held"], first.cases["opened"], first.opened) == (("SIZE-01",), 5, 0, (0,))
    assert first.rules is not None
    assert last.rules is not None
    ((rule,), (later,)) = first.rules, last.rules
    assert (rule.violations, rule.judged, rule.left_open, rule.nights) == (5, 6, 1, (5,))
    assert (later.violations, later.judged, later.left_open, later.nights) == (6, 7, 1, (5, 6))
    assert [(one.name, one.violations) for one in first.regions] == [("19", 4), ("31", 1)]
    assert [(one.name, one.nights) for one in last.regions] == [("19", (4, 4)), ("31", (1, 2))]
    assert first.started.utcoffset() == last.finished.utcoffset()
    assert first.started.hour == 2


def test_a_register_that_was_refused_says_why_as_it_was_measured_that_night(rooms: Rooms) -> None:
    many = (*EMPLOYERS, *((f"S-{one:02}", "CV Kecil", "19.71", 2) for one in range(40)))
    rooms.write(many)
    rooms.scan()
    rooms.write(many[:9])
    rooms.scan(LATER, ExitCode.NOT_JUDGED)
    with rooms.caseload() as caseload:
        scan = caseload.night().scans[0]
    (source,) = scan.refused
    assert (source.name, source.rows) == ("wlkp", 9)
    assert source.refused is not None
    assert "it has 9 rows after 46 in the last run, a fall of 80.4 %" in EN.tell(source.refused)


def test_outcomes_are_of_ones_regions_and_what_changed_is_of_all(rooms: Rooms) -> None:
    rooms.scan()
    with rooms.caseload(SARI) as caseload:
        nights = caseload.night()
    assert nights.regions == ("19",)
    (scan,) = nights.scans
    assert scan.findings["held"] == 5
    assert scan.rules is not None
    assert (scan.rules[0].violations, scan.rules[0].judged) == (4, 4)
    assert [(one.name, one.violations) for one in scan.regions] == [("19.71", 3), ("19.01", 1)]


def test_a_scan_whose_account_is_gone_still_tells_what_the_store_has(rooms: Rooms) -> None:
    rooms.scan()
    shutil.rmtree(rooms.desk.folder / ".patuh" / "runs")
    with rooms.caseload() as caseload:
        (scan,) = caseload.night().scans
    assert (scan.rules, scan.regions, scan.findings["held"]) == (None, (), 5)
    assert [(one.name, one.rows, one.refused) for one in scan.sources] == [("wlkp", 6, None)]


def test_who_may_read_no_report_is_refused(rooms: Rooms) -> None:
    rooms.scan()
    with rooms.caseload(NOBODY) as caseload, pytest.raises(NotPermittedError, match="nobody may not read reports"):
        caseload.night()
