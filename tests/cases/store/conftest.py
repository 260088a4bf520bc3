"""Small nights on a real store of either kind: what was judged is said row by row, the store is asked by SQL."""

import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlmodel import Session

from cases.life.acts import Book
from cases.match import match
from cases.night import Judged, Matched, Night, Spine, Written
from cases.service import Act
from cases.store.channel import open_bulk
from cases.store.database import open_session
from cases.wording import Wording
from cases.write import preview, write
from connectors.duck import literal
from engine.detect import Work
from engine.findings import FINDING_COLUMNS, Decision, Detection, Fired, OutcomeCount
from rules.configuration import Guard
from rules.errors import Location
from rules.load import load_rule_book
from rules.model import Ladder, Rule
from rules.priority import NO_PRIORITY, Priority
from rules.working_days import shipped_calendar
from tests.cases.stores import Store, dump

START = date(2026, 1, 1)
SALT = bytes(32)


@cache
def book() -> Book:
    """What acts are judged by: the shipped ladder, no office."""
    return Book(Work(load_rule_book()[0], (), START, shipped_calendar()[0], {}, Path()), (), Wording("en"))


def rule(identity: str, **said: Any) -> Rule:
    """A rule with nothing in it but what matching reads."""
    outreach = identity.startswith("KUM")
    plain: dict[str, Any] = {
        "id": identity,
        "pack": "registration",
        "nature": "outreach" if outreach else "violation",
        "status": "stable",
        "family": "micro" if outreach else "registration",
        "title": {},
        "subject": "employer",
        "basis": (),
        "scope": (),
        "needs": (),
        "let": {},
        "when": (),
        "law_date": None,
        "severity": (),
        "marks": (),
        "evidence": (),
        "say": {},
        "false_positives": {},
        "examples": (),
        "max_share": Decimal(1),
        "max_new": 1000,
        "location": Location("rule.yaml"),
        "text": f"id: {identity}",
        "sha256": f"sha of {identity}",
    }
    return Rule(**{**plain, **said})


def finding(subject: str, **said: Any) -> dict[str, Any]:
    """One violation; its party is an employer known by its own key unless identifiers are said."""
    evidence = f'{{"workers":{said.pop("evidence", "1")}}}'
    row = {
        "rule": "R-1",
        "fact": "employer",
        "subject_key": subject,
        "region": "19.71",
        "province": "19",
        "family": "registration",
        "track": "sanction",
        "severity": 2,
        "line": "",
        "below": False,
        "party_kind": "employer",
        "party_name": f"PT {subject}",
        "npwp": None,
        "nik": None,
        "nib": None,
        "npp": None,
        "source": f"employer:{subject}",
        "warnings_spent": 0,
        "instalment_plan_kept": False,
        "evidence": evidence,
        **said,
    }
    said_by_all = f"{row['evidence']}|{row['severity']}|{row['line']}"
    row["fingerprint"] = hashlib.md5(said_by_all.encode(), usedforsecurity=False).hexdigest()
    return row


def decide(signatures: Sequence[Mapping[str, str | int]]) -> tuple[Decision, ...]:
    """Outreach and confirmed cases go one way, the rest another: enough to see a decision change."""
    return tuple(
        Decision(
            "kejaksaan" if one["warnings_spent"] == 2 else "disnaker",
            "high" if int(one["findings"]) > 1 else "medium",
            "laporan" if one["stage"] == "flagged" else "pemeriksaan",
            (Fired("first", {"findings": one["findings"]}, {"id": "sebab", "en": "reason"}),),
        )
        for one in signatures
    )


@dataclass
class Nights:
    """One store and the nights that it lives through; `run` is one scan."""

    folder: Path
    store: Store
    rules: dict[str, Rule] = field(default_factory=lambda: {"R-1": rule("R-1"), "R-2": rule("R-2"), "KUM": rule("KUM")})
    guards: dict[str, Guard] = field(default_factory=dict)
    spine: Spine = field(default_factory=lambda: Spine(fresh=True, complete=True))
    routing: str = "routing"
    ladder: Ladder = field(default_factory=lambda: Ladder((), {}, (), ""))
    priority: Priority = NO_PRIORITY
    settle_days: int = 30
    decide: Callable[[Sequence[Mapping[str, str | int]]], tuple[Decision, ...]] = decide
    _number: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        return self.store.url

    def detection(self, violations: Sequence[Mapping[str, Any]], passes: int, into: Path) -> Detection:
        columns = ", ".join(f"{name} {kind}" for name, kind in FINDING_COLUMNS.items())
        path = into / "findings.parquet"
        with closing(duckdb.connect()) as duck:
            duck.execute(f"CREATE TABLE finding ({columns})")
            for row in violations:
                marks = ", ".join("?" * len(FINDING_COLUMNS))
                duck.execute(f"INSERT INTO finding VALUES ({marks})", [row[name] for name in FINDING_COLUMNS])
            duck.execute(f"COPY (FROM finding ORDER BY rule, subject_key) TO {literal(path)} (FORMAT parquet)")
        counts = [OutcomeCount(name, "19.71", "pass", passes) for name in self.rules]
        counts += [OutcomeCount(str(row["rule"]), "19.71", "violation", 1) for row in violations]
        return Detection(tuple(counts), path, into / "notices.parquet", into / "unknowns.parquet", ())

    def judged(self, outcomes: Mapping[str, str], only: Sequence[str] | None) -> Judged:
        def outcomes_of(ask: Path, into: Path) -> Path:
            with closing(duckdb.connect()) as duck:
                duck.execute("CREATE TABLE known (subject_key VARCHAR, outcome VARCHAR)")
                for subject, outcome in outcomes.items():
                    duck.execute("INSERT INTO known VALUES (?, ?)", [subject, outcome])
                duck.execute(
                    f"COPY (SELECT rule, subject_key, outcome FROM read_parquet({literal(ask)}) "
                    f"JOIN known USING (subject_key)) TO {literal(into)} (FORMAT parquet)"
                )
            return into

        rules = {name: one for name, one in self.rules.items() if only is None or name in only}
        return Judged(rules, self.guards, {"employer": self.spine}, outcomes_of)

    def night(self, day: int, run: str | None = None) -> Night:
        as_of = START + timedelta(days=day)
        started = datetime(as_of.year, as_of.month, as_of.day, 1, 2, 3, tzinfo=UTC)
        return Night(
            run or f"run-{next(self._number)}",
            as_of,
            started,
            self.settle_days,
            {},
            self.routing,
            SALT,
            self.folder / "anchors",
            self.ladder,
            priority=self.priority,
        )

    def run(
        self,
        day: int,
        *violations: Mapping[str, Any],
        outcomes: Mapping[str, str] | None = None,
        only: Sequence[str] | None = None,
        dry: bool = False,
        passes: int = 0,
    ) -> tuple[Matched, Written]:
        """Scan: `outcomes` says what subjects without a violation are; one that is not named is gone."""
        night = self.night(day)
        into = self.folder / night.run_id
        into.mkdir()
        detection = self.detection(violations, passes, into)
        with open_bulk(self.url, into, dry=dry) as bulk:
            matched = match(detection, self.judged(outcomes or {}, only), bulk, night, into)
            decisions = self.decide(matched.signatures)
            if dry:
                return matched, preview(matched, decisions)
            return matched, write(matched, decisions, bulk, night.started_at)

    def ask(self, sql: str) -> list[Any]:
        """Rows of the store; of one column, its values."""
        return self.store.ask(sql)

    def change(self, sql: str) -> None:
        """What a person does in the store."""
        self.store.change(sql)

    def waive(self, party: int, since: int, until: int | None, rule_id: str | None = None, **said: str) -> None:
        """Put a waiver in the store by hand: no finding changes by it until a scan finds it there."""
        days = [START + timedelta(days=since), None if until is None else START + timedelta(days=until)]
        named = {"rule": rule_id, "since": days[0], "until": days[1], **said}
        columns = ", ".join(named)
        values = ", ".join("NULL" if one is None else f"'{one}'" for one in named.values())
        self.change(
            f"INSERT INTO waiver (case_id, party_id, reason, owner, proof, who, at, {columns}) "
            f"SELECT min(id), {party}, 'reason', 'owner', 'proof', "
            f"'rina', '2026-01-01 00:00:00', {values} FROM case_file WHERE party_id = {party}"
        )

    def dismiss(self, case: int, until: int | None = None) -> None:
        """Dismiss a case by hand, as `patuh cases dismiss` leaves it, but for the event."""
        end = "NULL" if until is None else f"'{START + timedelta(days=until)}'"
        live = "('open', 'closing_proposed', 'subject_gone')"
        self.change(f"UPDATE finding SET state = 'dismissed' WHERE case_id = {case} AND state IN {live}")
        self.change(f"UPDATE case_file SET stage = 'dismissed' WHERE id = {case}")
        self.change(
            "INSERT INTO dismissal (case_id, until, reason, owner, who, at) "
            f"VALUES ({case}, {end}, 'reason', 'owner', 'rina', '2026-01-01 00:00:00')"
        )

    def act(self, do: Callable[[Session, Act, Book], Any], day: int, who: str = "rina") -> Any:
        """Let a person act on that day: `do` is one of the acts of `cases.life`."""
        at = datetime.combine(START + timedelta(days=day), time(9), UTC)
        with open_session(self.url, write=True) as session:
            return do(session, Act(who, at, SALT), book())

    def states(self) -> list[Any]:
        return self.ask("SELECT subject_key, episode, state FROM finding ORDER BY subject_key, episode, rule")

    def dump(self) -> dict[str, list[Any]]:
        """Everything in the store but the scans' own records."""
        return dump(self.store)


@pytest.fixture
def nights(tmp_path: Path, store: Store) -> Nights:
    return Nights(tmp_path, store)


@pytest.fixture
def say() -> Callable[..., dict[str, Any]]:
    return finding


@pytest.fixture
def make_nights() -> type[Nights]:
    return Nights
