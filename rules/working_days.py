"""Working days: Monday to Friday without the kinds of days off that a deadline leaves out.

The days come from the `holidays` package (national holidays and cuti bersama, both as decreed each year) and may be
corrected by an office's own file. Beyond the years for which cuti bersama has been decreed nothing is known, and
the answer is None rather than a guess.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

import holidays

from rules.errors import Fault, Location
from rules.fault_list import FaultList, use_one_of
from rules.places import read_text, shown_path

NATIONAL, SHARED_LEAVE, WORKING = "libur_nasional", "cuti_bersama", "hari_kerja"
"""Kinds of days in a local file; `hari_kerja` takes a day off the calendar."""

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_COLUMNS = ("tanggal", "jenis", "nama")
_SATURDAY = 5
_DAY = timedelta(days=1)


BOTH_KINDS = ("libur_nasional", "cuti_bersama")
"""The days that do not count where nothing says otherwise."""


@dataclass(frozen=True)
class WorkingCalendar:
    """Days that are not ordinary ones, by kind; `covers_*` are the first and last day about which all is known."""

    kinds: Mapping[date, frozenset[str]]
    covers_from: date
    covers_until: date

    def is_working(self, day: date, off: tuple[str, ...]) -> bool:
        """Whether `day` counts: Monday to Friday and of no kind in `off`. Not checked against what is covered."""
        return day.weekday() < _SATURDAY and self.kinds.get(day, frozenset()).isdisjoint(off)

    def working_days(self, off: tuple[str, ...]) -> tuple[date, ...]:
        """All working days from the first to the last day covered."""
        if off not in self._working_days:
            length = (self.covers_until - self.covers_from).days + 1
            days = (self.covers_from + timedelta(days=number) for number in range(length))
            self._working_days[off] = tuple(day for day in days if self.is_working(day, off))
        return self._working_days[off]

    @cached_property
    def _working_days(self) -> dict[tuple[str, ...], tuple[date, ...]]:
        return {}

    def after(self, day: date, n: int, off: tuple[str, ...]) -> date | None:
        """The n-th working day after `day`; counting starts the day after; None beyond what is covered."""
        return self._count(day, n, off, _DAY)

    def before(self, day: date, n: int, off: tuple[str, ...]) -> date | None:
        """The n-th working day before `day`; None beyond what is covered."""
        return self._count(day, n, off, -_DAY)

    def between(self, day: date, other: date, off: tuple[str, ...]) -> int | None:
        """How many working days after `day` the other one is, below zero before it; None beyond what is covered."""
        if not (self.covers_from <= min(day, other) and max(day, other) <= self.covers_until):
            return None
        working = self.working_days(off)
        return bisect_right(working, other) - bisect_right(working, day)

    def _count(self, day: date, n: int, off: tuple[str, ...], step: timedelta) -> date | None:
        if n < 0:
            message = f"working days are counted from 0 up, not {n}"
            raise ValueError(message)
        if not self.covers_from <= day <= self.covers_until:
            return None
        left = n
        while left:
            if not self.covers_from <= day + step <= self.covers_until:
                return None
            day += step
            left -= self.is_working(day, off)
        return day


def shipped_calendar(local: Path | None = None) -> tuple[WorkingCalendar, tuple[Fault, ...]]:
    """The calendar of Indonesia with an office's own days on top, and the faults of its file.

    A local file adds days, moves them to another kind, or makes them working days. A year that follows the last
    one covered and for which the file lists days of both kinds counts as listed in full.
    """
    calendar = _packaged()
    faults = FaultList()
    if local is None:
        return calendar, ()
    days = _local_days(local, faults)
    kinds = dict(calendar.kinds)
    covers_until = _extended(calendar.covers_until, days)
    for day in [day for day in kinds if calendar.covers_until < day <= covers_until]:
        del kinds[day]
    for day, kind in days.items():
        if kind == WORKING:
            kinds.pop(day, None)
        else:
            kinds[day] = frozenset({kind})
    return WorkingCalendar(kinds, calendar.covers_from, covers_until), faults.sorted()


def names_of_days(language: str, years: range) -> Mapping[date, str]:
    """What the days off of the shipped calendar are called; an office's own days have no names here."""
    spoken = {"id": "id", "en": "en_US"}[language]
    kinds = ("public", "government")
    return dict(holidays.country_holidays("ID", years=years, categories=kinds, language=spoken))


@lru_cache(maxsize=1)
def _packaged() -> WorkingCalendar:
    years = range(_FIRST_YEAR, _LAST_YEAR)
    leave = holidays.country_holidays("ID", years=years, categories=("government",), language="id")
    national = holidays.country_holidays("ID", years=years, categories=("public",), language="id")
    decreed = {day.year for day in leave}
    last = max(decreed)
    first = last
    while first - 1 in decreed:
        first -= 1
    kinds: dict[date, frozenset[str]] = {}
    for kind, days in ((NATIONAL, national), (SHARED_LEAVE, leave)):
        for day in days:
            kinds[day] = kinds.get(day, frozenset()) | {kind}
    return WorkingCalendar(kinds, date(first, 1, 1), date(last, 12, 31))


def _extended(covers_until: date, days: Mapping[date, str]) -> date:
    year = covers_until.year + 1
    while {NATIONAL, SHARED_LEAVE} <= {kind for day, kind in days.items() if day.year == year}:
        year += 1
    return date(year - 1, 12, 31)


def _local_days(local: Path, faults: FaultList) -> Mapping[date, str]:
    shown = shown_path(local)
    text = read_text(local, shown, faults)
    if text is None:
        return {}
    rows = csv.reader(text.splitlines() or [""], strict=True)
    try:
        return _read_rows(enumerate(rows, 1), shown, faults)
    except csv.Error as error:
        place = Location(shown, rows.line_num, 1)
        faults.add(place, "calendar-row", f"the line is no CSV: {error}", "its day would be lost", "mend its quotes")
        return {}


def _read_rows(rows: Iterable[tuple[int, list[str]]], shown: str, faults: FaultList) -> Mapping[date, str]:
    days: dict[date, str] = {}
    for number, row in rows:
        cells = [cell.strip() for cell in row]
        if number == 1:
            if cells != list(_COLUMNS):
                what = f"the first line is '{','.join(cells)}'"
                remedy = "write 'tanggal,jenis,nama' as the first line"
                faults.add(Location(shown, 1, 1), "calendar-header", what, "columns cannot be told apart", remedy)
                return {}
        elif any(cells):
            _read_row(cells, Location(shown, number, 1), days, faults)
    return days


def _read_row(cells: list[str], place: Location, days: dict[date, str], faults: FaultList) -> None:
    why = "the deadline of a case may hang on this day"
    if len(cells) != len(_COLUMNS):
        faults.add(place, "calendar-row", f"the line has {len(cells)} columns", why, "write tanggal,jenis,nama")
        return
    try:
        day = date.fromisoformat(cells[0])
    except ValueError:
        faults.add(place, "bad-date", f"the day '{cells[0]}' does not exist", why, "write a day such as 2026-12-24")
        return
    known = (NATIONAL, SHARED_LEAVE, WORKING)
    if cells[1] not in known:
        faults.add(place, "unknown-value", f"'{cells[1]}' is no kind of day", why, use_one_of(cells[1], known))
    elif day in days and days[day] != cells[1]:
        what = f"the day {day} stands here a second time, as another kind"
        faults.add(place, "duplicate-key", what, why, "take one of the two lines out")
    else:
        days[day] = cells[1]
