"""The waivers of the store: what is let be, by whom, why and until when; identifiers of persons covered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, literal_column, or_, select, text
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.life.waivers import STANDINGS, covers, in_force, latest, standing
from cases.masking import mask_key, mask_party_name
from cases.store.models import Dismissal, Finding, Party, Waiver
from cases.wording import Wording
from rules.model import Vocabulary


@dataclass(frozen=True)
class WaiverFilter:
    """Which waivers; None does not narrow. `state`: one of STANDINGS. `region`: its province counts.

    `rule`: those that cover it, by name or because they cover every rule. `named`: a part of the party's name.
    """

    state: str | None = None
    rule: str | None = None
    region: str | None = None
    named: str | None = None


@dataclass(frozen=True)
class WaiverLine:
    """One waiver. `rule`, `subject` and `province` None: all of them; `until` None: until withdrawn.

    `findings`: how many it lets be today.
    """

    number: int
    state: str
    case: int
    party: str | None
    rule: str | None
    subject: str | None
    province: str | None
    since: date
    until: date | None
    reason: str
    owner: str
    proof: str
    who: str
    findings: int
    withdrawn_on: date | None
    withdrawn_by: str | None
    withdrawn_why: str | None


@dataclass(frozen=True)
class WaiverPage:
    """Some of `total` waivers."""

    waivers: tuple[WaiverLine, ...]
    total: int


def list_waivers(
    session: Session, wanted: WaiverFilter, today: date, vocabulary: Vocabulary, limit: int = 50
) -> WaiverPage:
    """Return up to `limit` waivers: those in force first, of each state those that end first."""
    permit(session, "waiting")
    stands: ColumnElement[str] = literal_column(standing("waiver", today))
    narrowed = tuple(_narrowed(wanted, stands))
    joined = select(func.count()).select_from(Waiver).join(Party, col(Party.id) == col(Waiver.party_id))
    total = int(session.execute(joined.where(*narrowed)).scalar_one())
    place = case({name: place for place, name in enumerate(STANDINGS)}, value=stands)
    found = session.execute(
        select(Waiver, Party, stands, _lets_be(today))
        .join(Party, col(Party.id) == col(Waiver.party_id))
        .where(*narrowed)
        .order_by(place, col(Waiver.until).is_(None), col(Waiver.until), col(Waiver.id))
        .limit(limit)
    )
    return WaiverPage(tuple(_line(session, row, vocabulary) for row in found), total)


def who_let_be(session: Session, numbers: Iterable[int], wording: Wording) -> Mapping[int, str]:
    """Return, of those cases that a person let be, who did it last, until when and why."""
    wanted, found = tuple(numbers), dict[int, str]()
    if not wanted:  # who only exports sees no such case, and may not read decisions
        return found
    dismissals = (
        select(Dismissal)
        .where(col(Dismissal.case_id).in_(wanted), col(Dismissal.undone_on).is_(None))
        .order_by(col(Dismissal.id))
    )
    of_case = (
        select(Waiver, col(Finding.case_id))
        .join(Finding, text(covers("waiver", "finding")))
        .where(col(Finding.case_id).in_(wanted), col(Finding.state) == "waived")
        .order_by(col(Waiver.id))
    )
    for waiver, number in session.execute(of_case):
        found[number] = _who(waiver, wording.say("until withdrawn"), wording)
    for dismissal in session.execute(dismissals).scalars():
        found[dismissal.case_id] = _who(dismissal, wording.say("until registers say otherwise"), wording)
    return found


def _who(one: Waiver | Dismissal, without_day: str, wording: Wording) -> str:
    until = wording.say("until {day}", day=wording.date(one.until)) if one.until else without_day
    return wording.say("let be by {who}, {until}: {reason}", who=one.who, until=until, reason=one.reason)


def _narrowed(wanted: WaiverFilter, stands: ColumnElement[str]) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield stands == wanted.state
    if wanted.rule is not None:
        yield or_(col(Waiver.rule).is_(None), col(Waiver.rule) == wanted.rule)
    if wanted.region is not None:
        yield or_(col(Waiver.province).is_(None), col(Waiver.province) == wanted.region[:2])
    if wanted.named is not None:
        yield col(Party.name).icontains(wanted.named, autoescape=True)


def _lets_be(today: date) -> ColumnElement[int]:
    """How many findings the waiver lets be on the day."""
    let_be = (
        select(func.count(col(Finding.id)))
        .where(col(Finding.state) == "waived", text(covers("waiver", "finding")), text(latest("finding")))
        .where(text(in_force("waiver", today)))
    )
    return let_be.correlate(Waiver).scalar_subquery()


def _line(session: Session, row: tuple[Waiver, Party, str, int], vocabulary: Vocabulary) -> WaiverLine:
    waiver, party, state, findings = row
    assert waiver.id is not None
    return WaiverLine(
        number=waiver.id,
        state=state,
        case=waiver.case_id,
        party=mask_party_name(party.name, party.kind, vocabulary) if party.name else None,
        rule=waiver.rule,
        subject=_subject(session, waiver, vocabulary),
        province=waiver.province,
        since=waiver.since,
        until=waiver.until,
        reason=waiver.reason,
        owner=waiver.owner,
        proof=waiver.proof,
        who=waiver.who,
        findings=findings,
        withdrawn_on=waiver.withdrawn_on,
        withdrawn_by=waiver.withdrawn_by,
        withdrawn_why=waiver.withdrawn_why,
    )


def _subject(session: Session, waiver: Waiver, vocabulary: Vocabulary) -> str | None:
    if waiver.subject_key is None:
        return None
    fact = select(col(Finding.fact)).where(
        col(Finding.party_id) == waiver.party_id, col(Finding.subject_key) == waiver.subject_key
    )
    return mask_key(waiver.subject_key, vocabulary.facts.get(session.execute(fact.limit(1)).scalar() or ""))
