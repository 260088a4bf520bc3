"""What is over goes, the events stay and every chain holds; what is not over, and what is open, stays whole."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from rules.load import load
from rules.retention import Period
from tests.cases.conftest import DAY, Office, run_alone
from tests.cases.desk import new_desk
from tests.cases.office import WORKERS, replaced, write_office, write_register
from tests.cases.test_personal_data import change

Run = Callable[..., Any]

RETENTION = """retention:
  payloads: 60 days
  person: 90 days
  sensitive: 90 days
  company: 10 years
"""


def found(office: Office, rule: str) -> tuple[int, int, str, int]:
    """A finding alone in its case: the finding, the case, the subject, the party."""
    (row, *_) = office.store.ask(
        f"SELECT f.id, f.case_id, f.subject_key, f.party_id FROM finding f WHERE f.rule = '{rule}' AND NOT EXISTS "
        "(SELECT 1 FROM finding g WHERE g.party_id = f.party_id AND g.id <> f.id) ORDER BY f.id"
    )
    return row  # type: ignore[no-any-return]


def test_what_is_over_goes_and_every_chain_holds(patuh: Run, office: Office) -> None:
    store, options = office.store, office.options
    finding, case, member, party = found(office, "BPU-01")
    ((nik, name),) = store.ask(
        "SELECT i.value, p.name FROM party p JOIN party_identifier i ON i.party_id = p.id AND i.kind = 'nik' "
        f"WHERE p.id = {party}"
    )
    change(office.folder / "tagihan_bpu.csv", "no_peserta", member, {"bulan_menunggak": "0"})
    replaced(office.folder / "rules.yaml", "retention: {}\n", RETENTION)
    ended = DAY + timedelta(1)
    assert patuh("scan", *options, day=ended).code is ExitCode.DONE
    assert store.ask(f"SELECT stage FROM case_file WHERE id = {case}") == ["resolved"]
    others = store.ask(f"SELECT id, evidence, subject_key FROM finding WHERE id <> {finding} ORDER BY id")
    payloads = f"SELECT seq FROM event_payload WHERE case_id = {case} ORDER BY seq"
    everything = store.ask("SELECT count(*) FROM event_payload")[0]

    def purge(after: int, *words: str) -> dict[str, int]:
        said = patuh("audit", "purge", "--json", *words, *options, day=ended + timedelta(after), user="sari")
        assert said.code is ExitCode.DONE, said.err
        return {name: count for name, count in said.json.items() if count and name != "dry_run"}

    assert purge(60) == {}
    assert purge(61, "--dry-run") == {"cases": 1, "payloads": 2}
    assert store.ask(payloads) == [1, 2]
    told = patuh("audit", "purge", "--dry-run", *options, day=ended + timedelta(61), user="sari").out
    assert "payloads: 60 days; cases that ended before 22 November 2026" in told
    assert "Would be purged: 2 details of events, values of 0 findings and 0 parties in 1 cases; 0 registers." in told
    assert "Nothing was changed. Next: patuh audit purge" in told
    assert purge(61) == {"cases": 1, "payloads": 2}
    assert purge(61) == {}
    assert store.ask(payloads) == [3]
    assert json.loads(store.ask(f"SELECT payload FROM event_payload WHERE case_id = {case}")[0]) == {
        "purged": {"payloads": {"after": "60 days", "through": 2}}
    }
    assert purge(91) == {"cases": 1, "findings": 1, "parties": 1}
    assert purge(91) == {}
    ((evidence, key, mark),) = store.ask(f"SELECT evidence, subject_key, mark FROM finding WHERE id = {finding}")
    assert json.loads(evidence) == {"months_unpaid": 1, "name": None, "sector": "other"}
    assert (key, mark.startswith("purged.")) == (f"purged:{finding}", True)
    assert store.ask(f"SELECT name FROM party WHERE id = {party}") == [None]
    assert store.ask(f"SELECT kind FROM party_identifier WHERE party_id = {party}") == []
    assert store.ask(f"SELECT id, evidence, subject_key FROM finding WHERE id <> {finding} ORDER BY id") == others
    assert store.ask("SELECT count(*) FROM event_payload") == [everything - 2 + 2]
    if (file := office.folder / "patuh.db").exists():
        kept = b"".join(part.read_bytes() for part in office.folder.glob("patuh.db*"))
        assert file.stat().st_size
        assert nik.encode() not in kept
        assert f"person:{member}".encode() not in kept
    assert name not in patuh("cases", "show", case, *options).out

    assert_told(patuh, office, case, ended + timedelta(61))


def assert_told(patuh: Run, office: Office, case: int, purged: date) -> None:
    """What was purged is no fault, and said; a payload that nobody purged is one."""
    store, options = office.store, office.options
    held = patuh("audit", "verify", *options)
    assert held.code is ExitCode.DONE, held.out
    day = purged.strftime("%-d January %Y")
    assert f"2 events' details were purged on {day} by sari (payloads: 60 days); the chain says so itself." in held.out
    page = patuh("audit", "show", case, *options)
    assert page.code is ExitCode.DONE, page.err
    assert f"event 1: its details were purged on {day} by sari (payloads: 60 days)" in " ".join(page.out.split())
    assert "personal data purged" in page.out
    store.change(f"DELETE FROM event_payload WHERE case_id = {case} AND seq = 4")
    broken = patuh("audit", "verify", "--json", *options)
    assert broken.code is ExitCode.BROKEN
    assert [(one["kind"], one["case"], one["seq"]) for one in broken.json["faults"]] == [("payload_missing", case, 4)]


def test_nothing_is_purged_that_no_office_has_put_a_time_to(patuh: Run, scanned: Path) -> None:
    refused = patuh("audit", "purge", "--config", scanned / "rules.yaml", "--lang", "en", user="sari")
    assert refused.code is ExitCode.USAGE
    assert "the run file says of nothing how long it is kept" in refused.err
    assert "what is purged is gone for good" in refused.err
    assert "write retention: in rules.yaml (docs/proof.md)" in refused.err


def test_registers_go_with_their_run_unless_something_rests_on_it(patuh: Run, tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "office", WORKERS, None)
    options = ("--config", desk.config, "--lang", "en")
    replaced(desk.config, "packs: []", "packs: []\nretention: {snapshots: 90 days}")
    run_alone("scan", desk.folder)
    write_register(desk.folder, {**dict.fromkeys(WORKERS, 3), "WLKP-0025": 25})
    patuh("scan", *options)
    later = DAY + timedelta(200)
    assert patuh("audit", "purge", "--json", *options, day=later, user="sari").json["registers"] == 0
    write_register(desk.folder, dict.fromkeys(WORKERS, 3))
    patuh("scan", *options, day=DAY + timedelta(1))
    assert desk.store.ask("SELECT DISTINCT state FROM finding") == ["resolved"]
    first, second, third = sorted((desk.folder / ".patuh" / "runs").glob("*.json"))
    assert patuh("audit", "purge", "--json", *options, day=later, user="sari").json["registers"] == 2
    assert patuh("audit", "purge", "--json", *options, day=later, user="sari").json["registers"] == 0
    for run in (first, second):
        said = patuh("replay", run.stem, *options)
        assert said.code is ExitCode.NOT_JUDGED
        told = "purged: wlkp (on 8 June 2027 by sari; snapshots: 90 days); this run can no longer be proved"
        assert told in " ".join(said.out.split())
    assert patuh("replay", third.stem, *options).code is ExitCode.DONE
    write_register(desk.folder, WORKERS)
    patuh("scan", *options, day=DAY + timedelta(2))
    assert patuh("replay", first.stem, *options).code is ExitCode.DONE  # the same register was read again


@pytest.mark.parametrize(
    ("said", "before"),
    [
        (Period("30 days", 30, 0), date(2028, 3, 1)),
        (Period("1 month", 0, 1), date(2028, 2, 29)),
        (Period("13 months", 0, 13), date(2027, 2, 28)),
        (Period("4 years", 0, 48), date(2024, 3, 31)),
    ],
)
def test_a_period_lies_before_a_day(said: Period, before: date) -> None:
    assert said.before(date(2028, 3, 31)) == before


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("payloads: long", "stands where a time (400 days, 60 months, 10 years) is expected"),
        ("payloads: 30 days", "30 days is not longer than settle_days (30)"),
        ("person: 1 month", "1 month is not longer than settle_days (30)"),
        ("letters: 10 years", "a retention has no key 'letters'"),
    ],
)
def test_a_line_that_cannot_be_kept_to_is_a_fault(tmp_path: Path, line: str, told: str) -> None:
    config = write_office(tmp_path)
    replaced(config, "packs: []", f"packs: []\nretention: {{{line}}}")
    (fault,) = load(config).faults
    assert told in str(fault.what), fault
    assert fault.location.line == 5
