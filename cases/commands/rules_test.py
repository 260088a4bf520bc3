"""`patuh rules test`: every example of the rules, and whether they show all that each line can come to."""

import json
from typing import Annotated

import typer

from cases.commands.options import RUN_FILE, AsJson, Config, Lang, one_of, output, typed, wording_of
from cases.commands.written import written
from cases.exit_codes import ExitCode


def test(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Only these rules.")] = None,
    threshold: Annotated[
        int,
        typer.Option(
            "--threshold",
            metavar="PERCENT",
            min=0,
            max=100,
            help="What the examples of rules that are not stable must show at least; of stable ones it is 100.",
        ),
    ] = 0,
    as_json: AsJson = False,
    config: Config = RUN_FILE,
    lang: Lang = None,
) -> ExitCode:
    """Judge every example of every rule, and name the outcomes of conditions that no example shows."""
    import engine.conditions
    import engine.coverage
    import rules.load
    from cases.rule_test_tables import rule_test_tables
    from cases.rule_tests import RuleTests
    from cases.rule_tests import as_json as report
    from rules.errors import FaultsError, Message
    from rules.working_days import shipped_calendar

    loaded = rules.load.load(config.absolute())
    calendar, faults = shipped_calendar(loaded.configuration.calendar_file)
    found = {*loaded.faults, *faults, *engine.conditions.check(loaded.book)}
    if found:
        raise FaultsError(tuple(found))
    known = tuple(sorted(loaded.book.rules))
    why = Message("a rule that there is not would look like one whose examples all pass")
    names = tuple(dict.fromkeys(one_of("rule", name, known, why) for name in ids or known))
    tests = RuleTests(engine.coverage.cover(loaded.book, calendar, names), threshold)
    if as_json:
        with written():
            typer.echo(json.dumps(report(tests), ensure_ascii=False))
    else:
        wording = wording_of(lang, loaded.configuration.language)
        output().print(rule_test_tables(tests, wording, typed(config)), soft_wrap=True)
    return ExitCode.DONE if tests.held else ExitCode.EXAMPLES
