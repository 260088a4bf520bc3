"""Values of the law as SQL: days, a parameter's number, a progressive table, the grouped measure of a relation."""

import re
from datetime import date
from decimal import Decimal

from connectors.duck import literal
from rules.model import Parameter, ParameterContent, Slice

PLAIN_ENTRY = re.compile(r"\w+([ -]\w+)*", re.ASCII)
"""An entry of a list that means nothing else in a pattern."""


def date_sql(day: date) -> str:
    """Return a date literal."""
    return f"DATE '{day.isoformat()}'"


def value_sql(value: ParameterContent) -> str:
    """Return a parameter's number or text as SQL; a table has none."""
    assert not isinstance(value, tuple)
    return literal(value) if isinstance(value, str) else f"{value:f}" if isinstance(value, Decimal) else str(value)


def value_type(parameter: Parameter) -> str:
    """Return the SQL type of a parameter's values; what a table comes to is a number."""
    value = parameter.values[0].value
    return "VARCHAR" if isinstance(value, str) else "BIGINT" if isinstance(value, int) else "DECIMAL(9,4)"


def sliced_sql(amount: str, slices: tuple[Slice, ...]) -> str:
    """Return each slice of `amount` times its rate, added up; NULL where the amount passes the end of the table."""
    branches, reached, below = [], Decimal(0), Decimal(0)
    for one in slices:
        within = f"{amount} <= {one.up_to:f}" if one.up_to is not None else f"{amount} IS NOT NULL"
        own = f"{one.rate:f} * ({amount} - {reached:f})" if reached else f"{one.rate:f} * greatest({amount}, 0)"
        branches.append(f"WHEN {within} THEN {f'{below:f} + ' if reached else ''}{own}")
        if one.up_to is not None:
            below += one.rate * (one.up_to - reached)
            reached = one.up_to
    return f"(CASE {' '.join(branches)} END)"


def includes_sql(text: str, names: list[str], plain: bool) -> str:
    """Return whether a list divided by `;` or `,` has any of the entries; `plain`: all are texts like PLAIN_ENTRY."""
    entries = [f"upper({name})" for name in names]
    if plain:
        # A constant pattern is tried once for each text of a column's dictionary, not once for each row.
        any_entry = " || '|' || ".join(entries)
        return f"regexp_matches(upper({text}), '(^|[;,])\\s*(' || {any_entry} || ')\\s*($|[;,])')"
    # DuckDB's own trim leaves tabs and line ends where they are.
    listed = f"string_split_regex(upper(trim({text}, E' \\t\\r\\n\\f')), '\\s*[;,]\\s*')"
    return f"list_has_any({listed}, [{', '.join(entries)}])"


def extreme_sql(name: str, parts: list[str]) -> str:
    """Return `least` or `greatest`: NULL where any argument is (DuckDB's own leave NULLs out)."""
    said = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    return f"(CASE WHEN {said} THEN {name}({', '.join(parts)}) END)"


def months_started_sql(start: str, end: str) -> str:
    """Return whole months from one day to another, and one more for a month that has begun."""
    whole = f"date_sub('month', {start}, {end})"
    begun = f"CAST({start} + to_months(CAST({whole} AS INTEGER)) < {end} AS BIGINT)"
    return f"(CASE WHEN {end} <= {start} THEN 0 ELSE {whole} + {begun} END)"


def aggregate_sql(name: str, parts: list[str]) -> str:
    """Return the grouped measure; NULL as soon as one row does not say what is asked."""
    if name == "any_of":
        return f"CASE WHEN bool_or({parts[0]}) THEN TRUE WHEN count(*) = count({parts[0]}) THEN FALSE END"
    if name == "count_of":
        if not parts:
            return "count(*)"
        return f"CASE WHEN count(*) = count({parts[0]}) THEN count(*) FILTER (WHERE {parts[0]}) END"
    condition = parts[1] if len(parts) > 1 else "TRUE"
    sql_name = name.removesuffix("_of")
    chosen = f"count(*) FILTER (WHERE {condition})"
    said = f"count({parts[0]}) FILTER (WHERE {condition})"
    measure = f"{sql_name}({parts[0]}) FILTER (WHERE {condition})"
    if name == "sum_of":
        measure = f"coalesce({measure}, 0)"
    return f"CASE WHEN count(*) = count({condition}) AND {chosen} = {said} THEN {measure} END"
