"""Working days against a list written out day by day, for any calendar, day and number; and the decree of 2026."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.working_days import NATIONAL, SHARED_LEAVE, WorkingCalendar, shipped_calendar

KINDS = (NATIONAL, SHARED_LEAVE)
START = date(2024, 1, 1)
steady = settings(deadline=None, derandomize=True, max_examples=200)


def days_between(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(days=number) for number in range((last - first).days + 1))


@dataclass(frozen=True)
class Question:
    calendar: WorkingCalendar
    day: date
    n: int
    off: tuple[str, ...]

    def worked(self) -> list[date]:
        """Every covered day that counts, written out."""
        covered = days_between(self.calendar.covers_from, self.calendar.covers_until)
        saturday_or_sunday = ("Sat", "Sun")
        return [
            day
            for day in covered
            if day.strftime("%a") not in saturday_or_sunday
            and not any(kind in self.off for kind in self.calendar.kinds.get(day, ()))
        ]

    def is_covered(self) -> bool:
        return self.calendar.covers_from <= self.day <= self.calendar.covers_until

    def naive_after(self) -> date | None:
        if self.n == 0:
            return self.day if self.is_covered() else None
        later = [day for day in self.worked() if day > self.day]
        return later[self.n - 1] if self.is_covered() and len(later) >= self.n else None

    def naive_before(self) -> date | None:
        if self.n == 0:
            return self.day if self.is_covered() else None
        earlier = [day for day in self.worked() if day < self.day][::-1]
        return earlier[self.n - 1] if self.is_covered() and len(earlier) >= self.n else None


@st.composite
def questions(draw: st.DrawFn) -> Question:
    offsets = st.integers(min_value=-20, max_value=120)
    length = draw(st.integers(min_value=0, max_value=100))
    shift = draw(st.integers(min_value=0, max_value=10))
    kinds = draw(st.dictionaries(offsets, st.frozensets(st.sampled_from(KINDS), min_size=1), max_size=40))
    calendar = WorkingCalendar(
        {START + timedelta(days=offset): names for offset, names in kinds.items()},
        START + timedelta(days=shift),
        START + timedelta(days=shift + length),
    )
    off = tuple(draw(st.lists(st.sampled_from(KINDS), unique=True)))
    return Question(calendar, START + timedelta(days=draw(offsets)), draw(st.integers(min_value=0, max_value=90)), off)


@steady
@given(questions())
def test_after_and_before_are_what_the_written_out_days_say(question: Question) -> None:
    assert question.calendar.after(question.day, question.n, question.off) == question.naive_after()
    assert question.calendar.before(question.day, question.n, question.off) == question.naive_before()


@steady
@given(questions())
def test_there_and_back_again_from_a_working_day(question: Question) -> None:
    end = question.calendar.after(question.day, question.n, question.off)
    if end is not None and question.calendar.is_working(question.day, question.off):
        assert question.calendar.before(end, question.n, question.off) == question.day


@steady
@given(questions())
def test_a_later_day_or_one_more_never_ends_earlier(question: Question) -> None:
    end = question.calendar.after(question.day, question.n, question.off)
    later = question.calendar.after(question.day + timedelta(days=1), question.n, question.off)
    longer = question.calendar.after(question.day, question.n + 1, question.off)
    assert end is None or later is None or later >= end
    assert end is None or longer is None or longer > end


@steady
@given(questions())
def test_more_days_off_never_end_earlier(question: Question) -> None:
    ends = [question.calendar.after(question.day, question.n, off) for off in ((), question.off, KINDS)]
    assert all(a <= b for a, b in pairwise(ends) if a is not None and b is not None)


@pytest.mark.parametrize("off", [(), (NATIONAL,), KINDS])
def test_the_shipped_calendar_over_two_years(off: tuple[str, ...]) -> None:
    calendar, faults = shipped_calendar()
    assert faults == ()
    short = WorkingCalendar(calendar.kinds, date(2025, 1, 1), date(2026, 12, 31))
    worked = [day for day in days_between(short.covers_from, short.covers_until) if short.is_working(day, off)]
    for day, n in product(days_between(date(2025, 12, 1), date(2026, 4, 30)), (1, 7, 10, 14)):
        later = [one for one in worked if one > day]
        assert short.after(day, n, off) == later[n - 1]
        assert calendar.after(day, n, off) == later[n - 1]


def decree(text: str) -> set[date]:
    return {date.fromisoformat(f"2026-{day}") for day in text.split()}


def test_the_days_of_the_joint_decree_for_2026() -> None:
    """SKB 1497, 2 and 5/2025: 17 national holidays and 8 days of cuti bersama."""
    calendar, _ = shipped_calendar()
    listed = {
        kind: {day for day, kinds in calendar.kinds.items() if day.year == 2026 and kind in kinds} for kind in KINDS
    }
    assert listed[NATIONAL] == decree(
        "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 08-17 08-25 12-25"
    )
    assert listed[SHARED_LEAVE] == decree("02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24")


@pytest.mark.parametrize(("off", "end"), [(KINDS, date(2027, 1, 4)), ((NATIONAL,), date(2026, 12, 31))])
def test_fourteen_days_over_the_turn_of_the_year(off: tuple[str, ...], end: date) -> None:
    """A contract of 10 December 2026, with and without 24 December counted."""
    shipped, _ = shipped_calendar()
    days = {day: kinds for day, kinds in shipped.kinds.items() if day.year == 2026}
    kinds = {**days, date(2027, 1, 1): frozenset({NATIONAL})}
    calendar = WorkingCalendar(kinds, date(2026, 1, 1), date(2027, 1, 31))
    assert calendar.after(date(2026, 12, 10), 14, off) == end
