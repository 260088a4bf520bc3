"""What of a value is shown to whom: personal data is covered unless a person asked to see it (UU 27/2022).

The vocabulary says what a field holds: `open` is shown; `company` identifies a firm and `person` or `sensitive` a human
being. A firm's name is shown, its numbers are covered; of a human being both are. What is left uncovered is enough to
tell two cases on one screen apart, and never the whole.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, TypeVar

from rules.model import PERSONAL_CLASSES, Fact, Field, IdentifierKind, Let, PersonalClass, Rule, Vocabulary

T = TypeVar("T")
Cover = Literal["none", "nik", "number", "person_name"]
"""How a text is covered: not at all, as a NIK, down to its last signs, down to the initials."""

COVER: Final = "*"
_NIK_DIGITS: Final = 16
_TAIL: Final = 4


def mask_nik(nik: str) -> str:
    """Cover a NIK as `197101******0001`; anything that is no NIK is covered as a number."""
    if len(nik) != _NIK_DIGITS or not nik.isdigit():
        return mask_number(nik)
    return f"{nik[:6]}{COVER * 6}{nik[-_TAIL:]}"


def mask_number(number: str) -> str:
    """Cover all but the last four signs; of one shorter than eight at most a third is seen."""
    seen = _TAIL if len(number) >= 2 * _TAIL else len(number) // 3
    return COVER * (len(number) - seen) + number[len(number) - seen :]


def mask_person_name(name: str) -> str:
    """Leave the initials: `Siti Aminah` is `S. A.`; nothing of a name that has no letter."""
    initials = [f"{word[0].upper()}." for word in re.split(r"[^\w]+", name) if word and word[0].isalpha()]
    return " ".join(initials) if initials else COVER * min(len(name), _TAIL)


def masked(value: str, cover: Cover) -> str:
    """Cover `value` in the way named."""
    match cover:
        case "none":
            return value
        case "nik":
            return mask_nik(value)
        case "number":
            return mask_number(value)
        case "person_name":
            return mask_person_name(value)


def cover_of(fact: Fact, field: Field) -> Cover:
    """Say how a field of `fact` is covered, from its type and personal-data class."""
    if field.personal == "open":
        return "none"
    if field.type == "nik":
        return "nik"
    if field.personal == "company":
        return "none" if field.name == fact.party.name else "number"
    is_name = field.type == "text" and (field.name == fact.party.name or "name" in field.name.split("_"))
    return "person_name" if is_name else "number"


def identifier_covers(fact: Fact) -> Mapping[IdentifierKind, Cover]:
    """Say how each kind of identifier of the fact's party is covered."""
    return {kind: cover_of(fact, fact.fields[name]) for kind, name in fact.party.identifiers.items()}


def mask_identifier(kind: str, value: str, facts: Vocabulary) -> str:
    """Cover one row of the party's identifiers.

    A `source` value is `<party kind>:<register key>`: the register of that kind of party says how its key is covered,
    and one that no fact knows is covered as a number.
    """
    if kind == "nik":
        return mask_nik(value)
    if kind != "source":
        return mask_number(value)
    party_kind, separator, key = value.partition(":")
    if not separator:
        return mask_number(value)
    covers = {
        identifier_covers(fact).get("source", "number")
        for fact in facts.facts.values()
        if fact.party.kind == party_kind
    }
    cover: Cover = covers.pop() if len(covers) == 1 else "number"
    return f"{party_kind}:{masked(key, cover)}"


def evidence_covers(rule: Rule, vocabulary: Vocabulary) -> Mapping[str, Cover]:
    """Say how each name that the evidence of `rule` may hold is covered: fields, reached fields, and `let` values.

    A `let` that reads a covered field is covered as that field is.
    """
    fact = vocabulary.facts[rule.subject]
    covers: dict[str, Cover] = {name: cover_of(fact, field) for name, field in fact.fields.items()}
    for relation in fact.relations.values():
        other = vocabulary.facts[relation.fact]
        covers |= {f"{relation.name}.{name}": cover_of(other, field) for name, field in other.fields.items()}
    for name, let in rule.let.items():
        read = _names_in(let)
        covers[name] = next((covers[part] for part in read if covers.get(part, "none") != "none"), "none")
    return covers


def evidence_classes(rule: Rule, vocabulary: Vocabulary) -> Mapping[str, PersonalClass]:
    """Return the personal-data class of each name that the evidence of `rule` may hold.

    A `let` is of the gravest class that it reads: what is worked out of a wage tells the wage.
    """
    fact = vocabulary.facts[rule.subject]
    classes: dict[str, PersonalClass] = {name: field.personal for name, field in fact.fields.items()}
    for relation in fact.relations.values():
        other = vocabulary.facts[relation.fact]
        classes |= {f"{relation.name}.{name}": field.personal for name, field in other.fields.items()}
    for name, let in rule.let.items():
        read = (classes[part] for part in _names_in(let) if part in classes)
        classes[name] = max(read, key=PERSONAL_CLASSES.index, default="open")
    return classes


def name_classes(vocabulary: Vocabulary) -> Mapping[str, PersonalClass]:
    """Return of each kind of party the class of its name, the gravest where facts differ."""
    found: dict[str, PersonalClass] = {}
    for fact in vocabulary.facts.values():
        _gravest(found, fact.party.kind, fact.fields[fact.party.name].personal)
    return found


def identifier_classes(vocabulary: Vocabulary) -> Mapping[tuple[str, str], PersonalClass]:
    """Return of each kind of party and of identifier its class, the gravest where facts differ."""
    found: dict[tuple[str, str], PersonalClass] = {}
    for fact in vocabulary.facts.values():
        for kind, name in fact.party.identifiers.items():
            _gravest(found, (fact.party.kind, str(kind)), fact.fields[name].personal)
    return found


def _gravest(found: dict[T, PersonalClass], key: T, one: PersonalClass) -> None:
    found[key] = max(found.get(key, "open"), one, key=PERSONAL_CLASSES.index)


def _names_in(let: Let) -> list[str]:
    return sorted(set(re.findall(r"[a-z_][a-z0-9_.]*", let.text.text)))


def mask_evidence(evidence: Mapping[str, object], covers: Mapping[str, Cover]) -> dict[str, object]:
    """Cover the evidence as its fields say; a name that the vocabulary does not know is covered as a number.

    Of an amount that is covered (a person's wage) nothing is left: its first or last digits would tell it.
    """
    return {name: _masked_value(value, covers.get(name, "number")) for name, value in evidence.items()}


def _masked_value(value: object, cover: Cover) -> object:
    if isinstance(value, str):
        return masked(value, cover)
    amount = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return COVER * _TAIL if amount and cover != "none" else value


def mask_key(subject_key: str, fact: Fact | None) -> str:
    """Cover the key of a subject as its field says; of a fact that the vocabulary has lost, as a number."""
    return masked(subject_key, cover_of(fact, fact.fields[fact.key]) if fact else "number")


def covered_kinds(vocabulary: Vocabulary) -> frozenset[str]:
    """Return the kinds of parties whose names are covered: those of which some fact says that they are human beings."""
    return frozenset(
        fact.party.kind for fact in vocabulary.facts.values() if cover_of(fact, fact.fields[fact.party.name]) != "none"
    )


def mask_party_name(name: str, party_kind: str, vocabulary: Vocabulary) -> str:
    """Cover the name of a party where some fact says that parties of its kind are human beings."""
    for fact in vocabulary.facts.values():
        if fact.party.kind == party_kind and cover_of(fact, fact.fields[fact.party.name]) != "none":
            return mask_person_name(name)
    return name
