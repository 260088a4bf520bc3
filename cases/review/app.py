"""The review screen as a program: who looks, in which language, and the screens that it goes between."""

from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from cases.caseload.caseload import Caseload
from cases.review.asking import AskingScreen
from cases.review.cases_screen import CasesScreen
from cases.wording import LANGUAGES, Wording, message


class ReviewApp(App[None]):
    """Reads and acts through `caseload`; `wording` is what everything on it is said in, and changes at run time."""

    CSS_PATH = "review.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", message("quit")),
        Binding("L", "language", message("language")),
    ]

    def __init__(self, caseload: Caseload, language: str) -> None:
        super().__init__()
        self.caseload = caseload
        self.wording = Wording(language, Path.cwd())

    def on_mount(self) -> None:
        """Begin with the queues and the list."""
        self.push_screen(CasesScreen())

    def action_language(self) -> None:
        """Say everything in the next language."""
        place = LANGUAGES.index(self.wording.language)
        self.wording = Wording(LANGUAGES[(place + 1) % len(LANGUAGES)], Path.cwd())
        for screen in self.screen_stack:
            if isinstance(screen, AskingScreen):
                screen.reword()
