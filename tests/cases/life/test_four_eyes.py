"""Who proposes does not confirm: denda, TMP2T and an SKK pass through two persons' hands, as the commands say it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from tests.cases.office import replaced

Patuh = Callable[..., Any]
DAY = date(2026, 12, 28)
PEOPLE = """people:
  sari: {name: Sari Contoh, roles: [inspector], regions: ["19"]}
  tini: {name: Tini Contoh, roles: [supervisor], regions: ["19"]}
  budi: {name: Budi Contoh, roles: [supervisor], regions: ["19"]}
"""
DENDA = ("denda", "--document", "D-1/2026", "--signed-by", "Kepala", "--on", "2026-12-28")
WALKED = """
INSERT INTO case_step (case_id, step, document, dated, signer, received_on, deadline, who, at) VALUES
({case}, 'pemeriksaan', 'S/1', '2026-11-20', 'Kepala', NULL, NULL, 'sari', '2026-11-20 01:00:00'),
({case}, 'teguran_1', 'S/2', '2026-11-21', 'Kepala', '2026-11-21', '2026-12-04', 'sari', '2026-11-21 01:00:00'),
({case}, 'teguran_2', 'S/3', '2026-12-07', 'Kepala', '2026-12-07', '2026-12-21', 'sari', '2026-12-07 01:00:00');
INSERT INTO case_record (case_id, record, document, dated, who, at) VALUES
({case}, 'examination_report', 'R/1', '2026-11-20', 'sari', '2026-11-20 01:00:00'),
({case}, 'employer_answer', 'R/2', '2026-11-20', 'sari', '2026-11-20 01:00:00');
"""
"""Two warnings whose time is over on `DAY`."""


class Office:
    """One confirmed case that is ready for its denda; each command is run by a login."""

    def __init__(self, patuh: Patuh, folder: Path) -> None:
        self._patuh, self.folder = patuh, folder
        self.case = self.ask(
            "SELECT min(c.id) FROM case_file c JOIN party p ON p.id = c.party_id WHERE p.kind = 'employer' AND EXISTS "
            "(SELECT 1 FROM finding f JOIN rule_version v ON v.id = f.rule_version_id WHERE f.case_id = c.id "
            "AND v.family = 'registration')"
        )[0][0]

    def __call__(self, user: str, command: str, *words: object) -> tuple[Any, str]:
        options = ("--config", self.folder / "rules.yaml", "--lang", "en")
        said = self._patuh("cases", command, self.case, *words, *options, user=user, day=DAY)
        return said.code, " ".join((said.out + said.err).split())

    def ask(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "patuh.db")) as store, store:
            return store.execute(sql).fetchall()

    def events(self) -> list[Any]:
        return self.ask(f"SELECT kind, who FROM event WHERE case_id = {self.case} AND kind <> 'opened' ORDER BY seq")


@pytest.fixture
def office(patuh: Patuh, scanned: Path) -> Office:
    made = Office(patuh, scanned)
    with closing(sqlite3.connect(scanned / "patuh.db")) as store, store:
        store.executescript(WALKED.format(case=made.case))
        store.execute("UPDATE case_file SET stage = 'confirmed' WHERE id = ?", [made.case])
    return made


@pytest.fixture
def people(office: Office) -> Office:
    replaced(office.folder / "rules.yaml", "offices:\n", f"{PEOPLE}offices:\n")
    return office


def test_one_proposes_and_another_confirms(people: Office) -> None:
    code, said = people("tini", "step", *DENDA)
    assert code is ExitCode.DONE, said
    assert "Administrative fine (denda); proposed." in said
    assert "Nothing is done yet: another supervisor of its region has to confirm it." in said
    assert f"patuh cases approve {people.case}" in said
    assert people.ask("SELECT count(*) FROM case_step WHERE step = 'denda'") == [(0,)]
    assert "Administrative fine (denda): proposed by tini; another supervisor has to" in people("sari", "show")[1]

    code, said = people("budi", "step", *DENDA)
    assert code is ExitCode.USAGE
    assert "tini has proposed something that is not confirmed yet" in said
    assert f"a supervisor other than tini confirms it: patuh cases approve {people.case}" in said
    code, said = people("tini", "approve")
    assert code is ExitCode.USAGE
    assert "tini proposed it, and another person has to confirm it" in said
    assert "another supervisor of its region confirms it" in said
    assert "sari may not confirm what another person proposed" in people("sari", "approve")[1]

    code, said = people("budi", "approve")
    assert code is ExitCode.DONE, said
    assert "Administrative fine (denda); recorded." in said
    assert people.ask("SELECT document, who FROM case_step WHERE step = 'denda'") == [("D-1/2026", "budi")]
    assert people.ask("SELECT who, outcome, ended_by FROM case_proposal") == [("tini", "approved", "budi")]
    assert people.events() == [("put_forward", "tini"), ("step_taken", "budi")]
    shown = people("sari", "show")[1]
    assert "proposed, to be confirmed by another person" in shown
    assert "proposed by tini" in shown
    assert "nothing is proposed in it" in people("budi", "approve")[1]


def test_a_proposal_lapses_when_the_case_changes_under_it(people: Office) -> None:
    people("tini", "step", *DENDA)
    paper = ("--document", "88/PT", "--on", "2026-12-28")
    assert people("sari", "record", "denda_payment", *paper)[0] is ExitCode.USAGE  # of a denda that was not imposed
    assert people("sari", "pause", "--reason", "r")[0] is ExitCode.DONE
    assert "the case is paused" in people("budi", "approve")[1]
    assert people("sari", "resume", "--reason", "r")[0] is ExitCode.DONE
    laporan = ("laporan", "--document", "L/1", "--signed-by", "Kepala", "--on", "2026-12-28")
    assert people("sari", "step", *laporan)[0] is ExitCode.DONE
    code, said = people("budi", "approve")
    assert code is ExitCode.USAGE
    assert "the case has changed since tini proposed it, and the proposal has lapsed" in said
    assert "propose it anew, if it is still right" in said
    assert "proposed by tini; lapsed, for the case has changed since" in people("sari", "show")[1]
    assert people("budi", "step", *DENDA)[0] is ExitCode.DONE
    assert people.ask("SELECT who, outcome FROM case_proposal ORDER BY id") == [("tini", "lapsed"), ("budi", None)]
    assert people("tini", "approve")[0] is ExitCode.DONE


def test_a_proposal_is_taken_back_by_who_made_it_or_might_confirm_it(people: Office) -> None:
    people("tini", "step", *DENDA)
    assert "No reason is given" in people("tini", "retract", "--reason", " ")[1]
    assert "sari may not confirm what another person proposed" in people("sari", "retract", "--reason", "salah")[1]
    assert people("tini", "retract", "--reason", "salah surat")[0] is ExitCode.DONE
    assert "nothing is proposed in it" in people("budi", "approve")[1]
    people("sari", "step", *DENDA)
    assert people("budi", "retract", "--reason", "belum waktunya")[0] is ExitCode.DONE
    assert people.ask("SELECT who, outcome, ended_by, end_reason FROM case_proposal ORDER BY id") == [
        ("tini", "retracted", "tini", "salah surat"),
        ("sari", "retracted", "budi", "belum waktunya"),
    ]
    assert [kind for kind, _ in people.events()] == ["put_forward", "proposal_retracted"] * 2


def test_at_a_desk_of_one_it_is_done_and_the_event_says_so(office: Office) -> None:
    code, said = office("rina", "step", *DENDA)
    assert code is ExitCode.DONE, said
    assert "recorded." in said
    assert office.events() == [("step_taken", "rina")]
    assert "proposed and confirmed by one person: a desk of one" in office("rina", "show")[1]
