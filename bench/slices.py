"""A slice of the nation for the ways of judging that are too slow for all of it, and what both of them answer.

They answer what detection does: one outcome for every rule and subject, counted per rule and region (first five
characters); who cannot be judged; each finding with its party and the evidence that the product keeps, in the
product's own form. Not asked of them, so that they do a little less: severity and marks, identifiers normalised, the
line to blame for an unknown, and writing files.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import parquet

from connectors.duck import literal, open_duck
from engine.compile import OUTCOMES, UNKNOWN, VIOLATION
from rules.model import Outcome

FIVE = ("PWBD-01", "PDS-TK-01", "IUR-03", "JAKON-01", "KUM-01")
"""The rules that these ways of judging know: the first that were shipped, over three facts."""

DURABLE_SHARE, PYTHON_SHARE = 400, 40
"""One subject in so many is judged; the seconds are multiplied by it."""

Codes = Mapping[str, Sequence[int]]
"""Rule to the outcome of each row of its fact, in the order of the rows and by the engine's numbers."""


@dataclass(frozen=True)
class _Told:
    """Columns of a fact by what they are for: conditions, the party (its name first), evidence beyond those."""

    key: str
    judged: tuple[str, ...]
    party: tuple[str, ...]
    more: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.key, "region", *dict.fromkeys((*self.judged, *self.party, *self.more)))


_FACTS: Mapping[str, _Told] = {
    "employer": _Told(
        "employer_id",
        (
            "employer_kind",
            "employed_workers",
            "employed_as_of",
            "npp",
            "registered_workers",
            "registered_as_of",
            "months_unpaid",
            "instalment_plan_kept",
            "_standing_membership",
        ),
        ("name", "npwp", "npwp15", "nib", "npp"),
        (
            "business_scale",
            "arrears",
            "contributions_as_of",
            "warnings_spent",
            "warning_2_received_on",
            "contributions_owed",
        ),
    ),
    "project": _Told(
        "project_key",
        ("procurement_kind", "fund", "stage", "contract_date", "project_number", "_standing_project_register"),
        ("contractor_name", "contractor_npwp", "contractor_npwp15", "contractor_key"),
        ("work_end", "handed_over_on", "contract_number", "contract_value", "buyer_name"),
    ),
    "partner": _Told(
        "partner_id",
        ("cover_until", "wage_earner_active", "_standing_bpu", "_standing_wage_earners"),
        ("group_name", "group_id"),
        ("name",),
    ),
}

_EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "PWBD-01": (
        "employer_kind",
        "employed_as_of",
        "employed_workers",
        "npp",
        "warning_2_received_on",
        "contributions_owed",
        "business_scale",
    ),
    "PDS-TK-01": (
        "npp",
        "employer_kind",
        "employed_as_of",
        "registered_as_of",
        "registered_workers",
        "employed_workers",
        "warning_2_received_on",
        "contributions_owed",
        "unregistered_workers",
    ),
    "IUR-03": (
        "npp",
        "employer_kind",
        "months_unpaid",
        "instalment_plan_kept",
        "arrears",
        "contributions_as_of",
        "warnings_spent",
    ),
    "JAKON-01": (
        "procurement_kind",
        "fund",
        "stage",
        "contract_date",
        "project_number",
        "work_end",
        "handed_over_on",
        "contract_number",
        "contract_value",
        "buyer_name",
    ),
    "KUM-01": ("cover_until", "wage_earner_active", "name"),
}


class Finding(NamedTuple):
    """One violation; `identifiers` as the facts write them, None where not said; `evidence` is a JSON object."""

    rule: str
    key: str
    region: str
    party_name: str | None
    identifiers: tuple[str | None, ...]
    evidence: str


@dataclass(frozen=True)
class Answers:
    """What was judged: subjects by (rule, region, outcome); (rule, subject key, region) of the unknown; findings."""

    counts: Mapping[tuple[str, str, Outcome], int]
    unknowns: Sequence[tuple[str, str, str]]
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Timed:
    """What a way of judging took: `seconds` from Parquet to its answers, `judging` the rules alone."""

    seconds: float
    judging: float
    answers: Answers


@dataclass(frozen=True)
class Rows:
    """One fact's rows: all columns as Arrow, those that conditions read as lists of Python objects too.

    A date is an integer there, the days since 1970: making `date` objects would be the most of the reading.
    """

    told: _Told
    table: pa.Table
    judged: Mapping[str, list[Any]]

    def lists(self, *names: str) -> tuple[list[Any], ...]:
        """Return columns that conditions read."""
        return tuple(self.judged[name] for name in names)


def cut(facts: Path, share: int, into: Path) -> dict[str, Path]:
    """Write one subject in `share` of each fact to a file of its own; return the files by fact."""
    into.mkdir(parents=True, exist_ok=True)
    files = {}
    with open_duck(into / "scratch") as connection:
        for name, told in _FACTS.items():
            files[name] = into / f"{name}.parquet"
            connection.execute(
                f"COPY (SELECT {', '.join(told.columns)} FROM read_parquet({literal(facts / f'{name}.parquet')}) "
                f"WHERE hash({told.key}, 'slice') % {share} = 0) TO {literal(files[name])} (FORMAT parquet)"
            )
    return files


def read(files: Mapping[str, Path]) -> dict[str, Rows]:
    """Return the rows of each fact; only what conditions read is made into Python objects."""
    found = {}
    for name, path in files.items():
        told, table = _FACTS[name], parquet.read_table(path)
        found[name] = Rows(told, table, {column: _plain(table[column]).to_pylist() for column in told.judged})
    return found


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.int32()) if pa.types.is_date32(column.type) else column


def days(day: date) -> int:
    """Return a day as conditions read it here: days since 1970."""
    return (day - date(1970, 1, 1)).days


def answered(facts: Mapping[str, Rows], codes: Codes, rules: Mapping[str, Iterable[str]]) -> Answers:
    """Return the answers that the outcomes of every row amount to; `rules` by the fact that they judge."""
    counts: dict[tuple[str, str, Outcome], int] = {}
    unknowns: list[tuple[str, str, str]] = []
    findings: list[Finding] = []
    for name, rows in facts.items():
        places = [(region or "")[:5] for region in rows.table["region"].to_pylist()]
        for rule in rules[name]:
            for (place, code), subjects in Counter(zip(places, codes[rule], strict=True)).items():
                counts[rule, place, OUTCOMES[code]] = subjects
            unknowns += _unknowns(rule, rows, codes[rule])
            findings += _findings(rule, rows, codes[rule])
    return Answers(counts, unknowns, findings)


def _unknowns(rule: str, rows: Rows, codes: Sequence[int]) -> Iterable[tuple[str, str, str]]:
    chosen = rows.table.select([rows.told.key, "region"]).take(_numbers(codes, UNKNOWN))
    keys, regions = (column.to_pylist() for column in chosen.columns)
    return [(rule, key, region or "") for key, region in zip(keys, regions, strict=True)]


def _findings(rule: str, rows: Rows, codes: Sequence[int]) -> Iterable[Finding]:
    told = rows.told
    name, *identifiers = told.party
    for row in rows.table.take(_numbers(codes, VIOLATION)).to_pylist():
        said = tuple(row[field] for field in identifiers)
        yield Finding(rule, row[told.key], row["region"] or "", row[name], said, _evidence(rule, row))


def _numbers(codes: Sequence[int], wanted: int) -> pa.Array:
    return pa.array([number for number, code in enumerate(codes) if code == wanted], pa.int64())


def _evidence(rule: str, row: dict[str, Any]) -> str:
    """Return what a finding rests on, as the product keeps it: all that the rule read and what it declares."""
    if rule == "PDS-TK-01":
        row["unregistered_workers"] = row["employed_workers"] - row["registered_workers"]
    return "{" + ",".join([f'"{name}":{_written(row[name])}' for name in _EVIDENCE[rule]]) + "}"


def _written(value: object) -> str:
    """Return a value as JSON: numbers and booleans bare, dates and text in quotes, nothing said as null."""
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    return f'"{value}"' if isinstance(value, date) else str(value)
