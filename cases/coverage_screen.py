"""Coverage on a terminal: the table, and below it where each denominator comes from and what is not known."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cases.coverage import CoverageLine, CoverageOrder, CoveragePage, Denominator, Target
from cases.coverage_query import CoverageFilter
from cases.inert import inert
from cases.next_step import PLAIN, Typed
from cases.rendering import indented, next_line, typed_options
from cases.tables import RuledTable
from cases.wording import NOT_KNOWN, Wording, message

SHOWN: Final = 5
"""Sources of one line that a screen shows; --json has all of them."""

ABOUT: Final = "±"
"""Before a number that is only known within a span."""

NOTES: Final[Mapping[str, str]] = {
    "participants_differ": message("two numbers of participants are said for one segment: neither is used"),
    "workers_differ": message("two denominators are said for one segment: neither is used; leave one in the register"),
    "parts_differ": message("formal and informal do not add up to the number for both, which is the one used"),
    "published_differs": message("the published coverage is another than the one these numbers give"),
}


def coverage_screen(
    page: CoveragePage, wording: Wording, typed: Typed = PLAIN, given: Sequence[str] = ()
) -> RenderableType:
    """Return a page of coverage, ending with the command that follows; `given` are options to be said again."""
    say = wording.say
    if page.reason is not None:
        reason = wording.tell(page.reason)
        told = Text(say("The register of the workforce cannot be counted by: {reason}", reason=reason), style="red")
        return Group(told, next_line(wording, ("patuh sources check",), typed))
    parts: list[RenderableType] = []
    if page.lines:
        parts += [_table(page, wording), Text(), *_details(page.lines, wording), Text(), *_targets(page, wording)]
    else:
        parts.append(Text(say("No row of the register matches.")))
    parts += [Text(told, style="yellow") for told in _not_counted(page, wording)]
    return Group(*parts, next_line(wording, _following(page, given), typed))


def _table(page: CoveragePage, wording: Wording) -> Table:
    say, by = wording.say, page.order.by
    table = RuledTable(
        title=say("Participants against workers"), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    if by == "region":
        table.add_column(say("Region"), overflow="fold", min_width=12)
    table.add_column(say("Year"), no_wrap=True)
    if by == "segment":
        table.add_column(say("Segment"), overflow="fold")
    for name in (say("Participants"), say("Workers"), say("Coverage"), say("Target"), say("Gap")):
        table.add_column(name, justify="right", overflow="fold")
    for line in page.lines:
        front = {
            "region": (_place(line), str(line.year)),
            "segment": (str(line.year), _segment(line.segment, wording)),
            "year": (str(line.year),),
        }[by]
        table.add_row(*front, *_numbers(line, wording))
    return table


def _place(line: CoverageLine) -> str:
    return inert(f"{line.region or ''} {line.name or ''}".strip(), 80)


def _segment(segment: str | None, wording: Wording) -> str:
    return wording.say(segment) if segment else NOT_KNOWN


def _numbers(line: CoverageLine, wording: Wording) -> tuple[str, ...]:
    about = ABOUT if line.follows else ""
    gap = NOT_KNOWN
    if line.gap is not None:
        gap = f"{about}{wording.number(line.gap[0])}" if line.gap[2] else wording.say("met")
    return (
        _number(line.participants, wording),
        _number(line.workers, wording, about),
        NOT_KNOWN if line.coverage is None else wording.percent(line.coverage),
        NOT_KNOWN if line.target is None else _percent(line.target.percent, wording),
        gap,
    )


def _number(number: int | None, wording: Wording, about: str = "") -> str:
    return NOT_KNOWN if number is None else f"{about}{wording.number(number)}"


def _percent(value: Decimal, wording: Wording) -> str:
    """Write a given or published share with every digit that it has, and two decimals at least."""
    exponent = value.normalize().as_tuple().exponent
    return wording.percent(value, max(2, -exponent if isinstance(exponent, int) else 2))


def _details(lines: Sequence[CoverageLine], wording: Wording) -> Iterator[RenderableType]:
    for line in lines:
        words = [_place(line), str(line.year)]
        if line.segment:
            words.append(_segment(line.segment, wording))
        yield Text(" ".join(word for word in words if word), style="bold")
        for told, style in _told(line, wording):
            yield indented(told, style)


def _told(line: CoverageLine, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield what has to be known to read the numbers of a line, with its style."""
    say, number = wording.say, wording.number
    if line.participants is None:
        yield say("participants: not known"), "yellow"
    else:
        yield say("participants as of {days}", days=_days(line.participants_days, wording)), ""
    yield from ((_denominator(one, wording), "") for one in line.denominators[:SHOWN])
    if len(line.denominators) > SHOWN:
        yield say("… and {count} more", count=number(len(line.denominators) - SHOWN)), ""
    if line.workers is None:
        yield say("denominator: not known"), "yellow"
    elif line.workers == 0:
        yield say("the denominator is zero: no coverage can be counted"), "yellow"
    if line.follows and line.coverage is not None:
        span = {"low": number(line.low or 0), "high": number(line.high or 0)}
        yield say("the workers follow from a published, rounded coverage: {low} to {high}", **span), ""
        if line.gap is not None and line.gap[2]:
            yield say("so the gap is {low} to {high} people", low=number(line.gap[1]), high=number(line.gap[2])), ""
    yield from ((told, "yellow") for told in _doubts(line, wording))


def _doubts(line: CoverageLine, wording: Wording) -> Iterator[str]:
    say, number = wording.say, wording.number
    yield from (say(NOTES[note]) for note in line.notes)
    if line.coverage is not None and line.coverage > 100:  # noqa: PLR2004 - per cent
        yield say("more participants than workers: the two numbers do not speak of the same people")
    if line.sources > 1:
        yield say("denominators of {count} different sources stand side by side here", count=number(line.sources))
    if line.counted and line.counted < line.regions:
        yield say(
            "{counted} of {regions} regions are counted; of the others a number is missing ({people} participants)",
            counted=number(line.counted),
            regions=number(line.regions),
            people=number(line.left_out),
        )
    if line.within:
        yield say(
            "{count} regions lie in a region that is counted, or are counted by their parts, and are not added again",
            count=number(line.within),
        )


def _denominator(one: Denominator, wording: Wording) -> str:
    say = wording.say
    number = ""
    if one.workers is not None:
        number = say("{count} workers", count=wording.number(one.workers))
    elif one.published is not None:
        number = say("published coverage {percent}", percent=_percent(one.published, wording))
    regions = say("{count} regions", count=wording.number(one.regions)) if one.regions > 1 else ""
    source = inert(one.source) if one.source else say("source not said")
    told = (_segment(one.segment, wording) if one.segment else "", number, regions, source, _days(one.days, wording))
    return say("denominator: {told}", told=", ".join(word for word in told if word))


def _days(days: tuple[date | None, date | None], wording: Wording) -> str:
    first, last = days
    if first is None or last is None:
        return wording.say("a day that is not said")
    if first == last:
        return wording.date(first)
    return wording.say("{first} to {last}", first=wording.date(first), last=wording.date(last))


def _targets(page: CoveragePage, wording: Wording) -> Iterator[RenderableType]:
    """Yield each year's target with its source, and what a target is not."""
    say = wording.say
    found: dict[Target | None, list[int]] = {}
    for line in page.lines:
        years = found.setdefault(line.target, [])
        if line.year not in years:
            years.append(line.year)
    for target, years in found.items():
        shown = ", ".join(map(str, sorted(years)))
        if target is None:
            yield Text(say("Target of {years}: not known; --target gives one.", years=shown), style="yellow")
        elif target.source is None:
            yield Text(say("Target {percent}, as given.", percent=_percent(target.percent, wording)))
        else:
            percent, source = _percent(target.percent, wording), inert(target.source)
            yield Text(
                f"{say('Target of {years}: {percent}.', years=shown, percent=percent)} {source} ({target.checked})"
            )
    yield Text(say("A target is no duty of an employer: nothing here is a finding."))


def _not_counted(page: CoveragePage, wording: Wording) -> Iterator[str]:
    say, number = wording.say, wording.number
    if page.unplaced:
        yield say(
            "{rows} rows do not say their region, year or segment and are counted nowhere ({people} participants).",
            rows=number(page.unplaced),
            people=number(page.unplaced_participants),
        )
    if page.rejected:
        yield say("{rows} rows of the registers were rejected and are counted nowhere.", rows=number(page.rejected))


def _following(page: CoveragePage, given: Sequence[str]) -> Sequence[str]:
    order = page.order
    if not page.lines:
        return ("patuh sources check" if order.wanted == CoverageFilter() else "patuh coverage",)
    again = f" {shlex.join(given)}" if given else ""
    if page.next_offset is not None:
        return (f"patuh coverage --by {order.by}{_narrowed(order)}{again} --offset {page.next_offset}",)
    other = {"region": "segment", "segment": "year", "year": "region"}[order.by]
    return (f"patuh coverage --by {other}{_narrowed(order)}{again}",)


def _narrowed(order: CoverageOrder) -> str:
    wanted = order.wanted
    year = None if wanted.year is None else str(wanted.year)
    return typed_options({"region": wanted.region, "year": year, "segment": wanted.segment})
