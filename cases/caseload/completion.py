"""What may be meant where the cursor stands in a query line: keys, rules, regions with their names, people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cases.caseload.query import ALL_KEYS, HIDDEN, ME, NOBODY, Known, cut, parts
from cases.store.name_words import words_in
from cases.store.stages import LIVE_STAGES
from rules.model import SEVERITIES

MOST: Final = 50
"""So many are offered at most."""


@dataclass(frozen=True)
class Candidate:
    """What may stand in a line from sign `start` to `end` (from 0); `words` say what it is: a region's name, or ''."""

    text: str
    start: int
    end: int
    words: str = ""


def complete(line: str, cursor: int, known: Known) -> tuple[Candidate, ...]:
    """Return what the part of the line that ends at the cursor may become, the nearest first."""
    before = line[:cursor]
    if not before or before[-1].isspace():
        return ()
    *_, part = parts(before)
    if part.quoted:
        return ()
    start, negated = part.column - 1, part.text.startswith("-")
    text, minus = part.text.removeprefix("-"), "-" * negated
    key, sign, value = cut(text)
    if not sign:
        said = ((f"{minus}{name}:", "") for name in ALL_KEYS if name.startswith(text.lower()) and text)
    else:
        said = ((f"{minus}{key}{sign}{_quoted(one)}", words) for one, words in _values(key, value, known))
    return tuple(Candidate(one, start, cursor, words) for one, words in list(said)[:MOST])


def _quoted(value: str) -> str:
    return f'"{value}"' if any(sign.isspace() for sign in value) else value


def _values(key: str, value: str, known: Known) -> Iterator[tuple[str, str]]:
    match key:
        case "region":
            yield from _regions(value, known)
        case "rule":
            rules = sorted(rule for rule in known.rules if rule.startswith(value.upper().rstrip("*")))
            families = sorted({rule.rsplit("-", 1)[0] for rule in rules})
            several = [one for one in families if sum(rule.startswith(f"{one}-") for rule in rules) > 1]
            yield from ((f"{one}*", "") for one in several)
            yield from ((rule, "") for rule in rules)
        case _:
            yield from ((one, "") for one in _plain(key, known) if one.lower().startswith(value.lower()))


def _plain(key: str, known: Known) -> Iterable[str]:
    return {
        "sev": SEVERITIES,
        "stage": LIVE_STAGES,
        "track": ("sanction", "outreach"),
        "queue": tuple(known.queues),
        "office": sorted(known.offices),
        "to": (ME, NOBODY, *sorted(known.people)),
        HIDDEN: ("yes", "no"),
    }.get(key, ())


def _regions(value: str, known: Known) -> Iterator[tuple[str, str]]:
    """By the beginning of the code, or of every word in the name."""
    wanted = words_in(value)
    for code, name in sorted(known.regions.items()):
        words = words_in(name)
        named = bool(wanted) and all(any(word.startswith(one) for word in words) for one in wanted)
        if code.startswith(value) or named:
            yield code, name
