"""The queries of one landing: rows that pass, faults of those that do not, and a quick look at typed rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors import field_types
from connectors.cells import Cell, cell, fault_of_mark, landed_type, mark_of, plain_text, untrimmed
from connectors.duck import literal, quoted
from connectors.raw import Raw
from rules.configuration import Column, Source
from rules.model import Fact


@dataclass(frozen=True)
class Plan:
    """What landing asks of DuckDB. `keys`: positions in `cells` of the source's key fields.

    `own`: the source is the fact's own register (its key is the fact's key), whose key may be malformed but not empty.
    """

    raw: Raw
    cells: tuple[Cell, ...]
    keys: tuple[int, ...]
    own: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The fields landed, in the order of the map."""
        return tuple(one.field.name for one in self.cells)


def make_plan(source: Source, fact: Fact, raw: Raw) -> Plan:
    """Put the source's column map and the vocabulary together; a connector that knows the fields needs no map."""
    columns: Mapping[str, Column] = source.columns or {
        name: Column(name, name, None, {}, None, None, source.location) for name in raw.columns if name in fact.fields
    }
    cells = tuple(cell(fact.fields[name], column, raw) for name, column in columns.items())
    keys = tuple(i for i, one in enumerate(cells) if one.field.name in source.key)
    return Plan(raw, cells, keys, fact.key in source.key)


def clean(plan: Plan) -> str:
    """Return the query for the rows that pass, in the source's order, typed, with `_row`."""
    values = ", ".join(f"CAST(v{i} AS {landed_type(one.field)}) AS {quoted(one.field.name)}" for i, one in _each(plan))
    sound = " AND ".join(f"f{i} IS NULL" for i, _ in _each(plan))
    return f"SELECT {values}, _row FROM ({_judged(plan)}) WHERE {sound}"


def rejects(plan: Plan) -> str:
    """Return the query for the faults: one line per fault, columns as `Landed.rejects` has them."""
    record = ", ".join(f"{literal(one.field.name)}, coalesce(CAST(v{i} AS VARCHAR), t{i})" for i, one in _each(plan))
    faults = ", ".join(
        f"{{'column': {literal(one.column.source or one.field.name)}, 'value': t{i}, 'reason': f{i}, "
        f"'is_key': {'true' if i in plan.keys else 'false'}}}"
        for i, one in _each(plan)
    )
    any_fault = " OR ".join(f"f{i} IS NOT NULL" for i, _ in _each(plan))
    return (
        f'SELECT row, fault."column" AS "column", fault.value AS value, fault.reason AS reason, record, fault.is_key '
        f"AS is_key FROM (SELECT _row AS row, CAST(json_object({record}) AS VARCHAR) AS record, "
        f"unnest([{faults}]) AS fault FROM ({_judged(plan)}) WHERE {any_fault}) WHERE fault.reason IS NOT NULL"
    )


def _each(plan: Plan) -> list[tuple[int, Cell]]:
    return list(enumerate(plan.cells))


def _judged(plan: Plan) -> str:
    """Return the query with, for each cell i, its text t, value v and fault f (reason or NULL).

    A quick cell has a doubt d as well: what cannot be wrong is neither trimmed nor parsed.
    """
    raws = ", ".join(f"{one.typed or one.text} AS r{i}" for i, one in _each(plan))
    inner = f"SELECT {plan.raw.row} AS _row, {raws} FROM {plan.raw.relation}"
    doubted = [f"({' OR '.join(_doubts(plan, i, f'r{i}')) or 'false'}) AS d{i}" for i, _ in _quick(plan)]
    if doubted:
        inner = f"SELECT *, {', '.join(doubted)} FROM ({inner})"
    texts = ", ".join(_text(one, i) for i, one in _each(plan))
    mapped = ", ".join(f"{field_types.mapped_text(one, f't{i}')} AS m{i}" for i, one in _each(plan))
    values = ", ".join(f"{_value(one, i)} AS v{i}" for i, one in _each(plan))
    faults = ", ".join(f"{_fault(plan, one, i)} AS f{i}" for i, one in _each(plan))
    valued = f"SELECT *, {values} FROM (SELECT *, {mapped} FROM (SELECT *, {texts} FROM ({inner})))"
    return f"SELECT *, {faults} FROM ({valued})"


def _quick(plan: Plan) -> list[tuple[int, Cell]]:
    return [(i, one) for i, one in _each(plan) if one.quick]


def _text(one: Cell, i: int) -> str:
    if one.typed:
        return f"CAST(r{i} AS VARCHAR) AS t{i}"
    trimmed = plain_text(one, f"r{i}")
    text = f"CASE WHEN d{i} THEN {trimmed} ELSE r{i} END" if one.quick else trimmed
    return f"{text} AS t{i}, {mark_of(one, f'r{i}')} AS k{i}, {fault_of_mark(one, f'r{i}')} AS x{i}"


def _value(one: Cell, i: int) -> str:
    if one.typed:
        return f"r{i}"
    found = field_types.value(one, f"m{i}", f"k{i}")
    if one.quick:
        return f"CASE WHEN d{i} THEN {found} ELSE r{i} END"
    return f"CASE WHEN x{i} IS NULL THEN {found} END" if one.marked else found


def _fault(plan: Plan, one: Cell, i: int) -> str:
    parts = [f"x{i}"] if one.marked and not one.typed else []
    parts.append(field_types.fault(one, f"t{i}", f"m{i}", f"v{i}", f"k{i}"))
    if i in plan.keys:
        parts.append(field_types.key_fault(one, f"v{i}", plan.own))
    found = f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0]
    return f"CASE WHEN d{i} THEN {found} END" if one.quick else found


def may_be_kept(plan: Plan) -> bool:
    """Return whether the source is Parquet with exactly the mapped fields, named and typed as the vocabulary says."""
    if plan.raw.own_file is None or set(plan.raw.columns) != set(plan.names):
        return False
    return all(
        one.column.source == one.field.name
        and plan.raw.columns[one.field.name].upper() == landed_type(one.field)
        and not (one.column.values or one.column.dates or one.column.numbers)
        for one in plan.cells
    )


def doubts(plan: Plan) -> str:
    """Return the condition under which a row may need a change or a reject, for a plan that may be kept.

    Quicker than parsing: it may doubt a clean row, and never passes a dirty one.
    """
    found = [doubt for i, one in _each(plan) for doubt in _doubts(plan, i, quoted(one.field.name))]
    return f"({' OR '.join(found) or 'false'})"


def _doubts(plan: Plan, i: int, name: str) -> list[str]:
    one, joins = plan.cells[i], i in plan.keys and not plan.own
    found = [condition for condition, _ in field_types.limits(one, name)]
    if i in plan.keys:
        found.append(f"{name} IS NULL")
    if one.field.type == "text":
        found += [untrimmed(name), f"contains({name}, chr(0))"]
        found += [f"NOT regexp_matches({name}, '[0-9A-Za-z]')"] if joins else []
    elif one.field.type == "choice":
        found.append(f"{name} NOT IN ({', '.join(map(literal, one.field.values))})")
    elif one.field.type == "region":
        found.append(f"NOT regexp_full_match({name}, {literal(field_types.REGION)})")
    elif one.field.type in field_types.IDENTIFIERS:
        found += _doubtful_identifier(one, name, joins)
    return found


def _doubtful_identifier(one: Cell, name: str, joins: bool) -> list[str]:
    length = 13 if one.field.type == "nib" else 16
    if joins:
        repeated = ", ".join(literal(str(digit) * length) for digit in range(10))
        no_core = [f"starts_with({name}, '0000000000')"] if one.field.type == "npwp" else []
        return [f"NOT regexp_full_match({name}, '[0-9]{{{length}}}')", f"{name} IN ({repeated})", *no_core]
    longer = [f"length({name}) IN (15, 22)"] if one.field.type == "npwp" else []
    return [f"NOT regexp_full_match({name}, '[0-9A-Z]+')", *longer]
