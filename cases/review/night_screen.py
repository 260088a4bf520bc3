"""The screen of the last scans: how each ended, what it changed and read, and what came out by rule and region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from cases.present import words_of
from cases.review.night_text import night_text
from cases.review.room import RoomScreen
from cases.review.rows import Row
from cases.wording import message

if TYPE_CHECKING:
    from textual import events
    from textual.widgets import OptionList

    from cases.caseload.night import Nights, NightScan
    from cases.wording import Wording
    from rules.errors import PatuhError


class NightScreen(RoomScreen):
    """Scans at the left, the newest first; the chosen one at the right."""

    NAME = message("Last scans")
    HELP = message(
        "The last scans, the newest first, with the cases that each opened. ! marks one that could not use a register "
        "or held a rule. tab goes to the text at the right. What changed is told over every region; what came out by "
        "rule and region is of your regions alone, and counts violations that a person waived too."
    )
    DEFAULT_CSS = "NightScreen #rows { width: 30; }"

    def __init__(self) -> None:
        super().__init__()
        self.nights: Nights | None = None

    def action_load(self) -> None:
        """Ask for the last scans."""
        self.ask("night", self.review.caseload.night, self.show_nights, self.nothing_there)

    def nothing_there(self, error: PatuhError) -> None:
        """Say in place why there is nothing to be seen."""
        self.nights = None
        self.rows.fill(())
        self.detail.show(Text(words_of(error, self.review.wording)))

    def show_nights(self, nights: Nights) -> None:
        """Show the scans."""
        self.nights = nights
        self._fill()
        self._say()

    def _fill(self) -> None:
        if self.nights is not None:
            self.rows.fill(Row(one.run_id, _row(one, self.review.wording)) for one in self.nights.scans)

    @property
    def scan(self) -> NightScan | None:
        """The scan that the cursor stands on."""
        scans = self.nights.scans if self.nights else ()
        return next((one for one in scans if one.run_id == self.rows.chosen), None)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show another scan."""
        event.stop()
        self._say()

    def on_resize(self, _event: events.Resize) -> None:
        """Use the columns that there are now."""
        self.call_after_refresh(self._say, keep=True)

    def _say(self, *, keep: bool = False) -> None:
        wording, nights, scan = self.review.wording, self.nights, self.scan
        if nights is None:
            return
        if scan is None:
            self.detail.show(Text(wording.say("No scan has ended yet; patuh scan runs one.")), keep=keep)
            return
        self.detail.show(night_text(scan, nights.regions, wording, self.detail.size.width), keep=keep)

    def reword(self) -> None:
        """Say everything anew."""
        super().reword()
        self._fill()
        self._say(keep=True)


def _row(scan: NightScan, wording: Wording) -> Text:
    sign = "!" if scan.refused or scan.held else " "
    line = Text(f"{sign}{wording.date(scan.as_of)}", no_wrap=True, overflow="ellipsis")
    opened = f"+{wording.number(scan.cases['opened'])}"
    return line.append(f"{opened:>{max(28 - line.cell_len, len(opened) + 1)}}")
