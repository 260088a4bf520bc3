"""Outcomes, evidence, blame and counts, through `detect` as the scan calls it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.landed import Assembled, Standing
from engine.detect import Work, detect, outcomes_of
from engine.findings import FINDING_COLUMNS, UNKNOWN_COLUMNS, Detection
from engine.specimen import Specimen
from rules.errors import FaultsError
from rules.model import Nature, ParameterValue, RuleBook, Status

Book = Callable[..., RuleBook]
Facts = Callable[..., dict[str, Assembled]]
Works = Callable[..., Work]


def rows(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        result = connection.sql(f"FROM '{path}'")
        return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]


def outcomes(detection: Detection) -> dict[str, int]:
    found: dict[str, int] = {}
    for count in detection.counts:
        found[count.outcome] = found.get(count.outcome, 0) + count.subjects
    return found


# condition, the shop's fields, the fields nobody could say, the outcome
TRUTH = [
    ("workers > 5", {"workers": 6}, (), "violation"),
    ("workers > 5", {"workers": 5}, (), "pass"),
    ("workers > 5", {}, (), "unknown"),
    ("number is null", {}, (), "violation"),
    ("number is null", {"number": "A"}, (), "pass"),
    ("number is null", {}, ("number",), "unknown"),
    ("number is not null", {}, ("number",), "unknown"),
    ("number is null or workers > 5", {"workers": 9}, ("number",), "violation"),
    ("number is null and workers > 5", {"workers": 1}, ("number",), "pass"),
    ("ratio(workers, listed) > 1", {"workers": 3, "listed": 0}, (), "unknown"),
    ("ratio(workers, listed) > 1", {"workers": 3, "listed": 2}, (), "violation"),
    ("greatest(workers, listed) > 1", {"workers": 3}, (), "unknown"),
    ("least(workers, listed) < 3", {"workers": 3, "listed": 2}, (), "violation"),
    ("list_includes(fund, 'APBD', 'APBDP')", {"fund": "APBD"}, (), "violation"),
    ("list_includes(fund, 'APBD', 'APBDP')", {"fund": "apbn ; apbdp"}, (), "violation"),
    ("list_includes(fund, 'APBD')", {"fund": "\tAPBD\n"}, (), "violation"),
    ("list_includes(fund, 'APBD')", {"fund": "APBDP"}, (), "pass"),
    ("list_includes(fund, 'APBD')", {"fund": "  aPBD ;x"}, (), "violation"),
    ("list_includes(fund, 'APBD')", {"fund": "BLUD,\tAPBD , x"}, (), "violation"),
    ("list_includes(fund, 'APBD')", {"fund": "APBD PERUBAHAN;XAPBD"}, (), "pass"),
    ("list_includes(fund, 'APBD')", {"fund": ""}, (), "pass"),
    ("list_includes(fund, 'A.BD', 'dana desa')", {"fund": "APBD;Dana Desa"}, (), "violation"),
    ("list_includes(fund, 'A.BD')", {"fund": "APBD"}, (), "pass"),
    ("list_includes(fund, name)", {"fund": "apbd; pt laut", "name": "PT Laut"}, (), "violation"),
    ("list_includes(fund, 'APBD')", {}, (), "unknown"),
    ("days_between(opened_on, evaluation_date()) > 30", {"opened_on": date(2026, 10, 20)}, (), "violation"),
    ("days_between(opened_on, evaluation_date()) > 31", {"opened_on": date(2026, 10, 20)}, (), "pass"),
    ("opened_on between date '2026-01-01' and date '2026-12-31'", {"opened_on": date(2026, 5, 5)}, (), "violation"),
    ("not paid", {"paid": False}, (), "violation"),
    ("case when workers > 5 then listed else 0 end > 1", {"workers": 6, "listed": 2}, (), "violation"),
    ("wage * 2 > 10.5", {"wage": Decimal("5.26")}, (), "violation"),
    ("starts_with(lower(name), 'pt ')", {"name": "PT Laut"}, (), "violation"),
    ("kind not in ('state')", {"kind": "private"}, (), "violation"),
    ("workers > :limit", {"workers": 10}, (), "pass"),
    ("workers > :limit", {"workers": 11}, (), "violation"),
]


@pytest.mark.parametrize(("condition", "fields", "unknown", "expected"), TRUTH)
def test_true_is_a_violation_false_a_pass_and_null_unknown(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path,
    condition: str, fields: dict[str, object], unknown: tuple[str, ...], expected: str,
) -> None:  # fmt: skip
    given = facts([Specimen(fields, frozenset(unknown))])
    detection = detect(work(book(draft(when=[condition]))), given, tmp_path / "out")
    assert outcomes(detection) == {expected: 1}


LAYERS: list[tuple[dict[str, object], str]] = [
    ({"kind": "state", "workers": 9}, "not_applicable"),
    ({"workers": 9}, "unknown"),
    ({"kind": "private", "workers": 9}, "unknown"),
    ({"kind": "private", "workers": 9, "listed": 0}, "unknown"),
    ({"kind": "private", "workers": 9, "listed": 1}, "violation"),
    ({"kind": "private", "workers": 1, "listed": 1}, "pass"),
    ({"kind": "private", "listed": 1}, "unknown"),
]


def test_scope_needs_and_when_in_that_order(book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path) -> None:
    made = book(draft(scope=["kind = 'private'"], needs=["listed >= 1"], when=["workers > listed"]))
    given = facts([Specimen(fields) for fields, _ in LAYERS])
    detection = detect(work(made), given, tmp_path / "out")
    expected: dict[str, int] = {}
    for _, outcome in LAYERS:
        expected[outcome] = expected.get(outcome, 0) + 1
    assert outcomes(detection) == expected
    blamed = {row["subject_key"]: (row["line"], row["field"]) for row in rows(detection.unknowns)}
    assert blamed == {
        "1": ("scope 1", "kind"),
        "2": ("needs 1", "listed"),
        "3": ("needs 1", None),
        "6": ("when 1", "workers"),
    }


def test_a_scope_that_reads_no_field_excludes_nobody_who_is_in_it(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(draft(scope=["evaluation_date() > date '2026-01-01'", "kind = 'private'"], when=["workers > 1"]))
    given = facts([Specimen({"kind": "private", "workers": 2}), Specimen({"workers": 2}), Specimen({"kind": "state"})])
    detection = detect(work(made), given, tmp_path / "out")
    assert outcomes(detection) == {"violation": 1, "unknown": 1, "not_applicable": 1}


def test_the_law_in_force_on_the_subjects_own_day_counts(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(draft(when=["workers > :limit"], law_date="opened_on", since=date(2015, 1, 1)))
    days = [date(2014, 1, 1), date(2016, 1, 1), date(2025, 12, 31), date(2026, 1, 1), None]
    given = facts([Specimen({"workers": 7, "opened_on": day}) for day in days])
    detection = detect(work(made), given, tmp_path / "out")
    # before the article, before the parameter's first value, limit 5, limit 10, no day said
    assert outcomes(detection) == {"not_applicable": 2, "violation": 1, "pass": 1, "unknown": 1}
    assert [row["line"] for row in rows(detection.unknowns)] == ["law_date"]


def test_before_a_regency_has_a_value_of_its_own_that_of_its_province_is_met(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(draft(when=["workers > :limit"], law_date="opened_on"))
    starts = {"19": (5, date(2020, 1, 1)), "19.71": (10, date(2026, 1, 1))}
    values = tuple(ParameterValue(number, since, None, "UU", "V", code) for code, (number, since) in starts.items())
    made = replace(made, parameters={"limit": replace(made.parameters["limit"], by="region", values=values)})
    days = [("19.71.01", date(2019, 1, 1)), ("19.71.01", date(2025, 1, 1)), ("19.71.01", date(2026, 1, 1))]
    subjects = [*days, ("19.04", date(2026, 1, 1)), ("31.71", date(2026, 1, 1))]
    given = facts([Specimen({"workers": 7, "region": region, "opened_on": day}) for region, day in subjects])
    detection = detect(work(made), given, tmp_path / "out")
    assert outcomes(detection) == {"not_applicable": 1, "violation": 2, "pass": 1, "unknown": 1}
    assert sorted(row["subject_key"] for row in rows(detection.findings)) == ["1", "3"]


def test_no_working_days_after_a_day_is_the_day_itself_on_a_sunday_too(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    sunday = date(2026, 11, 15)
    when = ["working_days_after(opened_on, 0) = opened_on", "working_days_before(opened_on, 0) = opened_on"]
    given = facts([Specimen({"opened_on": sunday})])
    assert outcomes(detect(work(book(draft(when=when))), given, tmp_path / "out")) == {"violation": 1}


@pytest.mark.parametrize(
    "condition",
    [
        "months_started(working_days_after(opened_on, :days), evaluation_date()) > 3",
        "months_after(due_in_month(opened_on, :days), 1) < evaluation_date()",
        "abs(workers - :limit) > 3",
        "round(:limit) > 3 or days_after(opened_on, :limit) > opened_on",
        "upper(:word) = lower(:word) or starts_with(name, :word) or list_includes(fund, :word)",
    ],
)
def test_before_a_parameters_first_value_a_rule_is_silent_and_no_error(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path, condition: str
) -> None:
    made = book(draft(when=[condition], since=date(2000, 1, 1)))
    word = ParameterValue("x", date(2015, 1, 1), None, "UU", "V")
    made = replace(
        made, parameters={**made.parameters, "word": replace(made.parameters["limit"], name="word", values=(word,))}
    )
    given = facts([Specimen({"workers": 7, "opened_on": date(2010, 1, 1), "name": "x", "fund": "x"})])
    assert outcomes(detect(work(made, date(2014, 1, 1)), given, tmp_path / "out")) == {"not_applicable": 1}


def test_a_rule_whose_law_is_not_yet_in_force_applies_to_nobody(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    detection = detect(
        work(book(draft(when=["workers > 1"], since=date(2026, 11, 21)))), facts([Specimen({"workers": 5})]), tmp_path
    )
    assert outcomes(detection) == {"not_applicable": 1}


WORKING_DAYS = [
    (date(2026, 12, 1), date(2026, 12, 21)),  # 14 working days, no day off between
    (date(2026, 12, 10), date(2027, 1, 1)),  # 24 and 25 December off in the fixture's calendar
    (date(2027, 12, 30), None),  # beyond what the calendar knows
    (date(2025, 12, 30), None),  # before it
]


@pytest.mark.parametrize(("start", "deadline"), WORKING_DAYS)
def test_working_days_come_from_the_calendar_and_end_with_it(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path, start: date, deadline: date | None
) -> None:
    made = book(draft(when=["working_days_after(opened_on, :days) < evaluation_date()"]))
    given = facts([Specimen({"opened_on": start})])
    if deadline is None:
        assert outcomes(detect(work(made, date(2027, 6, 1)), given, tmp_path)) == {"unknown": 1}
        return
    assert outcomes(detect(work(made, deadline), given, tmp_path / "on")) == {"pass": 1}
    after = date.fromordinal(deadline.toordinal() + 1)
    assert outcomes(detect(work(made, after), given, tmp_path / "after")) == {"violation": 1}


def test_each_fact_reads_its_own_deadlines(book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path) -> None:
    opened = draft(when=["working_days_after(opened_on, :days) < evaluation_date()"])
    covered = draft(subject="person", when=["working_days_after(covered_until, 3) < evaluation_date()"])
    given = facts(
        [Specimen({"opened_on": date(2026, 10, 1)}), Specimen({"opened_on": date(2026, 11, 2)})],
        [Specimen({"covered_until": date(2026, 11, 16)}), Specimen({"covered_until": date(2028, 1, 1)})],
    )
    detection = detect(work(book(opened, covered)), given, tmp_path / "out")
    assert detection.not_judged == ()
    assert [(row["rule"], row["subject_key"]) for row in rows(detection.findings)] == [("X-01", "0"), ("X-02", "0")]
    assert [(row["rule"], row["subject_key"]) for row in rows(detection.unknowns)] == [("X-02", "1")]


def test_a_finding_carries_party_severity_marks_and_what_the_lines_read(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(
        draft(
            let={"missing": "workers - listed", "age": "days_between(opened_on, evaluation_date())"},
            when=["missing > 0"],
            severity=[("missing >= 50", "high"), (None, "low")],
            marks={"ended": "opened_on < evaluation_date()", "fresh": "opened_on > evaluation_date()"},
            evidence=["missing", "age", "wage"],
        )
    )
    fields: dict[str, object] = {
        "name": '=cmd|"x"', "npwp": "0123456789012000", "npwp15": None, "region": "19.71.01", "workers": 100,
        "listed": 50, "opened_on": date(2026, 1, 1), "wage": Decimal("12.50"),
    }  # fmt: skip
    detection = detect(work(made), facts([Specimen(fields)]), tmp_path / "out")
    (finding,) = rows(detection.findings)
    assert tuple(finding) == tuple(FINDING_COLUMNS)
    assert json.loads(finding["evidence"]) == {
        "workers": 100, "listed": 50, "opened_on": "2026-01-01", "missing": 50, "wage": 12.5,
    }  # fmt: skip
    assert '"wage":12.50' in finding["evidence"]
    wanted = ("subject_key", "region", "province", "severity", "line", "below", "npwp", "source", "track")
    assert tuple(finding[name] for name in wanted) == (
        "0", "19.71.01", "19", 3, "ended", True, "0123456789", "employer:0", "sanction",
    )  # fmt: skip
    assert finding["party_name"] == '=cmd|"x"'
    assert [(count.region, count.outcome) for count in detection.counts] == [("19.71", "violation")]


def test_a_quiet_day_later_the_fingerprint_is_the_same(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(draft(let={"age": "days_between(opened_on, evaluation_date())"}, when=["age > 1"], evidence=["age"]))
    given = facts([Specimen({"opened_on": date(2026, 1, 1)})])
    first, second = (
        rows(detect(work(made, date(2026, 11, day)), given, tmp_path / str(day)).findings)[0] for day in (20, 21)
    )
    assert first == second


def test_unknowns_name_the_source_and_why_it_could_not_say(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    given = facts([Specimen({"workers": 1}, frozenset({"number"})), Specimen({"number": "A"})])
    detection = detect(work(book(draft(when=["number is null", "workers > 0"]))), given, tmp_path / "out")
    found = rows(detection.unknowns)
    assert tuple(found[0]) == tuple(UNKNOWN_COLUMNS)
    assert [(row["subject_key"], row["field"], row["source"], row["reason"]) for row in found] == [
        ("0", "number", "number", int(Standing.NOT_COMPLETE))
    ]


PEOPLE = [
    Specimen({"works_at": "0", "wage": Decimal(5), "covered_until": date(2026, 1, 1)}),
    Specimen({"works_at": "0", "wage": Decimal(7)}),
    Specimen({"works_at": "1", "wage": Decimal(1)}),
    Specimen({"works_at": "1"}),
]
RELATED = [
    ("count_of(people) = 2", ["violation", "violation", "pass"]),
    ("count_of(people, wage > 4) = 2", ["violation", "unknown", "pass"]),
    ("any_of(people, wage > 6)", ["violation", "unknown", "pass"]),
    ("any_of(people, wage > 0)", ["violation", "violation", "pass"]),
    ("sum_of(people, wage) = 12", ["violation", "unknown", "pass"]),
    ("sum_of(people, wage, covered_until is null) = 7", ["violation", "unknown", "pass"]),
    ("max_of(people, wage) = 7", ["violation", "unknown", "unknown"]),
]


@pytest.mark.parametrize(("condition", "expected"), RELATED)
def test_rows_of_a_relation_that_do_not_say_make_the_answer_unknown(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path, condition: str, expected: list[str]
) -> None:
    detection = detect(work(book(draft(when=[condition]))), facts([Specimen({})] * 3, PEOPLE), tmp_path / "out")
    wanted: dict[str, int] = {}
    for outcome in expected:
        wanted[outcome] = wanted.get(outcome, 0) + 1
    assert outcomes(detection) == wanted


def test_a_path_reads_the_one_related_row_and_is_unknown_without_it(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    shops = [Specimen({"number": "0"}), Specimen({"number": "1"}), Specimen({"number": "9"}), Specimen({})]
    detection = detect(work(book(draft(when=["owner.covered_until is null"]))), facts(shops, PEOPLE), tmp_path / "out")
    assert outcomes(detection) == {"pass": 1, "violation": 1, "unknown": 2}


def test_single_subjects_are_judged_again_and_one_that_is_gone_has_no_row(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(draft(scope=["kind = 'private'"], when=["workers > 5"]))
    shops: list[dict[str, object]] = [
        {"kind": "private", "workers": 9},
        {"kind": "private", "workers": 1},
        {"kind": "state"},
        {"kind": "private"},
    ]
    given = facts([Specimen(fields) for fields in shops])
    asked = tmp_path / "asked.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 'X-01' AS rule, unnest(['0','1','2','3','77']) AS subject_key) TO '{asked}' (FORMAT parquet)"
        )
    found = rows(outcomes_of(work(made), given, asked, tmp_path / "out"))
    assert {row["subject_key"]: row["outcome"] for row in found} == {
        "0": "violation", "1": "pass", "2": "not_applicable", "3": "unknown",
    }  # fmt: skip


def test_a_failed_spine_judges_nobody_and_a_failed_source_is_named(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(draft(when=["workers > 5"]), draft(when=["number is null"]))
    given = facts([Specimen({"workers": 9, "region": "19.71"})])
    shop = given["shop"]
    given["shop"] = Assembled(
        shop.fact, shop.path, shop.rows, "wlkp", Standing.STALE, "80 days old, 45 allowed", shop.origin, False
    )
    detection = detect(work(made), given, tmp_path / "blocked")
    assert outcomes(detection) == {"unknown": 2}
    assert rows(detection.findings) == []
    assert [(item.rule, item.source, item.reason) for item in detection.not_judged] == [
        ("X-01", "wlkp", "80 days old, 45 allowed"),
        ("X-02", "wlkp", "80 days old, 45 allowed"),
    ]
    given["shop"] = shop
    failed = detect(work(made, failed={"number": "rows fell by 60 %"}), given, tmp_path / "failed")
    assert [(item.rule, item.source) for item in failed.not_judged] == [("X-02", "number")]


def test_a_failed_source_at_the_other_end_of_a_relation_is_named(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(draft(when=["owner.covered_until is null"]), draft(when=["count_of(people, wage > 1) > 0"]))
    said = work(made, failed={"covered_until": "80 days old", "wage": "not there"})
    detection = detect(said, facts([Specimen({})], PEOPLE), tmp_path / "out")
    assert [(item.rule, item.source) for item in detection.not_judged] == [("X-01", "covered_until"), ("X-02", "wage")]


OVERFLOWING = [
    {"when": ["workers * workers * workers > 1"]},
    {"let": {"cube": "workers * workers * workers"}, "when": ["workers > 5"], "evidence": ["cube"]},
    {"when": ["workers > 5"], "severity": [("workers * workers * workers > 1", "high"), (None, "low")]},
]


@pytest.mark.parametrize("overflowing", OVERFLOWING)
def test_a_rule_that_fails_while_running_is_an_error_and_the_others_judge(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path, overflowing: dict[str, Any]
) -> None:
    made = book(draft(when=["workers > 5"]), draft(**overflowing), draft(when=["workers > 7"]))
    given = facts([Specimen({"workers": 9_000_000_000, "region": "19.71"}), Specimen({"workers": 6})])
    detection = detect(work(made), given, tmp_path / "out")
    found: dict[str, dict[str, int]] = {}
    for count in detection.counts:
        by_outcome = found.setdefault(count.rule, {})
        by_outcome[count.outcome] = by_outcome.get(count.outcome, 0) + count.subjects
    assert found == {"X-01": {"violation": 2}, "X-02": {"error": 2}, "X-03": {"violation": 1, "pass": 1}}
    assert sorted(row["rule"] for row in rows(detection.findings)) == ["X-01", "X-01", "X-03"]
    (said,) = detection.not_judged
    assert (said.rule, said.source) == ("X-02", "")
    assert str(said.reason).startswith("the rule failed while it ran: Out of Range Error: Overflow")


def test_a_rule_that_fails_has_no_verdict_on_single_subjects(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(draft(when=["workers > 5"]), draft(when=["workers * workers * workers > 1"]))
    asked = tmp_path / "asked.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT unnest(['X-01', 'X-02']) AS rule, '0' AS subject_key) TO '{asked}' (FORMAT parquet)"
        )
    given = facts([Specimen({"workers": 9_000_000_000})])
    assert rows(outcomes_of(work(made), given, asked, tmp_path / "out")) == [
        {"rule": "X-01", "subject_key": "0", "outcome": "violation"}
    ]


def test_trials_are_counted_and_open_nothing_drafts_are_not_run(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    made = book(
        draft(when=["workers > 5"], status="trial"),
        draft(when=["workers > 5"], status="draft"),
        draft(when=["workers > 5"], nature="notice"),
    )
    detection = detect(work(made), facts([Specimen({"workers": 9})]), tmp_path / "out")
    assert [(count.rule, count.outcome) for count in detection.counts] == [("X-01", "violation"), ("X-03", "violation")]
    assert rows(detection.findings) == []


def test_a_faulty_condition_stops_the_scan_with_its_place(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path
) -> None:
    with pytest.raises(FaultsError, match=r"X-01\.yaml:10:7: shop has no field 'worker'"):
        detect(work(book(draft(when=["worker > 5"]))), facts([Specimen({})]), tmp_path / "out")


NOTICES: list[tuple[Status, Nature, tuple[int, int]]] = [
    ("stable", "notice", (0, 1)),
    ("trial", "notice", (0, 0)),
    ("stable", "violation", (1, 0)),
]


@pytest.mark.parametrize(("status", "nature", "told"), NOTICES)
def test_a_stable_notice_is_listed_apart_and_a_trial_is_only_counted(
    book: Book, draft: Any, facts: Facts, work: Works, tmp_path: Path,
    status: Status, nature: Nature, told: tuple[int, int],
) -> None:  # fmt: skip
    made = book(draft(when=["workers > 5"]))
    rules = {name: replace(rule, status=status, nature=nature) for name, rule in made.rules.items()}
    detection = detect(work(replace(made, rules=rules)), facts([Specimen({"workers": 6})]), tmp_path / "out")
    assert outcomes(detection) == {"violation": 1}
    assert (len(rows(detection.findings)), len(rows(detection.notices))) == told
    with duckdb.connect() as connection:
        assert connection.sql(f"FROM '{detection.notices}'").columns == list(FINDING_COLUMNS)
