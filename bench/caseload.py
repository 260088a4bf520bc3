"""Makes a store with as many open cases as are asked for: a small nation's night, told again under other names.

Every case is copied from one that the product found itself, so that its file opens with all that a file has: evidence,
a decision with its trail, a chain of events that holds. What makes lists hard is drawn anew: 38 provinces of very
different size, names that share words, numbers that are mostly small and sometimes huge, days overdue, colleagues'
names, cases put off. On top of the open ones every tenth is closed.

`python -m bench.caseload --url URL [--cases N]` fills an empty PostgreSQL database and counts its tables; `bench.pages`
is then given the URL of the owner, or of a login that `patuh people apply` let in, with the `--region` it is for.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg

from bench.ground import DAY, Nation, assembled_in, emptied, keep_assembled, rule_book
from bench.nation import landed
from bench.nights import scanned
from bench.stores import Files
from cases.party_names import with_words
from cases.priority import points_sql
from cases.store.chain import hash_sql, salt_sql
from cases.store.channel import BulkStore, open_bulk
from cases.store.database import upgrade_store
from connectors.assemble import AssemblyDay, assemble
from connectors.duck import copy_in_order, literal, open_duck
from connectors.regions import REGIONS
from connectors.sample import write_sample
from connectors.sample.macros import create_macros
from rules.load import load

TEMPLATES = 2_000
"""Employers of the small nation."""
PEOPLE = 60
"""Colleagues who have cases assigned; the first of them is COLLEAGUE."""
COLLEAGUE = "petugas-00"
MEMORY = "3GB"
_SHARES = {"32": 17, "35": 14, "33": 12, "31": 11, "36": 6, "12": 5, "73": 3, "16": 3, "51": 3, "14": 3, "18": 2}
"""How many cases in a hundred lie in a province; all others have what is left in equal parts."""
_COPIED = (
    "kind, track, queue, severity, purpose, decision_id, below, people AS t_people, rupiah AS t_rupiah, "
    "overdue_since AS t_overdue, repeat_finding_id"
)
_FINDING = (
    "rule, fact, episode, severity, line, below, warnings_spent, instalment_plan_kept, rule_version_id, mark, evidence"
)


def make_store(url: str, cases: int, seed: int = 1, scratch: Path = Path("data/bench/caseload")) -> None:
    """Fill the empty store behind `url` with `cases` open cases and a tenth as many closed ones."""
    with emptied(scratch / "making") as into:
        rows = _template(into / "template", seed)
        with open_duck(into / "spill", memory=MEMORY) as duck, open_bulk(url, into / "bulk") as store:
            create_macros(duck, seed)
            _read(duck, rows)
            _file_cases(duck, cases, cases // 10)
            for table, sql in _rows(duck):
                path = into / f"{table}.parquet"
                copy_in_order(duck, sql, path)
                if table == "party":
                    with_words(path)
                store.append(table, path)
                store.settle()
                path.unlink()
            store.commit()


def kept_store(folder: Path, cases: int, seed: int = 1) -> str:
    """Return the URL of an SQLite store with so many open cases, made where the folder has none."""
    files, name = Files(folder), f"cases-{cases}-{seed}"
    if not files.path(name).exists():
        files.make("unfinished", None)
        make_store(files.url("unfinished"), cases, seed, folder)
        files.settle("unfinished")
        files.path("unfinished").rename(files.path(name))
        files.drop("unfinished")
    return files.url(name)


def _template(folder: Path, seed: int) -> dict[str, Path]:
    """Scan a small nation once; return the rows of its store by table."""
    nation, book = Nation(folder), rule_book()
    write_sample(nation.registers, TEMPLATES, seed, DAY)
    configuration = load(nation.registers / "rules.yaml").configuration
    gated = landed(configuration, folder / "state")
    facts = {
        name: assemble(
            one, book.vocabulary.facts[name], configuration.sources, gated, AssemblyDay(DAY, False), nation.facts
        )
        for name, one in configuration.assemblies.items()
    }
    keep_assembled(facts, nation.facts)
    stores = Files(folder / "stores")
    stores.make("template", None)
    scanned(assembled_in(nation.facts), stores.url("template"), 1, folder / "night")
    with _reading(stores.url("template"), folder / "read") as store:
        wanted = ("case_file", "finding", "party", "decision", "rule_version", "scan")
        return {table: store.query(f"SELECT * FROM {table}", table) for table in wanted}


@contextmanager
def _reading(url: str, scratch: Path) -> Iterator[BulkStore]:
    with open_bulk(url, scratch, dry=True) as store:
        yield store


def _read(duck: duckdb.DuckDBPyConnection, rows: dict[str, Path]) -> None:
    """Make `template` and `template_finding`, the tables that are copied as they are, and the places."""
    for table in ("decision", "rule_version", "scan"):
        duck.execute(f"CREATE TABLE t_{table} AS FROM read_parquet({literal(rows[table])})")
    finding = f"read_parquet({literal(rows['finding'])})"
    duck.execute(
        f"""CREATE TABLE template AS
        SELECT row_number() OVER (ORDER BY c.id) - 1 AS t, c.id AS case_id, {_COPIED}
        FROM read_parquet({literal(rows["case_file"])}) c
        JOIN (SELECT id AS party_id, kind FROM read_parquet({literal(rows["party"])})) p USING (party_id)
        JOIN (SELECT case_id, bool_and(below = 1) AS below FROM {finding} GROUP BY case_id) b ON b.case_id = c.id"""
    )
    duck.execute(
        f"""CREATE TABLE template_finding AS
        SELECT t.t, row_number() OVER (PARTITION BY t.t ORDER BY f.id) AS nth, f.subject_key,
            f.region IS NULL AS nowhere, f.region LIKE '%.%.%' AS deep,
            {", ".join(f"f.{name.strip()}" for name in _FINDING.split(","))}
        FROM {finding} f JOIN template t USING (case_id)"""
    )
    duck.execute(
        f"CREATE TABLE place AS SELECT code[1:2] AS province, list(code ORDER BY code) AS regencies "
        f"FROM read_csv({literal(REGIONS)}, header = true, columns = {{'code': 'VARCHAR', 'level': 'VARCHAR', "
        f"'name': 'VARCHAR'}}) WHERE level = 'regency' GROUP BY 1"
    )
    shares = " ".join(f"WHEN '{code}' THEN {share * 100}" for code, share in _SHARES.items())
    rest = (100 - sum(_SHARES.values())) * 100 // (38 - len(_SHARES))
    duck.execute(
        f"""CREATE TABLE slot AS SELECT row_number() OVER (ORDER BY province) - 1 AS slot, province FROM (
            SELECT province, unnest(range(CASE province {shares} ELSE {rest} END)) FROM place)"""
    )


def _file_cases(duck: duckdb.DuckDBPyConnection, open_cases: int, closed: int) -> None:
    """Make `filed`: every case with its party and all its columns but the points."""
    total = open_cases + closed
    templates, slots = (
        duck.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in ("template", "slot")
    )
    day = f"DATE '{DAY.isoformat()}'"
    duck.execute(
        f"""CREATE TABLE filed AS
        WITH drawn AS (
            SELECT i, CASE WHEN i % 12 = 0 THEN i - 1 ELSE i END AS owner, i % {total // max(closed, 1)} = 7 AS closed
            FROM range(1, {total + 1}) r(i)),
        placed AS (
            SELECT *, draw(owner, 'template', {templates}) AS t,
                (draw(owner, 'place', {slots}) + CASE WHEN owner <> i THEN {slots // 2} ELSE 0 END) % {slots} AS slot,
                {day} - CAST(({total} - i) * 400 // {total} AS INTEGER) AS opened_on FROM drawn)
        SELECT i AS id, owner AS party_id, owner, t, s.province, p.regencies[1 + draw(i, 'regency', len(p.regencies))]
                AS regency, opened_on,
            CASE WHEN closed THEN CASE WHEN draw(i, 'how', 4) = 0 THEN 'dismissed' ELSE 'resolved' END
                WHEN draw(i, 'stage', 10) < 7 THEN 'flagged'
                WHEN draw(i, 'stage', 10) < 9 THEN 'confirmed' ELSE 'referred' END AS stage,
            CAST(greatest(1, round(t_people * pow(10, draw(i, 'people', 1000) / 400.0 - 1.5))) AS BIGINT) AS people,
            CAST(round(t_rupiah * pow(10, draw(i, 'rupiah', 1000) / 400.0 - 1.5)) AS BIGINT) AS rupiah,
            CASE WHEN t_overdue IS NOT NULL OR draw(i, 'late', 8) = 0
                THEN {day} - CAST(pow(draw(i, 'days', 1000) / 1000.0, 2) * 500 AS INTEGER) + 5 END AS overdue_since,
            CASE WHEN draw(i, 'mine', 10) < 4
                THEN 'petugas-' || lpad(CAST(draw(i, 'whose', {PEOPLE}) AS VARCHAR), 2, '0') END AS assigned_to,
            CASE WHEN draw(i, 'asleep', 50) = 0 THEN {day} + CAST(draw(i, 'until', 60) AS INTEGER) END AS snoozed_until,
            draw(i, 'again', 33) = 0 AS again,
            CASE WHEN draw(i, 'copies', 10000) = 0 THEN 400 WHEN draw(i, 'copies', 200) = 0
                THEN 2 + draw(i, 'more', 40) ELSE 1 END AS copies,
            kind, track, queue, severity, purpose, decision_id, below
        FROM placed JOIN template USING (t) JOIN slot s USING (slot) JOIN place p ON p.province = s.province
        ORDER BY i"""
    )
    duck.execute(
        """CREATE TABLE counted AS SELECT f.id AS case_id, sum(f.copies * n.findings) OVER (ORDER BY f.id)
            - f.copies * n.findings AS before, CAST(f.copies * n.findings AS BIGINT) AS live
        FROM filed f JOIN (SELECT t, count(*) AS findings FROM template_finding GROUP BY t) n USING (t)"""
    )


def _rows(duck: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Give each table with the query of its rows, in the order in which they may be appended."""
    yield "scan", "FROM t_scan"
    yield "rule_version", "FROM t_rule_version"
    yield "decision", "FROM t_decision"
    yield (
        "party",
        """SELECT id, kind, CASE WHEN kind = 'person' THEN person(id) WHEN draw(id, 'dirty', 5000) = 0
                THEN dirt(draw(id, 'which', 10)) ELSE firm(id) || CASE draw(id, 'third', 3) WHEN 0 THEN ''
                ELSE ' ' || word(id, 'third word') END END AS name
        FROM filed WHERE owner = id ORDER BY id""",
    )
    yield (
        "party_identifier",
        """SELECT kind, value, party_id, false AS pinned FROM (
            SELECT 'npwp' AS kind, lpad(CAST(100000000000 + id AS VARCHAR), 16, '0') AS value, id AS party_id
            FROM filed WHERE owner = id AND kind <> 'person'
            UNION ALL SELECT 'source', kind || ':B' || lpad(CAST(id AS VARCHAR), 9, '0'), id
            FROM filed WHERE owner = id)
        ORDER BY kind, value""",
    )
    yield "case_file", _case_file()
    yield "finding", _finding()
    yield from _events(duck)


def _case_file() -> str:
    book = rule_book()
    return f"""SELECT id, party_id, province, track, stage, queue, severity, purpose, decision_id, opened_on,
            1 AS opened_scan_id, CASE WHEN stage = 'resolved' THEN opened_on + 30 END AS resolved_on,
            CASE WHEN stage IN ('confirmed', 'referred') THEN queue END AS confirmed_queue,
            CASE WHEN stage IN ('confirmed', 'referred') THEN '{COLLEAGUE}' END AS confirmed_by,
            CASE WHEN stage IN ('confirmed', 'referred')
                THEN strftime(opened_on + 1, '%Y-%m-%d') || ' 02:00:00.000000' END AS confirmed_at,
            CASE WHEN stage IN ('flagged', 'confirmed', 'referred') THEN snoozed_until END AS snoozed_until,
            assigned_to, people, rupiah, overdue_since, repeat_finding_id,
            CASE WHEN stage IN ('flagged', 'confirmed', 'referred') THEN live ELSE 0 END AS findings,
            CAST(CASE WHEN stage IN ('flagged', 'confirmed', 'referred') THEN {points_sql(book.priority)} ELSE 0 END
                AS BIGINT) AS priority
        FROM (SELECT f.*, CASE WHEN f.again THEN c.before + 1 END AS repeat_finding_id, c.live FROM filed f
            JOIN counted c ON c.case_id = f.id) ORDER BY id"""


def _finding() -> str:
    names = ", ".join(f"x.{name.strip()}" for name in _FINDING.split(","))
    return f"""SELECT CAST(row_number() OVER (ORDER BY f.id, k.copy, x.nth) AS BIGINT) AS id,
            x.subject_key || '-' || f.id || '-' || k.copy AS subject_key, f.id AS case_id, f.party_id,
            CASE f.stage WHEN 'dismissed' THEN 'dismissed' WHEN 'resolved' THEN 'resolved' ELSE 'open' END AS state,
            CASE WHEN x.nowhere THEN NULL ELSE CASE WHEN k.copy % 7 = 6 THEN f.province || '.01' ELSE f.regency END
                || CASE WHEN x.deep THEN '.0' || (1 + f.id % 6) ELSE '' END END AS region,
            f.opened_on, CASE WHEN f.stage = 'resolved' THEN f.opened_on + 30 END AS resolved_on,
            1 AS first_scan_id, 1 AS scan_id, 1 AS joined_scan_id, {names}
        FROM (SELECT * FROM filed) f CROSS JOIN LATERAL (SELECT unnest(range(f.copies)) AS copy) k
        JOIN template_finding x ON x.t = f.t ORDER BY 1"""


def _events(duck: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Every case was opened by the scan; a person confirmed, handed over or dismissed it; some were assigned."""
    salt = literal(bytes(32).hex())
    duck.execute(
        f"""CREATE TABLE told AS
        WITH moved AS (
            SELECT id AS case_id, 0 AS step, 'opened' AS kind, NULL AS from_stage, 'flagged' AS to_stage, 'scan' AS who,
                CAST(opened_on AS TIMESTAMP) AS told_at, '{{"run":"bench-1"}}' AS payload FROM filed
            UNION ALL SELECT id, 1, 'assigned', 'flagged', 'flagged', assigned_to, opened_on + INTERVAL 25 HOUR,
                '{{"assigned_to":"' || assigned_to || '"}}' FROM filed WHERE assigned_to IS NOT NULL
            UNION ALL SELECT id, 2, CASE stage WHEN 'referred' THEN 'confirmed' ELSE stage END, 'flagged',
                CASE stage WHEN 'referred' THEN 'confirmed' ELSE stage END, CASE stage WHEN 'resolved' THEN 'scan'
                ELSE '{COLLEAGUE}' END, opened_on + INTERVAL 26 HOUR, '{{"queue":"' || queue || '"}}'
            FROM filed WHERE stage <> 'flagged'
            UNION ALL SELECT id, 3, 'referred', 'confirmed', 'referred', '{COLLEAGUE}', opened_on + INTERVAL 27 HOUR,
                '{{"office":"' || queue || '"}}' FROM filed WHERE stage = 'referred')
        SELECT case_id, CAST(row_number() OVER (PARTITION BY case_id ORDER BY step) AS BIGINT) AS seq, kind,
            CAST(from_stage AS VARCHAR) AS from_stage, to_stage, who, told_at, payload,
            {salt_sql(salt, "case_id", "row_number() OVER (PARTITION BY case_id ORDER BY step)")} AS salt FROM moved"""
    )
    duck.execute("DROP TABLE filed")
    at = "strftime(told_at, '%Y-%m-%dT%H:%M:%S.%fZ')"
    covered = "SELECT *, sha256(salt || payload) AS payload_sha256 FROM told"
    duck.execute("CREATE TABLE chained (case_id BIGINT, seq BIGINT, hash VARCHAR)")
    for seq in range(1, 5):
        duck.execute(
            f"""INSERT INTO chained SELECT case_id, seq, {hash_sql("coalesce(before, '')", at, "who")} FROM (
                SELECT c.*, b.hash AS before FROM ({covered}) c
                LEFT JOIN (SELECT case_id, hash FROM chained WHERE seq = {seq - 1}) b USING (case_id)
                WHERE c.seq = {seq})"""
        )
    yield (
        "event",
        f"""SELECT case_id, seq, strftime(told_at, '%Y-%m-%d %H:%M:%S.%f') AS "at", who, kind, from_stage, to_stage,
            payload_sha256, hash FROM ({covered}) JOIN chained USING (case_id, seq) ORDER BY case_id, seq""",
    )
    yield "event_payload", "SELECT case_id, seq, salt, payload FROM told ORDER BY case_id, seq"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.caseload", description=__doc__)
    parser.add_argument("--url", required=True, help="an empty PostgreSQL database, by its owner")
    parser.add_argument("--cases", type=int, default=1_000_000)
    given = parser.parse_args()
    upgrade_store(given.url)
    make_store(given.url, given.cases)
    with psycopg.connect(given.url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
