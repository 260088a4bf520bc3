"""A condition in plain words: its fields, parameters and signs as the reader's language says them.

The words stand beside the condition and never instead of it: what is judged is the condition as it is written. A
function without words of its own is read by its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from sqlglot import exp

from cases.formats import written
from cases.wording import Wording, message
from engine.checker import function_arguments, function_name
from engine.conditions import parsed
from engine.language import FUNCTIONS
from rules.errors import Fault
from rules.model import Fact, Field, Let, Parameter, Text, Vocabulary

SIGNS: Final[Mapping[type[exp.Expression], str]] = {
    exp.EQ: message("{left} is {right}"),
    exp.NEQ: message("{left} is not {right}"),
    exp.LT: message("{left} is less than {right}"),
    exp.LTE: message("{left} is at most {right}"),
    exp.GT: message("{left} is more than {right}"),
    exp.GTE: message("{left} is at least {right}"),
    exp.And: message("{left}, and {right}"),
    exp.Or: message("{left}, or {right}"),
    exp.Add: message("{left} plus {right}"),
    exp.Sub: message("{left} minus {right}"),
    exp.Mul: message("{left} times {right}"),
}
DAY_SIGNS: Final[Mapping[type[exp.Expression], str]] = {
    exp.LT: message("{left} is before {right}"),
    exp.LTE: message("{left} is on or before {right}"),
    exp.GT: message("{left} is after {right}"),
    exp.GTE: message("{left} is on or after {right}"),
}
FUNCTION_WORDS: Final[Mapping[str, str]] = {
    "abs": message("the size of ({a})"),
    "round": message("({a}) rounded to {b} places"),
    "least": message("the least of ({all})"),
    "greatest": message("the greatest of ({all})"),
    "ratio": message("({a}) divided by ({b})"),
    "lower": message("{a} in small letters"),
    "upper": message("{a} in capitals"),
    "starts_with": message("{a} begins with {b}"),
    "list_includes": message("{a} names one of: {rest}"),
    "rupiah": message("({a}) in whole rupiah"),
    "sliced": message("({a}), slice by slice by {b}"),
    "days_between": message("the days from {a} to {b}"),
    "days_after": message("{b} days after {a}"),
    "months_after": message("{b} months after {a}"),
    "months_started": message("the months begun from {a} to {b}"),
    "due_in_month": message("day {b} of the month of {a}, or the next working day"),
    "evaluation_date": message("the day of the scan"),
    "working_days_after": message("{b} working days after {a}"),
    "working_days_before": message("{b} working days before {a}"),
}
AGGREGATE_WORDS: Final[Mapping[tuple[str, int], str]] = {
    ("count_of", 1): message("the number of {relation}"),
    ("count_of", 2): message("the number of {relation} for which {a}"),
    ("any_of", 2): message("there is one of {relation} for which {a}"),
    ("sum_of", 2): message("the sum of {a} over {relation}"),
    ("sum_of", 3): message("the sum of {a} over {relation} for which {b}"),
    ("min_of", 2): message("the least {a} of {relation}"),
    ("min_of", 3): message("the least {a} of {relation} for which {b}"),
    ("max_of", 2): message("the greatest {a} of {relation}"),
    ("max_of", 3): message("the greatest {a} of {relation} for which {b}"),
}
DAY_FUNCTIONS: Final = frozenset(name for name, one in FUNCTIONS.items() if one.gives == "date")


@dataclass(frozen=True)
class ConditionReader:
    """Reads the conditions of one rule; `values` are the parameters' values that stand beside their words."""

    fact: Fact
    vocabulary: Vocabulary
    parameters: Mapping[str, Parameter]
    values: Mapping[str, str]
    wording: Wording
    lets: Mapping[str, Let] = field(default_factory=dict)

    def words(self, text: Text) -> str:
        """Return the condition in words; as it is written where it cannot be read as SQL."""
        tree = parsed(text)
        return text.text if isinstance(tree, Fault) else self._read(tree)

    def _read(self, node: exp.Expression) -> str:
        handler = HANDLERS.get(type(node))
        if handler is not None:
            return handler(self, node)
        if type(node) in SIGNS:
            return self._both_sides(node)
        name = function_name(node)
        return node.sql() if name is None else self._function(name, function_arguments(node))

    def _function(self, name: str, given: list[exp.Expression]) -> str:
        template = AGGREGATE_WORDS.get((name, len(given)))
        if template is not None:
            return self._aggregate(template, given)
        parts = [self._read(argument) for argument in given]
        if name not in FUNCTION_WORDS:
            return f"{name}({', '.join(parts)})"
        places = {"a": parts[0] if parts else "", "b": parts[1] if len(parts) > 1 else "0"}
        places |= {"all": "; ".join(parts), "rest": ", ".join(parts[1:])}
        return self.wording.say(FUNCTION_WORDS[name], **places)

    def _aggregate(self, template: str, given: list[exp.Expression]) -> str:
        relation = self.fact.relations.get(given[0].name)
        other = self.vocabulary.facts.get(relation.fact) if relation is not None else None
        if other is None:
            return self.wording.say(template, relation=given[0].name, a="", b="")
        inner = ConditionReader(other, self.vocabulary, self.parameters, self.values, self.wording)
        parts = [inner._read(argument) for argument in given[1:]]
        places = {"a": parts[0] if parts else "", "b": parts[1] if len(parts) > 1 else ""}
        return self.wording.say(template, relation=self.wording.words(other.words), **places)

    def _both_sides(self, node: exp.Expression) -> str:
        left, right = node.this, node.expression
        of_days = self._is_day(left) or self._is_day(right)
        template = DAY_SIGNS.get(type(node), SIGNS[type(node)]) if of_days else SIGNS[type(node)]
        return self.wording.say(template, left=self._read_beside(left, right), right=self._read_beside(right, left))

    def _is_day(self, node: exp.Expression) -> bool:
        known = self._field(node)
        return (
            isinstance(node, exp.Cast) or function_name(node) in DAY_FUNCTIONS or bool(known and known.type == "date")
        )

    def _read_beside(self, node: exp.Expression, other: exp.Expression) -> str:
        """Read a literal as a value of the field that it is compared with: money, a choice's words."""
        if not isinstance(node, exp.Literal):
            return self._read(node)
        text = str(node.this)
        value = text if node.args.get("is_string") else Decimal(text)
        known = self._field(other)
        said = written(value, known, self.wording)
        return f"'{said}'" if node.args.get("is_string") and not (known and known.type == "choice") else said

    def _field(self, node: exp.Expression) -> Field | None:
        if not isinstance(node, exp.Column):
            return None
        if not node.table:
            return self.fact.fields.get(node.name)
        relation = self.fact.relations.get(node.table)
        other = self.vocabulary.facts.get(relation.fact) if relation is not None else None
        return other.fields.get(node.name) if other is not None else None

    def column(self, node: exp.Expression) -> str:
        """A field by its words; a name under `let` as it is; a field that is true or false as a statement."""
        known = self._field(node)
        if known is None:
            let = self.lets.get(node.name)
            return f"“{self.wording.words(let.words)}”" if let is not None and let.words else node.sql()
        said = self._named(known)
        if isinstance(node, exp.Column) and node.table:
            other = self.vocabulary.facts[self.fact.relations[node.table].fact]
            said = self.wording.say("{field} of the {fact}", field=said, fact=self.wording.words(other.words))
        if known.type == "boolean" and isinstance(node.parent, exp.And | exp.Or | exp.Not | exp.Paren | None):
            return self.wording.say("{field}: yes", field=said)
        return said

    def parameter(self, node: exp.Expression) -> str:
        """A parameter by its words, with its value where one is given."""
        name = str(node.this)
        known = self.parameters.get(name)
        said = self.wording.words(known.words) if known is not None else f":{name}"
        return f"{self.values[name]} [{said}]" if name in self.values else f"[{said}]"

    def null_test(self, node: exp.Expression) -> str:
        """`is null`: absent, or not said."""
        known = self._field(node.this)
        said = self._read_plain(node.this)
        if known is not None and known.null == "none":
            return self.wording.say("{field} is absent", field=said)
        return self.wording.say("{field} is not known", field=said)

    def _read_plain(self, node: exp.Expression) -> str:
        """Read a field without making a statement of it."""
        known = self._field(node)
        return self._named(known) if known is not None else self._read(node)

    def _named(self, known: Field) -> str:
        return f"“{self.wording.words(known.words)}”"

    def denial(self, node: exp.Expression) -> str:
        """`not …`, in the words that each kind of test has for it."""
        inner = node.this
        if isinstance(inner, exp.Is):
            known, said = self._field(inner.this), self._read_plain(inner.this)
            if known is not None and known.null == "none":
                return self.wording.say("{field} is present", field=said)
            return self.wording.say("{field} is known", field=said)
        if isinstance(inner, exp.In):
            return self.wording.say("{left} is none of: {rest}", left=self._read(inner.this), rest=self._listed(inner))
        if self._field(inner) is not None:
            return self.wording.say("{field}: no", field=self._read_plain(inner))
        return self.wording.say("it is not so that {inner}", inner=self._read(inner))

    def listed(self, node: exp.Expression) -> str:
        """`in (…)`."""
        return self.wording.say("{left} is one of: {rest}", left=self._read(node.this), rest=self._listed(node))

    def _listed(self, node: exp.Expression) -> str:
        return ", ".join(self._read_beside(item, node.this) for item in node.expressions)

    def between(self, node: exp.Expression) -> str:
        """`between … and …`."""
        low, high = (self._read_beside(node.args[key], node.this) for key in ("low", "high"))
        return self.wording.say("{left} is from {low} to {high}", left=self._read(node.this), low=low, high=high)

    def choose(self, node: exp.Expression) -> str:
        """`case when`."""
        parts = [
            self.wording.say(
                "if {condition}: {value}", condition=self._read(branch.this), value=self._read(branch.args["true"])
            )
            for branch in node.args["ifs"]
        ]
        if node.args.get("default") is not None:
            parts.append(self.wording.say("otherwise: {value}", value=self._read(node.args["default"])))
        return "; ".join(parts)

    def literal(self, node: exp.Expression) -> str:
        """A number as the language writes it, a text in quotes."""
        return f"'{node.this}'" if node.args.get("is_string") else self.wording.number(Decimal(str(node.this)))

    def day(self, node: exp.Expression) -> str:
        """A day that is written out."""
        try:
            return self.wording.date(date.fromisoformat(str(node.this.this)))
        except ValueError:
            return node.sql()


Handler = Callable[[ConditionReader, exp.Expression], str]
HANDLERS: Final[Mapping[type[exp.Expression], Handler]] = {
    exp.Paren: lambda reader, node: f"({reader._read(node.this)})",
    exp.Neg: lambda reader, node: f"-{reader._read(node.this)}",
    exp.Not: ConditionReader.denial,
    exp.In: ConditionReader.listed,
    exp.Between: ConditionReader.between,
    exp.Is: ConditionReader.null_test,
    exp.Column: ConditionReader.column,
    exp.Placeholder: ConditionReader.parameter,
    exp.Literal: ConditionReader.literal,
    exp.Boolean: lambda reader, node: reader.wording.say("yes") if node.this else reader.wording.say("no"),
    exp.Cast: ConditionReader.day,
    exp.Case: ConditionReader.choose,
}
