"""Pages of lists over a million open cases: every view, order and kind of condition, forwards and back.

Printed, not kept: `python -m bench.pages [--cases N] [--folder F] [--url URL] [--seconds S]`. Lists are drawn by lot,
the same ones each time, as many as the seconds allow. A page is asked for as the screen asks for it, in a session of a
store that is kept open; the first page of each list, the one behind it and the one before that. Processor seconds stand
beside those on the clock, which other work on the machine lengthens.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from statistics import median

from bench.caseload import COLLEAGUE, kept_store
from bench.ground import DAY, rule_book
from bench.results import machine
from cases.access.gate import session_for
from cases.access.identity import Who
from cases.caseload.line import Line
from cases.caseload.lines import Viewer
from cases.caseload.pages import count, page
from cases.caseload.views import VIEWS, View
from cases.caseload.wanted import SORTS, Part, Wanted
from cases.store.database import OpenStore
from rules.configuration import Person

QUERIES = (
    "", "hidden:yes", "rule:JAKON*", "rule:DANA-01", "-rule:IUR*", "region:32", "region:19", "region:19.71",
    "sev>=critical", "pt timah", "samudra", "pt samudra lautan", "s a", "people>=1000", "rupiah>=5m", "due<-400",
    "score>=80", "nr:3090", "to:petugas-05", "to:nobody", "queue:kejaksaan", "since:2026-11-19", "findings>20",
    "rule:JAKON* region:32 pt",
)  # fmt: skip
LIMIT = 50


@dataclass(frozen=True)
class Taken:
    """What one page took, in milliseconds on the clock and of the processor."""

    what: str
    clock: float
    processor: float


@dataclass(frozen=True)
class Asking:
    """A store that is kept open, and who asks it."""

    store: OpenStore
    who: Who
    viewer: Viewer

    def page(self, wanted: Wanted, part: Part) -> tuple[Taken, tuple[Line, ...], bool]:
        clock, processor = time.perf_counter(), time.process_time()
        with session_for(self.store, self.who, _now) as session:
            found = page(session, wanted, self.viewer, part)
        took = Taken(_name(wanted), (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000)
        return took, found.lines, found.more

    def pages(self, wanted: Wanted) -> Iterator[Taken]:
        """Give what the first page took, the one behind it, and the one before that."""
        took, lines, more = self.page(wanted, Part(limit=LIMIT))
        yield took
        if not more:
            return
        took, lines, _ = self.page(wanted, Part(after=lines[-1], limit=LIMIT))
        yield took
        if lines:
            yield self.page(wanted, Part(before=lines[0], limit=LIMIT))[0]

    def counted(self, view: View) -> str:
        clock = time.perf_counter()
        with session_for(self.store, self.who, _now) as session:
            found = count(session, Wanted(view), self.viewer)
        return f"| {view.name} | {found:,} | {(time.perf_counter() - clock) * 1000:.0f} |"


def _now() -> datetime:
    return datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)


def _name(wanted: Wanted) -> str:
    way = "falling" if wanted.descending else "rising"
    return f"{wanted.view.name} · {wanted.sort} {way} · {wanted.query or 'all'}"


def _line(title: str, taken: Sequence[Taken]) -> str:
    def three(values: list[float]) -> str:
        values.sort()
        return f"{median(values):.1f} | {values[int(len(values) * 0.95)]:.1f} | {values[-1]:.1f}"

    clock, processor = three([one.clock for one in taken]), three([one.processor for one in taken])
    return f"| {title} | {len(taken)} | {clock} | {processor} |"


def report(asking: Asking, sorts: Sequence[str], seconds: float) -> Iterator[str]:
    """Give the page, as it is measured."""
    found: dict[str, list[Taken]] = {}
    lists = list(product(VIEWS, sorts, (True, False), QUERIES))
    random.Random(len(lists)).shuffle(lists)
    until, asked = time.monotonic() + seconds, 0
    for view, sort, falling, query in lists:
        if time.monotonic() > until:
            break
        asked += 1
        wanted = Wanted(view, query, sort, falling)
        for took in asking.pages(wanted):
            for title in ("every page", f"view {view.name}", f"order {sort}", f"`{query or 'all'}`"):
                found.setdefault(title, []).append(took)
    yield f"{asked} of {len(lists)} lists, pages of {LIMIT}.\n"
    yield "| Pages | n | p50 ms | p95 | max | p50 ms of processor | p95 | max |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    yield from (_line(title, taken) for title, taken in found.items())
    slowest = sorted(found["every page"], key=lambda one: -one.processor)[:5]
    yield ""
    yield from (f"- slowest: {one.what}: {one.processor:.0f} ms of processor" for one in slowest)
    yield from ("", "| View | Cases | ms to count |", "|---|--:|--:|")
    yield from (asking.counted(view) for view in VIEWS)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path("data/bench/caseload"))
    parser.add_argument("--url", help="a store that is there, in place of one that is made")
    parser.add_argument("--region", action="append", help="whoever asks is for this region alone")
    parser.add_argument("--sorts", nargs="+", choices=SORTS, default=SORTS)
    parser.add_argument("--seconds", type=float, default=150.0, help="so long pages are asked for (default 150)")
    given = parser.parse_args()
    book, regions = rule_book(), tuple(given.region) if given.region else None
    person = Person(COLLEAGUE, COLLEAGUE, frozenset({"supervisor"}), regions)
    viewer = Viewer(COLLEAGUE, DAY, book.priority, book.vocabulary)
    store = OpenStore(given.url or kept_store(given.folder.absolute(), given.cases))
    for line in report(Asking(store, Who(COLLEAGUE, person), viewer), given.sorts, given.seconds):
        print(line, flush=True)
    print("", *machine(), sep="\n")
    store.close()


if __name__ == "__main__":
    main()
