"""Which days a finding let pass, and how long ago: worked out from its rule's conditions on the day it is shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from rules.model import Parameter, Rule, RuleBook

_WORKING_DAYS: Final = re.compile(r"working_days_after\(\s*([a-z_][a-z0-9_.]*)\s*,\s*:([a-z_][a-z0-9_]*)\s*\)", re.I)
_ENDED: Final = re.compile(r"\b([a-z_][a-z0-9_.]*)\s*<\s*evaluation_date\(\s*\)", re.I)


class WorkingDays(Protocol):
    """The calendar: `day` and `n` working days more; None beyond what it covers."""

    def after(self, day: date, n: int, off: tuple[str, ...]) -> date | None:
        """Return the n-th working day after `day`."""
        ...


class Judging(Protocol):
    """What the deadline of a rule is worked out with: the rule book, the calendar, the office's own days off."""

    @property
    def book(self) -> RuleBook:
        """The rules and dated parameters."""
        ...

    @property
    def calendar(self) -> WorkingDays:
        """The working days."""
        ...

    @property
    def off(self) -> Mapping[str, tuple[str, ...]]:
        """An office's own kinds of days off, by deadline."""
        ...


@dataclass(frozen=True)
class Deadline:
    """A day that should not have passed: the field that it comes from, and how many days ago it was.

    `working_days` None: the field's own day is the deadline. `due` None: beyond what the calendar covers.
    """

    field: str
    working_days: int | None
    due: date | None
    overdue: int


def deadlines_of(rule: Rule, evidence: Mapping[str, object], judging: Judging, today: date) -> tuple[Deadline, ...]:
    """Return the deadlines that the `when` lines of `rule` compare with the evaluation date."""
    found: list[Deadline] = []
    for line in rule.when:
        for name, parameter in _WORKING_DAYS.findall(line.text):
            start, days = _day(evidence.get(name)), days_in_force(judging, parameter, _law_day(rule, evidence, today))
            if start is not None and days is not None:
                due = judging.calendar.after(start, days, _off(judging, parameter))
                found.append(_deadline(name, days, due, today))
        for name in _ENDED.findall(line.text):
            if (day := _day(evidence.get(name))) is not None:
                found.append(_deadline(name, None, day, today))
    return tuple(found)


def with_deadline_lets(rule: Rule, evidence: Mapping[str, object], judging: Judging, today: date) -> dict[str, object]:
    """Return the evidence with every `let` added that is nothing but a deadline in working days."""
    values = dict(evidence)
    for name, let in rule.let.items():
        whole = _WORKING_DAYS.fullmatch(let.text.text.strip())
        if whole is None or name in values:
            continue
        start, days = _day(evidence.get(whole[1])), days_in_force(judging, whole[2], _law_day(rule, evidence, today))
        if start is not None and days is not None:
            values[name] = judging.calendar.after(start, days, _off(judging, whole[2]))
    return values


def deadline_let(rule: Rule, name: str) -> tuple[str, ...]:
    """Return the evidence that the `let` of this name follows from, if it is a deadline in working days; else none."""
    let = rule.let.get(name)
    whole = _WORKING_DAYS.fullmatch(let.text.text.strip()) if let is not None else None
    if whole is None:
        return ()
    law_date = rule.law_date.text.strip() if rule.law_date else ""
    return tuple(dict.fromkeys((whole[1], law_date) if law_date.isidentifier() else (whole[1],)))


def _deadline(name: str, days: int | None, due: date | None, today: date) -> Deadline:
    return Deadline(name, days, due, max((today - due).days, 0) if due else 0)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _law_day(rule: Rule, evidence: Mapping[str, object], today: date) -> date:
    """The day whose law counts, where the rule names a field for it; an expression falls back to today."""
    said = _day(evidence.get(rule.law_date.text.strip())) if rule.law_date else None
    return said or today


def days_in_force(judging: Judging, name: str, day: date) -> int | None:
    """Return the number of days that the dated parameter `name` says on `day`; None where it says none."""
    parameter: Parameter | None = judging.book.parameters.get(name)
    for value in parameter.values if parameter else ():
        if value.since <= day and (value.until is None or day <= value.until) and isinstance(value.value, int):
            return value.value
    return None


def _off(judging: Judging, name: str) -> tuple[str, ...]:
    return judging.off.get(name, judging.book.parameters[name].off)
