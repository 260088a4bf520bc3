"""What a rule stands on: its articles and its parameters, on the days for which it judges.

A rule without `law_date` judges by the law of the day on which it runs; one with it judges old subjects by old law, so
an article that has ended may still be what it stands on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.conditions import check_rule
from engine.remarks import Remarks
from rules.errors import Fault
from rules.fault_list import use_one_of
from rules.model import Basis, Parameter, ParameterValue, Rule, RuleBook

CHECKED = ("V", "V2")
ONE = timedelta(days=1)
Found = Iterator[tuple[Fault, bool]]


def check_standing(book: RuleBook, today: date, shipped: frozenset[str]) -> Remarks:
    """Return what is wrong with articles and parameters as of `today`; `shipped` names the parameters of the law."""
    return Remarks.of([*of_rules(book, today), *unused_parameters(book, shipped)])


def of_rules(book: RuleBook, today: date) -> Found:
    """Yield what is wrong with what each rule stands on; a retired one stands on nothing any more."""
    for rule in book.rules.values():
        checked, _ = check_rule(book, rule)
        if checked is not None and rule.status != "retired":
            read = {name: book.parameters[name] for name in checked.parameters}
            yield from Standing(rule, read, today).found()


@dataclass(frozen=True)
class Standing:
    """One rule, the parameters that it reads, and the day of the check."""

    rule: Rule
    parameters: Mapping[str, Parameter]
    today: date

    def found(self) -> Found:
        """Yield faults and warnings."""
        if self.rule.basis:
            yield from self.basis()
            yield from self.together()
        for name, parameter in self.parameters.items():
            yield from self.parameter(name, parameter)

    @property
    def dated(self) -> bool:
        """Whether subjects are judged by the law of a day of their own."""
        return self.rule.law_date is not None

    @property
    def sure(self) -> bool:
        """Whether the rule opens cases by the law of today: what is not in force then is a fault."""
        return self.rule.status == "stable" and not self.dated

    def basis(self) -> Found:
        """The articles: none in force any more, none yet, or a time between two without any."""
        spans = sorted((one.since, one.until or date.max) for one in self.rule.basis)
        last = max(self.rule.basis, key=lambda one: (one.until or date.max, one.since))
        if (last.until or date.max) < self.today:
            yield self.ended(last)
        elif spans[0][0] > self.today:
            what = f"no article of {self.rule.id} is in force before {spans[0][0]}"
            why = "until then the rule applies to nobody"
            yield self.fault("basis-not-yet", what, why, "keep it on trial until then, or correct 'from:'"), self.sure
        reached = spans[0][1]
        for since, until in spans[1:]:
            if since - ONE > reached:
                what = f"no article of {self.rule.id} is in force from {reached + ONE} to {since - ONE}"
                why = "subjects of those days are not judged"
                yield self.fault("basis-gap", what, why, "name the article of those days, if there was one"), False
            reached = max(reached, until)

    def ended(self, last: Basis) -> tuple[Fault, bool]:
        """The last article has ended, and none came after it."""
        what = f"no article of {self.rule.id} is in force any more: {last.law} {last.article} ended on {last.until}"
        why = "the rule applies to nobody any more" if not self.dated else "it judges subjects of older days only"
        return self.fault(
            "basis-ended", what, why, "name the article that followed, or set 'status: retired'"
        ), self.sure

    def together(self) -> Found:
        """No day has both an article and a value of each parameter."""
        for name, parameter in self.parameters.items():
            values = [(one.since, one.until or date.max) for one in parameter.values]
            spans = [(one.since, one.until or date.max) for one in self.rule.basis]
            if not any(since <= end and begin <= until for since, until in values for begin, end in spans):
                what = f"':{name}' has no value on any day on which an article of {self.rule.id} is in force"
                why = "the rule can never judge anybody"
                remedy = "correct the days of the parameter's values or of the basis"
                yield self.fault("basis-without-parameter", what, why, remedy), True

    def parameter(self, name: str, parameter: Parameter) -> Found:
        """A parameter without a value today, or one that nobody has checked."""
        if not self.dated and all(one.until is not None and one.until < self.today for one in parameter.values):
            ended = max(one.until for one in parameter.values if one.until is not None)
            what = f"':{name}' of {self.rule.id} has no value after {ended}"
            why = "without it the rule cannot judge anybody today"
            yield self.fault("parameter-ended", what, why, "add the value that followed, with its source"), self.sure
        if self.rule.status != "stable" or parameter.ours:
            return
        for value in parameter.values:
            if value.checked not in CHECKED and (self.dated or in_force(value, self.today)):
                what = f"{self.rule.id} is stable, and ':{name}' from {value.since} is only '{value.checked}'"
                why = "a stable rule opens cases; its numbers must have been read (V) or confirmed elsewhere (V2)"
                remedy = "set 'status: trial', have the value checked, or say 'ours: true' where no law gives it"
                yield self.fault("parameter-unchecked", what, why, remedy), True

    def fault(self, code: str, what: str, why: str, remedy: str) -> Fault:
        """Return a fault at the rule's own place."""
        return Fault(self.rule.location, code, what, why, remedy)


def in_force(value: ParameterValue, day: date) -> bool:
    """Return whether a value counts on a day."""
    return value.since <= day and (value.until is None or day <= value.until)


def unused_parameters(book: RuleBook, shipped: frozenset[str]) -> Found:
    """Yield a fault for an office's own parameter that replaces none of the law's and that no rule reads."""
    checked = (check_rule(book, rule)[0] for rule in book.rules.values())
    read = {name for rule in checked if rule is not None for name in rule.parameters}
    for name, parameter in book.parameters.items():
        if name not in shipped and name not in read:
            what = f"the parameter '{name}' replaces no shipped one, and no rule reads it"
            why = "what it was meant to change stays as it was"
            yield Fault(parameter.location, "parameter-unused", what, why, use_one_of(name, sorted(shipped))), True
