"""The night's difference as files: rows as the store's tables have them, rows to change, and what events will say."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
from pyarrow import parquet

from cases.difference import CHANGED_MARK, INSTALMENT_PLAN_KEPT, WARNINGS_SPENT
from cases.evidence_text import covered, differing
from cases.night import Night
from cases.party_names import with_words
from cases.store.channel import BulkStore
from connectors.duck import copy_in_order, day_literal, literal
from engine.findings import Detection

EVENT_KINDS = (
    "opened",
    "reopened",
    "resolved",
    "waived",
    "joined",
    "finding_resolved",
    "changed",
    "closing_proposed",
    "subject_gone",
    "proposed",
)
"""What a scan does to a case, the strongest first: a case that changed in several ways has one event, of the first."""


@dataclass(frozen=True)
class Telling:
    """The night, the number of its scan record, and the folder that the files go to."""

    night: Night
    scan_id: int
    into: Path


def send_parties(duck: duckdb.DuckDBPyConnection, store: BulkStore, into: Path) -> None:
    """Send tonight's new parties ahead, so that the store's process works while the matching goes on."""
    _send(duck, store, "party", "SELECT id, kind, name FROM new_party ORDER BY id", into)
    _send(
        duck, store, "party_identifier", "SELECT kind, value, party_id FROM new_identifier ORDER BY kind, value", into
    )


def send_findings(duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, telling: Telling) -> None:
    """Send tonight's new findings ahead, in the order of the store's unique index where detection kept to it."""
    duck.execute(
        "CREATE TABLE placed AS SELECT a.id, a.row, a.episode, a.party_id, CASE WHEN a.held THEN 'held' ELSE "
        "'open' END "
        "AS state, g.case_id, CAST(NULL AS VARCHAR) AS kept FROM arrival a LEFT JOIN goes g ON g.finding = a.id"
    )
    scan, day = telling.scan_id, day_literal(telling.night.as_of)
    sql = f"""SELECT a.id, f.rule, f.fact, f.subject_key, a.episode, a.state, a.case_id, a.party_id, {_RETOLD},
        {day} AS opened_on, {scan} AS first_scan_id, {scan} AS scan_id,
        CASE WHEN a.case_id IS NOT NULL THEN {scan} END AS joined_scan_id, {CHANGED_MARK} AS mark, f.evidence,
        nullif(f.source, f.party_kind || ':' || f.subject_key) AS party_key
        FROM {_rows(detection)} f JOIN placed a ON f.file_row_number = a.row JOIN version v ON v.rule = f.rule"""
    _send(duck, store, "finding", sql, telling.into)


def tell(duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, telling: Telling) -> None:
    """Write the files that `cases.write` sends to the store."""
    for name, sql in _outputs(detection, telling).items():
        copy_in_order(duck, sql, telling.into / f"{name}.parquet")
    with_words(telling.into / "renamed.parquet")
    _evidence(duck, store, detection, telling)
    copy_in_order(duck, _PAYLOADS, telling.into / "payload.parquet")


def _send(duck: duckdb.DuckDBPyConnection, store: BulkStore, table: str, sql: str, into: Path) -> None:
    path = into / f"{table}.parquet"
    copy_in_order(duck, sql, path)
    if table == "party":
        with_words(path)
    if not store.dry and parquet.read_metadata(path).num_rows:
        store.append(table, path)


def _rows(detection: Detection) -> str:
    return f"read_parquet({literal(detection.findings)}, file_row_number = true)"


_RETOLD = (
    f"f.severity, f.region, f.line, f.below, {WARNINGS_SPENT} AS warnings_spent, "
    f"CAST({INSTALMENT_PLAN_KEPT} AS BOOLEAN) AS instalment_plan_kept, v.id AS rule_version_id"
)


def _outputs(detection: Detection, telling: Telling) -> dict[str, str]:
    scan, day = telling.scan_id, day_literal(telling.night.as_of)
    return {
        "restated": f"""SELECT id, state, case_id, CASE WHEN state = 'resolved' THEN {day} END AS resolved_on,
            {scan} AS scan_id, CASE WHEN joins THEN {scan} END AS joined_scan_id
            FROM move WHERE NOT arrives ORDER BY id""",
        "retold": f"""SELECT m.id, {_RETOLD}, {CHANGED_MARK} AS mark, f.evidence
            FROM move m JOIN {_rows(detection)} f ON f.file_row_number = m.row JOIN version v ON v.rule = f.rule
            WHERE NOT m.arrives AND m.kind <> 'waived' ORDER BY m.id""",
        "renamed": "SELECT id, name FROM renamed ORDER BY id",
        "merge": "SELECT * FROM new_merge ORDER BY party_id, other_party_id",
        "rule_version": f"""SELECT id, rule, sha256, family, nature, text, {scan} AS first_scan_id FROM version
            WHERE fresh AND judged ORDER BY id""",
        "case_after": "SELECT * FROM case_after ORDER BY id",
    }


def _evidence(duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, telling: Telling) -> None:
    """Make `spoken` (id, text, released_by): what registers said of a stored finding before, and what they say tonight.

    Of personal data an event says only which of them differ: what proves the finding stands in its evidence.
    `released_by`: the decision by which a person released it, where that is why it goes into a case tonight.
    """
    duck.execute("CREATE TABLE spoken (id BIGINT, text VARCHAR, released_by BIGINT)")
    wanted = "SELECT id FROM move WHERE NOT arrives AND case_id IS NOT NULL ORDER BY id"
    if not duck.execute(f"SELECT count(*) FROM ({wanted})").fetchall()[0][0]:
        return
    path = telling.into / "wanted_evidence.parquet"
    copy_in_order(duck, wanted, path)
    store.temporary("wanted_evidence", path)
    old = store.query(
        "SELECT f.id, f.rule, f.evidence, coalesce(f.held_decision_id, 0) AS decision "
        "FROM wanted_evidence w JOIN finding f ON f.id = w.id",
        "evidence",
    )
    names = telling.night.covered
    duck.execute(
        f"""INSERT INTO spoken
        WITH said AS (
            SELECT o.id, CAST(o.rule AS VARCHAR) AS rule, CAST(o.evidence AS VARCHAR) AS before,
                coalesce(f.evidence, v.evidence) AS after,
                CASE WHEN m.kind = 'released' AND o.decision > 0 THEN o.decision END AS released_by
            FROM read_parquet({literal(old)}) o JOIN move m ON m.id = o.id AND NOT m.arrives
            LEFT JOIN verdict v ON v.id = o.id LEFT JOIN {_rows(detection)} f ON f.file_row_number = m.row)
        SELECT id, '{{"finding":' || id || ',"before":' || {covered("before", names)}
            || coalesce(',"after":' || {covered("after", names)}, '')
            || coalesce(',"covered":[' || nullif({differing(names)}, '') || ']', '') || '}}', released_by
        FROM said"""
    )


_PAYLOADS = """WITH told AS (
        SELECT case_id, kind, '"' || kind || '":[' || string_agg(id, ',' ORDER BY id) || ']' AS ids
        FROM move WHERE NOT arrives AND case_id IS NOT NULL GROUP BY case_id, kind),
    evidence AS (
        SELECT m.case_id, ',"evidence":[' || string_agg(s.text, ',' ORDER BY s.id) || ']' || coalesce(
            ',"held_decision":[' || string_agg(DISTINCT s.released_by, ',' ORDER BY s.released_by) || ']', '') AS text
        FROM move m JOIN spoken s ON s.id = m.id AND NOT m.arrives GROUP BY m.case_id),
    stored AS (
        SELECT t.case_id, bool_or(t.kind IN ('released', 'same')) AS joins,
            bool_or(t.kind = 'waived') AS waives,
            bool_or(t.kind IN ('changed', 'returned')) AS changes, bool_or(t.kind = 'resolved') AS resolves,
            bool_or(t.kind = 'closing_proposed') AS closing, bool_or(t.kind = 'subject_gone') AS gone,
            string_agg(t.ids, ',' ORDER BY t.kind) || coalesce(any_value(e.text), '') AS payload
        FROM told t LEFT JOIN evidence e ON e.case_id = t.case_id GROUP BY t.case_id),
    arrived AS (
        SELECT case_id, '"arrived":' || count(*) AS payload FROM move WHERE arrives AND case_id IS NOT NULL
        GROUP BY case_id)
    SELECT coalesce(a.case_id, s.case_id) AS case_id, a.case_id IS NOT NULL OR s.joins AS joins,
        coalesce(waives, false) AS waives, coalesce(changes, false) AS changes, coalesce(resolves, false) AS resolves,
        coalesce(closing, false) AS closing, coalesce(gone, false) AS gone, concat_ws(',', a.payload,
        s.payload) AS payload
    FROM arrived a FULL JOIN stored s ON s.case_id = a.case_id"""
"""How many findings arrived at a case (they name its scan themselves), and which stored ones changed, and how."""
