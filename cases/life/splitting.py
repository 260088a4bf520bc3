"""A party that is two: the identifiers that a person names, and the findings that rest on them, go to a new party.

A finding rests on the register key of its party. For each case that holds such findings a new one is opened: flagged,
for nobody has confirmed anything of the new party, and with no step of the ladder, for no letter was sent to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, update
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.life.moves import GUARDED, WARNINGS
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
    tell,
)
from cases.life.refusal import NotAllowedError
from cases.masking import mask_identifier
from cases.store.models import Case, Dismissal, Finding, MergeProposal, Party, PartyIdentifier, Scan, Waiver
from cases.store.stages import LIVE_STATES
from cases.wording import Wording
from rules.model import Vocabulary


@dataclass(frozen=True)
class Named:
    """An identifier as a person names it: its kind, and its value whole or covered as screens show it."""

    kind: str
    value: str


@dataclass(frozen=True)
class Split:
    """What a split did: the new `party`, `cases` that lost findings with those opened for them, how many `findings`."""

    party: int
    cases: tuple[tuple[int, int], ...]
    findings: int


def split(session: Session, number: int, wanted: Sequence[Named], settled: Settled, desk: PartyDesk) -> Split:
    """Give the named identifiers and what rests on them to a new party; commits.

    Raises NotPermittedError, and NotAllowedError: the party has no such identifier, no register key is named or none
    would be left, or no finding rests on those named, or all do.
    """
    permit(session, "merge")
    settled.check(desk.wording)
    old = live_party(session, number, desk.wording)
    going = _going(session, number, wanted, desk)
    moving = and_(col(Finding.party_id) == number, party_key(desk.vocabulary).in_(_keys(going)))
    findings = _checked_findings(session, number, moving, desk.wording)
    new = Party(id=_next(session, Party), kind=_kind(session, findings[0], old, desk.vocabulary))
    session.add(new)
    session.flush()
    holding = select(col(Finding.case_id)).where(moving, col(Finding.case_id).is_not(None)).distinct()
    files = session.execute(select(Case).where(col(Case.id).in_(holding)).order_by(col(Case.id))).scalars().all()
    opened = tuple((file.id, _part(session, file, new.id, moving, settled)) for file in files)
    session.execute(update(Finding).where(moving).values(party_id=new.id))
    subjects = select(col(Finding.subject_key)).where(col(Finding.party_id) == new.id)
    own = and_(col(Waiver.party_id) == number, col(Waiver.subject_key).in_(subjects))
    session.execute(update(Waiver).where(own).values(party_id=new.id))
    _give(session, number, new.id, going)
    decide(session, (number, new.id), "refused", settled, going[0])
    done = Split(new.id, opened, len(findings))
    session.commit()
    return done


def _going(session: Session, number: int, wanted: Sequence[Named], desk: PartyDesk) -> tuple[tuple[str, str], ...]:
    """Return the identifiers that are named, kind and value, a register key first."""
    owned = session.execute(
        select(col(PartyIdentifier.kind), col(PartyIdentifier.value))
        .where(col(PartyIdentifier.party_id) == number)
        .order_by(col(PartyIdentifier.kind), col(PartyIdentifier.value))
    )
    known = [(str(kind), str(value)) for kind, value in owned]
    found = dict.fromkeys(_found(number, one, known, desk) for one in wanted)
    say = desk.wording.say
    if not any(kind == "source" for kind, _ in found):
        raise NotAllowedError(
            say("No register key is named."),
            say("a finding rests on the register key of its party"),
            say("name it too: --identifier source=…, as patuh cases show has it"),
        )
    if all(one in found for one in known if one[0] == "source"):
        raise NotAllowedError(
            say("No register key would be left to party {number}.", number=number),
            say("a split leaves something on either side"),
            say("name the register keys of one side only"),
        )
    return tuple(sorted(found, key=lambda one: (one[0] != "source", one)))


def _found(number: int, one: Named, known: Sequence[tuple[str, str]], desk: PartyDesk) -> tuple[str, str]:
    say = desk.wording.say
    whole = (one.kind, one.value)
    if whole in known:
        return whole
    covered = [
        (kind, value)
        for kind, value in known
        if kind == one.kind and mask_identifier(kind, value, desk.vocabulary) == one.value
    ]
    if len(covered) == 1:
        return covered[0]
    shown = f"{one.kind}={one.value}"
    if covered:
        raise NotAllowedError(
            say("Several identifiers of party {number} are shown as {identifier}.", number=number, identifier=shown),
            say("the wrong one could go"),
            say("write it whole; patuh cases show --unmask --purpose tells it"),
        )
    raise NotAllowedError(
        say("Party {number} has no identifier {identifier}.", number=number, identifier=shown),
        say("only what belongs to the party can go to another"),
        say("patuh cases show tells the identifiers of the party of a case"),
    )


def _keys(going: Sequence[tuple[str, str]]) -> list[str]:
    return [value for kind, value in going if kind == "source"]


def party_key(vocabulary: Vocabulary) -> ColumnElement[Any]:
    """Return the register key that a finding rests on, as an expression over Finding."""
    own = [
        (col(Finding.fact) == name, literal(f"{fact.party.kind}:") + col(Finding.subject_key))
        for name, fact in vocabulary.facts.items()
    ]
    return func.coalesce(col(Finding.party_key), case(*own))


def _checked_findings(session: Session, number: int, moving: ColumnElement[bool], wording: Wording) -> list[int]:
    findings = finding_numbers(session, moving)
    every = session.execute(
        select(func.count()).select_from(Finding).where(col(Finding.party_id) == number)
    ).scalar_one()
    if not findings:
        raise NotAllowedError(
            wording.say("No finding of party {number} rests on what is named.", number=number),
            wording.say("a party comes into being by what was found of it"),
            wording.say("name the register key of the findings that are to go"),
        )
    if len(findings) == every:
        raise NotAllowedError(
            wording.say("Every finding of party {number} rests on what is named.", number=number),
            wording.say("a split leaves something on either side"),
            wording.say("name the register keys of one side only"),
        )
    return findings


def _kind(session: Session, finding: int, old: Party, vocabulary: Vocabulary) -> str:
    fact = vocabulary.facts.get(session.get_one(Finding, finding).fact)
    return fact.party.kind if fact else old.kind


@dataclass(frozen=True)
class _Holding:
    """Some findings of a case: how many are live, how many resolved, and when the last of those was."""

    live: int
    resolved: int
    resolved_on: date | None
    severity: int
    warned: int

    @property
    def stage(self) -> str:
        """Where a case is that holds these and nothing else, and of which nothing has been confirmed."""
        return "flagged" if self.live else "resolved" if self.resolved else "dismissed"


def _holding(session: Session, wanted: ColumnElement[bool]) -> _Holding:
    live, resolved = col(Finding.state).in_(LIVE_STATES), col(Finding.state) == "resolved"
    row = session.execute(
        select(
            func.count().filter(live),
            func.count().filter(resolved),
            func.max(col(Finding.resolved_on)).filter(resolved),
            func.max(col(Finding.severity)),
            func.coalesce(func.max(col(Finding.warnings_spent)).filter(live), 0),
        ).where(wanted)
    ).one()
    return _Holding(*row)


def _part(session: Session, file: Case, party: int, moving: ColumnElement[bool], settled: Settled) -> int:
    """Open a case for the findings of `file` that go, and tell each chain of the other; return its number."""
    here = and_(moving, col(Finding.case_id) == file.id)
    findings, gone = finding_numbers(session, here), _holding(session, here)
    new = _opened(session, file, party, gone, settled.today)
    session.add(new)
    session.flush()
    if new.stage == "dismissed":
        _dismiss_too(session, file.id, new.id, settled)
    before = named(session, file)
    session.execute(update(Finding).where(here).values(case_id=new.id, **joined(settled)))
    tell(session, new, Told("split_from", {**before, "party": party, "findings": findings}), settled)
    left = _holding(session, col(Finding.case_id) == file.id)
    stage = file.stage
    if is_live(file) and not left.live:
        stage = left.stage
        if stage == "resolved":
            file.stage_before, file.resolved_on = file.stage, left.resolved_on
    said = {**named(session, new), "party": party, "findings": findings}
    tell(session, file, Told("split_off", said, stage), settled)
    return new.id


def _opened(session: Session, file: Case, party: int, gone: _Holding, today: date) -> Case:
    """Return the new case. It stands with the old proposal until the next scan proposes anew.

    A way that the law opens only after two warnings is kept only where a register counts two of what goes.
    """
    guarded = file.queue in GUARDED and gone.warned < len(WARNINGS)
    stage = file.stage if file.stage == "dismissed" else gone.stage
    if file.stage == "resolved":
        stage = "resolved"
    return Case(
        id=_next(session, Case),
        party_id=party,
        province=file.province,
        track=file.track,
        stage=stage,
        stage_before="flagged" if stage == "resolved" else None,
        queue="disnaker" if guarded else file.queue,
        severity=gone.severity,
        purpose=file.purpose if file.stage == "flagged" and not guarded else "internal",
        decision_id=file.decision_id,
        opened_on=today,
        opened_scan_id=session.execute(select(func.max(col(Scan.id)))).scalar_one(),
        resolved_on=(gone.resolved_on or file.resolved_on) if stage == "resolved" else None,
    )


def _dismiss_too(session: Session, old: int, new: int, settled: Settled) -> None:
    """Let a dismissal of the old case stand for the new one, with its reason, owner and end."""
    stands = col(Dismissal.case_id) == old, col(Dismissal.undone_on).is_(None)
    last = select(Dismissal).where(*stands).order_by(col(Dismissal.id).desc()).limit(1)
    made = session.execute(last).scalar_one_or_none()
    if made is not None:
        kept = made.model_dump(include={"until", "reason", "owner"})
        session.add(Dismissal(case_id=new, who=settled.act.who, at=settled.act.at, **kept))
        session.flush()


def _give(session: Session, old: int, new: int, going: Sequence[tuple[str, str]]) -> None:
    """Give the identifiers away, keep the register keys of both sides apart, and take proposals along."""
    ours = col(PartyIdentifier.party_id) == old
    for kind, value in going:
        one = and_(ours, col(PartyIdentifier.kind) == kind, col(PartyIdentifier.value) == value)
        session.execute(update(PartyIdentifier).where(one).values(party_id=new))
        shared = and_(col(MergeProposal.kind) == kind, col(MergeProposal.value) == value)
        for row in _open_pairs(session, old, shared):
            third = row.other_party_id if row.party_id == old else row.party_id
            row.party_id, row.other_party_id = sorted((new, third))
    session.flush()
    keys = and_(col(PartyIdentifier.party_id).in_((old, new)), col(PartyIdentifier.kind) == "source")
    session.execute(update(PartyIdentifier).where(keys).values(pinned=True))


def _open_pairs(session: Session, party: int, shared: ColumnElement[bool]) -> Sequence[MergeProposal]:
    in_pair = or_(col(MergeProposal.party_id) == party, col(MergeProposal.other_party_id) == party)
    return (
        session.execute(select(MergeProposal).where(in_pair, shared, col(MergeProposal.state) == "proposed"))
        .scalars()
        .all()
    )


def _next(session: Session, table: type[Party] | type[Case]) -> int:
    """The next number; nobody else writes while the session holds the writer's lock."""
    return int(session.execute(select(func.max(col(table.id)))).scalar_one() or 0) + 1
