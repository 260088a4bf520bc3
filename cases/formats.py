"""How a value of a register is typed, and how it is written for a reader: by its field in the vocabulary.

Evidence is stored as JSON, which knows no dates and no money: the field's type brings them back. A value that does not
fit its field is shown as the text that it is, for hiding it would hide the fault.
"""

import json
import string
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation

from cases.wording import NOT_KNOWN, Wording, message
from rules.model import Field, FieldType, Let, ParameterContent, Rule, Vocabulary

Value = str | int | bool | Decimal | date | None
"""A typed value: what exports write as a cell of its own type."""

CHOICES = (
    message("private"),
    message("state"),
    message("mikro"),
    message("kecil"),
    message("menengah"),
    message("besar"),
    message("location"),
    message("buyer"),
    message("construction"),
    message("other"),
    message("running"),
    message("failed"),
    message("cancelled"),
    message("awarded"),
    message("finished"),
    message("contracted"),
    message("mining"),
    message("transport"),
    message("own"),
    message("apbn"),
    message("apbd"),
    message("malformed"),
    message("duplicated"),
    message("valid"),
    message("payroll"),
    message("pph21"),
    message("bank"),
    message("contract_value"),
    message("wages"),
    message("super_mikro"),
    message("khusus"),
    message("village_head"),
    message("village_official"),
    message("bpd"),
    message("rt_rw"),
    message("election"),
    message("non_asn"),
    message("vulnerable"),
    message("province"),
    message("regency"),
    message("village_fund"),
    message("dbh"),
    message("csr"),
    message("formal"),
    message("informal"),
    message("both"),
)
"""The values of the vocabulary's choices; a test holds this list to `rules/facts.yaml`."""


def field_of(rule: Rule, name: str, vocabulary: Vocabulary) -> Field | None:
    """Find the field that a name in the evidence of `rule` stands for; None for what nobody knows.

    A named value of the rule that has a unit is shown as a field of that unit would be.
    """
    fact = vocabulary.facts[rule.subject]
    relation, dot, reached = name.rpartition(".")
    if not dot:
        return fact.fields.get(name) or _worked_out(name, rule.let.get(name))
    return vocabulary.facts[fact.relations[relation].fact].fields.get(reached) if relation in fact.relations else None


def _worked_out(name: str, let: Let | None) -> Field | None:
    if let is None or let.unit is None:
        return None
    kinds: Mapping[str, FieldType] = {"rupiah": "money", "percent": "percent"}
    kind = kinds.get(let.unit, "integer")
    words = let.words or {"id": name, "en": name}
    return Field(name, kind, let.unit, null="unknown", personal="open", words=words)


def typed(value: object, field: Field | None) -> Value:
    """Bring the JSON value of evidence back to the type of its field: dates, money and per cent."""
    kind = field.type if field else None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, str) and kind in ("date", None):
        with suppress(ValueError):
            return date.fromisoformat(value)
    if kind in ("money", "percent") and isinstance(value, str | int) and not isinstance(value, bool):
        with suppress(InvalidOperation):
            return Decimal(value)
    if value is None or isinstance(value, str | int | Decimal | date):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def evidence_of(text: str) -> dict[str, object]:
    """Read stored evidence; numbers keep every digit that the register said."""
    said: dict[str, object] = json.loads(text, parse_float=Decimal)
    return said


def written(value: Value, field: Field | None, wording: Wording) -> str:
    """Write a typed value for a reader; texts as they are, what is not known as a dash."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return wording.say("yes") if value else wording.say("no")
    if isinstance(value, date):
        return wording.date(value)
    if isinstance(value, int | Decimal):
        return _number(value, field.type if field else None, wording)
    return wording.say(value) if field and field.type == "choice" else value


def _number(value: int | Decimal, kind: FieldType | None, wording: Wording) -> str:
    if kind == "money":
        return wording.money(value)
    return wording.percent(value) if kind == "percent" else wording.number(value)


def parameter_value(value: ParameterContent, wording: Wording) -> str:
    """Write a parameter's value; of a progressive table each rate in per cent and how far it goes."""
    if not isinstance(value, tuple):
        return written(value, None, wording)
    parts = []
    for one in value:
        percent = wording.number((one.rate * 100).normalize())
        if one.up_to is None:
            parts.append(wording.say("{percent} % above", percent=percent))
        else:
            parts.append(wording.say("{percent} % up to {end}", percent=percent, end=wording.number(one.up_to)))
    return ", ".join(parts)


class _Sentence(string.Formatter):
    """Fills `{name}` from what is known and leaves a dash for the rest; reaches into nothing."""

    def get_field(self, field_name: str, args: object, kwargs: Mapping[str, object]) -> tuple[object, str]:
        return kwargs.get(field_name, NOT_KNOWN), field_name


def sentence(rule: Rule, evidence: Mapping[str, object], vocabulary: Vocabulary, wording: Wording) -> str:
    """Say what was found in the words of the rule, each value written for a reader."""
    template = wording.words(rule.say)
    values = {}
    for name in {place for _, place, _, _ in string.Formatter().parse(template) if place and place in evidence}:
        field = field_of(rule, name, vocabulary)
        values[name] = written(typed(evidence[name], field), field, wording)
    return _Sentence().vformat(template, (), values)
