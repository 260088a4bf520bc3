"""All that a boolean expression can come to, by a finite number of worlds; never fewer than there are.

An expression is taken apart into *atoms*: a term beside a constant, two terms beside each other, a null test, a
boolean term. What a term can be is cut into cells at the constants that it stands beside: the constants themselves and
what lies between and beyond them, and no value (two ways where NULL means known to be absent). One point of each cell
stands for the cell, so a world of one cell per term gives every answer that its subjects give. Terms are taken as
independent of each other, so there may be worlds without a subject, never a subject without its world: what holds in
every world holds for every subject.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from math import floor, prod

from sqlglot import exp

from engine.language import KIND_OF_TYPE
from rules.model import Fact, Field, Vocabulary

Constant = Decimal | date | str | bool
Truth = bool | None
State = Constant | None
World = Mapping[str, State]
Judge = Callable[[World], Truth]

MOST = 5_000
"""At most so many worlds are tried; beyond it nothing is claimed."""

ABSENT = " absent"
"""Suffix of the variable that tells the two ways of NULL apart: TRUE absent, FALSE there, None not said."""

OTHER = "\x00other"
"""A text that is none of those that the rule names."""

SIGNS: Mapping[type[exp.Expression], Callable[[int], bool]] = {
    exp.EQ: lambda order: order == 0,
    exp.NEQ: lambda order: order != 0,
    exp.LT: lambda order: order < 0,
    exp.LTE: lambda order: order <= 0,
    exp.GT: lambda order: order > 0,
    exp.GTE: lambda order: order >= 0,
}


@dataclass
class Cells:
    """What one term can be: the constants beside it, and the field that it is (None: any other expression)."""

    known: Field | None
    boolean: bool = False
    constants: set[Constant] = field(default_factory=set)
    pair: bool = False


@dataclass
class Worlds:
    """Reads expressions of one fact; `constants` are the values of parameters on one day, by name."""

    vocabulary: Vocabulary
    fact: Fact
    constants: Mapping[str, Constant]
    cells: dict[str, Cells] = field(default_factory=dict)

    def reads(self, node: exp.Expression) -> frozenset[str]:
        """Note the variables of an expression and return them."""
        return frozenset(self._noted(bare(node)))

    def _noted(self, node: exp.Expression) -> Iterator[str]:
        if isinstance(node, exp.And | exp.Or | exp.Not):
            for side in (node.this, node.args.get("expression")):
                if side is not None:
                    yield from self._noted(bare(side))
            return
        for comparison in comparisons(node):
            yield self._compared(comparison)
        if not comparisons(node) and not isinstance(node, exp.Boolean):
            target = bare(node.this) if isinstance(node, exp.Is) else node
            yield self._term(target, boolean=not isinstance(node, exp.Is)).key

    def _compared(self, comparison: "Comparison") -> str:
        left, right = self.constant(comparison.left), self.constant(comparison.right)
        if left is not None and right is not None:
            return ""
        if left is None and right is None:
            key = pair_key(comparison)
            self.cells.setdefault(key, Cells(None, pair=True))
            return key
        term = self._term(comparison.left if left is None else comparison.right)
        beside = right if left is None else left
        assert beside is not None
        self.cells[term.key].constants.add(beside)
        return term.key

    def _term(self, node: exp.Expression, boolean: bool = False) -> "Term":
        term = Term(key_of(node), self.field_of(node))
        cells = self.cells.setdefault(term.key, Cells(term.known))
        cells.boolean = cells.boolean or boolean
        return term

    def field_of(self, node: exp.Expression) -> Field | None:
        """Return the field that a term is, None for any other expression."""
        if not isinstance(node, exp.Column):
            return None
        fact = self.fact
        if node.table:
            fact = self.vocabulary.facts[self.fact.relations[node.table].fact]
        return fact.fields.get(node.name)

    def constant(self, node: exp.Expression) -> Constant | None:
        """Return the value of an expression that is the same for every subject of the day; None for any other."""
        node = bare(node)
        if isinstance(node, exp.Literal):
            return str(node.this) if node.is_string else Decimal(str(node.this))
        if isinstance(node, exp.Boolean):
            return bool(node.this)
        if isinstance(node, exp.Placeholder):
            return self.constants.get(str(node.this))
        if isinstance(node, exp.Cast):
            return date.fromisoformat(str(node.this.this))
        if isinstance(node, exp.Neg):
            inner = self.constant(node.this)
            return -inner if isinstance(inner, Decimal) else None
        return None

    def count(self, variables: Iterable[str]) -> int:
        """Return the number of worlds of these variables."""
        return prod(len(self.states(key)) for key in variables if key)

    def all(self, variables: frozenset[str]) -> Iterator[World]:
        """Yield every world of these variables."""
        names = sorted(key for key in variables if key)
        for combination in product(*(self.states(key) for key in names)):
            world: dict[str, State] = {}
            for name, (state, absent) in zip(names, combination, strict=True):
                world[name], world[name + ABSENT] = state, absent
            yield world

    def states(self, key: str) -> list[tuple[State, Truth]]:
        """Return a point of each cell of a variable, and whether it is absent there (None: not said)."""
        cells = self.cells[key]
        said: list[tuple[State, Truth]] = [(point, False) for point in points(cells)]
        absent: list[tuple[State, Truth]] = [(None, True)] if cells.known and cells.known.null == "none" else []
        return [*said, *absent, (None, None)]

    def judge(self, node: exp.Expression) -> Judge:
        """Return a function that says what an expression comes to in a world, by SQL's three-valued logic."""
        node = bare(node)
        if isinstance(node, exp.And | exp.Or):
            left, right = self.judge(node.this), self.judge(node.expression)
            joined = every if isinstance(node, exp.And) else some
            return lambda world: joined((left(world), right(world)))
        if isinstance(node, exp.Not):
            inner = self.judge(node.this)
            return lambda world: negated(inner(world))
        if isinstance(node, exp.Boolean):
            truth = bool(node.this)
            return lambda _world: truth
        if isinstance(node, exp.Is):
            absent = key_of(bare(node.this)) + ABSENT
            return lambda world: _boolean(world[absent])
        return self.judge_atom(node)

    def judge_atom(self, node: exp.Expression) -> Judge:
        """The same for a comparison, a list of them, or a boolean term."""
        found = [self.judge_comparison(one) for one in comparisons(node)]
        if not found:
            key = key_of(node)
            return lambda world: _boolean(world[key])
        joined = every if isinstance(node, exp.Between) else some
        return lambda world: joined([one(world) for one in found])

    def judge_comparison(self, comparison: "Comparison") -> Judge:
        """The same for one comparison: of two constants, of two terms, or of a term with a constant."""
        left, right = self.constant(comparison.left), self.constant(comparison.right)
        keys = key_of(comparison.left), key_of(comparison.right)
        holds = SIGNS[comparison.sign]
        if left is None and right is None:
            pair, way = pair_key(comparison), -1 if keys[0] > keys[1] else 1

            def of_terms(world: World) -> Truth:
                order = world[pair]
                # A side without a value makes its comparison with anything NULL.
                lacking = any(key in world and world[key] is None for key in keys)
                return None if order is None or lacking else holds(way * int(str(order)))

            return of_terms

        def of_values(world: World) -> Truth:
            first = world[keys[0]] if left is None else left
            second = world[keys[1]] if right is None else right
            return None if first is None or second is None else holds(ordered(first, second))

        return of_values


def ordered(first: Constant, second: Constant) -> int:
    """Return -1, 0 or 1 as the first of two values of one kind is below, equal to or above the second."""
    return 0 if first == second else -1 if first < second else 1  # type: ignore[operator]


def negated(truth: Truth) -> Truth:
    """Return SQL's NOT."""
    return None if truth is None else not truth


@dataclass(frozen=True)
class Term:
    """A variable: its key, and the field that it is."""

    key: str
    known: Field | None


@dataclass(frozen=True)
class Comparison:
    """Two expressions and the sign between them."""

    left: exp.Expression
    right: exp.Expression
    sign: type[exp.Expression]


def comparisons(node: exp.Expression) -> tuple[Comparison, ...]:
    """Return the comparisons that an atom is made of: all must hold of `between`, any of `in`."""
    if type(node) in SIGNS:
        return (Comparison(bare(node.this), bare(node.expression), type(node)),)
    if isinstance(node, exp.In):
        return tuple(Comparison(bare(node.this), bare(item), exp.EQ) for item in node.expressions)
    if isinstance(node, exp.Between):
        low, high = bare(node.args["low"]), bare(node.args["high"])
        return Comparison(bare(node.this), low, exp.GTE), Comparison(bare(node.this), high, exp.LTE)
    return ()


def bare(node: exp.Expression) -> exp.Expression:
    """Return the expression without parentheses round it."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def key_of(node: exp.Expression) -> str:
    """Return the name under which equal expressions are one variable."""
    return node.sql()


def pair_key(comparison: Comparison) -> str:
    """Return the name of the variable that says how two terms stand to each other: -1, 0 or 1."""
    return " ? ".join(sorted((key_of(comparison.left), key_of(comparison.right))))


def points(cells: Cells) -> list[State]:
    """Return one point of each cell in which the term has a value."""
    if cells.pair:
        return [Decimal(-1), Decimal(0), Decimal(1)]
    known = cells.known
    if known is not None and known.values:
        return list(known.values)
    kind = KIND_OF_TYPE[known.type] if known is not None else None
    if cells.boolean or kind == "boolean" or any(isinstance(one, bool) for one in cells.constants):
        return [True, False]
    days = sorted(one for one in cells.constants if isinstance(one, date))
    numbers = sorted(one for one in cells.constants if isinstance(one, Decimal))
    texts = sorted(one for one in cells.constants if isinstance(one, str))
    if days:
        return list(day_points(days))
    if numbers:
        return list(number_points(numbers, known))
    return [*texts, OTHER]


def day_points(days: list[date]) -> Iterator[date]:
    """Yield a day of each cell: days are whole, so between two neighbours there is none."""
    one = timedelta(days=1)
    if days[0] > date.min:
        yield days[0] - one
    for first, second in pairwise(days):
        yield first
        if first + one < second:
            yield first + one
    yield days[-1]
    if days[-1] < date.max:
        yield days[-1] + one


def number_points(numbers: list[Decimal], known: Field | None) -> Iterator[Decimal]:
    """Yield a number of each cell that the field's type and limits leave."""
    low, high = (None, None) if known is None else (known.minimum, known.maximum)
    whole = known is not None and known.type == "integer"
    limits = [Decimal(one) for one in (low, high) if one is not None]
    edges = sorted({*numbers, *limits})
    between = [inside(first, second, whole) for first, second in pairwise(edges)]
    beyond = [Decimal(floor(edges[0]) - 1), Decimal(floor(edges[-1]) + 1)]
    for number in sorted({*edges, *(one for one in between if one is not None), *beyond}):
        if (low is None or number >= low) and (high is None or number <= high) and not (whole and number % 1):
            yield number


def inside(first: Decimal, second: Decimal, whole: bool) -> Decimal | None:
    """Return a number strictly between two, a whole one where only such count."""
    if not whole:
        return (first + second) / 2
    next_whole = Decimal(floor(first) + 1)
    return next_whole if next_whole < second else None


def every(truths: Iterable[Truth]) -> Truth:
    """Return SQL's AND."""
    found = list(truths)
    return False if False in found else None if None in found else True


def some(truths: Iterable[Truth]) -> Truth:
    """Return SQL's OR."""
    found = list(truths)
    return True if True in found else None if None in found else False


def _boolean(state: State) -> Truth:
    return None if state is None else bool(state)
