"""What may narrow a list: a name that there is not would give an empty list that looks like an answer."""

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import select
from sqlmodel import Session, col

from cases.commands.options import one_of
from cases.listing import NOBODY
from cases.store.models import RuleVersion
from connectors.regions import REGIONS
from rules.configuration import Person
from rules.errors import Message, UsageError
from rules.model import RuleBook

_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")


def queue_of(queue: str | None, known: Iterable[str], why: Message) -> str | None:
    """Return the queue as the routing file writes it. Raises UsageError for one that it does not have."""
    return None if queue is None else one_of("--queue", queue, tuple(known), why)


def rule_of(rule: str | None, book: RuleBook, session: Session | None = None) -> str | None:
    """Return the rule as the book writes it, or the store, which remembers rules that the book has no more.

    Raises UsageError with the nearest name for any other.
    """
    if rule is None:
        return None
    known = set(book.rules)
    if session is not None:
        known |= set(session.execute(select(col(RuleVersion.rule)).distinct()).scalars())
    why = Message("a list of a rule that there is not would look like an empty one")
    return one_of("--rule", rule, tuple(sorted(known)), why)


def assigned_of(named: str | None, login: str, people: Mapping[str, Person] | None) -> str | None:
    """Return whose cases are meant: `me` is who is logged in, `nobody` stays as it is.

    Raises UsageError for somebody who is no person of this office.
    """
    if named is None or named == NOBODY:
        return named
    if named == "me":
        return login
    why = Message("a list of somebody who is not here would look as if they had nothing to do")
    return one_of("--assigned-to", named, (*(people or {}), "me", NOBODY), why)


def source_of(source: str | None, known: Iterable[str]) -> str | None:
    """Return the source as the run file writes it. Raises UsageError with the nearest name for any other."""
    why = Message("a list of a source that there is not would look as if it had left nothing open")
    return None if source is None else one_of("--source", source, tuple(known), why)


def region_of(region: str | None) -> str | None:
    """Return the region. Raises UsageError for what is no Kemendagri code, and for a province that there is not.

    Of a regency only the form is asked: new ones come before any table knows them.
    """
    if region is None or (_CODE.fullmatch(region) and region[:2] in _provinces()):
        return region
    raise UsageError(
        Message("--region '{region}' is not the code of a region", region=region),
        Message("a list of a region that there is not would look like an empty one"),
        Message("write a Kemendagri code, for example 19 for a province and 19.71 for a regency or city"),
    )


@cache
def _provinces() -> frozenset[str]:
    with REGIONS.open(encoding="utf-8", newline="") as stream:
        return frozenset(row["code"] for row in csv.DictReader(stream) if row["level"] == "province")
