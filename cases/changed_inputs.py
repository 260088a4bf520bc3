"""What differs between the files of then and those of now: each rule, parameter, day, source and fact by its name."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from cases.inputs import CALENDAR, RUN_FILE, calendar_from
from cases.kept_runs import Change, KeptRun, kind_of, load_kept
from rules import changes as changes_in_files
from rules.changes import PartChange, changes_between
from rules.configuration import Configuration
from rules.errors import Location, Message, UsageError
from rules.load import Loaded
from rules.model import RuleBook
from rules.working_days import WorkingCalendar

MOST_DAYS = 10
"""Days of the calendar that are named one by one."""

_NOT_JUDGING = ("path", "state", "store", "language", "sources", "offices", "retention", "anchors")
"""Parts of the run file that no answer depends on, and the sources, which are told one by one."""
TOLD_WHOLE = (
    *("status", "nature", "subject", "scope", "needs", "when", "let", "law_date", "values", "off", "severity", "then"),
    *("order", "max_share", "max_new"),
)
"""Parts of a rule, a parameter or a decision that are told with their lines of then and of now."""


@dataclass(frozen=True)
class Inputs:
    """All that judging depends on, as read: the book and the run file, the days, and the texts themselves."""

    loaded: Loaded
    texts: Mapping[str, bytes]

    @property
    def calendar(self) -> WorkingCalendar:
        """The days that are no ordinary ones."""
        return calendar_from(self.texts[CALENDAR])


def changes(then: Inputs, now: Inputs) -> tuple[Change, ...]:
    """Return every input that is not what it was; what is told in no other way is told as a file."""
    if then.texts == now.texts:
        return ()
    before, after = then.loaded.book, now.loaded.book
    found = [
        *_book(before, after),
        *_days(then.calendar, now.calendar),
        *_sources(then.loaded.configuration, now.loaded.configuration),
        *_run_file(then.loaded.configuration, now.loaded.configuration),
    ]
    return (*found, *_files(then.texts, now.texts, {change.kind for change in found}))


def exactly(changed: tuple[Change, ...], run: KeptRun, present: Mapping[str, bytes], into: Path) -> tuple[Change, ...]:
    """Add to changes of kept texts what they come to, where the file of now still is what was kept."""
    if not changed or run.judgement is None:
        return changed
    files = run.judgement.files
    whole = {name: text for name, text in present.items() if hashlib.sha256(text).hexdigest() == files.get(name)}
    found = {**run.texts, **whole}
    if found == run.texts or set(found) != set(files):
        return changed
    try:
        then = Inputs(load_kept(found, into / "whole"), found)
        return (*changed, *changes(then, Inputs(load_kept(run.texts, into / "kept"), run.texts)))
    except (UsageError, ValueError):  # what was changed can no longer be read: its hash says so
        return changed


def _book(then: RuleBook, now: RuleBook) -> Iterator[Change]:
    """Yield what differs in the rule files: a part that judges with its lines of then and now, any other by name."""
    for change in changes_between(then, now):
        kind, name = _named(change)
        if change.state != "changed":
            yield Change(kind, name, Message("is new") if change.state == "added" else Message("is gone"))
        for part in change.parts:
            if part.part in TOLD_WHOLE:
                yield Change(kind, f"{name} {part.part}".strip(), _lines(part))
        if others := tuple(part.part for part in change.parts if part.part not in TOLD_WHOLE):
            yield Change(kind, name, _otherwise(others))


def _named(change: changes_in_files.Change) -> tuple[str, str]:
    """Return the kind and the name by which a person knows it."""
    match change.kind:
        case "fact" | "field":
            return "vocabulary", change.name
        case "order":
            return "routing", ""
        case "setting":
            kind, _, name = change.name.partition(" ")
            return kind, name
    return change.kind, change.name


def _lines(part: PartChange) -> Message:
    nothing = (Message("nothing"),)
    return Message("was {then}; is {now}", then=part.removed or nothing, now=part.added or nothing)


def _otherwise(parts: tuple[str, ...]) -> Message:
    return Message("its text says otherwise in {parts}", parts=parts)


def _days(then: WorkingCalendar, now: WorkingCalendar) -> Iterator[Change]:
    days = sorted(
        day for day in {*then.kinds, *now.kinds} if then.kinds.get(day, frozenset()) != now.kinds.get(day, frozenset())
    )
    for day in days[:MOST_DAYS]:
        was, is_now = sorted(then.kinds.get(day, ())), sorted(now.kinds.get(day, ()))
        ordinary = (Message("an ordinary day"),)
        said = Message("was {then}; is {now}", then=tuple(was) or ordinary, now=tuple(is_now) or ordinary)
        yield Change("calendar", day.isoformat(), said)
    if len(days) > MOST_DAYS:
        yield Change("calendar", "", Message("and {count} more days", count=len(days) - MOST_DAYS))
    if (then.covers_from, then.covers_until) != (now.covers_from, now.covers_until):
        then_until, now_until = then.covers_until, now.covers_until
        yield Change("calendar", "", Message("reached to {then}; reaches to {now}", then=then_until, now=now_until))


def _sources(then: Configuration, now: Configuration) -> Iterator[Change]:
    for name in sorted({*then.sources, *now.sources}):
        before, after = then.sources.get(name), now.sources.get(name)
        if before is None or after is None:
            yield Change("source", name, Message("is new") if before is None else Message("is gone"))
            continue
        parts = _different(before, after, ("location", "path", "columns"))
        parts += tuple(f"columns.{column}" for column in _different_entries(before.columns, after.columns))
        if _from(then, before.path) != _from(now, after.path):
            parts += ("path",)
        if parts:
            said = _otherwise(parts)
            yield Change("source", name, _as_read(said) if any(map(_shapes_rows, parts)) else said)


def _shapes_rows(part: str) -> bool:
    return part.startswith("columns.") or part in ("connector", "options", "key", "fact")


def _as_read(said: Message) -> Message:
    return Message("{said}; the kept rows stay as they were read then", said=said)


def _from(configuration: Configuration, path: Path | None) -> str:
    """Return a path as seen from its run file: the kept one lies in another folder now."""
    return "" if path is None else os.path.relpath(path, configuration.path.parent)


def _run_file(then: Configuration, now: Configuration) -> Iterator[Change]:
    for name in _different(then, now, _NOT_JUDGING):
        before, after = getattr(then, name), getattr(now, name)
        if name == "calendar_file" and _from(then, before) == _from(now, after):
            continue
        if isinstance(before, Mapping):
            parts = tuple(f"{name}.{entry}" for entry in _different_entries(before, after))
            if parts:
                yield Change(RUN_FILE, "", _otherwise(parts))
        else:
            yield Change(RUN_FILE, "", _otherwise((name,)))


def _files(then: Mapping[str, bytes], now: Mapping[str, bytes], told: set[str]) -> Iterator[Change]:
    """Yield each text that differs although nothing of its kind was told: a comment, a pack that is switched off."""
    for name in sorted({*then, *now}):
        kind, one = kind_of(name)
        as_told = {"parameters": "parameter"}.get(kind, kind)
        if then.get(name) == now.get(name) or as_told in told or (name == RUN_FILE and "source" in told):
            continue
        if name not in then or name not in now:
            yield Change(kind, one, Message("is gone") if name in then else Message("is new"))
        else:
            yield Change(kind, one, Message("only its text changed, not what it says to this run"))


def _different(before: object, after: object, without: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the fields in which two values differ; where they stand in their files does not count."""
    names = [one.name for one in fields(before) if one.name not in without]  # type: ignore[arg-type]
    return tuple(name for name in names if bare(getattr(before, name)) != bare(getattr(after, name)))


def _different_entries(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name in sorted({*before, *after}) if bare(before.get(name)) != bare(after.get(name)))


def bare(value: object) -> object:
    """Return a value without the places in which its parts stand: the same words a line further down are the same."""
    if isinstance(value, Location):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(bare(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, Mapping):
        return {key: bare(one) for key, one in value.items()}
    return tuple(map(bare, value)) if isinstance(value, tuple | list) else value
