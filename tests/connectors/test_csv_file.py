"""CSV as offices deliver it: delimiters, encodings, line ends, quotes, and rows that do not fit the header."""

import gzip
import random
from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., list[tuple[Any, ...]]]
COLUMNS = {"employer_id": "a", "name": "b"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(register: Any, rows: Read, delimiter: str) -> None:
    text = "a,b\nA1,x\n".replace(",", delimiter)
    assert rows(register.csv(text, COLUMNS).path) == [("A1", "x", 1)]


def test_the_delimiter_given_wins(register: Any, rows: Read) -> None:
    found = register.csv("a;b,c;d\nA1;x,y;z\n", {"employer_id": "a;b", "name": "c;d"}, options={"delimiter": ","})
    assert rows(found.path) == [("A1;x", "y;z", 1)]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("cp1252", "is not UTF-8; read as windows-1252 (a guess: say options.encoding to settle it)"),
    ],
)
def test_the_encoding_is_found(register: Any, rows: Read, encoding: str, note: str | None) -> None:
    found = register.csv("a,b\nA1,Café\n".encode(encoding), COLUMNS)
    assert rows(found.path) == [("A1", "Café", 1)]
    assert found.notes == ((note,) if note else ())


def test_bytes_that_windows_1252_does_not_know_are_read_as_latin_1(register: Any, rows: Read) -> None:
    found = register.csv(b"a,b\nA1,Caf\xe9\x81\n", COLUMNS)
    assert found.notes == ("is not UTF-8; read as latin-1 (a guess: say options.encoding to settle it)",)
    assert rows(found.path) == [("A1", "Café\x81", 1)]


def test_gzip_is_unpacked(register: Any, rows: Read) -> None:
    assert rows(register.csv(gzip.compress(b"a,b\nA1,x\n"), COLUMNS).path) == [("A1", "x", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\r\nA1,x\r\nA2,y\r\n",
        "a,b\rA1,x\rA2,y\r",
        "a,b\nA1,x\r\nA2,y",
        "\n\na,b\nA1,x\n\n\nA2,y\n\n",
        '"a","b"\n"A1","x"\n"A2",y\n',
    ],
)
def test_every_kind_of_line_end_and_blank_lines(register: Any, rows: Read, text: str) -> None:
    assert rows(register.csv(text, COLUMNS).path) == [("A1", "x", 1), ("A2", "y", 2)]


def test_line_ends_and_blank_lines_inside_quotes_stay(register: Any, rows: Read) -> None:
    found = register.csv('a,b\n\nA1,"x\n\ny, ""z"""\nA2,w\n', COLUMNS)
    assert rows(found.path) == [("A1", 'x\n\ny, "z"', 1), ("A2", "w", 2)]
    assert found.notes == ("1 blank lines left out",)


def test_quotes_can_be_switched_off_and_the_header_may_stand_lower(register: Any, rows: Read) -> None:
    options = {"quote": "none", "header_row": "3"}
    found = register.csv('Daftar "2025\nkosong\na;b\nA1;pipa 5"\nA2;"x\n', COLUMNS, options=options)
    assert rows(found.path) == [("A1", 'pipa 5"', 1), ("A2", '"x', 2)]


def test_rows_that_do_not_fit_the_header_are_rejects_with_their_row_number(register: Any, rows: Read) -> None:
    found = register.csv('a,b\nA1,x\nA2\n"A3\n",z\n\nA4,y,extra\nA5,"q"uote\nA6,w\n', COLUMNS)
    assert (found.rows, found.rejected, found.unreadable_keys) == (6, 3, 3)
    assert rows(found.path) == [("A1", "x", 1), ("A3", "z", 3), ("A6", "w", 6)]
    assert rows(found.rejects) == [
        (2, None, "A2", "too_few_columns", "{}"),
        (4, None, "A4,y,extra", "too_many_columns", "{}"),
        (5, None, 'A5,"q"uote', "bad_quotes", "{}"),
    ]


def test_a_header_alone_is_an_empty_register(register: Any, rows: Read) -> None:
    for text in ("a,b\n", "a,b"):
        found = register.csv(text, COLUMNS)
        assert (found.missing, found.rows, rows(found.path)) == (None, 0, [])


def test_a_name_of_a_hundred_thousand_characters_lands(register: Any, rows: Read) -> None:
    found = register.csv("a,b\nA1," + "x" * 100_000 + "\nA2,y\n", COLUMNS)
    assert [(key, len(name)) for key, name, _ in rows(found.path)] == [("A1", 100_000), ("A2", 1)]


def test_a_row_longer_than_any_row_is_a_reject_and_the_next_ones_land(register: Any, rows: Read) -> None:
    found = register.csv("a,b\nA1," + "x" * 5_000_000 + "\nA2,y\nA3\n", COLUMNS)
    assert (found.rows, found.rejected) == (3, 2)
    assert rows(found.path) == [("A2", "y", 2)]


@pytest.mark.parametrize("name", ["=1+1", "+62811", "-x", "@SUM(A1)", '=cmd|"/C calc"!A0', "'; DROP TABLE x; --"])
def test_formulas_in_names_are_text(register: Any, rows: Read, name: str) -> None:
    quoted = name.replace('"', '""')
    assert rows(register.csv(f'a,b\nA1,"{quoted}"\n', COLUMNS).path) == [("A1", name, 1)]


def test_row_numbers_hold_over_many_buffers_of_rows_good_and_bad(register: Any, rows: Read) -> None:
    chance = random.Random(7)
    lines, good, bad = [], [], []
    for number in range(1, 120_001):
        kind = chance.random()
        if kind < 0.001:
            bad.append(number)
            lines.append(f"A{number}")
            continue
        good.append((f"A{number}", number))
        lines.append(f'A{number},"{"x" * 300}\ny"' if kind < 0.3 else f"A{number},y")
    found = register.csv("a,b\n" + "\n".join(lines) + "\n", COLUMNS)
    assert rows(found.path, "employer_id, _row") == good
    assert [row for (row,) in rows(found.rejects, "row")] == bad


def test_two_columns_of_one_name_that_nobody_reads_do_no_harm(register: Any, rows: Read) -> None:
    assert rows(register.csv("a,z,b,z\nA1,1,x,2\n", COLUMNS).path) == [("A1", "x", 1)]
