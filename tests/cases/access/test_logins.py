"""PostgreSQL: people are put into the database by its owner, and the program knows them by their login."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cases.exit_codes import ExitCode
from rules.configuration import ROLES
from tests.cases.office import replaced
from tests.cases.postgresql_server import Server

Run = Callable[..., Any]

PEOPLE = """people:
  orang_pangkalpinang: {name: Sari, roles: [supervisor], regions: ["19"]}
  orang_jakarta: {name: Budi, roles: [supervisor, auditor], regions: ["31"]}
  orang_pemeriksa: {name: Tini, roles: [auditor], regions: all}
  orang_pengekspor: {name: Edo, roles: [exporter], regions: ["19"]}
  orang_nasional: {name: Wati, roles: [supervisor], regions: all}
"""


def test_people_are_let_in_and_out_again_and_the_program_knows_them_by_their_login(
    patuh: Run, pristine: Path, postgresql: Server, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(pristine, tmp_path / "office"))
    database = postgresql.create("empty")
    config = folder / "rules.yaml"
    replaced(config, "store: sqlite:///patuh.db", f"store: {postgresql.url(database)}")
    replaced(config, "offices:\n", f"{PEOPLE}assignment: {{roles: [supervisor], max_load: 7}}\noffices:\n")
    options = ("--config", config, "--lang", "en")
    assert patuh("scan", *options).code is ExitCode.DONE
    left = patuh("people", "apply", *options)
    assert left.code is ExitCode.DONE, left.err
    assert "5 people are let in" in left.out
    statements = left.out.partition("database:\n")[2]
    assert 'GRANT "patuh_supervisor" TO "orang_jakarta";' in statements
    for statement in statements.splitlines():
        postgresql.run(statement)
    assert "CREATE ROLE" not in patuh("people", "apply", *options).out

    def as_(login: str, statement: str) -> list[Any]:
        with psycopg.connect(postgresql.url(database, login)) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else [found.rowcount]

    def store(login: str) -> tuple[object, ...]:
        return (*options, "--store", postgresql.url(database, login))

    assert "no case 1" in patuh("cases", "show", 1, *store("orang_jakarta"), user="root").err
    done = patuh("cases", "confirm", 2, *store("orang_pangkalpinang"), user="root")
    assert done.code is ExitCode.DONE, done.err
    _work_at_the_desk(patuh, store("orang_pangkalpinang"), as_)
    refused = patuh("cases", "confirm", 3, *store("orang_pengekspor"), user="root")
    assert "orang_pengekspor may not confirm a case" in refused.err
    told = patuh("refusals", *store("orang_pemeriksa"), user="root")
    assert "orang_pengekspor" in told.out, told.err
    _let_be(patuh, as_, store)
    _parties(patuh, as_, store)
    listed = patuh("cases", "list", "--snoozed", *store("orang_pengekspor"), user="root").out
    assert "2" in listed
    assert "flagged" not in listed

    def members() -> set[Any]:
        with psycopg.connect(postgresql.url(database)) as connection:
            rows = connection.execute(
                "SELECT r.rolname, m.rolname FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid "
                "JOIN pg_roles m ON m.oid = a.member WHERE m.rolname LIKE 'orang_%'"
            )
            return set(rows.fetchall())

    assert ("patuh_supervisor", "orang_jakarta") in members()
    replaced(config, "[supervisor, auditor]", "[auditor]")
    replaced(config, '  orang_pengekspor: {name: Edo, roles: [exporter], regions: ["19"]}\n', "")
    assert "4 people are let in" in patuh("people", "apply", *options).out
    assert members() == {
        ("patuh_supervisor", "orang_pangkalpinang"),
        ("patuh_auditor", "orang_jakarta"),
        ("patuh_auditor", "orang_pemeriksa"),
        ("patuh_supervisor", "orang_nasional"),
    }
    gone = patuh("cases", "list", *store("orang_pengekspor"), user="root")
    assert gone.code is not ExitCode.DONE
    postgresql.drop(database)


def _work_at_the_desk(patuh: Run, own: tuple[object, ...], as_: Callable[[str, str], list[Any]]) -> None:
    """A supervisor hides a case, gives the others out, and decides about held findings, in their own name only."""
    assert (
        patuh("cases", "snooze", 2, "--until", "2026-11-30", "--reason", "r", *own, user="root").code is ExitCode.DONE
    )
    given = patuh("cases", "assign", "--by-load", *own, user="root")
    assert given.code is ExitCode.DONE, given.err
    assert as_("orang_jakarta", "SELECT count(*) FROM case_file") == [(0,)]
    held = "SELECT DISTINCT assigned_to, count(*) FROM case_file WHERE assigned_to IS NOT NULL GROUP BY assigned_to"
    assert sorted(as_("patuh", held)) == [("orang_nasional", 7), ("orang_pangkalpinang", 7)]
    decided = "INSERT INTO held_decision VALUES (1, 'R', 'released', 1, 'reason', '{0}', now())"
    for login in ("orang_pangkalpinang", "orang_pemeriksa"):  # held findings are of every region
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_(login, decided.format(login))


def _let_be(patuh: Run, as_: Callable[[str, str], list[Any]], store: Callable[[str], tuple[object, ...]]) -> None:
    """A supervisor lets be what lies in their province; the database keeps them to it, and others from seeing it."""
    why = ("--reason", "r", "--owner", "o")
    own = store("orang_pangkalpinang")
    waived = patuh("cases", "waive", 4, "--whole-party", "--proof", "p", *why, *own, user="root")
    assert waived.code is ExitCode.DONE, waived.err
    dismissed = patuh("cases", "dismiss", 5, *why, *own, user="root")
    assert dismissed.code is ExitCode.DONE, dismissed.err
    listed = patuh("waivers", "list", "--json", *own, user="root")
    assert [one["case"] for one in listed.json["waivers"]] == [4], listed.err
    for table in ("waiver", "dismissal"):
        count = f"SELECT count(*) FROM {table}"
        assert (as_("orang_pemeriksa", count), as_("orang_jakarta", count)) == ([(1,)], [(0,)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_("orang_pengekspor", count)
    everywhere = (
        "INSERT INTO waiver (case_id, party_id, since, reason, owner, proof, who, at) "
        "SELECT id, party_id, '2026-11-20', 'r', 'o', 'p', '{0}', now() FROM case_file WHERE id = 6"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_("orang_pangkalpinang", everywhere.format("orang_pangkalpinang"))
    withdrawn = "UPDATE waiver SET withdrawn_on = '2026-11-20', withdrawn_by = '{0}', withdrawn_why = 'r'"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_("orang_pangkalpinang", withdrawn.format("orang_nasional"))
    done = patuh("waivers", "withdraw", 1, "--reason", "r", *own, user="root")
    assert done.code is ExitCode.DONE, done.err


def test_who_may_make_no_roles_is_told_what_the_administrator_runs(
    patuh: Run, province: Path, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Names of their own: the roles of this cluster are there, and hold what other databases grant them.
    for module in ("cases.access.grants", "cases.access.logins"):
        monkeypatch.setattr(f"{module}.GROUPS", {role: f"other_{role}" for role in ROLES})
    database = postgresql.create()
    postgresql.run("CREATE ROLE pemilik LOGIN")
    postgresql.run(f"ALTER DATABASE {database} OWNER TO pemilik")
    config = province / "rules.yaml"
    replaced(config, "store: sqlite:///patuh.db", f"store: {postgresql.url(database, 'pemilik')}")
    replaced(config, "offices:\n", f"{PEOPLE}offices:\n")
    said = patuh("people", "apply", "--config", config, "--lang", "en")
    assert said.code is not ExitCode.DONE
    assert "cannot be made by this login" in said.err
    told = " ".join(said.err.split())
    assert "do: have the administrator run once: CREATE ROLE other_inspector NOLOGIN; CREATE ROLE other_" in told
    for role in ROLES:
        postgresql.run(f"CREATE ROLE other_{role} NOLOGIN")
    left = patuh("people", "apply", "--config", config, "--lang", "en")
    assert left.code is ExitCode.DONE, left.err
    assert 'GRANT "other_auditor" TO "orang_pemeriksa";' in left.out
    postgresql.drop(database)
    for role in ROLES:
        postgresql.run(f"DROP ROLE other_{role}")
    postgresql.run("DROP ROLE pemilik")


def _parties(patuh: Run, as_: Callable[[str, str], list[Any]], store: Callable[[str], tuple[object, ...]]) -> None:
    """Only a supervisor of the whole nation moves findings between parties, by the program and by SQL."""
    two = "SELECT p.id FROM party p JOIN case_file c ON c.party_id = p.id WHERE p.kind = 'employer' ORDER BY 1 LIMIT 2"
    stays, goes = (row[0] for row in as_("patuh", two))
    for statement in (
        f"UPDATE finding SET party_id = {stays}, case_id = 1 WHERE party_id = {goes}",
        f"UPDATE case_file SET party_id = {stays} WHERE party_id = {goes}",
        "INSERT INTO party (id, kind) VALUES (999999, 'employer')",
        "INSERT INTO merge_proposal (id, party_id, other_party_id, kind, value, state, scan_id) "
        f"VALUES (999999, {stays}, {goes}, '', '', 'refused', 1)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_("orang_pangkalpinang", statement)
    for statement in (
        f"UPDATE party_identifier SET party_id = {stays} WHERE party_id = {goes}",
        f"UPDATE party SET merged_into = {stays} WHERE id = {goes}",
    ):
        assert as_("orang_pangkalpinang", statement) == [0]
    words = ("parties", "merge", stays, goes, "--reason", "one firm")
    assert "that is for every region" in patuh(*words, *store("orang_pangkalpinang"), user="root").err
    done = patuh(*words, *store("orang_nasional"), user="root")
    assert done.code is ExitCode.DONE, done.err
    assert f"Party {goes} was merged into party {stays}." in done.out
    keys = f"SELECT value FROM party_identifier WHERE party_id = {stays} AND kind = 'source' ORDER BY 1"
    first = as_("patuh", keys)[0][0]
    parted = ("parties", "split", stays, "--identifier", f"source={first}", "--reason", "two firms")
    done = patuh(*parted, *store("orang_nasional"), user="root")
    assert done.code is ExitCode.DONE, done.err
    assert as_("patuh", f"SELECT state FROM merge_proposal WHERE party_id = {stays} ORDER BY id") == [
        ("merged",),
        ("refused",),
    ]
    assert as_("orang_jakarta", "SELECT count(*) FROM merge_proposal") == [(0,)]
    assert as_("orang_pangkalpinang", "SELECT count(*) > 0 FROM merge_proposal") == [(True,)]


def test_people_are_put_into_a_database_only(patuh: Run, scanned: Path) -> None:
    said = patuh("people", "apply", "--config", scanned / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.USAGE
    assert "there is nothing to put into" in said.err
    assert "only a PostgreSQL store holds people of its own" in said.err
    assert "write people: in rules.yaml (docs/people.md)" in said.err
