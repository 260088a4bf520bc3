"""The forms of the sanction ladder: what comes next is picked first, then its paper is asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cases.caseload.acts import Answer, Close, Paper, Pause, Receipt, Record, Refer, Resume, Step
from cases.review.forms.act_form import ActForm
from cases.review.forms.desk_forms import heading, reason, until
from cases.review.forms.question import Choice, Form, Question

if TYPE_CHECKING:
    from cases.caseload.acts import CaseAct
    from cases.caseload.choices import AnswerChoice, Choices, LadderChoice, PurposeChoice
    from cases.review.forms.act_form import About
    from cases.review.forms.question import Answers
    from cases.wording import Wording

PAUSE, RESUME, CLOSE = "pause", "resume", "close"
WITH_A_REASON = (PAUSE, RESUME, CLOSE)


def next_steps(wording: Wording, about: About) -> Form:
    """Ask which of all that can be put on record; what is refused is listed with what is missing."""
    listed = _in_order(about.choices, wording) if about.choices else ()
    asked = Question(
        "next",
        wording.say("What comes next"),
        "choice",
        why=wording.say("what is marked ✗ is not allowed yet; it says what is missing"),
        default=listed[0].value if listed else "",
        choices=listed,
    )
    return Form(heading(wording.say("Ladder"), about, wording), (asked,), sends=wording.say("go on"))


def _in_order(choices: Choices, wording: Wording) -> tuple[Choice, ...]:
    """What comes next by what is on record first, then what may be done, then what may not, then what is no step."""
    ladder = sorted(choices.ladder, key=lambda one: (not one.following, bool(one.refused)))
    found = [_step(one, wording) for one in ladder]
    found += [_purpose(one, wording) for one in choices.purposes]
    found += [_answer(one, wording) for one in choices.answers]
    first = [one for one, of in zip(found, ladder, strict=False) if of.following]
    rest = sorted((one for one in found if one not in first), key=lambda one: bool(one.refused))
    return (*first, *rest, *_others(choices, wording))


def _step(one: LadderChoice, wording: Wording) -> Choice:
    kinds = {
        "step": wording.say("letter: {name}", name=one.words),
        "receipt": wording.say("receipt: {name}", name=one.words),
        "record": wording.say("record: {name}", name=one.words),
    }
    marks = [wording.say("comes next")] if one.following else []
    marks += [wording.say("two persons")] if one.two else []
    return Choice(f"{one.kind}:{one.name}", kinds[one.kind], ", ".join(marks), "; ".join(one.refused))


def _purpose(one: PurposeChoice, wording: Wording) -> Choice:
    words = wording.say("hand over: {name}", name=one.words)
    two = wording.say("two persons") if one.two else ""
    return Choice(f"refer:{one.purpose}", words, two, "; ".join(one.refused))


def _answer(one: AnswerChoice, wording: Wording) -> Choice:
    words = wording.say("office of {name}: {state}", name=one.words, state=one.state_words)
    return Choice(f"answer:{one.referral}:{one.state}", words, "", "; ".join(one.refused))


def _others(choices: Choices, wording: Wording) -> list[Choice]:
    """Pausing, going on and closing are no steps, and have no key of their own."""
    words = {
        PAUSE: wording.say("pause what comes next"),
        RESUME: wording.say("let it go on"),
        CLOSE: wording.say("close it, as the scan proposes"),
    }
    names = [RESUME if choices.paused else PAUSE, CLOSE]
    return [Choice(name, words[name], "", _against(choices, name)) for name in names]


def _against(choices: Choices, name: str) -> str:
    refusal = choices.refused.get(name)
    return refusal.what if refusal else ""


def form_of(picked: str) -> ActForm:
    """Return the form of what was picked."""
    kind, _, rest = picked.partition(":")
    if kind in WITH_A_REASON:
        return ActForm(kind, partial(_reasoned, kind), partial(_with_reason, kind), waits=False)
    if kind == "refer":
        return ActForm("refer", partial(_handover, rest), partial(_handed, rest), blame="office")
    if kind == "answer":
        return ActForm("answer", partial(_office_said, rest), partial(_answered, rest), blame="on")
    return ActForm(
        kind, partial(_paper, kind, rest), partial(_papered, kind, rest), remembers=("signer",), blame="number"
    )


def _known(kind: str, name: str, about: About) -> LadderChoice | None:
    found = about.choices.ladder if about.choices else ()
    return next((one for one in found if (one.kind, one.name) == (kind, name)), None)


def _paper(kind: str, name: str, wording: Wording, about: About) -> Form:
    known = _known(kind, name, about)
    signed = ("number",) if known is None or known.signed else ()
    titles = {"step": wording.say("Letter"), "receipt": wording.say("Receipt"), "record": wording.say("Record")}
    title = f"{titles[kind]}: {known.words}" if known else titles[kind]
    labels = {
        "step": wording.say("Number of the letter"),
        "receipt": wording.say("Proof of receipt"),
        "record": wording.say("Number of the document"),
    }
    asked = [_number(labels[kind], wording), _day(wording, about)]
    if kind == "step":
        why = wording.say("who signed the letter")
        default = about.said.get("signer", "")
        asked.append(
            Question("signer", wording.say("Signed by"), why=why, default=default, required=bool(signed),
                when=None if signed else ("on", frozenset()))
        )  # fmt: skip
    lines = (_two(wording),) if known and known.two else ()
    return Form(heading(title, about, wording), tuple(asked), lines)


def _number(label: str, wording: Wording) -> Question:
    return Question("number", label, why=wording.say("by it the paper is found again before a court"))


def _day(wording: Wording, about: About) -> Question:
    why = wording.say("the day on the paper, from which times of the law run")
    return Question("on", wording.say("Day"), "date", why=why, default=f"{about.today:%d/%m/%Y}")


def _two(wording: Wording) -> str:
    return wording.say(
        "It needs two persons: you propose it, and another supervisor approves it (y). Until then nothing happens."
    )


def _papered(kind: str, name: str, answers: Answers, about: About) -> CaseAct:
    paper = Paper(name, answers.text("number"), answers.day("on") or about.today, answers.text("signer"))
    match kind:
        case "step":
            return Step(paper)
        case "receipt":
            return Receipt(paper)
    return Record(paper)


def _purpose_of(purpose: str, about: About) -> PurposeChoice | None:
    found = about.choices.purposes if about.choices else ()
    return next((one for one in found if one.purpose == purpose), None)


def _handover(purpose: str, wording: Wording, about: About) -> Form:
    known = _purpose_of(purpose, about)
    title = wording.say("Hand over: {name}", name=known.words if known else purpose)
    lines = (_two(wording),) if known and known.two else ()
    letter = _number(wording.say("Number of the letter"), wording)
    return Form(heading(title, about, wording), (letter, _day(wording, about), _to(known, wording)), lines)


def _to(known: PurposeChoice | None, wording: Wording) -> Question:
    """Ask for the office: one that the run file has for this way, or the name of one that it has not."""
    label, why = wording.say("Office"), wording.say("a case handed to an office that is not its own reaches nobody")
    if known and known.named:
        return Question("office", label, why=why)
    offices = known.offices if known else ()
    listed = tuple(Choice(one.name, one.words, one.name if one.words != one.name else "") for one in offices)
    return Question("office", label, "choice", why=why, required=False, choices=listed)


def _handed(purpose: str, answers: Answers, about: About) -> CaseAct:
    on = answers.day("on") or about.today
    return Refer(purpose, answers.text("number"), on, answers.said("office"))


def _office_said(rest: str, wording: Wording, about: About) -> Form:
    known = _answer_of(rest, about)
    title = f"{known.words}: {known.state_words}" if known else wording.say("What the office says")
    why = wording.say("left empty where the office sent no letter")
    number = Question("number", wording.say("Number of its letter"), why=why, required=False)
    return Form(heading(title, about, wording), (_day(wording, about), number))


def _answer_of(rest: str, about: About) -> AnswerChoice | None:
    found = about.choices.answers if about.choices else ()
    return next((one for one in found if f"{one.referral}:{one.state}" == rest), None)


def _answered(rest: str, answers: Answers, about: About) -> CaseAct:
    referral, _, state = rest.partition(":")
    return Answer(int(referral), state, answers.text("number"), answers.day("on") or about.today)


def _reasoned(kind: str, wording: Wording, about: About) -> Form:
    titles = {
        PAUSE: wording.say("Pause"),
        RESUME: wording.say("Let it go on"),
        CLOSE: wording.say("Close"),
    }
    asked: tuple[Question, ...] = (reason(wording),)
    if kind == PAUSE:
        asked += (until(wording, wording.say("the day to look again; times of the law run on")),)
    return Form(heading(titles[kind], about, wording), asked)


def _with_reason(kind: str, answers: Answers, _: About) -> CaseAct:
    if kind == PAUSE:
        return Pause(answers.text("reason"), answers.day("until"))
    return Resume(answers.text("reason")) if kind == RESUME else Close(answers.text("reason"))
