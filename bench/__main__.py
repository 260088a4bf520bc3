"""Makes the nation, measures everything in one run, prints the table and writes it to bench/RESULTS.md."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.ground import Nation, assembled_in, rule_book
from bench.nation import keep_nights, make_nation
from bench.results import PAIRS, PARTS, Run, machine, remarks, table
from bench.slices import FIVE
from bench.stores import Databases
from tests.cases.postgresql_server import LASTING, Server, binaries, running

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "RESULTS.md"
SAMPLING = 0.03
"""Seconds between two looks at the memory of a measurement's processes."""


def main() -> None:
    given = arguments()
    nation = Nation(given.folder.absolute())
    make_nation(nation, given.employers, say)
    with measured_stores(nation, given.parts) as server:
        measured = rounds(given, nation, server)
    text = "\n".join(report(given, nation, measured))
    print(text)
    if given.results:
        given.results.write_text(text + "\n", encoding="utf-8")


@contextmanager
def measured_stores(nation: Nation, parts: Sequence[str]) -> Iterator[Server | None]:
    """Give a server with the databases that the nights begin from; None where PostgreSQL is not installed."""
    installed = binaries()
    if installed is None or "nights" not in parts:
        if "nights" in parts:
            say("PostgreSQL is not installed: its nights are left out")
        yield None
        return
    with running(installed, LASTING) as server:
        say("scanning both nights on PostgreSQL")
        keep_nights(nation, Databases(server))
        yield server


def rounds(given: argparse.Namespace, nation: Nation, server: Server | None) -> dict[str, list[Run]]:
    """Measure round by round, so that what disturbs the machine for a while disturbs all of them."""
    pairs = [pair for pair in PAIRS if pair.part in given.parts]
    tasks = dict.fromkeys(task for pair in pairs for task in (pair.task, pair.floor) if task)
    measured: dict[str, list[Run]] = {}
    for number in range(1, given.runs + 1):
        for task in tasks:
            if server is None and task.endswith("postgresql"):
                continue
            run = measure(task, nation, server)
            measured.setdefault(task, []).append(run)
            say(f"run {number}/{given.runs}  {task:30} {run.seconds:8.2f} s  {run.peak:6.0f} MiB")
    return measured


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--employers", type=int, default=1_000_000, help="size of the nation (default 1,000,000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of everything; medians are shown (default 3)")
    parser.add_argument("--folder", type=Path, default=ROOT / "data" / "bench", help="where the nation is kept")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file that the table goes to")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what to measure (default: all)")
    return parser.parse_args()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(task: str, nation: Nation, server: Server | None) -> Run:
    """Run one task in a process of its own and watch the memory of all its processes."""
    words = [sys.executable, "-m", "bench.tasks", task, str(nation.folder), *([str(server.folder)] if server else [])]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    watched = psutil.Process(process.pid)
    highest = 0
    while process.poll() is None:
        highest = max(highest, together(watched))
        time.sleep(SAMPLING)
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"bench: {task} ended with {process.returncode}")
    said = json.loads(output)
    return Run(said["seconds"], highest / 2**20, said)


def together(process: psutil.Process) -> int:
    """Return the memory of a process and its children, in bytes; 0 when it has just ended."""
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        return total
    return total


def report(given: argparse.Namespace, nation: Nation, measured: dict[str, list[Run]]) -> list[str]:
    """Return the page."""
    rules: dict[str, list[str]] = {}
    for rule in rule_book().rules.values():
        rules.setdefault(rule.subject, []).append(rule.id)
    facts = assembled_in(nation.facts)
    return [
        "# Results of `make bench`" if given.parts == PARTS else f"# Results of the bench: {', '.join(given.parts)}",
        "",
        f"{sum(map(len, rules.values()))} rules over {sum(facts[name].rows for name in rules):,} subjects; medians of "
        f"{given.runs} runs made in turn, each a process of its own; the highest peak of each. "
        "Files are in the page cache on both sides. What disturbs the machine disturbs both: the ratios count, not the "
        "seconds.",
        "",
        "| Fact | Subjects | Rules |",
        "|---|--:|---|",
        *(f"| {name} | {facts[name].rows:,} | {', '.join(names)} |" for name, names in rules.items()),
        "",
        *(
            [f"The five rules that durable-rules and plain Python know: {', '.join(FIVE)}.", ""]
            * ("detection" in given.parts)
        ),
        *table(measured),
        "",
        *remarks(measured),
        "",
        *machine(),
    ]


if __name__ == "__main__":
    main()
