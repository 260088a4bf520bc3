"""The proposed next step on the screen: what to do, by when and by whose word, and what has to be on record."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console
from sqlmodel import Session, select

from cases.explanation import case_file
from cases.reader import Reader
from cases.rendering import case_panel
from cases.store.database import open_session
from cases.store.models import Decision
from cases.wording import Wording

FileCase = Callable[..., int]
PARTLY = {"rule": "PDS-TK-01"}
WHY = {"id": "Sebabnya.", "en": "The reason."}


def drawn(session: Session, number: int, reader: Reader) -> str:
    console = Console(file=io.StringIO(), width=200, force_terminal=False, color_system=None)
    console.print(case_panel(case_file(session, number, reader), reader.wording))
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


@pytest.fixture
def session(store_url: str) -> Iterator[Session]:
    """The store of somebody who may write: what the ladder proposed is put into it here."""
    with open_session(store_url, write=True) as opened:
        yield opened


@pytest.fixture
def propose(session: Session) -> Callable[..., None]:
    """Keep a proposal with the decision of every case, as a scan would."""

    def keep(step: str | None, **said: object) -> None:
        decision = session.exec(select(Decision)).one()
        decision.step = step or "none"
        fired = {"rule": "RULE", "read": {"step": "denda"}, "why": WHY, "gave": {"step": "x"}}
        proposal = {"step": step, "ready": True, "beside": [], "blocked": [], "warned": [], "trail": [fired], **said}
        decision.proposal = json.dumps(proposal)
        session.add(decision)
        session.flush()

    return keep


def test_a_deadline_of_the_law(
    file_case: FileCase, session: Session, reader: Reader, propose: Callable[..., None]
) -> None:
    number = file_case([PARTLY])
    propose("teguran_1")
    shown = drawn(session, number, reader)
    assert "Langkah berikutnya  Teguran tertulis I\n" in shown
    assert "Langkah berikutnya pada tangga sanksi: Teguran tertulis I\n" in shown
    assert "Tenggat: 10 hari kerja bagi pemberi kerja, sejak tanda terima\n" in shown
    assert (
        "Harus tercatat lebih dahulu: surat tugas pemeriksaan, nomor laporan hasil pemeriksaan, "
        "tanggapan pemberi kerja\n"
    ) in shown
    assert "§ PP 86/2013 pasal 6; berlaku sejak 24 Desember 2013; V: naskah peraturan telah dibaca\n" in shown
    assert "• RULE: Sebabnya.\n  step = denda\n" in shown
    assert "rancangan kami" not in shown.split("tangga sanksi")[1]


@pytest.mark.parametrize(
    ("language", "deadline"),
    [
        ("id", "Tenggat: 10 hari kerja bagi kita, sejak langkah sebelumnya berakhir (rancangan kami, bukan hukum)"),
        ("en", "Deadline: 10 working days for us, from the end of the step before (our design, not law)"),
    ],
)
def test_a_deadline_of_ours_says_so(
    file_case: FileCase,
    session: Session,
    reader: Reader,
    propose: Callable[..., None],
    language: str,
    deadline: str,
) -> None:
    number = file_case([PARTLY])
    propose("tmp2t", ready=False)
    shown = drawn(session, number, replace(reader, wording=Wording(language)))
    assert deadline in shown
    title = {"id": "Siapkan dahulu: Usul tidak mendapat", "en": "To be prepared first: Request that public"}
    assert title[language] in shown
    office = {"id": "Kantor yang bertindak: disnaker", "en": "Office that has to act: disnaker"}
    assert office[language] in shown


def test_calendar_days_and_one_of_them(
    file_case: FileCase, session: Session, reader: Reader, propose: Callable[..., None]
) -> None:
    number = file_case([PARTLY])
    propose("denda")
    assert "Tenggat: 30 hari kalender bagi pemberi kerja, sejak langkah sebelumnya berakhir\n" in drawn(
        session, number, reader
    )
    english = replace(reader, wording=Wording("en"))
    assert "Deadline: 30 calendar days for the employer" in drawn(session, number, english)


def test_before_the_law_there_is_no_deadline_to_show(
    file_case: FileCase, session: Session, reader: Reader, propose: Callable[..., None]
) -> None:
    number = file_case([PARTLY])
    propose("teguran_1")
    assert "Tenggat" not in drawn(session, number, replace(reader, today=date(2013, 12, 23)))


def test_what_goes_beside_what_is_closed_and_what_needs_a_supervisor(
    file_case: FileCase, session: Session, reader: Reader, propose: Callable[..., None]
) -> None:
    number = file_case([PARTLY])
    propose(None, beside=["laporan"], blocked=["pupn"], warned=["skk"])
    shown = drawn(session, number, reader)
    assert "Langkah berikutnya  tidak ada yang diusulkan\n" in shown
    assert "Langkah berikutnya pada tangga sanksi: tidak ada yang diusulkan\n" in shown
    assert "Sekaligus: Laporan kepada instansi ketenagakerjaan\n" in shown
    assert "5 hari kerja bagi kita, sejak langkah sebelumnya berakhir (rancangan kami, bukan hukum)" in shown
    assert "Tertutup bagi kasus ini: PUPN\n" in shown
    assert "Tidak tanpa penyelia: SKK\n" in shown


def test_a_rule_that_another_overruled_is_shown_as_such(
    file_case: FileCase, session: Session, reader: Reader, propose: Callable[..., None]
) -> None:
    number = file_case([PARTLY])
    propose("denda", trail=[{"rule": "LATE", "read": {}, "why": WHY, "gave": {}}])
    assert "• LATE: Sebabnya. (aturan di atasnya yang menentukan)\n" in drawn(session, number, reader)


def test_a_step_that_the_ladder_no_longer_has_keeps_its_name(
    file_case: FileCase, session: Session, reader: Reader, propose: Callable[..., None]
) -> None:
    number = file_case([PARTLY])
    propose("pengumuman")
    shown = drawn(session, number, reader)
    assert "Langkah berikutnya pada tangga sanksi: pengumuman\n" in shown
    assert "Tangga sanksi tidak lagi memuat langkah ini.\n" in shown


def test_a_case_decided_before_the_ladder_was_asked_has_no_such_part(
    file_case: FileCase, session: Session, reader: Reader
) -> None:
    shown = drawn(session, file_case([PARTLY]), reader)
    assert "tangga sanksi" not in shown
    assert "Mengapa antrean disnaker" in shown
