"""The schema of a rule: a file of `rules/packs/`, or an entry of an office's own `rules`."""

from typing import get_args

from rules import rule_examples, rule_files
from rules.load import families_of
from rules.model import SEVERITIES, Nature, RuleBook, Status
from rules.schema.facts_schema import subject_schema
from rules.schema.parameters_schema import CHECKED, DAY_KINDS
from rules.schema.shapes import (
    COUNT,
    DATE,
    SHARE,
    TEXT,
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

CONDITION = said(TEXT, "One SQL condition over the fields of the subject; nothing said makes it unknown.")
NEW_NAME: Schema = {"pattern": f"^{rule_files._NAME.pattern}$"}
RULE_ID: Schema = {"type": ["string", "integer"], "minimum": 0, "pattern": f"^{rule_files._ID.pattern}$"}


def subject_schemas(book: RuleBook) -> dict[str, Schema]:
    """Return the shape of a subject of each fact: the `$defs` of a schema that holds rules."""
    return {fact.name: subject_schema(fact, book.vocabulary) for fact in book.vocabulary.facts.values()}


def rule_schema(book: RuleBook) -> Schema:
    """Return the shape of a rule over the facts of `book`; its subjects are `$defs` of the whole schema."""
    shape = section(rule_files._RULE, _rule_keys(book))
    stable: Schema = {"properties": {"basis": {"items": {"properties": {"checked": one_of(("V", "V2"))}}}}}
    law: Schema = {"properties": {"basis": {"minItems": 1, "type": "array"}}}
    conditions = [when("status", "stable", stable), when("nature", "violation", law), when("nature", "indication", law)]
    waiting: Schema = {"if": {"properties": {"status": one_of(("draft", "trial"))}, "required": ["status"]}}
    conditions.append({**waiting, "then": {"required": ["waits_for"]}})
    for name in book.vocabulary.facts:
        conditions.append(when("subject", name, _of_subject(book, name)))
    return {**shape, "allOf": conditions}


def _of_subject(book: RuleBook, name: str) -> Schema:
    """Return what only a rule on this fact may say: examples of its subjects."""
    fact = book.vocabulary.facts[name]
    subject = {"$ref": f"#/$defs/{name}"}
    cases = {"items": {"properties": {"and": subject}}}
    named = {"items": {"anyOf": [one_of(tuple(fact.fields)), TEXT]}}
    return {"properties": {"evidence": named, "examples": {"properties": {"given": subject, "cases": cases}}}}


def _rule_keys(book: RuleBook) -> dict[str, Schema]:
    families = families_of(book.routing)
    return {
        "id": said(RULE_ID, "Capitals, digits and hyphens; the file carries it as its name."),
        "nature": said(
            one_of(get_args(Nature)),
            "violation: a case with a ladder; indication: a case, nothing handed over without proof; outreach: not a "
            "violation; notice: a list only.",
        ),
        "status": said(
            one_of(get_args(Status)),
            "draft: judges nobody; trial: counted, opens no case; stable: opens cases, law checked V or V2; retired.",
        ),
        "family": said(one_of(families) if families else TEXT, "What routing asks about; otherwise the pack."),
        "title": said(WORDS, "A few words, in each language."),
        "subject": said(one_of(tuple(book.vocabulary.facts)), "The fact that it judges, of facts.yaml."),
        "basis": said(list_of(basis_schema()), "The law that it stands on; empty for outreach and notices."),
        "scope": said(list_of(CONDITION), "Whom it applies to: where one is FALSE it is not applicable."),
        "needs": said(list_of(CONDITION), "What must hold so that it can judge at all; otherwise unknown."),
        "let": said(
            names_to({"anyOf": [CONDITION, _named_value()]}, NEW_NAME),
            "Names for values that conditions and sentences use.",
        ),
        "when": said(filled_list_of(CONDITION), "What is found: all of them TRUE is a violation."),
        "law_date": said(TEXT, "The day whose law counts, as a date expression; otherwise the day of the scan."),
        "severity": said(_severity(), "One severity, or steps of which the first that holds counts; the last is else."),
        "marks": said(names_to(_mark(), NEW_NAME), "What is shown with a finding where it holds."),
        "evidence": said(list_of(TEXT), "Fields and lets that a finding keeps."),
        "say": said(WORDS, "The sentence, with {field} where a value goes."),
        "false_positives": said(WORDS, "What has been seen to look like a finding and is none."),
        "guard": said(
            section(
                rule_files._GUARD,
                {
                    "max_share": said(SHARE, "Beyond this share of those judged, findings wait for a person."),
                    "max_new": said(COUNT, "Beyond so many new findings, they wait for a person."),
                },
            ),
            "When findings are held back for a person.",
        ),
        "examples": said(_examples(), "The rule's own tests."),
        "waits_for": said(WORDS, "What must be confirmed before a draft or trial becomes stable, in each language."),
    }


def basis_schema() -> Schema:
    """Return the shape of an article of law."""
    return section(
        rule_files._BASIS,
        {
            "law": said(TEXT, "The law, as it is cited: PP 44/2015."),
            "article": said(TEXT, "The article: 53, 3(3); '-' for a letter."),
            "from": said(DATE, "The first day on which it is in force."),
            "until": said(DATE, "The last day; left out, still in force."),
            "checked": CHECKED,
            "note": said(WORDS, "What a reader must know of it, in each language."),
        },
    )


def _named_value() -> Schema:
    return section(
        rule_files._LET,
        {
            "is": CONDITION,
            "unit": said(TEXT, "What it counts; rupiah is written as money."),
            "words": said(WORDS, "What it is called, in each language."),
        },
    )


def _severity() -> Schema:
    level, step = one_of(SEVERITIES), rule_files._STEP
    keys = {"if": CONDITION, "is": level, "else": level}
    either: Schema = {
        "oneOf": [{"required": ["if", "is"], "maxProperties": 2}, {"required": ["else"], "maxProperties": 1}]
    }
    last: Schema = {"contains": {"required": ["else"]}, "minContains": 1, "maxContains": 1}
    return {"anyOf": [level, {"type": "array", "items": {**section(step, keys), **either}, **last}]}


def _mark() -> Schema:
    return section(
        rule_files._MARK,
        {
            "if": CONDITION,
            "words": said(WORDS, "What is shown, in each language."),
            "ranks": said(one_of(("below",)), "Findings with it are listed below the others."),
        },
    )


def _examples() -> Schema:
    case = section(
        rule_examples._CASE,
        {
            "name": said(TEXT, "What it shows; each name once."),
            "expect": said(one_of(rule_examples.OUTCOMES), "What the rule must say of it."),
            "and": said({"type": ["object", "null"]}, "What differs from `given`."),
            "severity": said(one_of(SEVERITIES), "The severity of a violation."),
            "shows": said(names_to(TEXT), "Names under `let` with the exact value that must come out."),
            "off": said(names_to(DAY_KINDS), "Kinds of days off that an office sets, by the deadline's parameter."),
        },
    )
    # only a violation has a severity
    case |= {"if": {"required": ["severity"]}, "then": {"properties": {"expect": {"const": "violation"}}}}
    shape = section(
        rule_examples._EXAMPLES,
        {
            "given": said({"type": ["object", "null"]}, "The subject that all examples share."),
            "cases": said(list_of(case), "One example each."),
        },
    )
    dated: Schema = {"type": "object", "required": ["today"]}
    for_all: Schema = {"required": ["given"], "properties": {"given": dated}}
    for_each: Schema = {"properties": {"cases": {"items": {"required": ["and"], "properties": {"and": dated}}}}}
    return {**shape, "anyOf": [for_all, for_each]}
