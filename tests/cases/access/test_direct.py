"""PostgreSQL by a direct connection: with psql and a login nobody sees or writes more than the program lets them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue

from cases.access.grants import GROUPS
from rules.configuration import ROLES
from tests.cases.access.conftest import LOGINS, Desk

pytestmark = pytest.mark.parametrize("desk", ["postgresql"], indirect=True)

READING = ("inspector", "supervisor", "auditor")
ACTING = ("inspector", "supervisor")
AT = "'2026-11-20 06:00:00+07'"
SEES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("case_file", "finding", "party", "party_identifier"), ROLES),
    **dict.fromkeys(
        ("event", "event_payload", "unanchored", "case_step", "case_record", "case_pause", "case_proposal", "referral",
         "waiver", "dismissal", "merge_proposal"),
        READING,
    ),
}  # fmt: skip
"""What lies in a region, and who of its people sees it, by hand."""
SEES_ALL = {
    "scan": ROLES,
    "rule_version": ROLES,
    "alembic_version": ROLES,
    "decision": READING,
    "held_decision": READING,
    "exported_list": READING,
}
"""What lies in no region."""
ADDS: dict[str, tuple[tuple[str, ...], str]] = {
    "event": (ACTING, "({case}, 1001, {at}, {who}, 'recorded', 'confirmed', 'confirmed', 'x', 'x')"),
    "event_payload": (ACTING, "({case}, 1001, 'x', '{{}}')"),
    "unanchored": (ACTING, "({case})"),
    "case_step": (ACTING, "(DEFAULT, {case}, 'denda', 'D', '2026-11-20', 'K', NULL, NULL, NULL, {who}, {at})"),
    "case_record": (ACTING, "(DEFAULT, {case}, 'employer_answer', 'D', '2026-11-20', {who}, {at})"),
    "case_pause": (ACTING, "(DEFAULT, {case}, '2026-11-20', NULL, 'r', NULL, NULL, {who}, {at})"),
    "case_proposal": (
        ACTING,
        "(DEFAULT, {case}, 'step', 'denda', 'D', '2026-11-20', 'K', NULL, 'm', {who}, {at}, NULL, NULL, NULL, NULL)",
    ),
    "referral": (
        ("supervisor",),
        "(DEFAULT, {case}, 'o', 'laporan', '', '', 'D', 'handed_over', '2026-11-20', NULL, NULL, NULL, NULL, {who}, "
        "{at})",
    ),
    "dismissal": (("supervisor",), "(DEFAULT, {case}, NULL, 'r', 'o', {who}, {at}, NULL, NULL)"),
    "waiver": (
        ("supervisor",),
        "(DEFAULT, (SELECT party_id FROM case_file WHERE id = {case}), NULL, NULL, '2026-11-20', NULL, 'r', 'o', 'p', "
        "{case}, '19', {who}, {at})",
    ),
}
"""Rows about a case, and who adds them in their own name."""
CHANGES = {
    "UPDATE case_file SET stage = 'dismissed' WHERE id = {case}": ("supervisor",),
    "UPDATE finding SET state = 'dismissed' WHERE case_id = {case}": ("supervisor",),
    "UPDATE case_step SET receipt = 'x' WHERE case_id = {case}": ACTING,
    "UPDATE case_pause SET end_reason = 'x' WHERE case_id = {case}": ACTING,
    "UPDATE referral SET answer = 'x' WHERE case_id = {case}": ACTING,
    "UPDATE case_proposal SET outcome = 'retracted', ended_by = session_user WHERE case_id = {case}": ACTING,
    "UPDATE waiver SET withdrawn_on = '2026-11-20', withdrawn_by = session_user WHERE case_id = {case}": (
        "supervisor",
    ),
    "UPDATE waiver SET reason = 'x' WHERE case_id = {case}": (),
    "UPDATE dismissal SET reason = 'x' WHERE case_id = {case}": (),
    "UPDATE dismissal SET undone_on = '2026-11-20', undone_by = session_user WHERE case_id = {case}": ("supervisor",),
    "UPDATE exported_list SET who = 'x'": (),
    "UPDATE case_file SET province = '31' WHERE id = {case}": (),
    "UPDATE case_step SET document = 'x' WHERE case_id = {case}": (),
    "UPDATE case_record SET document = 'x' WHERE case_id = {case}": (),
    "UPDATE referral SET purpose = 'skk' WHERE case_id = {case}": (),
    "UPDATE event SET who = 'x' WHERE case_id = {case}": (),
    "UPDATE event_payload SET payload = 'x' WHERE case_id = {case}": (),
    "UPDATE access_refusal SET who = 'x'": (),
    "UPDATE unmasking SET who = 'x'": (),
    "UPDATE person SET regions = NULL": (),
    "INSERT INTO person VALUES ('x', 'x', ARRAY['supervisor'], NULL)": (),
}


@pytest.fixture
def case(desk: Desk) -> int:
    """A confirmed case with a row of everything that persons put on record."""
    number = int(desk.store.ask("SELECT max(id) FROM case_file")[0])
    desk.store.change(f"UPDATE case_file SET stage = 'confirmed' WHERE id = {number}")
    if not desk.store.ask(f"SELECT 1 FROM case_step WHERE case_id = {number}"):
        for table, (_, row) in ADDS.items():
            if table not in ("event", "event_payload"):
                values = row.format(case=number, who="'sari'", at=AT)
                desk.store.change(f"INSERT INTO {table} VALUES {values} ON CONFLICT DO NOTHING")
    return number


@contextmanager
def connected(desk: Desk, login: str) -> Iterator[psycopg.Connection[Any]]:
    """A login's own connection; nothing that is done in it stays."""
    with psycopg.connect(f"{desk.url}&user={login}") as connection, connection.transaction(force_rollback=True):
        yield connection


def does(connection: psycopg.Connection[Any], statement: str) -> int | None:
    """How many rows it changed or gave; None: it was not allowed."""
    try:
        with connection.transaction():
            done = connection.execute(statement.encode())
            return int(done.fetchall()[0][0]) if done.description else done.rowcount
    except InsufficientPrivilege:
        return None


def test_each_table_shows_to_each_login_what_the_program_shows(desk: Desk, case: int) -> None:
    tables = set(desk.store.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    assert tables == {*SEES, *SEES_ALL, "person", "access_refusal", "unmasking"}
    for login in LOGINS:
        role, place = login.split("_")
        with connected(desk, login) as connection:
            for table in sorted(tables - {"person", "access_refusal", "unmasking"}):
                seen = does(connection, f"SELECT count(*) FROM {table}")
                (everything,) = desk.store.ask(f"SELECT count(*) FROM {table}")
                if role not in {**SEES, **SEES_ALL}[table]:
                    assert seen is None, (login, table)
                elif table in SEES_ALL:
                    assert seen == everything, (login, table)
                elif place == "other":
                    assert seen == 0, (login, table)
                elif role == "exporter":
                    assert 0 < (seen or 0) < everything, (login, table)
                else:
                    assert seen == everything, (login, table)
            assert does(connection, "SELECT count(*) FROM person") == 1
            for table in ("access_refusal", "unmasking"):
                seen = does(connection, f"SELECT count(*) FROM {table}")
                (everything,) = desk.store.ask(f"SELECT count(*) FROM {table}")
                assert seen == (None if role != "auditor" else everything if place == "nation" else 0), (login, table)
            if role == "exporter" and place != "other":
                assert does(connection, "SELECT count(*) FROM case_file WHERE stage = 'flagged'") == 0


def test_each_login_writes_what_its_role_does_and_in_its_own_name(desk: Desk, case: int) -> None:
    for login in LOGINS:
        role, place = login.split("_")
        with connected(desk, login) as connection:
            for table, (roles, row) in ADDS.items():
                said = f"INSERT INTO {table} VALUES {row} ON CONFLICT DO NOTHING"
                added = does(connection, said.format(case=case, who=f"'{login}'", at=AT))
                allowed = role in roles and place != "other"
                assert (added is not None) is allowed, (login, table)
                if "{who}" in row:
                    assert does(connection, said.format(case=case, who="'somebody'", at=AT)) is None, (login, table)
            for said, roles in CHANGES.items():
                changed = does(connection, said.format(case=case))
                if role not in roles:
                    assert changed is None, (login, said)
                else:
                    assert (changed == 0) is (place == "other"), (login, said)
            refused = f"INSERT INTO access_refusal (at, who, act, what, why) VALUES ({AT}, '{{}}', 'a', 'b', 'c')"
            assert does(connection, refused.format(login)) == 1
            assert does(connection, refused.format("somebody")) is None
            for table in (*SEES, *SEES_ALL, "person", "access_refusal", "unmasking"):
                assert does(connection, f"DELETE FROM {table}") is None, (login, table)
                assert does(connection, f"TRUNCATE {table}") is None, (login, table)


def test_an_inspector_writes_no_event_of_a_supervisor(desk: Desk, case: int) -> None:
    row = "INSERT INTO event VALUES ({case}, 1001, {at}, '{who}', '{kind}', 'confirmed', '{to}', 'x', 'x')"
    for kind, to, allowed in (
        ("recorded", "confirmed", 1),
        ("confirmed", "confirmed", None),
        ("paused", "referred", None),
    ):
        said = row.format(case=case, at=AT, who="inspector_own", kind=kind, to=to)
        with connected(desk, "inspector_own") as connection:
            assert does(connection, said) == allowed, kind
        with connected(desk, "supervisor_own") as connection:
            assert does(connection, said.replace("inspector_own", "supervisor_own")) == 1


def test_parties_are_settled_by_a_supervisor_of_the_whole_nation(desk: Desk, case: int) -> None:
    adds = (
        "INSERT INTO party (id, kind) VALUES (900001, 'employer')",
        "INSERT INTO case_file SELECT 900001, party_id, province, track, stage, stage_before, queue, severity, "
        f"purpose, decision_id, opened_on, opened_scan_id FROM case_file WHERE id = {case}",
    )
    changes = ("UPDATE party SET merged_into = NULL", "UPDATE party_identifier SET pinned = false")
    for login in LOGINS:
        role, place = login.split("_")
        with connected(desk, login) as connection:
            for said in (*adds, *changes):
                done = does(connection, said)
                if role != "supervisor" or (place != "nation" and said == adds[0]):
                    assert done is None, (login, said)
                elif place == "nation":
                    assert (done or 0) > 0, (login, said)
                else:
                    assert not done, (login, said)


def test_nobody_approves_what_they_proposed(desk: Desk, case: int) -> None:
    approve = f"UPDATE case_proposal SET outcome = 'approved', ended_by = session_user WHERE case_id = {case}"
    desk.store.change(f"UPDATE case_proposal SET who = 'supervisor_own' WHERE case_id = {case}")
    for login, allowed in (("supervisor_own", None), ("inspector_own", None), ("supervisor_nation", 1)):
        with connected(desk, login) as connection:
            assert does(connection, approve) == allowed, login


def test_no_trick_shows_another_region(desk: Desk, case: int) -> None:
    unsafe = "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace "
    # One whose body was bound when it was made looks no name up any more.
    unsafe += "AND prosqlbody IS NULL AND coalesce(proconfig::text, '') NOT LIKE '%, pg_temp%'"
    assert desk.store.ask(unsafe) == []
    with connected(desk, "supervisor_other") as connection:
        connection.execute(
            "CREATE TEMP TABLE person (login text, name text, roles text[], regions text[]); "
            "INSERT INTO pg_temp.person VALUES ('supervisor_other', 'x', ARRAY['supervisor'], NULL); "
            "CREATE TEMP TABLE case_file AS SELECT 1 AS id, '31' AS province, 1 AS party_id, 'confirmed' AS stage"
        )
        for path in ("pg_temp, public", "public, pg_temp", "pg_temp"):
            connection.execute(f"SET LOCAL search_path = {path}".encode())
            assert does(connection, "SELECT count(*) FROM public.case_file") == 0, path
            assert does(connection, "SELECT count(*) FROM public.finding") == 0, path
        for view in ("patuh_found", "patuh_waiting"):
            assert does(connection, f"SELECT count(*) FROM public.{view}") == 0, view
        assert does(connection, "SELECT count(*) FROM public.patuh_named('!zzz'::tsquery)") == 0
        (mine,) = connection.execute("SELECT public.patuh_mine()").fetchone() or (None,)
        assert mine == ["31"]
    with connected(desk, "exporter_other") as connection:
        assert does(connection, f"SELECT public.patuh_exports_case({case})::integer") == 0
    with connected(desk, "supervisor_other") as connection:
        # A function that costs nothing is asked first, but only of rows that the policy lets through.
        heard: list[str] = []
        connection.add_notice_handler(lambda notice: heard.append(str(notice.message_primary)))
        connection.execute(
            "CREATE FUNCTION pg_temp.leak(name text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS "
            "$$ BEGIN RAISE NOTICE '%', name; RETURN true; END $$"
        )
        assert does(connection, "SELECT count(*) FROM party WHERE pg_temp.leak(name)") == 0
        assert heard == []
    with connected(desk, "inspector_own") as connection:
        for role in (*(GROUPS[one] for one in ROLES if one != "inspector"), "patuh", "supervisor_own"):
            assert does(connection, f"SET LOCAL ROLE {role}") is None, role
            with pytest.raises((InsufficientPrivilege, InvalidParameterValue)), connection.transaction():
                connection.execute(f"SET SESSION AUTHORIZATION {role}".encode())
        assert does(connection, f"SET LOCAL ROLE {GROUPS['inspector']}") is not None
        assert does(connection, f"UPDATE case_file SET stage = 'dismissed' WHERE id = {case}") is None


def test_what_was_found_in_a_region_brings_its_case_and_nothing_beside(desk: Desk, case: int) -> None:
    of_one = {
        "case_file": f"id = {case}",
        "finding": f"case_id = {case} OR id = (SELECT max(id) FROM finding WHERE case_id <> {case})",
        "event": f"case_id = {case}",
        "party": f"id = (SELECT party_id FROM case_file WHERE id = {case}) OR id = 900002",
    }
    one = f"id = (SELECT min(id) FROM finding WHERE case_id = {case})"
    # A finding that has no case is seen where it lies, with its party.
    alone = f"id = (SELECT max(id) FROM finding WHERE case_id <> {case})"
    for place, sees in (("31.71", True), ("31.71.02.1001", True), ("311", False), ("3", False)):
        with psycopg.connect(f"{desk.url}&user=patuh") as owner:
            owner.execute("INSERT INTO party (id, kind) VALUES (900002, 'employer')")
            there = {
                table: owner.execute(f"SELECT count(*) FROM {table} WHERE {rows}".encode()).fetchone()
                for table, rows in of_one.items()
            }
            owner.execute(f"UPDATE finding SET region = '{place}' WHERE {one}".encode())
            owner.execute(
                f"UPDATE finding SET region = '{place}', case_id = NULL, party_id = 900002 WHERE {alone}".encode()
            )
            owner.execute("SET LOCAL SESSION AUTHORIZATION supervisor_other")
            seen = {table: owner.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() for table in of_one}
            assert seen == (there if sees else dict.fromkeys(of_one, (0,))), place
            named = owner.execute("SELECT count(*) FROM patuh_named('!zzz'::tsquery)").fetchone()
            assert (named != (0,)) is sees, place
            owner.rollback()


def test_who_is_no_longer_named_sees_nothing(desk: Desk, case: int) -> None:
    with psycopg.connect(f"{desk.url}&user=patuh") as owner:
        owner.execute("DELETE FROM person WHERE login = 'supervisor_nation'")
        owner.execute("SET LOCAL SESSION AUTHORIZATION supervisor_nation")
        for table in sorted({*SEES, *SEES_ALL} - {"alembic_version"}):
            assert owner.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (0,), table
        owner.rollback()
