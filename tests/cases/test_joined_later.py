"""A finding that joins a confirmed case stays in the house until a person has confirmed it too."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cases.office import replaced
from tests.cases.stores import Store

RUN = """
state: .patuh
store: sqlite:///patuh.db
language: id
packs: [construction]
sources:
  projects:
    connector: csv
    fact: project
    path: projects.csv
    freshness: archive
    complete: true
    key: [project_key]
    columns: {project_key: key, region: region, fund: fund, stage: {constant: contracted}, stage_on: signed,
      procurement_kind: {constant: construction}, buyer_code: buyer, contract_number: number, contract_date: signed,
      contractor_key: firm, contractor_name: firm}
  register:
    connector: csv
    fact: project
    path: register.csv
    freshness: archive
    complete: true
    may_be_empty: true
    key: [buyer_code, contract_number, contract_date]
    columns: {buyer_code: buyer, contract_number: number, contract_date: signed, project_number: project}
facts:
  project: {spine: projects, joins: [{source: register, on: [buyer_code, contract_number, contract_date]}]}
offices:
  - {id: disnaker, queue: disnaker, regions: ["19"], name: Disnaker}
guards: {JAKON-01: {max_share: 1.0}}
"""
HEAD = "key,region,fund,buyer,number,signed,firm\n"
FIRST = "P1,19.71,APBD,B1,600/1/SPK,2026-03-02,CV Contoh\n"
SECOND = "P2,19.71,APBD,B1,600/2/SPK,2026-04-01,CV Contoh\n"


@pytest.fixture
def office(tmp_path: Path, make_store: Callable[..., Store]) -> Path:
    (tmp_path / "projects.csv").write_text(HEAD + FIRST, encoding="utf-8")
    (tmp_path / "register.csv").write_text("buyer,number,signed,project\n", encoding="utf-8")
    run = RUN.replace("sqlite:///patuh.db", make_store(blank=True).url)
    (tmp_path / "rules.yaml").write_text(run, encoding="utf-8")
    return tmp_path


def test_what_joined_after_the_confirmation_leaves_only_when_confirmed(patuh: Callable[..., Any], office: Path) -> None:
    config = ("--config", office / "rules.yaml")

    def exported() -> list[str]:
        said = patuh("export", "disnaker", "--format", "json", *config, day=date(2026, 11, 21))
        return [finding["subject"] for case in json.loads(said.out)["cases"] for finding in case["findings"]]

    patuh("scan", *config)
    assert patuh("cases", "confirm", "1", "--by", "Penyelia", *config).code == 0
    assert exported() == ["P1"]
    (office / "projects.csv").write_text(HEAD + FIRST + SECOND, encoding="utf-8")
    night = patuh("scan", "--json", *config, day=date(2026, 11, 21)).json
    assert (night["findings"]["new"], night["cases"]["opened"]) == (1, 0)
    assert exported() == ["P1"]
    again = patuh("cases", "confirm", "1", "--by", "Penyelia", *config, day=date(2026, 11, 21))
    assert again.code == 0, again.err
    assert sorted(exported()) == ["P1", "P2"]
    refused = patuh("cases", "confirm", "1", "--by", "Penyelia", *config, day=date(2026, 11, 21))
    assert refused.code == 2


def test_a_released_finding_leaves_a_case_that_was_confirmed_before_it_joined_only_when_confirmed(
    patuh: Callable[..., Any], office: Path
) -> None:
    config, later = ("--config", office / "rules.yaml"), date(2026, 11, 21)
    replaced(office / "rules.yaml", "max_share: 1.0", "max_share: 1.0, max_new: 0")
    patuh("scan", *config)
    (office / "projects.csv").write_text(HEAD + FIRST + SECOND, encoding="utf-8")
    night = patuh("scan", "--json", *config).json
    assert (night["findings"]["held"], night["cases"]["opened"]) == (1, 0)
    assert patuh("cases", "confirm", "1", "--by", "Penyelia", *config, day=later).code == 0
    assert (
        patuh("held", "release", "JAKON-01", "--reason", "diperiksa", "--by", "Penyelia", *config, day=later).code == 0
    )
    assert patuh("scan", "--json", *config, day=later).json["findings"]["new"] == 1
    said = patuh("export", "disnaker", "--format", "json", *config, day=later)
    assert [finding["subject"] for case in json.loads(said.out)["cases"] for finding in case["findings"]] == ["P1"]
    again = patuh("cases", "confirm", "1", "--by", "Penyelia", *config, day=later)
    assert again.code == 0, again.err
    said = patuh("export", "disnaker", "--format", "json", *config, day=later)
    assert sorted(one["subject"] for case in json.loads(said.out)["cases"] for one in case["findings"]) == ["P1", "P2"]
