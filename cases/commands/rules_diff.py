"""`patuh rules diff`: what changed between two states of the rule files."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cases.commands.options import AsJson, Lang, output, wording_of
from cases.commands.rules_show import PAGE_WIDTH
from cases.exit_codes import ExitCode
from cases.wording import LANGUAGES
from rules.errors import FaultsError, Message, UsageError


def diff(
    old: Annotated[Path, typer.Argument(metavar="A", help="A folder of rule files, or one file: the old state.")],
    new: Annotated[
        Path | None, typer.Argument(metavar="B", help="The new state, of the same kind; otherwise the shipped files.")
    ] = None,
    as_json: AsJson = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 where there are differences, as git does.")
    ] = False,
    lang: Lang = None,
) -> ExitCode:
    """Show what changed in rules, parameters, routing and fields: A is the old state, B the new one."""
    from cases.change_screen import change_record, change_screen
    from rules.changes import changes_between
    from rules.fault_list import FaultList
    from rules.load import load_rule_book
    from rules.rule_folder import read_rules_at

    other = _other(old, new)
    faults = FaultList()
    shipped, _ = load_rule_book()
    before, after = read_rules_at(old, shipped, faults), read_rules_at(other, shipped, faults)
    if len(faults):
        raise FaultsError(faults.sorted())
    changes = changes_between(before, after)
    console = output()
    if as_json:
        record = {"same": not changes, "changes": [change_record(change) for change in changes]}
        console.print(json.dumps(record, ensure_ascii=False), markup=False, highlight=False, soft_wrap=True)
    else:
        width = console.width if console.is_terminal else PAGE_WIDTH
        console.print(change_screen(changes, wording_of(lang, LANGUAGES[0])), width=width)
    return ExitCode.DIFFERENT if exit_code and changes else ExitCode.DONE


def _other(old: Path, new: Path | None) -> Path:
    """Return what `old` is compared with. Raises UsageError for what is not there, and for a folder beside a file."""
    from rules.fault_list import use_one_of
    from rules.load import shipped_folder
    from rules.rule_folder import shipped_file, shipped_names

    for path in (old, *((new,) if new is not None else ())):
        if not path.exists():
            raise UsageError(
                Message("{path} does not exist", path=path),
                Message("there is nothing to compare with"),
                Message("name a folder of rule files, or one file"),
            )
    if new is not None and old.is_dir() != new.is_dir():
        raise UsageError(
            Message("one of the two is a folder and the other is a file"),
            Message("everything that only the folder has would look added or gone"),
            Message("name two folders or two files"),
        )
    found = shipped_folder() if old.is_dir() else shipped_file(old)
    if new is None and found is None:
        raise UsageError(
            Message("no shipped rule file is called {name}", name=old.name),
            Message("a file for itself is compared with the shipped one of its name"),
            use_one_of(old.name, shipped_names()),
        )
    return new or found or old
