"""Every error of Patuh, and the place it knows.

    PatuhError
    ├── FaultsError          one or more faults of rule, parameter or configuration files (exit code 2)
    ├── UsageError           a command asked for something that does not fit (exit code 2)
    ├── SourceError          a register could not be read at all (its rules cannot judge: exit code 1)
    ├── ScanRunningError     another scan holds the lock (exit code 3)
    ├── StoreError           the case store cannot be used as it is (exit code 4)
    └── DecisionError        the routing engine did not answer for every case (exit code 5)

A fault says what is wrong, where, why it matters and what to do.
"""

from dataclasses import dataclass


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
    """Root of all errors that Patuh raises on purpose."""

    def __init__(self, what: str, why: str, remedy: str) -> None:
        self.what, self.why, self.remedy = what, why, remedy
        super().__init__(f"{what}\n    why: {why}\n    do:  {remedy}")


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
