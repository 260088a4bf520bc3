"""The review screen as a program: who looks, in which language and which look, and the screens it goes between."""

from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from cases.caseload.caseload import Caseload
from cases.present import words_of
from cases.review.asking import AskingScreen
from cases.review.bars import Banner
from cases.review.cases_screen import CasesScreen
from cases.review.key_bar import KEYS
from cases.review.pace import Pace
from cases.review.themes import DARK, THEMES
from cases.wording import LANGUAGES, Wording, message
from rules.errors import PatuhError


class ReviewApp(App[None]):
    """Reads and acts through `caseload`; `wording` is what everything on it is said in, and changes at run time.

    `failure`: a fault of ours that ended the program, to be told once the terminal is the shell's again.
    """

    CSS_PATH = "review.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("L", "language", message("language"), show=False),
        Binding("T", "look", message("look"), show=False),
        Binding("q", "quit", message("quit")),
    ]

    def __init__(self, caseload: Caseload, language: str, pace: Pace = Pace()) -> None:  # noqa: B008 - it never changes
        super().__init__()
        self.caseload, self.pace = caseload, pace
        self.wording = Wording(language, Path.cwd())
        self.failure: BaseException | None = None
        self._acts = 0
        self._lost: PatuhError | None = None
        self._waiting = False
        self._leaving = False
        for theme, _ in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    def on_mount(self) -> None:
        """Begin with the queues and the list."""
        self.push_screen(CasesScreen())

    def get_key_display(self, binding: Binding) -> str:
        """Write a key as short as it can be said."""
        return binding.key_display or KEYS.get(binding.key) or super().get_key_display(binding)

    def action_language(self) -> None:
        """Say everything in the next language."""
        place = LANGUAGES.index(self.wording.language)
        self.speak(LANGUAGES[(place + 1) % len(LANGUAGES)])

    def speak(self, language: str) -> None:
        """Say everything in this language, on every screen that is open."""
        self.wording = Wording(language, Path.cwd())
        for screen in self.screen_stack:
            if isinstance(screen, AskingScreen):
                screen.reword()
        self._tell()

    def action_look(self) -> None:
        """Show everything in the next look."""
        names = [theme.name for theme, _ in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        words = next(words for theme, words in THEMES if theme.name == self.theme)
        self.notify(self.wording.say("Look: {name}", name=self.wording.say(words)), markup=False, timeout=2)

    def acts_begun(self, count: int) -> None:
        """Count an act that is under way, or (-1) one that was answered; who wanted to leave goes then."""
        self._acts += count
        if not self._acts:
            self._waiting = False
            self._tell()
            if self._leaving:
                self.exit()

    def acts_wait(self) -> None:
        """An act takes long: somebody else writes."""
        self._waiting = self._acts > 0
        self._tell()

    def away(self, error: PatuhError) -> None:
        """The store does not answer: say so until it does."""
        first, self._lost = self._lost is None, error
        self._tell()
        if first:
            for screen in self.screen_stack:
                if isinstance(screen, AskingScreen):
                    screen.probe()

    def reached(self) -> None:
        """The store answers; if it was away, everything is read anew."""
        if self._lost is None:
            return
        self._lost = None
        self._tell()
        for screen in self.screen_stack:
            if isinstance(screen, AskingScreen):
                screen.came_back()

    def fail(self, error: BaseException) -> None:
        """End because of a fault of ours; it is told once the terminal is the shell's again."""
        self.failure = self.failure or error
        self.exit(return_code=1)

    def hold_keys(self) -> None:
        """Keep what is typed from now on: it is meant for what will be on the screen then."""

    def release_keys(self) -> None:
        """Do what was typed meanwhile."""

    async def action_quit(self) -> None:
        """Leave; an act that is under way is answered first, unless one insists."""
        if self._acts and not self._leaving:
            self._leaving = True
            self._tell()
        else:
            self.exit()

    def _tell(self) -> None:
        say = self.wording.say
        words = ""
        if self._lost is not None:
            lost = words_of(self._lost, self.wording).splitlines()[0]
            words = say("The case store does not answer; asked again every moment: {error}", error=lost)
        elif self._leaving:
            words = say("leaving once what is under way is written; q again: at once, and nobody knows what came of it")
        elif self._waiting:
            words = say("waiting: somebody else writes to the case store, a scan perhaps")
        for screen in self.screen_stack:
            for banner in screen.query(Banner):
                banner.show(words)
