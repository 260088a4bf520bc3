"""A checked condition as DuckDB SQL, over one row set and for one evaluation date.

NULL stays what it means: `is null` on a field is asked only where the register that offers it could have said
it, so that a missing row never turns into guilt.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlglot import exp

from connectors.duck import literal, quoted
from connectors.identifiers import npwp_key, plain_key
from connectors.landed import SQL_TYPE, Assembled, Standing
from engine.checker import function_arguments, function_name
from engine.language import AGGREGATES
from rules.model import Fact, Field, Parameter, Vocabulary
from rules.working_days import WorkingCalendar

BOTH_KINDS = ("libur_nasional", "cuti_bersama")
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


def date_sql(day: date) -> str:
    """Return a date literal."""
    return f"DATE '{day.isoformat()}'"


def value_sql(value: int | Decimal | str) -> str:
    """Return a parameter value as SQL."""
    return literal(value) if isinstance(value, str) else str(value)


def key_sql(fact: Fact, name: str, alias: str) -> str:
    """Return the normalised form by which the field `name` is joined."""
    known = fact.fields[name]
    column = f"{alias}.{quoted(name)}"
    if known.type == "npwp":
        return npwp_key(column, f"{alias}.{quoted(known.pair)}" if known.pair else None)
    return plain_key(known.type, column)


@dataclass(frozen=True, order=True)
class Deadline:
    """A count of working days and the kinds of days that do not count: one column of the calendar table."""

    days: int
    off: tuple[str, ...]
    backwards: bool = False

    @property
    def column(self) -> str:
        """The calendar table's column for this deadline."""
        way = "before" if self.backwards else "after"
        return "_".join((way, str(self.days), *sorted(self.off)))


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

    def in_force(self, name: str, shown: Callable[[int | Decimal | str], str]) -> str:
        """Return `shown(value)` for the value of the parameter in force, chosen by the subject's law date."""
        values = self.ground.parameters[name].values
        day = self.ground.evaluation_date
        if self.law_date is None:
            found = [item for item in values if item.since <= day and (item.until is None or day <= item.until)]
            return shown(found[0].value) if found else "NULL"
        branches = " ".join(
            f"WHEN {self.law_date} >= {date_sql(item.since)}"
            + (f" AND {self.law_date} <= {date_sql(item.until)}" if item.until else "")
            + f" THEN {shown(item.value)}"
            for item in reversed(values)
        )
        return f"(CASE {branches} END)"

    def working_days(self, arguments: list[exp.Expression], backwards: bool) -> str:
        """A day so many working days away, read from the calendar table; NULL beyond what the calendar knows."""
        days = arguments[1]
        off = self.ground.off
        if isinstance(days, exp.Placeholder):
            name = str(days.this)
            kinds = off.get(name, self.ground.parameters[name].off or BOTH_KINDS)
            return self.in_force(name, lambda value: self.calendar_column(arguments[0], int(value), kinds, backwards))
        return self.calendar_column(arguments[0], int(str(days.this)), BOTH_KINDS, backwards)

    def calendar_column(self, start: exp.Expression, days: int, off: tuple[str, ...], backwards: bool) -> str:
        """One deadline: a constant for the evaluation date, a column of the calendar joined on the day otherwise."""
        deadline = Deadline(days, tuple(off), backwards)
        if function_name(start) == "evaluation_date":
            count = self.ground.calendar.before if backwards else self.ground.calendar.after
            found = count(self.ground.evaluation_date, days, tuple(off))
            return date_sql(found) if found else "CAST(NULL AS DATE)"
        self.deadlines[deadline.column] = deadline
        on = f".day = {self.sql(start)}"
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

    def extreme(self, name: str, arguments: list[exp.Expression]) -> str:
        """`least`, `greatest`: NULL where any argument is (DuckDB's own leave NULLs out)."""
        parts = [self.sql(argument) for argument in arguments]
        said = " AND ".join(f"{part} IS NOT NULL" for part in parts)
        return f"(CASE WHEN {said} THEN {name}({', '.join(parts)}) END)"

    def fund_includes(self, arguments: list[exp.Expression]) -> str:
        """Whole entries of a list divided by `;` or `,`, blanks and case aside."""
        text = self.sql(arguments[0])
        names = [self.sql(argument) for argument in arguments[1:]]
        entries = f"string_split_regex(upper(trim({text})), '\\s*[;,]\\s*')"
        listed = ", ".join(f"upper({name})" for name in names)
        return f"(CASE WHEN {text} IN ({', '.join(names)}) THEN TRUE ELSE list_has_any({entries}, [{listed}]) END)"


def aggregate_sql(name: str, parts: list[str]) -> str:
    """Return the grouped measure; NULL as soon as one row does not say what is asked."""
    if name == "any_of":
        return f"CASE WHEN bool_or({parts[0]}) THEN TRUE WHEN count(*) = count({parts[0]}) THEN FALSE END"
    if name == "count_of":
        if not parts:
            return "count(*)"
        return f"CASE WHEN count(*) = count({parts[0]}) THEN count(*) FILTER (WHERE {parts[0]}) END"
    condition = parts[1] if len(parts) > 1 else "TRUE"
    sql_name = name.removesuffix("_of")
    chosen = f"count(*) FILTER (WHERE {condition})"
    said = f"count({parts[0]}) FILTER (WHERE {condition})"
    measure = f"{sql_name}({parts[0]}) FILTER (WHERE {condition})"
    if name == "sum_of":
        measure = f"coalesce({measure}, 0)"
    return f"CASE WHEN count(*) = count({condition}) AND {chosen} = {said} THEN {measure} END"


FunctionHandler = Callable[[Emitter, list[exp.Expression]], str]
FUNCTION_SQL: Mapping[str, FunctionHandler] = {
    "abs": lambda emitter, given: f"abs({emitter.sql(given[0])})",
    "round": lambda emitter, given: f"round({', '.join(emitter.sql(item) for item in given)})",
    "least": lambda emitter, given: emitter.extreme("least", given),
    "greatest": lambda emitter, given: emitter.extreme("greatest", given),
    "ratio": lambda emitter, given: f"(CAST({emitter.sql(given[0])} AS DOUBLE) / nullif({emitter.sql(given[1])}, 0))",
    "lower": lambda emitter, given: f"lower({emitter.sql(given[0])})",
    "upper": lambda emitter, given: f"upper({emitter.sql(given[0])})",
    "starts_with": lambda emitter, given: f"starts_with({emitter.sql(given[0])}, {emitter.sql(given[1])})",
    "fund_includes": Emitter.fund_includes,
    "days_between": lambda emitter, given: f"date_diff('day', {emitter.sql(given[0])}, {emitter.sql(given[1])})",
    "evaluation_date": lambda emitter, _given: date_sql(emitter.ground.evaluation_date),
    "working_days_after": lambda emitter, given: emitter.working_days(given, backwards=False),
    "working_days_before": lambda emitter, given: emitter.working_days(given, backwards=True),
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
