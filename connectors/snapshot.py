"""Snapshots: what each scan read, stored by content, and the record of which run read what.

Layout under the state folder:

    snapshots/<digest>/rows.parquet, rejects.parquet, landed.json      one landed source, stored once
    runs/<run id>.json                                                 one run: its day and its sources
    rehearsals/<run id>.json                                           a dry run of a past day; never a run that was
    purged/<digest>.json                                               when a snapshot was purged, by whom, after what

`digest` names the bytes of the source together with everything that shaped the landing (column map, vocabulary): the
caller computes it. A snapshot appears whole or not at all: it is written beside its place, synced and renamed.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from connectors.durable_files import alive, bring, explained, sync, write_synced
from connectors.kept_content import canonical, sha256_of
from connectors.kept_messages import message_from, message_json
from connectors.landed import Landed
from connectors.run_record import Record, SourceRecord, day_from, moment_from, record_from, record_json, text_of
from rules.errors import Message, UsageError

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_ROWS, _REJECTS, _META = "rows.parquet", "rejects.parquet", "landed.json"
_SAID = "landed"


@dataclass(frozen=True)
class Tombstone:
    """What is left of a purged snapshot: when it was purged, by whom, and after what time (`24 months`)."""

    at: datetime
    who: str
    after: str


@dataclass(frozen=True)
class Proof:
    """The kept account of what a run was judged by (sha256), and whether the run was a dry one of a past day."""

    judged: str
    rehearsal: bool


class Snapshots:
    """The snapshots of one state folder. Writing needs the scan's lock; reading does not.

    Raises StoreError, naming the folder, where the disk refuses (full, read-only).
    """

    def __init__(self, state: Path) -> None:
        self._objects = state / "snapshots"
        self._runs = state / "runs"
        self._rehearsals = state / "rehearsals"
        self._purged = state / "purged"

    def path(self, digest: str) -> Path:
        """Return the folder of a snapshot, whether or not it exists."""
        return self._objects / _safe(digest)

    def find(self, digest: str) -> Landed | None:
        """Return the snapshot with this digest; None where there is none or where it is damaged (files cut short)."""
        folder = self.path(digest)
        meta = _meta(folder)
        if meta is None:
            return None
        sizes = {name: _size(folder / name) for name in meta["sizes"]}
        if sizes != meta["sizes"]:
            return None
        return _landed_from(meta["landed"], folder, meta["sizes"])

    def keep(self, digest: str, landed: Landed, move: bool = False) -> Landed:
        """Store a landed source under its digest and return it with the paths it has there.

        Its files are copied; `move` renames them instead (never for a file that belongs to the office). What is
        already stored stays as it is, and the `as_of` and `landed_at` of `landed` are the ones returned.
        """
        if landed.path is None:
            raise UsageError(
                Message("source {source} was not read and cannot be kept as a snapshot", source=landed.source),
                Message("a snapshot holds what was read"),
                Message("record the run with this source as missing"),
            )
        kept = self.find(digest)
        if kept is None:
            kept = self._store(digest, landed, move)
        return replace(landed, path=kept.path, rejects=kept.rejects)

    def record(
        self,
        run_id: str,
        as_of: date,
        landed: Mapping[str, Landed],
        count_refused: Collection[str] = (),
        proof: Proof | None = None,
    ) -> Record:
        """Write the record of one run: kept sources by digest, the others as missing. A run is recorded once.

        `count_refused` names the sources whose row count failed a gate (dropped, empty). A rehearsal's record lies
        apart: it can be replayed, and is no snapshot of its day and no measure for another run.
        """
        sources = {name: self._source_record(name, one, name in count_refused) for name, one in sorted(landed.items())}
        days = [one.landed_at.date() for one in sources.values() if one.landed_at is not None]
        written = Record(run_id, as_of, max(days, default=as_of), sources, proof.judged if proof else None)
        folder = self._rehearsals if proof and proof.rehearsal else self._runs
        place = folder / f"{_safe(run_id)}.json"
        if place.exists():
            raise UsageError(
                Message("run {run_id} is already recorded in {place}", run_id=run_id, place=place),
                Message("a run's record is evidence and is never rewritten"),
                Message("use a new run id"),
            )
        with explained(place):
            folder.mkdir(parents=True, exist_ok=True)
            part = folder / f".part-{os.getpid()}-{place.name}"
            write_synced(part, json.dumps(record_json(written), indent=1, sort_keys=True).encode())
            part.replace(place)
            sync(folder)
        return written

    def records(self) -> tuple[Record, ...]:
        """Return the records of all runs, as they ran; rehearsals are not among them."""
        return tuple(sorted(self._records(), key=lambda one: one.run_id))

    def begins_with(self, text: str) -> tuple[Path, ...]:
        """Return the records whose run id begins with `text`, as they ran; rehearsals are among them."""
        found = [place for folder in (self._runs, self._rehearsals) for place in folder.glob("[!.]*.json")]
        return tuple(sorted((place for place in found if place.stem.startswith(text)), key=lambda place: place.stem))

    def files(self, digest: str) -> Mapping[str, str]:
        """Return name to sha256 of what a snapshot holds now, read from the disk; empty where it is gone."""
        folder = self.path(digest)
        found = {name: sha256_of(folder / name) for name in (_ROWS, _REJECTS) if (folder / name).is_file()}
        meta = _meta(folder)
        return {**found, _SAID: _said(meta["landed"])} if meta else found

    def latest(self, on_or_before: date | None = None) -> Record | None:
        """Return the newest record that had landed by the end of that day (None: the newest of all)."""
        records = [one for one in self._records() if on_or_before is None or one.landed_on <= on_or_before]
        return max(records, key=_age, default=None)

    def landed(self, record: Record) -> dict[str, Landed]:
        """Return what a run read, source by source; a snapshot that is gone or damaged comes back as missing."""
        return {name: self._restored(one) for name, one in record.sources.items()}

    def previous_rows(self, source: str, before: Record | None = None) -> int | None:
        """Return the row count of this source in the newest run that read it and took its count for true."""
        return self.rows_before((source,), before)[source]

    def rows_before(self, sources: Collection[str], before: Record | None = None) -> dict[str, int | None]:
        """Return the row count of each source in the newest run that read it and took its count for true.

        `before`: only runs whose registers landed earlier than this one's count, so that a replay of a past day is
        measured as that night was; runs that read the same snapshots at the same moment (other replays) do not.
        """
        known = [one for one in self._records() if before is None or _landed(one) < _landed(before)]
        found: dict[str, int | None] = dict.fromkeys(sources)
        for record in sorted(known, key=_age, reverse=True):
            for name in (name for name, rows in found.items() if rows is None):
                one = record.sources.get(name)
                if one is not None and one.digest is not None and not one.count_refused:
                    found[name] = one.rows
        return found

    def purge(self, digest: str, stone: Tombstone) -> None:
        """Take a snapshot away for good and leave a tombstone; one that is gone already stays so."""
        place = self.path(digest)
        with explained(place):
            self._purged.mkdir(parents=True, exist_ok=True)
            said = {"at": stone.at.isoformat(), "who": stone.who, "after": stone.after}
            write_synced(self._purged / f"{place.name}.json", canonical(said))
            sync(self._purged)
            if place.exists():
                part = self._objects / f".part-{os.getpid()}-{place.name}"
                place.rename(part)
                shutil.rmtree(part)
                sync(self._objects)

    def purged(self, digest: str) -> Tombstone | None:
        """Return the tombstone of a snapshot; None where it is there (it may have been read anew), or is just gone."""
        stone = self._purged / f"{_safe(digest)}.json"
        if self.path(digest).exists() or not stone.exists():
            return None
        said = json.loads(stone.read_text("utf-8"))
        return Tombstone(datetime.fromisoformat(said["at"]), said["who"], said["after"])

    def all_records(self) -> tuple[Record, ...]:
        """Return the records of all runs, rehearsals too, as they ran."""
        return tuple(record_from(place) for place in self.begins_with(""))

    def sweep(self) -> tuple[str, ...]:
        """Remove what processes that no longer live left half written; return the names removed."""
        gone = []
        for folder in (self._objects, self._runs, self._rehearsals):
            for part in sorted(folder.glob(".part-*")) if folder.is_dir() else []:
                if not alive(int(part.name.split("-")[1])):
                    shutil.rmtree(part) if part.is_dir() else part.unlink()
                    gone.append(part.name)
        return tuple(gone)

    def _store(self, digest: str, landed: Landed, move: bool) -> Landed:
        place = self.path(digest)
        part = self._objects / f".part-{os.getpid()}-{place.name}"
        with explained(place):
            self._objects.mkdir(parents=True, exist_ok=True)
            self.sweep()
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            sizes, hashes = {}, {}
            for name, file in ((_ROWS, landed.path), (_REJECTS, landed.rejects)):
                if file is not None:
                    sizes[name] = bring(file, part / name, move)
                    hashes[name] = sha256_of(part / name)
            said = _landed_json(landed)
            meta = {"sizes": sizes, "sha256": hashes, "landed": said}
            write_synced(part / _META, json.dumps(meta, indent=1, sort_keys=True).encode())
            sync(part)
            if place.exists():  # damaged: find() refused it
                shutil.rmtree(place)
            part.replace(place)
            sync(self._objects)
        return _landed_from(said, place, sizes)

    def _source_record(self, name: str, landed: Landed, count_refused: bool) -> SourceRecord:
        digest = None
        missing = landed.missing
        if landed.path is not None and landed.path.parent.parent == self._objects:
            digest = landed.path.parent.name
        elif missing is None:
            missing = Message("not kept as a snapshot")
        return SourceRecord(
            source=name,
            digest=digest,
            sha256=landed.sha256,
            rows=landed.rows,
            rejected=landed.rejected,
            as_of=landed.as_of,
            landed_at=landed.landed_at,
            missing=missing,
            count_refused=count_refused,
            files={} if digest is None else self._kept_files(digest),
        )

    def _kept_files(self, digest: str) -> Mapping[str, str]:
        """Return name to sha256 as a snapshot was kept: a change of its bytes since then does not show here."""
        meta = _meta(self.path(digest)) or {"landed": {}}
        return {**meta.get("sha256", {}), _SAID: _said(meta["landed"])}

    def _restored(self, one: SourceRecord) -> Landed:
        landed = None if one.digest is None else self.find(one.digest)
        if landed is not None:
            return replace(landed, source=one.source, as_of=one.as_of, landed_at=one.landed_at)
        missing = one.missing or Message("its snapshot {digest} is gone or damaged", digest=one.digest)
        return Landed(
            source=one.source,
            path=None,
            rejects=None,
            rows=one.rows,
            rejected=one.rejected,
            unreadable_keys=0,
            sha256=one.sha256,
            as_of=one.as_of,
            landed_at=one.landed_at,
            columns=(),
            notes=(),
            missing=missing,
        )

    def _records(self) -> list[Record]:
        if not self._runs.is_dir():
            return []
        return [record_from(place) for place in sorted(self._runs.glob("[!.]*.json"))]


def _safe(name: str) -> str:
    """Return a digest or run id that can be a file name, or refuse it."""
    if not _SAFE.fullmatch(name):
        raise UsageError(
            Message("'{name}' cannot name a snapshot or a run", name=name),
            Message("it becomes a file name"),
            Message("use letters, digits, '.', '_' and '-' only"),
        )
    return name


def _meta(folder: Path) -> dict[str, Any] | None:
    try:
        meta: dict[str, Any] = json.loads((folder / _META).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return meta


def _said(landed: Mapping[str, Any]) -> str:
    """Return the sha256 of what landing said of the rows; of which night it was does not count."""
    said = {name: value for name, value in landed.items() if name not in ("source", "as_of", "landed_at")}
    return hashlib.sha256(canonical(said)).hexdigest()


def _age(record: Record) -> tuple[date, float, str]:
    """Order of records: the day landed, then the moment, then the run id."""
    return *_landed(record), record.run_id


def _landed(record: Record) -> tuple[date, float]:
    """Return the day and the moment at which the last source landed. A moment without zone counts as UTC."""
    moments = [one.landed_at for one in record.sources.values() if one.landed_at is not None]
    stamps = [(one if one.tzinfo else one.replace(tzinfo=UTC)).timestamp() for one in moments]
    return record.landed_on, max(stamps, default=0.0)


def _landed_json(landed: Landed) -> dict[str, Any]:
    return {
        "source": landed.source,
        "rows": landed.rows,
        "rejected": landed.rejected,
        "unreadable_keys": landed.unreadable_keys,
        "sha256": landed.sha256,
        "as_of": text_of(landed.as_of),
        "landed_at": text_of(landed.landed_at),
        "columns": list(landed.columns),
        "notes": [message_json(note) for note in landed.notes],
    }


def _landed_from(meta: Mapping[str, Any], folder: Path, files: Collection[str]) -> Landed:
    return Landed(
        source=meta["source"],
        path=folder / _ROWS,
        rejects=folder / _REJECTS if _REJECTS in files else None,
        rows=meta["rows"],
        rejected=meta["rejected"],
        unreadable_keys=meta["unreadable_keys"],
        sha256=meta["sha256"],
        as_of=day_from(meta["as_of"]),
        landed_at=moment_from(meta["landed_at"]),
        columns=tuple(meta["columns"]),
        notes=tuple(message_from(note) for note in meta["notes"]),
        missing=None,
    )


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None
