"""One small nation for all tests of the bench: making it takes longer than what is tested on it."""

import pytest

from bench.ground import Nation
from bench.nation import make_nation

EMPLOYERS = 6_000


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    made = Nation(tmp_path_factory.mktemp("bench") / "nation")
    make_nation(made, EMPLOYERS, lambda _text: None)
    return made
