"""The query line of a list of cases: what is typed, as a value, and everything that is wrong with it.

A line is words and conditions, parted by blanks; a case has to meet all of them. Words are of the party's name, each
the beginning of one of its words, in any order; words in quotes stand next to one another. A condition is a key, a
sign and a value (`region:19.71 rule:JAKON* sev>=high people>=50`). `-` before either turns it round: what it says no
case may be. What no register says (people, rupiah, a deadline) meets no condition, and so its opposite.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from cases.caseload.query_values import (
    SIGNS,
    as_amount,
    as_choice,
    as_date,
    as_days,
    as_name,
    as_number,
    as_pattern,
    as_region,
    near,
)
from cases.caseload.query_values import ValueFault as _ValueFault
from cases.store.name_words import words_in
from cases.store.stages import LIVE_STAGES
from rules.errors import Message, UsageError
from rules.model import SEVERITIES

ME: Final = "me"
NOBODY: Final = "nobody"
Value = str | int | date


@dataclass(frozen=True)
class Key:
    """What may be asked under one key: `ordered`, by more than being equal; `read` makes its value of what is typed."""

    ordered: bool
    read: Callable[[str, "Known | None"], Value]
    write: Callable[[Value], str] = str


@dataclass(frozen=True)
class Known:
    """What there is to be named. `regions`: code to name. What is empty is not checked."""

    rules: Collection[str] = ()
    regions: Mapping[str, str] = field(default_factory=dict)
    people: Collection[str] = ()
    queues: Collection[str] = ()
    offices: Collection[str] = ()


@dataclass(frozen=True)
class Condition:
    """`key` of KEYS, `sign` of SIGNS (`:` is being equal), and the value by the key's kind."""

    key: str
    sign: str
    value: Value
    negated: bool = False


@dataclass(frozen=True)
class Words:
    """Words of the party's name that stand next to one another, the last of them may go on."""

    words: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True)
class Query:
    """What is asked of each case. `hidden`: cases that are put off are listed too."""

    conditions: tuple[Condition, ...] = ()
    names: tuple[Words, ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class QueryFault:
    """One thing that is wrong in a line: `length` signs from `column` (counted from 1) on. `nearest`: '' for none."""

    column: int
    length: int
    what: Message
    why: Message
    remedy: Message
    nearest: str = ""


@dataclass(frozen=True)
class Parsed:
    """What of a line could be read, and what could not."""

    query: Query
    faults: tuple[QueryFault, ...] = ()


class QueryError(UsageError):
    """A line with faults was to be asked; it says the first of them."""


def _severity(text: str, _known: Known | None) -> int:
    return SEVERITIES.index(as_choice(text, SEVERITIES)) + 1


KEYS: Final[Mapping[str, Key]] = {
    "region": Key(False, lambda text, known: as_region(text, known.regions if known else {})),
    "rule": Key(False, lambda text, known: as_pattern(text, known.rules if known else ())),
    "sev": Key(True, _severity, lambda value: SEVERITIES[int(str(value)) - 1]),
    "stage": Key(False, lambda text, _known: as_choice(text, LIVE_STAGES)),
    "queue": Key(False, lambda text, known: as_name(text, known.queues if known else ())),
    "track": Key(False, lambda text, _known: as_choice(text, ("sanction", "outreach"))),
    "office": Key(False, lambda text, known: as_name(text, known.offices if known else ())),
    "to": Key(False, lambda text, known: as_name(text, (ME, NOBODY, *known.people) if known and known.people else ())),
    "people": Key(True, lambda text, _known: as_number(text)),
    "rupiah": Key(True, lambda text, _known: as_amount(text)),
    "due": Key(True, lambda text, _known: as_days(text)),
    "findings": Key(True, lambda text, _known: as_number(text)),
    "score": Key(True, lambda text, _known: as_days(text)),
    "nr": Key(False, lambda text, _known: as_number(text)),
    "since": Key(False, lambda text, _known: as_date(text), lambda value: f"{value}"),
}
HIDDEN: Final = "hidden"
ALL_KEYS: Final = (*KEYS, HIDDEN)


def begins_key(line: str) -> str | None:
    """Return the key that the last word of a line may yet become as it is typed; None: it can only be a name."""
    word = line.rpartition(" ")[2].removeprefix("-").casefold()
    return next((key for key in ALL_KEYS if word and key.startswith(word)), None)


@dataclass(frozen=True)
class _Part:
    """One part of a line as it is typed, quotes taken off: `column` from 1. `quoted`: it began with a quote."""

    text: str
    column: int
    length: int
    quoted: bool
    open: bool


@lru_cache(maxsize=256)
def _parsed(line: str) -> Parsed:
    return _parse(line, None)


def parse(line: str, known: Known | None = None) -> Parsed:
    """Read a line; `known` None checks no names."""
    return _parsed(line) if known is None else _parse(line, known)


def query_of(line: str) -> Query:
    """Return what a line asks. Raises QueryError where anything in it could not be read."""
    parsed = parse(line)
    for fault in parsed.faults:
        raise QueryError(fault.what, fault.why, fault.remedy)
    return parsed.query


def written(query: Query) -> str:
    """Return a line that is read as `query`."""
    said = [_written(one) for one in query.conditions]
    for name in query.names:
        text = " ".join(name.words)
        said.append(f"{'-' * name.negated}{text}" if len(name.words) == 1 else f'{"-" * name.negated}"{text}"')
    return " ".join([*said, *(["hidden:yes"] if query.hidden else [])])


def _written(one: Condition) -> str:
    value = KEYS[one.key].write(one.value)
    quoted = f'"{value}"' if any(sign.isspace() for sign in value) else value
    return f"{'-' * one.negated}{one.key}{one.sign}{quoted}"


def _parse(line: str, known: Known | None) -> Parsed:
    conditions: list[Condition] = []
    names: list[Words] = []
    faults: list[QueryFault] = []
    hidden = False
    for part in parts(line):
        try:
            read = _read(part, known)
        except _ValueFault as fault:
            column, length = part.column + fault.offset, max(part.length - fault.offset, 1)
            faults.append(QueryFault(column, length, fault.what, fault.why, fault.remedy, fault.nearest))
            continue
        if isinstance(read, Condition):
            conditions.append(read)
        elif isinstance(read, Words):
            names.append(read)
        else:
            hidden = read
    return Parsed(Query(tuple(conditions), tuple(names), hidden), tuple(faults))


def parts(line: str) -> Iterator[_Part]:
    """Give the parts of a line: runs without a blank, where quotes hold blanks."""
    place = 0
    while place < len(line):
        if line[place].isspace():
            place += 1
            continue
        start, quote, text = place, False, ""
        while place < len(line) and (quote or not line[place].isspace()):
            if line[place] == '"':
                quote = not quote
            else:
                text += line[place]
            place += 1
        yield _Part(text, start + 1, place - start, line[start:place].lstrip("-").startswith('"'), quote)


def _read(part: _Part, known: Known | None) -> Condition | Words | bool:
    if part.open:
        raise _ValueFault(
            Message("the quote is not closed"),
            Message("where it ends decides what belongs together"),
            Message('put a " behind the last word that belongs to it'),
        )
    negated, text = part.text.startswith("-"), part.text.removeprefix("-")
    key, sign, value = ("", "", "") if part.quoted else cut(text)
    if not sign:
        return _words(text, negated)
    if key == HIDDEN:
        return _hidden(value, sign, negated, len(part.text) - len(value))
    if key not in KEYS:
        close = near(key, ALL_KEYS)
        raise _ValueFault(
            Message("there is no condition '{key}'", key=key),
            Message("a list narrowed by it would look like an answer"),
            Message("did you mean '{name}'?", name=close)
            if close
            else Message("choose one of {names}, or put words of a name that hold a sign into quotes", names=ALL_KEYS),
            nearest=close,
        )
    if not value:
        raise _ValueFault(
            Message("'{key}' is followed by nothing", key=f"{key}{sign}"),
            Message("what is looked for has to be said"),
            Message("write it without a blank behind the sign"),
            offset=len(part.text),
        )
    if sign != ":" and not KEYS[key].ordered:
        raise _ValueFault(
            Message("'{key}' knows no more and no less", key=key),
            Message("it names something, which is there or not"),
            Message("write {key}:value", key=key),
            offset=len(part.text) - len(value) - len(sign),
        )
    try:
        return Condition(key, sign, KEYS[key].read(value, known), negated)
    except _ValueFault as fault:
        raise fault.at(len(part.text) - len(value)) from fault


def cut(text: str) -> tuple[str, str, str]:
    """Return key, sign and value of a condition; three empty texts where it is none."""
    places = [(text.find(sign), -len(sign), sign) for sign in (*SIGNS, "=") if text.find(sign) > 0]
    if not places:
        return "", "", ""
    place, _, sign = min(places)
    return text[:place].lower(), ":" if sign == "=" else sign, text[place + len(sign) :]


def _words(text: str, negated: bool) -> Words:
    words = words_in(text)
    if not words:
        raise _ValueFault(
            Message("'{text}' holds no letter and no digit", text=text),
            Message("names are found by their words"),
            Message("leave it out, or write a word of the name"),
        )
    return Words(words, negated)


def _hidden(value: str, sign: str, negated: bool, offset: int) -> bool:
    if sign == ":" and value in ("yes", "no"):
        return (value == "yes") != negated
    raise _ValueFault(
        Message("'{value}' is neither yes nor no", value=value),
        Message("cases that are put off are listed or they are not"),
        Message("write hidden:yes, or leave it out"),
        offset=offset,
        nearest="yes",
    )
