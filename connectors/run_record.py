"""The record of one run, as it is kept: which day it judged, which sources it read, what it was judged by."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from connectors.kept_messages import message_from, message_json
from rules.errors import Message, StoreError


@dataclass(frozen=True)
class SourceRecord:
    """What one run read of one source; `digest` None: it could not be read, and `missing` says why.

    `count_refused`: its row count failed a gate, so it is no measure for the next run. `files`: name to sha256 of what
    was kept of it; "landed" is what landing said of the rows.
    """

    source: str
    digest: str | None
    sha256: str
    rows: int
    rejected: int
    as_of: date | None
    landed_at: datetime | None
    missing: str | None
    count_refused: bool
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """One run: the day it judged (`as_of`) and its sources. `landed_on` is the day on which its last source landed.

    `judged`: sha256 of the kept account of what it was judged by; None: none was kept.
    """

    run_id: str
    as_of: date
    landed_on: date
    sources: Mapping[str, SourceRecord]
    judged: str | None = None


def record_json(record: Record) -> dict[str, object]:
    """Return what JSON keeps of a record."""
    sources = {
        name: {
            "digest": one.digest,
            "sha256": one.sha256,
            "rows": one.rows,
            "rejected": one.rejected,
            "as_of": text_of(one.as_of),
            "landed_at": text_of(one.landed_at),
            "missing": None if one.missing is None else message_json(one.missing),
            "count_refused": one.count_refused,
            "files": dict(one.files),
        }
        for name, one in record.sources.items()
    }
    return {
        "run_id": record.run_id,
        "as_of": record.as_of.isoformat(),
        "landed_on": record.landed_on.isoformat(),
        "sources": sources,
        "judged": record.judged,
    }


def record_from(place: Path) -> Record:
    """Read a record. Raises StoreError, naming the file, for one that is damaged."""
    try:
        meta = json.loads(place.read_text("utf-8"))
        sources = {
            name: SourceRecord(
                source=name,
                digest=one["digest"],
                sha256=one["sha256"],
                rows=one["rows"],
                rejected=one["rejected"],
                as_of=day_from(one["as_of"]),
                landed_at=moment_from(one["landed_at"]),
                missing=None if one["missing"] is None else message_from(one["missing"]),
                count_refused=one["count_refused"],
                files=one.get("files", {}),
            )
            for name, one in meta["sources"].items()
        }
        return Record(
            run_id=meta["run_id"],
            as_of=date.fromisoformat(meta["as_of"]),
            landed_on=date.fromisoformat(meta["landed_on"]),
            sources=sources,
            judged=meta.get("judged"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            Message("the run record {place} cannot be read ({error})", place=place, error=error),
            Message("without it nobody can say which snapshot an earlier scan judged"),
            Message("restore it from a backup, or move it away: that run can then no longer be replayed"),
        ) from error


def text_of(moment: date | None) -> str | None:
    """Return a day or a moment as JSON keeps it."""
    return None if moment is None else moment.isoformat()


def day_from(text: str | None) -> date | None:
    """Read a day that JSON kept."""
    return None if text is None else date.fromisoformat(text)


def moment_from(text: str | None) -> datetime | None:
    """Read a moment that JSON kept."""
    return None if text is None else datetime.fromisoformat(text)
