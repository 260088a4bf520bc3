"""Data repair as a person sees it: causes and subjects of the last scan in their regions, the list for an owner."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from cases.access.identity import NotPermittedError, Who, admit
from cases.listing import last_scan
from cases.proof.anchors import anchor_folder
from cases.repair_export import RepairExported, RepairLists, RepairOrder, export_repair
from cases.repair_list import RepairCause, RepairPage, causes, count_subjects, subjects
from cases.unknown_list import UnknownFilter, UnknownSource
from cases.wording import Wording
from engine.detect import Work
from rules.configuration import Configuration
from rules.errors import Message, PatuhError, UsageError


@dataclass(frozen=True)
class RepairWanted:
    """What narrows the list; None does not. `region`: a Kemendagri code of any level."""

    source: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class RepairRoom:
    """The causes of the scan of `as_of`, most subjects first. `refused`: why who looks may not export; None: may."""

    as_of: date
    causes: tuple[RepairCause, ...]
    refused: PatuhError | None


@dataclass(frozen=True)
class Repairs:
    """Data repair for one person: where lists of scans lie, by which rules they are read, and the store's URL."""

    run: Configuration
    work: Work
    who: Who
    url: str

    def room(self, session: Session, wanted: RepairWanted) -> RepairRoom:
        """Return the causes. Raises UsageError: no scan has ended, or its list lies on another machine."""
        source, as_of = self._source(session)
        found = causes(session, source, self._filter(wanted), self.run)
        return RepairRoom(as_of, found, _refused(self.who))

    def count(self, session: Session) -> int:
        """Return how many subjects have something to repair. Raises UsageError as `room`."""
        return count_subjects(session, self._source(session)[0], self._filter(RepairWanted()))

    def subjects(
        self, session: Session, wanted: RepairWanted, cause: RepairCause, page: tuple[tuple[str, str] | None, int]
    ) -> RepairPage:
        """Return subjects of a cause, covered."""
        return subjects(session, self._source(session)[0], self._filter(wanted), cause, page)

    def export(self, session: Session, wanted: RepairWanted, order: RepairOrder, wording: Wording) -> RepairExported:
        """Write the list of a source for its owner, and put it on record."""
        source = self._source(session, unmask=order.purpose is not None)[0]
        asked = UnknownFilter(None, order.source, wanted.region, self._filter(wanted).within)
        root = anchor_folder(self.run.anchor_root, self.url)
        return export_repair(session, RepairLists(source, asked, self.run, wording, root), order)

    def _source(self, session: Session, *, unmask: bool = False) -> tuple[UnknownSource, date]:
        last = last_scan(session)
        if last is None:
            raise UsageError(
                Message("no scan has ended yet"),
                Message("the list comes from the last scan"),
                Message("run patuh scan first"),
            )
        scratch, vocabulary = self.work.scratch, self.work.book.vocabulary
        return UnknownSource(self.run.state, last.run_id, scratch, vocabulary, unmask), last.as_of

    def _filter(self, wanted: RepairWanted) -> UnknownFilter:
        person = self.who.person
        return UnknownFilter(None, wanted.source, wanted.region, None if person is None else person.regions)


def order_of(source: str, into: Path, who: Who, at: datetime, purpose: str | None) -> RepairOrder:
    """Return the order of a list; its form follows from the file's name."""
    form = "xlsx" if into.suffix.lower() == ".xlsx" else "csv"
    return RepairOrder(source, into, form, who.login, at, purpose)


def _refused(who: Who) -> PatuhError | None:
    try:
        admit(who, "repair")
    except NotPermittedError as refusal:
        return refusal
    return None
