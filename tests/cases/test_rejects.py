"""The rows that the last scan rejected, told to whoever mends the register."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def spoil(register: Path, row: int, column: str, value: str) -> None:
    """Put another value into a register; `row` counts from 1."""
    with register.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[row][rows[0].index(column)] = value
    with register.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


@pytest.fixture
def spoilt(province: Path) -> Path:
    """A province in whose registers some cells cannot be read."""
    spoil(province / "wlkp.csv", 1, "status", "=cmd|' /C calc'!A0")
    spoil(province / "wlkp.csv", 2, "status", "1971014708900001")
    spoil(province / "wlkp.csv", 2, "jumlah_pekerja", "seratus")
    spoil(province / "wlkp.csv", 3, "no_wlkp", "")
    spoil(province / "wlkp.csv", 4, "status", "badan [red]lain[/]\x1b[2J")
    spoil(province / "bpu.csv", 5, "nik", "1971-rahasia-0001")
    with (province / "mitra_kum.csv").open("a", encoding="utf-8") as stream:
        stream.write("A99999999,1901010101559999,Ratna Rahasia\n")
    return province


@pytest.fixture
def scanned_spoilt(patuh: Run, spoilt: Path) -> Path:
    patuh("scan", "--config", spoilt / "rules.yaml")
    return spoilt


def lines_of(text: str, word: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if word in line]


def test_the_summary_names_the_command(patuh: Run, spoilt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(spoilt.parent)
    dry = patuh("scan", "--dry-run", "--config", "province/rules.yaml")
    assert "sources rejects" not in dry.out
    said = patuh("scan", "--config", "province/rules.yaml")
    assert "Baris yang ditolak beserta alasannya: patuh sources rejects --config province/rules.yaml\n" in said.out


def test_reasons_are_counted_and_each_value_told_with_its_place(patuh: Run, scanned_spoilt: Path) -> None:
    said = patuh("sources", "rejects", "--config", scanned_spoilt / "rules.yaml", "--lang", "en")
    assert said.code == 0, said.err
    assert lines_of(said.out, "wlkp")[0][-2:] == ["not_in_value_map", "3"]
    assert ["wlkp", "2", "jumlah_pekerja", "seratus", "not", "a", "whole", "number"] in lines_of(said.out, "seratus")
    assert ["wlkp", "3", "no_wlkp", "(empty)", "key", "is", "empty"] in lines_of(said.out, "(empty)")
    assert "badan [red]lain[/]<U+001B>[2J" in said.out
    assert "Next: patuh sources check --config" in said.out


def test_what_may_be_of_a_human_being_is_covered(patuh: Run, scanned_spoilt: Path, tmp_path: Path) -> None:
    into, config = tmp_path / "rejects.csv", scanned_spoilt / "rules.yaml"
    shown = patuh("sources", "rejects", "--config", config, "--lang", "en").out
    patuh("sources", "rejects", "--config", config, "--output", into)
    whole = into.read_text(encoding="utf-8-sig")
    for hidden in ("1971014708900001", "1901010101559999", "rahasia", "Rahasia"):
        assert hidden not in shown
        assert hidden not in whole
    assert "************0001" in shown, "a number of sixteen digits in a column that is open"
    assert "(a whole row of 40 signs)" in shown


def test_source_and_reason_narrow_and_the_rest_is_counted(
    patuh: Run, scanned_spoilt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scanned_spoilt)
    said = patuh("sources", "rejects", "WLKP", "--reason", "not_in_value_map", "--limit", 1)
    assert "seratus" not in said.out
    assert "bpu" not in said.out
    assert "… dan 2 lagi" in said.out
    assert "Selanjutnya: patuh sources rejects wlkp --reason not_in_value_map --output rejects.csv" in said.out
    none = patuh("sources", "rejects", "bpu", "--reason", "key_empty")
    assert "Tidak ada baris tertolak dari pemindaian terakhir yang cocok dengan saringan ini." in none.out


def test_the_csv_holds_all_of_them_and_runs_nothing(patuh: Run, scanned_spoilt: Path, tmp_path: Path) -> None:
    into = tmp_path / "rejects.csv"
    said = patuh("sources", "rejects", "--config", scanned_spoilt / "rules.yaml", "--output", into, "--limit", 1)
    assert (said.code, said.out) == (0, "")
    assert into.read_bytes().startswith(b"\xef\xbb\xbf")
    with into.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    assert head == ["Sumber", "Baris ke", "Kolom", "Nilai", "Kode alasan", "Alasan"]
    assert f"{len(rows)} nilai yang ditolak ditulis: {into}" in said.err
    assert [row[:2] for row in rows if row[0] == "wlkp"] == [["wlkp", row] for row in ("1", "2", "2", "3", "4")]
    assert next(row[3] for row in rows if row[0] == "wlkp") == "'=cmd|' /C calc'!A0"


def test_a_file_that_cannot_be_written_leaves_none(patuh: Run, scanned_spoilt: Path, tmp_path: Path) -> None:
    into = tmp_path / "none" / "rejects.csv"
    said = patuh("sources", "rejects", "--config", scanned_spoilt / "rules.yaml", "--output", into, "--lang", "en")
    assert said.code == 7
    assert f"cannot be written to {into}" in said.err


def test_where_nothing_was_rejected_it_says_so(patuh: Run, scanned: Path) -> None:
    said = patuh("sources", "rejects", "--config", scanned / "rules.yaml")
    assert said.code == 0
    assert "Pemindaian terakhir tidak menolak satu baris pun dari register mana pun." in said.out


def test_a_register_that_was_not_read_is_not_called_sound(patuh: Run, province: Path) -> None:
    (province / "bpu.csv").unlink()
    patuh("scan", "--config", province / "rules.yaml")
    said = patuh("sources", "rejects", "--config", province / "rules.yaml", "--lang", "en")
    assert "bpu: " in said.out
    assert "No row of what the last scan could read was rejected." in said.out


def test_before_the_first_scan_it_says_what_to_do(patuh: Run, province: Path) -> None:
    said = patuh("sources", "rejects", "--config", province / "rules.yaml")
    assert said.code == 2
    assert "belum ada pemindaian yang selesai" in said.err
    assert "jalankan patuh scan" in said.err


@pytest.mark.parametrize(
    ("given", "near"),
    [(("wlpk",), "maksudnya 'wlkp'?"), (("--reason", "key_emty"), "maksudnya 'key_empty'?")],
)
def test_a_name_that_there_is_not_is_refused_with_the_nearest(
    patuh: Run, scanned: Path, given: tuple[str, ...], near: str
) -> None:
    said = patuh("sources", "rejects", *given, "--config", scanned / "rules.yaml")
    assert said.code == 2
    assert near in said.err
