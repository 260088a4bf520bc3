"""From changed findings to changed cases: which case a finding goes to, what the case is then, and its signature.

A case is one party, province and track. A finding that needs a case goes back to its own while that is live or was
resolved within `settle_days`, else to a live one (or one resolved within `settle_days`) of its party, province and
track, else to a new one; a case that a person dismissed is never taken up again. A case is resolved when its
last live finding is;
where the last one is waived instead, the case counts as dismissed by the waiver.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from cases import priority
from cases.difference import LIVE
from cases.life import facts as life
from cases.night import Night, OpenRows
from cases.store.channel import BulkStore
from cases.store.stages import LIVE_STAGES
from connectors.duck import literal
from engine.decide import SIGNATURE_FACTS
from engine.findings import Detection

LIVE_CASE = "(" + ", ".join(literal(stage) for stage in LIVE_STAGES) + ")"
NATURES = ("violation", "indication", "outreach")
FAMILIES = tuple(
    name.removeprefix("has_")
    for name in SIGNATURE_FACTS
    if name.startswith("has_") and name.removeprefix("has_") not in NATURES
)
OF_ARREARS = "('contributions', 'collection', 'withholding')"
"""Families about contributions that are owed."""
STEP_OF_WARNINGS = ("none", "teguran_1", "teguran_2")
"""The last step that a register can tell of: a warning that it counts as spent stands, and its time has run out.

It is the register of contributions that counts them, so that they are warnings for arrears: where a case has another
finding as well, nobody has been warned of that one yet, and no step stands.
"""


def assign(duck: duckdb.DuckDBPyConnection, store: BulkStore, night: Night, before: OpenRows, into: Path) -> None:
    """Make `goes` (finding, case_id) and `new_case`: the case of every finding in `wish`."""
    _ask_cases(duck, store, night, before, into)
    _assign(duck, night, before)


def conclude(
    duck: duckdb.DuckDBPyConnection, detection: Detection, night: Night
) -> tuple[Mapping[str, str | int], ...]:
    """Make `move` (each changed finding), `case_after` (each changed case); return the distinct signatures, in
    order."""
    _gather(duck, detection, night)
    priority.find_repeats(duck, night)
    life.conclude(duck, night)
    _conclude(duck)
    return _signatures(duck)


def case_counts(duck: duckdb.DuckDBPyConnection, before: OpenRows) -> Mapping[str, int]:
    """Return cases opened, kept (live before and after), resolved and reopened."""
    opened, resolved, reopened, closed = duck.execute(
        f"""SELECT count(*) FILTER (was IS NULL), count(*) FILTER (was IN {LIVE_CASE} AND stage = 'resolved'),
            count(*) FILTER (was = 'resolved' AND stage IN {LIVE_CASE}),
            count(*) FILTER (was IN {LIVE_CASE} AND stage NOT IN {LIVE_CASE}) FROM case_after"""
    ).fetchall()[0]
    live = duck.execute(
        f"SELECT coalesce(sum(cases), 0) FROM read_parquet({literal(before.stages)}) WHERE stage IN {LIVE_CASE}"
    ).fetchall()[0][0]
    return {
        "opened": int(opened),
        "kept": int(live) - int(closed),
        "resolved": int(resolved),
        "reopened": int(reopened),
    }


def wish(duck: duckdb.DuckDBPyConnection, detection: Detection) -> None:
    """Make `wish` (finding, party_id, province, track, own): findings that need a case; `own` is the one they had."""
    duck.execute(
        f"""CREATE TABLE wish AS
        WITH wanting AS (
            SELECT id AS finding, row, party_id, 0 AS own FROM arrival WHERE NOT held
            UNION ALL SELECT id, row, party_id, case_id FROM change WHERE kind IN ('same', 'released'))
        SELECT w.finding, w.row, w.party_id, w.own, f.province, f.track
        FROM wanting w JOIN read_parquet({literal(detection.findings)}, file_row_number = true) f ON
        f.file_row_number = w.row"""
    )


def _ask_cases(duck: duckdb.DuckDBPyConnection, store: BulkStore, night: Night, before: OpenRows, into: Path) -> None:
    """Read the cases that tonight touches or may touch, and the findings that they hold, from the store."""
    duck.execute(
        "CREATE TABLE stored_case (id BIGINT, party_id BIGINT, province VARCHAR, track VARCHAR, stage VARCHAR, "
        "stage_before VARCHAR, queue VARCHAR, confirmed_queue VARCHAR, severity BIGINT, purpose VARCHAR, "
        "decision_id BIGINT, "
        "resolved_on VARCHAR, party_kind VARCHAR, seq BIGINT, head VARCHAR, pinned BIGINT)"
    )
    duck.execute(
        "CREATE TABLE stored_finding (case_id BIGINT, id BIGINT, state VARCHAR, severity BIGINT, warnings_spent "
        "BIGINT, "
        "instalment_plan_kept BIGINT, family VARCHAR, nature VARCHAR, opened_on VARCHAR)"
    )
    duck.execute("CREATE TABLE stored_party (id BIGINT, kind VARCHAR)")
    life.make_tables(duck)
    priority.make_tables(duck)
    if not before.last["party"]:
        return
    own, of_party = into / "wanted_case.parquet", into / "wanted_party.parquet"
    duck.execute(
        "COPY (SELECT DISTINCT case_id AS id FROM change WHERE case_id > 0 AND kind <> 'superseded' ORDER BY 1) "
        f"TO {literal(own)} (FORMAT parquet)"
    )
    duck.execute(
        f"COPY (SELECT DISTINCT party_id AS id FROM wish WHERE party_id <= {before.last['party']} ORDER BY 1) "
        f"TO {literal(of_party)} (FORMAT parquet)"
    )
    store.temporary("wanted_case", own)
    store.temporary("wanted_party", of_party)
    known = store.query("SELECT p.id, p.kind FROM wanted_party w JOIN party p ON p.id = w.id", "party_kinds")
    duck.execute(f"INSERT INTO stored_party SELECT * FROM read_parquet({literal(known)})")
    by_person = f"c.id IN {life.IN_LIFE} OR c.id IN (SELECT case_id FROM unanchored)"
    by_person += " OR c.party_id IN (SELECT party_id FROM waiver)"  # less may be open than when it was proposed
    pinned = f"(d.stage <> c.stage OR d.routing <> {literal(night.routing)} OR {by_person})"
    store.prepare(
        "CREATE TEMP TABLE touched AS SELECT id FROM wanted_case UNION "
        "SELECT c.id FROM wanted_party w JOIN case_file c ON c.party_id = w.id UNION "
        "SELECT c.id FROM case_file c JOIN decision d ON d.id = c.decision_id "
        f"WHERE c.stage IN {LIVE_CASE} AND {pinned}"
    )
    found = store.query(
        "SELECT c.id, c.party_id, c.province, c.track, c.stage, coalesce(c.stage_before, '') AS stage_before, c.queue, "
        "coalesce(c.confirmed_queue, '') AS confirmed_queue, c.severity, c.purpose, c.decision_id, "
        "coalesce(CAST(c.resolved_on AS VARCHAR), '') AS resolved_on, p.kind, "
        "(SELECT coalesce(max(e.seq), 0) FROM event e WHERE e.case_id = c.id) AS seq, "
        "coalesce((SELECT e.hash FROM event e WHERE e.case_id = c.id ORDER BY e.seq DESC LIMIT 1), '') AS head, "
        f"c.stage IN {LIVE_CASE} AND {pinned} AS pinned "
        "FROM touched t JOIN case_file c ON c.id = t.id JOIN party p ON p.id = c.party_id "
        "JOIN decision d ON d.id = c.decision_id",
        "cases",
    )
    duck.execute(f"INSERT INTO stored_case SELECT * FROM read_parquet({literal(found)})")
    held = store.query(
        "SELECT f.case_id, f.id, f.state, f.severity, f.warnings_spent, f.instalment_plan_kept, v.family, v.nature, "
        "CAST(coalesce(f.moved_on, f.opened_on) AS VARCHAR) AS opened_on "
        "FROM touched t JOIN finding f ON f.case_id = t.id JOIN rule_version v ON v.id = f.rule_version_id",
        "case_findings",
    )
    duck.execute(f"INSERT INTO stored_finding SELECT * FROM read_parquet({literal(held)})")
    life.read(duck, store)
    priority.read(duck, store)


def _assign(duck: duckdb.DuckDBPyConnection, night: Night, before: OpenRows) -> None:
    """Make `goes` (finding, case_id) and `new_case` (id, party_id, province, track)."""
    duck.execute(
        f"""CREATE TABLE joinable AS SELECT id, party_id, province, track, stage IN {LIVE_CASE} AS live FROM stored_case
        WHERE stage IN {LIVE_CASE} OR (stage = 'resolved' AND
            date_diff('day', CAST(nullif(resolved_on, '') AS DATE), {literal(night.as_of.isoformat())}::DATE)
            <= {night.settle_days})"""
    )
    duck.execute(
        """CREATE TABLE goes AS SELECT w.finding, coalesce(j.id, k.id) AS case_id, w.party_id, w.province, w.track
        FROM wish w LEFT JOIN joinable j ON j.id = w.own
        LEFT JOIN (SELECT party_id, province, track, arg_max(id, (live, id)) AS id FROM joinable GROUP BY ALL) k
        ON k.party_id = w.party_id AND k.province = w.province AND k.track = w.track"""
    )
    duck.execute(
        f"CREATE TABLE new_case AS SELECT {before.last['case_file']} + row_number() OVER (ORDER BY "
        f"min(finding)) AS id, "
        "party_id, province, track FROM goes WHERE case_id IS NULL GROUP BY party_id, province, track"
    )
    duck.execute(
        "CREATE OR REPLACE TABLE goes AS SELECT g.finding, coalesce(g.case_id, n.id) AS case_id FROM goes g "
        "LEFT JOIN new_case n ON g.case_id IS NULL AND n.party_id = g.party_id AND n.province = g.province AND "
        "n.track = g.track"
    )


def _gather(duck: duckdb.DuckDBPyConnection, detection: Detection, night: Night) -> None:
    """Make `move`, every finding that changed with its state and case after, and `standing`, all of the cases'
    findings."""
    duck.execute(
        """CREATE TABLE move AS
        SELECT c.id, c.row, c.kind, c.was, c.kept,
            CASE c.kind WHEN 'resolved' THEN 'resolved' WHEN 'waived' THEN 'waived'
            WHEN 'closing_proposed' THEN 'closing_proposed' WHEN 'subject_gone' THEN 'subject_gone'
            WHEN 'held_changed' THEN 'held' ELSE 'open' END AS state,
            coalesce(g.case_id, nullif(c.case_id, 0)) AS case_id, false AS arrives,
            coalesce(g.case_id <> c.case_id, false) AS joins
        FROM change c LEFT JOIN goes g ON g.finding = c.id WHERE c.kind <> 'superseded'
        UNION ALL SELECT a.id, a.row, a.kind, NULL, NULL, CASE WHEN a.held THEN 'held' ELSE 'open' END, g.case_id, true,
            g.case_id IS NOT NULL
        FROM arrival a LEFT JOIN goes g ON g.finding = a.id"""
    )
    duck.execute(
        f"""CREATE TABLE standing AS
        SELECT m.case_id, m.state, coalesce(f.severity, s.severity) AS severity,
            coalesce(f.warnings_spent, s.warnings_spent, 0) AS warnings_spent,
            coalesce(CAST(f.instalment_plan_kept AS INTEGER), s.instalment_plan_kept, 0) AS instalment_plan_kept,
            coalesce(v.family, s.family) AS family, coalesce(v.nature, s.nature) AS nature,
            coalesce(s.opened_on, {literal(night.as_of.isoformat())}) AS opened_on
        FROM move m LEFT JOIN stored_finding s ON s.id = m.id
        LEFT JOIN read_parquet({literal(detection.findings)}, file_row_number = true) f ON f.file_row_number = m.row
        LEFT JOIN version v ON v.rule = f.rule
        WHERE m.case_id IS NOT NULL AND m.state IN {LIVE}
        UNION ALL
        SELECT case_id, state, severity, warnings_spent, instalment_plan_kept, family, nature, opened_on
        FROM stored_finding ANTI JOIN move USING (id) WHERE state IN {LIVE}"""
    )


def _conclude(duck: duckdb.DuckDBPyConnection) -> None:
    """Make `case_after`: each touched case with its stage after the night, and its facts where it is live."""
    facts = [f"max(CAST(family = '{family}' AS INTEGER)) AS has_{family}" for family in FAMILIES]
    facts += [f"max(CAST(nature = '{nature}' AS INTEGER)) AS has_{nature}" for nature in NATURES]
    duck.execute(
        f"""CREATE TABLE facts AS SELECT case_id, {", ".join(facts)}, max(severity) AS severity,
            least(count(*), 3) AS findings,
            max(warnings_spent) AS warnings_spent, max(instalment_plan_kept) AS instalment_plan_kept,
            {list(STEP_OF_WARNINGS)}[1 + if(bool_and(family IN {OF_ARREARS}), max(warnings_spent), 0)] AS step,
            CAST(bool_and(family IN {OF_ARREARS}) AND max(warnings_spent) > 0 AS INTEGER) AS deadline_passed
        FROM standing GROUP BY case_id"""
    )
    _add_life(duck)
    duck.execute(
        "CREATE TABLE moved AS SELECT case_id, bool_or(kind = 'resolved') AS resolves FROM move GROUP BY case_id"
    )
    duck.execute(
        f"""CREATE TABLE case_after AS
        SELECT c.id, c.party_id, c.province, c.track, c.party_kind, c.stage AS was, c.queue AS old_queue,
        c.confirmed_queue,
            c.decision_id AS old_decision, c.seq, c.head, m.case_id IS NOT NULL AS moved, CASE
                WHEN c.stage = 'resolved' AND f.case_id IS NOT NULL THEN coalesce(nullif(c.stage_before, ''), 'flagged')
                WHEN c.stage NOT IN {LIVE_CASE} OR f.case_id IS NOT NULL THEN c.stage
                WHEN m.resolves THEN 'resolved' WHEN m.case_id IS NOT NULL THEN 'dismissed' ELSE c.stage END AS stage
        FROM stored_case c LEFT JOIN facts f ON f.case_id = c.id LEFT JOIN moved m ON m.case_id = c.id
        WHERE m.case_id IS NOT NULL OR (f.case_id IS NOT NULL AND (c.pinned = 1 OR f.turned))
        UNION ALL BY NAME
        SELECT n.id, n.party_id, n.province, n.track, coalesce(p.kind, s.kind) AS party_kind, 0 AS seq, '' AS head,
            true AS moved, 'flagged' AS stage
        FROM new_case n LEFT JOIN new_party p ON p.id = n.party_id
        LEFT JOIN stored_party s ON s.id = n.party_id"""
    )
    columns = [f"has_{name}" for name in (*FAMILIES, *NATURES)]
    shown = [
        "track",
        *columns,
        "f.severity",
        "findings",
        "party_kind",
        "stage",
        "warnings_spent",
        "instalment_plan_kept",
        "step",
        "deadline_passed",
        *life.FACTS,
    ]
    duck.execute(
        f"CREATE TABLE signed AS SELECT c.id, {', '.join(shown)} FROM case_after c JOIN facts f ON f.case_id = c.id "
        f"WHERE c.stage IN {LIVE_CASE}"
    )
    names = ", ".join(name.removeprefix("f.") for name in shown)
    duck.execute(
        f"CREATE TABLE signature AS SELECT row_number() OVER (ORDER BY {names}) AS signature, {names} "
        f"FROM (SELECT DISTINCT {names} FROM signed)"
    )
    duck.execute(
        f"CREATE OR REPLACE TABLE case_after AS SELECT a.*, s.signature FROM case_after a LEFT JOIN "
        f"(SELECT id, signature FROM signed JOIN signature USING ({names})) s USING (id)"
    )


def _add_life(duck: duckdb.DuckDBPyConnection) -> None:
    """Join what is on record to `facts`: of ladder and register, whichever is further says the step and its time."""
    duck.execute(
        """CREATE OR REPLACE TABLE facts AS
        WITH known AS (
            SELECT f.* EXCLUDE (step), f.step AS by_register, l.* EXCLUDE (case_id, step, ended), l.step AS taken,
                l.ended, l.place > 0 AND l.place >= coalesce(r.place, 0) AS further
            FROM facts f JOIN lived l USING (case_id) LEFT JOIN ladder_step r ON r.step = f.step)
        SELECT * EXCLUDE (by_register, place, taken, ended, warned, paused, further)
            REPLACE (CAST(greatest(warnings_spent, warned) AS BIGINT) AS warnings_spent,
                CASE WHEN paused THEN 0 WHEN further THEN ended ELSE deadline_passed END AS deadline_passed),
            CASE WHEN further THEN taken ELSE by_register END AS step
        FROM known"""
    )


def _signatures(duck: duckdb.DuckDBPyConnection) -> tuple[Mapping[str, str | int], ...]:
    cursor = duck.execute("SELECT * EXCLUDE (signature) FROM signature ORDER BY signature")
    names = [str(column[0]) for column in cursor.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
