"""The same judgement without sets: durable-rules alone, and plain Python, on a slice of the nation, row by row."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from durable.engine import Host, MessageNotHandledException
from pyarrow import parquet

from bench.by_hand import last_overdue
from bench.ground import DAY
from connectors.duck import literal, open_duck

Row = Mapping[str, object]
Violations = list[tuple[str, str]]

DURABLE_SHARE, PYTHON_SHARE = 400, 40
"""One subject in so many is judged; the seconds are multiplied by it."""

_STATE = 1_000
"""Facts in one state of durable-rules: it slows with the facts that a state holds."""

_COLUMNS = {
    "employer": "employer_id AS key, employer_kind, employed_workers, employed_as_of, npp, registered_workers, "
    "registered_as_of, months_unpaid, instalment_plan_kept, _standing_membership",
    "project": "project_key AS key, procurement_kind, fund, stage, contract_date, project_number, "
    "_standing_project_register",
    "partner": "partner_id AS key, cover_until, wage_earner_active, _standing_bpu, _standing_wage_earners",
}


@dataclass(frozen=True)
class Timed:
    """What a way of judging took: `seconds` from Parquet to findings with evidence, `judging` the rules alone."""

    seconds: float
    judging: float
    found: Violations


def cut(facts: Path, share: int, into: Path) -> dict[str, Path]:
    """Write one subject in `share` of each fact to a file of its own; return the files."""
    into.mkdir(parents=True, exist_ok=True)
    files = {}
    with open_duck(into / "scratch") as connection:
        for name, columns in _COLUMNS.items():
            files[name] = into / f"{name}.parquet"
            connection.execute(
                f"COPY (SELECT {columns} FROM read_parquet({literal(facts / f'{name}.parquet')}) "
                f"WHERE hash({_key(name)}, 'slice') % {share} = 0) TO {literal(files[name])} (FORMAT parquet)"
            )
    return files


def _key(name: str) -> str:
    return _COLUMNS[name].split(" ", maxsplit=1)[0]


def _read(files: Mapping[str, Path]) -> dict[str, list[dict[str, object]]]:
    return {name: parquet.read_table(path).to_pylist() for name, path in files.items()}


def _evidence(rows: Mapping[str, list[dict[str, object]]], found: Violations) -> list[str]:
    """Return what each finding rests on, as the product keeps it: all that the rule read."""
    by_key = {str(row["key"]): row for name in rows for row in rows[name]}
    return [json.dumps(by_key[key], default=str) for _, key in found]


def by_python(files: Mapping[str, Path]) -> Timed:
    """Judge by plain functions, a row at a time; no counts by region and no list of unknowns is made."""
    found: Violations = []
    start = time.perf_counter()
    rows = _read(files)
    judging = time.perf_counter()
    for name, judges in _JUDGES.items():
        for row in rows[name]:
            for rule, judge in judges:
                if judge(row):
                    found.append((rule, str(row["key"])))
    judged = time.perf_counter()
    _evidence(rows, found)
    return Timed(time.perf_counter() - start, judged - judging, found)


def _pwbd(row: Row) -> bool | None:
    workers = row["employed_workers"]
    if row["employer_kind"] != "private" or row["npp"] is not None or workers is None:
        return None
    return workers >= 1 and row["_standing_membership"] < 2  # type: ignore[operator]


def _pds(row: Row) -> bool | None:
    counted, registered_as_of = row["employed_as_of"], row["registered_as_of"]
    registered, workers = row["registered_workers"], row["employed_workers"]
    if row["employer_kind"] != "private" or row["npp"] is None or counted is None or registered_as_of is None:
        return None
    if registered is None or workers is None or abs((counted - registered_as_of).days) > 90:  # type: ignore[operator]
        return None
    return registered < workers  # type: ignore[operator, no-any-return]


def _iur(row: Row) -> bool | None:
    months = row["months_unpaid"]
    if row["employer_kind"] != "private" or row["npp"] is None or months is None:
        return None
    return months > 6 and row["instalment_plan_kept"] is False  # type: ignore[operator]


_LAST_OVERDUE = last_overdue(DAY)
_FUNDS = {"APBD", "APBDP"}
_NOT_YET = {"running", "failed", "cancelled"}


def _jakon(row: Row) -> bool | None:
    fund, stage, contract = row["fund"], row["stage"], row["contract_date"]
    if row["procurement_kind"] != "construction" or fund is None or stage is None or stage in _NOT_YET:
        return None
    if contract is None or row["project_number"] is not None or _FUNDS.isdisjoint(str(fund).split(";")):
        return None
    return contract <= _LAST_OVERDUE and row["_standing_project_register"] < 2  # type: ignore[operator]


def _kum(row: Row) -> bool | None:
    cover, active = row["cover_until"], row["wage_earner_active"]
    lapsed = row["_standing_bpu"] < 2 if cover is None else cover < DAY  # type: ignore[operator]
    idle = row["_standing_wage_earners"] < 2 if active is None else not active  # type: ignore[operator]
    return bool(lapsed and idle)


_JUDGES: Mapping[str, tuple[tuple[str, Callable[[Row], bool | None]], ...]] = {
    "employer": (("PWBD-01", _pwbd), ("PDS-TK-01", _pds), ("IUR-03", _iur)),
    "project": (("JAKON-01", _jakon),),
    "partner": (("KUM-01", _kum),),
}


class _ThreadlessHost(Host):  # type: ignore[misc]  # durable-rules has no types
    def _run(self) -> None:
        return


def by_durable(files: Mapping[str, Path]) -> Timed:
    """Assert every subject in durable-rules; no counts by region and no list of unknowns is made.

    It is helped where it can be: it gets only the fields that conditions read, as text and integers, differences, gaps
    and deadlines worked out beforehand, and no rule that catches what is in order. Of the ways tried (a state per
    fact, events, batches, retracting) this is the fastest that gives every violation. On a whole nation a new host
    would have to be begun before 1,024 states are full; that is not charged to it.
    """
    found: Violations = []
    start = time.perf_counter()
    rows = _read(files)
    host = _ThreadlessHost()
    host.set_rulesets({name: _ruleset(name, found) for name in _PATTERNS})
    facts = [(name, _fact(name, row, number)) for name in rows for number, row in enumerate(rows[name])]
    judging = time.perf_counter()
    for name, fact in facts:
        with suppress(MessageNotHandledException):
            host.assert_fact(name, fact)
    judged = time.perf_counter()
    _evidence(rows, found)
    return Timed(time.perf_counter() - start, judged - judging, found)


_PATTERNS: Mapping[str, Mapping[str, list[object]]] = {
    "employer": {
        "PWBD-01": [{"employer_kind": "private"}, {"$gte": {"workers": 1}}, {"known_absent": 1}],
        "PDS-TK-01": [{"employer_kind": "private"}, {"member": 1}, {"$lte": {"gap": 90}}, {"$gte": {"missing": 1}}],
        "IUR-03": [{"employer_kind": "private"}, {"member": 1}, {"$gte": {"months": 7}}, {"kept": 0}],
    },
    "project": {
        "JAKON-01": [
            {"procurement_kind": "construction"},
            {"regional": 1},
            {"started": 1},
            {"known_absent": 1},
            {"overdue": 1},
        ]
    },
    "partner": {"KUM-01": [{"lapsed": 1}, {"idle": 1}]},
}


def _ruleset(name: str, found: Violations) -> dict[str, object]:
    def noting(rule: str) -> Callable[[object], None]:
        def note(closure: object) -> None:
            found.append((rule, str(closure.m.key)))  # type: ignore[attr-defined]

        return note

    return {rule: {"all": [{"m": {"$and": pattern}}], "run": noting(rule)} for rule, pattern in _PATTERNS[name].items()}


def _fact(name: str, row: Row, number: int) -> dict[str, str | int]:
    said = {"employer": _employer, "project": _project, "partner": _partner}[name](row)
    kept = {field: int(value) if isinstance(value, bool) else value for field, value in said.items()}
    plain = {field: value for field, value in kept.items() if isinstance(value, str | int)}
    return {**plain, "key": str(row["key"]), "sid": str(number // _STATE)}


def _employer(row: Row) -> dict[str, object]:
    counted, registered_as_of = row["employed_as_of"], row["registered_as_of"]
    workers, registered = row["employed_workers"], row["registered_workers"]
    both = isinstance(counted, date) and isinstance(registered_as_of, date)
    return {
        "employer_kind": row["employer_kind"],
        "workers": workers,
        "known_absent": row["npp"] is None and row["_standing_membership"] < 2,  # type: ignore[operator]
        "member": row["npp"] is not None,
        "gap": abs((counted - registered_as_of).days) if both else None,  # type: ignore[operator]
        "missing": workers - registered if isinstance(workers, int) and isinstance(registered, int) else None,
        "months": row["months_unpaid"],
        "kept": row["instalment_plan_kept"],
    }


def _project(row: Row) -> dict[str, object]:
    fund, stage, contract = row["fund"], row["stage"], row["contract_date"]
    return {
        "procurement_kind": row["procurement_kind"],
        "regional": fund is not None and not _FUNDS.isdisjoint(str(fund).split(";")),
        "started": stage is not None and stage not in _NOT_YET,
        "known_absent": row["project_number"] is None and row["_standing_project_register"] < 2,  # type: ignore[operator]
        "overdue": isinstance(contract, date) and contract <= _LAST_OVERDUE,
    }


def _partner(row: Row) -> dict[str, object]:
    cover, active = row["cover_until"], row["wage_earner_active"]
    return {
        "lapsed": cover < DAY if isinstance(cover, date) else row["_standing_bpu"] < 2,  # type: ignore[operator]
        "idle": row["_standing_wage_earners"] < 2 if active is None else not active,  # type: ignore[operator]
    }
