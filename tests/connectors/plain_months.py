"""What the registers of months say, judged by plain Python."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.connectors.plain_reading import (
    Answer,
    Answers,
    Row,
    by_key,
    dated,
    day,
    due,
    every,
    less,
    negated,
    one_of,
    rows_of,
    rupiah,
    some,
    yes,
)

PROGRAMMES = ("jkk", "jkm", "jht", "jp")
TERM = date(2015, 12, 31)
CAPS = ((2023, 9_559_600), (2024, 10_042_300), (2025, 10_547_400), (2026, 11_086_300))
"""The cap of JP from March of the year on."""
MINIMUM = {2023: 3_498_479, 2024: 3_640_000, 2025: 3_876_600, 2026: 4_035_000}


def contributions(folder: Path, today: date) -> Answers:
    found = {}
    for key, row in by_key(rows_of(folder, "iuran_bulanan.csv"), "no_iuran").items():
        if row["iuran_jkk"].startswith("-"):
            continue
        month = day(row["bulan_iuran"])
        late = None if month is None else due(month) < today
        private = one_of(row["status"], "swasta")
        owed, paid = ({name: rupiah(row[f"{kind}_{name}"]) for name in PROGRAMMES} for kind in ("iuran", "bayar"))
        withheld = {name: less(Decimal(0), rupiah(row[f"potongan_{name}"])) for name in ("jht", "jp")}
        missing = {name: less(paid[name], owed[name]) for name in PROGRAMMES}
        owes = some(less(Decimal(0), one) for one in owed.values())
        found["IUR-01", key] = dated(every([private, owes]), month, TERM, every([some(missing.values()), late]))
        kept_back = some(every([withheld[name], missing[name]]) for name in withheld)
        scope = every([private, some(withheld.values())])
        found["IUR-04", key] = dated(scope, month, TERM, every([kept_back, late]))
    return found


def wages(folder: Path, today: date) -> Answers:
    del today
    found: Answers = {}
    for key, row in by_key(rows_of(folder, "upah.csv"), "no_baris").items():
        if not row["upah_dilaporkan"].startswith("-"):
            twice = not row["nama_perusahaan"]
            found.update({(rule, key): answer for rule, answer in judge_wage(row, twice).items()})
    return found


def judge_wage(row: Row, twice: bool) -> dict[str, str]:
    month, private = day(row["bulan_upah"]), one_of(row["status"], "swasta")
    reported, for_jp, received = (rupiah(row[name]) for name in ("upah_dilaporkan", "upah_jp", "upah_diterima"))
    in_jp: Answer = None if twice else for_jp is not None
    broken = some([one_of(row["keabsahan_nik"], "salah", "ganda"), None if reported is None else reported == 0])
    of_province = row["kode_wilayah"].startswith("19")
    minimum = Decimal(MINIMUM[month.year]) if month and of_province else None
    mining = Decimal(4_050_000) if month and month.year == 2026 and of_province else None
    large = one_of(row["skala"], "menengah", "besar")
    whole = every([private, large, yes(row["sebulan_penuh"]), yes(row["penuh_waktu"])])
    between = every([negated(less(reported, minimum)), less(reported, mining)])
    started = date(2011, 11, 25)
    return {
        "PDS-UPAH-01": dated(private, month, started, less(reported, received)),
        "PDS-UPAH-01-JP": dated(
            every([private, in_jp]), month, date(2023, 3, 1), less(for_jp, jp_base(month, received))
        ),
        "PDS-UPAH-02": dated(whole, month, date(2023, 1, 1), less(reported, minimum)),
        "PDS-UPAH-02-TAMBANG": dated(
            every([whole, one_of(row["sektor"], "tambang")]), month, date(2026, 1, 1), between
        ),
        "DATA-01": dated(private, month, started, broken),
    }


def jp_base(month: date | None, received: Decimal | None) -> Decimal | None:
    if month is None or received is None:
        return None
    caps = [cap for year, cap in CAPS if month >= date(year, 3, 1)]
    return min(received, Decimal(caps[-1])) if caps else None
