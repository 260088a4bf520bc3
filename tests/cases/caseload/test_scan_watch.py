"""A running scan is seen with its stage while it runs, and only then."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import cases.scan
from cases.caseload.caseload import Caseload
from cases.caseload.scan_watch import ScanWatch
from cases.exit_codes import ExitCode
from cases.running import RunningScan, running_file
from cases.store.place import place_of
from tests.cases.rooms import DAY, Rooms
from tests.cases.stores import PostgresqlStore

RUN = "20261120T005500000000Z-0123abcd"


def looking(caseload: Caseload, seen: list[ScanWatch], stage: Callable[..., Any]) -> Callable[..., Any]:
    """The stage, and a look at the running scan before it."""

    def looked(*given: object) -> Any:
        seen.append(caseload.watch_scan())
        return stage(*given)

    return looked


def test_a_scan_is_seen_at_each_stage_and_not_after_it(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms.scan()
    seen: list[ScanWatch] = []
    detect, write = cases.scan.detect, cases.scan.write
    with rooms.caseload() as caseload:
        before = caseload.watch_scan()
        assert (before.running, before.newest) == (None, 1)
        monkeypatch.setattr(cases.scan, "detect", looking(caseload, seen, detect))
        monkeypatch.setattr(cases.scan, "write", looking(caseload, seen, write))
        rooms.scan(DAY.replace(day=21))
        after = caseload.watch_scan()
    assert [(one.running.stage if one.running else None, one.newest) for one in seen] == [("detect", 1), ("write", 1)]
    assert seen[0].running is not None
    assert seen[0].running.started == datetime(2026, 11, 20, 19, tzinfo=UTC)
    assert (after.running, after.newest) == (None, 2)
    assert not running_file(rooms.desk.folder / ".patuh", seen[0].running.run_id).exists()


def test_a_dry_run_is_not_told_for_nothing_comes_of_it(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(rooms.desk.store, PostgresqlStore):
        pytest.skip("the lock in the database does not tell a dry run apart")
    rooms.scan()
    seen: list[ScanWatch] = []
    detect = cases.scan.detect
    with rooms.caseload() as caseload:
        monkeypatch.setattr(cases.scan, "detect", looking(caseload, seen, detect))
        rooms.command("scan", "--dry-run", "--config", rooms.desk.config, day=DAY.replace(day=21))
    assert [one.running for one in seen] == [None]


def test_what_a_killed_scan_left_is_no_running_scan_and_is_swept(rooms: Rooms) -> None:
    rooms.scan()
    left = running_file(rooms.desk.folder / ".patuh", RUN)
    left.parent.mkdir(exist_ok=True)
    left.write_text(json.dumps({"run_id": RUN, "stage": "detect", "in_stage": "2026-11-20T00:55:00+00:00"}), "utf-8")
    with rooms.caseload() as caseload:
        assert caseload.watch_scan().running is None
    rooms.scan(DAY.replace(day=21))
    assert not left.exists()


def test_a_scan_that_fails_leaves_no_word_of_itself(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms.scan()

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cases.scan, "detect", broken)
    rooms.scan(DAY.replace(day=21), ExitCode.STORE)
    assert list((rooms.desk.folder / ".patuh" / "running").glob("*")) == []
    with rooms.caseload() as caseload:
        assert (caseload.watch_scan().running, caseload.watch_scan().newest) == (None, 1)


def test_a_scan_on_another_machine_is_seen_by_its_lock_in_the_database(rooms: Rooms) -> None:
    if not isinstance(rooms.desk.store, PostgresqlStore):
        pytest.skip("a file is scanned by the machine that it is on")
    rooms.scan()
    place = place_of(rooms.desk.store.url)
    with rooms.caseload() as caseload:
        with place.scans_elsewhere(RUN):
            running = caseload.watch_scan().running
        assert running == RunningScan(RUN, datetime(2026, 11, 20, 0, 55, tzinfo=UTC))
        assert caseload.watch_scan().at - running.started == timedelta(minutes=5)
        with place.scans_elsewhere("patuh audit purge"):
            assert caseload.watch_scan().running is None
        assert caseload.watch_scan().running is None
