"""The file of one case over the whole screen: read it, act on it, and go on to the next case without the list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cases.inert import inert
from cases.review.bars import Banner, Bar
from cases.review.file_pane import FilePane
from cases.review.forms.acting import Acting
from cases.review.key_bar import KeyBar
from cases.wording import message

if TYPE_CHECKING:
    from cases.caseload.acts import Done
    from cases.caseload.line import Line
    from cases.caseload.opened_file import OpenedFile
    from cases.review.paging import Paging
    from rules.errors import PatuhError


class FileScreen(Acting):
    """The file of the case under the cursor of a list; the cursor goes along from case to case."""

    AUTO_FOCUS = "#file"
    HELP: ClassVar[str] = message(
        "The file says what was found, by which article, what registers said, why this office, and what happened. "
        "Space goes on until every finding was shown; an act that settles the case opens the next one's file."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "case(1)", message("next case")),
        Binding("left_square_bracket", "case(-1)", message("previous case"), show=False),
        Binding("r", "again", message("read anew"), show=False),
        Binding("escape", "back", message("back")),
    ]
    DEFAULT_CSS = """
    FileScreen #place { height: 1; background: $panel; color: $foreground; }
    FileScreen #file { height: 1fr; background: $background; }
    """

    def __init__(self, host: Paging) -> None:
        super().__init__()
        self.host = host
        self.opened: OpenedFile | None = None
        self._number = 0
        self._hold: int | None = None

    def compose(self) -> ComposeResult:
        """Where in the list it is, the file, and the keys."""
        yield Bar(id="place", markup=False)
        yield Banner(id="banner", markup=False)
        yield FilePane(id="file")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Open the case that the list stands on."""
        self.query_one(KeyBar).speak(self.review.wording)
        self.read_chosen()
        self.set_interval(self.review.pace.watch, self.action_again)

    @property
    def pane(self) -> FilePane:
        """The file."""
        return self.query_one(FilePane)

    def line_in_hand(self) -> Line | None:
        """Return the line of the case whose file is open; None where the list says other than the file that is read."""
        line, opened = self.host.cases.chosen, self.opened
        same = line is not None and opened is not None and line.number == opened.file.number
        return line if same and line is not None and opened is not None and line.seen <= opened.seen else None

    def chosen_cases(self) -> tuple[Line, ...]:
        """Return the case that an act is meant for: the one whose file is open."""
        line = self.line_in_hand()
        return () if line is None else (line,)

    def read_chosen(self) -> None:
        """Open the file of the case that the list stands on; back to the list where it stands on none."""
        chosen = self.host.cases.chosen
        if chosen is None:
            self.action_back()
        else:
            if chosen.number != self._number:
                self.opened = None  # no key acts on a case whose file is no longer the one that was asked for
                self._hold = self.review.hold_keys()
            self._number = chosen.number
            self.read()

    def read(self) -> None:
        """Ask for the file."""
        question = partial(self.review.caseload.open, self._number, self.review.wording)
        self.ask("file", question, self.show_file, self._not_shown)

    def _not_shown(self, error: PatuhError) -> None:
        self.refused(error)
        self.review.release_keys(self._hold)

    def show_file(self, opened: OpenedFile) -> None:
        """Show the file of a case; of the one that is open, only where something has happened to it."""
        if opened.file.number != self._number:
            return
        before = self.opened
        if opened is before and self.pane.wording is self.review.wording:
            return
        self.opened = opened
        known = max(before.seen, self.memory.reached(self._number)) if before is not None else opened.seen
        if before is not None and before.file.number == opened.file.number and opened.seen > known:
            last = opened.file.events[-1]
            told = self.review.wording.say("This case has changed: {what} ({who})", what=last.what, who=last.who)
            self.notify(inert(told), markup=False)
        self.pane.show(opened, self.review.wording)
        self.tell_place()
        self.review.release_keys(self._hold)
        self.host.read_ahead(self._number)

    def tell_place(self) -> None:
        """Say where in which list the case is."""
        wording, host = self.review.wording, self.host
        line = Text(f" {wording.say(host.wanted.view.words)}", "bold")
        if host.wanted.query:
            line.append(f" · {inert(host.wanted.query, 60)}")
        place = host.cases.window.first + host.cases.cursor + 1
        if host.total is not None:
            told = wording.say("case {place} of {total}", place=wording.number(place), total=wording.number(host.total))
            line.append(f" · {told}")
        line.append(f" · [ ] {wording.say('previous and next case')}")
        self.query_one("#place", Bar).say(line)

    def action_case(self, way: int) -> None:
        """Open the next or the previous case's file."""
        before = self.host.cases.chosen
        if way > 0 and before is not None and before.number != self._number:
            self.read_chosen()  # the case has left the list, whose cursor is on the one that followed it
            return
        self.host.cases.action_move(way)
        if self.host.cases.chosen is before:
            words = message("This is the last case of the list.") if way > 0 else message("This is the first case.")
            self.notify(self.review.wording.say(words), markup=False, timeout=2)
        else:
            self.read_chosen()

    def action_again(self) -> None:
        """Look whether something has happened to the case."""
        if self.opened is not None and self.app.screen is self:
            self.read()

    def action_back(self) -> None:
        """Go back to the list, where the cursor stands on this case."""
        if self.app.screen is self:
            self.app.pop_screen()

    def after_act(self, done: Done, *, on: bool) -> None:
        """Go on to the next case's file at once, or show this one anew; the list learns what has become of it."""
        if done.number == self._number and self.app.screen is self:
            if on:
                self.action_case(1)
            else:
                self.read()
        self.host.after_act(done, on=on)

    def reword(self) -> None:
        """Say everything anew; what is read stays where it is."""
        self.query_one(KeyBar).speak(self.review.wording)
        self.tell_place()
        if self._number:
            self.read()

    def came_back(self) -> None:
        """The store answers again: read the file anew."""
        if self._number:
            self.read()
