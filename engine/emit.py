"""A checked condition as DuckDB SQL, over one row set and for one evaluation date.

NULL stays what it means: `is null` on a field is asked only where the register that offers it could have said
it, so that a missing row never turns into guilt.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from sqlglot import exp

from connectors.duck import literal, quoted
from connectors.identifiers import npwp_key, plain_key
from connectors.landed import SQL_TYPE, Assembled, Standing
from engine.checker import function_arguments, function_name
from engine.language import AGGREGATES
from engine.sql_values import (
    PLAIN_ENTRY,
    aggregate_sql,
    date_sql,
    extreme_sql,
    includes_sql,
    months_started_sql,
    sliced_sql,
    value_sql,
    value_type,
)
from rules.model import Fact, Field, Parameter, ParameterContent, ParameterValue, Vocabulary
from rules.working_days import BOTH_KINDS, WorkingCalendar

Way = Literal["after", "before", "from"]
COMPARISON_SIGNS: Mapping[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.And: "AND",
    exp.Or: "OR",
}


def key_sql(fact: Fact, name: str, alias: str) -> str:
    """Return the normalised form by which the field `name` is joined."""
    known = fact.fields[name]
    column = f"{alias}.{quoted(name)}"
    if known.type == "npwp":
        return npwp_key(column, f"{alias}.{quoted(known.pair)}" if known.pair else None)
    return plain_key(known.type, column)


@dataclass(frozen=True, order=True)
class Deadline:
    """A count of working days and the kinds of days that do not count: one column of the calendar table.

    `way`: so many working days `after` the day or `before` it, or the first one `from` the day on (the day itself
    where it is one).
    """

    days: int
    off: tuple[str, ...]
    way: Way = "after"

    @property
    def column(self) -> str:
        """The calendar table's column for this deadline."""
        return "_".join((self.way, str(self.days), *sorted(self.off)))


@dataclass(frozen=True)
class Ground:
    """What an emitted condition stands on: the facts of the night, the law in force, the day."""

    vocabulary: Vocabulary
    facts: Mapping[str, Assembled]
    parameters: Mapping[str, Parameter]
    evaluation_date: date
    calendar: WorkingCalendar
    off: Mapping[str, tuple[str, ...]]


@dataclass
class Emitter:
    """Turns the trees of one fact into SQL; `joins` gathers its FROM clause, `deadlines` the calendar's columns.

    `law_date`: SQL of the subject's law date, None for the evaluation date.
    """

    ground: Ground
    fact: Fact
    alias: str = "f"
    law_date: str | None = None
    joins: dict[str, str] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)

    def sql(self, node: exp.Expression) -> str:
        """Return `node` as SQL."""
        handler = HANDLERS.get(type(node))
        if handler is not None:
            return handler(self, node)
        name = function_name(node)
        assert name is not None
        if name in AGGREGATES:
            return self.aggregate(name, node)
        return FUNCTION_SQL[name](self, function_arguments(node))

    def binary(self, node: exp.Expression) -> str:
        """Two sides and their sign."""
        return f"({self.sql(node.this)} {COMPARISON_SIGNS[type(node)]} {self.sql(node.expression)})"

    def column(self, node: exp.Expression) -> str:
        """A field of the own fact, or of the one related row."""
        assert isinstance(node, exp.Column)
        if node.table:
            other = self.related_fact(node.table)
            if not self.readable(other.name):
                return self.nothing(other.fields[node.name])
            return f"{self.one_row(node.table)}.{quoted(node.name)}"
        return self.field_sql(node.name)

    def field_sql(self, name: str) -> str:
        """A field of the own fact; NULL where no source offers it."""
        if self.ground.facts[self.fact.name].origin.get(name) is None:
            return self.nothing(self.fact.fields[name])
        return f"{self.alias}.{quoted(name)}"

    @staticmethod
    def nothing(known: Field) -> str:
        """A value that nobody offers."""
        return f"CAST(NULL AS {SQL_TYPE[known.type]})"

    def null_test(self, node: exp.Expression) -> str:
        """`is null`: unknown where the source of the field could not say."""
        target = node.this
        while isinstance(target, exp.Paren):
            target = target.this
        assert isinstance(target, exp.Column)
        if target.table:
            return self.related_null_test(target)
        assembled = self.ground.facts[self.fact.name]
        source = assembled.origin.get(target.name)
        if source is None:
            return "CAST(NULL AS BOOLEAN)"
        standing = f"{self.alias}.{quoted('_standing_' + source)}"
        return f"(CASE WHEN {standing} < {int(Standing.MISSING)} THEN {self.field_sql(target.name)} IS NULL END)"

    def related_null_test(self, target: exp.Column) -> str:
        """`is null` over a related row: unknown where there is no such row, or its source could not say."""
        other = self.related_fact(target.table)
        assembled = self.ground.facts.get(other.name)
        source = assembled.origin.get(target.name) if assembled else None
        if assembled is None or source is None or not self.readable(other.name):
            return "CAST(NULL AS BOOLEAN)"
        row = self.one_row(target.table)
        known = f"{row}._key IS NOT NULL AND {row}.{quoted('_standing_' + source)} < {int(Standing.MISSING)}"
        return f"(CASE WHEN {known} THEN {row}.{quoted(target.name)} IS NULL END)"

    def readable(self, fact: str) -> bool:
        """Return whether another fact can be read tonight."""
        assembled = self.ground.facts.get(fact)
        return assembled is not None and assembled.path is not None and assembled.spine_standing is Standing.SAID

    def related_fact(self, relation: str) -> Fact:
        """Return the fact at the other end of a relation."""
        return self.ground.vocabulary.facts[self.fact.relations[relation].fact]

    def one_row(self, relation: str) -> str:
        """Join the one related row, under the alias returned; a key that two rows share relates to none."""
        alias = f"r_{relation}"
        if alias not in self.joins:
            known, other = self.fact.relations[relation], self.related_fact(relation)
            path = literal(str(self.ground.facts[other.name].path))
            theirs = key_sql(other, known.theirs, "o")
            inner = (
                f"SELECT {theirs} AS _key, o.* FROM read_parquet({path}) o "
                f"WHERE {theirs} IS NOT NULL QUALIFY count(*) OVER (PARTITION BY {theirs}) = 1"
            )
            ours = key_sql(self.fact, known.ours, self.alias)
            self.joins[alias] = f"LEFT JOIN ({inner}) {alias} ON {alias}._key = {ours}"
        return alias

    def aggregate(self, name: str, node: exp.Expression) -> str:
        """A grouped join over a relation with many rows; a row that does not say makes the answer unknown."""
        arguments = function_arguments(node)
        known = self.fact.relations[arguments[0].name]
        other = self.related_fact(known.name)
        if not self.readable(other.name):
            return f"CAST(NULL AS {'BOOLEAN' if name == 'any_of' else 'BIGINT'})"
        inner = Emitter(self.ground, other, alias="o", joins={}, deadlines=self.deadlines)
        measure = aggregate_sql(name, [inner.sql(argument) for argument in arguments[1:]])
        theirs, path = key_sql(other, known.theirs, "o"), literal(str(self.ground.facts[other.name].path))
        source = f"read_parquet({path}) o {' '.join(inner.joins.values())}"
        ours = key_sql(self.fact, known.ours, self.alias)
        alias = f"a{len(self.joins)}"
        self.joins[alias] = (
            f"LEFT JOIN (SELECT {theirs} AS _key, {measure} AS measure FROM {source} "
            f"WHERE {theirs} IS NOT NULL GROUP BY 1) {alias} ON {alias}._key = {ours}"
        )
        empty = {"count_of": "0", "any_of": "FALSE", "sum_of": "0"}.get(name, "NULL")
        return f"(CASE WHEN {ours} IS NULL THEN NULL WHEN {alias}._key IS NULL THEN {empty} ELSE {alias}.measure END)"

    def placeholder(self, node: exp.Expression) -> str:
        """The parameter in force on the law date; NULL before its first value."""
        return self.in_force(str(node.this), value_sql)

    def in_force(self, name: str, shown: Callable[[ParameterContent], str], kind: str | None = None) -> str:
        """Return `shown(value)` for the value of the parameter in force, chosen by the subject and its law date.

        `kind`: the SQL type of what is shown, None for that of the parameter's own values.
        """
        parameter = self.ground.parameters[name]
        # A bare NULL has no type, and a function of the database would not know which of its kinds is meant.
        nothing = f"CAST(NULL AS {kind or value_type(parameter)})"
        places: dict[str | None, list[ParameterValue]] = {}
        for value in reversed(parameter.values):
            places.setdefault(value.applies, []).append(value)
        if list(places) == [None]:
            return self.dated(places[None], shown, nothing)
        branches = []
        # The region itself speaks before the province that it lies in, where it has a value for the day.
        for place, values in sorted(places.items(), key=lambda one: -len(one[0] or "")):
            met = [self.applies_to(parameter, place)]
            if any(other is None or str(place).startswith(f"{other}.") for other in places if other != place):
                met.append(f"{self.dated(values, lambda _value: 'TRUE', 'NULL')} IS NOT NULL")
            branches.append(f"WHEN {' AND '.join(met)} THEN {self.dated(values, shown, nothing)}")
        return f"(CASE {' '.join(branches)} END)"

    def dated(self, values: list[ParameterValue], shown: Callable[[ParameterContent], str], nothing: str) -> str:
        """Return `shown(value)` for the one of `values`, the latest first, that is in force on the law date."""
        if self.law_date is None:
            held = (value for value in values if self.holds_on(value.since, value.until) == "TRUE")
            return next((shown(value.value) for value in held), nothing)
        branches, after = [], None
        for value in values:
            if value.until is not None and (after is None or value.until < after - timedelta(days=1)):
                branches.append(f"WHEN {self.law_date} > {date_sql(value.until)} THEN {nothing}")
            branches.append(f"WHEN {self.holds_on(value.since, None)} THEN {shown(value.value)}")
            after = value.since
        return f"(CASE {' '.join(branches)} END)"

    def applies_to(self, parameter: Parameter, applies: str | None) -> str:
        """Return whether a value is for this subject: its field says so, or its region lies in the one named."""
        if parameter.by is None or applies is None:
            return "TRUE"
        field = self.field_sql(parameter.by)
        if self.fact.fields[parameter.by].type != "region":
            return f"{field} = {literal(applies)}"
        return f"({field} = {literal(applies)} OR starts_with({field}, {literal(applies + '.')}))"

    def holds_on(self, since: date, until: date | None) -> str:
        """Return whether the law date lies in a span; settled at once where it is the evaluation date."""
        if self.law_date is None:
            day = self.ground.evaluation_date
            return "TRUE" if since <= day and (until is None or day <= until) else "FALSE"
        begun = f"{self.law_date} >= {date_sql(since)}"
        return f"{begun} AND {self.law_date} <= {date_sql(until)}" if until else begun

    def begun(self, name: str) -> str:
        """Return whether the parameter has its first value for this subject by the law date."""
        parameter = self.ground.parameters[name]
        first: dict[str | None, date] = {}
        for value in parameter.values:
            first[value.applies] = min(value.since, first.get(value.applies, value.since))
        if None in first:
            return self.holds_on(first[None], None)
        places = sorted(first, key=lambda one: -len(one or ""))
        # Before a regency has a value of its own it meets that of its province.
        begins = {one: min(first[other] for other in first if f"{one}.".startswith(f"{other}.")) for one in first}
        listed = " ".join(
            f"WHEN {self.applies_to(parameter, one)} THEN {self.holds_on(begins[one], None)}" for one in places
        )
        return f"(CASE {listed} END)"

    def working_days(self, arguments: list[exp.Expression], way: Way) -> str:
        """A day so many working days away, read from the calendar table; NULL beyond what the calendar knows."""
        start = arguments[0]
        return self.counted(arguments[1], lambda days, off: self.calendar_column(start, Deadline(days, off, way)))

    def counted(self, days: exp.Expression, shown: Callable[[int, tuple[str, ...]], str]) -> str:
        """Return `shown(days, kinds of days off)` for a number of days, which a parameter may date."""
        if not isinstance(days, exp.Placeholder):
            return shown(int(str(days.this)), BOTH_KINDS)
        name = str(days.this)
        off = tuple(self.ground.off.get(name, self.ground.parameters[name].off or BOTH_KINDS))
        return self.in_force(name, lambda value: shown(int(str(value)), off), "DATE")

    def calendar_column(self, start: exp.Expression, deadline: Deadline) -> str:
        """One deadline: a constant for the evaluation date, a column of the calendar joined on the day otherwise."""
        if function_name(start) == "evaluation_date":
            count = self.ground.calendar.before if deadline.way == "before" else self.ground.calendar.after
            found = count(self.ground.evaluation_date, deadline.days, deadline.off)
            return date_sql(found) if found else "CAST(NULL AS DATE)"
        return self.calendar_day(self.sql(start), deadline)

    def due_in_month(self, arguments: list[exp.Expression]) -> str:
        """The n-th of a day's month, or the first working day after it."""
        first = f"CAST(date_trunc('month', {self.sql(arguments[0])}) AS DATE)"
        return self.counted(
            arguments[1], lambda day, off: self.calendar_day(f"({first} + {day - 1})", Deadline(0, off, "from"))
        )

    def calendar_day(self, start: str, deadline: Deadline) -> str:
        """Join the calendar on the day `start`; several deadlines from one day share the join."""
        self.deadlines[deadline.column] = deadline
        on = f".day = {start}"
        alias = next((name for name, join in self.joins.items() if join.endswith(on)), None)
        if alias is None:
            alias = f"c{len(self.joins)}"
            self.joins[alias] = f"LEFT JOIN working_calendar {alias} ON {alias}{on}"
        return f"{alias}.{quoted(deadline.column)}"

    def choose(self, node: exp.Expression) -> str:
        """`case when`."""
        branches = " ".join(
            f"WHEN {self.sql(branch.this)} THEN {self.sql(branch.args['true'])}" for branch in node.args["ifs"]
        )
        default = node.args.get("default")
        return f"(CASE {branches}{f' ELSE {self.sql(default)}' if default is not None else ''} END)"

    def literal(self, node: exp.Expression) -> str:
        """A number or a text as it was written."""
        return literal(str(node.this)) if node.args.get("is_string") else str(node.this)

    def listed(self, node: exp.Expression) -> str:
        """`in (…)`."""
        return f"({self.sql(node.this)} IN ({', '.join(self.sql(item) for item in node.expressions)}))"

    def between(self, node: exp.Expression) -> str:
        """`between … and …`."""
        low, high = self.sql(node.args["low"]), self.sql(node.args["high"])
        return f"({self.sql(node.this)} BETWEEN {low} AND {high})"

    def sliced(self, arguments: list[exp.Expression]) -> str:
        """A progressive table over an amount."""
        amount = self.sql(arguments[0])

        def table(value: ParameterContent) -> str:
            assert isinstance(value, tuple)
            return sliced_sql(amount, value)

        return self.in_force(str(arguments[1].this), table)

    def list_includes(self, arguments: list[exp.Expression]) -> str:
        """Whole entries of a list divided by `;` or `,`, blanks and case aside."""
        plain = all(item.args.get("is_string") and PLAIN_ENTRY.fullmatch(item.this) for item in arguments[1:])
        return includes_sql(self.sql(arguments[0]), [self.sql(item) for item in arguments[1:]], plain)


FunctionHandler = Callable[[Emitter, list[exp.Expression]], str]
FUNCTION_SQL: Mapping[str, FunctionHandler] = {
    "abs": lambda emitter, given: f"abs({emitter.sql(given[0])})",
    "round": lambda emitter, given: f"round({', '.join(emitter.sql(item) for item in given)})",
    "least": lambda emitter, given: extreme_sql("least", [emitter.sql(item) for item in given]),
    "greatest": lambda emitter, given: extreme_sql("greatest", [emitter.sql(item) for item in given]),
    "ratio": lambda emitter, given: f"(CAST({emitter.sql(given[0])} AS DOUBLE) / nullif({emitter.sql(given[1])}, 0))",
    "lower": lambda emitter, given: f"lower({emitter.sql(given[0])})",
    "upper": lambda emitter, given: f"upper({emitter.sql(given[0])})",
    "starts_with": lambda emitter, given: f"starts_with({emitter.sql(given[0])}, {emitter.sql(given[1])})",
    "list_includes": Emitter.list_includes,
    "rupiah": lambda emitter, given: f"CAST(round({emitter.sql(given[0])}, 0) AS DECIMAL(18,0))",
    "sliced": Emitter.sliced,
    "days_between": lambda emitter, given: f"date_diff('day', {emitter.sql(given[0])}, {emitter.sql(given[1])})",
    "evaluation_date": lambda emitter, _given: date_sql(emitter.ground.evaluation_date),
    "days_after": lambda emitter, given: f"({emitter.sql(given[0])} + CAST({emitter.sql(given[1])} AS INTEGER))",
    "months_after": lambda emitter, given: (
        f"CAST({emitter.sql(given[0])} + to_months(CAST({emitter.sql(given[1])} AS INTEGER)) AS DATE)"
    ),
    "months_started": lambda emitter, given: months_started_sql(*(emitter.sql(item) for item in given)),
    "due_in_month": Emitter.due_in_month,
    "working_days_after": lambda emitter, given: emitter.working_days(given, "after"),
    "working_days_before": lambda emitter, given: emitter.working_days(given, "before"),
}

Handler = Callable[[Emitter, exp.Expression], str]
HANDLERS: Mapping[type[exp.Expression], Handler] = {
    exp.Paren: lambda emitter, node: f"({emitter.sql(node.this)})",
    exp.Not: lambda emitter, node: f"(NOT {emitter.sql(node.this)})",
    exp.Neg: lambda emitter, node: f"(-{emitter.sql(node.this)})",
    **dict.fromkeys(COMPARISON_SIGNS, Emitter.binary),
    exp.In: Emitter.listed,
    exp.Between: Emitter.between,
    exp.Is: Emitter.null_test,
    exp.Column: Emitter.column,
    exp.Placeholder: Emitter.placeholder,
    exp.Literal: Emitter.literal,
    exp.Boolean: lambda _emitter, node: "TRUE" if node.this else "FALSE",
    exp.Cast: lambda _emitter, node: f"DATE {literal(str(node.this.this))}",
    exp.Case: Emitter.choose,
}
