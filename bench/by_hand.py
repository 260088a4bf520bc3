"""The floors: the same answers by hand-written SQL and the fastest bulk writer, and nothing else."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb

from bench.ground import DAY, Nation, kind_of
from connectors.duck import open_duck
from connectors.sample.days_off import last_overdue, last_overdue_month

SQL = Path(__file__).parent / "floors"
WRITER = SQL / "bulk_writer.py"
WORKING_DAYS = {"contract": 14, "list": 7, "forms": 30}
"""Deadlines in working days, by the name that the hand-written query gives them."""
CALENDAR_END = date(2027, 12, 31)
MEMORY = "4GB"
"""The hand-written detection sorts what it finds at once, which the product's own bound does not bear."""
Counts = list[tuple[str, str, int, int]]


def statements(path: Path, **places: object) -> list[str]:
    """Return the statements of a floor with its `$places` filled in."""
    text = path.read_text(encoding="utf-8")
    for name, value in sorted(places.items(), key=lambda item: -len(item[0])):
        text = text.replace(f"${name}", str(value))
    return [statement for statement in text.split(";\n") if statement.strip()]


def run_sql(path: Path, scratch: Path, **places: object) -> None:
    """Run a floor for its effects."""
    with open_duck(scratch) as connection:
        _execute(connection, path, **places)


def detect_by_hand(facts: Path, into: Path) -> Counts:
    """Run the hand-written detection; return (rule, region, outcome code, subjects)."""
    into.mkdir(parents=True, exist_ok=True)
    places = {"facts": facts, "into": into, "day": DAY, **cut_offs(DAY)}
    with open_duck(into / "scratch", memory=MEMORY) as connection:
        for path in sorted((SQL / "detection").glob("*.sql")):
            _execute(connection, path, **places)
        return connection.execute("SELECT rule, region, outcome, subjects FROM counts ORDER BY ALL").fetchall()


def cut_offs(day: date) -> dict[str, date]:
    """Return the days by which a hand-written query avoids the calendar."""
    found: dict[str, date] = {}
    for name, last in (("overdue", day), ("known", CALENDAR_END + timedelta(days=1))):
        found |= {f"{deadline}_{name}": last_overdue(last, days) for deadline, days in WORKING_DAYS.items()}
        found[f"month_{name}"] = (last_overdue_month(last) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return found


def _execute(connection: duckdb.DuckDBPyConnection, path: Path, **places: object) -> None:
    for statement in statements(path, **places):
        connection.execute(statement)


def night_by_hand(nation: Nation, number: int, store: str, into: Path) -> None:
    """Detect by hand and write the very rows that the scan wrote; on the second night read the open rows first."""
    facts = nation.facts if number == 1 else nation.changed
    script = SQL / ("first_night.sql" if number == 1 else "second_night.sql")
    # The writer starts first, as the scan's own does, so that its start-up is not counted twice.
    writer = subprocess.Popen(
        [sys.executable, str(WRITER), store, str(nation.written(kind_of(store), number)), str(script)],
        stdin=subprocess.PIPE,
        text=True,
    )
    detect_by_hand(facts, into)
    writer.communicate("go\n")
    assert writer.returncode == 0
