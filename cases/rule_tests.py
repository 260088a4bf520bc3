"""What `patuh rules test` found, measured against its thresholds, and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from engine.coverage import Coverage, Gap, LimitGap
from engine.probes import Missing, Probe, Value
from engine.questions import Question, Truth

STABLE: Final = 100
"""Percent that a stable rule's examples must show: it opens cases."""


@dataclass(frozen=True)
class RuleTests:
    """The rules that were tested, in the order of their ids; `threshold` is the percent asked of rules not stable."""

    rules: tuple[Coverage, ...]
    threshold: int = 0

    def wanted(self, one: Coverage) -> int:
        """Return the percent that a rule must show."""
        return STABLE if one.rule.status == "stable" else self.threshold

    def short(self, one: Coverage) -> bool:
        """Return whether a rule's examples fail, or show less than they must."""
        return bool(one.failures) or one.percent < self.wanted(one)

    @property
    def held(self) -> bool:
        """Whether every rule does what its examples promise and shows what it must."""
        return not any(self.short(one) for one in self.rules)

    @property
    def not_stable(self) -> tuple[Coverage, ...]:
        """The rules that open no cases."""
        return tuple(one for one in self.rules if one.rule.status != "stable")


def truth_name(truth: Truth) -> str:
    """Return SQL's word for an outcome."""
    return "NULL" if truth is None else str(truth).upper()


def as_json(tests: RuleTests) -> dict[str, object]:
    """Return the whole report for a machine; texts are English, places as `file:line:column`."""
    return {
        "held": tests.held,
        "threshold": {"stable": STABLE, "others": tests.threshold},
        "rules": [_rule(tests, one) for one in tests.rules],
    }


def _rule(tests: RuleTests, one: Coverage) -> Mapping[str, object]:
    rule = one.rule
    return {
        "id": rule.id,
        "status": rule.status,
        "nature": rule.nature,
        "held": not tests.short(one),
        "examples": len(rule.examples),
        "passed": one.passed,
        "failures": [{"place": str(fault.location), "what": fault.what} for fault in one.failures],
        "demanded": one.demanded,
        "seen": one.seen,
        "percent": one.percent,
        "missing": [_gap(gap) for gap in one.gaps],
        "sides": one.sides,
        "limits": [_limit(gap) for gap in one.limit_gaps],
        "waits_for": dict(rule.waits_for),
    }


def _gap(gap: Gap) -> Mapping[str, object]:
    return {
        **_line(gap.question),
        "outcome": truth_name(gap.outcome),
        "decides": gap.decides,
        **_subject(gap.probe),
    }


def _limit(gap: LimitGap) -> Mapping[str, object]:
    return {**_line(gap.question), "limit": gap.limit.text, "side": gap.side, **_subject(gap.probe)}


def _line(question: Question) -> Mapping[str, object]:
    text = question.condition.text
    return {"line": question.label, "condition": text.text, "place": str(text.location)}


def _subject(probe: Probe) -> Mapping[str, object]:
    changes = {name: _value(value) for name, value in probe.changes.items()}
    return {"like": probe.like.name, "today": probe.like.today.isoformat(), "with": changes}


def _value(value: Value) -> object:
    if isinstance(value, Missing):
        return {"lack": value.lack}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
