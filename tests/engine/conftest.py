"""A small vocabulary and rules over it, laid out by hand so that the engine is tried without the files of the law."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.landed import Assembled
from engine.detect import Work
from engine.specimen import Specimen, assembled_specimens
from rules.errors import Location
from rules.model import (
    Basis,
    Fact,
    Field,
    FieldType,
    Let,
    Mark,
    Nature,
    NullMeaning,
    Parameter,
    ParameterValue,
    PartyFields,
    Relation,
    Routing,
    Rule,
    RuleBook,
    SeverityStep,
    Status,
    Text,
    Vocabulary,
)
from rules.working_days import WorkingCalendar

WORDS = {"id": "kata", "en": "word"}
PLACE = Location("rules/packs/x/X-01.yaml", 10, 7)


def known(name: str, kind: FieldType, null: NullMeaning = "unknown", values: tuple[str, ...] = ()) -> Field:
    return Field(name, kind, None, null, "open", WORDS, values=values, pair="npwp15" if name == "npwp" else None)


def shop() -> Fact:
    fields = [
        known("shop_id", "text"),
        known("name", "text"),
        known("npwp", "npwp"),
        known("npwp15", "npwp"),
        known("region", "region"),
        known("kind", "choice", values=("private", "state")),
        known("workers", "integer"),
        known("listed", "integer"),
        known("number", "text", "none"),
        known("opened_on", "date"),
        known("paid", "boolean"),
        known("wage", "money"),
        known("fund", "text"),
    ]
    return Fact(
        name="shop",
        words=WORDS,
        key="shop_id",
        region="region",
        party=PartyFields("employer", "name", {"npwp": "npwp", "source": "shop_id"}),
        fields={item.name: item for item in fields},
        relations={
            "people": Relation("people", "person", "shop_id", "works_at", many=True),
            "owner": Relation("owner", "person", "number", "person_id", many=False),
        },
        routing={},
    )


def person() -> Fact:
    fields = [
        known("person_id", "text"),
        known("name", "text"),
        known("region", "region"),
        known("works_at", "text"),
        known("wage", "money"),
        known("covered_until", "date", "none"),
    ]
    party = PartyFields("employer", "name", {"source": "person_id"})
    return Fact("person", WORDS, "person_id", "region", party, {item.name: item for item in fields}, {}, {})


def dated(name: str, values: Sequence[tuple[int, date]], off: tuple[str, ...] = ()) -> Parameter:
    steps = [
        ParameterValue(
            value,
            since,
            values[number + 1][1] - timedelta(days=1) if number + 1 < len(values) else None,
            "UU 1/2000",
            "V",
        )
        for number, (value, since) in enumerate(values)
    ]
    return Parameter(name, "days", WORDS, off, tuple(steps), PLACE)


def text_at(words: str, line: int = 10) -> Text:
    return Text(words, Location(PLACE.path, line, 7))


@dataclass(frozen=True)
class Draft:
    """What differs from rule to rule in a test."""

    when: Sequence[str]
    scope: Sequence[str] = ()
    needs: Sequence[str] = ()
    let: Mapping[str, str] = field(default_factory=dict)
    law_date: str | None = None
    severity: Sequence[tuple[str | None, str]] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    evidence: Sequence[str] = ()
    since: date = date(2015, 1, 1)
    status: Status = "stable"
    nature: Nature = "violation"
    subject: str = "shop"


def rule_of(draft: Draft, name: str = "X-01") -> Rule:
    steps = [SeverityStep(text_at(text) if text else None, grade) for text, grade in draft.severity]  # type: ignore[arg-type]
    return Rule(
        id=name,
        pack="registration",
        nature=draft.nature,
        status=draft.status,
        family="registration",
        title=WORDS,
        subject=draft.subject,
        basis=(Basis("UU 1/2000", "1", draft.since, None, "V"),),
        scope=tuple(text_at(text) for text in draft.scope),
        needs=tuple(text_at(text) for text in draft.needs),
        let={key: Let(text_at(text)) for key, text in draft.let.items()},
        when=tuple(text_at(text) for text in draft.when),
        law_date=text_at(draft.law_date) if draft.law_date else None,
        severity=tuple(steps),
        marks=tuple(Mark(key, text_at(text), WORDS, key == "ended") for key, text in draft.marks.items()),
        evidence=tuple(text_at(text) for text in draft.evidence),
        say={"id": "{workers} pekerja", "en": "{workers} workers, {missing}"},
        false_positives=WORDS,
        examples=(),
        max_share=Decimal(1),
        max_new=100,
        location=PLACE,
        text="",
        sha256="",
    )


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary({"shop": shop(), "person": person()})


@pytest.fixture
def calendar() -> WorkingCalendar:
    kinds = {date(2026, 12, 25): frozenset({"libur_nasional"}), date(2026, 12, 24): frozenset({"cuti_bersama"})}
    return WorkingCalendar(kinds, date(2026, 1, 1), date(2027, 12, 31))


@pytest.fixture
def book(vocabulary: Vocabulary) -> Callable[..., RuleBook]:
    """Return a function that makes a rule book of drafts, named X-01, X-02, …"""
    parameters = [
        dated("limit", [(5, date(2020, 1, 1)), (10, date(2026, 1, 1))]),
        dated("days", [(14, date(2015, 1, 1))], off=("libur_nasional", "cuti_bersama")),
    ]

    def made(*drafts: Draft) -> RuleBook:
        rules = [rule_of(draft, f"X-{number:02}") for number, draft in enumerate(drafts, start=1)]
        named = {item.name: item for item in parameters}
        return RuleBook(vocabulary, named, {rule.id: rule for rule in rules}, Routing((), ""))

    return made


@pytest.fixture
def facts(vocabulary: Vocabulary, tmp_path: Path) -> Callable[..., dict[str, Assembled]]:
    """Return a function that makes shops (and people) into facts."""

    def made(shops: Sequence[Specimen], people: Sequence[Specimen] = ()) -> dict[str, Assembled]:
        return {
            "shop": assembled_specimens(vocabulary.facts["shop"], shops, tmp_path / "shop.parquet"),
            "person": assembled_specimens(vocabulary.facts["person"], people, tmp_path / "person.parquet"),
        }

    return made


@pytest.fixture
def work(calendar: WorkingCalendar, tmp_path: Path) -> Callable[..., Work]:
    """Return a function that makes tonight's work of a book."""

    def made(rule_book: RuleBook, day: date = date(2026, 11, 20), failed: Mapping[str, str] | None = None) -> Work:
        return Work(rule_book, tuple(rule_book.rules), day, calendar, {}, tmp_path / "scratch", failed or {})

    return made


@pytest.fixture
def draft() -> type[Draft]:
    return Draft
