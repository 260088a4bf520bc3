"""Two scans of one store cannot run at once, whatever becomes of the first."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cases.lock import held_by, only_scan
from cases.store.place import place_of
from rules.errors import ScanRunningError, StoreError

HOLD = """
import sys, time
from pathlib import Path
from cases.lock import only_scan
with only_scan(Path(sys.argv[1]), "run 7"):
    print("held", flush=True)
    time.sleep(60)
"""


def holding(path: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def killed(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=10)


def test_the_second_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "patuh.db.lock"
    child = holding(lock)
    try:
        with pytest.raises(ScanRunningError, match=r"another scan is running \(run 7\)"), only_scan(lock, "run 8"):
            pytest.fail("two scans hold one lock")
    finally:
        killed(child)


def test_a_killed_scan_leaves_no_lock(tmp_path: Path) -> None:
    lock = tmp_path / "patuh.db.lock"
    killed(holding(lock))
    with only_scan(lock, "run 8"):
        assert lock.read_text() == "run 8"
    with only_scan(lock, "run 9"):
        assert lock.read_text() == "run 9"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lock = tmp_path / "file" / "patuh.db.lock"
    with pytest.raises(StoreError, match=r"file/patuh.db.lock cannot be made"), only_scan(lock, "run 1"):
        pytest.fail("a lock in a file")


@pytest.mark.parametrize(
    ("store", "expected"),
    [
        ("sqlite:////var/lib/patuh/patuh.db", "/var/lib/patuh/patuh.db.lock"),
        ("postgresql://db/patuh", "/state/scan.lock"),
    ],
)
def test_the_lock_lies_beside_the_store(store: str, expected: str) -> None:
    assert str(place_of(store).lock_file(Path("/state"))) == expected


def test_who_looks_sees_the_holder_and_never_stands_in_its_way(tmp_path: Path) -> None:
    lock = tmp_path / "patuh.db.lock"
    assert held_by(lock) is None
    child = holding(lock)
    assert held_by(lock) == "run 7"
    killed(child)
    assert lock.exists()
    assert held_by(lock) is None
    with only_scan(lock, "run 8"):
        assert held_by(lock) == "run 8"  # of the same process too
