"""The schema of rules.yaml: sources, assembly, packs, offices, and an office's own rules and parameters."""

from typing import get_args

from rules import people, retention, run_file, source_entry
from rules.configuration import ROLES, Aggregate, ConnectorName
from rules.model import Fact, Field, RuleBook
from rules.schema.parameters_schema import DAY_KINDS, parameters_schema
from rules.schema.rule_schema import rule_schema, subject_schemas
from rules.schema.shapes import (
    COUNT,
    DATE,
    SHARE,
    TEXT,
    TRUTH,
    Schema,
    filled_list_of,
    list_of,
    names_to,
    one_of,
    said,
    section,
    when,
)
from rules.sections import LANGUAGES

REGION: Schema = {"type": ["string", "number"], "pattern": f"^{source_entry.REGION.pattern}$"}


def run_schema(book: RuleBook, packs: tuple[str, ...]) -> Schema:
    """Return the shape of the run file over the shipped rules, with `packs` to switch on."""
    facts = tuple(book.vocabulary.facts)
    shape = section(
        run_file._RUN,
        {
            "state": said(TEXT, "The folder of snapshots and run records."),
            "store": said(TEXT, "Where the cases are kept: sqlite:///patuh.db, or postgresql://user@host/database."),
            "language": said(one_of(LANGUAGES), "What people read."),
            "packs": said(list_of(one_of(packs)), "The packs of rules that judge."),
            "settle_days": said(COUNT, "A cure shorter than this buys no fresh clock."),
            "sources": said(names_to(_source(book)), "The registers, by names of one's own."),
            "facts": said(names_to(_assembly(), one_of(facts)), "How each fact is put together from sources."),
            "offices": said(list_of(_office(book)), "Who follows up."),
            "guards": said(names_to(_guard()), "An office's own limits, by rule."),
            "parameters": said(parameters_schema(), "An office's own values, in the form of rules/parameters."),
            "rules": said(list_of({"$ref": "#/$defs/own_rule"}), "An office's own rules, in the form of rules/packs."),
            "calendar": said(_calendar(), "An office's own days off."),
            "retention": said(_retention(), "How long after a case's end what is kept; what is left out is kept."),
            "anchors": said(TEXT, "The folder of anchor files; left out: anchors within state."),
            "people": said(_people(), "Who may log in, by login; left out: who is logged in may do everything."),
            "assignment": said(_assignment(), "Who is given cases by patuh cases assign --by-load."),
        },
    )
    return {**shape, "$defs": {"own_rule": rule_schema(book), **subject_schemas(book)}}


def _assembly() -> Schema:
    join = section(
        run_file._JOIN,
        {
            "source": said(TEXT, "The source whose rows add fields."),
            "on": said(filled_list_of(TEXT), "The fields that are equal on both sides."),
            "one_to_one": said(TRUTH, "Two subjects that share the key make both unknown."),
        },
    )
    return section(
        run_file._ASSEMBLY,
        {
            "spine": said(TEXT, "The source that says which subjects there are."),
            "joins": said(list_of(join), "Sources that add fields, in order."),
            "only": said(names_to(list_of(TEXT)), "Fields of the spine to the texts that keep a subject in."),
        },
    )


def _office(book: RuleBook) -> Schema:
    return section(
        run_file._OFFICE,
        {
            "id": said(TEXT, "Its name in lists; each once."),
            "queue": said(one_of(book.routing.queues) if book.routing.queues else TEXT, "The queue that it takes."),
            "regions": said(list_of(REGION), "Kemendagri codes, in quotes."),
            "name": said(TEXT, "Its name in letters."),
            "profile": said(TEXT, "What of a case may travel there; kept with each referral."),
        },
    )


def _guard() -> Schema:
    return section(run_file._GUARD, {"max_share": SHARE, "max_new": COUNT})


def _people() -> Schema:
    everywhere: Schema = {"const": people.EVERYWHERE}
    person = section(
        people._PERSON,
        {
            "name": said(TEXT, "The person's name in letters."),
            "roles": said(filled_list_of(one_of(ROLES)), "What the person may be."),
            "regions": said({"anyOf": [everywhere, filled_list_of(REGION)]}, "Kemendagri codes in quotes, or all."),
        },
    )
    return {**names_to(person), "minProperties": 1}


def _assignment() -> Schema:
    return section(
        people._ASSIGNMENT,
        {
            "roles": said(filled_list_of(one_of(ROLES)), "Persons with one of these are given cases."),
            "max_load": said(COUNT, "So many live cases a person has at most."),
        },
    )


def _retention() -> Schema:
    period: Schema = {"type": "string", "pattern": retention.PERIOD_PATTERN}
    words = {
        "payloads": "What events of a case say beside their moves.",
        "company": "What identifies a firm, in evidence and parties.",
        "person": "What identifies a human being, in evidence and parties.",
        "sensitive": "Wages and other financial data, in evidence.",
        "snapshots": "Registers as they were read, after the run.",
    }
    return section(retention._RETENTION, {name: said(period, text) for name, text in words.items()})


def _calendar() -> Schema:
    return section(
        run_file._CALENDAR,
        {
            "file": said(TEXT, "A CSV file with tanggal,jenis,nama."),
            "off": said(names_to(DAY_KINDS), "Parameter to the kinds of days that do not count."),
        },
    )


def _source(book: RuleBook) -> Schema:
    shape = section(
        source_entry._SOURCE,
        {
            "connector": said(one_of(get_args(ConnectorName)), "The kind of register."),
            "fact": said(one_of(tuple(book.vocabulary.facts)), "What its rows speak of."),
            "key": said(
                {"type": ["array", "null"], "items": TEXT, "minItems": 1}, "The fields that rows are found by."
            ),
            "columns": said(names_to({"anyOf": [TEXT, _column()]}), "Field to column."),
            "path": said(TEXT, "The file, relative to this one; a folder for isb."),
            "as_of": said(DATE, "The day that it speaks of; otherwise the file's own day."),
            "fresh_days": said(COUNT, "Older than this it cannot judge."),
            "freshness": said(one_of(("archive",)), "archive: no limit."),
            "complete": said(
                {"anyOf": [TRUTH, {"type": "array", "items": REGION}]},
                "Whether a missing row means that there is none: true, or the regions for which it is so.",
            ),
            "may_be_empty": said(TRUTH, "Whether no rows at all are believed."),
            "largest_drop": said(SHARE, "Losing more rows than this share, it is not believed."),
            "reject_limit": said(SHARE, "With more rejected rows than this share, it is not believed."),
            "group": said(names_to(one_of(get_args(Aggregate))), "How several rows of one key become one."),
            "options": said({"type": "object"}, "The connector's own."),
        },
    )
    conditions = [{"oneOf": [{"required": ["fresh_days"]}, {"required": ["freshness"]}]}]
    conditions.append(
        when("connector", "sql", {"required": ["options"], "not": {"required": ["path"]}}, {"required": ["path"]})
    )
    conditions.append(when("connector", "isb", {}, {"required": ["columns"]}))
    option: Schema = {"type": ["string", "number", "boolean"], "minLength": 1}
    for connector, keys in source_entry._OPTIONS.items():
        options = section(keys, dict.fromkeys(keys.all, option))
        conditions.append(when("connector", connector, {"properties": {"options": options}}))
    conditions += [when("fact", fact.name, _of_fact(fact)) for fact in book.vocabulary.facts.values()]
    return {**shape, "allOf": conditions}


def _of_fact(fact: Fact) -> Schema:
    """Return what only a source of this fact may name: its fields, and the values of those that have a few."""
    named = one_of(tuple(fact.fields))
    few = {known.name: _of_field(known) for known in fact.fields.values() if known.type in ("choice", "boolean")}
    columns: Schema = {"propertyNames": named, "properties": few}
    return {"properties": {"columns": columns, "group": {"propertyNames": named}, "key": {"items": named}}}


def _of_field(known: Field) -> Schema:
    values: Schema = {"enum": list(known.values) or ["true", "false", True, False]}
    return {"properties": {"constant": values, "values": {"additionalProperties": values}}}


def _column() -> Schema:
    shape = section(
        source_entry._COLUMN,
        {
            "from": said(TEXT, "The source's column."),
            "constant": said(TEXT, "The same text for every row."),
            "values": said(names_to(TEXT), "The source's text to the field's; any other is rejected."),
            "dates": said(TEXT, 'The pattern of a day: "%d/%m/%Y".'),
            "numbers": said(TEXT, 'A number with the source\'s separators: "1.234,56".'),
        },
    )
    return {**shape, "oneOf": [{"required": ["from"]}, {"required": ["constant"]}]}
