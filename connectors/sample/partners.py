"""The registers of micro-business groups: members, cover of the self-employed, active wage earners."""

from connectors.sample.forms import Form

GROUP_SIZE = 8
NEGLECTED_ONE_IN = 25

_COVERED = ("covered", "covered_job_ended", "partner_rejected")
_LAPSED = ("lapsed", "lapsed_wage_earner", "lapsed_two_jobs", "lapsed_job_ended", "cover_twice", "job_rejected")
_JOBS = (
    "lapsed_wage_earner",
    "never_wage_earner",
    "lapsed_two_jobs",
    "lapsed_job_ended",
    "never_job_ended",
    "covered_job_ended",
    "job_rejected",
)
_NO_NIK = ("nik_null", "nik_malformed")


def members_sql(form: Form) -> str:
    """Return SQL for the members of the groups."""
    del form
    return f"""
    SELECT 'A' || lpad(CAST(i AS VARCHAR), 8, '0') AS no_anggota,
      CASE class WHEN 'nik_null' THEN NULL WHEN 'nik_malformed' THEN nik(i)[1:13] || 'O'
           ELSE CASE WHEN draw(i, 'shape', 20) = 0 THEN spaced(nik(i)) ELSE nik(i) END END AS nik,
      coalesce(CASE WHEN draw(i, 'dirty', 20) = 0 THEN dirt(i) END, person(i)) AS nama,
      CASE WHEN class = 'partner_rejected' THEN 'Koba' ELSE district(i // {GROUP_SIZE}) END AS kode_wilayah,
      'K' || lpad(CAST(i // {GROUP_SIZE} AS VARCHAR), 7, '0') AS no_kelompok,
      'KUM ' || word(i // {GROUP_SIZE}, 'group') || ' ' || CAST(1 + draw(i // {GROUP_SIZE}, 'number', 40) AS VARCHAR)
        AS nama_kelompok
    FROM partner_plan ORDER BY i"""


def covers_sql(form: Form) -> str:
    """Return SQL for the cover of the self-employed."""
    return f"""
    WITH rows AS (
      SELECT i, class, unnest(CASE WHEN class = 'cover_twice' THEN [1, 2] ELSE [1] END) AS copy
      FROM partner_plan WHERE class IN {_COVERED} OR class IN {_LAPSED} OR class = 'cover_ends_today')
    SELECT nik(i) AS nik, {
        form.day(f'''CASE WHEN class IN {_COVERED}
        THEN {{today}} + 1 + CAST(draw(i, 'cover', 360) AS INTEGER)
        WHEN class = 'cover_ends_today' THEN {{today}}
        ELSE {{today}} - copy - CAST(draw(i, 'cover', 400) AS INTEGER) END''')
    } AS berlaku_sampai
    FROM rows ORDER BY draw(i, 'place', 4294967296), copy"""


def jobs_sql(form: Form) -> str:
    """Return SQL for wage-earner cover by person; a person may have several jobs."""
    del form
    return f"""
    WITH rows AS (
      SELECT i, class, unnest(CASE WHEN class = 'lapsed_two_jobs' THEN [1, 2] ELSE [1] END) AS job
      FROM partner_plan WHERE class IN {_JOBS})
    SELECT nik(i) AS nik, CASE WHEN class = 'job_rejected' THEN 'cuti' WHEN class LIKE '%_job_ended' OR job = 2
        THEN 'nonaktif' ELSE 'aktif' END AS status
    FROM rows ORDER BY draw(i, 'place', 4294967296), job"""
