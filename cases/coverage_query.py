"""Participants against workers as SQL over the assembled fact `workforce`, set by set.

The steps, each a table: `said`, the rows that say their region, year and segment; `cell`, one row for each of those;
`whole`, the segments of a region and year together; `unit`, what a line adds up; `line`.

A number of workers is an interval (`low`, `workers`, `high`): a stated one is a point; one that follows from a
published coverage is as wide as that coverage was rounded. Two different numbers for one cell are none: nobody may
choose.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import duckdb

from connectors.duck import literal

By = Literal["region", "segment", "year"]

BOTH: Final = "both"
"""The segment of a row that speaks of formal and informal workers together."""


@dataclass(frozen=True)
class CoverageFilter:
    """Which rows; None does not narrow. `region` is a Kemendagri code of any level."""

    region: str | None = None
    year: int | None = None
    segment: str | None = None

    @property
    def part(self) -> str | None:
        """The one segment that is asked for; None where both together are."""
        return None if self.segment == BOTH else self.segment


KEYS: Final[dict[By, str]] = {
    "region": "region, year, CAST(NULL AS VARCHAR) AS segment",
    "segment": "CAST(NULL AS VARCHAR) AS region, year, segment",
    "year": "CAST(NULL AS VARCHAR) AS region, year, CAST(NULL AS VARCHAR) AS segment",
}
"""What the lines are told apart by. Years are never added up."""


def lay_out(duck: duckdb.DuckDBPyConnection, fact: Path, wanted: CoverageFilter, by: By) -> None:
    """Make all the tables from the assembled fact at `fact`."""
    where, values = _where(wanted)
    duck.execute(f"CREATE TEMP TABLE workforce AS FROM read_parquet({literal(fact)}){where}", values)
    for name, query in (
        ("said", _SAID),
        ("cell", _CELL),
        ("whole", "FROM cell" if wanted.part is not None else _WHOLE),
        ("unit", _UNIT.format(units=_units(wanted, by))),
        ("line", _LINE.format(keys=KEYS[by], once="TRUE" if by == "region" else "NOT within")),
        ("denominator", _denominator(by)),
    ):
        duck.execute(f"CREATE TEMP TABLE {name} AS {query}")


def _where(wanted: CoverageFilter) -> tuple[str, list[object]]:
    parts: list[str] = []
    values: list[object] = []
    if wanted.region is not None:
        parts.append("(region = ? OR starts_with(region, ?))")
        values += [wanted.region, f"{wanted.region}."]
    if wanted.year is not None:
        parts.append("year = ?")
        values.append(wanted.year)
    if wanted.part is not None:
        parts.append("segment = ?")
        values.append(wanted.part)
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


# A published number that ends in zeros may have been rounded there or cut: without its decimals the widest span counts.
_SAID = """
SELECT region, year, segment, workers, workforce_source AS source, workers_as_of, participants, participants_as_of,
    published_coverage AS published,
    0.5 / power(10, coalesce(coverage_decimals, CASE
        WHEN published = round(published, 0) THEN 0 WHEN published = round(published, 1) THEN 1
        WHEN published = round(published, 2) THEN 2 WHEN published = round(published, 3) THEN 3 ELSE 4 END)) AS half
FROM workforce WHERE region IS NOT NULL AND year IS NOT NULL AND segment IS NOT NULL
"""

_IMPLIED = """
    CASE WHEN NOT workers_differ AND published > half
        THEN CAST(round(participants * 100 / published) AS BIGINT) END AS implied,
    CASE WHEN NOT workers_differ AND published > half
        THEN CAST(round(participants * 100 / (published + half)) AS BIGINT) END AS implied_low,
    CASE WHEN NOT workers_differ AND published > half
        THEN CAST(round(participants * 100 / (published - half)) AS BIGINT) END AS implied_high
"""

_CELL = """
SELECT *, coalesce(stated, implied) AS workers,
    coalesce(stated, implied_low) AS low, coalesce(stated, implied_high) AS high,
    stated IS NULL AND implied IS NOT NULL AS follows, FALSE AS parts_differ
FROM (
    SELECT *, {implied}
    FROM (
        SELECT region, year, segment,
            CASE WHEN count(DISTINCT participants) = 1 THEN any_value(participants) END AS participants,
            count(DISTINCT participants) > 1 AS participants_differ,
            CASE WHEN count(DISTINCT workers) = 1 THEN any_value(workers) END AS stated,
            count(DISTINCT workers) > 1 OR (count(workers) = 0 AND count(DISTINCT published) > 1) AS workers_differ,
            CASE WHEN count(DISTINCT published) = 1 THEN any_value(published) END AS published,
            max(half) FILTER (published IS NOT NULL) AS half,
            min(workers_as_of) FILTER (workers IS NOT NULL OR published IS NOT NULL) AS workers_from,
            max(workers_as_of) FILTER (workers IS NOT NULL OR published IS NOT NULL) AS workers_to,
            min(participants_as_of) FILTER (participants IS NOT NULL) AS participants_from,
            max(participants_as_of) FILTER (participants IS NOT NULL) AS participants_to
        FROM said GROUP BY ALL
    )
)
""".replace("{implied}", _IMPLIED)


def _units(wanted: CoverageFilter, by: By) -> str:
    """Return what the lines add up: regions whole or, told apart by segment, each segment and the two together."""
    if by == "segment" and wanted.segment is None:
        return "(FROM cell WHERE segment <> 'both' UNION ALL BY NAME FROM whole)"
    return "whole"


# Its own row for both segments, else the two of them added, else what follows from a published coverage.
_WHOLE = """
SELECT region, year, 'both' AS segment, participants, coalesce(stated, added, implied) AS workers,
    coalesce(stated, added_low, implied_low) AS low, coalesce(stated, added_high, implied_high) AS high,
    stated IS NULL AND (CASE WHEN added IS NULL THEN implied IS NOT NULL ELSE added_follows END) AS follows,
    participants_differ, workers_differ AND coalesce(stated, added, implied) IS NULL AS workers_differ, published, half,
    workers_from, workers_to, participants_from, participants_to, stated,
    coalesce(own <> parts, FALSE) OR coalesce(stated NOT BETWEEN added_low AND added_high, FALSE) AS parts_differ
FROM (
    SELECT *, {implied}
    FROM (
        SELECT region, year, max(participants) FILTER (segment = 'both') AS own,
            CASE WHEN count(*) FILTER (segment <> 'both' AND participants IS NOT NULL) = 2
                THEN CAST(sum(participants) FILTER (segment <> 'both') AS BIGINT) END AS parts,
            CASE WHEN bool_or(participants_differ) FILTER (segment = 'both') THEN NULL ELSE coalesce(own, parts) END
                AS participants,
            bool_or(participants_differ) AS participants_differ,
            max(stated) FILTER (segment = 'both') AS stated,
            bool_or(workers_differ) AS workers_differ,
            max(published) FILTER (segment = 'both') AS published, max(half) FILTER (segment = 'both') AS half,
            count(*) FILTER (segment <> 'both' AND workers IS NOT NULL) = 2 AS two,
            CASE WHEN two THEN CAST(sum(workers) FILTER (segment <> 'both') AS BIGINT) END AS added,
            CASE WHEN two THEN CAST(sum(low) FILTER (segment <> 'both') AS BIGINT) END AS added_low,
            CASE WHEN two THEN CAST(sum(high) FILTER (segment <> 'both') AS BIGINT) END AS added_high,
            bool_or(follows) FILTER (segment <> 'both') AS added_follows,
            min(workers_from) AS workers_from, max(workers_to) AS workers_to,
            min(participants_from) AS participants_from, max(participants_to) AS participants_to
        FROM cell GROUP BY region, year
    )
)
""".replace("{implied}", _IMPLIED)

# A province and its regencies say the same people twice: of regions that lie in one another one is added.
_UNIT = """
WITH known AS (
    SELECT *, participants IS NOT NULL AND coalesce(workers, 0) > 0 AS known FROM {units}
), above AS (
    SELECT DISTINCT low.region, low.year, low.segment FROM known AS low JOIN known AS high ON high.known
        AND high.year = low.year AND high.segment = low.segment AND length(high.region) < length(low.region)
        AND high.region IN (left(low.region, 2), left(low.region, 5), left(low.region, 8))
), below AS (
    SELECT DISTINCT high.region, high.year, high.segment FROM known AS high JOIN known AS low ON low.known
        AND high.year = low.year AND high.segment = low.segment AND length(high.region) < length(low.region)
        AND high.region IN (left(low.region, 2), left(low.region, 5), left(low.region, 8)) WHERE NOT high.known
)
SELECT known.*, above.region IS NOT NULL OR below.region IS NOT NULL AS within
FROM known LEFT JOIN above USING (region, year, segment) LEFT JOIN below USING (region, year, segment)
"""

_LINE = """
SELECT * REPLACE (CASE WHEN counted > 0 THEN known_participants ELSE participants END AS participants,
        CASE WHEN counted > 0 THEN known_workers ELSE workers END AS workers),
    CASE WHEN counted > 0 THEN coalesce(participants, 0) - known_participants ELSE 0 END AS left_out
FROM (
    SELECT {keys}, count(*) FILTER ({once}) AS regions, count(*) FILTER (known AND {once}) AS counted,
        count(*) FILTER (NOT ({once})) AS within,
        CAST(sum(participants) FILTER ({once}) AS BIGINT) AS participants,
        CAST(sum(participants) FILTER (known AND {once}) AS BIGINT) AS known_participants,
        CAST(sum(workers) FILTER ({once}) AS BIGINT) AS workers,
        CAST(sum(workers) FILTER (known AND {once}) AS BIGINT) AS known_workers,
        CAST(sum(low) FILTER (known AND {once}) AS BIGINT) AS low,
        CAST(sum(high) FILTER (known AND {once}) AS BIGINT) AS high,
        coalesce(bool_or(follows) FILTER (known AND {once}), FALSE) AS follows,
        bool_or(participants_differ) AS participants_differ, bool_or(workers_differ) AS workers_differ,
        bool_or(parts_differ) AS parts_differ,
        coalesce(bool_or(abs(participants * 100.0 / nullif(stated, 0) - published) > half), FALSE) AS published_differs,
        min(workers_from) AS workers_from, max(workers_to) AS workers_to,
        min(participants_from) AS participants_from, max(participants_to) AS participants_to
    FROM unit GROUP BY ALL
)
"""


def _denominator(by: By) -> str:
    """Return the query of what workers come from, by line and source; of a region's own line each number."""
    number = "CAST(sum(workers) AS BIGINT)" if by != "region" else "workers"
    published = "published" if by == "region" else "CAST(NULL AS DECIMAL(9,4))"
    part = "segment" if by == "region" else "CAST(NULL AS VARCHAR)"
    return (
        f"SELECT {KEYS[by]}, {part} AS part, source, count(DISTINCT region) AS regions, {number} AS workers, "
        f"{published} AS published, min(workers_as_of) AS first_day, max(workers_as_of) AS last_day "
        "FROM said WHERE workers IS NOT NULL OR published IS NOT NULL GROUP BY ALL"
    )
