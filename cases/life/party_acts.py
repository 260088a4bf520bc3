"""What a merge and a split of parties share: who may be named, the pair that is remembered, the events of two cases.

The session has to be opened for writing. Rows are moved by statements, not one by one: a party may have a hundred
thousand findings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from cases.life.acts import check_person, check_reason
from cases.life.moves import LIVE
from cases.life.refusal import NotAllowedError
from cases.service import Act
from cases.store.chain import Move, append_event, head_of
from cases.store.models import Case, Finding, MergeProposal, Party, Scan
from cases.wording import Wording
from rules.model import Vocabulary


@dataclass(frozen=True)
class PartyDesk:
    """What parties are settled by: the words, the vocabulary, and how long a resolved case is taken up again (days)."""

    wording: Wording
    vocabulary: Vocabulary
    settle_days: int


@dataclass(frozen=True)
class Settled:
    """Who decides about parties, and why."""

    act: Act
    reason: str

    @property
    def today(self) -> date:
        """The day of the decision."""
        return self.act.at.date()

    def check(self, wording: Wording) -> None:
        """Raise NotAllowedError: nobody is named, or no reason is given."""
        check_person(self.act, wording)
        check_reason(self.reason, wording)


def live_party(session: Session, number: int, wording: Wording) -> Party:
    """Return the party. Raises NotAllowedError: there is none, or it has become another."""
    party = session.get(Party, number)
    if party is None:
        raise NotAllowedError(
            wording.say("There is no party {number}.", number=number),
            wording.say("only a party that a scan found has cases and findings"),
            wording.say("patuh parties list and patuh cases show tell the numbers of parties"),
        )
    if party.merged_into is not None:
        raise NotAllowedError(
            wording.say("Party {number} was merged into party {other}.", number=number, other=party.merged_into),
            wording.say("it has no case and no finding of its own any more"),
            wording.say("name party {other}", other=party.merged_into),
        )
    return party


def joined(settled: Settled) -> Mapping[str, object]:
    """Return what findings get that a person brings to a case: nothing done there before is about them."""
    return {"moved_on": settled.today, "moved_at": settled.act.at}


@dataclass(frozen=True)
class Told:
    """What an event says. `stage` None: the case stays where it is."""

    kind: str
    said: Mapping[str, object]
    stage: str | None = None


def tell(session: Session, case: Case, told: Told, settled: Settled) -> None:
    """Append an event to the case."""
    payload = {**told.said, "reason": settled.reason}
    act = settled.act
    append_event(session, case, Move(act.at, act.who, told.kind, told.stage or case.stage, payload, act.salt))
    session.flush()


def named(session: Session, case: Case) -> dict[str, object]:
    """Return the case and the head of its chain as they stand now, as the other chain names them."""
    return {"case": case.id, "head": head_of(session, case.id)}


def finding_numbers(session: Session, wanted: ColumnElement[bool]) -> list[int]:
    """Return the numbers of these findings, ascending."""
    return list(session.execute(select(col(Finding.id)).where(wanted).order_by(col(Finding.id))).scalars())


def pair_of(session: Session, one: int, other: int) -> MergeProposal | None:
    """Return what is on record of these two parties."""
    older, newer = sorted((one, other))
    return session.execute(
        select(MergeProposal).where(col(MergeProposal.party_id) == older, col(MergeProposal.other_party_id) == newer)
    ).scalar_one_or_none()


def decide(session: Session, pair: tuple[int, int], state: str, settled: Settled, shared: tuple[str, str]) -> None:
    """Put a decision on record about two parties, which a scan may have proposed; `shared`: by which identifier."""
    row = pair_of(session, *pair)
    if row is None:
        older, newer = sorted(pair)
        scan = session.execute(select(func.max(col(Scan.id)))).scalar_one()
        last = session.execute(select(func.max(col(MergeProposal.id)))).scalar_one() or 0
        row = MergeProposal(
            id=last + 1,
            party_id=older,
            other_party_id=newer,
            kind=shared[0],
            value=shared[1],
            state=state,
            scan_id=scan,
        )
    row.state = state
    row.decided_by, row.decided_at, row.reason = settled.act.who, settled.act.at, settled.reason
    session.add(row)
    session.flush()


def is_live(case: Case) -> bool:
    """Say whether something of the case is still to be done."""
    return case.stage in LIVE
