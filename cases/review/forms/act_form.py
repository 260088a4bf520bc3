"""One act as a form: what it asks, from what can be chosen for the case, and the act that the answers make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from cases.caseload.acts import CaseAct
    from cases.caseload.choices import Choices
    from cases.review.forms.question import Answers, Form
    from cases.wording import Wording

PLACES: dict[str, str] = {
    "no_reason": "reason",
    "no_owner": "owner",
    "no_proof": "proof",
    "no_reach": "reach",
    "no_subject": "subject",
    "end_past": "until",
    "end_early": "until",
    "until_past": "until",
    "until_far": "until",
    "future": "on",
    "order": "on",
    "too_old": "on",
    "assigned": "login",
    "unassigned": "login",
    "headed": "queue",
    "other_paper": "number",
}
"""The question that a reason of a refusal is about, by its code."""


@dataclass(frozen=True)
class About:
    """What a form is said from: the case by number and party, the day, who acts, what was said last.

    `choices` None: what can be chosen is not read yet. `many`: so many cases are meant, this being the first of them;
    -1: all that match, 0: this one alone. `rule`: of those that match, the cases in which it found something.
    """

    number: int
    party: str
    today: date
    login: str
    flagged: bool
    said: Mapping[str, str]
    choices: Choices | None = None
    many: int = 0
    rule: str = ""


@dataclass(frozen=True)
class ActForm:
    """The form of an act: `build` says it, `make` turns its answers into the act.

    `act`: its name among the refusals of the choices. `waits`: it cannot be sent before the choices are read.
    `remembers`: answers with which the next form begins. `blame`: the question that a refusal without a place is about.
    """

    act: str
    build: Callable[[Wording, About], Form]
    make: Callable[[Answers, About], CaseAct]
    waits: bool = True
    remembers: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=lambda: PLACES)
    blame: str = ""
