"""Walk all chains and anchor files and name what does not hold: of each case the first broken link.

All of it is a set in DuckDB: the store's events are read in bulk once, hashed as a scan hashes them, and compared.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cases.proof.anchors import Anchor, anchor_files, read_anchor
from cases.store.chain import PURGED, hash_sql
from cases.store.channel import open_bulk
from connectors.duck import literal, open_duck


@dataclass(frozen=True)
class Fault:
    """What is broken. `case` None: the anchor file `anchor` itself; `seq` None: the case as a whole."""

    kind: str
    case: int | None = None
    seq: int | None = None
    anchor: int | None = None


@dataclass(frozen=True)
class PurgedPayloads:
    """So many payloads of so many cases were purged by one line of retention: no fault, the chain says so itself."""

    at: str
    who: str
    after: str
    payloads: int
    cases: int


@dataclass(frozen=True)
class Audit:
    """What was walked, and what does not hold. `root`: sha256 of the newest anchor file; "" where there is none."""

    cases: int
    events: int
    anchors: int
    root: str
    faults: tuple[Fault, ...]
    purged: tuple[PurgedPayloads, ...] = ()


Stage = Callable[[str], AbstractContextManager[None]]
"""Names a part of the walk while it lasts: events, chains, anchors."""


def verify(url: str, anchors: Path, into: Path, stage: Stage = lambda _: nullcontext()) -> Audit:
    """Return what holds and what does not; `into` takes what is read meanwhile. Raises StoreError."""
    with open_bulk(url, into, dry=True) as store, closing(open_duck(into / "spill")) as duck:
        with stage("events"):
            for table, columns in _READ.items():
                found = store.query(f"SELECT {columns} FROM {table}", table)
                duck.execute(f"CREATE VIEW {table} AS FROM read_parquet({literal(found)})")
        with stage("chains"):
            _link(duck)
            _named(duck)
        with stage("anchors"):
            kept, faults = _anchored(duck, anchors)
        broken = [Fault(str(kind), int(case), seq) for kind, case, seq in duck.execute(_FIRST).fetchall()]
        cases, events = duck.execute("SELECT count(DISTINCT case_id), count(*) FROM event").fetchall()[0]
        root = kept[-1].sha256 if kept else ""
        purged = tuple(PurgedPayloads(*row) for row in duck.execute(_PURGED).fetchall())
        return Audit(int(cases), int(events), len(kept), root, (*faults, *broken), purged)


_READ = {
    "event": 'case_id, seq, "at", who, kind, from_stage, to_stage, payload_sha256, hash',
    "event_payload": "case_id, seq, salt, payload",
    "case_file": "id, stage",
    "scan": "id, run_id",
    "unanchored": "case_id",
}
_TEXTS = ("who", "kind", "from_stage", "to_stage", "payload_sha256", "hash")


def _link(duck: duckdb.DuckDBPyConnection) -> None:
    """Make `link`, each event with what its hashes ought to be, and `fault`, all that does not hold within chains."""
    kind = duck.execute('SELECT typeof("at") FROM event LIMIT 1').fetchone()
    moment = 'make_timestamp(epoch_us("at"))' if kind and "TIME ZONE" in str(kind[0]) else 'TRY_CAST("at" AS TIMESTAMP)'
    texts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in _TEXTS)
    duck.execute(
        f"""CREATE TABLE link AS
        WITH plain AS (SELECT case_id, seq, strftime({moment}, '%Y-%m-%dT%H:%M:%S.%fZ') AS moment, {texts} FROM event),
        placed AS (SELECT *, coalesce(lag(hash) OVER chain, '') AS before, row_number() OVER chain AS place,
            row_number() OVER (PARTITION BY case_id ORDER BY seq DESC) = 1 AS last
            FROM plain WINDOW chain AS (PARTITION BY case_id ORDER BY seq))
        SELECT case_id, seq, place, last, kind, who, moment, to_stage, hash, payload_sha256,
            {hash_sql("before", "moment", "who")} AS ought FROM placed"""
    )
    duck.execute(
        f"""CREATE TABLE gone AS
        WITH purge AS (
            SELECT l.case_id, l.who, l.moment, CAST(p.payload AS VARCHAR) AS said FROM link l
            JOIN event_payload p ON p.case_id = l.case_id AND p.seq = l.seq
            WHERE l.kind = {literal(PURGED)} AND l.ought = l.hash
            AND sha256(CAST(p.salt AS VARCHAR) || CAST(p.payload AS VARCHAR)) = l.payload_sha256),
        through AS (
            SELECT case_id, who, moment, said ->> '$.purged.payloads.after' AS after,
                CAST(said ->> '$.purged.payloads.through' AS BIGINT) AS through FROM purge)
        SELECT l.case_id, l.seq, min_by(struct_pack(at := t.moment, who := t.who, after := t.after), t.through) AS purge
        FROM link l JOIN through t ON t.case_id = l.case_id AND l.seq <= t.through AND l.kind <> {literal(PURGED)}
        ANTI JOIN event_payload p ON p.case_id = l.case_id AND p.seq = l.seq GROUP BY l.case_id, l.seq"""
    )
    duck.execute(
        """CREATE TABLE fault AS
        SELECT case_id, seq, CASE WHEN seq <> place THEN 'event_missing' ELSE 'event_changed' END AS kind
        FROM link WHERE seq <> place OR ought IS DISTINCT FROM hash
        UNION ALL SELECT l.case_id, l.seq, CASE WHEN p.seq IS NULL THEN 'payload_missing' ELSE 'payload_changed' END
        FROM link l LEFT JOIN event_payload p ON p.case_id = l.case_id AND p.seq = l.seq
        ANTI JOIN gone g ON g.case_id = l.case_id AND g.seq = l.seq
        WHERE sha256(CAST(p.salt AS VARCHAR) || CAST(p.payload AS VARCHAR)) IS DISTINCT FROM l.payload_sha256
        UNION ALL SELECT l.case_id, l.seq + 1, 'stage_changed' FROM link l JOIN case_file c ON c.id = l.case_id
        WHERE l.last AND CAST(c.stage AS VARCHAR) <> l.to_stage
        UNION ALL SELECT id, NULL, 'events_missing' FROM case_file WHERE id NOT IN (SELECT case_id FROM link)
        UNION ALL SELECT DISTINCT case_id, NULL, 'case_missing' FROM link
        WHERE case_id NOT IN (SELECT id FROM case_file)"""
    )


_NAMING = "('merged', 'absorbed', 'split_off', 'split_from')"
"""Kinds of event that name another case and the hash of one of its events (`cases.life.party_acts`)."""


def _named(duck: duckdb.DuckDBPyConnection) -> None:
    """Add to `fault` the sound events that name an event of another case which that case does not have."""
    duck.execute(
        f"""INSERT INTO fault
        WITH naming AS (
            SELECT e.case_id, e.seq, TRY_CAST(regexp_extract(p.payload, '"case":(\\d+)', 1) AS BIGINT) AS other,
                regexp_extract(p.payload, '"head":"([0-9a-f]+)"', 1) AS head
            FROM event e JOIN (SELECT case_id, seq, CAST(payload AS VARCHAR) AS payload FROM event_payload) p
            ON p.case_id = e.case_id AND p.seq = e.seq WHERE CAST(e.kind AS VARCHAR) IN {_NAMING})
        SELECT n.case_id, n.seq, 'other_missing' FROM naming n
        ANTI JOIN fault f ON f.case_id = n.case_id AND f.seq = n.seq
        ANTI JOIN link l ON l.case_id = n.other AND l.hash = n.head"""
    )


_PURGED = """SELECT purge.at, purge.who, purge.after, count(*), count(DISTINCT case_id) FROM gone
GROUP BY ALL ORDER BY ALL"""
_FIRST = "SELECT arg_min(kind, coalesce(seq, 0)), case_id, min(seq) FROM fault GROUP BY case_id ORDER BY case_id"


def _anchored(duck: duckdb.DuckDBPyConnection, folder: Path) -> tuple[list[Anchor], list[Fault]]:
    """Return the sound anchor files and the faults of the others; add to `fault` what the store no longer has."""
    kept, faults = walk_anchors(folder)
    faults += _runs(duck, kept)
    if kept:
        _compare(duck, [one.path for one in kept])
    return kept, faults


def walk_anchors(folder: Path) -> tuple[list[Anchor], list[Fault]]:
    """Return the anchor files that can be read, and where the row of all of them does not hold."""
    kept: list[Anchor] = []
    faults: list[Fault] = []
    number, before = 0, ""
    for path in anchor_files(folder):
        found = read_anchor(path)
        number += 1
        named = int(path.stem) if path.stem.isdigit() else number
        faults += [Fault("anchor_missing", anchor=one) for one in range(number, named)]
        if found is None:
            faults.append(Fault("anchor_unreadable", anchor=named))
        else:
            if named == number and found.before != before:
                faults.append(Fault("anchor_changed" if kept else "anchor_unreadable", anchor=max(named - 1, 1)))
            kept.append(found)
            before = found.sha256
        number = named
    return kept, faults


def _runs(duck: duckdb.DuckDBPyConnection, kept: list[Anchor]) -> list[Fault]:
    """Return what does not fit between the anchor files and the record of scans."""
    scans = {str(run): int(number) for number, run in duck.execute("SELECT id, run_id FROM scan").fetchall()}
    lost = [Fault("scan_missing", anchor=one.number) for one in kept if one.run and one.run not in scans]
    first = min((scans[one.run] for one in kept if one.run in scans), default=None)
    if first is None:
        waiting = "SELECT count(*) FROM event WHERE case_id NOT IN (SELECT case_id FROM unanchored)"
        without = duck.execute(waiting).fetchall()[0][0]
        return [*lost, Fault("anchors_missing")] if without and not lost else lost
    anchored = {one.run for one in kept}
    after = [run for run, number in scans.items() if number > first and run not in anchored]
    return [*lost, *([Fault("anchors_missing")] if after else [])]


def _compare(duck: duckdb.DuckDBPyConnection, files: list[Path]) -> None:
    paths = ", ".join(literal(path) for path in files)
    duck.execute(
        f"""CREATE TABLE anchored AS SELECT case_id, seq, hash FROM read_csv([{paths}], delim = ' ', header = false,
        skip = 1, auto_detect = false, quote = '', null_padding = true, ignore_errors = true,
        columns = {{'case_id': 'BIGINT', 'seq': 'BIGINT', 'hash': 'VARCHAR'}})"""
    )
    duck.execute(
        """INSERT INTO fault
        SELECT a.case_id, CASE WHEN c.case_id IS NULL THEN NULL ELSE a.seq END, CASE WHEN c.case_id IS NULL
            THEN 'case_removed' WHEN l.hash IS NULL THEN 'tail_missing' ELSE 'event_changed' END
        FROM anchored a LEFT JOIN link l ON l.case_id = a.case_id AND l.seq = a.seq
        LEFT JOIN (SELECT case_id, max(seq) AS seq FROM link GROUP BY case_id) c ON c.case_id = a.case_id
        WHERE l.hash IS DISTINCT FROM a.hash AND (l.hash IS NOT NULL OR c.seq IS NULL OR a.seq > c.seq)"""
    )
