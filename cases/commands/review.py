"""`patuh review`: the screen in which a supervisor works through flagged cases."""

import sys

import typer

from cases.commands.gate import who_of
from cases.commands.options import RUN_FILE, Config, Lang, Store, setting_of
from cases.exit_codes import ExitCode
from rules.errors import Message, UsageError


def review(context: typer.Context, config: Config = RUN_FILE, store: Store = None, lang: Lang = None) -> ExitCode:
    """Work through the cases in a screen of this terminal: read, confirm, assign, waive, dismiss."""
    import rules.load
    from cases.caseload.caseload import Caseload, Rulings
    from cases.commands.reading import open_reading
    from cases.named_store import named_store
    from cases.review.app import ReviewApp

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            Message("there is no terminal to draw on"),
            Message("the review screen is worked with by keys, in a terminal"),
            Message("run it in a terminal; patuh cases list is for pipes and files"),
        )
    setting = setting_of(context)
    desk, _ = rules.load.load_desk(config.absolute())

    def rulings() -> Rulings:
        reading = open_reading(config, store, lang, setting.today())
        return Rulings(reading.configuration, reading.work)

    caseload = Caseload(named_store(store, desk.store), who_of(context), setting, rulings)
    try:
        screen = ReviewApp(caseload, lang or desk.language)
        screen.run()
        screen.leave_store()
    finally:
        caseload.close()
    if screen.failure is not None:
        raise screen.failure
    return ExitCode.DONE
