"""What the pages of the site show, in one language and for all days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cases.names import PARTY_KINDS, name_of
from cases.rule_lines import BasisLine, FieldLine, ParameterLines, RulePage
from cases.rule_names import DAY_KIND_WORDS
from cases.rule_page import Reading, basis_line, field_line, parameter_lines, rule_page
from cases.wording import Wording
from engine.conditions import CheckedRule
from rules.model import CaseCondition, DecisionRule, Fact, LadderStep, RuleBook
from rules.working_days import WorkingCalendar, names_of_days

SIGNS: Mapping[str, str] = {"is": "=", "in": "=", "at_least": "≥", "at_most": "≤"}


@dataclass(frozen=True)
class FactPage:
    """A fact of the vocabulary; `identifiers` and `relations` as name and what it names, `read_by` rules."""

    name: str
    words: str
    key: str
    region: str
    party: str
    party_name: str
    identifiers: tuple[tuple[str, str], ...]
    relations: tuple[tuple[str, str], ...]
    fields: tuple[FieldLine, ...]
    read_by: tuple[str, ...]


@dataclass(frozen=True)
class DecisionLine:
    """A rule of routing or of the ladder: what it asks, what follows, and why."""

    id: str
    asks: tuple[str, ...]
    then: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class StepLine:
    """A step of the ladder; `deadline` in words, "" where there is none."""

    id: str
    words: str
    does: str
    needs: tuple[str, ...]
    deadline: str
    ours: bool
    office: str
    basis: tuple[BasisLine, ...]


@dataclass(frozen=True)
class DayLine:
    """A day off: its kind, and its name where the calendar has one."""

    day: str
    kind: str
    name: str


@dataclass(frozen=True)
class Content:
    """All that the site shows in one language; `days` by year, the newest first."""

    rules: tuple[RulePage, ...]
    facts: tuple[FactPage, ...]
    parameters: tuple[ParameterLines, ...]
    parameter_readers: Mapping[str, tuple[str, ...]]
    routing: tuple[DecisionLine, ...]
    steps: tuple[StepLine, ...]
    ladder: tuple[DecisionLine, ...]
    days: tuple[tuple[int, tuple[DayLine, ...]], ...]


def content_of(rules: Sequence[CheckedRule], book: RuleBook, calendar: WorkingCalendar, wording: Wording) -> Content:
    """Return the content in the language of `wording`."""
    reading = Reading(book, wording)
    pages = tuple(rule_page(checked, reading) for checked in rules)
    readers = {
        name: tuple(page.id for page in pages if any(one.name == name for one in page.parameters))
        for name in book.parameters
    }
    return Content(
        rules=pages,
        facts=tuple(_fact(fact, pages, reading) for fact in book.vocabulary.facts.values()),
        parameters=tuple(parameter_lines(one, reading) for _, one in sorted(book.parameters.items())),
        parameter_readers=readers,
        routing=tuple(_decision(rule, wording) for rule in book.routing.rules),
        steps=tuple(_step(step, reading) for step in book.ladder.steps),
        ladder=tuple(_decision(rule, wording) for rule in book.ladder.rules),
        days=_days(calendar, wording),
    )


def _fact(fact: Fact, pages: Sequence[RulePage], reading: Reading) -> FactPage:
    facts, wording = reading.book.vocabulary.facts, reading.wording
    return FactPage(
        name=fact.name,
        words=wording.words(fact.words),
        key=fact.key,
        region=fact.region,
        party=name_of(PARTY_KINDS, fact.party.kind, wording),
        party_name=fact.party.name,
        identifiers=tuple((str(kind).upper(), name) for kind, name in fact.party.identifiers.items()),
        relations=tuple((one.name, wording.words(facts[one.fact].words)) for one in fact.relations.values()),
        fields=tuple(field_line(name, known, wording) for name, known in fact.fields.items()),
        read_by=tuple(page.id for page in pages if page.subject == fact.name),
    )


def _decision(rule: DecisionRule, wording: Wording) -> DecisionLine:
    then = tuple(f"{name} = {value}" for name, value in rule.then.items())
    return DecisionLine(rule.id, tuple(_asked(one) for one in rule.when), then, wording.words(rule.why))


def _asked(condition: CaseCondition) -> str:
    return f"{condition.fact} {SIGNS[condition.operator]} {' | '.join(map(str, condition.values))}"


def _step(step: LadderStep, reading: Reading) -> StepLine:
    wording, book = reading.wording, reading.book
    deadline = book.parameters.get(step.deadline.parameter) if step.deadline else None
    return StepLine(
        id=step.id,
        words=wording.words(step.words),
        does=wording.words(step.do),
        needs=tuple(wording.words(book.ladder.records[name].words) for name in step.needs),
        deadline=wording.words(deadline.words) if deadline else "",
        ours=bool(step.deadline and step.deadline.ours),
        office=step.office or "",
        basis=tuple(basis_line(basis, reading) for basis in step.basis),
    )


def _days(calendar: WorkingCalendar, wording: Wording) -> tuple[tuple[int, tuple[DayLine, ...]], ...]:
    years = range(calendar.covers_from.year, calendar.covers_until.year + 1)
    names = names_of_days(wording.language, years)
    found: dict[int, list[tuple[date, DayLine]]] = {year: [] for year in reversed(years)}
    for day, kinds in sorted(calendar.kinds.items()):
        if day.year in found:
            kind = ", ".join(name_of(DAY_KIND_WORDS, one, wording) for one in sorted(kinds))
            found[day.year].append((day, DayLine(wording.date(day), kind, names.get(day, ""))))
    return tuple((year, tuple(line for _, line in lines)) for year, lines in found.items())
