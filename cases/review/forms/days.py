"""Days as people type them: in figures, with the month in words, or counted from today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from rules.errors import Message, UsageError

if TYPE_CHECKING:
    from cases.wording import Wording

FORMS: Final = "26/11/2026, 26-11-2026, 2026-11-26, 26 November 2026, besok, +14"
"""How a day may be typed, as a refusal shows it; the words are Indonesian in both languages of the screen."""

_FROM_TODAY: Final = {
    "hari ini": 0, "today": 0, "besok": 1, "tomorrow": 1, "lusa": 2, "kemarin": -1, "yesterday": -1,
}  # fmt: skip
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "agu": 8, "ags": 8, "agt": 8,
    "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11, "des": 12, "dec": 12,
}  # fmt: skip
"""A month by the three letters that its names in Indonesian and English begin with, or its short form."""
_FULL: Final = (
    "januari", "january", "februari", "february", "maret", "march", "april", "mei", "may", "juni", "june", "juli",
    "july", "agustus", "august", "september", "oktober", "october", "november", "nopember", "desember", "december",
    "agst",
)  # fmt: skip

_COUNTED = re.compile(r"([+-])\s*(\d{1,4})(?:\s*(?:hari|days?))?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?", re.ASCII)
_IN_WORDS = re.compile(r"(\d{1,2})\s+([a-z]{3,9})\.?(?:\s+(\d{4}))?", re.ASCII)


def day_of(typed: str, today: date) -> date:
    """Return the day that was typed; without a year it is one of this year. Raises UsageError for what is none."""
    text = " ".join(typed.lower().split())
    if text in _FROM_TODAY:
        return today + timedelta(days=_FROM_TODAY[text])
    if counted := _COUNTED.fullmatch(text):
        return _from(today, int(counted[1] + counted[2]), typed)
    for year, month, day in _figures(text, today.year):
        try:
            return date(year, month, day)
        except ValueError:
            raise _no_such_day(typed) from None
    raise UsageError(
        Message("'{typed}' is no day", typed=typed),
        Message("a day that is guessed would stand in the case's file"),
        Message("write it as one of {forms}", forms=FORMS),
    )


def _from(today: date, days: int, typed: str) -> date:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        raise _no_such_day(typed) from None


def in_words(day: date, today: date, wording: Wording) -> str:
    """Return the day as it is shown back, with its name in the week and how far it is from today."""
    away = (day - today).days
    if away == 0:
        near = wording.say("today")
    elif away > 0:
        near = wording.plural("in {count} day", "in {count} days", away)
    else:
        near = wording.plural("{count} day ago", "{count} days ago", -away)
    return f"{wording.weekday(day)}, {wording.date(day)} ({near})"


def _figures(text: str, this_year: int) -> Iterator[tuple[int, int, int]]:
    if found := _YEAR_FIRST.fullmatch(text):
        yield int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_FIRST.fullmatch(text):
        yield int(found[3] or this_year), int(found[2]), int(found[1])
    elif (found := _IN_WORDS.fullmatch(text)) and (month := _month(found[2])):
        yield int(found[3] or this_year), month, int(found[1])


def _month(name: str) -> int | None:
    known = name in _MONTHS or any(full.startswith(name) for full in _FULL)
    return _MONTHS.get(name[:3]) if known else None


def _no_such_day(typed: str) -> UsageError:
    return UsageError(
        Message("the calendar has no day '{typed}'", typed=typed),
        Message("a day that is guessed would stand in the case's file"),
        Message("write the day first, then the month: 26/11/2026"),
    )
