"""Random subjects of a fact: anything that registers may say, drawn towards where the rules change their minds."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from sqlglot import exp

from rules.model import Fact, Field, Parameter, Rule
from tests.engine.second_reading import Reading, Sight, Subject, Times, Value, is_number

MOST_MONEY = Decimal("9999999999999999.99")
REGIONS = ("19", "19.71", "19.04.05", "19.04.05.2001", "31.74", "190", "1", "91.01")
SEPARATORS = (";", ",", "; ", " , ", ";\t", " ;")
DECOYS = ("", " ", "X", "APBN", "JKKX", "XAPBD", "JKP", "J KK")
STEPS = (*[Decimal(0)] * 3, Decimal(1), Decimal(-1), Decimal("0.01"), Decimal("-0.01"))
Fields = dict[str, Value]


@dataclass(frozen=True)
class Maker:
    """Makes subjects of one fact for the rules that judge it."""

    fact: Fact
    rules: Sequence[Rule]
    parameters: Mapping[str, Parameter]
    times: Times
    chance: random.Random
    readings: dict[str, Reading] = field(default_factory=dict)
    own: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    def subject(self) -> Subject:
        fields: Fields = {name: self.value(known) for name, known in self.fact.fields.items()}
        for name, known in self.fact.fields.items():
            if self.chance.random() < (0.3 if known.null == "none" else 0.08):
                fields[name] = None
        if self.rules and self.chance.random() < 0.9:
            self.drawn(self.chance.choice(self.rules), fields)
        unsaid = {
            name
            for name, known in self.fact.fields.items()
            if known.null == "none" and fields[name] is None and self.chance.random() < 0.3
        }
        return Subject({name: value for name, value in fields.items() if value is not None}, frozenset(unsaid))

    # --- what a field may hold

    def value(self, known: Field) -> Value:
        if known.values:
            return self.chance.choice(known.values)
        return {
            "boolean": lambda: self.chance.random() < 0.5,
            "integer": lambda: self.within(known, self.integer()),
            "money": lambda: self.within(known, self.money()),
            "percent": lambda: self.within(known, Decimal(self.chance.randint(0, 10_000)) / 100),
            "date": self.day,
            "region": lambda: self.chance.choice(REGIONS),
            "text": self.text,
        }.get(known.type, lambda: "".join(self.chance.choices("0123456789", k=16)))()

    @staticmethod
    def within(known: Field, value: int | Decimal) -> int | Decimal:
        low = value if known.minimum is None else max(value, type(value)(known.minimum))
        return low if known.maximum is None else min(low, type(value)(known.maximum))

    def integer(self) -> int:
        near = int(self.chance.choice(self.numbers)) + self.chance.choice((-1, 0, 1))
        return self.chance.choice((0, 1, 2, self.chance.randint(0, 12), self.chance.randint(0, 2000), near))

    def money(self) -> Decimal:
        near = Decimal(self.chance.choice(self.numbers)) + self.chance.choice((-1, 0, 1))
        cents = Decimal(self.chance.randint(0, 10 ** self.chance.choice((2, 6, 9, 12, 15)))) / 100
        whole = Decimal(self.chance.randint(0, 20_000_000))
        return Decimal(self.chance.choice((Decimal(0), whole, whole, cents, near))).quantize(Decimal("0.01"))

    def day(self) -> date:
        today = self.times.today
        near = self.chance.choice(self.days) + timedelta(days=self.chance.randint(-1, 1))
        recent = today - timedelta(days=self.chance.randint(-40, 90))
        past = today - timedelta(days=self.chance.randint(0, 4000))
        return self.chance.choice((near, recent, recent.replace(day=1), past, past.replace(day=1), last_of(past)))

    def text(self) -> str:
        entries = self.chance.choices((*self.words, *DECOYS), k=self.chance.randint(1, 4))
        cased = [self.chance.choice((str, str.lower, str.title))(entry) for entry in entries]
        return self.chance.choice(("", "", " ", "\t")) + self.chance.choice(SEPARATORS).join(cased)

    # --- where the rules change their minds

    @cached_property
    def texts(self) -> tuple[str, ...]:
        found = []
        for rule in self.rules:
            found += [line.text for line in (*rule.scope, *rule.needs, *rule.when)]
            found += [let.text.text for let in rule.let.values()]
        return tuple(found)

    @cached_property
    def literals(self) -> tuple[exp.Literal, ...]:
        reading = Reading(self.rules[0], self.parameters, self.times)
        return tuple(node for text in self.texts for node in reading.tree(text).find_all(exp.Literal))

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple({str(one.this): None for one in self.literals if one.is_string}) or ("word",)

    @cached_property
    def numbers(self) -> tuple[int | Decimal, ...]:
        found: list[int | Decimal] = [Decimal(one.this) for one in self.literals if not one.is_string]
        for value in (value for one in self.parameters.values() for value in one.values):
            if isinstance(value.value, tuple):
                found += [one.up_to for one in value.value if one.up_to is not None]
            elif not isinstance(value.value, str):
                found.append(value.value)
        return tuple(found)

    @cached_property
    def days(self) -> tuple[date, ...]:
        found = [self.times.today, self.times.calendar.covers_from, self.times.calendar.covers_until, date(2024, 2, 29)]
        spans = [(one.since, one.until) for rule in self.rules for one in rule.basis]
        spans += [(one.since, one.until) for parameter in self.parameters.values() for one in parameter.values]
        return (*found, *(day for span in spans for day in span if day is not None))

    def drawn(self, rule: Rule, fields: Fields) -> None:
        """Move the fields to where the lines of the rule just hold, or just do not."""
        reading = self.readings.setdefault(rule.id, Reading(rule, self.parameters, self.times))
        pull = Pull(self, reading, fields)
        if rule.law_date is not None and rule.law_date.text in fields and self.chance.random() < 0.5:
            fields[rule.law_date.text] = self.times.today - timedelta(days=self.chance.randint(0, 1000))
        for line in (*rule.scope, *rule.needs):
            if self.chance.random() < 0.95:
                pull.towards(reading.tree(line.text), wanted=True)
        for line in rule.when:
            if self.chance.random() < 0.95:
                pull.towards(reading.tree(line.text), wanted=self.chance.random() < 0.65)
        shown = [mark.condition for mark in rule.marks] + [step.when for step in rule.severity if step.when is not None]
        if shown and self.chance.random() < 0.4:
            pull.towards(reading.tree(self.chance.choice(shown).text), wanted=True)


def last_of(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True)
class Pull:
    """Moves one subject's fields towards making a condition TRUE, landing on its very boundary or beside it."""

    maker: Maker
    reading: Reading
    fields: Fields

    def of(self, node: exp.Expression) -> Value:
        subject = Subject(self.fields)
        return Sight(self.reading, subject, self.reading.law_date(subject)).value(node)

    def towards(self, given: exp.Expression, *, wanted: bool) -> None:
        chance, node = self.maker.chance, given.unnest()
        assert isinstance(node, exp.Expression)
        if isinstance(node, exp.And | exp.Or):
            sides = [node.this, node.expression]
            for side in sides if isinstance(node, exp.And) is wanted else [chance.choice(sides)]:
                self.towards(side, wanted=wanted)
        elif isinstance(node, exp.Not):
            self.towards(node.this, wanted=not wanted)
        elif isinstance(node, exp.Between):
            self.meet(node.this, chance.choice((node.args["low"], node.args["high"])))
        elif isinstance(node, exp.Binary) and not isinstance(node, exp.Is):
            self.meet(node.this, node.expression)
        else:
            self.atom(node, wanted=wanted)

    def atom(self, node: exp.Expression, *, wanted: bool) -> None:
        """A field of its own, a test of it, or a name under `let`."""
        chance, names = self.maker.chance, self.own_fields(node)
        if isinstance(node, exp.Column) and node.name not in self.fields:
            self.towards(self.reading.tree(self.reading.rule.let[node.name].text.text), wanted=wanted)
        elif isinstance(node, exp.Is):
            self.fields[names[0]] = None if wanted else self.maker.value(self.maker.fact.fields[names[0]])
        elif isinstance(node, exp.Column):
            self.fields[node.name] = wanted
        elif isinstance(node, exp.In):
            anything = self.maker.value(self.maker.fact.fields[names[0]])
            self.fields[names[0]] = self.of(chance.choice(node.expressions)) if wanted else anything
        elif str(node.this).lower() == "list_includes":
            one = str(chance.choice(node.expressions[1:]).this)
            before = self.fields[names[0]] if wanted else None
            parts = [str(before or self.maker.text()), chance.choice((one, one.lower(), f" {one}")) if wanted else "X"]
            chance.shuffle(parts)
            self.fields[names[0]] = chance.choice(SEPARATORS).join(parts)

    def meet(self, left: exp.Expression, right: exp.Expression) -> None:
        """Make both sides equal or nearly so: a field of either side moves by what is between them."""
        names = [*self.own_fields(left), *self.own_fields(right)]
        for name in names:
            if self.fields[name] is None:
                self.fields[name] = self.maker.value(self.maker.fact.fields[name])
        if not names:
            return
        alone = [side.name for side in (left, right) if isinstance(side, exp.Column) and side.name in self.fields]
        name = self.maker.chance.choice(alone if alone and self.maker.chance.random() < 0.8 else names)
        one, other = self.of(left), self.of(right)
        if isinstance(one, str | bool) or isinstance(other, str | bool):
            plain = next((side for side in (left, right) if isinstance(side, exp.Column)), None)
            value = other if plain is left else one
            if plain is not None and plain.name in self.fields and value is not None:
                self.fields[plain.name] = value
            return
        gap = gap_between(one, other)
        if gap is not None:
            self.move(name, gap, left, right)

    def own_fields(self, node: exp.Expression) -> list[str]:
        """The fields under a node, those under the names of `let` included."""
        known = self.maker.own.setdefault(self.reading.rule.id, {})
        if id(node) not in known:
            known[id(node)] = self.fields_under(node)
        return known[id(node)]

    def fields_under(self, node: exp.Expression) -> list[str]:
        found: list[str] = []
        for column in node.find_all(exp.Column):
            if column.name in self.fields:
                found.append(column.name)
            elif column.name in self.reading.rule.let:
                found += self.own_fields(self.reading.tree(self.reading.rule.let[column.name].text.text))
        return found

    def move(self, name: str, gap: Decimal, left: exp.Expression, right: exp.Expression) -> None:
        """Of the moves by the gap and by its opposite, keep the one that brings both sides nearer; then stumble."""
        before, best = self.fields[name], (abs(gap), self.fields[name])
        for way in (gap, -gap):
            self.fields[name] = self.moved(name, before, way)
            now = gap_between(self.of(left), self.of(right))
            if now is not None and abs(now) < best[0]:
                best = (abs(now), self.fields[name])
        step = self.maker.chance.choice(STEPS)
        self.fields[name] = self.moved(name, best[1], step)

    def moved(self, name: str, value: Value, by: Decimal) -> Value:
        known = self.maker.fact.fields[name]
        if isinstance(value, date):
            ordinal = value.toordinal() + int(by)
            return date.fromordinal(ordinal) if date(1990, 1, 1).toordinal() <= ordinal < 800_000 else value
        if isinstance(value, Decimal):
            found = self.maker.within(known, value + by)
            return min(Decimal(found).quantize(Decimal("0.01")), MOST_MONEY)
        return self.maker.within(known, value + int(by)) if isinstance(value, int) else value


def gap_between(one: Value, other: Value) -> Decimal | None:
    """What has to be added to `one` to reach `other`, days for dates; None where nobody can say."""
    if isinstance(one, date) and isinstance(other, date):
        return Decimal((other - one).days)
    if is_number(one) and is_number(other):
        return Decimal(other) - Decimal(one)  # type: ignore[arg-type]
    return None
