"""What is different between two states of the rule files: which rule, parameter, field or decision, and which part.

Nothing is guessed about what a change leads to: it says that a condition changed, line by line, not whether more cases
will follow. What has no effect on a judgement (comments, layout) is a change of its own kind.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from rules.model import Fact, ParameterValue, Rule, RuleBook, SeverityStep, Text, Words

Kind = Literal["rule", "parameter", "routing", "ladder", "field", "fact", "order", "setting"]
State = Literal["added", "gone", "changed"]

PARTS = (
    *("status", "nature", "subject", "scope", "needs", "when", "let", "law_date", "values", "by", "off"),
    *("severity", "then", "do", "deadline", "office", "order", "marks", "basis"),
    *("max_share", "max_new", "family", "pack"),
    *("type", "unit", "null", "known_from", "before", "minimum", "maximum", "personal"),
    *("title", "words", "say", "why", "false_positives", "evidence"),
    *("sources", "ours", "waits_for", "examples", "layout"),
)
"""Parts in the order of what they mean for people: whether a rule judges at all, whom it finds, how gravely, by which
law, who acts; then words and what else a reader sees. A part that is not listed comes after those that are."""

KINDS: tuple[Kind, ...] = ("rule", "parameter", "routing", "ladder", "order", "setting", "fact", "field")

_NAMING = frozenset({"id", "name", "location", "text", "sha256", "fields"})
"""Attributes that name a thing or say where it stands, and a fact's fields, which are things of their own."""

_READ_APART = frozenset({"vocabulary", "parameters", "rules", "routing", "ladder"})

Parts = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class PartChange:
    """One part of a thing: the lines that were there and are not, and those that are there and were not."""

    part: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One thing that was added, is gone or changed; `read_by`: the rules that read a parameter or a field.

    `title`: what it is called, as the newer state says it; empty for what has no words.
    """

    kind: Kind
    name: str
    state: State
    parts: tuple[PartChange, ...] = ()
    read_by: tuple[str, ...] = ()
    title: Words = field(default_factory=dict)


def changes_between(old: RuleBook, new: RuleBook) -> tuple[Change, ...]:
    """Return every change from `old` to `new`: rules first; gone, added, changed; the gravest part first."""
    before, after = dict(_things(old)), dict(_things(new))
    titles = {**_titles(old), **_titles(new)}
    found = []
    for key in {**before, **after}:
        parts: tuple[PartChange, ...] = ()
        state: State = "gone" if key in before else "added"
        if key in before and key in after:
            state, parts = "changed", _differences(before[key], after[key])
        if parts or state != "changed":
            found.append(Change(*key, state, parts, _read_by(key, old, new), titles.get(key, {})))
    return tuple(sorted(found, key=_rank))


def _titles(book: RuleBook) -> Mapping[tuple[Kind, str], Words]:
    found: dict[tuple[Kind, str], Words] = {("rule", rule.id): rule.title for rule in book.rules.values()}
    found |= {("parameter", one.name): one.words for one in book.parameters.values()}
    for fact in book.vocabulary.facts.values():
        found[("fact", fact.name)] = fact.words
        found |= {("field", f"{fact.name}.{known.name}"): known.words for known in fact.fields.values()}
    return found


def _rank(change: Change) -> tuple[int, int, int, str]:
    state = ("gone", "added", "changed").index(change.state)
    gravest = min((_place(part.part) for part in change.parts), default=0)
    return KINDS.index(change.kind), state, gravest, change.name


def _place(part: str) -> int:
    return PARTS.index(part) if part in PARTS else len(PARTS)


Thing = tuple[tuple[Kind, str], Parts]


def _things(book: RuleBook) -> Iterator[Thing]:
    for rule in book.rules.values():
        yield ("rule", rule.id), {**_parts(rule), "layout": (rule.sha256,)}
    for parameter in book.parameters.values():
        sources = tuple(f"{_since(value)}: {value.checked}, {_flat(value.source)}" for value in parameter.values)
        yield ("parameter", parameter.name), {**_parts(parameter), "sources": sources}
    yield from _decisions(book)
    for name in sorted({one.name for one in fields(book)} - _READ_APART):
        yield ("setting", name), _parts(getattr(book, name))
    for fact in book.vocabulary.facts.values():
        yield ("fact", fact.name), _parts(fact)
        for known in fact.fields.values():
            yield ("field", f"{fact.name}.{known.name}"), _parts(known)


def _decisions(book: RuleBook) -> Iterator[Thing]:
    """Yield what routing and the ladder say: their rules and steps, the order of these, and what they may name."""
    routing, ladder = book.routing, book.ladder
    yield from ((("routing", rule.id), _parts(rule)) for rule in routing.rules)
    yield from ((("ladder", rule.id), _parts(rule)) for rule in ladder.rules)
    yield from ((("ladder", f"step {step.id}"), _parts(step)) for step in ladder.steps)
    yield ("order", "routing"), {"order": tuple(rule.id for rule in routing.rules)}
    steps = (f"step {step.id}" for step in ladder.steps)
    yield ("order", "ladder"), {"order": (*steps, *(rule.id for rule in ladder.rules))}
    yield ("setting", "ladder records"), {"values": tuple(_lines(ladder.records))}
    for name, lines in _parts(routing).items():
        if name != "rules":
            yield ("setting", f"routing {name}"), {"values": lines}


def _parts(thing: object) -> Parts:
    """Return every attribute of a thing as lines, so that one of tomorrow is compared as well."""
    named = {one.name: getattr(thing, one.name) for one in _attributes(thing) if one.name not in _NAMING}
    return {name: tuple(_lines(value)) for name, value in named.items()}


def _attributes(thing: object) -> tuple[Any, ...]:
    return fields(thing) if is_dataclass(thing) and not isinstance(thing, type) else ()


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (f"{name}: {_line(inner)}" for name, inner in value.items())
    elif isinstance(value, tuple | list):
        yield from (_line(inner) for inner in value)
    elif value is not None and value != "":
        yield _line(value)


def _line(value: object) -> str:
    """Write one value as one line, as a rule file would say it."""
    if type(value) in _WRITERS:
        return _WRITERS[type(value)](value)
    if is_dataclass(value):
        named = ((one.name, getattr(value, one.name)) for one in _attributes(value) if one.name != "location")
        return ", ".join(f"{name}: {_line(inner)}" for name, inner in named if not _says_nothing(inner))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_line(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_line, value)) + "]"
    return _flat(str(value))


def _since(value: ParameterValue) -> str:
    return f"{value.applies} {value.since}" if value.applies else str(value.since)


def _step(step: SeverityStep) -> str:
    return f"{step.severity} if {_flat(step.when.text)}" if step.when else f"{step.severity} otherwise"


def _value(value: ParameterValue) -> str:
    """Write the value and its days, and what a value of tomorrow has beside them; its source is a part of its own."""
    named = [one.name for one in _attributes(value) if one.name not in ("value", "since", "until", "source", "checked")]
    others = [
        f", {name}: {_line(getattr(value, name))}" for name in named if getattr(value, name) not in (None, "", ())
    ]
    until = f" until {value.until}" if value.until else ""
    return f"{_line(value.value)} from {value.since}{until}{''.join(others)}"


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    Text: lambda text: _flat(text.text),
    SeverityStep: _step,
    ParameterValue: _value,
}


def _says_nothing(value: object) -> bool:
    return value is False or value in (None, "", (), {})


def _flat(text: str) -> str:
    return " ".join(text.split())


def _differences(old: Parts, new: Parts) -> tuple[PartChange, ...]:
    found = []
    for part in sorted({*old, *new}, key=lambda name: (_place(name), name)):
        removed, added = _differing(old.get(part, ()), new.get(part, ()))
        if removed or added:
            found.append(PartChange(part, removed, added))
    others = [change for change in found if change.part != "layout"]
    return tuple(others or found)


def _differing(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    removed: list[str] = []
    added: list[str] = []
    for tag, start, end, other_start, other_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += old[start:end]
            added += new[other_start:other_end]
    return tuple(removed), tuple(added)


def _read_by(key: tuple[Kind, str], old: RuleBook, new: RuleBook) -> tuple[str, ...]:
    """Return the rules, of either state, whose conditions name the parameter or the field."""
    kind, name = key
    if kind not in ("parameter", "field"):
        return ()
    fact, _, own = name.rpartition(".")
    wanted = re.compile(rf":{re.escape(name)}\b" if kind == "parameter" else rf"(?<![:\w]){re.escape(own)}\b")
    found = {
        rule.id
        for book in (old, new)
        for rule in book.rules.values()
        if (kind == "parameter" or _reaches(rule, fact, book.vocabulary.facts))
        and any(wanted.search(text) for text in _expressions(rule))
    }
    return tuple(sorted(found))


def _reaches(rule: Rule, fact: str, facts: Mapping[str, Fact]) -> bool:
    subject = facts.get(rule.subject)
    return rule.subject == fact or (
        subject is not None and any(relation.fact == fact for relation in subject.relations.values())
    )


def _expressions(rule: Rule) -> Iterator[str]:
    texts = [*rule.scope, *rule.needs, *rule.when, *(let.text for let in rule.let.values())]
    texts += [mark.condition for mark in rule.marks]
    texts += [step.when for step in rule.severity if step.when is not None]
    texts += [rule.law_date] if rule.law_date is not None else []
    return (text.text for text in texts)
