"""Does what a person wants done with a case: each act by the service that the command line uses too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.caseload import acts
from cases.caseload.acts import CaseAct, Done
from cases.life import acts as ladder
from cases.life import desk, four_eyes, letting_be, merging, redirecting, splitting
from cases.life.acts import Book
from cases.life.moves import UNDOABLE
from cases.life.party_acts import PartyDesk, Settled
from cases.service import Act, confirm
from cases.store.models import Event


@dataclass(frozen=True)
class Performer:
    """Who does it and when, by which rules, offices and words. `settle_days`: those of the run file."""

    act: Act
    book: Book
    settle_days: int

    @property
    def parties(self) -> PartyDesk:
        """What parties are settled by."""
        return PartyDesk(self.book.wording, self.book.judging.book.vocabulary, self.settle_days)


def perform(session: Session, number: int, wanted: CaseAct, by: Performer) -> Done:
    """Do it; commits. Raises what the service of the act raises."""
    match wanted:
        case acts.Confirm(queue):
            confirmed = confirm(session, number, by.act, by.book.wording, queue)
            words = by.book.wording.say("confirmed for {queue}", queue=confirmed.queue)
            return Done(number, words, confirmed.seq, undoable=True)
        case acts.Waive() | acts.Dismiss():
            return _let_be(session, number, wanted, by)
        case acts.Merge() | acts.RefuseMerge() | acts.Split():
            return _settle_parties(session, number, wanted, by)
        case acts.Redirect() | acts.Assign() | acts.Snooze() | acts.Wake() | acts.Note():
            return _told(_at_the_desk(session, number, wanted, by), by)
    return _told(_along_the_ladder(session, number, wanted, by), by)


def last_seq(session: Session, number: int) -> int:
    """Return the number of the last event of a case; 0 where it has none, or is not seen."""
    return last_seqs(session, (number,)).get(number, 0)


def last_seqs(session: Session, numbers: Sequence[int]) -> Mapping[int, int]:
    """Return the numbers of the last events of cases, by case; one that has none, or is not seen, is not in it."""
    last = select(col(Event.case_id), func.max(col(Event.seq))).where(col(Event.case_id).in_(numbers))
    return {number: seq for number, seq in session.execute(last.group_by(col(Event.case_id)))}


def _told(done: ladder.Done, by: Performer) -> Done:
    """Say what was done with the time that began and the office that has it now."""
    wording, words = by.book.wording, done.what
    if done.waits:
        words = wording.say("{what}; proposed, another supervisor has to confirm it", what=words)
    elif done.deadline is not None:
        words = wording.say("{what}; until {day}", what=words, day=wording.date(done.deadline))
    elif done.office is not None:
        words = wording.say("{what}; office: {office}", what=words, office=done.office)
    return Done(done.number, words, done.seq, done.kind in UNDOABLE, waits=done.waits)


def _at_the_desk(
    session: Session,
    number: int,
    wanted: acts.Redirect | acts.Assign | acts.Snooze | acts.Wake | acts.Note,
    by: Performer,
) -> ladder.Done:
    match wanted:
        case acts.Redirect(queue, reason):
            return redirecting.redirect(session, number, by.act, by.book, (queue, reason))
        case acts.Assign(login):
            return desk.assign(session, number, by.act, by.book, login)
        case acts.Snooze(until, reason):
            return desk.snooze(session, number, by.act, by.book, (until, reason))
        case acts.Wake():
            return desk.wake(session, number, by.act, by.book)
        case acts.Note(text):
            return desk.note(session, number, by.act, by.book, text)


OfTheLadder = (
    acts.Step
    | acts.Receipt
    | acts.Record
    | acts.Pause
    | acts.Resume
    | acts.Refer
    | acts.Answer
    | acts.Approve
    | acts.Retract
    | acts.Close
)


def _along_the_ladder(session: Session, number: int, wanted: OfTheLadder, by: Performer) -> ladder.Done:
    to, done_by = (session, number), (by.act, by.book)
    match wanted:
        case acts.Step(paper):
            return four_eyes.step(*to, *done_by, _paper(paper))
        case acts.Receipt(paper):
            return ladder.record_receipt(*to, *done_by, _paper(paper))
        case acts.Record(paper):
            return ladder.put_on_record(*to, *done_by, _paper(paper))
        case acts.Approve():
            return four_eyes.approve(*to, *done_by)
        case acts.Refer() | acts.Answer():
            return _with_an_office(session, number, wanted, by)
    return _with_a_reason(session, number, wanted, by)


def _with_an_office(session: Session, number: int, wanted: acts.Refer | acts.Answer, by: Performer) -> ladder.Done:
    if isinstance(wanted, acts.Refer):
        handover = ladder.Handover(ladder.Paper(wanted.purpose, wanted.number, wanted.on), wanted.office)
        return four_eyes.hand_over(session, number, by.act, by.book, handover)
    answer = ladder.Answer(wanted.referral, ladder.Paper(wanted.state, wanted.number, wanted.on))
    return ladder.advance_referral(session, number, by.act, by.book, answer)


def _with_a_reason(
    session: Session, number: int, wanted: acts.Pause | acts.Resume | acts.Retract | acts.Close, by: Performer
) -> ladder.Done:
    match wanted:
        case acts.Pause(reason, until):
            return ladder.pause(session, number, by.act, by.book, ladder.Interval(reason, until))
        case acts.Resume(reason):
            return ladder.resume(session, number, by.act, by.book, reason)
        case acts.Retract(reason):
            return four_eyes.retract(session, number, by.act, by.book, reason)
        case acts.Close(reason):
            return ladder.close(session, number, by.act, by.book, reason)


def _paper(paper: acts.Paper) -> ladder.Paper:
    return ladder.Paper(paper.of, paper.number, paper.on, paper.signer)


def _let_be(session: Session, number: int, wanted: acts.Waive | acts.Dismiss, by: Performer) -> Done:
    wording, ground = by.book.wording, letting_be.Ground(wanted.reason, wanted.owner, wanted.until)
    if isinstance(wanted, acts.Waive):
        reach = letting_be.Reach(wanted.rule, wanted.subject, wanted.whole_party, wanted.everywhere)
        since = wanted.since or by.act.at.date()
        waiver = letting_be.WantedWaiver(reach, ground, since, wanted.proof)
        done = letting_be.waive(session, number, by.act, by.book, waiver)
        words = wording.plural("{count} finding waived", "{count} findings waived", done.findings)
    else:
        done = letting_be.dismiss(session, number, by.act, by.book, ground)
        words = wording.plural("{count} finding dismissed", "{count} findings dismissed", done.findings)
    if done.until is not None:
        words = wording.say("{what}; until {day}", what=words, day=wording.date(done.until))
    return Done(number, words, last_seq(session, number), True, _others(done.cases, number))


def _settle_parties(
    session: Session, number: int, wanted: acts.Merge | acts.RefuseMerge | acts.Split, by: Performer
) -> Done:
    wording, settled = by.book.wording, Settled(by.act, wanted.reason)
    match wanted:
        case acts.Merge():
            pair = _pair(session, wanted, by)
            done = merging.merge(session, pair, settled, by.parties)
            words = wording.say("party {goes} merged into party {stays}", goes=pair.goes, stays=pair.stays)
            touched = tuple(case for both in done.cases for case in both)
        case acts.RefuseMerge(proposal):
            refused = merging.refuse(session, proposal, settled, wording)
            words = wording.say("parties {stays} and {goes} are not one", stays=refused.stays, goes=refused.goes)
            touched = ()
        case acts.Split(party, identifiers):
            named = tuple(splitting.Named(kind, value) for kind, value in identifiers)
            parted = splitting.split(session, party, named, settled, by.parties)
            words = wording.say("party {party} split off from party {number}", party=parted.party, number=party)
            touched = tuple(case for both in parted.cases for case in both)
    return Done(number, words, last_seq(session, number), touched=_others(touched, number))


def _pair(session: Session, wanted: acts.Merge, by: Performer) -> merging.Pair:
    if wanted.proposal is not None:
        return merging.proposed_pair(session, wanted.proposal, by.book.wording)
    return merging.Pair(wanted.stays or 0, wanted.goes or 0)


def _others(cases: tuple[int, ...], number: int) -> tuple[int, ...]:
    return tuple(case for case in dict.fromkeys(cases) if case != number)
