"""A session that shows a person's regions and no others, and lets nobody write in another's name.

Both hang on the session itself, not on a query: a query that forgets them does not exist. A case is a person's when
its province lies in a region of theirs, or, for a region below a province, when something was found there. Who only
exports sees of these the cases that a person has confirmed.
"""

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Dialect, and_, event, false, or_, select, true
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, SQLModel, col

from cases.access.table import only_exports
from cases.store.models import (
    Case,
    CasePause,
    CaseProposal,
    CaseRecord,
    CaseStep,
    Dismissal,
    Event,
    EventPayload,
    Finding,
    MergeProposal,
    Party,
    PartyIdentifier,
    Referral,
    Waiver,
)
from cases.store.stages import AT_WORK_STAGES
from rules.configuration import Person
from rules.errors import Message, UsageError

OF_A_CASE: Final = (Event, EventPayload, CaseStep, CaseRecord, CasePause, CaseProposal, Referral, Dismissal)
"""Tables whose rows go with their case."""

PERSON: Final = "person"
"""Under this the session's own notes hold whom it was opened for."""


class OtherNameError(UsageError):
    """An event was about to be written in the name of somebody who is not logged in."""


def narrow(session: Session, person: Person) -> None:
    """Bind `session` to `person`: what it reads lies in the person's regions, what it writes bears their login."""
    session.info[PERSON] = person
    event.listen(session, "before_flush", _own_name_only)
    event.listen(session, "do_orm_execute", _own_name_in_bulk)
    if person.regions is not None or only_exports(person):
        event.listen(session, "do_orm_execute", _within)


def _own_name_in_bulk(state: ORMExecuteState) -> None:
    """The same for events that are inserted as rows, past the objects of the session."""
    if state.is_insert and state.bind_mapper is not None and state.bind_mapper.class_ is Event:
        given: Any = state.parameters
        for row in [given] if isinstance(given, dict) else given or []:
            _check_name(state.session.info[PERSON], str(row["who"]))


def _own_name_only(session: Session, _context: object, _instances: object) -> None:
    person: Person = session.info[PERSON]
    for row in session.new:
        if isinstance(row, Event):
            _check_name(person, row.who)


def _check_name(person: Person, who: str) -> None:
    if who != person.login:
        raise OtherNameError(
            Message("{login} is logged in, and {who} would be recorded", login=person.login, who=who),
            Message("who acts is who is logged in; nothing was written"),
            Message("leave --by out, or log in as the one who acts"),
        )


def _within(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load or state.is_insert:
        return
    state.statement = state.statement.options(*_criteria(state.session.info[PERSON]))


@lru_cache(maxsize=64)
def _criteria(person: Person) -> tuple[ExecutableOption, ...]:
    """Return what every query of a person is narrowed by. To write it costs more than most queries: it is kept."""
    return (
        with_loader_criteria(Case, _of_case(Case, person), include_aliases=True),
        with_loader_criteria(Finding, _of_finding(person), include_aliases=True),
        *(with_loader_criteria(one, _goes_with_case(_number(one), person), include_aliases=True) for one in OF_A_CASE),
        with_loader_criteria(Waiver, _of_waiver(person), include_aliases=True),
        with_loader_criteria(Party, _of_party(col(Party.id), person), include_aliases=True),
        with_loader_criteria(
            MergeProposal,
            _of_party(col(MergeProposal.party_id), person) & _of_party(col(MergeProposal.other_party_id), person),
            include_aliases=True,
        ),
        with_loader_criteria(PartyIdentifier, _of_party(col(PartyIdentifier.party_id), person), include_aliases=True),
    )


def _lies_in(region: Any, person: Person) -> ColumnElement[bool]:  # noqa: ANN401 - a column of any table
    """The region is one of the person's or below it: what follows its code is a dot, and a slash comes after dots."""
    if person.regions is None:
        return true()
    return or_(false(), *(or_(region == one, and_(region >= f"{one}.", region < f"{one}/")) for one in person.regions))


def _of_case(file: Any, person: Person) -> ColumnElement[bool]:  # noqa: ANN401 - the columns of the cases
    """Asked of each case that is read, so that no query first gathers all cases of a nation."""
    found = _table(Finding).c
    there = select(found.id).where(found.case_id == file.id, _lies_in(found.region, person))
    theirs = or_(_lies_in(file.province, person), there.exists())
    return theirs & file.stage.in_(AT_WORK_STAGES) if only_exports(person) else theirs


def seen_by(person: Person) -> ColumnElement[bool]:
    """Return the condition, over Case, that it lies in the person's regions."""
    return _of_case(Case, person)


def seen_cases(person: Person | None, alias: str, dialect: Dialect) -> str:
    """Return the same as SQL over cases that are called `alias`, for a list that is walked by SQL of its own."""
    if person is None or (person.regions is None and not only_exports(person)):
        return "1 = 1"
    file = Case.__table__.alias(alias).c  # type: ignore[attr-defined]
    # As part of a whole query, so that what it asks of findings is about the case that is read and no other.
    asked = select(file.id).where(_of_case(file, person))
    return str(asked.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).partition("WHERE ")[2]


def _goes_with_case(number: Any, person: Person) -> ColumnElement[bool]:  # noqa: ANN401 - a column of any table
    """The case with this number is the person's."""
    file = _table(Case).c
    return select(file.id).where(file.id == number, _of_case(file, person)).exists()


def _of_party(number: Any, person: Person) -> ColumnElement[bool]:  # noqa: ANN401 - a column of any table
    """The party with this number has a case of the person's, or a finding there that is in no case."""
    file, found = _table(Case).c, _table(Finding).c
    theirs = select(file.id).where(file.party_id == number, _of_case(file, person)).exists()
    if only_exports(person):
        return theirs
    return or_(
        theirs, number.in_(select(found.party_id).where(found.case_id.is_(None), _lies_in(found.region, person)))
    )


def _of_waiver(person: Person) -> ColumnElement[bool]:
    """A waiver goes with the case through which it was made; one for every province, with its party."""
    everywhere = col(Waiver.province).is_(None) & _of_party(col(Waiver.party_id), person)
    return or_(_goes_with_case(col(Waiver.case_id), person), everywhere)


def _of_finding(person: Person) -> ColumnElement[bool]:
    """A finding goes with its case; one without a case goes by its own region."""
    of_a_case = _goes_with_case(col(Finding.case_id), person)
    if only_exports(person):
        return of_a_case
    return or_(of_a_case, col(Finding.case_id).is_(None) & _lies_in(col(Finding.region), person))


def _number(model: Any) -> Any:  # noqa: ANN401 - the column of any model of a case
    return col(model.case_id)


def _table(model: type[SQLModel]) -> Any:  # noqa: ANN401
    """The bare table under a name of its own: criteria that held for themselves would never end."""
    return model.__table__.alias()  # type: ignore[attr-defined]
