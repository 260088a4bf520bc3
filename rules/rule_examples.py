"""Read the examples of a rule: the subject's fields as typed values, the day, the outcome expected."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from rules.errors import Location
from rules.fault_list import FaultList, use_one_of
from rules.model import SEVERITIES, Example, Fact, Field, Outcome, Relation, SeverityName, Vocabulary
from rules.parameters import day_kinds_of
from rules.places import Node, Scalar
from rules.sections import (
    Keys,
    Section,
    choice_of,
    date_of,
    decimal_of,
    entries_of,
    integer_of,
    items_of,
    section_of,
    text_of,
    truth_of,
)

OUTCOMES: tuple[Outcome, ...] = ("violation", "pass", "unknown", "not_applicable")
"""What a rule can say about a subject; `waived` and `error` are said elsewhere."""

_EXAMPLES = Keys("set of examples", ("cases",), ("given",))
_CASE = Keys("example", ("name", "expect"), ("and", "severity", "shows", "off"))
_TODAY, _UNKNOWN = "today", "_unknown"


def read_examples(section: Section, fact: Fact | None, vocabulary: Vocabulary) -> tuple[Example, ...]:
    """The examples under `examples`; none where the subject is not known."""
    if "examples" not in section or fact is None:
        return ()
    faults = section.faults
    inner = section_of(section.values["examples"], _EXAMPLES, faults)
    if inner is None:
        return ()
    reader = _Reader(fact, vocabulary, faults)
    given = reader.subject(inner.values.get("given"))
    examples: list[Example] = []
    nodes = items_of(inner.values["cases"], faults) if "cases" in inner else ()
    for node in nodes:
        example = reader.example(node, given)
        if example is not None:
            _check_name(example, examples, faults)
            examples.append(example)
    if "cases" in inner and len(examples) == len(nodes):
        _check_outcomes(section, examples, inner.place("cases"))
    return tuple(examples)


def _check_name(example: Example, before: list[Example], faults: FaultList) -> None:
    for other in before:
        if other.name == example.name:
            what = f"the example '{example.name}' stands here a second time; first at line {other.location.line}"
            faults.add(
                example.location, "duplicate-name", what, "a report could not say which of the two failed", "rename it"
            )
            return


def _check_outcomes(section: Section, examples: list[Example], place: Location) -> None:
    """A rule that is counted or opens cases shows when it speaks and when it is silent."""
    status = section.values.get("status")
    if not isinstance(status, Scalar) or status.text not in ("trial", "stable"):
        return
    wanted = ["violation", "pass"]
    if "scope" in section and items_of(section.values["scope"], FaultList()):
        wanted.append("not_applicable")
    for outcome in wanted:
        if all(example.expect != outcome for example in examples):
            what = f"no example expects '{outcome}'"
            why = "nobody has shown that the rule can come out so"
            section.faults.add(place, "example-missing", what, why, f"add an example that expects '{outcome}'")


def _entries(section: Section, key: str) -> tuple[tuple[Scalar, Node], ...]:
    return entries_of(section.values[key], section.faults) if key in section else ()


class _Reader:
    def __init__(self, fact: Fact, vocabulary: Vocabulary, faults: FaultList) -> None:
        self._fact = fact
        self._vocabulary = vocabulary
        self._faults = faults

    def example(self, node: Node, given: Mapping[str, object]) -> Example | None:
        before = len(self._faults)
        section = section_of(node, _CASE, self._faults)
        if section is None:
            return None
        subject = {**given, **self.subject(section.values.get("and"))}
        expect = section.read("expect", lambda value, faults: choice_of(value, faults, OUTCOMES))
        severity = section.read("severity", lambda value, faults: choice_of(value, faults, SEVERITIES))
        name = section.text("name")
        off = {key.text: day_kinds_of(value, self._faults) for key, value in _entries(section, "off")}
        shows = {key.text: text_of(value, self._faults) or "" for key, value in _entries(section, "shows")}
        if severity is not None and expect not in (None, "violation"):
            what = f"the example expects '{expect}' and a severity"
            why = "only a violation has a severity"
            self._faults.add(section.place("severity"), "example-contradiction", what, why, "take 'severity' out")
        if _TODAY not in subject:
            what = "the example does not say which day it is"
            remedy = "add 'today: 2026-11-20' under 'given' or 'and'"
            self._faults.add(section.location, "missing-key", what, "a rule is judged for a day", remedy)
        today = subject.pop(_TODAY, None)
        if len(self._faults) > before or not isinstance(today, date):
            return None
        said = {key: value for key, value in subject.items() if value is not None}
        self._check_unknown(said, section.location)
        outcome, level = cast("Outcome", expect), cast("SeverityName | None", severity)
        return Example(name, today, said, outcome, level, section.location, shows, off)

    def subject(self, node: Node | None) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in entries_of(node, self._faults) if node is not None else ():
            if key.text == _TODAY:
                found[_TODAY] = date_of(value, self._faults)
            elif key.text == _UNKNOWN:
                found[_UNKNOWN] = self._unknown(value)
            elif key.text in self._fact.relations:
                found[key.text] = self._related(self._fact.relations[key.text], value)
            else:
                found[key.text] = self._field(key, value, self._fact)
        return found

    def _field(self, key: Scalar, node: Node, fact: Fact) -> object:
        if key.text not in fact.fields:
            what = f"the fact '{fact.name}' has no field '{key.text}'"
            known = [*fact.fields, *fact.relations]
            remedy = use_one_of(key.text, known)
            self._faults.add(key.location, "unknown-field", what, "the example would not say what it means", remedy)
            return None
        if isinstance(node, Scalar) and node.is_null:
            return None
        return value_of(node, fact.fields[key.text], self._faults)

    def _related(self, relation: Relation, node: Node) -> object:
        fact = self._vocabulary.facts.get(relation.fact)
        if fact is None:
            return None
        rows = items_of(node, self._faults) if relation.many else (node,)
        read = tuple(
            {key.text: self._field(key, value, fact) for key, value in entries_of(row, self._faults)} for row in rows
        )
        return read if relation.many else read[0]

    def _unknown(self, node: Node) -> tuple[str, ...]:
        names: list[str] = []
        for item in items_of(node, self._faults, "a list of fields"):
            name = text_of(item, self._faults)
            field = self._fact.fields.get(name or "")
            if name is not None and field is None:
                what = f"the fact '{self._fact.name}' has no field '{name}'"
                remedy = use_one_of(name, self._fact.fields)
                self._faults.add(
                    item.location, "unknown-field", what, "the example would not say what it means", remedy
                )
            elif field is not None and field.null != "none":
                what = f"'{name}' need not be listed as unknown"
                why = "leaving it out already means that nobody said it"
                self._faults.add(item.location, "example-contradiction", what, why, "take it out of '_unknown'")
            elif name is not None:
                names.append(name)
        return tuple(names)

    def _check_unknown(self, subject: Mapping[str, object], place: Location) -> None:
        names = cast("tuple[str, ...]", subject.get(_UNKNOWN, ()))
        for name in names:
            if name in subject:
                what = f"'{name}' has a value and is listed as unknown"
                self._faults.add(place, "example-contradiction", what, "it cannot be both", "take one of the two out")


def value_of(node: Node, field: Field, faults: FaultList) -> object:
    """The value of a field as text, int, Decimal, date or bool, by the field's type."""
    if field.type == "integer":
        return _within(node, field, integer_of(node, faults), faults)
    if field.type in ("money", "percent"):
        return _within(node, field, decimal_of(node, faults), faults)
    if field.type == "date":
        return date_of(node, faults)
    if field.type == "boolean":
        return truth_of(node, faults)
    if field.type == "choice":
        return choice_of(node, faults, field.values)
    return text_of(node, faults)


def _within(node: Node, field: Field, number: int | Decimal | None, faults: FaultList) -> int | Decimal | None:
    if number is None:
        return None
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        what = f"{number} is outside what '{field.name}' can be"
        faults.add(
            node.location, "out-of-range", what, "a register's row with it would be rejected", "write a possible value"
        )
        return None
    return number
