"""Makes the file of one case: whom it is about, what was found and by which article, why this queue, what happened.

Everything is worded and covered here, so that a screen, a letter and a test see the same. What follows from today
(days overdue) is worked out here and stored nowhere.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.article import article
from cases.case_file import (
    CaseFile,
    FindingGroup,
    MergedFile,
    OtherCase,
    ShownFinding,
    ShownLine,
    ShownValue,
)
from cases.deadlines import Deadline, deadlines_of, with_deadline_lets
from cases.formats import evidence_of, field_of, parameter_value, sentence, typed, written
from cases.history import Teller, events_of
from cases.life.record import merged_into, state_of
from cases.life.told import let_be_lines, recorded_lines
from cases.listing import headed_for
from cases.masking import evidence_covers, mask_evidence, mask_identifier, mask_key, mask_party_name
from cases.names import NATURES, PARTY_KINDS, PURPOSES, STAGES, STATES, TRACKS, name_of, severity_name
from cases.proposed_step import firings, next_step_name, proposed, since_then
from cases.shown_score import shown_score
from cases.store.models import Case, Decision, Finding, Party, PartyIdentifier, RuleVersion
from cases.wording import NOT_KNOWN, Wording
from engine.detect import Work
from engine.explain import ExplainedLine, Explanation, Working
from rules.errors import PatuhError, UsageError
from rules.model import Parameter, ParameterContent, Rule, RuleBook

Explainer = Callable[[Work, str, Mapping[str, object]], Explanation]
"""`engine.explain.explain`: a rule and the evidence in, every line with its values out."""


@dataclass(frozen=True)
class Reader:
    """For whom the file is made: on which day, in which words, covered or not, how many members of a group.

    `explain` None: the conditions are left out. `zone`: events are told in it. `then` gives the rules, parameters and
    days by which a finding was judged; None, or where it gives None: those of `work`.
    """

    work: Work
    wording: Wording
    today: date
    explain: Explainer | None = None
    unmask: bool = False
    members: int = 20
    zone: tzinfo = UTC
    then: Callable[[Finding], Work | None] | None = None

    @property
    def book(self) -> RuleBook:
        """The rules and the vocabulary."""
        return self.work.book

    def of(self, finding: Finding) -> "Reader":
        """Return the reader of one finding: on the day and by the rules that it was judged by, where they are known."""
        work = self.then(finding) if self.then else None
        return self if work is None else replace(self, work=work, today=work.evaluation_date)


def case_file(session: Session, number: int, reader: Reader, act: str = "read") -> CaseFile:
    """Return the file of case `number`; `act` is what it is asked for. Raises UsageError when there is no such case."""
    permit(session, act, number)
    say = reader.wording.say
    found = session.execute(
        select(Case, Party, Decision, headed_for())
        .join(Party, col(Party.id) == col(Case.party_id))
        .join(Decision, col(Decision.id) == col(Case.decision_id))
        .where(col(Case.id) == number)
    ).first()
    if found is None:
        raise UsageError(
            say("There is no case {number}.", number=number),
            say("a file can be shown only of a case that a scan opened"),
            say("patuh cases list shows the numbers"),
        )
    case, party, decision, queue = found
    proposal, step = proposed(decision.proposal, reader), decision.step
    if proposal is not None:
        proposal, step = since_then(proposal, step, state_of(session, case), reader)
    return CaseFile(
        number=number,
        draft=case.stage == "flagged",
        outreach=case.track == "outreach",
        party=_party_name(party, reader),
        identifiers=_identifiers(session, party.id, reader),
        head=_head(case, party, (queue, step), reader),
        groups=_groups(session, number, reader),
        queue=queue,
        trail=firings(json.loads(decision.trail), reader.wording),
        proposal=proposal,
        events=events_of(session, number, _teller(reader)),
        others=_others(session, case, reader.wording),
        next_step=_next_step(case, queue, reader),
        recorded=(
            *recorded_lines(session, case, reader.book.ladder, reader.wording),
            *let_be_lines(session, case, reader.today, reader.wording),
        ),
        merged=tuple(_merged_file(session, one, reader) for one in merged_into(session, case)),
        score=shown_score(session, case, reader),
    )


def _merged_file(session: Session, case: Case, reader: Reader) -> MergedFile:
    recorded = recorded_lines(session, case, reader.book.ladder, reader.wording)
    return MergedFile(case.id, recorded, events_of(session, case.id, _teller(reader)))


def _teller(reader: Reader) -> Teller:
    return Teller(reader.book, reader.wording, reader.zone, reader.unmask, reader.members)


def _party_name(party: Party, reader: Reader) -> str:
    if party.name is None:
        return reader.wording.say("(no name in the registers)")
    return party.name if reader.unmask else mask_party_name(party.name, party.kind, reader.book.vocabulary)


def _identifiers(session: Session, party: int, reader: Reader) -> tuple[ShownValue, ...]:
    found = session.execute(
        select(col(PartyIdentifier.kind), col(PartyIdentifier.value))
        .where(col(PartyIdentifier.party_id) == party)
        .order_by(col(PartyIdentifier.kind), col(PartyIdentifier.value))
    )
    vocabulary = reader.book.vocabulary
    return tuple(
        (
            reader.wording.say("register key") if kind == "source" else kind.upper(),
            value if reader.unmask else mask_identifier(kind, value, vocabulary),
        )
        for kind, value in found
    )


def _head(case: Case, party: Party, headed: tuple[str, str], reader: Reader) -> tuple[ShownValue, ...]:
    wording, say = reader.wording, reader.wording.say
    queue, step = headed
    lines = [
        (say("Party"), str(party.id)),
        (say("Kind of party"), name_of(PARTY_KINDS, party.kind, wording)),
        (say("Province"), case.province or say("(no region in the registers)")),
        (say("Track"), name_of(TRACKS, case.track, wording)),
        (say("Stage"), name_of(STAGES, case.stage, wording)),
        (say("Queue"), queue),
        (say("Purpose"), name_of(PURPOSES, case.purpose, wording)),
        (say("Severity"), severity_name(case.severity, wording)),
        (say("Next step"), next_step_name(step, reader)),
        (say("Opened on"), wording.date(case.opened_on)),
    ]
    if case.confirmed_at is not None:
        lines.append((say("Confirmed on"), wording.date(case.confirmed_at.astimezone(reader.zone).date())))
        lines.append((say("Confirmed by"), case.confirmed_by or ""))
        if case.confirmed_queue != case.queue:
            lines.append((say("Proposed queue"), case.queue))
    if case.merged_into is not None:
        lines.append((say("Merged into case"), str(case.merged_into)))
    if case.resolved_on is not None:
        lines.append((say("Resolved on"), wording.date(case.resolved_on)))
    lines.append((say("Assigned to"), case.assigned_to or say("nobody")))
    if case.snoozed_until is not None and case.snoozed_until >= reader.today:
        lines.append((say("Hidden until"), wording.date(case.snoozed_until)))
    return tuple(lines)


def _groups(session: Session, number: int, reader: Reader) -> tuple[FindingGroup, ...]:
    counted = session.execute(
        select(col(Finding.rule), col(Finding.line), func.count())
        .where(col(Finding.case_id) == number)
        .group_by(col(Finding.rule), col(Finding.line))
        .order_by(func.max(col(Finding.severity)).desc(), col(Finding.rule), col(Finding.line))
    ).all()
    return tuple(_group(session, number, (rule, line, count), reader) for rule, line, count in counted)


def _group(session: Session, number: int, group: tuple[str, str, int], reader: Reader) -> FindingGroup:
    rule_id, line, count = group
    found = session.execute(
        select(Finding, RuleVersion)
        .join(RuleVersion, col(RuleVersion.id) == col(Finding.rule_version_id))
        .where(col(Finding.case_id) == number, col(Finding.rule) == rule_id, col(Finding.line) == line)
        .order_by(col(Finding.severity).desc(), col(Finding.subject_key), col(Finding.episode).desc())
        .limit(reader.members)
    ).all()
    wording, rule = reader.wording, reader.of(found[0][0]).book.rules.get(rule_id)
    return FindingGroup(
        rule=rule_id,
        title=wording.words(rule.title) if rule else rule_id,
        line=_line_name(rule, line, wording),
        nature=name_of(NATURES, found[0][1].nature, wording),
        articles=tuple(article(basis, wording) for basis in rule.basis) if rule else (),
        count=count,
        findings=tuple(_finding(finding, version, reader) for finding, version in found),
    )


def _line_name(rule: Rule | None, line: str, wording: Wording) -> str | None:
    """The words of the marks that hold (lapsed or never covered, works ended); None for a plain finding."""
    marks = {mark.name: wording.words(mark.words) for mark in rule.marks} if rule else {}
    return ", ".join(marks.get(name, name) for name in line.split(",") if name) or None


def _finding(finding: Finding, version: RuleVersion, reader: Reader) -> ShownFinding:
    reader = reader.of(finding)
    rule, wording = reader.book.rules.get(finding.rule), reader.wording
    judged = _Judged("", (), (), wording.say("The rule is switched off or gone; the finding stays as it was judged."))
    if rule is not None:
        judged = _judged(rule, evidence_of(finding.evidence), reader)
        if judged.note is None and rule.sha256 != version.sha256:
            changed = wording.say(
                "The rule has changed since this finding was judged; it is shown by the rule of today."
            )
            judged = replace(judged, note=changed)
    return ShownFinding(
        subject=_subject(finding, reader),
        region=finding.region or wording.say("(no region in the registers)"),
        severity=severity_name(finding.severity, wording),
        state=name_of(STATES, finding.state, wording),
        since=wording.date(finding.opened_on),
        said=judged.said,
        deadlines=judged.deadlines,
        lines=judged.lines,
        note=judged.note,
    )


@dataclass(frozen=True)
class _Judged:
    """What the rule of today says about stored evidence."""

    said: str
    deadlines: tuple[str, ...]
    lines: tuple[ShownLine, ...]
    note: str | None


def _subject(finding: Finding, reader: Reader) -> str:
    fact = reader.book.vocabulary.facts.get(finding.fact)
    return finding.subject_key if reader.unmask else mask_key(finding.subject_key, fact)


def _judged(rule: Rule, evidence: Mapping[str, object], reader: Reader) -> _Judged:
    values = with_deadline_lets(rule, evidence, reader.work, reader.today)
    shown: tuple[ShownLine, ...] = ()
    note: str | None = None
    if reader.explain is not None:
        try:
            explained = reader.explain(reader.work, rule.id, evidence)
        except PatuhError as error:
            note = reader.wording.say("The conditions cannot be shown: {reason}", reason=error)
        else:
            values = {**values, **explained.values}
            shown = tuple(_line(rule, line, reader) for line in explained.lines)
            shown += tuple(_working(rule, working, reader) for working in explained.workings)
    return _Judged(
        said=sentence(rule, _covered(rule, values, reader), reader.book.vocabulary, reader.wording),
        deadlines=tuple(
            _deadline_words(rule, due, reader) for due in deadlines_of(rule, evidence, reader.work, reader.today)
        ),
        lines=shown,
        note=note,
    )


def _covered(rule: Rule, evidence: Mapping[str, object], reader: Reader) -> Mapping[str, object]:
    return evidence if reader.unmask else mask_evidence(evidence, evidence_covers(rule, reader.book.vocabulary))


def _line(rule: Rule, line: ExplainedLine, reader: Reader) -> ShownLine:
    """Word one line: what it read of the subject, then the parameters of the law in force."""
    return ShownLine(line.part, line.text, line.outcome, _read(rule, line, reader))


def _working(rule: Rule, working: Working, reader: Reader) -> ShownLine:
    """Word how an amount was worked out, in the form of a line: its words, its expression, what it came to."""
    known = field_of(rule, working.name, reader.book.vocabulary)
    value = _covered(rule, {working.name: working.value}, reader)[working.name]
    label = reader.wording.words(known.words) if known else working.name
    came_to = written(typed(value, known), known, reader.wording)
    return ShownLine(label, working.text, came_to, _read(rule, working, reader))


def _read(rule: Rule, line: ExplainedLine | Working, reader: Reader) -> tuple[ShownValue, ...]:
    wording = reader.wording
    values = []
    for name, value in _covered(rule, line.values, reader).items():
        known = field_of(rule, name, reader.book.vocabulary)
        label = wording.words(known.words) if known else name
        values.append((label, written(typed(value, known), known, wording)))
    for name, value in line.parameters.items():
        parameter = reader.book.parameters.get(name)
        label = wording.words(parameter.words) if parameter else name
        values.append((label, _parameter_value(value, parameter, wording)))
    return tuple(values)


def _parameter_value(value: ParameterContent | None, parameter: Parameter | None, wording: Wording) -> str:
    """Write the value in force; a number that is ours and not the law's says so."""
    text = NOT_KNOWN if value is None else parameter_value(value, wording)
    return wording.say("{value} (our design, not law)", value=text) if parameter and parameter.ours else text


def _deadline_words(rule: Rule, deadline: Deadline, reader: Reader) -> str:
    wording = reader.wording
    known = field_of(rule, deadline.field, reader.book.vocabulary)
    label = wording.words(known.words) if known else deadline.field
    if deadline.due is None:
        return wording.say("{field}: the deadline lies beyond the calendar", field=label)
    overdue = wording.say("not passed yet")
    if deadline.overdue:
        overdue = wording.plural("{count} day ago", "{count} days ago", deadline.overdue)
    if deadline.working_days is None:
        return wording.say("{field}: {day}, {overdue}", field=label, day=wording.date(deadline.due), overdue=overdue)
    days = wording.plural("{count} working day", "{count} working days", deadline.working_days)
    return wording.say(
        "{field} and {days}: due {day}, {overdue}",
        field=label,
        days=days,
        day=wording.date(deadline.due),
        overdue=overdue,
    )


def _others(session: Session, case: Case, wording: Wording) -> tuple[OtherCase, ...]:
    found = session.execute(
        select(col(Case.id), col(Case.province), col(Case.track), col(Case.stage), headed_for())
        .where(col(Case.party_id) == case.party_id, col(Case.id) != case.id)
        .order_by(col(Case.id))
    )
    return tuple(
        OtherCase(number, province, name_of(TRACKS, track, wording), name_of(STAGES, stage, wording), queue)
        for number, province, track, stage, queue in found
    )


def _next_step(case: Case, queue: str, reader: Reader) -> str:
    if case.stage == "flagged":
        if reader.explain is None:
            return f"patuh cases explain {case.id}"
        return f"patuh cases confirm {case.id}"
    if case.stage == "confirmed":
        return f"patuh export {queue} --format xlsx"
    if case.merged_into is not None:
        return f"patuh cases show {case.merged_into}"
    return "patuh cases list"
