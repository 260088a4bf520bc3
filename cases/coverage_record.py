"""Coverage for another program: one JSON object, as docs/coverage.md describes it."""

import json
from datetime import date
from decimal import Decimal

from cases.coverage import CoverageLine, CoveragePage, Denominator, Target

Days = tuple[date | None, date | None]


def coverage_json(page: CoveragePage, day: date) -> str:
    """Return the page as one JSON object; shares are numbers in per cent, what is not known is null."""
    wanted = page.order.wanted
    return json.dumps(
        {
            "schema": 1,
            "as_of": day.isoformat(),
            "by": page.order.by,
            "region": wanted.region,
            "year": wanted.year,
            "segment": wanted.segment,
            "reason": page.reason,
            "lines": [_line(line) for line in page.lines],
            "total": page.total,
            "next_offset": page.next_offset,
            "unplaced": {"rows": page.unplaced, "participants": page.unplaced_participants},
            "rejected": page.rejected,
        },
        ensure_ascii=False,
    )


def _line(line: CoverageLine) -> dict[str, object]:
    gap = line.gap
    return {
        "region": line.region,
        "name": line.name,
        "year": line.year,
        "segment": line.segment,
        "participants": line.participants,
        "participants_as_of": _days(line.participants_days),
        "workers": line.workers,
        "workers_span": None if line.low is None or line.high is None else [line.low, line.high],
        "workers_follow_from_coverage": line.follows,
        "workers_as_of": _days(line.workers_days),
        "coverage": _percent(line.coverage),
        "target": _target(line.target),
        "gap": None if gap is None else gap[0],
        "gap_span": None if gap is None else [gap[1], gap[2]],
        "regions": line.regions,
        "counted": line.counted,
        "left_out_participants": line.left_out,
        "within_others": line.within,
        "notes": list(line.notes),
        "denominators": [_denominator(one) for one in line.denominators],
    }


def _target(target: Target | None) -> dict[str, object] | None:
    if target is None:
        return None
    return {"percent": _percent(target.percent), "source": target.source, "checked": target.checked}


def _denominator(one: Denominator) -> dict[str, object]:
    return {
        "source": one.source,
        "segment": one.segment,
        "regions": one.regions,
        "workers": one.workers,
        "published_coverage": _percent(one.published),
        "as_of": _days(one.days),
    }


def _percent(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _days(days: Days) -> list[str | None]:
    return [None if day is None else day.isoformat() for day in days]
