"""What an export holds, whatever its format: a head, one row per case, one row per finding; every cell typed.

Identifiers in these values are covered already, unless a person asked for them: a writer covers nothing and uncovers
nothing. A labour office or prosecutor gets what it needs to act, and not who in our house confirmed it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from cases.formats import Value
from cases.wording import Wording, message

Kind = Literal["text", "integer", "money", "date", "boolean", "any"]
"""What the cells of a column are; money in rupiah with sen; `any`: what a rule worked out, each cell by its value."""


@dataclass(frozen=True)
class Column:
    """One column: `key` is its stable name in JSON, `heading` what a person reads, `width` in signs."""

    key: str
    heading: str
    kind: Kind
    width: int


@dataclass(frozen=True)
class ExportFinding:
    """One finding: the rule with its articles, the subject, what was found in one sentence, and the numbers behind."""

    rule: str
    title: str
    articles: str
    subject: str
    region: str
    severity: str
    since: date
    marks: str
    said: str
    evidence: Mapping[str, Value]


@dataclass(frozen=True)
class ExportCase:
    """One confirmed case with its open findings; identifiers are None where the party has none of that kind."""

    number: int
    track: str
    severity: str
    purpose: str
    party: str
    party_kind: str
    npwp: str | None
    nib: str | None
    npp: str | None
    nik: str | None
    province: str
    opened_on: date
    confirmed_on: date | None
    findings: tuple[ExportFinding, ...]


@dataclass(frozen=True)
class ExportHead:
    """What the list is: for which queue and offices, made on which day, how many cases, what is uncovered and why.

    `unmask_reason` None: identifiers are covered. `evidence` are the columns of the rules that occur.
    """

    queue: str
    offices: tuple[str, ...]
    made_on: date
    cases: int
    unmask_reason: str | None
    language: str
    evidence: tuple[Column, ...]


_CASE_COLUMNS: Final[tuple[tuple[str, str, Kind, int], ...]] = (
    ("case", message("Case"), "integer", 9),
    ("track", message("Track"), "text", 18),
    ("case_severity", message("Severity of the case"), "text", 12),
    ("purpose", message("Purpose"), "text", 16),
    ("party", message("Party"), "text", 38),
    ("party_kind", message("Kind of party"), "text", 16),
    ("npwp", message("NPWP (firms: first 10 digits)"), "text", 20),
    ("nib", message("NIB"), "text", 16),
    ("npp", message("NPP"), "text", 14),
    ("nik", message("NIK"), "text", 20),
    ("province", message("Province"), "text", 10),
    ("opened_on", message("Opened on"), "date", 13),
    ("confirmed_on", message("Confirmed on"), "date", 13),
    ("findings", message("Open findings"), "integer", 10),
)
_FINDING_COLUMNS: Final[tuple[tuple[str, str, Kind, int], ...]] = (
    ("rule", message("Rule"), "text", 12),
    ("title", message("What is wrong"), "text", 30),
    ("articles", message("Articles of law"), "text", 34),
    ("subject", message("Subject"), "text", 24),
    ("region", message("Region"), "text", 10),
    ("severity", message("Severity"), "text", 12),
    ("since", message("Found on"), "date", 13),
    ("marks", message("Note"), "text", 20),
    ("said", message("What was found"), "text", 60),
)


def case_columns(wording: Wording) -> tuple[Column, ...]:
    """Return the columns that every case has."""
    return tuple(Column(key, wording.say(heading), kind, width) for key, heading, kind, width in _CASE_COLUMNS)


def finding_columns(wording: Wording) -> tuple[Column, ...]:
    """Return the columns that every finding has, evidence aside."""
    return tuple(Column(key, wording.say(heading), kind, width) for key, heading, kind, width in _FINDING_COLUMNS)


def case_cells(case: ExportCase) -> tuple[Value, ...]:
    """Return the cells of `case_columns`."""
    return (
        case.number,
        case.track,
        case.severity,
        case.purpose,
        case.party,
        case.party_kind,
        case.npwp,
        case.nib,
        case.npp,
        case.nik,
        case.province,
        case.opened_on,
        case.confirmed_on,
        len(case.findings),
    )


def finding_cells(finding: ExportFinding, evidence: tuple[Column, ...]) -> tuple[Value, ...]:
    """Return the cells of `finding_columns`, then the evidence; None where a rule has no such value."""
    said: tuple[Value, ...] = (
        finding.rule,
        finding.title,
        finding.articles,
        finding.subject,
        finding.region,
        finding.severity,
        finding.since,
        finding.marks,
        finding.said,
    )
    return said + tuple(finding.evidence.get(column.key) for column in evidence)


_FORMULA: Final = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001  spreadsheets take the full-width signs too
_SMALL_NUMBER: Final = re.compile(r"^(?:0|[1-9]\d{0,10})$")
_LOOKS_LIKE_A_NUMBER: Final = re.compile(r"^[\d.,:/\s-]*\d[\d.,:/\s-]*$")


def spreadsheet_would_misread(text: str) -> bool:
    """Say whether a spreadsheet that opens a CSV would run this text, or read it as a number or date and change it.

    A 16-digit identifier loses its last digit that way, `19.10` its zero and `0123` its first; `19` stays `19`.
    """
    if _SMALL_NUMBER.match(text):
        return False
    return bool(_FORMULA.match(text) or _LOOKS_LIKE_A_NUMBER.match(text))


def plain(value: Value) -> str | int | bool | None:
    """Write a typed value for a machine: ISO dates, decimals with a point and every digit; the rest as it is."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value
