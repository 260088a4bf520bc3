"""The shape of numbers as a register writes them: `1.234.567,89` says which sign groups and which begins the cents."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class NumberShape:
    """`group` and `point` are one character each or empty; `prefix` is text that may stand before the number."""

    prefix: str
    group: str
    point: str

    @property
    def pattern(self) -> str:
        """RE2 pattern for a whole text of this shape: groups must be three digits, so `1.5` is no `1.234`."""
        digits = r"\d+"
        if self.group:
            digits = rf"(?:\d{{1,3}}(?:{re.escape(self.group)}\d{{3}})+|\d+)"
        fraction = rf"(?:{re.escape(self.point)}\d+)?" if self.point else ""
        before = rf"(?:{re.escape(self.prefix)}\s*)?" if self.prefix else ""
        return rf"[+-]?{before}{digits}{fraction}"


def number_shape(example: str) -> NumberShape:
    """Read a shape from its example. A single sign before exactly three last digits groups; else it is the point.

    Raises ValueError when the example has no digits, or more than two different signs between them.
    """
    found = re.fullmatch(r"(\D*?)\s*(\d(?:.*\d)?)", example.strip())
    if not found:
        raise ValueError(f"{example!r} is no shape of a number; write one such as 1.234.567,89")
    signs = re.findall(r"\D", found[2])
    kinds = list(dict.fromkeys(signs))
    if len(kinds) > 2 or (len(kinds) == 2 and signs.count(signs[-1]) > 1):  # noqa: PLR2004 - groups and the point
        raise ValueError(f"{example!r} is no shape of a number; write one such as 1.234.567,89")
    if len(kinds) == 2:  # noqa: PLR2004 - groups and the point
        return NumberShape(found[1], kinds[0], kinds[1])
    grouped = bool(kinds) and re.fullmatch(r"\d{1,3}(?:\D\d{3})+", found[2]) is not None
    if grouped:
        return NumberShape(found[1], kinds[0], "")
    return NumberShape(found[1], "", kinds[0] if kinds else "")
