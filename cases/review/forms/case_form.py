"""The form of an act on one case: what can be chosen is read for that case, and sending it does the act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from cases.caseload.conflict import ConflictError
from cases.present import words_of
from cases.review.asking import ACTS
from cases.review.forms.act_form import About
from cases.review.forms.conflict_screen import Between, ConflictScreen
from cases.review.forms.form_screen import Entry, FormScreen
from rules.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cases.caseload.acts import CaseAct, Done
    from cases.caseload.choices import Choices
    from cases.review.forms.act_form import ActForm
    from cases.review.forms.acting import Acting
    from cases.review.forms.in_hand import InHand
    from cases.review.forms.question import Answers, Form
    from cases.wording import Wording
    from rules.errors import PatuhError


@dataclass(frozen=True)
class Subject:
    """What a form is opened for: the case, the screen that it was opened on, and what can be chosen."""

    case: InHand
    host: Acting
    choices: Choices | None = None

    def about(self, choices: object) -> About:
        """Return what the form is said from."""
        caseload, case = self.host.review.caseload, self.case
        known = choices if choices is not None else self.choices
        return About(
            case.number, case.party, caseload.today, caseload.login, case.flagged, self.host.memory.said,
            known,  # type: ignore[arg-type]
        )  # fmt: skip

    def read(self, wording: Wording) -> Choices:
        """Read what can be chosen."""
        return self.host.review.caseload.choices(self.case.number, wording)


class PickForm(FormScreen):
    """The first form of an act that has two: what is picked on it opens the second, over it."""

    def __init__(
        self, subject: Subject, build: Callable[[Wording, About], Form], pick: Callable[[PickForm, Answers], object]
    ) -> None:
        entry = Entry(lambda wording, read: build(wording, subject.about(read)), subject.read, waits=True)
        super().__init__(entry, subject.host.review.caseload.today, lambda _, answers: pick(self, answers))
        self.subject = subject

    @property
    def known(self) -> Subject:
        """What the second form begins with."""
        return replace(self.subject, choices=self.subject.about(self.read).choices)


class CaseForm(FormScreen):
    """Asks what the act needs and does it; a conflict is shown, and may be gone over."""

    def __init__(self, of: ActForm, subject: Subject) -> None:
        entry = Entry(
            lambda wording, read: of.build(wording, self.subject.about(read)),
            subject.read,
            of.places,
            of.blame,
            waits=of.waits and subject.choices is None,
        )
        super().__init__(entry, subject.host.review.caseload.today, lambda _, answers: self.begin(answers))
        self.of, self.subject = of, subject
        self.wanted: CaseAct | None = None
        self.answers: Answers | None = None

    def has_read(self, found: object) -> None:
        """Offer what can be chosen; an act that may not be done now is said to be so before anybody fills it in."""
        super().has_read(found)
        choices = self.subject.about(self.read).choices
        refusal = choices.refused.get(self.of.act) if choices else None
        if refusal is not None and self.said is None:
            error = UsageError(refusal.what, refusal.why, refusal.remedy)
            self.tell(lambda: "✗ " + words_of(error, self.review.wording))

    def begin(self, answers: Answers) -> None:
        """Do the act on the case as it was seen."""
        self.answers = answers
        self.wanted = self.of.make(answers, self.subject.about(self.read))
        self.perform(self.subject.case)

    def perform(self, case: InHand) -> None:
        """Do it on the case as it was seen."""
        assert self.wanted is not None
        review, self.subject = self.review, replace(self.subject, case=case)
        self.send(ACTS, partial(review.caseload.act, case.number, self.wanted, review.wording, case.seen), self.finish)

    def read_anew(self, case: InHand) -> None:
        """Go on in the form, on the case as it stands now: the person has read what came between."""
        self.subject = replace(self.subject, case=case)
        self.reword()

    def failed(self, error: PatuhError) -> None:
        """Show both versions where somebody was faster; anything else is said in the form."""
        if isinstance(error, ConflictError):
            between = Between(self.subject.case, error, lambda _: self.form().title)
            self.app.push_screen(ConflictScreen(between, self.perform, self.read_anew))
        else:
            super().failed(error)

    def finish(self, done: Done) -> None:
        """Close what was opened for it, and tell the screen."""
        said = {name: self.answers.text(name) for name in self.of.remembers} if self.answers else {}
        assert self.wanted is not None
        self.subject.host.has_done(self.wanted, done, {name: value for name, value in said.items() if value})
