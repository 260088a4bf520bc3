"""What a person lets be: waive findings of a party, withdraw a waiver, dismiss a case. Each act is one transaction.

A waiver takes effect by the act, as the next scan would have it, and leaves an event in each case that it is about.
What has ended is honoured nowhere; whether there is still something to find is for the next scan to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select, text
from sqlmodel import Session, col

from cases.access.gate import permit, permit_everywhere
from cases.life.acts import Book, act_words, case_of, check_person
from cases.life.moves import CaseState, Missing, Refused, Wanted, move
from cases.life.record import state_of
from cases.life.refusal import NotAllowedError, refusal
from cases.life.waivers import covers, in_force, latest
from cases.service import Act
from cases.store.chain import Move, append_event
from cases.store.models import Case, Dismissal, Finding, Waiver
from cases.store.stages import LIVE_STATES


@dataclass(frozen=True)
class Ground:
    """Why something is let be, who answers for it, and its last day; None: no day is said."""

    reason: str
    owner: str
    until: date | None = None


@dataclass(frozen=True)
class Reach:
    """What a waiver is about: one rule, one subject, both, or the `whole_party`; None does not narrow.

    `everywhere`: in all provinces; otherwise in that of the case.
    """

    rule: str | None = None
    subject_key: str | None = None
    whole_party: bool = False
    everywhere: bool = False


@dataclass(frozen=True)
class WantedWaiver:
    """A waiver that a person wants: its reach and ground, its first day, and the paper that it rests on."""

    reach: Reach
    ground: Ground
    since: date
    proof: str


@dataclass(frozen=True)
class LetBe:
    """What an act let be: so many `findings` in these `cases`, of which `closed` have nothing open any more.

    `waiver` is its number; None: a dismissal. `until` None: no day is said.
    """

    findings: int
    cases: tuple[int, ...]
    closed: tuple[int, ...]
    until: date | None
    waiver: int | None = None


@dataclass(frozen=True)
class Withdrawn:
    """A waiver that is honoured no longer, and the cases that it was about."""

    waiver: int
    cases: tuple[int, ...]


def waive(session: Session, number: int, act: Act, book: Book, wanted: WantedWaiver) -> LetBe:
    """Let findings of the case's party be; commits.

    Raises NotAllowedError with everything that is missing, NotPermittedError for other provinces than one's own.
    """
    check_person(act, book.wording)
    case, today, ground = case_of(session, number, "waive", book), act.at.date(), wanted.ground
    if wanted.reach.everywhere:
        permit_everywhere(session, "waive", number)
    unsaid = (*_unsaid(ground, today), *_unsaid_of(wanted), *_unknown(session, case, wanted.reach))
    _checked(session, case, Wanted("waive", today), unsaid, book)
    waiver = _new_waiver(case, act, wanted)
    session.add(waiver)
    session.flush()
    begun = session.execute(_about(waiver).where(text(in_force("waiver", today)))).scalars()
    let_be = [finding for finding in begun if finding.state in LIVE_STATES]
    cases, closed = cases_about(session, waiver), []
    for one in cases:
        of_case = [finding for finding in let_be if finding.case_id == one.id]
        mine = [finding.id for finding in of_case]
        after = _checked(session, one, Wanted("waive", today, covered=len(mine)), (), book)
        closed += [one.id] if after.stage != one.stage else []
        append_event(
            session, one, _move(act, "waived", after.stage, {**_of(waiver), **_were(of_case), "findings": mine})
        )
    for finding in let_be:
        finding.state = "waived"
    done = LetBe(len(let_be), tuple(one.id for one in cases), tuple(closed), ground.until, waiver.id)
    session.commit()
    return done


def dismiss(session: Session, number: int, act: Act, book: Book, ground: Ground) -> LetBe:
    """Let what is open in a case be, until registers say otherwise or `ground.until` is over; commits.

    Raises NotAllowedError with everything that is missing.
    """
    check_person(act, book.wording)
    case, today = case_of(session, number, "dismiss", book), act.at.date()
    after = _checked(session, case, Wanted("dismiss", today), tuple(_unsaid(ground, today)), book)
    dismissal = Dismissal(
        case_id=number, until=ground.until, reason=ground.reason, owner=ground.owner, who=act.who, at=act.at
    )
    session.add(dismissal)
    session.flush()
    live = select(Finding).where(col(Finding.case_id) == number, col(Finding.state).in_(LIVE_STATES))
    let_be = session.execute(live.order_by(col(Finding.id))).scalars().all()
    were = _were(let_be)
    for finding in let_be:
        finding.state = "dismissed"
    said: dict[str, object] = {
        "dismissal": dismissal.id,
        "until": _iso(ground.until),
        "reason": ground.reason,
        "owner": ground.owner,
        **were,
    }
    said["findings"] = [finding.id for finding in let_be]
    append_event(session, case, _move(act, "dismissed", after.stage, said))
    session.commit()
    return LetBe(len(let_be), (number,), (number,), ground.until)


def withdraw(session: Session, number: int, act: Act, book: Book, reason: str) -> Withdrawn:
    """Let a waiver be honoured no longer; commits. What it let be is looked at by the next scan.

    Raises NotAllowedError with everything that stands against it, NotPermittedError for other provinces than one's own.
    """
    permit(session, "waive")
    check_person(act, book.wording)
    waiver, today, say = session.get(Waiver, number), act.at.date(), book.wording.say
    if waiver is None:
        raise NotAllowedError(
            say("There is no waiver {number}.", number=number),
            say("only what was waived can be withdrawn"),
            say("patuh waivers list shows the numbers"),
        )
    if waiver.province is None:
        permit_everywhere(session, "waive", waiver.case_id)
    if against := tuple(_against_withdrawing(waiver, today, reason, book)):
        raise NotAllowedError(
            say(
                "Waiver {number}, to withdraw it: not allowed, because {missing}.",
                number=number,
                missing="; ".join(against),
            ),
            say("a decision without its reason cannot be checked later"),
            say("patuh waivers list tells which are in force; say why with --reason"),
        )
    waiver.withdrawn_on, waiver.withdrawn_by, waiver.withdrawn_why = today, act.who, reason
    cases = cases_about(session, waiver)
    for case in cases:
        append_event(session, case, _move(act, "waiver_withdrawn", case.stage, {"waiver": number, "reason": reason}))
    done = Withdrawn(number, tuple(case.id for case in cases))
    session.commit()
    return done


def _against_withdrawing(waiver: Waiver, today: date, reason: str, book: Book) -> Iterator[str]:
    say, day = book.wording.say, book.wording.date
    if waiver.withdrawn_on is not None:
        yield say("{who} withdrew it on {day}", who=waiver.withdrawn_by, day=day(waiver.withdrawn_on))
    elif waiver.until is not None and waiver.until < today:
        yield say("its last day was {day}", day=day(waiver.until))
    if not reason.strip():
        yield say("no reason is given")


def _new_waiver(case: Case, act: Act, wanted: WantedWaiver) -> Waiver:
    reach, ground = wanted.reach, wanted.ground
    return Waiver(
        case_id=case.id,
        party_id=case.party_id,
        rule=reach.rule,
        subject_key=reach.subject_key,
        province=None if reach.everywhere else case.province,
        since=wanted.since,
        until=ground.until,
        reason=ground.reason,
        owner=ground.owner,
        proof=wanted.proof,
        who=act.who,
        at=act.at,
    )


def _unsaid(ground: Ground, today: date) -> Iterator[Missing]:
    if not ground.reason.strip():
        yield Missing("no_reason")
    if not ground.owner.strip():
        yield Missing("no_owner")
    if ground.until is not None and ground.until < today:
        yield Missing("end_past", until=today)


def _unsaid_of(wanted: WantedWaiver) -> Iterator[Missing]:
    reach = wanted.reach
    if not wanted.proof.strip():
        yield Missing("no_proof")
    if wanted.ground.until is not None and wanted.ground.until < wanted.since:
        yield Missing("end_early", until=wanted.since)
    if reach.rule is None and reach.subject_key is None and not reach.whole_party:
        yield Missing("no_reach")


def _unknown(session: Session, case: Case, reach: Reach) -> Iterator[Missing]:
    """A mistyped subject would be a waiver of nothing that looks like one of something."""
    found = select(col(Finding.id)).where(
        col(Finding.party_id) == case.party_id, col(Finding.subject_key) == reach.subject_key
    )
    if reach.subject_key is not None and session.execute(found.limit(1)).first() is None:
        yield Missing("no_subject")


def _checked(session: Session, case: Case, wanted: Wanted, unsaid: Iterable[Missing], book: Book) -> CaseState:
    """Return the state after the move. Raises NotAllowedError with what is unsaid and what the case lacks."""
    after = move(state_of(session, case), wanted, book.ladder)
    missing = (*unsaid, *(after.missing if isinstance(after, Refused) else ()))
    if missing or isinstance(after, Refused):
        raise refusal(case.id, act_words(wanted.kind, book.wording), missing, book.wording, book.ladder)
    return after


def _about(waiver: Waiver) -> Select[Finding]:
    """Ask for the findings that the waiver is about: open ones, and those that are let be already."""
    states = (*LIVE_STATES, "waived")
    return (
        select(Finding)
        .join(Waiver, text(covers("waiver", "finding")))
        .where(col(Waiver.id) == waiver.id, col(Finding.state).in_(states), text(latest("finding")))
        .order_by(col(Finding.id))
    )


def cases_about(session: Session, waiver: Waiver) -> tuple[Case, ...]:
    """Return the cases of the findings that the waiver is about, and the one through which it was made."""
    found = {finding.case_id for finding in session.execute(_about(waiver)).scalars()} | {waiver.case_id}
    cases = session.execute(select(Case).where(col(Case.id).in_(found - {None})).order_by(col(Case.id)))
    return tuple(cases.scalars())


def _of(waiver: Waiver) -> Mapping[str, object]:
    """Return what an event says of a waiver; a subject may be a person's number, and is not repeated."""
    return {
        "waiver": waiver.id,
        "rule": waiver.rule,
        "since": waiver.since.isoformat(),
        "until": _iso(waiver.until),
        "reason": waiver.reason,
        "owner": waiver.owner,
        "proof": waiver.proof,
    }


def _were(findings: Iterable[Finding]) -> Mapping[str, object]:
    """Return the states of those that were not simply open, by which the act can be taken back."""
    states: dict[str, list[int]] = {}
    for finding in findings:
        if finding.state != "open":
            states.setdefault(finding.state, []).append(finding.id)
    return {"were": states} if states else {}


def _move(act: Act, kind: str, stage: str, said: Mapping[str, object]) -> Move:
    return Move(act.at, act.who, kind, stage, said, act.salt)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
