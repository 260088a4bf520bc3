"""A form over the screen: its questions, its keys, what is wrong, and that nothing which was typed is ever lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from cases.inert import inert
from cases.present import words_of
from cases.review.asking import AskingScreen
from cases.review.bars import Banner
from cases.review.forms.fields import Field
from cases.review.forms.key_line import KeyLine
from cases.review.forms.picker import Picker, Ticks
from cases.review.forms.question import Answers
from cases.wording import message
from rules.errors import Message, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from textual.app import ComposeResult
    from textual.widget import Widget

    from cases.review.forms.question import Form
    from cases.wording import Wording
    from rules.errors import PatuhError

T = TypeVar("T")
LONGEST_LINE = 160


@dataclass(frozen=True)
class Entry:
    """What opens a form: `build` says it in a language, from what was `read` (None: not read yet, or nothing to read).

    `places`: which question a reason of a refusal is about, by the code of the reason; `blame`: the question that any
    other refusal is about, "" for none in particular. `waits`: it cannot be sent before everything is read.
    """

    build: Callable[[Wording, Any], Form]
    read: Callable[[Wording], object] | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    blame: str = ""
    waits: bool = False


class FormScreen(AskingScreen, ModalScreen[None]):
    """Asks what `entry` asks; `deliver` is given the answers, and tells the form how it went by `done` or `failed`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", message("send"), priority=True),
        Binding("enter", "send", show=False),
        Binding("escape", "leave", message("leave")),
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
        Binding("ctrl+l", "app.language", message("language"), priority=True),
    ]
    AUTO_FOCUS = "Input, TextArea, Picker"
    DEFAULT_CSS = """
    FormScreen { align: center middle; layers: form above; }
    FormScreen > #away { layer: above; dock: top; }
    FormScreen > #form { width: 96%; max-width: 110; min-width: 60; height: auto; max-height: 100%;
        background: $surface; border: round $primary; padding: 0 1; }
    FormScreen #title { text-style: bold; height: auto; }
    FormScreen #about { height: auto; }
    FormScreen #fields { height: auto; }
    FormScreen #why { height: auto; min-height: 1; color: $text-muted; }
    FormScreen #state { height: auto; display: none; }
    FormScreen #state.-said { display: block; }
    FormScreen #form-keys { height: auto; }
    """

    def __init__(self, entry: Entry, today: date, deliver: Callable[[FormScreen, Answers], object]) -> None:
        super().__init__()
        self.entry, self.today, self.deliver = entry, today, deliver
        self.read: object = None
        self.reading = entry.read is not None
        self.busy = False
        self.leaving = False
        self.said: Callable[[], str] | None = None
        self._place: Widget | None = None

    def compose(self) -> ComposeResult:
        """Title, questions, why the one that is being answered is asked, what was said of it, keys."""
        form = self.form()
        yield Banner(id="away", markup=False)
        with Vertical(id="form"):
            yield Static(id="title", markup=False)
            with VerticalScroll(id="fields", can_focus=False):
                yield Static(id="about", markup=False)
                for question in form.questions:
                    yield Field(question, self.review.wording, self.today)
            yield Static(id="why", markup=False)
            yield Static(id="state", markup=False)
            yield Static(id="form-keys", markup=False)

    def form(self) -> Form:
        """The form in the language of now, with what has been read by now."""
        return self.entry.build(self.review.wording, self.read)

    @property
    def fields(self) -> list[Field]:
        """All of its fields, asked or not."""
        return list(self.query(Field))

    def on_mount(self) -> None:
        """Say everything, and read what the choices are."""
        self.reword()

    def reword(self) -> None:
        """Say everything anew; what was typed stays. Choices in other words have to be read again."""
        self.renew()
        if self.entry.read is not None:
            self.reading = True
            self.ask("choices", partial(self.entry.read, self.review.wording), self.has_read, self.has_not_read)

    def has_read(self, found: object) -> None:
        """Offer what can be chosen."""
        self.reading = False
        self.read = found
        self.renew()

    def has_not_read(self, error: PatuhError) -> None:
        """Say why there is nothing to choose from."""
        self.reading = False
        self.failed(error)

    def renew(self) -> None:
        """Write the form with what is known now."""
        form, wording = self.form(), self.review.wording
        self.query_one("#title", Static).update(Text(inert(form.title, LONGEST_LINE)))
        about = self.query_one("#about", Static)
        about.update(Text("\n".join(inert(line, 600) for line in form.about)))
        about.display = bool(form.about)
        for place, question in zip(self.fields, form.questions, strict=True):
            place.renew(question, wording)
        self.hide_unasked()
        self.speak()

    def hide_unasked(self) -> None:
        """Leave out what the answers so far make needless."""
        raw = {place.question.name: place.raw for place in self.fields}
        for place in self.fields:
            when = place.question.when
            place.display = when is None or bool(when[1] & set(raw[when[0]].split()))

    def speak(self) -> None:
        """Say why the question is asked, how things stand, and the keys."""
        wording, here = self.review.wording, self.here
        why = here.question.why if here else ""
        if here and isinstance(here.body, Picker) and here.body.chosen and here.body.chosen.refused:
            why = "✗ " + here.body.chosen.refused
        if self.reading and self.entry.waits:
            why = wording.say("reading what can be chosen …")
        self.query_one("#why", Static).update(Text(inert(why, 400), "italic"))
        state = self.query_one("#state", Static)
        state.update(Text(self.said() if self.said else ""))
        state.set_class(self.said is not None, "-said")
        self.query_one("#form-keys", Static).update(self._keys(wording))
        self.fit()

    def _keys(self, wording: Wording) -> KeyLine:
        here, form = self.here, self.form()
        enter = not (here and here.question.kind == "longtext")
        keys = [("enter/ctrl+s" if enter else "ctrl+s", form.sends or wording.say("send"))]
        if here and isinstance(here.body, Ticks):
            keys += [("space", wording.say("tick")), ("*", wording.say("all"))]
        if here and isinstance(here.body, Picker):
            keys += [("a…z", wording.say("narrow"))]
        if sum(place.display for place in self.fields) > 1:
            keys += [("tab", wording.say("next field"))]
        keys += [("esc", wording.say("leave")), ("ctrl+l", wording.say("language"))]
        asked = any(place.question.required for place in self.fields)
        return KeyLine(keys, wording.say("* has to be said") if asked else "")

    @property
    def here(self) -> Field | None:
        """The field that is being answered."""
        return next((place for place in self.fields if place.has_focus_within), None)

    def fit(self) -> None:
        """Let the questions scroll where the screen is too low for all of them."""
        others = sum(self.query_one(f"#{name}").outer_size.height for name in ("title", "why", "state", "form-keys"))
        self.query_one("#fields").styles.max_height = max(3, self.app.size.height - max(others, 3) - 2)

    def on_resize(self) -> None:
        """Fit the new size."""
        self.call_after_refresh(self.fit)

    def on_descendant_focus(self) -> None:
        """Mark the field that is being answered."""
        if here := self.here:
            here.take_over()
        for place in self.fields:
            place.speak()
        self.speak()

    def on_key(self, event: events.Key) -> None:
        """Say which key is not taken while the form is being sent."""
        if self.busy:
            event.stop()
            self.say("It is being sent; the key {key} was not taken.", key=event.character or event.key)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Picker.Picked)
    def changed(self) -> None:
        """What was wrong is looked at again when it is sent again."""
        self.leaving = False
        if here := self.here:
            here.blame(None)
            here.speak()
        if not self.busy:
            self.said = None
        self.hide_unasked()
        self.speak()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Enter in a line sends the form."""
        self.action_send()

    def action_send(self) -> None:
        """Send it, unless something is missing: then the cursor goes there."""
        self.leaving = False
        if self.busy:
            self.say("It is being sent already.")
        elif self.reading and self.entry.waits:
            self.say("What can be chosen is still being read; send it when it is there.")
        elif (answers := self.answered()) is not None:
            self.said = None
            self.deliver(self, answers)

    def answered(self) -> Answers | None:
        """Return the answers; None where something is missing, which is said at its field."""
        asked, answers = [place for place in self.fields if place.display], Answers()
        for place in asked:
            place.blame(place.check())
        wrong = next((place for place in asked if place.error), None)
        if wrong is not None:
            self.go_to(wrong)
            return None
        for place in asked:
            answers = place.answer(answers)
        return answers

    def go_to(self, place: Field) -> None:
        """Put the cursor into a field."""
        place.body.focus()
        self.call_after_refresh(place.scroll_visible, animate=False)
        self.speak()

    def send(self, group: str, question: Callable[[], T], show: Callable[[T], object]) -> None:
        """Ask something off the thread with what was answered; a refusal stays in the form."""
        self.busy = True
        self._place = self.focused
        self.set_focus(None)
        self.say("Sending …")

        def shown(found: T) -> None:
            self.stop_sending()
            show(found)

        def refused(error: PatuhError) -> None:
            self.stop_sending()
            self.failed(error)

        self.ask(group, question, shown, refused)

    def stop_sending(self) -> None:
        """Take keys again."""
        self.busy, self.said = False, None
        self.set_focus(self._place)

    def failed(self, error: PatuhError) -> None:
        """Say what a service said instead of doing it: at its field, or for the form as a whole."""
        place = self._field_of(error)
        if place is not None:
            place.blame(error)
            self.said = None
            self.go_to(place)
        elif isinstance(error, StoreError):
            self.tell(lambda: _kept(error, self.review.wording))
        else:
            self.tell(lambda: "✗ " + words_of(error, self.review.wording))

    def _field_of(self, error: PatuhError) -> Field | None:
        if isinstance(error, StoreError):
            return None
        codes = [one.code for one in getattr(error, "missing", ())]
        names = [self.entry.places[code] for code in codes if code in self.entry.places]
        wanted = names[0] if names else "" if codes else self.entry.blame
        return next((place for place in self.fields if place.question.name == wanted and place.display), None)

    def say(self, words: str, **values: object) -> None:
        """Say how things stand, in whatever language is chosen."""
        self.tell(lambda: self.review.wording.say(words, **values))

    def tell(self, said: Callable[[], str]) -> None:
        """Show what stands above the keys."""
        self.said = said
        self.speak()

    def action_leave(self) -> None:
        """Leave without doing anything; where something was typed, only when it is pressed twice."""
        if self.busy:
            self.say("It is being sent; the key {key} was not taken.", key="esc")
        elif self.leaving or not any(place.typed for place in self.fields):
            self.dismiss(None)
        else:
            self.leaving = True
            self.say("What you typed will be lost. Press esc again to leave, any other key to go on.")


def _kept(error: StoreError, wording: Wording) -> str:
    again = Message(
        "The store does not answer; what you typed stays. "
        "Send it again: if it was written all the same, you are shown that first."
    )
    return f"✗ {wording.tell(again)}\n{words_of(error, wording)}"
