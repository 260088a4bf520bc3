"""The registers of people: the self-employed, debtors of KUR loans, cohorts of institutions and their members."""

from datetime import date

from connectors.sample.days_off import Boundaries
from connectors.sample.forms import Form

LIST_SIZE = 12
"""People on one institution's list."""

_LOAN_LAW = date(2023, 12, 31)
_NO_NIK = (
    "CASE class WHEN 'nik_null' THEN NULL ELSE CASE WHEN class LIKE 'nik_malformed%' THEN nik({who})[1:13] || 'O' "
)
_NO_NIK += "ELSE CASE WHEN draw(i, 'shape', 20) = 0 THEN spaced(nik({who})) ELSE nik({who}) END END END"


def _nik(place: str) -> str:
    return _NO_NIK.replace("{who}", f"{{{place}}} + i")


def participant_plan_sql(classes: str) -> str:
    """Return SQL for `participant_plan`: (i, class, month, law_day, …); `classes` gives (i, class)."""
    return f"""
    SELECT *, CASE WHEN class <> 'row_twice' THEN month END AS law_day,
      bpu_tariff(income, payer = 'sendiri' AND bpu_halved(sector, month)) AS tariff,
      bpu_tariff(income, NOT bpu_halved(sector, month)) AS other_tariff
    FROM (SELECT *,
      CASE class WHEN 'bill_month_not_said' THEN NULL
           WHEN 'billed_right_in_march' THEN least({{month}}, DATE '2026-03-01')
           WHEN 'billed_right_transport_in_january' THEN least({{month}}, DATE '2026-01-01')
           WHEN 'billed_before_the_relief' THEN least({{month}}, DATE '2025-12-01') ELSE {{month}} END AS month,
      CASE WHEN class LIKE '%transport%' THEN 'angkutan' ELSE 'lain' END AS sector,
      CASE WHEN class LIKE '%_from_apbd' THEN 'apbd' WHEN class LIKE '%_from_apbn_%' THEN 'apbn' ELSE 'sendiri' END
        AS payer,
      CASE class WHEN 'billed_right_half_a_rupiah_up' THEN 1000100
           ELSE 1000000 + 100000 * draw(i, 'income', 30) END AS income
      FROM ({classes}))"""


def bills_sql(form: Form) -> str:
    """Return SQL for the bills of the self-employed."""
    return f"""
    WITH rows AS (
      SELECT *, unnest(CASE class WHEN 'row_twice' THEN [1, 2] ELSE [1] END) AS copy FROM participant_plan)
    SELECT {PARTICIPANT_KEY} AS no_peserta, nik({{participants}} + i) AS nik, person(i + 17) AS nama,
      CASE WHEN class = 'row_rejected' THEN 'Koba' ELSE district(i + 17) END AS kode_wilayah,
      CASE WHEN class LIKE '%sector_not_said' THEN NULL ELSE sector END AS sektor,
      CASE WHEN class <> 'billed_payer_not_said' THEN payer END AS sumber_iuran,
      {form.money("CASE WHEN class <> 'billed_income_not_said' THEN income END")} AS dasar_penghasilan,
      {form.day("month")} AS bulan_iuran,
      {form.money(_BILLED)} AS tagihan,
      {form.number(_UNPAID)} AS bulan_menunggak
    FROM rows ORDER BY i, copy"""


PARTICIPANT_KEY = "'B' || lpad(CAST(i AS VARCHAR), 8, '0')"
_BILLED = """CASE class WHEN 'bill_not_said' THEN NULL WHEN 'billed_one_rupiah_more' THEN tariff + 1
     WHEN 'billed_other_period' THEN other_tariff WHEN 'billed_other_period_transport' THEN other_tariff
     WHEN 'billed_half_from_apbd' THEN bpu_tariff(income, true) WHEN 'unpaid_and_billed_wrongly' THEN tariff + 6800
     ELSE tariff END + copy - 1"""
_UNPAID = """CASE class WHEN 'unpaid_one_month' THEN 1 WHEN 'unpaid_three_months' THEN 3
     WHEN 'unpaid_four_months' THEN 4 WHEN 'unpaid_and_billed_wrongly' THEN 2 WHEN 'unpaid_not_said' THEN NULL
     ELSE 0 END"""


def debtor_plan_sql(classes: str) -> str:
    """Return SQL for `debtor_plan`: (i, class, law_day)."""
    return f"""
    SELECT *, CASE class WHEN 'granted_not_said' THEN NULL
        WHEN 'granted_on_the_first_day' THEN DATE '{_LOAN_LAW}'
        WHEN 'granted_the_day_before' THEN DATE '{_LOAN_LAW}' - 1
        ELSE {{today}} - CAST(30 + draw(i, 'granted', 300) AS INTEGER) END AS law_day
    FROM ({classes})"""


def debtors_sql(form: Form) -> str:
    """Return SQL for the debtors."""
    return f"""
    SELECT {DEBTOR_KEY} AS no_debitur, {_nik("debtors")} AS nik, person(i + 31) AS nama,
      district(i + 31) AS kode_wilayah,
      'BANK-' || CAST(1 + draw(i, 'bank', 5) AS VARCHAR) AS kd_bank,
      'Bank Contoh ' || CAST(1 + draw(i, 'bank', 5) AS VARCHAR) AS nama_bank,
      CASE WHEN class = 'kind_not_said' THEN NULL WHEN class LIKE '%_special' THEN 'khusus'
           WHEN class LIKE '%_micro' THEN 'mikro' ELSE 'kecil' END AS jenis_kur,
      {form.money(_CEILING)} AS plafon,
      {form.day("law_day")} AS tanggal_akad
    FROM debtor_plan ORDER BY i"""


DEBTOR_KEY = "'D' || lpad(CAST(i AS VARCHAR), 8, '0')"
_CEILING = """CASE class WHEN 'ceiling_not_said' THEN NULL WHEN 'one_rupiah_above' THEN 100000001
     WHEN 'never_covered_at_the_threshold' THEN 100000000
     ELSE 110000000 + 10000000 * draw(i, 'ceiling', 39) END"""


def debtor_covers_sql(form: Form) -> str:
    """Return SQL for the programmes of debtors, by person; whoever has none is not in it."""
    return f"""
    WITH rows AS (
      SELECT *, unnest(CASE class WHEN 'cover_twice' THEN [1, 2] ELSE [1] END) AS copy FROM debtor_plan
      WHERE class LIKE 'covered%' OR class LIKE 'without_%' OR class LIKE 'cover_%')
    SELECT nik({{debtors}} + i) AS nik,
      CASE WHEN class = 'cover_rejected' THEN 'mungkin' ELSE {_text("class <> 'without_jkk' AND copy = 1")} END AS jkk,
      {form.yes("class <> 'without_jkm'")} AS jkm
    FROM rows ORDER BY draw(i, 'place', 4294967296), copy"""


def _text(yes: str) -> str:
    """Return SQL for a yes or no as text in either form, so that another word can be planted."""
    return f"CASE WHEN {yes} THEN 'ya' ELSE 'tidak' END"


def cohort_plan_sql(classes: str, at: Boundaries) -> str:
    """Return SQL for `cohort_plan`: (i, class, law_day).

    Permenaker 1/2025 gives thirty working days from its first day on: staff can be late only once these have passed.
    """
    return f"""
    SELECT *, CASE WHEN class LIKE 'staff_%' AND class <> 'staff_forms_not_said' THEN DATE '{at.overdue_forms}'
                   ELSE {{today}} END AS law_day
    FROM ({classes})"""


def cohorts_sql(form: Form, at: Boundaries) -> str:
    """Return SQL for the cohorts."""
    return f"""
    WITH rows AS (
      SELECT *, class LIKE 'staff_%' AS staff, 20 + draw(i, 'people', 400) AS usual,
        unnest(CASE class WHEN 'row_twice' THEN [1, 2] ELSE [1] END) AS copy FROM cohort_plan)
    SELECT {COHORT_KEY} AS kd_kelompok, {INSTITUTION} AS kd_lembaga,
      'Lembaga ' || word(i, 'institution') AS nama_lembaga,
      CASE WHEN class = 'row_rejected' THEN 'Koba' ELSE regency(i, 'cohort') END AS kode_wilayah,
      CASE WHEN class = 'kind_not_said' THEN NULL WHEN staff THEN 'non_asn' ELSE 'rentan' END AS jenis,
      CASE WHEN staff THEN 'kabupaten' ELSE ['provinsi', 'dana desa', 'dbh', 'csr'][1 + draw(i, 'funder', 4)] END
        AS sumber_dana,
      {form.number(_PEOPLE)} AS jumlah_orang,
      {form.day("{today} - 12")} AS tanggal_data,
      {form.number("CASE WHEN class LIKE '%jkk%' THEN usual // 2 ELSE usual END")} AS orang_jkk,
      {form.number("CASE WHEN class = 'staff_one_without_jkm' THEN usual - 1 ELSE usual END")} AS orang_jkm,
      {form.number(_WITH_JHT)} AS orang_jht,
      {form.day(_forms(at))} AS formulir_diterima,
      {form.day(_FUNDED_UNTIL)} AS berlaku_sampai
    FROM rows ORDER BY i, copy"""


COHORT_KEY = "'K' || lpad(CAST(i AS VARCHAR), 7, '0')"
INSTITUTION = "'L' || lpad(CAST(i AS VARCHAR), 7, '0')"
_PEOPLE = """CASE WHEN class LIKE '%_number_not_said' THEN NULL WHEN class = 'ended_nobody_left' THEN 0
     WHEN class = 'ended_thousands' THEN 1000 * (1 + draw(i, 'thousands', 5)) ELSE usual + copy - 1 END"""
_WITH_JHT = """CASE WHEN class LIKE 'staff_jht_not_said%' THEN NULL
     WHEN class IN ('staff_complete', 'staff_some_without_jkk', 'staff_one_without_jkm') THEN usual ELSE 0 END"""
_FUNDED_UNTIL = """CASE WHEN class = 'funded_until_today' THEN {today}
     WHEN class = 'funded_until_yesterday' THEN {today} - 1
     WHEN class LIKE '%ended%' THEN {today} - 1 - CAST(draw(i, 'ended', 300) AS INTEGER)
     WHEN class = 'never_covered' THEN NULL ELSE {today} + CAST(1 + draw(i, 'cover', 360) AS INTEGER) END"""


def _forms(at: Boundaries) -> str:
    return f"""CASE WHEN NOT staff OR class = 'staff_forms_not_said' THEN NULL
         WHEN class = 'staff_deadline_passed' THEN DATE '{at.overdue_forms}'
         WHEN class = 'staff_deadline_today' THEN DATE '{at.forms_in_time}'
         WHEN class LIKE '%_in_time' THEN {{today}} - CAST(draw(i, 'forms', 20) AS INTEGER)
         ELSE {{today}} - CAST(90 + draw(i, 'forms', 60) AS INTEGER) END"""


def lists_sql(form: Form) -> str:
    """Return SQL for the people on institutions' lists: village heads and officials, BPD, RT and RW, election staff."""
    del form
    return f"""
    WITH rows AS (SELECT *, i // {LIST_SIZE} % {{cohorts}} AS list FROM cohort_member_plan)
    SELECT {MEMBER_KEY} AS no_urut, 'K' || lpad(CAST(list AS VARCHAR), 7, '0') AS kd_kelompok, {_nik("listed")} AS nik,
      person(i + 47) AS nama,
      'V' || lpad(CAST(i // {LIST_SIZE} AS VARCHAR), 7, '0') AS kd_lembaga,
      'Desa ' || word(i // {LIST_SIZE}, 'village') AS nama_lembaga,
      CASE WHEN class = 'row_rejected' THEN 'Koba'
           ELSE district(i // {LIST_SIZE}) || '.' || CAST(2001 + draw(i // {LIST_SIZE}, 'village', 12) AS VARCHAR) END
        AS kode_wilayah,
      {_OFFICE} AS jabatan
    FROM rows ORDER BY i"""


MEMBER_KEY = "'O' || lpad(CAST(i AS VARCHAR), 8, '0')"
_OFFICE = """CASE WHEN class = 'kind_not_said' THEN NULL WHEN class LIKE '%election' THEN 'pemilu'
     WHEN class LIKE '%non_asn' THEN 'non_asn' WHEN class LIKE '%vulnerable' THEN 'rentan'
     WHEN class LIKE '%village_head' THEN 'kades' WHEN class LIKE '%village_official' THEN 'perangkat'
     WHEN class LIKE '%bpd' THEN 'bpd' WHEN class LIKE '%rt_rw' THEN 'rt_rw'
     ELSE ['kades', 'perangkat', 'bpd', 'rt_rw'][1 + i % 4] END"""


def list_covers_sql(form: Form) -> str:
    """Return SQL for the participation of listed people, by person."""
    del form
    return f"""
    WITH rows AS (
      SELECT *, unnest(CASE class WHEN 'cover_twice' THEN [1, 2] ELSE [1] END) AS copy FROM cohort_member_plan
      WHERE class NOT LIKE 'never_%' AND class NOT LIKE 'nik_%')
    SELECT nik({{listed}} + i) AS nik,
      CASE WHEN class = 'cover_rejected' THEN 'cuti' ELSE {_text("class NOT LIKE 'lapsed_%' AND copy = 1")} END AS aktif
    FROM rows ORDER BY draw(i, 'place', 4294967296), copy"""


def workforce_sql(form: Form) -> str:
    """Return SQL for the workforce of each regency by segment, this year and last: a denominator and its source."""
    return f"""
    SELECT kode_wilayah || '-' || CAST(tahun AS VARCHAR) || '-' || segmen AS kunci, kode_wilayah,
      {form.number("tahun")} AS tahun, segmen,
      {form.number("30000 + draw(place, segmen, 60000)")} AS jumlah_pekerja,
      'Sakernas Agustus ' || CAST(tahun - 1 AS VARCHAR) AS sumber,
      {form.day("make_date(tahun - 1, 8, 31)")} AS tanggal_angka,
      {form.number("8000 + draw(place, segmen || CAST(tahun AS VARCHAR), 20000)")} AS peserta_aktif,
      {form.day("{today} - 10")} AS tanggal_peserta
    FROM (SELECT place, '19.' || ['01', '02', '03', '04', '05', '06', '71'][place] AS kode_wilayah
          FROM range(1, 8) AS regencies(place)),
      (SELECT unnest([year({{today}}) - 1, year({{today}})]) AS tahun),
      (SELECT unnest(['formal', 'informal']) AS segmen)
    ORDER BY 1"""
