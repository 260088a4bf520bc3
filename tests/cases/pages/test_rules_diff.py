"""`patuh rules diff`: what changed between two states of the rule files, by what it means for people."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cases.change_screen import KIND_TITLES, PART_WORDS
from cases.exit_codes import ExitCode
from rules.changes import KINDS, PARTS, changes_between
from rules.load import load_rule_book
from rules.model import Parameter, Rule, Text

Run = Callable[..., Any]
ROOT = Path(__file__).parents[3]
BOOK = load_rule_book()[0]
PWBD, KUM = "packs/registration/PWBD-01.yaml", "packs/micro/KUM-01.yaml"


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped rule files, as an older state."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(ROOT / "rules", tmp_path / "old", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def edit(path: Path, **swaps: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for before, after in swaps.values():
        assert before in text, before
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")


def changed(said: Any) -> dict[str, dict[str, tuple[list[str], list[str]]]]:
    """Thing to part to what was removed and added."""
    return {
        change["name"]: {part["part"]: (part["removed"], part["added"]) for part in change["parts"]}
        for change in said.json["changes"]
    }


def test_a_folder_is_the_same_as_itself(patuh: Run, old: Path) -> None:
    said = patuh("rules", "diff", old, "--exit-code", "--lang", "en")
    assert (said.code, said.out) == (ExitCode.DONE, "No difference: both say the same, to the last comment.\n")
    assert patuh("rules", "diff", old, "--json").json == {"same": True, "changes": []}


def test_a_changed_rule_shows_each_part_once_and_line_by_line(patuh: Run, old: Path) -> None:
    edit(
        old / PWBD,
        status=("status: stable", "status: retired"),
        condition=("employed_workers >= 1", "employed_workers >= 10"),
        law=('article: "15(1)", from: 2011-11-25', 'article: "15(1)", from: 2011-11-24'),
        words=("belum terdaftar sebagai", "tidak terdaftar sebagai"),
    )
    said = patuh("rules", "diff", old, "--json")
    assert said.code is ExitCode.DONE
    (only,) = changed(said).values()
    assert list(only) == ["status", "when", "basis", "say"]
    assert only["status"] == (["retired"], ["stable"])
    assert only["when"] == (["employed_workers >= 10"], ["employed_workers >= 1"])
    ((removed,), (added,)) = only["basis"]
    assert removed.replace("2011-11-24", "2011-11-25") == added


def test_one_rule_file_is_compared_with_the_shipped_one_of_its_name(patuh: Run, old: Path) -> None:
    edit(old / PWBD, severity=("severity: high", "severity: critical"))
    (old / KUM).unlink()
    assert changed(patuh("rules", "diff", old / PWBD, "--json")) == {
        "PWBD-01": {"severity": (["critical otherwise"], ["high otherwise"])}
    }


def test_two_rule_files_with_other_names_are_compared_by_their_ids(patuh: Run, old: Path) -> None:
    first, second = old.parent / "first.yaml", old.parent / "second.yaml"
    shutil.copyfile(old / PWBD, first)
    shutil.copyfile(old / KUM, second)
    said = patuh("rules", "diff", first, second, "--json").json["changes"]
    assert [(change["name"], change["state"]) for change in said] == [("PWBD-01", "gone"), ("KUM-01", "added")]
    assert said[1]["title"]["en"] == BOOK.rules["KUM-01"].title["en"]


def test_parameters_by_value_and_day_and_who_reads_them(patuh: Run, old: Path) -> None:
    edit(old / "parameters/deadlines.yaml", value=("value: 14", "value: 30"), flag=("checked: R", "checked: NF"))
    for path in (old, old / "parameters" / "deadlines.yaml"):
        said = patuh("rules", "diff", path, "--json").json["changes"]
        named = {change["name"]: change for change in said}
        assert named["project_registration_days"]["read_by"] == ["JAKON-01"]
        assert named["project_registration_days"]["parts"] == [
            {"part": "values", "removed": ["30 from 2015-12-31"], "added": ["14 from 2015-12-31"]}
        ]
        (sources,) = named["headcount_gap_days"]["parts"]
        assert sources["part"] == "sources" and sources["removed"][0].startswith("2011-11-25: NF, ")


def test_fields_routing_and_their_order(patuh: Run, old: Path) -> None:
    edit(old / "facts.yaml", null=("months_unpaid: {type: integer", "months_unpaid: {type: money"))
    text = (old / "routing.yaml").read_text(encoding="utf-8")
    first, second = text.index("  - id: OUTREACH-MICRO"), text.index("  - id: OUTREACH\n")
    third = text.index("  - id: PUBLIC-BODY")
    swapped = text[:first] + text[second:third] + text[first:second] + text[third:]
    (old / "routing.yaml").write_text(swapped.replace("{raise: 1}", "{raise: 2}", 1), encoding="utf-8")
    said = patuh("rules", "diff", old, "--json")
    found = changed(said)
    assert found["employer.months_unpaid"] == {"type": (["money"], ["integer"])}
    assert found["SEVERAL-FINDINGS"] == {"then": (["raise: 2"], ["raise: 1"])}
    assert "order" in found["routing"]
    readers = {change["name"]: change["read_by"] for change in said.json["changes"]}
    assert readers["employer.months_unpaid"] == ["IUR-02", "IUR-03"]


def test_a_step_of_the_ladder_shows_what_changed_in_it(patuh: Run, old: Path) -> None:
    edit(old / "ladder.yaml", binds=("starts: step_before, binds: employer", "starts: receipt, binds: employer"))
    for path in (old, old / "ladder.yaml"):
        said = patuh("rules", "diff", path, "--json").json["changes"]
        (change,) = said
        assert (change["kind"], change["name"]) == ("ladder", "step denda")
        (part,) = change["parts"]
        assert part["part"] == "deadline"
        assert "starts: receipt" in part["removed"][0] and "starts: step_before" in part["added"][0]


def test_only_a_comment_is_said_to_be_only_that(patuh: Run, old: Path) -> None:
    edit(old / PWBD, comment=("# An employer", "# Any employer"))
    said = patuh("rules", "diff", old, "--lang", "en")
    assert "comments or layout only" in said.out
    assert changed(patuh("rules", "diff", old, "--json")).keys() == {"PWBD-01"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_gravest_comes_first_on_the_screen(patuh: Run, old: Path, language: str) -> None:
    edit(old / PWBD, title=("Wajib belum daftar", "Belum daftar"))
    edit(old / "packs/construction/JAKON-01.yaml", status=("status: stable", "status: retired"))
    (old / KUM).unlink()
    edit(old / "priority.yaml", people=("    KUM-01: {each: 1}\n", ""), overdue=("    KUM-01: [cover_until]\n", ""))
    said = patuh("rules", "diff", old, "--lang", language)
    shown = [said.out.index(name) for name in ("KUM-01", "JAKON-01", "PWBD-01")]
    assert shown == sorted(shown)
    assert {"en": "1 added, 2 changed", "id": "1 ditambahkan, 2 berubah"}[language] in said.out
    assert max(map(len, said.out.splitlines())) <= 80


def test_with_exit_code_a_difference_ends_with_one(patuh: Run, old: Path) -> None:
    edit(old / PWBD, status=("status: stable", "status: retired"))
    assert patuh("rules", "diff", old).code is ExitCode.DONE
    assert int(patuh("rules", "diff", old, "--exit-code").code) == 1


def test_what_cannot_be_compared_is_refused(patuh: Run, old: Path) -> None:
    gone = patuh("rules", "diff", old / "none", "--lang", "en")
    assert (gone.code, "does not exist" in gone.err) == (ExitCode.USAGE, True)
    mixed = patuh("rules", "diff", old, old / PWBD, "--lang", "en")
    assert (mixed.code, "folder" in mixed.err) == (ExitCode.USAGE, True)
    shutil.copyfile(old / PWBD, old / "PWBD-1.yaml")
    stranger = patuh("rules", "diff", old / "PWBD-1.yaml", "--lang", "en")
    assert (stranger.code, "did you mean 'PWBD-01.yaml'?" in stranger.err) == (ExitCode.USAGE, True)


def test_a_state_with_faults_is_not_compared(patuh: Run, old: Path) -> None:
    edit(old / PWBD, status=("status: stable", "status: stabel"))
    said = patuh("rules", "diff", old)
    assert said.code is ExitCode.USAGE
    assert "PWBD-01.yaml:4" in said.err


def other(value: object) -> Any:
    """A value of the same shape that says something else."""
    if isinstance(value, Text):
        return replace(value, text=f"{value.text} and true")
    if isinstance(value, tuple):
        return value[:-1] if value else (Text("npp is null", BOOK.rules["PWBD-01"].location),)
    if isinstance(value, Mapping):
        return {**value, "other": "x"}
    if value is None:
        return Text("employed_as_of", BOOK.rules["PWBD-01"].location)
    return value + 1 if isinstance(value, int | Decimal) else f"{value}x"


@pytest.mark.parametrize("name", sorted({one.name for one in fields(Rule)} - {"id", "location", "text", "sha256"}))
def test_no_attribute_of_a_rule_is_passed_over(name: str) -> None:
    rule = BOOK.rules["PWBD-01"]
    changed_rule = replace(rule, **{name: other(getattr(rule, name))})
    (change,) = changes_between(BOOK, replace(BOOK, rules={**BOOK.rules, rule.id: changed_rule}))
    assert (change.name, [part.part for part in change.parts]) == ("PWBD-01", [name])


@pytest.mark.parametrize("name", sorted({one.name for one in fields(Parameter)} - {"name", "location", "values"}))
def test_no_attribute_of_a_parameter_is_passed_over(name: str) -> None:
    parameter = BOOK.parameters["arrears_months"]
    replaced = replace(parameter, **{name: other(getattr(parameter, name))})
    (change,) = changes_between(BOOK, replace(BOOK, parameters={**BOOK.parameters, parameter.name: replaced}))
    assert [part.part for part in change.parts] == [name]


def test_a_value_that_ends_sooner_is_a_changed_value() -> None:
    parameter = BOOK.parameters["arrears_months"]
    ended = replace(parameter, values=(replace(parameter.values[0], until=date(2030, 1, 1)),))
    (change,) = changes_between(BOOK, replace(BOOK, parameters={**BOOK.parameters, parameter.name: ended}))
    (part,) = change.parts
    assert part.added == ("6 from 2016-12-31 until 2030-01-01",)


def test_every_part_and_kind_has_words() -> None:
    assert set(PARTS) == set(PART_WORDS)
    assert set(KINDS) == set(KIND_TITLES)
