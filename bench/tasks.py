"""One measurement each: prepare, run once under the clock, say what came out. Run in a process of its own.

Usage: python -m bench.tasks TASK FOLDER [SERVER]. A night "on postgresql" is measured on the server in that folder.
Prints one JSON object: seconds, and what shows that the work was done.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bench.by_durable import by_durable
from bench.by_hand import detect_by_hand, night_by_hand
from bench.by_python import by_python
from bench.ground import STARTED, Nation, assembled_in, emptied, rule_book, work_on
from bench.nation import delivered_sources
from bench.nights import scanned
from bench.slices import DURABLE_SHARE, FIVE, PYTHON_SHARE, Timed, cut
from bench.stores import Databases, Files, Stores, before
from connectors.duck import literal, open_duck
from connectors.land import land
from connectors.snapshot import Snapshots
from engine.detect import detect
from rules.configuration import Source
from rules.load import load
from tests.cases.postgresql_server import Server

Measured = dict[str, object]


def detection(nation: Nation, into: Path, rules: Iterable[str] = ()) -> Measured:
    work, facts = work_on(rule_book(), into / "scratch", rules), assembled_in(nation.facts)
    start = time.perf_counter()
    found = detect(work, facts, into / "found")
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "violations": sum(c.subjects for c in found.counts if c.outcome == "violation")}


def detection_floor(nation: Nation, into: Path) -> Measured:
    start = time.perf_counter()
    counts = detect_by_hand(nation.facts, into)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "violations": sum(subjects for _, _, code, subjects in counts if code == 2)}


def durable(nation: Nation, into: Path) -> Measured:
    return _on_a_slice(by_durable, nation, DURABLE_SHARE, into)


def python(nation: Nation, into: Path) -> Measured:
    return _on_a_slice(by_python, nation, PYTHON_SHARE, into)


def _on_a_slice(judge: Callable[[Mapping[str, Path]], Timed], nation: Nation, share: int, into: Path) -> Measured:
    timed = judge(cut(nation.facts, share, into / "slice"))
    return {
        "seconds": timed.seconds * share,
        "judging": timed.judging * share,
        "violations": len(timed.answers.findings) * share,
        "unknown": len(timed.answers.unknowns) * share,
    }


def _landing(sources: Mapping[str, Source], into: Path) -> Measured:
    facts, snapshots = rule_book().vocabulary.facts, Snapshots(into / "state")
    start = time.perf_counter()
    landed = [land(source, facts[source.fact], snapshots, into / "scratch", STARTED) for source in sources.values()]
    seconds = time.perf_counter() - start
    assert all(one.missing is None for one in landed), [one.missing for one in landed]
    return {"seconds": seconds, "rows": sum(one.rows for one in landed), "rejected": sum(o.rejected for o in landed)}


def _copying(sources: Mapping[str, Source], into: Path) -> Measured:
    rows = 0
    start = time.perf_counter()
    with open_duck(into / "scratch") as connection:
        for name, source in sources.items():
            copied = connection.execute(
                f"COPY (FROM read_parquet({literal(str(source.path))})) TO {literal(into / f'{name}.parquet')} "
                "(FORMAT parquet, COMPRESSION zstd)"
            ).fetchone()
            rows += copied[0] if copied else 0
    return {"seconds": time.perf_counter() - start, "rows": rows}


def _registers(nation: Nation) -> Mapping[str, Source]:
    return load(nation.registers / "rules.yaml").configuration.sources


def _night(nation: Nation, into: Path, stores: Stores, number: int, *, floor: bool) -> Measured:
    facts = assembled_in(nation.facts if number == 1 else nation.changed)
    with before(stores, number) as store:
        start = time.perf_counter()
        if floor:
            night_by_hand(nation, number, store, into / "work")
            return {"seconds": time.perf_counter() - start}
        written = scanned(facts, store, number, into / "work")
        seconds = time.perf_counter() - start
    return {"seconds": seconds, "rows": dict(written.rows), "findings": dict(written.findings)}


TASKS: Mapping[str, Callable[[Nation, Path], Measured]] = {
    "detection": detection,
    "detection floor": detection_floor,
    "detection of five": lambda nation, into: detection(nation, into, FIVE),
    "durable-rules": durable,
    "plain Python": python,
    "landing delivered": lambda nation, into: _landing(delivered_sources(nation), into),
    "copy delivered": lambda nation, into: _copying(delivered_sources(nation), into),
    "landing registers": lambda nation, into: _landing(_registers(nation), into),
    "copy registers": lambda nation, into: _copying(_registers(nation), into),
}
NIGHTS: Mapping[str, tuple[int, bool]] = {
    "first night": (1, False),
    "first floor": (1, True),
    "second night": (2, False),
    "second floor": (2, True),
    "identical night": (3, False),
}
"""What is measured on each kind of store, as `first night on sqlite`: the night's number, and whether its floor is."""


def measure(task: str, nation: Nation, into: Path, server: Path | None) -> Measured:
    """Do one task by its name."""
    night, _, kind = task.partition(" on ")
    if not kind:
        return TASKS[task](nation, into)
    stores = Databases(Server(server)) if server and kind == Databases.kind else Files(nation.stores)
    number, floor = NIGHTS[night]
    return _night(nation, into, stores, number, floor=floor)


def main(task: str, folder: Path, server: Path | None) -> None:
    with emptied(folder / "task") as into:
        print(json.dumps(measure(task, Nation(folder), into, server)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None)
