"""`patuh rules`: the rule files before they judge anything; one module for each further command."""

import typer

from cases.commands import rules_diff, rules_show
from cases.commands.options import RUN_FILE, Config, Lang, output, wording_of
from cases.exit_codes import ExitCode

app = typer.Typer(help="Check, list, show and compare what the rule files say.")
app.command("list")(rules_show.list_rules)
app.command("show")(rules_show.show)
app.command("diff")(rules_diff.diff)


@app.callback()
def _rules() -> None:
    """Check, list, show and compare what the rule files say."""


@app.command("check")
def check(config: Config = RUN_FILE, lang: Lang = None) -> ExitCode:
    """Read the run file, every rule, its conditions and its examples; list every fault of every file."""
    import engine.conditions
    import engine.examples
    import rules.load
    from rules.errors import FaultsError
    from rules.working_days import shipped_calendar

    loaded = rules.load.load(config.absolute())
    calendar, faults = shipped_calendar(loaded.configuration.calendar_file)
    conditions = engine.conditions.check(loaded.book)
    examples = () if conditions else engine.examples.check_examples(loaded.book, calendar)
    found = {*loaded.faults, *faults, *conditions, *examples}
    if found:
        raise FaultsError(tuple(found))
    wording = wording_of(lang, loaded.configuration.language)
    count = sum(len(rule.examples) for rule in loaded.book.rules.values())
    output().print(
        wording.say(
            "{rules} rules and {examples} examples checked: no faults",
            rules=wording.number(len(loaded.book.rules)),
            examples=wording.number(count),
        ),
        highlight=False,
    )
    return ExitCode.DONE
