"""Whether a rule's examples show what each of its lines can come to: TRUE, FALSE and NULL.

A line is a condition of `scope`, `needs` or `when`, the law date, a step of the severity, or a mark. It is *reached* by
a subject when all parts before its own are TRUE and the law is in force (a step or a mark: when the subject is a
violation). It *decides* when it is reached and every other line of its part is TRUE (a step: when no step before it is
TRUE): then its own outcome is the rule's. What is demanded of the examples, for each line and each outcome:

- an example in which the line decides with this outcome, where any subject can be such (plain evaluation would let one
  line hide behind another: an example in which two lines are FALSE shows neither);
- otherwise an example in which the line is reached with it, where any subject can be such;
- otherwise nothing.

"Can be" is never guessed from types alone: a subject within the vocabulary has been found (`engine.probes`), went
through the same SQL as a nation's facts, and came out so. NULL is therefore demanded only where a field that the line
reads may be not said at that point, and never of a field that an earlier line has proved to be there. The subject found
is what the report proposes as an example.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.backend import DuckBackend
from engine.conditions import CheckedRule, check_rule
from engine.examples import Occasion, contradictions, laid_plan, occasion_of
from engine.limits import Limit, Side
from engine.probes import Probe, Probes
from engine.questions import Answer, Question, Truth, answers, questions
from engine.specimen import Specimen, assembled_specimens
from rules.errors import Fault
from rules.model import Rule, RuleBook
from rules.working_days import WorkingCalendar

OUTCOMES: tuple[Truth, ...] = (True, False, None)
BEFORE = {
    "scope": (),
    "needs": ("scope",),
    "law_date": ("scope", "needs"),
    "when": ("scope", "needs", "law_date"),
}
"""The parts that stand before a part, in the order in which they are judged."""


@dataclass(frozen=True)
class Gap:
    """A line never seen in an outcome that it can have: `probe` is a subject that would show it.

    `decides`: the line decides there; False: it is only reached.
    """

    question: Question
    outcome: Truth
    decides: bool
    probe: Probe


@dataclass(frozen=True)
class LimitGap:
    """A limit of a line that no example stands on this side of: `probe` is a subject that would show it."""

    question: Question
    limit: Limit
    side: Side
    probe: Probe


@dataclass(frozen=True)
class Coverage:
    """What one rule's examples show: `demanded` pairs of line and outcome, `gaps` those not seen among them.

    `sides` counts both sides of every limit, `limit_gaps` are those on which no example stands.
    """

    rule: Rule
    failures: tuple[Fault, ...]
    demanded: int
    gaps: tuple[Gap, ...]
    sides: int = 0
    limit_gaps: tuple[LimitGap, ...] = ()

    @property
    def passed(self) -> int:
        """The examples that come out as they promise."""
        return len(self.rule.examples) - len({fault.location for fault in self.failures})

    @property
    def seen(self) -> int:
        """The demanded pairs that an example shows."""
        return self.demanded - len(self.gaps)

    @property
    def percent(self) -> int:
        """What is seen of what is demanded, rounded down: 100 means all of it."""
        return self.seen * 100 // self.demanded if self.demanded else 100


def cover(book: RuleBook, calendar: WorkingCalendar, names: Sequence[str]) -> tuple[Coverage, ...]:
    """Return what the examples of the rules `names` show; a rule that does not compile is left out."""
    with TemporaryDirectory(prefix="patuh-coverage-") as folder, DuckBackend(Path(folder) / "spill") as backend:
        bench = Bench(book, calendar, backend, Path(folder) / "fact.parquet")
        checked = (check_rule(book, book.rules[name])[0] for name in names)
        return tuple(bench.coverage(rule) for rule in checked if rule is not None)


@dataclass(frozen=True)
class Bench:
    """Where a handful of subjects is judged, one rule and day at a time."""

    book: RuleBook
    calendar: WorkingCalendar
    backend: DuckBackend
    path: Path

    def coverage(self, rule: CheckedRule) -> Coverage:
        """Judge a rule's examples, and the subjects near them."""
        fact = self.book.vocabulary.facts[rule.rule.subject]
        probes = Probes(rule, fact, self.book.parameters)
        asked = self.asked(rule)
        failures: list[Fault] = []
        shown, possible = Sightings(asked), Sightings(asked)
        for occasion in dict.fromkeys(map(occasion_of, rule.rule.examples)):
            examples = [example for example in rule.rule.examples if occasion_of(example) == occasion]
            subjects = [*(Probe(example, {}) for example in examples), *probes.of(occasion)]
            found = self.judged(rule, occasion, [one.specimen() for one in subjects])
            failures += contradictions(rule, examples, found[: len(examples)])
            judged = list(zip(subjects, found, strict=True))
            shown.add(judged[: len(examples)])
            possible.add(judged[len(examples) :])
        return measured(rule.rule, asked, tuple(sorted(failures)), shown, possible)

    def judged(self, rule: CheckedRule, occasion: Occasion, subjects: list[Specimen]) -> list[Answer]:
        """Return the rule's answers for the subjects on an occasion."""
        fact = self.book.vocabulary.facts[rule.rule.subject]
        assembled = assembled_specimens(fact, subjects, self.path)
        return answers(self.backend, laid_plan(self.book, self.calendar, rule, occasion, assembled))

    def asked(self, rule: CheckedRule) -> tuple[Question, ...]:
        """Return the rule's lines."""
        fact = self.book.vocabulary.facts[rule.rule.subject]
        none = assembled_specimens(fact, [], self.path)
        plan = laid_plan(self.book, self.calendar, rule, Occasion(self.calendar.covers_from, ()), none)
        return questions(plan, plan.emitter())


class Sightings:
    """Which line was seen in which outcome, and the first subject that shows it: reached, and deciding."""

    def __init__(self, asked: tuple[Question, ...]) -> None:
        self.asked = asked
        self.reached: dict[tuple[str, Truth], Probe] = {}
        self.decides: dict[tuple[str, Truth], Probe] = {}
        self.sides: dict[tuple[tuple[str, int], Side], Probe] = {}

    def add(self, judged: Iterable[tuple[Probe, Answer]]) -> None:
        """Note what each subject shows; of subjects with one answer the first."""
        distinct: dict[tuple[object, ...], tuple[Probe, Answer]] = {}
        for probe, answer in judged:
            told = (answer.outcome, answer.in_force, *answer.lines.values(), *answer.sides.values())
            distinct.setdefault(told, (probe, answer))
        for probe, answer in distinct.values():
            reached = dict(reached_lines(self.asked, answer))
            for place, side in answer.sides.items():
                if side is not None and place[0] in reached:
                    self.sides.setdefault((place, side), probe)
            for label, decides in reached.items():
                key = (label, answer.lines[label])
                self.reached.setdefault(key, probe)
                if decides:
                    self.decides.setdefault(key, probe)


def reached_lines(asked: tuple[Question, ...], answer: Answer) -> Iterator[tuple[str, bool]]:
    """Yield the label of each line that the subject reaches, and whether the line decides there."""
    lines, false = answer.lines, {part for part in BEFORE if not holds(asked, answer, part)}
    stepped = False
    for one in asked:
        if one.part in {"severity", "marks"}:
            if answer.outcome == "violation":
                yield one.label, one.part == "marks" or not stepped
                stepped = stepped or (one.part == "severity" and lines[one.label] is True)
        elif answer.in_force is not False and not false & set(BEFORE[one.part]):
            others = (other for other in asked if other.part == one.part and other is not one)
            yield one.label, all(lines[other.label] is True for other in others)


def holds(asked: tuple[Question, ...], answer: Answer, part: str) -> bool:
    """Return whether every line of a part is TRUE."""
    return all(answer.lines[one.label] is True for one in asked if one.part == part)


def measured(
    rule: Rule, asked: tuple[Question, ...], failures: tuple[Fault, ...], shown: Sightings, possible: Sightings
) -> Coverage:
    """Compare what the examples show with what can be."""
    demanded, gaps = 0, []
    for one in asked:
        for outcome in OUTCOMES:
            key = (one.label, outcome)
            if key in possible.decides or key in shown.decides:
                demanded += 1
                if key not in shown.decides:
                    gaps.append(Gap(one, outcome, True, possible.decides[key]))
            elif key in possible.reached or key in shown.reached:
                demanded += 1
                if key not in shown.reached:
                    gaps.append(Gap(one, outcome, False, possible.reached[key]))
    sides, limit_gaps = at_limits(asked, shown, possible)
    return Coverage(rule, failures, demanded, tuple(gaps), sides, limit_gaps)


def at_limits(asked: tuple[Question, ...], shown: Sightings, possible: Sightings) -> tuple[int, tuple[LimitGap, ...]]:
    """Return how many sides of limits can be stood on, and those on which no example stands."""
    sides, gaps = 0, []
    for one in asked:
        for number, limit in enumerate(one.limits):
            for side in limit.sides:
                key = ((one.label, number), side)
                sides += key in shown.sides or key in possible.sides
                if key in possible.sides and key not in shown.sides:
                    gaps.append(LimitGap(one, limit, side, possible.sides[key]))
    return sides, tuple(gaps)
