import json
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cases.masking import (
    cover_of,
    evidence_covers,
    mask_evidence,
    mask_identifier,
    mask_key,
    mask_nik,
    mask_number,
    mask_party_name,
    mask_person_name,
)
from rules.model import RuleBook

FileCase = Callable[..., int]
DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("nik", "covered"),
    [
        ("1971014708900001", "197101******0001"),
        ("197101470890000", "***********0000"),
        ("197101470890000X", "************000X"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_a_nik_shows_its_place_and_its_last_four(nik: str, covered: str) -> None:
    assert mask_nik(nik) == covered


@given(some.text(max_size=40))
def test_a_number_never_shows_more_than_half_nor_more_than_four(number: str) -> None:
    covered = mask_number(number)
    seen = len(covered) - (len(covered) - len(covered.lstrip("*")))
    assert len(covered) == len(number)
    assert number.endswith("*") or seen <= min(4, len(number) // 2)


@pytest.mark.parametrize(
    ("name", "covered"),
    [
        ("Siti Aminah", "S. A."),
        ("  budi   santoso ", "B. S."),
        ("H. Abdul-Rahman", "H. A. R."),
        ("Ni'mah", "N. M."),
        ("12345", "****"),
        ("", ""),
    ],
)
def test_a_persons_name_shows_its_initials(name: str, covered: str) -> None:
    assert mask_person_name(name) == covered


@pytest.mark.parametrize(
    ("fact", "field", "cover"),
    [
        ("employer", "name", "none"),
        ("employer", "npwp", "number"),
        ("employer", "nib", "number"),
        ("employer", "npp", "number"),
        ("employer", "employer_id", "number"),
        ("employer", "employed_workers", "none"),
        ("project", "contractor_name", "none"),
        ("project", "contractor_npwp", "number"),
        ("project", "buyer_name", "none"),
        ("partner", "nik", "nik"),
        ("partner", "name", "person_name"),
        ("partner", "partner_id", "number"),
        ("partner", "group_name", "none"),
    ],
)
def test_the_vocabularys_class_decides(book: RuleBook, fact: str, field: str, cover: str) -> None:
    known = book.vocabulary.facts[fact]
    assert cover_of(known, known.fields[field]) == cover


def test_every_field_that_is_not_open_is_covered_or_a_firms_name(book: RuleBook) -> None:
    for fact in book.vocabulary.facts.values():
        for field in fact.fields.values():
            if field.personal != "open" and cover_of(fact, field) == "none":
                assert (field.personal, field.name) == ("company", fact.party.name)


@pytest.mark.parametrize(
    ("kind", "value", "covered"),
    [
        ("npwp", "0012345678901234", "************1234"),
        ("nik", "1971014708900001", "197101******0001"),
        ("source", "employer:WLKP-19710004711", "employer:************4711"),
        ("source", "group:KUM-001", "group:KUM-001"),
        ("source", "nobody:1234567890123", "nobody:*********0123"),
        ("source", "1234567890123", "*********0123"),
        ("tomorrow", "1234567890123", "*********0123"),
    ],
)
def test_identifiers_of_a_party(book: RuleBook, kind: str, value: str, covered: str) -> None:
    assert mask_identifier(kind, value, book.vocabulary) == covered


def test_evidence_is_covered_by_field_and_what_nobody_knows_as_a_number(book: RuleBook) -> None:
    rule = book.rules["KUM-01"]
    evidence = {
        "name": "Siti Aminah",
        "cover_until": "2026-10-31",
        "mystery": "1971014708900001",
        "wage_earner_active": None,
    }
    assert mask_evidence(evidence, evidence_covers(rule, book.vocabulary)) == {
        "name": "S. A.",
        "cover_until": "2026-10-31",
        "mystery": "************0001",
        "wage_earner_active": None,
    }


def test_a_value_worked_out_of_a_covered_field_is_covered(book: RuleBook) -> None:
    covers = evidence_covers(book.rules["JAKON-01"], book.vocabulary)
    assert covers["contractor.npwp"] == "number"
    assert covers["register_by"] == "none"


def test_keys_and_names(book: RuleBook) -> None:
    assert mask_key("tender-1", book.vocabulary.facts["project"]) == "tender-1"
    assert mask_key("ANGGOTA-000123", book.vocabulary.facts["partner"]) == "**********0123"
    assert mask_key("ANGGOTA-000123", None) == "**********0123"
    assert mask_party_name("CV Maju", "contractor", book.vocabulary) == "CV Maju"
    assert json.dumps(mask_party_name("Kelompok Melati", "group", book.vocabulary)) == '"Kelompok Melati"'
