"""Types at the review screen over a million open cases, and says how long each key takes until it is painted.

`python -m bench.screen`: the program itself, started as a person starts it, in a terminal of its own. A key's time is
from its being written to the terminal to the last that is painted of the list in answer, so that the store's answer is
in it; of a file, until it can be read. A filter is pasted and sent in one go.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.caseload import COLLEAGUE, kept_store, make_store
from bench.results import machine
from bench.stores import Databases, Files
from bench.terminal import Place, Terminal, started
from cases.store.database import upgrade_store
from tests.cases.postgresql_server import LASTING, binaries, running

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "SCREEN.md"
PROGRAM = (sys.executable, "-P", "-c", "from cases.cli import main; main()", "review", "--lang", "en")
SIZES = ((80, 24), (200, 50))
LISTS = (Place(4, 23, 1, 80), Place(4, 49, 28, 130))
"""Where the list stands at these sizes, without what is beside it: it is painted again for reasons of its own."""
STARTS = 5
DOWN, UP, PAGE_DOWN, PAGE_UP, ENTER, ESCAPE = b"\x1b[B", b"\x1b[A", b"\x1b[6~", b"\x1b[5~", b"\r", b"\x1b"
SORTS = ("score", "party", "region", "findings", "people", "rupiah", "deadline")
QUERIES = (
    "pt", "timah", "pt timah", "region:19", "region:32.73", "rule:JAKON*", "rule:PDS-TK-01 region:35", "sev>=high",
    "people>=500", "rupiah>=1jt -region:32", "score>=80 cv", f"to:{COLLEAGUE}", "findings>3",
    "region:94 sev>=high koperasi",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of what a person does: keys that are measured, each after keys that are not."""

    name: str
    keys: Sequence[tuple[Sequence[bytes], bytes]]
    until: str = ""
    """What is read when the answer is there; '': the answer is the list."""


def kinds() -> Iterator[Kind]:
    """What a supervisor does with the list, kind by kind."""
    yield Kind("move by a line", [((), key) for key in (*(DOWN,) * 40, *(UP,) * 10)])
    yield Kind("move by a page", [((), key) for key in (*(PAGE_DOWN,) * 24, *(PAGE_UP,) * 6)])
    yield Kind("to the last case, to the first", [((), key) for key in (b"G", b"g") * 6])
    sorts = [pair for name in SORTS for pair in (((b"s", name.encode()), ENTER), ((), b"S"))]
    yield Kind("sort", [*sorts, ((b"s", b"score"), ENTER)])
    yield Kind("filter", [((b"/", b"\x15"), pasted(query) + ENTER) for query in (*QUERIES, "")])
    yield Kind("another queue", [((), key) for key in (b"2", b"3", b"4", b"5", b"1") * 2])
    yield Kind("open a file", [((ESCAPE, DOWN) if turn else (), ENTER) for turn in range(20)], "findings shown")


def pasted(words: str) -> bytes:
    """Return words as a terminal hands over what is pasted: at once, not letter by letter."""
    return b"\x1b[200~" + words.encode() + b"\x1b[201~" if words else b""


def typed(terminal: Terminal, place: Place) -> Iterator[tuple[str, list[float], int]]:
    """Type everything, kind by kind: its name, the seconds of each key, and how many painted nothing."""
    for kind in kinds():
        seconds, silent = [], 0
        for before, key in kind.keys:
            for one in before:
                terminal.press(one, place)
            found = terminal.press_for(key, kind.until) if kind.until else terminal.press(key, place)
            seconds += [] if found is None else [found]
            silent += found is None
        yield kind.name, seconds, silent


def bare() -> float:
    """Return the seconds of an empty Python, started and ended."""
    began = time.perf_counter()
    subprocess.run((sys.executable, "-P", "-c", "pass"), check=True)
    return time.perf_counter() - began


def first_paint(url: str, size: tuple[int, int]) -> tuple[float, float]:
    """Return the seconds from the start until something is painted, and until the first cases are."""
    began = time.perf_counter()
    terminal = started((*PROGRAM, "--store", url), ROOT, size)
    frame = terminal.wait_for("Patuh", began)
    cases = terminal.wait_for("PT ", began)
    terminal.end()
    return frame, cases


def used(url: str, size: tuple[int, int], words: str) -> int:
    """Return the memory of the screen at rest, in bytes."""
    terminal = started((*PROGRAM, "--store", url), ROOT, size)
    terminal.wait_for(words, time.perf_counter())
    terminal.settle(2.0)
    memory = terminal.memory
    terminal.end()
    return memory


def share(seconds: Sequence[float], part: float) -> float:
    """Return the time under which so great a part of them lies."""
    return sorted(seconds)[min(len(seconds) - 1, int(part * len(seconds)))]


def measured(name: str, url: str, empty: str, size: tuple[int, int], place: Place) -> Iterator[str]:
    """Measure one store at one size, and tell it line by line."""
    python = median(bare() for _ in range(STARTS))
    starts = [first_paint(url, size) for _ in range(STARTS)]
    frame, cases = (median(column) - python for column in zip(*starts, strict=True))
    yield f"\n## {name}, {size[0]} by {size[1]}\n"
    yield f"Painted after the start of Python ({python * 1000:.0f} ms): a frame {frame:.2f} s, cases {cases:.2f} s."
    nothing = used(empty, size, "Patuh")
    terminal = started((*PROGRAM, "--store", url), ROOT, size)
    terminal.wait_for("PT ", time.perf_counter())
    terminal.settle(3.0)
    yield "\n| key | times | median ms | p95 ms | longest ms | painted nothing |\n|---|--:|--:|--:|--:|--:|"
    for kind, seconds, silent in typed(terminal, place):
        figures = (median(seconds), share(seconds, 0.95), max(seconds))
        yield f"| {kind} | {len(seconds)} | {' | '.join(f'{one * 1000:.0f}' for one in figures)} | {silent} |"
    more = (terminal.memory - nothing) / 2**20
    yield f"\nMemory after all of it: {more:.0f} MiB above an empty screen ({nothing / 2**20:.0f} MiB).\n"
    terminal.end()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.screen", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000, help="open cases (default 1,000,000)")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "data" / "bench" / "caseload", help="where stores are kept"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="the page that the tables go to")
    parser.add_argument("--stores", nargs="+", choices=STORES, default=list(STORES), help="kinds of stores")
    given = parser.parse_args()
    lines = [
        "# The review screen over a million open cases\n",
        f"`python -m bench.screen`, {given.cases:,} open cases.",
        *machine(),
    ]
    for kind in given.stores:
        for name, url, empty in STORES[kind](given.folder.absolute(), given.cases):
            for size, place in zip(SIZES, LISTS, strict=True):
                for line in measured(name, url, empty, size, place):
                    print(line, flush=True)
                    lines.append(line)
    given.results.write_text("\n".join(lines) + "\n", encoding="utf-8")


def in_a_file(folder: Path, cases: int) -> Iterator[tuple[str, str, str]]:
    """Give the store that the benchmark of pages keeps too, and an empty one."""
    files = Files(folder)
    files.make("empty", None)
    yield "SQLite", kept_store(folder, cases), files.url("empty")


def on_a_server(folder: Path, cases: int) -> Iterator[tuple[str, str, str]]:
    """Give a store with cases and an empty one on a server that is there as long as they are asked."""
    installed = binaries()
    if installed is None:
        print("PostgreSQL is not installed: it is left out", file=sys.stderr)
        return
    with running(installed, LASTING) as server:
        databases = Databases(server)
        for name in ("empty", "full"):
            databases.make(name, None)
            upgrade_store(databases.url(name))
        make_store(databases.url("full"), cases, scratch=folder / "making")
        databases.settle("full")
        yield "PostgreSQL", databases.url("full"), databases.url("empty")


STORES: Mapping[str, Callable[[Path, int], Iterator[tuple[str, str, str]]]] = {
    "sqlite": in_a_file,
    "postgresql": on_a_server,
}


if __name__ == "__main__":
    main()
