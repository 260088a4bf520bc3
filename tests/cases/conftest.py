"""A small province on disk, and the command line with a clock of its own."""

import contextlib
import io
import itertools
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from cases.setting import Setting
from cases.store.database import upgrade_store
from connectors.sample import write_sample
from tests.cases.postgresql_server import Server, binaries, running
from tests.cases.rooms import Rooms, new_rooms
from tests.cases.stores import PostgresqlStore, SqliteStore, Store

DAY = date(2026, 11, 20)
EMPLOYERS = 400
JAKARTA = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class Said:
    """What one command ended with and printed."""

    code: ExitCode
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout."""
        return json.loads(self.out)


Patuh = Callable[..., Said]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put off what `nights` says: that a night is the same on both kinds of store has a test of its own."""
    chosen = getattr(item, "callspec", None)
    if item.get_closest_marker("nights") and chosen and chosen.params.get("make_store") == "postgresql":
        item.add_marker(pytest.mark.large)


@pytest.fixture
def patuh(capfd: pytest.CaptureFixture[str]) -> Patuh:
    """Run one command; `day` is the day on the wall, `user` who is logged in."""
    moments = itertools.count()

    from cases.cli import run  # noqa: PLC0415 - tests of other parts need no command line

    def ran(*arguments: object, day: date = DAY, user: str = "") -> Said:
        capfd.readouterr()
        moment = datetime(day.year, day.month, day.day, 6, tzinfo=JAKARTA) + timedelta(minutes=next(moments))
        code = run(
            [str(one) for one in arguments],
            Setting(now=lambda: moment, seconds=lambda: 0.0, salt=lambda: bytes(32), user=user),
        )
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return ran


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province whose registers an office has looked at, which no test changes: what is not touched lands no more."""
    folder = tmp_path_factory.mktemp("province")
    write_sample(folder, EMPLOYERS, 1, DAY)
    run_alone("sources", "check", folder)
    return folder


def run_alone(*arguments: object, hour: int = 2, user: str = "") -> None:
    """Run a command on the run file of the folder named last, at an hour of the day; it has to go well."""
    from cases.cli import run  # noqa: PLC0415 - tests of other parts need no command line

    *words, folder = arguments
    moment = datetime(DAY.year, DAY.month, DAY.day, hour, tzinfo=JAKARTA)
    setting = Setting(now=lambda: moment, seconds=lambda: 0.0, salt=lambda: bytes(32), user=user)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = run([*map(str, words), "--config", f"{folder}/rules.yaml"], setting)
    assert code is ExitCode.DONE, said.getvalue()


@pytest.fixture
def province(pristine: Path, tmp_path: Path) -> Path:
    """A province of one's own; `rules.yaml` in it reads its registers and keeps its cases there."""
    return Path(shutil.copytree(pristine, tmp_path / "province"))


@pytest.fixture(scope="session")
def pristine_scanned(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province after its first night, which no test changes."""
    folder = Path(shutil.copytree(pristine, tmp_path_factory.mktemp("scanned") / "province"))
    run_alone("scan", folder)
    return folder


@pytest.fixture
def scanned(pristine_scanned: Path, tmp_path: Path) -> Path:
    """A province of one's own after its first night."""
    return Path(shutil.copytree(pristine_scanned, tmp_path / "province"))


NEEDED = "PATUH_TESTS_NEED_POSTGRESQL"
"""Set where tests on PostgreSQL have to run: without its binaries they fail instead of being skipped."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server with the database `empty`, a store after the migrations and before the first night."""
    found = binaries()
    if found is None:
        said = "PostgreSQL 15 or newer is not installed (Debian, Ubuntu: apt install postgresql)"
        if os.environ.get(NEEDED):
            pytest.fail(said)
        pytest.skip(said)
    with running(found) as server:
        server.run("CREATE DATABASE empty TEMPLATE template0")
        upgrade_store(server.url("empty"))
        yield server


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store, made once: migrating is most of a small night."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    upgrade_store(f"sqlite:///{path}")
    return path


MakeStore = Callable[..., Store]


@pytest.fixture(params=["sqlite", "postgresql"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path, empty_store: Path) -> Iterator[MakeStore]:
    """Make stores of either kind: after the migrations, or `blank`, before any."""
    made: list[str] = []
    server: Server | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None

    def store(*, blank: bool = False) -> Store:
        if server is None:
            made.append("")
            path = tmp_path / f"store-{len(made)}.db"
            return SqliteStore(path) if blank else SqliteStore(empty_store).copy(path)
        made.append(server.create("template0" if blank else "empty"))
        return PostgresqlStore(server, made[-1])

    yield store
    if server is not None:
        for name in made:
            server.drop(name)


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    """A store of either kind after the migrations."""
    return make_store()


@dataclass(frozen=True)
class Office:
    """A province of one's own after its first night, with its cases in a store of either kind."""

    folder: Path
    store: Store

    @property
    def options(self) -> tuple[object, ...]:
        """What names it to a command; the store stands in the run file."""
        return "--config", self.folder / "rules.yaml", "--lang", "en"


@pytest.fixture(scope="session")
def pristine_on_postgresql(
    pristine: Path, postgresql: Server, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A province after its first night, and the database of its cases; no test changes either."""
    folder = Path(shutil.copytree(pristine, tmp_path_factory.mktemp("scanned") / "province"))
    database = postgresql.create("empty")
    _keep_in(folder, postgresql, database)
    run_alone("scan", folder)
    return folder, database


def _keep_in(folder: Path, server: Server, database: str) -> None:
    run_file = folder / "rules.yaml"
    said = re.sub(r"(?m)^store: .*$", f"store: {server.url(database)}", run_file.read_text("utf-8"))
    run_file.write_text(said, "utf-8")


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office of one's own on either kind of store, after its first night."""
    folder = tmp_path / "province"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("pristine_scanned"), folder)
        yield Office(folder, SqliteStore(folder / "patuh.db"))
        return
    server: Server = request.getfixturevalue("postgresql")
    kept, database = request.getfixturevalue("pristine_on_postgresql")
    shutil.copytree(kept, folder)
    own = server.create(database)
    # Anchor files lie in a folder that bears the store's name.
    (folder / ".patuh" / "anchors" / database).rename(folder / ".patuh" / "anchors" / own)
    _keep_in(folder, server, own)
    yield Office(folder, PostgresqlStore(server, own))
    server.drop(own)


@pytest.fixture(params=["sqlite", "postgresql"])
def rooms(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rooms]:
    """A small office whose one rule hits too much, on a store of either kind, before its first night."""
    server: Server | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    made = new_rooms(tmp_path / "office", server)
    yield made
    if isinstance(made.desk.store, PostgresqlStore):
        made.desk.store.server.drop(made.desk.store.database)
