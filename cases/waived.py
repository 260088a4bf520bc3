"""Which of tonight's violations and of the store's findings a person lets be: by `cases.life.waivers`, as sets."""

from datetime import date
from pathlib import Path

import duckdb
from pyarrow import parquet

from cases.life import waivers
from cases.night import Ended, Night, OpenRows, WaivedCount
from cases.store.channel import BulkStore
from connectors.duck import literal
from engine.findings import Detection, fingerprint_sql


def waivers_in_force(store: BulkStore, night: Night) -> Path:
    """Read the waivers in force tonight: party_id, rule, subject_key, province."""
    wanted = f"SELECT party_id, rule, subject_key, province FROM waiver w WHERE {waivers.in_force('w', night.as_of)}"
    return store.query(wanted, "waivers")


def dismissals_ended(store: BulkStore, night: Night) -> Path:
    """Read the cases whose dismissal is at its end: case_id."""
    return store.query(f"SELECT case_id FROM dismissal d WHERE {waivers.dismissal_ended('d', night.as_of)}", "ended")


def count_ended(store: BulkStore, night: Night) -> Ended:
    """Count the waivers and dismissals whose last day has passed since the scan before; none at the first scan."""
    found = store.query("SELECT CAST(max(as_of) AS VARCHAR) AS day FROM scan", "scan_before")
    before = parquet.read_table(found).to_pylist()[0]["day"]
    if before is None:
        return Ended(0, 0)
    since = f"NOT {waivers.ended('o', date.fromisoformat(before))} AND {waivers.ended('o', night.as_of)}"
    counted = store.query(
        f"SELECT (SELECT count(*) FROM waiver o WHERE {since} AND o.withdrawn_on IS NULL) AS waivers, "
        f"(SELECT count(*) FROM dismissal o WHERE {since} AND o.undone_on IS NULL) AS dismissals",
        "ended_since",
    )
    row = parquet.read_table(counted).to_pylist()[0]
    return Ended(int(row["waivers"]), int(row["dismissals"]))


def let_be(
    duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, before: OpenRows, into: Path
) -> None:
    """Make `waiver`, `covered` (id: stored findings under a waiver) and `at_end` (id: let be until tonight).

    Also `waived_row`, empty: `add_rows` fills it with tonight's violations under a waiver.
    """
    duck.execute(
        "CREATE TABLE waiver AS SELECT party_id, CAST(rule AS VARCHAR) AS rule, CAST(subject_key AS VARCHAR) "
        f"AS subject_key, CAST(province AS VARCHAR) AS province FROM read_parquet({literal(before.waivers)})"
    )
    duck.execute("CREATE TABLE waived_row (row BIGINT)")
    _cover(duck, store, into)
    duck.execute(
        "CREATE TABLE at_end AS SELECT s.id, s.row, s.state, s.otherwise OR e.case_id IS NOT NULL AS ends FROM stood s "
        f"LEFT JOIN (SELECT DISTINCT case_id FROM read_parquet({literal(before.ended)})) e ON e.case_id = s.case_id "
        "WHERE s.row IS NOT NULL AND s.state IN ('waived', 'dismissed') AND s.id NOT IN (FROM covered)"
    )
    duck.execute("UPDATE at_end SET ends = true WHERE state = 'waived'")
    _hear(duck, store, detection, into)
    duck.execute("DELETE FROM at_end WHERE NOT ends")


def _cover(duck: duckdb.DuckDBPyConnection, store: BulkStore, into: Path) -> None:
    """Make `covered`; of those whose party has a waiver the store is asked where they were found."""
    duck.execute(
        "CREATE TABLE maybe_covered AS SELECT s.id, s.rule, s.subject_key, s.party_id FROM stood s "
        "SEMI JOIN waiver USING (party_id)"
    )
    found = _ask(duck, store, "maybe_covered", into)
    duck.execute(
        f"CREATE TABLE covered AS SELECT DISTINCT f.id FROM (SELECT * FROM maybe_covered JOIN ({found}) USING (id)) f "
        f"JOIN waiver w ON {waivers.covers('w', 'f')}"
    )


def _hear(duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, into: Path) -> None:
    """Set `ends` of dismissed findings of which registers say something else than when they were dismissed.

    The fingerprint alone would not tell: it holds severity and marks, which the calendar changes while registers say
    the same. So tonight's evidence is taken with the severity and the marks of then.
    """
    duck.execute(
        "CREATE TABLE maybe_changed AS SELECT o.id, o.row, s.fingerprint FROM at_end o JOIN stood s USING (id) "
        "WHERE NOT o.ends AND s.differs"
    )
    found = _ask(duck, store, "maybe_changed", into)
    duck.execute(
        f"UPDATE at_end SET ends = true WHERE id IN (SELECT m.id FROM maybe_changed m JOIN ({found}) s USING (id) "
        f"JOIN read_parquet({literal(detection.findings)}, file_row_number = true) f ON f.file_row_number = m.row "
        f"WHERE m.fingerprint <> {fingerprint_sql('f.evidence', 's.severity', 's.line')})"
    )


def _ask(duck: duckdb.DuckDBPyConnection, store: BulkStore, table: str, into: Path) -> str:
    """Return SQL for (id, region, severity, line) as the store has them of the findings in `table`, which are few."""
    if not duck.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]:
        return "SELECT 0::BIGINT AS id, '' AS region, 0 AS severity, '' AS line WHERE false"
    path = into / f"{table}.parquet"
    duck.execute(f"COPY (SELECT id FROM {table} ORDER BY id) TO {literal(path)} (FORMAT parquet)")
    store.temporary(table, path)
    wanted = "SELECT f.id, coalesce(f.region, '') AS region, f.severity, f.line"
    found = store.query(f"{wanted} FROM {table} m JOIN finding f ON f.id = m.id", f"{table}_kept")
    return (
        "SELECT id, CAST(region AS VARCHAR) AS region, severity, CAST(line AS VARCHAR) AS line "
        f"FROM read_parquet({literal(found)})"
    )


def add_rows(duck: duckdb.DuckDBPyConnection, detection: Detection, rows: str) -> None:
    """Add to `waived_row` those of `rows`, SQL for (row, rule, subject_key, party_id), that a waiver covers."""
    duck.execute(
        f"INSERT INTO waived_row SELECT DISTINCT f.row FROM (SELECT n.*, d.region FROM "
        f"(FROM ({rows}) SEMI JOIN waiver USING (party_id)) n "
        f"JOIN read_parquet({literal(detection.findings)}, file_row_number = true) d ON d.file_row_number = n.row) f "
        f"JOIN waiver w ON {waivers.covers('w', 'f')}"
    )


def drop_waived(duck: duckdb.DuckDBPyConnection, detection: Detection) -> tuple[WaivedCount, ...]:
    """Take waived rows out of `fresh`; return how many of tonight's violations a waiver covers."""
    add_rows(duck, detection, "SELECT row, rule, subject_key, party_id FROM fresh")
    duck.execute("DELETE FROM fresh WHERE row IN (FROM waived_row)")
    duck.execute("INSERT INTO waived_row SELECT row FROM stood JOIN covered USING (id) WHERE row IS NOT NULL")
    counts = duck.execute(
        "SELECT f.rule, coalesce(f.region, ''), count(*) FROM "
        f"read_parquet({literal(detection.findings)}, file_row_number = true) f "
        "JOIN waived_row w ON w.row = f.file_row_number GROUP BY ALL ORDER BY ALL"
        if duck.execute("SELECT count(*) FROM waived_row").fetchall()[0][0]
        else "SELECT '', '', 0 WHERE false"
    ).fetchall()
    return tuple(WaivedCount(str(rule), str(region), int(subjects)) for rule, region, subjects in counts)
