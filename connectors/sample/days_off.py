"""Working days counted apart from the product's own calendar.

The lists are typed in from the joint ministerial decisions of 2023 to 2026, and of 2027 as announced, so that an
error of the calendar that rules use shows as a difference. National holidays and cuti bersama stand apart: the day on
which contributions are due leaves out only the former.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

PROJECT_DAYS, WORKER_LIST_DAYS, NON_ASN_DAYS = 14, 7, 30
CONTRIBUTIONS_DUE = 15

_NATIONAL = {
    2023: "0101 0122 0218 0322 0407 0422 0423 0501 0518 0601 0604 0629 0719 0817 0928 1225",
    2024: "0101 0208 0210 0214 0311 0329 0331 0410 0411 0501 0509 0523 0601 0617 0707 0817 0916 1127 1225",
    2025: "0101 0127 0129 0329 0331 0401 0418 0420 0501 0512 0529 0601 0606 0627 0817 0905 1225",
    2026: "0101 0116 0217 0319 0321 0322 0403 0405 0501 0514 0527 0531 0601 0616 0817 0825 1225",
    2027: "0101 0105 0206 0308 0310 0311 0326 0328 0501 0506 0517 0520 0601 0606 0815 0817 1225 1226",
}
_SHARED_LEAVE = {
    2023: "0123 0323 0419 0420 0421 0424 0425 0602 0628 0630 1226",
    2024: "0209 0312 0408 0409 0412 0415 0510 0524 0618 1226",
    2025: "0128 0328 0402 0403 0404 0407 0513 0530 0609 0818 1226",
    2026: "0216 0318 0320 0323 0324 0515 0528 1224",
    2027: "0205 0309 0312 0315 0325 0518 0519 1224",
}


def _days(listed: Mapping[int, str]) -> frozenset[date]:
    return frozenset(date(year, int(day[:2]), int(day[2:])) for year, days in listed.items() for day in days.split())


NATIONAL = _days(_NATIONAL)
SHARED_LEAVE = _days(_SHARED_LEAVE)
FIRST_EXACT, LAST_EXACT = date(2023, 4, 1), date(2027, 12, 31)
"""Days on which every boundary is known: thirty working days back, the lists still say all."""


@dataclass(frozen=True)
class Boundaries:
    """The last days that are too late on one day, and the first that are not.

    `overdue_*`: the latest day whose 14th, 7th or 30th working day lies before today; the day after it is in time.
    `overdue_month`: the latest month whose contributions were due before today; those of the month after it are not.
    `exact` False: the lists do not reach so far, and both sides lie far from the boundary.
    """

    overdue_contract: date
    contract_in_time: date
    overdue_list: date
    list_in_time: date
    overdue_forms: date
    forms_in_time: date
    overdue_month: date
    exact: bool


def boundaries(today: date) -> Boundaries:
    """Return the boundaries as they lie on `today`."""
    day, overdue_month = timedelta(days=1), last_overdue_month(today)
    if not FIRST_EXACT <= today <= LAST_EXACT:
        far, near = today - timedelta(days=80), today - timedelta(days=5)
        return Boundaries(far, near, far, near, far, near, month_before(overdue_month), exact=False)
    contract, listed, forms = (last_overdue(today, days) for days in (PROJECT_DAYS, WORKER_LIST_DAYS, NON_ASN_DAYS))
    return Boundaries(contract, contract + day, listed, listed + day, forms, forms + day, overdue_month, exact=True)


def last_overdue_contract(today: date) -> date | None:
    """Return the latest contract day that is overdue on `today`; None beyond what the lists say."""
    return last_overdue(today, PROJECT_DAYS) if FIRST_EXACT <= today <= LAST_EXACT else None


def last_overdue(today: date, working_days: int) -> date:
    """Return the latest day whose `working_days`-th working day after it lies before `today`."""
    day, worked = today - timedelta(days=1), 0
    # Going back from yesterday: the day lies just before the last of the working days that ended before today.
    while True:
        worked += _is_working(day) and day not in SHARED_LEAVE
        day -= timedelta(days=1)
        if worked == working_days:
            return day


def last_overdue_month(today: date) -> date:
    """Return the first day of the latest month whose contributions were due before `today`."""
    month = month_before(today)
    return month if _due(month) < today else month_before(month)


def month_before(day: date) -> date:
    """Return the first day of the month before the one of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _due(month: date) -> date:
    """The 15th of the month after, or the first day from it on that is no weekend and no national holiday."""
    day = (month + timedelta(days=32)).replace(day=CONTRIBUTIONS_DUE)
    while not _is_working(day):
        day += timedelta(days=1)
    return day


def _is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in NATIONAL  # noqa: PLR2004
