"""What the store has on record of a case, as the state that moves begin from."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date

from sqlalchemy import ColumnElement, func, select, text
from sqlmodel import Session, col

from cases.life.following import following
from cases.life.moves import CaseState, HandedOver, Proposed, TakenStep, rested_on
from cases.life.waivers import latest
from cases.listing import seen_when_confirmed
from cases.store.models import (
    Case,
    CasePause,
    CaseProposal,
    CaseRecord,
    CaseStep,
    Event,
    Finding,
    Party,
    Referral,
    RuleVersion,
    Scan,
)
from cases.store.stages import LIVE_STATES
from rules.model import Ladder


def state_of(session: Session, case: Case) -> CaseState:
    """Return the state of `case`. Steps and records count from the day on which its oldest live finding was found.

    So a finding that comes back after `settle_days`, which is a new one, starts a clock of its own, and one that was
    cured for a day keeps it. One that a merge or a split brought to the case counts from the day on which it came.
    """
    live = session.execute(
        select(Finding, col(RuleVersion.family), col(RuleVersion.nature))
        .join(RuleVersion, col(RuleVersion.id) == col(Finding.rule_version_id))
        .where(col(Finding.case_id) == case.id, col(Finding.state).in_(LIVE_STATES))
    ).all()
    since = min((finding.moved_on or finding.opened_on for finding, _, _ in live), default=None)
    state = CaseState(
        stage=case.stage,
        track=case.track,
        party_kind=session.get_one(Party, case.party_id).kind,
        queue=case.queue,
        natures=frozenset(nature for _, _, nature in live),
        families=frozenset(family for _, family, _ in live),
        since=since,
        steps=tuple(
            TakenStep(step.step, step.dated, step.received_on, step.deadline) for step in steps_of(session, case, since)
        ),
        records=frozenset(_records(session, case, since)),
        paused=running_pause(session, case) is not None,
        referrals=tuple(HandedOver(one.purpose, one.state) for one in referrals_of(session, case)),
        carried=frozenset(_carried(session, case)),
        warned=max((finding.warnings_spent for finding, _, _ in live), default=0),
        joined_later=case.stage == "confirmed" and _joined_later(session, case.id),
        findings=len(live),
        closing=sum(1 for finding, _, _ in live if finding.state == "closing_proposed"),
        assigned_to=case.assigned_to or "",
        hidden_until=case.snoozed_until,
        waived=_waived(session, case.id),
        headed=case.confirmed_queue or case.queue,
    )
    waiting = waiting_proposal(session, case)
    if waiting is None:
        return state
    lapsed = waiting.mark != mark_of(session, case, state)
    paper = paper_of(waiting.document, waiting.signer, waiting.office)
    return replace(
        state, proposed=Proposed(waiting.kind, waiting.name, waiting.who, waiting.dated, paper, lapsed=lapsed)
    )


def waiting_proposal(session: Session, case: Case) -> CaseProposal | None:
    """Return the proposal that nobody has confirmed or taken back; it may have lapsed."""
    waiting = select(CaseProposal).where(col(CaseProposal.case_id) == case.id, col(CaseProposal.outcome).is_(None))
    return session.execute(waiting).scalars().first()


def paper_of(document: str, signer: str = "", office: str | None = None) -> tuple[str, ...]:
    """Return what stands on the paper of a step or a referral, beside its day."""
    return document, signer, office or ""


def mark_of(session: Session, case: Case, state: CaseState) -> str:
    """Return what changes with the case: all that moves depend on, and what scans wrote."""
    scanned = select(func.max(col(Event.seq))).where(col(Event.case_id) == case.id, col(Event.who) == "scan")
    said = {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in asdict(rested_on(state)).items()
        if name != "headed"  # it is no part of a mark: proposals that wait keep theirs
    }
    return hashlib.sha256(repr((said, session.execute(scanned).scalar_one())).encode()).hexdigest()


def command_after(session: Session, number: int, ladder: Ladder, today: date) -> str | None:
    """Return the command that comes next in a case by what is on record now; None: nothing more of the ladder."""
    found = following(state_of(session, session.get_one(Case, number)), ladder, today)
    return None if found is None else found.command(number)


def steps_of(session: Session, case: Case, since: date | None = None) -> tuple[CaseStep, ...]:
    """Return the steps of `case` in the order in which they were taken, those from `since` on."""
    found = session.execute(select(CaseStep).where(col(CaseStep.case_id) == case.id).order_by(col(CaseStep.id)))
    return tuple(step for step in found.scalars() if since is None or step.dated >= since)


def referrals_of(session: Session, case: Case) -> tuple[Referral, ...]:
    """Return the referrals of `case` in their order."""
    found = session.execute(select(Referral).where(col(Referral.case_id) == case.id).order_by(col(Referral.id)))
    return tuple(found.scalars())


def counts_from() -> ColumnElement[date]:
    """Return the day from which something done in its case can be about a Finding."""
    return func.coalesce(col(Finding.moved_on), col(Finding.opened_on))


def merged_into(session: Session, case: Case) -> tuple[Case, ...]:
    """Return the cases that were merged into `case`."""
    found = session.execute(select(Case).where(col(Case.merged_into) == case.id).order_by(col(Case.id)))
    return tuple(found.scalars())


def running_pause(session: Session, case: Case) -> CasePause | None:
    """Return the pause that runs; None where none does."""
    running = select(CasePause).where(col(CasePause.case_id) == case.id, col(CasePause.ended_on).is_(None))
    return session.execute(running).scalars().first()


def _carried(session: Session, case: Case) -> Iterable[str]:
    """The purposes for which cases were handed over that were merged into this one."""
    merged = select(col(Case.id)).where(col(Case.merged_into) == case.id)
    return session.execute(select(col(Referral.purpose)).where(col(Referral.case_id).in_(merged))).scalars()


def _records(session: Session, case: Case, since: date | None) -> tuple[str, ...]:
    found = session.execute(select(CaseRecord).where(col(CaseRecord.case_id) == case.id)).scalars()
    return tuple(one.record for one in found if since is None or one.dated >= since)


def _joined_later(session: Session, number: int) -> bool:
    """Return whether a confirmed case has an open finding that came after its confirmation."""
    later = (
        select(func.count(col(Finding.id)))
        .join(Case, col(Case.id) == col(Finding.case_id))
        .join(Scan, col(Scan.id) == col(Finding.joined_scan_id))
        .where(col(Case.id) == number, col(Case.stage) == "confirmed", col(Finding.state).in_(LIVE_STATES))
        .where(~seen_when_confirmed())
    )
    return int(session.execute(later).scalar_one()) > 0


def _waived(session: Session, number: int) -> int:
    """Count the findings of a case that a waiver lets be, or let be until it ended, and that were not found anew."""
    waived = select(func.count(col(Finding.id))).where(
        col(Finding.case_id) == number, col(Finding.state) == "waived", text(latest("finding"))
    )
    return int(session.execute(waived).scalar_one())
