"""The lines that say where somebody is: the title, and a banner for what is not as it should be."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Static

from cases.inert import inert

if TYPE_CHECKING:
    from cases.wording import Wording

FRESH_DAYS = 1
"""A scan of yesterday is fresh: nights are scanned."""


class Bar(Static):
    """One line of text, cut at the edge with a sign that says so."""

    def say(self, line: Text) -> None:
        """Show this line."""
        line.no_wrap, line.overflow = True, "ellipsis"
        self.update(line, layout=False)


class TitleBar(Bar):
    """Who is logged in, which day it is, and of which day the newest scan is."""

    def tell(self, wording: Wording, login: str, today: date, scanned: date | None) -> None:
        """Say it anew."""
        line = Text()
        line.append(" Patuh ", "bold reverse")
        line.append(f" {inert(login)} · {wording.date(today)} · ")
        line.append(scan_words(wording, today, scanned))
        self.say(line)


def scan_words(wording: Wording, today: date, scanned: date | None) -> str:
    """Say of which day the newest scan is, and whether it is fresh."""
    if scanned is None:
        return wording.say("no scan yet")
    age = (today - scanned).days
    if age <= FRESH_DAYS:
        return wording.say("scan of {day} (fresh)", day=wording.date(scanned))
    ago = wording.plural("{count} day old", "{count} days old", age)
    return wording.say("scan of {day} ({age}!)", day=wording.date(scanned), age=ago)


class EmptyBar(Bar):
    """Says why there is no line in a list; not there while there is one."""

    def tell(self, wording: Wording, *, empty: bool, read: bool, narrowed: bool) -> None:
        """Say it anew. `read`: the list has been read; `narrowed`: by a filter."""
        words = ""
        if empty and not read:
            words = wording.say("reading …")
        elif empty and narrowed:
            words = wording.say("No case matches the filter; escape lets it go.")
        elif empty:
            words = wording.say("No case waits in this queue.")
        self.set_class(bool(words), "-shown")
        self.say(Text(f"  {words}"))


class Banner(Static):
    """What is wrong now and goes away by itself, in as many lines as it takes; not there while nothing is."""

    DEFAULT_CSS = """
    Banner { height: auto; display: none; background: $error; color: $background; text-style: bold; }
    Banner.-shown { display: block; }
    """

    def show(self, words: str) -> None:
        """Show these words, or nothing."""
        self.set_class(bool(words), "-shown")
        self.update(Text(f" ! {words}" if words else ""))
