"""The proposed next step of a case in words: what to do, by when, by which article, and what has to be on record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, Protocol

from cases.article import article
from cases.case_file import ShownFiring, ShownProposal, ShownStep
from cases.deadlines import Judging, days_in_force
from cases.life.following import next_step
from cases.life.moves import CaseState, last_taken
from cases.names import PURPOSES, name_of
from cases.wording import Wording, message
from rules.model import NO_STEP, LadderStep, RuleBook, StepDeadline

FROM_WHEN: Final[Mapping[tuple[str, str], str]] = {
    ("employer", "receipt"): message("{days} for the employer, from the proof of receipt"),
    ("employer", "step_before"): message("{days} for the employer, from the end of the step before"),
    ("agency", "receipt"): message("{days} for us, from the proof of receipt"),
    ("agency", "step_before"): message("{days} for us, from the end of the step before"),
}
"""Who has to act, and from when the days count."""


class Reading(Protocol):
    """What a step is worded with: the rule book, the day on which it is read, the language."""

    @property
    def work(self) -> Judging:
        """The dated parameters."""
        ...

    @property
    def book(self) -> RuleBook:
        """The ladder."""
        ...

    @property
    def today(self) -> date:
        """The day on which the step is read."""
        ...

    @property
    def wording(self) -> Wording:
        """The language."""
        ...


def proposed(stored: str, reader: Reading) -> ShownProposal | None:
    """Return what the decision keeps of the ladder (JSON); None where the ladder was not asked."""
    said: Mapping[str, Any] = json.loads(stored)
    if not said:
        return None
    purposes = {name: name_of(PURPOSES, name, reader.wording) for name in (*said["blocked"], *said["warned"])}
    return ShownProposal(
        step=_step(said["step"], reader) if said["step"] else None,
        ready=said["ready"],
        beside=tuple(_step(name, reader) for name in said["beside"]),
        blocked=tuple(purposes[name] for name in said["blocked"]),
        warned=tuple(purposes[name] for name in said["warned"]),
        trail=firings(said["trail"], reader.wording),
    )


def since_then(proposal: ShownProposal, step: str, state: CaseState, reader: Reading) -> tuple[ShownProposal, str]:
    """Return the proposal by what is on record now, and its step's id, where `step` was taken since the last scan."""
    if last_taken(state, step) is None:
        return proposal, step
    name, ready = next_step(state, reader.book.ladder, reader.today)
    why = reader.wording.say(
        "{step} has been put on record since the last scan; this follows from what is on record now",
        step=next_step_name(step, reader),
    )
    shown = None if name is None else _step(name, reader)
    return replace(proposal, step=shown, ready=ready, trail=(ShownFiring(step, why, ()),)), name or NO_STEP


def firings(trail: Sequence[Mapping[str, Any]], wording: Wording) -> tuple[ShownFiring, ...]:
    """Return the stored rules that fired, in the language of the reader."""
    return tuple(
        ShownFiring(
            rule=fired["rule"],
            why=wording.words(fired["why"]),
            read=tuple((name, str(value)) for name, value in fired["read"].items()),
            overruled=fired.get("gave") == {},
        )
        for fired in trail
    )


def next_step_name(step: str, reader: Reading) -> str:
    """Return the words of a step; of none too, and of one that the ladder no longer has its id."""
    if step == NO_STEP:
        return reader.wording.say("none is proposed")
    known = _known(step, reader)
    return reader.wording.words(known.words) if known else step


def _known(step: str, reader: Reading) -> LadderStep | None:
    return next((one for one in reader.book.ladder.steps if one.id == step), None)


def _step(name: str, reader: Reading) -> ShownStep:
    known, wording = _known(name, reader), reader.wording
    if known is None:
        return ShownStep(name, wording.say("The ladder no longer has this step."), None, (), (), None)
    records = reader.book.ladder.records
    return ShownStep(
        name=wording.words(known.words),
        do=wording.words(known.do),
        deadline=_deadline(known.deadline, reader) if known.deadline else None,
        articles=tuple(article(basis, wording) for basis in known.basis),
        records=tuple(wording.words(records[need].words) for need in known.needs if need in records),
        office=known.office,
    )


def _deadline(deadline: StepDeadline, reader: Reading) -> str | None:
    wording = reader.wording
    count = days_in_force(reader.work, deadline.parameter, reader.today)
    if count is None:
        return None
    if reader.book.parameters[deadline.parameter].unit == "working days":
        days = wording.plural("{count} working day", "{count} working days", count)
    else:
        days = wording.plural("{count} calendar day", "{count} calendar days", count)
    said = wording.say(FROM_WHEN[deadline.binds, deadline.starts], days=days)
    return f"{said} ({wording.say('our design, not law')})" if deadline.ours else said
