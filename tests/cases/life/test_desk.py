"""Assignment by hand and by load, notes, and cases hidden for a while, through the command line on both stores."""

import itertools
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from cases.life.desk import in_turn, shares_of
from tests.cases.office import replaced, write_office
from tests.cases.stores import Store

DAY = date(2026, 11, 20)
PEOPLE = """people:
  patuh: {name: Patuh, roles: [supervisor, auditor], regions: all}
  sari: {name: Sari, roles: [inspector], regions: ["19"]}
  citra: {name: Citra, roles: [inspector, supervisor], regions: ["19.71"]}
  budi: {name: Budi, roles: [inspector], regions: ["31"]}
  edo: {name: Edo, roles: [exporter], regions: all}
  kota: {name: Kota, roles: [supervisor], regions: ["31"]}
assignment: {roles: [inspector], max_load: 3}
offices:
"""
REGIONS = ("19.71", "19.04", "31.71", "19.71", "33.01", "19.04", "19.71", "31.71", "19.71", "19.04")
SEEN_BY = {"19.71": ("citra", "sari"), "19.04": ("sari",), "31.71": ("budi",), "33.01": ()}


class Desk:
    """An office with a case for each of REGIONS, numbered from 1, and commands on it. `patuh` is a supervisor."""

    def __init__(self, patuh: Callable[..., Any], folder: Path, store: Store) -> None:
        self._patuh, self.store = patuh, store
        self.config = write_office(folder)
        replaced(self.config, "store: sqlite:///patuh.db", f"store: {store.url}")
        replaced(self.config, "offices:\n", PEOPLE)
        replaced(self.config, 'queue: disnaker, regions: ["19"]', 'queue: disnaker, regions: ["19", "31", "33"]')
        lines = [f"W-{n:02},CV Contoh {n},0{n:02}1222333444000,{at},{50 + n}\n" for n, at in enumerate(REGIONS, 1)]
        (folder / "wlkp.csv").write_text("id,name,npwp,region,workers\n" + "".join(lines), encoding="utf-8")
        assert self("scan").code is ExitCode.DONE

    def __call__(self, *words: object, day: date = DAY, user: str = "patuh") -> Any:
        return self._patuh(*words, "--config", self.config, "--lang", "en", day=day, user=user)

    def text(self, *words: object, day: date = DAY, user: str = "patuh") -> str:
        said = self(*words, day=day, user=user)
        return " ".join((said.out + said.err).split())

    def listed(self, *words: object, day: date = DAY) -> str:
        return self.text("cases", "list", *words, day=day)

    def assigned(self) -> dict[int, str | None]:
        return dict(self.store.ask("SELECT id, assigned_to FROM case_file ORDER BY id"))


@pytest.fixture
def desk(patuh: Callable[..., Any], tmp_path: Path, make_store: Callable[..., Store]) -> Desk:
    return Desk(patuh, tmp_path / "office", make_store(blank=True))


def greedy(seen_by: Mapping[int, tuple[str, ...]], loads: dict[str, int], most: int) -> dict[int, str]:
    """One case after the other to the least loaded that sees it: first those that few see."""
    given = {}
    for number in sorted(seen_by, key=lambda one: (len(seen_by[one]), _flags(seen_by[one]), one)):
        able = [login for login in seen_by[number] if loads[login] < most]
        if able:
            given[number] = min(able, key=lambda login: (loads[login], login))
            loads[given[number]] += 1
    return given


def _flags(able: tuple[str, ...]) -> str:
    return "".join("1" if login in able else "0" for login in ("budi", "citra", "sari"))


def test_cases_are_given_by_region_and_load(desk: Desk) -> None:
    assert desk("cases", "assign", 3, "budi").code is ExitCode.DONE
    said = desk.text("cases", "assign", "--by-load")
    seen = {n: SEEN_BY[at] for n, at in enumerate(REGIONS, 1) if n != 3}
    expected = greedy(seen, {"budi": 1, "citra": 0, "sari": 0}, 3) | {3: "budi"}
    assert {number: who for number, who in desk.assigned().items() if who} == expected
    assert "budi 1 2 citra 3 3 sari 3 3" in said
    assert "1 case stays with nobody: no such person sees it." in said
    assert "1 case stays with nobody: who sees it has max_load already." in said
    told = desk.store.ask("SELECT case_id, count(*) FROM event WHERE kind = 'assigned' GROUP BY case_id")
    assert dict(told) == dict.fromkeys(expected, 1)
    assert desk("audit", "verify").code is ExitCode.DONE
    assert desk("cases", "assign", "--by-load").code is ExitCode.DONE
    assert len(desk.store.ask("SELECT 1 FROM event WHERE kind = 'assigned'")) == len(expected), "nothing left to give"


def test_an_assignment_says_who_may_not_have_the_case_and_why(desk: Desk) -> None:
    refused = {
        ("2", "budi"): "budi does not see case 2. why: it lies outside of the regions 31",
        ("2", "citra"): "citra does not see case 2. why: it lies outside of the regions 19.71",
        ("2", "edo"): "edo may not work on cases. why: who has a case records its steps",
        ("2", "sary"): "sary is no person of this office why: a case is assigned to somebody who can log in and see "
        "it do: did you mean 'sari'?",
        ("2", "nobody"): "to assign it: not allowed, because it is assigned to nobody",
        ("99", "sari"): "There is no case 99.",
    }
    for words, told in refused.items():
        assert told in desk.text("cases", "assign", *words), words
    assert "needs a case and a person, or --by-load alone" in desk.text("cases", "assign", 2)
    assert "needs a case and a person, or --by-load alone" in desk.text("cases", "assign", 2, "sari", "--by-load")
    assert desk.assigned()[2] is None
    assert "Case 2: assigned to sari; recorded." in desk.text("cases", "assign", 2, "sari")
    assert "it is assigned to sari already" in desk.text("cases", "assign", 2, "sari")
    assert "Assigned to sari" in desk.text("cases", "show", 2)
    assert "Case 2: assigned to nobody; recorded." in desk.text("cases", "assign", 2, "nobody")
    assert desk.assigned()[2] is None


def test_without_receivers_nothing_is_given(desk: Desk) -> None:
    replaced(desk.config, "roles: [inspector], max_load", "roles: [exporter], max_load")
    told = desk.text("cases", "assign", "--by-load")
    assert "nobody can be given a case why: cases go to persons of rules.yaml with one of the roles exporter" in told
    assert "name them under people:, or other roles under assignment: roles" in told


def test_lists_tell_whose_case_it_is(desk: Desk) -> None:
    for number in (1, 2):
        desk("cases", "assign", number, "sari")
    desk("cases", "assign", 4, "patuh")
    assert "2 cases in all." in desk.listed("--assigned-to", "sari")
    assert "→ sari" in desk.listed("--assigned-to", "sari")
    assert "1 case in all." in desk.listed("--assigned-to", "me")
    assert f"{len(REGIONS) - 3} cases in all." in desk.listed("--assigned-to", "nobody")
    assert "--assigned-to nobody --after" in desk.listed("--assigned-to", "nobody", "--limit", 1)
    unknown = desk.listed("--assigned-to", "sary")
    assert "did you mean 'sari'?" in unknown
    assert "a list of somebody who is not here would look as if they had nothing to do" in unknown


def test_a_note_stays_in_the_file(desk: Desk) -> None:
    assert "Case 1: note; recorded." in desk.text("cases", "note", 1, "--text", "Kantor pindah [ke] Sungailiat")
    assert "Kantor pindah [ke] Sungailiat" in desk.text("cases", "show", 1)
    assert "The note says nothing." in desk.text("cases", "note", 1, "--text", " ")
    assert "The note has 2,001 signs." in desk.text("cases", "note", 1, "--text", "x" * 2001)
    assert "write up to 2,000 signs with --text" in desk.text("cases", "note", 1, "--text", "x" * 2001)
    assert len(desk.store.ask("SELECT 1 FROM event WHERE kind = 'noted'")) == 1


def test_a_hidden_case_is_left_out_up_to_its_day_and_changes_no_outcome(desk: Desk) -> None:
    until = DAY + timedelta(days=5)
    before = desk.store.ask("SELECT stage, severity, decision_id FROM case_file WHERE id = 1")
    hidden = desk.text("cases", "snooze", 1, "--until", until, "--reason", "menunggu audit")
    assert "Case 1: hidden from lists until 25 November 2026; recorded." in hidden
    for day in (DAY, until):
        assert "9 cases in all." in desk.listed(day=day)
        assert "10 cases in all." in desk.listed("--snoozed", day=day)
    assert "10 cases in all." in desk.listed(day=until + timedelta(days=1))
    assert "hidden from lists until 25 November 2026 menunggu audit" in desk.text("cases", "show", 1)
    assert desk("scan", day=DAY + timedelta(days=1)).code is ExitCode.DONE
    assert desk.store.ask("SELECT stage, severity, decision_id FROM case_file WHERE id = 1") == before
    assert "Case 1: shown again; recorded." in desk.text("cases", "wake", 1)
    assert "10 cases in all." in desk.listed()
    assert "to show it again: not allowed, because it is not hidden" in desk.text("cases", "wake", 1)


def test_a_case_is_not_hidden_for_ever_nor_without_a_reason(desk: Desk) -> None:
    for until, reason, told in (
        ("2026-11-19", "r", "the day is before today, 20 November 2026"),
        ("2027-02-19", "r", "it can be hidden until 18 February 2027 at most (our design, not law)"),
        ("2026-11-20", " ", "No reason is given."),
        ("2026-02-30", "r", "is not a day of the calendar"),
    ):
        assert told in desk.text("cases", "snooze", 1, "--until", until, "--reason", reason)
    assert desk.store.ask("SELECT 1 FROM case_file WHERE snoozed_until IS NOT NULL") == []


def test_shares_and_turns_are_those_of_dealing_one_case_after_the_other() -> None:
    for loads, count, most in itertools.product(itertools.product(range(5), repeat=3), range(12), (0, 2, 4)):
        stand = dict(zip(("budi", "citra", "sari"), loads, strict=True))
        shares = shares_of(stand, count, most)
        dealt = greedy(dict.fromkeys(range(count), ("budi", "citra", "sari")), dict(stand), most)
        assert list(in_turn(stand, shares)) == [dealt[n] for n in sorted(dealt)], (stand, count, most)
        assert sum(shares.values()) == len(dealt)
