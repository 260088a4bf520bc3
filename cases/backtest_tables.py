"""What a backtest found, for a person and for a machine."""

from collections.abc import Iterator
from dataclasses import asdict

from rich import box
from rich.console import RenderableType
from rich.text import Text

from cases.backtest import Backtest, BacktestLine
from cases.inert import inert
from cases.next_step import Typed
from cases.tables import RuledTable
from cases.wording import Wording, message

RUN_SHOWN = 15
"""Signs of a run id that a table shows: day and time, a beginning that `patuh replay` takes."""

COLUMNS = (
    message("run"),
    message("judged"),
    message("both"),
    message("would close"),
    message("would open"),
    message("unknown"),
)


def backtest_parts(found: Backtest, wording: Wording, typed: Typed) -> Iterator[RenderableType]:
    """Yield the runs with their totals, some subjects, and the step that follows."""
    say = wording.say
    title = say("{rule} as it is and as the file says", rule=found.rule)
    table = RuledTable(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    rows = [
        (f"{wording.date(line.as_of)}\n{line.run_id[:RUN_SHOWN]}", *_numbers(line, wording)) for line in found.lines
    ]
    rows.append((say("total"), *_numbers(found.total, wording)))
    for position, column in enumerate(COLUMNS):
        heading = say(column)
        # A heading may fold between its words, a number or a day may not.
        whole = [*heading.split(), *(part for row in rows for part in row[position].splitlines())]
        table.add_column(heading, justify="right" if position else "left", width=max(map(len, whole)))
    for row in rows:
        table.add_row(*row, end_section=len(rows) > 1 and row is rows[-2])
    yield table
    if found.opened:
        yield Text(say("Would have opened, for example: {subjects}", subjects=_shown(found.opened)))
    if found.closed:
        yield Text(say("Would have closed, for example: {subjects}", subjects=_shown(found.closed)))
    for run_id, reason in found.left_out.items():
        yield Text(say("{run} was left out: {reason}", run=run_id, reason=wording.tell(reason)), style="yellow")
    yield Text(say("Next: {command}", command=typed.again("patuh rules check")))


def _shown(subjects: tuple[str, ...]) -> str:
    return ", ".join(map(inert, subjects))


def _run(line: BacktestLine, wording: Wording) -> str:
    return f"{wording.date(line.as_of)}\n{line.run_id[:RUN_SHOWN]}"


def _numbers(line: BacktestLine, wording: Wording) -> tuple[str, ...]:
    numbers = map(wording.number, (line.judged, line.both, line.closed, line.opened))
    unknown = wording.number(line.unknown)
    if line.unknown_now != line.unknown:
        unknown = f"{unknown}\n→ {wording.number(line.unknown_now)}"
    return *numbers, unknown


def backtest_json(found: Backtest) -> dict[str, object]:
    """Return what a machine reads of a backtest."""

    def line_json(line: BacktestLine) -> dict[str, object]:
        return {name: value for name, value in asdict(line).items() if name not in ("run_id", "as_of")}

    return {
        "rule": found.rule,
        "runs": [{"run_id": line.run_id, "as_of": str(line.as_of), **line_json(line)} for line in found.lines],
        "total": line_json(found.total),
        "would_open": list(found.opened),
        "would_close": list(found.closed),
        "left_out": dict(found.left_out),
    }
