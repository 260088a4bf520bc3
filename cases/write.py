"""Write a night's difference in one transaction, or say what it would come to.

All rows go to the store's own process, which commits only when this one has seen every row arrive and says so.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from cases import priority
from cases.affected import LIVE_CASE
from cases.night import MATCH_MEMORY, HeldRule, Matched, Night, Written
from cases.proof import anchors
from cases.store.chain import canonical, hash_sql, moment, salt_sql
from cases.store.channel import BulkStore
from connectors.duck import copy_in_order, day_literal, literal, open_duck
from engine.findings import Decision, Fired, Proposal
from rules.errors import DecisionError, Message, StoreError
from rules.model import NO_STEP, SEVERITIES

APPENDED = ("rule_version", "party", "party_identifier", "decision", "case_file", "finding", "event", "event_payload")
SENT_AHEAD = ("party", "party_identifier", "finding")
"""What `match` has sent already, so that the store's process worked while it went on."""


def write(matched: Matched, decisions: Sequence[Decision], store: BulkStore, finished_at: datetime) -> Written:
    """Write `matched` with one decision per signature; return what it came to, recounted from a fresh connection.

    Raises DecisionError where decisions are missing, StoreError; in each case the store is as it was before.
    """
    written = preview(matched, decisions)
    _send_scan(matched, written, store, finished_at)
    rows = {**_send(matched, store), "scan": 1}
    drop = _anchor(matched, store)
    store.commit()
    anchor = drop.set()
    _recount(matched, store)
    return Written(written.findings, written.cases, written.queues, rows, anchor)


def _anchor(matched: Matched, store: BulkStore) -> anchors.Drop:
    """Write tonight's anchor file, which takes its place when the store has the night."""
    night = matched.night
    anchors.settle(night.anchors, lambda run: _has(store, run))
    with closing(open_duck(matched.folder / "spill", memory=MATCH_MEMORY)) as duck:
        event = literal(matched.folder / "event.parquet")
        duck.execute(f"CREATE VIEW chained AS SELECT case_id, seq, hash FROM read_parquet({event})")
        lines = anchors.changed_cases(duck, store, matched.folder / "anchor.lines")
    with lines.open("rb") as body:
        return anchors.prepare(night.anchors, {"at": moment(night.started_at), "run": night.run_id}, body)


def _has(store: BulkStore, run: str) -> bool:
    """Say whether the store has the scan of this run."""
    kept = store.query(f"SELECT count(*) AS scans FROM scan WHERE run_id = {literal(run)}", "anchored")
    return bool(parquet.read_table(kept).to_pylist()[0]["scans"])


def preview(matched: Matched, decisions: Sequence[Decision]) -> Written:
    """Return what writing would come to, and write nothing (a dry run); `write` begins with the same."""
    if len(decisions) != len(matched.signatures):
        raise DecisionError(
            Message(
                "{signatures} kinds of case were to be decided, {decisions} decisions came back",
                signatures=len(matched.signatures),
                decisions=len(decisions),
            ),
            Message("a case without a decision would have no queue"),
            Message("run the scan again and report this message"),
        )
    with closing(open_duck(matched.folder / "spill", memory=MATCH_MEMORY)) as duck:
        _decide(duck, matched, decisions)
        _cases(duck, matched)
        return Written(matched.findings, matched.cases, _queues(duck, matched), {})


def _trail(trail: Sequence[Fired]) -> list[dict[str, object]]:
    return [{"rule": fired.rule, "read": dict(fired.read), "why": dict(fired.why)} for fired in trail]


def _proposed(proposal: Proposal | None) -> dict[str, str]:
    """Return the columns of what the ladder proposes."""
    if proposal is None:
        return {"step": NO_STEP, "proposal": "{}"}
    said: dict[str, object] = {
        "step": proposal.step,
        "ready": proposal.ready,
        "beside": proposal.beside,
        "blocked": proposal.blocked,
        "warned": proposal.warned,
    }
    gave = [dict(fired.gave) for fired in proposal.trail]
    said["trail"] = [{**fired, "gave": given} for fired, given in zip(_trail(proposal.trail), gave, strict=True)]
    return {"step": proposal.step or NO_STEP, "proposal": canonical(said)}


def _decide(duck: duckdb.DuckDBPyConnection, matched: Matched, decisions: Sequence[Decision]) -> None:
    """Make `decided` (signature, id, queue, severity, purpose) and write the decisions that the store does not hold."""
    stored = {str(row["digest"]): row for row in parquet.read_table(matched.before.decisions).to_pylist()}
    last = matched.before.last["decision"]
    duck.execute(
        "CREATE TABLE decided (signature BIGINT, decision_id BIGINT, queue VARCHAR, severity BIGINT, purpose VARCHAR)"
    )
    fresh: list[dict[str, object]] = []
    repeated: list[int] = []
    for number, (signature, decision) in enumerate(zip(matched.signatures, decisions, strict=True), start=1):
        severity = SEVERITIES.index(decision.severity) + 1
        trail = canonical(_trail(decision.trail))
        said = {"queue": decision.queue, "severity": severity, "purpose": decision.purpose}
        said |= _proposed(decision.proposal)
        digest = hashlib.sha256(canonical([signature, said, trail]).encode()).hexdigest()
        if digest in stored:
            identity = int(stored[digest]["id"])
            if stored[digest]["routing"] != matched.night.routing:
                repeated.append(identity)
        else:
            identity = last + len(fresh) + 1
            row = {"id": identity, "digest": digest, "signature": canonical(signature), "stage": signature["stage"]}
            fresh.append({**row, **said, "trail": trail, "routing": matched.night.routing})
        duck.execute(
            "INSERT INTO decided VALUES (?, ?, ?, ?, ?)", [number, identity, decision.queue, severity, decision.purpose]
        )
    _put(matched.folder / "decision.parquet", fresh, _DECISION)
    _put(
        matched.folder / "rerouted.parquet",
        [{"id": identity} for identity in repeated],
        pa.schema([("id", pa.int64())]),
    )


_DECISION = pa.schema(
    [
        pa.field(name, pa.int64() if name in ("id", "severity") else pa.string())
        for name in (
            "id",
            "digest",
            "signature",
            "stage",
            "queue",
            "severity",
            "purpose",
            "trail",
            "routing",
            "step",
            "proposal",
        )
    ]
)


def _put(path: Path, rows: list[dict[str, object]], schema: pa.Schema) -> None:
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def _stamp(moment: datetime) -> str:
    """Return `moment` as the store's columns hold it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _cases(duck: duckdb.DuckDBPyConnection, matched: Matched) -> None:
    """Write the files of new and changed cases, and their events; make `ended`, each touched case before and after."""
    night, folder = matched.night, matched.folder
    day, scan = day_literal(night.as_of), matched.before.last["scan"] + 1
    duck.execute(
        f"""CREATE TABLE ended AS
        SELECT *, CASE WHEN signature IS NULL THEN 0 ELSE {priority.points_sql(night.priority)} END AS priority FROM (
            SELECT a.*, d.decision_id, d.queue, d.severity, d.purpose, s.* EXCLUDE (case_id)
            FROM read_parquet({literal(folder / "case_after.parquet")}) a LEFT JOIN decided d USING (signature)
            LEFT JOIN read_parquet({literal(folder / "scored.parquet")}) s ON s.case_id = a.id)"""
    )
    kept = (f"coalesce({name}, 0) AS {name}" if name == "findings" else name for name in priority.KEPT)
    score = ", ".join((*kept, "priority"))
    duck.execute(
        f"""CREATE TABLE told AS SELECT e.id AS case_id, e.seq + 1 AS seq, CASE
                WHEN e.was IS NULL THEN 'opened' WHEN e.was <> e.stage THEN
                    CASE WHEN e.was = 'resolved' THEN 'reopened'
                        WHEN e.stage = 'dismissed' THEN 'waived' ELSE e.stage END
                WHEN p.waives THEN 'waived' WHEN p.joins THEN 'joined'
                WHEN p.resolves THEN 'finding_resolved' WHEN p.changes THEN 'changed'
                WHEN p.closing THEN 'closing_proposed' WHEN p.gone THEN 'subject_gone'
                WHEN e.moved THEN 'changed' ELSE 'proposed' END AS kind,
            e.was AS from_stage, e.stage AS to_stage, p.payload, e.decision_id, e.old_decision, e.head
        FROM ended e LEFT JOIN read_parquet({literal(folder / "payload.parquet")}) p ON p.case_id = e.id
        WHERE e.moved OR e.decision_id <> e.old_decision"""
    )
    _chain(duck, night)
    outputs = {
        "case_file": f"""SELECT id, party_id, province, track, stage, queue, severity, purpose, decision_id,
            {day} AS opened_on, {scan} AS opened_scan_id, {score} FROM ended WHERE was IS NULL ORDER BY id""",
        "recased": f"""SELECT id, stage, CASE WHEN stage <> was AND stage = 'resolved' THEN was END AS stage_before,
            CASE WHEN stage = 'resolved' THEN {day} END AS resolved_on, queue, severity, purpose, decision_id, {score}
            FROM ended WHERE was IS NOT NULL AND (stage <> was OR decision_id <> old_decision
                OR (signature IS NOT NULL AND ({priority.changed_sql()}))) ORDER BY id""",
        "event": """SELECT case_id, seq, "at", who, kind, from_stage, to_stage, payload_sha256, hash FROM chained
            ORDER BY case_id""",
        "event_payload": "SELECT case_id, seq, salt, payload FROM chained ORDER BY case_id",
    }
    for name, sql in outputs.items():
        copy_in_order(duck, sql, folder / f"{name}.parquet")


def _chain(duck: duckdb.DuckDBPyConnection, night: Night) -> None:
    """Make `chained`: the events of `told` as they are stored, hashed as a set."""
    run, at = literal('{"run":' + canonical(night.run_id)), literal(moment(night.started_at))
    duck.execute(
        f"""CREATE TABLE chained AS
        WITH said AS (
            SELECT case_id, seq, kind, from_stage, to_stage, head, {run} || coalesce(',' || payload, '')
                || CASE WHEN decision_id IS DISTINCT FROM old_decision AND decision_id IS NOT NULL
                THEN ',"decision":' || decision_id ELSE '' END || '}}' AS payload,
                {salt_sql(literal(night.salt.hex()), "case_id", "seq")} AS salt FROM told),
        covered AS (SELECT *, sha256(salt || payload) AS payload_sha256 FROM said)
        SELECT *, {literal(_stamp(night.started_at))} AS "at", 'scan' AS who, {hash_sql("head", at, "'scan'")} AS hash
        FROM covered"""
    )


def _queues(duck: duckdb.DuckDBPyConnection, matched: Matched) -> Mapping[str, Mapping[str, int]]:
    """Return live cases by queue, proposed and confirmed, as they stand after the night."""
    sure = "IN ('confirmed', 'referred')"
    rows = duck.execute(
        f"""WITH counted AS (
            SELECT CAST(stage AS VARCHAR) AS stage, CAST(queue AS VARCHAR) AS queue, cases
            FROM read_parquet({literal(matched.before.stages)})
            UNION ALL SELECT was, CASE WHEN was {sure} THEN coalesce(nullif(confirmed_queue, ''), old_queue)
                ELSE old_queue END, -1 FROM ended WHERE was IS NOT NULL
            UNION ALL SELECT stage, CASE WHEN stage {sure} THEN coalesce(nullif(confirmed_queue, ''), queue, old_queue)
                ELSE coalesce(queue, old_queue) END, 1 FROM ended)
        SELECT queue, sum(cases) FILTER (stage = 'flagged'), sum(cases) FILTER (stage IN ('confirmed', 'referred'))
        FROM counted WHERE stage IN {LIVE_CASE} GROUP BY queue HAVING sum(cases) > 0 ORDER BY queue"""
    ).fetchall()
    return {str(queue): {"proposed": int(new or 0), "confirmed": int(known or 0)} for queue, new, known in rows}


_RESTATE = (
    "UPDATE finding SET state = r.state, case_id = r.case_id, resolved_on = r.resolved_on, scan_id = r.scan_id, "
    "joined_scan_id = coalesce(r.joined_scan_id, finding.joined_scan_id) FROM restated r WHERE r.id = finding.id"
)
_RETELL = (
    "UPDATE finding SET severity = r.severity, region = r.region, line = r.line, below = r.below, "
    "warnings_spent = r.warnings_spent, instalment_plan_kept = r.instalment_plan_kept, "
    "rule_version_id = r.rule_version_id, mark = r.mark, evidence = r.evidence FROM retold r WHERE r.id = "
    "finding.id"
)
_RENAME = "UPDATE party SET name = r.name, words = r.words FROM renamed r WHERE r.id = party.id"
_RECASE = (
    "UPDATE case_file SET stage = r.stage, stage_before = r.stage_before, resolved_on = r.resolved_on, "
    "queue = coalesce(r.queue, case_file.queue), severity = coalesce(r.severity, case_file.severity), "
    "purpose = coalesce(r.purpose, case_file.purpose), decision_id = coalesce(r.decision_id, case_file.decision_id), "
    "people = r.people, rupiah = r.rupiah, overdue_since = r.overdue_since, "
    "repeat_finding_id = r.repeat_finding_id, findings = r.findings, priority = r.priority "
    "FROM recased r WHERE r.id = case_file.id"
)


def _send(matched: Matched, store: BulkStore) -> dict[str, int]:
    """Send all rows that change; return table to rows."""
    rows = {table: _rows(matched.folder / f"{table}.parquet") for table in APPENDED}
    for table, count in rows.items():
        if count and table not in SENT_AHEAD:
            store.append(table, matched.folder / f"{table}.parquet")
    reroute = f"UPDATE decision SET routing = {literal(matched.night.routing)} WHERE id IN (SELECT id FROM rerouted)"
    merge = (
        "INSERT INTO merge_proposal (id, party_id, other_party_id, kind, value, state, scan_id) "
        f"SELECT {matched.before.last['merge_proposal']} + row_number() OVER (ORDER BY m.party_id, m.other_party_id), "
        f"m.party_id, m.other_party_id, m.kind, m.value, 'proposed', {matched.before.last['scan'] + 1} FROM "
        f"merge m "
        "WHERE NOT EXISTS (SELECT 1 FROM merge_proposal p WHERE p.party_id = m.party_id AND p.other_party_id = "
        "m.other_party_id)"
    )
    updates = (
        ("restated", "finding", _RESTATE),
        ("retold", "finding", _RETELL),
        ("recased", "case_file", _RECASE),
        ("renamed", "party", _RENAME),
        ("rerouted", "decision", reroute),
        ("merge", "merge_proposal", merge),
    )
    for name, table, sql in updates:
        count = _rows(matched.folder / f"{name}.parquet")
        if count:
            store.temporary(name, matched.folder / f"{name}.parquet")
            store.execute(sql)
            rows[table] = rows.get(table, 0) + (0 if name == "retold" else count)
    return rows


def _send_scan(matched: Matched, written: Written, store: BulkStore, finished_at: datetime) -> None:
    night = matched.night
    counts = {
        "findings": written.findings,
        "cases": written.cases,
        "queues": written.queues,
        "left": matched.left,
        "held": {one.rule: _limits(one) for one in matched.held},
    }
    row = {
        "id": matched.before.last["scan"] + 1,
        "run_id": night.run_id,
        "as_of": night.as_of.isoformat(),
        "started_at": _stamp(night.started_at),
        "finished_at": _stamp(finished_at),
        "landed": canonical(night.landed),
        "counts": canonical(counts),
    }
    path = matched.folder / "scan.parquet"
    parquet.write_table(pa.Table.from_pylist([row]), path)
    store.append("scan", path)


def _limits(held: HeldRule) -> dict[str, object]:
    """Return by how much a rule exceeded its limits, as the scan's record keeps it for who releases or discards."""
    return {
        "violations": held.violations,
        "judged": held.judged,
        "new": held.new,
        "max_share": f"{held.max_share:f}",
        "max_new": held.max_new,
    }


def _rows(path: Path) -> int:
    return int(parquet.read_metadata(path).num_rows)


def _recount(matched: Matched, store: BulkStore) -> None:
    """Make sure that what was sent is there: the bulk driver can lose a commit without a word."""
    appended = {
        table: _rows(matched.folder / f"{table}.parquet")
        for table in APPENDED
        if table not in ("event", "event_payload", "party_identifier")
    }
    found = store.count_afresh({table: matched.before.last[table] for table in (*appended, "scan")})
    missing = {table: (count, found[table]) for table, count in {**appended, "scan": 1}.items() if found[table] < count}
    if missing:
        said = ", ".join(f"{table}: {there} of {sent} rows" for table, (sent, there) in missing.items())
        raise StoreError(
            Message("the case store {path} does not hold what was written ({said})", path=store.place.name, said=said),
            Message("tonight's cases are not all kept"),
            Message("put back the latest backup and run the scan again; report this message"),
        )
