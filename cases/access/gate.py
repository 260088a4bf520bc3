"""The one gate below the screens: an act is permitted to a person or refused, and a refusal is written down.

A session on the case store is opened here and nowhere else by whoever shows or changes cases: it knows whom it was
opened for, what it reads is narrowed to the person's regions (`cases.access.narrowing`), and each service that shows
or changes cases asks `permit` before all else. So a screen, a command and a test are refused alike.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from cases.access.identity import NotPermittedError, Who, admit
from cases.access.narrowing import narrow, seen_cases
from cases.access.refusals import Asked, write_refusal
from cases.store.database import OpenStore, open_session, store_exists
from cases.store.models import Case
from rules.configuration import Person
from rules.errors import Message, PatuhError

OPENED: Final = "opened"
"""Under this a session's own notes hold whom it was opened for, and on which store."""


@dataclass(frozen=True)
class Opened:
    """On which store a session was opened, for whom, and the clock of what is refused in it."""

    url: str
    who: Who
    now: Callable[[], datetime]


def permit(session: Session, act: str, number: int | None = None) -> None:
    """Let whoever `session` was opened for do `act`, to case `number` where it is about one; every service asks first.

    Raises NotPermittedError, which is written down. A case that lies outside their regions is to them as if it were
    not there, and the service says so; that they asked for it is written down too. A session that was not opened for
    anybody is a scan's, which was admitted where it began.
    """
    opened: Opened | None = session.info.get(OPENED)
    if opened is None:
        return
    asked = Asked(opened.who.login, act, opened.now(), number)
    with refusals_kept(opened.url, asked, session):
        admit(opened.who, act)
    if _hidden(session, opened.who, number):
        session.rollback()
        _keep(opened.url, asked, _not_theirs(opened.who, number))


def permit_everywhere(session: Session, act: str, number: int) -> None:
    """Let whoever `session` was opened for do `act`, begun with case `number`, in every region; they are for all.

    Raises NotPermittedError, which is written down.
    """
    opened: Opened | None = session.info.get(OPENED)
    if opened is None or opened.who.person is None or opened.who.person.regions is None:
        return
    login, regions = opened.who.login, opened.who.person.regions
    with refusals_kept(opened.url, Asked(login, act, opened.now(), number), session):
        raise NotPermittedError(
            Message("{login} may not let findings of every province be", login=login),
            Message("that is for every region, and {login} is for {regions}", login=login, regions=regions),
            Message("ask somebody with regions: all under people: in rules.yaml"),
        )


def person_of(session: Session) -> Person | None:
    """Return the person for whom `session` was opened; None: a desk of one, or a scan."""
    opened: Opened | None = session.info.get(OPENED)
    return None if opened is None else opened.who.person


def seen_of(session: Session, alias: str) -> str:
    """Return, as SQL over cases called `alias`, what whoever `session` was opened for may see of them."""
    return seen_cases(person_of(session), alias, session.get_bind().dialect)


@contextmanager
def open_for(url: str, who: Who, now: Callable[[], datetime], *, write: bool = False) -> Iterator[Session]:
    """Give a session on the store in which one person sees their regions; its services ask `permit`.

    `now` gives the moment that a refusal bears. Raises what `open_session` may.
    """
    with open_session(url, write=write) as session:
        _open(session, Opened(url, who, now))
        yield session


@contextmanager
def session_for(store: OpenStore, who: Who, now: Callable[[], datetime], *, write: bool = False) -> Iterator[Session]:
    """Give a session as `open_for` does, on a store that is kept open."""
    with store.session(write=write) as session:
        _open(session, Opened(store.url, who, now))
        yield session


def _open(session: Session, opened: Opened) -> None:
    session.info[OPENED] = opened
    if opened.who.person is not None:
        narrow(session, opened.who.person)


@contextmanager
def refusals_kept(url: str | None, asked: Asked, session: Session | None = None) -> Iterator[None]:
    """Write down a NotPermittedError of the block in the store behind `url`, where there is one, and let it pass.

    `session`: what it has begun is undone first, for nothing else is written while it lasts.
    """
    try:
        yield
    except NotPermittedError as refusal:
        if session is not None:
            session.rollback()
        keep_refusal(url, asked, refusal)
        raise


def keep_refusal(url: str | None, asked: Asked, refusal: PatuhError) -> None:
    """Write a refusal down in the store behind `url`, where there is one."""
    if url is not None and _there(url):
        _keep(url, asked, refusal)


def _keep(url: str, asked: Asked, refusal: PatuhError) -> None:
    with open_session(url, write=True) as session:
        write_refusal(session, asked, refusal)
        session.commit()


def _hidden(session: Session, who: Who, number: int | None) -> bool:
    """Say whether the case may be there and is not shown to `who`; where all cases are shown, a number is mistyped."""
    if number is None or who.person is None or who.person.regions is None:
        return False
    return session.get(Case, number) is None


def _not_theirs(who: Who, number: int | None) -> PatuhError:
    return NotPermittedError(
        Message("{login} is shown no case {number}", login=who.login, number=number),
        Message("it lies outside the regions of {login}, or there is none", login=who.login),
        Message("ask somebody who is for its region"),
    )


def _there(url: str) -> bool:
    try:
        return store_exists(url)
    except PatuhError:  # what is wrong with the store is no matter of this person's
        return False
