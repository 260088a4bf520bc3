"""Read `retention:` of the run file: how long after a case's end what is kept of it. No line is law; they are ours."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rules.fault_list import FaultList
from rules.places import Node, Scalar
from rules.sections import Keys, section_of, wrong_type

LINES: Final = ("payloads", "company", "person", "sensitive", "snapshots")
"""What may be named: what events say, the classes of personal data that `rules/facts.yaml` knows, registers as read."""

_RETENTION = Keys("retention", (), LINES)
_PERIOD: Final = re.compile(r"([1-9][0-9]{0,3}) (days?|months?|years?)")
PERIOD_PATTERN: Final = f"^{_PERIOD.pattern}$"
_SHORTEST_MONTH: Final = 28


@dataclass(frozen=True)
class Period:
    """A time as it is written: `days`, or whole `months` of the calendar; one of them is 0."""

    text: str
    days: int
    months: int

    @property
    def at_least(self) -> int:
        """Days that it has at least."""
        return self.days + self.months * _SHORTEST_MONTH

    def before(self, day: date) -> date:
        """Return the day that lies this time before `day`; of a month that is too short, its last."""
        if not self.months:
            return day - timedelta(days=self.days)
        months = day.year * 12 + day.month - 1 - self.months
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def retention_of(node: Node, settle_days: int, faults: FaultList) -> Mapping[str, Period]:
    """Lines of retention by name; one that ends before a finding is settled is a fault."""
    section = section_of(node, _RETENTION, faults)
    if section is None:
        return {}
    found = {name: section.read(name, lambda value, noted: _period_of(value, settle_days, noted)) for name in LINES}
    return {name: period for name, period in found.items() if period is not None}


def _period_of(node: Node, settle_days: int, faults: FaultList) -> Period | None:
    match = _PERIOD.fullmatch(node.text) if isinstance(node, Scalar) else None
    if match is None:
        wrong_type(node, "a time (400 days, 60 months, 10 years)", faults)
        return None
    count, unit = int(match[1]), match[2].rstrip("s")
    period = Period(match[0], count if unit == "day" else 0, count * {"day": 0, "month": 1, "year": 12}[unit])
    if period.at_least <= settle_days:
        what = f"{period.text} is not longer than settle_days ({settle_days})"
        why = "a finding that comes back within that time goes on with its case, which would have lost what it rests on"
        faults.add(node.location, "retention-too-short", what, why, "write a longer time")
        return None
    return period
