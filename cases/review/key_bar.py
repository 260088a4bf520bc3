"""The last line of a screen: the keys that work here and what each does, in the language of who looks."""

from rich.text import Text
from textual.widgets import Static

from cases.wording import Wording


class KeyBar(Static):
    """The keys of the screen that it stands on."""

    def speak(self, wording: Wording) -> None:
        """Say the keys in this language."""
        line = Text()
        for _, binding, _, _ in self.screen.active_bindings.values():
            if binding.show and binding.description:
                line.append(f" {self.app.get_key_display(binding)} ", "reverse")
                line.append(f" {wording.say(binding.description)}  ")
        self.update(line)
