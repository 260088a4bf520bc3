"""The forms of what lets findings be: a dismissal of a case, and a waiver of what a party has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.caseload.acts import Dismiss, Waive
from cases.review.forms.act_form import ActForm
from cases.review.forms.desk_forms import heading, owner, reason, until
from cases.review.forms.question import Choice, Form, Question

if TYPE_CHECKING:
    from cases.caseload.acts import CaseAct
    from cases.caseload.choices import Choices, RuleChoice
    from cases.review.forms.act_form import About
    from cases.review.forms.question import Answers
    from cases.wording import Wording

RULE, SUBJECT, BOTH, PARTY = "rule", "subject", "both", "party"


def _dismiss(wording: Wording, about: About) -> Form:
    ends = wording.say("left empty: until the registers say otherwise")
    return Form(
        heading(wording.say("Dismiss"), about, wording), (reason(wording), owner(wording, about), until(wording, ends))
    )


def _dismissed(answers: Answers, _: About) -> CaseAct:
    return Dismiss(answers.text("reason"), answers.text("owner"), answers.day("until"))


def _waive(wording: Wording, about: About) -> Form:
    say = wording.say
    ends = say("left empty: until somebody withdraws it")
    return Form(
        heading(say("Waive"), about, wording),
        (
            Question("reach", say("What it covers"), "choice", say("what of this party is let be"), default=RULE,
                choices=_reaches(wording, one=not about.many)),
            Question("rule", say("Rule"), "choice", say("findings of this rule are let be"),
                choices=_rules(about, wording), when=("reach", frozenset({RULE, BOTH}))),
            Question("subject", say("Subject"), "choice", say("what was found of this subject is let be"),
                choices=_subjects(about.choices), when=("reach", frozenset({SUBJECT, BOTH}))),
            reason(wording),
            owner(wording, about),
            Question("proof", say("Proof"), why=say("number and day of the paper that it rests on")),
            Question("since", say("First day"), "date", say("findings are let be from this day on"),
                default=f"{about.today:%d/%m/%Y}"),
            until(wording, ends),
            _everywhere(wording, about),
        ),
    )  # fmt: skip


def _everywhere(wording: Wording, about: About) -> Question:
    allowed = about.choices is None or about.choices.everywhere
    refused = "" if allowed else wording.say("only who works for the whole nation may")
    why = wording.say("otherwise it covers the province of the case alone")
    choice = Choice("everywhere", wording.say("in all provinces"), refused=refused)
    return Question("everywhere", wording.say("Where"), "tick", why, required=False, choices=(choice,))


def _reaches(wording: Wording, *, one: bool) -> tuple[Choice, ...]:
    """A subject is of one case; for many cases it is a rule, or all that each party has."""
    of_one = (
        Choice(SUBJECT, wording.say("one subject")),
        Choice(BOTH, wording.say("one rule on one subject")),
    )
    rule, party = Choice(RULE, wording.say("one rule")), Choice(PARTY, wording.say("the whole party"))
    return (rule, *of_one, party) if one else (rule, party)


def _rules(about: About, wording: Wording) -> tuple[Choice, ...]:
    """How many findings each has is told of one case; of many the preview tells it."""

    def count(one: RuleChoice) -> str:
        return "" if about.many else wording.plural("{count} finding", "{count} findings", one.findings)

    found = about.choices.rules if about.choices else ()
    return tuple(Choice(one.rule, f"{one.rule} {one.title}".rstrip(), count(one)) for one in found)


def _subjects(choices: Choices | None) -> tuple[Choice, ...]:
    """A subject's whole key may be a person's number: it is named by its place in the list, and shown covered."""
    found = choices.subjects if choices else ()
    return tuple(Choice(str(place), one.shown, ", ".join(one.rules)) for place, one in enumerate(found))


def _waived(answers: Answers, about: About) -> CaseAct:
    place = answers.said("subject")
    subjects = about.choices.subjects if about.choices else ()
    return Waive(
        answers.text("reason"),
        answers.text("owner"),
        answers.text("proof"),
        rule=answers.said("rule"),
        subject=subjects[int(place)].key if place else None,
        whole_party=answers.text("reach") == PARTY,
        everywhere=bool(answers.ticked("everywhere")),
        since=answers.day("since"),
        until=answers.day("until"),
    )


DISMISS = ActForm("dismiss", _dismiss, _dismissed, waits=False, remembers=("owner",))
WAIVE = ActForm("waive", _waive, _waived, remembers=("owner",))
