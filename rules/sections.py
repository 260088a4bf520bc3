"""Typed reading of nodes: keys that must and may be there, and values as text, number, date, choice.

Every reader notes a fault and gives None (or an empty value) where the node does not fit; what is built from
it is thrown away by the caller, who compares the number of faults before and after.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from rules.errors import Location
from rules.fault_list import FaultList, nearest, use_one_of
from rules.model import Text, Words
from rules.places import Entries, Items, Node, Scalar

LANGUAGES = ("id", "en")

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TRUTH = {"true": True, "True": True, "false": False, "False": False}

T = TypeVar("T")


@dataclass(frozen=True)
class Keys:
    """The keys of one kind of mapping; `what` names it in faults."""

    what: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Required and optional keys."""
        return self.required + self.optional


class Section:
    """A mapping of known keys."""

    def __init__(self, node: Entries, keys: Keys, faults: FaultList) -> None:
        self.node = node
        self.location = node.location
        self.faults = faults
        self.values = {key.text: value for key, value in node.entries if key.text in keys.all}
        self.places = {key.text: key.location for key, _ in node.entries}
        meant = {nearest(key.text, keys.all) for key, _ in node.entries if key.text not in keys.all}
        for key, _ in node.entries:
            if key.text not in keys.all:
                _unknown_key(key, keys, faults)
        for name in keys.required:
            if name not in self.values and name not in meant:
                what = f"the key '{name}' of this {keys.what} is missing"
                faults.add(
                    node.location, "missing-key", what, f"a {keys.what} says nothing without it", f"add '{name}:'"
                )

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def place(self, key: str) -> Location:
        """Where the value of `key` begins, or the section where it is missing."""
        return self.values[key].location if key in self.values else self.location

    def read(self, key: str, reader: Callable[[Node, FaultList], T | None]) -> T | None:
        """The value of `key` by `reader`; None where the key is missing or its value does not fit."""
        return reader(self.values[key], self.faults) if key in self.values else None

    def text(self, key: str) -> str:
        """Text, not empty; "" where missing."""
        return self.read(key, text_of) or ""

    def list_of(self, key: str, reader: Callable[[Node, FaultList], T | None]) -> tuple[T, ...]:
        """A list read item by item; empty where missing."""
        return self.read(key, lambda node, faults: list_of(node, faults, reader)) or ()

    def choice(self, key: str, known: Sequence[str], default: str) -> str:
        """One of `known`; `default` where missing or wrong."""
        return self.read(key, lambda node, faults: choice_of(node, faults, known)) or default


def _unknown_key(key: Scalar, keys: Keys, faults: FaultList) -> None:
    what = f"a {keys.what} has no key '{key.text}'"
    why = "what stands under it would be passed over in silence"
    faults.add(key.location, "unknown-key", what, why, use_one_of(key.text, keys.all))


def section_of(node: Node, keys: Keys, faults: FaultList) -> Section | None:
    """A mapping with known keys."""
    if isinstance(node, Entries):
        return Section(node, keys, faults)
    wrong_type(node, f"a {keys.what} with the keys {', '.join(keys.required or keys.all[:4])}", faults)
    return None


def wrong_type(node: Node, expected: str, faults: FaultList) -> None:
    """Note that `node` is not what is expected here."""
    shape = {Items: "a list", Entries: "a mapping"}.get(type(node), "text")
    if isinstance(node, Scalar):
        shape = "nothing" if node.is_null else f"'{_short(node.text)}'"
    what = f"{shape} stands where {expected} is expected"
    faults.add(node.location, "wrong-type", what, "it cannot be used as it is", f"write {expected}")


def _short(text: str) -> str:
    longest = 60
    return text if len(text) <= longest else text[: longest - 1] + "…"


def entries_of(node: Node, faults: FaultList, expected: str = "a mapping") -> tuple[tuple[Scalar, Node], ...]:
    """Key and value of a mapping whose keys are free names; an empty value counts as empty mapping."""
    if isinstance(node, Entries):
        return node.entries
    if not (isinstance(node, Scalar) and node.is_null):
        wrong_type(node, expected, faults)
    return ()


def items_of(node: Node, faults: FaultList, expected: str = "a list") -> tuple[Node, ...]:
    """The items of a list; an empty value counts as empty list."""
    if isinstance(node, Items):
        return node.items
    if not (isinstance(node, Scalar) and node.is_null):
        wrong_type(node, expected, faults)
    return ()


def list_of(node: Node, faults: FaultList, reader: Callable[[Node, FaultList], T | None]) -> tuple[T, ...]:
    """A list whose items `reader` reads; faulty items are left out (and noted)."""
    read = (reader(item, faults) for item in items_of(node, faults))
    return tuple(item for item in read if item is not None)


def text_of(node: Node, faults: FaultList) -> str | None:
    """Text that is not empty."""
    if not isinstance(node, Scalar) or node.is_null or not node.text.strip():
        wrong_type(node, "text", faults)
        return None
    return node.text


def placed_text_of(node: Node, faults: FaultList) -> Text | None:
    """Text and where it begins."""
    text = text_of(node, faults)
    return Text(text, node.begins) if text is not None and isinstance(node, Scalar) else None


def integer_of(node: Node, faults: FaultList) -> int | None:
    """A whole number."""
    if isinstance(node, Scalar) and node.plain and _INTEGER.fullmatch(node.text):
        return int(node.text)
    wrong_type(node, "a whole number", faults)
    return None


def decimal_of(node: Node, faults: FaultList) -> Decimal | None:
    """A number with a decimal point, exact."""
    if isinstance(node, Scalar) and node.plain and _DECIMAL.fullmatch(node.text):
        return Decimal(node.text)
    wrong_type(node, "a number (decimal point, no thousands)", faults)
    return None


def share_of(node: Node, faults: FaultList) -> Decimal | None:
    """A share from 0 to 1."""
    share = decimal_of(node, faults)
    if share is not None and not 0 <= share <= 1:
        what = f"{share} is not a share between 0 and 1"
        faults.add(
            node.location, "out-of-range", what, "a share above 1 never holds anything back", "write 0.5 for 50 %"
        )
        return None
    return share


def count_of(node: Node, faults: FaultList) -> int | None:
    """A whole number from 0."""
    number = integer_of(node, faults)
    if number is not None and number < 0:
        what = f"{number} is negative"
        faults.add(node.location, "out-of-range", what, "it is a count of days or rows", "write 0 or more")
        return None
    return number


def date_of(node: Node, faults: FaultList) -> date | None:
    """A day written year-month-day that exists in the calendar."""
    match = _DATE.fullmatch(node.text) if isinstance(node, Scalar) else None
    if match is None:
        wrong_type(node, "a date (2026-03-31)", faults)
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        what = f"the day {match[0]} does not exist"
        faults.add(node.location, "bad-date", what, "what depends on it cannot be dated", "write a day of the calendar")
        return None


def truth_of(node: Node, faults: FaultList) -> bool | None:
    """true or false."""
    if isinstance(node, Scalar) and node.plain and node.text in _TRUTH:
        return _TRUTH[node.text]
    wrong_type(node, "true or false", faults)
    return None


def choice_of(node: Node, faults: FaultList, known: Sequence[str]) -> str | None:
    """One of the words in `known`."""
    if not isinstance(node, Scalar) or node.is_null:
        wrong_type(node, f"one of {', '.join(known)}", faults)
        return None
    if node.text not in known:
        what = f"'{_short(node.text)}' is not known here"
        faults.add(node.location, "unknown-value", what, "it would mean nothing", use_one_of(node.text, known))
        return None
    return node.text


def words_of(node: Node, faults: FaultList) -> Words | None:
    """A text in each language."""
    section = section_of(node, Keys("text", (), LANGUAGES), faults)
    if section is None:
        return None
    for language in LANGUAGES:
        if language not in section and not any(nearest(key, LANGUAGES) == language for key in _others(section)):
            why = "half of the readers would see nothing"
            what = f"the text in language '{language}' is missing"
            faults.add(section.location, "missing-language", what, why, f"add '{language}:' with the text")
    return {language: section.text(language) for language in LANGUAGES if language in section}


def _others(section: Section) -> list[str]:
    return [key for key in section.places if key not in LANGUAGES]


def names_of(node: Node, faults: FaultList) -> Mapping[str, Node]:
    """A mapping of free names to nodes."""
    return {key.text: value for key, value in entries_of(node, faults)}
