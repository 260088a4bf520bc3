"""The line that is there while a scan is running, and after it until somebody has read its results."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from rich.text import Text

from cases.progress import STAGES, TITLES
from cases.review.bars import Bar

if TYPE_CHECKING:
    from cases.caseload.scan_watch import ScanWatch
    from cases.review.asking import AskingScreen
    from cases.running import RunningScan
    from cases.wording import Wording


class ScanLine(Bar):
    """Says how far the scan is and for how long it runs; when it has ended, that there are new results.

    It asks for itself through the screen that it stands on; that screen calls `read` when it has read everything anew.
    """

    DEFAULT_CSS = """
    ScanLine { height: 1; display: none; background: $primary; color: $background; }
    ScanLine.-shown { display: block; }
    """

    def __init__(self, *, id: str = "scan-line") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=False)
        self._watched: ScanWatch | None = None
        self._read: int | None = None
        self._broken_off = False

    @property
    def asking(self) -> AskingScreen:
        """The screen that it stands on."""
        return cast("AskingScreen", self.screen)

    def on_mount(self) -> None:
        """Look, and look again."""
        self.look()
        self.set_interval(self.asking.review.pace.scan, self.look)

    def look(self) -> None:
        """Ask whether a scan is running."""
        if self.screen.is_current:
            self.asking.ask("scan-line", self.asking.review.caseload.watch_scan, self.show)

    def show(self, watched: ScanWatch) -> None:
        """Say what was seen."""
        before = self._watched
        if before is None or self._read is None:
            self._read = watched.newest
        if watched.running is not None:
            self._broken_off = False
        elif before is not None and before.running is not None:
            self._broken_off = watched.newest == before.newest
        self._watched = watched
        self.reword()

    def read(self) -> None:
        """Everything on the screen has been read anew."""
        self._broken_off = False
        self._read = None if self._watched is None else self._watched.newest
        self.reword()

    def reword(self) -> None:
        """Say it anew, in the language that is chosen now."""
        words = self._words(self.asking.review.wording)
        self.set_class(bool(words), "-shown")
        self.say(Text(f" {words}" if words else "", "bold"))

    def _words(self, wording: Wording) -> str:
        watched = self._watched
        if watched is None:
            return ""
        if watched.running is not None:
            return running_words(watched, watched.running, wording)
        if self._read is not None and watched.newest > self._read:
            return "✓ " + wording.say("A scan has ended: there are new results. r reads them.")
        if self._broken_off:
            return "✗ " + wording.say("The scan has ended without results; the cases are as they were.")
        return ""


def running_words(watched: ScanWatch, running: RunningScan, wording: Wording) -> str:
    """Say how far a scan is, and for how long it has been running."""
    taken = clock(watched.at - running.started)
    since = f"{running.started.astimezone(watched.at.tzinfo):%H:%M}"
    if running.stage not in STAGES or running.in_stage is None:
        return "▶ " + wording.say("A scan is running elsewhere since {since}, for {time}", since=since, time=taken)
    place = STAGES.index(running.stage) + 1
    done = "▰" * place + "▱" * (len(STAGES) - place)
    told = wording.say(
        "Scan since {since}: {stage} ({place} of {all}, {time}), in all {total}",
        since=since,
        stage=wording.say(TITLES[running.stage]),
        place=place,
        all=len(STAGES),
        time=clock(watched.at - running.in_stage),
        total=taken,
    )
    return f"▶ {done} {told}"


def clock(time: timedelta) -> str:
    """Write a length of time as minutes and seconds, 1:05, or with hours before them, 1:02:05."""
    seconds = max(int(time.total_seconds()), 0)
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
