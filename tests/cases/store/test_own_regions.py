"""Two persons of two regions in one store: neither sees the other's rows, and their acts do not hinder each other."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from cases.access.gate import open_for
from cases.access.identity import Who
from cases.life.acts import Book, Interval, pause
from cases.service import Act
from cases.wording import Wording
from engine.detect import Work
from rules.configuration import Person
from rules.load import load_rule_book
from rules.working_days import shipped_calendar

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

AT = datetime(2026, 1, 2, tzinfo=UTC)


def test_what_two_persons_put_on_record_gets_numbers_of_its_own(nights: "Nights", say: Callable[..., Any]) -> None:
    nights.run(0, say("A"), say("B", region="31.71", province="31"))
    judged = Work(load_rule_book()[0], (), date(2026, 1, 2), shipped_calendar(None)[0], {}, nights.folder)
    book = Book(judged, (), Wording("en"))
    for login, region in (("sari", "19"), ("budi", "31")):
        who = Who(login, Person(login, login, frozenset({"supervisor"}), (region,)))
        (number,) = nights.ask(f"SELECT id FROM case_file WHERE province = '{region}'")
        with open_for(nights.url, who, lambda: AT, write=True) as session:
            pause(session, number, Act(login, AT, bytes(32)), book, Interval("menunggu"))
    assert nights.ask("SELECT id, who FROM case_pause ORDER BY id") == [(1, "sari"), (2, "budi")]
