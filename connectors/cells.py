"""One mapped column as DuckDB SQL: the source's text of each cell, trimmed, and what the cell itself said it was."""

from dataclasses import dataclass

from connectors.duck import literal, quoted
from connectors.landed import SQL_TYPE
from connectors.raw import Raw
from rules.configuration import Column
from rules.model import Field

INTEGERS = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
)
EXACT_DOUBLES = 2**53
BLANK_CODES = (9, 10, 11, 12, 13, 32, 160, 65279)
"""Tab, line ends, space, no-break space and byte order mark: not part of a value at its ends."""
BLANKS = " || ".join(f"chr({code})" for code in BLANK_CODES)


def untrimmed(text: str) -> str:
    """Return SQL for whether a text begins or ends with a blank, or is empty: far quicker than trimming all texts."""
    ends = " OR ".join(f"suffix({text}, chr({code}))" for code in BLANK_CODES)
    return f"({text} < '!' OR {ends} OR prefix({text}, chr(160)) OR prefix({text}, chr(65279)))"


@dataclass(frozen=True)
class Cell:
    """`text`: SQL for the raw text with its mark. `marked`: it may have one.

    `typed`: SQL for the landed value itself, where the source's type is the field's; then nothing is parsed.
    """

    field: Field
    column: Column
    text: str
    marked: bool
    typed: str | None

    @property
    def quick(self) -> bool:
        """Whether the landed value is the source's own unless a quick look doubts it."""
        if self.typed is not None:
            return True
        plain = self.column.source is not None and not self.column.values and not self.marked
        return plain and landed_type(self.field) == "VARCHAR"


def landed_type(field: Field) -> str:
    """Return the DuckDB type of a field in a landed file."""
    return SQL_TYPE[field.type]


def cell(field: Field, column: Column, raw: Raw) -> Cell:
    """Return how one field is read from the source."""
    if column.source is None:
        return Cell(field, column, literal(column.constant or ""), marked=False, typed=None)
    name, kind = quoted(column.source), raw.columns[column.source].upper()
    if kind == "VARCHAR":
        return Cell(field, column, name, marked=raw.marked, typed=None)
    return Cell(field, column, _marked_text(name, kind), marked=True, typed=_typed(field, column, name, kind))


def _typed(field: Field, column: Column, name: str, kind: str) -> str | None:
    if column.values:
        return None
    if field.type == "integer" and kind in INTEGERS:
        return name if kind == "BIGINT" else f"TRY_CAST({name} AS BIGINT)"
    return name if field.type != "integer" and kind == SQL_TYPE.get(field.type) else None


def _marked_text(name: str, kind: str) -> str:
    if kind in INTEGERS or kind.startswith("DECIMAL"):
        return f"chr(0) || 'n' || CAST({name} AS VARCHAR)"
    if kind in ("DOUBLE", "FLOAT"):
        return _double_text(name)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"chr(0) || 'd' || CAST({name} AT TIME ZONE 'UTC' AS VARCHAR)"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return f"chr(0) || 'd' || CAST({name} AS VARCHAR)"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return f"CAST(to_json({name}) AS VARCHAR)"
    return f"CAST({name} AS VARCHAR)"


def _double_text(name: str) -> str:
    """A whole double is written without `.0`; one too large to be exact is marked as having lost digits."""
    return (
        f"CASE WHEN NOT isfinite({name}) THEN chr(0) || 'xnot_a_number:' || CAST({name} AS VARCHAR) "
        f"WHEN abs({name}) >= {EXACT_DOUBLES} THEN chr(0) || 'xdigits_lost:' || CAST({name} AS VARCHAR) "
        f"WHEN {name} = trunc({name}) THEN chr(0) || 'n' || CAST(CAST({name} AS BIGINT) AS VARCHAR) "
        f"ELSE chr(0) || 'n' || CAST({name} AS VARCHAR) END"
    )


def mark_of(cell_: Cell, name: str) -> str:
    """Return SQL for the mark's letter (NULL: plain text), given the raw text's name."""
    return f"CASE WHEN starts_with({name}, chr(0)) THEN {name}[2] END" if cell_.marked else "CAST(NULL AS VARCHAR)"


def fault_of_mark(cell_: Cell, name: str) -> str:
    """Return SQL for the reason that the reader put into the cell; NULL where it put none."""
    if not cell_.marked:
        return "CAST(NULL AS VARCHAR)"
    return f"CASE WHEN starts_with({name}, chr(0) || 'x') THEN split_part({name}[3:], ':', 1) END"


def plain_text(cell_: Cell, name: str) -> str:
    """Return SQL for the text without its mark, trimmed; NULL when nothing is left."""
    text = name
    if cell_.marked:
        text = (
            f"CASE WHEN starts_with({name}, chr(0) || 'x') THEN {name}[strpos({name}, ':') + 1:] "
            f"WHEN starts_with({name}, chr(0)) THEN {name}[3:] ELSE {name} END"
        )
    return f"CASE WHEN {untrimmed(text)} THEN nullif(trim({text}, {BLANKS}), '') ELSE {text} END"
