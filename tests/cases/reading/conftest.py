"""A small case store, filled through its own tables, with the shipped rules beside it."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from cases.reader import Reader
from cases.store.database import open_session
from cases.store.models import Case, Decision, Event, EventPayload, Finding, Party, PartyIdentifier, RuleVersion, Scan
from cases.wording import Wording
from engine.detect import Work
from engine.explain import explain_each
from rules.load import load_rule_book
from rules.model import RuleBook
from rules.working_days import shipped_calendar
from tests.cases.stores import SqliteStore, Store

DAY = date(2026, 11, 20)
OPENED = date(2026, 11, 1)

NPWP = "0012345678901234"
NIK = "1971014708900001"
WLKP = "WLKP-19710004711"

PARTLY: Mapping[str, object] = {
    "npp": "NPP190001234",
    "employer_kind": "private",
    "employed_workers": 100,
    "employed_as_of": "2026-11-01",
    "registered_workers": 50,
    "registered_as_of": "2026-11-01",
    "unregistered_workers": 50,
}
UNREGISTERED_SITE: Mapping[str, object] = {
    "procurement_kind": "construction",
    "fund": "APBD",
    "stage": "contracted",
    "contract_number": "SPK/019/2026",
    "contract_date": "2026-09-01",
    "contract_value": "1234567890.50",
    "buyer_name": "Dinas Pekerjaan Umum",
    "work_end": None,
    "handed_over_on": None,
    "project_number": None,
}
LAPSED: Mapping[str, object] = {"name": "Siti Aminah", "cover_until": "2026-10-31", "wage_earner_active": None}
NEVER: Mapping[str, object] = {"name": "Budi Santoso", "cover_until": None, "wage_earner_active": False}

TRAIL = [
    {
        "rule": "REGISTRATION",
        "read": {"track": "sanction", "has_registration": 1},
        "why": {"id": "Kewajiban pendaftaran belum dipenuhi.", "en": "The duty to register is not met."},
    }
]


EVIDENCE: Mapping[str, Mapping[str, object]] = {
    "PDS-TK-01": PARTLY,
    "PWBD-01": {"employer_kind": "private", "employed_workers": 12, "employed_as_of": "2026-11-01", "npp": None},
    "JAKON-01": UNREGISTERED_SITE,
    "KUM-01": LAPSED,
    "IUR-03": {"npp": "NPP190001234", "months_unpaid": 9, "arrears": "12345678.90", "warnings_spent": 2},
}
"""What the registers said where a test does not say otherwise."""

NIGHT = datetime(2026, 11, 1, 23, 15, tzinfo=UTC)
CONFIRMED_AT = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)
PLAIN_CASE: Mapping[str, object] = {
    "province": "19",
    "track": "sanction",
    "stage": "flagged",
    "queue": "disnaker",
    "severity": 3,
    "purpose": "laporan",
    "decision_id": 1,
    "opened_on": OPENED,
    "opened_scan_id": 1,
}
PLAIN_FINDING: Mapping[str, object] = {
    "subject_key": WLKP,
    "episode": 1,
    "state": "open",
    "severity": 3,
    "region": "19.71",
    "line": "",
    "below": False,
    "warnings_spent": 0,
    "instalment_plan_kept": False,
    "opened_on": OPENED,
    "first_scan_id": 1,
    "scan_id": 1,
    "joined_scan_id": 1,
    "mark": "m",
}
INDICATION = 90
"""The version of a rule that only indicates."""

FACTS = {"JAKON-01": "project", "KUM-01": "partner", "COHORT-01": "cohort"}


class Filler:
    """Writes cases as a scan and a supervisor would have left them."""

    def __init__(self, url: str, book: RuleBook) -> None:
        self.url, self._book = url, book
        self._ids = itertools.count(1)
        self._finding_ids = itertools.count(100_001)
        with open_session(url, write=True) as session:
            session.add(
                Scan(id=1, run_id="run-1", as_of=OPENED, started_at=NIGHT, finished_at=NIGHT, landed="{}", counts="{}")
            )
            session.flush()
            for number, rule in enumerate(self._book.rules.values(), start=1):
                session.add(
                    RuleVersion(
                        id=number,
                        rule=rule.id,
                        sha256=rule.sha256,
                        family=rule.family,
                        nature=rule.nature,
                        text=rule.text,
                        first_scan_id=1,
                    )
                )
            session.add(
                RuleVersion(
                    id=INDICATION, rule="IND-01", sha256="i", family="x", nature="indication", text="", first_scan_id=1
                )
            )
            session.add(
                Decision(
                    id=1,
                    digest="d" * 64,
                    signature="{}",
                    stage="flagged",
                    queue="disnaker",
                    severity=3,
                    purpose="laporan",
                    trail=json.dumps(TRAIL),
                    routing="r" * 64,
                )
            )
            session.commit()
        self.versions = {rule: number for number, rule in enumerate(self._book.rules, start=1)}

    def file(self, findings: Sequence[Mapping[str, object]], **said: object) -> int:
        """Put one case into the store and return its number; what is not `said` is a plain flagged case."""
        with open_session(self.url, write=True) as session:
            number = next(self._ids)
            party = said.pop("same_party_as", None) or self._party(session, number, said)
            case: dict[str, object] = {**PLAIN_CASE, "id": number, "party_id": party, **said}
            if case["stage"] in ("confirmed", "referred"):
                case |= {"confirmed_queue": case["queue"], "confirmed_by": "rina", "confirmed_at": CONFIRMED_AT}
            session.add(Case.model_validate(case))
            session.flush()
            session.add_all(self._finding(finding, number, party) for finding in findings)
            said = {"case_id": number, "seq": 1, "at": NIGHT, "who": "scan", "kind": "opened", "to_stage": "flagged"}
            session.add(Event.model_validate({**said, "payload_sha256": "", "hash": ""}))
            session.add(EventPayload(case_id=number, seq=1, salt="", payload="{}"))
            session.commit()
        return number

    def _party(self, session: Session, number: int, said: dict[str, object]) -> int:
        identifiers = said.pop("identifiers", {})
        kind, name = said.pop("kind", "employer"), said.pop("name", "PT Timah Contoh")
        session.add(Party.model_validate({"id": number, "kind": kind, "name": name}))
        session.flush()
        assert isinstance(identifiers, Mapping)
        session.add_all(PartyIdentifier(kind=kind, value=value, party_id=number) for kind, value in identifiers.items())
        return number

    def _finding(self, said: Mapping[str, object], case: int, party: object) -> Finding:
        rule = str(said["rule"])
        evidence = said.get("evidence", EVIDENCE[rule])
        values: dict[str, object] = {
            **PLAIN_FINDING,
            "fact": FACTS.get(rule, "employer"),
            "id": next(self._finding_ids),
            "case_id": case,
            "party_id": party,
            "rule_version_id": self.versions[rule],
        }
        values |= said
        values["evidence"] = json.dumps(evidence, sort_keys=True, ensure_ascii=False)
        return Finding.model_validate(values)


@pytest.fixture(scope="session")
def book() -> RuleBook:
    """The shipped rules."""
    book, faults = load_rule_book()
    assert not faults
    return book


@pytest.fixture(scope="session")
def work(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """What explanations are made with."""
    calendar, faults = shipped_calendar()
    assert not faults
    scratch: Path = tmp_path_factory.mktemp("scratch")
    return Work(book, tuple(book.rules), DAY, calendar, {}, scratch)


@pytest.fixture
def filler(empty_store: Path, tmp_path: Path, book: RuleBook) -> Filler:
    """An empty store."""
    return Filler(SqliteStore(empty_store).copy(tmp_path / "patuh.db").url, book)


@pytest.fixture
def filler_of_either(store: Store, book: RuleBook) -> Filler:
    """An empty store of either kind, for the modules whose filler is this one."""
    return Filler(store.url, book)


@pytest.fixture
def store_url(filler: Filler) -> str:
    """Where that store is."""
    return filler.url


@pytest.fixture
def file_case(filler: Filler) -> Callable[..., int]:
    """Put a case into the store: `file_case([{"rule": …}], stage=…, name=…)`."""
    return filler.file


@pytest.fixture
def session(filler: Filler) -> Iterator[Session]:
    """The store as a reader opens it."""
    with open_session(filler.url) as opened:
        yield opened


@pytest.fixture
def indonesian() -> Wording:
    """What an office reads."""
    return Wording("id")


@pytest.fixture
def reader(work: Work, indonesian: Wording) -> Reader:
    """A supervisor who asks for every condition."""
    return Reader(work, indonesian, DAY, explain_each)
