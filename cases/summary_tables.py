"""The summary for a person: what was read, what came out, what could not be judged, where to go next."""

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.next_step import PLAIN, Typed
from cases.proof.set_anchor import SetAnchor
from cases.summary import OUTCOMES, SourceLine, Summary
from cases.tables import RuledTable
from cases.wording import Wording, message
from engine.findings import NotJudged
from rules.errors import TROUBLE, Message

OUTCOME_TITLES = {
    "violation": message("violation"),
    "pass": message("pass"),
    "unknown": message("unknown"),
    "not_applicable": message("not applicable"),
    "waived": message("waived"),
    "error": message("error"),
}
CHANGE_TITLES = {
    "new": message("new"),
    "kept": message("kept"),
    "resolved": message("resolved"),
    "reopened": message("reopened"),
    "held": message("held"),
    "opened": message("opened"),
}


def show(summary: Summary, console: Console, wording: Wording, typed: Typed = PLAIN) -> None:
    """Print the whole summary on `console` (stdout)."""
    for part in parts(summary, wording, typed):
        console.print(part)


def parts(summary: Summary, wording: Wording, typed: Typed = PLAIN) -> Iterator[RenderableType]:
    """Yield the summary's parts in reading order."""
    yield from _head(summary, wording)
    yield sources_table(summary.sources, wording)
    yield from _rejected(summary, wording, typed)
    yield _outcomes(summary, wording)
    yield _changes(summary, wording)
    yield _queues(summary, wording)
    yield from _not_judged(summary, wording)
    yield from _held(summary, wording, typed)
    yield from _ended(summary, wording, typed)
    yield from _notices(summary, wording, typed)
    if summary.rehearsal:
        command = typed.again(f"patuh replay {summary.run_id}")
        yield Text(wording.say("What this day was judged by is kept; to prove the answer: {command}", command=command))
    if summary.anchor is not None:
        yield Text(anchor_words(summary.anchor, wording))
    yield Text(_next_step(summary, wording, typed))


def anchor_words(anchor: SetAnchor, wording: Wording) -> str:
    """Name an anchor file and its sha256, which proves on paper all files before it."""
    return wording.say("Anchor {number}: {sha256}", number=f"{anchor.number:08d}", sha256=anchor.sha256)


def _head(summary: Summary, wording: Wording) -> Iterator[RenderableType]:
    yield Text(wording.say("Scan {run} for {day}", run=summary.run_id, day=wording.date(summary.as_of)), style="bold")
    if summary.reconstruction:
        yield Text(
            wording.say(
                "RECONSTRUCTION: no snapshot had landed by that day; today's registers were read as if it were then."
            ),
            style="yellow",
        )
    if summary.dry_run:
        yield Text(wording.say("Dry run: this is what would change; nothing was written."), style="yellow")


def _table(title: str, columns: tuple[str, ...], text_columns: int = 1) -> Table:
    # Eighty columns hold the widest of these tables only where no space is spent on lines between the columns.
    table = RuledTable(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=0)
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position < text_columns else "right", overflow="fold")
    return table


def sources_table(lines: Iterable[SourceLine], wording: Wording) -> RenderableType:
    """Return the table of registers, what was read and of which day, and below it what a person should know of each."""
    say, shown = wording.say, tuple(lines)
    columns = (say("source"), say("as of"), say("standing"), say("rows"), say("rejected"))
    table = _table(say("Sources"), columns, text_columns=3)
    for line in shown:
        table.add_row(
            line.name,
            wording.date(line.as_of),
            _standing(line, wording),
            wording.number(line.rows),
            wording.number(line.rejected),
        )
    return Group(table, *(told for line in shown for told in _told(line, wording)))


def _rejected(summary: Summary, wording: Wording, typed: Typed) -> Iterator[RenderableType]:
    """Name the command that lists rejected rows; a dry run keeps none that it could list."""
    if not summary.dry_run and any(line.rejected for line in summary.sources):
        command = typed.again("patuh sources rejects")
        yield Text(wording.say("Rejected rows with their reasons: {command}", command=command))


def _standing(line: SourceLine, wording: Wording) -> Text:
    if line.reason:
        return Text(wording.say("not usable"), style="red")
    return Text(wording.say("archive, no limit") if line.fresh_days is None else wording.say("fresh"))


def _told(line: SourceLine, wording: Wording) -> Iterator[RenderableType]:
    """Yield why a register cannot be used and what to do, and what was noted of it, over the whole width."""
    if line.reason:
        # An error names its source itself.
        named = "" if _is_trouble(line.reason) else f"{line.name}: "
        yield Text(f"{named}{_what(line.reason, wording)}", style="red")
        if remedy := _part(line.reason, "remedy", wording):
            yield Padding(Text(wording.say("do: {text}", text=remedy)), (0, 0, 0, 4))
    left_out = wording.say("{count} rows left out by `only`", count=wording.number(line.left_out))
    notes = (*((left_out,) if line.left_out else ()), *map(wording.tell, line.notes))
    if notes:
        yield Text(f"{line.name}: {'; '.join(notes)}")


def _is_trouble(reason: str) -> TypeGuard[Message]:
    return isinstance(reason, Message) and reason.template == TROUBLE


def _what(reason: str, wording: Wording) -> str:
    """Return what happened, without why it matters and what to do."""
    return _part(reason, "what", wording) or wording.tell(reason)


def _part(reason: str, name: str, wording: Wording) -> str:
    """Return the part of an error that has this name; "" for a reason without parts."""
    part = reason.values[name] if _is_trouble(reason) else ""
    return wording.tell(part) if isinstance(part, str) else str(part)


def _outcomes(summary: Summary, wording: Wording) -> Table:
    titles = tuple(wording.say(OUTCOME_TITLES[outcome]) for outcome in OUTCOMES)
    table = _table(wording.say("Outcomes by rule"), (wording.say("rule"), *titles))
    for rule, counts in summary.outcomes.items():
        table.add_row(rule, *(wording.number(counts[outcome]) for outcome in OUTCOMES))
    return table


def _changes(summary: Summary, wording: Wording) -> Table:
    names = ("new", "opened", "kept", "resolved", "reopened", "held")
    table = _table(wording.say("What changed"), ("", *(wording.say(CHANGE_TITLES[name]) for name in names)))
    for title, counts in ((message("findings"), summary.findings), (message("cases"), summary.cases)):
        shown = (wording.number(counts[name]) if name in counts else "" for name in names)
        table.add_row(wording.say(title), *shown)
    return table


def _queues(summary: Summary, wording: Wording) -> Table:
    say = wording.say
    table = _table(say("Open cases by queue"), (say("queue"), say("proposed"), say("confirmed")))
    for queue, counts in summary.queues.items():
        table.add_row(queue, *(wording.number(counts[name]) for name in ("proposed", "confirmed")))
    return table


def _not_judged(summary: Summary, wording: Wording) -> Iterator[RenderableType]:
    if summary.not_judged:
        title = wording.say("Could not be judged (left as it was; nothing of it is closed)")
        table = _table(title, (wording.say("source"), wording.say("rules"), wording.say("reason")), text_columns=3)
        for (source, reason), rules in _by_source(summary.not_judged).items():
            cell = Text(_what(reason, wording), style="red")
            if why := _part(reason, "why", wording):
                cell.append("\n" + wording.say("why: {text}", text=why), style="default")
            table.add_row(source, ", ".join(rules), cell)
        yield table
    if summary.no_office:
        title = wording.say("Cases without an office for their province (add a line to offices in rules.yaml)")
        table = _table(title, (wording.say("queue"), wording.say("province"), wording.say("cases")), text_columns=2)
        for line in summary.no_office:
            table.add_row(line.queue, line.province or wording.say("not said"), wording.number(line.cases))
        yield table


def _by_source(missed: Iterable[NotJudged]) -> dict[tuple[str, str], list[str]]:
    """Return the rules that each source, for one reason, kept from judging: the reason is then said once."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in missed:
        found.setdefault((one.source, one.reason), []).append(one.rule)
    return found


def _held(summary: Summary, wording: Wording, typed: Typed) -> Iterator[RenderableType]:
    release = wording.say("Next: {command}", command=typed.again("patuh held list"))
    for held in summary.held_rules:
        yield Text(
            wording.say(
                "{rule} is held: {new} new findings, {percent} % of those it judged, are beyond its limits. "
                "They open no case until a person releases or discards them.",
                rule=held.rule,
                new=wording.number(held.new),
                percent=wording.number(round(held.share * 100)),
            )
            + ("" if summary.dry_run else f" {release}"),
            style="yellow",
        )


def _ended(summary: Summary, wording: Wording, typed: Typed) -> Iterator[RenderableType]:
    """Say what is let be no longer, and the command that lists it."""
    ended = summary.ended
    if ended.waivers or ended.dismissals:
        yield Text(
            wording.say(
                "Ended since the scan before: waivers {waivers}, dismissals {dismissals}. "
                "What is still so was found anew: {command}",
                waivers=wording.number(ended.waivers),
                dismissals=wording.number(ended.dismissals),
                command=typed.again("patuh waivers list --state expired"),
            )
        )


def _notices(summary: Summary, wording: Wording, typed: Typed) -> Iterator[RenderableType]:
    """Say how many notices there are and the command that lists them; a dry run keeps no list."""
    total = sum(summary.notices.values())
    if total:
        counted = ", ".join(f"{rule} {wording.number(count)}" for rule, count in summary.notices.items())
        told = wording.plural(
            "{count} notice, which opens no case: {rules}.", "{count} notices, which open no case: {rules}.", total,
            rules=counted,
        )  # fmt: skip
        listed = wording.say("They are listed by {command}", command=typed.again("patuh notices"))
        yield Text(told if summary.dry_run else f"{told} {listed}")


def _next_step(summary: Summary, wording: Wording, typed: Typed) -> str:
    """Name the command that follows; after a dry run none that reads what a scan has written."""
    say, again = wording.say, typed.again
    check = again("patuh sources check")
    if summary.dry_run and summary.not_judged:
        return say("Next: {first}, then {second}", first=check, second=typed.scan_again())
    if summary.dry_run:
        return say("Next: {command}", command=typed.scan_again())
    unknowns = again("patuh unknowns")
    if summary.not_judged:
        return say(
            "Next: {first}, then {second} and {third}", first=check, second=again("patuh cases list"), third=unknowns
        )
    queue = max(summary.queues, key=lambda name: summary.queues[name]["proposed"], default=None)
    if queue is None:
        return say("Next: {command} shows what the registers left open", command=unknowns)
    listed = again(f"patuh cases list --queue {queue}")
    return say("Next: {first}, then {second}", first=listed, second=again("patuh cases explain ID"))
