"""The night's difference as files: rows as the store's tables have them, rows to change, and what events will say."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from cases.difference import CHANGED_MARK
from cases.night import Night
from cases.store.channel import BulkStore
from connectors.duck import literal
from engine.findings import Detection

EVENT_KINDS = (
    "opened",
    "reopened",
    "resolved",
    "dismissed",
    "joined",
    "changed",
    "closing_proposed",
    "subject_gone",
    "proposed",
)
"""What a scan does to a case, the strongest first: a case that changed in several ways has one event, of the first kind."""


@dataclass(frozen=True)
class Telling:
    """The night, the number of its scan record, and the folder that the files go to."""

    night: Night
    scan_id: int
    into: Path


def tell(duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, telling: Telling) -> None:
    """Write the files that `cases.write` sends to the store."""
    for name, sql in _outputs(detection, telling).items():
        _copy(duck, sql, telling.into / f"{name}.parquet")
    _evidence(duck, store, detection, telling.into)
    _copy(duck, _PAYLOADS, telling.into / "payload.parquet")


def _copy(duck: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    duck.execute(f"COPY ({sql}) TO {literal(path)} (FORMAT parquet, COMPRESSION snappy)")


def _outputs(detection: Detection, telling: Telling) -> dict[str, str]:
    tonight = f"read_parquet({literal(detection.findings)}, file_row_number = true)"
    scan, day = telling.scan_id, literal(telling.night.as_of.isoformat())
    retold = (
        "f.severity, f.region, f.line, CAST(f.below AS INTEGER) AS below, f.warnings_spent, "
        "CAST(f.instalment_plan_kept AS INTEGER) AS instalment_plan_kept, v.id AS rule_version_id"
    )
    return {
        "finding": f"""SELECT a.id, f.rule, f.fact, f.subject_key, a.episode, m.state, m.case_id, a.party_id, {retold},
            {day} AS opened_on, {scan} AS first_scan_id, {scan} AS scan_id, {CHANGED_MARK} AS mark, f.evidence
            FROM arrival a JOIN move m ON m.id = a.id AND m.arrives JOIN {tonight} f ON f.file_row_number = a.row
            JOIN version v ON v.rule = f.rule ORDER BY a.id""",
        "restated": f"""SELECT id, state, case_id, CASE WHEN state = 'resolved' THEN {day} END AS resolved_on,
            {scan} AS scan_id FROM move WHERE NOT arrives ORDER BY id""",
        "retold": f"""SELECT m.id, {retold}, {CHANGED_MARK} AS mark, f.evidence
            FROM move m JOIN {tonight} f ON f.file_row_number = m.row JOIN version v ON v.rule = f.rule
            WHERE NOT m.arrives AND m.kind NOT IN ('superseded', 'waived') ORDER BY m.id""",
        "party": "SELECT id, kind, name FROM new_party ORDER BY id",
        "party_identifier": "SELECT kind, value, party_id FROM new_identifier ORDER BY kind, value",
        "merge": "SELECT * FROM new_merge ORDER BY party_id, other_party_id",
        "rule_version": f"""SELECT id, rule, sha256, family, nature, text, {scan} AS first_scan_id FROM version
            WHERE fresh AND judged ORDER BY id""",
        "case_after": "SELECT * FROM case_after ORDER BY id",
    }


def _evidence(duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, into: Path) -> None:
    """Make `spoken` (id, text): what registers said of a stored finding before, and what they say tonight."""
    duck.execute("CREATE TABLE spoken (id BIGINT, text VARCHAR)")
    wanted = "SELECT id FROM move WHERE NOT arrives AND kind <> 'superseded' AND case_id IS NOT NULL ORDER BY id"
    if not duck.execute(f"SELECT count(*) FROM ({wanted})").fetchall()[0][0]:
        return
    path = into / "wanted_evidence.parquet"
    _copy(duck, wanted, path)
    store.temporary("wanted_evidence", path)
    old = store.query("SELECT f.id, f.evidence FROM temp.wanted_evidence w JOIN finding f ON f.id = w.id", "evidence")
    duck.execute(
        f"""INSERT INTO spoken SELECT o.id, '{{"finding":' || o.id || ',"before":' || o.evidence
            || coalesce(',"after":' || coalesce(f.evidence, v.evidence), '') || '}}'
        FROM read_parquet({literal(old)}) o JOIN move m ON m.id = o.id AND NOT m.arrives
        LEFT JOIN verdict v ON v.id = o.id
        LEFT JOIN read_parquet({literal(detection.findings)}, file_row_number = true) f ON f.file_row_number = m.row"""
    )


_PAYLOADS = """WITH told AS (
        SELECT case_id, kind, '"' || kind || '":[' || string_agg(id, ',' ORDER BY id) || ']' AS ids
        FROM move WHERE case_id IS NOT NULL AND kind <> 'superseded' GROUP BY case_id, kind),
    evidence AS (
        SELECT m.case_id, ',"evidence":[' || string_agg(s.text, ',' ORDER BY s.id) || ']' AS text
        FROM move m JOIN spoken s ON s.id = m.id AND NOT m.arrives GROUP BY m.case_id)
    SELECT t.case_id, bool_or(t.kind IN ('new', 'reopened', 'released', 'unwaived', 'same')) AS joins,
        bool_or(t.kind IN ('changed', 'returned')) AS changes, bool_or(t.kind = 'resolved') AS resolves,
        bool_or(t.kind = 'closing_proposed') AS closing, bool_or(t.kind = 'subject_gone') AS gone,
        string_agg(t.ids, ',' ORDER BY t.kind) || coalesce(any_value(e.text), '') AS payload
    FROM told t LEFT JOIN evidence e ON e.case_id = t.case_id GROUP BY t.case_id"""
