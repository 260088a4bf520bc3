"""The ISB chain of a folder: one project for each announced package, whatever the files call things."""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from connectors.land import land
from connectors.landed import Landed
from connectors.snapshot import Snapshots
from rules.configuration import Source
from rules.errors import Location
from rules.load import load_rule_book

PROJECT = load_rule_book()[0].vocabulary.facts["project"]
FIRM = "0912345678422000"
Row = dict[str, object]


class Folder:
    """A folder of ISB files that is landed as the project source."""

    def __init__(self, folder: Path) -> None:
        self.path, self.folder = folder / "isb", folder
        self.path.mkdir()

    def write(self, name: str, rows: object, before: bytes = b"") -> None:
        (self.path / f"{name}.json").write_bytes(before + json.dumps(rows).encode())

    def announce(self, *rows: Mapping[str, object], kind: str = "NonTender") -> None:
        plain: Row = {
            "kd_lpse": 93,
            f"kd_{kind.lower()}": 100,
            "nama_paket": "Rehabilitasi Jembatan",
            "nama_klpd": "Kab. Bandung",
            "jenis_klpd": "KABUPATEN",
            "kd_satker": "12335093",
            "nama_satker": "DINAS PEKERJAAN UMUM",
            "sumber_dana": "APBD",
            "jenis_pengadaan": "Pekerjaan Konstruksi",
            f"status_{kind.lower()}": "Selesai",
            f"tgl_pengumuman_{kind.lower()}": "2025-03-21 14:00:00.000000Z",
        }
        self.write(f"SPSE-{kind}Pengumuman", [{**plain, **row} for row in rows])

    def contract(self, *rows: Mapping[str, object], kind: str = "NonTender") -> None:
        plain: Row = {
            "kd_lpse": 93,
            f"kd_{kind.lower()}": 100,
            "no_kontrak": "602 / SPK / 2025",
            "tgl_kontrak": "2025-04-29T00:00:00.000000Z",
            "nilai_kontrak": 143295236.5,
            "nama_penyedia": "CV. Tiga",
            "npwp_penyedia": "91.234.567.8-422.000",
            "npwp16_penyedia": FIRM,
            "versi_addendum": 0,
        }
        self.write(f"SPSE-{kind}Ekontrak-2Kontrak", [{**plain, **row} for row in rows])

    def land(self) -> Landed:
        source = Source(
            name="projects",
            connector="isb",
            fact="project",
            path=self.path,
            as_of=date(2025, 10, 3),
            fresh_days=None,
            complete=True,
            may_be_empty=False,
            largest_drop=Decimal(1),
            reject_limit=Decimal(1),
            key=("project_key",),
            group={},
            columns={},
            options={},
            location=Location("rules.yaml"),
        )
        snapshots = Snapshots(self.folder / "state")
        return land(source, PROJECT, snapshots, self.folder / "scratch", datetime(2026, 11, 20, tzinfo=UTC))

    def projects(self) -> list[Row]:
        path = self.land().path
        assert path is not None
        found: list[Row] = pq.read_table(path).to_pylist()
        return found

    def project(self) -> Row:
        (found,) = self.projects()
        return found

    def rejects(self) -> list[tuple[object, object, object]]:
        rejects = self.land().rejects
        assert rejects is not None
        return [(one["column"], one["value"], one["reason"]) for one in pq.read_table(rejects).to_pylist()]


@pytest.fixture
def isb(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.announce({})
    folder.contract()
    return folder


def test_a_contract_makes_a_contracted_project(isb: Folder) -> None:
    isb.contract({})
    assert isb.project() == {
        "project_key": "93:nontender:100",
        "name": "Rehabilitasi Jembatan",
        "region": "32.04",
        "region_basis": "buyer",
        "buyer_code": "12335093",
        "buyer_name": "DINAS PEKERJAAN UMUM",
        "announced_on": date(2025, 3, 21),
        "fund": "APBD",
        "procurement_kind": "construction",
        "stage": "contracted",
        "stage_on": date(2025, 4, 29),
        "contract_number": "602 / SPK / 2025",
        "contract_date": date(2025, 4, 29),
        "contract_value": Decimal("143295236.50"),
        "contractor_key": "93:CV TIGA",
        "contractor_name": "CV. Tiga",
        "contractor_npwp": FIRM,
        "contractor_npwp15": FIRM,
        "ordered_on": None,
        "work_start": None,
        "work_end": None,
        "handed_over_on": None,
        "_row": 1,
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025-03-21T00:00:00.000000Z", date(2025, 3, 21)),
        ("2025-03-21T00:00:00.123Z", date(2025, 3, 21)),
        ("2025-03-21T23:30:00", date(2025, 3, 21)),
        ("2025-03-21 14:00:00", date(2025, 3, 21)),
        ("2025-10-03 08:00:00.000000Z", date(2025, 10, 3)),
        ("2025-10-03", date(2025, 10, 3)),
        ("Aug 12, 2025, 12:00:00AM", date(2025, 8, 12)),
        ("Aug 12, 2025, 12:00:00 AM", date(2025, 8, 12)),
        ("21-03-2025", date(2025, 3, 21)),
        ("-0001-11-30T00:00:00+00:00", None),
        ("0000-00-00", None),
        (" ", None),
        (None, None),
    ],
)
def test_every_shape_of_date(isb: Folder, written: str | None, read: date | None) -> None:
    isb.contract({"tgl_kontrak": written})
    assert isb.project()["contract_date"] == read


@pytest.mark.parametrize("written", ["2025-02-31", "soon", "2025-13-01T00:00:00Z", "31/02/2025"])
def test_a_date_that_does_not_exist_rejects_the_project_and_shows_it(isb: Folder, written: str) -> None:
    isb.contract({"tgl_kontrak": written}, {"tgl_kontrak": "2025-04-29", "versi_addendum": 1})
    landed = isb.land()
    assert (landed.rows, landed.rejected) == (1, 1)
    assert ("contract_date", written, "not_a_date") in isb.rejects()


def test_a_value_that_is_no_number_rejects_the_project(isb: Folder) -> None:
    isb.contract({"nilai_kontrak": "seratus juta"})
    assert isb.rejects() == [("contract_value", "seratus juta", "not_a_number")]


@pytest.mark.parametrize("code", [100, "100", "100.0", 100.0, " 100 "])
def test_codes_meet_whatever_their_type(isb: Folder, code: object) -> None:
    isb.contract({"kd_nontender": code, "kd_lpse": "93"})
    assert isb.project()["stage"] == "contracted"


def test_a_record_that_does_not_name_its_lpse_belongs_to_the_only_one(isb: Folder) -> None:
    isb.contract({"kd_lpse": None})
    assert isb.project()["stage"] == "contracted"


@pytest.mark.parametrize("name", ["npwp16_penyedia", "npwp_16_penyedia", "npwp_penyedia_16"])
def test_one_number_with_three_names(isb: Folder, name: str) -> None:
    isb.contract({"npwp16_penyedia": None, "npwp_penyedia": None, name: FIRM})
    assert isb.project()["contractor_npwp"] == FIRM


def test_addenda_keep_the_first_date_and_take_the_last_value(isb: Folder) -> None:
    isb.contract(
        {"versi_addendum": 2, "tgl_kontrak": "2025-08-01", "nilai_kontrak": 300, "no_kontrak": "C"},
        {"versi_addendum": 0, "tgl_kontrak": "2025-04-29", "nilai_kontrak": 100, "no_kontrak": "A"},
        {"versi_addendum": "1", "tgl_kontrak": "2025-06-01", "nilai_kontrak": 200, "no_kontrak": "B"},
    )
    found = isb.project()
    assert (found["contract_date"], found["contract_value"], found["contract_number"]) == (
        date(2025, 4, 29),
        Decimal(300),
        "C",
    )


@pytest.mark.parametrize(
    ("rows", "handed_over"),
    [
        ([("2025-06-01", None), ("2025-07-01", 100), ("2025-12-01", 100)], date(2025, 7, 1)),
        ([("2025-06-01", None), ("2025-07-01", 40)], date(2025, 7, 1)),
        ([(None, 100)], None),
        ([], None),
    ],
)
def test_the_hand_over_is_the_first_at_all_of_the_work_or_the_last(
    isb: Folder, rows: list[tuple[str | None, int | None]], handed_over: date | None
) -> None:
    name = "SPSE-NonTenderEkontrak-4BAPBAST"
    isb.write(name, [{"kd_lpse": 93, "kd_nontender": 100, "tgl_bast": d, "progres_pekerjaan": p} for d, p in rows])
    assert isb.project()["handed_over_on"] == handed_over


@pytest.mark.parametrize(
    ("start", "finish", "expected"),
    [
        ("Jul 29, 2025, 12:00:00AM", "Sep 26, 2025, 12:00:00AM", date(2025, 9, 26)),
        ("Jul 29, 2025, 12:00:00AM", "Jul 29, 2025, 12:00:00AM", date(2025, 7, 29)),
        ("Jul 29, 2025, 12:00:00AM", "Jun 15, 2025, 12:00:00AM", None),
    ],
)
def test_works_that_end_before_they_start_have_no_end(
    isb: Folder, start: str, finish: str, expected: date | None
) -> None:
    row = {"kd_nontender": 100, "tgl_spmk_spp": start, "tgl_mulai_pekerjaan": start, "tgl_selesai_pekerjaan": finish}
    isb.write("SPSE-NonTenderEkontrak-3SPMKSPP", [row])
    found = isb.project()
    assert (found["ordered_on"], found["work_start"], found["work_end"]) == (
        date(2025, 7, 29),
        date(2025, 7, 29),
        expected,
    )


WINNER = {"kd_lpse": 93, "kd_nontender": 100, "nama_penyedia": "CV. Tiga", "npwp16_penyedia": FIRM}


@pytest.mark.parametrize(
    ("status", "part", "stage"),
    [
        ("Selesai", None, "finished"),
        ("Berlangsung", None, "running"),
        ("Gagal/Batal", None, "failed"),
        ("Dibatalkan", None, "cancelled"),
        ("Berlangsung", "NonTenderSelesai", "awarded"),
        ("Selesai", "NonTenderEkontrak-1SPPBJ", "awarded"),
        ("Gagal/Batal", "NonTenderSelesai", "failed"),
        ("Berlangsung", "NonTenderEkontrak-2Kontrak", "contracted"),
        ("Gagal/Batal", "NonTenderEkontrak-2Kontrak", None),
        ("Menunggu", None, None),
    ],
)
def test_stages(isb: Folder, status: str, part: str | None, stage: str | None) -> None:
    isb.announce({"status_nontender": status})
    if part:
        isb.write(f"SPSE-{part}", [WINNER])
    assert isb.project()["stage"] == stage


UNKNOWN_STAGES = (
    "nontender: without a contract file the stage of its packages is unknown, unless they failed or were cancelled"
)


@pytest.mark.parametrize(
    ("status", "award", "stage"),
    [
        ("Selesai", False, None),
        ("Berlangsung", False, None),
        ("Berlangsung", True, None),
        ("Gagal/Batal", True, "failed"),
        ("Dibatalkan", False, "cancelled"),
    ],
)
def test_without_its_contract_file_a_kind_has_no_stages(
    isb: Folder, status: str, award: bool, stage: str | None
) -> None:
    isb.announce({"status_nontender": status})
    isb.announce({"status_tender": "Berlangsung"}, kind="Tender")
    isb.contract(kind="Tender")
    if award:
        isb.write("SPSE-NonTenderSelesai", [WINNER])
    (isb.path / "SPSE-NonTenderEkontrak-2Kontrak.json").unlink()
    found = {one["project_key"]: one["stage"] for one in isb.projects()}
    assert found == {"93:nontender:100": stage, "93:tender:100": "running"}
    assert [note for note in isb.land().notes if "contract file" in note] == [UNKNOWN_STAGES]


def test_a_finished_package_without_result_or_award_file_is_not_running(isb: Folder) -> None:
    isb.announce({"status_nontender": "Sudah Selesai, sedang berjalan"})
    assert isb.project()["stage"] == "finished"


def test_an_award_letter_that_names_nobody_is_an_award(isb: Folder) -> None:
    isb.write("SPSE-NonTenderEkontrak-1SPPBJ", [{"kd_nontender": 100, "tgl_sppbj": "2025-04-01"}])
    found = isb.project()
    assert (found["stage"], found["stage_on"], found["contractor_name"]) == ("awarded", date(2025, 4, 1), None)


def test_a_bidder_is_a_winner_only_where_it_says_so(isb: Folder) -> None:
    isb.announce({"kd_tender": 7, "status_tender": "Selesai"}, kind="Tender")
    isb.contract(kind="Tender")
    (isb.path / "SPSE-NonTenderPengumuman.json").unlink()
    bidder = {"kd_lpse": 93, "kd_tender": 7, "kd_penyedia": 11, "nama_penyedia": "PT Lain"}
    isb.write("SPSE-PesertaTender", [{**bidder, "pemenang": 0}])
    assert isb.project()["stage"] == "finished"
    isb.write("SPSE-PesertaTender", [{**bidder, "pemenang": 0}, {**bidder, "kd_penyedia": 12, "pemenang": 1}])
    found = isb.project()
    assert (found["stage"], found["contractor_key"], found["project_key"]) == ("awarded", "12", "93:tender:7")


def test_the_contractors_code_is_taken_from_a_record_of_the_same_firm_only(isb: Folder) -> None:
    isb.contract({})
    isb.write("SPSE-NonTenderSelesai", [{**WINNER, "kd_penyedia": 555}])
    assert isb.project()["contractor_key"] == "555"
    other = {"nama_penyedia": "PT Lain", "npwp16_penyedia": "0823456789429000", "kd_penyedia": 666}
    isb.write("SPSE-NonTenderSelesai", [{**WINNER, **other}])
    found = isb.project()
    assert (found["contractor_key"], found["contractor_name"]) == ("93:CV TIGA", "CV. Tiga")


@pytest.mark.parametrize(
    ("said", "region", "basis"),
    [
        ({"lokasi_pekerjaan": "Kecamatan Paseh - Bandung (Kab.) - Jawa Barat"}, "32.04", "location"),
        ({"lokasi_pekerjaan": "Jl. Raya - Bandung (Kota) - Jawa Barat"}, "32.73", "location"),
        ({"lokasi_pekerjaan": "Somewhere - Jawa Barat"}, "32", "location"),
        ({"lokasi_pekerjaan": "A - Cimahi (Kota) - Jawa Barat; B - Bandung (Kab.) - Jawa Barat"}, "32", "location"),
        ({"lokasi_pekerjaan": "A - Kotabaru (Kab.) - Kalimantan Selatan"}, "63.02", "location"),
        ({"lokasi_pekerjaan": "A - Bandung (Kab.) - Jawa Tengah"}, "32.04", "buyer"),
        ({"lokasi_pekerjaan": "Nowhere"}, "32.04", "buyer"),
        ({"lokasi_pekerjaan": None, "nama_klpd": "Provinsi Jawa Barat", "jenis_klpd": "PROVINSI"}, "32", "buyer"),
        ({"nama_klpd": "PDAM Tirta Contoh Kabupaten Bandung", "jenis_klpd": "BUMD"}, "32.04", "buyer"),
        ({"nama_klpd": "Kementerian Ketenagakerjaan", "jenis_klpd": "KEMENTERIAN"}, None, None),
        ({"kabkota": "Kota Administrasi Jakarta Selatan", "provinsi": "DKI Jakarta"}, "31.74", "location"),
    ],
)
def test_the_region_is_the_locations_else_the_buyers(
    isb: Folder, said: dict[str, object], region: str | None, basis: str | None
) -> None:
    isb.announce(said)
    found = isb.project()
    assert (found["region"], found["region_basis"]) == (region, basis)


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("Pekerjaan Konstruksi", "construction"),
        ("Pekerjaan Konstruksi Terintegrasi", "construction"),
        ("Jasa Konsultansi Badan Usaha Konstruksi", "other"),
        (None, None),
    ],
)
def test_works_are_construction_and_advice_about_works_is_not(
    isb: Folder, category: str | None, kind: str | None
) -> None:
    isb.announce({"jenis_pengadaan": category})
    assert isb.project()["procurement_kind"] == kind


def test_a_package_announced_again_is_its_latest_version(isb: Folder) -> None:
    isb.announce(
        {"versi_nontender": 2, "status_nontender": "Berlangsung"},
        {"versi_nontender": 10, "status_nontender": "Selesai"},
        {"versi_nontender": 1, "status_nontender": "Gagal/Batal"},
    )
    assert isb.project()["stage"] == "finished"


def test_a_row_without_its_package_is_rejected_and_shown(isb: Folder) -> None:
    isb.announce({}, {"kd_nontender": None})
    isb.contract({}, {"kd_nontender": " "})
    landed = isb.land()
    assert (landed.rows, landed.rejected) == (3, 2)
    assert isb.rejects() == [
        ("SPSE-NonTenderEkontrak-2Kontrak.json: kd_nontender", None, "key_empty"),
        ("project_key", None, "key_empty"),
    ]


def test_what_is_no_object_is_rejected(isb: Folder) -> None:
    isb.write("SPSE-NonTenderEkontrak-2Kontrak", [["a"], {"kd_nontender": 100, "tgl_kontrak": "2025-04-29"}])
    assert isb.project()["stage"] == "contracted"
    assert isb.rejects() == [("SPSE-NonTenderEkontrak-2Kontrak.json: kd_nontender", '["a"]', "not_a_record")]


def test_missing_files_empty_arrays_marks_and_compression(isb: Folder) -> None:
    isb.write("SPSE-NonTenderEkontrak-3SPMKSPP", [])
    isb.write("RUP-MasterSatker", [{"kd_satker": 1}])
    rows = [{"kd_lpse": 93, "kd_nontender": 100, "no_kontrak": "A", "tgl_kontrak": "2025-04-29"}]
    isb.write("SPSE-NonTenderSelesai", rows, before=b"\xef\xbb\xbf")
    packed = gzip.compress(json.dumps(rows).encode())
    (isb.path / "SPSE-NonTenderEkontrak-2Kontrak-2025.json.gz").write_bytes(packed)
    landed = isb.land()
    assert landed.notes == (
        "tender: no file for announcement, result, bidder, award, contract, order, handover",
        "nontender: no file for award, handover",
        "not part of the chain, left aside: RUP-MasterSatker.json",
    )
    assert isb.project()["stage"] == "contracted"


def test_a_contract_of_a_package_that_was_not_announced_is_told(isb: Folder) -> None:
    isb.contract({"kd_nontender": 999})
    note = "1 packages of the contract files have no announcement here and are left out"
    assert note in isb.land().notes


def test_a_file_cut_short_makes_the_source_missing(isb: Folder) -> None:
    isb.contract({})
    file = isb.path / "SPSE-NonTenderEkontrak-2Kontrak.json"
    file.write_bytes(file.read_bytes()[:-20])
    landed = isb.land()
    assert landed.path is None
    assert landed.missing is not None
    assert "SPSE-NonTenderEkontrak-2Kontrak.json is not whole JSON" in landed.missing
    assert "deliver the file again" in landed.missing


def test_a_folder_without_announcements_is_missing(isb: Folder) -> None:
    (isb.path / "SPSE-NonTenderPengumuman.json").unlink()
    assert "has no announcement file" in str(isb.land().missing)


def test_no_folder_is_missing(isb: Folder) -> None:
    isb.path = isb.path / "away"
    assert "is not a folder" in str(isb.land().missing)


def test_the_same_files_land_once_and_a_changed_one_again(isb: Folder) -> None:
    first = isb.land()
    assert isb.land() == first
    isb.contract({})
    assert isb.land().sha256 != first.sha256
