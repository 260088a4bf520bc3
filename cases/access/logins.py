"""People of a PostgreSQL store: who a login is, and the run file's people put into the database by its owner.

The database enforces it a second time: row-level security by region (in the migrations), and grants to a group role for
each role (`cases.access.grants`), which a person's login is a member of. All of it may be done again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from cases.access.grants import GROUPS, grant_statements
from cases.store.database import upgrade_store
from cases.store.place import place_of, store_errors
from rules.configuration import Person
from rules.errors import Message, StoreError

Connection = psycopg.Connection[tuple[Any, ...]]
MAKE = "DO $$ BEGIN CREATE ROLE {} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"


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
    """Put the people into the store, make the group roles and their grants; return SQL left for the administrator.

    It may be done again: who is no longer named, or no longer has a role, is taken out of it.
    Raises StoreError: not the owner, no right to make roles.
    """
    upgrade_store(url)
    named = {one.login: one for one in sorted(people, key=lambda one: one.login)}
    with _connected(url) as connection:
        _make_groups(connection)
        before = connection.execute("SELECT login, roles FROM person ORDER BY login").fetchall()
        connection.execute("DELETE FROM person")
        for one in named.values():
            regions = None if one.regions is None else list(one.regions)
            connection.execute(
                "INSERT INTO person VALUES (%s, %s, %s, %s)", [one.login, one.name, sorted(one.roles), regions]
            )
        left: list[str] = []
        for login, roles in before:
            for role in sorted(set(roles) - (named[login].roles if login in named else set())):
                left += _joined(connection, login, role, in_it=False)
        for one in named.values():
            left += _login(connection, one.login)
            for role in sorted(one.roles):
                left += _joined(connection, one.login, role, in_it=True)
    return tuple(left)


def _make_groups(connection: Connection) -> None:
    for group in GROUPS.values():
        if _is_there(connection, group):
            continue
        try:
            connection.execute(sql.SQL(MAKE).format(sql.Identifier(group)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise StoreError(
                Message("the role {role} cannot be made by this login", role=group),
                Message("without it no person could be let in; nothing was changed"),
                Message(
                    "have the administrator run once: {statements}",
                    statements="; ".join(f"CREATE ROLE {name} NOLOGIN" for name in GROUPS.values()),
                ),
            ) from error
    ((schema,),) = connection.execute("SELECT quote_ident(current_schema())")
    for statement in grant_statements(schema):
        connection.execute(statement.encode())


def _login(connection: Connection, login: str) -> Iterator[str]:
    """Give the SQL that makes the login where there is none."""
    if not _is_there(connection, login):
        yield sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(login)).as_string(connection)


def _joined(connection: Connection, login: str, role: str, *, in_it: bool) -> Iterator[str]:
    """Make the login a member of the role's group, or no member; give the SQL where it cannot be done here."""
    words = "GRANT {} TO {}" if in_it else "REVOKE {} FROM {}"
    statement = sql.SQL(words).format(sql.Identifier(GROUPS[role]), sql.Identifier(login))
    if not _is_there(connection, login):
        if in_it:
            yield statement.as_string(connection)
        return
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        yield statement.as_string(connection)


def _is_there(connection: Connection, login: str) -> bool:
    return connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [login]).fetchone() is not None


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    with store_errors(place_of(url)), psycopg.connect(url, application_name="patuh people") as connection:
        yield connection
