"""Numbers of different units, and regions beside what is no region."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.units import check_units
from rules.load import load_rule_book
from rules.model import Let, RuleBook

Book = Callable[..., RuleBook]
UNITS = {"workers": "workers", "listed": "workers", "wage": "rupiah"}


@pytest.fixture
def counted(book: Book) -> Book:
    """The small vocabulary with units: workers, rupiah, and parameters in days and in working days."""

    def made(*drafts: Any) -> RuleBook:
        found = book(*drafts)
        facts = {}
        for name, fact in found.vocabulary.facts.items():
            fields = {key: replace(known, unit=UNITS.get(key)) for key, known in fact.fields.items()}
            facts[name] = replace(fact, fields=fields)
        days = replace(found.parameters["days"], unit="working days")
        return replace(
            found, vocabulary=replace(found.vocabulary, facts=facts), parameters={**found.parameters, "days": days}
        )

    return made


MISMATCHED = [
    ("workers > wage", "'workers > wage' compares workers with rupiah", 17),
    ("wage > workers", "'wage > workers' compares rupiah with workers", 14),
    ("workers + wage > 3", "'workers + wage > 3' calculates workers with rupiah", 17),
    ("days_between(opened_on, evaluation_date()) > workers", "compares days with workers", 52),
    ("days_between(opened_on, evaluation_date()) > :days", "compares days with working days", 7),
    ("workers > :limit", "'workers > :limit' compares workers with days", 7),
    ("workers between 3 and wage", "compares workers with rupiah", 29),
    ("workers in (3, wage)", "compares workers with rupiah", 22),
    ("greatest(workers, wage) > 3", "compares workers with rupiah", 25),
    ("case when paid then workers else wage end > 3", "chooses between workers with rupiah", 40),
    ("paid or (paid and not (workers > wage))", "compares workers with rupiah", 40),
    ("2 * workers > wage", "compares workers with rupiah", 21),
    ("sum_of(people, wage) > workers", "compares rupiah with workers", 30),
    ("sum_of(people, wage, wage > :limit) > 3", "compares rupiah with days", 7),
    ("working_days_after(opened_on, :limit) < evaluation_date()", "working_days_after(…) counts working days", 7),
]


@pytest.mark.parametrize(("text", "what", "column"), MISMATCHED)
def test_two_units_that_meet_are_refused_with_both_named(
    counted: Book, draft: Any, text: str, what: str, column: int
) -> None:
    remarks = check_units(counted(draft(when=[text])))
    (fault,) = remarks.faults
    assert remarks.warnings == ()
    assert fault.code == "unit-mismatch"
    assert what in fault.what
    assert (fault.location.path, fault.location.line) == ("rules/packs/x/X-01.yaml", 10)
    assert fault.location.column == column
    assert fault.why
    assert fault.remedy


FITTING = [
    "workers > listed and workers > 3",
    "workers - listed > 3",
    "wage * workers > wage",
    "(wage * :limit) * workers > wage",
    "2 * workers > listed",
    "ratio(workers, listed) > 0.5",
    "ratio(wage, workers) > :limit",
    "working_days_after(opened_on, :days) < evaluation_date()",
    "working_days_after(opened_on, 14) < evaluation_date()",
    "days_between(opened_on, evaluation_date()) > :limit",
    "count_of(people, wage > 3) > workers",
    "round(wage, 2) > wage",
    "abs(workers - listed) > 3",
]


@pytest.mark.parametrize("text", FITTING)
def test_what_counts_the_same_or_fits_everything_is_left_alone(counted: Book, draft: Any, text: str) -> None:
    assert check_units(counted(draft(when=[text]))).faults == ()


def test_a_named_value_is_wrong_where_it_stands_and_known_where_it_is_used(counted: Book, draft: Any) -> None:
    made = counted(
        draft(let={"sum": "workers + wage", "missing": "workers - listed"}, when=["sum > 3", "missing > wage"])
    )
    said = [fault.what for fault in check_units(made).faults]
    assert sorted(said) == [
        "'missing > wage' compares workers with rupiah",
        "'workers + wage' calculates workers with rupiah",
    ]


def test_a_named_value_must_have_the_unit_that_it_gives(counted: Book, draft: Any) -> None:
    made = counted(draft(let={"missing": "workers - listed"}, when=["missing > 3"]))
    rule = made.rules["X-01"]
    wrong = replace(rule, let={"missing": Let(rule.let["missing"].text, "rupiah")})
    (fault,) = check_units(replace(made, rules={"X-01": wrong})).faults
    assert fault.what == "'workers - listed' is in workers, and its unit is given as rupiah"
    assert fault.remedy == "write 'unit: workers', or mend the expression"
    said = replace(rule, let={"missing": Let(rule.let["missing"].text, "workers")})
    assert check_units(replace(made, rules={"X-01": said})).faults == ()


REGIONS = [
    ("region = 'Bandung'", "'Bandung' is no code of a region, and 'region' is never anything else", 16),
    ("region = '3273'", "'3273' is no code of a region", 16),
    ("starts_with(region, '99')", "there is no region '99'", 27),
    ("region in ('32.73', '32.99')", "there is no region '32.99'", 27),
    ("region = name", "'region' is a region, and 'name' is text", 16),
]


@pytest.mark.parametrize(("text", "what", "column"), REGIONS)
def test_a_region_beside_what_is_no_region_is_refused(
    counted: Book, draft: Any, text: str, what: str, column: int
) -> None:
    (fault,) = check_units(counted(draft(when=[text]))).faults
    assert fault.code == "region-mismatch"
    assert what in fault.what
    assert fault.location.column == column


@pytest.mark.parametrize(
    "text",
    ["region = '32'", "region = '32.73'", "starts_with(region, '32.73.01')", "region = '32.73.01.1001'", "name = 'x'"],
)
def test_a_region_that_there_is_is_left_alone(counted: Book, draft: Any, text: str) -> None:
    assert check_units(counted(draft(when=[text]))).faults == ()


@pytest.mark.parametrize(("code", "refused"), [("32", 0), ("32.73", 0), ("99", 1), ("3273", 1), ("Bandung", 1)])
def test_a_value_for_a_region_that_there_is_not_is_refused(book: Book, code: str, refused: int) -> None:
    made = book()
    limit = made.parameters["limit"]
    values = tuple(replace(value, applies=code) for value in limit.values)
    faults = check_units(replace(made, parameters={"limit": replace(limit, by="region", values=values)})).faults
    assert len(faults) == refused
    for fault in faults:
        assert fault.code == "region-mismatch"
        assert fault.what == f"the parameter 'limit' has a value for '{code}', which is no region"
        assert fault.why == "nobody would ever meet it"
        assert str(fault.location) == "rules/packs/x/X-01.yaml:10:7"


def test_a_value_for_a_kind_of_subject_is_no_region(book: Book) -> None:
    made = book()
    limit = made.parameters["limit"]
    values = tuple(replace(value, applies="private") for value in limit.values)
    assert check_units(replace(made, parameters={"limit": replace(limit, by="kind", values=values)})).faults == ()


def test_the_shipped_rules_count_alike() -> None:
    assert check_units(load_rule_book()[0]).faults == ()
