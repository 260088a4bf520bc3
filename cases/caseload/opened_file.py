"""The file of a case as somebody has it open."""

from dataclasses import dataclass

from cases.case_file import CaseFile
from cases.caseload.line import Line


@dataclass(frozen=True)
class OpenedFile:
    """The file of a case, its line in a list at the same moment, and the number of its last event.

    That number is what a person had seen who acts on it; the line is what two versions of a case are compared by.
    """

    file: CaseFile
    line: Line
    seen: int
