"""The registers of employers: head counts (WLKP), memberships, contributions."""

from connectors.sample.forms import Form
from connectors.sample.plan import NOT_MEMBERS

_ORDINARY_ONLY = (
    "not_member_15_digits",
    "registered_15_digits",
    "npwp_null",
    "npwp_malformed",
    "npwp_zero",
    "npwp_contradictory",
    "branches",
    "branches_partly",
    "branches_not_said",
)
"""Classes about a number that only a firm registered before Coretax has."""

_PARTLY = (
    "partly",
    "partly_by_one_gap_90",
    "partly_gap_91",
    "partly_year_apart",
    "membership_undated",
    "branches_partly",
    "offices_partly",
    "offices_not_said",
    "partly_in_arrears",
    "state_partly",
)


def plan_sql(classes: str) -> str:
    """Return SQL for `employer_plan`: one row per employer; `classes` gives (i, class)."""
    return f"""
    WITH drawn AS (
      SELECT i, class, i - CAST(class = 'shared_key_twin' AS INTEGER) AS payer,
        CASE WHEN class IN {_ORDINARY_ONLY} THEN 'firm'
             WHEN draw(i - CAST(class = 'shared_key_twin' AS INTEGER), 'payer', 100) < 8 THEN 'person'
             WHEN draw(i - CAST(class = 'shared_key_twin' AS INTEGER), 'payer', 100) < 10 THEN 'coretax'
             ELSE 'firm' END AS payer_kind,
        CASE WHEN class IN ('no_workers', 'no_workers_own_key') THEN 0
             WHEN class = 'not_member_one_worker' THEN 1
             ELSE 3 + CAST(floor(pow(10, draw(i, 'size', 10000) / 10000.0 * 3.3)) AS BIGINT) END AS employed,
        {{today}} - CAST(19 + draw(i, 'counted', 60) AS INTEGER) AS usual_employed_as_of,
        {{today}} - CAST(5 + draw(i, 'member', 25) AS INTEGER) AS registered_as_of
      FROM ({classes}))
    SELECT *,
      'W' || lpad(CAST(i AS VARCHAR), 8, '0') AS no_wlkp,
      CASE payer_kind WHEN 'person' THEN nik({{persons}} + payer) WHEN 'coretax' THEN npwp_coretax(payer)
           ELSE '0' || npwp15(payer, i - payer) END AS npwp16,
      CASE WHEN payer_kind = 'firm' THEN npwp15(payer, i - payer) END AS old_npwp,
      coalesce(dirt(i), CASE payer_kind WHEN 'person' THEN 'UD ' || person(i) ELSE firm(i) END) AS name,
      regency(i, 'seat') AS region,
      CASE class WHEN 'partly_by_one_gap_90' THEN registered_as_of - 90
           WHEN 'partly_gap_91' THEN registered_as_of - 91
           WHEN 'partly_year_apart' THEN registered_as_of - 365
           WHEN 'not_member_counted_first_day' THEN DATE '2011-11-25'
           WHEN 'not_member_counted_before' THEN DATE '2011-11-24'
           WHEN 'count_day_not_said' THEN NULL
           ELSE usual_employed_as_of END AS employed_as_of,
      CASE WHEN class IN ('partly_by_one_gap_90', 'membership_undated', 'offices_partly') THEN employed - 1
           WHEN class IN {_PARTLY} THEN least(employed - 1, employed * draw(i, 'share', 90) // 100)
           WHEN class = 'registered_more' THEN employed + 1 + draw(i, 'more', 9)
           ELSE employed END AS registered,
      CASE class WHEN 'programmes_without_jp' THEN ['menengah', 'besar'][1 + i % 2]
           WHEN 'programmes_without_jht' THEN 'kecil'
           WHEN 'programmes_past_pension_age' THEN 'besar' WHEN 'programmes_age_not_said' THEN 'menengah'
           WHEN 'programmes_without_jkm' THEN 'mikro' WHEN 'programmes_micro' THEN 'mikro'
           WHEN 'programmes_small' THEN 'kecil'
           ELSE CASE WHEN class LIKE '%_scale_not_said' THEN NULL WHEN employed < 5 THEN 'mikro'
                     WHEN employed < 20 THEN 'kecil' WHEN employed < 100 THEN 'menengah' ELSE 'besar' END
           END AS scale
    FROM drawn"""


def wlkp_sql(form: Form) -> str:
    """Return SQL for the head counts; an employer with several offices has a row for each."""
    offices = "class IN ('offices', 'offices_partly', 'offices_not_said', 'offices_disagree')"
    return f"""
    WITH rows AS (
      SELECT *, unnest(CASE WHEN {offices} THEN [1, 2] ELSE [0] END) AS office FROM employer_plan)
    SELECT no_wlkp, name AS nama_perusahaan,
      CASE WHEN class IN ('npwp_null', 'no_workers_own_key', 'not_member_15_digits', 'registered_15_digits') THEN NULL
           WHEN class = 'npwp_malformed' THEN ['12345678', 'A12345678901234', '01234567890123456789'][1 + i % 3]
           WHEN class = 'npwp_zero' THEN '0000000000000000'
           WHEN class = 'npwp_contradictory' THEN '0' || npwp15(i + {{employers}}, 0)
           WHEN draw(i, 'shape', 100) < 12 THEN spaced(npwp16) ELSE npwp16 END AS npwp16,
      CASE WHEN class IN ('npwp_null', 'npwp_malformed', 'npwp_zero', 'no_workers_own_key') THEN NULL
           WHEN class IN ('not_member_15_digits', 'registered_15_digits', 'npwp_contradictory')
             OR draw(i, 'shape', 100) BETWEEN 10 AND 70 THEN punctuated(old_npwp) END AS npwp,
      CASE WHEN draw(i, 'nib', 10) > 0 THEN nib(i) END AS nib,
      region AS kode_wilayah,
      CASE WHEN class IN ('kind_not_said', 'kind_not_said_member') THEN NULL
           WHEN class IN ('state_not_member', 'state_partly') OR (class = 'offices_disagree' AND office = 2)
           THEN 'negara' ELSE 'swasta' END AS status,
      scale AS skala,
      {form.count(_headcount())} AS jumlah_pekerja,
      {form.slashed("employed_as_of + CAST(office = 2 AS INTEGER)")} AS tanggal_data
    FROM rows ORDER BY i, office"""


def _headcount() -> str:
    return """CASE WHEN class IN ('workers_not_said', 'workers_not_said_member')
                     OR (class = 'offices_not_said' AND office = 2) THEN NULL
                   WHEN class = 'wlkp_rejected' THEN -3
                   WHEN office = 0 THEN employed
                   WHEN office = 1 THEN employed - employed // 3 ELSE employed // 3 END"""


def membership_sql(form: Form) -> str:
    """Return SQL for the memberships: some on two numbers of one taxpayer, some of nobody in WLKP."""
    branches = "class IN ('branches', 'branches_partly', 'branches_not_said')"
    return f"""
    WITH rows AS (
      SELECT i, class, npwp16, old_npwp, payer_kind, registered, registered_as_of,
        unnest(CASE WHEN {branches} THEN [1, 2] ELSE [0] END) AS branch
      FROM employer_plan WHERE class NOT IN {NOT_MEMBERS}
      UNION ALL
      SELECT 2 * {{employers}} + o, 'stranger', '0' || npwp15(2 * {{employers}} + o, 0),
        npwp15(2 * {{employers}} + o, 0), 'firm', 1 + o % 40, {{today}} - 9, 0
      FROM range({{employers}} // 100) AS strangers(o)),
    shaped AS (
      SELECT *, CASE WHEN branch < 2 THEN npwp16 ELSE '0' || npwp15(i, 1) END AS full_number,
        draw(i, 'their shape', 100) AS shape FROM rows)
    SELECT CASE WHEN shape < 10 THEN spaced(full_number)
                WHEN shape < 25 AND payer_kind = 'firm' THEN punctuated(full_number[2:16])
                ELSE full_number END AS npwp,
      npp(i, branch) AS npp,
      {form.day("registered_as_of - 200 - CAST(draw(i, 'since', 3000) AS INTEGER)")} AS tanggal_daftar,
      {form.number(_registered())} AS jumlah_tk,
      {form.day("CASE WHEN class <> 'membership_undated' THEN registered_as_of END")} AS tanggal_data,
      {_PROGRAMMES} AS program,
      {form.number(_BELOW_PENSION_AGE)} AS tk_bawah_usia_pensiun
    FROM shaped ORDER BY full_number, branch"""


def _registered() -> str:
    return """CASE WHEN class = 'registered_not_said' OR (class = 'branches_not_said' AND branch = 2) THEN NULL
                   WHEN class = 'membership_rejected' THEN -1
                   WHEN branch = 0 THEN registered
                   WHEN branch = 1 THEN registered - registered // 2 ELSE registered // 2 END"""


_PROGRAMMES = """CASE class WHEN 'programmes_not_said' THEN NULL WHEN 'programmes_micro' THEN 'JKK;JKM'
     WHEN 'programmes_without_jht' THEN 'JKK; JKM' WHEN 'programmes_without_jkm' THEN 'JKK;JHT'
     WHEN 'programmes_scale_not_said' THEN 'JKK;JKM'
     WHEN 'programmes_all_scale_not_said' THEN 'JKK;JKM;JHT;JP'
     ELSE CASE WHEN class LIKE 'programmes_%' THEN 'JKK;JKM;JHT' ELSE 'JKK;JKM;JHT;JP' END END"""
_BELOW_PENSION_AGE = """CASE WHEN class = 'programmes_age_not_said' THEN NULL
     WHEN class = 'programmes_past_pension_age' THEN 0 WHEN branch = 2 THEN 1
     ELSE greatest(1, registered * 9 // 10) END"""


def contributions_sql(form: Form) -> str:
    """Return SQL for the ledger: a row per member, keyed by a membership number that is not always written alike."""
    owing = "('arrears', 'arrears_warned_twice', 'arrears_plan_kept', 'arrears_plan_not_said', 'partly_in_arrears')"
    twice = "('arrears_warned_twice', 'partly_in_arrears')"
    return f"""
    WITH rows AS (
      SELECT i, class, registered, unnest(CASE
          WHEN class IN ('branches', 'branches_partly', 'branches_not_said') THEN [1, 2]
          WHEN class = 'ledger_twice' THEN [0, 0] ELSE [0] END) AS branch,
        CASE WHEN class IN {owing} THEN 7 + draw(i, 'months', 30)
             WHEN class = 'arrears_seven_months' THEN 7
             WHEN class IN ('ledger_twice', 'ledger_rejected') THEN 9
             WHEN class = 'arrears_six_months' THEN 6
             WHEN class LIKE 'arrears_five_%' THEN 5
             WHEN class = 'arrears_four_months' THEN 4
             WHEN class = 'arrears_three_months' THEN 3
             WHEN class IN ('months_not_said', 'months_not_said_plan_kept') THEN NULL
             ELSE greatest(0, draw(i, 'months', 20) - 17) END AS months
      FROM employer_plan WHERE class NOT IN {NOT_MEMBERS} AND class <> 'ledger_missing')
    SELECT CASE WHEN draw(i, 'npp shape', 50) = 0 THEN lower(npp(i, branch)[1:2]) || '-' || npp(i, branch)[3:]
                ELSE npp(i, branch) END AS npp,
      {form.number("months")} AS bulan_menunggak,
      {form.money("months * (registered + 1) * (150000 + draw(i, 'wage', 9000000) / 100.0)")} AS tunggakan,
      {form.day("{today} - 5")} AS tanggal_data,
      {form.yes(_kept())} AS cicilan,
      {
        form.number(f'''CASE WHEN class = 'ledger_rejected' THEN 3 WHEN class IN {twice} THEN 2
                WHEN class <> 'arrears' THEN 0 WHEN draw(i, 'warned', 3) < 2 THEN draw(i, 'warned', 3) END''')
    }
        AS teguran_habis
    FROM rows ORDER BY i, branch"""


def _kept() -> str:
    return """CASE WHEN class LIKE '%_plan_kept' THEN true
                   WHEN class LIKE '%_plan_not_said' THEN NULL ELSE false END"""


def warnings_sql(form: Form) -> str:
    """Return SQL for the warnings of the sanction ladder: who had one, who two, and what should have been paid."""
    return f"""
    SELECT npwp16 AS npwp,
      {form.day("{today} - CAST(120 + draw(i, 'first warning', 200) AS INTEGER)")} AS teguran_1_diterima,
      {form.day(_SECOND_WARNING)} AS teguran_2_diterima,
      {form.money("employed * (150000 + draw(i, 'wage', 9000000) / 100.0)")} AS iuran_seharusnya
    FROM employer_plan
    WHERE class IN ('not_member', 'not_member_one_worker', 'partly', 'partly_in_arrears') AND draw(i, 'warned', 4) = 0
    ORDER BY i"""


_SECOND_WARNING = """CASE WHEN draw(i, 'warned twice', 3) > 0
     THEN {today} - CAST(draw(i, 'second warning', 100) AS INTEGER) END"""
