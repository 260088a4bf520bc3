"""What comes next in a case by what is on record now: pure, as the table of moves is, and without a scan.

A scan proposes by the registers too; this says what to put on record after the last thing that was.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from cases.life.moves import (
    AT_WORK,
    PROOF,
    REACHED,
    CaseState,
    completing,
    last_taken,
    main_steps,
    on_record,
    record_of,
)
from rules.model import Ladder, LadderStep


@dataclass(frozen=True)
class Following:
    """What is done next: a command and the step or record that it names; `wait`: the time of a step runs."""

    kind: Literal["approve", "confirm", "resume", "record", "receipt", "step", "wait"]
    name: str = ""

    def command(self, number: int) -> str:
        """Return it as a person types it for case `number`, without what only the person knows."""
        return "patuh due" if self.kind == "wait" else f"patuh cases {self.kind} {number} {self.name}".rstrip()


def following(state: CaseState, ladder: Ladder, today: date) -> Following | None:
    """Return what comes next; None where the ladder has nothing more for the case."""
    if not state.natures:
        return None
    if first := _before_the_ladder(state):
        return first
    if state.stage not in AT_WORK or state.track != "sanction" or state.party_kind not in REACHED:
        return None
    if state.paused:
        return Following("resume")
    reached = (step for step in main_steps(ladder) if not step.covers or not state.families.isdisjoint(step.covers))
    return next((found for step in reached if (found := _of(step, state, ladder, today)) is not None), None)


def _before_the_ladder(state: CaseState) -> Following | None:
    if state.proposed is not None and not state.proposed.lapsed:
        return Following("approve")
    if state.natures == {"indication"} and PROOF not in state.records:
        return Following("record", PROOF)
    return Following("confirm") if state.stage == "flagged" else None


def next_step(state: CaseState, ladder: Ladder, today: date) -> tuple[str | None, bool]:
    """Return the step that comes next by what is on record, and whether all that it needs is there; None: none now."""
    found = following(state, ladder, today)
    if found is None or found.kind not in ("step", "record"):
        return None, False
    if found.kind == "step":
        return found.name, True
    return next((step.id for step in main_steps(ladder) if last_taken(state, step.id) is None), None), False


def _of(step: LadderStep, state: CaseState, ladder: Ladder, today: date) -> Following | None:
    """What is to be done about one step; None: it stands complete and its time is over."""
    taken = last_taken(state, step.id)
    if taken is None:
        missing = (need for need in step.needs if not on_record(state, ladder.records[need]))
        need = next(missing, None)
        return Following("step", step.id) if need is None else Following("record", need)
    if record_of(ladder, step.id, "receipt") is not None and taken.received is None:
        return Following("receipt", step.id)
    for name in completing(ladder, step.id):
        if name not in state.records:
            return Following("record", name)
    runs = taken.deadline is not None and taken.deadline >= today
    return Following("wait", step.id) if runs else None
