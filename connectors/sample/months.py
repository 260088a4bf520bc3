"""The registers of months: an employer's month of contributions, a worker's month of wages. The wages are the bulk."""

from datetime import date

from connectors.sample.days_off import Boundaries, month_before
from connectors.sample.forms import Form
from connectors.sample.law import LAST_WAGE_MONTH
from connectors.sample.plan_months import WAGES
from connectors.sample.planted import names

_TERM = date(2015, 12, 31)
"""The day from which the 15th of the month after is the term for contributions."""


def contribution_plan_sql(classes: str, at: Boundaries) -> str:
    """Return SQL for `contribution_plan`: (i, class, month); `classes` gives (i, class)."""
    return f"""
    SELECT i, class, CASE WHEN class LIKE '%_before_the_law' THEN DATE '{month_before(_TERM)}'
        WHEN class LIKE '%month_not_said' THEN NULL WHEN class LIKE '%_just_due' THEN DATE '{at.overdue_month}'
        WHEN class LIKE '%_not_due' THEN {{not_due_month}}
        ELSE CAST(DATE '{at.overdue_month}' - to_months(CAST(draw(i, 'month', 12) AS INTEGER)) AS DATE) END AS month
    FROM ({classes})"""


def contribution_months_sql(form: Form) -> str:
    """Return SQL for the months of contributions; most are paid by their day."""
    return f"""
    WITH rows AS (
      SELECT p.*, m.i AS employer, m.name, m.region,
        class LIKE '%withheld%' OR (class IN ('paid', 'paid_late') AND p.i % 9 = 0) AS withholds,
        CASE WHEN class IN ('unpaid_nothing_owed', 'unpaid_one_rupiah') THEN 0
             ELSE 1000000 + 1000 * draw(p.i, 'base', 90000) END AS base,
        unnest(CASE class WHEN 'row_twice' THEN [1, 2] ELSE [1] END) AS copy
      FROM contribution_plan p JOIN member m ON m.m = p.i % {{members}}),
    owing AS (
      SELECT *, base * 24 // 10000 AS jkk, base * 30 // 10000 AS jkm, base * 57 // 1000 AS jht,
        CASE WHEN class = 'unpaid_one_rupiah' THEN 1 ELSE base * 30 // 1000 + copy - 1 END AS jp FROM rows)
    SELECT {CONTRIBUTION_KEY} AS no_iuran, npp(employer, 0) AS npp, name AS nama_perusahaan, region AS kode_wilayah,
      CASE WHEN class LIKE '%kind_not_said' THEN NULL WHEN class LIKE '%_state' THEN 'negara' ELSE 'swasta' END
        AS status,
      {form.day("month")} AS bulan_iuran,
      {form.money("CASE WHEN class = 'row_rejected' THEN -1 ELSE jkk END")} AS iuran_jkk,
      {form.money("jkm")} AS iuran_jkm, {form.money("jht")} AS iuran_jht,
      {form.money("CASE WHEN class <> 'paid_due_not_said' THEN jp END")} AS iuran_jp,
      {form.money(_paid("jkk"))} AS bayar_jkk,
      {form.money(_paid("jkm"))} AS bayar_jkm,
      {form.money(_paid("jht"))} AS bayar_jht,
      {form.money(_paid("jp"))} AS bayar_jp,
      {form.day(_PAID_ON)} AS tanggal_bayar,
      {form.money(_withheld("jht", "jp", 20))} AS potongan_jht,
      {form.money(_withheld("jp", "jht", 10))} AS potongan_jp,
      {form.yes("class = 'unpaid_instalments'")} AS cicilan,
      {form.number("CASE WHEN class LIKE 'unpaid%' THEN draw(i, 'warned', 3) ELSE 0 END")} AS teguran_habis
    FROM owing ORDER BY i, copy"""


CONTRIBUTION_KEY = "'I' || lpad(CAST(i AS VARCHAR), 9, '0')"
_PAID_ON = """CASE WHEN class = 'paid_late' THEN {today} - CAST(draw(i, 'paid', 3) AS INTEGER)
     WHEN class LIKE 'paid%' THEN CAST(month + to_months(1) AS DATE) + CAST(draw(i, 'paid', 14) AS INTEGER) END"""


def _paid(programme: str) -> str:
    """Return SQL for what was paid of one programme."""
    unsaid = "'paid_not_said', 'paid_not_said_withheld'" if programme == "jp" else "''"
    less = "WHEN 'paid_one_rupiah_less' THEN jkm - 1" if programme == "jkm" else ""
    return f"""CASE WHEN class IN ({unsaid}) THEN NULL WHEN class LIKE 'unpaid%' THEN 0
         ELSE CASE class WHEN 'paid_in_part' THEN {programme} // 2 WHEN 'paid_all_but_{programme}_withheld' THEN 0
              {less} ELSE {programme} END END"""


def _withheld(programme: str, other: str, per_mille: int) -> str:
    """Return SQL for what was withheld from wages for one programme."""
    unsaid = "class LIKE '%_withheld_not_said'"
    if programme == "jht":
        unsaid += " AND class <> 'unpaid_jp_withheld_not_said'"
    return f"""CASE WHEN {unsaid} THEN NULL
         WHEN class IN ('unpaid_withheld_only_{other}', 'unpaid_jp_withheld_not_said') THEN 0
         WHEN withholds THEN base * {per_mille} // 1000 ELSE 0 END"""


def wage_plan_sql(classes: str, month: date) -> str:
    """Return SQL for `wage_plan`: (i, class, month, law_day); `month` is the last whose wages are reported."""
    month = min(month, LAST_WAGE_MONTH)
    february = month.replace(month=2) if month.month > 1 else month.replace(year=month.year - 1, month=2)
    return f"""
    SELECT i, class, month, CASE WHEN class <> 'row_twice' THEN month END AS law_day FROM (
      SELECT i, class, CASE class WHEN 'month_not_said' THEN NULL
          WHEN 'fair_last_cap_in_february' THEN DATE '{february}'
          WHEN 'fair' THEN CAST(DATE '{month}' - to_months(CAST(draw(i, 'month', 6) AS INTEGER)) AS DATE)
          ELSE DATE '{month}' END AS month
      FROM ({classes}))"""


def wages_sql(form: Form) -> str:
    """Return SQL for the wages: about ten rows an employer, of neighbouring numbers, in the order of the plan."""
    return f"""
    WITH workers AS (
      SELECT *, CASE WHEN i < {len(WAGES)} THEN i % {{members}} ELSE i * {{members}} // {{wages}} END AS employer,
        minimum_wage(month) AS minimum, jp_cap(month) AS cap FROM wage_plan),
    paid AS (SELECT *, {_PAY} AS pay FROM workers),
    reported AS (SELECT *, {_REPORTED} AS reported,
        unnest(CASE class WHEN 'row_twice' THEN [1, 2] ELSE [1] END) AS copy FROM paid)
    SELECT {WAGE_KEY} AS no_baris, npp(m.i, 0) AS npp, m.name AS nama_perusahaan,
      CASE class WHEN 'minimum_region_not_said' THEN NULL WHEN 'minimum_of_another_province' THEN '31.74'
           ELSE m.region END AS kode_wilayah,
      CASE class WHEN 'kind_not_said' THEN NULL WHEN 'state_pays_less' THEN 'negara' ELSE 'swasta' END AS status,
      {_SCALE} AS skala, {_SECTOR} AS sektor,
      'P-' || lpad(CAST(r.i AS VARCHAR), 9, '0') AS rujukan_pekerja,
      CASE class WHEN 'nik_malformed' THEN 'salah' WHEN 'nik_duplicated' THEN 'ganda' WHEN 'nik_not_said' THEN NULL
           WHEN 'nothing_reported_nik_not_said' THEN NULL ELSE 'sah' END AS keabsahan_nik,
      {form.day("month")} AS bulan_upah,
      {form.money("CASE WHEN class = 'row_rejected' THEN -1 ELSE reported + copy - 1 END")} AS upah_dilaporkan,
      {form.money(_FOR_JP)} AS upah_jp,
      {form.money("CASE WHEN class <> 'received_not_said' THEN pay END")} AS upah_diterima,
      ['daftar gaji', 'pph21', 'bank'][1 + r.i % 3] AS bukti_upah,
      {form.yes(_unless("part_month", "full_month_not_said"))} AS sebulan_penuh,
      {form.yes(_unless("part_time", "full_time_not_said"))} AS penuh_waktu
    FROM reported r JOIN member m ON m.m = r.employer"""


WAGE_KEY = "'U' || lpad(CAST(r.i AS VARCHAR), 9, '0')"
_AT_CAP = names(WAGES, "cap")
_PAY = f"""CASE WHEN class = 'fair' THEN 4100000 + draw(i, 'pay', 5000000)
     WHEN class IN {_AT_CAP} THEN 15000000 + draw(i, 'pay', 5000000)
     ELSE CASE class WHEN 'minimum_itself' THEN minimum WHEN 'mining_at_minimum' THEN minimum
       WHEN 'minimum_of_last_year' THEN minimum_wage(month - INTERVAL 1 YEAR)
       WHEN 'mining_below_minimum' THEN minimum - 1
       WHEN 'mining_less_one' THEN mining_minimum(month) - 1 WHEN 'mining_itself' THEN mining_minimum(month)
       ELSE CASE WHEN class LIKE 'minimum_less_one%' THEN minimum - 1 WHEN class LIKE 'nothing_%' THEN 0
            ELSE 4100000 + draw(i, 'pay', 5000000) END END END"""
_REPORTED = """CASE class WHEN 'fair' THEN pay WHEN 'below_received' THEN pay * 2 // 3
     WHEN 'state_pays_less' THEN pay // 2 WHEN 'below_received_by_one' THEN pay - 1
     WHEN 'fair_more_reported' THEN pay + 500000
     ELSE CASE WHEN class NOT LIKE 'reported_not_said%' THEN pay END END"""
_FOR_JP = """CASE class WHEN 'fair' THEN least(reported, cap) WHEN 'fair_not_in_jp' THEN NULL
     WHEN 'jp_below_cap_by_one' THEN cap - 1
     WHEN 'reported_not_said_jp_below_cap' THEN cap - 1
     WHEN 'jp_at_last_cap' THEN least(jp_cap(month - INTERVAL 1 YEAR), cap - 1)
     WHEN 'below_received_by_one' THEN least(pay, cap)
     ELSE CASE WHEN reported IS NOT NULL THEN least(reported, cap) END END"""
_SCALE = """CASE WHEN class = 'fair' THEN coalesce(m.scale, 'mikro')
     WHEN class = 'minimum_scale_not_said' THEN NULL
     WHEN class IN ('below_received', 'minimum_less_one_small_firm') OR class LIKE 'nothing_%' THEN 'kecil'
     ELSE ['menengah', 'besar'][1 + r.i % 2] END"""
_SECTOR = """CASE WHEN class = 'fair' THEN 'lain' WHEN class = 'mining_sector_not_said' THEN NULL
     WHEN class LIKE '%mining%' THEN 'tambang' ELSE 'lain' END"""


def _unless(no: str, unsaid: str) -> str:
    return f"CASE WHEN class = 'fair' THEN true WHEN class NOT LIKE '%{unsaid}' THEN class NOT LIKE '%{no}' END"
