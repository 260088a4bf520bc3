"""Conditions: text to a checked, typed tree, with every fault at its place in the rule file.

Parsed with sqlglot as one expression, checked in `engine.checker`, gathered here rule by rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from engine.checker import Checked, Checker, function_name, nearest, shortened
from engine.language import AGGREGATES, DATE_FUNCTIONS, Kind
from rules.errors import Fault, Location
from rules.model import SEVERITIES, Fact, Rule, RuleBook, Text

LONGEST = 2000
DEEPEST = 40


@dataclass(frozen=True)
class CheckedRule:
    """A rule whose every expression has been checked."""

    rule: Rule
    scope: tuple[Checked, ...]
    needs: tuple[Checked, ...]
    when: tuple[Checked, ...]
    let: Mapping[str, Checked]
    law_date: Checked | None
    severity: tuple[tuple[Checked | None, int], ...]
    marks: tuple[tuple[str, Checked], ...]
    evidence: tuple[str, ...]

    @property
    def expressions(self) -> tuple[Checked, ...]:
        """Everything of the rule that is worked out: lines, named values, steps, marks and the law date."""
        steps = [step for step, _ in self.severity if step is not None]
        dates = [self.law_date] if self.law_date is not None else []
        marks = (mark for _, mark in self.marks)
        return (*self.scope, *self.needs, *self.when, *self.let.values(), *steps, *marks, *dates)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter that the rule reads anywhere."""
        return tuple(dict.fromkeys(name for one in self.expressions for name in one.parameters))


def parsed(text: Text) -> exp.Expression | Fault:
    """Parse one expression, or say why it is none; statements, blocks and comments are refused."""
    why = f"'{shortened(text.text)}' is not one SQL expression"
    remedy = "write one boolean expression, without `;`, comments or statements"
    if len(text.text) > LONGEST:
        return Fault(text.location, "condition-syntax", f"a condition of {len(text.text)} characters", why, remedy)
    try:
        tree = _one_tree(text.text)
    except (SqlglotError, RecursionError) as error:
        return Fault(error_place(text, error), "condition-syntax", error_words(error), why, remedy)
    if isinstance(tree, str):
        return Fault(text.location, "condition-syntax", tree, why, remedy)
    return tree.copy()


@lru_cache(maxsize=2048)
def _one_tree(text: str) -> exp.Expression | str:
    """Return the tree of a text, or what is wrong with it; each check of a rule asks again for the same texts.

    Raises what sqlglot raises. Whoever wants to change the tree changes a copy.
    """
    trees = sqlglot.parse(text)
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Expression):
        return f"{len(trees)} statements instead of one"
    if any(node.comments for node in tree.walk()):
        return "a comment inside a condition"
    if max(node.depth for node in tree.walk()) > DEEPEST:
        return f"nested more than {DEEPEST} deep"
    return tree


def error_place(text: Text, error: Exception) -> Location:
    """Return where sqlglot stumbled: its `col` is the end of the token, counted in the text."""
    details = (getattr(error, "errors", None) or [{}])[0]
    start = text.location
    if details.get("line") != 1 or "\n" in text.text:
        return start
    token = details.get("highlight") or ""
    return Location(start.path, start.line, start.column + max(int(details.get("col") or 0) - len(token), 0))


def error_words(error: Exception) -> str:
    """Return what sqlglot says, without its terminal colours."""
    details = (getattr(error, "errors", None) or [{}])[0]
    said = str(details.get("description") or "cannot be read as SQL").replace("<class 'sqlglot.expressions.core.", "")
    token = details.get("highlight") or ""
    return f"{said.removesuffix(chr(39) + '>')}" + (f" near '{token}'" if token else "")


def checked(
    checker: Checker,
    wanted: Kind | None,
) -> Checked | None:
    """Return the checked form of the checker's text, None after adding its faults."""
    tree = parsed(checker.text)
    if isinstance(tree, Fault):
        checker.faults.append(tree)
        return None
    before = len(checker.faults)
    kind = checker.kind(tree)
    if kind is not None and wanted is not None and kind != wanted:
        what = f"'{shortened(checker.text.text)}' is {kind}, a {wanted} is wanted here"
        checker.refuse(None, "condition-type", what, f"write an expression that gives a {wanted}")
    if len(checker.faults) > before or kind is None:
        return None
    full = with_lets(tree, checker.lets)
    fields, paths, parameters, uses_day = what_it_reads(full, checker.fact)
    # Whom a parameter's value is for is read of the subject as well.
    choosing = [by for name in parameters if (by := checker.parameters[name].by or "") in checker.fact.fields]
    read = tuple(dict.fromkeys((*fields, *choosing)))
    return Checked(checker.text, full, kind, read, paths, parameters, uses_day)


def with_lets(tree: exp.Expression, lets: Mapping[str, Checked]) -> exp.Expression:
    """Return the tree with every `let` name replaced by its expression."""

    def replaced(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column) and not node.table and node.name in lets:
            return exp.Paren(this=lets[node.name].tree.copy())
        return node

    return tree.transform(replaced) if lets else tree


def what_it_reads(
    tree: exp.Expression, fact: Fact
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...], bool]:
    """Return own fields, (relation, field) pairs, parameters, and whether the evaluation date is read."""
    fields: dict[str, None] = {}
    paths: dict[tuple[str, str], None] = {}
    inside = {
        id(node)
        for call in tree.find_all(exp.Anonymous)
        if function_name(call) in AGGREGATES
        for argument in call.expressions
        for node in argument.walk()
    }
    for call in tree.find_all(exp.Anonymous):
        if function_name(call) in AGGREGATES:
            relation = fact.relations[call.expressions[0].name]
            fields[relation.ours] = None
            for argument in call.expressions[1:]:
                for column in argument.find_all(exp.Column):
                    paths[(relation.name, column.name)] = None
    for column in tree.find_all(exp.Column):
        if id(column) in inside:
            continue
        if column.table:
            fields[fact.relations[column.table].ours] = None
            paths[(column.table, column.name)] = None
        else:
            fields[column.name] = None
    parameters = tuple(dict.fromkeys(str(node.this) for node in tree.find_all(exp.Placeholder)))
    uses_day = any(function_name(node) in DATE_FUNCTIONS for node in tree.find_all(exp.Anonymous))
    return tuple(fields), tuple(paths), parameters, uses_day


@dataclass
class RuleCheck:
    """Checks all expressions of one rule against the vocabulary and the parameters."""

    book: RuleBook
    rule: Rule
    fact: Fact
    faults: list[Fault] = field(default_factory=list)
    lets: dict[str, Checked] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def one(self, text: Text, wanted: Kind | None) -> Checked | None:
        """Check one expression; its faults go to `faults`."""
        broken = frozenset(self.broken)
        checker = Checker(self.book.vocabulary, self.fact, self.book.parameters, self.lets, text, self.faults, broken)
        return checked(checker, wanted)

    def all(self, texts: tuple[Text, ...]) -> tuple[Checked, ...]:
        """Check a list of conditions."""
        return tuple(found for text in texts if (found := self.one(text, "boolean")) is not None)

    def evidence(self) -> tuple[str, ...]:
        """Check that each evidence name is a field or a `let`."""
        known = [*self.fact.fields, *self.rule.let]
        for item in self.rule.evidence:
            if item.text not in known:
                what = f"evidence '{item.text}' is neither a field of {self.fact.name} nor a let"
                remedy = "name a field of rules/facts.yaml or a let of this rule"
                why = "a finding without its evidence cannot be defended"
                what += nearest(item.text, known)
                self.faults.append(Fault(item.location, "condition-unknown-field", what, why, remedy))
        return tuple(item.text for item in self.rule.evidence)

    def run(self) -> CheckedRule:
        """Check everything; the result may run only where `faults` is empty."""
        rule = self.rule
        for name, let in rule.let.items():
            found = self.one(let.text, None)
            if found is not None:
                self.lets[name] = found
            else:
                self.broken.add(name)
        severity = tuple(
            (self.one(step.when, "boolean") if step.when else None, step.severity) for step in rule.severity
        )
        return CheckedRule(
            rule=rule,
            scope=self.all(rule.scope),
            needs=self.all(rule.needs),
            when=self.all(rule.when),
            let=dict(self.lets),
            law_date=self.one(rule.law_date, "date") if rule.law_date else None,
            severity=tuple((condition, severity_number(name)) for condition, name in severity),
            marks=tuple(
                (mark.name, found) for mark in rule.marks if (found := self.one(mark.condition, "boolean")) is not None
            ),
            evidence=self.evidence(),
        )


def severity_number(name: str) -> int:
    """Return 1 (low) to 4 (critical)."""
    return [str(known) for known in SEVERITIES].index(name) + 1


def check_rule(book: RuleBook, rule: Rule) -> tuple[CheckedRule | None, tuple[Fault, ...]]:
    """Return the checked rule, or None and everything that is wrong with its expressions."""
    fact = book.vocabulary.facts.get(rule.subject)
    if fact is None:
        return None, ()  # the loader has said so
    check_of = RuleCheck(book, rule, fact)
    result = check_of.run()
    faults = tuple(dict.fromkeys(check_of.faults))
    return (None, faults) if faults else (result, ())


def check(book: RuleBook) -> tuple[Fault, ...]:
    """Return every fault of every condition of every rule, in file order."""
    return tuple(sorted(fault for rule in book.rules.values() for fault in check_rule(book, rule)[1]))
