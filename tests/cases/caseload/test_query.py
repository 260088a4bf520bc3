"""The query line: what is typed, as a value, written again the same; and all that is wrong in it, in its place."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.caseload.completion import complete
from cases.caseload.query import KEYS, Condition, Known, Query, QueryFault, Words, parse, written
from cases.caseload.query_values import SIGNS
from cases.store.stages import LIVE_STAGES
from cases.wording import Wording
from rules.model import SEVERITIES

KNOWN = Known(
    rules=("JAKON-01", "JAKON-02", "PDS-TK-01"),
    regions={"19": "Kepulauan Bangka Belitung", "19.71": "Kota Pangkal Pinang", "31": "DKI Jakarta"},
    people=("rina", "budi"),
    queues=("disnaker", "kejaksaan"),
    offices=("disnaker-babel", "Kejari Bangka"),
)
ORDERED = [name for name, key in KEYS.items() if key.ordered]
WORD = st.text(string.ascii_lowercase + string.digits + "éü株", min_size=1, max_size=8).filter(
    lambda word: word.isalnum()
)
NAME = st.text(string.ascii_letters + string.digits + " .-_*é<:=>", min_size=1, max_size=12).filter(
    lambda name: name == name.strip() and name[0] not in ":<>="
)


def named(key: str) -> st.SearchStrategy[Condition]:
    values: dict[str, st.SearchStrategy[str | int | date]] = {
        "region": st.sampled_from(["19", "19.71", "19.71.01"]),
        "rule": st.sampled_from(["JAKON*", "PDS-TK-01", "*"]),
        "stage": st.sampled_from(LIVE_STAGES),
        "track": st.sampled_from(["sanction", "outreach"]),
        "nr": st.integers(0, 10**9),
        "since": st.dates(),
    }
    value = values.get(key, NAME)
    return st.builds(Condition, st.just(key), st.just(":"), value, st.booleans())


def ordered(key: str) -> st.SearchStrategy[Condition]:
    values = {
        "sev": st.integers(1, len(SEVERITIES)),
        "due": st.integers(-99_999, 99_999),
        "score": st.integers(-99_999, 99_999),
    }
    value = values.get(key, st.integers(0, 10**15 - 1))
    return st.builds(Condition, st.just(key), st.sampled_from(SIGNS), value, st.booleans())


QUERIES = st.builds(
    Query,
    st.lists(st.sampled_from(list(KEYS)).flatmap(lambda key: ordered(key) if KEYS[key].ordered else named(key))).map(
        tuple
    ),
    st.lists(
        st.lists(WORD, min_size=1, max_size=3)
        .map(tuple)
        .map(lambda words: parse(" ".join(words)).query.names[0].words)
        .flatmap(lambda words: st.builds(Words, st.just(words), st.booleans()))
    ).map(tuple),
    st.booleans(),
)


@given(QUERIES)
def test_what_is_written_is_read_again(query: Query) -> None:
    assert parse(written(query)) == parse(written(parse(written(query)).query))
    assert parse(written(query)).faults == ()
    assert parse(written(query)).query == query


@given(st.text(max_size=60))
def test_any_line_is_read_or_faulted_and_no_fault_lies_outside(line: str) -> None:
    parsed = parse(line, KNOWN)
    for fault in parsed.faults:
        assert 1 <= fault.column <= len(line) + 1
        assert fault.length >= 1
    assert parse(written(parsed.query), KNOWN).query == parsed.query


def test_a_line_of_the_issue() -> None:
    parsed = parse("region:19.71 rule:jakon* sev>=high pt timah", KNOWN)
    assert parsed.faults == ()
    assert parsed.query == Query(
        (Condition("region", ":", "19.71"), Condition("rule", ":", "JAKON*"), Condition("sev", ">=", 3)),
        (Words(("pt",)), Words(("timah",))),
    )


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("1jt", 10**6),
        ("1,5jt", 1_500_000),
        ("1.500.000", 1_500_000),
        ("Rp2m", 2 * 10**9),
        ("3rb", 3_000),
        ("0", 0),
        ("1,5", 1),
    ],
)
def test_money_is_read_as_it_is_written(line: str, amount: int) -> None:
    assert parse(f"rupiah>={line}").query.conditions == (Condition("rupiah", ">=", amount),)


FAULTS = (
    ("regon:19", 1, "there is no condition 'regon'", "did you mean 'region'?", "region"),
    ("pt zzzz:19", 4, "there is no condition 'zzzz'", "put words of a name that hold a sign into quotes", ""),
    ("  sev>=hgh", 8, "there is no 'hgh' here", "did you mean 'high'?", "high"),
    ("rule:JAKUN-01", 6, "there is no 'JAKUN-01' here", "did you mean 'JAKON-01'?", "JAKON-01"),
    ("region:19.72", 8, "there is no '19.72' here", "did you mean '19.71'?", "19.71"),
    ("region:bangka", 8, "'bangka' is no code of a region", "19 or 19.71", ""),
    ("to:rinna", 4, "there is no 'rinna' here", "did you mean 'rina'?", "rina"),
    ("queue:qqqqq", 7, "there is no 'qqqqq' here", "choose one of disnaker, kejaksaan", ""),
    ("people>=5x", 9, "'5x' is no whole number", "such as 50 or 1.500", ""),
    ("rupiah>=5q", 9, "'5q' is no amount of money", "1,5jt", ""),
    ("rupiah>=999999999999999t", 9, "'999999999999999t' is more than can be kept", "a smaller amount", ""),
    ("due<x", 5, "'x' is no number of days or points", "below 0 for what has passed", ""),
    ("since:2026-02-30", 7, "'2026-02-30' is no day", "such as 2026-11-01", ""),
    ("region>19", 7, "'region' knows no more and no less", "write region:value", ""),
    ("people>=", 9, "'people>=' is followed by nothing", "without a blank behind the sign", ""),
    ("hidden:maybe", 8, "'maybe' is neither yes nor no", "write hidden:yes", "yes"),
    ('timah "pt', 7, "the quote is not closed", 'put a "', ""),
    ("pt !!!", 4, "'!!!' holds no letter and no digit", "leave it out", ""),
)


@pytest.mark.parametrize(("line", "column", "what", "remedy", "nearest"), FAULTS)
def test_each_fault_says_what_where_why_and_what_to_do(
    line: str, column: int, what: str, remedy: str, nearest: str
) -> None:
    (fault,) = parse(line, KNOWN).faults
    assert (fault.column, fault.what, fault.nearest) == (column, what, nearest)
    assert remedy in fault.remedy
    assert fault.why
    for language in ("id", "en"):
        said = [Wording(language).tell(one) for one in (fault.what, fault.why, fault.remedy)]
        assert all(said)
        assert (said[0] == fault.what) == (language == "en")


def test_all_faults_of_a_line_are_said_and_the_rest_of_it_is_read() -> None:
    parsed = parse("regon:19 timah sev>=hgh -people>x", KNOWN)
    assert [fault.column for fault in parsed.faults] == [1, 21, 33]
    assert parsed.query == Query((), (Words(("timah",)),))
    assert all(isinstance(fault, QueryFault) for fault in parsed.faults)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("re", ["region:"]),
        ("timah -ru", ["-rule:", "-rupiah:"]),
        ("rule:jak", ["rule:JAKON*", "rule:JAKON-01", "rule:JAKON-02"]),
        ("region:pangkal", ["region:19.71"]),
        ("region:19", ["region:19", "region:19.71"]),
        ("to:", ["to:me", "to:nobody", "to:budi", "to:rina"]),
        ("sev>=h", ["sev>=high"]),
        ("office:kej", ['office:"Kejari Bangka"']),
        ("hidden:", ["hidden:yes", "hidden:no"]),
        ("timah ", []),
        ("people>=", []),
    ],
)
def test_what_may_be_meant_is_offered(line: str, found: list[str]) -> None:
    offered = complete(line, len(line), KNOWN)
    assert [one.text for one in offered] == found
    for one in offered:
        parsed = parse(line[: one.start] + one.text + ("19" if one.text.endswith(":") else ""), KNOWN)
        assert all(fault.what.startswith("there is no '19'") or "no" in fault.what for fault in parsed.faults)


def test_what_stands_behind_the_cursor_stays() -> None:
    (one,) = complete("sev>=h timah", 6, KNOWN)
    assert (one.start, one.end, one.text) == (0, 6, "sev>=high")
