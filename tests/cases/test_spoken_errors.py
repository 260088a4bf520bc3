"""What a person reads of a bad register and a misused command, in both languages, through the command line."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from cases.lock import only_scan

Run = Callable[..., Any]
DAY = date(2026, 11, 20)


def flat(text: str) -> str:
    """The text without the line ends at which a screen breaks it."""
    return " ".join(text.split())


def take_away(register: Path) -> None:
    register.unlink()


def empty(register: Path) -> None:
    header, _, _ = register.read_text(encoding="utf-8").partition("\n")
    register.write_text(f"{header}\n", encoding="utf-8")


def multiply(register: Path, times: int) -> None:
    header, _, rows = register.read_text(encoding="utf-8").partition("\n")
    register.write_text(f"{header}\n{rows * times}", encoding="utf-8")


def leave(register: Path, rows: int) -> None:
    lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
    register.write_text("".join(lines[: rows + 1]), encoding="utf-8")


def spoil_counts(register: Path) -> int:
    with register.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    place = header.index("jumlah_pekerja")
    with register.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *([*row[:place], "banyak", *row[place + 1 :]] for row in rows)])
    return len(rows)


def test_a_register_that_is_missing(patuh: Run, province: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_away(province / "wlkp.csv")
    monkeypatch.chdir(province.parent)
    rules = ("--config", "province/rules.yaml")
    said = patuh("sources", "check", *rules)
    assert said.code is ExitCode.NOT_JUDGED
    assert "sumber 'wlkp' (province/wlkp.csv): berkasnya tidak ada\n" in said.out
    assert "langkah: kirim berkasnya, atau perbaiki path-nya di rules.yaml" in said.out
    english = patuh("sources", "check", "--lang", "en", *rules)
    assert "source 'wlkp' (province/wlkp.csv): the file is not there\n" in english.out
    assert "do: deliver the file, or mend its path in rules.yaml" in english.out


def test_a_rule_that_lacks_its_register_says_once_why(patuh: Run, province: Path) -> None:
    take_away(province / "wlkp.csv")
    said = patuh("scan", "--config", province / "rules.yaml")
    assert said.code is ExitCode.NOT_JUDGED
    told = flat(said.out.partition("Tidak dapat dinilai")[2])
    assert told.count("berkasnya tidak ada") == 1
    assert "IUR-02, IUR-03, PDS-PROG-01, PDS-TK-01, PWBD-01" in told
    assert "sebab: yang tidak terbaca tidak dapat dinilai" in told


def test_a_machine_reads_the_same_english_as_ever(patuh: Run, province: Path) -> None:
    take_away(province / "wlkp.csv")
    said = patuh("scan", "--json", "--config", province / "rules.yaml")
    reasons = {line["reason"] for line in said.json["not_judged"] if line["source"] == "wlkp"}
    assert reasons == {
        f"source 'wlkp' ({province / 'wlkp.csv'}): the file is not there\n"
        "    why: what is not read cannot be judged: every rule that needs this register answers 'unknown'\n"
        "    do:  deliver the file, or mend its path in rules.yaml"
    }


def test_an_empty_register(patuh: Run, province: Path) -> None:
    empty(province / "wlkp.csv")
    rules = ("--config", province / "rules.yaml")
    said = patuh("sources", "check", *rules)
    assert "wlkp: tidak berisi satu baris pun, dan tidak dinyatakan may_be_empty\n" in said.out
    english = patuh("sources", "check", "--lang", "en", *rules)
    assert "wlkp: it has no rows, and is not declared may_be_empty\n" in english.out


def test_a_register_that_lost_rows(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml")
    rows = (province / "bpu.csv").read_text(encoding="utf-8").count("\n") - 1
    multiply(province / "bpu.csv", times=10)
    patuh("scan", *rules)
    leave(province / "bpu.csv", rows=rows)
    said = flat(patuh("sources", "check", *rules).out)
    before = f"{rows * 10:,}"
    assert f"berisi {rows} baris, padahal {before.replace(',', '.')} pada pemindaian terakhir, turun 90 %;" in said
    english = flat(patuh("sources", "check", "--lang", "en", *rules).out)
    assert f"it has {rows} rows after {before} in the last run, a fall of 90 %; the limit is" in english


def test_a_share_has_a_comma_in_indonesian(patuh: Run, scanned: Path) -> None:
    rules = ("--config", scanned / "rules.yaml")
    rows = (scanned / "bpu.csv").read_text(encoding="utf-8").count("\n") - 1
    leave(scanned / "bpu.csv", rows=37)
    fall = f"{100 * (rows - 37) / rows:.1f}"
    assert not fall.endswith(".0")
    assert f"turun {fall.replace('.', ',')} %; batasnya" in flat(patuh("sources", "check", *rules).out)
    assert f"a fall of {fall} %; the limit" in flat(patuh("sources", "check", "--lang", "en", *rules).out)


def test_a_register_that_is_too_old(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml")
    later = DAY + timedelta(days=30)
    said = flat(patuh("sources", "check", *rules, day=later).out)
    assert "wlkp: datanya per 1 November 2026, 49 hari sebelum 20 Desember 2026; batasnya 45 hari" in said
    english = flat(patuh("sources", "check", "--lang", "en", *rules, day=later).out)
    assert "wlkp: it speaks of 1 November 2026, 49 days before 20 December 2026; the limit is 45 days" in english


def test_a_register_with_too_many_rejected_rows(patuh: Run, province: Path) -> None:
    rows = spoil_counts(province / "wlkp.csv")
    rules = ("--config", province / "rules.yaml")
    said = flat(patuh("sources", "check", *rules).out)
    assert f"wlkp: {rows} dari {rows} baris ditolak (100 %), melebihi batas 5 %" in said
    english = flat(patuh("sources", "check", "--lang", "en", *rules).out)
    assert f"wlkp: {rows} of {rows} rows were rejected (100 %), more than the limit of 5 %" in english


def test_rows_that_repeat_a_key_are_noted(patuh: Run, province: Path) -> None:
    rows = (province / "mitra_kum.csv").read_text(encoding="utf-8").count("\n") - 1
    multiply(province / "mitra_kum.csv", times=2)
    rules = ("--config", province / "rules.yaml")
    assert f"kum: {rows} baris mengulang kunci baris sebelumnya\n" in patuh("sources", "check", *rules).out
    patuh("scan", *rules)
    # The note comes back from the snapshot, and still in any language.
    assert f"kum: {rows} baris mengulang kunci baris sebelumnya\n" in patuh("sources", "check", *rules).out
    english = patuh("sources", "check", "--lang", "en", *rules)
    assert f"kum: {rows} rows repeat the key of an earlier row\n" in english.out


def test_two_scans_at_once(patuh: Run, scanned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scanned)
    with only_scan(scanned / "patuh.db.lock", "run 7"):
        said = patuh("scan")
        english = patuh("scan", "--lang=en")
    assert said.code is ExitCode.SCAN_RUNNING
    assert said.err.splitlines()[-3:] == [
        "pemindaian lain sedang berjalan (run 7); ia memegang patuh.db.lock",
        "    sebab: dua pemindaian sekaligus pada satu simpanan akan menilai kasus yang sama dua kali",
        "    langkah: tunggu sampai selesai; kunci lepas bersama prosesnya, berkasnya boleh tetap ada",
    ]
    assert english.err.splitlines()[-3:] == [
        "another scan is running (run 7); it holds patuh.db.lock",
        "    why: two scans of one store at once would judge the same cases twice",
        "    do:  wait until it ends; the lock goes with the process, the file may stay",
    ]


@pytest.mark.parametrize(
    ("asked", "indonesian", "english"),
    [
        (
            ("--rule", "PWBD-1"),
            "--rule PWBD-1: tidak ada paket aktif yang memiliki aturan ini",
            "--rule PWBD-1: no pack that is switched on has this rule",
        ),
        (
            ("--source", "wlpk=x.csv"),
            "--source wlpk: berkas rules.yaml tidak memiliki sumber bernama ini",
            "--source wlpk: the run file has no source of this name",
        ),
        (
            ("--as-of", "2026-11-19"),
            "belum ada potret data pada 19 November 2026",
            "no snapshot had landed by 19 November 2026",
        ),
        (
            ("--as-of", "besok"),
            "--as-of 'besok' bukan tanggal kalender",
            "--as-of 'besok' is not a day of the calendar",
        ),
        (("--source",), "Opsi '--source' memerlukan isi.", "Option '--source' requires an argument."),
        (("--colour",), "Tidak ada opsi --colour", "No such option: --colour"),
    ],
)
def test_what_does_not_fit(patuh: Run, province: Path, asked: tuple[str, ...], indonesian: str, english: str) -> None:
    for language, what in ((), indonesian), (("--lang", "en"), english):
        said = patuh("scan", "--config", province / "rules.yaml", *language, *asked)
        assert said.code is ExitCode.USAGE
        first, why, remedy = said.err.splitlines()[-3:]
        assert first == what
        assert why.startswith("    why: " if language else "    sebab: ")
        assert remedy.startswith("    do:  " if language else "    langkah: ")


def test_an_argument_that_is_missing(patuh: Run) -> None:
    assert patuh("export").err.startswith("Isian belum ada: queue\n    sebab: ")
    assert patuh("export", "--lang", "en").err.startswith("Missing parameter: queue\n    why: ")


def test_the_remedy_for_a_name_that_is_nearly_right(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml", "--rule", "PWBD-1")
    assert patuh("scan", *rules).err.endswith("langkah: maksudnya 'PWBD-01'?\n")
    assert patuh("scan", "--lang", "en", *rules).err.endswith("do:  did you mean 'PWBD-01'?\n")


def test_a_past_day_without_dry_run_says_the_way_out(patuh: Run, province: Path) -> None:
    rules = ("--config", province / "rules.yaml", "--as-of", "2026-11-19")
    said = patuh("scan", *rules)
    assert "langkah: tambahkan --dry-run untuk melihatnya, atau hilangkan --as-of\n" in said.err
    assert "do:  add --dry-run to see it, or leave --as-of out\n" in patuh("scan", "--lang", "en", *rules).err


def test_the_run_file_says_the_language_even_of_its_own_faults(patuh: Run, province: Path) -> None:
    path = province / "rules.yaml"
    text = path.read_text(encoding="utf-8").replace("settle_days: 30", "settle_days: soon")
    path.write_text(text, encoding="utf-8")
    assert "    sebab: " in (said := patuh("scan", "--config", path).err)
    assert said.endswith("1 kesalahan\n")
    path.write_text(text.replace("language: id", "language: en"), encoding="utf-8")
    assert patuh("scan", "--config", path).err.endswith("1 fault\n")


def test_a_fault_names_its_file_from_the_working_folder(
    patuh: Run, province: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = province / "rules.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("settle_days: 30", "settle_days: soon"), encoding="utf-8")
    (province / "elsewhere").mkdir()
    monkeypatch.chdir(province)
    assert patuh("scan", "--config", "elsewhere/../rules.yaml").err.startswith("rules.yaml:")


def test_a_pipe_gets_plain_columns(patuh: Run, scanned: Path) -> None:
    rules = ("--config", scanned / "rules.yaml")
    take_away(scanned / "bpu.csv")
    for command in (("scan",), ("sources", "check"), ("unknowns",), ("cases", "list")):
        said = patuh(*command, *rules)
        assert "PWBD-01" in said.out or "wlkp" in said.out
        assert {sign for sign in said.out if "\u2500" <= sign <= "\u257f"} == set(), command
