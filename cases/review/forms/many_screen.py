"""One act on many cases: what will change and what may not and why, how far it is, and what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cases.inert import inert
from cases.present import words_of
from cases.review.asking import ACTS, AskingScreen
from cases.review.forms.key_line import KeyLine
from cases.wording import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from cases.caseload.acts import CaseAct
    from cases.caseload.many import Covered, Outcome, Preview, Progress, Reason, Targets
    from cases.review.forms.acting import Acting
    from cases.wording import Wording
    from rules.errors import PatuhError

BAR: Final = 30
NAMED: Final = 10
"""So many numbers of cases are named."""
LOOK: Final = 0.1
"""Seconds between two looks at how far it is."""


class ManyScreen(AskingScreen, ModalScreen[None]):
    """Looks first; `enter` does it; `esc` stops what is under way, else leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "go_on", message("do it")),
        Binding("escape", "leave", message("leave")),
        Binding("u", "undo_all", message("take all of it back")),
        Binding("ctrl+l", "app.language", show=False, priority=True),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
    ]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ManyScreen { align: center middle; }
    ManyScreen > #many { width: 96%; max-width: 110; height: auto; max-height: 100%; background: $surface;
        border: round $primary; padding: 0 1; }
    ManyScreen #many-title { text-style: bold; height: auto; }
    ManyScreen #many-body { height: auto; max-height: 16; }
    ManyScreen #many-text, ManyScreen #many-bar, ManyScreen #many-keys { height: auto; }
    """

    def __init__(self, host: Acting, targets: Targets, act: CaseAct, title: Callable[[Wording], str]) -> None:
        super().__init__()
        self.host, self.targets, self.act, self.title_of = host, targets, act, title
        self.preview: Preview | None = None
        self.outcome: Outcome | None = None
        self.refusal: PatuhError | None = None
        self.reached = (0, 0)
        self.running = False
        self.stopped = False

    def compose(self) -> ComposeResult:
        """Title, what will change or has changed, how far it is, the keys."""
        with Vertical(id="many"):
            yield Static(id="many-title", markup=False)
            with VerticalScroll(id="many-body", can_focus=False):
                yield Static(id="many-text", markup=False)
            yield Static(id="many-bar", markup=False)
            yield Static(id="many-keys", markup=False)

    def on_mount(self) -> None:
        """Look what would change."""
        self.set_interval(LOOK, self.show_bar)
        self.begin()
        review = self.review
        question = partial(review.caseload.preview, self.targets, self.act, review.wording, self.progress)
        self.ask("preview", question, self.previewed, self.refused_whole)

    def on_resize(self) -> None:
        """Let the text scroll where the screen is too low."""
        self.query_one("#many-body").styles.max_height = max(3, self.app.size.height - 7)

    def begin(self) -> None:
        """Something is under way."""
        self.running, self.stopped, self.reached = True, False, (0, 0)
        self.reword()

    @property
    def progress(self) -> Progress:
        """What is told how far it is, and says whether to go on."""

        def told(done: int, of: int) -> bool:
            self.reached = (done, of)
            return not self.stopped

        return told

    def previewed(self, preview: Preview) -> None:
        """Show what would change."""
        self.running, self.preview = False, preview
        self.reword()

    def refused_whole(self, error: PatuhError) -> None:
        """Say why it is done to none."""
        self.running, self.refusal = False, error
        self.reword()

    def did(self, outcome: Outcome) -> None:
        """Show what came of it."""
        self.running, self.outcome = False, outcome
        for done in outcome.done:
            self.host.memory.did(done)
        self.reword()

    def took_back(self, outcome: Outcome) -> None:
        """Show what was taken back."""
        self.running, self.outcome = False, outcome
        for done in outcome.done:
            before = self.host.memory.last_on(done.number)
            if before is not None:
                self.host.memory.undid(before, done)
        self.reword()

    def reword(self) -> None:
        """Say everything as it stands now."""
        wording = self.review.wording
        self.query_one("#many-title", Static).update(Text(inert(self.title_of(wording), 160)))
        self.query_one("#many-text", Static).update(self._text(wording))
        self.query_one("#many-keys", Static).update(self._keys(wording))
        self.show_bar()

    def show_bar(self) -> None:
        """Say how far it is."""
        bar = self.query_one("#many-bar", Static)
        bar.display = self.running
        if self.running:
            done, of = self.reached
            filled = BAR * done // of if of else 0
            number = self.review.wording.number
            bar.update(Text(f"[{'#' * filled}{'.' * (BAR - filled)}] {number(done)} / {number(of)}"))

    def _text(self, wording: Wording) -> Text:
        say = wording.say
        if self.refusal is not None:
            return Text("✗ " + words_of(self.refusal, wording))
        if self.outcome is not None:
            return self._came(self.outcome, wording)
        if self.preview is None:
            return Text(say("looking what would change …"))
        found = self.preview
        refused = sum(one.count for one in found.refused)
        text = Text(say("Will change: {count}", count=wording.number(len(found.targets))), "bold")
        if found.covered is not None:
            text.append("\n" + _covered(found.covered, wording), "not bold")
        text.append("\n" + say("Will not be changed: {count}", count=wording.number(refused)), "bold")
        _append_reasons(text, found.refused, wording)
        if found.left:
            text.append("\n" + say("Not looked at: {count}", count=wording.number(found.left)), "bold")
        for label, counted in ((say("by queue"), found.queues), (say("by province"), found.provinces)):
            text.append(f"\n{label}", "dim not bold")
            for name, count in counted:
                text.append(f"\n  {inert(name or '-', 20):<14} {wording.number(count):>9}", "not bold")
        return text

    def _came(self, outcome: Outcome, wording: Wording) -> Text:
        say, number = wording.say, wording.number
        text = Text(say("On record: {count}", count=number(len(outcome.done))), "bold")
        _append_reasons(text, outcome.refused, wording)
        if outcome.changed:
            text.append("\n✗ ", "not bold")
            text.append(say("changed by somebody else since: {cases}", cases=_first(outcome.changed)), "not bold")
        if outcome.left:
            text.append("\n" + say("Not done: {count}", count=number(len(outcome.left))), "bold")
        if outcome.error is not None:
            text.append("\n✗ " + words_of(outcome.error, wording), "not bold")
        return text

    def _keys(self, wording: Wording) -> KeyLine:
        keys = [("esc", wording.say("stop") if self.running else wording.say("leave"))]
        if self.outcome is not None and not self.running:
            keys = [("enter", wording.say("go on"))]
            keys += (
                [("u", wording.say("take all of it back"))] if any(one.undoable for one in self.outcome.done) else []
            )
        elif self.preview is not None and self.preview.targets and not self.running:
            keys.insert(0, ("enter", wording.say("do it")))
        if not self.running:
            keys.append(("↑ ↓", wording.say("scroll")))
        return KeyLine(keys)

    def action_go_on(self) -> None:
        """Do it; once it is done, go on in the list."""
        if self.running:
            return
        if self.outcome is not None or self.preview is None or not self.preview.targets:
            self.action_leave()
            return
        review = self.review
        self.begin()
        question = partial(review.caseload.act_on, self.preview, review.wording, self.progress)
        self.ask(ACTS, question, self.did, self.refused_whole)

    def action_undo_all(self) -> None:
        """Take back what is still private."""
        if self.running or self.outcome is None or not any(one.undoable for one in self.outcome.done):
            return
        review = self.review
        self.begin()
        question = partial(review.caseload.undo_all, self.outcome, review.wording, self.progress)
        self.ask(ACTS, question, self.took_back, self.refused_whole)

    def action_leave(self) -> None:
        """Stop what is under way; else go back to the form, or after it was done to the list."""
        if self.running:
            self.stopped = True
        elif self.outcome is None:
            self.dismiss(None)
        else:
            self.host.close_forms()
            self.host.after_many()

    def action_scroll(self, by: int) -> None:
        """Move what does not fit."""
        self.query_one("#many-body").scroll_relative(y=by, animate=False)


def _append_reasons(text: Text, reasons: tuple[Reason, ...], wording: Wording) -> None:
    for one in reasons:
        more = " …" if one.count > len(one.first) else ""
        named = wording.say("case {numbers}", numbers=", ".join(map(str, one.first)) + more)
        text.append(f"\n✗ {wording.number(one.count)}: {inert(one.words, 300)} ({named})", "not bold")


def _covered(covered: Covered, wording: Wording) -> str:
    """Say what is let be, and how much of it lies in cases that nobody selected."""
    findings = wording.plural("{count} finding", "{count} findings", covered.findings)
    cases = wording.plural("{count} case", "{count} cases", covered.cases)
    if not covered.others:
        return wording.say("Let be: {findings} in {cases}", findings=findings, cases=cases)
    return wording.say(
        "Let be: {findings} in {cases}, of which not selected: {others}",
        findings=findings,
        cases=cases,
        others=wording.number(covered.others),
    )


def _first(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:NAMED])) + (" …" if len(numbers) > NAMED else "")
