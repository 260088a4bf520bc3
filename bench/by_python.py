"""The same judgement by plain Python functions, a row at a time: the floor without sets and without an engine."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from bench.ground import DAY
from bench.slices import Timed, answered, days, read
from connectors.sample.days_off import last_overdue
from engine.compile import NOT_APPLICABLE, PASS, UNKNOWN, VIOLATION

TODAY, LAST_OVERDUE, TERM_IS_LAW = days(DAY), days(last_overdue(DAY, 14)), days(date(2015, 12, 31))
DUTY_IS_LAW = days(date(2011, 11, 25))
NOT_YET = frozenset({"running", "failed", "cancelled"})
GAP = 90
SAID = 2
"""A standing below this means that the register spoke: what it does not name is known to be absent."""


def by_python(files: Mapping[str, Path]) -> Timed:
    """Judge every subject by every rule; counts, unknown list and findings as `bench.slices` says.

    What a process does once (the reader's own start) is not charged: the seconds are scaled, and it would be, too.
    """
    read(files)
    start = time.perf_counter()
    rows = read(files)
    judging = time.perf_counter()
    codes = {
        rule: list(map(judge, *rows[name].lists(*columns)))
        for name, judges in _JUDGES.items()
        for rule, (judge, columns) in judges.items()
    }
    judged = time.perf_counter()
    answers = answered(rows, codes, _JUDGES)
    return Timed(time.perf_counter() - start, judged - judging, answers)


@cache
def from_region(fund: str) -> bool:
    """Return whether a list of funds names a regional budget."""
    return not {"APBD", "APBDP"}.isdisjoint(part.strip() for part in re.split("[;,]", fund.upper()))


def _pwbd(kind: str | None, counted: int | None, workers: int | None, npp: str | None, membership: int) -> int:
    if kind != "private":
        return UNKNOWN if kind is None else NOT_APPLICABLE
    if counted is None or counted < DUTY_IS_LAW:
        return UNKNOWN
    if npp is not None or workers == 0:
        return PASS
    return UNKNOWN if workers is None or membership >= SAID else VIOLATION


def _scope(kind: str | None, npp: str | None, membership: int) -> int | None:
    """Return the outcome of an employer who is not, or may not be, a private member; None for one who is."""
    if npp is not None and kind == "private":
        return None
    if (kind is not None and kind != "private") or (npp is None and membership < SAID):
        return NOT_APPLICABLE
    return UNKNOWN


def _pds(  # noqa: PLR0913, PLR0917  # the columns that the rule reads
    kind: str | None,
    npp: str | None,
    membership: int,
    counted: int | None,
    registered_as_of: int | None,
    workers: int | None,
    registered: int | None,
) -> int:
    outside = _scope(kind, npp, membership)
    if outside is not None:
        return outside
    if counted is None or registered_as_of is None or not -GAP <= counted - registered_as_of <= GAP:
        return UNKNOWN
    if workers is None or registered is None:
        return UNKNOWN
    return VIOLATION if registered < workers else PASS


def _iur(kind: str | None, npp: str | None, membership: int, months: int | None, kept: bool | None) -> int:
    outside = _scope(kind, npp, membership)
    if outside is not None:
        return outside
    if kept or (months is not None and months <= 6):
        return PASS
    return UNKNOWN if months is None or kept is None else VIOLATION


def _jakon(  # noqa: PLR0913, PLR0917
    kind: str | None, fund: str | None, stage: str | None, contract: int | None, number: str | None, register: int
) -> int:
    if (kind is not None and kind != "construction") or stage in NOT_YET:
        return NOT_APPLICABLE
    if (fund is not None and not from_region(fund)) or (contract is not None and contract < TERM_IS_LAW):
        return NOT_APPLICABLE
    if kind is None or fund is None or stage is None or contract is None:
        return UNKNOWN
    if number is not None or contract > LAST_OVERDUE:
        return PASS
    return UNKNOWN if register >= SAID else VIOLATION


def _kum(cover: int | None, active: bool | None, bpu: int, wage_earners: int) -> int:
    if active or (cover is not None and cover >= TODAY):
        return PASS
    if (cover is None and bpu >= SAID) or (active is None and wage_earners >= SAID):
        return UNKNOWN
    return VIOLATION


_SCOPE = ("employer_kind", "npp", "_standing_membership")
_JUDGES: Mapping[str, Mapping[str, tuple[Callable[..., int], tuple[str, ...]]]] = {
    "employer": {
        "PWBD-01": (_pwbd, ("employer_kind", "employed_as_of", "employed_workers", "npp", "_standing_membership")),
        "PDS-TK-01": (
            _pds,
            (*_SCOPE, "employed_as_of", "registered_as_of", "employed_workers", "registered_workers"),
        ),
        "IUR-03": (_iur, (*_SCOPE, "months_unpaid", "instalment_plan_kept")),
    },
    "project": {
        "JAKON-01": (
            _jakon,
            ("procurement_kind", "fund", "stage", "contract_date", "project_number", "_standing_project_register"),
        )
    },
    "partner": {"KUM-01": (_kum, ("cover_until", "wage_earner_active", "_standing_bpu", "_standing_wage_earners"))},
}
