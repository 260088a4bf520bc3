"""Indonesian region names to Kemendagri codes: provinces and regencies (kabupaten and kota).

`regions.csv` beside this module is taken from an MIT-licensed table of Kepmendagri 300.2.2-2138/2025 (its districts,
kecamatan, left out). Names are compared without case, punctuation, blanks and the many ways to write their kind:
`Bandung (Kab.)`, `Kab. Bandung` and `KABUPATEN BANDUNG` are one; `Kota Bandung` is another.
"""

import csv
from functools import cache
from pathlib import Path

from connectors.duck import literal

REGIONS = Path(__file__).parent / "regions.csv"

_STEPS = (
    (r"^(.*)\( *(KAB|KOTA)[^)]*\) *$", r"#\2 \1"),
    (r"[^A-Z0-9#]+", " "),
    (r"\b(PEMERINTAH|PEMDA|ADMINISTRASI|ADM)\b", " "),
    (r"\bPEM(KAB|KOT|PROV)\b", r"\1"),
    (r"\bKOT\b", "KOTA"),
    (r"\bKAB\b", "KABUPATEN"),
    (r"\bKEP\b", "KEPULAUAN"),
    (r"\b(PROVINSI|PROPINSI|PROV)\b", " "),
    (r" +", " "),
    (r"^ | $", ""),
    (r"^(KABUPATEN|KOTA) ", r"#\1 "),
    (r"^([^#].*) (KABUPATEN|KOTA)$", r"\2 \1"),
    (r"#", ""),
    (r"^DAERAH (KABUPATEN|KOTA) ", r"\1 "),
    (r"^(DKI|DAERAH KHUSUS|DAERAH KHUSUS IBUKOTA|KHUSUS IBUKOTA) JAKARTA$", "JAKARTA"),
    (r"^(DI|D I|DAERAH ISTIMEWA) YOGYAKARTA$", "YOGYAKARTA"),
    (r" ", ""),
)
"""Pattern and replacement, in this order, on a name in capitals."""


def region_key(column: str) -> str:
    """Return SQL for the comparable form of a region's name; '' where nothing is left of it, NULL for NULL."""
    found = f"upper({column})"
    for pattern, replacement in _STEPS:
        found = f"regexp_replace({found}, {literal(pattern)}, {literal(replacement)}, 'g')"
    return found


def regions() -> str:
    """Return a query of all regions: code VARCHAR (19, 19.71), level VARCHAR (province, regency), key VARCHAR."""
    columns = "{'code': 'VARCHAR', 'level': 'VARCHAR', 'name': 'VARCHAR'}"
    table = f"read_csv({literal(REGIONS)}, header = true, delim = ',', columns = {columns})"
    return f"SELECT code, level, {region_key('name')} AS key FROM {table}"


@cache
def codes() -> frozenset[str]:
    """Return the code of every province and regency."""
    with REGIONS.open(encoding="utf-8", newline="") as stream:
        return frozenset(row["code"] for row in csv.DictReader(stream))


def buyer_name(name: str, kind: str) -> str:
    """Return SQL for the part of a public body's name that may be its region's.

    `kind` is its kind in capitals (KABUPATEN, KOTA), put before a name that does not say it; a regional company names
    its region last (`PDAM … Kabupaten Bandung`).
    """
    tail = f"regexp_extract({name}, '(?i)((?:kabupaten|kab\\.|kota|provinsi|prov\\.) .*)$', 1)"
    return (
        f"CASE WHEN {tail} <> '' THEN {tail} "
        f"WHEN upper({kind}) IN ('KABUPATEN', 'KOTA') THEN {kind} || ' ' || {name} ELSE {name} END"
    )
