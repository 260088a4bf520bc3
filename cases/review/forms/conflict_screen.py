"""Somebody else was faster: what was on the screen beside what stands now, and what happened in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cases.inert import inert
from cases.review import columns
from cases.review.asking import AskingScreen
from cases.review.columns import Speech
from cases.review.forms.in_hand import InHand, case_of
from cases.review.forms.key_line import KeyLine
from cases.wording import NOT_KNOWN, Wording, message

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from cases.caseload.conflict import ConflictError
    from cases.caseload.line import Line
    from cases.caseload.opened_file import OpenedFile

LONGEST = 200
Does = Callable[[InHand], object]


@dataclass(frozen=True)
class Between:
    """What came between: the `case` as the person acted on it, what stopped them, and the title of what they wanted."""

    case: InHand
    conflict: ConflictError
    title: Callable[[Wording], str]


class ConflictScreen(AskingScreen, ModalScreen[None]):
    """Shows both versions; `go_on` acts on the case as it stands now, with what was typed.

    `left` goes back to where something was typed; None: nothing was.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", message("do it on what stands now")),
        Binding("escape", "leave", message("leave it as it stands")),
        Binding("ctrl+l", "app.language", show=False, priority=True),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ConflictScreen { align: center middle; }
    ConflictScreen > #conflict { width: 96%; max-width: 110; height: auto; max-height: 100%; background: $surface;
        border: round $warning; padding: 0 1; }
    ConflictScreen #conflict-title { height: auto; text-style: bold; }
    ConflictScreen #conflict-body, ConflictScreen #conflict-what, ConflictScreen #since, ConflictScreen #both,
    ConflictScreen #conflict-keys { height: auto; }
    """

    def __init__(self, between: Between, go_on: Does, left: Does | None = None) -> None:
        super().__init__()
        self.between, self.go_on, self.left = between, go_on, left
        self.now = between.conflict.now
        self.language = ""

    def compose(self) -> ComposeResult:
        """What was wanted and why it was not done, the events since, both versions, and the keys."""
        with Vertical(id="conflict"):
            yield Static(id="conflict-title", markup=False)
            yield Static(id="conflict-what", markup=False)
            with VerticalScroll(id="conflict-body", can_focus=False):
                yield Static(id="since", markup=False)
                yield Static(id="both", markup=False)
            yield Static(id="conflict-keys", markup=False)

    def on_mount(self) -> None:
        """Say it all, as the case was read when the act was stopped."""
        self.language = self.review.wording.language
        self.reword()

    def on_resize(self) -> None:
        """Let the middle scroll where the screen is too low."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Keep what was wanted and the keys in sight."""
        around = ("#conflict-title", "#conflict-what", "#conflict-keys")
        others = sum(self.query_one(name).outer_size.height for name in around)
        self.query_one("#conflict-body").styles.max_height = max(3, self.app.size.height - others - 2)

    def reword(self) -> None:
        """Say everything anew; what happened since is worded below, and is asked for again in another language."""
        wording, between = self.review.wording, self.between
        self.query_one("#conflict-title", Static).update(Text(inert(between.title(wording), LONGEST)))
        what = message("This case has changed since you read it. Nothing was done; what you typed is kept.")
        if self.left is None:
            what = message("This case has changed since you read it. Nothing was done.")
        self.query_one("#conflict-what", Static).update(Text(wording.say(what)))
        self.query_one("#since", Static).update(self._since(wording))
        self.query_one("#both", Static).update(self._both(wording))
        self.query_one("#conflict-keys", Static).update(self._keys(wording))
        self.call_after_refresh(self.fit)
        if self.language != wording.language:
            self.language = wording.language
            self.ask("file", partial(self.review.caseload.open, between.case.number, wording), self.read_again)

    def read_again(self, now: OpenedFile) -> None:
        """Show the case as it was read in another language, with what may have come since."""
        self.now = now
        self.reword()

    def _since(self, wording: Wording) -> Text:
        lines = Text(wording.say("Since you read it:"), "bold")
        first = self.between.conflict.since[0].seq
        for event in (one for one in self.now.file.events if one.seq >= first):
            lines.append(f"\n+ {event.at} · {inert(event.who, 60)} · {inert(event.what, LONGEST)}", "not bold")
            for detail in event.details:
                lines.append(f"\n    {inert(detail, LONGEST)}", "not bold")
        return lines

    def _both(self, wording: Wording) -> Table:
        """Both versions, what differs first and marked; the rest stands below as it was and is."""
        speech, say = Speech(wording, self.review.caseload.today), wording.say
        before, now = (_said(line, speech) for line in (self.between.case.stood, self.now.line))
        rows = [(label, old, new) for (label, old), (_, new) in zip(before, now, strict=True)]
        table = Table(box=None, expand=True, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
        table.add_column("")
        for title in (message("What you saw"), message("What stands now")):
            table.add_column(say(title), ratio=1, overflow="fold")
        if all(old == new for _, old, new in rows):
            table.title = Text(say("What the list shows of it is as it was."))
            table.title_justify = "left"
        for label, old, new in sorted(rows, key=lambda row: row[1] == row[2]):
            sign, style = ("  ", "") if old == new else ("≠ ", "bold")
            table.add_row(Text(sign + label, style), Text(old), Text(new, style))
        return table

    def _keys(self, wording: Wording) -> KeyLine:
        leaves = message("leave it as it stands") if self.left is None else message("back to what you typed")
        keys = (("enter", message("do it on what stands now")), ("esc", leaves))
        return KeyLine([*((key, wording.say(words)) for key, words in keys), ("↑ ↓", wording.say("scroll"))])

    def action_scroll(self, by: int) -> None:
        """Move what does not fit."""
        self.query_one("#conflict-body").scroll_relative(y=by, animate=False)

    @property
    def case_now(self) -> InHand:
        """The case as it is shown to stand now."""
        return replace(case_of(self.now.line, self.review.wording), seen=self.now.seen)

    def action_go_on(self) -> None:
        """Act on what stands now."""
        self.dismiss(None)
        self.go_on(self.case_now)

    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(None)
        if self.left is not None:
            self.left(self.case_now)


def _said(line: Line, speech: Speech) -> tuple[tuple[str, str], ...]:
    """Say all that a list shows of a case."""
    wording, say = speech.wording, speech.wording.say
    due = NOT_KNOWN if line.due is None else f"{wording.date(line.due)}, {columns.days_in_words(line, speech)}"
    return (
        (say("Stage"), columns.stage(line, speech)),
        (say("Queue"), inert(line.queue)),
        (say("Assigned to"), say("nobody") if line.assigned_to is None else inert(line.assigned_to)),
        (say("Findings"), ": ".join(filter(None, (columns.findings(line, speech), columns.rules(line, speech))))),
        (say("Severity"), columns.severity(line, speech)),
        (say("Score"), columns.score(line, speech)),
        (say("People"), columns.people(line, speech)),
        (say("Rupiah"), columns.rupiah(line, speech)),
        (say("Deadline"), due),
        (say("In lists"), say("hidden for a while") if line.hidden else say("shown")),
        (say("Region"), columns.region(line, speech)),
        (say("Party"), inert(columns.party(line, speech), 60)),
    )
