"""`patuh coverage`: participants against the workforce, with the target and the gap; nobody is judged by it."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from cases.commands.options import (
    RUN_FILE,
    AsJson,
    AsOf,
    Config,
    Lang,
    Limit,
    one_of,
    output,
    said_again,
    typed,
    wording_of,
)
from cases.exit_codes import ExitCode
from rules.errors import Message, UsageError

if TYPE_CHECKING:
    from cases.coverage import Targets
    from rules.model import Parameter, RuleBook

TARGET = "coverage_target"
"""The parameter that is meant where nobody names a target."""

UNIT = "percent"
HIGHEST = 100
"""Per cent: nobody can be covered twice."""

SEGMENTS = ("formal", "informal", "both")


def coverage(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="Lines by region, segment or year.")] = "region",
    region: Annotated[str | None, typer.Option("--region", help="Only this region, of any level.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Only this year.")] = None,
    segment: Annotated[
        str | None, typer.Option("--segment", help="Only formal or informal workers, or both together.")
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--target", metavar="PERCENT|NAME", help="A target in per cent, or a dated parameter in per cent."
        ),
    ] = None,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Skip so many lines.")] = 0,
    limit: Limit = 50,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME=PATH", help="Another file for a source; may be repeated."),
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    config: Config = RUN_FILE,
    lang: Lang = None,
) -> ExitCode:
    """Show how many workers are participants, by region, segment or year, with the target and the gap in people."""
    from dataclasses import replace

    from cases.commands.filters import region_of
    from cases.commands.ordered import looking
    from cases.coverage import CoverageOrder, coverage_of
    from cases.coverage_query import By, CoverageFilter
    from cases.coverage_record import coverage_json
    from cases.coverage_screen import coverage_screen
    from cases.scan import one_fact

    why = Message("lines are told apart by it")
    grouped = cast("By", one_of("--by", by, get_args(By), why))
    segment = one_of("--segment", segment, SEGMENTS, why) if segment is not None else None
    wanted = CoverageFilter(region_of(region), year, segment)
    with one_fact(looking(context, config, as_of, source), "workforce") as fact:
        asked = CoverageOrder(wanted, grouped, targets_of(target, fact.plan.book), offset, limit)
        page = coverage_of(fact.assembled, asked, fact.plan.scratch)
        page = replace(page, rejected=sum(one.landed.rejected for one in fact.gated.values()))
        language, day = fact.plan.configuration.language, fact.plan.as_of
    wording = wording_of(lang, language)
    if as_json:
        output().print(coverage_json(page, day), markup=False, highlight=False, soft_wrap=True)
    else:
        given = said_again(("--target", target), ("--as-of", as_of), *(("--source", one) for one in source or ()))
        output().print(coverage_screen(page, wording, typed(config), given))
    return ExitCode.DONE if page.reason is None else ExitCode.NOT_JUDGED


def targets_of(target: str | None, book: "RuleBook") -> "Targets | None":
    """Read --target: a number in per cent, or the name of a parameter in per cent; not given: the national one.

    Raises UsageError for anything else.
    """
    from cases.coverage import Target

    known = {name: one for name, one in book.parameters.items() if one.unit == UNIT and _is_number(one)}
    if target is None:
        return known.get(TARGET)
    try:
        number = Decimal(target.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        why = Message("a target is a number in per cent, or a dated parameter in per cent")
        return known[one_of("--target", target, tuple(known), why)]
    if not number.is_finite() or not 0 < number <= HIGHEST:
        raise UsageError(
            Message("--target '{target}' is no target", target=target),
            Message("a target is a share of the workers, above zero and at most 100 per cent"),
            Message("write it in per cent, for example --target 57.17"),
        )
    return Target(number)


def _is_number(parameter: "Parameter") -> bool:
    return all(isinstance(value.value, int | Decimal) for value in parameter.values)
