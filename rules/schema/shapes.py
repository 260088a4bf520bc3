"""JSON Schema (draft 2020-12) of single values: for each reader of `rules.sections`, what it takes.

A schema sees YAML as an editor reads it (version 1.2: `2025-03-20` is text, `1.10` a number), the readers see the text
of the file. Where an editor cannot tell two texts apart (`1` and `1.0`), the schema takes both, the loader one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rules.sections import LANGUAGES, Keys

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
"""`text_of`: any scalar with something in it; YAML reads an article `53` as a number."""

DATE: Schema = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
INTEGER: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
TRUTH: Schema = {"type": "boolean"}
WORDS: Schema = {
    "type": "object",
    "properties": {language: TEXT for language in LANGUAGES},
    "required": list(LANGUAGES),
    "additionalProperties": False,
}


def said(shape: Schema, description: str) -> Schema:
    """A shape with what an editor shows beside it."""
    return {"description": description, **shape}


def one_of(known: Sequence[str]) -> Schema:
    """`choice_of`."""
    return {"enum": list(known)}


def list_of(item: Schema) -> Schema:
    """`list_of`: a list, or nothing, which counts as an empty one."""
    return {"type": ["array", "null"], "items": item}


def filled_list_of(item: Schema) -> Schema:
    """A list with something in it."""
    return {"type": "array", "items": item, "minItems": 1}


def names_to(value: Schema, names: Schema | None = None) -> Schema:
    """`entries_of`: free names to values, or nothing, which counts as an empty mapping."""
    shape: Schema = {"type": ["object", "null"], "additionalProperties": value}
    return {**shape, "propertyNames": names} if names is not None else shape


def section(keys: Keys, shapes: Mapping[str, Schema]) -> Schema:
    """`section_of`: exactly these keys. Raises ValueError where a key has no shape, or a shape no key."""
    if set(shapes) != set(keys.all):
        raise ValueError(f"the schema of a {keys.what} differs from its keys: {sorted(set(shapes) ^ set(keys.all))}")
    shape: Schema = {
        "type": "object",
        "properties": {key: shapes[key] for key in keys.all},
        "additionalProperties": False,
    }
    return {**shape, "required": list(keys.required)} if keys.required else shape


def when(key: str, value: str, then: Schema, otherwise: Schema | None = None) -> Schema:
    """A shape that holds only where `key` has a value."""
    shape: Schema = {"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": then}
    return {**shape, "else": otherwise} if otherwise is not None else shape
