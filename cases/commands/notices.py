"""`patuh notices`: what rules of nature notice hit in the last scan. They open no case and are only listed."""

import sys
from typing import Annotated

import typer

from cases.commands.gate import opened, regions_of, uncover_list
from cases.commands.options import (
    RUN_FILE,
    AsJson,
    Config,
    Lang,
    Purpose,
    Store,
    Unmask,
    output,
    setting_of,
    typed,
)
from cases.exit_codes import ExitCode
from rules.errors import Message, UsageError

SCREENFUL = 50
"""Notices of one page, where nothing else is asked."""


def notices(
    context: typer.Context,
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only notices of this rule.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Only of this region, of any level.")] = None,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Skip so many notices.")] = 0,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="At most so many; otherwise 50, and all of them with --csv.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print lines for a spreadsheet instead.")] = False,
    as_json: AsJson = False,
    unmask: Unmask = False,
    purpose: Purpose = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """List the notices of the last scan: whom, what was seen, and what must be confirmed before more may follow."""
    from cases.commands.filters import region_of, rule_of
    from cases.commands.reading import ended_scan, open_reading
    from cases.commands.written import written
    from cases.notice_list import NoticeFilter, NoticeSource, list_notices, notice_lines
    from cases.notice_screen import notice_json, notice_screen, write_notices

    if as_csv and as_json:
        raise UsageError(
            Message("--csv and --json were both given"),
            Message("one output has one form"),
            Message("leave one of them out"),
        )
    reading = open_reading(config, store, lang, setting_of(context).today())
    region = region_of(region)
    with opened(context, reading.store) as session:
        rule = rule_of(rule, reading.work.book, session)
        last = ended_scan(session)
    source = NoticeSource(reading.configuration.state, last.run_id, last.as_of, reading.work, reading.wording, unmask)
    wanted = NoticeFilter(rule, region, regions_of(context))
    page = list_notices(source, wanted, offset, 1 if as_csv else limit or SCREENFUL)
    if unmask:
        rest = max(page.total - offset, 0)
        uncover_list(context, reading.store, min(rest, limit or rest) if as_csv else len(page.lines))
    if as_csv:
        with written():
            write_notices(notice_lines(source, wanted, offset, limit), page.rules, reading.wording, sys.stdout.buffer)
    elif as_json:
        output().print(notice_json(page), markup=False, highlight=False, soft_wrap=True)
    else:
        output().print(notice_screen(page, reading.wording, typed(config, store)))
    return ExitCode.DONE
