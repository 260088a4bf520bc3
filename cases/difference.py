"""Tonight against last night, as sets: the table of what a stored finding and tonight's outcome come to.

    in the store        tonight                       change
    nothing             violation                     new; under a waiver only counted
    open                violation                     none; changed where what registers said differs
    open, no case       violation (released)          released: a case is opened or joined
    closing proposed,   violation                     returned to open
      subject gone
    live                pass                          resolved
    live                anything else, under a waiver waived
    live                not applicable                closing_proposed
    live                gone from its spine           subject_gone
    any                 unknown, error, not judged    none (counted as left)
    resolved            violation within settle_days  same: the same episode goes on; under a waiver: waived
    resolved            violation later               reopened: a new episode; under a waiver only counted (both
                                                      also where the case was let be after the finding was resolved)
    waived              violation, under no waiver    superseded, and reopened: a new episode
    dismissed           violation, under no waiver,   superseded, and reopened: a new episode
                        the dismissal at its end or
                        registers saying otherwise
    waived, dismissed   anything else                 none
    held                violation, pass               held_changed, resolved: it waits for a person as before

"Live" is open, closing_proposed or subject_gone. What a person lets be ends its episode: it comes back only as a new
one with a clock of its own, and a pass changes nothing of it. "Under a waiver" is what `cases.waived` finds out.
"""

from pathlib import Path

import duckdb

from cases import waived
from cases.night import Judged, Night, OpenRows, Spine
from cases.store.channel import BulkStore
from cases.store.stages import LIVE_STATES
from connectors.duck import literal
from engine.findings import Detection

LIVE = "(" + ", ".join(literal(state) for state in LIVE_STATES) + ")"

WARNINGS_SPENT = "coalesce(warnings_spent, CAST(kept[1] AS UTINYINT), 0)"
INSTALMENT_PLAN_KEPT = "coalesce(CAST(instalment_plan_kept AS INTEGER), CAST(kept[2] AS INTEGER), 0)"
"""Routing's two facts: as said tonight, else as the store has them (`kept`: their two digits in its mark)."""

CHANGED_MARK = f"fingerprint || '.' || {WARNINGS_SPENT} || {INSTALMENT_PLAN_KEPT} || '.' || line"
"""What makes a finding "changed" when it differs: the evidence and severity, routing's two facts, the line."""

_SAID_MARK = (
    "fingerprint || '.' || coalesce(CAST(warnings_spent AS VARCHAR), '?') || "
    "coalesce(CAST(CAST(instalment_plan_kept AS INTEGER) AS VARCHAR), '?') || '.' || line"
)
"""The same of tonight alone: '?' stands for a routing fact that no register could say."""


def _differs(stored: str) -> str:
    """Return the SQL condition that tonight's mark says something else than `stored`; '?' says nothing."""
    parts = (f"(split_part(t.mark, '.', {part}) <> split_part({stored}, '.', {part}))" for part in (1, 3))
    return f"(t.mark <> {stored} AND ({' OR '.join((*parts, _told_otherwise(stored)))}))"


def _told_otherwise(stored: str) -> str:
    """Return the SQL condition that registers say something else of routing's facts than `stored`."""
    said = (
        f"(split_part(t.mark, '.', 2)[{digit}] NOT IN ('?', split_part({stored}, '.', 2)[{digit}]))" for digit in (1, 2)
    )
    return f"({' OR '.join(said)})"


def _kept(stored: str) -> str:
    """Return what the store's mark says of routing's facts, where tonight's says nothing of one."""
    return f"CASE WHEN contains(t.mark, '?') THEN split_part({stored}, '.', 2) END"


def compare(duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, before: OpenRows) -> None:
    """Make `tonight` (narrow), `stood` (each stored unresolved finding beside it) and `unstored`. Reads once."""
    duck.execute(
        f"CREATE TABLE tonight AS SELECT file_row_number AS row, rule, subject_key, {_SAID_MARK} AS mark "
        f"FROM read_parquet({literal(detection.findings)}, file_row_number = true) SEMI JOIN judged_rule USING (rule)"
    )
    duck.execute(
        f"""CREATE TABLE stood AS
        WITH stored AS (  -- the driver knows no type for a column without rows
            SELECT id, CAST(rule AS VARCHAR) AS rule, CAST(subject_key AS VARCHAR) AS subject_key, episode, party_id,
                case_id, CAST(state AS VARCHAR) AS state, CAST(mark AS VARCHAR) AS mark
            FROM read_parquet({literal(before.findings)}))
        SELECT o.id, o.rule, o.subject_key, o.episode, o.party_id, o.case_id, o.state, t.row,
            split_part(o.mark, '.', 1) AS fingerprint, {_differs("o.mark")} AS differs,
            {_told_otherwise("o.mark")} AS otherwise, {_kept("o.mark")} AS kept
        FROM stored o LEFT JOIN tonight t USING (rule, subject_key)"""
    )
    duck.execute(
        "CREATE TABLE unstored AS SELECT row, rule, subject_key, mark FROM tonight "
        "ANTI JOIN stood USING (rule, subject_key)"
    )


def judge_absent(duck: duckdb.DuckDBPyConnection, store: BulkStore, judged: Judged, into: Path) -> None:
    """Make `verdict` (id, outcome): what tonight says of stored findings without a violation.

    `outcome` is what the engine answers, or `gone`; a finding without a row here has no verdict.
    """
    duck.execute("CREATE TABLE verdict (id BIGINT, outcome VARCHAR, evidence VARCHAR)")
    absent = (
        "SELECT s.id, s.rule, s.subject_key, j.fact FROM stood s JOIN judged_rule j USING (rule) "
        "WHERE s.row IS NULL AND s.state NOT IN ('waived', 'dismissed')"
    )
    duck.execute(f"CREATE TABLE absent AS {absent}")
    if not _count(duck, "absent"):
        return
    ask, said = into / "ask.parquet", into / "outcomes.parquet"
    duck.execute(
        f"COPY (SELECT DISTINCT rule, subject_key FROM absent ORDER BY rule, subject_key) TO {literal(ask)} "
        f"(FORMAT parquet)"
    )
    said = judged.outcomes_of(ask, said)
    duck.execute(f"CREATE TABLE said AS SELECT * FROM read_parquet({literal(said)})")
    names = {str(row[0]) for row in duck.execute("SELECT column_name FROM (DESCRIBE said)").fetchall()}
    evidence = "evidence" if "evidence" in names else "NULL"
    duck.execute(
        f"INSERT INTO verdict SELECT a.id, outcome, {evidence} FROM absent a JOIN said USING (rule, subject_key)"
    )
    _gone(duck, store, judged, into)


def _gone(duck: duckdb.DuckDBPyConnection, store: BulkStore, judged: Judged, into: Path) -> None:
    """Add the verdict `gone` where the spine is fresh, complete for the region, and did not reject the subject."""
    duck.execute("CREATE TABLE lacking AS SELECT a.* FROM absent a ANTI JOIN said USING (rule, subject_key)")
    for fact, spine in judged.spines.items():
        if not spine.fresh or not spine.complete:
            continue
        rejected = (
            f"AND subject_key NOT IN (SELECT CAST(subject_key AS VARCHAR) FROM "
            f"read_parquet({literal(spine.rejected_keys)}) "
            "WHERE subject_key IS NOT NULL)"
            if spine.rejected_keys
            else ""
        )
        covered = _covered(duck, store, fact, spine, into)
        duck.execute(
            f"INSERT INTO verdict SELECT id, 'gone', NULL FROM lacking WHERE fact = {literal(fact)} {rejected} "
            f"{covered}"
        )


def _covered(duck: duckdb.DuckDBPyConnection, store: BulkStore, fact: str, spine: Spine, into: Path) -> str:
    """Return the SQL condition that the spine is complete where the stored finding said its subject is."""
    if spine.complete is True:
        return ""
    path = into / f"lacking_{fact}.parquet"
    duck.execute(f"COPY (SELECT id FROM lacking WHERE fact = {literal(fact)}) TO {literal(path)} (FORMAT parquet)")
    store.temporary("lacking", path)
    regions = store.query(
        "SELECT f.id, coalesce(f.region, '') AS region FROM lacking l JOIN finding f ON f.id = l.id", "regions"
    )
    codes = spine.complete if isinstance(spine.complete, tuple) else ()
    inside = " OR ".join(f"starts_with(CAST(region AS VARCHAR), {literal(code)})" for code in codes)
    return f"AND id IN (SELECT id FROM read_parquet({literal(regions)}) WHERE {inside})"


def change_stored(duck: duckdb.DuckDBPyConnection) -> None:
    """Make `change` (id, rule, subject_key, party_id, case_id, was, row, kind) by the table above."""
    duck.execute(
        f"""CREATE TABLE change AS SELECT * EXCLUDE (kind), kind FROM (
        SELECT s.id, s.rule, s.subject_key, s.episode, s.party_id, s.case_id, s.state AS was, s.row, s.kept, CASE
            WHEN s.state IN ('waived', 'dismissed') THEN CASE WHEN o.id IS NOT NULL THEN 'superseded' END
            WHEN c.id IS NOT NULL AND s.state IN {LIVE} AND v.outcome IS DISTINCT FROM 'pass' THEN 'waived'
            WHEN s.row IS NOT NULL THEN CASE
                WHEN s.state = 'held' THEN CASE WHEN s.differs THEN 'held_changed' END
                WHEN s.case_id = 0 THEN 'released'
                WHEN s.state <> 'open' THEN 'returned'
                WHEN s.differs THEN 'changed' END
            WHEN v.outcome = 'pass' THEN 'resolved'
            WHEN v.outcome = 'not_applicable' AND s.state IN ('open', 'subject_gone') THEN 'closing_proposed'
            WHEN v.outcome = 'gone' AND s.state IN ('open', 'closing_proposed') THEN 'subject_gone'
        END AS kind
        FROM stood s LEFT JOIN verdict v ON v.id = s.id AND s.row IS NULL
        LEFT JOIN covered c ON c.id = s.id LEFT JOIN at_end o ON o.id = s.id) WHERE kind IS NOT NULL"""
    )


def change_unstored(
    duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, night: Night, into: Path
) -> None:
    """Make `fresh` (row, rule, subject_key, kind, episode, party_id): rows to come; `same` goes to `change`."""
    duck.execute(
        "CREATE TABLE past (rule VARCHAR, subject_key VARCHAR, id BIGINT, episode BIGINT, party_id BIGINT, "
        "case_id BIGINT, mark VARCHAR, resolved_on VARCHAR)"
    )
    _ask_past(duck, store, into)
    day = literal(night.as_of.isoformat())
    settled = f"date_diff('day', CAST(nullif(p.resolved_on, '') AS DATE), {day}::DATE) > {night.settle_days}"
    duck.execute(
        f"""CREATE TABLE seen AS SELECT t.row, t.rule, t.subject_key, p.id, coalesce(p.episode, 0) AS episode,
            p.party_id,
            coalesce(p.case_id, 0) AS case_id, {_kept("p.mark")} AS kept, CASE
                WHEN p.id IS NULL THEN 'new'
                WHEN p.case_id = 0 OR {settled} THEN 'reopened'
                ELSE 'same' END AS kind
        FROM unstored t LEFT JOIN past p USING (rule, subject_key)"""
    )
    waived.add_rows(duck, detection, "SELECT row, rule, subject_key, party_id FROM seen WHERE kind = 'same'")
    duck.execute(
        "INSERT INTO change SELECT id, rule, subject_key, episode, party_id, case_id, 'resolved', row, kept, "
        "CASE WHEN row IN (FROM waived_row) THEN 'waived' ELSE 'same' END FROM seen WHERE kind = 'same'"
    )
    duck.execute(
        """CREATE TABLE fresh AS
        SELECT row, rule, subject_key, kind, episode + 1 AS episode, party_id FROM seen WHERE kind IN ('new',
        'reopened')
        UNION ALL SELECT row, rule, subject_key, 'reopened', episode + 1, party_id FROM change WHERE kind =
        'superseded'"""
    )


def _ask_past(duck: duckdb.DuckDBPyConnection, store: BulkStore, into: Path) -> None:
    """Fill `past` with the last episode of what the store holds as resolved and tonight says again."""
    known = duck.execute("SELECT coalesce(max(last_finding), 0) FROM last_id").fetchall()[0][0]
    if not known or not _count(duck, "unstored"):
        return
    path = into / "wanted_finding.parquet"
    duck.execute(
        f"COPY (SELECT rule, subject_key FROM unstored ORDER BY rule, subject_key) TO {literal(path)} (FORMAT parquet)"
    )
    store.temporary("wanted_finding", path)
    found = store.query(
        "SELECT f.rule, f.subject_key, f.id, f.episode, f.party_id, coalesce(f.case_id, 0) AS case_id, f.mark, "
        "coalesce(CAST(f.resolved_on AS VARCHAR), '') AS resolved_on FROM wanted_finding w "
        "JOIN finding f ON f.rule = w.rule AND f.subject_key = w.subject_key "
        "WHERE NOT EXISTS (SELECT 1 FROM finding g WHERE g.rule = f.rule AND g.subject_key = f.subject_key "
        "AND g.episode > f.episode)",
        "past",
    )
    duck.execute(f"INSERT INTO past SELECT * FROM read_parquet({literal(found)})")


def _count(duck: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(duck.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
