"""The one gate below the screens: an act is admitted for a person or refused, and a refusal is written down.

A session on the case store is opened here and nowhere else by whoever shows or changes cases: without an act there is
no session, and what it reads is narrowed to the person's regions (`cases.access.narrowing`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from cases.access.narrowing import narrow
from cases.access.refusals import write_refusal
from cases.access.table import RIGHTS, may
from cases.store.database import open_session, store_exists
from rules.configuration import Person
from rules.errors import Message, PatuhError, UsageError


class NotPermittedError(UsageError):
    """Who is logged in may not do this: no person of the run file, not the role, not the whole nation."""


@dataclass(frozen=True)
class Who:
    """Who is logged in, and since when this command runs. `person` None: a desk of one, where nobody is named."""

    login: str
    person: Person | None
    at: datetime


def identified(login: str, people: Mapping[str, Person] | None, at: datetime) -> Who:
    """Return who is logged in. Raises NotPermittedError for a login that the run file does not name."""
    if people is None:
        return Who(login, None, at)
    if login not in people:
        raise NotPermittedError(
            Message("{login} is no person of this office", login=login)
            if login
            else Message("nobody is logged in whom this office knows"),
            Message("rules.yaml names people, and only they may see or do anything"),
            Message("have the login added under people: in rules.yaml, with roles and regions (docs/people.md)"),
        )
    return Who(login, people[login], at)


def admit(who: Who, act: str) -> None:
    """Let `who` do `act`, or raise NotPermittedError that says what is missing. Raises KeyError for no act."""
    person, right = who.person, RIGHTS[act]
    if person is None or may(person, act):
        return
    words = Message(right.words)
    if right.roles is not None and not person.roles & right.roles:
        raise NotPermittedError(
            Message("{login} may not {act}", login=who.login, act=words),
            Message("that is for the roles {roles}", roles=", ".join(sorted(right.roles))),
            Message("ask one of them, or have the role added under people: in rules.yaml"),
        )
    raise NotPermittedError(
        Message("{login} may not {act}", login=who.login, act=words),
        Message(
            "that is for every region, and {login} is for {regions}", login=who.login, regions=person.regions or ()
        ),
        Message("ask somebody with regions: all under people: in rules.yaml"),
    )


@contextmanager
def refusals_kept(url: str | None, login: str, act: str, at: datetime) -> Iterator[None]:
    """Write down a NotPermittedError of the block in the store behind `url`, where there is one, and let it pass."""
    try:
        yield
    except NotPermittedError as refusal:
        if url is not None and _there(url):
            with open_session(url, write=True) as session:
                write_refusal(session, at, login, act, refusal)
                session.commit()
        raise


def _there(url: str) -> bool:
    try:
        return store_exists(url)
    except PatuhError:  # what is wrong with the store is no matter of this person's
        return False


@contextmanager
def open_for(url: str, who: Who, act: str, *, write: bool = False) -> Iterator[Session]:
    """Give a session on the store for one act of one person. Raises NotPermittedError, and what `open_session` may."""
    admit(who, act)
    with open_session(url, write=write) as session:
        if who.person is not None:
            narrow(session, who.person)
        yield session
