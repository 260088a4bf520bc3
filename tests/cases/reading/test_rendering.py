import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType
from sqlmodel import Session

from cases.case_table import case_table
from cases.explanation import case_file
from cases.inert import inert
from cases.listing import CaseFilter, Ordering, list_cases
from cases.reader import Reader
from cases.rendering import case_panel, confirmed_panel
from cases.service import Confirmed
from cases.unknown_list import UnknownCount, UnknownFilter, UnknownLine, UnknownPage
from cases.unknown_table import unknown_table
from cases.wording import Wording
from rules.model import RuleBook

FileCase = Callable[..., int]
DAY = date(2026, 11, 20)
PARTLY = {"rule": "PDS-TK-01"}

NASTY = [
    "[red]PT Merah[/red] [/]",
    "PT \x1b[2J\x1b[31mLayar\x07 \x9b31m",
    "PT \u202ekilab\u202c Terbalik \u2066x\u2069 \u200f\u061c",
    "CV " + "Panjang" * 1500,
    "PT Baris\nDua\r\nTiga\tEmpat",
    "Z" + "\u0301" * 300 + "algo \u0489\u20dd",
    "PT \U000e0041\u200b\u00ad\u2028tag \ufeff\ufff9",
    "=HYPERLINK(1) 全角 🧨",
]


def drawn(shown: RenderableType, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False, color_system=None)
    console.print(shown)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


def assert_harmless(text: str, width: int) -> None:
    assert max(cell_len(line) for line in text.split("\n")) <= width
    hidden = {sign for sign in text if sign != "\n" and not sign.isprintable()}
    assert hidden == set()


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("width", [80, 200])
def test_a_hostile_name_is_shown_inert_and_breaks_no_layout(
    file_case: FileCase, session: Session, reader: Reader, name: str, width: int
) -> None:
    number = file_case(
        [{**PARTLY, "subject_key": name, "region": name}],
        name=name,
        province=name,
        queue=name,
        identifiers={"source": f"employer:{name}"},
    )
    hostile = replace(reader, unmask=True)
    file = case_file(session, number, hostile)
    page = list_cases(session, CaseFilter(), Ordering(DAY))
    assert_harmless(drawn(case_panel(file, reader.wording), width), width)
    assert_harmless(drawn(case_table(page, reader.wording, reader.book.vocabulary), width), width)


def test_markup_is_text(file_case: FileCase, session: Session, reader: Reader) -> None:
    file_case([PARTLY], name="[red]Merah[/red]", opened_on=DAY)
    page = list_cases(session, CaseFilter(), Ordering(DAY))
    assert "[red]Merah[/red]" in drawn(case_table(page, reader.wording, reader.book.vocabulary), 160)


def test_inert_shows_what_was_hidden_and_how_long_it_was() -> None:
    assert inert("a\u202eb") == "a<U+202E>b"
    assert inert("a\x1bb") == "a<U+001B>b"
    assert inert("a\n\tb") == "a b"
    assert inert("x" * 1000, 5) == "xxxxx… (1000)"
    assert inert("Café") == "Café"


def test_the_list_names_what_follows_and_is_marked_internal(
    file_case: FileCase, session: Session, reader: Reader
) -> None:
    first = file_case([PARTLY], severity=4)
    file_case([{**PARTLY, "subject_key": "W2"}])
    page = list_cases(session, CaseFilter(queue="disnaker", named="pt timah"), Ordering(DAY), limit=1)
    text = drawn(case_table(page, reader.wording, reader.book.vocabulary), 140)
    assert "KONSEP" in text
    assert "Seluruhnya 2 kasus." in text
    assert f"patuh cases show {first}" in text
    assert f"patuh cases list --queue disnaker --named 'pt timah' --after {first}" in text


def test_no_column_vanishes_at_80(file_case: FileCase, session: Session, reader: Reader) -> None:
    file_case([PARTLY, {"rule": "JAKON-01"}], name="PT " + "Panjang" * 20, stage="confirmed", queue="kejaksaan")
    page = list_cases(session, CaseFilter(), Ordering(DAY))
    text = drawn(case_table(page, reader.wording, reader.book.vocabulary), 80)
    for whole in ("PanjangPanjang", "PDS-TK-01", "JAKON-01", "dikonfirmasi", "kejaksaan", "19", "tinggi"):
        assert whole in text
    assert_harmless(text, 80)


def test_an_empty_list_says_so(session: Session, reader: Reader) -> None:
    page = list_cases(session, CaseFilter(stage="referred"), Ordering(DAY))
    text = drawn(case_table(page, reader.wording, reader.book.vocabulary), 80)
    assert "Tidak ada kasus yang cocok." in text


@pytest.mark.parametrize(("language", "next_word"), [("id", "Selanjutnya:"), ("en", "Next:")])
def test_the_file_of_a_case_tells_everything_at_80_columns(
    file_case: FileCase, session: Session, reader: Reader, book: RuleBook, language: str, next_word: str
) -> None:
    number = file_case([PARTLY], identifiers={"npwp": "0012345678901234"})
    worded = replace(reader, wording=Wording(language))
    text = drawn(case_panel(case_file(session, number, worded), worded.wording), 80)
    assert "KONSEP" in text
    assert "************1234" in text
    assert "UU 24/2011" in text
    assert "TRUE" in text
    assert "REGISTRATION" in text
    assert f"{next_word} patuh cases confirm {number}" in text


def test_outreach_is_labelled(file_case: FileCase, session: Session, reader: Reader) -> None:
    number = file_case([{"rule": "KUM-01"}], track="outreach", kind="group", name="Kelompok Melati")
    text = drawn(case_panel(case_file(session, number, reader), reader.wording), 80)
    assert "bukan pelanggaran" in text
    assert "menunggu kepastian" in text
    page = list_cases(session, CaseFilter(), Ordering(DAY))
    assert "[bukan pelanggaran]" in drawn(case_table(page, reader.wording, reader.book.vocabulary), 160)


def test_unknowns_show_their_cause_in_words(reader: Reader) -> None:
    page = UnknownPage(
        "run-1",
        (
            UnknownCount("PDS-TK-01", "membership", None, "spine", 7, 12345),
            UnknownCount("PDS-TK-01", None, None, "needs 1", 0, 4),
        ),
        (UnknownLine("PDS-TK-01", NASTY[0], None, "when 1", None, "membership", 7),),
        12345,
        50,
        UnknownFilter(rule="PDS-TK-01"),
    )
    text = drawn(unknown_table(page, reader.wording), 120)
    assert "12.345" in text
    assert "tidak dinyatakan lengkap" in " ".join(text.replace("│", " ").split())
    assert "needs 1" in text
    assert "yang diperlukan aturan untuk menilai tidak terpenuhi" in " ".join(text.replace("│", " ").split())
    assert "patuh unknowns --rule PDS-TK-01 --offset 50" in text
    empty = UnknownPage("run-1", (), (), 0, None, UnknownFilter())
    assert "Semua subjek dapat dinilai." in drawn(unknown_table(empty, reader.wording), 80)


def test_a_confirmation_names_what_follows(reader: Reader) -> None:
    done = Confirmed(12, "disnaker", "laporan", "rina", datetime(2026, 11, 20, 6, 15, tzinfo=UTC), 2)
    text = drawn(confirmed_panel(done, reader.wording), 80)
    assert "Kasus 12 dikonfirmasi untuk disnaker oleh rina, 20 November 2026." in text
    assert "patuh export disnaker --format xlsx" in text


def test_no_colour_is_honoured(
    file_case: FileCase, session: Session, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = file_case([PARTLY], severity=4)
    file = case_file(session, number, reader)
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    console.print(case_panel(file, reader.wording))
    written = console.file
    assert isinstance(written, io.StringIO)
    assert "\x1b[31m" not in written.getvalue()
    assert "\x1b[32m" not in written.getvalue()
