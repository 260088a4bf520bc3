"""What a person did last is taken back while it is private: the case is as it was, and its chain tells both."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from tests.cases.office import replaced, write_office, write_register
from tests.cases.stores import SqliteStore, Store, unsound

pytestmark = pytest.mark.nights

FOUND = date(2026, 11, 20)
PEOPLE = """people:
  rina: {name: Rina, roles: [supervisor, inspector, auditor], regions: all}
  sari: {name: Sari, roles: [supervisor, exporter], regions: ["19"]}
  tini: {name: Tini, roles: [inspector], regions: all}
"""
GROUND = ("--reason", "r", "--owner", "Budi")
PROOF = ("--proof", "SK-4")
REGISTER = {"WLKP-0025": 25, "WLKP-0030": 30}
TABLES = {
    "case_file": "id, stage, stage_before, queue, confirmed_queue, confirmed_by, confirmed_at, snoozed_until, "
    "assigned_to, severity, resolved_on",
    "finding": "id, state, episode, case_id, resolved_on",
}
"""What an act changes, and an undo brings back."""


class Office:
    """Two large employers, a case for each; each command is said as somebody on some day."""

    def __init__(self, patuh: Callable[..., Any], folder: Path, store: Store) -> None:
        self._patuh, self.store, self.folder = patuh, store, folder
        self.config = write_office(folder)
        replaced(self.config, "store: sqlite:///patuh.db", f"store: {store.url}")
        replaced(self.config, "offices:\n", f"{PEOPLE}offices:\n")
        write_register(folder, REGISTER)

    def __call__(self, command: str, *words: object, on: int = 0, user: str = "rina") -> Any:
        day = FOUND + timedelta(days=on)
        return self._patuh(*command.split(), *words, "--config", self.config, "--lang", "en", day=day, user=user)

    def done(self, command: str, *words: object, on: int = 0, user: str = "rina") -> str:
        said = self(command, *words, on=on, user=user)
        assert said.code is ExitCode.DONE, said.err
        return " ".join((said.out + said.err).split())

    def refused(self, number: int = 1, on: int = 0, user: str = "rina") -> str:
        said = self("cases undo", number, on=on, user=user)
        assert said.code is ExitCode.USAGE, said.out
        return " ".join(said.err.split())

    def stands(self) -> list[Any]:
        return [self.store.ask(f"SELECT {columns} FROM {table} ORDER BY 1") for table, columns in TABLES.items()]

    def kinds(self, number: int = 1) -> list[str]:
        return self.store.ask(f"SELECT kind FROM event WHERE case_id = {number} ORDER BY seq")

    def sound(self) -> bool:
        return unsound(self.store) == [] and self("audit verify").code is ExitCode.DONE


@pytest.fixture
def office(patuh: Callable[..., Any], tmp_path: Path, make_store: Callable[..., Store]) -> Office:
    made = Office(patuh, tmp_path / "office", make_store(blank=True))
    made.done("scan")
    return made


ACTS: dict[str, tuple[tuple[object, ...], ...]] = {
    "confirmed": (("cases confirm", 1),),
    "redirected": (("cases redirect", 1, "--queue", "disnaker", "--reason", "r"),),
    "assigned": (("cases assign", 1, "tini"),),
    "snoozed": (("cases snooze", 1, "--until", "2026-12-01", "--reason", "r"),),
    "woken": (("cases snooze", 1, "--until", "2026-12-01", "--reason", "r"), ("cases wake", 1)),
    "waived": (("cases waive", 1, "--rule", "SIZE-01", *GROUND, *PROOF),),
    "dismissed": (("cases dismiss", 1, *GROUND),),
}


@pytest.mark.parametrize("kind", ACTS)
def test_each_act_that_stays_in_the_office_is_taken_back(office: Office, kind: str) -> None:
    *before, last = ACTS[kind]
    if kind == "redirected":
        office.done("cases confirm", 1)
        office.store.change("UPDATE case_file SET confirmed_queue = 'kejaksaan' WHERE id = 1")
    for command, *words in before:
        office.done(str(command), *words)
    stood = office.stands()
    office.done(str(last[0]), *last[1:])
    assert office.stands() != stood
    assert "Case 1: taken back: " in office.done("cases undo", 1)
    assert office.stands() == stood
    assert office.kinds()[-2:] == [kind, "undone"]
    (payload,) = office.store.ask("SELECT payload FROM event_payload WHERE case_id = 1 ORDER BY seq DESC LIMIT 1")
    seq = len(office.kinds()) - 1
    assert (json.loads(payload)["undoes"], json.loads(payload)["kind"]) == (seq, kind)
    assert f"event {seq} is taken back: " in office.done("cases show", 1)
    assert office.sound()
    assert "it is not taken back once it is on record: taken back" in office.refused()
    office.done(str(last[0]), *last[1:])
    assert office.kinds()[-1] == kind, "and may be done again"
    assert office.sound()


def test_an_undo_leads_back_to_the_act_before(office: Office) -> None:
    office.done("cases snooze", 1, "--until", "2026-12-01", "--reason", "r")
    office.done("cases assign", 1, "tini")
    office.done("cases assign", 1, "sari")
    office.done("cases snooze", 1, "--until", "2026-12-05", "--reason", "r")
    office.done("cases undo", 1)
    assert office.store.ask("SELECT snoozed_until FROM case_file WHERE id = 1") == ["2026-12-01"]
    assert "it is not taken back once it is on record: taken back" in office.refused(), "no second undo in a row"
    office.done("cases assign", 1, "rina")
    office.done("cases undo", 1)
    assert office.store.ask("SELECT assigned_to FROM case_file WHERE id = 1") == ["sari"]


def test_a_waiver_stays_where_one_of_its_cases_has_gone_on(office: Office) -> None:
    office.store.change("UPDATE case_file SET party_id = (SELECT party_id FROM case_file WHERE id = 1)")
    office.store.change("UPDATE finding SET party_id = (SELECT party_id FROM case_file WHERE id = 1)")
    office.done("cases waive", 1, "--whole-party", *GROUND, *PROOF)
    assert office.store.ask("SELECT DISTINCT stage FROM case_file") == ["dismissed"]
    office.done("cases note", 2, "--text", "dibaca")
    assert "something else has happened to the case since" in office.refused()
    assert "Case 2, to take back what was done last" in office.refused(), "the case is named that stands against it"
    assert "it is not taken back once it is on record: note" in office.refused(2)
    assert "undone" not in office.kinds(1)


def test_a_waiver_over_two_cases_goes_whole(office: Office) -> None:
    office.store.change("UPDATE case_file SET party_id = (SELECT party_id FROM case_file WHERE id = 1)")
    office.store.change("UPDATE finding SET party_id = (SELECT party_id FROM case_file WHERE id = 1)")
    stood = office.stands()
    office.done("cases waive", 1, "--whole-party", "--everywhere", *GROUND, *PROOF)
    office.done("cases undo", 2)
    assert office.stands() == stood
    assert office.kinds(1)[-1] == office.kinds(2)[-1] == "undone"
    assert [one["state"] for one in office("waivers list", "--json").json["waivers"]] == ["withdrawn"]
    assert office.sound()


def test_findings_come_back_as_they_were(office: Office) -> None:
    for act in (("cases dismiss", 1, *GROUND), ("cases waive", 1, "--whole-party", *GROUND, *PROOF)):
        office.store.change("UPDATE finding SET state = 'closing_proposed' WHERE case_id = 1")
        office.done(str(act[0]), *act[1:])
        office.done("cases undo", 1)
        assert office.store.ask("SELECT state FROM finding WHERE case_id = 1") == ["closing_proposed"]


def test_what_is_not_private_any_more_says_why(office: Office) -> None:
    office.done("cases confirm", 1)
    assert "not allowed, because rina did it" in office.refused(user="sari")
    if isinstance(office.store, SqliteStore):  # the other takes its people from the database: tests/cases/access
        assert "tini may not take back what one did last" in office.refused(user="tini")
    office.done("cases note", 1, "--text", "x")
    told = office.refused()
    assert "it is not taken back once it is on record: note" in told
    assert "what others may have built on is not taken back but put right by a further act" in told
    office.done("cases dismiss", 2, *GROUND)
    office.done("scan", on=1)
    assert "a scan has ended since" in office.refused(2, on=1)
    assert "There is no case 99." in office.refused(99)


def test_what_left_in_a_list_is_not_taken_back(office: Office) -> None:
    office.done("cases confirm", 1)
    office.done("cases confirm", 2)
    office.done("cases dismiss", 2, *GROUND)
    office.done("export disnaker", "--format", "csv", user="sari")
    assert office.store.ask("SELECT who, queue, cases FROM exported_list") == [("sari", "disnaker", 1)]
    assert "the case has left the office in an exported list since" in office.refused(1)
    office.done("cases undo", 2)
    assert office.kinds(2)[-1] == "undone", "a dismissed case was in no list"
    with pytest.raises(Exception, match="never edited"):
        office.store.change("UPDATE exported_list SET cases = 0")


def test_the_next_scan_goes_on_as_if_nothing_had_been(office: Office) -> None:
    for act in (
        ("cases dismiss", 1, "--until", "2026-11-20", *GROUND),
        ("cases waive", 1, "--whole-party", *GROUND, *PROOF),
    ):
        office.done(str(act[0]), *act[1:])
        office.done("cases undo", 1)
    scanned = office("scan", "--json", on=1).json
    assert (scanned["findings"]["reopened"], scanned["findings"]["kept"], scanned["cases"]["opened"]) == (0, 2, 0)
    assert scanned["ended"] == {"waivers": 0, "dismissals": 0}
    assert office.store.ask("SELECT stage FROM case_file ORDER BY id") == ["flagged", "flagged"]
    office.done("cases dismiss", 1, *GROUND, on=1)
    again = office("scan", "--json", on=2).json
    assert (again["findings"]["reopened"], again["cases"]["opened"]) == (0, 0), "a dismissal taken back ends no other"
    assert office.store.ask("SELECT stage FROM case_file WHERE id = 1") == ["dismissed"]
    shown = office.done("cases show", 1, on=2)
    assert "dismissed by rina, 20 November 2026, taken back 20 November 2026: r (Budi)" in shown
    assert "dismissed by rina, until registers say otherwise, in force: r (Budi)" in shown
    assert "let be by rina, until registers say otherwise: r" in office.done("cases list", "--stage", "dismissed", on=2)
    assert office.sound()


def test_a_confirmation_after_a_confirmation_leads_back_to_the_first(office: Office) -> None:
    office.done("cases confirm", 1, user="sari")
    office.store.change(
        "UPDATE finding SET moved_at = '2026-11-21 00:00:00+00', moved_on = '2026-11-21' WHERE case_id = 1"
    )
    stood = office.stands()
    office.done("cases confirm", 1, on=1)
    office.done("cases undo", 1, on=1)
    assert office.stands() == stood
    assert office.sound()


def test_a_redirection_says_what_stands_against_it(office: Office) -> None:
    def told(*words: object) -> str:
        said = office("cases redirect", 1, *words)
        assert said.code is ExitCode.USAGE
        return " ".join(said.err.split())

    to = ("--queue", "disnaker", "--reason", "r")
    assert "to send it to another office: not allowed, because the case has to be confirmed" in told(*to)
    office.done("cases confirm", 1)
    assert "it is headed for the disnaker already" in told(*to)
    assert "routing does not propose the kejaksaan for it" in told("--queue", "kejaksaan", "--reason", "r")
    assert "there is no queue 'disnakr'" in told("--queue", "disnakr", "--reason", "r")
    assert "No reason is given." in told("--queue", "disnaker", "--reason", " ")
    office.done("cases refer", 1, "--purpose", "laporan", "--document", "L-1", "--on", "2026-11-20")
    assert "an office has it already" in told(*to)
