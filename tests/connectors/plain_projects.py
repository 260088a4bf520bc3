"""What the registers of projects say, judged by plain Python."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.connectors.plain_reading import (
    Answer,
    Answers,
    Row,
    dated,
    day,
    every,
    less,
    negated,
    one_of,
    plain,
    rounded,
    rows_of,
    rupiah,
    some,
    verdict,
    working_day_after,
    yes,
)

Slice = tuple[int, str]
JKK: Sequence[Slice] = (
    (100_000_000, "0.0021"), (500_000_000, "0.0017"), (1_000_000_000, "0.0013"), (5_000_000_000, "0.0011"),
    (10**15, "0.0009"),
)  # fmt: skip
JKM: Sequence[Slice] = ((100_000_000, "0.0003"), (1_000_000_000, "0.0002"), (10**15, "0.0001"))
LETTER = date(2025, 2, 21)
FIVE_BILLION = Decimal(5_000_000_000)


def sliced(amount: Decimal, table: Sequence[Slice]) -> Decimal:
    total, low = Decimal(0), Decimal(0)
    for high, rate in table:
        total += max(min(amount, Decimal(high)) - low, Decimal(0)) * Decimal(rate)
        low = Decimal(high)
    return rounded(total)


def short(paid: Decimal | None, owed: Decimal | None) -> Answer:
    return less(paid, None if owed is None else owed - 1000)


class Projects:
    """Contracts, registrations and proofs of one province."""

    def __init__(self, folder: Path, today: date) -> None:
        self.today = today
        self.contracts = [row for row in rows_of(folder, "proyek.csv") if not row["nilai_kontrak"].startswith("-")]
        self.registered: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for row in rows_of(folder, "pendaftaran_proyek.csv"):
            self.registered[plain(row["kd_satker"]), plain(row["no_kontrak"]), row["tgl_kontrak"]].append(row)
        self.proofs: dict[str, list[str]] = defaultdict(list)
        for row in rows_of(folder, "bukti_iuran.csv"):
            self.proofs[row["kunci"]].append(row["bukti_iuran"])

    def answers(self) -> Answers:
        return {(rule, row["kunci"]): one for row in self.contracts for rule, one in self.judge(row).items()}

    def judge(self, row: Row) -> dict[str, str]:
        rows = self.registered.get((plain(row["kd_satker"]), plain(row["no_kontrak"]), row["tgl_kontrak"]), [])
        readable = bool(row["no_kontrak"] and row["tgl_kontrak"]) and len(rows) < 2
        readable = readable and all(r["tanggal_daftar"] != "2026-02-30" for r in rows)
        theirs = rows[0] if readable and rows else defaultdict(str)
        is_registered: Answer = bool(rows) if readable else None
        construction = one_of(row["jenis_pengadaan"], "Pekerjaan Konstruksi")
        scope = every([construction, is_registered])
        return {
            "JAKON-01": self.late(row, construction, is_registered),
            **self.underpaid(row, scope, theirs),
            "JAKON-03": verdict(scope, True, less(rupiah(theirs["nilai_terdaftar"]), rupiah(row["nilai_tanpa_ppn"]))),
            "JAKON-04": verdict(scope, True, self.uncovered(row, theirs)),
            "JAKON-05": self.without_workers(scope, theirs),
            "JAKON-06": self.without_proof(row, construction),
        }

    @staticmethod
    def regional(row: Row) -> Answer:
        return bool({"APBD", "APBDP"} & set(row["sumber_dana"].split(";"))) if row["sumber_dana"] else None

    def late(self, row: Row, construction: Answer, is_registered: Answer) -> str:
        running = one_of(row["status"], "berjalan", "gagal", "batal")
        scope = every([construction, self.regional(row), negated(running)])
        contract = day(row["tgl_kontrak"])
        if scope is not True or contract is None:
            return verdict(scope, None, None)
        return verdict(scope, True, every([negated(is_registered), working_day_after(contract, 14) < self.today]))

    @staticmethod
    def underpaid(row: Row, scope: Answer, theirs: Row) -> dict[str, str]:
        net, paid, wages = (
            rupiah(text) for text in (row["nilai_tanpa_ppn"], theirs["iuran_dibayar"], theirs["jumlah_upah"])
        )
        registered = rupiah(theirs["nilai_terdaftar"])
        base = None if net is None or registered is None else min(net, registered)
        by_value, by_wages = (one_of(theirs["dasar_iuran"], basis) for basis in ("nilai", "upah"))
        least = None if base is None else sliced(base, JKK) + sliced(min(base, FIVE_BILLION), JKM)
        whole = None if net is None else sliced(net, JKK) + sliced(net, JKM)
        of_wages = None
        if wages is not None:
            of_wages = rounded(wages * Decimal("0.0174")) + rounded(wages * Decimal("0.0030"))
        return {
            "JAKON-02": verdict(every([scope, by_value]), True, short(paid, least)),
            "JAKON-02-UPAH": verdict(every([scope, by_wages]), True, short(paid, of_wages)),
            "JAKON-02-BESAR": verdict(every([scope, by_value, less(FIVE_BILLION, net)]), True, short(paid, whole)),
        }

    @staticmethod
    def uncovered(row: Row, theirs: Row) -> Answer:
        cover, handed = day(theirs["berlaku_sampai"]), day(row["tgl_bast"])
        return every([less(cover, day(row["tgl_selesai"])), handed is None or less(cover, handed)])

    def without_workers(self, scope: Answer, theirs: Row) -> str:
        since = day(theirs["tanggal_daftar"]) if scope else None
        nobody = theirs["tk_nik_sah"] == "0" if theirs["tk_nik_sah"] else None
        late = None if since is None else working_day_after(since, 7) < self.today
        return verdict(scope, since is not None, every([nobody, late]))

    def without_proof(self, row: Row, construction: Answer) -> str:
        requested = day(row["tgl_permintaan_bayar"])
        scope = every([construction, self.regional(row), requested is not None])
        proofs = self.proofs.get(row["kunci"], [])
        absent: Answer = some([not proofs, *(yes(proof) is not True for proof in proofs)])
        return dated(scope, requested, LETTER, absent if len(proofs) < 2 else None)
