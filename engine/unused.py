"""What a rule declares and never uses: a named value that nothing reads, evidence that no register can say."""

from collections.abc import Iterable, Iterator
from string import Formatter

from sqlglot import exp

from engine.conditions import parsed
from engine.remarks import Remarks
from rules.configuration import Assembly, Configuration
from rules.errors import Fault
from rules.model import Rule, RuleBook, Text


def check_unused(book: RuleBook, configuration: Configuration) -> Remarks:
    """Return a fault for each `let` that nothing names, and a warning for evidence that no source of the run offers."""
    found: list[tuple[Fault, bool]] = []
    for rule in book.rules.values():
        found += [(fault, True) for fault in unused_lets(rule)]
        assembly = configuration.assemblies.get(rule.subject)
        offers = offered(assembly, configuration) if assembly is not None else None
        if offers is not None:  # a fact that the run does not put together is said by the scan, once
            found += [(fault, False) for fault in unsaid_evidence(rule, offers)]
    return Remarks.of(found)


def texts_of(rule: Rule) -> Iterator[Text]:
    """Yield every expression of a rule as written, those under `let` left out."""
    yield from (*rule.scope, *rule.needs, *rule.when)
    yield from (step.when for step in rule.severity if step.when is not None)
    yield from (mark.condition for mark in rule.marks)
    if rule.law_date is not None:
        yield rule.law_date


def names_read(texts: Iterable[Text]) -> set[str]:
    """Return the own fields and named values that expressions name."""
    trees = [parsed(text) for text in texts]
    expressions = [tree for tree in trees if isinstance(tree, exp.Expression)]
    return {column.name for tree in expressions for column in tree.find_all(exp.Column) if not column.table}


def unused_lets(rule: Rule) -> Iterator[Fault]:
    """Yield a fault for each named value that no condition, sentence, evidence or example names."""
    named = names_read([*texts_of(rule), *(let.text for let in rule.let.values())])
    named |= {item.text for item in rule.evidence}
    for template in rule.say.values():
        named |= {name for _, name, _, _ in Formatter().parse(template) if name}
    for example in rule.examples:
        named |= set(example.shows)
    for name, let in rule.let.items():
        if name not in named:
            what = f"the let '{name}' of {rule.id} is named nowhere"
            why = "no condition, sentence or evidence shows it, so nobody would see it or be judged by it"
            yield Fault(let.text.location, "let-unused", what, why, "name it in 'say' or 'evidence', or take it out")


def offered(assembly: Assembly, configuration: Configuration) -> frozenset[str] | None:
    """Return the fields that the sources of a fact offer; None where a source has a form of its own."""
    names = (assembly.spine, *(join.source for join in assembly.joins))
    sources = [configuration.sources[name] for name in names if name in configuration.sources]
    if not all(source.columns for source in sources):
        return None
    return frozenset(name for source in sources for name in source.columns)


def unsaid_evidence(rule: Rule, offers: frozenset[str]) -> Iterator[Fault]:
    """Yield a warning for each piece of evidence that can never be said in this run."""
    judged = names_read([*rule.scope, *rule.needs, *rule.when])
    for item in rule.evidence:
        if item.text not in offers and item.text not in rule.let and "." not in item.text:
            what = f"no source of this run offers '{item.text}', evidence of {rule.id}"
            why = "every finding shows a dash there"
            if item.text in judged:
                why = "a condition reads it, so what the rule says of many or all is unknown"
            remedy = "add its column to a source of the run file, if a register has it"
            yield Fault(item.location, "evidence-unsaid", what, why, remedy)
