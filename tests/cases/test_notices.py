"""Notices: what a notice rule hits is listed with what must be confirmed, and opens no case."""

import contextlib
import csv
import io
import shlex
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from cases.cli import run
from cases.exit_codes import ExitCode
from cases.setting import Setting

JAKARTA = timezone(timedelta(hours=7))

Run = Callable[..., Any]

RUN_FILE = """\
state: state
store: sqlite:///cases.db
language: id
packs: [construction, micro]
sources:
  projects:
    connector: csv
    fact: project
    path: projects.csv
    as_of: 2026-11-19
    freshness: archive
    key: [project_key]
    columns:
      {project_key: key, contract_number: contract, contractor_name: name, contractor_key: contractor, region: region,
      procurement_kind: kind, project_number: number, value_without_ppn: worth, registered_value: registered,
      work_end: ends, cover_until: cover, handed_over_on: handed}
  self_employed:
    connector: csv
    fact: participant
    path: self-employed.csv
    as_of: 2026-11-19
    freshness: archive
    key: [participant_id]
    columns:
      {participant_id: id, nik: nik, name: name, region: region, sector: sector, paid_from: payer,
      contribution_month: month, income_base: base, billed_jkk_jkm: billed}
facts:
  project: {spine: projects}
  participant: {spine: self_employed}
offices:
  - {id: disnaker-babel, queue: disnaker, regions: ["19"], name: Disnaker Babel}
"""
PROJECTS = """\
key,contract,name,contractor,region,kind,number,worth,registered,ends,cover,handed
p1,K-1,=CMD|x,C1,19.71,construction,N1,250000000.00,200000000.00,2026-12-20,2026-11-30,
p2,K-2,PT Kedua,C2,19.04.01,construction,N2,150000000.00,100000000.00,2026-12-20,2026-12-31,
p3,K-3,PT Ketiga,C3,,construction,N3,150000000.00,100000000.00,2026-12-20,2026-12-31,
p4,K-4,PT Cukup,C4,19.71,construction,N4,150000000.00,150000000.00,2026-12-20,2026-12-31,
"""
SELF_EMPLOYED = """\
id,nik,name,region,sector,payer,month,base,billed
BPU-00000001,1971010101800001,Siti Aminah,19.71,other,own,2026-05-01,1000000.00,16800.00
BPU-00000002,1971010101800002,Budi Santoso,19.71,other,own,2026-05-01,1000000.00,8400.00
"""


def write_office(folder: Path) -> Path:
    (folder / "rules.yaml").write_text(RUN_FILE, encoding="utf-8")
    (folder / "projects.csv").write_text(PROJECTS, encoding="utf-8")
    (folder / "self-employed.csv").write_text(SELF_EMPLOYED, encoding="utf-8")
    return folder


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return write_office(tmp_path)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office after its scan; the tests only read it."""
    folder = write_office(tmp_path_factory.mktemp("notices"))
    moment = datetime(2026, 11, 20, 2, tzinfo=JAKARTA)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        run(
            ["scan", "--config", str(folder / "rules.yaml")],
            Setting(now=lambda: moment, seconds=lambda: 0.0, salt=lambda: bytes(32)),
        )
    return folder


def test_a_notice_opens_no_case_and_the_summary_says_where_it_is_listed(patuh: Run, office: Path) -> None:
    rules = ("--config", office / "rules.yaml", "--lang", "id")
    dry = patuh("scan", "--dry-run", *rules)
    assert "5 pemberitahuan, tanpa membuka kasus: BPU-02 1, JAKON-03 3, JAKON-04 1." in " ".join(dry.out.split())
    assert "patuh notices" not in dry.out
    said = patuh("scan", *rules)
    assert f"Daftarnya: patuh notices --config {office / 'rules.yaml'}" in " ".join(said.out.split())
    again = patuh("scan", *rules, "--json").json
    assert again["notices"] == {"BPU-02": 1, "JAKON-03": 3, "JAKON-04": 1}
    assert again["cases"] == {"opened": 0, "kept": 0, "resolved": 0, "reopened": 0}
    assert again["findings"]["held"] == 0


def test_the_list_says_whom_what_and_what_must_be_confirmed(patuh: Run, scanned: Path) -> None:
    said = patuh("notices", "--config", scanned / "rules.yaml")
    assert said.code is ExitCode.DONE, said.err
    text = " ".join(said.out.split())
    assert "KONSEP - pemberitahuan dari pemindaian 20 November 2026: untuk dibaca, bukan kasus" in text
    assert "JAKON-03 Adendum nilai belum tercatat (3)" in text
    assert "Perlu dikonfirmasi: Ketentuan tentang adendum nilai proyek belum ditemukan" in text
    assert "• PT Kedua p2, 19.04.01 Nilai kontrak tanpa PPN Rp150.000.000, yang didaftarkan Rp100.000.000" in text
    assert "• PT Ketiga p3, -" in text
    assert "PT Cukup" not in text
    assert "Seluruhnya 5 pemberitahuan." in text
    english = " ".join(patuh("notices", "--config", scanned / "rules.yaml", "--lang", "en").out.split())
    assert "The contract is worth Rp250,000,000 without PPN, registered was Rp200,000,000" in english
    assert "To be confirmed: No provision on addenda" in english


def test_persons_are_covered_unless_asked_for(patuh: Run, scanned: Path) -> None:
    rules = ("notices", "--rule", "bpu-02", "--config", scanned / "rules.yaml")
    for form in ((), ("--json",), ("--csv",)):
        covered = patuh(*rules, *form).out
        assert "S. A." in covered
        for hidden in ("Siti", "1971010101800001", "BPU-00000001", "16.800", "8.400"):
            assert hidden not in covered
        seen = patuh(*rules, *form, "--unmask", "--purpose", "pemeriksaan", user="sari").out
        assert "Siti Aminah" in seen
        assert "BPU-00000001" in seen
        assert "Rp16.800" in seen


@pytest.mark.parametrize(
    ("options", "subjects"),
    [
        ((), ["********0001", "p3", "p2", "p1", "p1"]),
        (("--rule", "JAKON-03"), ["p3", "p2", "p1"]),
        (("--region", "19.71"), ["********0001", "p1", "p1"]),
        (("--region", "19"), ["********0001", "p2", "p1", "p1"]),
        (("--region", "11"), []),
        (("--rule", "JAKON-01"), []),
    ],
)
def test_each_filter_narrows_and_the_page_goes_on(
    patuh: Run, scanned: Path, options: tuple[str, ...], subjects: list[str]
) -> None:
    asked = ("notices", *options, "--config", scanned / "rules.yaml", "--json")
    whole = patuh(*asked).json
    assert sorted(one["subject"] for one in whole["notices"]) == sorted(subjects)
    assert (whole["total"], whole["next_offset"]) == (len(subjects), None)
    pages, offset = [], 0
    while offset is not None:
        page = patuh(*asked, "--limit", 2, "--offset", offset).json
        pages += page["notices"]
        offset = page["next_offset"]
    assert pages == whole["notices"]


def test_the_object_names_each_rule_once(patuh: Run, scanned: Path) -> None:
    said = patuh("notices", "--config", scanned / "rules.yaml", "--json", "--lang", "en").json
    assert (said["schema"], said["as_of"]) == (1, "2026-11-20")
    assert {name: rule["notices"] for name, rule in said["rules"].items()} == {
        "BPU-02": 1,
        "JAKON-03": 3,
        "JAKON-04": 1,
    }
    assert said["rules"]["JAKON-03"]["waits_for"].startswith("No provision on addenda")
    assert said["rules"]["JAKON-04"]["title"] == "Project cover ends before the works"
    assert {frozenset(one) for one in said["notices"]} == {
        frozenset(("rule", "party", "party_kind", "subject", "region", "said"))
    }


def test_the_csv_has_every_notice_and_nothing_a_spreadsheet_runs(patuh: Run, scanned: Path) -> None:
    said = patuh("notices", "--csv", "--config", scanned / "rules.yaml")
    head, *rows = csv.reader(io.StringIO(said.out.removeprefix("\ufeff")))
    assert head[:4] == ["Aturan", "Pihak", "Subjek", "Wilayah"]
    assert len(rows) == 5
    assert {row[1] for row in rows} >= {"'=CMD|x", "PT Kedua"}
    assert len(patuh("notices", "--csv", "--limit", 2, "--config", scanned / "rules.yaml").out.splitlines()) == 3


def test_the_screen_fits_eighty_columns_and_names_the_next_page(
    patuh: Run, scanned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scanned)
    monkeypatch.setattr("cases.commands.written.PIPE_WIDTH", 80)
    said = patuh("notices", "--limit", 2, "--region", "19")
    assert max(cell_len(line) for line in said.out.splitlines()) <= 80
    command = said.out.split("Selanjutnya: ")[1].strip()
    assert command == "patuh notices --region 19 --offset 2"
    assert patuh(*shlex.split(command)[1:]).code is ExitCode.DONE
    last = patuh("notices", "--rule", "JAKON-04").out
    assert "patuh rules show JAKON-04" in last


def test_what_cannot_be_listed_is_said(patuh: Run, office: Path) -> None:
    rules = ("--config", office / "rules.yaml", "--lang", "en")
    assert patuh("notices", *rules).code is ExitCode.STORE
    patuh("scan", *rules)
    both = patuh("notices", "--csv", "--json", *rules)
    assert both.code is ExitCode.USAGE
    assert "--csv and --json were both given" in both.err
    assert "No notice matches this filter." in patuh("notices", "--region", "11", *rules).out
    assert "did you mean 'JAKON-03'?" in patuh("notices", "--rule", "JAKON-033", *rules).err
    for kept in (office / "state" / "runs").glob("*/notices.parquet"):
        kept.unlink()
    gone = patuh("notices", *rules)
    assert gone.code is ExitCode.USAGE
    assert "has no list of notices at" in gone.err
    assert "run patuh scan again; the list is written at its end" in " ".join(gone.err.split())


def test_nothing_to_notice_is_said(patuh: Run, office: Path) -> None:
    rules = ("--config", office / "rules.yaml", "--lang", "en")
    for name, text, sound in (("projects", PROJECTS, 4), ("self-employed", SELF_EMPLOYED, 2)):
        lines = text.splitlines()
        (office / f"{name}.csv").write_text(f"{lines[0]}\n{lines[sound]}\n", encoding="utf-8")
    said = patuh("scan", *rules)
    assert "opens no case" not in said.out
    assert "open no case:" not in said.out
    assert "The last scan gave no notice." in patuh("notices", *rules).out
