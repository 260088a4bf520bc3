"""What the screen of held rules says of one of them, and of a decision made before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cases.held_words import night_words
from cases.inert import inert
from cases.names import HELD_CHOICES, name_of
from cases.present import words_of
from cases.region_names import region_names
from cases.rendering import finding_parts
from cases.review.charts import bar
from cases.wording import NOT_KNOWN

if TYPE_CHECKING:
    from cases.caseload.held_rules import PastDecision
    from cases.held import HeldLine
    from cases.held_sample import HeldSample
    from cases.wording import Wording
    from rules.errors import PatuhError

_BAR = 8
_REGIONS = 12


def rule_text(
    line: HeldLine, sample: HeldSample | None, refused: PatuhError | None, wording: Wording
) -> RenderableType:
    """Return why the findings of a rule are held, where they lie, and the sample where it has been read already."""
    title = Text(line.rule if sample is None else f"{line.rule}  {inert(sample.title)}", style="bold")
    parts: list[RenderableType] = [title, Text(_counted(line, wording)), *_why(line, wording)]
    parts += _deciding(refused, wording)
    if sample is None:
        return Group(*parts, Text(f"\n{wording.say('The sample is being read …')}", style="dim"))
    parts += _spread(sample, wording)
    if sample.false_positives:
        parts += [_heading(wording.say("When this rule is wrong")), Text(inert(sample.false_positives, 2000))]
    return Group(*parts, *_sample(sample, wording))


def decision_text(one: PastDecision, wording: Wording) -> RenderableType:
    """Return a decision as it is on record."""
    say = wording.say
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for label, value in (
        (say("No."), str(one.number)),
        (say("Decision"), name_of(HELD_CHOICES, one.choice, wording)),
        (say("findings"), wording.number(one.findings)),
        (say("Who"), inert(one.who, 60)),
        (say("When"), wording.moment(one.at)),
        (say("Reason"), inert(one.reason, 4000)),
    ):
        grid.add_row(label, Text(value))
    return Group(Text(inert(one.rule), style="bold"), grid)


def _counted(line: HeldLine, wording: Wording) -> str:
    since = wording.date(line.since)
    return wording.plural(
        "{count} finding is held since {day}; it opens no case until somebody decides.",
        "{count} findings are held, the first since {day}; they open no case until somebody decides.",
        line.findings,
        day=since,
    )


def _why(line: HeldLine, wording: Wording) -> list[RenderableType]:
    parts: list[RenderableType] = [_heading(wording.say("Why they are held (over every region)"))]
    for night in line.nights:
        held, *limits = night_words(night, wording)
        parts += [Text(held), *(Text(f"  {one}", style="bold" if one.startswith("✗") else "") for one in limits)]
    return parts


def _deciding(refused: PatuhError | None, wording: Wording) -> list[RenderableType]:
    if refused is None:
        return []
    return [_heading(wording.say("You may read this, not decide it")), Text(words_of(refused, wording), style="yellow")]


def _spread(sample: HeldSample, wording: Wording) -> list[RenderableType]:
    say = wording.say
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    most = max((count for _, count in sample.regions), default=0)
    for code, count in sample.regions[:_REGIONS]:
        named = region_names().get(code, NOT_KNOWN)
        region = f"{inert(code)} {named}" if code else say("(no region in the registers)")
        table.add_row(Text(bar(count, most, _BAR)), wording.number(count), Text(region))
    parts: list[RenderableType] = [_heading(say("Where they lie")), table]
    rest = sample.regions[_REGIONS:]
    if rest:
        left = sum(count for _, count in rest)
        parts.append(
            Text(
                wording.plural(
                    "and {findings} in {count} further region",
                    "and {findings} in {count} further regions",
                    len(rest),
                    findings=wording.number(left),
                )
            )
        )
    return parts


def _sample(sample: HeldSample, wording: Wording) -> Sequence[RenderableType]:
    shown = len(sample.findings)
    title = wording.say(
        "A sample: {shown} of {total}, from each region by turns",
        shown=wording.number(shown),
        total=wording.number(sample.total),
    )
    parts: list[RenderableType] = [_heading(title)]
    parts += [Text(inert(one), style="dim") for one in sample.articles]
    for one in sample.findings:
        parts += [Text(f"\n{inert(one.party, 200)}", style="bold"), *finding_parts(one.finding, wording)]
    return parts


def _heading(words: str) -> Text:
    return Text(f"\n{words}", style="bold underline")
