"""The query of one assembly: the spine's subjects, then one joined source after the other, each with its standing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from connectors.duck import literal, quoted
from connectors.identifiers import npwp_key, plain_key, register_key
from connectors.landed import SQL_TYPE, Gated, Standing
from connectors.parquet_writing import PASSING
from connectors.register_rows import KeyOf, Register, RegisterRows, Written, read_register
from rules.configuration import Assembly, Join, Source
from rules.errors import Message, SourceError
from rules.model import Fact


@dataclass(frozen=True)
class AssemblyDay:
    """The day that is judged; `reconstruction`: a past day for which no snapshot had landed."""

    evaluation_date: date
    reconstruction: bool


@dataclass(frozen=True)
class _Taking:
    """How subjects take from one source: its fields, the keys that several subjects share, whether rows lack a key.

    `marks`: columns `_several_<field>`, TRUE where a later join cannot look by that field.
    """

    fields: tuple[str, ...]
    marks: tuple[str, ...]
    shared: str | None
    unreadable: bool
    grouped: bool


@dataclass(frozen=True)
class AssemblyQuery:
    """One assembly under way in one connection; what its steps mean is said in `connectors.assemble`."""

    connection: duckdb.DuckDBPyConnection
    assembly: Assembly
    fact: Fact
    sources: Mapping[str, Source]
    gated: Mapping[str, Gated]
    day: AssemblyDay
    origin: Mapping[str, str | None]

    def write(self, path: Path) -> int:
        """Write the fact; return its subjects."""
        spine, relation = self._spine()
        for number, join in enumerate(self.assembly.joins):
            if self._brought_by(join.source):
                relation = self._joined(relation, join, f"join{number}")
        fields = [f"CAST({quoted(name)} AS {self._type(name)}) AS {quoted(name)}" for name in self.fact.fields]
        standings = [quoted(f"_standing_{name}") for name in self._judged_sources()]
        written = self.connection.execute(
            f"COPY (SELECT {', '.join(fields + standings)} FROM {relation}) TO {literal(str(path))} {PASSING}"
        ).fetchone()
        subjects = spine.count - spine.surplus
        if written is None or written[0] != subjects:
            raise SourceError(
                Message(
                    "assembling {name} gave {written} rows for {subjects} subjects",
                    name=self.fact.name,
                    written=written,
                    subjects=subjects,
                ),
                Message("a subject that is lost or counted twice would be judged wrongly"),
                Message("this is a fault of the program: report it with the rules.yaml that shows it"),
            )
        return subjects

    def _judged_sources(self) -> list[str]:
        return [
            *(join.source for join in self.assembly.joins if self._brought_by(join.source)),
            self.assembly.spine,
        ]

    def _brought_by(self, source: str) -> tuple[str, ...]:
        return tuple(name for name in self.fact.fields if self.origin[name] == source)

    def _type(self, name: str) -> str:
        return SQL_TYPE[self.fact.fields[name].type]

    # The spine

    def _spine(self) -> tuple[RegisterRows, str]:
        """Return the spine's register and the relation of its subjects, every field of the fact in it."""
        name = self.assembly.spine
        landed = self.gated[name].landed
        key = self.fact.fields[self.fact.key]
        register = Register(
            prefix="spine",
            fact=self.fact,
            fields=self._brought_by(name),
            group=self.sources[name].group,
            key=lambda written: register_key(key.type, written(key.name)),
            exists=self._subject_exists(),
            later_keys=self._later_keys(name),
        )
        rows = read_register(self.connection, landed, register)
        if rows.without_key:
            raise SourceError(
                Message(
                    "source {name}: {without_key} rows have no {key}, which is the key of {fact}",
                    name=name,
                    without_key=rows.without_key,
                    key=key.name,
                    fact=self.fact.name,
                ),
                Message("a subject without a key cannot be found again tomorrow"),
                Message("such rows belong to the rejects: land the source again"),
            )
        return rows, f"({self._subjects(rows, register)})"

    def _subject_exists(self) -> str:
        return " AND ".join(f"({condition})" for condition in (self._known(), *self._wanted()))

    def _known(self) -> str:
        field = self.fact.known_from
        if not self.day.reconstruction or field is None or self.origin[field] != self.assembly.spine:
            return "TRUE"
        return f"{quoted(field)} IS NULL OR {quoted(field)} <= {self._day()}"

    def _wanted(self) -> list[str]:
        """Return the conditions of `only`: who says something else is left out, who says nothing stays."""
        found = []
        for name, texts in self.assembly.only.items():
            entries = f"string_split_regex(upper(trim({quoted(name)})), '\\s*[;,]\\s*')"
            listed = ", ".join(literal(text.upper()) for text in texts)
            found.append(f"{quoted(name)} IS NULL OR list_has_any({entries}, [{listed}])")
        return found

    def left_out(self) -> int:
        """Return how many rows of the spine, known on the day, `only` keeps out of the fact."""
        if not self.assembly.only:
            return 0
        wanted = " AND ".join(f"({condition})" for condition in self._wanted())
        path = literal(str(self.gated[self.assembly.spine].landed.path))
        query = f"SELECT count(*) FROM read_parquet({path}) WHERE ({self._known()}) AND NOT ({wanted})"
        found = self.connection.execute(query).fetchone()
        return int(found[0]) if found else 0

    def _subjects(self, spine: RegisterRows, register: Register) -> str:
        """Return the query of the subjects: one row for each key, in the order of first rows."""
        standing, tables, first = self._spine_standing(spine)
        values = []
        for name in self.fact.fields:
            if name not in register.fields:
                continue
            value = f"s.{quoted(name)}"
            if spine.repeated and name != self.fact.key:
                value = f"CASE WHEN d._key IS NULL THEN {value} ELSE d.{quoted(name)} END"
            values.append(f"{value} AS {quoted(name)}")
        marks = [quoted("_several_" + name) for name in register.later_keys]
        values += [f"d.{mark}" if spine.repeated else f"FALSE AS {mark}" for mark in marks]
        plain = (
            f"SELECT {', '.join(values)}, CAST({standing} AS UTINYINT) AS _own "
            f"FROM {spine.rows} s {tables} WHERE {first}"
        )
        kept = (self.fact.key, self.fact.region)
        believed = [
            quoted(name) if name in kept else f"CASE WHEN _own = 0 THEN {quoted(name)} END AS {quoted(name)}"
            for name in register.fields
        ]
        own = ["_own", *marks]
        hidden = self._hidden(register.fields, f"(SELECT {', '.join(believed + own)} FROM ({plain}))", *own)
        nobody = ", ".join(
            f"CAST(NULL AS {self._type(name)}) AS {quoted(name)}" for name, at in self.origin.items() if at is None
        )
        renamed = f"_own AS {quoted('_standing_' + self.assembly.spine)}"
        return f"SELECT * EXCLUDE (_own), {renamed}{', ' + nobody if nobody else ''} FROM ({hidden})"

    @staticmethod
    def _spine_standing(spine: RegisterRows) -> tuple[str, str, str]:
        """Return SQL for a subject's own standing, the joins that it needs, and which row stands for the subject."""
        branches, tables, first = [], "", "TRUE"
        if spine.rejected:
            tables += f" LEFT JOIN {spine.rejected} r ON r._key = s._key"
            branches.append(f"WHEN r._key IS NOT NULL THEN {int(Standing.REJECTED_ROW)}")
        if spine.repeated:
            tables += f" LEFT JOIN {spine.repeated} d ON d._key = s._key"
            first = "(d._key IS NULL OR s._row = d._first)"
            branches.append(f"WHEN d._conflict THEN {int(Standing.DUPLICATE_ROWS)}")
        standing = f"CASE {' '.join(branches)} ELSE 0 END" if branches else "0"
        return standing, tables, first

    # Reconstruction

    def _day(self) -> str:
        return f"DATE {literal(self.day.evaluation_date.isoformat())}"

    def _hidden(self, fields: tuple[str, ...], relation: str, *others: str) -> str:
        """Return the query that hides what was not known on the day; `_known_<field>` keeps the days as said."""
        if not self.day.reconstruction:
            return f"SELECT * FROM {relation}"
        days = {field.known_from for field in self.fact.fields.values() if field.known_from} & set(fields)
        kept = [f"{quoted(name)} AS {quoted('_known_' + name)}" for name in sorted(days)]
        shown = [f"{self._as_known(name, days)} AS {quoted(name)}" for name in fields]
        passed = [*others] if others else ["* EXCLUDE (" + ", ".join(quoted(name) for name in fields) + ")"]
        return f"SELECT {', '.join(passed + shown + kept)} FROM {relation}"

    def _as_known(self, name: str, days: set[str]) -> str:
        field = self.fact.fields[name]
        since = field.known_from
        if since is None or self.origin[since] is None:
            return quoted(name)
        if since not in days and not self._is_before(since, self.origin[name]):
            return quoted(name)
        before = "NULL" if field.before is None else f"CAST({literal(field.before)} AS {self._type(name)})"
        day = quoted(since if since in days else "_known_" + since)
        return f"CASE WHEN {day} > {self._day()} THEN {before} ELSE {quoted(name)} END"

    def _is_before(self, name: str, source: str | None) -> bool:
        """Say whether a field comes from the spine or a join before the one of `source`."""
        order = [self.assembly.spine, *(join.source for join in self.assembly.joins)]
        theirs = self.origin[name]
        return theirs is not None and source is not None and order.index(theirs) < order.index(source)

    # The joins

    def _joined(self, relation: str, join: Join, prefix: str) -> str:
        """Return the relation with the fields and the standing of one more source."""
        fields, later_keys = self._brought_by(join.source), self._later_keys(join.source)
        marks = tuple(f"_several_{name}" for name in later_keys)
        gated = self.gated.get(join.source)
        if gated is None or gated.landed.path is None or gated.standing is not Standing.SAID:
            failed = Standing.MISSING if gated is None or gated.standing is Standing.SAID else gated.standing
            nothing = [f"CAST(NULL AS {self._type(name)}) AS {quoted(name)}" for name in fields]
            nothing += [f"CAST(NULL AS DATE) AS {quoted('_known_' + name)}" for name in self._days_among(fields)]
            nothing += [f"FALSE AS {quoted(name)}" for name in marks]
            mark = f"CAST({int(failed)} AS UTINYINT) AS {quoted('_standing_' + join.source)}"
            return f"(SELECT *, {', '.join([*nothing, mark])} FROM {relation})"
        landed = gated.landed
        register = Register(
            prefix=prefix,
            fact=self.fact,
            fields=fields,
            group=self.sources[join.source].group,
            key=self._key(join, landed.columns),
            later_keys=later_keys,
        )
        rows = read_register(self.connection, landed, register)
        own = f"(SELECT *, {self._own_key(join)} AS _key FROM {relation})"
        shared = self._shared(own, prefix) if join.one_to_one else None
        unreadable = landed.unreadable_keys + rows.without_key + rows.rejected_without_key
        return self._taken(own, join, rows, _Taking(fields, marks, shared, unreadable > 0, bool(register.group)))

    def _days_among(self, fields: tuple[str, ...]) -> list[str]:
        if not self.day.reconstruction:
            return []
        return sorted({field.known_from for field in self.fact.fields.values() if field.known_from} & set(fields))

    def _key(self, join: Join, columns: tuple[str, ...]) -> KeyOf:
        """Return the way to write this join's key over a relation that has `columns`."""
        fields = [self.fact.fields[name] for name in join.on]

        def written(column: Written) -> str:
            parts = []
            for field in fields:
                if field.name not in columns:
                    parts.append("CAST(NULL AS VARCHAR)")
                elif field.type == "npwp":
                    pair = column(field.pair) if field.pair and field.pair in columns else None
                    parts.append(npwp_key(column(field.name), pair))
                else:
                    parts.append(plain_key(field.type, column(field.name)))
            return " || '|' || ".join(f"({part})" for part in parts)

        return written

    def _own_key(self, join: Join) -> str:
        """Return SQL for the subject's key; NULL where the rows of an earlier source differ in a part of it."""
        columns = [name for name in join.on if self._is_before(name, join.source)]
        several = [quoted("_several_" + name) for name in columns if name in self._later_keys(self.origin[name])]
        columns += [pair for name in columns for pair in self._pair(name)]
        key = self._key(join, tuple(columns))(quoted)
        return f"CASE WHEN {' OR '.join(several)} THEN NULL ELSE {key} END" if several else key

    def _pair(self, name: str) -> tuple[str, ...]:
        """Return the field of the old number, if any: it counts only where it comes from the same source."""
        pair = self.fact.fields[name].pair
        return (pair,) if pair and self.origin[pair] == self.origin[name] else ()

    def _later_keys(self, source: str | None) -> dict[str, str]:
        """Return the fields of a grouped source by which a later join looks, each with the SQL of its key."""
        if source is None or not self.sources[source].group:
            return {}
        return {
            name: self._key(replace(join, on=(name,)), (name, *self._pair(name)))(quoted)
            for join in self.assembly.joins
            for name in join.on
            if self.origin[name] == source and self._is_before(name, join.source)
        }

    def _shared(self, own: str, prefix: str) -> str | None:
        """Make the table of keys that several subjects have; return its name, None where no key is shared."""
        self.connection.execute(
            f"CREATE TEMP TABLE {prefix}_close AS SELECT hash(_key) AS h FROM {own} WHERE _key IS NOT NULL "
            f"GROUP BY h HAVING count(*) > 1"
        )
        if not self._count(f"{prefix}_close"):
            return None
        self.connection.execute(
            f"CREATE TEMP TABLE {prefix}_shared AS SELECT _key FROM {own} "
            f"WHERE _key IS NOT NULL AND hash(_key) IN (SELECT h FROM {prefix}_close) "
            f"GROUP BY _key HAVING count(*) > 1"
        )
        return f"{prefix}_shared" if self._count(f"{prefix}_shared") else None

    def _count(self, table: str) -> int:
        found = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert found is not None
        return int(found[0])

    def _taken(self, own: str, join: Join, rows: RegisterRows, taking: _Taking) -> str:
        """Return the relation in which each subject has taken from the source what it may take."""
        tables, known = "", []
        torn = "_conflict" if taking.grouped else "TRUE"
        for alias, table, which, standing in (
            ("k", taking.shared, "TRUE", Standing.SHARED_KEY),
            ("r", rows.rejected, "TRUE", Standing.REJECTED_ROW),
            ("d", rows.repeated, torn, Standing.DUPLICATE_ROWS),
        ):
            if table:
                tables += f" LEFT JOIN (SELECT _key FROM {table} WHERE {which}) {alias} ON {alias}._key = p._key"
                known.append(f"WHEN {alias}._key IS NOT NULL THEN {int(standing)}")
        covered = self._covered(self.sources[join.source])
        absent = Standing.UNREADABLE_KEYS if taking.unreadable else Standing.ABSENT
        standing_sql = (
            f"CASE WHEN p._key IS NULL THEN {int(Standing.OWN_KEY)} {' '.join(known)} "
            f"WHEN b._key IS NOT NULL THEN {int(Standing.SAID)} "
            f"WHEN NOT {covered} THEN {int(Standing.NOT_COMPLETE)} ELSE {int(absent)} END"
        )
        brought = ", ".join(f"b.{quoted(name)}" for name in (*taking.fields, *taking.marks))
        merged = (
            f"(SELECT p.* EXCLUDE (_key), {brought}, CAST({standing_sql} AS UTINYINT) AS _taken FROM {own} p "
            f"LEFT JOIN ({_one_row_per_key(rows, taking)}) b ON b._key = p._key{tables})"
        )
        said = ", ".join(f"CASE WHEN _taken = 0 THEN {quoted(name)} END AS {quoted(name)}" for name in taking.fields)
        names = ", ".join(quoted(name) for name in taking.fields)
        renamed = f"_taken AS {quoted('_standing_' + join.source)}"
        believed = f"(SELECT * EXCLUDE (_taken, {names}), {said}, {renamed} FROM {merged})"
        return f"({self._hidden(taking.fields, believed)})"

    def _covered(self, source: Source) -> str:
        """Return SQL, never NULL, for whether the source is declared complete for the subject's region."""
        if isinstance(source.complete, bool):
            return "TRUE" if source.complete else "FALSE"
        if not self._is_before(self.fact.region, source.name):
            return "FALSE"
        region = f"regexp_replace(p.{quoted(self.fact.region)}, '[^0-9]', '', 'g')"
        codes = ["".join(filter(str.isdigit, code)) for code in source.complete]
        within = " OR ".join(f"starts_with({region}, {literal(code)})" for code in codes if code)
        return f"coalesce({within}, FALSE)" if within else "FALSE"


def _one_row_per_key(rows: RegisterRows, taking: _Taking) -> str:
    """Return the query of a joined register with no key twice: a join never multiplies subjects."""
    names = ", ".join(quoted(name) for name in taking.fields)
    marks = [quoted(name) for name in taking.marks]
    once = ", ".join([names, *(f"FALSE AS {mark}" for mark in marks)])
    if not rows.repeated:
        return f"SELECT _key, {once} FROM {rows.rows} WHERE _key IS NOT NULL"
    single = (
        f"SELECT _key, {once} FROM {rows.rows} WHERE _key IS NOT NULL "
        f"AND _key NOT IN (SELECT _key FROM {rows.repeated})"
    )
    return (
        f"{single} UNION ALL SELECT _key, {', '.join([names, *marks])} FROM {rows.repeated}"
        if taking.grouped
        else single
    )
