"""The scan's own end of the bulk process: orders go out, answers come back, `commit` is the last word.

One `BulkStore` is one transaction: what is read and what is written belong to the same moment of the store. Leaving
it without `commit`, or losing either process at any point, leaves the store as it was.
"""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import cases
from cases.store.database import BUSY_SECONDS, StoreChangedError, as_store_error, store_path, upgrade_store
from rules.errors import Message, StoreError

_LAUNCH = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from cases.store.bulk import serve; serve(sys.argv[1], int(sys.argv[2]))"
)


class BulkStore:
    """A running bulk process on one store. Made by `open_bulk`."""

    def __init__(self, path: Path, scratch: Path, *, dry: bool) -> None:
        self.path, self.dry = path, dry
        self._scratch = scratch
        self._log = (scratch / "bulk.log").open("w+", encoding="utf-8")
        root = Path(cases.__file__).parents[1]
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-c", _LAUNCH, str(root), str(path), str(BUSY_SECONDS * 1000)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )
        self._waiting: deque[str] = deque()
        self._writing = False
        self._files = 0

    @property
    def pid(self) -> int:
        """Return the bulk process's id."""
        return self._child.pid

    def query(self, sql: str, name: str) -> Path:
        """Return the rows of `sql` as a Parquet file. A column that is NULL throughout arrives as BIGINT."""
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
        self._writing = True
        self._order(do="append", table=table, path=str(path))

    def prepare(self, sql: str) -> None:
        """Begin to execute one statement that touches temporary tables only."""
        self._order(do="execute", sql=sql)

    def execute(self, sql: str) -> None:
        """Begin to execute one writing statement."""
        assert not self.dry, "a dry run writes nothing"
        self._writing = True
        self._order(do="execute", sql=sql)

    def settle(self) -> None:
        """Wait until all orders are done. Raises StoreError, StoreChangedError."""
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
        if self._writing and "database is locked" in text.lower():
            raise StoreChangedError(
                Message(
                    "the case store {path} was changed, or held locked, by another command while the scan matched",
                    path=self.path,
                ),
                Message("what the scan had read was no longer so; nothing was written"),
                Message("run the scan again when the other command has ended"),
            )
        raise as_store_error(text, self.path)

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
    path = store_path(url)
    if dry and not path.exists():
        path = scratch / "no-store-yet.db"
        url = f"sqlite:///{path}"
    upgrade_store(url)
    store = BulkStore(path, scratch, dry=dry)
    try:
        yield store
    finally:
        store.close()
