"""Numbers and names as DuckDB macros: one deterministic draw per subject and purpose, no row held in Python."""

import duckdb

REGENCIES = ("19.01", "19.02", "19.03", "19.04", "19.05", "19.06", "19.71")
DISTRICTS = (8, 5, 8, 6, 6, 7, 7)
"""Kecamatan of each of `REGENCIES`, numbered from 01."""

_PREFIXES = ("PT", "PT", "PT", "PT", "CV", "CV", "CV", "CV", "UD", "Koperasi", "Yayasan", "Firma")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    "Bangka Sejahtera Lada Pesisir Samudra Belitung Laskar Mentari Bahari Karya Putra Cahaya Sinar Bintang "
    "Mitra Tunas Surya Anugerah Berkah Citra Duta Gemilang Harapan Indah Jaya Kencana Lestari Makmur Nusa "
    "Pelangi Rezeki"
)
_SECOND = _words(
    "Abadi Mandiri Utama Perkasa Sentosa Raya Bersama Persada Lautan Selaras Nusantara Konstruksi Logistik "
    "Niaga Pangan Tambang Perikanan Properti Medika Teknik Energi Wisata Busana Pratama Sukses Gemilang Permai "
    "Agung Kreasi Digital"
)
_GIVEN = _words(
    "Ahmad Siti Budi Dewi Rahmat Nur Yanto Lestari Hendra Maya Joko Ratna Fitri Agus Rina Zainal Aminah Ferdi "
    "Yuli Iwan Sari Rudi Tuti Hasan Mei Akhiong Susanti Darwis Melati Kurnia"
)
_FAMILY = _words(
    "Saputra Wijaya Hartono Pratiwi Kusuma Rahmawati Siregar Halim Yusuf Anggraini Setiawan Marlina Gunawan "
    "Utami Syahrul Fauzi Handayani Tanjung Mulyadi Oktaviani Firmansyah Lubis Permata Hidayat Novita"
)
_DIRT = (
    "=cmd|''/C calc''!A0",
    "+62 811 PT Nomor Depan",
    "@SUM(1+9)*cmd|''x''!A0",
    "-2+3 CV Minus",
    'PT "Kutip" Jaya, Tbk',
    "CV Dua\nBaris",
    "  UD Spasi  Ganda ",
    "PT Ñandú Élan ''Café''",
    "PT " + "Panjang Sekali " * 40,
    '=HYPERLINK("http://contoh.invalid","klik")',
)
"""Names that a register really may hold; quotes are doubled for SQL."""

_SHARE_OF_DIRT = 400
_BIRTHDAYS = 16_001


def create_macros(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Define every macro of the sample for one seed."""
    for text in _numbers(seed) + _names():
        connection.execute(f"CREATE MACRO {text}")


def _numbers(seed: int) -> list[str]:
    districts = _listed(_districts())
    number = len(_districts())
    check = " + ".join(
        (f"doubled(x // {10**place} % 10)" if place % 2 == 0 else f"(x // {10**place} % 10)") for place in range(8)
    )
    start = seed % 1_000_003 * 7919
    return [
        f"draw(i, purpose, n) AS CAST(hash(i, purpose, {seed}) % n AS BIGINT)",
        "doubled(d) AS 2 * d - CASE WHEN d > 4 THEN 9 ELSE 0 END",
        f"check_digit(x) AS (10 - ({check}) % 10) % 10",
        # 48271 and the modulus share no divisor: two subjects never draw one number.
        f"eight(i) AS 10000000 + ((i + 1) * 48271 + {start}) % 89999999",
        "nine(i) AS CAST(eight(i) AS VARCHAR) || CAST(check_digit(eight(i)) AS VARCHAR)",
        "office(i) AS lpad(CAST(300 + draw(i, 'office', 20) AS VARCHAR), 3, '0')",
        "npwp15(i, branch) AS nine(i) || office(i) || lpad(CAST(branch AS VARCHAR), 3, '0')",
        "padded(n, width) AS lpad(CAST(n AS VARCHAR), width, '0')",
        "npwp_coretax(i) AS '10' || CAST(eight(i) AS VARCHAR) || padded(draw(i, 'coretax', 1000000), 6)",
        f"nik(i) AS replace({districts}[1 + i % {number}], '.', '') || {_birthday(number)} "
        f"|| lpad(CAST(1 + i // ({number} * {_BIRTHDAYS}) AS VARCHAR), 4, '0')",
        "npp(i, branch) AS 'BB' || lpad(CAST(i * 4 + branch AS VARCHAR), 9, '0')",
        "nib(i) AS CAST(1200000000000 + eight(i) * 7 AS VARCHAR)",
        f"regency(i, purpose) AS {_listed(REGENCIES)}[1 + least(draw(i, purpose, 9), 6)]",
        f"district(i) AS {districts}[1 + draw(i, 'district', {number})]",
        "dotted(n) AS format('{:t.}', CAST(n AS BIGINT))",
        "rupiah(n) AS dotted(trunc(n)) || ',' || padded(CAST((n - trunc(n)) * 100 AS BIGINT), 2)",
        "punctuated(n) AS n[1:2] || '.' || n[3:5] || '.' || n[6:8] || '.' || n[9] "
        "|| '-' || n[10:12] || '.' || n[13:15]",
        "spaced(n) AS n[1:4] || ' ' || n[5:8] || ' ' || n[9:12] || ' ' || n[13:]",
    ]


def _birthday(districts: int) -> str:
    """Return SQL for DDMMYY of a birth date; one in two is a woman, whose day is written 40 higher."""
    order = f"(i // {districts}) % {_BIRTHDAYS}"
    day = f"(DATE '1955-01-01' + CAST({order} AS INTEGER))"
    return f"lpad(CAST(day({day}) + 40 * (({order}) % 2) AS VARCHAR), 2, '0') || strftime({day}, '%m%y')"


def _names() -> list[str]:
    return [
        f"word(i, purpose) AS {_listed(_FIRST)}[1 + draw(i, purpose, {len(_FIRST)})]",
        f"firm(i) AS {_listed(_PREFIXES)}[1 + draw(i, 'prefix', {len(_PREFIXES)})] || ' ' || word(i, 'first') || ' ' "
        f"|| {_listed(_SECOND)}[1 + draw(i, 'second', {len(_SECOND)})]",
        f"dirt(i) AS {_listed(_DIRT)}[1 + draw(i, 'dirt', {_SHARE_OF_DIRT})]",
        f"person(i) AS {_listed(_GIVEN)}[1 + draw(i, 'given', {len(_GIVEN)})] || ' ' "
        f"|| {_listed(_FAMILY)}[1 + draw(i, 'family', {len(_FAMILY)})]",
    ]


def _districts() -> list[str]:
    return [
        f"{regency}.{number:02d}"
        for regency, count in zip(REGENCIES, DISTRICTS, strict=True)
        for number in range(1, count + 1)
    ]


def _listed(texts: list[str] | tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{text}'" for text in texts) + "]"
