"""The data-repair list as tables for a terminal or a pipe, ending with the commands that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from cases.inert import inert
from cases.names import standing_name
from cases.next_step import PLAIN
from cases.rendering import next_line, typed_options
from cases.tables import RuledTable
from cases.unknown_list import UnknownFilter
from cases.wording import NOT_KNOWN
from connectors.landed import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.next_step import Typed
    from cases.unknown_list import UnknownCount, UnknownPage
    from cases.wording import Wording


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
