"""Cases on a terminal: tables and panels of rich, whatever the registers said in them.

Texts of registers are never markup, and signs that could move the cursor, turn the line round or hide something are
shown as what they are. Colours are rich's to switch off (NO_COLOR).
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

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
from cases.inert import LONGEST, inert
from cases.listing import SORTS, CaseLine, CasePage
from cases.masking import mask_party_name
from cases.names import STAGES, TRACKS, name_of, severity_name, standing_name
from cases.next_step import PLAIN, Typed
from cases.service import Confirmed
from cases.step_screen import firing_parts, next_step_parts
from cases.tables import Frame, Heading, RuledTable
from cases.unknown_list import UnknownCount, UnknownFilter, UnknownPage
from cases.wording import NOT_KNOWN, Wording
from connectors.landed import Standing
from rules.model import Vocabulary

CELL: Final = 16
"""Signs of a code (a rule, a queue) in a list; at 80 columns only the party's name may fold."""

_SEVERITY_STYLES: Final = {1: "dim", 2: "yellow", 3: "red", 4: "bold red"}
_OUTCOME_STYLES: Final = {"TRUE": "green", "FALSE": "red", "NULL": "yellow"}


def case_table(
    page: CasePage,
    wording: Wording,
    vocabulary: Vocabulary,
    typed: Typed = PLAIN,
    let_be: Mapping[int, str] = MappingProxyType({}),
) -> RenderableType:
    """Return a page of cases with what narrows it, and the command that follows. Internal: marked KONSEP.

    `let_be`: number to who let the case be, until when and why.
    """
    say = wording.say
    table = RuledTable(
        title=say("KONSEP - internal list of cases, not for handing over"), box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    table.add_column(say("Case"), justify="right", no_wrap=True)
    table.add_column(f"{say('Severity')}\n{say('Score')}", no_wrap=True)
    table.add_column(say("Party"), overflow="fold", min_width=12)
    table.add_column(say("Rules"), no_wrap=True)
    table.add_column(say("Findings"), justify="right", no_wrap=True)
    table.add_column(f"{say('Stage')}\n{say('Queue')}", no_wrap=True)
    table.add_column(say("Prov."), no_wrap=True)
    for line in page.lines:
        table.add_row(*_case_row(line, wording, vocabulary, let_be.get(line.number, "")))
    parts: list[RenderableType] = [table if page.lines else Text(say("No case matches."))]
    parts.append(Text(wording.plural("{count} case in all.", "{count} cases in all.", page.total)))
    return Group(*parts, next_line(wording, _list_next(page), typed))


def _case_row(line: CaseLine, wording: Wording, vocabulary: Vocabulary, let_be: str) -> Iterable[Text]:
    name = mask_party_name(line.party, line.party_kind, vocabulary) if line.party else ""
    party = Text(inert(name or wording.say("(no name in the registers)"), 4 * CELL))
    if line.track == "outreach":
        party.append(f" [{name_of(TRACKS, line.track, wording)}]", style="cyan")
    if let_be:
        party.append(f"\n{inert(let_be, 8 * CELL)}", style="dim")
    severity = Text(severity_name(line.severity, wording), style=_SEVERITY_STYLES.get(line.severity, ""))
    if line.below:
        severity.append(" ↓", style="dim")
    severity.append(f"\n{NOT_KNOWN if line.score is None else wording.number(line.score)}", style="default")
    return (
        Text(str(line.number)),
        severity,
        party,
        Text("\n".join(inert(rule, CELL) for rule in line.rules)),
        Text(wording.number(line.findings)),
        Text(f"{name_of(STAGES, line.stage, wording)}\n{inert(line.queue, CELL)}{_whose(line)}"),
        Text(inert(line.province or NOT_KNOWN, 6)),
    )


def _whose(line: CaseLine) -> str:
    return f"\n→ {inert(line.assigned_to, CELL)}" if line.assigned_to else ""


def _list_next(page: CasePage) -> Sequence[str]:
    if not page.lines:
        return ("patuh cases list",)
    shown = f"patuh cases show {page.lines[0].number}"
    if page.next_after is None:
        return (shown,)
    return (shown, f"patuh cases list{_options(page)} --after {page.next_after}")


def _options(page: CasePage) -> str:
    wanted = page.wanted
    chosen = {
        "queue": wanted.queue,
        "stage": wanted.stage,
        "region": wanted.region,
        "rule": wanted.rule,
        "named": wanted.named,
        "assigned-to": wanted.assigned_to,
    }
    if page.sort != SORTS[0]:
        chosen["sort"] = page.sort
    return f"{typed_options(chosen)} --snoozed" if wanted.hidden else typed_options(chosen)


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


def unknown_table(page: UnknownPage, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return the data-repair list: the causes, then the subjects of this page."""
    say = wording.say
    if not page.total and page.wanted != UnknownFilter():
        told = say("Nothing that could not be judged matches this filter.")
        return Group(Text(told), next_line(wording, ("patuh unknowns",), typed))
    if not page.total:
        return Group(Text(say("Every subject could be judged.")), next_line(wording, ("patuh cases list",), typed))
    causes = RuledTable(title=say("KONSEP - what could not be judged, by cause"))
    for name in (say("Rule"), say("Source"), say("Field"), say("Reason")):
        causes.add_column(name, overflow="fold")
    causes.add_column(say("Subjects"), justify="right", no_wrap=True)
    for count in page.counts:
        blamed = count.field or count.line or NOT_KNOWN
        cells = (count.rule, count.source or NOT_KNOWN, blamed, _reason(count, wording), wording.number(count.subjects))
        causes.add_row(*(Text(inert(cell)) for cell in cells))
    subjects = RuledTable(title=say("Subjects"))
    for name in (say("Subject"), say("Rule"), say("Line"), say("Field"), say("Source"), say("Region")):
        subjects.add_column(name, overflow="fold")
    for line in page.lines:
        texts = (line.subject, line.rule, line.line, line.field, line.source, line.region)
        subjects.add_row(*(Text(inert(text or NOT_KNOWN, 80)) for text in texts))
    return Group(causes, subjects, next_line(wording, _unknown_next(page), typed))


def _reason(count: UnknownCount, wording: Wording) -> str:
    if count.field is None and count.reason == Standing.SAID:
        return wording.say("what the rule needs to judge does not hold")
    return standing_name(count.reason, wording)


def _unknown_next(page: UnknownPage) -> Sequence[str]:
    if page.next_offset is None:
        return ("patuh scan",)
    wanted = page.wanted
    chosen = {"rule": wanted.rule, "source": wanted.source, "region": wanted.region}
    return (f"patuh unknowns{typed_options(chosen)} --offset {page.next_offset}",)


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
