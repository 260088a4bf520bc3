"""What the score of a case is made of, and who is a repeat offender: as a set, on both stores, beside plain Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from rules.priority import NO_PRIORITY, Band, Measure, Part, RepeatCriteria

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

pytestmark = pytest.mark.nights

Say = Callable[..., dict[str, Any]]
START = date(2026, 1, 1)
PRIORITY = replace(
    NO_PRIORITY,
    severity={"medium": 10, "high": 20},
    people=Part({}, (Band(1, 1), Band(10, 3)), {"R-1": Measure(add=("workers",)), "R-2": Measure(distinct="worker")}),
    rupiah=Part({}, (Band(100, 5),), {"R-1": Measure(add=("owed", "fine")), "KUM": Measure(each=7)}),
    overdue=Part({}, (Band(1, 2),), {"R-1": Measure(add=("due_on",)), "R-2": Measure(add=("due_on",))}),
    repeat_offender=50,
    ranks_below=-4,
    repeat=RepeatCriteria(within_months=4, exit_months=6),
)
SCORE = "SELECT people, rupiah, overdue_since, priority FROM case_file ORDER BY id"


@pytest.fixture
def scored(nights: Nights) -> Nights:
    nights.priority = PRIORITY
    return nights


def said(say: Say, subject: str, evidence: str, **more: Any) -> dict[str, Any]:
    """A violation of one party with this evidence."""
    mark = f"{sum(map(ord, evidence)):0>32}"
    return {**say(subject, source="employer:X", **more), "evidence": f"{{{evidence}}}", "fingerprint": mark}


def test_a_case_is_worth_the_greatest_of_what_its_rules_add_up(scored: Nights, say: Say) -> None:
    one = said(say, "A", '"workers":4,"owed":"60.40","due_on":"2025-12-01"')
    two = said(say, "B", '"workers":7,"owed":null,"fine":"50","due_on":"2025-11-30"')
    wages = [
        said(say, key, f'"worker":"{who}","due_on":null', rule="R-2")
        for key, who in (("C", "w"), ("D", "w"), ("E", "v"))
    ]
    scored.run(0, one, two, *wages)
    assert scored.ask(SCORE) == [(11, 110, "2025-11-30", 20 + 3 + 5)]
    rows = scored.run(1, one, two, *wages)[1].rows
    assert {table for table, count in rows.items() if count} == {"scan"}
    scored.run(2, one, *wages, outcomes={"B": "pass"})
    assert scored.ask(SCORE) == [(4, 60, "2025-12-01", 20 + 1)]
    scored.run(3, outcomes=dict.fromkeys("ABCDE", "pass"))
    assert scored.ask(SCORE) == [(None, None, None, 0)], "a closed case has no score"


def test_what_no_register_says_is_unknown_and_what_ranks_below_takes_away(scored: Nights, say: Say) -> None:
    scored.run(
        0,
        said(say, "A", '"workers":null', below=True),
        {**said(say, "B", '"name":"x"', rule="KUM", track="outreach"), "family": "micro"},
    )
    assert scored.ask(SCORE) == [(None, 7, None, 10), (None, None, None, 10 - 4)]


def test_a_finding_that_comes_back_soon_makes_a_repeat_offender_everywhere_until_a_long_peace(
    scored: Nights, say: Say
) -> None:
    here, there = say("A", source="employer:X"), say("B", source="employer:X", province="31", region="31.71")
    repeats = "SELECT coalesce(repeat_finding_id, 0) FROM case_file WHERE stage = 'flagged' ORDER BY id"
    signed = "SELECT count(*) FROM decision WHERE signature LIKE '%\"repeat_offender\":1%'"
    scored.run(0, here, there)
    assert scored.ask(repeats) == [0, 0]
    scored.run(10, there, outcomes={"A": "pass"})
    scored.run(100, here, there)
    (again,) = scored.ask("SELECT id FROM finding WHERE subject_key = 'A' AND episode = 2")
    assert scored.ask(repeats) == [again, again], "the case in the other province as well"
    assert scored.ask(signed) != [0]
    assert scored.ask("SELECT kind FROM event WHERE case_id = 2 ORDER BY seq") == ["opened", "proposed"]
    assert scored.ask("SELECT priority FROM case_file WHERE stage = 'flagged'") == [1 + 10 + 50] * 2
    rows = scored.run(101, here, there)[1].rows
    assert {table for table, count in rows.items() if count} == {"scan"}
    scored.run(110, outcomes={"A": "pass", "B": "pass"})
    scored.run(110 + 184, here)
    assert scored.ask(repeats) == [0], "six months without a finding end it"


def test_repeat_offenders_are_those_of_a_plain_reading_of_the_criteria(scored: Nights, say: Say) -> None:
    random, day, spans = Random(7), 0, {subject: list[list[int | None]]() for subject in "ABCD"}
    for _ in range(14):
        day += random.choice((5, 40, 70, 130, 200))
        open_now = {subject for subject in spans if random.random() < 0.5}
        outcomes = {subject: "pass" for subject in spans if subject not in open_now}
        scored.run(day, *(say(one, source=f"employer:{'AB' if one in 'AB' else one}") for one in sorted(open_now)),
                   outcomes=outcomes)  # fmt: skip
        for subject, runs in spans.items():
            last = runs[-1] if runs else None
            if subject in open_now and (last is None or last[1] is not None):
                if last is not None and last[1] is not None and day - last[1] <= scored.settle_days:
                    last[1] = None
                else:
                    runs.append([day, None])
            elif subject not in open_now and last is not None and last[1] is None:
                last[1] = day
        for party in ("AB", "C", "D"):
            of_party = sorted((run for one in party for run in spans[one]), key=lambda run: run[0] or 0)
            back = [
                b[0] for one in party for a, b in zip(spans[one], spans[one][1:], strict=False)
                if _months_later(a[1], 4) >= _on(b[0])
            ]  # fmt: skip
            since, until = 0, -1
            for begins, ends in of_party:
                if until >= 0 and _months_later(until, 6) <= _on(begins):
                    since = begins or 0
                until = max(until, 10**6 if ends is None else ends) if until < 10**6 else until
            expected = any(one is not None and one >= since for one in back)
            found = scored.ask(
                "SELECT repeat_finding_id IS NOT NULL FROM case_file c "
                "JOIN party_identifier i ON i.party_id = c.party_id "
                f"WHERE i.value = 'employer:{party}' AND c.stage = 'flagged'"
            )
            assert {bool(one) for one in found} <= {expected}, (day, party, of_party, back)


def _on(day: int | None) -> date:
    assert day is not None
    return START + timedelta(days=day)


def _months_later(day: int | None, months: int) -> date:
    then = _on(day)
    month = then.month - 1 + months
    year, month = then.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(then.day, last))
