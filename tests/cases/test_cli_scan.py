"""The scan through its own door: a province is read, judged, matched and written; the loop closes to the export."""

import csv
import io
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cases.exit_codes import ExitCode
from rules.load import load_rule_book

Run = Callable[..., Any]
DAY = date(2026, 11, 20)
QUIET = {"JAKON-03", "JAKON-04", "BPU-02", "IUR-02", "JAKON-02-BESAR", "KUR-01"}
"""Notices and trials: counted, and opening nothing."""
SCHEMA = json.loads((Path(__file__).parents[2] / "cases" / "summary.schema.json").read_text(encoding="utf-8"))


def truth(province: Path) -> Counter[str]:
    with (province / "truth.csv").open(encoding="utf-8", newline="") as stream:
        return Counter(row["rule"] for row in csv.DictReader(stream))


def content(province: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the store holds, the scans' own rows left out."""
    with closing(sqlite3.connect(province / "patuh.db")) as store:
        declared = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
        tables = [
            str(name)
            for name, made in store.execute(declared)
            if name != "scan" and not str(name).startswith("sqlite_")
            # An index of words keeps no rows of its own; the tables beneath it hold what it knows.
            if not str(made).startswith("CREATE VIRTUAL")
        ]
        return {name: sorted(store.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}


def scans(province: Path) -> int:
    with closing(sqlite3.connect(province / "patuh.db")) as store:
        return int(store.execute("SELECT count(*) FROM scan").fetchone()[0])


def test_the_night_finds_exactly_the_truth_and_says_so_to_a_machine(patuh: Run, province: Path) -> None:
    said = patuh("scan", "--config", province / "rules.yaml", "--json")
    assert said.code is ExitCode.DONE, said.err
    jsonschema.validate(said.json, SCHEMA)
    assert {rule: counts["violation"] for rule, counts in said.json["outcomes"].items()} == dict(truth(province))
    opening = {rule: count for rule, count in truth(province).items() if rule not in QUIET}
    assert said.json["findings"]["new"] == sum(opening.values())
    assert set(opening) < set(truth(province)) == set(load_rule_book()[0].rules)
    assert said.json["as_of"] == "2026-11-20"
    assert said.json["reconstruction"] is False
    assert set(said.json["queues"]) == {"disnaker", "kejaksaan"}
    assert sum(queue["proposed"] for queue in said.json["queues"].values()) == said.json["cases"]["opened"]
    assert list(said.json["seconds"]) == [
        "load", "land", "gate", "assemble", "detect", "match", "decide", "write", "record",
    ]  # fmt: skip
    assert said.out.count("\n") == 1


def test_the_same_night_again_changes_nothing(patuh: Run, scanned: Path) -> None:
    before = content(scanned)
    said = patuh("scan", "--config", scanned / "rules.yaml", "--json")
    assert said.code is ExitCode.DONE
    assert content(scanned) == before
    kept = len(before["finding"])
    assert said.json["findings"] == {"new": 0, "kept": kept, "resolved": 0, "reopened": 0, "held": 0}
    assert said.json["cases"] == {"opened": 0, "kept": len(before["case_file"]), "resolved": 0, "reopened": 0}
    assert scans(scanned) == 2


def test_a_person_reads_where_to_go_next(patuh: Run, province: Path) -> None:
    said = patuh("scan", "--config", province / "rules.yaml")
    assert said.code is ExitCode.DONE
    for wanted in ("20 November 2026", "PWBD-01", "disnaker", "kejaksaan", "patuh cases list --queue"):
        assert wanted in said.out
    assert said.err.count(" s\n") == 9
    english = patuh("scan", "--config", province / "rules.yaml", "--lang", "en")
    assert "Outcomes by rule" in english.out


def test_the_loop_closes_from_list_to_export(patuh: Run, scanned: Path) -> None:
    rules = ("--config", scanned / "rules.yaml")
    listed = patuh("cases", "list", "--queue", "kejaksaan", *rules)
    assert "KONSEP" in listed.out
    with closing(sqlite3.connect(scanned / "patuh.db")) as store:
        number = store.execute("SELECT min(id) FROM case_file WHERE queue = 'kejaksaan'").fetchone()[0]
    explained = patuh("cases", "explain", number, *rules)
    assert explained.code is ExitCode.DONE
    for wanted in ("IUR-03", "months_unpaid > :arrears_months", "TRUE", "UU 24/2011", "ARREARS-SKK"):
        assert wanted in explained.out, wanted
    assert patuh("cases", "show", number, *rules).code is ExitCode.DONE

    empty = patuh("export", "kejaksaan", "--format", "json", *rules)
    assert json.loads(empty.out)["count"] == 0
    confirmed = patuh("cases", "confirm", number, "--by", "Siti Supervisor", *rules)
    assert confirmed.code is ExitCode.DONE
    exported = patuh("export", "kejaksaan", "--format", "json", *rules)
    assert [case["case"] for case in json.loads(exported.out)["cases"]] == [number]
    table = patuh("export", "kejaksaan", "--format", "csv", *rules)
    assert {row["Kasus"] for row in csv.DictReader(io.StringIO(table.out.removeprefix("\ufeff")))} == {str(number)}
    book = scanned / "kejaksaan.xlsx"
    assert patuh("export", "kejaksaan", "--format", "xlsx", "--output", book, *rules).code is ExitCode.DONE
    assert book.read_bytes().startswith(b"PK")
    assert patuh("scan", *rules, "--json").json["queues"]["kejaksaan"]["confirmed"] == 1


def test_the_unknowns_of_the_last_scan_are_listed_with_whom_to_blame(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml")
    assert patuh("unknowns", *rules).code is ExitCode.STORE
    patuh("scan", *rules)
    said = patuh("unknowns", "--rule", "PDS-TK-01", *rules)
    assert said.code is ExitCode.DONE
    assert "PDS-TK-01" in said.out
    assert "membership" in said.out
    wrong = patuh("unknowns", "--rule", "PDS-TK-1", "--lang", "en", *rules)
    assert wrong.code is ExitCode.USAGE
    assert "did you mean 'PDS-TK-01'?" in wrong.err


def test_a_dry_run_says_what_would_change_and_leaves_no_store(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml")
    dry = patuh("scan", "--dry-run", "--json", *rules)
    assert dry.code is ExitCode.DONE, dry.err
    assert not (province / "patuh.db").exists()
    wet = patuh("scan", "--json", *rules)
    for part in ("outcomes", "by_region", "findings", "cases", "queues", "sources"):
        assert dry.json[part] == wet.json[part], part
    before = content(province)
    again = patuh("scan", "--dry-run", "--json", *rules)
    assert again.json["findings"]["new"] == 0
    assert content(province) == before
    assert scans(province) == 1
    assert "tidak ada yang ditulis" in patuh("scan", "--dry-run", *rules).out


def test_one_rule_alone_closes_nothing_of_the_others(patuh: Run, scanned: Path) -> None:
    rules = ("--config", scanned / "rules.yaml")
    before = content(scanned)
    said = patuh("scan", "--rule", "KUM-01", "--json", *rules)
    assert said.code is ExitCode.DONE
    assert list(said.json["outcomes"]) == ["KUM-01"]
    assert said.json["findings"]["resolved"] == 0
    assert content(scanned) == before


def drop(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")


def halve(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")


def cut(path: Path) -> None:
    content_of = path.read_bytes()
    path.write_bytes(content_of[: len(content_of) * 2 // 5])


@pytest.mark.parametrize(
    ("harm", "register", "source", "judges_not"),
    [
        (drop, "wlkp.csv", "wlkp", {"PWBD-01", "PDS-TK-01", "PDS-PROG-01", "IUR-02", "IUR-03"}),
        (empty, "wlkp.csv", "wlkp", {"PWBD-01", "PDS-TK-01", "IUR-03"}),
        (halve, "wlkp.csv", "wlkp", {"PWBD-01", "PDS-TK-01", "IUR-03"}),
        (drop, "kepesertaan.csv", "membership", {"PWBD-01", "PDS-TK-01"}),
        (halve, "kepesertaan.csv", "membership", {"PWBD-01", "PDS-TK-01"}),
        (cut, "kepesertaan.csv", "membership", {"PWBD-01", "PDS-TK-01"}),
        (empty, "mitra_kum.csv", "kum", {"KUM-01"}),
        (halve, "upah.csv", "wages", {"PDS-UPAH-01", "PDS-UPAH-02", "PDS-UPAH-02-TAMBANG", "DATA-01"}),
        (drop, "bukti_iuran.csv", "payment_proofs", {"JAKON-06"}),
    ],
)
def test_a_register_that_fails_closes_nothing_and_is_named(
    patuh: Run, scanned: Path, harm: Callable[[Path], None], register: str, source: str, judges_not: set[str]
) -> None:
    rules = ("--config", scanned / "rules.yaml")
    before = content(scanned)
    harm(scanned / register)
    said = patuh("scan", "--json", *rules)
    assert said.code is ExitCode.NOT_JUDGED, said.err
    assert said.json["findings"]["resolved"] == 0
    assert said.json["cases"]["resolved"] == 0
    assert content(scanned) == before
    assert judges_not <= {line["rule"] for line in said.json["not_judged"] if line["source"] == source}


def test_the_summary_says_which_rules_could_not_judge_and_why(patuh: Run, scanned: Path) -> None:
    drop(scanned / "kepesertaan.csv")
    said = patuh("scan", "--lang", "en", "--config", scanned / "rules.yaml")
    assert said.code is ExitCode.NOT_JUDGED
    told = said.out.partition("Could not be judged")[2]
    for wanted in ("PWBD-01", "PDS-TK-01", "membership"):
        assert wanted in told
    assert "Next: patuh sources check" in told


def test_registers_grow_stale_and_then_nothing_is_closed(patuh: Run, scanned: Path) -> None:
    rules = ("--config", scanned / "rules.yaml")
    before = content(scanned)
    later = patuh("scan", "--json", *rules, day=DAY + timedelta(days=60))
    assert later.code is ExitCode.NOT_JUDGED
    assert {line["rule"] for line in later.json["not_judged"]} == set(load_rule_book()[0].rules)
    assert later.json["findings"] == {"new": 0, "kept": 0, "resolved": 0, "reopened": 0, "held": 0}
    assert content(scanned) == before


def test_a_past_day_uses_what_had_landed_by_then(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml")
    first = patuh("scan", "--json", *rules)
    drop(province / "mitra_kum.csv")
    said = patuh("scan", "--dry-run", "--as-of", DAY, "--json", *rules, day=DAY + timedelta(days=3))
    assert said.code is ExitCode.DONE, said.err
    assert said.json["reconstruction"] is False
    assert said.json["outcomes"] == first.json["outcomes"]
    assert said.json["sources"] == first.json["sources"]


def test_a_past_day_is_not_measured_by_a_later_night(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml")
    register = province / "mitra_kum.csv"
    whole = register.read_bytes()
    halve(register)
    first = patuh("scan", "--json", *rules)
    register.write_bytes(whole)
    patuh("scan", *rules, day=DAY + timedelta(days=1))
    said = patuh("scan", "--dry-run", "--as-of", DAY, "--json", *rules, day=DAY + timedelta(days=2))
    assert said.json["sources"] == first.json["sources"]
    assert said.json["outcomes"] == first.json["outcomes"]


def test_a_store_does_not_go_back_in_time(patuh: Run, scanned: Path) -> None:
    rules = ("--config", scanned / "rules.yaml")
    assert patuh("scan", *rules, day=DAY + timedelta(days=1)).code is ExitCode.DONE
    before = content(scanned)
    refused = patuh("scan", "--as-of", DAY, "--lang", "en", *rules, day=DAY + timedelta(days=1))
    assert refused.code is ExitCode.USAGE
    assert "the store already holds the scan of 21 November 2026" in refused.err
    assert content(scanned) == before


def test_a_past_day_without_a_snapshot_is_a_reconstruction_and_only_a_dry_run(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml", "--as-of", "2026-11-19")
    refused = patuh("scan", "--lang", "en", *rules)
    assert refused.code is ExitCode.USAGE
    assert "no snapshot had landed by 19 November 2026" in refused.err
    assert "--dry-run" in refused.err
    said = patuh("scan", "--dry-run", "--json", *rules)
    assert said.json["reconstruction"] is True
    assert "RECONSTRUCTION" in patuh("scan", "--dry-run", "--lang", "en", *rules).out
    assert not (province / "patuh.db").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--as-of", "2026-11-21"), "is a day to come; today is 20 November 2026"),
        (("--as-of", "2026-02-30"), "'2026-02-30' is not a day of the calendar"),
        (("--rule", "PWBD-1"), "did you mean 'PWBD-01'?"),
        (("--source", "wlpk=x.csv"), "did you mean 'wlkp'?"),
        (("--source", "wlkp"), "is not NAME=PATH"),
        (("--colour",), "No such option"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_scanned(
    patuh: Run, province: Path, options: tuple[str, ...], told: str
) -> None:
    said = patuh("scan", "--lang", "en", *options, "--config", province / "rules.yaml")
    assert said.code is ExitCode.USAGE
    assert told in said.err
    assert "do:" in said.err
    assert said.out == ""
    assert not (province / "patuh.db").exists()


def test_a_language_that_is_not_there_is_said_in_the_offices_own(patuh: Run, province: Path) -> None:
    said = patuh("scan", "--config", province / "rules.yaml", "--lang", "fr")
    assert said.code is ExitCode.USAGE
    assert said.err.splitlines()[0] == "tidak ada bahasa 'fr'"
    assert not (province / "patuh.db").exists()


def test_another_file_can_stand_in_for_a_source(patuh: Run, province: Path) -> None:
    elsewhere = province / "elsewhere.csv"
    (province / "wlkp.csv").rename(elsewhere)
    said = patuh("scan", "--config", province / "rules.yaml", "--source", f"wlkp={elsewhere}", "--json")
    assert said.code is ExitCode.DONE, said.err
    assert {rule: counts["violation"] for rule, counts in said.json["outcomes"].items()} == dict(truth(province))


def test_every_fault_of_every_file_is_listed_and_nothing_is_scanned(patuh: Run, province: Path) -> None:
    path = province / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("settle_days: 30", "settle_days: soon").replace("no_wlkp", "[no_wlkp"), encoding="utf-8"
    )
    assert patuh("scan", "--config", path).code is ExitCode.USAGE
    path.write_text(
        text.replace("settle_days: 30", "settle_days: soon").replace("language: id", "language: fr"), encoding="utf-8"
    )
    said = patuh("scan", "--lang", "en", "--config", path)
    assert said.code is ExitCode.USAGE
    assert said.err.count(f"{path}:") >= 2
    assert "2 faults" in said.err
    assert not (province / "patuh.db").exists()


def test_a_province_without_an_office_is_listed_and_ends_with_1(patuh: Run, province: Path) -> None:
    path = province / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    assert 'queue: kejaksaan, regions: ["19"]' in text
    path.write_text(
        text.replace('queue: kejaksaan, regions: ["19"]', 'queue: kejaksaan, regions: ["32"]'), encoding="utf-8"
    )
    said = patuh("scan", "--config", path, "--json")
    assert said.code is ExitCode.NOT_JUDGED
    (line,) = [line for line in said.json["not_judged"] if line["source"] == "offices"]
    assert line["reason"].startswith("no_office: ")
    assert line["reason"].endswith(" for kejaksaan in 19")
    assert said.json["cases"]["opened"] > 0


def test_sources_are_checked_without_judging(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml")
    said = patuh("sources", "check", *rules)
    assert said.code is ExitCode.DONE
    assert "membership" in said.out
    drop(province / "bpu.csv")
    assert patuh("sources", "check", *rules).code is ExitCode.NOT_JUDGED
    assert not (province / "patuh.db").exists()


def test_the_rules_are_checked_with_their_examples(patuh: Run, province: Path) -> None:
    said = patuh("rules", "check", "--config", province / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.DONE, said.err
    assert said.out.startswith(f"{len(load_rule_book()[0].rules)} rules and ")


def test_a_sample_is_written_as_of_a_day(patuh: Run, tmp_path: Path) -> None:
    said = patuh(
        "sample", tmp_path / "new", "--employers", "120", "--seed", "7", "--as-of", "2026-10-01", "--lang", "en"
    )
    assert said.code is ExitCode.DONE, said.err
    assert "PWBD-01" in said.out
    assert (tmp_path / "new" / "truth.csv").is_file()


OWN_RULE = """
rules:
  - id: OWN-01
    nature: indication
    status: stable
    title: {id: Usaha besar, en: Large business}
    subject: employer
    basis: [{law: UU 24/2011, article: "15(1)", from: 2011-11-25, checked: V}]
    when: [employed_workers >= 5000]
    severity: [{else: low}]
    evidence: [employed_workers]
    false_positives: {id: Tidak ada., en: None.}
    say: {id: "{employed_workers} pekerja.", en: "{employed_workers} workers."}
    examples:
      given: {today: 2026-11-20}
      cases:
        - {name: large, and: {employed_workers: 5000}, expect: violation}
        - {name: larger still, and: {employed_workers: 9000}, expect: EXPECTED}
        - {name: small, and: {employed_workers: 4999}, expect: pass}
        - {name: not said, and: {employed_workers: null}, expect: unknown}
"""


@pytest.mark.parametrize(("expected", "code"), [("violation", ExitCode.DONE), ("pass", ExitCode.USAGE)])
def test_an_offices_own_rule_is_held_to_its_examples(patuh: Run, province: Path, expected: str, code: ExitCode) -> None:
    path = province / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    assert "\nrules: []" in text
    path.write_text(text.replace("\nrules: []", OWN_RULE.replace("EXPECTED", expected)), encoding="utf-8")
    said = patuh("scan", "--config", path, "--json")
    assert said.code is code, said.err
    if code is ExitCode.USAGE:
        assert f"{path}:" in said.err
        assert "larger still" in said.err
    else:
        assert said.json["outcomes"]["OWN-01"]["violation"] == 0
