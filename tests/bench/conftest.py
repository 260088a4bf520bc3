"""One small nation for all tests of the bench: making it takes longer than what is tested on it."""

import pytest

from bench.ground import Nation
from bench.nation import keep_nights, make_nation
from bench.stores import Databases, Files, Stores
from tests.cases.conftest import postgresql  # noqa: F401 - the server of the tests of cases

EMPLOYERS = 6_000


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    made = Nation(tmp_path_factory.mktemp("bench") / "nation")
    make_nation(made, EMPLOYERS, lambda _text: None)
    return made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def nights(request: pytest.FixtureRequest, nation: Nation) -> Stores:
    """The stores of either kind before and after each night."""
    if request.param == "sqlite":
        return Files(nation.stores)
    stores = Databases(request.getfixturevalue("postgresql"))
    keep_nights(nation, stores)
    return stores
