"""The planted truth, derived anew from the written CSV files by plain Python that knows neither plan nor engine."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import holidays
import pytest

from connectors.sample import write_sample

TODAY = date(2026, 11, 20)
Row = dict[str, str]
Answer = bool | None
UNKNOWN = "?"


def rows_of(folder: Path, name: str) -> list[Row]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def every(answers: Iterable[Answer]) -> Answer:
    said = list(answers)
    return False if False in said else (None if None in said else True)


def payer(*numbers: str) -> str | None:
    """The first 10 digits of a firm's number, all 16 of a person's or a Coretax one; None where it cannot be said."""
    keys = set()
    for number in numbers:
        digits = re.sub(r"[^0-9A-Za-z]", "", number)
        if not digits.strip("0"):
            continue
        if re.fullmatch(r"[0-9]{15}", digits):
            digits = "0" + digits
        if not re.fullmatch(r"[0-9]{16}", digits):
            return None
        keys.add(digits[:10] if digits[0] == "0" else digits)
    return keys.pop() if len(keys) == 1 else None


def person(number: str) -> str | None:
    digits = number.replace(" ", "")
    return digits if re.fullmatch(r"[0-9]{16}", digits) else None


def plain(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def count(text: str) -> int | None:
    return int(text.replace(".", "")) if text else None


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def counted_on(offices: list[Row]) -> date | None:
    """The earliest day of which an employer's offices were counted; None where one does not say."""
    days = [row["tanggal_data"] for row in offices]
    return None if "" in days else min(datetime.strptime(text, "%d/%m/%Y").date() for text in days)  # noqa: DTZ007


def total(numbers: list[int | None]) -> int | None:
    return None if None in numbers else sum(n for n in numbers if n is not None)


class Employers:
    def __init__(self, folder: Path) -> None:
        self.offices: dict[str, list[Row]] = defaultdict(list)
        for row in rows_of(folder, "wlkp.csv"):
            if (count(row["jumlah_pekerja"]) or 0) >= 0:
                self.offices[row["no_wlkp"]].append(row)
        self.keys = {key: payer(rows[0]["npwp16"], rows[0]["npwp"]) for key, rows in self.offices.items()}
        self.shared = Counter(self.keys.values())
        self.members: dict[str | None, list[Row]] = defaultdict(list)
        self.ledger: dict[str, list[Row]] = defaultdict(list)
        for row in rows_of(folder, "kepesertaan.csv"):
            self.members[payer(row["npwp"])].append(row)
        for row in rows_of(folder, "iuran.csv"):
            self.ledger[plain(row["npp"])].append(row)

    def answers(self) -> dict[tuple[str, str], str]:
        found = {}
        for key, rows in self.offices.items():
            for rule, answer in self.judge(key, rows).items():
                if answer != "quiet":
                    found[rule, key] = answer
        return found

    def judge(self, key: str, rows: list[Row]) -> dict[str, str]:
        kinds = {row["status"] for row in rows}
        private = None if kinds in ({""}, {"swasta", "negara"}) else kinds == {"swasta"}
        counted = counted_on(rows)
        employed = total([count(row["jumlah_pekerja"]) for row in rows])
        number = self.keys[key]
        theirs = self.members.get(number, []) if number else []
        known = number is not None and self.shared[number] == 1 and all(int(r["jumlah_tk"] or 0) >= 0 for r in theirs)
        member: Answer = bool(theirs) if known else None
        return {
            "PWBD-01": verdict(
                private, counted is not None and counted <= TODAY, every([at_least(employed, 1), negated(member)])
            ),
            "PDS-TK-01": self.partly(every([member, private]), rows, theirs, employed),
            "IUR-03": self.owing(every([member, private]), theirs),
        }

    @staticmethod
    def partly(scope: Answer, offices: list[Row], theirs: list[Row], employed: int | None) -> str:
        if scope is not True:
            return verdict(scope, True, True)
        counted = counted_on(offices)
        dates = [day(row["tanggal_data"]) for row in theirs]
        said = [d for d in dates if d]
        near = None if counted is None or len(said) < len(dates) else abs((counted - min(said)).days) <= 90
        registered = total([count(row["jumlah_tk"]) for row in theirs])
        less = None if registered is None or employed is None else registered < employed
        return verdict(scope, near, less)

    def owing(self, scope: Answer, theirs: list[Row]) -> str:
        if scope is not True:
            return verdict(scope, True, True)
        numbers = {plain(row["npp"]) for row in theirs}
        rows = self.ledger.get(min(numbers), [])
        # Two memberships of one taxpayer: the ledger of one says nothing about what the other owes.
        usable = len(numbers) == 1 and len(rows) == 1 and int(rows[0]["teguran_habis"] or 0) <= 2
        months = count(rows[0]["bulan_menunggak"]) if usable else None
        kept = {"ya": True, "tidak": False, "": None}[rows[0]["cicilan"]] if usable else None
        return verdict(scope, True, every([at_least(months, 7), negated(kept)]))


def at_least(number: int | None, bound: int) -> Answer:
    return None if number is None else number >= bound


def negated(answer: Answer) -> Answer:
    return None if answer is None else not answer


def verdict(scope: Answer, needs: Answer, when: Answer) -> str:
    if scope is False:
        return "quiet"
    if scope is None or needs is not True or when is None:
        return UNKNOWN
    return "violation" if when else "quiet"


def overdue(contract: date) -> bool:
    """The 14th working day after the contract lies before today (national holidays and cuti bersama are off)."""
    off = holidays.country_holidays("ID", years=range(2025, 2028), categories=("public", "government"))
    current, worked = contract, 0
    while worked < 14:
        current += timedelta(days=1)
        worked += current.weekday() < 5 and current not in off
    return current < TODAY


def project_answers(folder: Path) -> dict[tuple[str, str], str]:
    registered: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows_of(folder, "pendaftaran_proyek.csv"):
        registered[plain(row["kd_satker"]), plain(row["no_kontrak"]), row["tgl_kontrak"]].append(row)
    found = {}
    for row in rows_of(folder, "proyek.csv"):
        if row["nilai_kontrak"].startswith("-"):
            continue
        answer = judge_project(row, registered)
        if answer != "quiet":
            found["JAKON-01", row["kunci"]] = answer
    return found


def judge_project(row: Row, registered: dict[tuple[str, str, str], list[Row]]) -> str:
    scope = every(
        [
            row["jenis_pengadaan"] == "Pekerjaan Konstruksi" if row["jenis_pengadaan"] else None,
            bool({"APBD", "APBDP"} & set(row["sumber_dana"].split(";"))) if row["sumber_dana"] else None,
            row["status"] not in ("berjalan", "gagal", "batal") if row["status"] else None,
        ]
    )
    if scope is not True or not row["tgl_kontrak"]:
        return verdict(scope, None, None)
    rows = registered.get((plain(row["kd_satker"]), plain(row["no_kontrak"]), row["tgl_kontrak"]), [])
    readable = bool(row["no_kontrak"]) and len(rows) < 2 and all(r["tanggal_daftar"] != "2026-02-30" for r in rows)
    absent: Answer = not rows if readable else None
    return verdict(scope, True, every([absent, overdue(date.fromisoformat(row["tgl_kontrak"]))]))


def partner_answers(folder: Path) -> dict[tuple[str, str], str]:
    covers: dict[str, list[Row]] = defaultdict(list)
    jobs: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(folder, "bpu.csv"):
        covers[row["nik"]].append(row)
    for row in rows_of(folder, "pekerja_pu.csv"):
        jobs[row["nik"]].append(row["status"])
    found = {}
    for row in rows_of(folder, "mitra_kum.csv"):
        number = person(row["nik"])
        answer = UNKNOWN if number is None else judge_partner(covers.get(number, []), jobs.get(number, []))
        if answer != "quiet" and row["kode_wilayah"] != "Koba":
            found["KUM-01", row["no_anggota"]] = answer
    return found


def judge_partner(covers: list[Row], jobs: list[str]) -> str:
    lapsed = None if len(covers) > 1 else not covers or date.fromisoformat(covers[0]["berlaku_sampai"]) < TODAY
    idle = None if "cuti" in jobs else "aktif" not in jobs
    return verdict(True, True, every([lapsed, idle]))


def planted(folder: Path) -> dict[tuple[str, str], str]:
    truth = {(row["rule"], row["subject_key"]): row["outcome"] for row in rows_of(folder, "truth.csv")}
    unknown = {(row["rule"], row["subject_key"]): UNKNOWN for row in rows_of(folder, "truth_unknown.csv")}
    assert not truth.keys() & unknown.keys()
    return truth | unknown


Derivation = Callable[[Path], dict[tuple[str, str], str]]


@pytest.mark.parametrize(
    ("derive", "rules"),
    [
        (lambda folder: Employers(folder).answers(), {"PWBD-01", "PDS-TK-01", "IUR-03"}),
        (project_answers, {"JAKON-01"}),
        (partner_answers, {"KUM-01"}),
    ],
    ids=["employers", "projects", "partners"],
)
@pytest.mark.parametrize(("employers", "seed"), [(60, 3), (6000, 1), (6001, 20261120)])
def test_the_registers_say_what_the_truth_says(
    tmp_path: Path, employers: int, seed: int, derive: Derivation, rules: set[str]
) -> None:
    write_sample(tmp_path, employers, seed, TODAY)
    expected = {key: answer for key, answer in planted(tmp_path).items() if key[0] in rules}
    derived = derive(tmp_path)
    assert {rule for rule, _ in expected} == rules
    assert derived == expected
