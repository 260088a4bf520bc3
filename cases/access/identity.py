"""Who is logged in, and what the table of rights says of them; no store is asked, so that a command begins at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.access.table import RIGHTS, may
from rules.configuration import Person
from rules.errors import Message, UsageError


class NotPermittedError(UsageError):
    """Who is logged in may not do this: no person of the run file, not the role, not the whole nation."""


@dataclass(frozen=True)
class Who:
    """Who is logged in. `person` None: a desk of one, where nobody is named."""

    login: str
    person: Person | None


def identified(login: str, people: Mapping[str, Person] | None) -> Who:
    """Return who is logged in. Raises NotPermittedError for a login that the run file does not name."""
    if people is None:
        return Who(login, None)
    if login not in people:
        raise NotPermittedError(
            Message("{login} is no person of this office", login=login)
            if login
            else Message("nobody is logged in whom this office knows"),
            Message("rules.yaml names people, and only they may see or do anything"),
            Message("have the login added under people: in rules.yaml, with roles and regions (docs/people.md)"),
        )
    return Who(login, people[login])


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
