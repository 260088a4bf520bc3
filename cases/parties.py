"""Whom tonight's new findings are about: identifiers to parties, as sets.

Kinds from strong to weak: npwp, nik, nib, npp, source. A finding belongs to the party that owns its strongest known
identifier. A weaker identifier joins it to a party only where nothing stronger speaks against it: another NPWP is
another taxpayer. Where a finding's identifiers point at several parties it stays with the strongest and a merge is
proposed to a person. Findings of one night that share an identifier meet in the same way. A register key that a person
split from others is stronger than anything else: its findings go to its party, whatever they bear beside it.
"""

from pathlib import Path

import duckdb

from cases.store.channel import BulkStore
from connectors.duck import literal

KINDS = ("npwp", "nik", "nib", "npp", "source")


def resolve(duck: duckdb.DuckDBPyConnection, store: BulkStore, last_party: int, into: Path) -> None:
    """Give each row of table `nameless` (row, party_kind, party_name, and the identifiers) its party.

    Leaves tables `party_of` (row, party_id), `new_party` (id, kind, name), `new_identifier` (kind, value, party_id)
    and `new_merge` (party_id, other_party_id, kind, value). Identifiers that the store knows are asked from it.
    """
    columns = ", ".join(KINDS)
    # One bearer for all findings with the same identifiers; its number is its first row.
    duck.execute(f"CREATE TABLE bearer AS SELECT min(row) AS bearer, {columns} FROM nameless GROUP BY {columns}")
    duck.execute("CREATE TABLE bears (bearer BIGINT, rank UTINYINT, value VARCHAR)")
    for rank, kind in enumerate(KINDS, start=1):
        duck.execute(f"INSERT INTO bears SELECT bearer, {rank}, {kind} FROM bearer WHERE {kind} IS NOT NULL")
    _known(duck, store, last_party, into)
    duck.execute("CREATE TABLE belongs (bearer BIGINT, party_id BIGINT)")
    duck.execute("CREATE TABLE new_party (id BIGINT, kind VARCHAR, name VARCHAR)")
    _keep_apart(duck)
    for rank in range(1, len(KINDS) + 1):
        _settle(duck, rank, last_party)
    _conclude(duck, columns)


def _known(duck: duckdb.DuckDBPyConnection, store: BulkStore, last_party: int, into: Path) -> None:
    """Fill `claim` with the identifiers that the store knows, all those of the parties that tonight's may join."""
    duck.execute("CREATE TABLE claim (rank UTINYINT, value VARCHAR, party_id BIGINT, known BOOLEAN, pinned BOOLEAN)")
    if not last_party or not duck.execute("SELECT count(*) FROM bears").fetchall()[0][0]:
        return
    ranked = "CASE rank " + " ".join(f"WHEN {rank} THEN '{kind}'" for rank, kind in enumerate(KINDS, 1)) + " END"
    path = into / "wanted_identifier.parquet"
    duck.execute(
        f"COPY (SELECT DISTINCT {ranked} AS kind, value FROM bears ORDER BY kind, value) TO {literal(path)} "
        f"(FORMAT parquet)"
    )
    store.temporary("wanted_identifier", path)
    found = store.query(
        # CROSS JOIN keeps SQLite to this order; left to itself it reads every identifier of the store first.
        "SELECT DISTINCT p.kind, p.value, p.party_id, CAST(p.pinned AS INTEGER) AS pinned FROM wanted_identifier w "
        "CROSS JOIN party_identifier i CROSS JOIN party_identifier p "
        "WHERE i.kind = w.kind AND i.value = w.value AND p.party_id = i.party_id",
        "identifiers",
    )
    ranks = "CASE kind " + " ".join(f"WHEN '{kind}' THEN {rank}" for rank, kind in enumerate(KINDS, 1)) + " END"
    duck.execute(
        f"INSERT INTO claim SELECT {ranks}, CAST(value AS VARCHAR), party_id, true, pinned = 1 "
        f"FROM read_parquet({literal(found)})"
    )


def _keep_apart(duck: duckdb.DuckDBPyConnection) -> None:
    """Give those whose register key a person has split from others the party of that key."""
    duck.execute(
        "CREATE TEMP TABLE anchored AS SELECT m.bearer, c.party_id FROM bears m "
        "JOIN claim c ON c.rank = m.rank AND c.value = m.value WHERE c.pinned"
    )
    duck.execute("INSERT INTO belongs SELECT bearer, party_id FROM anchored")
    _own(duck)


def _settle(duck: duckdb.DuckDBPyConnection, rank: int, last_party: int) -> None:
    """Give a party to those whose strongest identifier is of `rank`, then let their parties own all they bear."""
    duck.execute(
        f"CREATE OR REPLACE TEMP TABLE anchored AS SELECT bearer, {KINDS[rank - 1]} AS anchor FROM bearer "
        f"ANTI JOIN belongs USING (bearer) "
        f"WHERE coalesce({', '.join([*KINDS[: rank - 1], 'NULL'])}) IS NULL AND {KINDS[rank - 1]} IS NOT NULL"
    )
    if not duck.execute("SELECT count(*) FROM anchored").fetchall()[0][0]:
        return
    # An owner of the anchor itself is certain; otherwise the strongest weaker identifier, unless its party has
    # another value of the anchor's kind.
    duck.execute(
        f"""CREATE OR REPLACE TEMP TABLE offered AS
        SELECT a.bearer, a.anchor, c.party_id, c.rank FROM anchored a JOIN bears m USING (bearer)
        JOIN claim c ON c.rank = m.rank AND c.value = m.value
        WHERE c.rank = {rank} OR NOT EXISTS (
            SELECT 1 FROM bears n JOIN claim o ON o.rank = n.rank AND o.value <> n.value
            WHERE n.bearer = a.bearer AND n.rank < m.rank AND o.party_id = c.party_id)"""
    )
    duck.execute(
        f"""INSERT INTO belongs WITH best AS (
            SELECT bearer, anchor, arg_min(party_id, (rank, party_id)) AS party_id, min(rank) AS rank
            FROM offered GROUP BY bearer, anchor)
        SELECT bearer, party_id FROM best
        WHERE rank = {rank} OR anchor = (SELECT min(b.anchor) FROM best b WHERE b.party_id = best.party_id AND
        b.rank > {rank})"""
    )
    duck.execute(
        "CREATE OR REPLACE TEMP TABLE founding AS SELECT a.anchor, "
        f"(SELECT {last_party} + count(*) FROM new_party) + row_number() OVER (ORDER BY min(a.bearer)) AS party_id, "
        "min(a.bearer) AS first FROM anchored a ANTI JOIN belongs USING (bearer) GROUP BY a.anchor"
    )
    duck.execute(
        "INSERT INTO new_party SELECT f.party_id, n.party_kind, n.party_name FROM founding f JOIN nameless n ON "
        "n.row = f.first"
    )
    duck.execute(
        "INSERT INTO belongs SELECT a.bearer, f.party_id FROM anchored a JOIN founding f USING (anchor) "
        "ANTI JOIN belongs USING (bearer)"
    )
    _own(duck)


def _own(duck: duckdb.DuckDBPyConnection) -> None:
    """Let the parties of those in `anchored` own all that they bear and nobody owns."""
    duck.execute(
        """INSERT INTO claim SELECT m.rank, m.value, min(b.party_id), false, false
        FROM anchored a JOIN belongs b USING (bearer) JOIN bears m USING (bearer)
        ANTI JOIN claim c ON c.rank = m.rank AND c.value = m.value GROUP BY m.rank, m.value"""
    )


def _conclude(duck: duckdb.DuckDBPyConnection, columns: str) -> None:
    kinds = "CASE rank " + " ".join(f"WHEN {rank} THEN '{kind}'" for rank, kind in enumerate(KINDS, 1)) + " END"
    same = " AND ".join(f"n.{kind} IS NOT DISTINCT FROM b.{kind}" for kind in KINDS)
    duck.execute(
        f"CREATE TABLE party_of AS SELECT n.row, o.party_id FROM nameless n JOIN bearer b ON {same} "
        "JOIN belongs o USING (bearer)"
    )
    duck.execute(f"CREATE TABLE new_identifier AS SELECT {kinds} AS kind, value, party_id FROM claim WHERE NOT known")
    duck.execute(
        f"""CREATE TABLE new_merge AS SELECT least(b.party_id, c.party_id) AS party_id,
            greatest(b.party_id, c.party_id) AS other_party_id,
            min_by({kinds.replace("rank", "m.rank")}, (m.rank, m.value)) AS kind, min_by(m.value, (m.rank,
            m.value)) AS value
        FROM belongs b JOIN bears m USING (bearer) JOIN claim c ON c.rank = m.rank AND c.value = m.value
        WHERE c.party_id <> b.party_id GROUP BY ALL"""
    )
