"""Parties on a terminal: proposals to merge two, and what a merge or a split did."""

from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from cases.inert import inert
from cases.life.merging import Merged, Pair
from cases.life.splitting import Split
from cases.names import PARTY_KINDS, name_of
from cases.next_step import PLAIN, Typed
from cases.party_list import PartyLine, ProposalPage
from cases.rendering import next_line
from cases.tables import Frame, RuledTable
from cases.wording import Wording

NAME: Final = 60


def proposal_table(page: ProposalPage, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return the open proposals, two lines each, and the commands that follow. Internal: marked KONSEP."""
    say = wording.say
    if not page.lines:
        told = say("No two parties are proposed to be one.")
        return Group(Text(told), next_line(wording, ("patuh cases list",), typed))
    table = RuledTable(title=say("KONSEP - parties that may be one, not for handing over"))
    table.add_column(say("Proposal"), justify="right", no_wrap=True)
    table.add_column(say("Party"), overflow="fold")
    table.add_column(say("Both have"), overflow="fold")
    table.add_column(say("Cases"), justify="right", no_wrap=True)
    table.add_column(say("Findings"), justify="right", no_wrap=True)
    for line in page.lines:
        kind = say("register key") if line.kind == "source" else line.kind.upper()
        for number, shared, party in ((str(line.number), f"{kind} {line.value}", line.one), ("", "", line.other)):
            counts = (wording.number(party.cases), wording.number(party.findings))
            cells = (number, _party(party, wording), inert(shared), *counts)
            table.add_row(*(Text(cell) for cell in cells))
    first = page.lines[0].number
    commands = (f"patuh parties merge {first} --reason …", f"patuh parties refuse {first} --reason …")
    count = Text(wording.plural("{count} proposal in all.", "{count} proposals in all.", page.total))
    return Group(table, count, next_line(wording, commands, typed))


def _party(party: PartyLine, wording: Wording) -> str:
    name = inert(party.name, NAME) if party.name else wording.say("(no name in the registers)")
    return f"{party.number}  {name} ({name_of(PARTY_KINDS, party.kind, wording)})"


def merged_panel(done: Merged, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return what a merge did, case by case, and the command that follows."""
    say = wording.say
    lines = [
        say("Party {goes} was merged into party {stays}.", goes=done.pair.goes, stays=done.pair.stays),
        wording.plural("{count} finding changed its party.", "{count} findings changed their party.", done.findings),
    ]
    lines += [
        say("Case {ended} ended; case {number} has its findings and goes on.", ended=ended, number=number)
        for ended, number in done.cases
    ]
    if done.cases:
        lines.append(say("Its own ladder alone counts there: no letter of the other case is about it."))
    commands = tuple(f"patuh cases show {number}" for _, number in done.cases[:1]) or ("patuh parties list",)
    return _told(lines, commands, wording, typed)


def refused_panel(pair: Pair, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return what a refusal comes to, and the command that follows."""
    told = wording.say(
        "Parties {one} and {other} stay two; no scan proposes them again.", one=pair.stays, other=pair.goes
    )
    return _told([told], ("patuh parties list",), wording, typed)


def split_panel(done: Split, number: int, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return what a split did, case by case, and the command that follows."""
    say = wording.say
    lines = [
        say("Party {party} was split off from party {number}.", party=done.party, number=number),
        wording.plural("{count} finding changed its party.", "{count} findings changed their party.", done.findings),
    ]
    lines += [say("From case {old} to case {new}, which begins anew.", old=old, new=new) for old, new in done.cases]
    commands = tuple(f"patuh cases show {new}" for _, new in done.cases[:1]) or ("patuh cases list",)
    return _told(lines, commands, wording, typed)


def _told(lines: list[str], commands: tuple[str, ...], wording: Wording, typed: Typed) -> RenderableType:
    return Group(Frame(Text("\n".join(lines)), expand=False), next_line(wording, commands, typed))
