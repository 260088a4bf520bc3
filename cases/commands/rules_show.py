"""`patuh rules list` and `patuh rules show`: what the rules say, for those who maintain the law."""

import json
from typing import Annotated

import typer

from cases.commands.options import (
    RUN_FILE,
    AsJson,
    Config,
    Lang,
    day_of,
    one_of,
    output,
    setting_of,
    typed,
)
from cases.exit_codes import ExitCode
from rules.errors import FaultsError, Message

PAGE_WIDTH = 80
"""Columns of a page in a pipe: as wide as the paper and the mail that it goes into."""

MISSED = Message("what is not there would look like a rule that finds nothing")


def list_rules(
    pack: Annotated[str | None, typer.Option("--pack", help="Only of this pack.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="Only draft, trial, stable or retired.")] = None,
    as_json: AsJson = False,
    config: Config = RUN_FILE,
    lang: Lang = None,
) -> ExitCode:
    """List every rule, shipped or an office's own, with its nature and status."""
    from typing import get_args

    from cases.commands.catalogue import open_catalogue, say_faults
    from cases.rule_record import rule_line
    from cases.rule_screen import rule_list
    from rules.model import Status

    catalogue = open_catalogue(config, lang)
    packs = tuple(sorted({rule.pack for rule in catalogue.book.rules.values()}))
    pack = one_of("--pack", pack, packs, MISSED) if pack is not None else None
    status = one_of("--status", status, get_args(Status), MISSED) if status is not None else None
    say_faults(catalogue)
    chosen = [
        rule
        for _, rule in sorted(catalogue.book.rules.items(), key=lambda named: (named[1].pack, named[0]))
        if pack in (None, rule.pack) and status in (None, rule.status)
    ]
    if as_json:
        output().print(
            json.dumps([rule_line(rule) for rule in chosen], ensure_ascii=False), markup=False, soft_wrap=True
        )
    else:
        output().print(rule_list(chosen, catalogue.wording, typed(config)))
    return ExitCode.USAGE if catalogue.faults else ExitCode.DONE


def show(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="ID", help="The rule's id, for example PWBD-01.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day whose values and law to show; otherwise today.")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Add the SQL that the outcome is compiled to.")] = False,
    as_json: AsJson = False,
    config: Config = RUN_FILE,
    lang: Lang = None,
) -> ExitCode:
    """Show a rule as a page: its words, law, conditions, parameters in force on a day, and examples."""
    from cases.commands.catalogue import open_catalogue, say_faults
    from cases.rule_page import Reading, rule_page
    from cases.rule_record import rule_record
    from cases.rule_screen import rule_next, rule_screen
    from engine.shown_sql import outcome_query

    day = day_of(on, "--on") or setting_of(context).today()
    catalogue = open_catalogue(config, lang)
    book = catalogue.book
    if not book.rules and catalogue.faults:
        raise FaultsError(catalogue.faults)
    say_faults(catalogue)
    checked = catalogue.checked(one_of("rule", rule, tuple(sorted(book.rules)), MISSED))
    query = outcome_query(book, checked, day, catalogue.calendar, catalogue.off) if sql else None
    if as_json:
        record = {**rule_record(checked, book, day), **({"sql": query} if sql else {})}
        output().print(json.dumps(record, ensure_ascii=False), markup=False, highlight=False, soft_wrap=True)
        return ExitCode.DONE
    console, wording = output(), catalogue.wording
    page = rule_page(checked, Reading(book, wording, day))
    width = console.width if console.is_terminal else PAGE_WIDTH
    console.print(rule_screen(page, wording), width=width)
    if query is not None:  # lines of SQL are copied as they are, not folded
        console.print(f"\nSQL (DuckDB)\n{query}", markup=False, highlight=False, soft_wrap=True)
    console.print(rule_next(page, wording, sql, typed(config)))
    return ExitCode.DONE
