"""The columns of the list: which fit into a width, their headings, and what each says of a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size

from cases.inert import inert
from cases.names import SEVERITY_WORDS, STAGES
from cases.wording import NOT_KNOWN, message

if TYPE_CHECKING:
    from cases.caseload.line import Line
    from cases.wording import Wording

CUT: Final = "…"
"""Stands where a text goes on that does not fit."""
SIGNS: Final = ("", "!", "!!", "!!!")
"""A severity told by as many signs as it is above the lowest, where its word does not fit."""
GAP: Final = 1
PARTY: Final = "party"
"""The column that takes what the others leave."""

_MILLION, _MILLIARD, _BILLION = 10**6, 10**9, 10**12


@dataclass(frozen=True)
class Speech:
    """In what words a list is said, and on which day."""

    wording: Wording
    today: date


@dataclass(frozen=True)
class Column:
    """A column as it stands in one width. `name`: what a list is sorted by, where it can be sorted by this."""

    name: str
    heading: str
    width: int
    right: bool
    words: Callable[[Line, Speech], str]

    def cell(self, line: Line, speech: Speech) -> str:
        """Return what it says of a case, in exactly its width."""
        return fitted(self.words(line, speech), self.width, right=self.right)


def score(line: Line, speech: Speech) -> str:
    """The points of a case today."""
    return NOT_KNOWN if line.score is None else speech.wording.number(line.score)


def signs(line: Line, _: Speech) -> str:
    """How grave it is, as signs."""
    return SIGNS[line.severity - 1]


def severity(line: Line, speech: Speech) -> str:
    """How grave it is, in words."""
    return speech.wording.say(SEVERITY_WORDS[line.severity - 1])


def party(line: Line, speech: Speech) -> str:
    """Whom the case is about."""
    return inert(line.party) if line.party else speech.wording.say("(no name in the registers)")


def region(line: Line, _: Speech) -> str:
    """The code of its region."""
    return inert(line.region)


def findings(line: Line, speech: Speech) -> str:
    """How many findings are open in it."""
    return speech.wording.number(line.findings)


def people(line: Line, speech: Speech) -> str:
    """How many people are unprotected."""
    return NOT_KNOWN if line.people is None else speech.wording.number(line.people)


def rupiah(line: Line, speech: Speech) -> str:
    """The amount, to the rupiah."""
    return NOT_KNOWN if line.rupiah is None else speech.wording.number(line.rupiah)


def rupiah_short(line: Line, speech: Speech) -> str:
    """The amount as newspapers write it: millions, milliards, billions of the long scale."""
    amount, wording = line.rupiah, speech.wording
    if amount is None:
        return NOT_KNOWN
    if abs(amount) < _MILLION:
        return wording.number(amount)
    if abs(amount) < _MILLIARD:
        return wording.say("{amount} mn", amount=_rounded(amount, _MILLION, wording))
    if abs(amount) < _BILLION:
        return wording.say("{amount} bn", amount=_rounded(amount, _MILLIARD, wording))
    return wording.say("{amount} tn", amount=_rounded(amount, _BILLION, wording))


def _rounded(amount: int, unit: int, wording: Wording) -> str:
    """Cut down to one digit behind the point, also a 0: what is shown is never more than what was found."""
    whole, tenth = divmod(amount * 10 // unit, 10)
    return f"{wording.number(whole)}{wording.number(Decimal('0.1'))[1]}{tenth}"


def days_left(line: Line, today: date) -> int | None:
    """Return how many days are left until the last day of the time that runs: 0 is that day, below it is over."""
    return None if line.due is None else (line.due - today).days - 1


def days_signed(line: Line, speech: Speech) -> str:
    """Days to the deadline: +12 are left, -3 it is over."""
    left = days_left(line, speech.today)
    if left is None:
        return NOT_KNOWN
    return f"{'+' if left > 0 else ''}{speech.wording.number(left)}"


def days_in_words(line: Line, speech: Speech) -> str:
    """Days to the deadline, said."""
    left, wording = days_left(line, speech.today), speech.wording
    if left is None:
        return NOT_KNOWN
    if left == 0:
        return wording.say("last day today")
    if left > 0:
        return wording.plural("{count} day left", "{count} days left", left)
    return wording.plural("{count} day over", "{count} days over", -left)


def assigned(line: Line, _: Speech) -> str:
    """Who works on it."""
    return NOT_KNOWN if line.assigned_to is None else inert(line.assigned_to)


def rules(line: Line, _: Speech) -> str:
    """By which rules it was found."""
    return ", ".join(line.rules)


def stage(line: Line, speech: Speech) -> str:
    """Where it stands."""
    return speech.wording.say(STAGES.get(line.stage, line.stage))


ORDER: Final = (
    "score",
    "severity",
    PARTY,
    "region",
    "findings",
    "people",
    "rupiah",
    "due",
    "assigned",
    "stage",
    "rules",
)
"""How columns follow on each other."""
LADDER: Final = (
    Column(PARTY, message("Party"), 14, False, party),
    Column("score", message("Score"), 5, True, score),
    Column("severity", message("Sev"), 3, False, signs),
    Column("due", message("Days"), 6, True, days_signed),
    Column("findings", message("Find"), 4, True, findings),
    Column("people", message("People"), 6, True, people),
    Column("rupiah", message("Rupiah"), 8, True, rupiah_short),
    Column("region", message("Reg"), 5, False, region),
    Column("severity", message("Severity"), 8, False, severity),
    Column("assigned", message("Assigned"), 8, False, assigned),
    Column(PARTY, message("Party"), 24, False, party),
    Column("due", message("Deadline"), 16, True, days_in_words),
    Column("rupiah", message("Rupiah"), 15, True, rupiah),
    Column("people", message("People"), 9, True, people),
    Column("findings", message("Findings"), 8, True, findings),
    Column("region", message("Region"), 7, False, region),
    Column(PARTY, message("Party"), 34, False, party),
    Column("stage", message("Stage"), 12, False, stage),
    Column("rules", message("Rules"), 24, False, rules),
)
"""What a list shows, the most needed first; a later entry of the same name stands in the place of an earlier one."""


def columns_for(width: int, wording: Wording) -> tuple[Column, ...]:
    """Return the columns that fit into `width` cells, in order; the party takes what is left over."""
    taken: dict[str, Column] = {}
    for entry in LADDER:
        heading = wording.say(entry.heading)
        fitted = Column(entry.name, heading, max(entry.width, cell_len(heading) + 1), entry.right, entry.words)
        wider = {**taken, entry.name: fitted}
        if taken and _width(wider) > width:
            break
        taken = wider
    rest = width - _width(taken)
    whole = taken[PARTY]
    taken[PARTY] = Column(whole.name, whole.heading, max(1, whole.width + rest), whole.right, whole.words)
    return tuple(taken[name] for name in ORDER if name in taken)


def _width(columns: dict[str, Column]) -> int:
    return sum(one.width + GAP for one in columns.values()) - GAP


def fitted(text: str, width: int, *, right: bool) -> str:
    """Return `text` in exactly `width` cells; what is cut ends in a sign that says so."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + CUT
    blank = " " * (width - length)
    return blank + text if right else text + blank
