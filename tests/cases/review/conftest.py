"""The sample province after its first night, with people in it, on a store of either kind."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.cases.conftest import run_alone
from tests.cases.desk import Desk, copied
from tests.cases.office import replaced
from tests.cases.postgresql_server import Server
from tests.cases.stores import PostgresqlStore, SqliteStore

PEOPLE = """people:
  rina: {name: Rina Contoh, roles: [supervisor], regions: all}
  budi: {name: Budi Contoh, roles: [supervisor], regions: all}
  sari: {name: Sari Contoh, roles: [inspector], regions: ["19"]}
  agus: {name: Agus Contoh, roles: [auditor], regions: all}
  tono: {name: Tono Contoh, roles: [supervisor], regions: ["31"]}
offices:
"""
"""The sample's cases lie in 19, so `tono` sees none of them."""
LOGINS = ("rina", "budi", "sari", "agus", "tono")
MakeDesk = Callable[[str], Desk]


@pytest.fixture(scope="session")
def staffed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MakeDesk:
    """Make the office on a kind of store, once; no test changes it."""

    @cache
    def made(kind: str) -> Desk:
        folder = tmp_path_factory.mktemp("staffed") / "province"
        if kind == "sqlite":
            shutil.copytree(request.getfixturevalue("pristine_scanned"), folder)
            replaced(folder / "rules.yaml", "offices:\n", PEOPLE)
            return Desk(folder, SqliteStore(folder / "patuh.db"))
        server: Server = request.getfixturevalue("postgresql")
        scanned, database = request.getfixturevalue("pristine_on_postgresql")
        desk = copied(Desk(scanned, PostgresqlStore(server, database)), folder)
        replaced(folder / "rules.yaml", "offices:\n", PEOPLE)
        for login in LOGINS:
            server.run(f"CREATE ROLE {login} LOGIN")
        run_alone("people", "apply", folder)
        return desk

    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, staffed: MakeDesk, tmp_path: Path) -> Iterator[Desk]:
    """The office with a store of one's own, of either kind."""
    own = copied(staffed(request.param), tmp_path / "province")
    yield own
    if isinstance(own.store, PostgresqlStore):
        own.store.server.drop(own.store.database)


@pytest.fixture
def quick_desk(staffed: MakeDesk, tmp_path: Path) -> Desk:
    """The office on SQLite, for what does not hang on the kind of store."""
    return copied(staffed("sqlite"), tmp_path / "province")
