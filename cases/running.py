"""The scan that is running now, as it tells of itself: a small file beside the runs, which goes with it.

The file says how far the scan is; whether it runs at all, only its lock says: a killed scan leaves the file and not the
lock. A scan on another machine is known by its lock in the database alone.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlmodel import Session

from cases.lock import held_by
from cases.store.place import place_of

_RUN: Final = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]+")
_MOMENT: Final = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class RunningScan:
    """A scan that is running. `stage` None: it runs on another machine, where its stages are told.

    `in_stage`: since when it is at that stage.
    """

    run_id: str
    started: datetime
    stage: str | None = None
    in_stage: datetime | None = None


def running_file(state: Path, run_id: str) -> Path:
    """Return where a scan tells how far it is."""
    return state / "running" / f"{run_id}.json"


@contextmanager
def stage_file(state: Path, run_id: str, started: datetime) -> Iterator[Callable[[str, float], None]]:
    """Give what writes a stage, with the seconds since the scan began; sweep what killed scans left first."""
    file = running_file(state, run_id)
    shutil.rmtree(file.parent, ignore_errors=True)

    def write(stage: str, elapsed: float) -> None:
        said = {"run_id": run_id, "stage": stage, "in_stage": (started + timedelta(seconds=elapsed)).isoformat()}
        part = file.with_suffix(".part")
        with suppress(OSError):  # a night is not given up because nobody can be told of it
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(said), encoding="utf-8")
            part.replace(file)

    try:
        yield write
    finally:
        file.unlink(missing_ok=True)


def running_scan(session: Session, url: str, state: Path) -> RunningScan | None:
    """Return the scan that is running on the store behind `url`; None: none is, or only a dry run on this machine."""
    place = place_of(url)
    here = held_by(place.lock_file(state))
    if here is not None:
        return _told(state, here)
    elsewhere = place.scanning(session)
    started = None if elsewhere is None else _started(elsewhere)
    return None if elsewhere is None or started is None else RunningScan(elsewhere, started)


def _told(state: Path, run_id: str) -> RunningScan | None:
    started = _started(run_id)
    if started is None:  # something else holds the lock, a purge perhaps
        return None
    try:
        said = json.loads(running_file(state, run_id).read_text(encoding="utf-8"))
        return RunningScan(run_id, started, str(said["stage"]), datetime.fromisoformat(said["in_stage"]))
    except (OSError, ValueError, KeyError):  # a dry run tells nothing, and a scan may end while one looks
        return None


def _started(run_id: str) -> datetime | None:
    """Read the moment in a run's name; None where it is no run."""
    if not _RUN.fullmatch(run_id):
        return None
    try:
        return datetime.strptime(run_id.split("Z-", maxsplit=1)[0], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
