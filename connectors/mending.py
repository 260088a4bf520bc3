"""Typed Parquet in which few rows are doubtful: those alone are parsed; the file is copied around them, or kept.

The rows in doubt are a small table of their own, so the register itself is read once to look and once to copy.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from connectors.duck import literal, quoted
from connectors.landing_plan import Plan, clean, doubts
from connectors.parquet_writing import WRITTEN

MOST_DOUBTFUL = 200_000
"""Rows. With more of them in doubt the whole register is parsed."""


@dataclass(frozen=True)
class Mended:
    """`small`: the plan over the doubtful rows alone, in the connection's table `doubtful`; `path`: the clean rows."""

    small: Plan
    path: Path
    rows: int
    rejected: int


def mend(plan: Plan, path: Path, connection: duckdb.DuckDBPyConnection) -> Mended | None:
    """Give the clean rows: the source itself when it is clean, else a copy at `path`; None when too many are in doubt.

    For a plan that `may_be_kept`.
    """
    names = ", ".join(quoted(name) for name in plan.names)
    numbered = f"SELECT {names}, {plan.raw.row} AS _row FROM {plan.raw.relation}"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE doubtful AS {numbered} WHERE {doubts(plan)} LIMIT {MOST_DOUBTFUL + 1}"
    )
    doubtful = _count(connection, "doubtful")
    rows = _count(connection, plan.raw.relation)
    if doubtful > MOST_DOUBTFUL:
        return None
    small = replace(plan, raw=replace(plan.raw, relation="doubtful", row="_row"))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE mended AS {clean(small)}")
    rejected = doubtful - _count(connection, "mended")
    if not rejected and not _count(connection, f"(SELECT {names}, _row FROM mended EXCEPT FROM doubtful)"):
        return Mended(small, plan.raw.own_file or path, rows, 0)
    connection.execute(f"COPY ({_around(plan, numbered)}) TO {literal(path)} {WRITTEN}")
    return Mended(small, path, rows, rejected)


def _around(plan: Plan, numbered: str) -> str:
    """Return the query for all rows in their order: the mended ones as mended, the rejected ones left out."""
    values = ", ".join(
        f"CASE WHEN f._row IS NULL THEN r.{name} ELSE f.{name} END AS {name}" for name in map(quoted, plan.names)
    )
    fixed = (
        "SELECT d._row, m._row IS NULL AS rejected, m.* EXCLUDE (_row) FROM doubtful d LEFT JOIN mended m USING (_row)"
    )
    return (
        f"SELECT {values}, r._row FROM ({numbered}) r LEFT JOIN ({fixed}) f USING (_row) WHERE f.rejected IS NOT TRUE"
    )


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0
