"""A session that shows a person's regions and no others, and lets nobody write in another's name.

Both hang on the session itself, not on a query: a query that forgets them does not exist. A case is a person's when
its province lies in a region of theirs, or, for a region below a province, when something was found there.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, event, false, or_, select, true
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Session, SQLModel, col

from cases.store.models import (
    Case,
    CasePause,
    CaseRecord,
    CaseStep,
    Event,
    EventPayload,
    Finding,
    MergeProposal,
    Party,
    PartyIdentifier,
    Referral,
    Waiver,
)
from rules.configuration import Person
from rules.errors import Message, UsageError

OF_A_CASE: Final = (Event, EventPayload, CaseStep, CaseRecord, CasePause, Referral)
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
    if person.regions is not None:
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
    regions = state.session.info[PERSON].regions
    state.statement = state.statement.options(
        with_loader_criteria(Case, _of_case(col(Case.id), col(Case.province), regions), include_aliases=True),
        with_loader_criteria(Finding, _of_finding(regions), include_aliases=True),
        *(with_loader_criteria(one, _number(one).in_(_cases(regions)), include_aliases=True) for one in OF_A_CASE),
        with_loader_criteria(Waiver, col(Waiver.party_id).in_(_parties(regions)), include_aliases=True),
        with_loader_criteria(
            MergeProposal,
            col(MergeProposal.party_id).in_(_parties(regions))
            & col(MergeProposal.other_party_id).in_(_parties(regions)),
            include_aliases=True,
        ),
        with_loader_criteria(Party, col(Party.id).in_(_parties(regions)), include_aliases=True),
        with_loader_criteria(
            PartyIdentifier, col(PartyIdentifier.party_id).in_(_parties(regions)), include_aliases=True
        ),
    )


def _lies_in(region: Any, regions: tuple[str, ...]) -> ColumnElement[bool]:  # noqa: ANN401 - a column of any table
    return or_(false(), *(or_(region == one, region.like(f"{one}.%")) for one in regions))


def _of_case(number: Any, province: Any, regions: tuple[str, ...]) -> ColumnElement[bool]:  # noqa: ANN401
    found = _table(Finding)
    there = select(found.c.case_id).where(found.c.case_id.is_not(None), _lies_in(found.c.region, regions))
    return or_(_lies_in(province, regions), number.in_(there))


def seen_by(person: Person) -> ColumnElement[bool]:
    """Return the condition, over Case, that it lies in the person's regions."""
    return true() if person.regions is None else _of_case(col(Case.id), col(Case.province), person.regions)


def _cases(regions: tuple[str, ...]) -> Any:  # noqa: ANN401 - the numbers of the cases that are seen
    file = _table(Case)
    return select(file.c.id).where(_of_case(file.c.id, file.c.province, regions))


def _parties(regions: tuple[str, ...]) -> Any:  # noqa: ANN401 - the numbers of the parties of those cases
    file, found = _table(Case), _table(Finding)
    waiting = select(found.c.party_id).where(_lies_in(found.c.region, regions))
    return select(file.c.party_id).where(_of_case(file.c.id, file.c.province, regions)).union(waiting)


def _of_finding(regions: tuple[str, ...]) -> ColumnElement[bool]:
    """A finding goes with its case; one without a case goes by its own region."""
    alone = col(Finding.case_id).is_(None) & _lies_in(col(Finding.region), regions)
    return or_(col(Finding.case_id).in_(_cases(regions)), alone)


def _number(model: Any) -> Any:  # noqa: ANN401 - the column of any model of a case
    return col(model.case_id)


def _table(model: type[SQLModel]) -> Any:  # noqa: ANN401
    """The bare table under a name of its own: criteria that held for themselves would never end."""
    return model.__table__.alias()  # type: ignore[attr-defined]
