"""The file of one case as a court gets it: what was found, by what it was judged, and how all of it can be proved.

It is the case's own file (`cases.explanation`), told by the rules, parameters and calendar of the run that each finding
rests on, with what stands behind it: evidence with its registers, the texts, the hashes, the anchors. What can no
longer be shown is named with its reason.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select
from sqlmodel import Session, col

from cases.case_file import CaseFile
from cases.court_runs import CaseRuns, RunThen
from cases.evidence_values import EvidenceValue, Origins, evidence_values, origins_of
from cases.explanation import case_file
from cases.formats import evidence_of
from cases.masking import evidence_covers, mask_evidence, mask_key
from cases.proof.one_case import Covering, Link, anchors_of, walk_case
from cases.proof.verify import Fault, walk_anchors
from cases.reader import Reader
from cases.store.chain import canonical
from cases.store.models import Case, Decision, Finding, RuleVersion, Waiver
from engine.conditions import check_rule
from rules.errors import Message
from rules.model import ParameterValue, RuleBook


@dataclass(frozen=True)
class ProvedFinding:
    """A finding with what it rests on. `judged_by`: the run whose rules and registers are shown; None: not kept."""

    number: int
    rule: str
    rule_sha256: str
    subject: str
    episode: int
    state: str
    opened_on: date
    resolved_on: date | None
    found_by: str
    changed_by: str
    judged_by: str | None
    evidence: tuple[EvidenceValue, ...]


@dataclass(frozen=True)
class RuleText:
    """A rule's own bytes at the scan that judged with them, and whether they hash to what the store says."""

    rule: str
    sha256: str
    whole: bool
    text: str


@dataclass(frozen=True)
class ParameterThen:
    """A parameter that the rules of the case read, with every value that it had then; `ours`: no law gives it."""

    name: str
    words: str
    unit: str
    ours: bool
    run: str
    values: tuple[ParameterValue, ...]


@dataclass(frozen=True)
class DecidedBy:
    """The facts of the case that routing and the ladder were asked about, and the sha256 of their rules."""

    signature: str
    routing: str
    digest: str


@dataclass(frozen=True)
class CourtFile:
    """Everything about one case and what proves it. `missing`: what could not be shown, and why.

    `purpose` None: identifiers are covered. `anchor_faults`: where the row of anchor files does not hold.
    """

    number: int
    made_at: datetime
    made_by: str
    purpose: str | None
    case: CaseFile
    findings: tuple[ProvedFinding, ...]
    rules: tuple[RuleText, ...]
    parameters: tuple[ParameterThen, ...]
    runs: tuple[RunThen, ...]
    decided: DecidedBy
    waivers: tuple[Waiver, ...]
    events: tuple[Link, ...]
    stage_holds: bool
    anchors: tuple[Covering, ...]
    anchor_faults: tuple[Fault, ...]
    missing: tuple[Message, ...]

    @property
    def holds(self) -> bool:
        """Whether the chain of the case and the row of anchor files hold, and each anchor holds the case's event."""
        hashes = {link.seq: link.hash for link in self.events}
        anchored = all(hashes.get(one.seq) == one.hash for one in self.anchors)
        return self.stage_holds and anchored and not self.anchor_faults and not any(one.fault for one in self.events)


@dataclass(frozen=True)
class Making:
    """For whom and when the file is made; `into` takes kept rule files while they are read."""

    at: datetime
    by: str
    purpose: str | None
    state: Path
    anchors: Path
    into: Path


def court_file(session: Session, number: int, reader: Reader, making: Making) -> CourtFile:
    """Return the file of case `number`. Raises UsageError when there is no such case."""
    runs = CaseRuns(session, making.state, making.into)
    shown = case_file(session, number, replace(reader, then=runs.work_of_finding), "audit")
    case = session.get_one(Case, number)
    decision = session.get_one(Decision, case.decision_id)
    found = session.execute(
        select(Finding, RuleVersion)
        .join(RuleVersion, col(RuleVersion.id) == col(Finding.rule_version_id))
        .where(col(Finding.case_id) == number)
        .order_by(col(Finding.rule), col(Finding.id))
    ).all()
    findings = tuple(_proved(finding, version, runs, reader) for finding, version in found)
    versions = {version.sha256: version for _, version in found}
    waivers = session.execute(select(Waiver).where(col(Waiver.party_id) == case.party_id).order_by(col(Waiver.id)))
    rules = {finding.id: finding.rule for finding, _ in found}
    events = tuple(_covered(link, rules, reader) for link in walk_case(session, number))
    return CourtFile(
        number=number,
        made_at=making.at,
        made_by=making.by,
        purpose=making.purpose,
        case=shown,
        findings=findings,
        rules=tuple(_text(one) for _, one in sorted(versions.items(), key=lambda item: item[1].rule)),
        parameters=tuple(_parameters(findings, runs, reader)),
        runs=tuple(runs.shown(one) for one in sorted({run for one in findings for run in _runs_of(one)})),
        decided=DecidedBy(decision.signature, decision.routing, decision.digest),
        waivers=tuple(waivers.scalars()),
        events=events,
        stage_holds=bool(events) and events[-1].to_stage == case.stage,
        anchors=anchors_of(making.anchors, number),
        anchor_faults=tuple(walk_anchors(making.anchors)[1]),
        missing=(*runs.missing(), *_unshown(findings, events, making)),
    )


def _runs_of(finding: ProvedFinding) -> tuple[str, ...]:
    return finding.found_by, finding.changed_by


def _text(version: RuleVersion) -> RuleText:
    whole = hashlib.sha256(version.text.encode()).hexdigest() == version.sha256
    return RuleText(version.rule, version.sha256, whole, version.text)


def _proved(finding: Finding, version: RuleVersion, runs: CaseRuns, reader: Reader) -> ProvedFinding:
    run = runs.of_finding(finding)
    fact = reader.book.vocabulary.facts.get(finding.fact)
    return ProvedFinding(
        number=finding.id,
        rule=finding.rule,
        rule_sha256=version.sha256,
        subject=finding.subject_key if reader.unmask else mask_key(finding.subject_key, fact),
        episode=finding.episode,
        state=finding.state,
        opened_on=finding.opened_on,
        resolved_on=finding.resolved_on,
        found_by=runs.name(finding.first_scan_id),
        changed_by=runs.name(finding.scan_id),
        judged_by=run,
        evidence=tuple(_values(finding, run, runs, reader)),
    )


def _values(finding: Finding, run: str | None, runs: CaseRuns, reader: Reader) -> Iterator[EvidenceValue]:
    judged, kept = (runs.judged(run), runs.kept(run)) if run else (None, None)
    book = judged[0].book if judged else reader.book
    origins = Origins()
    if judged is not None:
        origins = origins_of(finding.fact, judged[1], book.vocabulary, kept.record if kept else None)
    shown = (reader.wording, reader.unmask)
    return evidence_values(finding, book.rules.get(finding.rule), book.vocabulary, origins, shown)


def _covered(link: Link, rules: Mapping[int, str], reader: Reader) -> Link:
    """Cover what an event of before payloads were kept free of personal data says; it then goes without its salt."""
    if reader.unmask or link.payload is None or '"evidence"' not in link.payload:
        return link
    payload = evidence_of(link.payload)
    spoken = [_covered_evidence(one, rules, reader) for one in cast("list[dict[str, Any]]", payload["evidence"])]
    text = canonical({**payload, "evidence": spoken})
    return link if text == link.payload else replace(link, payload=text, salt=None)


def _covered_evidence(one: dict[str, Any], rules: Mapping[int, str], reader: Reader) -> dict[str, Any]:
    rule = reader.book.rules.get(rules.get(one["finding"], ""))
    covers = evidence_covers(rule, reader.book.vocabulary) if rule else {}
    return {
        name: mask_evidence(said, covers) if name in ("before", "after") and isinstance(said, dict) else said
        for name, said in one.items()
    }


def _parameters(findings: tuple[ProvedFinding, ...], runs: CaseRuns, reader: Reader) -> Iterator[ParameterThen]:
    told: set[tuple[str, tuple[ParameterValue, ...]]] = set()
    for rule, run in sorted({(one.rule, one.judged_by) for one in findings if one.judged_by}):
        judged = runs.judged(run) if run else None
        if judged is None or run is None:
            continue
        for name in _named(judged[0].book, rule):
            one = judged[0].book.parameters[name]
            if (name, one.values) not in told:
                told.add((name, one.values))
                yield ParameterThen(name, reader.wording.words(one.words), one.unit, one.ours, run, one.values)


def _named(book: RuleBook, rule: str) -> tuple[str, ...]:
    checked, _ = check_rule(book, book.rules[rule])
    return () if checked is None else tuple(name for name in sorted(checked.parameters) if name in book.parameters)


def _unshown(findings: tuple[ProvedFinding, ...], events: tuple[Link, ...], making: Making) -> Iterator[Message]:
    for one in findings:
        if one.judged_by is None:
            yield Message(
                "finding {number}: no kept run has the rule as it was judged by; its conditions are shown by today's",
                number=str(one.number),
            )
    for link in events:
        if link.purge is not None:
            day = link.purge.at.astimezone(making.at.tzinfo).date()
            yield Message(
                "event {seq}: its details were purged on {day} by {who} (payloads: {after})",
                seq=str(link.seq), day=day, who=link.purge.who, after=link.purge.after,
            )  # fmt: skip
        elif link.payload is None:
            yield Message("event {seq}: its details are missing, and no purge took them", seq=str(link.seq))
