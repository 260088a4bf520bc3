"""The fields of a form: for each kind of question what it is answered in, what was said, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static, TextArea

from cases.present import words_of
from cases.review.forms.days import day_of, in_words
from cases.review.forms.picker import Picker, Ticks
from cases.review.forms.question import Answers
from rules.errors import Message, UsageError

if TYPE_CHECKING:
    from datetime import date

    from textual.app import ComposeResult
    from textual.widget import Widget

    from cases.review.forms.question import Question
    from cases.wording import Wording
    from rules.errors import PatuhError

LISTS = ("choice", "tick")


class Field(Vertical):
    """One question: its words at the left, where it is answered at the right, what is wrong with the answer below."""

    DEFAULT_CSS = """
    Field { height: auto; margin-bottom: 0; }
    Field > Horizontal { height: auto; }
    Field .label { width: 24; height: auto; padding-right: 1; }
    Field Input { width: 1fr; }
    Field.-date Input { width: 22; }
    Field .echo { width: 1fr; height: auto; padding-left: 1; }
    Field TextArea { height: 7; width: 1fr; }
    Field .wrong { height: auto; color: $text-error; padding-left: 2; display: none; }
    Field.-wrong .wrong { display: block; }
    """

    def __init__(self, question: Question, wording: Wording, today: date) -> None:
        super().__init__(classes=f"-{question.kind}")
        self.question, self.wording, self.today = question, wording, today
        self.error: PatuhError | None = None
        self.body = self._body()

    def _body(self) -> Widget:
        asked = self.question
        match asked.kind:
            case "longtext":
                return TextArea(asked.default, compact=True, highlight_cursor_line=False)
            case "choice":
                return Picker(asked.choices, asked.default)
            case "tick":
                return Ticks(asked.choices, asked.default)
            case _:
                return Input(asked.default, compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """One row, and the place for what is wrong."""
        with Horizontal():
            yield Static(classes="label", markup=False)
            yield self.body
            if self.question.kind == "date":
                yield Static(classes="echo", markup=False)
        yield Static(classes="wrong", markup=False)

    def on_mount(self) -> None:
        """Say what stands there from the start."""
        self.speak()

    @property
    def raw(self) -> str:
        """What stands in the field as it was typed or chosen."""
        if isinstance(self.body, Input):
            return self.body.value
        if isinstance(self.body, TextArea):
            return self.body.text
        assert isinstance(self.body, Picker)
        return " ".join(self.body.taken)

    @property
    def typed(self) -> bool:
        """Whether something stands there that a person would have to type again."""
        if isinstance(self.body, Input | TextArea):
            return self.raw.strip() not in ("", self.question.default.strip())
        return isinstance(self.body, Ticks) and self.body.touched and bool(self.body.taken)

    def take_over(self) -> None:
        """Let typing replace what the form proposed; what a person typed is never replaced by one key."""
        if isinstance(self.body, Input) and self.raw and self.raw == self.question.default:
            self.body.action_select_all()

    def renew(self, question: Question, wording: Wording) -> None:
        """Ask the same in other words, or with what was read since; what a person typed stays."""
        before, self.question, self.wording = self.question, question, wording
        if isinstance(self.body, Picker):
            self.body.offer(question.choices, question.default)
        elif isinstance(self.body, Input) and self.body.value == before.default:
            self.body.value = question.default
        self.speak()

    def speak(self) -> None:
        """Write the label, the day in words and what is wrong, as things stand now."""
        if not self.is_mounted:
            return
        here = self.has_focus_within
        label = Text("> " if here else "  ", "bold" if here else "")
        label.append(self.question.label + (" *" if self.question.required else ""))
        if isinstance(self.body, Picker) and self.body.narrowed:
            label.append(f"\n  /{self.body.narrowed}_", "reverse")
        self.query_one(".label", Static).update(label)
        if self.question.kind == "date":
            self.query_one(".echo", Static).update(Text(self._echo(), "dim"))
        wrong = Text("✗ " + words_of(self.error, self.wording)) if self.error else Text()
        self.query_one(".wrong", Static).update(wrong)
        self.set_class(self.error is not None, "-wrong")

    def _echo(self) -> str:
        if not self.raw.strip():
            return ""
        try:
            return "= " + in_words(day_of(self.raw, self.today), self.today, self.wording)
        except UsageError:
            return "= ?"

    def blame(self, error: PatuhError | None) -> None:
        """Show what is wrong here; None: nothing."""
        if error is not self.error:
            self.error = error
            self.speak()

    def check(self) -> PatuhError | None:
        """Return what is wrong with the answer as far as the form itself can tell."""
        asked = self.question
        if asked.kind == "date" and self.raw.strip():
            try:
                day_of(self.raw, self.today)
            except UsageError as error:
                return error
        if asked.kind in LISTS:
            return self._unchosen()
        return _empty(asked) if asked.required and not self.raw.strip() else None

    def _unchosen(self) -> PatuhError | None:
        asked = self.question
        assert isinstance(self.body, Picker)
        if asked.kind == "choice" and self.body.chosen is not None and self.body.chosen.refused:
            chosen = self.body.chosen
            return UsageError(
                Message("'{name}' cannot be chosen: {missing}", name=chosen.words, missing=chosen.refused),
                Message("a step without what it rests on falls before a court"),
                Message("choose another, or get first what is missing"),
            )
        if asked.required and not self.body.taken:
            return _unlisted(asked, self.body.narrowed) if self.body.narrowed else _empty(asked)
        return None

    def answer(self, into: Answers) -> Answers:
        """Return the answers with this one."""
        name = self.question.name
        if isinstance(self.body, Ticks):
            return Answers(into.texts, into.days, {**into.ticks, name: self.body.taken})
        if self.question.kind == "date":
            days = {**into.days, name: day_of(self.raw, self.today)} if self.raw.strip() else into.days
            return Answers(into.texts, days, into.ticks)
        return Answers({**into.texts, name: self.raw.strip()}, into.days, into.ticks)


def _empty(asked: Question) -> UsageError:
    return UsageError(
        Message("'{label}' is still empty", label=asked.label),
        asked.why or Message("without it the act cannot be answered for later"),
        Message("fill it in; what is already typed stays"),
    )


def _unlisted(asked: Question, narrowed: str) -> UsageError:
    return UsageError(
        Message("nothing in the list of '{label}' matches '{typed}'", label=asked.label, typed=narrowed),
        Message("only what is listed can be chosen"),
        Message("take signs back with backspace until the list shows it"),
    )
