"""The file of a case as blocks of text, in the order in which somebody reads it who has to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from cases.inert import LONGEST, inert
from cases.names import severity_name
from cases.rendering import article_texts, event_parts, finding_texts, other_case_text, score_parts
from cases.review.file_looks import Columns, Hung
from cases.review.rows_text import RowsText
from cases.step_screen import firing_parts, next_step_parts
from cases.wording import NOT_KNOWN, message

if TYPE_CHECKING:
    from cases.case_file import CaseBrief, FindingGroup, MergedFile, ShownFinding, ShownLine
    from cases.caseload.opened_file import OpenedFile
    from cases.register_rows import RegisterRows
    from cases.review.file_looks import Looks
    from cases.wording import Wording

NAME: Final = 120
"""Signs of a party's name in the head of its file."""

_TRUTHS: Final[Mapping[str, tuple[str, str, str]]] = {
    "TRUE": ("✓", message("holds"), "holds"),
    "FALSE": ("✗", message("does not hold"), "fails"),
    "NULL": ("?", message("not known"), "unknown"),
}
"""What a condition came to: its sign, its word, its style."""
_SIGNS: Final = {1: "·", 2: "!", 3: "‼", 4: "▲"}
"""A sign for each severity beside its word."""


@dataclass(frozen=True)
class Block:
    """One part of a file. `title` None: it has no heading and is never folded. `level`: how far within another one.

    A block goes with the last one of a lower level before it: folded, it hides what is within it.

    `finding`: the number of the finding that it is the end of, so that it counts as shown when the block was seen.
    `lines` makes what stands below the heading.
    """

    key: str
    title: str | None
    lines: Callable[[], Iterable[RenderableType]]
    level: int = 0
    finding: int | None = None


@dataclass(frozen=True)
class Shown:
    """What of a file is shown beyond what is in it: findings that were fetched since, by group, and choices.

    `rows`: what other registers say of the party, None while they are asked.
    """

    more: Mapping[int, tuple[ShownFinding, ...]] = field(default_factory=dict)
    rows: RegisterRows | None = None
    score: bool = False
    oldest_first: bool = False


def blocks_of(opened: OpenedFile, shown: Shown, wording: Wording, looks: Looks) -> tuple[Block, ...]:
    """Return the whole file as blocks."""
    return tuple(FileText(opened, shown, wording, looks).blocks())


def members_of(opened: OpenedFile, shown: Shown) -> tuple[tuple[ShownFinding, ...], ...]:
    """Return the findings that have been fetched, by group."""
    groups = opened.file.groups
    return tuple((*group.findings, *shown.more.get(place, ())) for place, group in enumerate(groups))


class FileText:
    """Words the parts of one file."""

    def __init__(self, opened: OpenedFile, shown: Shown, wording: Wording, looks: Looks) -> None:
        self.file, self.opened, self.shown = opened.file, opened, shown
        self.wording, self.say, self.looks = wording, wording.say, looks

    def blocks(self) -> Iterator[Block]:
        """Yield the parts in their order."""
        file = self.file
        yield Block("head", None, self._head)
        yield from self._findings()
        yield Block("rows", self.say("Other registers about this party"), self._rows)
        yield Block("office", self.say("Why the queue {queue}", queue=inert(file.queue)), self._office)
        yield Block("ladder", self.say("Sanction ladder: done, next, missing"), self._ladder)
        others = self.say("Other cases of this party")
        yield Block("others", f"{others} ({self.wording.number(len(file.others))})", self._others)
        order = self.say("oldest first") if self.shown.oldest_first else self.say("newest first")
        yield Block("events", f"{self.say('Events')} ({self.wording.number(len(file.events))}, {order})", self._events)
        for merged in file.merged:
            title = self.say("From case {number}, which was merged into this one", number=merged.number)
            yield Block(f"merged {merged.number}", title, self._merged(merged))
        yield Block("details", self.say("More of this case"), self._details)

    def _head(self) -> Iterator[RenderableType]:
        file, brief, looks = self.file, self.file.brief, self.looks
        title = Text(f"{self.say('Case')} {file.number}: {inert(file.party, NAME)}", looks.title)
        if file.draft:
            title = Text(f"{self.say('KONSEP')} · ", looks.grave) + title
        yield title
        if brief is None:
            return
        yield self._severity(brief)
        if self.shown.score and file.score is not None:
            yield from (Padding(part, (0, 0, 0, 2)) for part in score_parts(file.score, self.wording))
        people = NOT_KNOWN if brief.people is None else self.wording.number(brief.people)
        rupiah = NOT_KNOWN if brief.rupiah is None else self.wording.money(brief.rupiah)
        yield Hung("", self._joined(((brief.people_words, people), (brief.rupiah_words, rupiah))))
        step = inert(brief.step)
        yield Hung("", self._joined(((self.say("Queue"), inert(brief.queue)), (self.say("Next step"), step))))
        yield Hung("", self._deadline(brief))
        if file.outreach:
            yield Text(
                self.say("This is outreach: not a violation, no sanction, never to the kejaksaan."), looks.unknown
            )

    def _severity(self, brief: CaseBrief) -> RenderableType:
        words = f"{_SIGNS.get(brief.severity, '')} {severity_name(brief.severity, self.wording)}"
        points = NOT_KNOWN if brief.points is None else self.wording.number(brief.points)
        line = Text()
        line.append(words, self.looks.grave if brief.severity > 2 else "bold")  # noqa: PLR2004 - high and critical
        line.append(f" · {self.say('Score {points}', points=points)} ({self.say('v: its parts')})")
        line.append(f" · {inert(brief.province) or self.say('(no region in the registers)')}")
        line.append(f" · {brief.stage}, {brief.track}")
        if brief.assigned_to:
            line.append(f" · → {inert(brief.assigned_to, 30)}")
        return Hung("", line)

    def _joined(self, pairs: Sequence[tuple[str, str]]) -> Text:
        line = Text()
        for number, (label, value) in enumerate(pairs):
            line.append(" · " if number else "", self.looks.faint)
            line.append(f"{label}: ", self.looks.faint)
            line.append(value, "bold")
        return line

    def _deadline(self, brief: CaseBrief) -> Text:
        line = Text()
        line.append(f"{self.say('Deadline')}: ", self.looks.faint)
        if brief.due is None or brief.days is None:
            return line.append(self.say("no time of the law runs"))
        line.append(self.wording.date(brief.due), "bold")
        plural, days = self.wording.plural, abs(brief.days)
        told = plural("in {count} day", "in {count} days", days)
        if brief.days < 0:
            told = f"! {plural('{count} day ago', '{count} days ago', days)}"
        working = self.say("beyond the calendar")
        if brief.working_days is not None:
            working = plural("{count} working day", "{count} working days", abs(brief.working_days))
        return line.append(f", {told} ({working})", self.looks.fails if brief.days < 0 else "")

    def _findings(self) -> Iterator[Block]:
        total = sum(group.count for group in self.file.groups)
        before = 0
        for group, members in zip(self.file.groups, members_of(self.opened, self.shown), strict=True):
            yield Block(f"group {group.rule} {group.line}", _group_title(group), self._group(group))
            for number, finding in enumerate(members, start=before + 1):
                told = (self.wording.number(number), self.wording.number(total))
                # What the law says is the same for all of a group, and is said once.
                yield from self._finding(finding, told, group if number == before + 1 else None)
            left = group.count - len(members)
            if left > 0:
                last = members[-1].number
                yield Block(f"more {last}", None, self._more(left), level=1)
            before += group.count

    def _group(self, group: FindingGroup) -> Callable[[], Iterable[RenderableType]]:
        def lines() -> Iterator[RenderableType]:
            count = self.wording.plural("{count} finding", "{count} findings", group.count)
            yield Hung("", f"{count}, {group.nature}")

        return lines

    def _law(self, group: FindingGroup) -> Callable[[], Iterable[RenderableType]]:
        return lambda: [Hung("    ", article) for article in article_texts(group, self.wording)]

    def _more(self, left: int) -> Callable[[], Iterable[RenderableType]]:
        count = self.wording.number(left)
        return lambda: [Text(f"  {self.say('… and {count} more', count=count)}", self.looks.unknown)]

    def _finding(self, finding: ShownFinding, told: tuple[str, str], group: FindingGroup | None) -> Iterator[Block]:
        title = self.say("Finding {number} of {total}", number=told[0], total=told[1])
        title = f"{title}: {inert(finding.subject)}"
        yield Block(
            f"finding {finding.number}",
            title,
            lambda: self._judged(finding),
            level=1,
            finding=None if finding.evidence or group else finding.number,
        )
        if group is not None:
            law = self.say("Articles of law")
            yield Block(f"law {finding.number}", law, self._law(group), 2, None if finding.evidence else finding.number)
        if finding.evidence:
            words = self.say("Evidence")
            yield Block(f"evidence {finding.number}", words, lambda: self._evidence(finding), 2, finding.number)

    def _judged(self, finding: ShownFinding) -> Iterator[RenderableType]:
        since = self.say("since {day}", day=finding.since)
        facts = inert(", ".join((finding.region, finding.severity, finding.state, since)))
        yield Hung("  ", facts, self.looks.faint)
        for text in finding_texts(finding):
            yield Hung("  ", text)
        if finding.note:
            yield Hung("  ! ", inert(finding.note), self.looks.unknown)
        for line in finding.lines:
            yield from self._condition(line)

    def _condition(self, line: ShownLine) -> Iterator[RenderableType]:
        sign, words, style = _TRUTHS.get(line.outcome, ("=", "", ""))
        look = getattr(self.looks, style) if style else "bold"
        first = Text("  ").append(f"{sign} {self.say(words) if words else inert(line.outcome)}", look)
        first.append("  ")
        yield Hung(first, Text(inert(line.part)).append(f"  {inert(line.text)}", self.looks.faint))
        if line.values:
            values = Text()
            for number, (label, value) in enumerate(line.values):
                values.append("; " if number else "")
                values.append(f"{inert(label)} = ")
                values.append(inert(value, 2 * LONGEST), "bold")
            yield Hung("      ", values)

    def _evidence(self, finding: ShownFinding) -> Iterator[RenderableType]:
        for one in finding.evidence:
            text = Text(inert(one.value, 2 * LONGEST), "bold")
            source = self.say("worked out") if one.source is None else inert(one.source)
            if one.as_of is not None:
                source = self.say("{source}, as of {day}", source=source, day=self.wording.date(one.as_of))
            elif one.source is not None:
                source = self.say("{source}, of no known day", source=source)
            yield Columns(Text(inert(one.words)), text.append(f"  {source}", self.looks.faint), 4)

    def _rows(self) -> Iterator[RenderableType]:
        if self.shown.rows is None:
            yield Hung("  ", self.say("The registers are being asked …"), self.looks.faint)
        else:
            yield from RowsText(self.shown.rows, self.wording, self.looks).lines()

    def _office(self) -> Iterator[RenderableType]:
        yield from firing_parts(self.file.trail, self.wording)

    def _ladder(self) -> Iterator[RenderableType]:
        yield Text(self.say("On record"), self.looks.heading)
        for line in self.file.recorded:
            yield Hung("• ", inert(line, 4 * LONGEST))
        if not self.file.recorded:
            yield Hung("  ", self.say("Nothing is on record yet."), self.looks.faint)
        proposal = self.file.proposal
        if proposal is None:
            yield Hung("  ", self.say("The ladder was not asked about this case."), self.looks.faint)
            return
        yield from next_step_parts(proposal, self.wording)
        if not proposal.ready and proposal.step is not None and proposal.step.records:
            records = ", ".join(map(inert, proposal.step.records))
            yield Hung("! ", self.say("Missing before it: {records}", records=records), self.looks.unknown)

    def _others(self) -> Iterator[RenderableType]:
        for one in self.file.others:
            yield Hung("", other_case_text(one))
        if not self.file.others:
            yield Hung("  ", self.say("none"), self.looks.faint)

    def _events(self) -> Iterator[RenderableType]:
        events = self.file.events if self.shown.oldest_first else self.file.events[::-1]
        yield from event_parts(events)

    def _merged(self, merged: MergedFile) -> Callable[[], Iterable[RenderableType]]:
        recorded = [Hung("• ", inert(line, 4 * LONGEST)) for line in merged.recorded]
        return lambda: (*recorded, *event_parts(merged.events))

    def _details(self) -> Iterator[RenderableType]:
        for label, value in (*self.file.head, *self.file.identifiers):
            yield Columns(Text(inert(label), self.looks.faint), Text(inert(value)), 2, 24)
        how = f"patuh cases show {self.file.number} --unmask --purpose …"
        words = self.say("Covered here. To see it, for a purpose that is written down: {command}", command=how)
        yield Hung("  ", words, self.looks.faint)


def _group_title(group: FindingGroup) -> str:
    title = f"{inert(group.rule)} {inert(group.title)}"
    return f"{title} - {inert(group.line)}" if group.line else title
