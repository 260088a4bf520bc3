"""The past is proved: a kept run gives the same bytes again, or what was changed of it is named."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import cases.replay
import rules.load
from cases.exit_codes import ExitCode
from tests.cases.conftest import run_alone
from tests.cases.office import WORKERS, replaced, write_office, write_register

Run = Callable[..., Any]
DAY = date(2026, 11, 20)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return write_office(tmp_path / "office")


@pytest.fixture(scope="module")
def pristine_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office after its first night, which no test changes."""
    folder = write_office(tmp_path_factory.mktemp("office")).parent
    run_alone("scan", folder)
    return folder


@pytest.fixture
def scanned_office(pristine_office: Path, tmp_path: Path) -> Path:
    """The run file of an office of one's own after its first night."""
    return Path(shutil.copytree(pristine_office, tmp_path / "office")) / "rules.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The rule folder of this test alone."""
    own = Path(shutil.copytree(rules.load.shipped_folder(), tmp_path / "rules"))
    monkeypatch.setattr(rules.load, "shipped_folder", lambda: own)
    return own


def record(state: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(max((state / "runs").glob("*.json")).read_text(encoding="utf-8"))
    return found


def account(state: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((state / "kept" / record(state)["judged"]).read_text(encoding="utf-8"))
    return found


def kept(state: Path, name: str) -> Path:
    return state / "kept" / str(account(state)["files"][name])


def rows(state: Path, source: str = "wlkp") -> Path:
    return state / "snapshots" / str(record(state)["sources"][source]["digest"]) / "rows.parquet"


def test_a_run_gives_the_same_bytes_again_and_says_so_with_its_hashes(patuh: Run, office: Path) -> None:
    scanned = patuh("scan", "--config", office, "--json").json
    said = patuh("replay", "last", "--config", office)
    assert said.code is ExitCode.DONE, said.err
    answer = account(office.parent / ".patuh")["answer"]
    for wanted in (f"Replay of {scanned['run_id']} for 20 November 2026", "Proved:", answer["findings"][:40]):
        assert wanted in said.out
    told = patuh("replay", scanned["run_id"], "--config", office, "--json").json
    assert told["same"] is True
    assert {part: (one["then"], one["now"]) for part, one in told["answer"].items()} == {
        part: (sha256, sha256) for part, sha256 in answer.items()
    }
    assert all(len(one["now"]) == 64 for one in told["answer"].values())
    assert list((office.parent / ".patuh" / "replay").iterdir()) == []


def test_what_lies_there_now_changes_nothing_of_the_proof(patuh: Run, scanned_office: Path) -> None:
    replaced(scanned_office, "value: 20", "value: 2")
    write_register(scanned_office.parent, {"WLKP-0099": 99})
    said = patuh("replay", "last", "--config", scanned_office)
    assert said.code is ExitCode.DONE, said.err


DATES = {"2024-06-30": 2, "2025-06-30": 3, "2026-06-30": 1}


def test_three_days_of_three_limits_give_three_answers_each_proved(patuh: Run, office: Path) -> None:
    answers = {}
    for day, violations in DATES.items():
        scanned = patuh("scan", "--as-of", day, "--dry-run", "--json", "--config", office).json
        assert scanned["reconstruction"] is True
        assert scanned["outcomes"]["SIZE-01"]["violation"] == violations
        answers[scanned["run_id"]] = day
    write_register(office.parent, {"WLKP-0099": 99})
    findings = set()
    for run, day in answers.items():
        told = patuh("replay", run, "--config", office, "--json")
        assert told.code is ExitCode.DONE, told.err
        assert (told.json["as_of"], told.json["reconstruction"], told.json["same"]) == (day, True, True)
        findings.add(told.json["answer"]["findings"]["now"])
    assert len(findings) == 3


def test_a_rehearsal_says_how_it_is_proved_and_is_no_snapshot_of_its_day(patuh: Run, office: Path) -> None:
    said = patuh("scan", "--as-of", "2025-06-30", "--dry-run", "--config", office)
    assert "to prove the answer: patuh replay 2026" in said.out
    again = patuh("scan", "--as-of", "2025-06-30", "--config", office)
    assert again.code is ExitCode.USAGE
    assert "no snapshot had landed by" in again.err
    write_register(office.parent, {"WLKP-0003": 3})
    assert patuh("scan", "--config", office).code is ExitCode.DONE, "its rows are no measure for a run"
    proved = patuh("replay", "last", "--config", office, day=DAY)
    assert "A reconstruction" not in proved.out


def test_a_past_day_on_its_own_snapshot_is_proved_too(patuh: Run, office: Path) -> None:
    patuh("scan", "--config", office)
    later = DAY + timedelta(days=3)
    scanned = patuh("scan", "--as-of", "2026-11-21", "--dry-run", "--json", "--config", office, day=later).json
    assert scanned["reconstruction"] is False
    told = patuh("replay", scanned["run_id"], "--config", office, "--json", day=later).json
    assert (told["same"], told["as_of"]) == (True, "2026-11-21")


# the kept text, what is changed in it, and what is said of it
TAMPERED = [
    ("rules/packs/registration/PWBD-01.yaml", b"employed_workers >= 1", b"employed_workers >= 9",
     ["rule PWBD-01 (registration): kept with sha256"]),
    ("rules/parameters/deadlines.yaml", b"value: 90", b"value: 91",
     ["parameter headcount_gap_days values: was 90 from 2011-11-25; is 91 from 2011-11-25"]),
    ("rules/routing.yaml", b"queue: kejaksaan", b"queue: disnaker", ["routing routing.yaml: kept with sha256"]),
    ("rules/facts.yaml", b"employer:", b"Employer:", ["vocabulary facts.yaml: kept with sha256"]),
    ("run file", b"value: 20", b"value: 21",
     ["run file: kept with sha256", "parameter smallest_office values: was 20 from 2026-01-01; is 21 from 2026-01-01"]),
    ("run file", b">= :smallest_office", b"> :smallest_office",
     ["rule SIZE-01 when: was employed_workers >= :smallest_office; is employed_workers > :smallest_office"]),
    ("calendar", b"2026-12-21 cuti_bersama", b"2026-12-22 cuti_bersama",
     ["calendar 2026-12-21: was cuti_bersama; is an ordinary day", "calendar 2026-12-22: was an ordinary day;"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "wanted"), TAMPERED, ids=lambda value: str(value)[:20])
def test_a_kept_text_that_was_changed_is_named(
    patuh: Run, scanned_office: Path, name: str, old: bytes, new: bytes, wanted: list[str]
) -> None:
    file = kept(scanned_office.parent / ".patuh", name)
    content = file.read_bytes()
    assert old in content
    file.write_bytes(content.replace(old, new, 1))
    said = patuh("replay", "last", "--config", scanned_office)
    assert said.code is ExitCode.CHANGED
    for one in wanted:
        assert one in said.out, said.out
    assert "Proved" not in said.out
    told = patuh("replay", "last", "--config", scanned_office, "--json").json
    assert (told["same"], told["answer"]) == (False, {})
    file.write_bytes(content)
    assert patuh("replay", "last", "--config", scanned_office).code is ExitCode.DONE


def test_a_changed_byte_of_a_register_is_named(patuh: Run, scanned_office: Path) -> None:
    file = rows(scanned_office.parent / ".patuh")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    said = patuh("replay", "last", "--config", scanned_office)
    assert said.code is ExitCode.CHANGED
    assert "register wlkp: rows.parquet: kept with sha256" in said.out


def test_what_landing_said_of_a_register_is_held_to_its_hash(patuh: Run, scanned_office: Path) -> None:
    replaced(
        rows(scanned_office.parent / ".patuh").with_name("landed.json"), '"unreadable_keys": 0', '"unreadable_keys": 1'
    )
    said = patuh("replay", "last", "--config", scanned_office)
    assert said.code is ExitCode.CHANGED
    assert "register wlkp: landed: kept with sha256" in said.out


@pytest.mark.parametrize("part", ["counts", "decisions"])
def test_a_changed_answer_is_named(patuh: Run, scanned_office: Path, part: str) -> None:
    state = scanned_office.parent / ".patuh"
    (state / "kept" / account(state)["answer"][part]).write_bytes(b"[]")
    said = patuh("replay", "last", "--config", scanned_office)
    assert said.code is ExitCode.CHANGED
    assert f"kept answer {part}: the kept text is not what was kept" in said.out


def test_a_changed_account_is_refused(patuh: Run, scanned_office: Path) -> None:
    state = scanned_office.parent / ".patuh"
    file = state / "kept" / record(state)["judged"]
    file.write_bytes(file.read_bytes().replace(b'"rules":[]', b'"rules":["SIZE-01"]'))
    said = patuh("replay", "last", "--config", scanned_office)
    assert said.code is ExitCode.USAGE
    assert "was changed after the run" in said.err
    assert f"put back the file {file.name}" in said.err


def test_a_run_of_before_cannot_be_proved_and_says_why(patuh: Run, scanned_office: Path) -> None:
    file = max((scanned_office.parent / ".patuh" / "runs").glob("*.json"))
    old = json.loads(file.read_text(encoding="utf-8"))
    del old["judged"]
    file.write_text(json.dumps(old), encoding="utf-8")
    said = patuh("replay", "last", "--config", scanned_office)
    assert said.code is ExitCode.USAGE
    assert "kept no account of what it was judged by" in said.err


def purge_rows(state: Path) -> str:
    shutil.rmtree(rows(state).parent)
    return "wlkp"


def purge_text(state: Path) -> str:
    kept(state, "rules/routing.yaml").unlink()
    return "rules/routing.yaml"


def purge_account(state: Path) -> str:
    (state / "kept" / record(state)["judged"]).unlink()
    return "the account of the run"


@pytest.mark.parametrize("purge", [purge_rows, purge_text, purge_account])
def test_what_is_gone_says_purged(patuh: Run, scanned_office: Path, purge: Callable[[Path], str]) -> None:
    gone = purge(scanned_office.parent / ".patuh")
    said = patuh("replay", "last", "--config", scanned_office)
    assert said.code is ExitCode.NOT_JUDGED
    assert f"purged: {gone}; this run can no longer be proved" in said.out
    assert patuh("replay", "last", "--config", scanned_office, "--json").json["purged"] == [gone]
    assert "purged" in patuh("replay", "last", "--config", scanned_office, "--lang", "id").out


def test_another_version_of_a_program_is_named_where_the_answer_is_another(
    patuh: Run, scanned_office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        cases.replay, "answer_files", lambda _: dict.fromkeys(("findings", "notices", "unknowns"), "f" * 64)
    )
    told = patuh("replay", "last", "--config", scanned_office)
    assert told.code is ExitCode.CHANGED
    assert "and yet the answer is another one" in told.out
    assert "f" * 40 in told.out
    monkeypatch.setattr(cases.replay, "programs", lambda: {**cases.inputs.programs(), "duckdb": "99.0"})
    said = patuh("replay", "last", "--config", scanned_office)
    assert "program duckdb: was " in said.out
    assert "is 99.0" in said.out


def test_a_run_is_found_by_a_beginning_that_only_it_has(patuh: Run, office: Path) -> None:
    first = patuh("scan", "--config", office, "--json").json["run_id"]
    patuh("scan", "--config", office)
    assert patuh("replay", first[:15], "--config", office, "--json").json["run_id"] == first
    two = patuh("replay", "20261119T", "--config", office)
    assert two.code is ExitCode.USAGE
    assert "2 runs begin with '20261119T'" in two.err
    none = patuh("replay", f"{first[:-1]}-", "--config", office)
    assert none.code is ExitCode.USAGE
    assert f"the nearest is {first}" in none.err


def test_without_any_run_there_is_nothing_to_prove(patuh: Run, office: Path) -> None:
    said = patuh("replay", "last", "--config", office)
    assert said.code is ExitCode.USAGE
    assert "run patuh scan first" in said.err


def test_then_and_now_names_each_input_and_what_the_answer_would_be(
    patuh: Run, scanned_office: Path, folder: Path
) -> None:
    same = patuh("replay", "last", "--against", "now", "--config", scanned_office)
    assert "Nothing changed since" in same.out
    replaced(scanned_office, "value: 20", "value: 7")
    replaced(scanned_office, "complete: true", "complete: false")
    replaced(scanned_office, "name: name,", "name: id,")
    replaced(scanned_office, "severity: high", "severity: low")
    replaced(scanned_office.parent / "hari.csv", "2026-12-21", "2026-12-22")
    routing = folder / "routing.yaml"
    routing.write_text(routing.read_text(encoding="utf-8") + "# a comment of today\n", encoding="utf-8")
    said = patuh("replay", "last", "--against", "now", "--config", scanned_office)
    assert said.code is ExitCode.DONE, "the past is proved, whatever was changed since"
    for wanted in (
        "parameter smallest_office values: was 20 from 2026-01-01; is 7 from 2026-01-01",
        "rule SIZE-01 severity: was high otherwise; is low otherwise",
        "source wlkp: its text says otherwise in complete, columns.name; the kept rows stay as they were read then",
        "calendar 2026-12-21: was cuti_bersama; is an ordinary day",
        "routing routing.yaml: only its text changed",
    ):
        assert wanted in said.out, said.out
    told = patuh("replay", "last", "--against", "now", "--config", scanned_office, "--json").json
    assert told["same"] is True
    # 12 and 7 come in beside 25, which is now of low severity
    assert told["against_now"]["rules"]["SIZE-01"] == {
        "then": 1, "now": 3, "added": 2, "removed": 0, "otherwise": 1, "unknown_then": 0, "unknown_now": 0,
    }  # fmt: skip


def test_against_anything_but_now_is_refused(patuh: Run, office: Path) -> None:
    said = patuh("replay", "last", "--against", "yesterday", "--config", office)
    assert said.code is ExitCode.USAGE
    assert "--against 'yesterday' is not known" in said.err


def test_a_case_rests_on_the_runs_that_made_and_changed_its_findings(patuh: Run, office: Path) -> None:
    first = patuh("scan", "--config", office, "--json").json["run_id"]
    proved = patuh("replay", "1", "--config", office)
    assert proved.code is ExitCode.DONE, proved.err
    assert "the same evidence" in proved.out
    assert "*****0025" in proved.out
    assert "WLKP-0025" not in proved.out
    write_register(office.parent, {**WORKERS, "WLKP-0025": 26})
    second = patuh("scan", "--config", office, "--json", day=DAY + timedelta(days=1)).json["run_id"]
    told = patuh("replay", "1", "--config", office, "--json")
    assert told.code is ExitCode.DONE
    assert told.json["findings"] == [
        {"rule": "SIZE-01", "subject": "*****0025", "run_id": second, "proof": "same"},
    ]
    patuh("scan", "--config", office, day=DAY + timedelta(days=2))
    assert patuh("replay", "1", "--config", office, "--json").json["findings"][0]["run_id"] == second != first


def test_a_finding_whose_closing_is_proposed_rests_on_the_run_that_gave_it(patuh: Run, office: Path) -> None:
    first = patuh("scan", "--config", office, "--json").json["run_id"]
    replaced(office, "    when:\n", "    scope: [employed_workers < 25]\n    when:\n")
    large = "{name: larger ones are another rule's, and: {employed_workers: 25}, expect: not_applicable}"
    replaced(office, "        - {name: four are not", f"        - {large}\n        - {{name: four are not")
    second = patuh("scan", "--config", office, "--json", day=DAY + timedelta(days=1))
    assert second.code is ExitCode.DONE, second.err
    assert second.json["findings"]["kept"] == 0
    told = patuh("replay", "1", "--config", office, "--json")
    assert told.code is ExitCode.DONE
    assert told.json["findings"][0]["run_id"] == first
    assert told.json["findings"][0]["proof"] == "same"


def test_a_case_whose_run_is_purged_or_changed_says_so(patuh: Run, scanned_office: Path) -> None:
    state = scanned_office.parent / ".patuh"
    file = rows(state)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"x")
    changed = patuh("replay", "1", "--config", scanned_office)
    assert changed.code is ExitCode.CHANGED
    assert "its run is not proved" in changed.out
    purge_rows(state)
    purged = patuh("replay", "1", "--config", scanned_office, "--json")
    assert purged.code is ExitCode.NOT_JUDGED
    assert purged.json["findings"][0]["proof"] == "purged"


def test_a_case_of_a_run_that_was_killed_before_its_record_is_not_kept(patuh: Run, scanned_office: Path) -> None:
    max((scanned_office.parent / ".patuh" / "runs").glob("*.json")).unlink()
    said = patuh("replay", "1", "--config", scanned_office)
    assert said.code is ExitCode.NOT_JUDGED
    assert "its run kept no account" in said.out


def test_kept_files_that_this_version_cannot_read_are_no_fault_of_now(patuh: Run, scanned_office: Path) -> None:
    state = scanned_office.parent / ".patuh"
    told = account(state)
    text = kept(state, "run file").read_bytes().replace(b"    severity: high", b"    gravity: high")
    told["files"]["run file"] = hashlib.sha256(text).hexdigest()
    (state / "kept" / told["files"]["run file"]).write_bytes(text)
    judged = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    record_file = max((state / "runs").glob("*.json"))
    replaced(record_file, record(state)["judged"], hashlib.sha256(judged).hexdigest())
    (state / "kept" / hashlib.sha256(judged).hexdigest()).write_bytes(judged)
    said = patuh("replay", "last", "--config", scanned_office)
    assert said.code is ExitCode.USAGE
    assert "the kept files can no longer be read: rules.yaml:" in said.err
    assert "replay the run with the version of Patuh that made it" in said.err


def test_a_case_whose_stored_evidence_was_changed_is_not_proved(patuh: Run, scanned_office: Path) -> None:
    with closing(sqlite3.connect(scanned_office.parent / "patuh.db")) as store:
        store.execute("UPDATE finding SET evidence = replace(evidence, '25', '52')")
        store.commit()
    said = patuh("replay", "1", "--config", scanned_office)
    assert said.code is ExitCode.CHANGED
    assert "other evidence" in said.out


def test_a_case_that_there_is_not_and_one_without_findings(patuh: Run, scanned_office: Path) -> None:
    none = patuh("replay", "2026", "--config", scanned_office)
    assert none.code is ExitCode.USAGE
    assert "There is no case 2026." in none.err
    assert "a run begins like 20261120T" in none.err
    write_register(scanned_office.parent, {**WORKERS, "WLKP-0025": 2})
    patuh("scan", "--config", scanned_office, day=DAY + timedelta(days=1))
    closed = patuh("replay", "1", "--config", scanned_office)
    assert closed.code is ExitCode.USAGE
    assert "Case 1 has no open finding." in closed.err


def test_a_province_is_proved_too(patuh: Run, scanned: Path) -> None:
    said = patuh("replay", "last", "--config", scanned / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.DONE, said.out
    assert "Proved:" in said.out
    case = patuh("replay", "1", "--config", scanned / "rules.yaml")
    assert case.code is ExitCode.DONE, case.out
