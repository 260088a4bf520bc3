"""What a condition may say, and what its writer is told when it may not."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.conditions import check, check_rule
from rules.model import RuleBook

Book = Callable[..., RuleBook]

REFUSED = [
    ("worker >= 1", "condition-unknown-field", "shop has no field 'worker'; did you mean 'workers'?", 0),
    ("workers >= 1 and nubmer = 'A'", "condition-unknown-field", "did you mean 'number'?", 17),
    ("workers >= :limt", "condition-unknown-parameter", "there is no parameter ':limt'; did you mean 'limit'?", 11),
    ("workers = 'ten'", "condition-type", "compares number with text", 0),
    ("workers", "condition-type", "is number, a boolean is wanted here", 0),
    ("workers / 2 > 1", "condition-refused", "'division' is not allowed", 0),
    ("opened_on - opened_on > 3", "condition-type", "cannot calculate with a date", 0),
    ("kind = 'pirvate'", "condition-type", "'kind' is never 'pirvate'; did you mean 'private'?", 0),
    ("kind in ('private', 'x')", "condition-type", "'kind' is never 'x'", 0),
    ("kind < 'b'", "condition-type", "text has no order", 0),
    ("workers is null", "condition-null-test", "'workers is null' cannot be asked", 0),
    ("paid is true", "condition-refused", "'is' goes with null only", 0),
    ("1=1; drop table x", "condition-syntax", "2 statements instead of one", 0),
    ("drop table x", "condition-refused", "'Drop' is not allowed", 0),
    ("workers in (select 1)", "condition-refused", "a subquery is not allowed", 0),
    ("(select 1) = 1", "condition-refused", "not allowed in a condition", 0),
    ("exists (select 1)", "condition-refused", "not allowed in a condition", 0),
    ("read_csv('/etc/passwd') = 'x'", "condition-refused", "not allowed in a condition", 0),
    ("read_text('/etc/passwd') = 'x'", "condition-refused", "there is no function 'read_text'", 0),
    ("getenv('HOME') = 'x'", "condition-refused", "there is no function 'getenv'", 0),
    ("today() > opened_on", "condition-refused", "there is no function 'today'", 0),
    ("current_date > opened_on", "condition-refused", "not allowed in a condition", 0),
    ("cast(workers as text) = '1'", "condition-refused", "a cast is not allowed", 0),
    ("opened_on < date '2026-02-30'", "condition-type", "'2026-02-30' is not a day of the calendar", 0),
    ("workers like 'x%'", "condition-refused", "'Like' is not allowed", 0),
    ("workers >", "condition-syntax", "", 0),
    ("workers > 1 -- always", "condition-syntax", "a comment inside a condition", 0),
    ("workers > 1 workers", "condition-refused", "", 0),
    ("days_between(opened_on) > 1", "condition-type", "days_between(…) takes 2 argument(s), not 1", 0),
    ("working_days_after(opened_on, workers) < evaluation_date()", "condition-type", "must be a number or a :param", 0),
    ("people.wage > 1", "condition-type", "'people' has many rows", 0),
    ("persons.wage > 1", "condition-unknown-field", "shop has no relation 'persons'", 0),
    ("owner.wag > 1", "condition-unknown-field", "person has no field 'wag'; did you mean 'wage'?", 0),
    ("count_of(owner) > 1", "condition-unknown-field", "no relation 'owner' with many rows", 0),
    ("any_of(people, wage)", "condition-type", "the condition of any_of(…) must be boolean", 0),
    ("not workers", "condition-type", "each side of 'not' must be boolean", 0),
    ("a.b.c = 1", "condition-refused", "'a.b.c' is not a field", 0),
    ("x = 1" + " and x = 1" * 300, "condition-syntax", "a condition of", 0),
    ("(" * 45 + "paid" + ")" * 45, "condition-syntax", "nested more than", 0),
]


@pytest.mark.parametrize(("text", "code", "words", "offset"), REFUSED)
def test_a_condition_outside_the_language_is_refused_at_its_place(
    book: Book, draft: Any, text: str, code: str, words: str, offset: int
) -> None:
    faults = check(book(draft(when=[text])))
    assert faults, "nothing was refused"
    assert code in {fault.code for fault in faults}
    fault = next(fault for fault in faults if fault.code == code)
    assert words in fault.what
    assert fault.location.line == 10
    if offset:
        assert fault.location.column == 7 + offset
    assert fault.why
    assert fault.remedy
    assert "\x1b" not in str(fault)


def test_all_faults_of_all_rules_come_at_once(book: Book, draft: Any) -> None:
    faults = check(book(draft(when=["worker > 1 and nmae = 'x'"]), draft(when=["workers > :nothing"])))
    assert sorted(fault.code for fault in faults) == [
        "condition-unknown-field",
        "condition-unknown-field",
        "condition-unknown-parameter",
    ]


def test_let_names_are_expanded_and_their_fields_counted_as_read(book: Book, draft: Any) -> None:
    made = book(draft(let={"missing": "workers - listed"}, when=["missing > 0"], evidence=["missing"]))
    checked, faults = check_rule(made, made.rules["X-01"])
    assert not faults
    assert checked is not None
    assert checked.when[0].fields == ("workers", "listed")


def test_unknown_evidence_is_a_fault(book: Book, draft: Any) -> None:
    faults = check(book(draft(when=["paid"], evidence=["workres"])))
    assert "evidence 'workres' is neither a field of shop nor a let; did you mean 'workers'?" in faults[0].what
