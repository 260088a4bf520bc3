"""Take away what is kept of ended cases when its time is over, line by line of `retention:` of the run file.

A case ends with the event that resolved or dismissed it. From then on each line of retention has its time; when it is
over, what that line names is taken from the case, as a set, some thousand cases at once. Each portion is one
transaction, and an event `purged` in the chain of each of its cases says what was taken, up to which event, by which
line. So it may be broken off at any moment and begun again: what was taken is not looked for twice, and every chain
holds.

    payloads      what the case's events say, with its salt; the events stay
    company,      values of that class of `rules/facts.yaml` in the evidence of its findings, their key if it is of that
    person,       class, and name and identifiers of its party if nothing else is known of the party any more
    sensitive
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

import duckdb
from pyarrow import parquet
from sqlmodel import Session

from cases.access.gate import permit
from cases.evidence_text import emptied
from cases.lock import only_scan
from cases.masking import evidence_classes, identifier_classes, name_classes
from cases.purge_snapshots import purge_snapshots, resting_runs
from cases.store.chain import PURGED, hash_sql, moment, salt_sql
from cases.store.channel import BulkStore, open_bulk
from cases.store.place import place_of
from connectors.duck import literal, open_duck
from rules.model import PersonalClass, RuleBook
from rules.retention import Period

PORTION: Final = 20_000
"""So many ended cases are looked at in one transaction."""
CLASSES: Final[tuple[PersonalClass, ...]] = ("company", "person", "sensitive")
ENDED: Final = "('resolved', 'dismissed')"
_DAY: Final = 'substr(CAST(e."at" AS VARCHAR), 1, 10)'


@dataclass(frozen=True)
class Purging:
    """One purge: on which store, by whom and when, by which lines. `into` takes what is read meanwhile.

    `salt` gives 32 random bytes. `book` has every rule that there is, switched on or not.
    """

    url: str
    into: Path
    at: datetime
    who: str
    salt: Callable[[], bytes]
    retention: Mapping[str, Period]
    book: RuleBook

    @property
    def limits(self) -> Mapping[str, date]:
        """Line to the first day, in UTC, on which a case may have ended without its time being over.

        The office's day begins at its own midnight: where that is another day in UTC, a case goes rather a day later.
        """
        midnights = {
            line: datetime.combine(period.before(self.at.date()), time(), self.at.tzinfo)
            for line, period in self.retention.items()
        }
        return {line: midnight.astimezone(UTC).date() for line, midnight in midnights.items()}


@dataclass
class Taken:
    """What was taken, or would be: cases with an event of it, and how much of each."""

    cases: int = 0
    payloads: int = 0
    findings: int = 0
    parties: int = 0
    registers: int = 0

    def add(self, other: "Taken") -> None:
        """Add what another portion took."""
        self.cases += other.cases
        self.payloads += other.payloads
        self.findings += other.findings
        self.parties += other.parties


def purge(purging: Purging, session: Session, state: Path, *, dry: bool) -> Taken:
    """Take what is over of cases and of snapshots, or (`dry`) count it; no scan runs meanwhile.

    `session` is read before anything is taken. Raises NotPermittedError, ScanRunningError, StoreError.
    """
    permit(session, "purge")
    resting = resting_runs(session)
    session.close()
    place = place_of(purging.url)
    with only_scan(place.lock_file(state), "patuh audit purge"), place.scans_elsewhere("patuh audit purge"):
        taken = purge_cases(purging, dry=dry)
        if period := purging.retention.get("snapshots"):
            taken.registers = purge_snapshots(state, resting, period, (purging.at, purging.who), dry=dry)
    return taken


def purge_cases(purging: Purging, *, dry: bool, portion: int = PORTION) -> Taken:
    """Take what is over of all ended cases, or (`dry`) count it. Raises StoreError; what was done before stands."""
    taken, after = Taken(), 0
    while True:
        folder = purging.into / str(after)
        with open_bulk(purging.url, folder, dry=dry) as store, closing(open_duck(folder / "spill")) as duck:
            last, found = _Portion(purging, store, duck, folder, dry).take(after, portion)
        taken.add(found)
        if last is None:
            return taken
        after = last


@dataclass(frozen=True)
class _Portion:
    """Some ended cases, looked at in one transaction of the store."""

    purging: Purging
    store: BulkStore
    duck: duckdb.DuckDBPyConnection
    folder: Path
    dry: bool

    def take(self, after: int, portion: int) -> tuple[int | None, Taken]:
        """Take what is over of the next cases after number `after`; None where there were no more."""
        last = self._due(after, portion)
        if last is None or not self._count("due"):
            return last, Taken()
        self._payloads()
        self._findings()
        self._parties()
        self._events()
        taken = Taken(
            *(self._count(name) for name in ("purged_case", "purged_payload", "purged_finding", "purged_party"))
        )
        if not self.dry:
            self._write()
        return last, taken

    def _due(self, after: int, portion: int) -> int | None:
        """Make `ended_case` and `due`: of each case the lines that are over and were not taken since it ended."""
        latest = max(self.purging.limits.values(), default=date.min).isoformat()
        found = self.store.query(
            f"SELECT c.id AS case_id, c.party_id, c.stage, max({_DAY}) AS ended FROM case_file c JOIN event e "
            f"ON e.case_id = c.id AND e.to_stage = c.stage AND coalesce(e.from_stage, '') <> e.to_stage "
            f"WHERE c.stage IN {ENDED} AND c.id > {after} GROUP BY c.id, c.party_id, c.stage "
            f"HAVING max({_DAY}) < {literal(latest)} ORDER BY c.id LIMIT {portion}",
            "ended",
        )
        if not parquet.read_metadata(found).num_rows:
            return None
        self._table("ended_case", f"SELECT case_id, party_id, {_text('stage')}, {_text('ended')} FROM {_read(found)}")
        self.store.temporary("ended_case", self._file("ended_case"))
        self.duck.execute("CREATE TABLE retention (line VARCHAR, after VARCHAR, before VARCHAR)")
        for line, before in self.purging.limits.items():
            if line != "snapshots":
                values = [line, self.purging.retention[line].text, before.isoformat()]
                self.duck.execute("INSERT INTO retention VALUES (?, ?, ?)", values)
        said = self.store.query(
            f"SELECT e.case_id, {_DAY} AS day, p.payload FROM ended_case w JOIN event e ON e.case_id = w.case_id "
            f"JOIN event_payload p ON p.case_id = e.case_id AND p.seq = e.seq WHERE e.kind = {literal(PURGED)}",
            "purged",
        )
        self.duck.execute(
            f"""CREATE TABLE due AS SELECT w.case_id, w.party_id, r.line, r.after, r.before
            FROM ended_case w JOIN retention r ON w.ended < r.before
            WHERE NOT EXISTS (FROM {_read(said)} s WHERE s.case_id = w.case_id AND CAST(s.day AS VARCHAR) >= w.ended
                AND json_extract(CAST(s.payload AS VARCHAR), '$.purged.' || r.line) IS NOT NULL)"""
        )
        return int(self.duck.execute("SELECT max(case_id) FROM ended_case").fetchall()[0][0])

    def _payloads(self) -> None:
        """Make `purged_payload` (case_id, seq), and `head`: each case's last event, and up to which one payloads go."""
        found = self.store.query(
            f"SELECT e.case_id, e.seq, e.kind, e.hash, {_DAY} AS day, coalesce(p.seq, 0) AS kept "
            "FROM ended_case w JOIN event e ON e.case_id = w.case_id "
            "LEFT JOIN event_payload p ON p.case_id = e.case_id AND p.seq = e.seq",
            "events",
        )
        self.duck.execute(
            f"""CREATE TABLE head AS SELECT e.case_id, max(e.seq) AS seq, {_text("arg_max(e.hash, e.seq)", "hash")},
                max(e.seq) FILTER (d.line IS NOT NULL AND CAST(e.day AS VARCHAR) < d.before) AS through
            FROM {_read(found)} e LEFT JOIN due d ON d.case_id = e.case_id AND d.line = 'payloads' GROUP BY e.case_id"""
        )
        self._table(
            "purged_payload",
            f"""SELECT e.case_id, e.seq
            FROM {_read(found)} e JOIN head h ON h.case_id = e.case_id AND e.seq <= h.through
            WHERE e.kept > 0 AND CAST(e.kind AS VARCHAR) <> {literal(PURGED)} ORDER BY 1, 2""",
        )

    def _findings(self) -> None:
        """Make `purged_finding`: evidence, key and mark as they are to be, of the findings that change."""
        found = self.store.query(
            "SELECT f.id, f.case_id, f.rule, f.fact, f.subject_key, f.mark, f.evidence "
            "FROM ended_case w JOIN finding f ON f.case_id = w.case_id",
            "findings",
        )
        texts = ", ".join(_text(name) for name in ("rule", "fact", "subject_key", "mark", "evidence"))
        self.duck.execute(f"CREATE TABLE before AS SELECT id, case_id, {texts} FROM {_read(found)}")
        evidence = "evidence"
        for one in CLASSES:
            names = {rule.id: self._names(rule.id, one) for rule in self.purging.book.rules.values()}
            taken = emptied(evidence, names)
            evidence = f"CASE WHEN list_contains(lines, {literal(one)}) THEN {taken} ELSE {evidence} END"
        known = ", ".join(literal(rule) for rule in self.purging.book.rules)
        # Of a rule that is gone nobody can say what is personal: it goes whole, with the first line that is over.
        evidence = f"CASE WHEN rule IN ({known}) THEN {evidence} ELSE '{{}}' END"
        keys = {name: fact.fields[fact.key].personal for name, fact in self.purging.book.vocabulary.facts.items()}
        branches = " ".join(f"WHEN {literal(name)} THEN {literal(one)}" for name, one in keys.items() if one != "open")
        key = f"CASE WHEN list_contains(lines, CASE fact {branches} END) THEN 'purged:' || id ELSE subject_key END"
        self.duck.execute(
            f"""CREATE TABLE after AS
            WITH lined AS (
                SELECT case_id, list(line) AS lines FROM due WHERE line <> 'payloads' GROUP BY case_id)
            SELECT id, {evidence} AS evidence, {key} AS subject_key FROM before JOIN lined USING (case_id)"""
        )
        self._table(
            "purged_finding",
            """SELECT b.id, a.evidence, a.subject_key, 'purged' || substr(b.mark, strpos(b.mark, '.')) AS mark
            FROM before b JOIN after a USING (id) WHERE a.evidence <> b.evidence OR a.subject_key <> b.subject_key
            ORDER BY b.id""",
        )

    def _names(self, rule: str, one: PersonalClass) -> tuple[str, ...]:
        classes = evidence_classes(self.purging.book.rules[rule], self.purging.book.vocabulary)
        return tuple(name for name, known in sorted(classes.items()) if known == one)

    def _parties(self) -> None:
        """Make `purged_party` and `purged_identifier`: of parties of whom nothing else is known any more."""
        vocabulary = self.purging.book.vocabulary
        kinds = self.store.query(
            "SELECT DISTINCT p.id, p.kind FROM ended_case w JOIN party p ON p.id = w.party_id", "kinds"
        )
        self._map("name_class", {(kind, ""): one for kind, one in name_classes(vocabulary).items()})
        self._map("identifier_class", identifier_classes(vocabulary))
        self._table(
            "due_party",
            f"""SELECT DISTINCT p.id, {_text("p.kind", "kind")}, d.line, d.before
            FROM due d JOIN {_read(kinds)} p ON p.id = d.party_id
            WHERE d.line IN (SELECT class FROM name_class n WHERE n.kind = CAST(p.kind AS VARCHAR)
                UNION SELECT class FROM identifier_class i WHERE i.kind = CAST(p.kind AS VARCHAR)) ORDER BY p.id""",
        )
        self.store.temporary("due_party", self._file("due_party"))
        today = literal(self.purging.at.date().isoformat())
        alive = self.store.query(
            f"SELECT w.id, '9999' AS ended FROM due_party w JOIN case_file c ON c.party_id = w.id "
            f"WHERE c.stage NOT IN {ENDED} AND c.stage <> 'merged' "
            "UNION SELECT w.id, '9999' FROM due_party w JOIN finding f ON f.party_id = w.id "
            "WHERE f.case_id IS NULL AND f.state <> 'resolved' "
            "UNION SELECT w.id, '9999' FROM due_party w JOIN waiver v ON v.party_id = w.id "
            f"WHERE v.until IS NULL OR v.until >= {today} "
            f"UNION SELECT w.id, max({_DAY}) FROM due_party w JOIN case_file c ON c.party_id = w.id JOIN event e "
            "ON e.case_id = c.id AND e.to_stage = c.stage AND coalesce(e.from_stage, '') <> e.to_stage GROUP BY w.id",
            "alive",
        )
        self.duck.execute(
            f"""CREATE TABLE lost AS SELECT d.* FROM due_party d WHERE NOT EXISTS (
                FROM {_read(alive)} a WHERE a.id = d.id AND CAST(a.ended AS VARCHAR) >= d.before)"""
        )
        named = "SELECT id FROM lost JOIN name_class n ON n.kind = lost.kind AND n.class = lost.line"
        self._table("purged_party", f"SELECT DISTINCT id FROM ({named}) ORDER BY id")
        held = self.store.query(
            "SELECT i.kind, i.value, i.party_id FROM party_identifier i WHERE i.party_id IN (SELECT id FROM due_party)",
            "identifiers",
        )
        self._table(
            "purged_identifier",
            f"""SELECT DISTINCT {_text("i.kind", "kind")}, {_text("i.value", "value")}
            FROM {_read(held)} i JOIN lost l ON l.id = i.party_id
            JOIN identifier_class c ON c.kind = l.kind AND c.name = CAST(i.kind AS VARCHAR) AND c.class = l.line
            ORDER BY 1, 2""",
        )

    def _map(self, name: str, classes: Mapping[tuple[str, str], PersonalClass]) -> None:
        self.duck.execute(f"CREATE TABLE {name} (kind VARCHAR, name VARCHAR, class VARCHAR)")
        for (kind, inner), one in classes.items():
            self.duck.execute(f"INSERT INTO {name} VALUES (?, ?, ?)", [kind, inner, one])

    def _events(self) -> None:
        """Make `purged_case`, `event` and `event_payload`: one event for each case, chained to its last one."""
        at, salt = self.purging.at, literal(self.purging.salt().hex())
        stamp = literal(at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"))
        who = literal(self.purging.who)
        self.duck.execute(
            f"""CREATE TABLE chained AS
            WITH said AS (
                SELECT d.case_id, h.seq + 1 AS seq, h.hash AS head, w.stage AS from_stage, w.stage AS to_stage,
                    {literal(PURGED)} AS kind, '{{"{PURGED}":{{' || string_agg(
                        '"' || d.line || '":{{"after":"' || d.after || '"'
                            || CASE WHEN d.line = 'payloads' THEN ',"through":' || h.through ELSE '' END || '}}',
                        ',' ORDER BY d.line) || '}}}}' AS payload
                FROM due d JOIN head h USING (case_id) JOIN ended_case w USING (case_id)
                GROUP BY d.case_id, h.seq, h.hash, h.through, w.stage),
            salted AS (SELECT *, {salt_sql(salt, "case_id", "seq")} AS salt FROM said),
            covered AS (SELECT *, sha256(salt || payload) AS payload_sha256 FROM salted)
            SELECT *, {stamp} AS "at", {who} AS who, {hash_sql("head", literal(moment(at)), who)} AS hash
            FROM covered"""
        )
        self._table("purged_case", "SELECT case_id FROM chained ORDER BY case_id")
        columns = 'case_id, seq, "at", who, kind, from_stage, to_stage, payload_sha256, hash'
        self._table("event", f"SELECT {columns} FROM chained ORDER BY case_id")
        self._table("event_payload", "SELECT case_id, seq, salt, payload FROM chained ORDER BY case_id")

    def _write(self) -> None:
        for name in ("purged_case", "purged_payload", "purged_finding", "purged_party", "purged_identifier"):
            self.store.temporary(name, self._file(name))
        for statement in _STATEMENTS:
            self.store.execute(statement)
        if self._count("purged_party") and self.store.place.bulk[0] == "sqlite":
            self.store.execute(FORGET_WORDS)
        self.store.append("event", self._file("event"))
        self.store.append("event_payload", self._file("event_payload"))
        self.store.commit()

    def _table(self, name: str, sql: str) -> None:
        """Make a table, and its file of the same name."""
        self.duck.execute(f"CREATE TABLE {name} AS {sql}")
        self.duck.execute(f"COPY {name} TO {literal(self._file(name))} (FORMAT parquet, COMPRESSION uncompressed)")

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def _count(self, name: str) -> int:
        return int(self.duck.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0])


FORGET_WORDS: Final = "INSERT INTO party_word (party_word) VALUES ('optimize')"
"""What makes SQLite's full text forget words that no name has any more: until then they are only struck out."""
_STATEMENTS: Final = (
    "DELETE FROM event_payload WHERE (case_id, seq) IN (SELECT case_id, seq FROM purged_payload)",
    "UPDATE finding SET evidence = t.evidence, subject_key = t.subject_key, mark = t.mark FROM purged_finding t "
    "WHERE t.id = finding.id",
    "UPDATE party SET name = NULL, words = NULL WHERE id IN (SELECT id FROM purged_party)",
    "UPDATE merge_proposal SET value = 'purged' WHERE party_id IN (SELECT id FROM purged_party) "
    "OR other_party_id IN (SELECT id FROM purged_party)",
    "DELETE FROM party_identifier WHERE (kind, value) IN (SELECT kind, value FROM purged_identifier)",
    "INSERT INTO unanchored (case_id) SELECT t.case_id FROM purged_case t "
    "WHERE NOT EXISTS (SELECT 1 FROM unanchored u WHERE u.case_id = t.case_id)",
)


def _read(path: Path) -> str:
    return f"read_parquet({literal(path)})"


def _text(expression: str, name: str | None = None) -> str:
    """A text as it is, also where a column of the store had no value and arrived as a number."""
    return f"CAST({expression} AS VARCHAR) AS {name or expression}"
