"""What a person does at the desk with a case: assign it, write a note, hide it for a while.

None of it changes an outcome, and each writes one event. Who acts and when come in.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, islice, repeat
from typing import Final

from sqlalchemy import ColumnElement, case, func, literal, select, update
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.access.narrowing import seen_by
from cases.access.table import may
from cases.life.acts import Book, Done, Told, case_of, check_person, check_reason, checked, done
from cases.life.moves import Wanted
from cases.life.refusal import NotAllowedError
from cases.listing import NOBODY
from cases.service import Act
from cases.store.chain import Move, append_events
from cases.store.models import Case
from cases.store.stages import LIVE_STAGES
from cases.wording import Wording
from rules.configuration import Assignment, Person
from rules.errors import Message, UsageError
from rules.fault_list import use_one_of

GIVEN: Final = ("flagged", "confirmed")
"""Stages in which a case that nobody has is given to somebody."""
LONGEST_NOTE: Final = 2000
"""Signs of a note (our design)."""
AT_ONCE: Final = 1000


def assign(session: Session, number: int, act: Act, book: Book, login: str) -> Done:
    """Give a case to the person with this login, or to nobody; commits.

    Raises NotAllowedError: who it would be given to does not see the case or may not work on it, or has it already.
    """
    file = case_of(session, number, "assign", book)
    wanted = "" if login == NOBODY else login
    if wanted:
        _check_receiver(session, file, _known(wanted, book), book.wording)
    checked(session, file, act, Wanted("assign", act.at.date(), wanted), book)
    said = {"assigned_to": wanted or None, "before": file.assigned_to}
    file.assigned_to = wanted or None
    words = book.wording.say("assigned to {who}", who=wanted) if wanted else book.wording.say("assigned to nobody")
    return done(session, file, act, [], Told("assigned", said, words))


def note(session: Session, number: int, act: Act, book: Book, text: str) -> Done:
    """Write a note into the case's file; commits. Raises NotAllowedError for none, or one that is too long."""
    file = case_of(session, number, "note", book)
    say = book.wording.say
    if not text.strip() or len(text) > LONGEST_NOTE:
        raise NotAllowedError(
            say("The note says nothing.")
            if not text.strip()
            else say("The note has {count} signs.", count=book.wording.number(len(text))),
            say("a note stays in the case's file for whoever reads it later"),
            say("write up to {count} signs with --text", count=book.wording.number(LONGEST_NOTE)),
        )
    checked(session, file, act, Wanted("note", act.at.date()), book)
    return done(session, file, act, [], Told("noted", {"text": text}, say("note")))


def snooze(session: Session, number: int, act: Act, book: Book, hidden: tuple[date, str]) -> Done:
    """Hide a case from lists up to a day, which counts, and why; commits. What is due of it stays listed."""
    until, reason = hidden
    file = case_of(session, number, "snooze", book)
    check_reason(reason, book.wording)
    checked(session, file, act, Wanted("snooze", act.at.date(), deadline=until), book)
    before = file.snoozed_until.isoformat() if file.snoozed_until else None
    file.snoozed_until = until
    said = {"until": until.isoformat(), "reason": reason, "before": before}
    words = book.wording.say("hidden from lists until {day}", day=book.wording.date(until))
    return done(session, file, act, [], Told("snoozed", said, words))


def wake(session: Session, number: int, act: Act, book: Book) -> Done:
    """Show a hidden case in lists again; commits."""
    file = case_of(session, number, "snooze", book)
    checked(session, file, act, Wanted("wake", act.at.date()), book)
    said = {"until": file.snoozed_until.isoformat() if file.snoozed_until else None}
    file.snoozed_until = None
    return done(session, file, act, [], Told("woken", said, book.wording.say("shown again")))


@dataclass(frozen=True)
class HandedOut:
    """What was given by load: login to cases, and how many have now whom nobody sees, or everybody of theirs is full.

    `loads`: live cases that each person has after it, as far as who assigned sees them.
    """

    given: Mapping[str, int]
    loads: Mapping[str, int]
    unseen: int
    left: int


def assign_by_load(session: Session, act: Act, book: Book, assignment: Assignment) -> HandedOut:
    """Give each case that nobody has to a person whose regions hold it, the least loaded first; commits.

    Cases that the same persons see are one set: how many each of them is given follows from the loads alone, and the
    most urgent case goes to the least loaded (of equals the first by name). Raises NotAllowedError, UsageError: nobody
    can be given anything.
    """
    permit(session, "assign")
    check_person(act, book.wording)
    receivers = _receivers(book, assignment)
    loads = _loads(session, receivers)
    given, unseen, left = dict.fromkeys((one.login for one in receivers), 0), 0, 0
    free = col(Case.assigned_to).is_(None), col(Case.stage).in_(GIVEN)
    seen = _seen(receivers)
    sets = session.execute(select(seen, func.count()).select_from(Case).where(*free).group_by(seen)).all()
    for flags, cases in sorted(((str(flags), int(cases)) for flags, cases in sets), key=lambda one: _narrowest(one[0])):
        able = [one.login for one, flag in zip(receivers, flags, strict=True) if flag == "1"]
        shares = shares_of({login: loads[login] for login in able}, cases, assignment.max_load)
        unseen += 0 if able else cases
        left += cases - sum(shares.values()) if able else 0
        hands = in_turn({login: loads[login] for login in able}, shares)
        numbers = session.execute(
            select(col(Case.id), col(Case.stage))
            .where(*free, seen == flags)
            .order_by(col(Case.severity).desc(), col(Case.opened_on), col(Case.id))
            .limit(sum(shares.values()))
        ).all()
        _give(session, act, zip(numbers, hands, strict=True))
        for login, share in shares.items():
            given[login] += share
            loads[login] += share
    session.commit()
    return HandedOut(given, loads, unseen, left)


def shares_of(loads: Mapping[str, int], cases: int, most: int) -> Mapping[str, int]:
    """Return how many of so many `cases` each person is given, so that the least loaded come first; none beyond `most`.

    Every level up to which all are filled is found at once; what is left over there goes by name.
    """
    low, high = 0, most
    while low < high:  # the highest level to which all can be filled
        level = (low + high + 1) // 2
        filled = sum(max(0, level - load) for load in loads.values())
        low, high = (level, high) if filled <= cases else (low, level - 1)
    shares = {login: max(0, low - load) for login, load in loads.items()}
    rest = cases - sum(shares.values())
    nexts = sorted(login for login, load in loads.items() if load + shares[login] == low < most)
    for login in nexts[:rest]:
        shares[login] += 1
    return shares


def in_turn(loads: Mapping[str, int], shares: Mapping[str, int]) -> Iterator[str]:
    """Give who is next, case by case: always the least loaded, of equals the first by name."""
    turns = (zip(count(loads[login]), repeat(login, share), strict=False) for login, share in shares.items())
    return (login for _, login in heapq.merge(*turns))


def _narrowest(flags: str) -> tuple[int, str]:
    """Sets that few persons see come first: those persons are not filled up with what others could take."""
    return flags.count("1"), flags


def _receivers(book: Book, assignment: Assignment) -> Sequence[Person]:
    named = sorted((book.people or {}).values(), key=lambda one: one.login)
    found = [one for one in named if one.roles & assignment.roles and may(one, "step")]
    if not found:
        raise UsageError(
            Message("nobody can be given a case"),
            Message(
                "cases go to persons of rules.yaml with one of the roles {roles}", roles=tuple(sorted(assignment.roles))
            ),
            Message("name them under people:, or other roles under assignment: roles"),
        )
    return found


def _loads(session: Session, receivers: Sequence[Person]) -> dict[str, int]:
    counted = session.execute(
        select(col(Case.assigned_to), func.count())
        .where(col(Case.assigned_to).is_not(None), col(Case.stage).in_(LIVE_STAGES))
        .group_by(col(Case.assigned_to))
    )
    known = {str(login): int(cases) for login, cases in counted}
    return {one.login: known.get(one.login, 0) for one in receivers}


def _seen(receivers: Sequence[Person]) -> ColumnElement[str]:
    """One sign for each person, in their order: 1 where the person sees the case."""
    signs: ColumnElement[str] = literal("")
    for one in receivers:
        signs = signs.concat(case((seen_by(one), "1"), else_="0"))
    return signs


def _give(session: Session, act: Act, given: Iterator[tuple[tuple[int, str], str]]) -> None:
    while batch := list(islice(given, AT_ONCE)):
        by_person: dict[str, list[int]] = {}
        for (number, _), login in batch:
            by_person.setdefault(login, []).append(number)
        for login, numbers in by_person.items():
            session.execute(update(Case).where(col(Case.id).in_(numbers)).values(assigned_to=login))
        append_events(
            session,
            {
                number: Move(act.at, act.who, "assigned", stage, {"assigned_to": login, "by": "load"}, act.salt)
                for (number, stage), login in batch
            },
        )


def who_sees(session: Session, number: int, people: Sequence[Person]) -> frozenset[str]:
    """Return the logins of those who see case `number`."""
    flags = session.execute(select(_seen(people)).where(col(Case.id) == number)).scalar_one_or_none() or ""
    return frozenset(one.login for one, flag in zip(people, flags, strict=False) if flag == "1")


def loads_of(session: Session, people: Sequence[Person]) -> Mapping[str, int]:
    """Return how many live cases each person has, as far as who asks sees them."""
    return _loads(session, people)


def _known(login: str, book: Book) -> Person:
    people = book.people
    if people is None:
        raise UsageError(
            Message("a case cannot be assigned to {login}: rules.yaml names no people", login=login),
            Message("a case is assigned to somebody who can log in and see it"),
            Message("name them under people: in rules.yaml (docs/people.md)"),
        )
    if login not in people:
        raise UsageError(
            Message("{login} is no person of this office", login=login),
            Message("a case is assigned to somebody who can log in and see it"),
            use_one_of(login, (*people, NOBODY)),
        )
    return people[login]


def _check_receiver(session: Session, file: Case, person: Person, wording: Wording) -> None:
    against = against_receiver(file.id, person, wording, sees=bool(who_sees(session, file.id, [person])))
    if against is not None:
        raise against


def against_receiver(number: int, person: Person, wording: Wording, *, sees: bool) -> NotAllowedError | None:
    """Return why a case cannot be given to a person, who `sees` it or does not; None: it can."""
    say = wording.say
    if not may(person, "step"):
        return NotAllowedError(
            say("{login} may not work on cases.", login=person.login),
            say("who has a case records its steps, which is for inspectors and supervisors"),
            say("assign it to one of them, or have the role added under people: in rules.yaml"),
        )
    if not sees:
        return NotAllowedError(
            say("{login} does not see case {number}.", login=person.login, number=number),
            say("it lies outside of the regions {regions}", regions=", ".join(person.regions or ())),
            say("assign it to somebody whose regions hold it, or add the region under people: in rules.yaml"),
        )
    return None
