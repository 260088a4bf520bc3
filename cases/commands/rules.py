"""`patuh rules`: the rule files before they judge anything; one module for each further command."""

import typer

from cases.commands import rules_backtest, rules_diff, rules_docs, rules_schema, rules_show, rules_test
from cases.commands.options import RUN_FILE, Config, Lang, output, setting_of, talk, wording_of
from cases.exit_codes import ExitCode
from cases.present import fault_words
from cases.wording import Wording
from rules.errors import Fault

app = typer.Typer(help="Check, test, list, show and compare what the rule files say.")
app.command("test")(rules_test.test)
app.command("list")(rules_show.list_rules)
app.command("show")(rules_show.show)
app.command("diff")(rules_diff.diff)
app.command("docs")(rules_docs.docs)
app.command("schema")(rules_schema.schema)
app.command("backtest")(rules_backtest.backtest)


@app.callback()
def _rules() -> None:
    """Check, test, list, show and compare what the rule files say."""


@app.command("check")
def check(context: typer.Context, config: Config = RUN_FILE, lang: Lang = None) -> ExitCode:
    """Read the run file, every rule, its conditions, law and examples; list every fault of every file.

    Warnings are listed beside the faults; they alone do not fail.
    """
    import engine.conditions
    import engine.examples
    import engine.rule_checks
    import rules.load
    from rules.errors import FaultsError
    from rules.working_days import shipped_calendar

    loaded = rules.load.load(config.absolute())
    calendar, faults = shipped_calendar(loaded.configuration.calendar_file)
    conditions = engine.conditions.check(loaded.book)
    examples = () if conditions else engine.examples.check_examples(loaded.book, calendar)
    today, shipped = setting_of(context).today(), rules.load.shipped_parameters()
    remarks = engine.rule_checks.check_rules(loaded.book, loaded.configuration, today, shipped)
    wording = wording_of(lang, loaded.configuration.language)
    warn(remarks.warnings, wording)
    found = {*loaded.faults, *faults, *conditions, *examples, *remarks.faults}
    if found:
        raise FaultsError(tuple(found))
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


def warn(warnings: tuple[Fault, ...], wording: Wording) -> None:
    """Say on stderr what an honest rule may have as well."""
    for warning in warnings:
        text = wording.say("warning: {fault}", fault=fault_words(warning, wording))
        talk().print(text, highlight=False, markup=False, soft_wrap=True)
