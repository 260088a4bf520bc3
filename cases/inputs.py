"""What judging depends on beside the registers, as texts: the run file, every file of the rule folder, the calendar."""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

from rules.load import PACKAGED
from rules.working_days import WorkingCalendar

RUN_FILE = "run file"
CALENDAR = "calendar"
"""The names of the two texts that are no file of the rule folder; those are named by their path, `rules/…`."""

JUDGING = ("rules", "connectors", "engine")
"""The packages whose code decides what comes out of the texts and the registers."""
LIBRARIES = ("duckdb", "durable-rules", "pyarrow", "sqlglot")


def read_inputs(run_file: Path, folder: Path, calendar: WorkingCalendar) -> Mapping[str, bytes]:
    """Return every text by its name: all YAML files of the rule folder, switched on or not, the run file, the days."""
    found = {f"{PACKAGED}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in folder.rglob("*.yaml")}
    return {RUN_FILE: run_file.read_bytes(), CALENDAR: calendar_text(calendar), **dict(sorted(found.items()))}


def calendar_text(calendar: WorkingCalendar) -> bytes:
    """Return the calendar as lines: what it covers, then each day that is no ordinary one with its kinds."""
    lines = [f"{calendar.covers_from} {calendar.covers_until}"]
    lines += [f"{day} {' '.join(sorted(kinds))}" for day, kinds in sorted(calendar.kinds.items())]
    return ("\n".join(lines) + "\n").encode()


def calendar_from(text: bytes) -> WorkingCalendar:
    """Read what `calendar_text` wrote."""
    first, *lines = text.decode().splitlines()
    begins, ends = first.split()
    kinds = {date.fromisoformat(day): frozenset(rest) for day, *rest in (line.split() for line in lines)}
    return WorkingCalendar(kinds, date.fromisoformat(begins), date.fromisoformat(ends))


def laid_out(texts: Mapping[str, bytes], into: Path) -> tuple[Path, Path]:
    """Write the run file and the rule folder as files again; return the two paths."""
    run_file, folder = into / "rules.yaml", into / PACKAGED
    folder.mkdir(parents=True, exist_ok=True)
    run_file.write_bytes(texts[RUN_FILE])
    for name, text in texts.items():
        if name.startswith(f"{PACKAGED}/"):
            place = into / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text)
    return run_file, folder


@cache
def programs() -> Mapping[str, str]:
    """Return what judges: Patuh (a hash of its own code), the libraries that it judges with, and Python."""
    digest = hashlib.sha256()
    for package in JUDGING:
        root = Path(str(resources.files(package)))
        for path in sorted([*root.rglob("*.py"), *root.rglob("*.csv")]):
            digest.update(f"{package}/{path.relative_to(root)}\n".encode() + path.read_bytes())
    return {
        "patuh": digest.hexdigest()[:12],
        "python": python_version(),
        **{name: _version(name) for name in LIBRARIES},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
