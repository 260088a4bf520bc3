"""Two parties that are one: what the one had goes to the other, and no event is lost. Or they are found not to be one.

Of two cases of one province and track the older goes on, with its own ladder, and the other ends, merged into it. A
finding that comes to a case this way counts there from that day on: no letter of before was about it. Steps, records,
pauses and referrals stay in the file that they were made in, which the case that goes on shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import or_, select, text, update
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.life.moves import REACHED
from cases.life.party_acts import (
    PartyDesk,
    Settled,
    Told,
    decide,
    finding_numbers,
    is_live,
    joined,
    live_party,
    named,
    pair_of,
    tell,
)
from cases.life.refusal import NotAllowedError
from cases.life.waivers import standing
from cases.names import PARTY_KINDS, name_of
from cases.store.models import Case, Finding, MergeProposal, Party, PartyIdentifier, Waiver
from cases.wording import Wording


@dataclass(frozen=True)
class Pair:
    """Two parties that are one: `stays` has all afterwards, `goes` nothing."""

    stays: int
    goes: int


@dataclass(frozen=True)
class Merged:
    """What a merge did: `cases` that ended, each with the one that goes on, and how many `findings` changed party."""

    pair: Pair
    cases: tuple[tuple[int, int], ...]
    findings: int


def proposed_pair(session: Session, number: int, wording: Wording) -> Pair:
    """Return the parties of an open proposal: the older one stays. Raises NotPermittedError and NotAllowedError."""
    permit(session, "merge")
    row = _open_proposal(session, number, wording)
    return Pair(row.party_id, row.other_party_id)


def refuse(session: Session, number: int, settled: Settled, wording: Wording) -> Pair:
    """Put on record that the parties of a proposal are not one: it is never made again. Commits.

    Raises NotPermittedError and NotAllowedError.
    """
    permit(session, "merge")
    settled.check(wording)
    row = _open_proposal(session, number, wording)
    pair = Pair(row.party_id, row.other_party_id)
    decide(session, (pair.stays, pair.goes), "refused", settled, (row.kind, row.value))
    session.commit()
    return pair


def merge(session: Session, pair: Pair, settled: Settled, desk: PartyDesk) -> Merged:
    """Make two parties one; commits.

    Raises NotPermittedError, and NotAllowedError: the same party twice, one that is gone, kinds that the law does not
    treat alike, or a waiver of all that a party has, which would cover what it was not given for.
    """
    permit(session, "merge")
    settled.check(desk.wording)
    goes = _checked(session, pair, settled, desk.wording)
    of_goes = col(Finding.party_id) == pair.goes
    findings = len(finding_numbers(session, of_goes))
    both = col(Case.party_id).in_((pair.stays, pair.goes))
    files = session.execute(select(Case).where(both).order_by(col(Case.id))).scalars().all()
    folded = _folded(files, settled.today, desk.settle_days)
    told = set()
    for ended, keeper in folded:
        _fold(session, ended, keeper, (pair, settled))
        told |= {ended.id, keeper.id}
    for case in files:
        if case.party_id == pair.goes:
            case.party_id = pair.stays
            if case.id not in told:
                tell(session, case, Told("party_merged", {"party": pair.stays, "before": pair.goes}), settled)
    session.flush()
    session.execute(update(Finding).where(of_goes).values(party_id=pair.stays))
    for table in (PartyIdentifier, Waiver):
        session.execute(update(table).where(col(table.party_id) == pair.goes).values(party_id=pair.stays))
    decide(session, (pair.stays, pair.goes), "merged", settled, ("", ""))
    _carry_proposals(session, pair)
    session.execute(update(Party).where(col(Party.merged_into) == pair.goes).values(merged_into=pair.stays))
    goes.merged_into = pair.stays
    done = Merged(pair, tuple((ended.id, keeper.id) for ended, keeper in folded), findings)
    session.commit()
    return done


def _open_proposal(session: Session, number: int, wording: Wording) -> MergeProposal:
    row = session.get(MergeProposal, number)
    if row is None or row.state != "proposed":
        raise NotAllowedError(
            wording.say("There is no open proposal {number}.", number=number),
            wording.say("a proposal is made by a scan and decided once"),
            wording.say("patuh parties list shows those that are open"),
        )
    return row


def _checked(session: Session, pair: Pair, settled: Settled, wording: Wording) -> Party:
    """Return the party that goes."""
    stays, goes = (live_party(session, number, wording) for number in (pair.stays, pair.goes))
    if stays.id == goes.id:
        raise NotAllowedError(
            wording.say("Party {number} cannot be merged into itself.", number=pair.stays),
            wording.say("a merge makes one of two"),
            wording.say("name two parties: the one that stays, then the one that goes"),
        )
    if stays.kind != goes.kind and not {stays.kind, goes.kind} <= set(REACHED):
        raise NotAllowedError(
            wording.say(
                "Party {number} is of the kind {kind}, party {other} of the kind {other_kind}.",
                number=stays.id,
                kind=name_of(PARTY_KINDS, stays.kind, wording),
                other=goes.id,
                other_kind=name_of(PARTY_KINDS, goes.kind, wording),
            ),
            wording.say("the sanctions of PP 86/2013 do not reach both alike"),
            wording.say(
                "say that they are not one: patuh parties refuse, or have their identifiers mended in the register"
            ),
        )
    _check_waivers(session, pair, settled.today, wording)
    return goes


def _check_waivers(session: Session, pair: Pair, today: date, wording: Wording) -> None:
    running = text(f"{standing('waiver', today)} IN ('in_force', 'to_come')")
    of_all = session.execute(
        select(Waiver)
        .where(col(Waiver.party_id).in_((pair.stays, pair.goes)), col(Waiver.subject_key).is_(None), running)
        .order_by(col(Waiver.id))
    ).scalars()
    waiver = of_all.first()
    if waiver is not None:
        raise NotAllowedError(
            wording.say(
                "Waiver {waiver} covers every subject of party {number}.", waiver=waiver.id, number=waiver.party_id
            ),
            wording.say("merged, it would cover findings that it was not given for"),
            wording.say("withdraw it, give it anew for the subjects that it is meant for, and merge then"),
        )


def _folded(files: Sequence[Case], today: date, settle_days: int) -> list[tuple[Case, Case]]:
    """Return the cases that end, each with the one of its province and track that goes on: the older live one."""

    def place(case: Case) -> tuple[str, str]:
        return case.province, case.track

    def order(case: Case) -> tuple[bool, date, int]:
        return not is_live(case), case.opened_on, case.id

    going_on = sorted((case for case in files if _goes_on(case, today, settle_days)), key=place)
    folded = []
    for _, cases in groupby(going_on, place):
        keeper, *others = sorted(cases, key=order)
        folded += [(other, keeper) for other in others]
    return folded


def _goes_on(case: Case, today: date, settle_days: int) -> bool:
    """Say whether a scan may still bring findings to the case."""
    settling = case.resolved_on is not None and (today - case.resolved_on).days <= settle_days
    return is_live(case) or (case.stage == "resolved" and settling)


def _fold(session: Session, ended: Case, keeper: Case, decision: tuple[Pair, Settled]) -> None:
    """Bring the findings of `ended` to `keeper`, and tell each chain of the other as it stood before."""
    pair, settled = decision
    of_ended = col(Finding.case_id) == ended.id
    findings = finding_numbers(session, of_ended)
    in_keeper, in_ended = named(session, ended), named(session, keeper)
    session.execute(update(Finding).where(of_ended).values(case_id=keeper.id, **joined(settled)))
    merged = col(Case.merged_into) == ended.id
    session.execute(update(Case).where(merged).values(merged_into=keeper.id))
    if keeper.stage == "resolved" and ended.resolved_on is not None:
        keeper.resolved_on = max(keeper.resolved_on or ended.resolved_on, ended.resolved_on)
    if is_live(ended):
        keeper.snoozed_until = _earlier(keeper.snoozed_until, ended.snoozed_until)
        keeper.assigned_to = keeper.assigned_to or ended.assigned_to
    ended.merged_into = keeper.id
    about = {"party": pair.stays, "before": pair.goes}
    tell(session, ended, Told("merged", {**about, **in_ended}, "merged"), settled)
    tell(session, keeper, Told("absorbed", {**about, **in_keeper, "findings": findings}), settled)


def _earlier(one: date | None, other: date | None) -> date | None:
    """A case is hidden for as long as both were."""
    return None if one is None or other is None else min(one, other)


def _carry_proposals(session: Session, pair: Pair) -> None:
    """Let what was proposed and refused of the party that goes stand for the one that stays."""
    rows = session.execute(
        select(MergeProposal)
        .where(or_(col(MergeProposal.party_id) == pair.goes, col(MergeProposal.other_party_id) == pair.goes))
        .where(col(MergeProposal.state).in_(("proposed", "refused")))
        .order_by(col(MergeProposal.id))
    )
    for row in rows.scalars().all():
        third = row.other_party_id if row.party_id == pair.goes else row.party_id
        stands = pair_of(session, pair.stays, third)
        if stands is None:
            row.party_id, row.other_party_id = sorted((pair.stays, third))
        else:
            if row.state == "refused" and stands.state == "proposed":
                stands.state, stands.reason = row.state, row.reason
                stands.decided_by, stands.decided_at = row.decided_by, row.decided_at
            row.state = "replaced"
        session.flush()
