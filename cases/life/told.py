"""What is on record of a case along the ladder, in words: steps with their time, records, pauses, referrals."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, func, literal_column, or_, select, text
from sqlmodel import Session, col

from cases.life.moves import step_of
from cases.life.record import counts_from, referrals_of, state_of, steps_of, waiting_proposal
from cases.life.waivers import covers, ended, standing
from cases.names import PURPOSES, REFERRAL_STATES, STANDINGS_OF_WAIVERS, name_of
from cases.store.models import Case, CasePause, CaseRecord, CaseStep, Dismissal, Finding, Waiver
from cases.store.stages import LIVE_STATES
from cases.wording import Wording
from rules.model import Ladder


def recorded_lines(session: Session, case: Case, ladder: Ladder, wording: Wording) -> tuple[str, ...]:
    """Return one line for each thing that persons put on record; a step of a former clock says so."""
    return (
        *_step_lines(session, case, ladder, wording),
        *_record_lines(session, case, ladder, wording),
        *_pause_lines(session, case, wording),
        *_referral_lines(session, case, wording),
        *_proposal_lines(session, case, ladder, wording),
    )


def _step_lines(session: Session, case: Case, ladder: Ladder, wording: Wording) -> Iterator[str]:
    live = select(func.min(counts_from())).where(col(Finding.case_id) == case.id, col(Finding.state).in_(LIVE_STATES))
    since = session.execute(live).scalar_one()
    names = {step.id: wording.words(step.words) for step in ladder.steps}
    for step in steps_of(session, case):
        line = _step_line(step, names.get(step.step, step.step), wording)
        former = since is not None and step.dated < since
        yield f"{line} ({wording.say('of a former clock, no longer counts')})" if former else line


def _step_line(step: CaseStep, name: str, wording: Wording) -> str:
    say, date = wording.say, wording.date
    parts = [
        say(
            "{step}: {document}, {day}, signed by {signer}",
            step=name,
            document=step.document,
            day=date(step.dated),
            signer=step.signer,
        )
    ]
    if step.received_on is not None:
        parts.append(say("received {day} ({document})", day=date(step.received_on), document=step.receipt or ""))
    if step.deadline is not None:
        parts.append(say("runs until {day}", day=date(step.deadline)))
    return "; ".join(parts)


def _record_lines(session: Session, case: Case, ladder: Ladder, wording: Wording) -> Iterator[str]:
    found = session.execute(select(CaseRecord).where(col(CaseRecord.case_id) == case.id).order_by(col(CaseRecord.id)))
    for record in found.scalars():
        known = ladder.records.get(record.record)
        name = wording.words(known.words) if known else record.record
        yield f"{name}: {record.document}, {wording.date(record.dated)}"


def _pause_lines(session: Session, case: Case, wording: Wording) -> Iterator[str]:
    found = session.execute(select(CasePause).where(col(CasePause.case_id) == case.id).order_by(col(CasePause.id)))
    for one in found.scalars():
        end = one.ended_on or one.until
        yield wording.say(
            "paused from {since} to {until}: {reason}",
            since=wording.date(one.since),
            until=wording.date(end),
            reason=one.reason,
        )


def _referral_lines(session: Session, case: Case, wording: Wording) -> Iterator[str]:
    for one in referrals_of(session, case):
        day = one.answered_on or one.acted_on or one.received_on or one.handed_over_on
        yield wording.say(
            "referral {number} for {purpose} to {office}: {state}, {day}",
            number=one.id,
            purpose=name_of(PURPOSES, one.purpose, wording),
            office=one.office,
            state=name_of(REFERRAL_STATES, one.state, wording),
            day=wording.date(day),
        )


def _proposal_lines(session: Session, case: Case, ladder: Ladder, wording: Wording) -> Iterator[str]:
    """The step or referral that waits for a second person."""
    if waiting_proposal(session, case) is None:
        return
    stands = state_of(session, case).proposed
    if stands is None:
        return
    step = step_of(ladder, stands.name) if stands.kind == "step" else None
    name = wording.words(step.words) if step else name_of(PURPOSES, stands.name, wording)
    yield (
        wording.say("{name}: proposed by {who}; lapsed, for the case has changed since", name=name, who=stands.who)
        if stands.lapsed
        else wording.say("{name}: proposed by {who}; another supervisor has to confirm it", name=name, who=stands.who)
    )


def let_be_lines(session: Session, case: Case, today: date, wording: Wording) -> Iterator[str]:
    """Return who let findings of the case be, why and until when; one that is over says so."""
    of_case = (
        select(Finding)
        .where(col(Finding.case_id) == case.id, text(covers("waiver", "finding")))
        .correlate(Waiver)
        .exists()
    )
    stands: ColumnElement[str] = literal_column(standing("waiver", today))
    wanted = select(Waiver, stands).where(or_(col(Waiver.case_id) == case.id, of_case)).order_by(col(Waiver.id))
    for waiver, state in session.execute(wanted):
        yield _waiver_line(waiver, state, wording)
    over: ColumnElement[bool] = literal_column(ended("dismissal", today))
    dismissed = select(Dismissal, over).where(col(Dismissal.case_id) == case.id).order_by(col(Dismissal.id))
    for dismissal, is_over in session.execute(dismissed):
        yield _dismissal_line(dismissal, bool(is_over), wording)


def _waiver_line(waiver: Waiver, state: str, wording: Wording) -> str:
    say, day = wording.say, wording.date
    told = say(
        "waiver {number} by {who}, {since} to {until}, {state}: {reason} ({owner}, {proof})",
        number=waiver.id,
        who=waiver.who,
        since=day(waiver.since),
        until=day(waiver.until) if waiver.until else say("until withdrawn"),
        state=name_of(STANDINGS_OF_WAIVERS, state, wording),
        reason=waiver.reason,
        owner=waiver.owner,
        proof=waiver.proof,
    )
    if waiver.withdrawn_on is None:
        return told
    why = say(
        "withdrawn {day} by {who}: {reason}",
        day=day(waiver.withdrawn_on),
        who=waiver.withdrawn_by,
        reason=waiver.withdrawn_why,
    )
    return f"{told}; {why}"


def _dismissal_line(dismissal: Dismissal, over: bool, wording: Wording) -> str:
    say = wording.say
    until = wording.date(dismissal.until) if dismissal.until else say("until registers say otherwise")
    state = say("expired") if over else say("in force")
    if dismissal.undone_on is not None:
        state = say("taken back {day}", day=wording.date(dismissal.undone_on))
    return say(
        "dismissed by {who}, {until}, {state}: {reason} ({owner})",
        who=dismissal.who,
        until=until,
        state=state,
        reason=dismissal.reason,
        owner=dismissal.owner,
    )
