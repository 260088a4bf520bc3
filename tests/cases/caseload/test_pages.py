"""Pages of a list, on either kind of store, beside an oracle that knows no SQL."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import Session

from cases.access.gate import open_for
from cases.access.identity import Who
from cases.caseload import pages
from cases.caseload.line import Line
from cases.caseload.lines import common_region
from cases.caseload.pages import count, lines, page
from cases.caseload.query import QueryError
from cases.caseload.views import View
from cases.caseload.wanted import SORTS, Part, Wanted
from cases.store.database import open_session
from cases.store.models import Case
from rules.configuration import Person
from rules.load import load_rule_book
from rules.model import RuleBook
from tests.cases.caseload.grown import Grown, expected, grow, viewer
from tests.cases.postgresql_server import Server
from tests.cases.stores import PostgresqlStore, SqliteStore, Store

VIEWS = ("flagged", "mine", "overdue", "disnaker", "kejaksaan", "imigrasi")
QUERIES = (
    "", "hidden:yes", "region:19", "region:19.71", "region:31.71", "rule:JAKON*", "rule:pds-tk-01", "-rule:JAKON*",
    "rule:NONE-9", "sev>=high", "sev:low", "stage:referred", "queue:kejaksaan", "-queue:kejaksaan",
    "track:outreach", "office:disnaker-babel", "to:me", "to:nobody", "to:budi", "-to:me", "people>=50", "people<50",
    "-people>=50", "people:0", "rupiah>=1,5jt", "due<0", "due>=-30", "-due<0", "due:0", "findings>1", "findings:0",
    "score>=22", "score<0", "-score>=22", "nr:7", "nr:9999", "since:2026-11-19", "timah", "tim pt", '"pt timah"',
    "-timah", "cafe nandu", "strasse", "100", "s a", "siti", "株式", "panj", "x", "kutip jaya",
    "rule:JAKON* region:19 -to:me sev>=medium timah", "score>=10 people>=1 hidden:yes",
)  # fmt: skip
WAYS = {
    "walked": (10**6, 0, 0, 0),
    "gathered": (1, 10**6, 10**6, 10**6),
    "in turn": (9, 3, 40, 80),
    "to the end": (9, 0, 0, 0),
}
"""Cases looked at, the size of a small set, of a large one, and of a huge one."""


@dataclass(frozen=True)
class Filled:
    url: str
    grown: list[Grown]
    book: RuleBook


@pytest.fixture(scope="module")
def book() -> RuleBook:
    found, faults = load_rule_book()
    assert not faults
    return found


@pytest.fixture(scope="module")
def planted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_store: Path, book: RuleBook
) -> Callable[[str], tuple[Store, list[Grown]]]:
    """A store of a kind that is full, made once; no test changes it."""

    @cache
    def made(kind: str) -> tuple[Store, list[Grown]]:
        store: Store
        if kind == "sqlite":
            store = SqliteStore(empty_store).copy(tmp_path_factory.mktemp("planted") / "patuh.db")
        else:
            server: Server = request.getfixturevalue("postgresql")
            store = PostgresqlStore(server, server.create("empty"))
        return store, grow(store.url, book, 260, 5)

    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, planted: Callable[[str], tuple[Store, list[Grown]]]
) -> Iterator[Store]:
    """A copy of it of one's own."""
    full, _ = planted(request.param)
    if isinstance(full, SqliteStore):
        yield full.copy(tmp_path / "patuh.db")
    if isinstance(full, PostgresqlStore):
        own = PostgresqlStore(full.server, full.server.create(full.database))
        yield own
        own.server.drop(own.database)


@pytest.fixture
def filled(store: Store, planted: Callable[[str], tuple[Store, list[Grown]]], book: RuleBook) -> Filled:
    kind = "sqlite" if isinstance(store, SqliteStore) else "postgresql"
    return Filled(store.url, planted(kind)[1], book)


@pytest.fixture
def session(filled: Filled) -> Iterator[Session]:
    with open_session(filled.url) as opened:
        yield opened


def read_whole(session: Session, filled: Filled, wanted: Wanted, limit: int) -> list[Line]:
    found: list[Line] = []
    while True:
        one = page(session, wanted, viewer(filled.book), Part(after=found[-1] if found else None, limit=limit))
        found += one.lines
        if not one.more:
            return found
        assert len(one.lines) == limit


def read_back(session: Session, filled: Filled, wanted: Wanted, last: Line, limit: int) -> list[Line]:
    found = [last]
    while True:
        one = page(session, wanted, viewer(filled.book), Part(before=found[0], limit=limit))
        found[:0] = one.lines
        if not one.more:
            return found


@pytest.mark.parametrize("way", WAYS)
def test_every_view_order_and_condition_is_what_it_says_forwards_and_back(
    filled: Filled, session: Session, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for name, value in zip(("BUDGET", "SMALL", "LARGE", "HUGE"), WAYS[way], strict=True):
        monkeypatch.setattr(pages, name, value)
    dice = random.Random(way)
    every = list(product(VIEWS, SORTS, (True, False)))
    matched = 0
    # PostgreSQL plans each statement anew: there each query goes one of the ways.
    turn = len(WAYS) if filled.url.startswith("postgresql") else 1
    for query in ("", *QUERIES[1 + list(WAYS).index(way) % turn :: turn]):
        chosen = [("flagged", "score", True), *dice.sample(every, 3)] if query else every[::turn]
        for view, sort, falling in chosen:
            wanted = Wanted(View(view, ""), query, sort, falling)
            whole = expected(filled.grown, view, query, sort, falling)
            limit = dice.choice((7, 40))
            found = read_whole(session, filled, wanted, limit)
            assert [line.number for line in found] == whole, (way, wanted)
            assert count(session, wanted, viewer(filled.book)) == len(whole), wanted
            matched += len(whole)
            if found:
                back = read_back(session, filled, wanted, found[-1], limit)
                assert [line.number for line in back] == whole, (way, wanted)
    assert matched > 1_000, "what finds nothing tries nothing"


def test_a_line_says_what_stands_in_the_case_covered(filled: Filled, session: Session) -> None:
    found = read_whole(session, filled, Wanted(View("flagged", ""), "hidden:yes"), 50)
    by_number = {one.case.id: one for one in filled.grown}
    for line in found:
        one = by_number[line.number]
        assert (line.findings, line.rules) == (len(one.rules), tuple(sorted(set(one.rules))))
        assert (line.score, line.people, line.rupiah, line.due) == (
            one.score, one.case.people, one.case.rupiah, one.case.overdue_since,
        )  # fmt: skip
        assert line.region == (common_region(set(one.regions)) or one.case.province)
        assert line.seen == 1
        if one.kind == "person" and one.name and "Siti" in one.name:
            assert line.party == "S. A."
    assert {line.hidden for line in found} == {True, False}


def test_a_page_goes_on_where_it_ended_whatever_others_do_meanwhile(filled: Filled) -> None:
    wanted = Wanted(View("flagged", ""), "", "people")
    whole = expected(filled.grown, "flagged", "", "people", True)
    with open_session(filled.url) as session:
        first = page(session, wanted, viewer(filled.book), Part(limit=10))
    with open_session(filled.url, write=True) as session:
        session.get_one(Case, first.lines[-1].number).stage = "confirmed"
        session.get_one(Case, whole[3]).people = None
        session.get_one(Case, whole[14]).stage = "dismissed"
        session.commit()
    with open_session(filled.url) as session:
        rest = page(session, wanted, viewer(filled.book), Part(after=first.lines[-1], limit=10))
        before = page(session, wanted, viewer(filled.book), Part(before=first.lines[-1], limit=10))
    assert [line.number for line in rest.lines] == [*whole[10:14], *whole[15:21]]
    assert [line.number for line in before.lines] == [number for number in whole[:9] if number != whole[3]]


def test_a_line_of_another_order_is_found_again(filled: Filled, session: Session) -> None:
    line = page(session, Wanted(View("flagged", "")), viewer(filled.book), Part(limit=20)).lines[-1]
    whole = expected(filled.grown, "flagged", "", "rupiah", False)
    rest = page(
        session, Wanted(View("flagged", ""), "", "rupiah", False), viewer(filled.book), Part(after=line, limit=5)
    )
    place = whole.index(line.number) + 1
    assert [one.number for one in rest.lines] == whole[place : place + 5]


def test_lines_are_read_anew_and_who_left_the_list_is_missing(filled: Filled, session: Session) -> None:
    wanted = Wanted(View("flagged", ""), "", "due", False)
    whole = expected(filled.grown, "flagged", "", "due", False)
    other = next(one.case.id for one in filled.grown if one.case.stage == "confirmed")
    found = lines(session, wanted, viewer(filled.book), (whole[5], other, whole[2], 99_999))
    assert [line.number for line in found] == [whole[2], whole[5]]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("regions", [("19",), ("31.71", "32")])
def test_who_is_for_some_regions_is_shown_those_alone(
    filled: Filled, monkeypatch: pytest.MonkeyPatch, way: str, regions: tuple[str, ...]
) -> None:
    for name, value in zip(("BUDGET", "SMALL", "LARGE", "HUGE"), WAYS[way], strict=True):
        monkeypatch.setattr(pages, name, value)

    def theirs(one: Grown) -> bool:
        places = [one.case.province, *one.regions, one.past or ""]
        return any(f"{place}.".startswith(f"{code}.") for place in places for code in regions)

    grown = [one for one in filled.grown if theirs(one)]
    assert 0 < len(grown) < len(filled.grown)
    who = Who("rina", Person("rina", "Rina", frozenset({"supervisor"}), regions))
    with open_for(filled.url, who, lambda: datetime(2026, 11, 20, tzinfo=UTC)) as session:
        for view, query, sort in product(("flagged", "overdue"), ("", "timah", "region:19.71", "rule:PDS*"), SORTS):
            wanted = Wanted(View(view, ""), query, sort)
            whole = expected(grown, view, query, sort, True)
            assert [line.number for line in read_whole(session, filled, wanted, 9)] == whole, wanted
            assert count(session, wanted, viewer(filled.book)) == len(whole), wanted


def test_a_line_with_faults_lists_nothing(filled: Filled, session: Session) -> None:
    with pytest.raises(QueryError, match=r"(?s)no condition 'regon'.*did you mean 'region'\?"):
        page(session, Wanted(View("flagged", ""), "regon:19"), viewer(filled.book), Part())


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", ["walked", "gathered"])
def test_no_page_looks_at_every_case(
    filled: Filled, session: Session, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for name, value in zip(("BUDGET", "SMALL", "LARGE", "HUGE"), WAYS[way], strict=True):
        monkeypatch.setattr(pages, name, value)
    connection = session.connection()
    asked: list[tuple[str, tuple[object, ...]]] = []

    def noted(_connection: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        asked.append((statement, parameters))

    # Referrals are few and have no index of offices; of what is overdue nobody looks among cases without a deadline.
    queries = [query for query in QUERIES if not query.startswith(("office", "due", "-due"))]
    event.listen(connection, "before_cursor_execute", noted)
    for view, sort, query in product(("flagged", "disnaker"), SORTS, queries):
        page(session, Wanted(View(view, ""), query, sort), viewer(filled.book), Part(limit=3))
    event.remove(connection, "before_cursor_execute", noted)
    plans = {
        (str(row[3]), statement)
        for statement, parameters in asked
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    }
    whole = [
        plan
        for plan in plans
        if plan[0].split()[:2] in [["SCAN", name] for name in ("c", "f", "p", "case_file", "finding", "party")]
        and "INDEX ix_" not in plan[0]
    ]  # fmt: skip
    assert len(asked) > 100
    assert not whole, whole[:3]
    walked = [statement for statement, _ in asked if "AS run," in statement]
    sorts = {
        plan for plan, statement in plans if statement in walked and plan.startswith("USE TEMP B-TREE FOR ORDER BY")
    }
    assert not sorts, "a walk sorts nothing"
