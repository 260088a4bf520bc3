"""The check of one condition: every node against the language, every name against the vocabulary.

A closed list of node kinds and functions; everything else is refused with its place in the rule file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from sqlglot import exp

from engine.language import AGGREGATES, FUNCTIONS, KIND_OF_TYPE, Kind
from rules.errors import Fault, Location
from rules.model import Fact, Field, Parameter, Text, Vocabulary

NATIVE: Mapping[type[exp.Expression], str] = {
    exp.Abs: "abs",
    exp.Round: "round",
    exp.Least: "least",
    exp.Greatest: "greatest",
    exp.Lower: "lower",
    exp.Upper: "upper",
    exp.StartsWith: "starts_with",
}
"""Node kinds that sqlglot makes of function names that are ours as well."""

COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


@dataclass(frozen=True)
class Checked:
    """A condition that can run: its tree with `let` names put in, its kind, and what it reads.

    `fields` are the own fact's fields in order of reading; `paths` the (relation, field) pairs of other facts.
    `uses_day`: its value can change with the evaluation date alone.
    """

    text: Text
    tree: exp.Expression
    kind: Kind
    fields: tuple[str, ...]
    paths: tuple[tuple[str, str], ...]
    parameters: tuple[str, ...]
    uses_day: bool


def function_name(node: exp.Expression) -> str | None:
    """Return the language's name of a function node, None where the node is no function call."""
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    return NATIVE.get(type(node))


def function_arguments(node: exp.Expression) -> list[exp.Expression]:
    """Return the arguments of a function node in the order in which they were written."""
    if isinstance(node, exp.Anonymous):
        return list(node.expressions)
    named = [node.args.get(key) for key in ("this", "expression", "decimals")]
    return [argument for argument in named if argument is not None] + list(node.expressions)


@dataclass
class Checker:
    """Walks one expression of one rule; `faults` gathers what is wrong, `None` as a kind means "already said".

    `broken`: names under `let` with faults of their own; what reads them has none.
    """

    vocabulary: Vocabulary
    fact: Fact
    parameters: Mapping[str, Parameter]
    lets: Mapping[str, Checked]
    text: Text
    faults: list[Fault] = field(default_factory=list)
    broken: frozenset[str] = frozenset()

    def place(self, node: exp.Expression | None) -> Location:
        """Return where `node` begins in the file; multi-line texts name their first line."""
        start = self.text.location
        meta = next((inner.meta for inner in node.walk() if "start" in inner.meta), None) if node is not None else None
        if meta is None or not start.line:
            return start
        before = self.text.text[: int(meta["start"])]
        if "\n" in before:
            return start
        return Location(start.path, start.line, start.column + len(before))

    def refuse(self, node: exp.Expression | None, code: str, what: str, remedy: str) -> None:
        """Add a fault at `node`."""
        why = f"the condition '{shortened(self.text.text)}' cannot be judged as it stands"
        self.faults.append(Fault(self.place(node), code, what, why, remedy))

    def kind(self, node: exp.Expression) -> Kind | None:
        """Return the kind of `node`, after checking everything below it."""
        handler = HANDLERS.get(type(node))
        if handler is not None:
            return handler(self, node)
        name = function_name(node)
        if name is not None and name in AGGREGATES:
            return self.aggregate(name, node)
        if name is not None and name in FUNCTIONS:
            return self.function(name, node)
        self.not_of_the_language(node, name)
        return None

    def not_of_the_language(self, node: exp.Expression, name: str | None) -> None:
        """Refuse a node kind or a function that the language does not have."""
        if name is not None:
            known = [*FUNCTIONS, *AGGREGATES]
            remedy = f"use one of: {', '.join(sorted(known))}"
            self.refuse(node, "condition-refused", f"there is no function '{name}'{nearest(name, known)}", remedy)
            return
        shown = type(node).__name__
        remedy = "write one boolean expression of fields, :parameters, comparisons, and/or/not and listed functions"
        if isinstance(node, exp.Div):
            shown, remedy = "division", "write ratio(a, b), which is unknown where b is 0"
        self.refuse(node, "condition-refused", f"'{shown}' is not allowed in a condition", remedy)

    def expect(self, node: exp.Expression, wanted: Kind, where: str) -> None:
        """Refuse `node` where it is not of the kind `wanted`."""
        found = self.kind(node)
        if found is not None and found != wanted:
            self.refuse(node, "condition-type", f"{where} must be {wanted}, not {found}", f"give a {wanted}")

    def boolean_of(self, node: exp.Expression) -> Kind:
        """And, or, not: booleans all the way."""
        for key in ("this", "expression"):
            part = node.args.get(key)
            if isinstance(part, exp.Expression):
                self.expect(part, "boolean", f"each side of '{node.key}'")
        return "boolean"

    def arithmetic(self, node: exp.Expression) -> Kind:
        """Plus, minus, times: numbers."""
        for key in ("this", "expression"):
            part = node.args.get(key)
            if isinstance(part, exp.Expression):
                found = self.kind(part)
                if found not in (None, "number"):
                    remedy = "use days_between(a, b) for dates" if found == "date" else "calculate with numbers only"
                    self.refuse(part, "condition-type", f"cannot calculate with a {found}", remedy)
        return "number"

    def comparison(self, node: exp.Expression) -> Kind:
        """Both sides of one kind; text and booleans only by = and <>."""
        left, right = node.this, node.expression
        kinds = self.kind(left), self.kind(right)
        self.same(node, kinds)
        ordered = not isinstance(node, exp.EQ | exp.NEQ)
        if "slices" in kinds:
            self.refuse(node, "condition-type", "a table has no value to compare", "use sliced(amount, :table)")
        if ordered and kinds[0] in ("text", "boolean"):
            self.refuse(node, "condition-type", f"{kinds[0]} has no order", "compare with = or <>, or use in (…)")
        if not ordered:
            self.choice_values(left, [right])
            self.choice_values(right, [left])
        return "boolean"

    def same(self, node: exp.Expression, kinds: tuple[Kind | None, ...]) -> None:
        """Refuse a comparison of different kinds."""
        said = [kind for kind in kinds if kind is not None]
        if len(set(said)) > 1:
            shown = " with ".join(said)
            remedy = "write dates as date '2025-01-31', numbers without quotes, text in single quotes"
            self.refuse(node, "condition-type", f"compares {shown}", remedy)

    def choice_values(self, column: exp.Expression, literals: list[exp.Expression]) -> None:
        """Refuse a text that a choice field can never hold."""
        if not isinstance(column, exp.Column) or column.table or column.name not in self.fact.fields:
            return
        allowed = self.fact.fields[column.name].values
        for literal in literals if allowed else []:
            if isinstance(literal, exp.Literal) and literal.is_string and literal.this not in allowed:
                what = f"'{column.name}' is never '{literal.this}'{nearest(literal.this, list(allowed))}"
                self.refuse(column, "condition-type", what, f"use one of: {', '.join(allowed)}")

    def membership(self, node: exp.Expression) -> Kind:
        """`in` over a list of literals; no subquery."""
        if node.args.get("query") is not None or not node.expressions:
            what = "a subquery is not allowed in a condition"
            self.refuse(node, "condition-refused", what, "list the values, or use count_of(…) over a relation")
            return "boolean"
        self.same(node, (self.kind(node.this), *(self.kind(item) for item in node.expressions)))
        self.choice_values(node.this, node.expressions)
        return "boolean"

    def between(self, node: exp.Expression) -> Kind:
        """Numbers or dates between two of the same kind."""
        kinds = tuple(self.kind(node.args[key]) for key in ("this", "low", "high"))
        self.same(node, kinds)
        if kinds[0] in ("text", "boolean"):
            self.refuse(node, "condition-type", f"{kinds[0]} has no order", "use in (…)")
        return "boolean"

    def null_test(self, node: exp.Expression) -> Kind:
        """`is null` only where NULL means that the thing is known to be absent."""
        if not isinstance(node.expression, exp.Null):
            what = "'is' goes with null only"
            self.refuse(node, "condition-refused", what, "write the boolean field itself, or not (…)")
            return "boolean"
        target = node.this
        self.kind(target)
        known = self.field_of(target)
        if known is None and isinstance(target, exp.Column):
            return "boolean"
        if known is None or known.null != "none":
            name = target.sql()
            what = f"'{name} is null' cannot be asked: NULL there means that nobody said it"
            remedy = "the engine makes it unknown by itself; `is null` is for fields with `null: none` in facts.yaml"
            self.refuse(target, "condition-null-test", what, remedy)
        return "boolean"

    def field_of(self, node: exp.Expression) -> Field | None:
        """Return the vocabulary's field that a column node names, None where there is none."""
        if not isinstance(node, exp.Column):
            return None
        fact = self.fact
        if node.table:
            relation = self.fact.relations.get(node.table)
            if relation is None or relation.fact not in self.vocabulary.facts:
                return None
            fact = self.vocabulary.facts[relation.fact]
        return fact.fields.get(node.name)

    def column(self, node: exp.Expression) -> Kind | None:
        """A field, a `let` name, or a path over a many-to-one relation."""
        assert isinstance(node, exp.Column)
        if node.args.get("db") is not None or not isinstance(node.this, exp.Identifier):
            self.refuse(node, "condition-refused", f"'{node.sql()}' is not a field", "use field or relation.field")
            return None
        if not node.table and node.name in (*self.lets, *self.broken):
            return self.lets[node.name].kind if node.name in self.lets else None
        if node.table and not self.one_relation(node):
            return None
        known = self.field_of(node)
        if known is None:
            fact = self.fact if not node.table else self.vocabulary.facts[self.fact.relations[node.table].fact]
            names = [*fact.fields, *([] if node.table else self.lets)]
            what = f"{fact.name} has no field '{node.name}'{nearest(node.name, names)}"
            self.refuse(node, "condition-unknown-field", what, "see rules/facts.yaml for the fields there are")
            return None
        return KIND_OF_TYPE[known.type]

    def one_relation(self, node: exp.Column) -> bool:
        """Refuse a dotted name whose first part is not a many-to-one relation."""
        relation = self.fact.relations.get(node.table)
        if relation is None:
            what = f"{self.fact.name} has no relation '{node.table}'{nearest(node.table, list(self.fact.relations))}"
            self.refuse(node, "condition-unknown-field", what, "see `relations` in rules/facts.yaml")
            return False
        if relation.many:
            what = f"'{node.table}' has many rows: one value of them is not a value"
            self.refuse(node, "condition-type", what, f"use any_of({node.table}, …) or count_of({node.table}, …)")
            return False
        return True

    def placeholder(self, node: exp.Expression) -> Kind | None:
        """A dated parameter."""
        name = str(node.this)
        parameter = self.parameters.get(name)
        if parameter is None:
            what = f"there is no parameter ':{name}'{nearest(name, list(self.parameters))}"
            at = self.text.text.find(f":{name}")
            start = self.text.location
            place = Location(start.path, start.line, start.column + max(at, 0)) if "\n" not in self.text.text else start
            why = f"the condition '{shortened(self.text.text)}' cannot be judged as it stands"
            remedy = "add it to rules/parameters with its dates and source"
            self.faults.append(Fault(place, "condition-unknown-parameter", what, why, remedy))
            return None
        self.chooser(node, parameter)
        value = parameter.values[0].value
        return "slices" if isinstance(value, tuple) else "text" if isinstance(value, str) else "number"

    def chooser(self, node: exp.Expression, parameter: Parameter) -> None:
        """Refuse a parameter whose values are chosen by a field that the fact lacks, or by values it never has."""
        if parameter.by is None:
            return
        field, name = self.fact.fields.get(parameter.by), parameter.name
        if field is None or field.type not in ("region", "choice"):
            what = f"':{name}' differs by '{parameter.by}', which is no region or choice of {self.fact.name}"
            self.refuse(node, "condition-unknown-field", what, "use a parameter that does not depend on it")
            return
        for value in parameter.values if field.type == "choice" else ():
            if value.applies not in field.values:
                what = f"':{name}' has a value for '{value.applies}', which '{field.name}' never is"
                self.refuse(node, "condition-type", what, f"use one of: {', '.join(field.values)}")

    def literal(self, node: exp.Expression) -> Kind:
        """A number or a text."""
        return "text" if node.args.get("is_string") else "number"

    def date_literal(self, node: exp.Expression) -> Kind | None:
        """`date '2025-01-31'` and no other cast."""
        inner = node.this
        is_date = node.args["to"].this == exp.DataType.Type.DATE and isinstance(inner, exp.Literal) and inner.is_string
        if not is_date:
            what = "a cast is not allowed in a condition"
            self.refuse(node, "condition-refused", what, "types come from facts.yaml; a date is date '2025-01-31'")
            return None
        try:
            date.fromisoformat(inner.this)
        except ValueError:
            self.refuse(node, "condition-type", f"'{inner.this}' is not a day of the calendar", "write YYYY-MM-DD")
        return "date"

    def choose(self, node: exp.Expression) -> Kind | None:
        """`case when … then … else … end` with results of one kind."""
        if node.args.get("this") is not None:
            self.refuse(node, "condition-refused", "`case x when` is not allowed", "write case when x = … then …")
            return None
        kinds: list[Kind | None] = []
        for branch in node.args["ifs"]:
            self.expect(branch.this, "boolean", "what follows `when`")
            kinds.append(self.kind(branch.args["true"]))
        default = node.args.get("default")
        if default is not None:
            kinds.append(self.kind(default))
        self.same(node, tuple(kinds))
        return next((kind for kind in kinds if kind is not None), None)

    def function(self, name: str, node: exp.Expression) -> Kind:
        """A function of the closed list, with its arity and kinds."""
        signature, arguments = FUNCTIONS[name], function_arguments(node)
        least = len(signature.takes)
        optional_round = name == "round" and len(arguments) == 1
        if (len(arguments) < least and not optional_round) or (len(arguments) > least and not signature.repeats):
            what = f"{name}(…) takes {least} argument(s), not {len(arguments)}"
            self.refuse(node, "condition-type", what, f"write {name}({', '.join(signature.takes)})")
            return signature.gives
        for position, argument in enumerate(arguments):
            wanted = signature.takes[min(position, least - 1)]
            self.expect(argument, wanted, f"argument {position + 1} of {name}(…)")
        if name.startswith("working_days") or name == "due_in_month":
            self.whole_days(name, arguments)
        return signature.gives

    def whole_days(self, name: str, arguments: list[exp.Expression]) -> None:
        """A number of working days is a literal or a parameter: the calendar is laid out before anything runs."""
        if not isinstance(arguments[1], exp.Literal | exp.Placeholder):
            what = f"the number of days in {name}(…) must be a number or a :parameter"
            self.refuse(arguments[1], "condition-type", what, "name a dated parameter")

    def aggregate(self, name: str, node: exp.Expression) -> Kind:
        """A count, sum or extreme over the rows of a relation."""
        arguments = function_arguments(node)
        fewest, most = AGGREGATES[name]
        gives: Kind = "boolean" if name == "any_of" else "number"
        if not fewest <= len(arguments) <= most:
            what = f"{name}(…) takes {fewest} to {most} arguments, not {len(arguments)}"
            self.refuse(node, "condition-type", what, f"write {name}(relation, …)")
            return gives
        relation = self.fact.relations.get(arguments[0].name)
        if relation is None or not relation.many or relation.fact not in self.vocabulary.facts:
            many = [item for item, known in self.fact.relations.items() if known.many]
            what = f"{self.fact.name} has no relation '{arguments[0].name}' with many rows"
            self.refuse(node, "condition-unknown-field", what + nearest(arguments[0].name, many), "see facts.yaml")
            return gives
        return self.related(name, arguments, self.vocabulary.facts[relation.fact])

    def related(self, name: str, arguments: list[exp.Expression], fact: Fact) -> Kind:
        """Check the arguments of an aggregate as expressions over the related fact."""
        inner = Checker(self.vocabulary, fact, self.parameters, {}, self.text, self.faults)
        rest = arguments[1:]
        gives: Kind = "number"
        if name in ("sum_of", "min_of", "max_of"):
            gives = inner.kind(rest[0]) or "number"
            rest = rest[1:]
        for condition in rest:
            inner.expect(condition, "boolean", f"the condition of {name}(…)")
        return "boolean" if name == "any_of" else gives


Handler = Callable[[Checker, exp.Expression], Kind | None]
HANDLERS: Mapping[type[exp.Expression], Handler] = {
    exp.Paren: lambda checker, node: checker.kind(node.this),
    exp.And: Checker.boolean_of,
    exp.Or: Checker.boolean_of,
    exp.Not: Checker.boolean_of,
    exp.Add: Checker.arithmetic,
    exp.Sub: Checker.arithmetic,
    exp.Mul: Checker.arithmetic,
    exp.Neg: Checker.arithmetic,
    **dict.fromkeys(COMPARISONS, Checker.comparison),
    exp.In: Checker.membership,
    exp.Between: Checker.between,
    exp.Is: Checker.null_test,
    exp.Column: Checker.column,
    exp.Placeholder: Checker.placeholder,
    exp.Literal: Checker.literal,
    exp.Boolean: lambda _checker, _node: "boolean",
    exp.Cast: Checker.date_literal,
    exp.Case: Checker.choose,
}


def nearest(name: str, known: list[str]) -> str:
    """Return `; did you mean 'x'?` for the closest known name, or nothing."""
    close = get_close_matches(name, known, n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def shortened(text: str, longest: int = 80) -> str:
    """Return `text` on one line, cut for a message."""
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"
