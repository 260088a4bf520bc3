"""A rule as a page: everything that its file says, in the words of one language, as of a day or for all days.

Everything is worded here, so that a terminal and a site show the same. A page for all days (no day) names every value
that a parameter has had and says of no law whether it is in force.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from cases.condition_words import ConditionReader
from cases.formats import field_of, parameter_value, typed, written
from cases.names import CHECKED, NATURES, PARTY_KINDS, name_of
from cases.rule_lines import (
    BasisLine,
    ConditionLine,
    ExampleLine,
    FieldLine,
    MarkLine,
    ParameterLines,
    RulePage,
    ValueLine,
)
from cases.rule_names import (
    DAY_KIND_WORDS,
    NATURE_MEANINGS,
    NULL_WORDS,
    OUTCOME_WORDS,
    PERSONAL_WORDS,
    SEVERITY_NAMES,
    STATUS_MEANINGS,
    STATUSES,
    TYPE_WORDS,
    UNIT_WORDS,
)
from cases.wording import NOT_KNOWN, Wording
from engine.checker import Checked
from engine.conditions import CheckedRule
from rules.model import (
    SEVERITIES,
    Basis,
    Example,
    Fact,
    Field,
    Let,
    Parameter,
    ParameterValue,
    Rule,
    RuleBook,
    Text,
)

UNKNOWN_FIELDS: Final = "_unknown"


@dataclass(frozen=True)
class Reading:
    """For whom pages are made: the rules, the words, and the day; None: all days."""

    book: RuleBook
    wording: Wording
    day: date | None = None


def rule_page(checked: CheckedRule, reading: Reading) -> RulePage:
    """Return the page of a rule."""
    rule, book, wording = checked.rule, reading.book, reading.wording
    fact = book.vocabulary.facts[rule.subject]
    parameters = tuple(book.parameters[name] for name in parameters_read(checked))
    reader = ConditionReader(
        fact, book.vocabulary, book.parameters, _values_beside(parameters, reading), wording, rule.let
    )
    common = common_subject(rule.examples)
    return RulePage(
        id=rule.id,
        title=wording.words(rule.title),
        pack=rule.pack,
        family=rule.family,
        nature=name_of(NATURES, rule.nature, wording),
        nature_code=rule.nature,
        nature_meaning=name_of(NATURE_MEANINGS, rule.nature, wording),
        status=name_of(STATUSES, rule.status, wording),
        status_code=rule.status,
        status_meaning=name_of(STATUS_MEANINGS, rule.status, wording),
        subject=fact.name,
        subject_words=wording.words(fact.words),
        party=name_of(PARTY_KINDS, fact.party.kind, wording),
        conditions=_conditions(rule, reader),
        lets=tuple(_let(name, let, reader) for name, let in rule.let.items()),
        severity=_severity(rule, reader),
        marks=tuple(
            MarkLine(mark.name, wording.words(mark.words), _line(mark.name, mark.condition, reader), mark.ranks_below)
            for mark in rule.marks
        ),
        basis=tuple(basis_line(basis, reading) for basis in rule.basis),
        parameters=tuple(parameter_lines(parameter, reading) for parameter in parameters),
        fields=tuple(field_line(name, known, wording) for name, known in _fields_read(checked, reading)),
        evidence=tuple((item.text, _words_of(rule, item.text, reading)) for item in rule.evidence),
        say=wording.words(rule.say),
        false_positives=wording.words(rule.false_positives),
        max_share=f"{wording.number(100 * rule.max_share.normalize())} %",
        max_new=wording.number(rule.max_new),
        common=_pairs(common, fact, reading),
        examples=tuple(_example(example, common, rule, reading) for example in rule.examples),
        place=wording.path(Path(rule.location.path)),
        sha256=rule.sha256,
        waits_for=wording.words(rule.waits_for),
    )


def parameters_read(checked: CheckedRule) -> tuple[str, ...]:
    """Return the names of all parameters that a rule reads, in order of reading."""
    return tuple(dict.fromkeys(name for condition in _all_of(checked) for name in condition.parameters))


def _all_of(checked: CheckedRule) -> list[Checked]:
    conditions = [*checked.scope, *checked.needs, *checked.when, *checked.let.values()]
    conditions += [condition for condition, _ in checked.severity if condition is not None]
    conditions += [condition for _, condition in checked.marks]
    return conditions + ([checked.law_date] if checked.law_date is not None else [])


def _fields_read(checked: CheckedRule, reading: Reading) -> Iterable[tuple[str, Field]]:
    """Yield the fields that the rule reads, its own and those of related facts (`contractor.npp`)."""
    fact = reading.book.vocabulary.facts[checked.rule.subject]
    conditions = _all_of(checked)
    own = dict.fromkeys(name for condition in conditions for name in condition.fields)
    paths = dict.fromkeys(path for condition in conditions for path in condition.paths)
    yield from ((name, fact.fields[name]) for name in own if name in fact.fields)
    for relation, name in paths:
        yield f"{relation}.{name}", reading.book.vocabulary.facts[fact.relations[relation].fact].fields[name]


def _line(part: str, text: Text, reader: ConditionReader) -> ConditionLine:
    return ConditionLine(part, text.text, reader.words(text))


def _let(name: str, let: Let, reader: ConditionReader) -> ConditionLine:
    """Return a named value; its words and unit stand before how it is worked out."""
    unit = f" ({name_of(UNIT_WORDS, let.unit, reader.wording)})" if let.unit else ""
    line = _line(name, let.text, reader)
    return replace(line, words=f"{reader.wording.words(let.words)}{unit} = {line.words}") if let.words else line


def _conditions(rule: Rule, reader: ConditionReader) -> tuple[ConditionLine, ...]:
    lines = [_line(f"scope {number}", text, reader) for number, text in enumerate(rule.scope, 1)]
    lines += [_line(f"needs {number}", text, reader) for number, text in enumerate(rule.needs, 1)]
    lines += [_line(f"when {number}", text, reader) for number, text in enumerate(rule.when, 1)]
    lines += [_line("law_date", rule.law_date, reader)] if rule.law_date is not None else []
    return tuple(lines)


def _severity(rule: Rule, reader: ConditionReader) -> tuple[tuple[ConditionLine | None, str], ...]:
    return tuple(
        (_line("if", step.when, reader) if step.when else None, name_of(SEVERITY_NAMES, step.severity, reader.wording))
        for step in rule.severity
    )


def in_force(since: date, until: date | None, day: date) -> bool:
    """Return whether `day` lies between the two, both inclusive."""
    return since <= day and (until is None or day <= until)


def basis_line(basis: Basis, reading: Reading) -> BasisLine:
    """Return one article in words."""
    wording, day = reading.wording, reading.day
    return BasisLine(
        law=basis.law,
        article="" if basis.article.strip() in ("", "-") else basis.article,  # a letter has none
        since=wording.date(basis.since),
        until="" if basis.until is None else wording.date(basis.until),
        flag=basis.checked,
        checked=name_of(CHECKED, basis.checked, wording),
        note=wording.words(basis.note),
        in_force=None if day is None else in_force(basis.since, basis.until, day),
    )


def parameter_lines(parameter: Parameter, reading: Reading) -> ParameterLines:
    """Return a parameter with all its values."""
    wording = reading.wording
    return ParameterLines(
        name=parameter.name,
        words=wording.words(parameter.words),
        unit=name_of(UNIT_WORDS, parameter.unit, wording),
        off=", ".join(name_of(DAY_KIND_WORDS, kind, wording) for kind in parameter.off),
        by=_chosen_by(parameter, reading),
        ours=parameter.ours,
        values=tuple(_value_line(value, parameter, reading) for value in parameter.values),
    )


def _chosen_by(parameter: Parameter, reading: Reading) -> str:
    """Return the words of the field that chooses among the values, of the first fact that has one."""
    name = parameter.by or ""
    known = (fact.fields[name] for fact in reading.book.vocabulary.facts.values() if name in fact.fields)
    return next((reading.wording.words(field.words) for field in known), name)


def _value_line(value: ParameterValue, parameter: Parameter, reading: Reading) -> ValueLine:
    wording, day = reading.wording, reading.day
    said, unit = parameter_value(value.value, wording), name_of(UNIT_WORDS, parameter.unit, wording)
    checked = wording.say("a setting of ours that no law gives") if parameter.ours else ""
    return ValueLine(
        value=f"{said} ({unit})" if isinstance(value.value, tuple) else f"{said} {unit}",
        since=wording.date(value.since),
        until="" if value.until is None else wording.date(value.until),
        source=" ".join(value.source.split()),
        flag=value.checked,
        checked=checked or name_of(CHECKED, value.checked, wording),
        current=day is not None and in_force(value.since, value.until, day),
        before=day is not None and value.until is not None and value.until < day,
        applies=wording.say(value.applies) if value.applies else "",
    )


def _values_beside(parameters: Sequence[Parameter], reading: Reading) -> Mapping[str, str]:
    """Return the value of each parameter on the day; for all days, the value of those that have had only one."""
    found: dict[str, str] = {}
    for parameter in parameters:
        day, values = reading.day, parameter.values
        chosen = [one.value for one in values if day is None or in_force(one.since, one.until, day)]
        # of a value for one region only, a reader would take the number as everybody's
        if len(chosen) == 1 and parameter.by is None and not isinstance(chosen[0], tuple):
            found[parameter.name] = parameter_value(chosen[0], reading.wording)
    return found


def field_line(name: str, known: Field, wording: Wording) -> FieldLine:
    """Return a field in words."""
    return FieldLine(
        name=name,
        words=wording.words(known.words),
        type=name_of(TYPE_WORDS, known.type, wording),
        unit=name_of(UNIT_WORDS, known.unit, wording) if known.unit else "",
        null=name_of(NULL_WORDS, known.null, wording),
        personal=name_of(PERSONAL_WORDS, known.personal, wording),
        values=", ".join(
            f"{value} ({said})" if (said := wording.say(value)) != value else value for value in known.values
        ),
        known_from=known.known_from or "",
    )


def _words_of(rule: Rule, name: str, reading: Reading) -> str:
    known = field_of(rule, name, reading.book.vocabulary)
    return reading.wording.words(known.words) if known is not None else reading.wording.say("worked out by this rule")


def common_subject(examples: Sequence[Example]) -> Mapping[str, object]:
    """Return what more than half of the examples say alike, so that each needs to show only what it changes."""
    names = dict.fromkeys(name for example in examples for name in example.subject)
    found: dict[str, object] = {}
    for name in names:
        counted = Counter(repr(example.subject.get(name)) for example in examples)
        most, count = counted.most_common(1)[0]
        value = next(one.subject.get(name) for one in examples if repr(one.subject.get(name)) == most)
        if value is not None and 2 * count > len(examples):
            found[name] = value
    return found


def _example(example: Example, common: Mapping[str, object], rule: Rule, reading: Reading) -> ExampleLine:
    wording, fact = reading.wording, reading.book.vocabulary.facts[rule.subject]
    names = dict.fromkeys([*common, *example.subject])
    differs = {name: example.subject.get(name) for name in names if example.subject.get(name) != common.get(name)}
    expect = name_of(OUTCOME_WORDS, example.expect, wording)
    if example.severity in SEVERITIES:
        expect = f"{expect}, {name_of(SEVERITY_NAMES, str(example.severity), wording)}"
    shows = tuple((_words_or_name(rule, name, reading), value) for name, value in example.shows.items())
    off = tuple(
        (name, ", ".join(name_of(DAY_KIND_WORDS, one, wording) for one in kinds)) for name, kinds in example.off.items()
    )
    return ExampleLine(
        example.name, wording.date(example.today), (*_pairs(differs, fact, reading), *off), expect, shows
    )


def _words_or_name(rule: Rule, name: str, reading: Reading) -> str:
    known = field_of(rule, name, reading.book.vocabulary)
    return reading.wording.words(known.words) if known is not None else name


def _pairs(subject: Mapping[str, object], fact: Fact, reading: Reading) -> tuple[tuple[str, str], ...]:
    return tuple((_label(name, fact, reading), _said(name, value, fact, reading)) for name, value in subject.items())


def _label(name: str, fact: Fact, reading: Reading) -> str:
    if name == UNKNOWN_FIELDS:
        return reading.wording.say("not said")
    if name in fact.relations:
        return reading.wording.words(reading.book.vocabulary.facts[fact.relations[name].fact].words)
    return reading.wording.words(fact.fields[name].words) if name in fact.fields else name


def _said(name: str, value: object, fact: Fact, reading: Reading) -> str:
    """Write the value of one field; related rows in brackets, fields that nobody said by their words."""
    if name == UNKNOWN_FIELDS and isinstance(value, tuple):
        return ", ".join(_label(one, fact, reading) for one in value)
    if name in fact.relations:
        other = reading.book.vocabulary.facts[fact.relations[name].fact]
        rows = value if isinstance(value, tuple) else (value,)
        return "; ".join(_row(row, other, reading) for row in rows) or NOT_KNOWN
    known = fact.fields.get(name)
    return written(typed(value, known), known, reading.wording)


def _row(row: object, fact: Fact, reading: Reading) -> str:
    if not isinstance(row, Mapping):
        return NOT_KNOWN
    return "(" + ", ".join(f"{label}: {said}" for label, said in _pairs(row, fact, reading)) + ")"
