"""What persons let be, on a terminal."""

from rich.console import Group, RenderableType
from rich.text import Text

from cases.inert import inert
from cases.life.letting_be import LetBe, Withdrawn
from cases.names import STANDINGS_OF_WAIVERS, name_of
from cases.next_step import PLAIN, Typed
from cases.rendering import next_line
from cases.tables import Frame, RuledTable
from cases.waiver_list import WaiverLine, WaiverPage
from cases.wording import Wording


def let_be_panel(number: int, done: LetBe, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return what was let be, until when, which cases have nothing open any more, and the command that follows."""
    say = wording.say
    findings = wording.plural("{count} finding", "{count} findings", done.findings)
    if done.waiver is None:
        lines = [say("Case {number} is dismissed: {findings} let be.", number=number, findings=findings)]
        end = say("registers say otherwise") if done.until is None else wording.date(done.until)
    else:
        lines = [say("Waiver {number}: {findings} let be.", number=done.waiver, findings=findings)]
        end = say("it is withdrawn") if done.until is None else wording.date(done.until)
    lines.append(say("Until: {end}", end=end))
    lines.append(say("In the file of case: {numbers}", numbers=_numbers(done.cases)))
    if done.closed:
        lines.append(say("Nothing is open any more in case: {numbers}", numbers=_numbers(done.closed)))
    following = f"patuh cases show {number}" if done.waiver is None else "patuh waivers list"
    return Group(Frame(Text("\n".join(lines)), expand=False), next_line(wording, (following,), typed))


def withdrawn_panel(done: Withdrawn, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return what became of a waiver and the command that follows."""
    told = "\n".join(
        (
            wording.say("Waiver {number} is withdrawn and honoured no longer.", number=done.waiver),
            wording.say("The next scan finds anew what is still so, with a clock of its own."),
            wording.say("In the file of case: {numbers}", numbers=_numbers(done.cases)),
        )
    )
    return Group(Frame(Text(told), expand=False), next_line(wording, ("patuh scan",), typed))


def _numbers(cases: tuple[int, ...]) -> str:
    return ", ".join(map(str, cases))


def waiver_table(page: WaiverPage, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return the waivers and the command that follows. Internal: marked KONSEP."""
    say = wording.say
    if not page.waivers:
        return Group(Text(say("No waiver matches.")), next_line(wording, ("patuh cases list",), typed))
    table = RuledTable(title=say("KONSEP - waivers, not for handing over"))
    table.add_column(say("Waiver"), justify="right", no_wrap=True)
    for name in (say("State"), say("Party"), say("What is let be"), say("Until"), say("Why")):
        table.add_column(name, overflow="fold")
    for line in page.waivers:
        until = say("until withdrawn") if line.until is None else wording.date(line.until)
        why = say("{reason} ({owner}, {proof})", reason=line.reason, owner=line.owner, proof=line.proof)
        if line.withdrawn_on is not None:
            why = say(
                "withdrawn {day} by {who}: {reason}",
                day=wording.date(line.withdrawn_on),
                who=line.withdrawn_by,
                reason=line.withdrawn_why,
            )
        state = name_of(STANDINGS_OF_WAIVERS, line.state, wording)
        party = line.party or say("(no name in the registers)")
        cells = (str(line.number), state, party, _reach(line, wording), until, why)
        table.add_row(*(Text(inert(cell, 200)) for cell in cells))
    count = Text(wording.plural("{count} waiver in all.", "{count} waivers in all.", page.total))
    following: tuple[str, ...] = (f"patuh cases show {page.waivers[0].case}",)
    if page.waivers[0].state == "in_force":
        following = (*following, f"patuh waivers withdraw {page.waivers[0].number}")
    return Group(table, count, next_line(wording, following, typed))


def _reach(line: WaiverLine, wording: Wording) -> str:
    say = wording.say
    parts = [line.rule or "", line.subject or "", "" if line.rule or line.subject else say("everything")]
    parts.append(say("every province") if line.province is None else say("province {code}", code=line.province))
    return ", ".join(part for part in parts if part)
