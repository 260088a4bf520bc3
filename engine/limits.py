"""Where a line stops being TRUE: the comparisons in it that have a limit, and how far a subject is from it.

A limit is met on two sides: `a < b` is TRUE of the last value below b and FALSE of b itself; `a <= b` is TRUE of b and
FALSE of the first value above it. Between two whole numbers or days one step lies, and one rupiah or less between two
amounts. Ratios have no next value, and so no sides that could be shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from engine.checker import Checked, Checker, function_name
from engine.emit import COMPARISON_SIGNS, Emitter
from engine.language import AGGREGATES
from engine.worlds import Comparison, comparisons

Side = Literal["below", "at", "above"]

SIDES: Mapping[type[exp.Expression], tuple[Side, Side]] = {
    exp.LT: ("below", "at"),
    exp.GTE: ("below", "at"),
    exp.LTE: ("at", "above"),
    exp.GT: ("at", "above"),
}
"""The two sides between which a comparison changes."""

WITHOUT_STEPS = frozenset({"ratio"})


@dataclass(frozen=True)
class Limit:
    """A comparison with a limit: `sql` is how far its left side is above its right one, in steps."""

    text: str
    sql: str
    sides: tuple[Side, Side]


def limits(line: Checked, emitter: Emitter) -> tuple[Limit, ...]:
    """Return the limits of a line; those within an aggregate are its rows' own."""
    ground = emitter.ground
    checker = Checker(ground.vocabulary, emitter.fact, ground.parameters, {}, line.text)
    return tuple(
        Limit(written(one), distance_sql(one, checker, emitter), SIDES[one.sign]) for one in ordered(line.tree)
    )


def written(comparison: Comparison) -> str:
    """Return a comparison as a rule writes it."""
    left, right = (side.sql(normalize_functions="lower") for side in (comparison.left, comparison.right))
    return f"{left} {COMPARISON_SIGNS[comparison.sign]} {right}"


def ordered(tree: exp.Expression) -> Iterator[Comparison]:
    """Yield the comparisons of a tree that have an order and steps, aggregates left alone."""
    if function_name(tree) in AGGREGATES:
        return
    for one in comparisons(tree):
        named = {function_name(call) for side in (one.left, one.right) for call in side.find_all(exp.Anonymous)}
        if one.sign in SIDES and not named & WITHOUT_STEPS:
            yield one
    for child in tree.iter_expressions():
        yield from ordered(child)


def distance_sql(comparison: Comparison, checker: Checker, emitter: Emitter) -> str:
    """Return how far the left side is above the right one: days of dates, the difference of numbers."""
    left, right = emitter.sql(comparison.left), emitter.sql(comparison.right)
    if checker.kind(comparison.left) == "date":
        return f"CAST(date_diff('day', {right}, {left}) AS DOUBLE)"
    return f"CAST({left} - {right} AS DOUBLE)"


def side_of(distance: float | None) -> Side | None:
    """Return on which side of a limit a subject is, None where it is further away or nobody can say."""
    if distance is None or abs(distance) > 1:
        return None
    return "at" if distance == 0 else "below" if distance < 0 else "above"
