"""Every error of Patuh, and the place it knows.

    PatuhError
    ├── FaultsError          one or more faults of rule, parameter or configuration files (exit code 2)
    ├── UsageError           a command asked for something that does not fit (exit code 2)
    ├── SourceError          a register could not be read at all (its rules cannot judge: exit code 1)
    ├── ScanRunningError     another scan holds the lock (exit code 3)
    ├── StoreError           the case store cannot be used as it is (exit code 4)
    ├── DecisionError        the routing engine did not answer for every case (exit code 5)
    └── OutputError          what a command has to say could not be written (exit code 7)

A fault says what is wrong, where, why it matters and what to do.

What is said to a person is a `Message`: the English sentence, which also knows its template and its values, so that
whoever shows it can say it in the language of the office.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Never, Self


class Message(str):
    """An English sentence that can be said in another language: a template with named places, and its values.

    It is a `str`, so that logs, JSON and comparisons see the sentence. A value is a text, a number, a day, a path,
    another message, or a tuple of these; whoever says the message writes each as the language does. It never changes.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Put the values into the English template; a template without values is said as it stands."""
        plain = {name: _plain(value) for name, value in values.items()}
        made = super().__new__(cls, template.format_map(plain) if values else template)
        object.__setattr__(made, "template", template)
        object.__setattr__(made, "values", MappingProxyType(values))
        return made

    def __setattr__(self, name: str, value: object) -> Never:
        """Refuse to change: the sentence would no longer be what the template says."""
        raise AttributeError(f"a message does not change: {name} stays as it is")

    def __reduce__(self) -> tuple[object, ...]:
        """Copy and pickle by template and values."""
        return _again, (type(self), self.template, dict(self.values))


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_plain, value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _again(kind: type[Message], template: str, values: dict[str, object]) -> Message:
    return kind(template, **values)


TROUBLE = Message("{what}\n    why: {why}\n    do:  {remedy}").template
"""What, why and what to do, as every error says them."""


@dataclass(frozen=True, order=True)
class Location:
    """A place in a text file; `line` and `column` count from 1, 0 means the file as a whole."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a file: `code` is stable for tests and lists, the rest is for a person."""

    location: Location
    code: str
    what: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.location}: {self.what}\n    why: {self.why}\n    do:  {self.remedy}"


class PatuhError(Exception):
    """Root of all errors that Patuh raises on purpose; `message` is all of it, to be said in any language."""

    def __init__(self, what: str, why: str, remedy: str) -> None:
        self.what, self.why, self.remedy = what, why, remedy
        self.message = Message(TROUBLE, what=what, why=why, remedy=remedy)
        super().__init__(str(self.message))


class FaultsError(PatuhError):
    """All faults of the files that were read, in file order."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = tuple(sorted(faults))
        Exception.__init__(self, "\n".join(str(fault) for fault in self.faults))


class UsageError(PatuhError):
    """A command was asked for something that does not fit the configuration or the store."""


class SourceError(PatuhError):
    """A register could not be read at all."""


class ScanRunningError(PatuhError):
    """Another scan holds the lock of this store."""


class StoreError(PatuhError):
    """The case store cannot be used as it is."""


class DecisionError(PatuhError):
    """The routing engine did not judge every case that it was given."""


class OutputError(PatuhError):
    """A command's own output could not be written; what it did before that stands."""
