"""Subjects that could be, near those that a rule's examples show: which outcomes of a line are possible at all.

Each probe is an example with one or two fields said otherwise, or a combination of values for every field that the
rule reads. A value is taken from either side of every number, day and text that stands beside the field, within what
the vocabulary allows. A probe is a proof that something can be; that none was found proves nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, count, product
from math import gcd, prod
from typing import Literal

from sqlglot import exp

from engine.checker import Checked
from engine.conditions import CheckedRule
from engine.examples import Occasion, occasion_of, specimen
from engine.language import KIND_OF_TYPE
from engine.specimen import Specimen
from rules.model import Example, Fact, Field, Parameter, ParameterContent

Lack = Literal["not said", "absent"]
"""Two ways to have no value: nobody said it, or a register that is complete says that there is none."""

VALUES = 18
"""At most so many values of one field; the nearest to the rule's own numbers come first."""

PAIRED = 3
"""So many violations are varied in two fields at once."""

COMBINED = 3000
"""At most so many combinations of all fields of one rule."""

FURTHER_DAYS = (0, 1, -1, -30, 30, -400)
OTHER_TEXT = "X"
LONGEST_SPAN = 4000
"""Days; a number beyond it is no number of days."""


@dataclass(frozen=True)
class Missing:
    """No value, in one of two ways."""

    lack: Lack


Value = str | int | Decimal | date | bool | Missing


@dataclass(frozen=True)
class Probe:
    """An example with `changes` by field."""

    like: Example
    changes: Mapping[str, Value]

    def specimen(self) -> Specimen:
        """Return the subject."""
        base = specimen(self.like.subject)
        fields = {name: value for name, value in base.fields.items() if name not in self.changes}
        unknown = base.unknown - set(self.changes)
        for name, value in self.changes.items():
            if not isinstance(value, Missing):
                fields[name] = value
            elif value.lack == "not said":
                unknown |= {name}
        return Specimen(fields, unknown)


@dataclass(frozen=True)
class Probes:
    """Makes the probes of one rule."""

    rule: CheckedRule
    fact: Fact
    parameters: Mapping[str, Parameter]

    def of(self, occasion: Occasion) -> Iterator[Probe]:
        """Yield the probes of one occasion of the examples, those nearest to an example first."""
        examples = [example for example in self.rule.rule.examples if occasion_of(example) == occasion]
        choices = {name: self.choices(name, occasion.day) for name in self.read()}
        for example in examples:
            for name, values in choices.items():
                yield from (Probe(example, {name: value}) for value in values)
        violations = [example for example in self.rule.rule.examples if example.expect == "violation"]
        # Occasions differ in law and calendar, not in which fields there are: one of them is searched widely.
        if not violations or occasion_of(violations[0]) != occasion:
            return
        for example in [example for example in violations if occasion_of(example) == occasion][:PAIRED]:
            for first, second in combinations(choices, 2):
                for pair in product(choices[first], choices[second]):
                    yield Probe(example, dict(zip((first, second), pair, strict=True)))
        yield from combined(violations[0], choices)

    def read(self) -> tuple[str, ...]:
        """Return the own fields that the rule's lines read; the key is always said."""
        names = dict.fromkeys(name for line in self.lines() for name in line.fields)
        return tuple(name for name in names if name != self.fact.key)

    def lines(self) -> Iterator[Checked]:
        """Yield everything of the rule that comes out TRUE, FALSE or NULL, and its law date."""
        rule = self.rule
        yield from (*rule.scope, *rule.needs, *rule.when)
        yield from (step for step, _ in rule.severity if step is not None)
        yield from (mark for _, mark in rule.marks)
        if rule.law_date is not None:
            yield rule.law_date

    def choices(self, name: str, day: date) -> tuple[Value, ...]:
        """Return values of a field on all sides of what it is compared with, then the ways not to have one."""
        known = self.fact.fields[name]
        beside = [line for line in self.lines() if name in line.fields]
        shown = [example.subject.get(name) for example in self.rule.rule.examples]
        said = [value for value in shown if _is_value(value)]
        found = [
            *values_of(known, self.constants(beside), day),
            *said,
            *(near for one in said for near in beside_it(one)),
        ]
        kept = dict.fromkeys(value for value in found if within(known, value))
        lacks: list[Value] = [Missing("not said")]
        if known.null == "none":
            lacks.append(Missing("absent"))
        return (*list(kept)[:VALUES], *lacks)  # type: ignore[arg-type]

    def constants(self, lines: Iterable[Checked]) -> list[object]:
        """Return the numbers, days and texts that stand in lines, parameters with each of their values."""
        found: list[object] = []
        for line in lines:
            for node in line.tree.find_all(exp.Literal):
                text = str(node.this)
                is_day = isinstance(node.parent, exp.Cast)
                found.append(date.fromisoformat(text) if is_day else text if node.is_string else Decimal(text))
            for name in line.parameters:
                for item in self.parameters[name].values:
                    found += contents(item.value)
        return list(dict.fromkeys(found))


def contents(value: ParameterContent) -> list[object]:
    """Return the numbers and texts of a parameter's value; of a table, where its slices end."""
    if isinstance(value, tuple):
        return [one.up_to for one in value if one.up_to is not None]
    return [value if isinstance(value, str) else Decimal(value)]


def _is_value(value: object) -> bool:
    return value is not None and not isinstance(value, tuple | Mapping)


def values_of(known: Field, constants: Sequence[object], day: date) -> list[object]:
    """Return values for a field: every choice, both truths, and numbers, days and texts about the constants."""
    kind = KIND_OF_TYPE[known.type]
    if known.values:
        return list(known.values)
    if kind == "boolean":
        return [True, False]
    numbers = [one for one in constants if isinstance(one, Decimal)]
    if kind == "number":
        near = [number + step for number in numbers for step in (0, -1, 1)]
        return [stored(known, one) for one in (*near, Decimal(0), Decimal(1))]
    if kind == "date":
        days = [one for one in constants if isinstance(one, date)]
        near_days = [one + timedelta(days=step) for one in days for step in (0, -1, 1)]
        spans = [-int(one) + step for one in numbers if abs(one) <= LONGEST_SPAN for step in (0, -1, 1)]
        return [*near_days, *(day + timedelta(days=span) for span in (*FURTHER_DAYS, *spans))]
    texts = [one for one in constants if isinstance(one, str)]
    return [*texts, OTHER_TEXT]


def stored(known: Field, number: Decimal) -> int | Decimal:
    """Return a number as its field keeps it: whole, or with two digits."""
    return int(number) if known.type == "integer" else number.quantize(Decimal("0.01"))


def beside_it(value: object) -> list[object]:
    """Return the neighbours of a number or a day."""
    if isinstance(value, date):
        return [value - timedelta(days=1), value + timedelta(days=1)]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return [value - 1, value + 1]
    return []


def within(known: Field, value: object) -> bool:
    """Return whether a register could say it."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return True
    low, high = known.minimum, known.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def combined(like: Example, choices: Mapping[str, tuple[Value, ...]]) -> Iterator[Probe]:
    """Yield combinations of values for all fields at once, evenly spread where there are too many."""
    total = prod(len(values) for values in choices.values())
    # The golden section spreads the points; without a common divisor no combination comes twice.
    step = next(step for step in count(max(total * 618 // 1000, 1)) if gcd(step, total) == 1)
    for number in range(min(total, COMBINED)):
        rest, changes = number * step % total, {}
        for name, values in choices.items():
            rest, place = divmod(rest, len(values))
            changes[name] = values[place]
        yield Probe(like, changes)
