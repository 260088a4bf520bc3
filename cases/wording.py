"""Everything a person reads, in the language of the office: gettext catalogues, numbers, money, dates.

The catalogues are `locale/<language>/LC_MESSAGES/patuh.po`. They are read as they are (no compiled copy that could
differ), once per process. A message is named by its English text; its values are named and go in last, so that a
value that holds braces or a message of its own stays what it is.
"""

import gettext
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from rules.errors import Location, Message, UsageError
from rules.model import Words

LANGUAGES: Final = ("id", "en")
"""The languages that have a catalogue; the first is what everything falls back to."""


NOT_KNOWN: Final = "-"
"""What stands where nothing is known."""


def message(text: str) -> str:
    """Mark `text` as a message of the catalogue where it stands in a table and is said later."""
    return text


@dataclass(frozen=True)
class Messages:
    """One catalogue: message to its forms, and the rule that picks the form for a count."""

    forms: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]


@cache
def messages_of(language: str) -> Messages:
    """Read the shipped catalogue of `language`; an entry left empty says the message itself."""
    file = resources.files("cases") / "locale" / language / "LC_MESSAGES" / "patuh.po"
    with file.open("rb") as stream:
        catalog: Catalog = read_po(stream, locale=language)
    forms: dict[str, tuple[str, ...]] = {}
    for entry in catalog:
        identity = entry.id if isinstance(entry.id, str) else entry.id[0]
        if identity:
            forms[identity] = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return Messages(forms, gettext.c2py(catalog.plural_expr))


@lru_cache(maxsize=4096)
def _date(day: date, language: str) -> str:
    # An export of a nation says the same few hundred days over and over.
    return str(format_date(day, format="d MMMM y", locale=language))


class Wording:
    """Says messages, numbers, money and dates in one language; paths below `folder` are said from there.

    Raises `UsageError` for a language without a catalogue.
    """

    def __init__(self, language: str, folder: Path | None = None) -> None:
        if language not in LANGUAGES:
            raise UsageError(
                Message("there is no wording in '{language}'", language=language),
                Message("screens and lists are written in one of the shipped languages"),
                Message("choose one of {names} (--lang, or `language:` in rules.yaml)", names=", ".join(LANGUAGES)),
            )
        self.language = language
        self._folder = folder
        self._messages = messages_of(language)
        self._locale = Locale.parse(language)

    def say(self, msgid: str, /, **values: object) -> str:
        """Return the message in this language with its named values put in."""
        forms = self._messages.forms.get(msgid, ())
        text = forms[0] if forms and forms[0] else msgid
        return text.format_map(values) if values else text

    def tell(self, said: str) -> str:
        """Say a message with its values as this language writes them; a text that is no message stays as it is."""
        if not isinstance(said, Message):
            return said
        return self.say(said.template, **{name: self._value(value) for name, value in said.values.items()})

    def _value(self, value: object) -> str:
        if isinstance(value, str):
            return self.tell(value)
        if isinstance(value, int | Decimal):
            return self.number(value)
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, tuple):
            return ", ".join(map(self._value, value))
        return self.path(value) if isinstance(value, Path) else str(value)

    def path(self, path: Path) -> str:
        """Write a path without detours, and from the folder that a person works in when it lies below it."""
        straight = Path(os.path.normpath(path))
        if self._folder is not None and straight.is_relative_to(self._folder):
            return str(straight.relative_to(self._folder))
        return str(straight)

    def place(self, location: Location) -> str:
        """Write a place in a file: path, line and column."""
        return str(replace(location, path=self.path(Path(location.path))))

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Return the form for `count`; `{count}` in it is the count as this language writes it."""
        forms = self._messages.forms.get(one, ())
        form = self._messages.form_of(count)
        text = forms[form] if form < len(forms) and forms[form] else (one if count == 1 else many)
        return text.format_map({"count": self.number(count), **values})

    def words(self, words: Words) -> str:
        """Pick this language from what a rule file says in several; the other one where this is not said."""
        for language in (self.language, *LANGUAGES):
            if words.get(language):
                return words[language]
        return next(iter(words.values()), "")

    def number(self, value: int | Decimal) -> str:
        """Write a number with this language's separators: 1.234.567,5 or 1,234,567.5."""
        return str(format_decimal(value, locale=self._locale, decimal_quantization=False))

    def percent(self, value: int | Decimal, digits: int = 2) -> str:
        """Write a share in per cent with `digits` decimals, half away from zero: 27,24 % or 27.24 %."""
        rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return f"{format_decimal(rounded, format=pattern, locale=self._locale)} %"

    def money(self, rupiah: int | Decimal) -> str:
        """Write an amount as `Rp1.234.567`; sen only where there are any."""
        pattern = "#,##0" if rupiah == int(rupiah) else "#,##0.00"
        sign = "-" if rupiah < 0 else ""
        return f"{sign}Rp{format_decimal(abs(Decimal(rupiah)), format=pattern, locale=self._locale)}"

    def weekday(self, day: date) -> str:
        """Write the name that a day has in its week."""
        return str(format_date(day, format="EEEE", locale=self._locale))

    def date(self, day: date | None) -> str:
        """Write a day as `19 November 2026`; a dash for a day that is not known."""
        return NOT_KNOWN if day is None else _date(day, self.language)

    def moment(self, at: datetime | None) -> str:
        """Write a day with its time, `19 November 2026 06:15`, in the zone that `at` is in."""
        return NOT_KNOWN if at is None else f"{self.date(at.date())} {at:%H:%M}"
