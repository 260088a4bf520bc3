"""What the screen of the last scans says of one of them: small charts, each with its numbers beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cases.caseload.night import NIGHTS
from cases.inert import inert
from cases.region_names import region_names
from cases.review.charts import bar, sparkline
from cases.review.scan_line import clock
from cases.wording import NOT_KNOWN, message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cases.caseload.night import Came, NightScan, NightSource
    from cases.wording import Wording

WIDE: Final = 120
"""From so many columns on the registers stand beside the charts."""
_BAR: Final = 8
_NARROW_BAR: Final = 5
_NARROW_NIGHTS: Final = 7
_REGIONS: Final = 15
_CHANGES: Final = (
    ("opened", "new", message("opened, new")),
    ("resolved", "resolved", message("resolved")),
    ("reopened", "reopened", message("reopened")),
    ("kept", "kept", message("kept")),
    (None, "held", message("held")),
    (None, "subject_gone", message("gone from the register")),
)
"""What a scan counts of cases, of findings, and its words."""


@dataclass(frozen=True)
class _Room:
    """How long bars are, and of how many nights a line of small bars is."""

    bar: int
    nights: int


def night_text(scan: NightScan, regions: tuple[str, ...] | None, wording: Wording, width: int) -> RenderableType:
    """Return how a scan ended, what it changed, what it read, and what came out by rule and region."""
    head = Group(*_ended(scan, wording))
    room = _Room(_BAR, NIGHTS) if width >= WIDE else _Room(_NARROW_BAR, _NARROW_NIGHTS)
    charts = Group(*_changes(scan, wording), *_outcomes(scan, regions, wording, room))
    read = Group(*_sources(scan.sources, wording))
    if width < WIDE:
        return Group(head, charts, read)
    sides = Table.grid(padding=(0, 3), expand=True)
    sides.add_column(ratio=1)
    sides.add_column(ratio=1)
    sides.add_row(charts, read)
    return Group(head, sides)


def _ended(scan: NightScan, wording: Wording) -> list[RenderableType]:
    say = wording.say
    title = say("Scan of {day}", day=wording.date(scan.as_of))
    told = say(
        "Began {start}, took {time}, and ended with results.",
        start=wording.moment(scan.started),
        time=clock(scan.finished - scan.started),
    )
    parts: list[RenderableType] = [Text(title, style="bold"), Text(told)]
    if scan.refused:
        names = ", ".join(inert(one.name, 30) for one in scan.refused)
        refused = wording.plural(
            "{count} register could not be used: {names}",
            "{count} registers could not be used: {names}",
            len(scan.refused),
            names=names,
        )
        parts.append(Text(f"✗ {refused}", style="bold"))
    if scan.held:
        names = ", ".join(inert(one, 30) for one in scan.held)
        parts.append(Text(f"! {say('Held, for a person to decide: {names}', names=names)}", style="bold"))
    if not (scan.refused or scan.held):
        parts.append(Text(f"✓ {say('Every register was used, and no rule was held.')}"))
    return parts


def _changes(scan: NightScan, wording: Wording) -> list[RenderableType]:
    say, number = wording.say, wording.number
    table = _grid(2)
    table.add_row("", Text(say("cases"), style="dim"), Text(say("findings"), style="dim"))
    for of_cases, of_findings, words in _CHANGES:
        counted = "" if of_cases is None else number(scan.cases.get(of_cases, 0))
        table.add_row(Text(say(words)), counted, number(scan.findings.get(of_findings, 0)))
    nights = say(
        "Cases opened, night by night: {chart} {count}", chart=sparkline(scan.opened), count=number(scan.opened[-1])
    )
    return [_heading(say("What changed (over every region)")), table, Text(nights)]


def _outcomes(scan: NightScan, regions: tuple[str, ...] | None, wording: Wording, room: _Room) -> list[RenderableType]:
    say = wording.say
    if scan.rules is None:
        gone = say("What came out by rule is not kept on this machine any more, or the scan ran on another one.")
        return [_heading(say("Outcomes by rule")), Text(gone)]
    where = say("every region") if regions is None else say("only {regions}", regions=", ".join(map(inert, regions)))
    parts: list[RenderableType] = [
        _heading(say("Violations by rule ({where})", where=where)),
        _violations(scan.rules, wording, room, inert),
        _heading(say("Violations by region ({where})", where=where)),
        _violations(scan.regions[:_REGIONS], wording, room, lambda code: _region(code, wording)),
    ]
    rest = scan.regions[_REGIONS:]
    if rest:
        left = wording.number(sum(one.violations for one in rest))
        parts.append(
            Text(
                wording.plural(
                    "and {found} in {count} further region",
                    "and {found} in {count} further regions",
                    len(rest),
                    found=left,
                )
            )
        )
    return [*parts, *_left_open(scan.rules, where, wording, room)]


def _violations(lines: Sequence[Came], wording: Wording, room: _Room, name: Callable[[str], str]) -> RenderableType:
    """Bars of violations, their number of those judged, and the nights before."""
    if not lines:
        return Text(wording.say("Nothing was judged."))
    table = _grid(2)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    say, number = wording.say, wording.number
    heads = ("", say("found"), say("of judged"), say("nights"), "")
    table.add_row(*(Text(words, style="dim") for words in heads))
    most = max(one.violations for one in lines)
    for one in lines:
        told = (number(one.violations), number(one.judged), sparkline(one.nights[-room.nights :]), Text(name(one.name)))
        table.add_row(bar(one.violations, most, room.bar), *told)
    return table


def _left_open(rules: Iterable[Came], where: str, wording: Wording, room: _Room) -> list[RenderableType]:
    say, number = wording.say, wording.number
    parts: list[RenderableType] = [_heading(say("Could not be judged ({where})", where=where))]
    lines = sorted((one for one in rules if one.left_open), key=lambda one: (-one.left_open, one.name))
    if not lines:
        return [*parts, Text(f"✓ {say('Every subject could be judged.')}")]
    table = _grid(2)
    table.add_column(overflow="fold")
    table.add_row("", *(Text(words, style="dim") for words in (say("unknown"), say("error"))), "")
    most = max(one.left_open for one in lines)
    for one in lines:
        counted = (number(one.outcomes.get("unknown", 0)), number(one.outcomes.get("error", 0)))
        table.add_row(bar(one.left_open, most, room.bar), *counted, Text(inert(one.name)))
    return [*parts, table, Text(say("Which subjects and why: data repair, key 7 on the screen of cases."), style="dim")]


def _sources(sources: Iterable[NightSource], wording: Wording) -> list[RenderableType]:
    say = wording.say
    table = _grid(0)
    for _ in range(2):
        table.add_column(overflow="fold")
    for _ in range(2):
        table.add_column(justify="right", no_wrap=True)
    heads = (say("register"), say("as of (days old/allowed)"), say("rows"), say("rejected"))
    table.add_row("", *(Text(words, style="dim") for words in heads))
    told: list[RenderableType] = []
    for one in sources:
        sign = "✗" if one.refused is not None else "✓"
        as_of = f"{wording.date(one.as_of)} {_age(one, wording)}".rstrip()
        table.add_row(
            sign, Text(inert(one.name, 20)), Text(as_of), wording.number(one.rows), wording.number(one.rejected)
        )
        told += _reason(one, wording)
    return [_heading(say("Registers")), table, *told]


def _age(one: NightSource, wording: Wording) -> str:
    if one.archive:
        return wording.say("(archive)")
    if one.age is None:
        return ""
    days = wording.number(one.age)
    return f"({days}/{wording.number(one.fresh_days)})" if one.fresh_days is not None else f"({days})"


def _reason(one: NightSource, wording: Wording) -> list[RenderableType]:
    if one.refused is None:
        return []
    why = inert(wording.tell(one.refused), 600) or wording.say(
        "it did not pass the limits of that night; by those of today it would"
    )
    return [Text(f"✗ {inert(one.name, 30)}: {why}", style="bold")]


def _region(code: str, wording: Wording) -> str:
    if not code:
        return wording.say("(no region in the registers)")
    return f"{inert(code)} {region_names().get(code, NOT_KNOWN)}"


def _grid(numbers: int) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    for _ in range(numbers):
        table.add_column(justify="right", no_wrap=True)
    return table


def _heading(words: str) -> Text:
    return Text(f"\n{words}", style="bold underline")
