"""An office with people on either kind of store, and the caseload of each of them with a clock of its own."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cases.access.identity import identified
from cases.caseload.caseload import Caseload, Rulings
from cases.commands.reading import open_reading
from cases.exit_codes import ExitCode
from cases.life.moves import CaseState
from cases.life.record import state_of, states_of
from cases.setting import Setting
from cases.store.database import open_session
from cases.store.models import Case
from cases.wording import Wording
from tests.cases.conftest import DAY, JAKARTA, Office
from tests.cases.office import replaced
from tests.cases.stores import Store, unsound

EN = Wording("en")
PEOPLE = """people:
  rina: {name: Rina Contoh, roles: [supervisor], regions: all}
  tini: {name: Tini Contoh, roles: [supervisor, auditor], regions: all}
  sari: {name: Sari Contoh, roles: [inspector], regions: ["19"]}
  budi: {name: Budi Contoh, roles: [inspector], regions: ["31"]}
  edo: {name: Edo Contoh, roles: [exporter], regions: all}
"""


@dataclass
class Room:
    """An office, where each person has a caseload of their own; `day` is the day on the wall."""

    folder: Path
    store: Store
    run: Callable[..., Any]
    day: date = DAY
    closing: ExitStack = field(default_factory=ExitStack)
    moments: Iterator[int] = field(default_factory=lambda: itertools.count(100))

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 8, tzinfo=JAKARTA) + timedelta(
            seconds=next(self.moments)
        )

    def caseload(self, login: str = "rina") -> Caseload:
        def rulings() -> Rulings:
            reading = open_reading(self.folder / "rules.yaml", None, "en", self.day)
            return Rulings(reading.configuration, reading.work)

        people = rulings().configuration.people
        setting = Setting(now=self.now, seconds=lambda: 0.0, salt=lambda: bytes(32), user=login)
        made = Caseload(self.store.url, identified(login, people), setting, rulings)
        self.closing.callback(made.close)
        return made

    def patuh(self, *words: object, user: str = "rina") -> str:
        said = self.run(*words, "--config", self.folder / "rules.yaml", "--lang", "en", day=self.day, user=user)
        assert said.code in (ExitCode.DONE, ExitCode.USAGE), said.err
        return " ".join((said.out + said.err).split())

    def scan(self, day: date) -> None:
        self.day = day
        said = self.run("scan", "--config", self.folder / "rules.yaml", day=day, user="rina")
        assert said.code in (ExitCode.DONE, ExitCode.NOT_JUDGED), said.err

    def events(self, number: int) -> list[tuple[str, str, str]]:
        """Kind, who and the stage after it, of each event past the first."""
        return list(
            map(
                tuple,
                self.store.ask(
                    f"SELECT kind, who, to_stage FROM event WHERE case_id = {number} AND seq > 1 ORDER BY seq"
                ),
            )
        )

    def seen(self, number: int) -> int:
        return int(self.store.ask(f"SELECT max(seq) FROM event WHERE case_id = {number}")[0])

    def flagged(self, wanted: str = "c.queue = 'disnaker' AND c.track = 'sanction'") -> list[int]:
        """Cases that may be confirmed, by number."""
        return self.store.ask(
            f"SELECT c.id FROM case_file c JOIN party p ON p.id = c.party_id WHERE c.stage = 'flagged' AND {wanted} "
            "AND p.kind = 'employer' AND EXISTS (SELECT 1 FROM finding f JOIN rule_version v "
            "ON v.id = f.rule_version_id WHERE f.case_id = c.id AND v.nature = 'violation' "
            "AND v.family = 'registration') ORDER BY c.id"
        )

    def states(self) -> Mapping[int, CaseState]:
        """How all cases stand, read together; each stands as it does where it is read alone."""
        with open_session(self.store.url) as session:
            cases = session.execute(select(Case)).scalars().all()
            together = states_of(session, cases)
            assert {case.id: state_of(session, case) for case in cases} == dict(together)
            return together

    def unsound(self) -> list[Any]:
        return unsound(self.store)


@pytest.fixture
def room(office: Office, patuh: Callable[..., Any]) -> Iterator[Room]:
    replaced(office.folder / "rules.yaml", "offices:\n", f"{PEOPLE}offices:\n")
    made = Room(office.folder, office.store, patuh)
    with made.closing:
        yield made
