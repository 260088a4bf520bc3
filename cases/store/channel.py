"""The scan's own end of the bulk process: orders go out, answers come back, `commit` is the last word.

One `BulkStore` is one transaction: what is read and what is written belong to the same moment of the store. Unless it
is dry, nobody else writes from its first order to its end: they wait. Leaving it without `commit`, or losing either
process at any point, leaves the store as it was.
"""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import SQLModel

import cases
from cases.store.database import open_session, store_exists, upgrade_store
from cases.store.place import BUSY_SECONDS, as_store_error, place_of
from rules.errors import Message, StoreError

_LAUNCH = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from cases.store.bulk import serve; serve(sys.argv[1], sys.argv[2], sys.argv[3] == 'write', int(sys.argv[4]))"
)


class BulkStore:
    """A running bulk process on one store. Made by `open_bulk`."""

    def __init__(self, url: str, scratch: Path, *, dry: bool) -> None:
        self.url, self.place, self.dry = url, place_of(url), dry
        self._scratch = scratch
        self._log = (scratch / "bulk.log").open("w+", encoding="utf-8")
        root = Path(cases.__file__).parents[1]
        self._child = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                _LAUNCH,
                str(root),
                *self.place.bulk,
                "read" if dry else "write",
                str(BUSY_SECONDS),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )
        self._waiting: deque[str] = deque()
        self._files = 0

    @property
    def pid(self) -> int:
        """Return the bulk process's id."""
        return self._child.pid

    def query(self, sql: str, name: str) -> Path:
        """Return the rows of `sql` as a Parquet file.

        SQLite: a column without any value arrives as BIGINT, one of days or of yes and no as text and as BIGINT.
        """
        self._files += 1
        into = self._scratch / f"{self._files:02d}-{name}.parquet"
        self._order(do="query", sql=sql, into=str(into))
        self.settle()
        return into

    def temporary(self, table: str, path: Path) -> None:
        """Begin to load a Parquet file as a temporary table of the store's process."""
        self._order(do="temporary", table=table, path=str(path))

    def append(self, table: str, path: Path) -> None:
        """Begin to append a Parquet file to `table`; it stays only if `commit` follows."""
        assert not self.dry, "a dry run writes nothing"
        self._order(do="append", table=table, path=str(path))

    def prepare(self, sql: str) -> None:
        """Begin to execute one statement that touches temporary tables only."""
        self._order(do="execute", sql=sql)

    def execute(self, sql: str) -> None:
        """Begin to execute one writing statement."""
        assert not self.dry, "a dry run writes nothing"
        self._order(do="execute", sql=sql)

    def settle(self) -> None:
        """Wait until all orders are done. Raises StoreError."""
        while self._waiting:
            self._waiting.popleft()
            answer = self._answer()
            if "error" in answer:
                self._fail(str(answer["error"]))

    def commit(self) -> None:
        """Make all of it last. Raises StoreError when the store is as it was before."""
        self.settle()
        self._order(do="commit")
        self.settle()

    def count_afresh(self, above: Mapping[str, int]) -> dict[str, int]:
        """Return for each table how many rows have a number above the one given, as another connection sees it."""
        with open_session(self.url) as session:
            return {
                name: session.execute(select(func.count()).where(table.c.id > above[name])).scalar_one()
                for name, table in SQLModel.metadata.tables.items()
                if name in above
            }

    def close(self) -> None:
        """End the process; what was not committed is gone."""
        if self._child.stdin:
            with suppress(BrokenPipeError):
                self._child.stdin.close()
        self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()
        self._log.close()

    def _order(self, **order: str) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(order) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            self._lost()
        self._waiting.append(order["do"])

    def _answer(self) -> dict[str, object]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line.endswith("\n"):
            self._lost()
        answer: dict[str, object] = json.loads(line)
        return answer

    def _fail(self, text: str) -> None:
        raise as_store_error(text, self.place)

    def _lost(self) -> None:
        code = self._child.wait()
        self._log.seek(0)
        said = self._log.read().strip().splitlines()
        raise StoreError(
            Message(
                "the process that writes the case store ended too early (exit status {code}): {said}",
                code=str(code),
                said=said[-1],
            )
            if said
            else Message("the process that writes the case store ended too early (exit status {code})", code=str(code)),
            Message("nothing was written; the store is as it was before"),
            Message("run the scan again; if it ends so again, look for a shortage of memory on this machine"),
        )


@contextmanager
def open_bulk(url: str, scratch: Path, *, dry: bool = False) -> Iterator[BulkStore]:
    """Give the bulk process on the store behind `url`, made and brought up to date first.

    `dry`: a store that is missing is not made; an empty one in `scratch` is read in its place.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    if dry and not store_exists(url):
        url = f"sqlite:///{scratch / 'no-store-yet.db'}"
    upgrade_store(url)
    store = BulkStore(url, scratch, dry=dry)
    try:
        yield store
    finally:
        store.close()
