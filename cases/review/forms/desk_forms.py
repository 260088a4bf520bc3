"""The forms of what is done at the desk: another office, somebody to work on it, hidden for a while, a note."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cases.caseload.acts import Assign, Confirm, Note, Redirect, Snooze
from cases.inert import inert
from cases.review.forms.act_form import ActForm
from cases.review.forms.question import Choice, Form, Question

if TYPE_CHECKING:
    from cases.caseload.acts import CaseAct
    from cases.caseload.choices import PersonChoice, QueueChoice
    from cases.review.forms.act_form import About
    from cases.review.forms.question import Answers
    from cases.wording import Wording

PRESETS = (7, 14, 30)
"""Days for which a case is hidden by one key."""
OTHER_DAY = "other"


def heading(act: str, about: About, wording: Wording) -> str:
    """Return the title of a form: the act, the case, whose it is; or how many cases."""
    if about.many:
        count = wording.plural("{count} case", "{count} cases", about.many) if about.many > 0 else ""
        every = wording.say("all of rule {rule}", rule=about.rule) if about.rule else wording.say("all that match")
        return f"{act} · {count or every}"
    return wording.say("{act} · case {number} · {party}", act=act, number=about.number, party=inert(about.party, 60))


def reason(wording: Wording, default: str = "") -> Question:
    """Ask why."""
    why = wording.say("a decision without its reason cannot be checked later")
    return Question("reason", wording.say("Reason"), why=why, default=default)


def owner(wording: Wording, about: About) -> Question:
    """Ask who answers for it: whoever was named last, or who is logged in."""
    why = wording.say("somebody has to answer for it when it is looked at again")
    return Question("owner", wording.say("Who answers for it"), why=why, default=about.said.get("owner", about.login))


def until(wording: Wording, why: str) -> Question:
    """Ask for a last day, which may be left open."""
    return Question("until", wording.say("Last day"), "date", why=why, required=False)


def _office(wording: Wording, about: About) -> Form:
    queues = about.choices.queues if about.choices else ()
    free = [one for one in queues if not one.refused]
    last = about.said.get("queue")
    first = next((one.name for one in free if one.name == last), None)
    proposed = next((one.name for one in free if one.proposed), free[0].name if free else "")
    asked = Question(
        "queue",
        wording.say("Office"),
        "choice",
        why=wording.say("the office that the case goes to; routing proposed one by its rules"),
        default=first or proposed,
        choices=tuple(_queue(one, wording) for one in queues),
    )
    if about.flagged:
        return Form(heading(wording.say("Confirm for an office"), about, wording), (asked, _no_reason(wording)))
    return Form(heading(wording.say("Send to another office"), about, wording), (asked, reason(wording)))


def _no_reason(wording: Wording) -> Question:
    """A first confirmation needs no reason; the question is never asked, so that the form keeps its shape."""
    return Question("reason", wording.say("Reason"), when=("queue", frozenset()), required=False)


def _queue(one: QueueChoice, wording: Wording) -> Choice:
    marks = [wording.say("proposed by routing")] if one.proposed else []
    marks += [wording.say("headed there now")] if one.current else []
    return Choice(one.name, one.name.capitalize(), ", ".join(marks), "; ".join(one.refused))


def _sent(answers: Answers, about: About) -> CaseAct:
    if about.flagged:
        return Confirm(answers.text("queue"))
    return Redirect(answers.text("queue"), answers.text("reason"))


def _assign(wording: Wording, about: About) -> Form:
    people = about.choices.people if about.choices else ()
    free = [one for one in people if not one.refused and not one.current]
    last = about.said.get("login")
    lightest = min(free, key=lambda one: (one.login == "nobody", one.load), default=None)
    default = next((one.login for one in free if one.login == last), lightest.login if lightest else "")
    asked = Question(
        "login",
        wording.say("Who works on it"),
        "choice",
        why=wording.say("type letters of a name; the number is how many live cases each has"),
        default=default,
        choices=tuple(_person(one, wording) for one in people),
    )
    return Form(heading(wording.say("Assign"), about, wording), (asked,))


def _person(one: PersonChoice, wording: Wording) -> Choice:
    if one.login == "nobody":
        words, load = wording.say("nobody"), ""
    else:
        words = f"{one.name} ({one.login})" if one.name and one.name != one.login else one.login
        load = wording.plural("{count} case", "{count} cases", one.load)
    here = wording.say("has it now") if one.current else ""
    return Choice(one.login, words, ", ".join(part for part in (load, here) if part), one.refused)


def _snooze(wording: Wording, about: About) -> Form:
    days = [
        Choice(
            f"+{count}",
            wording.plural("{count} day", "{count} days", count),
            wording.say("until {day}", day=wording.date(about.today + timedelta(days=count))),
        )
        for count in PRESETS
    ]
    days.append(Choice(OTHER_DAY, wording.say("until another day")))
    why = wording.say("it comes back by itself when the day is over; what is due of it stays listed")
    return Form(
        heading(wording.say("Hide for a while"), about, wording),
        (
            Question("days", wording.say("How long"), "choice", why=why, default="+7", choices=tuple(days)),
            Question("until", wording.say("Last day"), "date", why=why, when=("days", frozenset({OTHER_DAY}))),
            reason(wording),
        ),
    )


def _hidden(answers: Answers, about: About) -> CaseAct:
    day = answers.day("until")
    if answers.text("days") != OTHER_DAY or day is None:
        day = about.today + timedelta(days=int(answers.text("days")))
    return Snooze(day, answers.text("reason"))


def _note(wording: Wording, about: About) -> Form:
    why = wording.say("it stays in the case's file for whoever reads it later")
    return Form(
        heading(wording.say("Note"), about, wording), (Question("text", wording.say("Note"), "longtext", why=why),)
    )


OFFICE = ActForm("confirm", _office, _sent, remembers=("queue",), blame="queue")
ASSIGN = ActForm(
    "assign", _assign, lambda answers, _: Assign(answers.text("login")), remembers=("login",), blame="login"
)
SNOOZE = ActForm("snooze", _snooze, _hidden, waits=False)
NOTE = ActForm("note", _note, lambda answers, _: Note(answers.text("text")), waits=False, blame="text")
