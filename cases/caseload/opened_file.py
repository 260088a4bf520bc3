"""The file of a case as somebody has it open."""

from dataclasses import dataclass

from cases.case_file import CaseFile


@dataclass(frozen=True)
class OpenedFile:
    """The file of a case, and the number of its last event: what a person had seen who acts on it."""

    file: CaseFile
    seen: int
