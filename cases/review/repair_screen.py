"""The screen of data repair: why subjects could not be judged, which those are, and the list for a register's owner."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, OptionList, Static

from cases.caseload.repairs import RepairWanted
from cases.inert import inert
from cases.present import words_of
from cases.repair_list import reason_words, remedy_words
from cases.review.asking import ACTS
from cases.review.bars import Banner, TitleBar
from cases.review.key_bar import KeyBar
from cases.review.repair_form import repair_form
from cases.review.room import RoomScreen
from cases.review.rows import Row, RowList
from cases.review.scan_line import ScanLine
from cases.review.typed_line import TypedLine
from cases.wording import NOT_KNOWN, message

if TYPE_CHECKING:
    from cases.caseload.repairs import RepairRoom
    from cases.repair_export import RepairExported
    from cases.repair_list import RepairCause, RepairPage, RepairSubject
    from cases.review.forms.form_screen import FormScreen
    from cases.review.forms.question import Answers
    from rules.errors import PatuhError

NEAR: Final = 20
"""So many rows before the last one the next page is asked for."""


class RepairScreen(RoomScreen):
    """Causes at the left, the most frequent first; the subjects of the chosen one at the right."""

    NAME = message("Data repair")
    HELP = message(
        "Whom the last scan could not judge, by register, field and reason. tab goes to the subjects of a cause. "
        "/ narrows the list: source:wlkp region:19.71. x writes a list for the owner of the register of the chosen "
        "cause: keys, fields, reasons and what to do; keys stay covered unless you say what they are needed for."
    )
    DEFAULT_CSS = """
    RepairScreen #rows { width: 45%; max-width: 70; }
    RepairScreen #subject-side { width: 1fr; border-left: solid $panel; padding: 0 1; }
    RepairScreen #cause { height: auto; max-height: 12; }
    RepairScreen #narrow { display: none; height: 1; border: none; padding: 0 1; background: $surface; }
    RepairScreen #narrow.-shown { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "export", message("export")),
        Binding("slash", "narrow", message("filter"), key_display="/"),
        Binding("tab", "other_side", message("other side"), show=False),
        Binding("shift+tab", "other_side", message("other side"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.room: RepairRoom | None = None
        self.wanted = RepairWanted()
        self.found: list[RepairSubject] = []
        self.more = False

    def compose(self) -> ComposeResult:
        """Title, filter, causes and subjects, keys."""
        yield TitleBar(id="title", markup=False)
        yield ScanLine()
        yield Banner(id="banner", markup=False)
        yield Static(id="room-title", markup=False)
        yield TypedLine(id="narrow")
        with Horizontal(id="room"):
            yield RowList(id="rows", markup=False)
            with Vertical(id="subject-side"):
                yield Static(id="cause", markup=False)
                yield RowList(id="subjects", markup=False)
        yield KeyBar(id="keys")

    def action_load(self) -> None:
        """Ask for the causes."""
        self.ask("repair", partial(self.review.caseload.repair, self.wanted), self.show_room, self.nothing_there)

    def nothing_there(self, error: PatuhError) -> None:
        """Say in place why there is no list."""
        self.room = None
        self.rows.fill(())
        self.query_one("#cause", Static).update(Text(words_of(error, self.review.wording)))

    def show_room(self, room: RepairRoom) -> None:
        """Show the causes."""
        self.room = room
        self._fill()
        self._say_cause()

    def _fill(self) -> None:
        wording, room = self.review.wording, self.room
        if room is not None:
            self.rows.fill(Row(_key(one), self._row(one)) for one in room.causes)
            told = wording.say("{name} · scan of {day}", name=wording.say(self.NAME), day=wording.date(room.as_of))
            narrowed = _words(self.wanted)
            self.query_one("#room-title", Static).update(f"{told}  {narrowed}" if narrowed else told)

    def _row(self, one: RepairCause) -> Text:
        blamed = inert(one.field or one.line or reason_words(one, self.review.wording), 40)
        line = Text(f"{self.review.wording.number(one.subjects):>7} ", no_wrap=True, overflow="ellipsis")
        line.append(f"{inert(one.source or NOT_KNOWN, 20)} ", "bold")
        return line.append(f"{blamed} · {inert(one.rule, 16)}")

    @property
    def cause(self) -> RepairCause | None:
        """The cause that the cursor stands on."""
        return next((one for one in (self.room.causes if self.room else ()) if _key(one) == self.rows.chosen), None)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the subjects of another cause, or more of them."""
        event.stop()
        if event.option_list.id == "rows":
            self._say_cause()
        elif self.more and event.option_index >= len(self.found) - NEAR:
            self.more = False
            self._ask_subjects(self.found[-1].at)

    def _say_cause(self) -> None:
        wording, cause = self.review.wording, self.cause
        self.found, self.more = [], False
        self.query_one("#subjects", RowList).fill(())
        if cause is None:
            told = (
                wording.say("Nothing matches this filter.")
                if _words(self.wanted)
                else wording.say("Every subject could be judged.")
            )
            self.query_one("#cause", Static).update(Text(told))
            return
        said = Text()
        for label, value in (
            (wording.say("Source"), cause.source or NOT_KNOWN),
            (wording.say("Field"), cause.field or cause.line or NOT_KNOWN),
            (wording.say("Rule"), cause.rule),
            (wording.say("Reason"), reason_words(cause, wording)),
            (wording.say("What to do"), remedy_words(cause, wording)),
            (wording.say("Subjects"), wording.number(cause.subjects)),
        ):
            said.append(f"{label}: ", "dim").append(f"{inert(value, 200)}\n")
        said.rstrip()
        self.query_one("#cause", Static).update(said)
        self._ask_subjects(None)

    def _ask_subjects(self, after: tuple[str, str] | None) -> None:
        cause = self.cause
        if cause is not None:
            question = partial(self.review.caseload.repair_subjects, self.wanted, cause, after)
            self.ask("sample", question, partial(self.show_subjects, cause))

    def show_subjects(self, cause: RepairCause, page: RepairPage) -> None:
        """Show a page behind what is shown."""
        if cause == self.cause:
            self.more = page.more
            first = len(self.found)
            self.found += page.subjects
            rows = [Row(str(place), _subject(one)) for place, one in enumerate(page.subjects, start=first)]
            self.query_one("#subjects", RowList).extend(rows)

    def action_other_side(self) -> None:
        """Go to the subjects, or back to the causes."""
        subjects = self.query_one("#subjects", RowList)
        (self.rows if subjects.has_focus else subjects).focus()

    def action_narrow(self) -> None:
        """Type what narrows the list."""
        line = self.query_one("#narrow", Input)
        line.add_class("-shown")
        line.placeholder = "source:wlkp region:19.71"
        line.value = _words(self.wanted)
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Narrow the list."""
        event.stop()
        given = dict(word.split(":", 1) for word in event.value.split() if ":" in word)
        unknown = [word for word in event.value.split() if word.partition(":")[0] not in ("source", "region")]
        if unknown:
            told = self.review.wording.say("Write source:NAME or region:CODE, not {word}", word=inert(unknown[0], 40))
            self.notify(told, severity="warning", markup=False)
            return
        self.wanted = RepairWanted(given.get("source") or None, given.get("region") or None)
        self._leave_filter()
        self.action_load()

    def _leave_filter(self) -> None:
        self.query_one("#narrow", Input).remove_class("-shown")
        self.rows.focus()

    def action_back(self) -> None:
        """Leave the filter line; let the filter go; go back to the cases."""
        if self.query_one("#narrow", Input).has_class("-shown"):
            self._leave_filter()
        elif _words(self.wanted):
            self.wanted = RepairWanted()
            self.action_load()
        else:
            super().action_back()

    def action_export(self) -> None:
        """Ask where the list of the chosen cause's register goes; who may not is told so where they stand."""
        cause, room, wording = self.cause, self.room, self.review.wording
        if room is None or cause is None or cause.source is None:
            self.notify(wording.say("Choose a cause that lies with a register."), severity="warning", markup=False)
        elif room.refused is not None:
            self.notify(words_of(room.refused, wording), severity="error", markup=False, timeout=12)
        else:
            into = f"patuh-{cause.source}-{room.as_of}.csv"
            export = partial(self._export, cause.source)
            self.app.push_screen(repair_form(cause.source, into, self.review.caseload.today, export))

    def _export(self, source: str, form: FormScreen, answers: Answers) -> None:
        caseload, wording = self.review.caseload, self.review.wording
        into, purpose = Path(answers.text("into")), answers.said("purpose")

        def exported(done: RepairExported) -> None:
            form.dismiss(None)
            self.show_exported(done)

        form.send(ACTS, partial(caseload.export_repair, self.wanted, source, into, purpose, wording), exported)

    def show_exported(self, done: RepairExported) -> None:
        """Say what was written, and by which anchor it is on record."""
        told = self.review.wording.plural(
            "{count} row written to {path}",
            "{count} rows written to {path}",
            done.rows,
            path=inert(str(done.path), 200),
        )
        anchor = self.review.wording.say(
            "Anchor {number}: {sha256}", number=f"{done.anchor.number:08d}", sha256=done.anchor.sha256
        )
        self.notify(f"{told}\n{anchor}", markup=False, timeout=10)

    def reword(self) -> None:
        """Say everything anew."""
        super().reword()
        self._fill()
        if self.room is not None:
            self._say_cause()


def _key(one: RepairCause) -> str:
    return f"{one.rule} {one.source} {one.field} {one.reason} {one.line}"


def _subject(one: RepairSubject) -> Text:
    return Text(f"{inert(one.region or NOT_KNOWN, 16):<14} {inert(one.key, 80)}", no_wrap=True, overflow="ellipsis")


def _words(wanted: RepairWanted) -> str:
    given = (("source", wanted.source), ("region", wanted.region))
    return " ".join(f"{name}:{value}" for name, value in given if value is not None)
