"""Values of the law as SQL: days, a parameter's number, a progressive table, the grouped measure of a relation."""

from datetime import date
from decimal import Decimal

from connectors.duck import literal
from rules.model import Parameter, ParameterContent, Slice


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
    parts, reached = [], "0"
    for one in slices:
        upto = amount if one.up_to is None else f"least({amount}, {one.up_to:f})"
        parts.append(f"{one.rate:f} * greatest({upto} - {reached}, 0)")
        reached = "0" if one.up_to is None else f"{one.up_to:f}"
    within = f"{amount} IS NOT NULL" if slices[-1].up_to is None else f"{amount} <= {reached}"
    return f"(CASE WHEN {within} THEN {' + '.join(parts)} END)"


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
