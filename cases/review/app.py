"""The review screen as a program: who looks, in which language and which look, and the screens it goes between."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import ActiveBinding, Binding, BindingType

from cases.present import words_of
from cases.review.asking import AskingScreen, let_threads_end
from cases.review.bars import Banner
from cases.review.cases_screen import CasesScreen
from cases.review.forms.memory import Memory
from cases.review.help_screen import HelpScreen
from cases.review.key_bar import KEYS, spoken_bindings
from cases.review.key_wording import KeyWording
from cases.review.menu_screen import Entry, MenuScreen
from cases.review.pace import Pace
from cases.review.themes import DARK, THEMES
from cases.review.typing_ahead import OneByOne
from cases.wording import LANGUAGES, message

if TYPE_CHECKING:
    from cases.caseload.caseload import Caseload
    from cases.wording import Wording
    from rules.errors import PatuhError

LEAVING_SECONDS: Final = 5.0
"""So long at most the end of the program waits for a question that is under way."""
LANGUAGE_NAMES: Final = {"id": message("Language: Indonesian"), "en": message("Language: English")}


class ReviewApp(OneByOne):
    """Reads and acts through `caseload`; `wording` is what everything on it is said in, and changes at run time.

    `failure`: a fault of ours that ended the program, to be told once the terminal is the shell's again.
    """

    CSS_PATH = "review.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("L", "language", message("language"), show=False),
        Binding("T", "look", message("look"), show=False),
        Binding("ctrl+p", "palette", message("all actions"), priority=True, show=False),
        Binding("q", "quit", message("quit"), show=False),
        Binding("ctrl+z", "suspend_process", message("to the shell, fg comes back"), show=False),
        Binding("question_mark", "help", message("help"), key_display="?"),
    ]

    def __init__(self, caseload: Caseload, language: str, pace: Pace = Pace()) -> None:  # noqa: B008 - it never changes
        super().__init__(pace)
        self.caseload = caseload
        self.wording = KeyWording(language, Path.cwd())
        self.failure: BaseException | None = None
        self._acts = 0
        self._lost: PatuhError | None = None
        self._waiting = False
        self._late = False
        self._leaving = False
        for theme, _ in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        self.memory = Memory()

    def on_mount(self) -> None:
        """Begin with the queues and the list; end cleanly when the machine or the terminal goes."""
        self.push_screen(CasesScreen())
        if not self.is_headless:
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self.exit)

    def get_key_display(self, binding: Binding) -> str:
        """Write a key as short as it can be said."""
        return binding.key_display or KEYS.get(binding.key) or super().get_key_display(binding)

    def action_language(self) -> None:
        """Say everything in the next language."""
        place = LANGUAGES.index(self.wording.language)
        self.speak(LANGUAGES[(place + 1) % len(LANGUAGES)])

    def speak(self, language: str) -> None:
        """Say everything in this language, on every screen that is open."""
        self.wording = KeyWording(language, Path.cwd())
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

    def action_help(self) -> None:
        """Explain the screen that is shown."""
        if not isinstance(self.screen, HelpScreen | MenuScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_palette(self) -> None:
        """Show all that can be done now, to be found by its name."""
        if not isinstance(self.screen, MenuScreen):
            actives = [one for one in spoken_bindings(self) if one.binding.action != "palette"]
            self.push_screen(MenuScreen(message("All actions"), partial(self._commands, actives)))

    def _commands(self, actives: list[ActiveBinding], wording: Wording) -> list[Entry]:
        found = []
        for one in sorted(actives, key=lambda active: not active.binding.show):
            run = partial(self.run_action, one.binding.action, one.node)
            found.append(Entry(wording.say(one.binding.description), self.get_key_display(one.binding), run))
        for language in LANGUAGES:
            found.append(Entry(wording.say(LANGUAGE_NAMES[language]), "", partial(self.speak, language)))
        for theme, words in THEMES:
            name = wording.say("Look: {name}", name=wording.say(words))
            found.append(Entry(name, "", partial(setattr, self, "theme", theme.name)))
        return found

    def action_help_quit(self) -> None:
        """Say by which key one leaves: ctrl+c copies what is selected, and would end the work of a morning by habit."""
        self.notify(self.wording.say("q leaves Patuh (ctrl+q from anywhere)"), markup=False, timeout=4)

    def acts_begun(self, count: int) -> None:
        """Count an act that is under way, or (-1) one that was answered; who wanted to leave goes then."""
        self._acts += count
        if not self._acts:
            self._waiting = False
            self._tell()
            if self._leaving:
                self.exit()

    def acts_wait(self) -> None:
        """An act takes long; why, nobody knows here."""
        self._waiting = self._acts > 0
        self._tell()

    def read_late(self) -> None:
        """Something that is to be shown takes long to be read: say so until something was read."""
        self._late = True
        self._tell()

    def away(self, error: PatuhError) -> None:
        """The store does not answer: say so until it does."""
        first, self._lost, self._late = self._lost is None, error, False
        self._tell()
        if first:
            for screen in self.screen_stack:
                if isinstance(screen, AskingScreen):
                    screen.probe()

    def reached(self) -> None:
        """The store answers; if it was away, everything is read anew."""
        if self._late:
            self._late = False
            self._tell()
        if self._lost is None:
            return
        self._lost = None
        self._tell()
        for screen in self.screen_stack:
            if isinstance(screen, AskingScreen):
                screen.came_back()

    def _fatal_error(self) -> None:
        """End because of a fault of ours in what draws: Textual would print where it arose, into a terminal in use."""
        self.failure = self.failure or self._exception
        self._close_messages_no_wait()

    def leave_store(self) -> None:
        """Let what was asked last come to its end, once the screen is gone: what it reads from is closed next."""
        let_threads_end(LEAVING_SECONDS)

    def fail(self, error: BaseException) -> None:
        """End because of a fault of ours; it is told once the terminal is the shell's again."""
        self.failure = self.failure or error
        self.exit(return_code=1)

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
            words = say("The case store does not answer, asking again: {error}", error=lost)
        elif self._leaving:
            words = say("leaving once what is under way is written; q again: at once, and nobody knows what came of it")
        elif self._waiting:
            words = say("the case store takes long to answer; whether your act is on record is not known yet")
        elif self._late:
            words = say("the case store takes long to answer; what stands here is what was read before")
        for screen in self.screen_stack:
            for banner in screen.query(Banner):
                banner.show(words)
