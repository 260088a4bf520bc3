"""The forms of four eyes: to approve what another person proposed, and to take a proposal back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.caseload.acts import Approve, Retract
from cases.review.forms.act_form import ActForm
from cases.review.forms.desk_forms import heading, reason
from cases.review.forms.question import Form

if TYPE_CHECKING:
    from cases.review.forms.act_form import About
    from cases.wording import Wording


def _waiting(wording: Wording, about: About) -> tuple[str, ...]:
    """Say what waits, from whom, on which paper, and why one person is not enough."""
    say = wording.say
    if about.choices is None:
        return ()
    waiting = about.choices.waiting
    if waiting is None:
        return (say("Nothing is proposed in this case."),)
    lines = [say("{who} proposed: {what}", who=waiting.who, what=waiting.words)]
    lines.append(say("paper {number} of {day}", number=waiting.number, day=wording.date(waiting.on)))
    if waiting.signer:
        lines.append(say("signed by {who}", who=waiting.signer))
    if waiting.office:
        lines.append(say("to the office {office}", office=waiting.office))
    lines.append(
        say("Why two: it reaches outside and cannot be called back; one person proposes it, another looks at it anew.")
    )
    if waiting.lapsed:
        lines.append(say("✗ The case has changed since; the proposal has lapsed."))
    return tuple(lines)


def _approve(wording: Wording, about: About) -> Form:
    lines = _waiting(wording, about)
    waiting = about.choices.waiting if about.choices else None
    lines += tuple(f"✗ {one}" for one in waiting.approve) if waiting else ()
    return Form(heading(wording.say("Approve"), about, wording), (), lines, wording.say("approve"))


def _retract(wording: Wording, about: About) -> Form:
    lines = _waiting(wording, about)
    waiting = about.choices.waiting if about.choices else None
    lines += tuple(f"✗ {one}" for one in waiting.retract) if waiting else ()
    return Form(
        heading(wording.say("Take the proposal back"), about, wording),
        (reason(wording),),
        lines,
        wording.say("take back"),
    )


APPROVE = ActForm("approve", _approve, lambda _answers, _about: Approve())
RETRACT = ActForm("retract", _retract, lambda answers, _: Retract(answers.text("reason")))
