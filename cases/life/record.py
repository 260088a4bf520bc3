"""What the store has on record of a case, as the state that moves begin from."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
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
    """Return the state of `case`, as `states_of` gives it."""
    return states_of(session, (case,))[case.id]


def states_of(session: Session, cases: Sequence[Case]) -> Mapping[int, CaseState]:
    """Return the states of cases by number. Steps and records count from the day of the oldest live finding.

    So a finding that comes back after `settle_days`, which is a new one, starts a clock of its own, and one that was
    cured for a day keeps it. One that a merge or a split brought to the case counts from the day on which it came.
    Each thing is asked for all of the cases at once, so that a look at many does not ask for each.
    """
    read = _Read(session, [case.id for case in cases], {case.party_id for case in cases})
    waiting = _waiting_in(session, [case.id for case in cases])
    found: dict[int, CaseState] = {}
    for case in cases:
        state, row = read.state(case), waiting.get(case.id)
        if row is not None:
            lapsed = row.mark != mark_of(session, case, state)
            paper = paper_of(row.document, row.signer, row.office)
            state = replace(state, proposed=Proposed(row.kind, row.name, row.who, row.dated, paper, lapsed=lapsed))
        found[case.id] = state
    return found


class _Read:
    """What the store has of cases, each kind of it by the number of its case, and the state that it makes."""

    def __init__(self, session: Session, numbers: Sequence[int], parties: Collection[int]) -> None:
        kinds = select(col(Party.id), col(Party.kind)).where(col(Party.id).in_(parties))
        self._party_kinds = {party: kind for party, kind in session.execute(kinds)}
        self._live = _by_case(session, _live_in(numbers))
        self._steps = _by_case(
            session,
            select(
                col(CaseStep.case_id),
                col(CaseStep.step),
                col(CaseStep.dated),
                col(CaseStep.received_on),
                col(CaseStep.deadline),
            )
            .where(col(CaseStep.case_id).in_(numbers))
            .order_by(col(CaseStep.id)),
        )
        self._records = _by_case(
            session,
            select(col(CaseRecord.case_id), col(CaseRecord.record), col(CaseRecord.dated)).where(
                col(CaseRecord.case_id).in_(numbers)
            ),
        )
        running = select(col(CasePause.case_id)).where(col(CasePause.ended_on).is_(None))
        self._paused = _by_case(session, running.where(col(CasePause.case_id).in_(numbers)))
        self._referrals = _by_case(
            session,
            select(col(Referral.case_id), col(Referral.purpose), col(Referral.state))
            .where(col(Referral.case_id).in_(numbers))
            .order_by(col(Referral.id)),
        )
        self._carried = _by_case(session, _carried_by(numbers))
        self._joined_later = _by_case(session, _joined_later(numbers))
        self._waived = _by_case(session, _waived_in(numbers))

    def state(self, case: Case) -> CaseState:
        """Return the state of one of the cases, as if nothing were proposed in it."""
        live = self._live[case.id]
        since = min((day for _, day, *_ in live), default=None)
        return CaseState(
            stage=case.stage,
            track=case.track,
            party_kind=self._party_kinds[case.party_id],
            queue=case.queue,
            natures=frozenset(nature for *_, nature in live),
            families=frozenset(family for *_, family, _ in live),
            since=since,
            steps=tuple(TakenStep(*step) for step in self._steps[case.id] if since is None or step[1] >= since),
            records=frozenset(name for name, dated in self._records[case.id] if since is None or dated >= since),
            paused=bool(self._paused[case.id]),
            referrals=tuple(HandedOver(*one) for one in self._referrals[case.id]),
            carried=frozenset(purpose for (purpose,) in self._carried[case.id]),
            warned=max((warnings for _, _, warnings, *_ in live), default=0),
            joined_later=bool(self._joined_later[case.id]),
            findings=len(live),
            closing=sum(1 for state, *_ in live if state == "closing_proposed"),
            assigned_to=case.assigned_to or "",
            hidden_until=case.snoozed_until,
            waived=sum(count for (count,) in self._waived[case.id]),
            headed=case.confirmed_queue or case.queue,
        )


def _by_case(session: Session, asked: Select[*tuple[Any, ...]]) -> Mapping[int, Sequence[tuple[Any, ...]]]:
    """Return rows that begin with the number of a case, without it, by that number."""
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for number, *rest in session.execute(asked):
        found[number].append(tuple(rest))
    return found


def _live_in(numbers: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """The live findings of cases: state, since when, warnings spent, its rule's family and nature."""
    return (
        select(
            col(Finding.case_id),
            col(Finding.state),
            counts_from(),
            col(Finding.warnings_spent),
            col(RuleVersion.family),
            col(RuleVersion.nature),
        )
        .join(RuleVersion, col(RuleVersion.id) == col(Finding.rule_version_id))
        .where(col(Finding.case_id).in_(numbers), col(Finding.state).in_(LIVE_STATES))
    )


def _waiting_in(session: Session, numbers: Sequence[int]) -> Mapping[int, CaseProposal]:
    """Return the proposals in cases that nobody has confirmed or taken back; they may have lapsed."""
    waiting = select(CaseProposal).where(col(CaseProposal.case_id).in_(numbers), col(CaseProposal.outcome).is_(None))
    return {row.case_id: row for row in session.execute(waiting).scalars()}


def waiting_proposal(session: Session, case: Case) -> CaseProposal | None:
    """Return the proposal that nobody has confirmed or taken back; it may have lapsed."""
    return _waiting_in(session, (case.id,)).get(case.id)


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


def steps_of(session: Session, case: Case) -> tuple[CaseStep, ...]:
    """Return the steps of `case` in the order in which they were taken."""
    found = session.execute(select(CaseStep).where(col(CaseStep.case_id) == case.id).order_by(col(CaseStep.id)))
    return tuple(found.scalars())


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


def _carried_by(numbers: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """The purposes for which cases were handed over that were merged into others."""
    return (
        select(col(Case.merged_into), col(Referral.purpose))
        .join(Referral, col(Referral.case_id) == col(Case.id))
        .where(col(Case.merged_into).in_(numbers))
    )


def _joined_later(numbers: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Those of the cases that are confirmed and have an open finding that came after their confirmation."""
    return (
        select(col(Case.id))
        .distinct()
        .join(Finding, col(Finding.case_id) == col(Case.id))
        .join(Scan, col(Scan.id) == col(Finding.joined_scan_id))
        .where(col(Case.id).in_(numbers), col(Case.stage) == "confirmed", col(Finding.state).in_(LIVE_STATES))
        .where(~seen_when_confirmed())
    )


def _waived_in(numbers: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """How many findings of cases a waiver lets be, or let be until it ended, and that were not found anew."""
    return (
        select(col(Finding.case_id), func.count(col(Finding.id)))
        .where(col(Finding.case_id).in_(numbers), col(Finding.state) == "waived", text(latest("finding")))
        .group_by(col(Finding.case_id))
    )
