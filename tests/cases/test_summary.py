"""The summary: the object for machines and its schema, the tables for people."""

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

from cases.night import Ended, HeldRule, WaivedCount
from cases.summary import (
    NoOffice,
    SourceLine,
    Summary,
    outcomes_by_region,
    outcomes_by_rule,
    source_line,
    with_waived,
)
from cases.summary_tables import show
from cases.wording import Wording
from connectors.landed import Gated, Landed, Standing
from engine.findings import NotJudged, OutcomeCount
from rules.model import Outcome

SCHEMA = json.loads((Path(__file__).parents[2] / "cases" / "summary.schema.json").read_text(encoding="utf-8"))
DAY = date(2026, 11, 20)
SAID_NOTHING: dict[Outcome, int] = {
    "violation": 0,
    "pass": 0,
    "unknown": 0,
    "not_applicable": 0,
    "waived": 0,
    "error": 0,
}


def a_summary() -> Summary:
    return Summary(
        run_id="20261120T030000Z-0a1b2c3d",
        as_of=DAY,
        reconstruction=False,
        dry_run=False,
        sources=(SourceLine("wlkp", 20_000, 12, "a" * 64, date(2026, 11, 1), 19, 45, None, ()),),
        outcomes={"PWBD-01": {**SAID_NOTHING, "violation": 1234, "pass": 18_766}},
        by_region={"19.71": {"PWBD-01": {"violation": 1234}}, "": {"PWBD-01": {"unknown": 3}}},
        findings={"new": 1234, "kept": 0, "resolved": 0, "reopened": 0, "held": 0},
        cases={"opened": 1200, "kept": 0, "resolved": 0, "reopened": 0},
        queues={"disnaker": {"proposed": 1200, "confirmed": 0}},
        not_judged=(),
        no_office=(),
        held_rules=(),
        notices={},
        ended=Ended(0, 0),
        seconds={"load": 0.12345},
    )


def shown(summary: Summary, language: str = "id") -> str:
    out = io.StringIO()
    show(summary, Console(file=out, width=140), Wording(language))
    return out.getvalue()


def test_the_object_is_what_its_schema_says() -> None:
    said = a_summary().as_json()
    jsonschema.validate(said, SCHEMA)
    assert list(said) == SCHEMA["required"]
    assert said["seconds"] == {"load": 0.123}


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("field", SCHEMA["required"])
def test_the_schema_misses_each_field_that_goes(field: str) -> None:
    said = a_summary().as_json()
    del said[field]
    with pytest.raises(jsonschema.ValidationError, match=f"'{field}' is a required property"):
        jsonschema.validate(said, SCHEMA)


def test_a_case_without_an_office_is_named_and_keeps_the_scan_from_being_complete() -> None:
    summary = replace(a_summary(), no_office=(NoOffice("disnaker", "21", 3), NoOffice("disnaker", "", 1)))
    assert not summary.complete
    said = summary.as_json()
    jsonschema.validate(said, SCHEMA)
    assert said["not_judged"] == [
        {"rule": "", "source": "offices", "reason": "no_office: 3 for disnaker in 21"},
        {"rule": "", "source": "offices", "reason": "no_office: 1 for disnaker in unknown"},
    ]


def test_waived_violations_are_counted_apart_by_rule_and_by_region() -> None:
    counts = (OutcomeCount("A", "19.71", "violation", 5), OutcomeCount("A", "19.01", "violation", 2))
    told = with_waived(counts, [WaivedCount("A", "19.71.01", 3)])
    assert outcomes_by_rule(told, ("A", "B")) == {
        "A": {**SAID_NOTHING, "violation": 4, "waived": 3},
        "B": SAID_NOTHING,
    }
    assert outcomes_by_region(told)["19.71"] == {"A": {"violation": 2, "waived": 3}}


def test_a_held_rule_is_named_with_its_numbers() -> None:
    held = HeldRule("PWBD-01", 12_345, 39_315, 12_345, Decimal("0.2"), None)
    text = shown(replace(a_summary(), held_rules=(held,)), "en")
    assert "PWBD-01 is held: 12,345 new findings, 31 %" in " ".join(text.split())


def test_regions_are_counted_by_kabupaten_and_the_unsaid_one_stands_for_itself() -> None:
    counts = (
        OutcomeCount("A", "19.71.02.1003", "violation", 1),
        OutcomeCount("A", "19.71.01", "violation", 2),
        OutcomeCount("A", "19.71", "pass", 4),
        OutcomeCount("A", "", "unknown", 8),
    )
    assert outcomes_by_region(counts) == {
        "": {"A": {"unknown": 8}},
        "19.71": {"A": {"violation": 3, "pass": 4}},
    }


def test_indonesians_read_their_numbers_and_dates() -> None:
    text = shown(a_summary())
    assert "20 November 2026" in text
    assert "18.766" in text
    assert "pelanggaran" in text
    assert "patuh cases list --queue disnaker" in text
    assert "18,766" in shown(a_summary(), "en")


def test_what_could_not_be_judged_is_named_with_its_source_and_next_step() -> None:
    summary = replace(a_summary(), not_judged=(NotJudged("IUR-03", "contributions", "stale: 60 days old"),))
    text = shown(summary, "en")
    assert "IUR-03" in text
    assert "contributions" in text
    assert "stale: 60 days old" in text
    assert "Next: patuh sources check" in text


def test_a_reconstruction_and_a_dry_run_say_so() -> None:
    text = shown(replace(a_summary(), reconstruction=True, dry_run=True), "en")
    assert "RECONSTRUCTION" in text
    assert "nothing was written" in text


@pytest.mark.parametrize(
    ("standing", "reason"), [(Standing.SAID, None), (Standing.EMPTY, "no rows"), (Standing.STALE, None)]
)
def test_a_source_that_fails_a_gate_says_why(standing: Standing, reason: str | None) -> None:
    landed = Landed("wlkp", None, None, 7, 1, 0, "", date(2026, 11, 1), None, (), ("note",), None)
    line = source_line(Gated(landed, standing, reason), 45, DAY)
    assert (line.rows, line.rejected, line.age) == (7, 1, 19)
    assert line.reason == {Standing.SAID: None, Standing.EMPTY: "no rows", Standing.STALE: "stale"}[standing]
