"""Read priority.yaml: what makes one case come before another, and who is a repeat offender.

It is checked in itself (bands from the lowest up) and against the rules: those that it measures are there, and a rule
that is switched on has the fields that are read.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from rules.fault_list import FaultList, use_one_of
from rules.model import SEVERITIES, Rule, RuleBook
from rules.places import Entries, Node, Scalar
from rules.priority import NO_PRIORITY, Band, Measure, Part, Priority, RepeatCriteria
from rules.sections import (
    Keys,
    Section,
    choice_of,
    count_of,
    date_of,
    entries_of,
    integer_of,
    list_of,
    section_of,
    text_of,
    words_of,
    wrong_type,
)

PARTS = ("people", "rupiah", "overdue")
"""What is measured by rule."""

_FILE = Keys("priority file", ("source", "from", "points", *PARTS, "repeat_offender"))
_POINTS = Keys("list of points", ("severity", "repeat_offender", "ranks_below"))
_PART = Keys("part of the score", ("words", "points", "of"))
_BAND = Keys("band of points", ("from", "points"))
_MEASURE = Keys("measure", (), ("distinct", "each"))
_REPEAT = Keys("repeat offence", ("within_months", "exit_months"))


def read_priority(root: Node, text: str, rules: tuple[RuleBook, tuple[str, ...]], faults: FaultList) -> Priority:
    """The order of cases by a file; `rules` are those switched on, and the names of all. What is faulty is noted."""
    section = section_of(root, _FILE, faults)
    if section is None:
        return NO_PRIORITY
    reader = _PartReader(rules[0].rules, tuple(sorted({*rules[0].rules, *rules[1]})), faults)
    parts = [section.read(name, lambda node, _faults: reader.part(node)) or Part() for name in PARTS]
    points = section.read("points", lambda node, noted: section_of(node, _POINTS, noted))
    return Priority(
        since=section.read("from", date_of) or date.min,
        source=section.read("source", words_of) or {},
        severity=points.read("severity", _severity) or {} if points else {},
        people=parts[0],
        rupiah=parts[1],
        overdue=parts[2],
        repeat_offender=_number(points, "repeat_offender"),
        ranks_below=_number(points, "ranks_below"),
        repeat=section.read("repeat_offender", _repeat) or RepeatCriteria(),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _number(section: Section | None, key: str) -> int:
    return (section.read(key, integer_of) or 0) if section else 0


def _severity(node: Node, faults: FaultList) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for key, value in entries_of(node, faults):
        name, points = choice_of(key, faults, SEVERITIES), count_of(value, faults)
        if name is not None and points is not None:
            found[name] = points
    return found


def _repeat(node: Node, faults: FaultList) -> RepeatCriteria | None:
    section = section_of(node, _REPEAT, faults)
    if section is None:
        return None
    return RepeatCriteria(section.read("within_months", count_of) or 0, section.read("exit_months", count_of) or 0)


class _PartReader:
    def __init__(self, rules: Mapping[str, Rule], known: tuple[str, ...], faults: FaultList) -> None:
        self._rules, self._known, self._faults = rules, known, faults

    def part(self, node: Node) -> Part | None:
        section = section_of(node, _PART, self._faults)
        if section is None:
            return None
        bands = section.list_of("points", _band)
        self._check_order(bands, section)
        of: dict[str, Measure] = {}
        for key, value in entries_of(section.values["of"], self._faults) if "of" in section else ():
            measure = _measure(value, self._faults)
            if key.text not in self._known:
                what = f"there is no rule '{key.text}'"
                remedy = use_one_of(key.text, self._known)
                self._faults.add(key.location, "unknown-rule", what, "nothing would ever be measured by it", remedy)
            elif measure is not None:
                self._check_fields(key, measure)
                of[key.text] = measure
        return Part(section.read("words", words_of) or {}, bands, of)

    def _check_order(self, bands: tuple[Band, ...], section: Section) -> None:
        for lower, higher in pairwise(bands):
            if higher.at_least <= lower.at_least or higher.points <= lower.points:
                what = f"the band from {higher.at_least} with {higher.points} points does not rise above the one before"
                why = "more people, money or days must never bring a case further down"
                self._faults.add(section.place("points"), "band-order", what, why, "write the bands from the lowest up")

    def _check_fields(self, key: Scalar, measure: Measure) -> None:
        rule = self._rules.get(key.text)
        if rule is None:  # its pack is switched off
            return
        there = {*(text.text for text in rule.evidence), *rule.let}
        for name in measure.fields:
            if name not in there:
                what = f"the rule '{key.text}' has no evidence and no `let` of the name '{name}'"
                remedy = use_one_of(name, sorted(there))
                self._faults.add(key.location, "unknown-field", what, "the amount would never be known", remedy)


def _band(node: Node, faults: FaultList) -> Band | None:
    section = section_of(node, _BAND, faults)
    if section is None:
        return None
    at_least, points = section.read("from", count_of), section.read("points", count_of)
    return Band(at_least, points) if at_least is not None and points is not None else None


def _measure(node: Node, faults: FaultList) -> Measure | None:
    if not isinstance(node, Entries):
        add = list_of(node, faults, text_of)
        if not add:
            wrong_type(node, "a list of evidence fields, 'distinct:' or 'each:'", faults)
        return Measure(add=add) if add else None
    section = section_of(node, _MEASURE, faults)
    if section is None:
        return None
    each = section.read("each", count_of) or 0
    measure = Measure(distinct=section.text("distinct") if "distinct" in section else "", each=each)
    if bool(measure.distinct) == bool(each):
        wrong_type(node, "one of 'distinct:' and 'each:'", faults)
        return None
    return measure
