"""The exports: one nasty table, its bytes per format, and what no export may hold."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from sqlmodel import Session

import cases.export
from cases.export import to_xlsx
from cases.export.confirmed import BATCH, ExportOrder, confirmed_cases
from cases.export.rows import (
    Column,
    ExportCase,
    ExportFinding,
    ExportHead,
    case_cells,
    finding_cells,
    spreadsheet_would_misread,
)
from cases.export.to_csv import write_csv
from cases.export.to_json import write_json
from cases.export.to_xlsx import LONGEST_CELL, cell_text, write_xlsx
from cases.export.write import FORMATS, ExportFormat, export_file, export_format, export_queue
from cases.wording import Wording
from engine.detect import Work
from rules.configuration import Office
from rules.errors import StoreError, UsageError

FileCase = Callable[..., int]
GOLDEN = Path(__file__).parent / "golden"
SCHEMA = json.loads((Path(cases.export.__file__).parent / "cases.schema.json").read_text(encoding="utf-8"))
MADE_ON = date(2026, 11, 20)
OFFICES = (Office("disnaker-babel", "disnaker", ("19",), "Disnaker Provinsi Kepulauan Bangka Belitung"),)
PARTLY = {"rule": "PDS-TK-01"}

EVIDENCE = (
    Column("workers", "pekerja", "integer", 13),
    Column("value", "nilai kontrak", "money", 18),
    Column("on", "tanggal kontrak", "date", 13),
    Column("kept", "cicilan", "boolean", 13),
    Column("note", "catatan", "text", 18),
    Column("left", "selisih", "any", 16),
)
HEAD = ExportHead("disnaker", ("Disnaker =Contoh",), MADE_ON, 3, None, "id", EVIDENCE)
NASTY = (
    "=cmd|' /C calc'!A0",
    "+62 717",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",  # noqa: RUF001
    'kata "kutip", dan; koma',
    "baris\nbaru\r\nlagi",
    "bel\x07 esc\x1b[31m del\x7f c1\x9b",
    "\u202eterbalik\u202c \u200fkanan",
    "0012345678901234",
    "1971014708900001",
    "0123",
    "19.10",
    "2026-11-20",
    "1E5",
    "_x0041_ literal",
    " spasi di tepi ",
    '=HYPERLINK("http://contoh","klik")',
    "'kutip depan",
    "全角 🧨 é",
    "<b>&amp;</b> ]]> [red]",
    "TRUE",
    "#N/A",
)


def finding(index: int) -> ExportFinding:
    text = NASTY[index % len(NASTY)]
    return ExportFinding(
        rule="PDS-TK-01",
        title=text,
        articles="UU 24/2011 15(1)",
        subject=text,
        region="19.71",
        severity="tinggi",
        since=date(2026, 11, 1),
        marks="",
        said=text,
        evidence={
            "workers": index - 250,
            "value": Decimal(index) + Decimal("0.50"),
            "on": date(2026, 1, 1) + timedelta(days=index % 300),
            "kept": index % 2 == 0,
            "note": text if index % 3 else None,
            "left": (index, text, date(2026, 1, 1), Decimal("0.1"))[index % 4],
        },
    )


def nasty_cases(findings: int = 500) -> tuple[ExportCase, ...]:
    plain = ExportCase(
        number=1,
        track="sanksi",
        severity="tinggi",
        purpose="laporan",
        party="=PT Contoh",
        party_kind="pemberi kerja",
        npwp="0012345678901234",
        nib=None,
        npp="-19",
        nik="1971014708900001",
        province="19",
        opened_on=date(2026, 11, 1),
        confirmed_on=date(2026, 11, 18),
        findings=tuple(finding(index) for index in range(findings)),
    )
    return (
        plain,
        replace(plain, number=2, party="PT Dua", findings=(finding(3),), confirmed_on=None),
        replace(plain, number=1234567, party="\u202eCV\u202c [red]", findings=(finding(9), finding(10))),
    )


def written(form: ExportFormat, head: ExportHead = HEAD, rows: tuple[ExportCase, ...] | None = None) -> bytes:
    into, given, wording = io.BytesIO(), nasty_cases() if rows is None else rows, Wording("id")
    match form:
        case "csv":
            assert write_csv(head, given, wording, into) == len(given)
        case "xlsx":
            assert write_xlsx(head, given, wording, into) == len(given)
        case "json":
            assert write_json(head, given, into) == len(given)
    return into.getvalue()


def unzipped(book: bytes) -> bytes:
    """The parts of a workbook that say something, one after the other: without what the compressor chose."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = [name for name in sorted(archive.namelist()) if name.startswith(("xl/work", "docProps/core"))]
        return b"".join(b"\n== " + name.encode() + b"\n" + archive.read(name) for name in parts)


@pytest.mark.parametrize("form", FORMATS)
def test_the_bytes_of_the_nasty_table(form: ExportFormat) -> None:
    made = written(form, rows=nasty_cases(findings=2 * len(NASTY)))
    made = unzipped(made) if form == "xlsx" else made
    golden = GOLDEN / f"nasty.{form}{'.parts' if form == 'xlsx' else ''}"
    assert made == golden.read_bytes(), f"{golden.name} differs: look at it, and write it anew if that is meant"


def test_csv_reads_back_cell_by_cell_with_nothing_that_a_spreadsheet_runs() -> None:
    rows = list(csv.reader(io.StringIO(written("csv").decode("utf-8-sig"), newline="")))
    assert len(rows) == 1 + 500 + 1 + 2
    head, *body = rows
    assert {len(row) for row in rows} == {len(head)}
    assert head[0] == "Kasus"
    for row, expected in zip(body[:500], nasty_cases()[0].findings, strict=True):
        said = row[head.index("Uraian temuan")]
        assert said == ("'" if spreadsheet_would_misread(expected.said) else "") + expected.said
        assert row[head.index("nilai kontrak")] == str(expected.evidence["value"])
        assert row[head.index("tanggal kontrak")] == str(expected.evidence["on"])
        assert row[head.index("pekerja")] == str(expected.evidence["workers"])
    numeric = {head.index(name) for name in ("Kasus", "Temuan terbuka", "pekerja", "nilai kontrak", "selisih")}
    for row in body:
        for place, cell in enumerate(row):
            assert place in numeric or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert body[0][head.index("NPWP (badan: 10 digit pertama)")] == "'0012345678901234"
    assert body[0][head.index("NIK")] == "'1971014708900001"


def workbook(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_xlsx_reads_back_cell_by_cell_with_its_type() -> None:
    book = workbook(written("xlsx"))
    assert book.sheetnames == ["Sampul", "Kasus", "Temuan"]
    for sheet, width in ((book["Kasus"], 14), (book["Temuan"], 10 + len(EVIDENCE))):
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(width)}{sheet.max_row}"
        assert sheet.column_dimensions["A"].width > 5
    expected = [case_cells(one) for one in nasty_cases()]
    assert_cells(book["Kasus"], expected)
    findings = [(one.number, *finding_cells(found, EVIDENCE)) for one in nasty_cases() for found in one.findings]
    assert_cells(book["Temuan"], findings)


def assert_cells(sheet: Any, expected: Sequence[tuple[object, ...]]) -> None:
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == len(expected)
    for row, values in zip(rows, expected, strict=True):
        for cell, value in zip(row, values, strict=True):
            assert cell.data_type != "f"
            assert as_read(cell) == as_written(value)


def as_read(cell: Any) -> object:
    value = cell.value
    if isinstance(value, datetime):
        assert cell.number_format == "dd/mm/yyyy"
        return value.date()
    # openpyxl leaves the format's own escapes of control signs as they are; Excel shows the sign.
    return openpyxl.utils.escape.unescape(value) if isinstance(value, str) else value


def as_written(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def test_an_amount_that_a_cell_would_round_stays_a_text() -> None:
    exact, too_long = Decimal("1234567890123.45"), Decimal("9999999999999999.99")
    rows = tuple(
        replace(nasty_cases()[1], findings=(replace(finding(0), evidence={"value": value}),))
        for value in (exact, too_long)
    )
    cells = [row[-5] for row in workbook(written("xlsx", rows=rows))["Temuan"].iter_rows(min_row=2)]
    assert [(cell.data_type, cell.value) for cell in cells] == [("n", 1234567890123.45), ("s", str(too_long))]


def test_a_cell_too_long_is_cut_and_says_so_and_the_others_are_whole() -> None:
    name = "🧨" * 100_000
    rows = (replace(nasty_cases()[1], party=name),)
    cell = workbook(written("xlsx", rows=rows))["Kasus"]["E2"].value
    assert cell.endswith("[dipotong di sini; lengkap dalam ekspor CSV dan JSON]")
    assert len(cell.encode("utf-16-le")) // 2 <= LONGEST_CELL
    assert name in written("csv", rows=rows).decode("utf-8-sig")
    assert json.loads(written("json", rows=rows))["cases"][0]["party"]["name"] == name
    assert cell_text("a\uffffb\ud800c", Wording("id")) == "a\ufffdb\ufffdc"


def test_rows_beyond_a_sheet_go_on_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(to_xlsx, "ROWS_PER_SHEET", 200)
    book = workbook(written("xlsx"))
    assert book.sheetnames == ["Sampul", "Kasus", "Temuan", "Temuan 2", "Temuan 3"]
    assert [book[name].max_row - 1 for name in ("Temuan", "Temuan 2", "Temuan 3")] == [200, 200, 103]
    assert book["Temuan 3"]["B1"].value == "Aturan"


def test_json_is_of_the_shipped_shape() -> None:
    said = json.loads(written("json"))
    jsonschema.validate(said, SCHEMA, jsonschema.Draft202012Validator)
    assert said["count"] == 3
    assert said["cases"][0]["findings"][7]["said"] == NASTY[7]
    assert said["cases"][0]["findings"][1]["evidence"]["value"] == "1.50"
    assert said["cases"][0]["party"]["nik"] == "1971014708900001"
    lone = (replace(nasty_cases()[1], party="\ud800"),)
    assert json.loads(written("json", rows=lone))["cases"][0]["party"]["name"] == "\ud800"


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_empty_queue_is_a_valid_list_that_says_so(language: str) -> None:
    head, wording = replace(HEAD, cases=0, language=language, evidence=()), Wording(language)
    in_csv, in_xlsx = io.BytesIO(), io.BytesIO()
    assert write_csv(head, (), wording, in_csv) == 0
    assert write_xlsx(head, (), wording, in_xlsx) == 0
    assert len(in_csv.getvalue().decode("utf-8-sig").splitlines()) == 1
    cover, *sheets = workbook(in_xlsx.getvalue()).worksheets
    assert wording.say("There is no confirmed case in this queue.") in [row[1].value for row in cover.iter_rows()]
    assert [sheet.max_row for sheet in sheets] == [1, 1]
    said = json.loads(written("json", head, ()))
    jsonschema.validate(said, SCHEMA, jsonschema.Draft202012Validator)
    assert (said["cases"], said["count"]) == ([], 0)


@pytest.mark.parametrize(
    ("text", "misread"),
    [(text, True) for text in (*NASTY[:8], "0123", "19.10", "1971014708900001", "2026-11-20", "12:30", "1/2")]
    + [
        (text, False)
        for text in ("PT Contoh", "", "0", "19", "SPK/019/2026", "19 orang", "tender-1", "************1234")
    ],
)
def test_what_a_spreadsheet_would_misread(text: str, misread: bool) -> None:
    assert spreadsheet_would_misread(text) is misread


SECRETS = {
    "npwp": "0012345678901234",
    "nik": "1971014708900001",
    "nib": "9120001234567",
    "npp": "NPP190001234",
    "source": "employer:WLKP-19710004711",
}


@pytest.fixture
def order(work: Work) -> ExportOrder:
    return ExportOrder("disnaker", MADE_ON, Wording("id"), work, OFFICES)


def exported(session: Session, order: ExportOrder, form: ExportFormat) -> str:
    """What an export says, as one text: the workbook unzipped."""
    into = io.BytesIO()
    export_queue(session, order, form, into)
    return (unzipped(into.getvalue()) if form == "xlsx" else into.getvalue()).decode()


@pytest.mark.parametrize("form", FORMATS)
def test_no_identifier_leaves_uncovered_unless_asked_for(
    file_case: FileCase, session: Session, order: ExportOrder, form: ExportFormat
) -> None:
    member = {"rule": "KUM-01", "subject_key": "ANGGOTA-000123"}
    unregistered = {"rule": "PWBD-01", "subject_key": "WLKP-19710004712"}
    file_case([PARTLY, member, unregistered], stage="confirmed", identifiers=SECRETS, name="PT Timah Contoh")
    secrets = (*SECRETS.values(), "WLKP-19710004711", "WLKP-19710004712", "ANGGOTA-000123", "Siti Aminah")
    covered = exported(session, order, form)
    assert [secret for secret in secrets if secret in covered] == []
    assert "PT Timah Contoh" in covered
    assert "197101******0001" in covered
    asked = exported(session, replace(order, unmask_reason="sidang 12 Desember"), form)
    for secret in ("0012345678901234", "1971014708900001", "9120001234567", "ANGGOTA-000123", "Siti Aminah"):
        assert secret in asked
    if form != "csv":
        assert "sidang 12 Desember" in asked


def test_only_confirmed_cases_of_the_queue_leave(file_case: FileCase, session: Session, order: ExportOrder) -> None:
    for stage in ("flagged", "referred", "resolved", "dismissed"):
        file_case([{**PARTLY, "subject_key": stage}], stage=stage)
    file_case([{**PARTLY, "subject_key": "K"}], stage="confirmed", queue="kejaksaan")
    file_case([{**PARTLY, "subject_key": "C", "state": "closing_proposed"}], stage="confirmed")
    leaves = file_case(
        [{**PARTLY, "subject_key": "A"}, {**PARTLY, "subject_key": "R", "state": "resolved"}], stage="confirmed"
    )
    found = list(confirmed_cases(session, order))
    assert [(one.number, len(one.findings)) for one in found] == [(leaves, 1)]
    said = json.loads(exported(session, order, "json"))
    assert (said["queue"], said["offices"], said["count"]) == ("disnaker", [OFFICES[0].name], 1)
    jsonschema.validate(said, SCHEMA, jsonschema.Draft202012Validator)


def test_a_case_says_what_was_found_by_which_article_with_typed_evidence(
    file_case: FileCase, session: Session, order: ExportOrder
) -> None:
    file_case([{"rule": "JAKON-01", "subject_key": "tender-1", "line": "work_ended", "below": True}], stage="confirmed")
    local = replace(order, zone=timezone(timedelta(hours=7)))
    (case,) = confirmed_cases(session, local)
    assert case.confirmed_on == date(2026, 11, 18)
    (found,) = case.findings
    assert found.title == "Proyek konstruksi belum didaftarkan"
    assert "Permenaker 44/2015 3(3)" in found.articles
    assert found.marks == "pekerjaan telah berakhir"
    assert "paling lambat 21 September 2026" in found.said
    assert found.evidence["contract_value"] == Decimal("1234567890.50")
    assert found.evidence["contract_date"] == date(2026, 9, 1)
    assert found.evidence["fund"] == "APBD"


def test_cases_beyond_a_batch_all_leave_once(file_case: FileCase, session: Session, order: ExportOrder) -> None:
    assert BATCH > 3
    numbers = [file_case([{**PARTLY, "subject_key": f"W{index}"}], stage="confirmed") for index in range(7)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cases.export.confirmed.BATCH", 3)
        assert [case.number for case in confirmed_cases(session, order)] == numbers


def cut_off(_session: Session, _order: ExportOrder) -> Iterator[ExportCase]:
    yield nasty_cases()[1]
    raise RuntimeError("cut off")


def test_a_file_appears_whole_or_not_at_all(
    file_case: FileCase, session: Session, order: ExportOrder, tmp_path: Path
) -> None:
    file_case([PARTLY], stage="confirmed")
    path = tmp_path / "disnaker.csv"
    done = export_file(session, order, "csv", path)
    assert (done.cases, done.path, done.unmasked) == (1, path, False)
    before = path.read_bytes()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(RuntimeError, match="cut off"):
        patch.setattr("cases.export.write.confirmed_cases", cut_off)
        export_file(session, order, "csv", path)
    assert path.read_bytes() == before
    with pytest.raises(StoreError, match=r"(?s)nowhere/x\.csv cannot be written.*half a list"):
        export_file(session, order, "csv", tmp_path / "nowhere" / "x.csv")
    assert sorted(one.name for one in tmp_path.iterdir() if "csv" in one.name) == ["disnaker.csv"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"queue": "disnakr"}, r"(?s)no office takes the queue 'disnakr'.*disnaker \(disnaker-babel\)"),
        ({"office": "disnaker-jabar"}, r"no office takes the queue 'disnaker' as 'disnaker-jabar'"),
        ({"offices": ()}, r"(?s)no office takes the queue 'disnaker'.*known are none"),
    ],
)
def test_an_order_that_cannot_be_is_refused(order: ExportOrder, changed: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        replace(order, **changed)


def test_a_case_leaves_only_for_a_province_that_the_office_serves(
    file_case: FileCase, session: Session, order: ExportOrder
) -> None:
    babel, jabar, nowhere = (
        file_case([{**PARTLY, "subject_key": province}], stage="confirmed", province=province)
        for province in ("19", "32", "")
    )
    offices = (*OFFICES, Office("disnaker-bandung", "disnaker", ("32.04", "32.17"), "Disnaker Jawa Barat"))
    both = replace(order, offices=offices)
    assert [case.number for case in confirmed_cases(session, order)] == [babel]
    assert [case.number for case in confirmed_cases(session, both)] == [babel, jabar]
    assert [case.number for case in confirmed_cases(session, replace(both, office="disnaker-bandung"))] == [jabar]
    done = export_queue(session, both, "json", io.BytesIO())
    assert (done.cases, done.left_without_office) == (2, 1)
    assert nowhere not in (babel, jabar)


def test_a_format_that_there_is_not() -> None:
    assert export_format("xlsx") == "xlsx"
    with pytest.raises(UsageError, match=r"(?s)no export format 'pdf'.*csv, xlsx, json"):
        export_format("pdf")
