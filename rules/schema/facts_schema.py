"""The schema of facts.yaml, and of a subject of one of its facts as an example gives it."""

from typing import get_args

from rules import vocabulary
from rules.model import Fact, Field, FieldType, IdentifierKind, NullMeaning, PersonalClass, Vocabulary
from rules.schema.shapes import (
    DATE,
    INTEGER,
    NUMBER,
    TEXT,
    TRUTH,
    WORDS,
    Schema,
    filled_list_of,
    list_of,
    names_to,
    one_of,
    said,
    section,
    when,
)
from rules.sections import Keys


def facts_schema() -> Schema:
    """Return the shape of the vocabulary."""
    kinds, routing = get_args(IdentifierKind), vocabulary.ROUTING_FACTS
    party = section(
        vocabulary._PARTY,
        {
            "kind": said(TEXT, "The kind of party that a case is about: employer, contractor, group …"),
            "name": said(TEXT, "The field with the party's name."),
            "identifiers": said(
                section(Keys("identifiers", (), kinds), dict.fromkeys(kinds, TEXT)),
                "Kind of identifier to field, the strongest kind first.",
            ),
        },
    )
    fact = section(
        vocabulary._FACT,
        {
            "words": said(WORDS, "What one subject is called, in each language."),
            "key": said(TEXT, "The field that names a subject for ever."),
            "region": said(TEXT, "The field with the Kemendagri code."),
            "party": said(party, "Whom a case on this fact is about."),
            "fields": said(names_to(_field()), "What a register may say of a subject."),
            "known_from": said(TEXT, "The date field from which the subject itself existed."),
            "relations": said(names_to(_relation()), "Other facts that can be reached from this one."),
            "routing": said(
                section(Keys("routing", (), routing), dict.fromkeys(routing, TEXT)),
                "Facts of a case that routing reads, to fields.",
            ),
        },
    )
    return names_to(fact)


def _relation() -> Schema:
    return section(
        vocabulary._RELATION,
        {
            "fact": said(TEXT, "The other fact."),
            "ours": said(TEXT, "Our field."),
            "theirs": said(TEXT, "The other fact's field that equals it."),
            "many": said(TRUTH, "Whether several rows may be reached."),
        },
    )


def _field() -> Schema:
    shape = section(
        vocabulary._FIELD,
        {
            "type": said(one_of(get_args(FieldType)), "What its values are."),
            "null": said(
                one_of(get_args(NullMeaning)),
                "What an empty value means. none: known to be absent in a complete register; unknown: not said.",
            ),
            "personal": said(
                one_of(get_args(PersonalClass)),
                "open; company or person: identifies one; sensitive: UU 27/2022 art. 4(2).",
            ),
            "words": said(WORDS, "What it is called, in each language."),
            "unit": said(TEXT, "What a number counts."),
            "values": said(list_of(TEXT), "The values of a choice."),
            "minimum": said(INTEGER, "A row with less is rejected."),
            "maximum": said(INTEGER, "A row with more is rejected."),
            "known_from": said(TEXT, "The date field from which the value existed."),
            "before": said(TEXT, "What an earlier day saw instead."),
            "pair": said(TEXT, "The field with the old number of the same party."),
        },
    )
    chosen: Schema = {"required": ["values"], "properties": {"values": filled_list_of(TEXT)}}
    return {
        **shape,
        **when("type", "choice", chosen, {"properties": {"values": {"type": ["array", "null"], "maxItems": 0}}}),
    }


def subject_schema(fact: Fact, facts: Vocabulary) -> Schema:
    """Return the shape of an example's subject: fields to values, `today`, `_unknown`, related rows."""
    absent = [name for name, known in fact.fields.items() if known.null == "none"]
    properties: dict[str, Schema] = {
        "today": said(DATE, "The day on which the example is judged."),
        "_unknown": said(list_of(one_of(absent)), "Fields that no register could say; any other is left out for that."),
    }
    properties |= _values(fact)
    for relation in fact.relations.values():
        other = facts.facts.get(relation.fact)
        if other is not None:
            row: Schema = {"type": ["object", "null"], "properties": _values(other), "additionalProperties": False}
            properties[relation.name] = list_of(row) if relation.many else row
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _values(fact: Fact) -> dict[str, Schema]:
    return {name: said(_value(known), known.words.get("en", name)) for name, known in fact.fields.items()}


def _value(known: Field) -> Schema:
    """Return the shape of a field's value; nothing says that nobody told."""
    if known.type == "choice":
        return {"enum": [*known.values, None]}
    limits = {"minimum": known.minimum, "maximum": known.maximum}
    shape = {"integer": INTEGER, "money": NUMBER, "percent": NUMBER, "date": DATE, "boolean": TRUTH}.get(
        known.type, TEXT
    )
    if known.type in ("integer", "money", "percent"):
        shape = {**shape, **{name: limit for name, limit in limits.items() if limit is not None}}
    return {"anyOf": [shape, {"type": "null"}]}
