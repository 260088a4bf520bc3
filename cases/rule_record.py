"""A rule for another program: codes, conditions and both languages, with the values in force on a day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from cases.rule_page import in_force, parameters_read
from engine.conditions import CheckedRule
from rules.model import Parameter, Rule, RuleBook, Slice

Record = Mapping[str, object]


def rule_line(rule: Rule) -> Record:
    """Return what a list of rules says of one."""
    return {
        "id": rule.id,
        "pack": rule.pack,
        "nature": rule.nature,
        "status": rule.status,
        "family": rule.family,
        "title": dict(rule.title),
    }


def rule_record(checked: CheckedRule, book: RuleBook, day: date) -> Record:
    """Return the whole rule as of `day`; days as ISO text, decimal numbers as text."""
    rule = checked.rule
    return {
        **rule_line(rule),
        "day": day.isoformat(),
        "subject": rule.subject,
        "scope": [text.text for text in rule.scope],
        "needs": [text.text for text in rule.needs],
        "let": {
            name: {"is": let.text.text, "unit": let.unit, "words": dict(let.words)} for name, let in rule.let.items()
        },
        "when": [text.text for text in rule.when],
        "law_date": rule.law_date.text if rule.law_date is not None else None,
        "severity": [{"if": step.when.text if step.when else None, "is": step.severity} for step in rule.severity],
        "marks": {
            mark.name: {"if": mark.condition.text, "words": dict(mark.words), "ranks_below": mark.ranks_below}
            for mark in rule.marks
        },
        "basis": _basis(rule, day),
        "parameters": {name: _parameter(book.parameters[name], day) for name in parameters_read(checked)},
        "evidence": [item.text for item in rule.evidence],
        "say": dict(rule.say),
        "false_positives": dict(rule.false_positives),
        "guard": {"max_share": str(rule.max_share), "max_new": rule.max_new},
        "examples": [
            {
                "name": example.name,
                "today": example.today.isoformat(),
                "subject": plain(example.subject),
                "expect": example.expect,
                "severity": example.severity,
                "shows": dict(example.shows),
                "off": plain(example.off),
            }
            for example in rule.examples
        ],
        "file": rule.location.path,
        "sha256": rule.sha256,
        "waits_for": dict(rule.waits_for),
    }


def _basis(rule: Rule, day: date) -> list[Record]:
    return [
        {
            "law": basis.law,
            "article": basis.article,
            "from": basis.since.isoformat(),
            "until": basis.until.isoformat() if basis.until else None,
            "checked": basis.checked,
            "note": dict(basis.note),
            "in_force": in_force(basis.since, basis.until, day),
        }
        for basis in rule.basis
    ]


def _parameter(parameter: Parameter, day: date) -> Record:
    return {
        "unit": parameter.unit,
        "words": dict(parameter.words),
        "off": list(parameter.off),
        "by": parameter.by,
        "ours": parameter.ours,
        "values": [
            {
                "value": plain(value.value),
                "for": value.applies,
                "from": value.since.isoformat(),
                "until": value.until.isoformat() if value.until else None,
                "source": value.source,
                "checked": value.checked,
                "in_force": in_force(value.since, value.until, day),
            }
            for value in parameter.values
        ],
    }


def plain(value: object) -> object:
    """Return a value as JSON has it: days as ISO text, decimal numbers as text, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    if isinstance(value, Slice):
        return {"up_to": plain(value.up_to), "rate": str(value.rate)}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
