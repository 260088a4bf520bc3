"""Files opened for the screen, one after the other: what is kept answers as what is made anew."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from cases.access.identity import identified
from cases.caseload.caseload import Caseload, Rulings
from cases.commands.reading import open_reading
from cases.exit_codes import ExitCode
from cases.rendering import case_parts
from cases.setting import Setting
from cases.wording import Wording
from rules.errors import UsageError
from tests.cases.conftest import DAY, JAKARTA, Office
from tests.cases.office import replaced

EN, ID = Wording("en"), Wording("id")
PEOPLE = """people:
  rina: {name: Rina Contoh, roles: [supervisor], regions: all}
  budi: {name: Budi Contoh, roles: [inspector], regions: ["31"]}
offices:
"""


@dataclass
class Desk:
    """An office, a clock, and the caseloads that were opened on it."""

    office: Office
    day: date = DAY
    opened: list[Caseload] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 8, tzinfo=JAKARTA)

    def caseload(self, login: str = "rina") -> Caseload:
        reading = open_reading(self.office.folder / "rules.yaml", None, "en", DAY)
        setting = Setting(now=self.now, seconds=lambda: 0.0, salt=lambda: bytes(32), user=login)
        who = identified(login, reading.configuration.people)
        made = Caseload(self.office.store.url, who, setting, lambda: Rulings(reading.configuration, reading.work))
        self.opened.append(made)
        return made

    def ask(self, sql: str) -> list[Any]:
        return self.office.store.ask(sql)


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    replaced(office.folder / "rules.yaml", "offices:\n", PEOPLE)
    made = Desk(office)
    yield made
    for one in made.opened:
        one.close()


def test_a_kept_file_is_the_file_that_another_caseload_makes(desk: Desk) -> None:
    caseload = desk.caseload()
    numbers = desk.ask("SELECT min(id) FROM case_file GROUP BY track, queue ORDER BY 1")
    first = [caseload.open(number, EN) for number in numbers]
    again = [caseload.open(number, EN) for number in numbers]
    assert again == first
    other = desk.caseload()
    assert [other.open(number, EN) for number in reversed(numbers)] == first[::-1]
    assert all(one.file.groups[0].findings[0].lines for one in first)


def test_the_file_is_what_the_command_line_prints(desk: Desk, patuh: Callable[..., Any]) -> None:
    number = desk.ask("SELECT min(id) FROM case_file")[0]
    said = patuh("cases", "explain", number, *desk.office.options, user="rina", day=DAY)
    assert said.code is ExitCode.DONE
    page = StringIO()
    Console(width=80, file=page).print(case_parts(desk.caseload().open(number, EN).file, EN))
    shown = re.sub("[^\\w]+", " ", page.getvalue()).split()
    assert shown == re.sub("[^\\w]+", " ", said.out.split("Next: patuh")[0]).split()
    assert len(shown) > 100


def test_an_event_by_another_person_drops_what_was_kept(desk: Desk, patuh: Callable[..., Any]) -> None:
    number = desk.ask("SELECT min(id) FROM case_file WHERE stage = 'flagged'")[0]
    caseload = desk.caseload()
    before = caseload.open(number, EN)
    said = patuh("cases", "note", number, "--text", "Seen by [red]another[/red].", *desk.office.options, user="rina")
    assert said.code is ExitCode.DONE, said.err
    after = caseload.open(number, EN)
    assert after.seen == before.seen + 1
    assert any("Seen by [red]another[/red]." in event.details for event in after.file.events)


def test_days_are_counted_anew_on_the_next_day(desk: Desk) -> None:
    number = desk.ask("SELECT min(id) FROM case_file WHERE overdue_since IS NOT NULL")[0]
    caseload = desk.caseload()
    before = caseload.open(number, EN)
    desk.day += timedelta(days=1)
    assert caseload.open(number, EN) != before


def test_each_language_has_its_own_file(desk: Desk) -> None:
    number = desk.ask("SELECT min(id) FROM case_file")[0]
    caseload = desk.caseload()
    english, indonesian = caseload.open(number, EN), caseload.open(number, ID)
    assert english.file.head[1] != indonesian.file.head[1]
    assert caseload.open(number, EN) == english


def test_evidence_names_the_register_and_the_day_that_it_spoke_of(desk: Desk) -> None:
    number = desk.ask("SELECT min(case_id) FROM finding WHERE rule = 'PDS-TK-01'")[0]
    (finding,) = [
        finding
        for group in desk.caseload().open(number, EN).file.groups
        if group.rule == "PDS-TK-01"
        for finding in group.findings
    ]
    said = {one.name: (one.source, one.as_of is not None) for one in finding.evidence}
    assert said["employed_workers"] == ("wlkp", True)
    assert said["registered_workers"] == ("membership", True)
    assert said["unregistered_workers"] == (None, False)  # worked out of the two


def test_a_case_that_is_not_there_and_one_of_another_region_are_refused(desk: Desk) -> None:
    number = desk.ask("SELECT min(id) FROM case_file")[0]
    kept = desk.caseload()
    kept.open(number, EN)
    with pytest.raises(UsageError, match="There is no case 999999"):
        kept.open(999_999, EN)
    if desk.office.store.url.startswith("sqlite"):  # of PostgreSQL, budi would need a login of his own
        with pytest.raises(UsageError, match=f"There is no case {number}"):
            desk.caseload("budi").open(number, EN)
        assert desk.ask("SELECT who, act, case_id FROM access_refusal") == [("budi", "read", number)]


def test_findings_beyond_the_first_are_fetched_on_demand_each_once(desk: Desk) -> None:
    number, rule = desk.ask("SELECT case_id, rule FROM finding WHERE case_id IS NOT NULL ORDER BY id LIMIT 1")[0]
    desk.office.store.change(
        "INSERT INTO finding (id, rule, fact, subject_key, episode, state, case_id, party_id, severity, region, line, "
        "below, warnings_spent, instalment_plan_kept, rule_version_id, opened_on, first_scan_id, scan_id, mark, "
        "evidence) "
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 64) "
        "SELECT 900000 + i, rule, fact, CASE WHEN i % 3 = 0 THEN 'X' ELSE 'K-' || i END, i, state, case_id, party_id, "
        "1 + i % 4, region, line, below, warnings_spent, instalment_plan_kept, rule_version_id, opened_on, "
        "first_scan_id, scan_id, mark, evidence FROM finding, n "
        f"WHERE id = (SELECT min(id) FROM finding WHERE case_id = {number} AND rule = '{rule}')"
    )
    caseload = desk.caseload()
    group = next(one for one in caseload.open(number, EN).file.groups if one.rule == rule)
    found = list(group.findings)
    while more := caseload.more(number, found[-1].number, EN):
        found += more
    wanted = desk.ask(
        f"SELECT id FROM finding WHERE case_id = {number} AND rule = '{rule}' "
        'ORDER BY severity DESC, subject_key COLLATE "C", episode DESC'.replace(
            'COLLATE "C"', "" if desk.office.store.url.startswith("sqlite") else 'COLLATE "C"'
        )
    )
    assert (len(wanted), group.count) == (65, 65)
    assert sorted(one.number for one in found) == sorted(wanted)
    assert [one.number for one in found] == wanted
    assert caseload.more(number, 1_234_567, EN) == ()
