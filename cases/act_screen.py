"""Acts along the ladder, and what is due, on a terminal."""

from rich.console import Group, RenderableType
from rich.text import Text

from cases.inert import inert
from cases.life.acts import Done
from cases.next_step import PLAIN, Typed
from cases.rendering import next_line
from cases.tables import Frame
from cases.wording import Wording


def done_panel(done: Done, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return what an act did, until when time runs, and the command that follows."""
    say = wording.say
    told = Text(say("Case {number}: {what}; recorded.", number=done.number, what=inert(done.what)))
    if done.deadline is not None:
        told.append("\n" + say("Runs until {day}.", day=wording.date(done.deadline)))
    if done.office is not None:
        told.append("\n" + say("Office: {office}", office=inert(done.office)))
    return Group(Frame(told, expand=False), next_line(wording, (f"patuh cases show {done.number}",), typed))
