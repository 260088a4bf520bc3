"""The registers of projects: contracts from procurement, projects registered with the agency, proofs of payment."""

from datetime import date

from connectors.sample.days_off import Boundaries
from connectors.sample.forms import Form
from connectors.sample.plan_projects import REGISTERED
from connectors.sample.planted import names

_REGISTERED = f"""(class IN ('registered', 'registered_late', 'register_twice', 'register_rejected')
     OR class IN {names(REGISTERED, "")})"""
_NO_CONTRACT = ("running", "failed", "cancelled", "awarded_no_contract", "finished_no_contract")
_OTHER_FUND = ("other_fund", "payment_without_proof_other_fund")
_WAGES = "(class LIKE 'paid_by_wages%' OR (class IN ('registered', 'registered_late') AND draw(i, 'basis', 4) = 0))"
_PAYMENT_LAW = date(2025, 2, 21)


def plan_sql(classes: str, at: Boundaries) -> str:
    """Return SQL for `project_plan`: one row per package; `classes` gives (i, class)."""
    return f"""
    WITH drawn AS (
      SELECT i, class, draw(i, 'contractor', greatest({{employers}} // 20, 1)) * 20 % {{employers}} AS contractor,
        CASE class WHEN 'payment_on_the_first_day_of_the_law' THEN least(DATE '{_PAYMENT_LAW}', {{today}} - 1)
             WHEN 'payment_before_the_law' THEN least(DATE '{_PAYMENT_LAW}', {{today}}) - 1
             ELSE CASE WHEN class LIKE 'payment_%' OR ({_PAYS} AND draw(i, 'asked', 2) = 0)
                       THEN {{today}} - CAST(draw(i, 'payment', 20) AS INTEGER) END END AS requested_on,
        CASE class WHEN 'workers_list_passed' THEN DATE '{at.overdue_list}'
             WHEN 'workers_list_today' THEN DATE '{at.list_in_time}'
             WHEN 'workers_not_said_in_time' THEN {{today}} - 1 END AS special_registered_on
      FROM ({classes})),
    dated AS (
      SELECT *, CASE WHEN class IN {_NO_CONTRACT} THEN NULL
             WHEN class = 'signed_today' THEN {{today}}
             WHEN class = 'in_time' THEN {{today}} - CAST(draw(i, 'days', 11) AS INTEGER)
             WHEN class = 'deadline_passed' THEN DATE '{at.overdue_contract}'
             WHEN class = 'deadline_today' THEN DATE '{at.contract_in_time}'
             WHEN class IN ('overdue_ended', 'overdue_handed_over')
             THEN {{today}} - CAST(200 + draw(i, 'days', 100) AS INTEGER)
             WHEN class LIKE 'payment_%_the_law' THEN requested_on - 40
             WHEN special_registered_on IS NOT NULL THEN special_registered_on - 5
             ELSE {{today}} - CAST(60 + draw(i, 'days', 40) AS INTEGER) END AS contract_date,
        CASE WHEN class LIKE 'large_%' THEN 6000000000 + draw(i, 'value', 9000000000)
             WHEN class LIKE 'paid_slice_%' THEN [100000000, 500000000, 1000000000, 5000000000][1 + i % 4]
             ELSE CAST(floor(pow(10, 7.7 + draw(i, 'value', 10000) / 10000.0 * 1.98)) AS BIGINT) END AS net
      FROM drawn)
    SELECT d.*, coalesce(contract_date, {{today}} - CAST(draw(i, 'stage', 50) AS INTEGER) - 1) AS turned_on,
      CASE WHEN special_registered_on IS NOT NULL THEN special_registered_on
           WHEN class = 'workers_registration_not_said' THEN NULL
           ELSE contract_date + CASE WHEN class = 'registered_late' THEN 40
                ELSE CAST(draw(i, 'registered', 15) AS INTEGER) END END AS registered_on,
      CASE WHEN class = 'project_rejected' THEN -1 ELSE CAST(CAST(net AS DECIMAL(18,2)) * 1.11 AS DECIMAL(18,2)) END
        AS contract_value,
      {_WORK_END} AS work_end,
      CASE WHEN {_WAGES} THEN jakon_by_wages(net * 3 // 10) ELSE jakon_jkk(net) + jakon_jkm(net) END AS due,
      jakon_jkk(net) + jakon_jkm(5000000000) AS least_due,
      'S' || regency(i, 'buyer')[4:] || lpad(CAST(draw(i, 'buyer', 400) AS VARCHAR), 4, '0') AS buyer,
      '600.' || lpad(CAST(i AS VARCHAR), 7, '0') || '/SPK-'
        || ['PUPR', 'DINKES', 'DISDIK'][1 + draw(i, 'unit', 3)] || '/' || year(contract_date) AS contract_number,
      requested_on AS law_day, p.npwp16, p.old_npwp, p.name AS contractor_name
    FROM dated d JOIN (SELECT i AS contractor, npwp16, old_npwp, name FROM employer_plan) p USING (contractor)"""


def projects_sql(form: Form) -> str:
    """Return SQL for the contracts."""
    return f"""
    SELECT 'PKT-' || lpad(CAST(i AS VARCHAR), 8, '0') AS kunci,
      ['Pembangunan', 'Rehabilitasi', 'Peningkatan'][1 + draw(i, 'work', 3)] || ' '
        || ['Jalan', 'Jembatan', 'Gedung', 'Drainase', 'Pasar'][1 + draw(i, 'object', 5)] || ' '
        || word(i, 'place') AS nama_paket,
      regency(i, 'place') AS kode_wilayah, buyer AS kd_satker, 'Dinas ' || word(i, 'buyer name') AS nama_satker,
      {form.day("turned_on - 60")} AS tgl_pengumuman,
      CASE WHEN class IN ('fund_not_said', 'payment_fund_not_said') THEN NULL
           WHEN class IN {_OTHER_FUND} THEN ['APBN', 'BLUD', 'BUMD', 'BLUD;BUMD'][1 + draw(i, 'fund', 4)]
           ELSE ['APBD', 'APBD', 'APBD', 'APBDP', 'APBD;APBDP', 'BLUD;APBD'][1 + draw(i, 'fund', 6)] END AS sumber_dana,
      CASE WHEN class = 'kind_not_said' THEN NULL
           WHEN class = 'other_kind' THEN ['Pengadaan Barang', 'Jasa Lainnya'][1 + draw(i, 'kind', 2)]
           ELSE 'Pekerjaan Konstruksi' END AS jenis_pengadaan,
      CASE class WHEN 'stage_not_said' THEN NULL WHEN 'running' THEN 'berjalan' WHEN 'failed' THEN 'gagal'
           WHEN 'cancelled' THEN 'batal' WHEN 'awarded_no_contract' THEN 'pemenang'
           WHEN 'finished_no_contract' THEN 'selesai' WHEN 'overdue_handed_over' THEN 'selesai'
           ELSE 'kontrak' END AS status,
      {form.day("turned_on - CAST(contract_date IS NOT NULL AS INTEGER) * 7")} AS tgl_status,
      CASE WHEN class <> 'number_not_said' THEN contract_number END AS no_kontrak,
      {form.day("contract_date")} AS tgl_kontrak,
      {form.money("CASE WHEN contract_date IS NOT NULL THEN contract_value END")} AS nilai_kontrak,
      {form.money("CASE WHEN contract_date IS NOT NULL AND class <> 'paid_value_not_said' THEN net END")}
        AS nilai_tanpa_ppn,
      CASE WHEN {_AWARDED} THEN 'P' || lpad(CAST(contractor AS VARCHAR), 8, '0') END AS kd_penyedia,
      CASE WHEN {_AWARDED} THEN contractor_name END AS nama_penyedia,
      CASE WHEN {_AWARDED} AND draw(i, 'npwp', 100) > 4 THEN npwp16 WHEN {_AWARDED} AND draw(i, 'npwp', 100) = 0
           THEN '123456' END AS npwp16_penyedia,
      CASE WHEN {_AWARDED} AND draw(i, 'npwp', 100) BETWEEN 3 AND 50 THEN punctuated(old_npwp) END AS npwp_penyedia,
      {form.day(f"CASE WHEN {_ORDERED} THEN contract_date + 5 END")} AS tgl_spmk,
      {form.day(f"CASE WHEN {_ORDERED} THEN contract_date + 5 END")} AS tgl_mulai,
      {form.day("work_end")} AS tgl_selesai,
      {form.day(_HANDED_OVER)} AS tgl_bast,
      {form.day("requested_on")} AS tgl_permintaan_bayar
    FROM project_plan ORDER BY i"""


_AWARDED = "class NOT IN ('running', 'failed', 'cancelled')"
_ORDERED = "contract_date IS NOT NULL AND class NOT IN ('overdue_no_order', 'in_time', 'signed_today')"
_WORK_END = f"""CASE WHEN class = 'overdue_ended' THEN contract_date + 90 + CAST(draw(i, 'length', 100) AS INTEGER)
     WHEN {_ORDERED} THEN {{today}} + CAST(draw(i, 'length', 200) AS INTEGER) END"""
_HANDED_OVER = """CASE class WHEN 'overdue_handed_over' THEN {today} - CAST(draw(i, 'handed', 30) AS INTEGER)
     WHEN 'cover_handed_over_on_its_last_day' THEN {today} - 10
     WHEN 'cover_handed_over_a_day_later' THEN {today} - 9 END"""
# Whoever is registered and pays may ask for a payment, and then the proof lies in the file.
_PAYS = """(class LIKE 'registered%' OR class LIKE 'paid_%' OR class LIKE 'large_%' OR class LIKE 'value_%'
     OR class LIKE 'cover_%' OR class LIKE 'workers_list_%')"""


def register_sql(form: Form) -> str:
    """Return SQL for the registered projects; their contract numbers differ in punctuation, case and blanks.

    The day of registration is text in either form, so that a day that does not exist can be planted.
    """
    return f"""
    WITH rows AS (
      SELECT *, unnest(CASE WHEN class = 'register_twice' THEN [1, 2] ELSE [1] END) AS copy
      FROM project_plan WHERE {_REGISTERED} OR (class IN ('other_kind', 'other_fund') AND i % 3 = 0))
    SELECT CASE WHEN draw(i, 'their buyer', 10) = 0 THEN lower(buyer[1:3]) || ' ' || buyer[4:]
                ELSE buyer END AS kd_satker,
      CASE draw(i, 'their shape', 4) WHEN 0 THEN replace(contract_number, '/', ' / ') WHEN 1 THEN lower(contract_number)
           WHEN 2 THEN replace(replace(contract_number, '.', '-'), '-', ' ') ELSE contract_number END AS no_kontrak,
      contract_date AS tgl_kontrak,
      'JK' || lpad(CAST(i * 2 + copy AS VARCHAR), 9, '0') AS nomor_proyek,
      CASE WHEN class = 'register_rejected' THEN '2026-02-30' ELSE CAST(registered_on AS VARCHAR) END AS tanggal_daftar,
      CASE WHEN class = 'paid_basis_not_said' THEN NULL WHEN {_WAGES} THEN 'upah' ELSE 'nilai' END AS dasar_iuran,
      {form.money("CASE WHEN class <> 'paid_by_wages_not_said' THEN net * 3 // 10 END")} AS jumlah_upah,
      {form.money(_PAID)} AS iuran_dibayar,
      {form.money(_REGISTERED_VALUE)} AS nilai_terdaftar,
      {form.day(_COVERED_UNTIL)} AS berlaku_sampai,
      {form.number(_WORKERS)} AS tk_nik_sah
    FROM rows ORDER BY kd_satker, nomor_proyek"""


_PAID = """CASE class WHEN 'large_least_within_tolerance' THEN least_due - 1000
     WHEN 'large_least_past_tolerance' THEN least_due - 1001
     WHEN 'value_raised_since' THEN jakon_jkk(net // 2) + jakon_jkm(net // 2)
     ELSE CASE WHEN class LIKE '%_within_tolerance' THEN due - 1000
     WHEN class LIKE '%_past_tolerance' THEN due - 1000 - CASE i % 2 WHEN 0 THEN 0.01 ELSE 1 END
     WHEN class IN ('underpaid', 'paid_by_wages_too_little') THEN due // 2 WHEN class = 'nothing_paid' THEN 0
     WHEN class NOT IN ('paid_not_said', 'large_paid_not_said') THEN due END END"""
_REGISTERED_VALUE = """CASE class WHEN 'value_raised_by_one' THEN net - 1 WHEN 'value_raised_since' THEN net // 2
     WHEN 'value_lowered' THEN net + 1000000 WHEN 'value_registered_not_said' THEN NULL ELSE net END"""
_COVERED_UNTIL = """CASE class WHEN 'cover_ends_the_day_before' THEN work_end - 1
     WHEN 'cover_ends_with_the_works' THEN work_end WHEN 'cover_not_said' THEN NULL
     WHEN 'cover_handed_over_on_its_last_day' THEN {today} - 10
     WHEN 'cover_handed_over_a_day_later' THEN {today} - 10
     ELSE work_end + CAST(draw(i, 'after the works', 30) AS INTEGER) END"""
_WORKERS = """CASE WHEN class LIKE 'workers_not_said%' THEN NULL WHEN class LIKE 'workers_%' THEN 0
     ELSE 1 + draw(i, 'workers', 60) END"""


def proofs_sql(form: Form) -> str:
    """Return SQL for the proofs of contribution in the files of payments."""
    return f"""
    WITH rows AS (
      SELECT i, class, unnest(CASE class WHEN 'payment_proof_twice' THEN [1, 2] ELSE [1] END) AS copy
      FROM project_plan WHERE requested_on IS NOT NULL
        AND (class LIKE 'payment_proof_%' OR class = 'payment_with_proof' OR class NOT LIKE 'payment_%'))
    SELECT 'PKT-' || lpad(CAST(i AS VARCHAR), 8, '0') AS kunci,
      {form.yes(_PROOF)} AS bukti_iuran
    FROM rows ORDER BY i, copy"""


_PROOF = """CASE class WHEN 'payment_proof_refused' THEN false WHEN 'payment_proof_blank' THEN NULL
     ELSE copy = 1 END"""
