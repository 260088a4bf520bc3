"""`patuh review`: the screen in which a supervisor works through flagged cases."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from cases.commands.gate import desk_of, who_of
from cases.commands.options import RUN_FILE, Config, Lang, Store, setting_of
from cases.exit_codes import ExitCode
from rules.errors import FaultsError, Message, UsageError

if TYPE_CHECKING:
    from cases.caseload.caseload import Caseload
    from cases.caseload.lists import Lists


def review(context: typer.Context, config: Config = RUN_FILE, store: Store = None, lang: Lang = None) -> ExitCode:
    """Work through the cases in a screen of this terminal: read, confirm, assign, waive, dismiss."""
    from cases.caseload.later import LaterCaseload, NotBegunError
    from cases.review.app import ReviewApp

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            Message("there is no terminal to draw on"),
            Message("the review screen is worked with by keys, in a terminal"),
            Message("run it in a terminal; patuh cases list is for pipes and files"),
        )
    caseload = LaterCaseload(
        who_of(context),
        setting_of(context),
        lambda: _lists(context, config, store),
        lambda: _whole(context, config, store, lang),
    )
    language = lang or desk_of(context).language
    try:
        screen = ReviewApp(cast("Caseload", caseload), language)
        screen.run()
        screen.leave_store()
    finally:
        caseload.close()
    if isinstance(screen.failure, NotBegunError):
        raise screen.failure.cause
    if screen.failure is not None:
        raise screen.failure
    return ExitCode.DONE


def _lists(context: typer.Context, config: Path, store: str | None) -> "Lists":
    """Open what a list needs: the store, and the rule files as they are read, without the engine."""
    import rules.load
    from cases.caseload.lists import Lists
    from cases.named_store import named_store

    loaded = rules.load.load(config.absolute())
    if loaded.faults:
        raise FaultsError(loaded.faults)
    url = named_store(store, loaded.configuration.store)
    return Lists(url, who_of(context), setting_of(context), lambda: loaded.book)


def _whole(context: typer.Context, config: Path, store: str | None, lang: str | None) -> "Caseload":
    """Open what a file and an act need."""
    from cases.caseload.caseload import Caseload, Rulings
    from cases.commands.reading import open_reading

    setting = setting_of(context)
    reading = open_reading(config, store, lang, setting.today())
    return Caseload(reading.store, who_of(context), setting, lambda: Rulings(reading.configuration, reading.work))
