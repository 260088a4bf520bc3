"""A finding shown again, line by line, from the evidence that it keeps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, cast

from engine.backend import DuckBackend
from engine.checker import Checked
from engine.compile import Line, evidence_names, laid_out
from engine.conditions import CheckedRule, check_rule, parsed, what_it_reads
from engine.detect import Work, lay_calendar
from engine.emit import Emitter, Ground
from engine.language import KIND_OF_TYPE
from engine.plan import FactPlan
from engine.specimen import Specimen, assembled_specimens
from rules.errors import Fault, FaultsError
from rules.model import Fact, ParameterContent, Text, Words

Truth = Literal["TRUE", "FALSE", "NULL"]
Value = str | int | Decimal | date | bool | None


@dataclass(frozen=True)
class ExplainedLine:
    """One line of a rule: `part` as `when 1`, the condition as written, what it came to, and the values it read.

    `parameters` are those in force on the subject's law date.
    """

    part: str
    text: str
    outcome: Truth
    values: Mapping[str, Value]
    parameters: Mapping[str, ParameterContent | None]


@dataclass(frozen=True)
class Working:
    """How a named amount was worked out: its expression as written, what it came to, and what it read."""

    name: str
    text: str
    value: Value
    values: Mapping[str, Value]
    parameters: Mapping[str, ParameterContent | None]


@dataclass(frozen=True)
class Explanation:
    """A finding's lines, the marks that hold as of the day, every value (lets included) and the sentence.

    `workings`: the named values that have a unit and that could be worked out, in the order of the rule.
    """

    lines: tuple[ExplainedLine, ...]
    marks: tuple[str, ...]
    values: Mapping[str, Value]
    said: Words
    workings: tuple[Working, ...] = ()


def explain(work: Work, rule: str, evidence: Mapping[str, object], shown: Callable[[Value], str] = str) -> Explanation:
    """Return why the subject with this evidence is a violation of `rule` as of the work's evaluation date.

    `evidence` as stored (dates as ISO text, money as Decimal or text). `shown` writes a value into the sentence.
    Raises FaultsError when the rule's conditions no longer compile.
    """
    checked, faults = check_rule(work.book, work.book.rules[rule])
    if checked is None:
        raise FaultsError(faults)
    fact = work.book.vocabulary.facts[checked.rule.subject]
    fields = fields_of(fact, evidence)
    with TemporaryDirectory(prefix="patuh-explain-") as folder, DuckBackend(Path(folder) / "spill") as backend:
        assembled = assembled_specimens(fact, [Specimen(fields)], Path(folder) / "fact.parquet")
        facts = {fact.name: assembled}
        ground = Ground(
            work.book.vocabulary, facts, work.book.parameters, work.evaluation_date, work.calendar, work.off
        )
        plan = FactPlan(ground, fact, assembled, (checked,))
        lay_calendar(backend, plan)
        asked = asked_of(plan)
        return asked.explanation(backend.rows(asked.query)[0], fields, shown)


def explain_each(work: Work, rule: str, evidence: Sequence[Mapping[str, object]]) -> tuple[Explanation, ...]:
    """Return for each evidence why its subject is a violation of `rule`; `engine.explaining` is quicker for many."""
    return tuple(explain(work, rule, one) for one in evidence)


def fields_of(fact: Fact, evidence: Mapping[str, object]) -> dict[str, Value]:
    """Return what stored evidence says of the fact's own fields, with the types of the vocabulary."""
    return {name: typed(fact, name, evidence[name]) for name in fact.fields if name in evidence}


def typed(fact: Fact, name: str, value: object) -> Value:
    """Return a stored value with its type of the vocabulary."""
    if value is None:
        return None
    known = fact.fields[name].type
    kind = KIND_OF_TYPE[known]
    if kind == "date":
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    if known in ("money", "percent"):
        return Decimal(str(value))
    if kind == "boolean":
        return bool(value)
    return int(str(value)) if known == "integer" else str(value)


@dataclass(frozen=True)
class Asked:
    """What is asked of a specimen of a rule: every line, let, parameter in force and mark, in one query.

    `reads`: of each condition by its text the values and the parameters that it names.
    """

    plan: FactPlan
    lines: tuple[Line, ...]
    columns: tuple[str, ...]
    source: str
    sql: tuple[str, ...]
    reads: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]

    @property
    def query(self) -> str:
        """The whole query, over every specimen that lies there."""
        return f"SELECT {', '.join(self.sql)} FROM {self.source}"

    def explanation(
        self, row: tuple[object, ...], fields: Mapping[str, Value], shown: Callable[[Value], str]
    ) -> Explanation:
        """Return what a row of the answer says of the specimen with these fields."""
        rule, found = self.plan.rules[0], dict(zip(self.columns, row, strict=True))
        lets = {name: cast("Value", found[f"let {name}"]) for name in rule.let}
        dated = {name for _, parameters in self.reads.values() for name in parameters}
        parameters = {name: value_at(self.plan, name, found[f"parameter {name}"]) for name in dated}
        values = {**{name: fields.get(name) for name in evidence_names(rule)}, **fields, **lets}

        def read_of(condition: Checked) -> tuple[dict[str, Value], dict[str, ParameterContent | None]]:
            named, dated = self.reads[condition.text.text]
            choosing = (self.plan.ground.parameters[name].by for name in dated)
            read = dict.fromkeys((*named, *(field for field in choosing if field)))
            return {name: values.get(name) for name in read}, {name: parameters[name] for name in dated}

        lines = tuple(
            ExplainedLine(
                line.label, line.condition.text.text, truth(found[f"line {line.label}"]), *read_of(line.condition)
            )
            for line in self.lines
            if line.part != "law_date"
        )
        marks = tuple(name for name, _ in rule.marks if found[f"mark {name}"] is True)
        workings = tuple(
            Working(name, let.text.text, lets[name], *read_of(let))
            for name, let in rule.let.items()
            if rule.rule.let[name].unit and lets[name] is not None
        )
        return Explanation(lines, marks, values, sentence(rule, values, shown), workings)


def asked_of(plan: FactPlan) -> Asked:
    """Lay out what is asked of specimens of the plan's one rule."""
    rule, emitter = plan.rules[0], plan.emitter()
    laid = laid_out(rule, emitter)
    asked = {f"line {line.label}": line.sql for line in laid.lines}
    asked |= {f"let {name}": emitter.sql(let.tree) for name, let in rule.let.items()}
    asked |= {f"mark {name}": emitter.sql(mark.tree) for name, mark in rule.marks}
    read = (*(line.condition for line in laid.lines), *rule.let.values())
    reads = {one.text.text: named_in(one.text, rule, plan.fact) for one in read}
    # The value itself may be a table: the query says which one is in force, and it is taken from the parameter.
    names = {name for condition in read for name in condition.parameters}
    names |= {name for _, parameters in reads.values() for name in parameters}
    asked |= {f"parameter {name}": in_force_place(emitter, name) for name in sorted(names)}
    source = " ".join([plan.scan, *emitter.joins.values()])
    return Asked(plan, laid.lines, tuple(asked), source, tuple(asked.values()), reads)


def named_in(text: Text, rule: CheckedRule, fact: Fact) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the values and the parameters that an expression names.

    A named value with a unit stands for itself, for its own working is shown; any other stands for what it names.
    """
    tree = parsed(text)
    assert not isinstance(tree, Fault), tree  # it was checked before
    fields, _, parameters, _ = what_it_reads(tree, fact)
    named, dated = [], list(parameters)
    for name in sorted(fields, key=text.text.find):  # as a reader meets them
        let = rule.rule.let.get(name)
        if let is None or let.unit:
            named.append(name)
            continue
        inner, others = named_in(let.text, rule, fact)
        named += inner
        dated += others
    return tuple(dict.fromkeys(named)), tuple(dict.fromkeys(dated))


def in_force_place(emitter: Emitter, name: str) -> str:
    """Return, as SQL, the place among the parameter's values of the one in force; NULL where none is."""
    # Two values that are equal read the same, whichever of them is in force.
    values = [value.value for value in emitter.ground.parameters[name].values]
    return emitter.in_force(name, lambda value: str(values.index(value)), "BIGINT")


def value_at(plan: FactPlan, name: str, place: object) -> ParameterContent | None:
    """Return the parameter's value at a place."""
    return plan.ground.parameters[name].values[place].value if isinstance(place, int) else None


def truth(value: object) -> Truth:
    """Return how a three-valued answer is written."""
    if value is None:
        return "NULL"
    return "TRUE" if value is True else "FALSE"


def sentence(rule: CheckedRule, values: Mapping[str, Value], shown: Callable[[Value], str]) -> Words:
    """Return the rule's words with the values put in; a value that nobody said is written as a dash."""
    texts = {name: "-" if value is None else shown(value) for name, value in values.items()}
    return {language: template.format_map(Dashes(texts)) for language, template in rule.rule.say.items()}


class Dashes(dict[str, str]):
    """Values for a sentence; a name without a value reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"
