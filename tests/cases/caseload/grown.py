"""A store with some hundred cases drawn at random, and what a list of them has to be, worked out without any SQL."""

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fnmatch import fnmatchcase
from functools import cache, cmp_to_key
from typing import Any

from cases.caseload.lines import Viewer
from cases.caseload.query import Condition, Query, query_of
from cases.store.database import open_session
from cases.store.models import Case, Event, Finding, Party, Referral
from rules.model import RuleBook
from rules.priority import NO_PRIORITY, Band, Part
from tests.cases.reading.conftest import NIGHT, PLAIN_CASE, PLAIN_FINDING, Filler

TODAY = date(2026, 11, 20)
PRIORITY = replace(NO_PRIORITY, overdue=Part({}, (Band(1, 2), Band(30, 6), Band(90, 6), Band(365, 20))))
"""Two bands with the same points are one."""
RULES = ("PDS-TK-01", "PWBD-01", "JAKON-01", "JAKON-02", "IUR-03")
REGIONS = ("19", "19.71", "19.71.01", "19.04", "31.71", "31.73", "32.04.2001", None)
NAMES = (
    "PT Timah Contoh", "PT. Timah, Tbk", "PT.Timah Raya", "CV \"Kutip\" Jaya", "UD 100% Asli", "PT_Bawah Garis",
    "\uff30\uff34\u3000\uff34\uff29\uff2d\uff21\uff28", "PT Ñandú Élan 'Café'", "PT Straße", "İstanbul Timah",
    "[red]PT Merah[/red]", "   ", "???", "ptt",
    "Siti Aminah", "S. Aminah Timah", "PT " + "Panjang " * 1300, "x" * 10_000, "CV Jaya Timah\nBaris", "\u202ePT Balik",
    "PT Timah Contoh", "株式会社 鈴木", "a b c d", None,
)  # fmt: skip


@dataclass(frozen=True)
class Grown:
    """A case and its findings, as they were put into the store; `past`: where a finding was that is resolved."""

    case: Case
    name: str | None
    kind: str
    rules: tuple[str, ...]
    regions: tuple[str, ...]
    offices: tuple[str, ...]
    past: str | None

    @property
    def headed(self) -> str:
        return self.case.confirmed_queue or self.case.queue

    @property
    def days(self) -> int | None:
        return None if self.case.overdue_since is None else (TODAY - self.case.overdue_since).days

    @property
    def score(self) -> int:
        days = -1 if self.days is None else self.days
        return self.case.priority + max(
            (p for least, p in ((1, 2), (30, 6), (90, 6), (365, 20)) if days >= least), default=0
        )

    @property
    def words(self) -> tuple[str, ...]:
        return () if self.name is None else words_of(self.name)


@cache
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name by another way than the product's: sign by sign."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    text = "".join(one if one.isalnum() else " " for one in unicodedata.normalize("NFKD", bare).casefold())
    kept, length = [], 0
    for word in (word[:40] for word in text.split()):
        length += len(word) + 1
        if length > 400:
            break
        kept.append(word)
    return tuple(kept)


def grow(url: str, book: RuleBook, count: int, seed: int) -> list[Grown]:
    """Fill an empty store; return what is in it."""
    draw = random.Random(seed)
    filler = Filler(url, book)
    grown: list[Grown] = []
    with open_session(url, write=True) as session:
        finding = 0
        for number in range(1, count + 1):
            kind = draw.choice(("employer", "employer", "contractor", "person"))
            party = Party(id=number, kind=kind, name=draw.choice(NAMES))
            stage = draw.choice(("flagged", "flagged", "confirmed", "referred", "resolved", "dismissed"))
            live = stage not in ("resolved", "dismissed")
            rules = tuple(draw.choice(RULES) for _ in range(draw.choice((0, 1, 1, 2, 5)))) if live else ()
            regions = tuple(draw.choice(REGIONS) for _ in rules)
            case = Case.model_validate(_case(draw, number, stage, len(rules)))
            session.add(party)
            session.flush()
            session.add(case)
            session.flush()
            for rule, region in zip(rules, regions, strict=True):
                finding += 1
                session.add(_finding(filler, finding, case, rule, region, "open"))
            finding += 1
            past = draw.choice(REGIONS)
            session.add(_finding(filler, finding, case, "PWBD-01", past, "resolved"))
            session.add(
                Event(
                    case_id=number,
                    seq=1,
                    at=NIGHT,
                    who="scan",
                    kind="opened",
                    to_stage=stage,
                    payload_sha256="",
                    hash="",
                )
            )
            offices = ("disnaker-babel",) if draw.random() < 0.1 else ()
            for office in offices:
                session.add(_referral(number, office))
            grown.append(Grown(case, party.name, kind, rules, tuple(filter(None, regions)), offices, past))
        session.commit()
        for one in grown:
            session.refresh(one.case)
            session.expunge(one.case)
    return grown


def _case(draw: random.Random, number: int, stage: str, findings: int) -> dict[str, Any]:
    said = {
        **PLAIN_CASE,
        "id": number,
        "party_id": number,
        "province": draw.choice(("19", "31", "32", "")),
        "track": draw.choice(("sanction", "outreach")),
        "stage": stage,
        "queue": draw.choice(("disnaker", "disnaker", "kejaksaan")),
        "severity": draw.randint(1, 4),
        "opened_on": TODAY - timedelta(days=draw.choice((0, 1, 30, 400))),
        "snoozed_until": draw.choice((None, None, None, TODAY, TODAY - timedelta(days=1))),
        "assigned_to": draw.choice((None, None, "rina", "budi")),
        "people": draw.choice((None, None, 0, 1, 50, 1_000)),
        "rupiah": draw.choice((None, None, 1, 1_500_000, 10**12)),
        "overdue_since": draw.choice(
            (None, None, *(TODAY - timedelta(days=days) for days in (-3, 0, 1, 29, 30, 364, 365)))
        ),
        "priority": draw.choice((-15, 0, 2, 10, 20, 40)),
        "findings": findings,
    }
    if stage in ("confirmed", "referred"):
        said["confirmed_queue"] = draw.choice(("disnaker", "kejaksaan", "imigrasi"))
    return said


def _referral(number: int, office: str) -> Referral:
    said = {"case_id": number, "office": office, "purpose": "laporan", "profile": "p", "copies": "", "document": "d"}
    return Referral.model_validate(
        {**said, "state": "handed_over", "handed_over_on": TODAY, "who": "rina", "at": NIGHT}
    )


def _finding(filler: Filler, number: int, case: Case, rule: str, region: str | None, state: str) -> Finding:
    return Finding.model_validate(
        {
            **PLAIN_FINDING,
            "id": number,
            "rule": rule,
            "fact": "employer",
            "subject_key": f"W{number}",
            "case_id": case.id,
            "party_id": case.party_id,
            "region": region,
            "state": state,
            "rule_version_id": filler.versions[rule],
            "evidence": "{}",
        }
    )


def viewer(book: RuleBook) -> Viewer:
    return Viewer("rina", TODAY, PRIORITY, book.vocabulary)


def expected(grown: Sequence[Grown], view: str, line: str, sort: str, falling: bool) -> list[int]:
    """The numbers of a list, in its order."""
    query = query_of(line)
    found = [one for one in grown if _in_view(one, view) and _asked(one, query)]
    return [one.case.id for one in sorted(found, key=_key(sort, falling))]


def _key(sort: str, falling: bool) -> Callable[[Grown], Any]:
    def compared(a: Grown, b: Grown) -> int:
        return _order(a, b, sort, falling)

    return cmp_to_key(compared)


def _in_view(one: Grown, view: str) -> bool:
    case = one.case
    if case.stage not in ("flagged", "confirmed", "referred"):
        return False
    match view:
        case "flagged":
            return case.stage == "flagged"
        case "mine":
            return case.assigned_to == "rina"
        case "overdue":
            return one.days is not None and one.days > 0
        case queue:
            return case.stage != "flagged" and one.headed == queue


def _asked(one: Grown, query: Query) -> bool:
    if not query.hidden and one.case.snoozed_until is not None and one.case.snoozed_until >= TODAY:
        return False
    for name in query.names:
        words = " " + " ".join(one.words)
        covered = one.kind == "person" and any(len(word) > 1 for word in name.words)
        if (not covered and " " + " ".join(name.words) in words) == name.negated:
            return False
    return all(_meets(one, condition) != condition.negated for condition in query.conditions)


def _meets(one: Grown, asked: Condition) -> bool:
    case, value = one.case, asked.value
    below = [f"{region}." for region in one.regions]
    plain: dict[str, bool] = {
        "region": case.province == value or any(region.startswith(f"{value}.") for region in below),
        "rule": any(fnmatchcase(rule, str(value)) for rule in one.rules),
        "stage": case.stage == value,
        "queue": one.headed == value,
        "track": case.track == value,
        "office": value in one.offices,
        "to": case.assigned_to == {"me": "rina", "nobody": None}.get(str(value), value),
        "nr": case.id == value,
        "since": isinstance(value, date) and case.opened_on >= value,
    }
    if asked.key in plain:
        return plain[asked.key]
    amounts = {
        "sev": case.severity,
        "people": case.people,
        "rupiah": case.rupiah,
        "due": None if one.days is None else -one.days,
        "findings": case.findings,
        "score": one.score,
    }
    amount, limit = amounts[asked.key], int(str(value))
    if amount is None:
        return False
    signs = {
        ":": amount == limit,
        ">": amount > limit,
        ">=": amount >= limit,
        "<": amount < limit,
        "<=": amount <= limit,
    }
    return signs[asked.sign]


def _order(a: Grown, b: Grown, sort: str, falling: bool) -> int:
    turn = -1 if falling else 1
    if sort == "score":
        return turn * -1 * _first(_by_score(a), _by_score(b))
    kept = {"region": "province", "due": "overdue_since"}.get(sort, sort)
    if sort == "party":
        tiers = [2 if one.kind == "person" else 1 if one.name is None else 0 for one in (a, b)]
        if tiers[0] != tiers[1]:
            return tiers[0] - tiers[1]
        by = [("".join(f" {word}" for word in one.words) if tiers[0] == 0 else "", one.case.id) for one in (a, b)]
        return turn * _first(by[0], by[1])
    values = [getattr(one.case, kept) for one in (a, b)]
    if (values[0] is None) != (values[1] is None):
        return 1 if values[0] is None else -1
    return turn * _first(
        (values[0] or 0 if values[0] is None else values[0], a.case.id),
        (values[1] or 0 if values[1] is None else values[1], b.case.id),
    )


def _by_score(one: Grown) -> tuple[Any, ...]:
    dated = one.case.overdue_since is not None
    overdue = one.case.overdue_since.toordinal() if one.case.overdue_since else 0
    return (-one.score, -one.case.priority, 0 if dated else 1, overdue, one.case.id if dated else -one.case.id)


def _first(a: Any, b: Any) -> int:
    return int(a > b) - int(a < b)
