"""Texts of registers made safe for a screen: never markup, nothing hidden, nothing that moves or turns the line."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 400
"""Signs of one text that a screen shows; the exports have the whole."""

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANKS: Final = re.compile(r"[\r\n\t]+")


def inert(text: str, longest: int = LONGEST) -> str:
    """Make a register's text safe to show: one line, nothing hidden, nothing that turns or moves the line.

    A sign that has no shape is written as its code point, `<U+202E>`; a text too long is cut and says how long it is.
    """
    cut = text[:longest]
    shown = "".join(_sign(sign) for sign in _BLANKS.sub(" ", cut))
    return shown if len(text) <= longest else f"{shown}… ({len(text)})"


def harmless(text: str, *, one_line: bool) -> str:
    """Make a text that somebody pastes safe to be edited on a screen: what has no shape is written out.

    It is written as `inert` shows it, so that who pasted it sees what was in it and takes it out. Its lines stay, or
    are joined where it goes into `one_line`.
    """
    lines = unicodedata.normalize("NFC", text).splitlines()
    shown = ("".join(_sign(sign) if unicodedata.category(sign) in _HIDDEN else sign for sign in one) for one in lines)
    return (" " if one_line else "\n").join(shown)


def _sign(sign: str) -> str:
    if unicodedata.category(sign) in _HIDDEN:
        return f"<U+{ord(sign):04X}>"
    # Marks piled on one letter grow out of their line; a letter without its accent is still read.
    return "" if unicodedata.category(sign) in ("Me", "Mn") else sign
