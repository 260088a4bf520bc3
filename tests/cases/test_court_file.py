"""`patuh audit show`: one case as a court gets it, and all that proves it."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cases.exit_codes import ExitCode
from tests.cases.conftest import DAY, Office
from tests.cases.office import replaced
from tests.cases.stores import SqliteStore
from tests.cases.test_audit import disarm

Run = Callable[..., Any]


def case_of(office: Office, rule: str) -> tuple[int, int]:
    """A case with a finding of this rule, and the finding."""
    asked = f"SELECT case_id, id FROM finding WHERE rule = '{rule}' AND case_id IS NOT NULL ORDER BY id LIMIT 1"
    return office.store.ask(asked)[0]  # type: ignore[no-any-return]


def whole_lines(text: str) -> tuple[str, str]:
    """All lines but the last two, and the sha256 that the last one says."""
    *lines, _, digest = text.splitlines()
    return "\n".join(lines) + "\n", digest


def test_the_file_shows_what_was_found_by_what_and_proves_it(patuh: Run, office: Office) -> None:
    number, finding = case_of(office, "PDS-UPAH-02")
    patuh("cases", "confirm", number, "--queue", "disnaker", *office.options, user="sari")
    patuh(
        "cases", "record", number, "violation_proof", "--document", "LHP-1", "--on", DAY, *office.options, user="sari"
    )
    said = patuh("audit", "show", number, "--json", *office.options, user="tini")
    assert said.code is ExitCode.DONE, said.err
    file = said.json
    digest = file.pop("sha256")
    text = json.dumps(file, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == digest
    assert (file["schema"], file["holds"], file["missing"], file["made_by"]) == (1, True, [], "tini")

    proved = next(one for one in file["findings"] if one["number"] == finding)
    evidence = {one["name"]: one for one in proved["evidence"]}
    assert evidence["reported_wage"]["value"] == "****"
    assert evidence["reported_wage"]["personal"] == "sensitive"
    assert (evidence["region"]["source"], evidence["region"]["as_of"]) == ("wages", "2026-11-15")
    assert evidence["below"]["source"] is None
    rule = next(one for one in file["rules"] if one["sha256"] == proved["rule_sha256"])
    assert rule["whole"]
    assert hashlib.sha256(rule["text"].encode()).hexdigest() == rule["sha256"]
    assert "id: PDS-UPAH-02" in rule["text"]
    assert any(one["name"] == "minimum_wage" and one["values"][0]["source"] for one in file["parameters"])
    (run,) = file["runs"]
    assert run["run"] == proved["found_by"] == proved["judged_by"]
    wages = next(one for one in run["registers"] if one["source"] == "wages")
    assert wages["sha256"] == hashlib.sha256((office.folder / "upah.csv").read_bytes()).hexdigest()
    assert wages["state"] == "whole"
    assert hashlib.sha256(run["calendar"].encode()).hexdigest() == run["files"]["calendar"]
    assert [one["kind"] for one in file["events"]] == ["opened", "confirmed", "recorded"]
    for event in file["events"]:
        assert hashlib.sha256((event["salt"] + event["payload"]).encode()).hexdigest() == event["payload_sha256"]
    assert [(one["number"], one["seq"]) for one in file["anchors"]] == [(1, 1)]
    assert file["anchors"][0]["hash"] == file["events"][0]["hash"]

    for language, holds in (("en", "The chain holds."), ("id", "Rantai utuh.")):
        page = patuh("audit", "show", number, *office.options[:2], "--lang", language, user="tini")
        assert page.code is ExitCode.DONE, page.err
        lines, digest = whole_lines(page.out)
        assert hashlib.sha256(lines.encode()).hexdigest() == digest
        assert max(map(len, lines.splitlines())) <= 80
        for shown in (holds, rule["sha256"], wages["sha256"], run["files"]["calendar"], ":minimum_wage", "LHP-1"):
            assert shown in lines, shown
        assert "reported_wage < " in lines


def test_it_goes_to_a_file_and_uncovered_only_for_a_purpose(patuh: Run, office: Office) -> None:
    number, _ = case_of(office, "BPU-01")
    name = office.store.ask(f"SELECT p.name FROM party p JOIN case_file c ON c.party_id = p.id WHERE c.id = {number}")[
        0
    ]
    into = office.folder / "berkas.txt"
    said = patuh("audit", "show", number, "--to", into, *office.options, user="sari")
    assert (said.code, said.out) == (ExitCode.DONE, "")
    assert f"The file of case {number} is written" in said.err
    assert name not in into.read_text("utf-8")
    assert "Identifiers and names of persons are covered." in into.read_text("utf-8")
    refused = patuh("audit", "show", number, "--unmask", *office.options, user="sari")
    assert "identifiers are uncovered only for a stated purpose" in refused.err
    seen = patuh("audit", "show", number, "--unmask", "--purpose", "sidang", *office.options, user="sari").out
    assert name in seen
    assert "Identifiers are uncovered, for: sidang" in seen
    assert "sari: identifiers uncovered" in seen
    lost = patuh("audit", "show", 99999, *office.options, user="sari")
    assert lost.code is ExitCode.USAGE
    assert "There is no case 99999." in lost.err


def test_what_is_gone_or_changed_is_named(patuh: Run, scanned: Path) -> None:
    """Today's rule is another one: the file shows that of then, as long as it is kept."""
    office = Office(scanned, SqliteStore(scanned / "patuh.db"))
    options = office.options
    replaced(scanned / "rules.yaml", "registration, wages, ", "registration, ")
    listed = patuh("cases", "list", "--rule", "PDS-UPAH-02", "--limit", 1, *options).out
    number = next(word for word in listed.split() if word.isdigit())
    page = patuh("audit", "show", number, *options).out
    assert "reported_wage < " in page
    assert "Everything was shown." in page

    snapshot = json.loads(next((scanned / ".patuh" / "runs").glob("*.json")).read_text("utf-8"))["sources"]["wages"]
    shutil.rmtree(scanned / ".patuh" / "snapshots" / snapshot["digest"])
    gone = patuh("audit", "show", number, "--json", *options).json
    states = {one["source"]: one["state"] for run in gone["runs"] for one in run["registers"]}
    assert (states["wages"], states["wlkp"]) == ("purged", "whole")
    for text in (scanned / ".patuh" / "kept").iterdir():
        if b"id: PDS-UPAH-02\n" in text.read_bytes():
            text.unlink()
    lost = patuh("audit", "show", number, *options)
    assert lost.code is ExitCode.DONE
    told = " ".join(lost.out.split())
    assert "the rule files that it judged by are not what was kept" in told
    assert "no kept run has the rule as it was judged by; its conditions are shown by today's" in told
    assert "id: PDS-UPAH-02" in told  # the store has its text

    disarm(office.store)
    office.store.change(f"UPDATE event SET who = 'scam' WHERE case_id = {number}")
    broken = patuh("audit", "show", number, *options)
    assert broken.code is ExitCode.BROKEN
    assert f"case {number}, event 1: changed, moved or put in another's place" in broken.out
    assert "The chain does not hold." in broken.out
