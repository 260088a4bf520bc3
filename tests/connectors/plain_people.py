"""What the registers of people say, judged by plain Python."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.connectors.plain_reading import (
    UNKNOWN,
    Answer,
    Answers,
    Row,
    at_least,
    by_key,
    count,
    dated,
    day,
    every,
    less,
    negated,
    one_of,
    person,
    rounded,
    rows_of,
    rupiah,
    some,
    verdict,
    working_day_after,
    yes,
)

OFFICES = ("kades", "perangkat", "bpd", "rt_rw")


def partners(folder: Path, today: date) -> Answers:
    covers: dict[str, list[Row]] = defaultdict(list)
    jobs: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(folder, "bpu.csv"):
        covers[row["nik"]].append(row)
    for row in rows_of(folder, "pekerja_pu.csv"):
        jobs[row["nik"]].append(row["status"])
    found = {}
    for row in rows_of(folder, "mitra_kum.csv"):
        number = person(row["nik"])
        if row["kode_wilayah"] != "Koba":
            known = None if number is None else judge_partner(covers.get(number, []), jobs.get(number, []), today)
            found["KUM-01", row["no_anggota"]] = known or UNKNOWN
    return found


def judge_partner(covers: list[Row], jobs: list[str], today: date) -> str:
    lapsed = None if len(covers) > 1 else not covers or date.fromisoformat(covers[0]["berlaku_sampai"]) < today
    idle = None if "cuti" in jobs else "aktif" not in jobs
    return verdict(True, True, every([lapsed, idle]))


def participants(folder: Path, today: date) -> Answers:
    del today
    found = {}
    for key, row in by_key(rows_of(folder, "tagihan_bpu.csv"), "no_peserta").items():
        if row["kode_wilayah"] != "Koba":
            found["BPU-01", key] = verdict(True, True, at_least(count(row["bulan_menunggak"]), 1))
            month, billed, owed = day(row["bulan_iuran"]), rupiah(row["tagihan"]), tariff(row)
            wrong = None if billed is None or owed is None else billed != owed
            found["BPU-02", key] = dated(True, month, date(2025, 12, 31), wrong)
    return found


def tariff(row: Row) -> Decimal | None:
    """1 % of the income and Rp6,800; half of it while PP 50/2025 relieves the sector, who pays it themselves."""
    income, month = rupiah(row["dasar_penghasilan"]), day(row["bulan_iuran"])
    half: Answer = None
    if row["sumber_iuran"] in ("apbn", "apbd"):
        half = False
    elif row["sumber_iuran"] == "sendiri" and row["sektor"] and month is not None:
        first, last = (1, 15) if row["sektor"] == "angkutan" else (4, 12)
        half = first <= (month.year - 2026) * 12 + month.month <= last
    if income is None or half is None:
        return None
    return rounded((income / 100 + 6800) / (2 if half else 1))


def cover(rows: dict[str, list[Row]], nik: str, field: str) -> Answer:
    """Whether a person is covered; None where the number, or which of two rows counts, cannot be said."""
    number = person(nik)
    mine = rows.get(number, []) if number else []
    if number is None or len(mine) > 1 or any(row[field] not in ("ya", "tidak") for row in mine):
        return None
    return bool(mine) and yes(mine[0][field])


def grouped(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["nik"]].append(row)
    return found


def debtors(folder: Path, today: date) -> Answers:
    del today
    covers = grouped(rows_of(folder, "perlindungan_debitur.csv"))
    found = {}
    for row in rows_of(folder, "debitur_kur.csv"):
        granted = day(row["tanggal_akad"])
        # Without the day nobody knows which threshold was in force.
        above = less(Decimal(100_000_000), rupiah(row["plafon"])) if granted else None
        scope = every([one_of(row["jenis_kur"], "kecil", "khusus"), above])
        readable = cover(covers, row["nik"], "jkk") is not None
        bare = some([negated(cover(covers, row["nik"], field)) for field in ("jkk", "jkm")]) if readable else None
        found["KUR-01", row["no_debitur"]] = dated(scope, granted, date(2023, 12, 31), bare)
    return found


def cohorts(folder: Path, today: date) -> Answers:
    found, rows = {}, rows_of(folder, "kelompok.csv")
    for key, row in by_key(rows, "kd_kelompok").items():
        if row["kode_wilayah"] == "Koba":
            continue
        people, until = count(row["jumlah_orang"]), day(row["berlaku_sampai"])
        # Of two rows that differ nobody can say whether there is a cover; one row without a day says there is none.
        covered: Answer = until is not None if row["jenis"] or row["tanggal_data"] else None
        scope = every([covered, at_least(people, 1)])
        found["DANA-01", key] = verdict(scope, True, less(until, today))
        found["NASN-01", key] = staff(row, people, today)
    return found


def staff(row: Row, people: int | None, today: date) -> str:
    with_programme = [count(row[name]) for name in ("orang_jkk", "orang_jkm", "orang_jht")]
    missing = some([None if one is None or people is None else one < people for one in with_programme])
    forms, since = day(row["formulir_diterima"]), date(2025, 2, 24)
    late = None if forms is None else working_day_after(max(forms, since), 30) < today
    return dated(one_of(row["jenis"], "non_asn"), today, since, every([missing, late]))


def listed(folder: Path, today: date) -> Answers:
    del today
    covers = grouped(rows_of(folder, "peserta_anggota.csv"))
    found = {}
    for row in rows_of(folder, "anggota_kelompok.csv"):
        if row["kode_wilayah"] != "Koba":
            idle = negated(cover(covers, row["nik"], "aktif"))
            found["DESA-01", row["no_urut"]] = verdict(one_of(row["jabatan"], *OFFICES), True, idle)
            found["PEMILU-01", row["no_urut"]] = verdict(one_of(row["jabatan"], "pemilu"), True, idle)
    return found


PEOPLE: tuple[Callable[[Path, date], Answers], ...] = (partners, participants, debtors, cohorts, listed)
