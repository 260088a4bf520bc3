"""`patuh rules schema`: what an editor needs to complete and check rule files while they are written."""

import json
from typing import Annotated

import typer

from cases.commands.options import one_of, output
from cases.exit_codes import ExitCode
from rules.errors import Message


def schema(
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="rule, parameters, facts, routing, ladder, priority, or run (rules.yaml)."),
    ] = "rule",
) -> ExitCode:
    """Print the JSON Schema of one kind of file, as the shipped facts and packs have it."""
    from rules.load import load_rule_book
    from rules.schema import TITLES, schema_of

    kind = one_of("schema", kind, tuple(TITLES), Message("each kind of file has keys of its own"))
    book, _ = load_rule_book()
    text = json.dumps(schema_of(kind, book), ensure_ascii=False, indent=1)
    output().print(text, markup=False, highlight=False, soft_wrap=True)
    return ExitCode.DONE
