"""Anchor files: what the heads of the cases' chains were after each scan, kept outside the database (docs/proof.md).

`00000007.anchor` is one line of JSON, {"anchor", "at", "before", "cases", "run"}, and a line `case seq hash` for each
case that changed since the file before; `before` is that file's sha256, "" for the first. Also a night without a change
has its file: it proves that the night was, and that nothing had changed. A file is written under another name before
the store's transaction ends, and takes its own after it; what lies between when a scan dies is settled by the next.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
from pyarrow import parquet

from cases.store.chain import canonical
from cases.store.channel import BulkStore
from connectors.duck import literal
from connectors.kept_content import sha256_of


@dataclass(frozen=True)
class Anchor:
    """An anchor file as its first line and its bytes have it; `number` is that of its name."""

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
        return Anchor(path, int(path.stem), str(head["run"]), str(head["before"]), sha256)
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class Drop:
    """An anchor file that is written and not yet in its place."""

    part: Path
    place: Path

    def set(self) -> None:
        """Put it in its place: the store's transaction has ended well."""
        self.part.replace(self.place)


def settle(folder: Path, store: BulkStore) -> None:
    """Put what a dead scan left in its place if the store has that scan, else away."""
    for part in sorted(folder.glob("*.part")):
        found = read_anchor(part)
        run = literal("" if found is None else found.run)
        kept = store.query(f"SELECT count(*) AS scans FROM scan WHERE run_id = {run}", "anchored")
        if parquet.read_table(kept).to_pylist()[0]["scans"]:
            part.replace(part.with_suffix(".anchor"))
        else:
            part.unlink()


def prepare(folder: Path, run: str, at: str, lines: Path) -> Drop:
    """Write the next anchor file beside its place; `lines` are those of the cases that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    known = anchor_files(folder)
    number = int(known[-1].stem) + 1 if known else 1
    part = folder / f"{number:08d}.part"
    with lines.open("rb") as body, part.open("wb") as stream:
        cases = sum(1 for _ in body)
        body.seek(0)
        head = {"anchor": number, "at": at, "before": sha256_of(known[-1]) if known else "", "cases": cases, "run": run}
        stream.write(canonical(head).encode() + b"\n")
        shutil.copyfileobj(body, stream)
        stream.flush()
        os.fsync(stream.fileno())
    return Drop(part, part.with_suffix(".anchor"))


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
