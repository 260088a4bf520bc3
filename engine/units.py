"""What a number counts: workers against workers, days against days; and what text stands beside a region.

A field and a parameter have a unit; a literal fits every unit. Two units meet wherever two numbers are compared, added
or chosen between. A product or a ratio of two units has none that could be told, so it fits everything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from connectors.regions import codes
from engine.checker import Checker, function_arguments, function_name, nearest, shortened
from engine.conditions import check_rule, parsed
from engine.language import AGGREGATES
from engine.remarks import Remarks
from engine.unused import texts_of
from engine.worlds import bare, comparisons
from rules.errors import Fault
from rules.model import Fact, Field, RuleBook, Text

GIVES: Mapping[str, str] = {"days_between": "days", "months_started": "months"}
"""The unit of a function's answer, where it has one of its own."""

TAKES: Mapping[str, str] = {
    "days_after": "days",
    "months_after": "months",
    "working_days_after": "working days",
    "working_days_before": "working days",
}
"""What the second argument of a function counts."""

KEEPS_FIRST = frozenset({"abs", "round", "rupiah", "sliced"})
KEEPS = KEEPS_FIRST | {"least", "greatest"}
"""Functions whose answer counts what their arguments (of some: the first) count."""

CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
"""Kemendagri: province, regency, district, village."""

LISTED = 5
"""Length of the longest code that the table of regions has (32.73)."""


def check_units(book: RuleBook) -> Remarks:
    """Return a fault wherever two units meet, or a region stands beside what is no region."""
    known = codes()
    found: list[Fault] = list(strange_regions(book, known))
    for rule in book.rules.values():
        checked, _ = check_rule(book, rule)
        if checked is None:
            continue
        fact = book.vocabulary.facts[rule.subject]
        units: dict[str, str | None] = {}
        for name, let in rule.let.items():
            check = UnitCheck(book, fact, let.text, known, units)
            units[name] = check.named(let.unit)
            found += check.faults
        for text in texts_of(rule):
            found += UnitCheck(book, fact, text, known, units).run()
    return Remarks.of((fault, True) for fault in found)


def strange_regions(book: RuleBook, known: frozenset[str]) -> Iterator[Fault]:
    """Yield a fault for each value of a parameter that is for a region that there is not."""
    regions = {
        name for fact in book.vocabulary.facts.values() for name, one in fact.fields.items() if one.type == "region"
    }
    for name, parameter in book.parameters.items():
        for code in dict.fromkeys(value.applies for value in parameter.values if parameter.by in regions):
            if code is None or not CODE.fullmatch(code) or code[:LISTED] not in known:
                what = f"the parameter '{name}' has a value for '{code}', which is no region"
                remedy = "use a code of Kepmendagri 300.2.2-2138/2025, for example '32' or '32.73'"
                yield Fault(parameter.location, "region-mismatch", what, "nobody would ever meet it", remedy)


def is_number(node: exp.Expression) -> bool:
    """Return whether a node is a number as written."""
    return isinstance(node, exp.Literal) and not node.is_string


@dataclass
class UnitCheck:
    """Walks one expression of one fact."""

    book: RuleBook
    fact: Fact
    text: Text
    regions: frozenset[str]
    lets: Mapping[str, str | None]
    faults: list[Fault] = field(default_factory=list)

    def run(self) -> list[Fault]:
        """Return the faults of the whole expression."""
        self.named(None)
        return self.faults

    def named(self, declared: str | None) -> str | None:
        """Return the unit of the whole expression, which is the `declared` one where there is one."""
        tree = parsed(self.text)
        assert isinstance(tree, exp.Expression)  # the rule has been checked
        found = self.unit(tree)
        if declared is not None and found is not None and found != declared:
            what = f"'{shortened(self.text.text)}' is in {found}, and its unit is given as {declared}"
            why = "whoever reads the number would read it wrongly"
            self.refuse(tree, "unit-mismatch", what, why, f"write 'unit: {found}', or mend the expression")
        return declared or found

    def unit(self, node: exp.Expression) -> str | None:
        """Return what a number counts; None where it fits everything, or is no number."""
        node = bare(node)
        if isinstance(node, exp.Column):
            known = self.field_of(node)
            return known.unit if known is not None else self.lets.get(node.name)
        if isinstance(node, exp.Placeholder):
            return self.book.parameters[str(node.this)].unit
        if isinstance(node, exp.Case):
            return self.chosen(node)
        name = function_name(node)
        if name is None:
            return self.composed(node)
        return (self.aggregate if name in AGGREGATES else self.function)(name, function_arguments(node))

    def composed(self, node: exp.Expression) -> str | None:
        """Signs, and everything that holds conditions."""
        if isinstance(node, exp.Add | exp.Sub):
            return self.same([node.this, node.expression], "calculates")
        if isinstance(node, exp.Neg):
            return self.unit(node.this)
        if isinstance(node, exp.Mul):
            sides = [bare(node.this), bare(node.expression)]
            units = [self.unit(side) for side in sides]
            # Only a bare number is known to have no unit: a product of anything else may count anything.
            return next((unit for unit, other in zip(units, reversed(sides), strict=True) if is_number(other)), None)
        beside = comparisons(node)
        if beside:
            sides = [beside[0].left, *(one.right for one in beside)]
            self.same(sides, "compares")
            self.region_sides(sides)
            return None
        for child in node.iter_expressions():
            self.unit(child)
        return None

    def same(self, nodes: list[exp.Expression], does: str) -> str | None:
        """Return the one unit of several numbers; two of them are a fault."""
        units = {unit: node for node in reversed(nodes) if (unit := self.unit(node)) is not None}
        if len(units) > 1:
            first, second = list(units)[-1], list(units)[-2]
            what = f"'{shortened(self.text.text)}' {does} {first} with {second}"
            why = "a number of one is not a number of the other: the rule would find the wrong subjects"
            remedy = "use a field or :parameter of the same unit, or change the unit where it is declared"
            self.refuse(units[second], "unit-mismatch", what, why, remedy)
        return next(reversed(units), None)

    def chosen(self, node: exp.Expression) -> str | None:
        """`case when`: its conditions, then its results, which must count the same."""
        results = [branch.args["true"] for branch in node.args["ifs"]]
        for branch in node.args["ifs"]:
            self.unit(branch.this)
        default = node.args.get("default")
        return self.same([*results, *([default] if default is not None else [])], "chooses between")

    def function(self, name: str, arguments: list[exp.Expression]) -> str | None:
        """A function of the language."""
        if name in TAKES:
            self.counted(name, arguments[1])
        if name == "starts_with":
            self.region_sides(arguments)
        if name in KEEPS:
            return self.same(arguments[:1] if name in KEEPS_FIRST else arguments, "compares")
        for argument in arguments:
            self.unit(argument)
        return GIVES.get(name)

    def counted(self, name: str, count: exp.Expression) -> None:
        """A number of days, months or working days is one."""
        unit = self.unit(count)
        if unit not in (None, TAKES[name]):
            what = f"{name}(…) counts {TAKES[name]}, and '{count.sql()}' is in {unit}"
            why = "the date would be another than the law's"
            self.refuse(count, "unit-mismatch", what, why, f"name a parameter in {TAKES[name]}")

    def aggregate(self, name: str, arguments: list[exp.Expression]) -> str | None:
        """A count has no unit of its own; a sum or an extreme counts what its rows count."""
        other = self.book.vocabulary.facts[self.fact.relations[arguments[0].name].fact]
        inner = UnitCheck(self.book, other, self.text, self.regions, {}, self.faults)
        units = [inner.unit(argument) for argument in arguments[1:]]
        return units[0] if name in ("sum_of", "min_of", "max_of") else None

    def field_of(self, node: exp.Expression) -> Field | None:
        """Return the field that a column names."""
        return self.checker().field_of(node)

    def checker(self) -> Checker:
        """Return the checker that finds fields and places."""
        return Checker(self.book.vocabulary, self.fact, self.book.parameters, {}, self.text)

    def region_sides(self, sides: list[exp.Expression]) -> None:
        """A region stands beside a region, or beside the code of one."""
        fields = [self.field_of(bare(side)) for side in sides]
        if all(known is None or known.type != "region" for known in fields):
            return
        region = next(known.name for known in fields if known is not None and known.type == "region")
        for side, known in zip(sides, fields, strict=True):
            if known is not None and known.type != "region":
                what = f"'{region}' is a region, and '{known.name}' is {known.type}"
                why = "the two are never the same text"
                self.refuse(
                    side, "region-mismatch", what, why, "compare it with a field of type region, or with a code"
                )
            if isinstance(side, exp.Literal) and side.is_string:
                self.code(region, side)

    def code(self, region: str, literal: exp.Expression) -> None:
        """A code has the Kemendagri shape, and a province or regency is one that there is."""
        text = str(literal.this)
        if not CODE.fullmatch(text):
            what = f"'{text}' is no code of a region, and '{region}' is never anything else"
            remedy = "write the Kemendagri code with its points, for example '32' or '32.73'"
            self.refuse(literal, "region-mismatch", what, "the condition would find no subject", remedy)
        elif text[:LISTED] not in self.regions:
            what = f"there is no region '{text[:LISTED]}'{nearest(text[:LISTED], sorted(self.regions))}"
            why = "the condition would find no subject"
            self.refuse(literal, "region-mismatch", what, why, "use a code of Kepmendagri 300.2.2-2138/2025")

    def refuse(self, node: exp.Expression, code: str, what: str, why: str, remedy: str) -> None:
        """Add a fault at `node`."""
        self.faults.append(Fault(self.checker().place(node), code, what, why, remedy))
