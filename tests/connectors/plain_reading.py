"""Registers read by plain Python that knows neither plan nor engine: values, three-valued answers, days."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import holidays

Row = dict[str, str]
Answer = bool | None
Answers = dict[tuple[str, str], str]
UNKNOWN = "?"


def rows_of(folder: Path, name: str) -> list[Row]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_key(rows: Iterable[Row], key: str) -> dict[str, Row]:
    """One row for each key; where rows of one key differ, nobody can say which is right and nothing is said."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return {
        name: same[0] if len(same) == 1 else dict.fromkeys(same[0], "") | {key: name} for name, same in found.items()
    }


def every(answers: Iterable[Answer]) -> Answer:
    said = list(answers)
    return False if False in said else (None if None in said else True)


def some(answers: Iterable[Answer]) -> Answer:
    said = list(answers)
    return True if True in said else (None if None in said else False)


def negated(answer: Answer) -> Answer:
    return None if answer is None else not answer


def at_least(number: int | None, bound: int) -> Answer:
    return None if number is None else number >= bound


def less(one: Decimal | date | None, other: Decimal | date | None) -> Answer:
    return None if one is None or other is None else one < other  # type: ignore[operator]


def one_of(text: str, *names: str) -> Answer:
    return text in names if text else None


def yes(text: str) -> Answer:
    return {"ya": True, "tidak": False, "": None}[text]


def verdict(scope: Answer, needs: Answer, when: Answer) -> str:
    if scope is False:
        return "quiet"
    if scope is None or needs is not True or when is None:
        return UNKNOWN
    return "violation" if when else "quiet"


def dated(scope: Answer, law_day: date | None, since: date, when: Answer) -> str:
    """The verdict of a rule whose law began on `since`; a day that is not said leaves it unknown."""
    if law_day is not None and law_day < since:
        return "quiet"
    return verdict(scope, law_day is not None, when)


def count(text: str) -> int | None:
    return int(text.replace(".", "")) if text else None


def rupiah(text: str) -> Decimal | None:
    return Decimal(text.replace(".", "").replace(",", ".")) if text else None


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def person(number: str) -> str | None:
    digits = number.replace(" ", "")
    return digits if re.fullmatch(r"[0-9]{16}", digits) else None


def plain(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


@cache
def days_off(*categories: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ID", years=range(2014, 2028), categories=categories))


def working_day_after(start: date, number: int) -> date:
    """National holidays and cuti bersama are off."""
    current, worked = start, 0
    while worked < number:
        current += timedelta(days=1)
        worked += current.weekday() < 5 and current not in days_off("public", "government")
    return current


def due(month: date) -> date:
    """The 15th of the month after, or the next day that is no weekend and no national holiday."""
    current = (month.replace(day=1) + timedelta(days=32)).replace(day=15)
    while current.weekday() > 4 or current in days_off("public"):
        current += timedelta(days=1)
    return current
