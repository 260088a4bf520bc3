"""The file of a case on a terminal: panels of rich, whatever the registers said in them.

Texts of registers are never markup, and signs that could move the cursor, turn the line round or hide something are
shown as what they are. Colours are rich's to switch off (NO_COLOR).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.inert import LONGEST, inert
from cases.next_step import PLAIN
from cases.step_screen import firing_parts, next_step_parts
from cases.tables import Frame, Heading, RuledTable
from cases.wording import NOT_KNOWN

if TYPE_CHECKING:
    from cases.case_file import (
        CaseFile,
        FindingGroup,
        OtherCase,
        ShownEvent,
        ShownFinding,
        ShownLine,
        ShownScore,
        ShownValue,
    )
    from cases.next_step import Typed
    from cases.service import Confirmed
    from cases.wording import Wording

_OUTCOME_STYLES: Final = {"TRUE": "green", "FALSE": "red", "NULL": "yellow"}


def case_panel(file: CaseFile, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return the whole file of a case, ending with the command that follows."""
    return Group(case_parts(file, wording), next_line(wording, (file.next_step,), typed))


def case_parts(file: CaseFile, wording: Wording) -> RenderableType:
    """Return the whole file of a case."""
    say = wording.say
    parts: list[RenderableType] = [_pairs((*file.head, *file.identifiers))]
    if file.outreach:
        parts.append(Text(say("This is outreach: not a violation, no sanction, never to the kejaksaan."), style="cyan"))
    for group in file.groups:
        parts += _group(group, wording)
    if file.score is not None:
        parts += _score(file.score, wording)
    parts += _why_this_queue(file, wording)
    if file.proposal is not None:
        parts += next_step_parts(file.proposal, wording)
    if file.recorded:
        parts += [Text(), Heading(Text(wording.say("On record"), style="bold"), align="left")]
        parts += [Text(f"• {inert(line, 4 * LONGEST)}") for line in file.recorded]
    parts += _history(file, wording)
    for merged in file.merged:
        heading = wording.say("From case {number}, which was merged into this one", number=merged.number)
        parts += [Text(), Heading(Text(heading, style="bold"), align="left")]
        parts += [Text(f"• {inert(line, 4 * LONGEST)}") for line in merged.recorded]
        parts += event_parts(merged.events)
    title = Text(f"{say('Case')} {file.number}: {inert(file.party, 120)}", style="bold")
    if file.draft:
        title = Text(f"{say('KONSEP')} - ", style="bold yellow") + title
    return Group(Heading(title, align="left"), *parts)


def _group(group: FindingGroup, wording: Wording) -> list[RenderableType]:
    title = f"{group.rule} {inert(group.title)}"
    if group.line:
        title += f" - {inert(group.line)}"
    parts: list[RenderableType] = [Text(), Heading(Text(title, style="bold"), align="left")]
    parts.append(Text(f"{wording.plural('{count} finding', '{count} findings', group.count)}, {group.nature}"))
    parts += [indented(text, "dim") for text in article_texts(group, wording)]
    for finding in group.findings:
        parts += finding_parts(finding, wording)
    if group.count > len(group.findings):
        parts.append(Text(wording.say("… and {count} more", count=wording.number(group.count - len(group.findings)))))
    return parts


def article_texts(group: FindingGroup, wording: Wording) -> list[str]:
    """Return the articles of law that a group of findings is about, each in words."""
    articles = group.articles or (wording.say("No article of law: the legal instrument awaits confirmation."),)
    return [f"§ {inert(article)}" for article in articles]


def finding_texts(finding: ShownFinding) -> list[str]:
    """Return what a finding says, and the days that it let pass."""
    return [inert(text) for text in (finding.said, *finding.deadlines) if text]


def finding_parts(finding: ShownFinding, wording: Wording) -> list[RenderableType]:
    """Return one finding: where and since when, what it says, each condition with its values."""
    say = wording.say
    head = Text(f"• {inert(finding.subject)}", style="bold")
    facts = (finding.region, finding.severity, finding.state, say("since {day}", day=finding.since))
    head.append(f"  {inert(', '.join(facts))}", style="not bold dim")
    parts: list[RenderableType] = [head]
    parts += [indented(text) for text in finding_texts(finding)]
    if finding.note:
        parts.append(indented(inert(finding.note), "yellow"))
    if finding.lines:
        parts.append(_conditions(finding.lines, wording))
    return parts


def indented(text: str, style: str = "") -> RenderableType:
    """Return a text set in by two signs."""
    return Padding(Text(text, style=style), (0, 0, 0, 2))


def _conditions(lines: Sequence[ShownLine], wording: Wording) -> RenderableType:
    table = RuledTable(show_edge=False, pad_edge=False, expand=False)
    table.add_column(wording.say("Line"), max_width=24)
    table.add_column(wording.say("Condition"), overflow="fold", ratio=3)
    table.add_column("", no_wrap=True)
    table.add_column(wording.say("Values"), overflow="fold", ratio=3)
    for line in lines:
        values = "; ".join(f"{label} = {value}" for label, value in line.values)
        table.add_row(
            Text(line.part),
            Text(inert(line.text)),
            Text(line.outcome, style=_OUTCOME_STYLES.get(line.outcome, "")),
            Text(inert(values, 4 * LONGEST)),
        )
    return table


def _why_this_queue(file: CaseFile, wording: Wording) -> list[RenderableType]:
    heading = Text(wording.say("Why the queue {queue}", queue=inert(file.queue)), style="bold")
    parts: list[RenderableType] = [Text(), Heading(heading, align="left")]
    return [*parts, *firing_parts(file.trail, wording)]


def _score(score: ShownScore, wording: Wording) -> list[RenderableType]:
    heading = Text(wording.say("Score {points}", points=wording.number(score.points)), style="bold")
    return [Text(), Heading(heading, align="left"), *score_parts(score, wording)]


def score_parts(score: ShownScore, wording: Wording) -> list[RenderableType]:
    """Return each part of a score with what it is made of and its points, and whose numbers these are."""
    table = RuledTable(show_edge=False, pad_edge=False, expand=False, show_header=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for part in score.parts:
        points = wording.plural("{count} point", "{count} points", part.points)
        table.add_row(Text(inert(part.name)), Text(inert(part.amount, 2 * LONGEST)), Text(points))
    return [table, Text(inert(score.source), style="dim")]


def _history(file: CaseFile, wording: Wording) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(), Heading(Text(wording.say("Events"), style="bold"), align="left")]
    parts += event_parts(file.events)
    if file.others:
        parts += [Text(), Heading(Text(wording.say("Other cases of this party"), style="bold"), align="left")]
        parts += [Text(other_case_text(one)) for one in file.others]
    return parts


def other_case_text(one: OtherCase) -> str:
    """Return another case of the party as one line."""
    return f"• {one.number}  {inert(one.province or NOT_KNOWN)}  {one.track}, {one.stage}, {inert(one.queue)}"


def event_parts(events: Sequence[ShownEvent]) -> list[RenderableType]:
    """Return what happened to a case, event by event, with what each was about."""
    parts: list[RenderableType] = []
    for event in events:
        parts.append(Text(f"{event.seq}. {event.at}  {inert(event.who, 60)}  {inert(event.what)}"))
        parts += [indented(inert(detail)) for detail in event.details]
    return parts


def typed_options(chosen: Mapping[str, str | None]) -> str:
    """Write the options that narrow a list as they have to be typed again."""
    return "".join(f" --{name} {shlex.quote(inert(value))}" for name, value in chosen.items() if value is not None)


def confirmed_panel(done: Confirmed, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return what a confirmation did and the command that follows."""
    told = wording.say(
        "Case {number} is confirmed for {queue} by {who}, {day}.",
        number=done.number,
        queue=inert(done.queue),
        who=inert(done.who, 60),
        day=wording.date(done.at.date()),
    )
    export = f"patuh export {inert(done.queue)} --format xlsx"
    return Group(Frame(Text(told), expand=False), next_line(wording, (export,), typed))


def _pairs(pairs: Sequence[ShownValue]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for label, value in pairs:
        grid.add_row(Text(inert(label)), Text(inert(value)))
    return grid


def next_line(wording: Wording, commands: Sequence[str], typed: Typed) -> RenderableType:
    """Return the line that ends a screen: the commands that follow, as a person types them."""
    text = Text(f"\n{wording.say('Next:')} ")
    return text.append("  |  ".join(typed.again(command) for command in commands), style="bold")
