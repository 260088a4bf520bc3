"""The values of a query line: names, amounts as Indonesians write them, days. What cannot be read is said."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from rules.errors import Message

SIGNS: Final = (">=", "<=", ">", "<", ":")
_UNITS: Final[Mapping[str, int]] = {
    "": 1,
    "rb": 10**3,
    "ribu": 10**3,
    "jt": 10**6,
    "juta": 10**6,
    "m": 10**9,
    "miliar": 10**9,
    "t": 10**12,
    "triliun": 10**12,
}
_AMOUNT: Final = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,15})(?:,(\d{1,6}))?([a-z]*)")
_REGION: Final = re.compile(r"\d\d(\.\d\d){0,2}(\.\d{4})?")
LARGEST: Final = 2**62
"""A number that any column holds; larger ones are refused."""


class ValueFault(Exception):  # noqa: N818 - a fault of a line, which is collected
    """What is wrong with a part of a line, from the sign `offset` of it on."""

    def __init__(self, what: Message, why: Message, remedy: Message, *, offset: int = 0, nearest: str = "") -> None:
        super().__init__(what)
        self.what, self.why, self.remedy, self.offset, self.nearest = what, why, remedy, offset, nearest

    def at(self, offset: int) -> "ValueFault":
        """Return the same fault further on in its part."""
        return ValueFault(self.what, self.why, self.remedy, offset=offset + self.offset, nearest=self.nearest)


def near(text: str, names: Collection[str]) -> str:
    """Return the name that was probably meant; '' for none."""
    return next(iter(get_close_matches(text, list(names), n=1, cutoff=0.5)), "")


def as_choice(text: str, names: Collection[str]) -> str:
    """Return one of `names`."""
    if text.lower() in names:
        return text.lower()
    raise _unknown(text, names)


def as_name(text: str, names: Collection[str]) -> str:
    """Return a name, one of `names` where any are given."""
    if not names or text in names:
        return text
    raise _unknown(text, names)


def as_pattern(text: str, rules: Collection[str]) -> str:
    """Return the name of a rule, or a pattern of names with `*`, that meets at least one of those given."""
    pattern = text.upper()
    if not rules or any(fnmatchcase(one, _starred(pattern)) for one in rules):
        return pattern
    raise _unknown(pattern, rules)


def matching(pattern: str, rules: Collection[str]) -> tuple[str, ...]:
    """Return the rules that a pattern names."""
    return tuple(one for one in rules if fnmatchcase(one, _starred(pattern)))


def _starred(pattern: str) -> str:
    """Of the signs that a file pattern knows, `*` alone."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def as_region(text: str, regions: Mapping[str, str]) -> str:
    """Return a Kemendagri code of any level, whose regency is one of those given."""
    if not _REGION.fullmatch(text):
        raise ValueFault(
            Message("'{text}' is no code of a region", text=text),
            Message("regions are told apart by their code: names are written in many ways"),
            Message("write a code such as 19 or 19.71"),
        )
    if regions and ".".join(text.split(".")[:2]) not in regions:
        raise _unknown(text, regions)
    return text


def as_number(text: str) -> int:
    """Return a whole number, 0 or more; thousands may be parted by dots."""
    found = _AMOUNT.fullmatch(text)
    if found is None or found[2] or found[3]:
        raise ValueFault(
            Message("'{text}' is no whole number", text=text),
            Message("there is nothing to compare with"),
            Message("write it in digits, such as 50 or 1.500"),
        )
    return int(found[1].replace(".", ""))


def as_amount(text: str) -> int:
    """Return an amount in rupiah: 1500000, 1.500.000, 1,5jt (rb, jt, m, t)."""
    found = _AMOUNT.fullmatch(text.lower().removeprefix("rp"))
    unit = _UNITS.get(found[3]) if found else None
    if found is None or unit is None:
        raise ValueFault(
            Message("'{text}' is no amount of money", text=text),
            Message("there is nothing to compare with"),
            Message("write it such as 1500000, 1.500.000 or 1,5jt (rb, jt, m, t)"),
        )
    amount = int(Decimal(f"{found[1].replace('.', '')}.{found[2] or 0}") * unit)
    if amount > LARGEST:
        raise ValueFault(
            Message("'{text}' is more than can be kept", text=text),
            Message("no case comes near to it"),
            Message("write a smaller amount"),
        )
    return amount


def as_days(text: str) -> int:
    """Return a whole number that may be below 0."""
    if re.fullmatch(r"-?\d{1,5}", text):
        return int(text)
    raise ValueFault(
        Message("'{text}' is no number of days or points", text=text),
        Message("there is nothing to compare with"),
        Message("write it in digits, below 0 for what has passed"),
    )


def as_date(text: str) -> date:
    """Return a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueFault(
            Message("'{text}' is no day", text=text),
            Message("there is nothing to compare with"),
            Message("write year, month and day, such as 2026-11-01"),
        ) from None


def _unknown(text: str, names: Collection[str]) -> ValueFault:
    close = near(text, names)
    shown = tuple(names)[:8]
    return ValueFault(
        Message("there is no '{name}' here", name=text),
        Message("a list narrowed by it would look like an answer"),
        Message("did you mean '{name}'?", name=close)
        if close
        else Message("choose one of {names}", names=", ".join(shown)),
        nearest=close,
    )
