"""What the life of cases adds to the facts that routing and the ladder ask about: read and computed as a set.

Steps, records and reports count from the day on which the case's oldest live finding was found, as in
`cases.life.record`; the ways of collecting a claim exclude each other for good.
"""

import duckdb

from cases.life.moves import EXCLUDES, PROOF, WARNINGS, completing, main_steps
from cases.night import Night
from cases.store.channel import BulkStore
from connectors.duck import literal

IN_LIFE = "(SELECT case_id FROM case_step UNION SELECT case_id FROM case_record UNION SELECT case_id FROM case_pause "
IN_LIFE += "UNION SELECT case_id FROM referral)"
"""The cases that a person has put something on record of. Every night looks at those that are live: a time runs out,
and a document comes on record, without any finding that changes."""

FACTS = (
    "denda_unpaid", "inspector_consulted", "reported", "proof_recorded", "skk_issued", "pupn_issued", "repeat_offender",
)  # fmt: skip
"""Facts that are 0 for a case of which nothing is on record, and whose party never offended twice."""

_TABLES = {
    "case_step": "case_id BIGINT, n BIGINT, step VARCHAR, dated DATE, deadline DATE",
    "case_record": "case_id BIGINT, record VARCHAR, dated DATE",
    "case_pause": "case_id BIGINT",
    "referral": "case_id BIGINT, purpose VARCHAR, dated DATE",
}
_READ = {
    "case_step": "SELECT s.case_id, s.id AS n, s.step, CAST(s.dated AS VARCHAR) AS dated, "
    "coalesce(CAST(s.deadline AS VARCHAR), '') AS deadline FROM touched t JOIN case_step s ON s.case_id = t.id",
    "case_record": "SELECT r.case_id, r.record, CAST(r.dated AS VARCHAR) AS dated FROM touched t "
    "JOIN case_record r ON r.case_id = t.id",
    "case_pause": "SELECT p.case_id FROM touched t JOIN case_pause p ON p.case_id = t.id WHERE p.ended_on IS NULL",
    "referral": "SELECT r.case_id, r.purpose, CAST(r.handed_over_on AS VARCHAR) AS dated FROM touched t "
    "JOIN referral r ON r.case_id = t.id UNION ALL SELECT t.id, r.purpose, '' FROM touched t JOIN case_file c "
    f"ON c.merged_into = t.id JOIN referral r ON r.case_id = c.id WHERE r.purpose IN {tuple(EXCLUDES)}",
}
"""A way of collecting the claim that was chosen in a case stays chosen where that was merged into another."""


def make_tables(duck: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that `read` fills and `conclude` asks; empty, they say that nothing is on record."""
    for table, columns in _TABLES.items():
        duck.execute(f"CREATE TABLE {table} ({columns})")


def read(duck: duckdb.DuckDBPyConnection, store: BulkStore) -> None:
    """Read what is on record of the cases in the store's temporary table `touched`."""
    for table, sql in _READ.items():
        found = store.query(sql, f"life_{table}")
        columns = [column.split()[0] for column in _TABLES[table].split(", ")]
        said = ", ".join(
            f"CAST(nullif({name}, '') AS DATE)" if name in ("dated", "deadline") else name for name in columns
        )
        duck.execute(f"INSERT INTO {table} SELECT {said} FROM read_parquet({literal(found)})")


def conclude(duck: duckdb.DuckDBPyConnection, night: Night) -> None:
    """Make `lived` (case_id, place, step, ended, warned, paused, turned, and FACTS) from `standing` and `repeats`.

    `place`: of the last step that stands complete, from 1; `ended` 1 when its time has run out; `warned`: how many
    warnings are spent by the ladder. `turned`: whether the party is a repeat offender is not as the store keeps it.
    """
    day = f"{literal(night.as_of.isoformat())}::DATE"
    duck.execute("CREATE TABLE ladder_step (place BIGINT, step VARCHAR)")
    duck.execute("CREATE TABLE completing (step VARCHAR, record VARCHAR)")
    for place, step in enumerate(main_steps(night.ladder), start=1):
        duck.execute("INSERT INTO ladder_step VALUES (?, ?)", [place, step.id])
        for record in completing(night.ladder, step.id):
            duck.execute("INSERT INTO completing VALUES (?, ?)", [step.id, record])
    warnings = ", ".join(literal(step) for step in WARNINGS)
    duck.execute(
        f"""CREATE TABLE lived AS
        WITH clock AS (SELECT case_id, min(CAST(opened_on AS DATE)) AS since FROM standing GROUP BY case_id),
        taken AS (
            SELECT s.case_id, s.step, arg_max({{'dated': s.dated, 'deadline': s.deadline}}, s.n) AS last
            FROM case_step s JOIN clock c ON c.case_id = s.case_id AND s.dated >= c.since GROUP BY s.case_id, s.step),
        had AS (SELECT r.* FROM case_record r JOIN clock c ON c.case_id = r.case_id AND r.dated >= c.since),
        whole AS (
            SELECT t.case_id, l.place, t.step, t.last.deadline < {day} AS ended
            FROM taken t JOIN ladder_step l USING (step)
            WHERE NOT EXISTS (SELECT 1 FROM completing n WHERE n.step = t.step AND NOT EXISTS (
                SELECT 1 FROM had h WHERE h.case_id = t.case_id AND h.record = n.record))),
        stands AS (
            SELECT case_id, max(place) AS place, arg_max(step, place) AS step,
                coalesce(arg_max({{'ended': ended}}, place).ended, false) AS ended FROM whole GROUP BY case_id),
        walked AS (
            SELECT case_id, count(*) FILTER (step IN ({warnings}) AND last.deadline < {day}) AS warned,
                bool_or(step = 'denda') AS fined,
                coalesce(max(last.dated) FILTER (step = 'tmp2t'), max(last.dated) FILTER (step = 'teguran_2')) AS calls,
                max(last.dated) FILTER (step = 'laporan') AS told
            FROM taken GROUP BY case_id),
        noted AS (
            SELECT case_id, bool_or(record = 'denda_payment') AS paid,
                bool_or(record = 'inspector_consultation') AS consulted, bool_or(record = {literal(PROOF)}) AS proof
            FROM had GROUP BY case_id),
        sent AS (
            SELECT case_id, bool_or(purpose = 'skk') AS skk, bool_or(purpose = 'pupn') AS pupn,
                max(dated) FILTER (purpose = 'laporan' AND dated >= since) AS told
            FROM referral JOIN clock USING (case_id) GROUP BY case_id)
        SELECT c.case_id, coalesce(s.place, 0) AS place, s.step, CAST(coalesce(s.ended, false) AS INTEGER) AS ended,
            coalesce(w.warned, 0) AS warned, p.case_id IS NOT NULL AS paused,
            CAST(coalesce(w.fined, false) AND NOT coalesce(n.paid, false) AS INTEGER) AS denda_unpaid,
            CAST(coalesce(n.consulted, false) AS INTEGER) AS inspector_consulted,
            CAST(coalesce(greatest(w.told, x.told) >= coalesce(w.calls, DATE '0001-01-01'), false) AS INTEGER)
                AS reported,
            CAST(coalesce(n.proof, false) AS INTEGER) AS proof_recorded,
            CAST(coalesce(x.skk, false) AS INTEGER) AS skk_issued,
            CAST(coalesce(x.pupn, false) AS INTEGER) AS pupn_issued,
            CAST(r.finding IS NOT NULL AS INTEGER) AS repeat_offender,
            coalesce(r.finding, 0) <> coalesce(k.repeat_finding_id, 0) AS turned
        FROM clock c LEFT JOIN stands s USING (case_id) LEFT JOIN walked w USING (case_id)
        LEFT JOIN noted n USING (case_id) LEFT JOIN sent x USING (case_id)
        LEFT JOIN (SELECT DISTINCT case_id FROM case_pause) p USING (case_id)
        LEFT JOIN (SELECT id, party_id FROM stored_case UNION ALL SELECT id, party_id FROM new_case) o
            ON o.id = c.case_id
        LEFT JOIN repeats r ON r.party_id = o.party_id LEFT JOIN kept_score k ON k.id = c.case_id"""
    )
