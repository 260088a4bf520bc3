"""The files of an ISB folder: which part of the procurement chain each holds, and what its columns are called.

LKPP publishes the chain as one JSON array for each step, tender and direct (non-tender) apart. The same fact has
several column names from step to step and year to year: all that were seen are listed, the first that is there counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.errors import Message

TENDER, NONTENDER = "tender", "nontender"

PARTS: Mapping[str, str] = {
    "announcement": r"pengumuman",
    "result": r"selesai(nilai)?",
    "bidder": r"peserta(tender|nontender)?",
    "award": r"sppbj",
    "contract": r"kontrak",
    "order": r"spmk(spp)?|spp",
    "handover": r"bapbast|bast|bap",
}
"""Part of the chain to the end of its file's name, lower case, letters only."""

PART_NAMES: Mapping[str, Message] = {
    "announcement": Message("announcement"),
    "result": Message("result"),
    "bidder": Message("bidder"),
    "award": Message("award"),
    "contract": Message("contract"),
    "order": Message("order"),
    "handover": Message("handover"),
}
"""Part of the chain to what a person reads."""

_RECORDED_ONLY = re.compile(r"pencatatan|swakelola|katalog|epurchasing|^rup")


@dataclass(frozen=True)
class ChainFile:
    """One file of the chain."""

    path: Path
    kind: str
    part: str


def chain_files(folder: Path) -> tuple[tuple[ChainFile, ...], tuple[str, ...]]:
    """Return the files of the chain in a folder, by name, and the names of JSON files that are no part of it."""
    found, others = [], []
    for path in sorted(folder.iterdir()):
        if not path.is_file() or not re.search(r"\.json(\.gz)?$", path.name, re.IGNORECASE):
            continue
        letters = re.sub(r"[^a-z]", "", path.name.lower().removesuffix(".gz").removesuffix(".json"))
        part = next((part for part, end in PARTS.items() if re.search(f"(?:{end})$", letters)), None)
        if part is None or _RECORDED_ONLY.search(letters) or "tender" not in letters:
            others.append(path.name)
        else:
            found.append(ChainFile(path, NONTENDER if "nontender" in letters else TENDER, part))
    return tuple(found), tuple(others)


_PACKAGE = {
    TENDER: ("kd_tender", "kode_tender"),
    NONTENDER: ("kd_nontender", "kd_non_tender", "kode_nontender", "lls_id"),
}
_LPSE = ("kd_lpse", "lpse_id")
_CONTRACTOR: Mapping[str, tuple[str, ...]] = {
    "contractor": ("nama_penyedia",),
    "number16": ("npwp16_penyedia", "npwp_16_penyedia", "npwp_penyedia_16"),
    "number15": ("npwp_penyedia",),
    "code": ("kd_penyedia",),
}

_COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "announcement": {
        "version": ("versi_tender", "versi_nontender"),
        "name": ("nama_paket",),
        "buyer_code": ("kd_satker", "kd_satker_str"),
        "buyer_name": ("nama_satker",),
        "body": ("nama_klpd",),
        "body_kind": ("jenis_klpd",),
        "location": ("lokasi_pekerjaan",),
        "regency": ("kabkota", "nama_kabkota"),
        "province": ("provinsi", "nama_provinsi"),
        "fund": ("sumber_dana",),
        "category": ("jenis_pengadaan", "kategori_pengadaan"),
        "status": ("status_tender", "status_nontender", "status_paket"),
        "announced": (
            "tgl_pengumuman_tender",
            "tgl_pengumuman_nontender",
            "tgl_pengumuman",
            "tgl_kolektif_kolegial",
            "tgl_buat_paket",
        ),
    },
    "result": {**_CONTRACTOR, "decided": ("tgl_penetapan_pemenang",)},
    "bidder": {**_CONTRACTOR, "won": ("pemenang",)},
    "award": {**_CONTRACTOR, "decided": ("tgl_sppbj",)},
    "contract": {
        **_CONTRACTOR,
        "number": ("no_kontrak",),
        "signed": ("tgl_kontrak",),
        "value": ("nilai_kontrak",),
        "version": ("versi_addendum",),
    },
    "order": {
        "ordered": ("tgl_spmk_spp", "tgl_spmk", "tgl_spp"),
        "start": ("tgl_mulai_pekerjaan",),
        "finish": ("tgl_selesai_pekerjaan",),
        "version": ("versi_addendum",),
    },
    "handover": {"handed_over": ("tgl_bast",), "progress": ("progres_pekerjaan", "progress_pekerjaan")},
}
"""Part of the chain to our columns, each with the names that it has in the files."""


def columns(part: str, kind: str) -> Mapping[str, tuple[str, ...]]:
    """Return our columns of a part of the chain with the names that they may have; `package` and `lpse` first."""
    return {"package": _PACKAGE[kind], "lpse": _LPSE, **_COLUMNS[part]}
