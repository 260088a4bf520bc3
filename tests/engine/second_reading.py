"""The rules judged a second time, in plain Python, one subject after the other: the oracle of the randomised check.

It shares with the engine what the files say (text, vocabulary, parameters as loaded, calendar of days off) and
sqlglot's parser. Checking, compiling, SQL and DuckDB have no part in it: values are Python's, money is exact, and
None is the third truth.
"""

import calendar
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cached_property

import sqlglot
from sqlglot import exp

from rules.model import Outcome, Parameter, ParameterValue, Rule, Slice
from rules.working_days import WorkingCalendar

Value = bool | int | Decimal | float | str | date | None
Truth = bool | None
EXACT = Context(prec=100)
BOTH_KINDS = ("libur_nasional", "cuti_bersama")
BLANKS = " \t\r\n\f"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Subject:
    """The fields of one subject (left out: NULL), and those with `null: none` that nobody could say."""

    fields: Mapping[str, Value]
    unsaid: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """All that a rule says of one subject; `severity` 1 to 4."""

    outcome: Outcome
    severity: int
    marks: tuple[str, ...]
    lets: tuple[Value, ...]


@dataclass(frozen=True)
class Times:
    """The day on which it is judged, the days off, and an office's own kinds of them by parameter."""

    today: date
    calendar: WorkingCalendar
    off: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# --- truth ----------------------------------------------------------------------------------------------------------


def both(truths: Iterable[Truth]) -> Truth:
    """And: FALSE where one is, else NULL where one is."""
    found = list(truths)
    return False if False in found else None if None in found else True


def either(truths: Iterable[Truth]) -> Truth:
    """Or: TRUE where one is, else NULL where one is."""
    found = list(truths)
    return True if True in found else None if None in found else False


def opposite(truth: Truth) -> Truth:
    """Not."""
    return None if truth is None else not truth


def as_truth(value: Value) -> Truth:
    """A boolean; anything else is a mistake of the rule, which the check of conditions would have refused."""
    assert value is None or isinstance(value, bool)
    return value


# --- days -----------------------------------------------------------------------------------------------------------


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def months_started(start: date, end: date) -> int:
    """The fewest months after which `end` has been reached."""
    months = 0 if end <= start else (end.year - start.year) * 12 + end.month - start.month
    return months + 1 if end > start and months_after(start, months) < end else months


def is_working(known: WorkingCalendar, day: date, off: Sequence[str]) -> bool:
    return day.weekday() < 5 and not known.kinds.get(day, frozenset()) & set(off)


def working_day(times: Times, start: date, count: int, off: Sequence[str], step: timedelta) -> date | None:
    """The `count`-th working day beside `start`; None where the calendar does not know a day on the way."""
    day, known = start, times.calendar
    while known.covers_from <= day <= known.covers_until:
        if not count:
            return day
        day += step
        count -= is_working(known, day, off)
    return None


def due_in_month(times: Times, day: date, number: int, off: Sequence[str]) -> date | None:
    """That day of the month, or the first working day after it."""
    wanted, known = day.replace(day=1) + (number - 1) * DAY, times.calendar
    while known.covers_from <= wanted <= known.covers_until:
        if is_working(known, wanted, off):
            return wanted
        wanted += DAY
    return None


# --- numbers and texts ------------------------------------------------------------------------------------------------


def together(left: Value, right: Value) -> tuple[Value, Value]:
    """Two numbers as one kind: a ratio is a float, and what it meets becomes one."""
    if isinstance(left, float) or isinstance(right, float):
        return float(number(left)), float(number(right))
    return left, right


def number(value: Value) -> int | Decimal | float:
    assert isinstance(value, int | Decimal | float) and not isinstance(value, bool)
    return value


def rounded(value: Value, decimals: int) -> Value:
    """Half away from zero."""
    found = Decimal(number(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, EXACT)
    return float(found) if isinstance(value, float) else found


def sliced(amount: Value, table: Sequence[Slice]) -> Value:
    """Each slice of the amount times its rate; None beyond the end of the table."""
    whole, total, reached = Decimal(number(amount)), Decimal(0), Decimal(0)
    for one in table:
        end = whole if one.up_to is None else min(whole, one.up_to)
        total += one.rate * max(end - reached, Decimal(0))
        reached = whole if one.up_to is None else one.up_to
    return total if whole <= reached else None


def list_includes(text: str, entries: Sequence[str]) -> bool:
    """Whole entries of a list divided by `;` or `,`, blanks and case aside."""
    found = {entry.strip(BLANKS).upper() for entry in re.split("[;,]", text)}
    return not found.isdisjoint(entry.upper() for entry in entries)


# --- one rule ---------------------------------------------------------------------------------------------------------

Given = Sequence[Value]
STRICT: Mapping[str, Callable[..., Value]] = {
    "ABS": abs,
    "LEAST": lambda *given: min(given),
    "GREATEST": lambda *given: max(given),
    "ROUND": lambda value, decimals=0: rounded(value, decimals),
    "RATIO": lambda above, below: float(above) / float(below) if below else None,
    "LOWER": lambda text: text.lower(),
    "UPPER": lambda text: text.upper(),
    "STARTS_WITH": lambda text, start: text.startswith(start),
    "RUPIAH": lambda value: rounded(value, 0),
    "DAYS_BETWEEN": lambda start, end: (end - start).days,
    "DAYS_AFTER": lambda day, days: day + timedelta(days=days),
    "MONTHS_AFTER": months_after,
    "MONTHS_STARTED": months_started,
    "LIST_INCLUDES": lambda text, *entries: list_includes(text, entries),
}
"""Functions that give NULL as soon as one argument is NULL."""

ORDER: Mapping[type[exp.Expression], Callable[..., bool]] = {
    exp.EQ: lambda left, right: left == right,
    exp.NEQ: lambda left, right: left != right,
    exp.LT: lambda left, right: left < right,
    exp.LTE: lambda left, right: left <= right,
    exp.GT: lambda left, right: left > right,
    exp.GTE: lambda left, right: left >= right,
}
SUMS: Mapping[type[exp.Expression], Callable[..., Value]] = {
    exp.Add: lambda left, right: left + right,
    exp.Sub: lambda left, right: left - right,
    exp.Mul: lambda left, right: left * right,
}
PAIRS: Mapping[type[exp.Expression], Callable[..., Value]] = {**ORDER, **SUMS}


@dataclass(frozen=True)
class Reading:
    """One rule, read as of one day."""

    rule: Rule
    parameters: Mapping[str, Parameter]
    times: Times
    trees: dict[str, exp.Expression] = field(default_factory=dict)

    def tree(self, text: str) -> exp.Expression:
        if text not in self.trees:
            parsed = sqlglot.parse_one(text)
            assert isinstance(parsed, exp.Expression)
            self.trees[text] = parsed
        return self.trees[text]

    def judge(self, subject: Subject) -> Verdict:
        with localcontext(EXACT):
            sight = Sight(self, subject, self.law_date(subject))
            severity = next(
                (step.severity for step in self.rule.severity if step.when is None or sight.of(step.when.text) is True),
                "medium",
            )
            marks = tuple(mark.name for mark in self.rule.marks if sight.of(mark.condition.text) is True)
            lets = tuple(sight.column(exp.column(name)) for name in self.rule.let)
            return Verdict(self.outcome(sight), ("low", "medium", "high", "critical").index(severity) + 1, marks, lets)

    def law_date(self, subject: Subject) -> date | None:
        if self.rule.law_date is None:
            return self.times.today
        found = Sight(self, subject, self.times.today).of(self.rule.law_date.text)
        assert found is None or isinstance(found, date)
        return found

    def outcome(self, sight: "Sight") -> Outcome:
        scope = both(as_truth(sight.of(line.text)) for line in self.rule.scope)
        needs = both(as_truth(sight.of(line.text)) for line in self.rule.needs)
        when = both(as_truth(sight.of(line.text)) for line in self.rule.when)
        if scope is False or self.in_force(sight) is False:
            return "not_applicable"
        if scope is None or needs is not True or sight.law_date is None or when is None:
            return "unknown"
        return "violation" if when else "pass"

    def in_force(self, sight: "Sight") -> Truth:
        """Some article is in force on the law date, and each parameter that decides has begun for this subject."""
        day = sight.law_date
        articles = [
            None if day is None else basis.since <= day and (basis.until is None or day <= basis.until)
            for basis in self.rule.basis
        ]
        begun = [self.begun(name, sight) for name in self.deciding]
        return both([*begun, either(articles) if articles else True])

    @cached_property
    def deciding(self) -> frozenset[str]:
        """The parameters on which the outcome hangs."""
        lines = (*self.rule.scope, *self.rule.needs, *self.rule.when)
        return frozenset(name for line in lines for name in self.read_parameters(self.tree(line.text)))

    def read_parameters(self, tree: exp.Expression) -> set[str]:
        """The parameters under a tree, those under the names of `let` included."""
        names = {str(node.this) for node in tree.find_all(exp.Placeholder)}
        for node in tree.find_all(exp.Column):
            if node.name in self.rule.let:
                names |= self.read_parameters(self.tree(self.rule.let[node.name].text.text))
        return names

    def begun(self, name: str, sight: "Sight") -> Truth:
        meant = sight.meant(self.parameters[name])
        if not meant or sight.law_date is None:
            return None
        return any(value.since <= sight.law_date for value in meant)


@dataclass(frozen=True)
class Sight:
    """One subject, seen by one rule with the law of one day."""

    reading: Reading
    subject: Subject
    law_date: date | None
    worked_out: dict[str, Value] = field(default_factory=dict)

    def of(self, text: str) -> Value:
        """The value of an expression as it stands in the file."""
        return self.value(self.reading.tree(text))

    def value(self, node: exp.Expression) -> Value:
        kind = type(node)
        if kind in PAIRS:
            return self.pair(node)
        if kind in SHAPES:
            return SHAPES[kind](self, node)
        return self.call(node)

    def pair(self, node: exp.Expression) -> Value:
        left, right = self.value(node.this), self.value(node.expression)
        if left is None or right is None:
            return None
        return PAIRS[type(node)](*(together(left, right) if is_number(left) else (left, right)))

    def column(self, node: exp.Expression) -> Value:
        assert not node.args.get("table"), "rules over related facts are not read here"
        name = str(node.this.this)
        if name not in self.reading.rule.let:
            return self.subject.fields.get(name)
        if name not in self.worked_out:
            self.worked_out[name] = self.of(self.reading.rule.let[name].text.text)
        return self.worked_out[name]

    def null_test(self, node: exp.Expression) -> Truth:
        name = node.this.unnest().name
        return None if name in self.subject.unsaid else self.subject.fields.get(name) is None

    def membership(self, node: exp.Expression) -> Truth:
        value = self.value(node.this)
        listed = [self.value(item) for item in node.expressions]
        return either(None if value is None or item is None else value == item for item in listed)

    def between(self, node: exp.Expression) -> Truth:
        low, high = (
            exp.GTE(this=node.this, expression=node.args["low"]),
            exp.LTE(this=node.this, expression=node.args["high"]),
        )
        return both(as_truth(self.pair(part)) for part in (low, high))

    def choose(self, node: exp.Expression) -> Value:
        for branch in node.args["ifs"]:
            if self.value(branch.this) is True:
                return self.value(branch.args["true"])
        default = node.args.get("default")
        return None if default is None else self.value(default)

    # --- parameters

    def meant(self, parameter: Parameter) -> list[ParameterValue]:
        """The values that are for this subject: its own choice, or its region and all that this lies in."""
        if parameter.by is None:
            return list(parameter.values)
        own = self.subject.fields.get(parameter.by)
        places = {str(own)[:end] for end in range(len(str(own)) + 1) if str(own)[end : end + 1] in ("", ".")}
        return [value for value in parameter.values if own is not None and value.applies in {own, *places}]

    def in_force(self, name: str) -> ParameterValue | None:
        """The value of the law date; that of the region itself before that of what it lies in."""
        day = self.law_date
        if day is None:
            return None
        held = [one for one in self.meant(self.reading.parameters[name]) if one.since <= day]
        held = [one for one in held if one.until is None or day <= one.until]
        return max(held, key=lambda one: len(one.applies or ""), default=None)

    def parameter(self, node: exp.Expression) -> Value:
        found = self.in_force(str(node.this))
        if found is None:
            return None
        assert not isinstance(found.value, tuple)
        return found.value

    # --- functions

    def call(self, node: exp.Expression) -> Value:
        name = str(node.this).upper() if isinstance(node, exp.Anonymous) else NAMES[type(node)]
        given = list(node.expressions)
        if not isinstance(node, exp.Anonymous):
            given = [node.args[key] for key in ("this", "expression", "decimals") if node.args.get(key)] + given
        if name in CALENDAR:
            return self.calendar_day(name, given)
        if name == "EVALUATION_DATE":
            return self.reading.times.today
        values = [self.value(one) for one in given if not (name == "SLICED" and isinstance(one, exp.Placeholder))]
        if any(value is None for value in values):
            return None
        if name == "SLICED":
            table = self.in_force(str(given[1].this))
            assert table is None or isinstance(table.value, tuple)
            return None if table is None else sliced(values[0], table.value)  # type: ignore[arg-type]
        return STRICT[name](*values)

    def calendar_day(self, name: str, given: list[exp.Expression]) -> Value:
        """A day counted in working days; a parameter says how many and which days are off."""
        start, count = self.value(given[0]), self.value(given[1])
        off: Sequence[str] = BOTH_KINDS
        if isinstance(given[1], exp.Placeholder):
            parameter = str(given[1].this)
            off = self.reading.times.off.get(parameter, self.reading.parameters[parameter].off or BOTH_KINDS)
        if not isinstance(start, date) or not isinstance(count, int):
            return None
        return CALENDAR[name](self.reading.times, start, count, off)


def is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal | float) and not isinstance(value, bool)


NAMES: Mapping[type[exp.Expression], str] = {
    exp.Abs: "ABS",
    exp.Round: "ROUND",
    exp.Least: "LEAST",
    exp.Greatest: "GREATEST",
    exp.Lower: "LOWER",
    exp.Upper: "UPPER",
    exp.StartsWith: "STARTS_WITH",
}
"""What sqlglot's parser makes of names that SQL has too."""

CALENDAR: Mapping[str, Callable[[Times, date, int, Sequence[str]], date | None]] = {
    "WORKING_DAYS_AFTER": lambda times, start, count, off: working_day(times, start, count, off, DAY),
    "WORKING_DAYS_BEFORE": lambda times, start, count, off: working_day(times, start, count, off, -DAY),
    "DUE_IN_MONTH": due_in_month,
}
SHAPES: Mapping[type[exp.Expression], Callable[[Sight, exp.Expression], Value]] = {
    exp.Paren: lambda sight, node: sight.value(node.this),
    exp.And: lambda sight, node: both(as_truth(sight.value(side)) for side in (node.this, node.expression)),
    exp.Or: lambda sight, node: either(as_truth(sight.value(side)) for side in (node.this, node.expression)),
    exp.Not: lambda sight, node: opposite(as_truth(sight.value(node.this))),
    exp.Neg: lambda sight, node: None if (value := sight.value(node.this)) is None else -number(value),
    exp.Is: Sight.null_test,
    exp.In: Sight.membership,
    exp.Between: Sight.between,
    exp.Column: Sight.column,
    exp.Placeholder: Sight.parameter,
    exp.Case: Sight.choose,
    exp.Boolean: lambda _sight, node: bool(node.this),
    exp.Cast: lambda _sight, node: date.fromisoformat(node.this.this),
    exp.Literal: lambda _sight, node: (
        str(node.this) if node.is_string else Decimal(node.this) if "." in node.this else int(node.this)
    ),
}
