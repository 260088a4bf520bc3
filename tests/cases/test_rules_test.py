"""`patuh rules test` and the deeper `patuh rules check`, as whoever writes rules meets them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode

Run = Callable[..., Any]

OWN = """
rules:
  - id: {id}
    nature: outreach
    status: {status}
    {waits}
    title: {{id: Plester lama, en: Large and micro}}
    family: registration
    subject: employer
    basis: []
    scope:
      - employer_kind = 'private'
    when:
      - {when}
      - not instalment_plan_kept
    severity: low
    evidence: [employed_workers]
    say: {{id: "{{employed_workers}} pekerja", en: "{{employed_workers}} workers"}}
    false_positives: {{id: tidak ada, en: none known}}
    examples:
      given: {{today: 2026-11-20, employer_kind: private, employed_workers: 9, instalment_plan_kept: false}}
      cases:
        - {{name: nine workers, expect: {expect}}}
        - {{name: one worker, and: {{employed_workers: 1}}, expect: pass}}
        - {{name: public body, and: {{employer_kind: state}}, expect: not_applicable}}
"""
WAITS = "waits_for: {id: kata kantor pusat, en: a word from the head office}"


def own_rule(folder: Path, **how: str) -> Path:
    """Give the province's run file a rule of its own; return its path."""
    values = {
        "id": "OWN-01",
        "status": "stable",
        "waits": "",
        "when": "employed_workers > 3",
        "expect": "violation",
        **how,
    }
    run = folder / "rules.yaml"
    text = without(run, "rules: []") + OWN.format(**values)
    run.write_text(text, encoding="utf-8")
    return run


def without(run: Path, line: str) -> str:
    """The run file without a line that stands in it."""
    lines = run.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [one for one in lines if not one.startswith(line)]
    assert len(kept) == len(lines) - 1
    return "".join(kept)


def place_of(run: Path, text: str) -> tuple[int, int]:
    """Line and column at which a text begins in the run file."""
    for number, line in enumerate(run.read_text(encoding="utf-8").splitlines(), 1):
        if text in line:
            return number, line.index(text) + 1
    raise AssertionError(text)


def test_the_shipped_rules_pass_and_show_everything(patuh: Run, province: Path) -> None:
    said = patuh("rules", "test", "--config", province / "rules.yaml", "--json")
    assert said.code is ExitCode.DONE, said.out
    assert said.json["held"] is True
    assert {one["percent"] for one in said.json["rules"] if one["status"] == "stable"} == {100}
    assert all(one["passed"] == one["examples"] > 0 for one in said.json["rules"])


def test_a_stable_rule_with_gaps_fails_and_each_gap_names_the_example_that_is_missing(
    patuh: Run, province: Path
) -> None:
    run = own_rule(province)
    said = patuh("rules", "test", "own-01", "--config", run, "--lang", "en")
    assert said.code is ExitCode.EXAMPLES
    line, column = place_of(run, "not instalment_plan_kept")
    assert (
        f"rules.yaml:{line}:{column}: OWN-01, when 2 `not instalment_plan_kept` is never seen NULL where it decides: "
        "add an example like 'nine workers' where instalment_plan_kept is not said"
    ) in said.out
    assert (
        "is never seen FALSE where it decides: add an example like 'nine workers' where instalment_plan_kept is true"
        in said.out
    )
    assert "Every rule tested is stable." in said.out
    assert "Mend the above, then: patuh rules test OWN-01 --config" in said.out.splitlines()[-1]


def test_the_same_in_indonesian(patuh: Run, province: Path) -> None:
    said = patuh("rules", "test", "OWN-01", "--config", own_rule(province), "--lang", "id")
    assert "tambahkan contoh seperti 'nine workers' dengan instalment_plan_kept tidak disebut" in said.out
    assert "Setiap aturan yang diuji berstatus stable." in said.out


def test_a_rule_on_trial_fails_only_below_its_threshold_and_says_what_it_waits_for(patuh: Run, province: Path) -> None:
    run = own_rule(province, status="trial", waits=WAITS)
    assert patuh("rules", "test", "OWN-01", "--config", run).code is ExitCode.DONE
    said = patuh("rules", "test", "OWN-01", "--config", run, "--threshold", 55, "--json")
    (one,) = said.json["rules"]
    assert (one["seen"], one["demanded"], one["percent"], one["held"]) == (5, 9, 55, True)
    assert one["waits_for"]["en"] == "a word from the head office"
    assert said.code is ExitCode.DONE
    said = patuh("rules", "test", "OWN-01", "--config", run, "--threshold", 56, "--lang", "en")
    assert said.code is ExitCode.EXAMPLES
    assert "  OWN-01 (trial): a word from the head office" in said.out.splitlines()


def test_the_gaps_as_json_have_their_place_and_the_example_to_add(patuh: Run, province: Path) -> None:
    run = own_rule(province)
    (one,) = patuh("rules", "test", "OWN-01", "--config", run, "--json").json["rules"]
    never = next(gap for gap in one["missing"] if gap["line"] == "when 2" and gap["outcome"] == "NULL")
    line, column = place_of(run, "not instalment_plan_kept")
    assert never["place"].endswith(f"rules.yaml:{line}:{column}")
    assert never["with"] == {"instalment_plan_kept": {"lack": "not said"}}
    assert (never["like"], never["today"], never["decides"]) == ("nine workers", "2026-11-20", True)


def test_an_example_that_fails_is_named_with_its_place_what_came_out_and_what_was_expected(
    patuh: Run, province: Path
) -> None:
    run = own_rule(province, status="trial", waits=WAITS, expect="unknown")
    text = run.read_text(encoding="utf-8")
    more = "        - {name: ten workers, and: {employed_workers: 10}, expect: violation}\n"
    run.write_text(text + more, encoding="utf-8")
    said = patuh("rules", "test", "OWN-01", "--config", run, "--lang", "en")
    assert said.code is ExitCode.EXAMPLES
    line, column = place_of(run, "{name: nine workers")
    assert (
        f"rules.yaml:{line}:{column}: example 'nine workers' of OWN-01 is violation, not unknown as of 2026-11-20"
    ) in said.out
    assert "3/4" in said.out


def test_a_rule_that_there_is_not_is_wrong_use(patuh: Run, province: Path) -> None:
    said = patuh("rules", "test", "PWBD-1", "--config", province / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.USAGE
    assert "rule 'PWBD-1' is not known" in said.err
    assert "a rule that there is not would look like one whose examples all pass" in said.err
    assert "did you mean 'PWBD-01'?" in said.err


@pytest.mark.parametrize("threshold", ["101", "-1", "most"])
def test_a_threshold_is_a_percentage(patuh: Run, province: Path, threshold: str) -> None:
    said = patuh("rules", "test", "--threshold", threshold, "--config", province / "rules.yaml")
    assert said.code is ExitCode.USAGE


def test_faults_come_before_any_test(patuh: Run, province: Path) -> None:
    said = patuh("rules", "test", "--config", own_rule(province, when="employd_workers > 3"), "--lang", "en")
    assert said.code is ExitCode.USAGE
    assert "employer has no field 'employd_workers'" in said.err


CHECKED = [
    ("employed_workers > 3 and employed_workers < 2", "is never TRUE, whatever registers say"),
    ("employer_kind in ('private', 'state')", "is never FALSE, whatever registers say"),
    ("employer_kind = 'state'", "is never TRUE where the conditions above it are"),
    ("employed_workers > months_unpaid", "compares workers with months"),
    ("employed_workers > 3 and region = 'Bandung'", "'Bandung' is no code of a region"),
]


@pytest.mark.parametrize(("when", "what"), CHECKED)
def test_check_finds_what_no_scan_would(patuh: Run, province: Path, when: str, what: str) -> None:
    run = own_rule(province, when=when)
    said = patuh("rules", "check", "--config", run, "--lang", "en")
    assert said.code is ExitCode.USAGE
    found = [line for line in said.err.splitlines() if what in line]
    assert found, said.err
    line, column = place_of(run, when)
    inside = when.index("'Bandung'") if "Bandung" in when else when.index("months_unpaid") if "months" in when else 0
    assert f"rules.yaml:{line}:{column + inside}: " in found[0]


def test_check_says_warnings_and_does_not_fail_for_them(patuh: Run, province: Path) -> None:
    run = own_rule(province, when="employed_workers > 3 and employer_kind = 'private'")
    text = run.read_text(encoding="utf-8")
    run.write_text(
        text.replace("      - not instalment_plan_kept\n", "      - employed_workers > 2\n"), encoding="utf-8"
    )
    said = patuh("rules", "check", "--config", run, "--lang", "en")
    assert said.code is ExitCode.DONE, said.err
    line, column = place_of(run, "employed_workers > 2")
    assert (
        f"rules.yaml:{line}:{column}: 'employed_workers > 2' is always TRUE where the conditions above it are"
        in said.err
    )
    assert said.err.startswith("warning: ")
    assert "no faults" in said.out
    assert "peringatan: " in patuh("rules", "check", "--config", run, "--lang", "id").err


def test_an_office_parameter_that_changes_nothing_is_a_fault(patuh: Run, province: Path) -> None:
    run = province / "rules.yaml"
    own = (
        "\nparameters:\n  arrears_month:\n    unit: months\n    words: {id: bulan, en: months}\n    values:\n"
        "      - {value: 3, from: 2020-01-01, source: our own, checked: R}\n"
    )
    run.write_text(without(run, "parameters: {}") + own, encoding="utf-8")
    said = patuh("rules", "check", "--config", run, "--lang", "en")
    assert said.code is ExitCode.USAGE
    assert "the parameter 'arrears_month' replaces no shipped one, and no rule reads it" in said.err
    assert "did you mean 'arrears_months'?" in said.err
