"""The list of cases as a table for a terminal or a pipe, ending with the commands that follow."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group, RenderableType
from rich.text import Text

from cases.inert import inert
from cases.listing import SORTS
from cases.masking import mask_party_name
from cases.names import STAGES, TRACKS, name_of, severity_name
from cases.next_step import PLAIN
from cases.rendering import next_line, typed_options
from cases.tables import RuledTable
from cases.wording import NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cases.listing import CaseLine, CasePage
    from cases.next_step import Typed
    from cases.wording import Wording
    from rules.model import Vocabulary

CELL: Final = 16
"""Signs of a code (a rule, a queue) in a list; at 80 columns only the party's name may fold."""

_SEVERITY_STYLES: Final = {1: "dim", 2: "yellow", 3: "red", 4: "bold red"}


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
