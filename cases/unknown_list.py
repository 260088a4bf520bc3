"""The data-repair list: subjects that a rule could not judge, by the source and field to blame, from one run.

The run keeps it as `<state>/runs/<run_id>/unknowns.parquet` with the columns of `engine.findings.UNKNOWN_COLUMNS`.
It is read where it lies, page by page: a nation has millions of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cases.masking import mask_key
from connectors.duck import literal, open_duck
from rules.errors import Message, UsageError

if TYPE_CHECKING:
    from rules.model import Vocabulary


@dataclass(frozen=True)
class UnknownFilter:
    """Which subjects; None does not narrow. `region` is a Kemendagri code of any level.

    `within`: the regions of who asks; None: all of them.
    """

    rule: str | None = None
    source: str | None = None
    region: str | None = None
    within: tuple[str, ...] | None = None


@dataclass(frozen=True)
class UnknownLine:
    """One subject that `rule` could not judge, at which line of the rule, and what was not said.

    `field` None: the line itself did not hold. `source` None: no register offers the field. `reason` is a
    `connectors.landed.Standing`; 0: the register has the row but not the value.
    """

    rule: str
    subject: str
    region: str | None
    line: str
    field: str | None
    source: str | None
    reason: int


@dataclass(frozen=True)
class UnknownCount:
    """How many subjects share one cause; `line` is said where no field is: that line itself did not hold."""

    rule: str
    source: str | None
    field: str | None
    line: str | None
    reason: int
    subjects: int


@dataclass(frozen=True)
class UnknownPage:
    """The causes, most frequent first, and some of the `total` lines from `offset` on.

    `next_offset` None: this was the last page.
    """

    run_id: str
    counts: tuple[UnknownCount, ...]
    lines: tuple[UnknownLine, ...]
    total: int
    next_offset: int | None
    wanted: UnknownFilter


def unknowns_file(state: Path, run_id: str) -> Path:
    """Return where a run keeps its unknowns."""
    return state / "runs" / run_id / "unknowns.parquet"


@dataclass(frozen=True)
class UnknownSource:
    """Where the list is read: the state folder, the run, a folder for spilling, the vocabulary, covered or not."""

    state: Path
    run_id: str
    scratch: Path
    vocabulary: Vocabulary
    unmask: bool = False


def list_unknowns(source: UnknownSource, wanted: UnknownFilter, offset: int = 0, limit: int = 50) -> UnknownPage:
    """Return the causes and up to `limit` subjects. Raises UsageError when the run kept no list."""
    read, values = _read(source, wanted)
    duck = open_duck(source.scratch)
    try:
        counts = duck.execute(
            "SELECT rule, source, field, CASE WHEN field IS NULL THEN line END AS line, reason, count(*) AS subjects "
            f"{read} GROUP BY 1, 2, 3, 4, 5 ORDER BY subjects DESC, 1, 2, 3, 4, 5",
            values,
        ).fetchall()
        rows = duck.execute(
            f"SELECT rule, fact, subject_key, region, line, field, source, reason {read} "
            "ORDER BY rule, source, field, region, subject_key LIMIT ? OFFSET ?",
            [*values, limit, offset],
        ).fetchall()
    finally:
        duck.close()
    total = sum(count[5] for count in counts)
    following = offset + len(rows)
    return UnknownPage(
        run_id=source.run_id,
        counts=tuple(UnknownCount(*count) for count in counts),
        lines=tuple(_line(row, source) for row in rows),
        total=total,
        next_offset=following if following < total else None,
        wanted=wanted,
    )


def unknown_subjects(source: UnknownSource, wanted: UnknownFilter) -> int:
    """Return how many subjects there are, each once however many rules could not judge it. Raises UsageError."""
    read, values = _read(source, wanted)
    duck = open_duck(source.scratch)
    try:
        counted = duck.execute(f"SELECT count(*) FROM (SELECT DISTINCT fact, subject_key {read})", values).fetchall()
    finally:
        duck.close()
    return int(counted[0][0])


def _read(source: UnknownSource, wanted: UnknownFilter) -> tuple[str, list[object]]:
    """Return what is read and its values. Raises UsageError when the run kept no list."""
    file = unknowns_file(source.state, source.run_id)
    if not file.is_file():
        raise UsageError(
            Message("run {run_id} has no list of unknowns at {file}", run_id=source.run_id, file=file),
            Message("without it nobody can say which subjects could not be judged"),
            Message("run patuh scan again; the list is written at its end"),
        )
    where, values = filter_sql(wanted)
    return f"FROM read_parquet({literal(file)}){where}", values


def filter_sql(wanted: UnknownFilter) -> tuple[str, list[object]]:
    """Return the condition of a filter over the list, and its values."""
    parts: list[str] = []
    values: list[object] = []
    for name, value in (("rule", wanted.rule), ("source", wanted.source)):
        if value is not None:
            parts.append(f"{name} = ?")
            values.append(value)
    if wanted.region is not None:
        parts.append("(region = ? OR starts_with(region, ?))")
        values += [wanted.region, f"{wanted.region}."]
    if wanted.within is not None:
        lies = " OR ".join(["region = ? OR starts_with(region, ?)"] * len(wanted.within))
        parts.append(f"({lies})")
        values += [text for one in wanted.within for text in (one, f"{one}.")]
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _line(row: Sequence[object], source: UnknownSource) -> UnknownLine:
    rule, fact, key, region, line, field, blamed, reason = row
    known = source.vocabulary.facts.get(str(fact))
    return UnknownLine(
        rule=str(rule),
        subject=str(key) if source.unmask else mask_key(str(key), known),
        region=None if region is None else str(region),
        line=str(line),
        field=None if field is None else str(field),
        source=None if blamed is None else str(blamed),
        reason=int(str(reason or 0)),
    )
