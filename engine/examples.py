"""A rule's own examples, through the same SQL as a nation's facts: one that contradicts its rule is a fault."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.landed import Assembled
from engine.backend import DuckBackend
from engine.checker import nearest
from engine.conditions import CheckedRule, check_rule
from engine.emit import Ground
from engine.plan import FactPlan
from engine.questions import Answer, answers
from engine.specimen import Specimen, assembled_specimens
from rules.errors import Fault
from rules.model import Example, Rule, RuleBook
from rules.working_days import WorkingCalendar

UNKNOWN_FIELDS = "_unknown"


def check_examples(book: RuleBook, calendar: WorkingCalendar) -> tuple[Fault, ...]:
    """Return a fault for every example whose outcome or severity is not what its rule gives."""
    faults: list[Fault] = []
    with TemporaryDirectory(prefix="patuh-examples-") as folder, DuckBackend(Path(folder) / "spill") as backend:
        for rule in book.rules.values():
            checked, _ = check_rule(book, rule)
            fact = book.vocabulary.facts.get(rule.subject)
            if checked is None or fact is None:
                continue
            faults += days_off_of_nothing(book, rule)
            for occasion in sorted({occasion_of(example) for example in rule.examples}):
                examples = [example for example in rule.examples if occasion_of(example) == occasion]
                specimens = [specimen(example.subject) for example in examples]
                assembled = assembled_specimens(fact, specimens, Path(folder) / "fact.parquet")
                plan = laid_plan(book, calendar, checked, occasion, assembled)
                faults += contradictions(checked, examples, answers(backend, plan))
    return tuple(sorted(faults))


def days_off_of_nothing(book: RuleBook, rule: Rule) -> Iterable[Fault]:
    """Yield a fault for every example that sets days off for a parameter that there is not."""
    for example in rule.examples:
        for name in example.off:
            if name not in book.parameters:
                what = f"the example '{example.name}' sets days off for '{name}', which is no parameter"
                why = "it would show nothing of what an office may set"
                remedy = f"name the parameter of the deadline{nearest(name, list(book.parameters))}"
                yield Fault(example.location, "condition-unknown-parameter", what, why, remedy)


@dataclass(frozen=True, order=True)
class Occasion:
    """A day, and the kinds of days off that an office sets for its deadlines: (parameter, kinds), in order."""

    day: date
    off: tuple[tuple[str, tuple[str, ...]], ...]


def occasion_of(example: Example) -> Occasion:
    """Return when and under which days off the example is judged."""
    return Occasion(example.today, tuple(sorted(example.off.items())))


def laid_plan(
    book: RuleBook, calendar: WorkingCalendar, rule: CheckedRule, occasion: Occasion, assembled: Assembled
) -> FactPlan:
    """Return the plan of one rule over its examples of one occasion."""
    facts, off = {assembled.fact: assembled}, dict(occasion.off)
    ground = Ground(book.vocabulary, facts, book.parameters, occasion.day, calendar, off)
    return FactPlan(ground, book.vocabulary.facts[assembled.fact], assembled, (rule,))


def specimen(subject: Mapping[str, object]) -> Specimen:
    """Return the example's subject; `_unknown` lists the fields that no source could say."""
    unknown = subject.get(UNKNOWN_FIELDS, ())
    names = unknown if isinstance(unknown, list | tuple) else ()
    fields = {name: value for name, value in subject.items() if name != UNKNOWN_FIELDS}
    return Specimen(fields, frozenset(str(name) for name in names))


def contradictions(rule: CheckedRule, examples: Sequence[Example], found: Sequence[Answer]) -> Iterable[Fault]:
    """Yield a fault per example whose answer differs."""
    for example, answer in zip(examples, found, strict=True):
        if answer.outcome != example.expect:
            yield contradiction(rule, example, f"is {answer.outcome}, not {example.expect}")
        elif example.severity is not None and answer.outcome == "violation" and answer.severity != example.severity:
            yield contradiction(rule, example, f"has severity {answer.severity}, not {example.severity}")
        for name, value in example.shows.items():
            if answer.lets.get(name) != value:
                yield contradiction(rule, example, f"shows {name} = {answer.lets.get(name) or '-'}, not {value}")


def contradiction(rule: CheckedRule, example: Example, differs: str) -> Fault:
    """Return the fault of one example."""
    return Fault(
        example.location,
        "example-contradicts",
        f"example '{example.name}' of {rule.rule.id} {differs} as of {example.today.isoformat()}",
        "the rule does not do what its own example promises",
        "mend the condition or the example; both are read as the rule's meaning",
    )
