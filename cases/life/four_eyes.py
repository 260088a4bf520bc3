"""Four eyes: what the ladder wants two persons for is proposed by one and put on record by another.

Nothing happens to the case by a proposal. It lapses when the case changes under it: by a scan, or by what else is put
on record. At a desk of one there is no other person: it is done at once, and its event says that one person did both.
"""

from typing import Literal

from sqlmodel import Session

from cases.access.gate import permit, person_of
from cases.life.acts import (
    Book,
    Done,
    Handover,
    Paper,
    Told,
    case_of,
    check_reason,
    checked,
    done,
    known_step,
    named,
    number_row,
    refer,
    take_step,
)
from cases.life.moves import Missing, Wanted, needs_two
from cases.life.record import mark_of, state_of, waiting_proposal
from cases.life.refusal import refusal
from cases.service import Act
from cases.store.models import Case, CaseProposal


def step(session: Session, number: int, act: Act, book: Book, paper: Paper) -> Done:
    """Take a step of the ladder, or propose it where a second person has to confirm it; commits.

    Raises what `take_step` does; a proposal is refused where the step would be.
    """
    case = case_of(session, number, "step", book)
    known_step(paper.of, book)
    if person_of(session) is None or not needs_two(book.ladder, "step", paper.of):
        return take_step(session, number, act, book, paper)
    return _propose(session, case, act, book, _proposal(session, case, act, "step", Handover(paper)))


def hand_over(session: Session, number: int, act: Act, book: Book, handover: Handover) -> Done:
    """Hand a case over, or propose it where a second person has to confirm it; commits. Raises what `refer` does."""
    case = case_of(session, number, "refer", book)
    paper = handover.paper
    if person_of(session) is None or not needs_two(book.ladder, "refer", paper.of):
        return refer(session, number, act, book, handover)
    return _propose(session, case, act, book, _proposal(session, case, act, "refer", handover))


def approve(session: Session, number: int, act: Act, book: Book) -> Done:
    """Put on record what another person proposed, as they proposed it; commits.

    Raises NotPermittedError, and NotAllowedError: nothing is proposed, it was by the same person, it has lapsed, and
    all that stands against the step or the referral itself.
    """
    case = case_of(session, number, "approve", book)
    waiting = waiting_proposal(session, case)
    if waiting is None:
        raise refusal(number, book.wording.say("to confirm it"), [Missing("no_proposal")], book.wording, book.ladder)
    paper = Paper(waiting.name, waiting.document, waiting.dated, waiting.signer)
    if waiting.kind == "step":
        return take_step(session, number, act, book, paper)
    return refer(session, number, act, book, Handover(paper, waiting.office))


def retract(session: Session, number: int, act: Act, book: Book, reason: str) -> Done:
    """Take a proposal back: by who made it, or by who might confirm it; commits."""
    case = case_of(session, number, "step", book)
    check_reason(reason, book.wording)
    checked(session, case, act, Wanted("retract", act.at.date()), book)
    waiting = waiting_proposal(session, case)
    assert waiting is not None
    if waiting.who != act.who:
        permit(session, "approve", number)
    _end(waiting, act, "retracted", reason)
    said = {"proposal": waiting.id, "reason": reason}
    return done(session, case, act, [waiting], Told("proposal_retracted", said, book.wording.say("taken back")))


def _proposal(session: Session, case: Case, act: Act, kind: str, handover: Handover) -> CaseProposal:
    paper = handover.paper
    return CaseProposal(
        case_id=case.id,
        mark=mark_of(session, case, state_of(session, case)),
        kind=kind,
        name=paper.of,
        document=paper.number,
        dated=paper.on,
        signer=paper.signer,
        office=handover.office,
        who=act.who,
        at=act.at,
    )


def _propose(session: Session, case: Case, act: Act, book: Book, row: CaseProposal) -> Done:
    of: Literal["step", "refer"] = "step" if row.kind == "step" else "refer"
    checked(session, case, act, Wanted("propose", act.at.date(), row.name, row.dated, of=of), book)
    old = waiting_proposal(session, case)
    if old is not None:
        _end(old, act, "lapsed", None)
    number_row(session, row)
    said = {"proposal": row.id, "of": row.kind, "name": row.name, "dated": row.dated.isoformat()}
    return done(session, case, act, [row], Told("put_forward", said, named(row.name, book), waits=True))


def _end(proposal: CaseProposal, act: Act, outcome: str, reason: str | None) -> None:
    proposal.outcome, proposal.ended_by, proposal.ended_at, proposal.end_reason = outcome, act.who, act.at, reason
