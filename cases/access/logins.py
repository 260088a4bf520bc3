"""People of a PostgreSQL store: who a login is, and the run file's people put into the database by its owner.

The database enforces it a second time: row-level security by region (migration 0007), and grants to one group, which
every person's login is a member of. Roles are the whole cluster's, so all that makes them may be done again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from cases.store.database import upgrade_store
from cases.store.place import place_of, store_errors
from rules.configuration import Person
from rules.errors import Message, StoreError

GROUP = "patuh_people"
"""The group role of everybody who works with cases; it cannot log in."""

READ = (
    "alembic_version", "scan", "rule_version", "decision", "merge_proposal", "case_file", "finding", "event", "party",
    "case_step", "case_record", "case_pause", "referral", "event_payload",
    "unanchored", "unmasking", "party_identifier", "waiver", "access_refusal", "person", "held_decision",
)  # fmt: skip
COUNTED = ("case_step", "case_record", "case_pause", "referral", "access_refusal", "unmasking")
"""Tables whose rows the database counts."""
GRANTS = (
    f"GRANT SELECT ON {', '.join(READ)} TO {GROUP}",
    f"GRANT INSERT ON event, event_payload, unanchored, unmasking, access_refusal, held_decision TO {GROUP}",
    f"GRANT INSERT ON case_file, party, merge_proposal TO {GROUP}",
    f"GRANT UPDATE (party_id, case_id, moved_on, moved_at) ON finding TO {GROUP}",
    f"GRANT UPDATE (party_id, merged_into) ON case_file TO {GROUP}",
    f"GRANT UPDATE (merged_into) ON party TO {GROUP}",
    f"GRANT UPDATE (party_id, pinned) ON party_identifier TO {GROUP}",
    f"GRANT UPDATE (party_id, other_party_id, state, decided_by, decided_at, reason) ON merge_proposal TO {GROUP}",
    f"GRANT UPDATE (party_id) ON waiver TO {GROUP}",
    f"GRANT INSERT, UPDATE ON case_step, case_record, case_pause, referral TO {GROUP}",
    f"GRANT UPDATE (state, resolved_on, held_decision_id) ON finding TO {GROUP}",
    f"GRANT UPDATE (stage, stage_before, confirmed_queue, confirmed_by, confirmed_at, "
    f"resolved_on, snoozed_until, assigned_to) "
    f"ON case_file TO {GROUP}",
    f"GRANT USAGE ON SEQUENCE {', '.join(f'{table}_id_seq' for table in COUNTED)} TO {GROUP}",
)
MAKE_GROUP = (
    f"DO $$ BEGIN CREATE ROLE {GROUP} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
)


def login_of(url: str) -> tuple[str, dict[str, Person] | None]:
    """Return the database login and the people of the store; None where nobody was put in, or it has no store yet."""
    with _connected(url) as connection:
        ((login, there),) = connection.execute("SELECT session_user::text, to_regclass('person') IS NOT NULL")
        if not there:
            return login, None
        owner = connection.execute(
            "SELECT pg_has_role(session_user, tableowner, 'MEMBER') FROM pg_tables WHERE tablename = 'person' "
            "AND schemaname = current_schema()"
        ).fetchone()
        rows = connection.execute("SELECT login, name, roles, regions FROM person").fetchall()
    people = {
        str(name): Person(str(name), str(said), frozenset(roles), None if regions is None else tuple(regions))
        for name, said, roles, regions in rows
    }
    # Who owns the tables passes every policy by: nothing that the gate refused would be kept from them.
    return login, people if people or owner != (True,) else None


def apply_people(url: str, people: Iterable[Person]) -> tuple[str, ...]:
    """Put the people into the store, make the group and its grants; return SQL that is left for the administrator.

    It may be done again: who is no longer named is taken out. Raises StoreError: not the owner, no right to make roles.
    """
    upgrade_store(url)
    named = sorted(people, key=lambda one: one.login)
    with _connected(url) as connection:
        try:
            connection.execute(MAKE_GROUP)
        except psycopg.errors.InsufficientPrivilege as error:
            raise StoreError(
                Message("the role {role} cannot be made by this login", role=GROUP),
                Message("without it no person could be let in; nothing was changed"),
                Message("have the administrator run once: CREATE ROLE {role} NOLOGIN", role=GROUP),
            ) from error
        for statement in GRANTS:
            connection.execute(statement)
        connection.execute("DELETE FROM person")
        left: list[str] = []
        for person in named:
            regions = None if person.regions is None else list(person.regions)
            connection.execute(
                "INSERT INTO person VALUES (%s, %s, %s, %s)",
                [person.login, person.name, sorted(person.roles), regions],
            )
            left += _let_in(connection, person.login)
    return tuple(left)


def _let_in(connection: psycopg.Connection[tuple[Any, ...]], login: str) -> Iterator[str]:
    """Make the login a member of the group, or give the SQL where there is no such login or no right to do it."""
    member = sql.SQL("GRANT {} TO {}").format(sql.Identifier(GROUP), sql.Identifier(login))
    there = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [login]).fetchone() is not None
    if not there:
        yield sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(login)).as_string(connection)
        yield member.as_string(connection)
        return
    try:
        with connection.transaction():
            connection.execute(member)
    except psycopg.errors.InsufficientPrivilege:
        yield member.as_string(connection)


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with store_errors(place_of(url)), psycopg.connect(url, application_name="patuh people") as connection:
        yield connection
