"""The findings of a case as its file shows them: what each says, line by line, with its deadlines and its evidence.

They are read all at once and explained rule by rule: a case may have five hundred.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from cases.article import article
from cases.case_file import FindingGroup, ShownFinding, ShownLine, ShownValue
from cases.deadlines import Deadline, deadlines_of, with_deadline_lets
from cases.evidence_values import EvidenceValue, evidence_values
from cases.formats import evidence_of, field_of, parameter_value, sentence, typed, written
from cases.masking import evidence_covers, mask_evidence, mask_key
from cases.names import NATURES, STATES, name_of, severity_name
from cases.reader import Reader
from cases.store.models import Finding, RuleVersion
from cases.wording import NOT_KNOWN, Wording
from rules.errors import PatuhError
from rules.model import Parameter, ParameterContent, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.detect import Work
    from engine.explain import ExplainedLine, Explanation, Working


@dataclass(frozen=True)
class _Found:
    """A finding as the store has it, with the rule's text that it was judged by and its nature."""

    finding: Finding
    sha256: str
    nature: str
    count: int = 0


_ORDER = (col(Finding.severity).desc(), col(Finding.subject_key), col(Finding.episode).desc())
"""The order within a group, gravest first."""


def finding_groups(session: Session, number: int, reader: Reader) -> tuple[FindingGroup, ...]:
    """Return the findings of a case by rule and line, the gravest group first, up to `members` of each."""
    each = (col(Finding.rule), col(Finding.line))
    ranked = (
        select(
            col(Finding.id).label("id"),
            func.row_number().over(partition_by=each, order_by=_ORDER).label("place"),
            func.count().over(partition_by=each).label("count"),
            func.max(col(Finding.severity)).over(partition_by=each).label("gravest"),
        )
        .where(col(Finding.case_id) == number)
        .subquery()
    )
    rows = session.execute(
        select(Finding, col(RuleVersion.sha256), col(RuleVersion.nature), ranked.c.count)
        .join(ranked, ranked.c.id == col(Finding.id))
        .join(RuleVersion, col(RuleVersion.id) == col(Finding.rule_version_id))
        .where(ranked.c.place <= reader.members)
        .order_by(ranked.c.gravest.desc(), *each, ranked.c.place)
    )
    found = [_Found(*row) for row in rows]
    shown = dict(zip((one.finding.id for one in found), _shown(found, reader), strict=True))
    groups = groupby(found, lambda one: (one.finding.rule, one.finding.line))
    return tuple(_group(tuple(members), shown, reader) for _, members in groups)


def more_findings(session: Session, number: int, after: int, reader: Reader) -> tuple[ShownFinding, ...]:
    """Return up to `members` further findings of the group of finding `after`, in its order; none where it is gone."""
    last = session.execute(
        select(Finding).where(col(Finding.id) == after, col(Finding.case_id) == number)
    ).scalar_one_or_none()
    if last is None:
        return ()
    rows = session.execute(
        select(Finding, col(RuleVersion.sha256), col(RuleVersion.nature))
        .join(RuleVersion, col(RuleVersion.id) == col(Finding.rule_version_id))
        .where(col(Finding.case_id) == number, col(Finding.rule) == last.rule, col(Finding.line) == last.line)
        .where(_behind(last))
        .order_by(*_ORDER)
        .limit(reader.members)
    )
    return _shown([_Found(*row) for row in rows], reader)


def shown_findings(found: Sequence[tuple[Finding, RuleVersion]], reader: Reader) -> tuple[ShownFinding, ...]:
    """Word findings, each with the version of its rule that it was judged by."""
    return _shown([_Found(finding, version.sha256, version.nature) for finding, version in found], reader)


def _behind(last: Finding) -> ColumnElement[bool]:
    key, severity = col(Finding.subject_key), col(Finding.severity)
    earlier = and_(key == last.subject_key, col(Finding.episode) < last.episode)
    return or_(severity < last.severity, and_(severity == last.severity, or_(key > last.subject_key, earlier)))


def _group(members: tuple[_Found, ...], shown: Mapping[int, ShownFinding], reader: Reader) -> FindingGroup:
    first, wording = members[0].finding, reader.wording
    rule = reader.of(first).book.rules.get(first.rule)
    return FindingGroup(
        rule=first.rule,
        title=wording.words(rule.title) if rule else first.rule,
        line=_line_name(rule, first.line, wording),
        nature=name_of(NATURES, members[0].nature, wording),
        articles=tuple(article(basis, wording) for basis in rule.basis) if rule else (),
        count=members[0].count,
        findings=tuple(shown[one.finding.id] for one in members),
    )


def _line_name(rule: Rule | None, line: str, wording: Wording) -> str | None:
    """The words of the marks that hold (lapsed or never covered, works ended); None for a plain finding."""
    marks = {mark.name: wording.words(mark.words) for mark in rule.marks} if rule else {}
    return ", ".join(marks.get(name, name) for name in line.split(",") if name) or None


def _shown(found: Sequence[_Found], reader: Reader) -> tuple[ShownFinding, ...]:
    """Word findings, those of one rule explained together."""
    readers = [reader.of(one.finding) for one in found]
    explained = _explained(zip((one.finding for one in found), readers, strict=True), reader)
    return tuple(_finding(one, by, explained.get(one.finding.id)) for one, by in zip(found, readers, strict=True))


def _explained(found: Iterable[tuple[Finding, Reader]], reader: Reader) -> Mapping[int, Explanation | PatuhError]:
    """Return finding to its explanation, or why there is none; nothing where no conditions are wanted."""
    if reader.explain is None:
        return {}
    together: dict[tuple[int, str], tuple[Work, list[Finding]]] = {}
    for finding, by in found:
        if finding.rule in by.book.rules:
            together.setdefault((id(by.work), finding.rule), (by.work, []))[1].append(finding)
    told: dict[int, Explanation | PatuhError] = {}
    for (_, rule), (work, findings) in together.items():
        numbers = [finding.id for finding in findings]
        try:
            explanations = reader.explain(work, rule, [evidence_of(finding.evidence) for finding in findings])
        except PatuhError as error:
            told |= dict.fromkeys(numbers, error)
        else:
            told |= dict(zip(numbers, explanations, strict=True))
    return told


def _finding(found: _Found, reader: Reader, explained: Explanation | PatuhError | None) -> ShownFinding:
    finding, wording = found.finding, reader.wording
    rule = reader.book.rules.get(finding.rule)
    judged = _Judged("", (), (), wording.say("The rule is switched off or gone; the finding stays as it was judged."))
    if rule is not None:
        judged = _judged(rule, finding, reader, explained)
        if judged.note is None and rule.sha256 != found.sha256:
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
        number=finding.id,
        evidence=_evidence(finding, rule, reader),
    )


def _evidence(finding: Finding, rule: Rule | None, reader: Reader) -> tuple[EvidenceValue, ...]:
    if reader.origins is None:
        return ()
    origins = reader.origins(finding)
    return tuple(evidence_values(finding, rule, reader.book.vocabulary, origins, (reader.wording, reader.unmask)))


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


def _judged(rule: Rule, finding: Finding, reader: Reader, explained: Explanation | PatuhError | None) -> _Judged:
    evidence = evidence_of(finding.evidence)
    values = with_deadline_lets(rule, evidence, reader.work, reader.today)
    shown: tuple[ShownLine, ...] = ()
    note: str | None = None
    if isinstance(explained, PatuhError):
        note = reader.wording.say("The conditions cannot be shown: {reason}", reason=explained)
    elif explained is not None:
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
