"""Take registers as they were read, and the lists of their runs, away when their time is over.

A run's registers stay as long as an open finding rests on the run, as long as another run that stays has read the same,
and those of the newest run always. The run's record, its texts and the sha256 of everything stay: what it judged by can
be shown, and that it cannot be judged again is said with who purged it, and when.
"""

import shutil
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from cases.store.models import Finding, Scan
from connectors.run_record import Record
from connectors.snapshot import Snapshots, Tombstone
from rules.retention import Period

CLOSED = ("resolved", "dismissed")


def resting_runs(session: Session) -> frozenset[str]:
    """Return the runs that found or last changed a finding that is not closed."""
    scans = [
        number
        for column in (Finding.first_scan_id, Finding.scan_id)
        for number in session.execute(select(col(column)).where(col(Finding.state).not_in(CLOSED)).distinct()).scalars()
    ]
    return frozenset(session.execute(select(col(Scan.run_id)).where(col(Scan.id).in_(scans))).scalars())


def over(snapshots: Snapshots, resting: frozenset[str], before: date) -> tuple[Record, ...]:
    """Return the runs whose registers' time is over: they landed before `before`, and nothing rests on them."""
    newest = snapshots.latest()
    return tuple(
        one
        for one in snapshots.all_records()
        if one.landed_on < before and one.run_id not in resting and (newest is None or one.run_id != newest.run_id)
    )


def purge_snapshots(
    state: Path, resting: frozenset[str], period: Period, by: tuple[datetime, str], *, dry: bool
) -> int:
    """Take away what is over, or (`dry`) count it; `by` is when and who. Return how many registers.

    Needs the scan's lock, or a scan could lose what it has just found there. Raises StoreError where the disk refuses.
    """
    snapshots, (at, who) = Snapshots(state), by
    gone = over(snapshots, resting, period.before(at.date()))
    going = {one.run_id for one in gone}
    kept = {digest for one in snapshots.all_records() if one.run_id not in going for digest in _digests(one)}
    digests = sorted({digest for one in gone for digest in _digests(one)} - kept)
    there = [digest for digest in digests if snapshots.path(digest).exists()]
    if not dry:
        for digest in there:
            snapshots.purge(digest, Tombstone(at, who, period.text))
        for run in going:
            shutil.rmtree(state / "runs" / run, ignore_errors=True)
    return len(there)


def _digests(record: Record) -> frozenset[str]:
    return frozenset(one.digest for one in record.sources.values() if one.digest is not None)
