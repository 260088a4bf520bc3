"""Messages as JSON, so that what was said of a register on one night can be said in any language on another.

A plain text is a string. A message is `[template, {name: value}]`; in it texts and whole numbers are themselves, a path
is `{"path": …}` and several values are `{"all": […]}`. Anything else is kept as the text that it is.
"""

from pathlib import Path
from typing import TypeAlias

from rules.errors import Message

Kept: TypeAlias = "str | int | list[Kept] | dict[str, Kept]"


def message_json(said: str) -> Kept:
    """Return what JSON keeps of a text or message."""
    if not isinstance(said, Message):
        return said
    return [said.template, {name: _value_json(value) for name, value in said.values.items()}]


def message_from(kept: Kept) -> str:
    """Return the text or message that JSON kept. Raises ValueError for what no message was kept as."""
    match kept:
        case str():
            return kept
        case [str(template), dict(values)]:
            return Message(template, **{name: _value_from(value) for name, value in values.items()})
    raise ValueError(f"no message: {kept!r}")


def _value_json(value: object) -> Kept:
    match value:
        case str():
            return message_json(value)
        case int():
            return value
        case Path():
            return {"path": str(value)}
        case tuple():
            return {"all": [_value_json(one) for one in value]}
    return str(value)


def _value_from(kept: Kept) -> object:
    match kept:
        case int():
            return kept
        case {"path": str(path)}:
            return Path(path)
        case {"all": list(several)}:
            return tuple(_value_from(one) for one in several)
    return message_from(kept)
