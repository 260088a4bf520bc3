"""What registers have to repair: the causes for which subjects could not be judged, and the subjects of one cause.

A subject that is gone from its register while a finding of it is open is one of them. Everything is of the regions of
who asks; keys are covered as their fields say.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final, TypeVarTuple

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.masking import mask_key
from cases.names import standing_name
from cases.store.models import Finding
from cases.unknown_list import (
    UnknownCount,
    UnknownFilter,
    UnknownSource,
    filter_sql,
    list_unknowns,
    unknown_subjects,
    unknowns_file,
)
from cases.wording import Wording, message
from connectors.duck import literal, open_duck
from connectors.landed import Standing
from rules.configuration import Configuration

Columns = TypeVarTuple("Columns")

GONE: Final = -1
"""The reason of a subject that is gone from its register; the others are a `connectors.landed.Standing`."""
REMEDIES: Final[Mapping[int, str]] = {
    GONE: message("find out whether it has ended or is missing; put the row back, or say that it has ended"),
    Standing.SAID: message("fill in the value"),
    Standing.MISSING: message("deliver the register"),
    Standing.STALE: message("deliver a newer extract"),
    Standing.DROPPED: message("see whether the extract is whole, and deliver it again"),
    Standing.REJECTS: message("mend the rejected rows (patuh sources rejects), and deliver it again"),
    Standing.EMPTY: message("deliver the register with its rows"),
    Standing.NOT_COMPLETE: message("deliver every row of the region, or the row of this subject"),
    Standing.UNREADABLE_KEYS: message("mend the keys that cannot be read (patuh sources rejects)"),
    Standing.REJECTED_ROW: message("mend its row (patuh sources rejects)"),
    Standing.DUPLICATE_ROWS: message("leave one row of its key"),
    Standing.OWN_KEY: message("mend its own key"),
    Standing.SHARED_KEY: message("find out whose key it is, and mend the other"),
}


@dataclass(frozen=True)
class RepairCause:
    """So many subjects could not be judged by `rule` for one reason. `source` None: no register offers the field.

    `field` None: the line of the rule itself did not hold, or (GONE) the whole row is missing.
    """

    rule: str
    source: str | None
    field: str | None
    line: str | None
    reason: int
    subjects: int


@dataclass(frozen=True)
class RepairSubject:
    """One subject of a cause; `key` is covered unless it was asked for whole."""

    key: str
    region: str | None
    at: tuple[str, str]
    """Where it stands in the list: what the next page begins behind."""


@dataclass(frozen=True)
class RepairPage:
    """Some subjects of a cause in the order of region and key. `more`: others follow."""

    subjects: tuple[RepairSubject, ...]
    more: bool


def causes(
    session: Session, source: UnknownSource, wanted: UnknownFilter, run: Configuration
) -> tuple[RepairCause, ...]:
    """Return the causes, most subjects first. Raises UsageError: the run kept no list; NotPermittedError."""
    permit(session, "waiting")
    found = [_cause(one) for one in list_unknowns(source, wanted, 0, 0).counts]
    found += [one for one in _gone(session, wanted, run) if wanted.source in (None, one.source)]
    return tuple(sorted(found, key=lambda one: -one.subjects))


def _cause(one: UnknownCount) -> RepairCause:
    return RepairCause(one.rule, one.source, one.field, one.line, one.reason or 0, one.subjects)


def _gone(session: Session, wanted: UnknownFilter, run: Configuration) -> Iterator[RepairCause]:
    counted = session.execute(
        _of_gone(select(col(Finding.rule), col(Finding.fact), func.count()), wanted)
        .group_by(col(Finding.rule), col(Finding.fact))
        .order_by(col(Finding.rule))
    )
    for rule, fact, count in counted:
        spine = run.assemblies[fact].spine if fact in run.assemblies else None
        yield RepairCause(rule, spine, None, None, GONE, count)


def _of_gone(asked: Select[*Columns], wanted: UnknownFilter) -> Select[*Columns]:
    asked = asked.where(col(Finding.state) == "subject_gone")
    if wanted.rule is not None:
        asked = asked.where(col(Finding.rule) == wanted.rule)
    if wanted.region is not None:
        lies = or_(col(Finding.region) == wanted.region, col(Finding.region).like(f"{wanted.region}.%"))
        asked = asked.where(lies)
    return asked


def count_subjects(session: Session, source: UnknownSource, wanted: UnknownFilter) -> int:
    """Return how many subjects have something to repair, each once. Raises UsageError, NotPermittedError as `causes`.

    Who is gone from its register was not judged, so nobody is in both.
    """
    permit(session, "waiting")
    key = select(col(Finding.fact), col(Finding.subject_key)).distinct()
    gone: int = session.execute(select(func.count()).select_from(_of_gone(key, wanted).subquery())).scalar_one()
    return unknown_subjects(source, wanted) + gone


def subjects(
    session: Session,
    source: UnknownSource,
    wanted: UnknownFilter,
    cause: RepairCause,
    page: tuple[tuple[str, str] | None, int],
) -> RepairPage:
    """Return subjects of a cause behind a place (None: from the first on), up to a number of them."""
    permit(session, "waiting")
    after, limit = page
    asked = replace(wanted, rule=cause.rule, source=None)
    rows = (_gone_rows if cause.reason == GONE else _unknown_rows)(session, source, asked, cause, (after, limit + 1))
    facts = source.vocabulary.facts
    shown = tuple(
        RepairSubject(key if source.unmask else mask_key(key, facts.get(fact)), region or None, (region, key))
        for fact, key, region in rows[:limit]
    )
    return RepairPage(shown, len(rows) > limit)


Rows = list[tuple[str, str, str]]
"""Fact, key, and region ("" where none is said)."""


def _unknown_rows(
    _session: Session,
    source: UnknownSource,
    wanted: UnknownFilter,
    cause: RepairCause,
    page: tuple[tuple[str, str] | None, int],
) -> Rows:
    where, values = filter_sql(wanted)
    of_cause = "coalesce(source, '') = ? AND coalesce(field, '') = ? AND coalesce(reason, 0) = ?"
    values += [cause.source or "", cause.field or "", cause.reason]
    if cause.line is not None:
        of_cause += " AND line = ?"
        values.append(cause.line)
    after, limit = page
    if after is not None:
        of_cause += " AND (coalesce(region, ''), subject_key) > (?, ?)"
        values += list(after)
    file = literal(unknowns_file(source.state, source.run_id))
    with closing(open_duck(source.scratch)) as duck:
        found = duck.execute(
            f"SELECT DISTINCT fact, subject_key, coalesce(region, '') AS region FROM read_parquet({file}){where} "
            f"{'AND' if where else 'WHERE'} {of_cause} ORDER BY region, subject_key LIMIT ?",
            [*values, limit],
        ).fetchall()
    return [(str(fact), str(key), str(region)) for fact, key, region in found]


def _gone_rows(
    session: Session,
    _source: UnknownSource,
    wanted: UnknownFilter,
    _cause: RepairCause,
    page: tuple[tuple[str, str] | None, int],
) -> Rows:
    region, key = func.coalesce(col(Finding.region), ""), col(Finding.subject_key)
    asked = _of_gone(select(col(Finding.fact), key, region), wanted)
    after, limit = page
    if after is not None:
        asked = asked.where(or_(region > after[0], (region == after[0]) & (key > after[1])))
    found = session.execute(asked.order_by(region, key).limit(limit))
    return [(str(fact), str(one), str(where)) for fact, one, where in found]


def reason_words(cause: RepairCause, wording: Wording) -> str:
    """Say why the subjects of a cause could not be judged."""
    if cause.reason == GONE:
        return wording.say("gone from the register, and a finding of it is open")
    if cause.field is None and cause.reason == Standing.SAID:
        return wording.say("what the rule needs to judge does not hold")
    return standing_name(cause.reason, wording)


def remedy_words(cause: RepairCause, wording: Wording) -> str:
    """Say what the owner of the register does about it."""
    if cause.source is None:
        return wording.say("no register offers this field; connect one that does")
    if cause.field is None and cause.reason == Standing.SAID:
        return wording.say("see whether the days and values that the line reads are right")
    known = REMEDIES.get(cause.reason)
    return wording.say(known) if known else wording.say("look at the row in the register")
