"""One office of people on a store of either kind, after its first night: twelve logins, each role in three places."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import rules.load
from rules.configuration import ROLES
from tests.cases.conftest import run_alone
from tests.cases.office import replaced
from tests.cases.postgresql_server import Server
from tests.cases.stores import PostgresqlStore, SqliteStore, Store

PLACES = {"nation": "all", "own": '["19"]', "other": '["31"]'}
"""The sample's cases lie in 19."""
LOGINS = [f"{role}_{place}" for role in ROLES for place in PLACES]
PEOPLE = "people:\n" + "".join(
    f"  {role}_{place}: {{name: {role.title()}, roles: [{role}], regions: {regions}}}\n"
    for role in ROLES
    for place, regions in PLACES.items()
)


@dataclass(frozen=True)
class Desk:
    """The run file and the store; `ask` goes past the program. On PostgreSQL the login is libpq's PGUSER."""

    config: Path
    url: str
    store: Store


@pytest.fixture(scope="session")
def make_desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Desk]:
    """Make an office on a store of a kind, once for all tests: they ask for what is refused or changes nothing."""

    @cache
    def made(kind: str) -> Desk:
        folder = tmp_path_factory.mktemp("desk") / "office"
        config = folder / "rules.yaml"
        if kind == "sqlite":
            shutil.copytree(request.getfixturevalue("pristine_scanned"), folder)
            replaced(config, "offices:\n", f"{PEOPLE}offices:\n")
            kept = SqliteStore(folder / "patuh.db")
            return Desk(config, kept.url, kept)
        server: Server = request.getfixturevalue("postgresql")
        shutil.copytree(request.getfixturevalue("pristine"), folder)
        database = server.create("empty")
        url = server.url(database).replace("patuh@", "")
        replaced(config, "store: sqlite:///patuh.db", f"store: {url}")
        for login in LOGINS:
            server.run(f"CREATE ROLE {login} LOGIN")
        with pytest.MonkeyPatch.context() as owner:
            owner.setenv("PGUSER", "patuh")
            run_alone("scan", folder)
            replaced(config, "offices:\n", f"{PEOPLE}offices:\n")
            run_alone("people", "apply", folder)
        return Desk(config, url, PostgresqlStore(server, database))

    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, make_desk: Callable[[str], Desk]) -> Desk:
    """An office of people on a store of either kind."""
    return make_desk(request.param)


@pytest.fixture
def read_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the run file of a desk once for all commands of a test, which do not change it."""
    monkeypatch.setattr(rules.load, "load", cache(rules.load.load))
    monkeypatch.setattr(rules.load, "load_desk", cache(rules.load.load_desk))
