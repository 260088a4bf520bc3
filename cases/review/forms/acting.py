"""The act keys of a screen that has a case before it: each opens the form of its act, or does it at once."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from cases.caseload.acts import Confirm, Wake
from cases.caseload.conflict import ConflictError
from cases.present import words_of
from cases.review.asking import ACTS, AskingScreen
from cases.review.case_list import CaseList
from cases.review.forms.case_form import CaseForm, PickForm, Subject
from cases.review.forms.conflict_screen import Between, ConflictScreen
from cases.review.forms.desk_forms import ASSIGN, NOTE, OFFICE, SNOOZE, heading
from cases.review.forms.eyes_forms import APPROVE, RETRACT
from cases.review.forms.form_screen import Entry, FormScreen
from cases.review.forms.going_on import goes_on
from cases.review.forms.in_hand import in_hand
from cases.review.forms.ladder_forms import form_of, next_steps
from cases.review.forms.letting_forms import DISMISS, WAIVE
from cases.review.forms.many import ONE_BY_ONE, many_at_once, many_form, title_at_once
from cases.review.forms.many_screen import ManyScreen
from cases.review.forms.party_forms import SPLIT, TYPED, compared, pairs
from cases.review.forms.question import Form
from cases.wording import message
from rules.errors import Message, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cases.caseload.acts import CaseAct, Done
    from cases.caseload.line import Line
    from cases.caseload.opened_file import OpenedFile
    from cases.party_list import PartyLine
    from cases.review.forms.act_form import ActForm
    from cases.review.forms.in_hand import InHand
    from cases.review.forms.many import Selection
    from cases.review.forms.memory import Memory
    from cases.review.forms.question import Answers
    from cases.wording import Wording
    from rules.errors import PatuhError

FORMS: Final[Mapping[str, ActForm]] = {
    "office": OFFICE,
    "assign": ASSIGN,
    "approve": APPROVE,
    "retract": RETRACT,
    "snooze": SNOOZE,
    "waive": WAIVE,
    "dismiss": DISMISS,
    "note": NOTE,
    "split": SPLIT,
}
"""The form that a key opens."""
ACTS_OF: Final[Mapping[str, str]] = {"office": "redirect", "ladder": "step"}
"""The act that a key does, by the name that rights are told by; the others have their own name."""

_ACT = re.compile(r"act\('(\w+)'\)")
_NUMBER = re.compile(r"[0-9]{1,9}")


class Acting(AskingScreen):
    """A screen whose keys act on the case that it has before it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "act('confirm')", message("confirm")),
        Binding("o", "act('office')", message("change office")),
        Binding("a", "act('assign')", message("assign")),
        Binding("t", "act('ladder')", message("next step")),
        Binding("y", "act('approve')", message("approve")),
        Binding("Y", "act('retract')", message("take back"), show=False),
        Binding("z", "act('snooze')", message("hide or show")),
        Binding("w", "act('waive')", message("waive")),
        Binding("d", "act('dismiss')", message("dismiss")),
        Binding("n", "act('note')", message("note")),
        Binding("m", "act('merge')", message("merge")),
        Binding("p", "act('split')", message("split")),
        Binding("u", "undo", message("undo")),
    ]

    opened: OpenedFile | None = None
    acting: int | None = None
    """The case on which something is being done without a form."""

    def line_in_hand(self) -> Line | None:
        """Return the line of the case that the person has before them; None: only its file is open."""
        found = list(self.query(CaseList))
        return found[0].chosen if found else None

    def after_act(self, done: Done, *, on: bool) -> None:
        """Show what the case has become; `on`: go to the next one."""

    @property
    def memory(self) -> Memory:
        """What was said last and what can be taken back, in all of this session."""
        return self.review.memory

    @property
    def case(self) -> InHand | None:
        """The case that a key acts on."""
        return in_hand(self.line_in_hand(), self.opened, self.memory, self.review.wording)

    async def action_act(self, name: str) -> None:
        """Do what the key says with the case: at once where nothing is to be asked, else by a form."""
        say, case = self.review.wording.say, self.case
        if self.acting is not None:
            words = say("Case {number} is still being written; the key was not taken.", number=self.acting)
            self.notify(words, severity="warning", markup=False)
        elif case is None:
            self.notify(say("There is no case here to act on."), severity="warning", markup=False)
        elif refusal := self.barred_by(name):
            self.explain(case, refusal)
        elif found := self.selection():
            await self.act_on_many(name, case, found)
        elif name == "confirm":
            self.at_once(Confirm(), case)
        elif name == "snooze" and case.hidden:
            self.at_once(Wake(), case)
        else:
            await self.app.push_screen(self.form(name, Subject(case, self)))

    def selection(self) -> Selection | None:
        """Return what is selected in the list; a screen without a list has nothing to select."""
        return None

    def after_many(self) -> None:
        """Read the list anew after an act on many cases; nothing of it is selected any more."""

    async def act_on_many(self, name: str, case: InHand, found: Selection) -> None:
        """Ask once for all that is selected, and preview it."""
        if name in ONE_BY_ONE:
            said = message("This is done case by case. Let the selection go with esc, or open one file.")
            self.notify(self.review.wording.say(said), severity="warning", markup=False)
            return
        subject = Subject(case, self)
        above = many_at_once(name, subject, found) or many_form(FORMS[name], subject, found)
        await self.app.push_screen(above)

    def barred_by(self, name: str) -> PatuhError | None:
        """Return why who is logged in may never do this; None: they may."""
        return self.review.caseload.never.get(ACTS_OF.get(name, name))

    def barred(self, action: str) -> bool:
        """Say whether a key is shown as one that this person may not use; pressed, it says why."""
        found = _ACT.fullmatch(action)
        return found is not None and self.barred_by(found[1]) is not None

    def form(self, name: str, subject: Subject) -> FormScreen:
        """Return the form of an act; of one that has two, the first."""
        if name == "ladder":
            return PickForm(subject, next_steps, self.pick_step)
        if name == "merge":
            return PickForm(subject, pairs, self.pick_pair)
        return CaseForm(FORMS[name], subject)

    def pick_step(self, form: PickForm, answers: Answers) -> None:
        """Ask for the paper of what was picked."""
        self.app.push_screen(CaseForm(form_of(answers.text("next")), form.known))

    def pick_pair(self, form: PickForm, answers: Answers) -> None:
        """Show both parties; one that was named by its number is looked up first."""
        choices, picked = form.known.choices, answers.text("pair")
        assert choices is not None
        if picked != TYPED:
            line = next(one for one in choices.proposals if str(one.number) == picked)
            self.app.push_screen(CaseForm(compared(line.one, line.other, line.number), form.known))
            return
        find = self.review.caseload.party
        typed = answers.text("other")
        numbers = (choices.party, int(typed) if _NUMBER.fullmatch(typed) else 0)
        form.send("party", lambda: tuple(find(one) for one in numbers), partial(self.compare, form, answers))

    def compare(self, form: PickForm, answers: Answers, found: tuple[PartyLine | None, ...]) -> None:
        """Show a party beside one that was named by its number."""
        one, other = found
        if one is None or other is None:
            where = next(place for place in form.fields if place.question.name == "other")
            where.blame(_no_party(answers.text("other")))
            form.go_to(where)
        else:
            self.app.push_screen(CaseForm(compared(one, other, None), form.known))

    def at_once(self, wanted: CaseAct, case: InHand) -> None:
        """Do something that asks nothing."""
        self.acting = case.number
        review = self.review
        act = partial(review.caseload.act, case.number, wanted, review.wording, case.seen)

        def done(found: Done) -> None:
            self.acting = None
            self.has_done(wanted, found, {})

        def refused(error: PatuhError) -> None:
            self.acting = None
            self.did_not(case, wanted, error)

        self.ask(ACTS, act, done, refused)

    def did_not(self, case: InHand, wanted: CaseAct, error: PatuhError) -> None:
        """Explain over the case why something that asked nothing was not done."""
        if isinstance(error, ConflictError):
            between = Between(case, error, partial(title_at_once, wanted, Subject(case, self).about(None)))
            self.app.push_screen(ConflictScreen(between, partial(self.at_once, wanted)))
        else:
            self.explain(case, error)

    def explain(self, case: InHand, error: PatuhError) -> None:
        """Say over the case why something was not done."""
        subject = Subject(case, self)
        # A connection that breaks may have brought the act to the store before it broke.
        outcome = message("Not known whether it was done") if isinstance(error, StoreError) else message("Not done")

        def build(wording: Wording, _read: object) -> Form:
            title = heading(wording.say(outcome), subject.about(None), wording)
            return Form(title, (), tuple(words_of(error, wording).splitlines()), wording.say("understood"))

        entry = Entry(build)
        self.app.push_screen(FormScreen(entry, self.review.caseload.today, lambda form, _: form.dismiss(None)))

    def has_done(self, act: CaseAct, done: Done, said: Mapping[str, str]) -> None:
        """Close the forms of an act, remember it, say it, and go on where it settles the case."""
        self.close_forms()
        self.memory.said.update(said)
        self.memory.did(done)
        self.tell_done(done, on=goes_on(act))

    def tell_done(self, done: Done, *, on: bool) -> None:
        """Say what is on record now; `on`: go to the next case."""
        words = self.review.wording.say("Case {number}: {what}", number=done.number, what=done.words)
        self.app.notify(words, markup=False, timeout=3)
        self.after_act(done, on=on)

    async def action_undo(self) -> None:
        """Take back the last act of this session on the case; one on another case is named before it is taken back."""
        case, memory = self.case, self.memory
        here = memory.last_on(case.number) if case else None
        last = here or (memory.done[-1] if memory.done else None)
        if self.acting is not None or last is None:
            said = message("Nothing was done in this session that could be taken back.")
            self.notify(self.review.wording.say(said), severity="warning", markup=False)
        elif here is None or case is None:
            await self.app.push_screen(self.undo_form(last))
        else:
            self.acting = here.number
            self.ask(ACTS, self.undoing(here), partial(self.undone, here), partial(self.not_undone, case))

    def undoing(self, last: Done) -> Callable[[], Done]:
        """Return the question that takes an act back."""
        return partial(self.review.caseload.undo, last, self.review.wording)

    def undo_form(self, last: Done) -> FormScreen:
        """Ask before something is taken back on a case that is not the one before the person."""

        def build(wording: Wording, _read: object) -> Form:
            title = wording.say("Take back the last act: case {number}", number=last.number)
            return Form(title, (), (last.words,), wording.say("take back"))

        def deliver(form: FormScreen, _answers: Answers) -> None:
            form.send(ACTS, self.undoing(last), partial(self.undone, last))

        return FormScreen(Entry(build), self.review.caseload.today, deliver)

    def undone(self, last: Done, done: Done) -> None:
        """Say what was taken back; what is to be done with the case is open again, so it stays."""
        self.acting = None
        self.close_forms()
        self.memory.undid(last, done)
        self.tell_done(done, on=False)

    def not_undone(self, case: InHand, error: PatuhError) -> None:
        """Explain why it was not taken back."""
        self.acting = None
        self.explain(case, error)

    def close_forms(self) -> None:
        """Close what was opened over the screen for an act."""
        while isinstance(self.app.screen, FormScreen | ConflictScreen | ManyScreen):
            self.app.pop_screen()


def _no_party(typed: str) -> UsageError:
    return UsageError(
        Message("There is no party {number}.", number=typed),
        Message("only a party that a scan found has cases and findings"),
        Message("the file of a case tells the number of its party, at its end"),
    )
