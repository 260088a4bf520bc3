"""Anchor files: what the heads of the cases' chains were after each scan, kept outside the database (docs/proof.md).

`00000007.anchor` is one line of JSON, {"anchor", "at", "before", "cases", "run"}, and a line `case seq hash` for each
case that changed since the file before; `before` is that file's sha256, "" for the first. Also a night without a change
has its file: it proves that the night was, and that nothing had changed. The file of an export has "export" (its queue)
and "sha256" (of the list) in place of "run", and the heads of the cases that persons changed since the newest scan.

A file is written under another name before the store's transaction ends, and takes its own after it; what lies between
when a scan dies is settled by the next.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

import duckdb

from cases.proof.set_anchor import SetAnchor
from cases.store.chain import canonical
from cases.store.channel import BulkStore
from connectors.duck import literal
from connectors.kept_content import sha256_of


@dataclass(frozen=True)
class Anchor:
    """An anchor file as its first line and its bytes have it; `number` is that of its name, `run` "" an export's."""

    path: Path
    number: int
    run: str
    before: str
    sha256: str


def anchor_folder(root: Path, url: str) -> Path:
    """Return the folder of a store's anchor files: by the store's own name, so that two stores do not mix."""
    name = Path(urlsplit(url).path).stem
    return root / (name or "store")


def anchor_files(folder: Path) -> tuple[Path, ...]:
    """Return the anchor files in their order."""
    return tuple(sorted(folder.glob("*.anchor")))


def read_anchor(path: Path) -> Anchor | None:
    """Return what an anchor file says of itself; None where it is none, or no longer one."""
    sha256 = sha256_of(path)
    try:
        with path.open(encoding="utf-8") as stream:
            head = json.loads(stream.readline())
        run = "" if "export" in head else str(head["run"])
        return Anchor(path, int(path.stem), run, str(head["before"]), sha256)
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class Drop:
    """An anchor file that is written and not yet in its place."""

    part: Path
    place: Path
    told: SetAnchor

    def set(self) -> SetAnchor:
        """Put it in its place, unless an export found it and did: the store's transaction has ended well."""
        with suppress(FileNotFoundError):
            self.part.replace(self.place)
        return self.told


def settle(folder: Path, known: Callable[[str], bool]) -> None:
    """Put what a scan left that has ended in its place, and what a dead one or a dead export left away.

    `known` says whether the store has a run. Nobody else may write to the store meanwhile.
    """
    for part in sorted(folder.glob("*.part")):
        found = read_anchor(part)
        if found is not None and known(found.run):
            part.replace(part.with_suffix(".anchor"))
        else:
            part.unlink()


def prepare(folder: Path, said: Mapping[str, str], lines: Iterable[bytes]) -> Drop:
    """Write the next anchor file beside its place; `said` goes into its first line, `lines` are its cases."""
    folder.mkdir(parents=True, exist_ok=True)
    known = anchor_files(folder)
    number = int(known[-1].stem) + 1 if known else 1
    part = folder / f"{number:08d}.part"
    with TemporaryFile() as body, part.open("wb") as stream:
        cases = sum(1 for line in lines if body.write(line))
        body.seek(0)
        head = {"anchor": number, "before": sha256_of(known[-1]) if known else "", "cases": cases, **said}
        stream.write(canonical(head).encode() + b"\n")
        shutil.copyfileobj(body, stream)
        stream.flush()
        os.fsync(stream.fileno())
    return Drop(part, part.with_suffix(".anchor"), SetAnchor(number, sha256_of(part)))


def changed_cases(duck: duckdb.DuckDBPyConnection, store: BulkStore, into: Path) -> Path:
    """Write the lines of the cases in `chained` and of those that persons changed since; empty the list of these."""
    acted = store.query(
        "SELECT u.case_id, e.seq, e.hash FROM unanchored u JOIN event e ON e.case_id = u.case_id "
        "WHERE e.seq = (SELECT max(l.seq) FROM event l WHERE l.case_id = u.case_id)",
        "unanchored",
    )
    store.execute("DELETE FROM unanchored")
    duck.execute(
        f"COPY (SELECT case_id, seq, hash FROM chained UNION ALL BY NAME "
        f"SELECT case_id, seq, CAST(hash AS VARCHAR) AS hash FROM read_parquet({literal(acted)}) a "
        "WHERE case_id NOT IN (SELECT case_id FROM chained) ORDER BY case_id) "
        f"TO {literal(into)} (FORMAT csv, HEADER false, DELIMITER ' ')"
    )
    return into
