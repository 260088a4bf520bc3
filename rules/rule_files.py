"""Read one rule: conditions, law, severity, words and examples, each with its place.

What a condition means is checked by the engine; here a condition is text. Names of fields in evidence, sentences
and examples are checked against the vocabulary.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from string import Formatter
from typing import cast, get_args

from rules.errors import Location
from rules.fault_list import FaultList, use_one_of
from rules.model import (
    SEVERITIES,
    Basis,
    CheckFlag,
    Fact,
    Let,
    Mark,
    Nature,
    Rule,
    SeverityName,
    SeverityStep,
    Status,
    Text,
    Vocabulary,
    Words,
)
from rules.places import Entries, Node, Scalar
from rules.rule_examples import read_examples
from rules.sections import (
    LANGUAGES,
    Keys,
    Section,
    choice_of,
    count_of,
    date_of,
    entries_of,
    items_of,
    names_of,
    placed_text_of,
    section_of,
    share_of,
    words_of,
    wrong_type,
)

OFFICE_PACK = "office"
"""The pack of the rules that an office writes into its own rules.yaml."""

MAX_SHARE = Decimal("0.5")
MAX_NEW = 10_000
"""A rule's guard where it sets none (our design): beyond it a rule's findings wait for a person."""

_RULE = Keys(
    "rule",
    ("id", "nature", "status", "title", "subject", "basis", "when", "severity", "say", "false_positives", "examples"),
    ("family", "scope", "needs", "let", "law_date", "marks", "evidence", "guard", "waits_for"),
)
_BASIS = Keys("basis", ("law", "article", "from", "checked"), ("until", "note"))
_LET = Keys("named value", ("is",), ("unit", "words"))
_STEP = Keys("severity step", (), ("if", "is", "else"))
_MARK = Keys("mark", ("if", "words"), ("ranks",))
_GUARD = Keys("guard", (), ("max_share", "max_new"))

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ID = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


@dataclass(frozen=True)
class RuleText:
    """The text that a rule was read from: the whole file, or the lines of one rule in rules.yaml.

    `families`: those that routing asks about; a rule that names another one is refused. Empty: not checked.
    """

    text: str
    pack: str
    families: tuple[str, ...] = ()


def read_rule(node: Node, source: RuleText, vocabulary: Vocabulary, faults: FaultList) -> Rule | None:
    """The rule; None, with its faults noted, where it has any."""
    before = len(faults)
    section = section_of(node, _RULE, faults)
    if section is None:
        return None
    fact = _subject(section, vocabulary)
    rule = _rule(section, source, fact, vocabulary)
    _check_law(rule, section)
    _check_names(rule, section, fact)
    return rule if len(faults) == before else None


def _subject(section: Section, vocabulary: Vocabulary) -> Fact | None:
    name = section.read("subject", lambda node, faults: choice_of(node, faults, tuple(vocabulary.facts)))
    return vocabulary.facts[name] if name is not None else None


def _rule(section: Section, source: RuleText, fact: Fact | None, vocabulary: Vocabulary) -> Rule:
    guard = section.read("guard", lambda node, faults: section_of(node, _GUARD, faults))
    share = guard.read("max_share", share_of) if guard else None
    new = guard.read("max_new", count_of) if guard else None
    return Rule(
        id=section.read("id", _id) or "",
        pack=source.pack,
        nature=cast("Nature", section.choice("nature", get_args(Nature), "notice")),
        status=cast("Status", section.choice("status", get_args(Status), "draft")),
        family=_family(section, source),
        title=section.read("title", words_of) or {},
        subject=fact.name if fact is not None else "",
        basis=section.list_of("basis", basis_of),
        scope=section.list_of("scope", placed_text_of),
        needs=section.list_of("needs", placed_text_of),
        let=_let(section),
        when=_when(section),
        law_date=section.read("law_date", placed_text_of),
        severity=_severity(section),
        marks=_marks(section),
        evidence=section.list_of("evidence", placed_text_of),
        say=section.read("say", words_of) or {},
        false_positives=section.read("false_positives", words_of) or {},
        examples=read_examples(section, fact, vocabulary),
        max_share=MAX_SHARE if share is None else share,
        max_new=MAX_NEW if new is None else new,
        location=section.location,
        text=source.text,
        sha256=hashlib.sha256(source.text.encode()).hexdigest(),
        waits_for=section.read("waits_for", words_of) or {},
    )


def _family(section: Section, source: RuleText) -> str:
    """The family that routing reads; a rule that names none belongs to its pack's."""
    if source.families:
        return section.choice("family", source.families, source.pack)
    return section.text("family") if "family" in section else source.pack


def _id(node: Node, faults: FaultList) -> str | None:
    if isinstance(node, Scalar) and _ID.fullmatch(node.text):
        return node.text
    wrong_type(node, "a rule id (capitals, digits and hyphens: PWBD-01)", faults)
    return None


def basis_of(node: Node, faults: FaultList) -> Basis | None:
    """An article of law with the days on which it is in force and how its text was checked."""
    section = section_of(node, _BASIS, faults)
    if section is None:
        return None
    since, until = section.read("from", date_of), section.read("until", date_of)
    if since is not None and until is not None and until < since:
        what = f"the law ends on {until}, before it begins on {since}"
        faults.add(
            section.place("until"), "bad-date", what, "it would never be in force", "correct one of the two days"
        )
    flag = section.choice("checked", get_args(CheckFlag), "NF")
    law, article = section.text("law"), section.text("article")
    note = (section.read("note", words_of) if "note" in section else None) or {}
    return None if since is None else Basis(law, article, since, until, cast("CheckFlag", flag), note)


def _when(section: Section) -> tuple[Text, ...]:
    before = len(section.faults)
    when = section.list_of("when", placed_text_of)
    if "when" in section and not when and len(section.faults) == before:
        wrong_type(section.values["when"], "a list of at least one condition", section.faults)
    return when


def _let(section: Section) -> Mapping[str, Let]:
    found: dict[str, Let] = {}
    nodes = entries_of(section.values["let"], section.faults) if "let" in section else ()
    for key, node in nodes:
        _check_new_name(key, section.faults)
        let = _named_value(node, section.faults)
        if let is not None:
            found[key.text] = let
    return found


def _named_value(node: Node, faults: FaultList) -> Let | None:
    """An expression, or one with its unit and words."""
    if isinstance(node, Scalar):
        text = placed_text_of(node, faults)
        return Let(text) if text is not None else None
    section = section_of(node, _LET, faults)
    text = section.read("is", placed_text_of) if section is not None else None
    if section is None or text is None:
        return None
    unit = section.text("unit") if "unit" in section else None
    return Let(text, unit, (section.read("words", words_of) if "words" in section else None) or {})


def _check_new_name(key: Scalar, faults: FaultList) -> None:
    if not _NAME.fullmatch(key.text):
        what = f"'{key.text}' is no name for a value"
        remedy = "use small letters, digits and underscores, a letter first"
        faults.add(key.location, "bad-name", what, "a condition could not name it", remedy)


def _severity(section: Section) -> tuple[SeverityStep, ...]:
    node = section.values.get("severity")
    if node is None:
        return ()
    faults = section.faults
    if isinstance(node, Scalar):
        name = choice_of(node, faults, SEVERITIES)
        return (SeverityStep(None, cast("SeverityName", name)),) if name is not None else ()
    before, nodes = len(faults), items_of(node, faults, "a severity or a list of steps")
    steps = [step for item in nodes if (step := _step(item, faults)) is not None]
    if len(faults) == before:
        ends = [number for number, step in enumerate(steps) if step.when is None]
        if ends != [len(steps) - 1]:
            what = "the steps of the severity do not end with exactly one 'else'"
            why = "a finding that no step fits would have no severity"
            faults.add(node.location, "severity-steps", what, why, "end the list with '{else: medium}'")
    return tuple(steps)


def _step(node: Node, faults: FaultList) -> SeverityStep | None:
    section = section_of(node, _STEP, faults)
    if section is None:
        return None
    key = "else" if "else" in section else "is"
    if (
        ("if" in section) == ("else" in section)
        or key not in section
        or len(section.values) != (2 if key == "is" else 1)
    ):
        if set(section.values) == set(section.places):
            wrong_type(node, "a step '{if: condition, is: severity}' or '{else: severity}'", faults)
        return None
    name = section.choice(key, SEVERITIES, "low")
    return SeverityStep(section.read("if", placed_text_of), cast("SeverityName", name))


def _marks(section: Section) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    nodes = entries_of(section.values["marks"], section.faults) if "marks" in section else ()
    for key, node in nodes:
        _check_new_name(key, section.faults)
        inner = section_of(node, _MARK, section.faults)
        if inner is None:
            continue
        condition, words = inner.read("if", placed_text_of), inner.read("words", words_of)
        ranks = inner.choice("ranks", ("below",), "") if "ranks" in inner else ""
        if condition is not None and words is not None:
            marks.append(Mark(key.text, condition, words, ranks == "below"))
    return tuple(marks)


def _check_law(rule: Rule, section: Section) -> None:
    """A case needs law behind it; a stable rule needs law that somebody has read."""
    if "basis" not in section or "nature" not in section or "status" not in section:
        return
    place = section.place("basis")
    nodes = items_of(section.values["basis"], FaultList())
    if not nodes and rule.nature in ("violation", "indication"):
        what = f"a rule of nature '{rule.nature}' has no basis"
        remedy = "add an article to 'basis:', or make it outreach or a notice"
        section.faults.add(place, "basis-missing", what, "nobody can be held to a duty without law", remedy)
    if rule.status == "stable":
        for node in nodes:
            _check_stable(node, section.faults)
    _check_wait(rule, section)


def _check_wait(rule: Rule, section: Section) -> None:
    """A rule that opens no case yet says what it waits for; one that does waits for nothing. A notice may say it."""
    status = section.values["status"]
    if not isinstance(status, Scalar) or status.text != rule.status:
        return  # the status itself is a fault, and said
    if rule.status in ("draft", "trial") and "waits_for" not in section:
        what = f"the rule is on {rule.status} and does not say what it waits for"
        why = "nobody would know what has to be confirmed before it opens cases"
        section.faults.add(section.place("status"), "waits-missing", what, why, "add 'waits_for:' in two languages")
    if rule.status in ("stable", "retired") and rule.nature != "notice" and "waits_for" in section:
        what = f"the rule is {rule.status} and waits for something"
        why = "a rule that opens cases rests on law that has been confirmed"
        remedy = "take 'waits_for' out, or set 'status: trial'"
        section.faults.add(section.place("waits_for"), "waits-needless", what, why, remedy)


def _check_stable(node: Node, faults: FaultList) -> None:
    flag = names_of(node, FaultList()).get("checked")
    if isinstance(flag, Scalar) and flag.text in ("R", "NF"):
        what = f"the rule is stable, and this article of its basis is only '{flag.text}'"
        why = "a stable rule opens cases; its law must have been read (V) or confirmed by a second source (V2)"
        faults.add(flag.location, "stable-basis", what, why, "set 'status: trial', or have the law checked")


def _check_names(rule: Rule, section: Section, fact: Fact | None) -> None:
    """Names in evidence and sentences must be fields, names under `let`, or fields one relation away."""
    if fact is None:
        return
    # A name whose value has a fault of its own is still a name: what reads it has none.
    named = tuple(names_of(section.values["let"], FaultList())) if "let" in section else ()
    known = (*fact.fields, *named)
    taken = [name for name in (*rule.let, *(mark.name for mark in rule.marks)) if name in fact.fields]
    for name in taken:
        what = f"'{name}' is already a field of '{fact.name}'"
        key = "let" if name in rule.let else "marks"
        section.faults.add(
            _key_place(section, key, name), "name-taken", what, "it would hide the field", "use another name"
        )
    for evidence in rule.evidence:
        if evidence.text not in known and not _reached(evidence.text, fact):
            what = f"the evidence '{evidence.text}' is neither a field of '{fact.name}' nor a name under 'let'"
            remedy = use_one_of(evidence.text, known)
            section.faults.add(evidence.location, "unknown-field", what, "nothing would be shown", remedy)
    _check_say(rule.say, section, known)
    for example in rule.examples:
        for name in example.shows:
            if name not in named:
                what = f"the example shows '{name}', which is no name under 'let'"
                why = "only what the rule works out can be shown"
                section.faults.add(example.location, "unknown-field", what, why, use_one_of(name, named))


def _key_place(section: Section, key: str, name: str) -> Location:
    for inner, _ in entries_of(section.values[key], FaultList()):
        if inner.text == name:
            return inner.location
    return section.place(key)


def _reached(path: str, fact: Fact) -> bool:
    relation, _, field = path.partition(".")
    return bool(field) and relation in fact.relations and not fact.relations[relation].many


def _check_say(say: Words, section: Section, known: tuple[str, ...]) -> None:
    if "say" not in section or not isinstance(section.values["say"], Entries):
        return
    for key, node in section.values["say"].entries:
        if key.text not in LANGUAGES or key.text not in say:
            continue
        for name, plain in _placeholders(say[key.text]):
            if name is None or not plain or not _NAME.fullmatch(name):
                what = "the sentence has a brace that is not closed, or more than a name in it"
                section.faults.add(
                    node.location, "say-template", what, "it could not be filled in", "write {field} only"
                )
            elif name not in known:
                what = f"the sentence names '{name}', which is neither a field nor a name under 'let'"
                section.faults.add(
                    node.location, "unknown-field", what, "it could not be filled in", use_one_of(name, known)
                )


def _placeholders(template: str) -> list[tuple[str | None, bool]]:
    """Names in braces and whether they stand alone; (None, False) where the braces do not fit."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return [(None, False)]
    return [(name, not spec and conversion is None) for _, name, spec, conversion in parts if name is not None]
