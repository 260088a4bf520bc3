"""What a form asks, as values: a new act declares its questions and gets a form of the same kind as every other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["text", "longtext", "date", "choice", "tick"]
"""How a question is answered: a line, several lines, a day, one of a list, any of a list."""


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen, in words. `refused`: what stands against it; it is listed, and cannot be taken."""

    value: str
    words: str
    detail: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Question:
    """One thing that a form asks; all texts are said already. `why` it is asked.

    `default`: what stands there before anybody types; of ticks, their values with a space between. `when`: it is asked
    only where the question of this name is answered with one of these values. `presets` of a date: what else can be
    typed there, as hints.
    """

    name: str
    label: str
    kind: Kind = "text"
    why: str = ""
    required: bool = True
    default: str = ""
    choices: tuple[Choice, ...] = ()
    when: tuple[str, frozenset[str]] | None = None


@dataclass(frozen=True)
class Form:
    """What stands on a form, said in one language. `about`: lines above the questions. `sends`: what sending does."""

    title: str
    questions: tuple[Question, ...]
    about: tuple[str, ...] = ()
    sends: str = ""


@dataclass(frozen=True)
class Answers:
    """What was answered, by the name of the question; what was not asked is not in it."""

    texts: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    ticks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a line, lines, or the value of what was chosen; "" where nothing was said."""
        return self.texts.get(name, "")

    def said(self, name: str) -> str | None:
        """Return the text; None where nothing was said."""
        return self.texts.get(name) or None

    def day(self, name: str) -> date | None:
        """Return a day; None where none was said."""
        return self.days.get(name)

    def ticked(self, name: str) -> tuple[str, ...]:
        """Return the values that are ticked."""
        return self.ticks.get(name, ())
