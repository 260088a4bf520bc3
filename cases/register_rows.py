"""What each register of the last scan says of a case's party: its rows, found by the party's identifiers.

The rows are those that the last scan landed, not what stands in a register now. Identifiers are compared by their keys,
as facts are put together, so that a number with dots and one without are one. Personal data is covered, rows of regions
that are not the reader's are left out and counted, and a register that cannot be searched is named with its reason.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any, Final

import duckdb
from sqlalchemy import select
from sqlmodel import Session, col

from cases.access.gate import permit, person_of
from cases.access.table import sees
from cases.case_file import ShownValue
from cases.formats import typed, written
from cases.listing import last_scan
from cases.masking import cover_of, mask_evidence
from cases.store.models import Case, PartyIdentifier
from cases.wording import Wording
from connectors.duck import literal, open_duck, quoted
from connectors.identifiers import CORE_DIGITS, npwp_key, plain_key, register_key
from connectors.landed import Landed
from connectors.run_record import Record, record_from
from connectors.snapshot import Snapshots
from rules.configuration import Configuration, Person
from rules.errors import Message, PatuhError
from rules.model import Fact, Vocabulary

ROWS: Final = 5
"""So many rows of a register are shown; how many there are is said."""
_MEMORY: Final = "200MB"


@dataclass(frozen=True)
class RegisterRow:
    """A row of a register: its number there, and each of its values with its words, covered."""

    number: int
    values: tuple[ShownValue, ...]


@dataclass(frozen=True)
class Register:
    """A register with rows of the party: `count` in all, of which `rows` are shown, `elsewhere` in other regions.

    `by`: the kinds of identifier by which they were found. `as_of`: the day that the register spoke of.
    """

    source: str
    as_of: date | None
    by: tuple[str, ...]
    count: int
    elsewhere: int
    rows: tuple[RegisterRow, ...]


@dataclass(frozen=True)
class RegisterRows:
    """What registers say of a party. `without`: registers that have no row of it; `unsearched`: source to why not.

    `scanned`: the day that the scan judged whose registers these are; None before the first.
    """

    scanned: date | None
    registers: tuple[Register, ...]
    without: tuple[str, ...]
    unsearched: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asking:
    """With what is asked: the run file, the vocabulary, the words."""

    configuration: Configuration
    vocabulary: Vocabulary
    wording: Wording


class Registers:
    """Asks registers with a database that is kept; one question after the other, and none once it is closed."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._turn = Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._closed = False

    def rows(self, session: Session, number: int, asking: Asking) -> RegisterRows:
        """Return the rows of every register that bear an identifier of the party of case `number`."""
        with self._turn:
            if self._closed:
                return RegisterRows(None, (), (), ())
            if self._connection is None:
                self._connection = open_duck(self._scratch, _MEMORY)
                # What was read of a file is not kept: a snapshot may be purged, and another lie in its place.
                self._connection.execute("SET enable_external_file_cache = false")
            try:
                return _register_rows(session, number, asking, self._connection)
            except duckdb.InterruptException:  # it was closed meanwhile, and nobody waits for the answer
                return RegisterRows(None, (), (), ())

    def close(self) -> None:
        """Break off what is being asked, for nobody waits for it any more, and let the database go."""
        self._closed = True
        if self._connection is not None:
            self._connection.interrupt()
        with self._turn:
            if self._connection is not None:
                self._connection.close()


def _register_rows(
    session: Session, number: int, asking: Asking, connection: duckdb.DuckDBPyConnection
) -> RegisterRows:
    permit(session, "read", number)
    identifiers = _identifiers(session, number)
    scan, person = last_scan(session), person_of(session)
    session.rollback()  # registers are read from their files: no transaction is kept open meanwhile
    if scan is None:
        return RegisterRows(None, (), (), ())
    snapshots = Snapshots(asking.configuration.state)
    record = _record(snapshots, scan.run_id)
    if isinstance(record, str):
        why = asking.wording.tell(record)
        return RegisterRows(scan.as_of, (), (), tuple((name, why) for name in sorted(asking.configuration.sources)))
    search = _Search(asking, identifiers, person)
    landed = snapshots.landed(record)
    found, without, unsearched = [], [], []
    for name in sorted({*record.sources, *asking.configuration.sources}):
        why_not = search.why_not(name, landed.get(name), record, snapshots)
        if why_not is not None:
            unsearched.append((name, asking.wording.tell(why_not)))
            continue
        one = search.rows(connection, name, landed[name])
        if one is None:
            without.append(name)
        else:
            found.append(one)
    return RegisterRows(scan.as_of, tuple(found), tuple(without), tuple(unsearched))


def _identifiers(session: Session, number: int) -> Mapping[str, tuple[str, ...]]:
    found = session.execute(
        select(col(PartyIdentifier.kind), col(PartyIdentifier.value))
        .join(Case, col(Case.party_id) == col(PartyIdentifier.party_id))
        .where(col(Case.id) == number)
        .order_by(col(PartyIdentifier.kind), col(PartyIdentifier.value))
    )
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for kind, value in found:
        by_kind[kind].append(value)
    return {kind: tuple(values) for kind, values in by_kind.items()}


def _record(snapshots: Snapshots, run: str) -> Record | str:
    """Return the record of a run, or why it cannot be read."""
    found = [place for place in snapshots.begins_with(run) if place.stem == run]
    if not found:
        return Message("run {run}: its record is not in the state folder", run=run)
    try:
        return record_from(found[0])
    except PatuhError as error:
        return Message("run {run}: {reason}", run=run, reason=error.what)


@dataclass(frozen=True)
class _Key:
    """An identifier in a register: its kind, the SQL of its key, and the columns that the key is made of."""

    kind: str
    sql: str
    columns: tuple[str, ...]

    def is_one_of(self, wanted: tuple[str, ...]) -> str:
        """Return, as SQL, whether the key is one of these; of most rows it is told without making the key.

        Making keys of two million rows takes a second; what cannot have the key is seen twenty times as fast.
        """
        listed = ", ".join(map(literal, wanted))
        made = f"({self.sql}) IN ({listed})"
        if self.kind == "source":
            return made
        if self.kind == "npwp":
            # Digits alone have the key in them, in a firm's number without its leading zero; others may hide it.
            cores = [literal(one.removeprefix("0") if len(one) == CORE_DIGITS else one) for one in wanted]
            near = [f"contains({column}, {core})" for column in self.columns for core in cores]
            near += [f"NOT regexp_full_match({column}, '[0-9]*')" for column in self.columns]
            return f"CASE WHEN {' OR '.join(f'coalesce({one}, FALSE)' for one in near)} THEN {made} ELSE FALSE END"
        # No longer than the shortest of them, it has no marks to be left out, or cannot be one of them.
        (column,) = self.columns
        return (
            f"CASE WHEN length({column}) <= {min(map(len, wanted))} THEN upper({column}) IN ({listed}) ELSE {made} END"
        )


@dataclass(frozen=True)
class _Search:
    """For whom is searched, and who sees what is found."""

    asking: Asking
    identifiers: Mapping[str, tuple[str, ...]]
    person: Person | None

    def why_not(self, name: str, landed: Landed | None, record: Record, snapshots: Snapshots) -> str | None:
        """Say why a register cannot be searched; None where it can."""
        if landed is None:
            return Message("the last scan did not read it")
        if landed.path is None:
            one = record.sources[name]
            stone = snapshots.purged(one.digest) if one.digest else None
            if stone is not None:
                said = {"day": stone.at.date(), "who": stone.who, "after": stone.after}
                return Message("purged on {day} by {who} (snapshots: {after})", **said)
            return landed.missing or Message("the register is missing")
        if name not in self.asking.configuration.sources:
            return Message("the run file no longer has it")
        if not self._keys(self._fact(name), landed):
            return Message("no column of it says who a party is")
        return None

    def _fact(self, name: str) -> Fact:
        return self.asking.vocabulary.facts[self.asking.configuration.sources[name].fact]

    def _keys(self, fact: Fact, landed: Landed) -> tuple[_Key, ...]:
        """Return the identifiers that a register has."""
        return tuple(_keys_of(fact, frozenset(landed.columns), self.asking.vocabulary))

    def rows(self, connection: duckdb.DuckDBPyConnection, name: str, landed: Landed) -> Register | None:
        """Return what one register has; None where it has no row of the party."""
        fact = self._fact(name)
        tests: dict[str, list[str]] = {}
        for key in self._keys(fact, landed):
            wanted = self._wanted(key.kind, fact)
            if wanted:
                tests.setdefault(key.kind, []).append(key.is_one_of(wanted))
        if not tests:
            return None
        region = quoted(fact.region) if fact.region in landed.columns else "NULL"
        told = ", ".join(f"coalesce({' OR '.join(some)}, FALSE) AS {quoted(kind)}" for kind, some in tests.items())
        any_of = " OR ".join(quoted(kind) for kind in tests)
        scan = f"read_parquet({literal(str(landed.path))}, file_row_number = true)"
        columns = ", ".join(map(quoted, tests))
        columns = ", ".join(f"bool_or({quoted(kind)})" for kind in tests)
        hits = connection.execute(
            f"SELECT region, count(*), min(row, {ROWS}), {columns} FROM (SELECT file_row_number AS row, "
            f"{region} AS region, {told} FROM {scan}) WHERE {any_of} GROUP BY region"
        ).fetchall()
        if not hits:
            return None
        theirs = [hit for hit in hits if self._sees(hit[0])]
        by = tuple(kind for place, kind in enumerate(tests, start=3) if any(hit[place] for hit in hits))
        count, places = sum(hit[1] for hit in theirs), sorted(row for hit in theirs for row in hit[2])[:ROWS]
        return Register(
            source=name,
            as_of=landed.as_of,
            by=tuple(map(self._kind, by)),
            count=count,
            elsewhere=sum(hit[1] for hit in hits) - count,
            rows=self._shown(connection, (fact, landed), places),
        )

    def _sees(self, region: object) -> bool:
        return self.person is None or sees(self.person, str(region or ""))

    def _wanted(self, kind: str, fact: Fact) -> tuple[str, ...]:
        """Return the keys to look for; a register's own key speaks of one kind of party alone."""
        values = self.identifiers.get(kind, ())
        if kind != "source":
            return values
        begins = f"{fact.party.kind}:"
        return tuple(one.removeprefix(begins).strip().upper() for one in values if one.startswith(begins))

    def _kind(self, kind: str) -> str:
        return self.asking.wording.say("register key") if kind == "source" else kind.upper()

    def _shown(
        self, connection: duckdb.DuckDBPyConnection, of: tuple[Fact, Landed], places: list[int]
    ) -> tuple[RegisterRow, ...]:
        if not places:
            return ()
        fact, landed = of
        names = [name for name in landed.columns if name in fact.fields]
        scan = f"read_parquet({literal(str(landed.path))}, file_row_number = true)"
        rows = connection.execute(
            f"SELECT file_row_number, {', '.join(map(quoted, names))} FROM {scan} "
            f"WHERE file_row_number IN ({', '.join(map(str, places))}) ORDER BY 1"
        ).fetchall()
        covers = {name: cover_of(fact, fact.fields[name]) for name in names}
        return tuple(RegisterRow(row[0] + 1, self._values(fact, names, row[1:], covers)) for row in rows)

    def _values(
        self, fact: Fact, names: list[str], row: tuple[Any, ...], covers: Mapping[str, Any]
    ) -> tuple[ShownValue, ...]:
        said = {name: value for name, value in zip(names, row, strict=True) if value is not None}
        wording = self.asking.wording
        return tuple(
            (
                wording.words(fact.fields[name].words),
                written(typed(value, fact.fields[name]), fact.fields[name], wording),
            )
            for name, value in mask_evidence(said, covers).items()
        )


def _keys_of(fact: Fact, columns: frozenset[str], vocabulary: Vocabulary) -> Iterator[_Key]:
    pairs = {known.pair for name, known in fact.fields.items() if known.pair and name in columns}
    for name in sorted(columns & fact.fields.keys()):
        known = fact.fields[name]
        if known.type == "npwp" and name not in pairs:
            both = (quoted(name), quoted(known.pair)) if known.pair and known.pair in columns else (quoted(name),)
            yield _Key("npwp", npwp_key(*both), both)
        elif known.type in ("nik", "nib"):
            yield _Key(known.type, plain_key(known.type, quoted(name)), (quoted(name),))
    own = fact.party.identifiers
    npps = {own.get("npp")} & columns
    for relation in fact.relations.values():
        if vocabulary.facts[relation.fact].party.identifiers.get("npp") == relation.theirs:
            npps |= {relation.ours} & columns
    for name in sorted(filter(None, npps)):
        yield _Key("npp", plain_key(fact.fields[name].type, quoted(name)), (quoted(name),))
    if own.get("source") in columns:
        source = quoted(own["source"])
        yield _Key("source", register_key(fact.fields[own["source"]].type, source), (source,))
