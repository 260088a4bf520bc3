"""Read facts.yaml: the closed list of facts, their fields, keys, parties and relations."""

from collections.abc import Mapping
from typing import cast, get_args

from rules.fault_list import FaultList, use_one_of
from rules.model import (
    Fact,
    Field,
    FieldType,
    IdentifierKind,
    NullMeaning,
    PartyFields,
    PersonalClass,
    Relation,
    Vocabulary,
)
from rules.places import Node, Scalar
from rules.sections import (
    Keys,
    Section,
    entries_of,
    integer_of,
    names_of,
    section_of,
    text_of,
    truth_of,
    words_of,
)

ROUTING_FACTS = ("warnings_spent", "instalment_plan_kept")
"""The facts of a case that come from a register's field."""

_FACT = Keys("fact", ("words", "key", "region", "party", "fields"), ("known_from", "relations", "routing"))
_PARTY = Keys("party", ("kind", "name", "identifiers"))
_RELATION = Keys("relation", ("fact", "ours", "theirs", "many"))
_FIELD = Keys(
    "field",
    ("type", "null", "personal", "words"),
    ("unit", "values", "minimum", "maximum", "known_from", "before", "pair"),
)


def read_vocabulary(root: Node, faults: FaultList) -> Vocabulary:
    """All facts of the file; a fact with a fault is left out and noted."""
    facts: dict[str, Fact] = {}
    places: dict[str, Section] = {}
    before_all = len(faults)
    for key, node in entries_of(root, faults, "a mapping of facts"):
        before = len(faults)
        section = section_of(node, _FACT, faults)
        if section is None:
            continue
        fact = _fact(key.text, section)
        _check_names(fact, section)
        if len(faults) == before:
            facts[key.text], places[key.text] = fact, section
    for name, section in places.items() if len(faults) == before_all else ():
        _check_relations(facts[name], section, facts)
    return Vocabulary(facts)


def _fact(name: str, section: Section) -> Fact:
    faults = section.faults
    party = section.read("party", _party)
    return Fact(
        name=name,
        words=section.read("words", words_of) or {},
        key=section.text("key"),
        region=section.text("region"),
        party=party or PartyFields("", "", {}),
        fields=_fields(section),
        relations=dict(_relations(section, faults)),
        routing=_texts(section, "routing", ROUTING_FACTS),
        known_from=section.text("known_from") if "known_from" in section else None,
    )


def _fields(section: Section) -> Mapping[str, Field]:
    fields: dict[str, Field] = {}
    if "fields" not in section:
        return fields
    for key, node in entries_of(section.values["fields"], section.faults):
        inner = section_of(node, _FIELD, section.faults)
        if inner is not None:
            fields[key.text] = _field(key.text, inner)
    return fields


def _field(name: str, section: Section) -> Field:
    kind = section.choice("type", get_args(FieldType), "text")
    values = section.list_of("values", text_of)
    if (kind == "choice") != bool(values):
        what = f"the field '{name}' is of type {kind} and lists {'no' if not values else 'its'} values"
        remedy = "list 'values:' for a choice and for nothing else"
        section.faults.add(section.location, "wrong-type", what, "a choice is one of its values", remedy)
    return Field(
        name=name,
        type=cast("FieldType", kind),
        unit=section.text("unit") if "unit" in section else None,
        null=cast("NullMeaning", section.choice("null", get_args(NullMeaning), "unknown")),
        personal=cast("PersonalClass", section.choice("personal", get_args(PersonalClass), "sensitive")),
        words=section.read("words", words_of) or {},
        values=values,
        minimum=section.read("minimum", integer_of),
        maximum=section.read("maximum", integer_of),
        known_from=section.text("known_from") if "known_from" in section else None,
        before=section.text("before") if "before" in section else None,
        pair=section.text("pair") if "pair" in section else None,
    )


def _party(node: Node, faults: FaultList) -> PartyFields | None:
    section = section_of(node, _PARTY, faults)
    if section is None:
        return None
    identifiers = _texts(section, "identifiers", get_args(IdentifierKind))
    kinds = cast("Mapping[IdentifierKind, str]", identifiers)
    return PartyFields(section.text("kind"), section.text("name"), kinds)


def _texts(section: Section, key: str, known: tuple[str, ...]) -> Mapping[str, str]:
    """A mapping from known names to names of fields."""
    if key not in section:
        return {}
    inner = section_of(section.values[key], Keys(key, (), known), section.faults)
    return {name: inner.text(name) for name in inner.values} if inner is not None else {}


def _relations(section: Section, faults: FaultList) -> list[tuple[str, Relation]]:
    found: list[tuple[str, Relation]] = []
    if "relations" not in section:
        return found
    for key, node in entries_of(section.values["relations"], faults):
        inner = section_of(node, _RELATION, faults)
        if inner is not None:
            many = inner.read("many", truth_of) or False
            relation = Relation(key.text, inner.text("fact"), inner.text("ours"), inner.text("theirs"), many)
            found.append((key.text, relation))
    return found


def _check_names(fact: Fact, section: Section) -> None:
    """Every name of a field that the fact mentions must be one of its fields."""
    _check_field(fact, fact.key, section, "key")
    _check_field(fact, fact.region, section, "region")
    _check_field(fact, fact.known_from, section, "known_from")
    _check_field(fact, fact.party.name, section, "party")
    for name in (*fact.party.identifiers.values(), *fact.routing.values()):
        _check_field(fact, name, section, "party" if name not in fact.routing.values() else "routing")
    nodes = names_of(section.values["fields"], FaultList()) if fact.fields else {}
    for field in fact.fields.values():
        inner = section_of(nodes[field.name], _FIELD, FaultList())
        if inner is None:
            continue
        inner.faults = section.faults
        _check_field(fact, field.known_from, inner, "known_from")
        _check_field(fact, field.pair, inner, "pair")
        if field.before is not None and field.values and field.before not in field.values:
            what = f"'{field.before}' is not a value of '{field.name}'"
            remedy = use_one_of(field.before, field.values)
            section.faults.add(inner.place("before"), "unknown-value", what, "it could never be judged", remedy)


def _check_field(fact: Fact, name: str | None, section: Section, key: str) -> None:
    if not name or name in fact.fields or key not in section:
        return
    what = f"the fact '{fact.name}' has no field '{name}'"
    place = section.place(key)
    for node in _scalars(section.values[key]):
        if node.text == name:
            place = node.location
    section.faults.add(place, "unknown-field", what, "nothing would be read from it", use_one_of(name, fact.fields))


def _scalars(node: Node) -> tuple[Scalar, ...]:
    if isinstance(node, Scalar):
        return (node,)
    quiet = FaultList()
    return tuple(inner for _, value in entries_of(node, quiet) for inner in _scalars(value))


def _check_relations(fact: Fact, section: Section, facts: Mapping[str, Fact]) -> None:
    for relation in fact.relations.values():
        place = section.place("relations")
        other = facts.get(relation.fact)
        if other is None:
            what = f"there is no fact '{relation.fact}'"
            section.faults.add(place, "unknown-fact", what, "nothing can be reached", use_one_of(relation.fact, facts))
            continue
        for name, fields in ((relation.ours, fact.fields), (relation.theirs, other.fields)):
            if name not in fields:
                what = f"the relation '{relation.name}' joins on '{name}', which is no field"
                section.faults.add(place, "unknown-field", what, "nothing would ever join", use_one_of(name, fields))
