"""The same judgement by durable-rules alone, a subject at a time."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from durable.engine import Host, MessageNotHandledException

from bench.by_python import DUTY_IS_LAW, LAST_OVERDUE, NOT_YET, SAID, TERM_IS_LAW, TODAY, from_region
from bench.slices import Rows, Timed, answered, read
from engine.compile import NOT_APPLICABLE, PASS, UNKNOWN, VIOLATION

Fact = dict[str, str | int]
Pattern = list[dict[str, object]]
Noted = list[tuple[str, int]]
"""The pattern that matched, and the row that it matched."""

FAR = 10_000_000
"""A day, or a gap between two, that was not said. Other numbers that were not said are -1."""

NEVER = -FAR
"""The last day of a cover that there never was, as far as the register says, or the day of a count without one."""

_RULES: Mapping[str, tuple[str, ...]] = {
    "employer": ("PWBD-01", "PDS-TK-01", "IUR-03"),
    "project": ("JAKON-01",),
    "partner": ("KUM-01",),
}
_PRIVATE: Pattern = [{"kind": "private"}]
_MEMBER: Pattern = [*_PRIVATE, {"npp": "said"}]
_BUILDS: Pattern = [{"kind": "construction"}, {"fund": "regional"}, {"stage": "begun"}]
_MAY_BUILD: Pattern = [{"$neq": {"kind": "other"}}, {"$neq": {"fund": "other"}}, {"$neq": {"stage": "not yet"}}]
_IN_LAW: dict[str, object] = {"$gte": {"contract": TERM_IS_LAW}}
_OVERDUE: dict[str, object] = {"$lte": {"contract": LAST_OVERDUE}}
_DATED: dict[str, object] = {"$gte": {"as_of": DUTY_IS_LAW}}
_LAPSED: dict[str, object] = {"$lt": {"cover": TODAY}}

# Of the patterns that give one rule an outcome, a subject matches one at most. What several rules have in common is
# one pattern. None says "pass": it is what nothing matched.
_PATTERNS: Mapping[str, tuple[tuple[tuple[str, ...], int, Pattern], ...]] = {
    "employer": (
        (("PWBD-01", "PDS-TK-01", "IUR-03"), NOT_APPLICABLE, [{"kind": "state"}]),
        (("PDS-TK-01", "IUR-03"), NOT_APPLICABLE, [{"$neq": {"kind": "state"}}, {"npp": "none"}]),
        (("PDS-TK-01", "IUR-03"), UNKNOWN, [{"kind": "?"}, {"$neq": {"npp": "none"}}]),
        (("PDS-TK-01", "IUR-03"), UNKNOWN, [*_PRIVATE, {"npp": "?"}]),
        (("PWBD-01",), UNKNOWN, [{"kind": "?"}]),
        (("PWBD-01",), UNKNOWN, [*_PRIVATE, {"$lt": {"as_of": DUTY_IS_LAW}}]),
        (("PWBD-01",), UNKNOWN, [*_PRIVATE, _DATED, {"npp": "?"}, {"$neq": {"workers": 0}}]),
        (("PWBD-01",), UNKNOWN, [*_PRIVATE, _DATED, {"npp": "none"}, {"workers": -1}]),
        (("PWBD-01",), VIOLATION, [*_PRIVATE, _DATED, {"npp": "none"}, {"$gte": {"workers": 1}}]),
        (("PDS-TK-01",), UNKNOWN, [*_MEMBER, {"$gt": {"gap": 90}}]),
        (("PDS-TK-01",), UNKNOWN, [*_MEMBER, {"$lte": {"gap": 90}}, {"counted": 0}]),
        (("PDS-TK-01",), VIOLATION, [*_MEMBER, {"$lte": {"gap": 90}}, {"counted": 1}, {"$gte": {"missing": 1}}]),
        (("IUR-03",), UNKNOWN, [*_MEMBER, {"months": -1}, {"$neq": {"kept": 1}}]),
        (("IUR-03",), UNKNOWN, [*_MEMBER, {"$gt": {"months": 6}}, {"kept": -1}]),
        (("IUR-03",), VIOLATION, [*_MEMBER, {"$gt": {"months": 6}}, {"kept": 0}]),
    ),
    "project": (
        (("JAKON-01",), NOT_APPLICABLE, [{"kind": "other"}]),
        (("JAKON-01",), NOT_APPLICABLE, [_MAY_BUILD[0], {"fund": "other"}]),
        (("JAKON-01",), NOT_APPLICABLE, [*_MAY_BUILD[:2], {"stage": "not yet"}]),
        (("JAKON-01",), NOT_APPLICABLE, [*_MAY_BUILD, {"$lt": {"contract": TERM_IS_LAW}}]),
        (("JAKON-01",), UNKNOWN, [{"kind": "?"}, *_MAY_BUILD[1:], _IN_LAW]),
        (("JAKON-01",), UNKNOWN, [_BUILDS[0], {"fund": "?"}, _MAY_BUILD[2], _IN_LAW]),
        (("JAKON-01",), UNKNOWN, [*_BUILDS[:2], {"stage": "?"}, _IN_LAW]),
        (("JAKON-01",), UNKNOWN, [*_BUILDS, {"contract": FAR}]),
        (("JAKON-01",), UNKNOWN, [*_BUILDS, _IN_LAW, _OVERDUE, {"registration": "?"}]),
        (("JAKON-01",), VIOLATION, [*_BUILDS, _IN_LAW, _OVERDUE, {"registration": "none"}]),
    ),
    "partner": (
        (("KUM-01",), UNKNOWN, [{"cover": FAR}, {"$neq": {"active": 1}}]),
        (("KUM-01",), UNKNOWN, [_LAPSED, {"active": -1}]),
        (("KUM-01",), VIOLATION, [_LAPSED, {"active": 0}]),
    ),
}


class _ThreadlessHost(Host):  # type: ignore[misc]  # durable-rules has no types
    def _run(self) -> None:
        return


def by_durable(files: Mapping[str, Path]) -> Timed:
    """Assert every subject in durable-rules; counts, unknown list and findings as `bench.slices` says.

    Violation, unknown and not applicable are patterns; a rule of which no pattern matched has passed.

    It is helped where it can be. It gets only the fields that conditions read, as text and integers, with gaps worked
    out, days as numbers, and what was not said as a value of its own. Scopes that rules share are one pattern, and no
    pattern catches what is in order. Only subjects that matched come back from it. Making its network and starting
    the reader are not charged: they are done once, and the seconds are scaled.

    Each subject is retracted once it is judged, so that no subject can be taken for another and a whole nation could
    be judged so. Quicker ways were tried, and none of them would give every outcome of a nation. Events, by a third:
    one is spent on the first rule that it matches. Facts left in their states, by a quarter: it ends at 1,024 states.
    States of 1,000 facts, deleted when full, by a quarter too: facts of one state are told apart by 32 bits, so about
    one subject in a nation would be refused as already observed. One pattern per rule and outcome, with `$or`, takes
    as long as these do.
    """
    noted: dict[str, Noted] = {name: [] for name in _PATTERNS}
    host = _ThreadlessHost()
    host.set_rulesets({name: _ruleset(name, noted[name]) for name in _PATTERNS})
    read(files)
    start = time.perf_counter()
    rows = read(files)
    facts = {name: _FACTS[name](rows[name]) for name in _PATTERNS}
    judging = time.perf_counter()
    for name, subjects in facts.items():
        asserted, unhandled = _assert_all(host, name, subjects)
        handled = len({number for _, number in noted[name]})
        assert asserted == handled + unhandled, (name, asserted, handled, unhandled)
    judged = time.perf_counter()
    codes = {rule: outcomes for name in _PATTERNS for rule, outcomes in _outcomes(name, noted[name], rows).items()}
    answers = answered(rows, codes, _RULES)
    return Timed(time.perf_counter() - start, judged - judging, answers)


def _assert_all(host: Host, name: str, subjects: Iterable[Fact]) -> tuple[int, int]:
    """Assert and retract one by one; return how many there were and how many matched nothing."""
    asserted = unhandled = 0
    for fact in subjects:
        asserted += 1
        try:
            host.assert_fact(name, fact)
        except MessageNotHandledException:
            unhandled += 1
        host.retract_fact(name, fact)
    return asserted, unhandled


def _ruleset(name: str, noted: Noted) -> dict[str, object]:
    def noting(label: str) -> Callable[[Any], None]:
        # closure.m.number would make two objects on the way.
        return lambda closure: noted.append((label, closure._m["m"]["number"]))

    return {
        str(label): {"all": [{"m": {"$and": pattern}}], "run": noting(str(label))}
        for label, (_, _, pattern) in enumerate(_PATTERNS[name])
    }


def _outcomes(name: str, noted: Noted, rows: Mapping[str, Rows]) -> dict[str, list[int]]:
    """Return the outcome of each row by rule; raises AssertionError where two patterns gave one rule an outcome."""
    codes = {rule: [PASS] * rows[name].table.num_rows for rule in _RULES[name]}
    for label, number in noted:
        rules, code, _ = _PATTERNS[name][int(label)]
        for rule in rules:
            assert codes[rule][number] == PASS, (rule, number)
            codes[rule][number] = code
    return codes


def _employers(rows: Rows) -> list[Fact]:
    columns = rows.lists(
        "employer_kind",
        "employed_workers",
        "employed_as_of",
        "npp",
        "registered_workers",
        "registered_as_of",
        "months_unpaid",
        "instalment_plan_kept",
        "_standing_membership",
    )
    return [
        {
            "number": number,
            "kind": kind or "?",
            "as_of": NEVER if counted is None else counted,
            "workers": _count(workers),
            "npp": _named(npp, membership),
            "gap": FAR if counted is None or registered_as_of is None else abs(counted - registered_as_of),
            "counted": 0 if workers is None or registered is None else 1,
            "missing": 0 if workers is None or registered is None else workers - registered,
            "months": _count(months),
            "kept": _count(kept),
        }
        for number, (kind, workers, counted, npp, registered, registered_as_of, months, kept, membership) in enumerate(
            zip(*columns, strict=True)
        )
    ]


def _projects(rows: Rows) -> list[Fact]:
    columns = rows.lists(
        "procurement_kind", "fund", "stage", "contract_date", "project_number", "_standing_project_register"
    )
    return [
        {
            "number": number,
            "kind": kind or "?",
            "fund": "?" if fund is None else "regional" if from_region(fund) else "other",
            "stage": "?" if stage is None else "not yet" if stage in NOT_YET else "begun",
            "contract": FAR if contract is None else contract,
            "registration": _named(registration, register),
        }
        for number, (kind, fund, stage, contract, registration, register) in enumerate(zip(*columns, strict=True))
    ]


def _partners(rows: Rows) -> list[Fact]:
    columns = rows.lists("cover_until", "wage_earner_active", "_standing_bpu", "_standing_wage_earners")
    return [
        {
            "number": number,
            "cover": cover if cover is not None else NEVER if bpu < SAID else FAR,
            "active": int(active) if active is not None else 0 if wage_earners < SAID else -1,
        }
        for number, (cover, active, bpu, wage_earners) in enumerate(zip(*columns, strict=True))
    ]


_FACTS: Mapping[str, Callable[[Rows], list[Fact]]] = {
    "employer": _employers,
    "project": _projects,
    "partner": _partners,
}


def _count(value: int | bool | None) -> int:
    return -1 if value is None else int(value)


def _named(value: str | None, standing: int) -> str:
    """Return whether a register names a number: said, none, or nobody can tell."""
    if value is not None:
        return "said"
    return "none" if standing < SAID else "?"
