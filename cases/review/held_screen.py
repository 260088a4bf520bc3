"""The screen of held rules: why each is held, a sample of what it found, and the decision about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from cases.held import Verdict
from cases.inert import inert
from cases.names import HELD_CHOICES, name_of
from cases.present import words_of
from cases.review.asking import ACTS
from cases.review.held_form import held_form
from cases.review.held_text import decision_text, rule_text
from cases.review.room import RoomScreen
from cases.review.rows import Row
from cases.wording import message

if TYPE_CHECKING:
    from cases.caseload.held_rules import HeldDecided, HeldRoom, PastDecision
    from cases.held import Choice, HeldLine
    from cases.held_sample import HeldSample
    from cases.review.forms.form_screen import FormScreen
    from cases.review.forms.question import Answers


class HeldScreen(RoomScreen):
    """Rules that hit far more than their limits allow, and the decisions that were made about such."""

    NAME = message("Held rules")
    HELP = message(
        "A rule that hits far more than its limits allow opens no case: the register may be broken, or the rule. "
        "Read the sample; release what is right with f, put aside what is wrong with d, each with a reason. "
        "Only a supervisor of the whole nation may decide."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "decide('released')", message("release")),
        Binding("d", "decide('discarded')", message("discard")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.room: HeldRoom | None = None
        self.sample: HeldSample | None = None

    def action_load(self) -> None:
        """Ask what is held."""
        self.ask("held", self.review.caseload.held, self.show_room)

    def show_room(self, room: HeldRoom) -> None:
        """Show the rules, then the decisions."""
        self.room, self.sample = room, None
        self._fill()
        self._say()

    def _fill(self) -> None:
        say, number, room = self.review.wording.say, self.review.wording.number, self.room
        if room is None:
            return
        rows = [Row("waiting", _head(say("Waiting")), heading=True)]
        rows += [
            Row(f"rule {one.rule}", Text(f"{inert(one.rule, 18):<19}{number(one.findings):>10}")) for one in room.lines
        ]
        if not room.lines:
            rows.append(Row("nothing", Text(say("Nothing is held."), style="dim"), heading=True))
        if room.decisions:
            rows.append(Row("decided", _head(f"\n{say('Decisions')}"), heading=True))
            rows += [Row(f"decision {one.number}", self._decided(one)) for one in room.decisions]
        self.rows.fill(rows)

    def _decided(self, one: PastDecision) -> Text:
        choice = name_of(HELD_CHOICES, one.choice, self.review.wording)
        return Text(f"{inert(one.rule, 18):<19}{choice:>10}", no_wrap=True)

    @property
    def line(self) -> HeldLine | None:
        """The held rule that the cursor stands on."""
        key = self.rows.chosen
        return next((one for one in (self.room.lines if self.room else ()) if f"rule {one.rule}" == key), None)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show another row, and ask for the sample of a rule."""
        event.stop()
        line = self.line
        if line is not None and (self.sample is None or self.sample.rule != line.rule):
            self.sample = None
            question = partial(self.review.caseload.held_sample, line.rule, self.review.wording)
            self.ask("sample", question, self.show_sample)
        self._say()

    def show_sample(self, sample: HeldSample) -> None:
        """Show some of what the rule found."""
        self.sample = sample
        self._say(keep=True)

    def _say(self, *, keep: bool = False) -> None:
        wording, room, line = self.review.wording, self.room, self.line
        if room is None:
            return
        if line is not None:
            sample = self.sample if self.sample is not None and self.sample.rule == line.rule else None
            self.detail.show(rule_text(line, sample, room.refused, wording), keep=keep)
            return
        past = next((one for one in room.decisions if f"decision {one.number}" == self.rows.chosen), None)
        said = Text(wording.say("Nothing is held.")) if past is None else decision_text(past, wording)
        self.detail.show(said, keep=keep)

    def action_decide(self, choice: Choice) -> None:
        """Ask why, and decide; who may not is told so where they stand."""
        line, room = self.line, self.room
        if line is None or room is None:
            self.notify(self.review.wording.say("Choose a rule that is held."), severity="warning", markup=False)
            return
        if room.refused is not None:
            self.notify(words_of(room.refused, self.review.wording), severity="error", markup=False, timeout=12)
            return
        decide = partial(self._decide, line, choice)
        self.app.push_screen(held_form(choice, line, self.review.caseload.today, decide))

    def _decide(self, line: HeldLine, choice: Choice, form: FormScreen, answers: Answers) -> None:
        wanted = Verdict(line.rule, choice, answers.text("reason"), line.findings)

        def decided(found: HeldDecided) -> None:
            form.dismiss(None)
            self.show_decided(found)

        form.send(ACTS, partial(self.review.caseload.decide_held, wanted), decided)

    def show_decided(self, decided: HeldDecided) -> None:
        """Say what is on record now, and read anew what still waits."""
        say, count = self.review.wording.say, self.review.wording.number(decided.findings)
        told = (
            say("{rule}: {count} findings released; the next scan opens their cases.", rule=decided.rule, count=count)
            if decided.choice == "released"
            else say("{rule}: {count} findings discarded.", rule=decided.rule, count=count)
        )
        self.notify(told, markup=False)
        self.action_load()

    def reword(self) -> None:
        """Say everything anew; the sample is asked for again, for it is worded below."""
        super().reword()
        self._fill()
        self._say(keep=True)
        line = self.line
        if line is not None:
            question = partial(self.review.caseload.held_sample, line.rule, self.review.wording)
            self.ask("sample", question, self.show_sample)


def _head(words: str) -> Text:
    return Text(words, style="bold")
