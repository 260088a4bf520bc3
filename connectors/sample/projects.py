"""The registers of projects: contracts from procurement, and the projects registered with the agency."""

from datetime import date, timedelta

from connectors.sample.days_off import last_overdue_contract
from connectors.sample.forms import Form

_REGISTERED = ("registered", "registered_late", "register_twice", "register_rejected")
_NO_CONTRACT = ("running", "failed", "cancelled", "awarded_no_contract", "finished_no_contract")


def plan_sql(classes: str, today: date) -> str:
    """Return SQL for `project_plan`: one row per package; `classes` gives (i, class)."""
    # Where the list of holidays does not reach, both sides of the boundary are planted far from it.
    last_overdue = last_overdue_contract(today) or today - timedelta(days=45)
    first_in_time = last_overdue + timedelta(days=1) if last_overdue_contract(today) else today - timedelta(days=5)
    return f"""
    WITH drawn AS (
      SELECT i, class, draw(i, 'contractor', greatest({{employers}} // 20, 1)) * 20 % {{employers}} AS contractor,
        CASE WHEN class IN {_NO_CONTRACT} THEN NULL
             WHEN class = 'signed_today' THEN {{today}}
             WHEN class = 'in_time' THEN {{today}} - CAST(draw(i, 'days', 11) AS INTEGER)
             WHEN class = 'deadline_passed' THEN DATE '{last_overdue}'
             WHEN class = 'deadline_today' THEN DATE '{first_in_time}'
             WHEN class IN ('overdue_ended', 'overdue_handed_over')
             THEN {{today}} - CAST(200 + draw(i, 'days', 100) AS INTEGER)
             ELSE {{today}} - CAST(60 + draw(i, 'days', 40) AS INTEGER) END AS contract_date
      FROM ({classes}))
    SELECT d.*, coalesce(contract_date, {{today}} - CAST(draw(i, 'stage', 50) AS INTEGER) - 1) AS turned_on,
      'S' || regency(i, 'buyer')[4:] || lpad(CAST(draw(i, 'buyer', 400) AS VARCHAR), 4, '0') AS buyer,
      '600.' || lpad(CAST(i AS VARCHAR), 7, '0') || '/SPK-'
        || ['PUPR', 'DINKES', 'DISDIK'][1 + draw(i, 'unit', 3)] || '/' || year(contract_date) AS contract_number,
      p.npwp16, p.old_npwp, p.name AS contractor_name
    FROM drawn d JOIN (SELECT i AS contractor, npwp16, old_npwp, name FROM employer_plan) p USING (contractor)"""


def projects_sql(form: Form) -> str:
    """Return SQL for the contracts."""
    return f"""
    SELECT 'PKT-' || lpad(CAST(i AS VARCHAR), 8, '0') AS kunci,
      ['Pembangunan', 'Rehabilitasi', 'Peningkatan'][1 + draw(i, 'work', 3)] || ' '
        || ['Jalan', 'Jembatan', 'Gedung', 'Drainase', 'Pasar'][1 + draw(i, 'object', 5)] || ' '
        || word(i, 'place') AS nama_paket,
      regency(i, 'place') AS kode_wilayah, buyer AS kd_satker, 'Dinas ' || word(i, 'buyer name') AS nama_satker,
      {form.day("turned_on - 60")} AS tgl_pengumuman,
      CASE WHEN class = 'fund_not_said' THEN NULL
           WHEN class = 'other_fund' THEN ['APBN', 'BLUD', 'BUMD', 'BLUD;BUMD'][1 + draw(i, 'fund', 4)]
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
      {form.money(_value())} AS nilai_kontrak,
      CASE WHEN {_AWARDED} THEN 'P' || lpad(CAST(contractor AS VARCHAR), 8, '0') END AS kd_penyedia,
      CASE WHEN {_AWARDED} THEN contractor_name END AS nama_penyedia,
      CASE WHEN {_AWARDED} AND draw(i, 'npwp', 100) > 4 THEN npwp16 WHEN {_AWARDED} AND draw(i, 'npwp', 100) = 0
           THEN '123456' END AS npwp16_penyedia,
      CASE WHEN {_AWARDED} AND draw(i, 'npwp', 100) BETWEEN 3 AND 50 THEN punctuated(old_npwp) END AS npwp_penyedia,
      {form.day(f"CASE WHEN {_ORDERED} THEN contract_date + 5 END")} AS tgl_spmk,
      {form.day(f"CASE WHEN {_ORDERED} THEN contract_date + 5 END")} AS tgl_mulai,
      {form.day(_WORK_END)} AS tgl_selesai,
      {form.day("CASE WHEN class = 'overdue_handed_over' THEN {today} - CAST(draw(i, 'handed', 30) AS INTEGER) END")}
        AS tgl_bast
    FROM project_plan ORDER BY i"""


_AWARDED = "class NOT IN ('running', 'failed', 'cancelled')"
_ORDERED = "contract_date IS NOT NULL AND class NOT IN ('overdue_no_order', 'in_time', 'signed_today')"
_WORK_END = f"""CASE WHEN class = 'overdue_ended' THEN contract_date + 90 + CAST(draw(i, 'length', 100) AS INTEGER)
     WHEN {_ORDERED} THEN {{today}} + CAST(draw(i, 'length', 200) AS INTEGER) END"""


def _value() -> str:
    return """CASE WHEN contract_date IS NULL THEN NULL WHEN class = 'project_rejected' THEN -1
                   ELSE floor(pow(10, 7.7 + draw(i, 'value', 10000) / 10000.0 * 2.5)) + draw(i, 'cents', 4) / 4.0 END"""


def register_sql(form: Form) -> str:
    """Return SQL for the registered projects; their contract numbers differ in punctuation, case and blanks.

    The day of registration is text in either form, so that a day that does not exist can be planted.
    """
    del form
    return f"""
    WITH rows AS (
      SELECT *, unnest(CASE WHEN class = 'register_twice' THEN [1, 2] ELSE [1] END) AS copy
      FROM project_plan WHERE class IN {_REGISTERED} OR (class IN ('other_kind', 'other_fund') AND i % 3 = 0))
    SELECT CASE WHEN draw(i, 'their buyer', 10) = 0 THEN lower(buyer[1:3]) || ' ' || buyer[4:]
                ELSE buyer END AS kd_satker,
      CASE draw(i, 'their shape', 4) WHEN 0 THEN replace(contract_number, '/', ' / ') WHEN 1 THEN lower(contract_number)
           WHEN 2 THEN replace(replace(contract_number, '.', '-'), '-', ' ') ELSE contract_number END AS no_kontrak,
      contract_date AS tgl_kontrak,
      'JK' || lpad(CAST(i * 2 + copy AS VARCHAR), 9, '0') AS nomor_proyek,
      CASE WHEN class = 'register_rejected' THEN '2026-02-30'
           ELSE CAST(contract_date + CASE WHEN class = 'registered_late' THEN 40
                     ELSE CAST(draw(i, 'registered', 15) AS INTEGER) END AS VARCHAR) END AS tanggal_daftar
    FROM rows ORDER BY kd_satker, nomor_proyek"""
