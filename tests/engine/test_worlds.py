"""What worlds claim of a condition, against every subject of a small domain judged by DuckDB."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from connectors.landed import Assembled
from engine.always import Given, Reader
from engine.backend import DuckBackend
from engine.conditions import check_rule, parsed
from engine.emit import Emitter, Ground
from engine.specimen import Specimen, assembled_specimens
from engine.worlds import Worlds
from rules.errors import Location
from rules.model import RuleBook, Text, Vocabulary
from rules.working_days import WorkingCalendar

DAY = date(2026, 11, 20)
SLOW = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WORKERS = (None, -1, 0, 1, 2, 3, 4, 5, 6, 7, 12)
LISTED = (None, 0, 2, 3)
KINDS = (None, "private", "state")
TRUTHS = (None, True, False)
OPENED = (None, date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 3), date(2026, 11, 20))
NUMBERS = (("absent", None), ("unknown", None), ("said", "A"), ("said", "B"))


def atoms() -> st.SearchStrategy[str]:
    sign = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    number = st.sampled_from(["0", "2", "2.5", "3", "5", ":limit", "-1"])
    day = st.sampled_from(["date '2020-01-01'", "date '2020-01-03'", "evaluation_date()"])
    return st.one_of(
        st.builds("workers {} {}".format, sign, number),
        st.builds("{} {} workers".format, number, sign),
        st.builds("workers {} listed".format, sign),
        st.builds("listed {} workers".format, sign),
        st.builds("workers - listed {} {}".format, sign, number),
        st.builds("workers between {} and {}".format, number, number),
        st.builds("workers in ({}, {})".format, number, number),
        st.builds("opened_on {} {}".format, sign, day),
        st.sampled_from(["kind = 'private'", "kind <> 'private'", "kind in ('private', 'state')", "kind = 'state'"]),
        st.sampled_from(["paid", "paid = true", "paid = false", "number is null", "not number is null"]),
        st.sampled_from(["number = 'A'", "number in ('A', 'C')", "starts_with(number, 'A')", "1 = 1", "2 < :limit"]),
    )


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
    return st.one_of(two, st.builds("not ({})".format, inner))


CONDITIONS = st.recursive(atoms(), grown, max_leaves=5)


@pytest.fixture(scope="module")
def every_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckBackend, Path, list[Specimen]]]:
    """Every combination of the small domain."""
    subjects = []
    for workers, listed, kind, paid, opened, number in product(WORKERS, LISTED, KINDS, TRUTHS, OPENED, NUMBERS):
        fields = {"workers": workers, "listed": listed, "kind": kind, "paid": paid, "opened_on": opened}
        unknown = frozenset({"number"} if number[0] == "unknown" else ())
        subjects.append(Specimen({**fields, "number": number[1]}, unknown))
    folder = tmp_path_factory.mktemp("worlds")
    with DuckBackend(folder / "spill") as backend:
        yield backend, folder / "shops.parquet", subjects


@pytest.fixture(scope="module")
def laid() -> dict[str, Assembled]:
    return {}


Judge = Callable[[str, str], tuple[set[bool | None], Reader, Any]]


@pytest.fixture
def judge(
    every_shop: Any,
    laid: dict[str, Assembled],
    vocabulary: Vocabulary,
    calendar: WorkingCalendar,
    book: Callable[..., RuleBook],
    draft: Any,
) -> Judge:
    """Return a function of two conditions: what the second comes to where the first is TRUE, and who claims so."""
    backend, path, subjects = every_shop
    shop = vocabulary.facts["shop"]
    if "shop" not in laid:
        laid["shop"] = assembled_specimens(shop, subjects, path)

    def judged(above: str, condition: str) -> tuple[set[bool | None], Reader, Any]:
        made = book(draft(scope=[above], when=[condition]))
        rule, faults = check_rule(made, made.rules["X-01"])
        assert rule is not None, faults
        ground = Ground(vocabulary, {"shop": laid["shop"]}, made.parameters, DAY, calendar, {})
        emitter = Emitter(ground, shop)
        scope, when = emitter.sql(rule.scope[0].tree), emitter.sql(rule.when[0].tree)
        rows = backend.rows(f"SELECT DISTINCT {when} FROM read_parquet('{path}') f WHERE {scope}")
        limit = next(value.value for value in made.parameters["limit"].values if value.until is None)
        worlds = Worlds(vocabulary, shop, {"limit": Decimal(str(limit))})
        return {row[0] for row in rows}, Reader(rule, shop, worlds), rule

    return judged


@SLOW
@given(above=CONDITIONS, condition=CONDITIONS)
def test_no_answer_of_any_subject_is_missing_from_the_worlds(judge: Judge, above: str, condition: str) -> None:
    found, reader, rule = judge(above, condition)
    claimed = reader.outcomes(rule.when[0].tree, [Given(rule.scope[0].tree, True, "scope 1")])
    assert claimed is None or found <= claimed


@SLOW
@given(condition=CONDITIONS)
def test_a_condition_that_some_subject_fulfils_is_never_called_unfulfillable(judge: Judge, condition: str) -> None:
    found, reader, rule = judge("1 = 1", condition)
    claimed = reader.outcomes(rule.when[0].tree, [])
    assert claimed is None or found <= claimed


ONE_FIELD = st.recursive(
    st.one_of(
        st.builds(
            "workers {} {}".format,
            st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
            st.sampled_from(["0", "2", "2.5", "3", "5"]),
        ),
        st.builds("workers between {} and {}".format, st.sampled_from(["0", "2", "5"]), st.sampled_from(["1", "3"])),
        st.builds("workers in ({}, 6)".format, st.sampled_from(["0", "2.5", "5"])),
    ),
    grown,
    max_leaves=6,
)


@SLOW
@given(condition=ONE_FIELD)
def test_over_one_field_the_worlds_are_exact(judge: Judge, condition: str) -> None:
    found, reader, rule = judge("1 = 1", condition)
    assert reader.outcomes(rule.when[0].tree, []) == found


def test_limits_and_whole_numbers_leave_no_world_without_a_subject(vocabulary: Vocabulary) -> None:
    shop = vocabulary.facts["shop"]
    bounded = replace(shop.fields["workers"], minimum=0, maximum=9)
    fact = replace(shop, fields={**shop.fields, "workers": bounded})
    worlds = Worlds(Vocabulary({"shop": fact}), fact, {})

    def answers(text: str) -> set[bool | None]:
        tree = parsed(Text(text, Location("x.yaml")))
        assert isinstance(tree, exp.Expression)
        names = worlds.reads(tree)
        return {worlds.judge(tree)(world) for world in worlds.all(names)}

    assert answers("workers >= 0") == {True, None}
    assert answers("workers > 9") == {False, None}
    assert answers("workers > 4 and workers < 5") == {False, None}
    assert answers("workers > 4 and workers <= 5") == {True, False, None}
    assert answers("wage > 4 and wage < 5") == {True, False, None}
