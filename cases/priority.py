"""What the score of a case is made of, measured as a set by a scan for the cases that it touches.

It keeps what does not depend on the day: people, rupiah, since when something is overdue, the finding that makes the
party a repeat offender, how many findings are live, and the points of all but the days. Days pass without a scan that
writes a row: their points are worked out by whoever looks (`cases.points`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from cases.deadlines import Judging, deadline_let, with_deadline_lets
from cases.difference import LIVE
from cases.night import Judged, Night
from cases.store.channel import BulkStore
from connectors.duck import literal
from engine.findings import Detection
from rules.model import SEVERITIES, Rule
from rules.priority import Measure, Part, Priority

KEPT = ("people", "rupiah", "overdue_since", "repeat_finding_id", "findings")
"""Columns of a case that are measured; NULL is what no register says, or what is not so."""

_TABLES = {
    "measured_finding": "id BIGINT, case_id BIGINT, rule VARCHAR, below BOOLEAN, evidence VARCHAR",
    "party_finding": "id BIGINT, party_id BIGINT, rule VARCHAR, subject_key VARCHAR, episode BIGINT, state VARCHAR, "
    "opened_on VARCHAR, resolved_on VARCHAR",
    "kept_score": "id BIGINT, people BIGINT, rupiah BIGINT, overdue_since VARCHAR, repeat_finding_id BIGINT, "
    "findings BIGINT, priority BIGINT",
}
_READ = {
    "measured_finding": f"SELECT f.id, f.case_id, f.rule, f.below, f.evidence FROM touched t "
    f"JOIN finding f ON f.case_id = t.id WHERE f.state IN {LIVE}",
    "party_finding": "SELECT f.id, p.party_id, f.rule, f.subject_key, f.episode, f.state, "
    "CAST(f.opened_on AS VARCHAR) AS opened_on, coalesce(CAST(f.resolved_on AS VARCHAR), '') AS resolved_on "
    "FROM (SELECT DISTINCT c.party_id FROM touched t JOIN case_file c ON c.id = t.id) p "
    "JOIN case_file o ON o.party_id = p.party_id JOIN finding f ON f.case_id = o.id",
    "kept_score": "SELECT c.id, coalesce(c.people, -1) AS people, coalesce(c.rupiah, -1) AS rupiah, "
    "coalesce(CAST(c.overdue_since AS VARCHAR), '') AS overdue_since, "
    "coalesce(c.repeat_finding_id, 0) AS repeat_finding_id, c.findings, c.priority "
    "FROM touched t JOIN case_file c ON c.id = t.id",
}


def make_tables(duck: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that `read` fills; empty, they say that the store holds nothing of tonight's cases."""
    for table, columns in _TABLES.items():
        duck.execute(f"CREATE TABLE {table} ({columns})")


def read(duck: duckdb.DuckDBPyConnection, store: BulkStore) -> None:
    """Read what is measured of the cases in the store's temporary table `touched`."""
    for table, sql in _READ.items():
        duck.execute(f"INSERT INTO {table} SELECT * FROM read_parquet({literal(store.query(sql, table))})")


def find_repeats(duck: duckdb.DuckDBPyConnection, night: Night) -> None:
    """Make `repeats` (party_id, finding): repeat offenders, and the last finding that came back too soon.

    Of a party's spans, in which findings of one rule and subject were open, a gap of `exit_months` without any begins
    anew; what came back before it counts no more.
    """
    criteria, day = night.priority.repeat, f"{literal(night.as_of.isoformat())}::DATE"
    duck.execute(
        f"""CREATE TABLE repeats AS
        WITH span AS (
            SELECT p.id, p.party_id, p.rule, p.subject_key, p.episode, CAST(p.opened_on AS DATE) AS opened,
                CASE WHEN coalesce(m.state, p.state) IN {LIVE} THEN NULL WHEN m.state = 'resolved' THEN {day}
                    ELSE CAST(nullif(p.resolved_on, '') AS DATE) END AS resolved
            FROM party_finding p LEFT JOIN move m ON m.id = p.id AND NOT m.arrives
            WHERE coalesce(m.state, p.state) IN {LIVE} OR coalesce(m.state, p.state) = 'resolved'
            UNION ALL SELECT a.id, a.party_id, a.rule, a.subject_key, a.episode, {day}, NULL
            FROM arrival a JOIN move m ON m.id = a.id AND m.arrives WHERE m.case_id IS NOT NULL),
        back AS (
            SELECT b.id, b.party_id, b.opened FROM span a JOIN span b
            ON b.rule = a.rule AND b.subject_key = a.subject_key AND b.episode = a.episode + 1
            WHERE b.opened <= a.resolved + INTERVAL {criteria.within_months} MONTH),
        ended AS (
            SELECT party_id, opened, max(coalesce(resolved, DATE '9999-01-01')) OVER (
                PARTITION BY party_id ORDER BY opened, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
            FROM span SEMI JOIN back USING (party_id)),
        anew AS (
            SELECT party_id, max(opened) AS since FROM ended
            WHERE until IS NULL OR until + INTERVAL {criteria.exit_months} MONTH <= opened GROUP BY party_id)
        SELECT b.party_id, arg_max(b.id, (b.opened, b.id)) AS finding FROM back b JOIN anew a USING (party_id)
        WHERE b.opened >= a.since GROUP BY b.party_id"""
    )


def measure(duck: duckdb.DuckDBPyConnection, detection: Detection, night: Night, judged: Judged, into: Path) -> None:
    """Write `scored.parquet` (case_id, KEPT, below, and what the store keeps of it) for each live case of tonight."""
    _find_amounts(duck, detection, night.priority, judged)
    _due_days(duck, night, judged)
    duck.execute(
        f"""COPY (
        WITH measured AS (
            SELECT f.case_id, f.rule, bool_and(f.below) AS below, sum(f.people) AS people,
                count(DISTINCT f.person) AS persons, sum(f.rupiah) AS rupiah, min(least(f.day, d.due)) AS overdue,
                count(*) AS findings
            FROM amount f LEFT JOIN due_day d ON d.rule = f.rule AND d.start = f.start
            GROUP BY f.case_id, f.rule),
        scored AS (
            SELECT case_id, CAST(max(coalesce(people, nullif(persons, 0))) AS BIGINT) AS people,
                CAST(round(max(rupiah)) AS BIGINT) AS rupiah, min(overdue) AS overdue_since, bool_and(below) AS below,
                CAST(sum(findings) AS BIGINT) AS findings
            FROM measured GROUP BY case_id)
        SELECT s.*, r.finding AS repeat_finding_id, nullif(k.people, -1) AS kept_people,
            nullif(k.rupiah, -1) AS kept_rupiah, CAST(nullif(k.overdue_since, '') AS DATE) AS kept_overdue_since,
            nullif(k.repeat_finding_id, 0) AS kept_repeat_finding_id, k.findings AS kept_findings,
            k.priority AS kept_priority
        FROM scored s JOIN case_after a ON a.id = s.case_id LEFT JOIN repeats r ON r.party_id = a.party_id
        LEFT JOIN kept_score k ON k.id = s.case_id
        ) TO {literal(into / "scored.parquet")} (FORMAT parquet)"""
    )
    duck.execute("DROP TABLE amount")


def points_sql(priority: Priority) -> str:
    """Return the points of all but the days for DuckDB, over severity (1 to 4), below and KEPT."""
    severity = "".join(
        f" WHEN {number} THEN {priority.severity.get(name, 0)}" for number, name in enumerate(SEVERITIES, start=1)
    )
    return (
        f"(CASE severity{severity} ELSE 0 END + {_bands_sql(priority.people, 'people')} "
        f"+ {_bands_sql(priority.rupiah, 'rupiah')} + CASE WHEN below THEN {priority.ranks_below} ELSE 0 END "
        f"+ CASE WHEN repeat_finding_id IS NOT NULL THEN {priority.repeat_offender} ELSE 0 END)"
    )


def changed_sql() -> str:
    """Return the condition for DuckDB that a live case is measured otherwise than the store keeps it."""
    return " OR ".join(f"{name} IS DISTINCT FROM kept_{name}" for name in (*KEPT, "priority"))


def _bands_sql(part: Part, name: str) -> str:
    whens = "".join(f" WHEN {name} >= {band.at_least} THEN {band.points}" for band in reversed(part.bands))
    return f"CASE{whens} ELSE 0 END" if whens else "0"


def _find_amounts(duck: duckdb.DuckDBPyConnection, detection: Detection, priority: Priority, judged: Judged) -> None:
    """Make `amount`: every finding that is open in a case after tonight, with what is measured of it.

    The evidence is read where it lies, so that no join carries its texts.
    """
    of_case = f"m.case_id IS NOT NULL AND m.state IN {LIVE}"
    read = (
        f"f.rule, f.below, {_amount(priority.people)} AS people, {_distinct(priority.people)} AS person, "
        f"{_amount(priority.rupiah)} AS rupiah, {_day(priority.overdue)} AS day, {_start(judged, priority)} AS start"
    )
    found = f"read_parquet({literal(detection.findings)}, file_row_number = true)"
    duck.execute(
        f"""CREATE TABLE amount AS
        SELECT m.case_id, s.* EXCLUDE (row) FROM (SELECT file_row_number AS row, {read} FROM {found} f) s
        JOIN move m ON m.row = s.row WHERE {of_case}
        UNION ALL SELECT m.case_id, s.* EXCLUDE (id) FROM (SELECT id, {read} FROM measured_finding f) s
        JOIN move m ON m.id = s.id WHERE m.row IS NULL AND {of_case}
        UNION ALL SELECT f.case_id, {read} FROM measured_finding f ANTI JOIN move USING (id)"""
    )


def _said(name: str, kind: str) -> str:
    return f"TRY_CAST(f.evidence ->> {literal('$.' + name)} AS {kind})"


def _by_rule(part: Part, value: Callable[[Measure], str | None]) -> str:
    whens = ((rule, value(measure)) for rule, measure in part.of.items())
    cases = "".join(f" WHEN {literal(rule)} THEN {said}" for rule, said in whens if said is not None)
    return f"CASE f.rule{cases} END" if cases else "NULL"


def _amount(part: Part) -> str:
    def value(measure: Measure) -> str | None:
        if measure.each:
            return f"{measure.each}.0"
        said = [f"coalesce(greatest({_said(name, 'DOUBLE')}, 0), 0)" for name in measure.add]
        known = " OR ".join(f"{_said(name, 'DOUBLE')} IS NOT NULL" for name in measure.add)
        return f"CASE WHEN {known} THEN {' + '.join(said)} END" if said else None

    return f"CAST({_by_rule(part, value)} AS DOUBLE)"


def _distinct(part: Part) -> str:
    def value(measure: Measure) -> str | None:
        return _said(measure.distinct, "VARCHAR") if measure.distinct else None

    return f"CAST({_by_rule(part, value)} AS VARCHAR)"


def _day(part: Part) -> str:
    def earliest(measure: Measure) -> str | None:
        days = [_said(name, "DATE") for name in measure.add]
        return f"least({', '.join(days)})" if days else None

    return f"CAST({_by_rule(part, earliest)} AS DATE)"


@dataclass(frozen=True)
class _Let:
    """A `let` of a rule that is a deadline in working days, and the evidence that it follows from."""

    rule: Rule
    name: str
    fields: tuple[str, ...]


def _lets(judged: Judged, priority: Priority) -> Mapping[str, _Let]:
    """Rule to the `let` that says its deadline, where it is no evidence."""
    found: dict[str, _Let] = {}
    for name, one in priority.overdue.of.items():
        rule = judged.rules.get(name)
        for let in one.add if rule is not None else ():
            if rule is not None and (fields := deadline_let(rule, let)):
                found[name] = _Let(rule, let, fields)
    return found


def _start(judged: Judged, priority: Priority) -> str:
    """What a deadline follows from, as one text; NULL where the rule has none."""
    whens = "".join(
        f" WHEN {literal(name)} THEN concat_ws('|', "
        + ", ".join(f"coalesce(f.evidence ->> {literal('$.' + one)}, '')" for one in let.fields)
        + ")"
        for name, let in _lets(judged, priority).items()
    )
    return f"CASE f.rule{whens} END" if whens else "CAST(NULL AS VARCHAR)"


def _due_days(duck: duckdb.DuckDBPyConnection, night: Night, judged: Judged) -> None:
    """Make `due_day` (rule, start, due): each different deadline in working days is worked out once."""
    duck.execute("CREATE TABLE due_day (rule VARCHAR, start VARCHAR, due DATE)")
    lets, judging = _lets(judged, night.priority), judged.judging
    if not lets or judging is None:
        return
    starts = duck.execute("SELECT DISTINCT rule, start FROM amount WHERE start IS NOT NULL").fetchall()
    for name, start in starts:
        due = _due(lets[name], start.split("|"), judging, night.as_of)
        duck.execute("INSERT INTO due_day VALUES (?, ?, ?)", [name, start, due])


def _due(let: _Let, said: list[str], judging: Judging, today: date) -> date | None:
    evidence: dict[str, object] = {name: value or None for name, value in zip(let.fields, said, strict=True)}
    due = with_deadline_lets(let.rule, evidence, judging, today).get(let.name)
    return due if isinstance(due, date) else None
