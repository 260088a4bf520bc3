"""The scan that is running while somebody works, and whether one has ended since."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.running import RunningScan, running_scan
from cases.store.models import Scan


@dataclass(frozen=True)
class ScanWatch:
    """`running` None: no scan is running. `newest`: number of the scan that ended last; 0: none. `at`: when looked."""

    running: RunningScan | None
    newest: int
    at: datetime


def watch_scan(session: Session, url: str, state: Path, now: datetime) -> ScanWatch:
    """Look at the scan of the store behind `url`. Raises NotPermittedError."""
    permit(session, "list")
    newest = session.execute(select(func.coalesce(func.max(col(Scan.id)), 0))).scalar_one()
    return ScanWatch(running_scan(session, url, state), int(newest), now)
