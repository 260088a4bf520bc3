"""The LKPP ISB chain of a folder, as project facts: announcement, winner, award, contract, order to start, hand-over.

Its columns carry the vocabulary's own names, so `columns:` may be left out in rules.yaml. The spine is the
announcement: whatever is later in the chain only adds to it.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from connectors.duck import literal
from connectors.isb_files import NONTENDER, PART_NAMES, PARTS, TENDER, ChainFile, chain_files
from connectors.isb_query import PROJECT_COLUMNS, orphans_query, projects_query, unusable_query
from connectors.raw import Raw, check_columns, unreadable
from connectors.regions import REGIONS
from rules.configuration import Source
from rules.errors import Message

FORMAT = b"isb 2"
"""Part of the hash: raised when the same files would give other projects."""


class IsbFolder:
    """Reads a folder of ISB JSON files."""

    def sha256(self, source: Source) -> str | None:
        """Return the hash over the chain's files, their names and the region table; raises SourceError as `open`."""
        total = hashlib.sha256(FORMAT + REGIONS.read_bytes())
        for file in self._files(source)[0]:
            total.update(file.path.name.encode() + b"\0")
            with file.path.open("rb") as content:
                total.update(hashlib.file_digest(content, "sha256").digest())
        return total.hexdigest()

    def open(self, source: Source, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Raw:
        """Read the chain into one table of projects, all text.

        Raises SourceError when the folder or its announcements are not there, or a file is not whole.
        """
        files, others = self._files(source)
        for file in files:
            self._check(source, file, connection)
        path, rejects = scratch / "isb.parquet", scratch / "isb.rejects.parquet"
        connection.execute(f"COPY ({projects_query(files)}) TO {literal(path)} (FORMAT parquet)")
        rejected = _count(connection, f"COPY ({unusable_query(files)}) TO {literal(rejects)} (FORMAT parquet)")
        sha256 = self.sha256(source)
        assert sha256 is not None
        check_columns(source, PROJECT_COLUMNS)
        return Raw(
            relation=f"read_parquet({literal(path)})",
            row="_row",
            columns=dict.fromkeys(PROJECT_COLUMNS, "VARCHAR"),
            sha256=sha256,
            rejects=rejects if rejected else None,
            rejected=rejected,
            notes=tuple(_notes(files, others, path, connection)),
        )

    @staticmethod
    def _files(source: Source) -> tuple[tuple[ChainFile, ...], tuple[str, ...]]:
        if source.path is None or not source.path.is_dir():
            raise unreadable(
                source,
                Message("is not a folder"),
                Message("say the folder of the ISB files as sources.{source}.path in rules.yaml", source=source.name),
            )
        files, others = chain_files(source.path)
        if not any(file.part == "announcement" for file in files):
            raise unreadable(
                source,
                Message(
                    "has no announcement file (a name ending in TenderPengumuman.json or NonTenderPengumuman.json)"
                ),
                Message("deliver the announcements: every project begins with one"),
            )
        return files, others

    @staticmethod
    def _check(source: Source, file: ChainFile, connection: duckdb.DuckDBPyConnection) -> None:
        """Read a file once, so that one that is cut off is named before anything is made of it."""
        try:
            connection.execute(
                f"SELECT count(json) FROM read_json_objects({literal(file.path)}, format = 'auto')"
            ).fetchone()
        except duckdb.Error as error:
            detail = str(error).splitlines()[0]
            raise unreadable(
                source,
                Message("{name} is not whole JSON: {detail}", name=file.path.name, detail=detail),
                Message("deliver the file again; it was cut off or is another format"),
            ) from None


def _notes(
    files: tuple[ChainFile, ...], others: tuple[str, ...], path: Path, connection: duckdb.DuckDBPyConnection
) -> Iterator[str]:
    """Yield what a person should know of this folder."""
    for kind in (TENDER, NONTENDER):
        there = {file.part for file in files if file.kind == kind}
        absent = [part for part in PARTS if part not in there and not (part == "bidder" and kind == NONTENDER)]
        if absent:
            yield Message("{kind}: no file for {parts}", kind=kind, parts=tuple(PART_NAMES[part] for part in absent))
        if "announcement" in there and "contract" not in there:
            yield Message(
                "{kind}: without a contract file the stage of its packages is unknown, "
                "unless they failed or were cancelled",
                kind=kind,
            )
    if others:
        yield Message("not part of the chain, left aside: {names}", names=", ".join(others))
    for part, packages in connection.execute(orphans_query(files)).fetchall():
        yield Message(
            "{count} packages of the {part} files have no announcement here and are left out",
            count=packages,
            part=PART_NAMES[part],
        )
    unplaced = _count(connection, f"SELECT count(*) FROM read_parquet({literal(path)}) WHERE region IS NULL")
    if unplaced:
        yield Message(
            "{count} projects have no region: neither their location nor their buyer names one that is known",
            count=unplaced,
        )


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])
