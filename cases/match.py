"""Match tonight's findings with the store: one difference, computed as a set, before anything is written.

The meaning is the table in `cases.difference`; parties are resolved in `cases.parties`, cases in `cases.affected`.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import duckdb
from pyarrow import parquet

from cases import affected, difference, parties, party_names, priority, telling, waived
from cases.life import waivers
from cases.night import MATCH_MEMORY, HeldRule, Judged, Matched, Night, OpenRows
from cases.store.channel import BulkStore
from connectors.duck import literal, open_duck
from engine.findings import Detection

_LAST = ("finding", "party", "case_file", "decision", "rule_version", "merge_proposal", "scan")


def read_open(store: BulkStore, night: Night) -> OpenRows:
    """Read what the night is matched against; begins the store's transaction."""
    numbers = ", ".join(f"(SELECT coalesce(max(id), 0) FROM {table}) AS last_{table}" for table in _LAST)
    last = parquet.read_table(store.query(f"SELECT {numbers}", "last")).to_pylist()[0]
    return OpenRows(
        findings=store.query(
            "SELECT id, rule, subject_key, episode, state, mark, coalesce(case_id, 0) AS case_id, party_id FROM "
            "finding f "
            f"WHERE state <> 'resolved' AND (state NOT IN ('waived', 'dismissed') OR {waivers.latest('f')})",
            "open",
        ),
        waivers=waived.waivers_in_force(store, night),
        ended=waived.dismissals_ended(store, night),
        decisions=store.query("SELECT id, digest, routing FROM decision", "decisions"),
        versions=store.query("SELECT id, rule, sha256 FROM rule_version", "versions"),
        stages=store.query(
            "SELECT stage, CASE WHEN stage IN ('confirmed', 'referred') THEN coalesce(confirmed_queue, queue) "
            "ELSE queue END "
            "AS queue, count(*) AS cases FROM case_file GROUP BY 1, 2",
            "stages",
        ),
        last={table: int(last[f"last_{table}"]) for table in _LAST},
    )


def match(detection: Detection, judged: Judged, store: BulkStore, night: Night, into: Path) -> Matched:
    """Return tonight's difference from the store. Writes nothing but files in `into` (which is made)."""
    into.mkdir(parents=True, exist_ok=True)
    before = read_open(store, night)
    with closing(open_duck(into / "spill", memory=MATCH_MEMORY)) as duck:
        _name_rules(duck, detection, judged, before)
        difference.compare(duck, store, detection, before)
        waived.let_be(duck, store, detection, before, into)
        difference.judge_absent(duck, store, judged, into)
        difference.change_stored(duck)
        difference.change_unstored(duck, store, detection, night, into)
        _identify(duck, store, detection, before, into)
        under_waiver = waived.drop_waived(duck, detection)
        held = _hold(duck, detection, judged, before)
        _number(duck, before)
        party_names.rename(duck, store, detection, before, into)
        telling.send_parties(duck, store, into)
        affected.wish(duck, detection)
        affected.assign(duck, store, night, before, into)
        told = telling.Telling(night, before.last["scan"] + 1, into)
        telling.send_findings(duck, store, detection, told)
        signatures = affected.conclude(duck, detection, night)
        priority.measure(duck, detection, night, judged, into)
        telling.tell(duck, store, detection, told)
        return Matched(
            folder=into,
            night=night,
            signatures=signatures,
            findings=_finding_counts(duck),
            cases=affected.case_counts(duck, before),
            left=_left(duck),
            waived=under_waiver,
            ended=waived.count_ended(store, night),
            held=held,
            before=before,
        )


def _name_rules(duck: duckdb.DuckDBPyConnection, detection: Detection, judged: Judged, before: OpenRows) -> None:
    """Make `judged_rule`, and `version`: the rules' texts with the numbers that the store has or will give them."""
    duck.execute(
        "CREATE TABLE judged_rule (rule VARCHAR, fact VARCHAR, family VARCHAR, nature VARCHAR, sha256 VARCHAR, "
        "text VARCHAR, judged BOOLEAN)"
    )
    judging = {count.rule for count in detection.counts if count.outcome in ("violation", "pass") and count.subjects}
    for rule in judged.rules.values():
        duck.execute(
            "INSERT INTO judged_rule VALUES (?, ?, ?, ?, ?, ?, ?)",
            [rule.id, rule.subject, rule.family, rule.nature, rule.sha256, rule.text, rule.id in judging],
        )
    duck.execute(
        "CREATE TABLE stored_version AS SELECT id, CAST(rule AS VARCHAR) AS rule, CAST(sha256 AS VARCHAR) AS sha256 "
        f"FROM read_parquet({literal(before.versions)})"
    )
    duck.execute(
        f"CREATE TABLE version AS SELECT j.*, coalesce(s.id, {before.last['rule_version']} + "
        "row_number() OVER (PARTITION BY s.id IS NULL ORDER BY j.rule)) AS id, s.id IS NULL AS fresh "
        "FROM judged_rule j LEFT JOIN stored_version s USING (rule, sha256)"
    )
    duck.execute(f"CREATE TABLE last_id AS SELECT {before.last['finding']} AS last_finding")


def _identify(
    duck: duckdb.DuckDBPyConnection, store: BulkStore, detection: Detection, before: OpenRows, into: Path
) -> None:
    """Give the new findings in `fresh` their parties."""
    kinds = ", ".join(f"f.{kind}" for kind in parties.KINDS)
    duck.execute(
        f"CREATE TABLE nameless AS SELECT n.row, f.party_kind, f.party_name, {kinds} "
        f"FROM read_parquet({literal(detection.findings)}, file_row_number = true) f "
        "JOIN fresh n ON n.row = f.file_row_number WHERE n.kind = 'new'"
    )
    parties.resolve(duck, store, before.last["party"], into)
    duck.execute(
        "CREATE OR REPLACE TABLE fresh AS SELECT f.* REPLACE (coalesce(f.party_id, p.party_id) AS party_id) "
        "FROM fresh f LEFT JOIN party_of p USING (row)"
    )


def _hold(
    duck: duckdb.DuckDBPyConnection, detection: Detection, judged: Judged, before: OpenRows
) -> tuple[HeldRule, ...]:
    """Make `held_rule`: those whose violations, or whose new ones from the second scan on, exceed their limits."""
    new = {
        str(rule): int(rows) for rule, rows in duck.execute("SELECT rule, count(*) FROM fresh GROUP BY rule").fetchall()
    }
    earlier = {str(row[0]) for row in duck.execute("SELECT DISTINCT rule FROM stored_version").fetchall()}
    verdicts = _verdicts(detection)
    held = []
    for rule in judged.rules.values():
        guard = judged.guards.get(rule.id)
        max_share = rule.max_share if guard is None or guard.max_share is None else guard.max_share
        max_new = rule.max_new if guard is None or guard.max_new is None else guard.max_new
        violations, judged_by_it = verdicts.get(rule.id, (0, 0))
        limit = max_new if rule.id in earlier else None
        one = HeldRule(rule.id, violations, judged_by_it, new.get(rule.id, 0), max_share, limit)
        if one.new and (one.share > max_share or (limit is not None and one.new > limit)):
            held.append(one)
    duck.execute("CREATE TABLE held_rule (rule VARCHAR)")
    for one in held:
        duck.execute("INSERT INTO held_rule VALUES (?)", [one.rule])
    return tuple(held)


def _verdicts(detection: Detection) -> Mapping[str, tuple[int, int]]:
    """Return each rule's violations and how many it judged (violation and pass)."""
    violations, judged = Counter[str](), Counter[str]()
    for count in detection.counts:
        if count.outcome == "violation":
            violations[count.rule] += count.subjects
        if count.outcome in ("violation", "pass"):
            judged[count.rule] += count.subjects
    return {rule: (violations[rule], total) for rule, total in judged.items()}


def _number(duck: duckdb.DuckDBPyConnection, before: OpenRows) -> None:
    """Make `arrival`: the rows of `fresh` with their ids, in the order of the store's unique index."""
    duck.execute(
        f"CREATE TABLE arrival AS SELECT {before.last['finding']} + row_number() OVER (ORDER BY f.rule, "
        f"f.subject_key) AS id, "
        "f.*, h.rule IS NOT NULL AS held FROM fresh f LEFT JOIN held_rule h USING (rule)"
    )


def _finding_counts(duck: duckdb.DuckDBPyConnection) -> Mapping[str, int]:
    """Return the night's findings by what became of them."""
    counts = dict.fromkeys(
        ("new", "kept", "resolved", "reopened", "held", "changed", "closing_proposed", "subject_gone", "waived"), 0
    )
    for kind, rows in duck.execute(
        "SELECT CASE WHEN held THEN 'held' ELSE kind END, count(*) FROM arrival GROUP BY 1"
    ).fetchall():
        counts[str(kind)] += int(rows)
    reopening = {"same": "reopened", "released": "new"}
    for kind, rows in duck.execute("SELECT kind, count(*) FROM change GROUP BY 1").fetchall():
        name = reopening.get(str(kind), str(kind))
        if name in counts:
            counts[name] += int(rows)
    kept = duck.execute(
        f"SELECT count(*) FROM stood LEFT JOIN change USING (id) WHERE stood.row IS NOT NULL "
        f"AND stood.state IN {difference.LIVE} AND coalesce(change.kind, 'changed') IN ('changed', 'returned')"
    ).fetchall()
    counts["kept"] = int(kept[0][0])
    return counts


def _left(duck: duckdb.DuckDBPyConnection) -> int:
    """Return how many live findings had no violation and no verdict tonight."""
    return int(
        duck.execute(
            f"SELECT count(*) FROM stood s ANTI JOIN verdict v ON v.id = s.id AND v.outcome IN ('pass', "
            f"'not_applicable', 'gone') "
            f"WHERE s.row IS NULL AND s.state IN {difference.LIVE}"
        ).fetchall()[0][0]
    )
