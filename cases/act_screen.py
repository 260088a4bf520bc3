"""Acts along the ladder, and what is due, on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from cases.inert import inert
from cases.life.acts import Book, Done
from cases.life.desk import HandedOut
from cases.life.due import NO_OFFICE, Due
from cases.life.moves import step_of
from cases.names import PURPOSES, name_of
from cases.next_step import PLAIN, Typed
from cases.rendering import next_line
from cases.tables import Frame, RuledTable
from cases.wording import NOT_KNOWN, Wording, message
from rules.model import NO_STEP


def done_panel(done: Done, after: str | None, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return what an act did, until when time runs, and the command that comes next in the case, or shows it."""
    say = wording.say
    if done.waits:
        told = Text(say("Case {number}: {what}; proposed.", number=done.number, what=inert(done.what)))
        told.append("\n" + say("Nothing is done yet: another supervisor of its region has to confirm it."))
        return Group(Frame(told, expand=False), next_line(wording, (f"patuh cases approve {done.number}",), typed))
    told = Text(say("Case {number}: {what}; recorded.", number=done.number, what=inert(done.what)))
    if done.deadline is not None:
        told.append("\n" + say("Runs until {day}.", day=wording.date(done.deadline)))
    if done.office is not None:
        told.append("\n" + say("Office: {office}", office=inert(done.office)))
    return Group(Frame(told, expand=False), next_line(wording, (after or f"patuh cases show {done.number}",), typed))


def handed_out_panel(done: HandedOut, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return how many cases each person was given, what nobody could be given, and the command that follows."""
    say, number = wording.say, wording.number
    table = RuledTable(title=say("Cases given by region and load"), title_justify="left")
    table.add_column(say("Person"), overflow="fold")
    table.add_column(say("Given"), justify="right", no_wrap=True)
    table.add_column(say("Has now"), justify="right", no_wrap=True)
    for login, count in done.given.items():
        table.add_row(Text(inert(login, 60)), Text(number(count)), Text(number(done.loads[login])))
    parts: list[RenderableType] = [table]
    if done.unseen:
        parts.append(
            Text(
                wording.plural(
                    "{count} case stays with nobody: no such person sees it.",
                    "{count} cases stay with nobody: no such person sees them.",
                    done.unseen,
                )
            )
        )
    if done.left:
        parts.append(
            Text(
                wording.plural(
                    "{count} case stays with nobody: who sees it has max_load already.",
                    "{count} cases stay with nobody: who sees them has max_load already.",
                    done.left,
                )
            )
        )
    following = "patuh cases list --assigned-to nobody" if done.unseen or done.left else "patuh cases list"
    return Group(*parts, next_line(wording, (following,), typed))


_WHAT: Final[Mapping[str, str]] = {
    "receipt": message("{name}: its receipt is not on record"),
    "deadline": message("{name}: its time runs"),
    "overdue": message("{name}: its time is over; next: {following}"),
    "pause": message("the case is paused"),
    "referral": message("handed over for {name}, not answered"),
    "no_office": message("no office takes it: {name}"),
}
_TURNS: Final[Mapping[str, str]] = {
    "employer": message("employer"),
    "agency": message("us"),
    "office": message("office"),
}


def due_table(found: Sequence[Due], book: Book, typed: Typed = PLAIN) -> RenderableType:
    """Return what is due, the longest overdue first, and the command that follows. Internal: marked KONSEP."""
    wording, say = book.wording, book.wording.say
    if not found:
        return Group(Text(say("Nothing is due.")), next_line(wording, ("patuh cases list",), typed))
    table = RuledTable(title=say("KONSEP - what is due, not for handing over"))
    table.add_column(say("Case"), justify="right", no_wrap=True)
    table.add_column(say("What"), overflow="fold")
    table.add_column(say("Whose turn"), no_wrap=True)
    table.add_column(say("Until"), no_wrap=True)
    table.add_column(say("Working days"), justify="right", no_wrap=True)
    for one in found:
        days = NOT_KNOWN if one.working_days is None else wording.number(one.working_days)
        style = "red" if one.what == "overdue" else ""
        cells = (str(one.case), _what(one, book), say(_TURNS[one.turn]), wording.date(one.until), days)
        table.add_row(*(Text(cell, style=style) for cell in cells))
    parts: list[RenderableType] = [table]
    if stay := sum(1 for one in found if one.what == NO_OFFICE):
        told = wording.plural(
            "{count} case goes nowhere before its office stands under offices: in rules.yaml.",
            "{count} cases go nowhere before their offices stand under offices: in rules.yaml.",
            stay,
        )
        parts.append(Text(told, style="red"))
    return Group(*parts, next_line(wording, (f"patuh cases show {found[0].case}",), typed))


def _what(one: Due, book: Book) -> str:
    step = step_of(book.ladder, one.of)
    name = book.wording.words(step.words) if step else name_of(PURPOSES, one.of, book.wording)
    after = step_of(book.ladder, one.following)
    following = book.wording.words(after.words) if after else book.wording.say("none is proposed")
    if one.following != NO_STEP and after is None:
        following = one.following
    return inert(book.wording.say(_WHAT[one.what], name=name, following=following), 120)
