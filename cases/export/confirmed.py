"""Reads the confirmed cases of a queue from the store, batch by batch, and makes the rows that leave the office.

A nation's list is never held in memory: cases come by ascending number, a few hundred at a time, with their party's
identifiers and their open findings. A finding whose closing is proposed does not leave, nor does one that joined its
case after the confirmation: somebody has to look first.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.deadlines import Judging, with_deadline_lets
from cases.export.rows import Column, ExportCase, ExportFinding, ExportHead, Kind
from cases.formats import evidence_of, field_of, sentence, typed
from cases.listing import headed_for, seen_when_confirmed
from cases.masking import Cover, evidence_covers, mask_evidence, mask_identifier, mask_key, mask_party_name
from cases.names import PARTY_KINDS, PURPOSES, TRACKS, name_of, severity_name
from cases.store.models import Case, Finding, Party, PartyIdentifier, Scan
from cases.wording import Wording
from rules.configuration import Office
from rules.errors import Message, UsageError
from rules.model import Field, Rule, RuleBook

BATCH = 500
LEAVING_STATES = ("open", "subject_gone")
"""States of a finding that is handed over with its case."""


@dataclass(frozen=True)
class ExportOrder:
    """What is exported: the queue, the day, the words, with which rules and offices.

    `unmask_reason` None covers identifiers; a text uncovers them and is written into the list. `zone`: whose days.
    `office`: the list of one office alone (its id); None: of all offices of the queue. Labour inspection is provincial,
    so a case leaves only for a province that one of these offices serves.

    Raises UsageError: nobody takes this queue, no such office in it.
    """

    queue: str
    made_on: date
    wording: Wording
    judging: Judging
    offices: tuple[Office, ...]
    unmask_reason: str | None = None
    zone: tzinfo = UTC
    office: str | None = None

    def __post_init__(self) -> None:
        if not self.receivers:
            raise UsageError(
                Message("no office takes the queue '{queue}' as '{office}'", queue=self.queue, office=self.office)
                if self.office
                else Message("no office takes the queue '{queue}'", queue=self.queue),
                Message("an empty list for nobody would look as if there were nothing to do"),
                Message("known are {known}; others are added under offices: in rules.yaml", known=self._known()),
            )

    def _known(self) -> str:
        return ", ".join(f"{office.queue} ({office.id})" for office in self.offices) or Message("none")

    @property
    def receivers(self) -> tuple[Office, ...]:
        """The offices that this list is for."""
        return tuple(
            office for office in self.offices if office.queue == self.queue and self.office in (None, office.id)
        )

    @property
    def provinces(self) -> tuple[str, ...]:
        """The provinces that these offices serve."""
        return tuple(sorted({region.partition(".")[0] for office in self.receivers for region in office.regions}))

    @property
    def book(self) -> RuleBook:
        """The rules and the vocabulary."""
        return self.judging.book


def export_head(session: Session, order: ExportOrder) -> ExportHead:
    """Return the head of the list: it names the rules that occur by their evidence, so that columns are known first."""
    permit(session, "export")
    return ExportHead(
        queue=order.queue,
        offices=tuple(office.name for office in order.receivers),
        made_on=order.made_on,
        cases=_count(session, order),
        unmask_reason=order.unmask_reason,
        language=order.wording.language,
        evidence=_evidence_columns(session, order),
    )


def confirmed_cases(session: Session, order: ExportOrder) -> Iterator[ExportCase]:
    """Give every confirmed case of the queue that still has something open, by number."""
    permit(session, "export")
    maker = _Maker(order)
    last = 0
    while True:
        batch = session.execute(
            select(Case, Party)
            .join(Party, col(Party.id) == col(Case.party_id))
            .where(*_ready(order), col(Case.province).in_(order.provinces), col(Case.id) > last)
            .order_by(col(Case.id))
            .limit(BATCH)
        ).all()
        if not batch:
            return
        last = batch[-1][0].id
        findings = _findings(session, [case.id for case, _ in batch])
        identifiers = _identifiers(session, [party.id for _, party in batch])
        for case, party in batch:
            if findings[case.id]:
                yield maker.case(case, party, identifiers[party.id], findings[case.id])
        session.expunge_all()


def left_without_office(session: Session, order: ExportOrder) -> int:
    """Count the confirmed cases of the queue that stay, because no office of the order serves their province."""
    staying = select(func.count(col(Case.id))).where(*_ready(order), col(Case.province).not_in(order.provinces))
    return int(session.execute(staying).scalar_one())


def _ready(order: ExportOrder) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Case.stage) == "confirmed", headed_for() == order.queue


def _leaving(order: ExportOrder) -> Select[str]:
    return (
        select(col(Finding.rule))
        .join(Case, col(Case.id) == col(Finding.case_id))
        .join(Scan, col(Scan.id) == col(Finding.joined_scan_id))
        .where(*_ready(order), col(Case.province).in_(order.provinces), col(Finding.state).in_(LEAVING_STATES))
        .where(seen_when_confirmed())
    )


def _count(session: Session, order: ExportOrder) -> int:
    leaving = _leaving(order).with_only_columns(func.count(col(Case.id).distinct()))
    return int(session.execute(leaving).scalar_one())


def _findings(session: Session, cases: Sequence[int]) -> Mapping[int, list[Finding]]:
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in session.execute(
        select(Finding)
        .join(Case, col(Case.id) == col(Finding.case_id))
        .join(Scan, col(Scan.id) == col(Finding.joined_scan_id))
        .where(col(Finding.case_id).in_(cases), col(Finding.state).in_(LEAVING_STATES), seen_when_confirmed())
        .order_by(
            col(Finding.case_id), col(Finding.severity).desc(), col(Finding.below), col(Finding.rule), col(Finding.id)
        )
    ).scalars():
        found[finding.case_id or 0].append(finding)
    return found


def _identifiers(session: Session, parties: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for party, kind, value in session.execute(
        select(col(PartyIdentifier.party_id), col(PartyIdentifier.kind), col(PartyIdentifier.value))
        .where(col(PartyIdentifier.party_id).in_(parties))
        .order_by(col(PartyIdentifier.kind), col(PartyIdentifier.value))
    ):
        known = found[party]
        known[kind] = f"{known[kind]}; {value}" if kind in known else value
    return found


def _evidence_columns(session: Session, order: ExportOrder) -> tuple[Column, ...]:
    occurring = sorted(session.execute(_leaving(order).distinct()).scalars())
    columns: dict[str, Column] = {}
    for rule_id in occurring:
        rule = order.book.rules.get(rule_id)
        for name in (text.text for text in rule.evidence) if rule else ():
            columns.setdefault(
                name, _column(name, field_of(rule, name, order.book.vocabulary) if rule else None, order)
            )
    return tuple(columns.values())


def _column(name: str, field: Field | None, order: ExportOrder) -> Column:
    if field is None:
        return Column(name, name.replace("_", " "), "any", 16)
    kinds: Mapping[str, Kind] = {
        "money": "money",
        "integer": "integer",
        "date": "date",
        "boolean": "boolean",
        "percent": "any",
    }
    kind = kinds.get(field.type, "text")
    return Column(name, order.wording.words(field.words), kind, 18 if kind in ("money", "text") else 13)


class _Maker:
    """Makes the rows of one export; what a rule says about its evidence is worked out once per rule."""

    def __init__(self, order: ExportOrder) -> None:
        self._order = order
        self._covers: dict[str, Mapping[str, Cover]] = {}

    def case(self, case: Case, party: Party, identifiers: Mapping[str, str], findings: Sequence[Finding]) -> ExportCase:
        order, wording = self._order, self._order.wording
        name = party.name or wording.say("(no name in the registers)")
        shown = {kind: self._identifier(kind, value) for kind, value in identifiers.items()}
        return ExportCase(
            number=case.id,
            track=name_of(TRACKS, case.track, wording),
            severity=severity_name(case.severity, wording),
            purpose=name_of(PURPOSES, case.purpose, wording),
            party=name if order.unmask_reason else mask_party_name(name, party.kind, order.book.vocabulary),
            party_kind=name_of(PARTY_KINDS, party.kind, wording),
            npwp=shown.get("npwp"),
            nib=shown.get("nib"),
            npp=shown.get("npp"),
            nik=shown.get("nik"),
            province=case.province,
            opened_on=case.opened_on,
            confirmed_on=case.confirmed_at.astimezone(order.zone).date() if case.confirmed_at else None,
            findings=tuple(self._finding(finding) for finding in findings),
        )

    def _identifier(self, kind: str, values: str) -> str:
        if self._order.unmask_reason:
            return values
        return "; ".join(mask_identifier(kind, value, self._order.book.vocabulary) for value in values.split("; "))

    def _finding(self, finding: Finding) -> ExportFinding:
        order, wording = self._order, self._order.wording
        rule = order.book.rules.get(finding.rule)
        fact = order.book.vocabulary.facts.get(finding.fact)
        evidence = self._evidence(rule, evidence_of(finding.evidence), finding.opened_on)
        declared = [text.text for text in rule.evidence] if rule else []
        return ExportFinding(
            rule=finding.rule,
            title=wording.words(rule.title) if rule else finding.rule,
            articles="; ".join(f"{basis.law} {basis.article}".removesuffix(" -") for basis in rule.basis)
            if rule
            else "",
            subject=finding.subject_key if order.unmask_reason else mask_key(finding.subject_key, fact),
            region=finding.region or "",
            severity=severity_name(finding.severity, wording),
            since=finding.opened_on,
            marks=_marks(rule, finding.line, wording),
            said=sentence(rule, evidence, order.book.vocabulary, wording) if rule else "",
            evidence={
                name: typed(evidence.get(name), field_of(rule, name, order.book.vocabulary))
                for name in declared
                if rule and name in evidence
            },
        )

    def _evidence(self, rule: Rule | None, evidence: Mapping[str, object], since: date) -> Mapping[str, object]:
        if rule is None:
            return {}
        values = with_deadline_lets(rule, evidence, self._order.judging, since)
        if self._order.unmask_reason:
            return values
        if rule.id not in self._covers:
            self._covers[rule.id] = evidence_covers(rule, self._order.book.vocabulary)
        return mask_evidence(values, self._covers[rule.id])


def _marks(rule: Rule | None, line: str, wording: Wording) -> str:
    words = {mark.name: wording.words(mark.words) for mark in rule.marks} if rule else {}
    return ", ".join(words.get(name, name) for name in line.split(",") if name)
