"""Files opened for the screen: made quickly with what is kept between one file and the next, and kept for a while.

A person goes from file to file, and the file that follows is made while the one before is read. A kept file is shown
again only where nothing has happened to its case since, and only to who may read it now.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.case_file import ShownFinding
from cases.case_findings import more_findings
from cases.caseload.line import Line
from cases.caseload.lines import Viewer, lines_of
from cases.caseload.opened_file import OpenedFile
from cases.evidence_values import Origins, origins_of
from cases.explanation import case_file
from cases.held_sample import HeldSample, held_sample
from cases.reader import Reader
from cases.store.models import Event, Finding, Scan
from connectors.run_record import Record, record_from
from connectors.snapshot import Snapshots
from rules.errors import PatuhError

if TYPE_CHECKING:
    from cases.wording import Wording
    from engine.detect import Work
    from engine.explaining import Explaining
    from rules.configuration import Configuration

KEPT: Final = 24
"""So many files are kept; a large one takes about a megabyte."""
MEMBERS: Final = 20
"""So many findings of a group are fetched at a time."""


@dataclass(frozen=True)
class _Stamp:
    """What a kept file was made after: the last event of the case, the last scan, the day. Another one: made anew."""

    seen: int
    scan: int
    day: date


class OpenFiles:
    """Makes and keeps the files of one person's cases. It may be asked from several threads."""

    def __init__(self, configuration: Configuration, work: Work) -> None:
        self._configuration, self._work = configuration, work
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, str], tuple[_Stamp, OpenedFile]] = OrderedDict()
        self._runs: dict[int, Record | None] = {}

    def close(self) -> None:
        """Let go of what explains findings."""
        if "_explaining" in self.__dict__:
            self._explaining.close()

    def open(self, session: Session, number: int, wording: Wording, now: datetime) -> OpenedFile:
        """Return the file of a case with each condition, its values and their registers.

        Raises UsageError: there is no such case; NotPermittedError.
        """
        stamp = self._stamp(session, number, now.date())
        key = (number, wording.language)
        with self._lock:
            before = self._kept.get(key)
        # Of a case that is hidden from who looks no event is seen, so nothing that was kept is shown of it.
        if before is not None and before[0] == stamp and stamp.seen:
            permit(session, "read", number)
            with self._lock:
                self._kept[key] = self._kept.pop(key, before)
            return before[1]
        reader = self._reader(session, wording, now)
        made = OpenedFile(case_file(session, number, reader), _line(session, number, reader), stamp.seen)
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (stamp, made)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def more(
        self, session: Session, number: int, after: int, wording: Wording, now: datetime
    ) -> tuple[ShownFinding, ...]:
        """Return the findings that follow finding `after` in its group, up to MEMBERS of them."""
        permit(session, "read", number)
        return more_findings(session, number, after, self._reader(session, wording, now))

    def held_sample(self, session: Session, rule: str, wording: Wording, now: datetime) -> HeldSample:
        """Return some of the held findings of a rule, as a file would show them. Raises NotPermittedError."""
        return held_sample(session, rule, self._reader(session, wording, now))

    @cached_property
    def _explaining(self) -> Explaining:
        # What explains is heavy to load, and a screen that starts shows its list first.
        from engine.explaining import Explaining  # noqa: PLC0415

        return Explaining()

    def _reader(self, session: Session, wording: Wording, now: datetime) -> Reader:
        with self._lock:
            if self._work.evaluation_date != now.date():  # a screen stays open past midnight
                self._work = replace(self._work, evaluation_date=now.date())
            work, explaining = self._work, self._explaining
        return Reader(
            work=work,
            wording=wording,
            today=now.date(),
            explain=explaining,
            members=MEMBERS,
            zone=now.tzinfo or UTC,
            origins=lambda finding: self._origins(session, finding),
        )

    def _origins(self, session: Session, finding: Finding) -> Origins:
        """Where the evidence came from, by the run file, and of which day the registers of its night spoke."""
        record = self._record(session, finding.scan_id)
        return origins_of(finding.fact, self._configuration, self._work.book.vocabulary, record)

    def _record(self, session: Session, scan: int) -> Record | None:
        if scan not in self._runs:
            run = session.execute(select(col(Scan.run_id)).where(col(Scan.id) == scan)).scalar_one()
            self._runs[scan] = _record_of(Snapshots(self._configuration.state), run)
        return self._runs[scan]

    @staticmethod
    def _stamp(session: Session, number: int, day: date) -> _Stamp:
        seen = select(func.coalesce(func.max(col(Event.seq)), 0)).where(col(Event.case_id) == number)
        scan = select(func.coalesce(func.max(col(Scan.id)), 0))
        found = session.execute(select(seen.scalar_subquery(), scan.scalar_subquery())).one()
        return _Stamp(found[0], found[1], day)


def _line(session: Session, number: int, reader: Reader) -> Line:
    book = reader.book
    # What a line says hangs on the day and the rules, and not on who looks.
    (line,) = lines_of(session, (number,), Viewer("", reader.today, book.priority, book.vocabulary))
    return line


def _record_of(snapshots: Snapshots, run: str) -> Record | None:
    """Return the record of a run; None where it is gone or damaged: the file then names no day for its values."""
    found = [place for place in snapshots.begins_with(run) if place.stem == run]
    try:
        return record_from(found[0]) if found else None
    except PatuhError:
        return None
