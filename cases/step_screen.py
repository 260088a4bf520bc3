"""The proposed next step of a case on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from cases.inert import inert
from cases.tables import Heading

if TYPE_CHECKING:
    from cases.case_file import ShownFiring, ShownProposal, ShownStep
    from cases.wording import Wording


def next_step_parts(proposal: ShownProposal, wording: Wording) -> Iterator[RenderableType]:
    """Yield the proposed step with all that a person needs for it, what goes beside it, and the rules that fired."""
    say = wording.say
    yield Text()
    yield Heading(Text(_title(proposal, wording), style="bold"), align="left")
    if proposal.step is not None:
        yield from _step(proposal.step, wording)
    for step in proposal.beside:
        yield Heading(Text(say("Beside it: {step}", step=inert(step.name)), style="bold"), align="left")
        yield from _step(step, wording)
    if proposal.blocked:
        closed = say("Closed to this case: {ways}", ways=", ".join(map(inert, proposal.blocked)))
        yield Text(closed, style="red")
    if proposal.warned:
        warned = say("Not without a supervisor: {ways}", ways=", ".join(map(inert, proposal.warned)))
        yield Text(warned, style="yellow")
    yield from firing_parts(proposal.trail, wording)


def _title(proposal: ShownProposal, wording: Wording) -> str:
    if proposal.step is None:
        return wording.say("Next step of the sanction ladder: none is proposed")
    name = inert(proposal.step.name)
    if proposal.ready:
        return wording.say("Next step of the sanction ladder: {step}", step=name)
    return wording.say("To be prepared first: {step}", step=name)


def _step(step: ShownStep, wording: Wording) -> Iterator[RenderableType]:
    say = wording.say
    yield _indented(inert(step.do))
    if step.deadline:
        yield _indented(say("Deadline: {deadline}", deadline=inert(step.deadline)))
    if step.records:
        yield _indented(say("On record before it: {records}", records=", ".join(map(inert, step.records))))
    if step.office:
        yield _indented(say("Office that has to act: {office}", office=inert(step.office)))
    for article in step.articles:
        yield _indented(f"§ {inert(article)}", "dim")


def firing_parts(trail: Sequence[ShownFiring], wording: Wording) -> Iterator[RenderableType]:
    """Yield each rule that fired with its reason and the facts that it read."""
    for firing in trail:
        overruled = f" ({wording.say('a rule above it decides')})" if firing.overruled else ""
        yield Text(f"• {firing.rule}: {inert(firing.why)}{overruled}", style="dim" if firing.overruled else "")
        yield _indented(inert(", ".join(f"{name} = {value}" for name, value in firing.read)), "dim")


def _indented(text: str, style: str = "") -> RenderableType:
    return Padding(Text(text, style=style), (0, 0, 0, 2))
