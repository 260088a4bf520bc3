"""The caseload of one person: the one door through which the review screen asks, reads and acts.

Every method is one transaction and may take as long as the store takes, so a screen calls it off its own thread.
Each raises what the services below raise; StoreError means that the store does not answer now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from pathlib import Path

from cases.access.gate import permit
from cases.access.identity import Who, admit
from cases.case_file import ShownFinding
from cases.caseload import bulk, choosing
from cases.caseload.acts import CaseAct, Done
from cases.caseload.choices import Choices
from cases.caseload.conflict import ConflictError
from cases.caseload.held_rules import HeldDecided, HeldRoom, held_room
from cases.caseload.lists import Lists
from cases.caseload.many import Outcome, Preview, Progress, Target, Targets, on
from cases.caseload.naming import known_names
from cases.caseload.night import NightBook, Nights
from cases.caseload.opened import OpenFiles
from cases.caseload.opened_file import OpenedFile
from cases.caseload.pages import count
from cases.caseload.performing import Performer, last_seq, perform
from cases.caseload.query import Known
from cases.caseload.repairs import RepairRoom, Repairs, RepairWanted, order_of
from cases.caseload.scan_watch import ScanWatch, watch_scan
from cases.caseload.views import ROOMS, VIEWS, View, ViewCount, views_of
from cases.caseload.wanted import Wanted
from cases.held import Verdict, decide, list_held
from cases.held_sample import HeldSample
from cases.life import undoing
from cases.life.acts import Book
from cases.party_list import PartyLine, party_lines
from cases.register_rows import Asking, RegisterRows, Registers
from cases.repair_export import RepairExported
from cases.repair_list import RepairCause, RepairPage
from cases.service import Act
from cases.setting import Setting
from cases.wording import Wording
from engine.detect import Work
from rules.configuration import Configuration
from rules.errors import UsageError


@dataclass(frozen=True)
class Rulings:
    """What cases are read by: the run file, and the rules with their parameters as of today."""

    configuration: Configuration
    work: Work


class Caseload(Lists):
    """What one person sees of the cases and does with them. `rulings` is asked once, when it is first needed."""

    def __init__(self, url: str, who: Who, setting: Setting, rulings: Callable[[], Rulings]) -> None:
        super().__init__(url, who, setting, lambda: self.rulings.work.book)
        self._rulings = rulings

    def close(self) -> None:
        """Let the store go."""
        for kept in ("_files", "_registers"):
            if kept in self.__dict__:
                getattr(self, kept).close()
        super().close()

    @cached_property
    def rulings(self) -> Rulings:
        """The run file and the rules."""
        return self._rulings()

    @cached_property
    def known(self) -> Known:
        """What there is to be named in a query line."""
        return known_names(self.rulings.configuration, self.rulings.work)

    @property
    def views(self) -> tuple[View, ...]:
        """The queues of cases, with those of the routing file that have no words of their own."""
        return views_of(self.rulings.work.book.routing.queues)

    def counts_beside(self) -> tuple[ViewCount, ...]:
        """Return what the rooms hold (rules that are held, subjects to repair), and the cases of further queues.

        None where who is logged in may not know, or nobody can tell on this machine.
        """
        with self._session() as session:
            viewer, further = self._viewer(), self.views[len(VIEWS) :]
            rooms = {"held": lambda: len(list_held(session)), "repair": lambda: self._repairs.count(session)}
            return (
                *(ViewCount(room, self._told(rooms[room.name])) for room in ROOMS),
                *(ViewCount(view, count(session, Wanted(view), viewer)) for view in further),
            )

    def _told(self, question: Callable[[], int]) -> int | None:
        try:
            admit(self._who, "waiting")  # asked here, so that a look at the screen is no refusal on record
            return question()
        except UsageError:
            return None

    @cached_property
    def _files(self) -> OpenFiles:
        return OpenFiles(self.rulings.configuration, self.rulings.work)

    @cached_property
    def _registers(self) -> Registers:
        return Registers(self.rulings.configuration.state / "reading")

    def open(self, number: int, wording: Wording) -> OpenedFile:
        """Return the file of a case with each condition and its values. Raises UsageError: there is no such case."""
        with self._session() as session:
            return self._files.open(session, number, wording, self._setting.now())

    def more(self, number: int, after: int, wording: Wording) -> tuple[ShownFinding, ...]:
        """Return further findings of a case, those that follow finding `after` in its group."""
        with self._session() as session:
            return self._files.more(session, number, after, wording, self._setting.now())

    def register_rows(self, number: int, wording: Wording) -> RegisterRows:
        """Return what each register of the last scan says of the party of a case; it may take a second or two."""
        with self._session() as session:
            asking = Asking(self.rulings.configuration, self.rulings.work.book.vocabulary, wording)
            return self._registers.rows(session, number, asking)

    def act(self, number: int, wanted: CaseAct, wording: Wording, seen: int) -> Done:
        """Do something with a case, as who is logged in, who had seen it up to its event `seen`.

        Raises ConflictError where another event came since, NotAllowedError and NotPermittedError in words.
        """
        by = self._performer(wording)
        with self._session(write=True) as session:
            stands = last_seq(session, number)
            if stands <= seen or not stands:  # of a case that is not shown to them the service has to say so
                return perform(session, number, wanted, by)
        now = self.open(number, wording)
        raise ConflictError(number, tuple(one for one in now.file.events if one.seq > seen), now, wording)

    def undo(self, done: Done, wording: Wording) -> Done:
        """Take an act back that is still private. Raises ConflictError where another event came since, and as `act`."""
        by = self._performer(wording)
        with self._session(write=True) as session:
            stands = last_seq(session, done.number)
            if stands <= done.seq or not stands:
                undone = undoing.undo(session, done.number, done.seq, by.act, by.book)
                return Done(done.number, undone.what, undone.seq, touched=undone.also)
        now = self.open(done.number, wording)
        since = tuple(one for one in now.file.events if one.seq > done.seq)
        raise ConflictError(done.number, since, now, wording)

    def preview(self, targets: Targets, wanted: CaseAct, wording: Wording, progress: Progress = on) -> Preview:
        """Return what an act would do to many cases, and which may not be changed and why.

        Raises UsageError for an act of one case alone and for too many cases, NotPermittedError for want of the right.
        """
        bulk.check_many(wanted, self._who)
        found = bulk.targets_of(targets, self.page)
        by = self._performer(wording)
        with self._session() as session:
            return bulk.preview(session, found, wanted, by, progress)

    def act_on(self, preview: Preview, wording: Wording, progress: Progress = on) -> Outcome:
        """Do what was shown, each case in a transaction of its own; one that changed since is left and named."""

        def act(target: Target, wanted: CaseAct) -> Done | str | None:
            by = self._performer(wording)
            with self._session(write=True) as session:
                if last_seq(session, target.number) > target.seen:
                    return None
                try:
                    return perform(session, target.number, wanted, by)
                except UsageError as error:
                    session.rollback()
                    return bulk.refused_words(session, target, wanted, by, error)

        return bulk.act_on(preview, act, progress)

    def undo_all(self, outcome: Outcome, wording: Wording, progress: Progress = on) -> Outcome:
        """Take back what was done to many cases, as far as it is still private; the rest is named with its reason."""

        def undo(done: Done) -> Done | str | None:
            by = self._performer(wording)
            with self._session(write=True) as session:
                if last_seq(session, done.number) > done.seq:
                    return None
                try:
                    undone = undoing.undo(session, done.number, done.seq, by.act, by.book)
                except UsageError as error:
                    return wording.tell(error.what)
            return Done(done.number, undone.what, undone.seq, touched=undone.also)

        return bulk.undo_all(outcome, undo, progress)

    def choices(self, number: int, wording: Wording) -> Choices:
        """Return all that forms ask with for a case, and what may not be done with it and why."""
        by = self._performer(wording)
        with self._session() as session:
            return choosing.choices(session, number, by, self._who)

    def party(self, number: int) -> PartyLine | None:
        """Return who a party is, covered; None: there is none of this number. For a merge with one that is typed."""
        vocabulary = self.rulings.work.book.vocabulary
        with self._session() as session:
            permit(session, "waiting")
            return party_lines(session, {number}, vocabulary).get(number)

    def _performer(self, wording: Wording) -> Performer:
        work, configuration = self.rulings.work, self.rulings.configuration
        book = Book(work, configuration.offices, wording, configuration.people)
        return Performer(self._by(), book, configuration.settle_days)

    def watch_scan(self) -> ScanWatch:
        """Return whether a scan is running and how far it is, and which one ended last; cheap, for asking often."""
        state = self.rulings.configuration.state
        with self._session() as session:
            return watch_scan(session, self._store.url, state, self._setting.now())

    def night(self) -> Nights:
        """Return the last scans: what they changed and read, and what came out. Raises NotPermittedError."""
        with self._session() as session:
            zone = self._setting.now().tzinfo or UTC
            return NightBook(self.rulings.configuration, self._who, zone).nights(session)

    def repair(self, wanted: RepairWanted) -> RepairRoom:
        """Return the causes for which subjects could not be judged. Raises UsageError: there is no list."""
        with self._session() as session:
            return self._repairs.room(session, wanted)

    def repair_subjects(
        self, wanted: RepairWanted, cause: RepairCause, after: tuple[str, str] | None = None, limit: int = 200
    ) -> RepairPage:
        """Return subjects of a cause behind a place."""
        with self._session() as session:
            return self._repairs.subjects(session, wanted, cause, (after, limit))

    def export_repair(
        self, wanted: RepairWanted, source: str, into: Path, purpose: str | None, wording: Wording
    ) -> RepairExported:
        """Write what a register has to repair, on record. Raises NotPermittedError, OutputError, StoreError."""
        order = order_of(source, into, self._who, self._setting.now(), purpose)
        with self._session(write=True) as session:
            return self._repairs.export(session, wanted, order, wording)

    @property
    def _repairs(self) -> Repairs:
        return Repairs(self.rulings.configuration, self.rulings.work, self._who, self._store.url)

    def held(self) -> HeldRoom:
        """Return the rules whose findings wait for a decision, and what was decided before."""
        with self._session() as session:
            return held_room(session, self._who, self._setting.now().tzinfo or UTC)

    def held_sample(self, rule: str, wording: Wording) -> HeldSample:
        """Return some of the held findings of a rule."""
        with self._session() as session:
            return self._files.held_sample(session, rule, wording, self._setting.now())

    def decide_held(self, wanted: Verdict) -> HeldDecided:
        """Release or discard what is held of a rule. Raises NotPermittedError; UsageError: not what was seen."""
        with self._session(write=True) as session:
            return HeldDecided(wanted.rule, wanted.choice, decide(session, wanted, self._by()))

    def _by(self) -> Act:
        person = self._who.person
        return Act(person.login if person else self._who.login, self._setting.now(), self._setting.salt())
