"""A past day judged from today's registers: what came to be later does not exist yet, a registration among it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

RUN = """
state: .patuh
store: sqlite:///patuh.db
language: id
packs: [registration, construction]
sources:
  projects:
    connector: csv
    fact: project
    path: projects.csv
    as_of: 2026-11-20
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
    as_of: 2026-11-20
    freshness: archive
    complete: true
    key: [buyer_code, contract_number, contract_date]
    columns: {buyer_code: buyer, contract_number: number, contract_date: signed, project_number: project,
      project_registered_on: registered}
  wlkp:
    connector: csv
    fact: employer
    path: wlkp.csv
    as_of: 2026-11-20
    freshness: archive
    complete: true
    key: [employer_id]
    columns: {employer_id: id, npwp: npwp, region: region, employer_kind: {constant: private},
      employed_workers: workers,
      employed_as_of: {constant: "2026-10-01"}}
  membership:
    connector: csv
    fact: employer
    path: membership.csv
    as_of: 2026-11-20
    freshness: archive
    complete: true
    key: [npwp]
    columns: {npwp: npwp, npp: npp, registered_on: registered, registered_workers: workers,
      registered_as_of: {constant: "2026-10-01"}}
facts:
  project: {spine: projects, joins: [{source: register, on: [buyer_code, contract_number, contract_date]}]}
  employer: {spine: wlkp, joins: [{source: membership, on: [npwp]}]}
offices:
  - {id: disnaker, queue: disnaker, regions: ["19"], name: Disnaker}
guards: {JAKON-01: {max_share: 1.0}, PWBD-01: {max_share: 1.0}}
"""
REGISTERS = {
    "projects.csv": "key,region,fund,buyer,number,signed,firm\nP1,19.71,APBD,B1,600/1/SPK,2026-03-02,CV Contoh\n",
    "register.csv": "buyer,number,signed,project,registered\nB1,600/1/SPK,2026-03-02,JK-1,2026-06-15\n",
    "wlkp.csv": "id,npwp,region,workers\nW1,0111222333444000,19.71,12\n",
    "membership.csv": "npwp,npp,registered,workers\n0111222333444000,N1,2026-06-15,12\n",
}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    for name, text in REGISTERS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RUN, encoding="utf-8")
    return tmp_path / "rules.yaml"


# the contract of 2 March was due on 27 March 2026 (14 working days; 18 to 24 March are off); both register on 15 June
DAYS = {
    date(2026, 3, 1): {"JAKON-01": "not_applicable", "PWBD-01": "violation"},
    date(2026, 3, 27): {"JAKON-01": "pass", "PWBD-01": "violation"},
    date(2026, 3, 28): {"JAKON-01": "violation", "PWBD-01": "violation"},
    date(2026, 6, 14): {"JAKON-01": "violation", "PWBD-01": "violation"},
    date(2026, 6, 15): {"JAKON-01": "pass", "PWBD-01": "pass"},
}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_later_registration_does_not_cure_an_earlier_day(patuh: Callable[..., Any], office: Path, day: date) -> None:
    said = patuh("scan", "--config", office, "--as-of", day.isoformat(), "--dry-run", "--json").json
    assert said["reconstruction"] is True
    found = {
        rule: next((outcome for outcome, subjects in said["outcomes"][rule].items() if subjects), None)
        for rule in ("JAKON-01", "PWBD-01")
    }
    assert found == DAYS[day]
