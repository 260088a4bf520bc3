"""`kill -9` at every stage and at any moment: the store is as it was or as it should be, and the next scan is right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from cases.exit_codes import ExitCode
from cases.progress import STAGES
from tests.cases.desk import Desk, Table, copied, new_desk
from tests.cases.forked import Ended, Forked, forking
from tests.cases.office import write_register
from tests.cases.stores import TABLES, PostgresqlStore

if TYPE_CHECKING:
    from tests.cases.postgresql_server import Server

BEFORE_THE_COMMIT = tuple(stage for stage in STAGES if stage != "record")
LIMIT = 20
"""So many workers make an office a large one, and a case, in 2026."""
MANY = 100


def register(night: int) -> dict[str, int]:
    """The employers of a night: a third of them small every other night, the others with a worker more."""
    return {
        f"WLKP-{number:04d}": number % LIMIT if (number + night) % 3 == 0 and night % 2 else LIMIT + number + night
        for number in range(1, MANY + 1)
    }


@dataclass(frozen=True)
class Killable(Desk):
    """An office whose commands run in processes that may be killed."""

    forked: Forked

    def run(self, *words: object, night: int, **said: Any) -> Ended:
        """Run a command on a night of its own; see `Forked.run`."""
        moment = f"2026-11-20T02:{night // 60:02d}:{night % 60:02d}+00:00"
        return self.forked.run(*words, "--config", self.config, moment=moment, **said)

    def opened(self) -> set[str]:
        return set(self.store.ask("SELECT subject_key FROM finding WHERE state = 'open'"))


def large(night: int) -> set[str]:
    """Whom a scan of the night has to find."""
    return {name for name, workers in register(night).items() if workers >= LIMIT}


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forked]:
    with forking(tmp_path_factory.mktemp("forked")) as parent:
        yield parent


@pytest.fixture(scope="module")
def empty_office(forked: Forked, tmp_path_factory: pytest.TempPathFactory) -> Killable:
    """An office before its first night."""
    desk = new_desk(tmp_path_factory.mktemp("killed") / "office", register(0), None)
    return Killable(desk.folder, desk.store, forked)


def lived_once(folder: Path, forked: Forked, server: Server | None) -> Killable:
    new = new_desk(folder, register(0), server)
    desk = Killable(new.folder, new.store, forked)
    assert desk.run("scan", night=0).code == ExitCode.DONE
    return desk


@pytest.fixture(scope="module")
def first_night(forked: Forked, tmp_path_factory: pytest.TempPathFactory) -> Killable:
    """An office after its first night."""
    return lived_once(tmp_path_factory.mktemp("first") / "office", forked, None)


@pytest.fixture(scope="module")
def first_night_on_server(forked: Forked, postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Killable:
    """The same on a database."""
    return lived_once(tmp_path_factory.mktemp("server") / "office", forked, postgresql)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.large)])
def lived(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Killable]:
    """An office of one's own after its first night, with a store of either kind."""
    name = "first_night" if request.param == "sqlite" else "first_night_on_server"
    desk = copied(request.getfixturevalue(name), tmp_path / "office")
    yield desk
    if isinstance(desk.store, PostgresqlStore):
        desk.store.server.drop(desk.store.database)


@pytest.fixture(scope="module")
def second_night(first_night: Killable, tmp_path_factory: pytest.TempPathFactory) -> list[Table]:
    """What an undisturbed second night comes to."""
    calm = copied(first_night, tmp_path_factory.mktemp("calm") / "office")
    first = calm.seen()
    write_register(calm.folder, register(1))
    assert calm.run("scan", night=1).code == ExitCode.DONE
    assert calm.seen() != first
    assert calm.opened() == large(1)
    return calm.seen()


def killed(desk: Killable, at: str, night: int) -> None:
    ended = desk.run("scan", night=night, at=at)
    assert ended.code == -9, ended.err


@pytest.mark.parametrize("stage", [*BEFORE_THE_COMMIT, "commit"])
def test_a_first_night_that_is_killed_leaves_no_case_and_the_next_is_right(
    empty_office: Killable, tmp_path: Path, stage: str
) -> None:
    desk = copied(empty_office, tmp_path / "office")
    killed(desk, stage, 0)
    assert not desk.store.there() or desk.rows() == [[]] * (len(TABLES) + 1)
    said = desk.run("scan", night=1)
    assert said.code == ExitCode.DONE, said.err
    assert desk.opened() == large(0)
    assert desk.unsound() == []
    assert list((desk.folder / ".patuh" / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("lived", "stage"),
    [
        *(("sqlite", stage) for stage in ("detect", "match", "decide", "write", "commit")),
        *(("postgresql", stage) for stage in ("match", "write", "commit")),
    ],
    indirect=["lived"],
)
def test_a_second_night_that_is_killed_leaves_the_first_and_the_next_is_right(
    lived: Killable, second_night: list[Table], stage: str
) -> None:
    write_register(lived.folder, register(1))
    before = lived.rows()
    killed(lived, stage, 1)
    assert lived.rows() == before
    assert lived.run("scan", night=2).code == ExitCode.DONE
    assert lived.seen() == second_night
    assert lived.unsound() == []


@pytest.mark.parametrize("lived", ["sqlite"], indirect=True)
def test_a_night_killed_after_its_commit_is_whole_and_the_next_changes_nothing(
    lived: Killable, second_night: list[Table]
) -> None:
    write_register(lived.folder, register(1))
    killed(lived, "record", 1)
    assert lived.seen() == second_night
    events = lived.store.ask("SELECT * FROM event ORDER BY case_id, seq")
    assert lived.run("scan", night=2).code == ExitCode.DONE
    assert lived.store.ask("SELECT * FROM event ORDER BY case_id, seq") == events
    assert lived.seen() == second_night


KILLS = [2, pytest.param(100, marks=[pytest.mark.large, pytest.mark.timeout(7200)])]


@pytest.mark.parametrize("kills", KILLS)
def test_a_scan_killed_at_any_moment_is_whole_or_not_there_and_the_next_is_right(
    lived: Killable, kills: int, record_property: Callable[[str, object], None]
) -> None:
    dice, nights, took, ends = random.Random(4), count(1), [2.0], Counter[str]()
    for number in range(1, kills + 1):
        write_register(lived.folder, register(number))
        before, night = lived.rows(), next(nights)
        ended = lived.run("scan", night=night, after=dice.uniform(0, 1.1 * median(took[-9:])))
        assert ended.code in (-9, ExitCode.DONE), ended.err
        written = lived.rows() != before
        ends["after its end" if ended.code == ExitCode.DONE else "written" if written else "not there"] += 1
        assert (lived.opened() == large(number)) == written, number
        assert lived.unsound() == [], number
        events = lived.store.ask("SELECT count(*) FROM event")
        again = lived.run("scan", night=next(nights))
        assert again.code == ExitCode.DONE, again.err
        took.append(again.seconds)
        assert lived.opened() == large(number), number
        assert (lived.store.ask("SELECT count(*) FROM event") == events) == written, number
        assert lived.unsound() == [], number
    record_property("killed", dict(ends))
    assert kills < 10 or ends["not there"], "none was killed in time: the test shows nothing"


@pytest.mark.parametrize("kills", KILLS)
def test_a_confirmation_killed_at_any_moment_is_on_record_once_or_never(
    lived: Killable, kills: int, record_property: Callable[[str, object], None]
) -> None:
    dice, nights, took, ends = random.Random(4), count(1), [0.3], Counter[str]()
    confirmed = "SELECT count(*) FROM event WHERE kind = 'confirmed' AND case_id = {}"
    for number in range(1, kills + 1):
        words = ("cases", "confirm", number)
        after = dice.uniform(0, 1.1 * median(took[-9:]))
        ended = lived.run(*words, night=next(nights), user="sari", after=after)
        assert ended.code in (-9, ExitCode.DONE), ended.err
        (written,) = lived.store.ask(confirmed.format(number))
        ends["after its end" if ended.code == ExitCode.DONE else "written" if written else "not there"] += 1
        assert lived.store.ask(f"SELECT stage FROM case_file WHERE id = {number}") == [
            "confirmed" if written else "flagged"
        ]
        assert lived.unsound() == [], number
        again = lived.run(*words, night=next(nights), user="sari")
        assert (again.code == ExitCode.DONE) != bool(written), again.err
        took.append(again.seconds)
        assert lived.store.ask(confirmed.format(number)) == [1]
    assert lived.unsound() == []
    assert lived.run("scan", night=next(nights)).code == ExitCode.DONE
    assert lived.opened() == large(0)
    assert lived.unsound() == []
    record_property("killed", dict(ends))
    assert kills < 10 or ends["not there"], "none was killed in time: the test shows nothing"
