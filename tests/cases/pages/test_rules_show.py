"""`patuh rules list` and `patuh rules show`: a rule as a page, in both languages, as of a day."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import duckdb
import pyarrow as pa
import pytest

from cases.condition_words import AGGREGATE_WORDS, FUNCTION_WORDS
from cases.exit_codes import ExitCode
from cases.rule_names import NATURE_MEANINGS, STATUS_MEANINGS, STATUSES, TYPE_WORDS, UNIT_WORDS
from engine.language import AGGREGATES, FUNCTIONS
from rules.load import load_rule_book
from rules.model import FieldType, Nature, Status

Run = Callable[..., Any]
HERE = Path(__file__).parent
BOOK = load_rule_book()[0]
SHIPPED = sorted(BOOK.rules)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_small_rule_reads_as_it_is_kept(patuh: Run, office: Path, language: str) -> None:
    said = patuh("rules", "show", "OWN-01", "--on", "2026-11-20", "--lang", language)
    assert said.code is ExitCode.DONE, said.err
    page = "\n".join(line.rstrip() for line in said.out.splitlines()) + "\n"
    assert page == (HERE / "golden" / f"OWN-01.{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("rule", SHIPPED)
def test_every_rule_fits_eighty_columns_and_leaves_no_condition_out(
    patuh: Run, office: Path, rule: str, language: str
) -> None:
    said = patuh("rules", "show", rule, "--lang", language)
    assert said.code is ExitCode.DONE, said.err
    body = said.out.rpartition({"en": "\nNext:", "id": "\nSelanjutnya:"}[language])[0]
    assert 40 < max(len(line) for line in body.splitlines()) <= 80
    flat = re.sub(r"\s+", "", said.out)
    known = BOOK.rules[rule]
    for text in (*known.scope, *known.needs, *known.when, *(let.text for let in known.let.values())):
        assert re.sub(r"\s+", "", text.text) in flat
    for basis in known.basis:
        assert re.sub(r"\s+", "", basis.law) in flat
    for example in known.examples:
        assert example.name.split()[0] in said.out


def test_the_day_decides_which_value_and_which_law_is_in_force(patuh: Run, office: Path) -> None:
    early = patuh("rules", "show", "OWN-01", "--on", "2023-12-31").out
    assert "now: 7 days" in early and "next: 10 days" in early
    assert "from 0 to 7\n" in re.sub(r" +\n", "\n", early)
    late = patuh("rules", "show", "OWN-01", "--on", "2027-01-01").out
    assert "now: 12 days" in late and "before that: 10 days" in late
    assert "article 53  not in force on this day" in late
    before = patuh("rules", "show", "OWN-01", "--on", "2019-12-31").out
    assert "no value is in force on this day" in before


def test_without_a_day_it_is_today(patuh: Run, office: Path) -> None:
    assert patuh("rules", "show", "OWN-01", "--json").json["day"] == "2026-11-20"


def test_a_machine_reads_codes_and_both_languages(patuh: Run, office: Path) -> None:
    read = patuh("rules", "show", "OWN-01", "--on", "2026-11-20", "--json", "--sql").json
    assert read["title"] == {"id": "Perlindungan hampir berakhir", "en": "Cover about to end"}
    assert read["when"] == ["days_between(evaluation_date(), cover_until) between 0 and :own_days"]
    values = read["parameters"]["own_days"]["values"]
    assert [(value["value"], value["in_force"]) for value in values] == [(7, False), (10, True), (12, False)]
    assert read["basis"][0]["in_force"] is True
    assert read["examples"][1]["subject"]["cover_until"] == "2026-11-20"
    assert "CASE" in read["sql"]


@pytest.mark.parametrize("rule", SHIPPED)
def test_the_sql_that_is_shown_runs_and_stands_whole_lines(patuh: Run, office: Path, rule: str) -> None:
    said = patuh("rules", "show", rule, "--sql", "--on", "2026-11-20", "--lang", "en")
    query = said.out.partition("SQL (DuckDB)\n")[2].partition("\nNext:")[0]
    assert query == patuh("rules", "show", rule, "--sql", "--on", "2026-11-20", "--json").json["sql"] + "\n"
    with duckdb.connect() as connection:
        (tree,) = connection.execute("SELECT json_serialize_sql(?)", [query]).fetchall()[0]
    assert '"error":false' in str(tree)


def test_the_sql_that_is_shown_judges_as_the_rule_does(patuh: Run, office: Path, tmp_path: Path) -> None:
    query = patuh("rules", "show", "OWN-01", "--sql", "--on", "2026-11-20", "--json").json["sql"]
    fields = BOOK.vocabulary.facts["partner"].fields
    rows = [("2026-11-25", False, 2), ("2026-11-19", False, 1), ("2026-12-01", False, 1), ("2026-11-25", True, 0)]
    columns: dict[str, list[object]] = {name: [None] * len(rows) for name in fields}
    columns |= {"partner_id": list("abcd"), "cover_until": [row[0] for row in rows]}
    columns["wage_earner_active"] = [row[1] for row in rows]
    table = pa.table({**columns, **{f"_standing_{name}": [0] * len(rows) for name in fields}})
    with duckdb.connect() as connection:
        connection.register("given", table)
        connection.execute(
            f"COPY (SELECT * REPLACE (CAST(cover_until AS DATE) AS cover_until) FROM given) "
            f"TO '{tmp_path}/partner.parquet'"
        )
        found = connection.execute(query.replace("partner.parquet", f"{tmp_path}/partner.parquet")).fetchall()
    assert dict(found) == {key: row[2] for key, row in zip("abcd", rows, strict=True)}


def test_a_wrong_id_is_refused_with_the_nearest(patuh: Run, office: Path) -> None:
    said = patuh("rules", "show", "OWN-1", "--lang", "id")
    assert said.code is ExitCode.USAGE
    assert "OWN-01" in said.err
    assert patuh("rules", "show", "own-01").code is ExitCode.DONE


def test_rule_text_is_never_markup_and_hides_nothing(patuh: Run, office: Path) -> None:
    path = office / "rules.yaml"
    text = path.read_text(encoding="utf-8").replace("Cover about to end", r'"[bold]x[/] \u001b[31m [link=file:///]y"')
    path.write_text(text, encoding="utf-8")
    for words in (("rules", "show", "OWN-01"), ("rules", "list")):
        out = patuh(*words).out
        assert "[bold]x[/] <U+001B>[31m [link=file:///]y" in out
        assert "\x1b" not in out


def test_the_list_names_every_rule_and_narrows(patuh: Run, office: Path) -> None:
    everything = patuh("rules", "list", "--json").json
    assert [rule["id"] for rule in everything if rule["pack"] != "office"] == [
        rule.id for rule in sorted(BOOK.rules.values(), key=lambda one: (one.pack, one.id))
    ]
    office_only = patuh("rules", "list", "--pack", "office", "--json").json
    assert [(rule["id"], rule["status"], rule["nature"]) for rule in office_only] == [("OWN-01", "trial", "notice")]
    assert patuh("rules", "list", "--pack", "office", "--status", "retired").out.startswith("No rule matches.")
    table = patuh("rules", "list", "--lang", "id").out
    assert "Perlindungan hampir berakhir" in table and "uji coba" in table
    assert "patuh rules show" in table.splitlines()[-1]


def test_what_no_rule_has_is_refused(patuh: Run, office: Path) -> None:
    said = patuh("rules", "list", "--pack", "registratio")
    assert (said.code, "registration" in said.err) == (ExitCode.USAGE, True)
    assert patuh("rules", "list", "--status", "stabel").code is ExitCode.USAGE


def test_without_a_run_file_the_shipped_rules_are_shown(
    patuh: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(patuh("rules", "list", "--json").json) == len(SHIPPED)
    assert patuh("rules", "list", "--config", tmp_path / "gone.yaml").code is ExitCode.USAGE


def test_what_is_sound_is_shown_beside_what_is_not(patuh: Run, office: Path) -> None:
    path = office / "rules.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("nature: notice", "nature: notise"), encoding="utf-8")
    listed = patuh("rules", "list")
    assert listed.code is ExitCode.USAGE
    assert SHIPPED[0] in listed.out and "OWN-01" not in listed.out
    assert "1 fault in the rule files" in listed.err
    assert patuh("rules", "show", SHIPPED[0]).code is ExitCode.DONE


def test_a_rule_whose_condition_is_wrong_is_not_shown_as_if_it_were_right(patuh: Run, office: Path) -> None:
    path = office / "rules.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[not wage_earner_active]", "[no_such_field]"), encoding="utf-8"
    )
    said = patuh("rules", "show", "OWN-01")
    assert said.code is ExitCode.USAGE
    assert "no_such_field" in said.err


def test_a_value_for_one_region_does_not_stand_in_a_condition_for_all(patuh: Run, office: Path) -> None:
    read = [rule for rule in BOOK.rules.values() if any(":minimum_wage" in text.text for text in rule.when)]
    assert read and BOOK.parameters["minimum_wage"].by == "region"
    said = patuh("rules", "show", read[0].id, "--lang", "en", "--on", "2026-06-30").out
    conditions, _, parameters = said.partition("\nParameters\n")
    assert "[provincial minimum wage]" in " ".join(conditions.split())
    assert "4,0" not in conditions
    assert "differs by region" in parameters


def test_every_function_unit_and_status_has_words() -> None:
    assert set(FUNCTIONS) <= set(FUNCTION_WORDS)
    assert set(AGGREGATES) == {name for name, _ in AGGREGATE_WORDS}
    units = {known.unit for fact in BOOK.vocabulary.facts.values() for known in fact.fields.values()}
    units |= {parameter.unit for parameter in BOOK.parameters.values()}
    units |= {let.unit for rule in BOOK.rules.values() for let in rule.let.values()}
    assert units - {None} <= set(UNIT_WORDS)
    assert set(get_args(Status)) == set(STATUSES) == set(STATUS_MEANINGS)
    assert set(get_args(Nature)) == set(NATURE_MEANINGS)
    assert set(get_args(FieldType)) == set(TYPE_WORDS)
