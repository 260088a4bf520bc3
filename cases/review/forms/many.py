"""Acts on all that is selected: by hand, all that match, or by a rule; the form comes first, then a preview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from cases.caseload.acts import Confirm, Wake
from cases.caseload.choices import RuleChoice
from cases.caseload.many import ByRule, Target
from cases.review.forms.desk_forms import heading
from cases.review.forms.form_screen import Entry, FormScreen
from cases.review.forms.many_screen import ManyScreen
from cases.review.forms.question import Choice, Form, Question

if TYPE_CHECKING:
    from cases.caseload.acts import CaseAct
    from cases.caseload.line import Line
    from cases.caseload.many import Targets
    from cases.caseload.wanted import Wanted
    from cases.review.case_list import CaseList
    from cases.review.cases_screen import CasesScreen
    from cases.review.forms.act_form import About, ActForm
    from cases.review.forms.case_form import Subject
    from cases.review.forms.memory import Memory
    from cases.review.forms.question import Answers
    from cases.wording import Wording

ONE_BY_ONE: Final = ("ladder", "approve", "retract", "merge", "split")
"""Acts that are each of one case: letters, proposals and decisions about parties."""


@dataclass(frozen=True)
class Selection:
    """What an act is meant for: so many cases; None: all that match, not counted yet."""

    targets: Targets
    count: int | None

    @property
    def rule(self) -> str:
        """The rule that they were selected by; "": by none."""
        return self.targets.rule if isinstance(self.targets, ByRule) else ""


@dataclass(frozen=True)
class OfRule:
    """A selection by rule: the rule, and the numbers of the lines that it marked."""

    rule: str
    numbers: frozenset[int]


def selection(
    cases: CaseList, wanted: Wanted, total: int | None, of: OfRule | None, memory: Memory
) -> Selection | None:
    """Return what is selected; None: nothing, so that a key acts on the case under the cursor."""
    if cases.all_matching:
        return Selection(wanted, total)
    lines = cases.selected
    if not lines:
        return None
    if of is not None and of.numbers == {line.number for line in lines}:
        return Selection(ByRule(wanted, of.rule), None)
    targets = tuple(Target(line.number, max(line.seen, memory.reached(line.number))) for line in lines)
    return Selection(targets, len(targets))


def about_many(subject: Subject, read: object, found: Selection) -> About:
    """Return what a form for many is said from; what only concerns the first case is left to the preview."""
    about = subject.about(read)
    choices = about.choices
    if choices is not None:
        people = tuple(replace(one, refused="", current=False) for one in choices.people)
        queues = tuple(replace(one, refused=(), current=False) for one in choices.queues)
        rules = _first(found.rule, choices.rules)
        choices = replace(choices, people=people, queues=queues, rules=rules, refused={}, hidden_until=None)
    return replace(about, choices=choices, many=found.count or -1, rule=found.rule)


def _first(rule: str, rules: tuple[RuleChoice, ...]) -> tuple[RuleChoice, ...]:
    """Return the rules with the one in front that the cases were selected by, which the first of them need not have."""
    if not rule:
        return rules
    mine = next((one for one in rules if one.rule == rule), RuleChoice(rule, "", 0))
    return (mine, *(one for one in rules if one is not mine))


def many_form(form: ActForm, subject: Subject, found: Selection) -> FormScreen:
    """Ask once what the act needs; sending previews it."""

    def build(wording: Wording, read: object) -> Form:
        made = form.build(wording, about_many(subject, read, found))
        return replace(made, sends=wording.say("preview"))

    def deliver(screen: FormScreen, answers: Answers) -> None:
        about = about_many(subject, screen.read, found)
        subject.host.memory.said.update({name: answers.text(name) for name in form.remembers if answers.text(name)})
        act = form.make(answers, about)
        screen.app.push_screen(ManyScreen(subject.host, found.targets, act, lambda wording: build(wording, None).title))

    entry = Entry(build, subject.read, form.places, form.blame, waits=form.waits)
    return FormScreen(entry, subject.host.review.caseload.today, deliver)


def many_at_once(name: str, subject: Subject, found: Selection) -> ManyScreen | None:
    """Return the preview of an act that asks nothing; None: it asks something."""
    act: CaseAct | None = Confirm() if name == "confirm" else None
    if name == "snooze" and subject.case.hidden:
        act = Wake()
    if act is None:
        return None
    about = about_many(subject, None, found)
    return ManyScreen(subject.host, found.targets, act, partial(title_at_once, act, about))


def title_at_once(act: CaseAct, about: About, wording: Wording) -> str:
    """Return the title of an act that asks nothing."""
    words = wording.say("Confirm") if isinstance(act, Confirm) else wording.say("Show again")
    return heading(words, about, wording)


def rule_form(host: CasesScreen) -> FormScreen:
    """Ask for a rule; all cases of the list in which it found something are selected."""
    cases, lines = host.cases, list(host.cases.lines)

    def build(wording: Wording, _read: object) -> Form:
        found = _counted(lines)
        listed = tuple(
            Choice(rule, rule, wording.plural("{count} case", "{count} cases", count)) for rule, count in found
        )
        why = wording.say("counted in the lines that have been read; the preview counts all")
        asked = Question("rule", wording.say("Rule"), "choice", why=why, choices=listed)
        return Form(wording.say("Select by rule"), (asked,), sends=wording.say("select"))

    def deliver(screen: FormScreen, answers: Answers) -> None:
        rule = answers.text("rule")
        marked = [line for line in lines if rule in line.rules]
        cases.unmark()
        cases.mark(marked)
        host.of_rule = OfRule(rule, frozenset(line.number for line in marked))
        screen.dismiss(None)

    return FormScreen(Entry(build), host.review.caseload.today, deliver)


def _counted(lines: list[Line]) -> list[tuple[str, int]]:
    counted: dict[str, int] = {}
    for line in lines:
        for rule in line.rules:
            counted[rule] = counted.get(rule, 0) + 1
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))
