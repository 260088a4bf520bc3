"""The rows that a scan rejected: which row of which register, which column, what was wrong with it.

They are read where they lie, in the snapshots of the run; nothing of a row is shown but the value that was rejected,
and that is covered as the field is that its column gives.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow.compute as pc
from pyarrow import parquet

from cases.masking import Cover, cover_of, masked
from connectors.duck import literal, open_duck
from connectors.landed import Landed
from connectors.run_record import Record
from connectors.snapshot import Snapshots
from rules.configuration import Configuration, Source
from rules.errors import Message, UsageError
from rules.model import Vocabulary

BATCH_ROWS: Final = 16_384
_LONG_NUMBER: Final = re.compile(r"\d{13}")


@dataclass(frozen=True)
class RejectFilter:
    """Which rows; None does not narrow. `reason` is a code of `connectors.reasons.Reason`."""

    source: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class RejectCount:
    """How many rows of a source were rejected for one reason; a row may be rejected for several."""

    source: str
    reason: str
    rows: int


@dataclass(frozen=True)
class RejectLine:
    """One value that was rejected. `row` counts from 1, the header left out.

    `column` None: the row could not be split into columns. `value` is covered; None: the cell is empty, or the whole
    row was rejected, `length` signs of it.
    """

    source: str
    row: int
    column: str | None
    value: str | None
    reason: str
    length: int


@dataclass(frozen=True)
class RejectPage:
    """The reasons, most frequent first, and the first of the `total` rejected values.

    `unread` are sources whose rows could not be read, and why.
    """

    run_id: str
    counts: tuple[RejectCount, ...]
    lines: tuple[RejectLine, ...]
    total: int
    unread: tuple[tuple[str, str], ...]
    wanted: RejectFilter


class Rejects:
    """What the newest run rejected. Raises UsageError where no scan has ended yet.

    `scratch` is a folder for spilling.
    """

    def __init__(self, configuration: Configuration, vocabulary: Vocabulary, scratch: Path) -> None:
        snapshots = Snapshots(configuration.state)
        record = snapshots.latest()
        if record is None:
            raise UsageError(
                Message("no scan has ended yet"),
                Message("the list comes from the last scan"),
                Message("run patuh scan first"),
            )
        self._record: Record = record
        self._landed: Mapping[str, Landed] = snapshots.landed(record)
        self._sources, self._scratch = configuration.sources, scratch
        self._covers = {name: column_covers(one, vocabulary) for name, one in self._sources.items()}

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that the run or the run file names."""
        return tuple(sorted({*self._landed, *self._sources}))

    def page(self, wanted: RejectFilter, limit: int) -> RejectPage:
        """Return the reasons and up to `limit` rejected values, by source, row and column."""
        files = self._files(wanted)
        counts: Sequence[tuple[str, str, int, int]] = []
        lines: Sequence[tuple[str, int, str | None, str | None, str]] = []
        if files:
            told = " UNION ALL ".join(
                f'SELECT {literal(name)} AS source, row, "column", value, reason FROM read_parquet({literal(file)})'
                for name, file in files.items()
            )
            where = "" if wanted.reason is None else f" WHERE reason = {literal(wanted.reason)}"
            with closing(open_duck(self._scratch)) as duck:
                counts = duck.execute(
                    f"SELECT source, reason, count(DISTINCT row), count(*) FROM ({told}){where} "
                    "GROUP BY ALL ORDER BY 3 DESC, 1, 2"
                ).fetchall()
                lines = duck.execute(
                    f'FROM ({told}){where} ORDER BY source, row, "column" NULLS FIRST, reason LIMIT ?', [limit]
                ).fetchall()
        return RejectPage(
            run_id=self._record.run_id,
            counts=tuple(RejectCount(source, reason, rows) for source, reason, rows, _ in counts),
            lines=tuple(self._line(*line) for line in lines),
            total=sum(count[3] for count in counts),
            unread=self._unread(wanted),
            wanted=wanted,
        )

    def lines(self, wanted: RejectFilter) -> Iterator[RejectLine]:
        """Yield every rejected value, by source and row, as they are read."""
        for name, path in self._files(wanted).items():
            with parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(BATCH_ROWS, columns=["row", "column", "value", "reason"]):
                    kept = batch if wanted.reason is None else batch.filter(pc.field("reason") == wanted.reason)
                    for row in kept.to_pylist():
                        yield self._line(name, row["row"], row["column"], row["value"], row["reason"])

    def _files(self, wanted: RejectFilter) -> dict[str, Path]:
        return {name: one.rejects for name, one in self._chosen(wanted).items() if one.rejects is not None}

    def _chosen(self, wanted: RejectFilter) -> dict[str, Landed]:
        return {name: one for name, one in sorted(self._landed.items()) if wanted.source in (None, name)}

    def _unread(self, wanted: RejectFilter) -> tuple[tuple[str, str], ...]:
        if wanted.source is not None and wanted.source not in self._landed:
            return ((wanted.source, Message("the last scan did not read it")),)
        return tuple((name, one.missing) for name, one in self._chosen(wanted).items() if one.missing is not None)

    def _line(self, source: str, row: int, column: str | None, value: str | None, reason: str) -> RejectLine:
        length = len(value or "")
        if column is None or value is None:
            return RejectLine(source, row, column, None, reason, length)
        return RejectLine(source, row, column, masked(value, self._cover(source, column, value)), reason, length)

    def _cover(self, source: str, column: str, value: str) -> Cover:
        """Say how a value is covered.

        A column that no field comes from any more may hold anything, and a row whose columns slipped puts the number
        of a human being where nobody looks for one.
        """
        cover = self._covers.get(source, {}).get(column, "number")
        return "number" if cover == "none" and _LONG_NUMBER.search(value) else cover


def column_covers(source: Source, vocabulary: Vocabulary) -> dict[str, Cover]:
    """Say how each column of a source is covered: as the field that it gives, the most private of several."""
    fact = vocabulary.facts[source.fact]
    given = [(column.source or name, name) for name, column in source.columns.items()]
    if not source.columns:  # a connector that knows the fields names its columns as they are
        given = [(name, name) for name in fact.fields]
    covers: dict[str, Cover] = {}
    for column, name in given:
        cover = cover_of(fact, fact.fields[name])
        if covers.get(column, "none") == "none":
            covers[column] = cover
    return covers
