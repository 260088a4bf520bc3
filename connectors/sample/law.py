"""The law of each day, typed in by hand for the generator alone: nothing here comes from the rules.

Sources: SK and letters named in the legal reference. An error of the product's parameters shows as a difference.
"""

from collections.abc import Mapping
from datetime import date

IN_FORCE: Mapping[str, date] = {
    "PDS-UPAH-01-JP": date(2023, 3, 1),
    "PDS-UPAH-02": date(2023, 1, 1),
    "PDS-UPAH-02-TAMBANG": date(2026, 1, 1),
    "JAKON-06": date(2025, 2, 21),
    "NASN-01": date(2025, 2, 24),
    "BPU-02": date(2025, 12, 31),
    "KUR-01": date(2023, 12, 31),
}
"""Rules that do not apply to a subject whose law day (`law_day` of its plan) lies before; the others are older."""

LAST_WAGE_MONTH = date(2026, 12, 1)
"""The last month whose minimum wage and JP cap are known."""

LAW_MACROS = (
    # The cap of JP changes every March.
    """jp_cap(month) AS CASE WHEN month < DATE '2023-03-01' THEN 9000000 WHEN month < DATE '2024-03-01' THEN 9559600
       WHEN month < DATE '2025-03-01' THEN 10042300 WHEN month < DATE '2026-03-01' THEN 10547400 ELSE 11086300 END""",
    """minimum_wage(month) AS CASE year(month) WHEN 2023 THEN 3498479 WHEN 2024 THEN 3640000 WHEN 2025 THEN 3876600
       WHEN 2026 THEN 4035000 ELSE 3000000 END""",
    # No sectoral minimum before 2026: what is planted there is not judged by it.
    "mining_minimum(month) AS CASE year(month) WHEN 2026 THEN 4050000 ELSE minimum_wage(month) + 15000 END",
    """bpu_halved(sector, month) AS CASE WHEN sector = 'angkutan'
       THEN month BETWEEN DATE '2026-01-01' AND DATE '2027-03-01'
       ELSE month BETWEEN DATE '2026-04-01' AND DATE '2026-12-01' END""",
    # 1 % of the income and Rp6,800, whole or half.
    """bpu_tariff(income, halved) AS CASE WHEN halved THEN (income + 680000 + 100) // 200
       ELSE (income + 680000 + 50) // 100 END""",
    "in_slice(amount, low, high) AS greatest(0, least(amount, high) - low)",
    """jakon_jkk(amount) AS (in_slice(amount, 0, 100000000) * 21 + in_slice(amount, 100000000, 500000000) * 17
       + in_slice(amount, 500000000, 1000000000) * 13 + in_slice(amount, 1000000000, 5000000000) * 11
       + greatest(0, amount - 5000000000) * 9 + 5000) // 10000""",
    """jakon_jkm(amount) AS (in_slice(amount, 0, 100000000) * 3 + in_slice(amount, 100000000, 1000000000) * 2
       + greatest(0, amount - 1000000000) + 5000) // 10000""",
    "jakon_by_wages(wages) AS (wages * 174 + 5000) // 10000 + (wages * 30 + 5000) // 10000",
)
"""Whole rupiah where not said otherwise; halves are rounded up."""
