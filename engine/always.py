"""Conditions that say nothing: never TRUE, always TRUE, contradicting or repeating what stands above them.

What is claimed holds for every subject (`engine.worlds`) and on every day on which a parameter of the rule takes a
value; where there is too much to try, nothing is claimed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlglot import exp

from engine.checker import Checked, shortened
from engine.conditions import CheckedRule, check_rule
from engine.remarks import Remarks
from engine.worlds import MOST, Constant, Truth, Worlds
from rules.errors import Fault
from rules.model import Fact, Parameter, RuleBook

Claim = tuple[Fault, bool]
"""Something wrong with one line, and whether no honest rule says so."""


@dataclass(frozen=True)
class Given:
    """A line that stands above another, and whether it is TRUE or not TRUE there."""

    tree: exp.Expression
    holds: bool
    label: str


def check_always(book: RuleBook) -> Remarks:
    """Return what is wrong with lines that come to the same whatever registers say."""
    checked = (check_rule(book, rule)[0] for rule in book.rules.values())
    return Remarks.of(claim for rule in checked if rule is not None for claim in claims(rule, book))


def claims(rule: CheckedRule, book: RuleBook) -> Iterator[Claim]:
    """Yield the claims that hold on every day on which a parameter of the rule changes."""
    fact = book.vocabulary.facts[rule.rule.subject]
    found: list[dict[Claim, None]] = []
    for day in days(rule, book.parameters):
        constants = in_force(book.parameters, day)
        found.append(dict.fromkeys(Reader(rule, fact, Worlds(book.vocabulary, fact, constants)).claims()))
    yield from (claim for claim in found[0] if all(claim in other for other in found))


def days(rule: CheckedRule, parameters: Mapping[str, Parameter]) -> tuple[date, ...]:
    """Return each day on which a parameter of the rule takes a value."""
    return tuple(sorted({item.since for name in rule.parameters for item in parameters[name].values})) or (date.min,)


def in_force(parameters: Mapping[str, Parameter], day: date) -> dict[str, Constant]:
    """Return the parameters that have one value for everybody on a day."""
    found: dict[str, Constant] = {}
    for name, parameter in parameters.items():
        values = [item.value for item in parameter.values if item.since <= day and (item.until or day) >= day]
        if len(values) == 1 and parameter.by is None and not isinstance(values[0], tuple):
            found[name] = values[0] if isinstance(values[0], str) else Decimal(values[0])
    return found


@dataclass(frozen=True)
class Reader:
    """Reads one rule's lines from the top down, on one day."""

    rule: CheckedRule
    fact: Fact
    worlds: Worlds

    def claims(self) -> Iterator[Claim]:
        """Yield what is wrong, line by line: each line alone, then below the lines above it."""
        above: list[Given] = []
        for part, lines in (("scope", self.rule.scope), ("needs", self.rule.needs), ("when", self.rule.when)):
            for number, line in enumerate(lines, start=1):
                claim = self.claim(line, part, above)
                if claim is not None:
                    yield claim
                above.append(Given(line.tree, True, f"{part} {number}"))
        steps: list[Given] = []
        for number, (step, _) in enumerate(self.rule.severity, start=1):
            if step is not None:
                claim = self.claim(step, "severity", [*above, *steps])
                if claim is not None:
                    yield claim
                steps.append(Given(step.tree, False, f"severity {number}"))
        for _, mark in self.rule.marks:
            claim = self.claim(mark, "marks", above)
            if claim is not None:
                yield claim

    def claim(self, line: Checked, part: str, above: Sequence[Given]) -> Claim | None:
        """Return the first thing that is wrong with a line; None where nothing is, or nothing can be said."""
        alone = self.outcomes(line.tree, [])
        if alone is None:
            return None
        if True not in alone:
            return never_true(line), True
        if alone == {True} or (part in ("scope", "when") and False not in alone):
            return always_true(line), True
        return self.claim_below(line, part, above)

    def claim_below(self, line: Checked, part: str, above: Sequence[Given]) -> Claim | None:
        """Return what is wrong with a line because of the lines above it."""
        twin = next((one for one in above if one.holds and one.tree == line.tree), None)
        if twin is not None:
            return twice(line, twin.label), True
        below = self.outcomes(line.tree, above)
        if not below:  # too much to try, or the lines above contradict each other, which has been said
            return None
        if True not in below:
            return contradicts(line, part), True
        return (implied(line, part), False) if below == {True} else None

    def outcomes(self, tree: exp.Expression, above: Sequence[Given]) -> set[Truth] | None:
        """Return all that an expression comes to where the lines above are as given; None: too much to try."""
        own = self.worlds.reads(tree)
        read = [(one, self.worlds.reads(one.tree)) for one in above]
        for related in (touching(own, read), [one for one in read if one[1] <= own]):
            variables = own.union(*(names for _, names in related))
            if self.worlds.count(variables) <= MOST:
                judge, others = (
                    self.worlds.judge(tree),
                    [(self.worlds.judge(one.tree), one.holds) for one, _ in related],
                )
                return {
                    judge(world)
                    for world in self.worlds.all(variables)
                    if all((other(world) is True) == holds for other, holds in others)
                }
        return None


Read = tuple[Given, frozenset[str]]


def touching(own: frozenset[str], read: Sequence[Read]) -> list[Read]:
    """Return the lines that share a variable with a line, or with one that does."""
    reached = set(own)
    found: list[Read] = []
    rest = list(read)
    while nearer := [one for one in rest if one[1] & reached]:
        found += nearer
        rest = [one for one in rest if one not in nearer]
        reached.update(*(names for _, names in nearer))
    return found


def never_true(line: Checked) -> Fault:
    """Return the fault of a line that no subject fulfils."""
    what = f"'{shortened(line.text.text)}' is never TRUE, whatever registers say"
    why = "a rule with it finds nobody, and would look like a rule that everybody keeps"
    return Fault(line.text.location, "condition-never-true", what, why, "mend the condition, or take it out")


def always_true(line: Checked) -> Fault:
    """Return the fault of a line that no subject fails."""
    what = f"'{shortened(line.text.text)}' is never FALSE, whatever registers say"
    why = "it tells no two subjects apart, so it is not what its writer meant"
    remedy = "mend the condition, or take it out; what must be known to judge at all belongs under 'needs'"
    return Fault(line.text.location, "condition-always-true", what, why, remedy)


def twice(line: Checked, label: str) -> Fault:
    """Return the fault of a line that stands in the rule already."""
    what = f"'{shortened(line.text.text)}' stands in the rule a second time; first as {label}"
    why = "the second says nothing, and one of the two was meant to say something else"
    return Fault(line.text.location, "condition-twice", what, why, "mend one of the two, or take it out")


def contradicts(line: Checked, part: str) -> Fault:
    """Return the fault of a line that cannot hold with those above it."""
    remedy = "mend one of the conditions that contradict each other"
    if part == "severity":
        what = f"the step '{shortened(line.text.text)}' is never taken: the rule's lines and the steps above exclude it"
        why = "a severity that no finding can have misleads whoever reads the rule"
    elif part == "marks":
        what = f"the mark '{shortened(line.text.text)}' is never set: the rule's lines exclude it"
        why = "a mark that no finding can have misleads whoever reads the rule"
    else:
        what = f"'{shortened(line.text.text)}' is never TRUE where the conditions above it are"
        why = "the rule finds nobody, and would look like a rule that everybody keeps"
    return Fault(line.text.location, "condition-contradiction", what, why, remedy)


def implied(line: Checked, part: str) -> Fault:
    """Return the warning about a line that follows from those above it."""
    what = f"'{shortened(line.text.text)}' is always TRUE where the conditions above it are"
    why = "it adds nothing to the rule" if part != "severity" else "no step below it is ever taken"
    return Fault(line.text.location, "condition-implied", what, why, "take it out, or keep it for the reader's sake")
