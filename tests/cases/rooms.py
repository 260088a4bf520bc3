"""A small office whose one rule hits too much, on a store of either kind: nights of it, and who looks at them."""

import contextlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from cases.access.identity import Who
from cases.caseload.caseload import Caseload, Rulings
from cases.commands.reading import open_reading
from cases.exit_codes import ExitCode
from cases.setting import Setting
from rules.configuration import Person
from tests.cases.desk import Desk, new_desk
from tests.cases.office import replaced
from tests.cases.postgresql_server import Server

DAY = date(2026, 11, 20)
JAKARTA = timezone(timedelta(hours=7))
HOSTILE = "[red]PT\x1b[31m \u202eContoh[/red]"
EMPLOYERS = (
    ("W-01", "CV Contoh 1", "19.71", 25),
    ("W-02", "CV Contoh 2", "19.71", 26),
    ("W-03", HOSTILE, "19.01", 27),
    ("W-04", "CV Contoh 4", "31.71", 28),
    ("W-05", "CV Contoh 5", "31.71", 3),
    ("W-06", "CV Contoh 6", "19.71", 29),
)
"""Key, name, region, workers: twenty are too many."""
Employers = tuple[tuple[str, str, str, int | str], ...]
RINA = Person("rina", "Rina Contoh", frozenset({"supervisor"}), None)
SARI = Person("sari", "Sari Contoh", frozenset({"supervisor"}), ("19",))
TONO = Person("tono", "Tono Contoh", frozenset({"inspector"}), ("31",))
ERNA = Person("erna", "Erna Contoh", frozenset({"exporter"}), None)


@dataclass(frozen=True)
class Rooms:
    """The office, and what a person sees of it."""

    desk: Desk

    def write(self, employers: Employers = EMPLOYERS) -> None:
        """Write the register."""
        lines = [f"{key},{name},,{region},{workers}\n" for key, name, region, workers in employers]
        path = self.desk.folder / "wlkp.csv"
        path.write_text("id,name,npwp,region,workers\n" + "".join(lines), encoding="utf-8")

    def scan(self, day: date = DAY, code: ExitCode = ExitCode.DONE) -> None:
        """Scan by night."""
        self.command("scan", "--config", self.desk.config, day=day, code=code)

    def command(self, *words: object, day: date = DAY, code: ExitCode = ExitCode.DONE) -> str:
        """Run a command of the command line; return what it said."""
        from cases.cli import run  # noqa: PLC0415 - tests of other parts need no command line

        moment = datetime(day.year, day.month, day.day, 2, tzinfo=JAKARTA)
        setting = Setting(lambda: moment, lambda: 0.0, lambda: bytes(32), "rina")
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            ended = run([str(one) for one in words], setting)
        assert ended is code, err.getvalue()
        return out.getvalue() + err.getvalue()

    @contextmanager
    def caseload(self, person: Person = RINA, day: date = DAY) -> Iterator[Caseload]:
        """What `person` sees, at eight in the morning of `day`."""
        moment = datetime(day.year, day.month, day.day, 8, tzinfo=JAKARTA)
        setting = Setting(lambda: moment, lambda: 0.0, lambda: bytes(32), person.login)

        def rulings() -> Rulings:
            reading = open_reading(self.desk.config, None, None, day)
            return Rulings(reading.configuration, reading.work)

        caseload = Caseload(self.desk.store.url, Who(person.login, person), setting, rulings)
        try:
            yield caseload
        finally:
            caseload.close()


def new_rooms(folder: Path, server: Server | None, guard: str = "{max_share: 0.3}") -> Rooms:
    """The office before its first night; its rule allows three in ten."""
    rooms = Rooms(new_desk(folder, {}, server))
    replaced(rooms.desk.config, "guard: {max_share: 1.0}", f"guard: {guard}")
    replaced(rooms.desk.config, 'regions: ["19"], name: Disnaker', 'regions: ["19", "31"], name: Disnaker')
    rooms.write()
    return rooms
