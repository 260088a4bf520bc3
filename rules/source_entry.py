"""Read one source of rules.yaml: where a register lies, how its columns map, how fresh and complete it is."""

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import cast, get_args

from rules.configuration import Aggregate, Column, ConnectorName, Source
from rules.errors import Location
from rules.fault_list import FaultList, use_one_of
from rules.model import Fact, Field, Vocabulary
from rules.places import Entries, Items, Node, Scalar
from rules.sections import (
    Keys,
    Section,
    choice_of,
    count_of,
    date_of,
    entries_of,
    items_of,
    list_of,
    section_of,
    share_of,
    text_of,
    truth_of,
    wrong_type,
)

LARGEST_DROP = Decimal("0.1")
REJECT_LIMIT = Decimal("0.05")
"""The gates of a source that sets none (our design)."""

_OPTIONS: Mapping[ConnectorName, Keys] = {
    "csv": Keys("csv option list", (), ("delimiter", "encoding", "quote", "header_row")),
    "xlsx": Keys("xlsx option list", (), ("sheet", "header_row")),
    "parquet": Keys("parquet option list", ()),
    "json": Keys("json option list", (), ("format", "encoding", "records")),
    "sql": Keys("sql option list", ("url",), ("query", "table")),
    "isb": Keys("isb option list", ()),
}
"""The options of each connector; one that it does not read is refused."""

REGION = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
"""A Kemendagri code of any level: province, regency, district, village."""

_SOURCE = Keys(
    "source",
    ("connector", "fact", "key"),
    (
        "columns",
        "path",
        "as_of",
        "fresh_days",
        "freshness",
        "complete",
        "may_be_empty",
        "largest_drop",
        "reject_limit",
        "group",
        "options",
    ),
)
_COLUMN = Keys("column", (), ("from", "constant", "values", "dates", "numbers"))
_ADDED: frozenset[str] = frozenset({"sum", "min", "max"})
_TRUTHS: frozenset[str] = frozenset({"any", "all"})
_NUMBER_SHAPE = re.compile(r"\D*?\s*(\d(?:.*\d)?)")


def read_source(key: Scalar, node: Node, vocabulary: Vocabulary, folder: Path, faults: FaultList) -> Source | None:
    """The source; None, with its faults noted, where it has any."""
    before = len(faults)
    section = section_of(node, _SOURCE, faults)
    if section is None:
        return None
    name = section.read("fact", lambda value, found: choice_of(value, found, tuple(vocabulary.facts)))
    fact = vocabulary.facts[name] if name is not None else None
    connector = cast("ConnectorName", section.choice("connector", get_args(ConnectorName), "csv"))
    source = Source(
        name=key.text,
        connector=connector,
        fact=name or "",
        path=_path(section, connector, folder),
        as_of=section.read("as_of", date_of),
        fresh_days=_freshness(section),
        complete=_complete(section),
        may_be_empty=section.read("may_be_empty", truth_of) or False,
        largest_drop=_share(section, "largest_drop", LARGEST_DROP),
        reject_limit=_share(section, "reject_limit", REJECT_LIMIT),
        key=_key(section, fact),
        group=_group(section, fact),
        columns=_columns(section, fact),
        options=_options(section, connector),
        location=key.location,
    )
    if len(faults) == before and fact is not None:
        _check_mapped(source, section)
    return source if len(faults) == before else None


def _share(section: Section, key: str, default: Decimal) -> Decimal:
    share = section.read(key, share_of)
    return default if share is None else share


def _path(section: Section, connector: ConnectorName, folder: Path) -> Path | None:
    if connector == "sql":
        if "path" in section:
            what = "a source of connector sql has a path"
            remedy = "take 'path' out; a database is named by options: {url: …}"
            section.faults.add(section.place("path"), "unknown-key", what, "it would not be read", remedy)
        return None
    if "path" not in section:
        if "path" not in section.places:
            what = f"a source of connector {connector} has no path"
            remedy = "add 'path:', relative to this file"
            section.faults.add(section.location, "missing-key", what, "there would be nothing to read", remedy)
        return None
    text = section.text("path")
    return path_from(text, folder) if text else None


def path_from(text: str, folder: Path) -> Path:
    """An absolute path without detours, links left as they are; a relative one starts at the folder of rules.yaml."""
    return Path(os.path.normpath((folder / text).absolute()))


def _freshness(section: Section) -> int | None:
    if ("fresh_days" in section.places) == ("freshness" in section.places):
        both = "fresh_days" in section.places
        what = (
            "the source says both 'fresh_days' and 'freshness'"
            if both
            else "the source does not say how fresh it must be"
        )
        why = "a register that is too old would be judged as if it were of today"
        remedy = "write either 'fresh_days: 30', or 'freshness: archive' for data that never changes again"
        place = section.place("freshness") if both else section.location
        section.faults.add(place, "freshness", what, why, remedy)
        return None
    if "freshness" in section:
        section.choice("freshness", ("archive",), "archive")
    return section.read("fresh_days", count_of)


def _complete(section: Section) -> bool | tuple[str, ...]:
    node = section.values.get("complete")
    if node is None:
        return False
    if isinstance(node, Items):
        return list_of(node, section.faults, region_of)
    return truth_of(node, section.faults) or False


def region_of(node: Node, faults: FaultList) -> str | None:
    """A Kemendagri code."""
    if isinstance(node, Scalar) and REGION.fullmatch(node.text):
        return node.text
    shown = node.text if isinstance(node, Scalar) else "this"
    what = f"'{shown}' is no region code"
    why = "no subject would ever lie in it"
    faults.add(node.location, "bad-region", what, why, 'write a Kemendagri code: "19" or "19.71"')
    return None


def _key(section: Section, fact: Fact | None) -> tuple[str, ...]:
    if "key" not in section:
        return ()
    names = section.list_of("key", lambda node, faults: _field_name(node, fact, faults))
    if not names and not items_of(section.values["key"], FaultList()) and isinstance(section.values["key"], Items):
        wrong_type(section.values["key"], "at least one field", section.faults)
    return names


def _field_name(node: Node, fact: Fact | None, faults: FaultList) -> str | None:
    name = text_of(node, faults)
    if name is not None and fact is not None:
        check_field(name, node.location, fact, faults)
    return name


def check_field(name: str, place: Location, fact: Fact, faults: FaultList) -> Field | None:
    """The field of that name; a fault where the fact has none."""
    field = fact.fields.get(name)
    if field is None:
        what = f"the fact '{fact.name}' has no field '{name}'"
        faults.add(place, "unknown-field", what, "its values would go nowhere", use_one_of(name, fact.fields))
    return field


def _group(section: Section, fact: Fact | None) -> Mapping[str, Aggregate]:
    group: dict[str, Aggregate] = {}
    for key, node in entries_of(section.values["group"], section.faults) if "group" in section else ():
        field = check_field(key.text, key.location, fact, section.faults) if fact is not None else None
        chosen = choice_of(node, section.faults, get_args(Aggregate))
        if field is None or chosen is None:
            continue
        aggregate = cast("Aggregate", chosen)
        if not _fits(aggregate, field):
            what = f"'{aggregate}' does not fit '{field.name}', which is of type {field.type}"
            remedy = "use sum, min, max for numbers; min, max, one for dates and text; any, all, one for booleans"
            why = "several rows could not become one"
            section.faults.add(node.location, "aggregate-type", what, why, remedy)
        group[key.text] = aggregate
    return group


def _fits(aggregate: Aggregate, field: Field) -> bool:
    if aggregate == "one":
        return True
    if aggregate in _TRUTHS:
        return field.type == "boolean"
    if aggregate == "sum":
        return field.type in ("integer", "money")
    return field.type not in ("boolean", "choice")


def _columns(section: Section, fact: Fact | None) -> Mapping[str, Column]:
    """Empty for isb without a map: its columns carry the names of the fields."""
    columns: dict[str, Column] = {}
    if "columns" not in section:
        connector = section.values.get("connector")
        own_names = isinstance(connector, Scalar) and connector.text == "isb"
        if not own_names and "columns" not in section.places:
            what = "the key 'columns' of this source is missing"
            why = "nobody could tell which field a column gives"
            section.faults.add(section.location, "missing-key", what, why, "add 'columns:' with field: column")
        return columns
    for key, node in entries_of(section.values["columns"], section.faults):
        field = check_field(key.text, key.location, fact, section.faults) if fact is not None else None
        column = _column(key, node, field, section.faults)
        if column is not None:
            columns[key.text] = column
    return columns


def _column(key: Scalar, node: Node, field: Field | None, faults: FaultList) -> Column | None:
    if not isinstance(node, Entries):
        source = text_of(node, faults)
        return Column(key.text, source, None, {}, None, None, key.location) if source is not None else None
    section = Section(node, _COLUMN, faults)
    if ("from" in section.places) == ("constant" in section.places):
        what = f"the column of '{key.text}' needs either 'from' or 'constant'"
        remedy = "write {from: source_column} or {constant: text}"
        faults.add(node.location, "column-source", what, "its value would be nobody's", remedy)
        return None
    column = Column(
        field=key.text,
        source=section.text("from") if "from" in section else None,
        constant=section.text("constant") if "constant" in section else None,
        values=_values(section, field),
        dates=section.text("dates") if "dates" in section else None,
        numbers=section.text("numbers") if "numbers" in section else None,
        location=key.location,
    )
    _check_column(column, section, field)
    return column


def _values(section: Section, field: Field | None) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for key, node in entries_of(section.values["values"], section.faults) if "values" in section else ():
        text = text_of(node, section.faults)
        if text is not None:
            found[key.text] = text
            _check_value(text, node.location, field, section.faults)
    return found


def _check_value(text: str, place: Location, field: Field | None, faults: FaultList) -> None:
    """A text that is written for a choice or a boolean must be one of its values."""
    known = ("true", "false") if field is not None and field.type == "boolean" else field.values if field else ()
    if known and text not in known:
        what = f"'{text}' is not a value of '{field.name if field else ''}'"
        faults.add(place, "unknown-value", what, "each of its rows would be rejected", use_one_of(text, known))


def _check_column(column: Column, section: Section, field: Field | None) -> None:
    if field is None:
        return
    why = "the source's text would be read as something that it is not"
    if column.constant is not None:
        _check_value(column.constant, section.place("constant"), field, section.faults)
    if column.dates is not None and field.type != "date":
        what = f"'{field.name}' is of type {field.type} and has a date pattern"
        section.faults.add(section.place("dates"), "column-format", what, why, "take 'dates' out")
    elif column.dates is not None and not re.search(r"%[a-zA-Z]", column.dates):
        what = f"'{column.dates}' is no pattern of a date"
        section.faults.add(section.place("dates"), "column-format", what, why, 'write it like "%d/%m/%Y"')
    if column.numbers is not None and field.type not in ("integer", "money", "percent"):
        what = f"'{field.name}' is of type {field.type} and has a number shape"
        section.faults.add(section.place("numbers"), "column-format", what, why, "take 'numbers' out")
    elif column.numbers is not None and not _is_number_shape(column.numbers):
        what = f"'{column.numbers}' is no shape of a number"
        remedy = 'write a sample with your separators: "1.234,56" or "1,234.56"'
        section.faults.add(section.place("numbers"), "column-format", what, why, remedy)


def _is_number_shape(example: str) -> bool:
    """A sample number: digits with at most a sign between groups and one other before the fraction."""
    found = _NUMBER_SHAPE.fullmatch(example.strip())
    signs = re.findall(r"\D", found[1]) if found is not None else []
    kinds = len(set(signs))
    return found is not None and (kinds <= 1 or (kinds == 2 and signs.count(signs[-1]) == 1))  # noqa: PLR2004


def _options(section: Section, connector: ConnectorName) -> Mapping[str, str]:
    if "options" not in section:
        if connector == "sql":
            what = "a source of connector sql has no options"
            remedy = "add options: {url: …, query: …}"
            section.faults.add(section.location, "missing-key", what, "there would be nothing to read", remedy)
        return {}
    inner = section_of(section.values["options"], _OPTIONS[connector], section.faults)
    if inner is None:
        return {}
    if connector == "sql" and ("query" in inner.places) == ("table" in inner.places):
        what = "a source of connector sql needs either a query or a table"
        section.faults.add(inner.location, "missing-key", what, "its rows would be nobody's", "write one of the two")
    return {name: text for name in inner.values if (text := inner.read(name, _option_of)) is not None}


def _option_of(node: Node, faults: FaultList) -> str | None:
    """Text that may be a single blank or tab, as a delimiter is."""
    if isinstance(node, Scalar) and node.text and not node.is_null:
        return node.text
    wrong_type(node, "text", faults)
    return None


def _check_mapped(source: Source, section: Section) -> None:
    """Key fields are mapped; where rows are grouped, every other mapped field says how."""
    for node in items_of(section.values["key"], FaultList()):
        if isinstance(node, Scalar) and source.columns and node.text not in source.columns:
            what = f"the key field '{node.text}' has no column"
            why = "the rows of this source could not be found"
            section.faults.add(node.location, "key-not-mapped", what, why, f"add '{node.text}:' under 'columns'")
    if not source.group:
        return
    for name in source.columns:
        if name not in source.group and name not in source.key:
            what = f"rows are grouped, and 'group' does not say what becomes of '{name}'"
            why = "several rows of one key hold several values"
            remedy = f"add '{name}: one' (or sum, min, max, any, all) under 'group'"
            section.faults.add(section.place("group"), "group-missing", what, why, remedy)
    for key, _ in entries_of(section.values["group"], FaultList()):
        if key.text in source.key or key.text not in source.columns:
            reason = "is a key field" if key.text in source.key else "has no column"
            what = f"'group' names '{key.text}', which {reason}"
            section.faults.add(
                key.location, "group-field", what, "there is nothing to put together", "take it out of 'group'"
            )
