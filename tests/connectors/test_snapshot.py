"""Snapshots: whole or not at all, stored once, and the record of which run read what."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.landed import Landed
from connectors.run_record import Record
from connectors.snapshot import Snapshots
from rules.errors import Message, SourceError, StoreError, UsageError

NIGHT = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)


@pytest.fixture
def landed(tmp_path: Path) -> Landed:
    path, rejects = tmp_path / "rows.parquet", tmp_path / "rejects.parquet"
    path.write_bytes(b"PAR1 rows")
    rejects.write_bytes(b"PAR1 rejects")
    return Landed(
        source="wlkp",
        path=path,
        rejects=rejects,
        rows=10,
        rejected=1,
        unreadable_keys=1,
        sha256="a" * 64,
        as_of=date(2026, 11, 1),
        landed_at=NIGHT,
        columns=("id", "npwp"),
        notes=("encoding guessed",),
        missing=None,
    )


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "state")


def test_what_is_kept_is_found_again_whole(snapshots: Snapshots, landed: Landed) -> None:
    kept = snapshots.keep("digest1", landed)
    assert kept.path == snapshots.path("digest1") / "rows.parquet"
    assert kept.path.read_bytes() == b"PAR1 rows"
    assert kept.rejects is not None
    assert kept.rejects.read_bytes() == b"PAR1 rejects"
    assert snapshots.find("digest1") == kept
    assert landed.path is not None
    assert landed.path.exists()


def test_what_was_noted_can_still_be_said_in_any_language(snapshots: Snapshots, landed: Landed) -> None:
    parts = (Message("announcement"), "other")
    noted = (
        Message("{kind}: no file for {parts}", kind="tender", parts=parts),
        Message("{count} rows", count=3),
        "old",
    )
    snapshots.keep("digest1", replace(landed, notes=noted))
    found = snapshots.find("digest1")
    assert found is not None
    assert found.notes == ("tender: no file for announcement, other", "3 rows", "old")
    first, second, third = found.notes
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert (first.template, dict(first.values)) == (noted[0].template, {"kind": "tender", "parts": parts})
    assert isinstance(first.values["parts"][0], Message)  # type: ignore[index]
    assert dict(second.values) == {"count": 3}
    assert not isinstance(third, Message)


def test_a_record_says_in_any_language_why_a_source_was_missing(snapshots: Snapshots, landed: Landed) -> None:
    path = Path("/srv/wlkp.csv")
    why = SourceError(
        Message("source '{source}' ({path})", source="wlkp", path=path), Message("why"), Message("do")
    ).message
    snapshots.record("run1", NIGHT.date(), {"wlkp": replace(landed, path=None, missing=why)})
    record = snapshots.latest()
    assert record is not None
    missing = record.sources["wlkp"].missing
    assert isinstance(missing, Message)
    assert missing == "source 'wlkp' (/srv/wlkp.csv)\n    why: why\n    do:  do"
    what = missing.values["what"]
    assert isinstance(what, Message)
    assert what.values["path"] == path


def test_snapshots_of_before_hold_plain_texts(snapshots: Snapshots, landed: Landed) -> None:
    snapshots.keep("digest1", landed)
    meta = json.loads((snapshots.path("digest1") / "landed.json").read_text("utf-8"))
    assert meta["landed"]["notes"] == ["encoding guessed"]
    found = snapshots.find("digest1")
    assert found is not None
    assert found.notes == ("encoding guessed",)


def test_files_of_our_own_are_moved(snapshots: Snapshots, landed: Landed) -> None:
    snapshots.keep("digest1", landed, move=True)
    assert landed.path is not None
    assert not landed.path.exists()


def test_content_is_stored_once_and_speaks_of_tonight(snapshots: Snapshots, landed: Landed) -> None:
    first = snapshots.keep("digest1", landed)
    tonight = replace(landed, as_of=date(2026, 11, 20), landed_at=NIGHT.replace(day=20))
    second = snapshots.keep("digest1", tonight)
    assert (second.path, second.as_of, second.landed_at) == (first.path, tonight.as_of, tonight.landed_at)


def test_nothing_is_found_where_nothing_was_kept(snapshots: Snapshots) -> None:
    assert snapshots.find("digest1") is None
    assert snapshots.latest() is None
    assert snapshots.previous_rows("wlkp") is None
    assert snapshots.sweep() == ()


@pytest.mark.parametrize("name", ["rows.parquet", "rejects.parquet", "landed.json"])
def test_a_snapshot_cut_short_is_not_found_and_is_mended_by_landing_again(
    snapshots: Snapshots, landed: Landed, name: str
) -> None:
    snapshots.keep("digest1", landed)
    file = snapshots.path("digest1") / name
    file.write_bytes(file.read_bytes()[:-3])
    assert snapshots.find("digest1") is None
    snapshots.keep("digest1", landed)
    assert snapshots.find("digest1") is not None


def test_a_killed_process_leaves_nothing_that_is_found_and_is_swept(
    snapshots: Snapshots, landed: Landed, tmp_path: Path
) -> None:
    killed = """
import os, sys
from pathlib import Path
from datetime import date
import connectors.snapshot as module
from connectors.landed import Landed
module.write_synced = lambda *_: os.kill(os.getpid(), 9)
state, rows = map(Path, sys.argv[1:])
landed = Landed("wlkp", rows, None, 1, 0, 0, "a", date(2026, 1, 1), None, (), (), None)
module.Snapshots(state).keep("digest1", landed)
"""
    command = [sys.executable, "-c", killed, str(tmp_path / "state"), str(landed.path)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -9
    (left,) = (tmp_path / "state" / "snapshots").iterdir()
    assert left.name.startswith(".part-")
    assert snapshots.find("digest1") is None
    snapshots.keep("digest1", landed)
    assert not left.exists()
    assert snapshots.find("digest1") is not None


def test_a_disk_that_refuses_is_told_in_words(landed: Landed, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"digest1 cannot be written .*\n.*why: a scan without its snapshot"):
        Snapshots(tmp_path / "state").keep("digest1", landed)


@pytest.mark.parametrize("digest", ["", "../away", ".part-1-x", "a/b", "a" * 300])
def test_a_digest_that_is_no_file_name_is_refused(snapshots: Snapshots, digest: str) -> None:
    with pytest.raises(UsageError, match="cannot name a snapshot or a run"):
        snapshots.path(digest)


def test_a_source_that_was_not_read_cannot_be_kept(snapshots: Snapshots, landed: Landed) -> None:
    with pytest.raises(UsageError, match="source wlkp was not read and cannot be kept"):
        snapshots.keep("digest1", replace(landed, path=None, missing="gone"))


def test_a_record_gives_back_what_the_run_read(snapshots: Snapshots, landed: Landed) -> None:
    kept = snapshots.keep("digest1", landed)
    gone = replace(landed, source="kum", path=None, rejects=None, rows=0, rejected=0, missing="no such file")
    written = snapshots.record("run-1", date(2026, 11, 20), {"wlkp": kept, "kum": gone})
    read = snapshots.latest()
    assert read == written
    assert read is not None
    assert (read.run_id, read.as_of, read.landed_on) == ("run-1", date(2026, 11, 20), NIGHT.date())
    assert (read.sources["wlkp"].digest, read.sources["wlkp"].sha256) == ("digest1", "a" * 64)
    restored = snapshots.landed(read)
    assert restored["wlkp"] == kept
    assert (restored["kum"].path, restored["kum"].missing) == (None, "no such file")


def test_a_purged_snapshot_comes_back_as_missing(snapshots: Snapshots, landed: Landed) -> None:
    kept = snapshots.keep("digest1", landed)
    record = snapshots.record("run-1", date(2026, 11, 20), {"wlkp": kept})
    for file in snapshots.path("digest1").iterdir():
        file.unlink()
    assert snapshots.landed(record)["wlkp"].missing == "its snapshot digest1 is gone or damaged"


def test_the_latest_record_is_the_newest_that_had_landed_by_the_day(snapshots: Snapshots, landed: Landed) -> None:
    kept = snapshots.keep("digest1", landed)
    for day, hour in ((18, 5), (19, 22), (19, 3)):
        at = datetime(2026, 11, day, hour, tzinfo=UTC)
        snapshots.record(f"run-{day}-{hour}", date(2026, 11, 20), {"wlkp": replace(kept, landed_at=at)})
    found = {day: snapshots.latest(date(2026, 11, day)) for day in (17, 18, 19, 30)}
    assert {day: one and one.run_id for day, one in found.items()} == {
        17: None,
        18: "run-18-5",
        19: "run-19-22",
        30: "run-19-22",
    }


def test_a_run_is_recorded_once(snapshots: Snapshots, landed: Landed) -> None:
    snapshots.record("run-1", date(2026, 11, 20), {"wlkp": snapshots.keep("digest1", landed)})
    with pytest.raises(UsageError, match="run run-1 is already recorded"):
        snapshots.record("run-1", date(2026, 11, 21), {})


def test_previous_rows_pass_over_runs_that_did_not_believe_the_count(snapshots: Snapshots, landed: Landed) -> None:
    kept = snapshots.keep("digest1", landed)
    few = snapshots.keep("digest2", replace(landed, rows=3))

    def on(day: int, one: Landed) -> dict[str, Landed]:
        return {"wlkp": replace(one, landed_at=NIGHT.replace(day=day))}

    snapshots.record("run-1", date(2026, 11, 1), on(1, kept))
    snapshots.record("run-2", date(2026, 11, 2), on(2, few), count_refused=["wlkp"])
    snapshots.record("run-3", date(2026, 11, 3), on(3, replace(few, path=None, missing="gone")))
    assert snapshots.previous_rows("wlkp") == 10
    snapshots.record("run-4", date(2026, 11, 4), on(4, few))
    assert snapshots.previous_rows("wlkp") == 3
    assert snapshots.previous_rows("kum") is None


def test_previous_rows_before_a_run_are_those_of_an_earlier_landing(snapshots: Snapshots, landed: Landed) -> None:
    def ran(run: str, day: int, rows: int) -> Record:
        one = snapshots.keep(f"digest{rows}", replace(landed, rows=rows))
        return snapshots.record(run, date(2026, 11, 5), {"wlkp": replace(one, landed_at=NIGHT.replace(day=day))})

    first, second, third = ran("run-1", 1, 10), ran("run-2", 2, 20), ran("run-3", 3, 30)
    replayed = ran("run-4", 2, 20)
    found = [snapshots.previous_rows("wlkp", before) for before in (first, second, third, replayed, None)]
    assert found == [None, 10, 20, 10, 30]


def test_a_record_that_cannot_be_read_is_named(snapshots: Snapshots, landed: Landed, tmp_path: Path) -> None:
    snapshots.record("run-1", date(2026, 11, 20), {"wlkp": snapshots.keep("digest1", landed)})
    (tmp_path / "state" / "runs" / "run-1.json").write_text("{")
    with pytest.raises(StoreError, match=r"the run record .*run-1\.json cannot be read"):
        snapshots.latest()
