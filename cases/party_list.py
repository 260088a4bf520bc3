"""The pairs of parties that a scan proposes to merge: who they are, what they share, how much each has."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.masking import mask_identifier, mask_party_name
from cases.store.models import Case, Finding, MergeProposal, Party
from cases.store.stages import LIVE_STAGES, LIVE_STATES
from rules.model import Vocabulary


@dataclass(frozen=True)
class PartyLine:
    """One party of a pair. `name` covered where it is a human being, None where no register says one.

    `cases` and `findings` are those that are live.
    """

    number: int
    name: str | None
    kind: str
    cases: int
    findings: int


@dataclass(frozen=True)
class ProposalLine:
    """An open proposal: `one` is the older party; `kind` and `value` (covered) the identifier that they share."""

    number: int
    one: PartyLine
    other: PartyLine
    kind: str
    value: str


@dataclass(frozen=True)
class ProposalPage:
    """Some lines of `total` open proposals, the oldest first."""

    lines: tuple[ProposalLine, ...]
    total: int


def list_proposals(session: Session, vocabulary: Vocabulary, limit: int, party: int | None = None) -> ProposalPage:
    """Return up to `limit` open proposals, of one `party` or of all. Raises NotPermittedError."""
    permit(session, "waiting")
    open_ones = col(MergeProposal.state) == "proposed"
    if party is not None:
        open_ones &= or_(col(MergeProposal.party_id) == party, col(MergeProposal.other_party_id) == party)
    total = session.execute(select(func.count()).select_from(MergeProposal).where(open_ones)).scalar_one()
    rows = session.execute(select(MergeProposal).where(open_ones).order_by(col(MergeProposal.id)).limit(limit))
    proposals = rows.scalars().all()
    parties = party_lines(
        session, {number for one in proposals for number in (one.party_id, one.other_party_id)}, vocabulary
    )
    lines = tuple(
        ProposalLine(
            one.id,
            parties[one.party_id],
            parties[one.other_party_id],
            one.kind,
            mask_identifier(one.kind, one.value, vocabulary),
        )
        for one in proposals
    )
    return ProposalPage(lines, total)


def party_lines(session: Session, numbers: set[int], vocabulary: Vocabulary) -> Mapping[int, PartyLine]:
    """Return these parties by their numbers, as far as there are."""
    cases = _counted(session, Case, numbers)
    findings = _counted(session, Finding, numbers)
    found = session.execute(select(Party).where(col(Party.id).in_(numbers))).scalars()
    return {
        party.id: PartyLine(
            party.id,
            None if party.name is None else mask_party_name(party.name, party.kind, vocabulary),
            party.kind,
            cases.get(party.id, 0),
            findings.get(party.id, 0),
        )
        for party in found
    }


def _counted(session: Session, table: type[Case] | type[Finding], numbers: set[int]) -> Mapping[int, int]:
    live = col(Case.stage).in_(LIVE_STAGES) if table is Case else col(Finding.state).in_(LIVE_STATES)
    counted = session.execute(
        select(col(table.party_id), func.count())
        .where(col(table.party_id).in_(numbers), live)
        .group_by(col(table.party_id))
    )
    return {int(party): int(count) for party, count in counted}
