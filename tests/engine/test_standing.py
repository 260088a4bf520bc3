"""Articles and parameters that a rule stands on: in force on the day, checked, and there at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from engine.standing import check_standing
from rules.load import load_rule_book
from rules.model import Basis, CheckFlag, Parameter, RuleBook, Status

Book = Callable[..., RuleBook]
TODAY = date(2026, 11, 20)
SHIPPED = frozenset({"limit", "days"})


def articles(*spans: tuple[date, date | None]) -> tuple[Basis, ...]:
    return tuple(Basis("UU 1/2000", str(number), since, until, "V") for number, (since, until) in enumerate(spans, 1))


def standing_on(book: RuleBook, *spans: tuple[date, date | None], status: Status = "stable") -> RuleBook:
    rule = replace(book.rules["X-01"], basis=articles(*spans), status=status)
    return replace(book, rules={"X-01": rule})


def flagged(book: RuleBook, flag: CheckFlag, *, ours: bool = False, number: int = -1) -> RuleBook:
    limit = book.parameters["limit"]
    values = list(limit.values)
    values[number] = replace(values[number], checked=flag)
    changed = replace(limit, values=tuple(values), ours=ours)
    return replace(book, parameters={**book.parameters, "limit": changed})


def codes(book: RuleBook, today: date = TODAY) -> tuple[list[str], list[str]]:
    remarks = check_standing(book, today, SHIPPED)
    return [fault.code for fault in remarks.faults], [fault.code for fault in remarks.warnings]


def test_a_rule_whose_articles_are_in_force_is_sound(book: Book, draft: Any) -> None:
    made = standing_on(
        book(draft(when=["workers > :limit"])), (date(2011, 1, 1), date(2019, 12, 31)), (date(2020, 1, 1), None)
    )
    assert codes(made) == ([], [])


def test_articles_that_ended_without_a_successor_are_a_fault_of_a_stable_rule(book: Book, draft: Any) -> None:
    made = standing_on(
        book(draft(when=["paid"])), (date(2011, 1, 1), date(2015, 5, 1)), (date(2015, 5, 2), date(2025, 6, 30))
    )
    (fault,) = check_standing(made, TODAY, SHIPPED).faults
    assert fault.code == "basis-ended"
    assert str(fault.location) == "rules/packs/x/X-01.yaml:10:7"
    assert fault.what == "no article of X-01 is in force any more: UU 1/2000 2 ended on 2025-06-30"
    assert fault.why == "the rule applies to nobody any more"
    assert fault.remedy == "name the article that followed, or set 'status: retired'"
    assert codes(made, date(2025, 6, 30)) == ([], [])
    assert codes(made, date(2025, 7, 1)) == (["basis-ended"], [])
    assert codes(standing_on(made, (date(2011, 1, 1), date(2025, 6, 30)), status="trial")) == ([], ["basis-ended"])
    assert codes(standing_on(made, (date(2011, 1, 1), date(2025, 6, 30)), status="retired")) == ([], [])


def test_a_rule_that_judges_old_days_may_stand_on_old_law(book: Book, draft: Any) -> None:
    made = standing_on(book(draft(when=["paid"], law_date="opened_on")), (date(2011, 1, 1), date(2025, 6, 30)))
    assert codes(made) == ([], ["basis-ended"])


def test_law_that_is_not_yet_in_force(book: Book, draft: Any) -> None:
    made = standing_on(book(draft(when=["paid"])), (date(2027, 1, 1), None))
    (fault,) = check_standing(made, TODAY, SHIPPED).faults
    assert fault.code == "basis-not-yet"
    assert fault.what == "no article of X-01 is in force before 2027-01-01"
    assert codes(standing_on(made, (date(2027, 1, 1), None), status="trial")) == ([], ["basis-not-yet"])


def test_days_between_two_articles_are_a_warning(book: Book, draft: Any) -> None:
    made = standing_on(book(draft(when=["paid"])), (date(2021, 1, 1), None), (date(2011, 1, 1), date(2019, 12, 31)))
    remarks = check_standing(made, TODAY, SHIPPED)
    assert remarks.faults == ()
    (warning,) = remarks.warnings
    assert warning.what == "no article of X-01 is in force from 2020-01-01 to 2020-12-31"
    assert codes(standing_on(made, (date(2011, 1, 1), None), (date(2012, 1, 1), date(2013, 1, 1)))) == ([], [])


def test_an_article_and_a_parameter_that_never_meet(book: Book, draft: Any) -> None:
    made = standing_on(
        book(draft(when=["workers > :limit"], law_date="opened_on")), (date(2011, 1, 1), date(2019, 12, 31))
    )
    (fault,) = check_standing(made, TODAY, SHIPPED).faults
    assert fault.code == "basis-without-parameter"
    assert fault.what == "':limit' has no value on any day on which an article of X-01 is in force"
    assert fault.why == "the rule can never judge anybody"


def test_a_parameter_whose_last_value_has_ended(book: Book, draft: Any) -> None:
    made = book(draft(when=["workers > :limit"]))
    limit = made.parameters["limit"]
    ended = replace(limit, values=(*limit.values[:-1], replace(limit.values[-1], until=date(2026, 6, 30))))
    over = replace(made, parameters={**made.parameters, "limit": ended})
    (fault,) = check_standing(over, TODAY, SHIPPED).faults
    assert fault.code == "parameter-ended"
    assert fault.what == "':limit' of X-01 has no value after 2026-06-30"
    assert codes(over, date(2026, 6, 30)) == ([], [])


def test_a_stable_rule_rests_on_numbers_that_were_checked(book: Book, draft: Any) -> None:
    made = book(draft(when=["workers > :limit"]))
    (fault,) = check_standing(flagged(made, "R"), TODAY, SHIPPED).faults
    assert fault.code == "parameter-unchecked"
    assert fault.what == "X-01 is stable, and ':limit' from 2026-01-01 is only 'R'"
    assert fault.why.startswith("a stable rule opens cases; its numbers must have been read (V)")
    assert codes(flagged(made, "NF")) == (["parameter-unchecked"], [])
    assert codes(flagged(made, "V2")) == ([], [])
    assert codes(flagged(made, "R", ours=True)) == ([], [])
    assert codes(flagged(made, "R", number=0)) == ([], []), "a value that has ended counts for nobody today"
    assert codes(flagged(book(draft(when=["workers > :limit"], status="trial")), "R")) == ([], [])
    old = book(draft(when=["workers > :limit"], law_date="opened_on"))
    assert codes(flagged(old, "R", number=0)) == (["parameter-unchecked"], []), "old subjects meet old values"


def test_a_number_read_only_by_a_severity_counts_too(book: Book, draft: Any) -> None:
    made = book(draft(when=["paid"], severity=[("workers > :limit", "high"), (None, "low")]))
    assert codes(flagged(made, "R")) == (["parameter-unchecked"], [])


def test_an_office_parameter_that_changes_nothing_is_a_fault(book: Book, draft: Any) -> None:
    made = book(draft(when=["workers > 3"]))
    own: Parameter = replace(made.parameters["limit"], name="limmit")
    with_own = replace(made, parameters={**made.parameters, "limmit": own})
    (fault,) = check_standing(with_own, TODAY, SHIPPED).faults
    assert fault.code == "parameter-unused"
    assert fault.what == "the parameter 'limmit' replaces no shipped one, and no rule reads it"
    assert fault.why == "what it was meant to change stays as it was"
    assert fault.remedy == "did you mean 'limit'?"
    used = book(draft(when=["workers > :limmit"]))
    assert codes(replace(made, rules=used.rules, parameters=with_own.parameters)) == ([], [])


def test_the_shipped_rules_stand() -> None:
    book = load_rule_book()[0]
    assert check_standing(book, TODAY, frozenset(book.parameters)).faults == ()
