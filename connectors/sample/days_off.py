"""The last contract day that is overdue, counted apart from the product's own calendar.

The list is typed in from the joint ministerial decisions (2025; 2026: SKB 1497, 2 and 5 of 2025; 2027 as announced),
national holidays and cuti bersama alike, so that an error of the calendar that rules use shows as a difference.
"""

from datetime import date, timedelta

WORKING_DAYS = 14

_LISTED = {
    2025: "0101 0127 0128 0129 0328 0329 0331 0401 0402 0403 0404 0407 0418 0420 0501 0512 0513 0529 0530 0601 0606 "
    "0609 0627 0817 0818 0905 1225 1226",
    2026: "0101 0116 0216 0217 0318 0319 0320 0321 0322 0323 0324 0403 0405 0501 0514 0515 0527 0528 0531 0601 0616 "
    "0817 0825 1224 1225",
    2027: "0101 0105 0205 0206 0308 0309 0310 0311 0312 0315 0325 0326 0328 0501 0506 0517 0518 0519 0520 0601 0606 "
    "0815 0817 1224 1225 1226",
}

OFF = frozenset(date(year, int(day[:2]), int(day[2:])) for year, listed in _LISTED.items() for day in listed.split())


def last_overdue_contract(today: date) -> date | None:
    """Return the latest contract day whose 14th working day after it lies before `today`.

    A contract of the day after it has its deadline on `today` or later. None: the list does not reach back or on so
    far, and no boundary is planted.
    """
    if not date(2025, 3, 1) <= today <= date(2027, 12, 31):
        return None
    day = today - timedelta(days=1)
    working = 0
    # Going back from yesterday: the contract lies just before the 14th working day that ended before today.
    while True:
        working += _is_working(day)
        day -= timedelta(days=1)
        if working == WORKING_DAYS:
            return day


def _is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in OFF  # noqa: PLR2004
