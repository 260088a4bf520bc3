"""Held findings, and what was decided about them, on a terminal."""

from collections.abc import Sequence
from datetime import tzinfo

from rich.console import Group, RenderableType
from rich.text import Text

from cases.held import HeldLine, HeldNight
from cases.held_words import night_words
from cases.inert import inert
from cases.names import HELD_CHOICES, name_of
from cases.next_step import PLAIN, Typed
from cases.rendering import next_line
from cases.store.models import HeldDecision
from cases.tables import RuledTable
from cases.wording import Wording


def held_tables(
    lines: Sequence[HeldLine], decisions: Sequence[HeldDecision], wording: Wording, zone: tzinfo, typed: Typed = PLAIN
) -> RenderableType:
    """Return what waits for a decision, the decisions before, and the command that follows; days are told in `zone`."""
    say = wording.say
    parts: list[RenderableType] = [_waiting(lines, wording) if lines else Text(say("Nothing is held."))]
    parts += [Text(f"{line.rule}: {said}") for line in lines for night in line.nights for said in _why(night, wording)]
    if decisions:
        parts.append(_decided(decisions, wording, zone))
    following = (
        tuple(f'patuh held {what} {lines[0].rule} --reason "…"' for what in ("release", "discard")) if lines else ()
    )
    return Group(*parts, next_line(wording, following or ("patuh cases list",), typed))


def _why(night: HeldNight, wording: Wording) -> tuple[str, ...]:
    held, *limits = night_words(night, wording)
    return (held, *(f"  {one}" for one in limits))


def _waiting(lines: Sequence[HeldLine], wording: Wording) -> RuledTable:
    say = wording.say
    table = RuledTable(title=say("Held findings"), title_justify="left")
    table.add_column(say("rule"))
    table.add_column(say("findings"), justify="right")
    table.add_column(say("since"))
    for line in lines:
        table.add_row(line.rule, wording.number(line.findings), wording.date(line.since))
    return table


def _decided(decisions: Sequence[HeldDecision], wording: Wording, zone: tzinfo) -> RuledTable:
    say = wording.say
    table = RuledTable(title=say("Decisions"), title_justify="left")
    table.add_column(say("No."), justify="right", no_wrap=True)
    table.add_column(say("rule"), no_wrap=True)
    table.add_column(say("Decision"), no_wrap=True)
    table.add_column(say("findings"), justify="right", no_wrap=True)
    table.add_column(say("Who"), overflow="fold")
    table.add_column(say("When"), no_wrap=True)
    table.add_column(say("Reason"), overflow="fold", ratio=1)
    for one in decisions:
        cells = (
            str(one.id),
            one.rule,
            name_of(HELD_CHOICES, one.decision, wording),
            wording.number(one.findings),
            inert(one.who, 60),
            wording.date(one.at.astimezone(zone).date()),
            inert(one.reason, 200),
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table
