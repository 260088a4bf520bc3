"""One field as DuckDB SQL: its value from a cell's text, and the reason why a text is no such value.

Decided here: money with more than two decimals is rounded half away from zero to two, a share in per cent to four, and
the latter may end in a `%`; a date with a time and a zone is
the calendar day that is written (registers mark local midnight with Z); an identifier that is malformed stays as it is,
without punctuation (assembly answers `unknown`), a region or a choice that is malformed rejects the row.
"""

import re

from connectors.cells import Cell
from connectors.duck import literal
from connectors.identifiers import plain_key
from connectors.landed import SQL_TYPE
from connectors.number_shapes import NumberShape, number_shape
from connectors.reasons import Reason
from rules.model import FieldType

ISO_DATE = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?: ?Z|[+-]\d{2}(?::?\d{2})?)?"
REGION = r"\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?"
PLAIN_NUMBER = r"[+-]?\d+(?:\.\d+)?"
AMBIGUOUS_NUMBER = r"[+-]?\d{1,3}(?:\.\d{3})+"
"""Twelve thousand or twelve: where the column map does not say, nobody may choose."""
FIRST_DAY, LAST_DAY = "1900-01-01", "2100-12-31"
NUMBERS = ("integer", "money", "percent")
IDENTIFIERS = ("npwp", "nik", "nib")


def mapped_text(cell: Cell, text: str) -> str:
    """Return SQL for the field's own text: through the value map where there is one (NULL: not listed, or blank)."""
    if not cell.column.values:
        return text
    arms = " ".join(f"WHEN {literal(key)} THEN {literal(value)}" for key, value in cell.column.values.items())
    return f"nullif(CASE {text} {arms} END, '')"


def value(cell: Cell, text: str, mark: str) -> str:  # noqa: PLR0911 - one line per field type
    """Return SQL for the typed value; NULL where the text is NULL or no such value."""
    kind = cell.field.type
    if kind in IDENTIFIERS:
        return _identifier(kind, text)
    if kind in NUMBERS:
        return _amount(kind, _number(cell, without_sign(cell, text), mark))
    if kind == "date":
        return _date(cell, text, mark)
    if kind == "boolean":
        yes = f"WHEN lower({text}) IN ('true', '1', 'ya') THEN true"
        return f"CASE {yes} WHEN lower({text}) IN ('false', '0', 'tidak') THEN false END"
    if kind == "region":
        return f"CASE WHEN regexp_full_match({text}, {literal(REGION)}) THEN {text} END"
    if kind == "choice":
        return f"CASE WHEN {text} IN ({', '.join(map(literal, cell.field.values))}) THEN {text} END"
    return text


def without_sign(cell: Cell, text: str) -> str:
    """Return SQL for the text of a share without the `%` at its end; of any other field the text itself."""
    return f"regexp_replace({text}, '\\s*%$', '')" if cell.field.type == "percent" else text


def _amount(kind: FieldType, number: str) -> str:
    if kind != "integer":
        return f"TRY_CAST({number} AS {SQL_TYPE[kind]})"
    exact = f"TRY_CAST({number} AS DECIMAL(38,9))"
    return f"CASE WHEN {exact} = trunc({exact}) THEN TRY_CAST({exact} AS BIGINT) END"


def _number(cell: Cell, text: str, mark: str) -> str:
    """Return SQL for the number as text with a point; typed cells and mapped values have that form already."""
    plain = f"CASE WHEN regexp_full_match({text}, {literal(PLAIN_NUMBER)}) AND NOT {_ambiguous(text)} THEN {text} END"
    if cell.column.numbers and not cell.column.values:
        plain = _shaped(number_shape(cell.column.numbers), text)
    return f"CASE WHEN {mark} = 'n' THEN {text} ELSE {plain} END" if cell.marked else plain


def _is_shaped(cell: Cell) -> bool:
    return bool(cell.column.numbers) and not cell.column.values


def _ambiguous(text: str) -> str:
    return f"regexp_full_match({text}, {literal(AMBIGUOUS_NUMBER)})"


def _shaped(shape: NumberShape, text: str) -> str:
    before = literal(rf"^([+-]?){re.escape(shape.prefix)}\s*")
    bare = rf"regexp_replace({text}, {before}, '\1')" if shape.prefix else text
    bare = f"replace({bare}, {literal(shape.group)}, '')" if shape.group else bare
    bare = f"replace({bare}, {literal(shape.point)}, '.')" if shape.point else bare
    return f"CASE WHEN regexp_full_match({text}, {literal(shape.pattern)}) THEN {bare} END"


def _date(cell: Cell, text: str, mark: str) -> str:
    iso = f"CASE WHEN regexp_full_match({text}, {literal(ISO_DATE)}) THEN TRY_CAST(left({text}, 10) AS DATE) END"
    if not cell.column.dates or cell.column.values:
        return iso
    said = f"CAST(try_strptime({text}, {literal(cell.column.dates)}) AS DATE)"
    return f"CASE WHEN {mark} = 'd' THEN {iso} ELSE {said} END" if cell.marked else said


def _identifier(kind: str, text: str) -> str:
    stripped = rf"nullif(regexp_replace(upper({text}), '[^\p{{L}}\p{{N}}]', '', 'g'), '')"
    if kind != "npwp":
        return stripped
    whole = f"regexp_replace({stripped}, '^([0-9]{{15}})$', '0\\1')"
    return f"regexp_replace({whole}, '^([0-9]{{16}})[0-9]{{6}}$', '\\1')"


def fault(cell: Cell, text: str, field_text: str, typed: str, mark: str) -> str:
    """Return SQL for the reason why this cell rejects its row, NULL when it does not; keys are judged apart."""
    arms = [f"WHEN contains({text}, chr(0)) THEN {literal(Reason.NUL_CHARACTER)}"] if cell.typed is None else []
    if cell.column.values:
        listed = ", ".join(map(literal, cell.column.values))
        arms.append(f"WHEN {text} NOT IN ({listed}) THEN {literal(Reason.NOT_IN_VALUE_MAP)}")
    if cell.field.type in NUMBERS and cell.typed is None and not _is_shaped(cell):
        as_text = f"{mark} IS DISTINCT FROM 'n' AND " if cell.marked else ""
        arms.append(
            f"WHEN {as_text}{_ambiguous(without_sign(cell, field_text))} THEN {literal(Reason.AMBIGUOUS_NUMBER)}"
        )
    if (reason := NOT_SUCH_A_VALUE.get(cell.field.type)) is not None:
        arms.append(f"WHEN {field_text} IS NOT NULL AND {typed} IS NULL THEN {literal(reason)}")
    arms += [f"WHEN {condition} THEN {literal(reason)}" for condition, reason in limits(cell, typed)]
    return f"CASE {' '.join(arms)} END" if arms else "CAST(NULL AS VARCHAR)"


NOT_SUCH_A_VALUE = {
    "integer": Reason.NOT_AN_INTEGER,
    "money": Reason.NOT_A_NUMBER,
    "percent": Reason.NOT_A_NUMBER,
    "date": Reason.NOT_A_DATE,
    "boolean": Reason.NOT_A_BOOLEAN,
    "choice": Reason.NOT_A_CHOICE,
    "region": Reason.NOT_A_REGION,
}


def limits(cell: Cell, typed: str) -> list[tuple[str, Reason]]:
    """Return the conditions under which a typed value is out of its range, with their reasons."""
    if cell.field.type == "date":
        outside = f"{typed} NOT BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'"
        return [(outside, Reason.DATE_OUT_OF_RANGE)]
    if cell.field.type not in NUMBERS:
        return []
    found = [(f"{typed} < {cell.field.minimum}", Reason.BELOW_MINIMUM)] if cell.field.minimum is not None else []
    if cell.field.maximum is not None:
        found.append((f"{typed} > {cell.field.maximum}", Reason.ABOVE_MAXIMUM))
    return found


def key_fault(cell: Cell, typed: str, own: bool) -> str:
    """Return SQL for what is wrong with a key: empty or, in a source that joins (`own` False), malformed."""
    empty = f"WHEN {typed} IS NULL THEN {literal(Reason.KEY_EMPTY)}"
    if own:
        return f"CASE {empty} END"
    return f"CASE {empty} WHEN {plain_key(cell.field.type, typed)} IS NULL THEN {literal(Reason.KEY_MALFORMED)} END"
