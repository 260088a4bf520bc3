"""Somebody else was faster: what was on the screen beside what stands now, and what happened in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cases.inert import inert
from cases.present import words_of
from cases.review.asking import AskingScreen
from cases.review.forms.in_hand import head_of, shown_of
from cases.wording import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from cases.caseload.conflict import ConflictError
    from cases.review.forms.in_hand import InHand

LONGEST = 200


class ConflictScreen(AskingScreen, ModalScreen[None]):
    """Shows both versions; `go_on` acts on what stands now, with what was typed."""

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
    ConflictScreen > #conflict { width: 96%; max-width: 150; height: auto; max-height: 100%; background: $surface;
        border: round $warning; padding: 0 1; }
    ConflictScreen #conflict-what { height: auto; text-style: bold; }
    ConflictScreen #conflict-body { height: auto; }
    ConflictScreen #both { height: auto; }
    ConflictScreen .version { width: 1fr; height: auto; padding-right: 1; }
    ConflictScreen #now { border-left: solid $primary; padding-left: 1; }
    ConflictScreen #since, ConflictScreen #conflict-keys { height: auto; }
    """

    def __init__(self, conflict: ConflictError, case: InHand, go_on: Callable[[], object]) -> None:
        super().__init__()
        self.conflict, self.case, self.go_on = conflict, case, go_on

    def compose(self) -> ComposeResult:
        """What happened, both versions, the events since, and the keys."""
        with Vertical(id="conflict"):
            yield Static(id="conflict-what", markup=False)
            with VerticalScroll(id="conflict-body", can_focus=False):
                yield Static(id="since", markup=False)
                with Horizontal(id="both"):
                    yield Static(id="saw", classes="version", markup=False)
                    yield Static(id="now", classes="version", markup=False)
            yield Static(id="conflict-keys", markup=False)

    def on_mount(self) -> None:
        """Say it all."""
        self.reword()

    def on_resize(self) -> None:
        """Let the middle scroll where the screen is too low."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Keep what happened and the keys in sight."""
        others = sum(self.query_one(name).outer_size.height for name in ("#conflict-what", "#conflict-keys"))
        self.query_one("#conflict-body").styles.max_height = max(3, self.app.size.height - others - 2)

    def reword(self) -> None:
        """Say everything anew; what the service said stays in the language in which it was asked."""
        wording = self.review.wording
        say = wording.say
        self.query_one("#conflict-what", Static).update(Text(words_of(self.conflict, wording)))
        self.query_one("#since", Static).update(self._since())
        saw, now = shown_of(self.case, wording), head_of(self.conflict.now, wording)
        self.query_one("#saw", Static).update(_version(say("What you saw"), saw, now))
        self.query_one("#now", Static).update(_version(say("What stands now"), now, saw))
        self.query_one("#conflict-keys", Static).update(self._keys())
        self.call_after_refresh(self.fit)

    def _since(self) -> Text:
        lines = Text(self.review.wording.say("Since you read it:"), "bold")
        for event in self.conflict.since:
            lines.append(f"\n+ {event.at} · {inert(event.who, 60)} · {inert(event.what, LONGEST)}", "not bold")
            for detail in event.details:
                lines.append(f"\n    {inert(detail, LONGEST)}", "dim not bold")
        return lines.append("\n")

    def _keys(self) -> Text:
        line = Text()
        for key, words in (("enter", message("do it on what stands now")), ("esc", message("leave it as it stands"))):
            line.append(f" {key} ", "reverse")
            line.append(f" {self.review.wording.say(words)}  ")
        return line

    def action_scroll(self, by: int) -> None:
        """Move what does not fit."""
        self.query_one("#conflict-body").scroll_relative(y=by, animate=False)

    def action_go_on(self) -> None:
        """Act on what stands now."""
        self.dismiss(None)
        self.go_on()

    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(None)


def _version(title: str, lines: tuple[tuple[str, str], ...], others: tuple[tuple[str, str], ...]) -> Text:
    """Write one version; a sign marks what the other does not say."""
    text = Text(title, "bold underline")
    for label, value in lines:
        differs = (label, value) not in others
        sign = "≠ " if differs else "  "
        text.append(f"\n{sign}{inert(label, 40)}: ", "dim not bold not underline")
        text.append(inert(value, LONGEST), "bold not underline" if differs else "not bold not underline")
    return text
