"""Personal data: covered wherever nobody asked, uncovered for a purpose that is written down, and in no event."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from tests.cases.conftest import DAY, Office
from tests.cases.stores import Store

Run = Callable[..., Any]

NIK = ("nik",)
OF_FIRMS = ("npwp", "npwp16", "npwp_penyedia", "npwp16_penyedia", "nib", "npp")
OF_PERSONS = ("no_peserta", "no_debitur", "no_urut", "no_baris", "rujukan_pekerja", "no_anggota")
NAMED = ("tagihan_bpu", "debitur_kur", "anggota_kelompok", "mitra_kum")
"""Registers in which `nama` is a human being's."""


def seeded(province: Path) -> frozenset[str]:
    """Every identifier and every name of a human being that stands in a register, as it stands there."""
    known = {value for file in province.glob("*.csv") for value in _personal(file) if len(value) > 7}
    firms = "".join(file.read_text("utf-8") for file in province.glob("*.csv") if file.stem not in NAMED)
    return frozenset(value for value in known if " " not in value or value not in firms)  # a firm may bear a name


def _personal(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield from (row[name] for name in (*NIK, *OF_FIRMS, *OF_PERSONS) if row.get(name))
            if file.stem in NAMED:
                yield row["nama"]


def whole(text: str, known: frozenset[str]) -> set[str]:
    """Which of them can be read in a text; a line may be broken and a number grouped."""
    words = set(re.findall(r"[\w.-]+", text))
    pairs = set(re.findall(r"(?=\b([A-Z][a-z]+ [A-Z][a-z]+)\b)", " ".join(text.split())))
    return (words | pairs) & known


def test_no_command_shows_more_than_it_was_asked_for(patuh: Run, office: Office) -> None:
    known, store = seeded(office.folder), office.store
    firsts = store.ask("SELECT min(case_id) FROM finding WHERE case_id IS NOT NULL GROUP BY fact ORDER BY fact")
    for number in firsts[:2]:
        patuh("cases", "confirm", number, *office.options, user="sari")
    lists = (
        ("cases", "list", "--limit", 500), ("due",), ("held", "list"), ("notices", "--limit", 500),
        ("notices", "--csv"), ("notices", "--json"), ("unknowns", "--limit", 500), ("audit", "verify"), ("refusals",),
        ("unmaskings",), ("coverage",),
        ("export", "disnaker", "--format", "csv"), ("export", "disnaker", "--format", "json"),
        ("export", "kejaksaan", "--format", "json"), ("replay", firsts[0]), ("sources", "check"),
        ("sources", "rejects", "--limit", 500), ("scan", "--dry-run"),
    )  # fmt: skip
    shown = 0
    for command in (*lists, *((*words, number) for number in firsts for words in FILES)):
        said = patuh(*command, *office.options)
        assert said.code in (ExitCode.DONE, ExitCode.NOT_JUDGED), (command, said.err)
        assert whole(said.out + said.err, known) == set(), command
        shown += len(said.out)
    assert shown > 30_000
    seen = "".join(
        patuh("cases", "show", number, "--unmask", "--purpose", "sidang", *office.options, user="sari").out
        for number in firsts
    )
    assert len(whole(seen, known)) > 3  # what the search would have found


FILES: tuple[tuple[str, ...], ...] = (("cases", "explain"), ("audit", "show"))
"""Commands that show one case."""


def test_what_is_uncovered_is_for_a_purpose_and_is_written_down(patuh: Run, office: Office) -> None:
    options, store = office.options, office.store
    for command in (("cases", "show", 1), ("notices",), ("unknowns",), ("export", "disnaker", "--format", "csv")):
        for purpose in ((), ("--purpose", "  ")):
            said = patuh(*command, "--unmask", *purpose, *options, user="sari")
            assert said.code is ExitCode.USAGE
            assert said.out == ""
            assert "identifiers are uncovered only for a stated purpose" in said.err
            assert "personal data are used for what they are needed for (UU 27/2022)" in said.err
            assert "say it with --purpose, or leave --unmask out" in said.err
        nobody = patuh(*command, "--unmask", "--purpose", "sidang", *options)
        assert "nobody is logged in in whose name identifiers could be uncovered" in nobody.err
        for_nothing = patuh(*command, "--purpose", "sidang", *options, user="sari")
        assert "--purpose is given, and nothing is to be uncovered" in for_nothing.err
        assert "add --unmask, or leave --purpose out" in for_nothing.err
    assert store.ask("SELECT id FROM unmasking") == []
    assert store.ask("SELECT seq FROM event WHERE kind = 'unmasked'") == []

    assert patuh("cases", "confirm", 1, "--queue", "disnaker", *options, user="sari").code is ExitCode.DONE
    asked = ("--unmask", "--purpose", "sidang 12 Desember")
    file = patuh("cases", "show", 1, *asked, *options, user="sari")
    assert file.code is ExitCode.DONE, file.err
    assert "purpose: sidang 12 Desember" in file.out
    payload = store.ask(
        "SELECT payload FROM event_payload p JOIN event e ON e.case_id = p.case_id AND e.seq = p.seq "
        "WHERE e.kind = 'unmasked' AND e.who = 'sari' AND e.case_id = 1"
    )
    assert [json.loads(one) for one in payload] == [{"command": "cases show", "purpose": "sidang 12 Desember"}]
    unknown = patuh("unknowns", *asked, "--limit", 3, *options, user="sari")
    assert unknown.code is ExitCode.DONE, unknown.err
    table = patuh("notices", *asked, "--limit", 4, *options, user="sari")
    lines = patuh("notices", *asked, "--csv", *options, user="budi")
    assert (table.code, lines.code) == (ExitCode.DONE, ExitCode.DONE)
    total = int(re.search(r"(\d+) notices in all", table.out)[1])  # type: ignore[index]
    assert patuh("export", "disnaker", "--format", "csv", *asked, *options, user="budi").code is ExitCode.DONE
    rows = store.ask("SELECT who, command, purpose, rows FROM unmasking ORDER BY id")
    assert rows == [
        ("sari", "unknowns", "sidang 12 Desember", 3),
        ("sari", "notices", "sidang 12 Desember", 4),
        ("budi", "notices", "sidang 12 Desember", total),
        ("budi", "export", "sidang 12 Desember", 1),
    ]
    listed = " ".join(patuh("unmaskings", *options).out.split())
    assert "budi export sidang 12 Desember 1 20 November 2026" in listed
    for statement in ("UPDATE unmasking SET rows = 0", "DELETE FROM unmasking"):
        with pytest.raises(Exception, match="who saw personal data is written down for good"):
            store.change(statement)
    assert patuh("audit", "verify", *options).code is ExitCode.DONE


def test_without_a_store_nothing_is_uncovered(patuh: Run, province: Path) -> None:
    asked = ("--unmask", "--purpose", "sidang", "--config", province / "rules.yaml", "--lang", "en")
    for command in (("unknowns",), ("notices",), ("cases", "show", 1), ("export", "disnaker", "--format", "csv")):
        said = patuh(*command, *asked, user="sari")
        assert said.code is ExitCode.STORE
        assert said.out == ""


def test_no_event_repeats_personal_data(patuh: Run, office: Office) -> None:
    """A wage, a reference and a name differ on the second night: the finding says them, no event does."""
    known, store = seeded(office.folder), office.store
    worker = store.ask("SELECT subject_key FROM finding WHERE rule = 'PDS-UPAH-01' ORDER BY id")[0]
    member = store.ask("SELECT subject_key FROM finding WHERE rule = 'BPU-01' ORDER BY id")[0]
    wage = {"upah_dilaporkan": "1.234.567,00", "rujukan_pekerja": "P-RAHASIA"}
    change(office.folder / "upah.csv", "no_baris", worker, wage)
    change(office.folder / "tagihan_bpu.csv", "no_peserta", member, {"nama": 'Kirana, "name": {,\\ "Rahasia"'})
    patuh("scan", *office.options, day=DAY.replace(day=21))
    evidence = "".join(store.ask("SELECT evidence FROM finding ORDER BY id"))
    told = [json.loads(one) for one in store.ask("SELECT payload FROM event_payload ORDER BY case_id, seq")]
    spoken = [one for payload in told for one in payload.get("evidence", ())]
    said = by_finding(store, spoken)
    assert said["PDS-UPAH-01", worker]["covered"] == ["reported_wage", "unreported", "worker"]
    assert said["BPU-01", member]["covered"] == ["name"]
    assert said["BPU-01", member]["after"]["name"] == "*"
    assert said["PDS-UPAH-01", worker]["after"]["reported_wage"] == "*"
    new = {"1234567.00", "P-RAHASIA", "Kirana", "Rahasia"}
    secrets = known | new
    assert new <= whole(evidence, secrets)
    for table in ("event_payload", "event", "decision", "access_refusal", "scan", "rule_version"):
        assert whole(str(store.ask(f"SELECT * FROM {table}")), secrets) == set(), table
    for file in (office.folder / ".patuh").rglob("*.json"):
        assert whole(file.read_text("utf-8"), secrets) == set(), file
    case = store.ask(f"SELECT case_id FROM finding WHERE subject_key = '{worker}'")[0]
    history = patuh("cases", "show", case, *office.options).out
    assert "wage reported is another (personal data; an event keeps no value)" in " ".join(history.split())


def by_finding(store: Store, spoken: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    keys = {number: (rule, key) for number, rule, key in store.ask("SELECT id, rule, subject_key FROM finding")}
    return {keys[one["finding"]]: one for one in spoken}


def change(register: Path, key: str, value: str, said: dict[str, str]) -> None:
    """Put other values into one row of a register."""
    with register.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row.update(said if row[key] == value else {})
    with register.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
