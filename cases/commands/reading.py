"""What the commands that read cases share: the run file, the store, and what the engine explains with."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session

import rules.load
from cases.listing import LastScan, last_scan
from cases.named_store import named_store
from cases.wording import Wording
from engine.detect import Work
from rules.configuration import Configuration
from rules.errors import FaultsError, Message, UsageError
from rules.working_days import shipped_calendar


@dataclass(frozen=True)
class Reading:
    """The run file as read, the store's URL, the words, and the engine's work as of `today`."""

    configuration: Configuration
    store: str
    wording: Wording
    work: Work


def open_reading(config: Path, store: str | None, lang: str | None, today: date) -> Reading:
    """Read the run file for a command that shows cases. Raises FaultsError with every fault of every file."""
    loaded = rules.load.load(config.absolute())
    calendar, faults = shipped_calendar(loaded.configuration.calendar_file)
    if loaded.faults or faults:
        raise FaultsError((*loaded.faults, *faults))
    configuration = loaded.configuration
    work = Work(
        book=loaded.book,
        rules=tuple(sorted(loaded.book.rules)),
        evaluation_date=today,
        calendar=calendar,
        off=configuration.calendar_off,
        scratch=configuration.state / "reading",  # a scan sweeps its own scratch folder under our feet
    )
    return Reading(
        configuration,
        named_store(store, configuration.store),
        Wording(lang or configuration.language, Path.cwd()),
        work,
    )


def ended_scan(session: Session) -> LastScan:
    """Return the last scan, whose lists a command shows. Raises UsageError where none has ended."""
    last = last_scan(session)
    if last is None:
        raise UsageError(
            Message("no scan has ended yet"),
            Message("the list comes from the last scan"),
            Message("run patuh scan first"),
        )
    return last
