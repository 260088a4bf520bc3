"""The table: seconds and peaks of the product beside its floors, with the ratio that was asked for."""

import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

import duckdb
import psutil


@dataclass(frozen=True)
class Run:
    """One measurement: seconds, and the peak of its processes together in MiB."""

    seconds: float
    peak: float
    said: Mapping[str, object]


@dataclass(frozen=True)
class Pair:
    """One line of the table. `floor` None: measured alone. `slower`: the floor is meant to be the slower one."""

    part: str
    title: str
    task: str
    floor_title: str
    floor: str | None
    target: float | None
    slower: bool = False


NAMES: Mapping[str, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _nights(kind: str) -> Sequence[Pair]:
    name = NAMES[kind]
    first, second = "hand-written SQL + bulk writer", "hand-written SQL + open rows + writer"
    return (
        Pair("nights", f"First night, {name}", f"first night on {kind}", first, f"first floor on {kind}", 1.5),
        Pair(
            "nights",
            f"Second night, 1 % changed, {name}",
            f"second night on {kind}",
            second,
            f"second floor on {kind}",
            2.0,
        ),
        Pair("nights", f"Identical night, {name}", f"identical night on {kind}", "", None, None),
    )


PAIRS: Sequence[Pair] = (
    Pair("detection", "Detection, all rules", "detection", "hand-written SQL, same outputs", "detection floor", 1.35),
    Pair(
        "detection",
        "Detection, five rules",
        "detection of five",
        "durable-rules alone (slice, scaled)",
        "durable-rules",
        75,
        True,
    ),
    Pair(
        "detection",
        "Detection, five rules",
        "detection of five",
        "plain Python (slice, scaled)",
        "plain Python",
        None,
        True,
    ),
    Pair("landing", "Landing, tidy registers", "landing delivered", "plain Parquet copy", "copy delivered", 1.5),
    Pair("landing", "Landing, registers with dirt", "landing registers", "plain Parquet copy", "copy registers", None),
    *_nights("sqlite"),
    *_nights("postgresql"),
)
PARTS: Sequence[str] = tuple(dict.fromkeys(pair.part for pair in PAIRS))


def pairs_of(tasks: Collection[str]) -> list[Pair]:
    """Return the lines that these tasks give."""
    return [pair for pair in PAIRS if pair.task in tasks]


PEAK_LIMIT = 1024
"""MiB."""


def middle(runs: Sequence[Run]) -> float:
    """Return the median of the seconds."""
    return median(run.seconds for run in runs)


def peak(runs: Sequence[Run]) -> float:
    """Return the highest peak."""
    return max(run.peak for run in runs)


def table(measured: Mapping[str, Sequence[Run]]) -> list[str]:
    """Return the table in Markdown."""
    lines = [
        "| What | s | MiB | Beside | s | MiB | Ratio | Asked | |",
        "|---|--:|--:|---|--:|--:|--:|--:|---|",
    ]
    return [*lines, *(line(pair, measured) for pair in pairs_of(measured))]


def line(pair: Pair, measured: Mapping[str, Sequence[Run]]) -> str:
    """Return one line of the table."""
    ours = measured[pair.task]
    cells = [pair.title, f"{middle(ours):.2f}", f"{peak(ours):.0f}", pair.floor_title]
    if pair.floor is None:
        return "| " + " | ".join([*cells, "", "", "", "", ""]) + " |"
    theirs = measured[pair.floor]
    ratio = middle(theirs) / middle(ours) if pair.slower else middle(ours) / middle(theirs)
    cells += [f"{middle(theirs):.2f}", f"{peak(theirs):.0f}"]
    cells.append(f"{ratio:.0f} x faster" if pair.slower else f"{ratio:.2f}")
    if pair.target is None:
        return "| " + " | ".join([*cells, "", ""]) + " |"
    met = ratio >= pair.target if pair.slower else ratio <= pair.target
    asked = f"≥ {pair.target:.0f} x" if pair.slower else f"≤ {pair.target}"
    return "| " + " | ".join([*cells, asked, "met" if met else "**missed**"]) + " |"


def remarks(measured: Mapping[str, Sequence[Run]]) -> list[str]:
    """Return what the table alone does not say."""
    highest = max(peak(measured[pair.task]) for pair in pairs_of(measured))
    said = [
        f"- Highest peak of the product: {highest:.0f} MiB (asked: at most {PEAK_LIMIT}; "
        f"{'met' if highest <= PEAK_LIMIT else '**missed**'}). All processes of a measurement together; a database "
        "server's own are not counted."
    ]
    for kind, name in NAMES.items():
        if f"identical night on {kind}" in measured:
            said += _of_nights(kind, name, measured)
    return said + [
        f"- {task}: {median(float(str(run.said['judging'])) for run in measured[task]):.1f} s of it are judging "
        "alone; the rest is making Python objects of the rows, counts, the unknown list, and evidence."
        for task in ("durable-rules", "plain Python")
        if task in measured
    ]


def _of_nights(kind: str, name: str, measured: Mapping[str, Sequence[Run]]) -> list[str]:
    quiet = measured[f"identical night on {kind}"][-1].said["rows"]
    assert isinstance(quiet, dict)
    changed = {table: rows for table, rows in quiet.items() if rows and table != "scan"}
    return [
        f"- The identical night on {name} wrote {changed or 'no row'} beside its own line in `scan`.",
        *(
            f"- The {which} night on {name} found: {measured[f'{which} night on {kind}'][-1].said['findings']}."
            for which in ("first", "second")
        ),
    ]


def machine() -> list[str]:
    """Return the machine and the versions, without a name or a path."""
    memory = psutil.virtual_memory().total / 2**30
    packages = ", ".join(
        f"{name} {version(name)}"
        for name in ("pyarrow", "sqlglot", "adbc-driver-sqlite", "adbc-driver-postgresql", "durable-rules")
    )
    return [
        f"- {platform.machine()}, {psutil.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}",
        f"- Python {platform.python_version()}, DuckDB {duckdb.__version__}, {packages}",
        "- DuckDB: 2 threads on both sides; at most 600 MB for the product, 4 GB for the hand-written detection",
    ]
