"""One rule over one fact as SQL: its outcome, the line to blame where nobody could tell, its evidence.

Outcome codes: 0 not applicable, 1 pass, 2 violation, 3 unknown. TRUE is a violation, FALSE a pass, NULL unknown.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlglot import exp

from connectors.duck import literal, quoted
from engine.checker import Checked, function_name
from engine.conditions import CheckedRule
from engine.emit import COMPARISON_SIGNS, Emitter
from engine.language import KIND_OF_TYPE, STRICT, Kind
from rules.model import Outcome

OUTCOMES: tuple[Outcome, ...] = ("not_applicable", "pass", "violation", "unknown")
NOT_APPLICABLE, PASS, VIOLATION, UNKNOWN = range(4)
STRICT_NODES = (
    *(kind for kind in COMPARISON_SIGNS if kind not in (exp.And, exp.Or)),
    *(exp.Paren, exp.Not, exp.Neg, exp.Identifier, exp.Literal, exp.Boolean, exp.Cast, exp.DataType),
)

Part = Literal["scope", "needs", "law_date", "when"]


@dataclass(frozen=True)
class Line:
    """One line of a rule as SQL, with the label under which explanations and unknown lists name it."""

    part: Part
    label: str
    condition: Checked
    sql: str


@dataclass(frozen=True)
class RuleSql:
    """A rule laid out over its fact; every expression reads the alias of the emitter that made it."""

    rule: CheckedRule
    lines: tuple[Line, ...]
    outcome: str


def laid_out(rule: CheckedRule, emitter: Emitter) -> RuleSql:
    """Return the rule's SQL; the emitter's joins and deadlines must go into the FROM clause."""
    emitter.law_date = None
    if rule.law_date is not None:
        emitter.law_date = emitter.sql(rule.law_date.tree)
    lines = [*part_lines("scope", rule.scope, emitter), *part_lines("needs", rule.needs, emitter)]
    if rule.law_date is not None and emitter.law_date is not None:
        lines.append(Line("law_date", "law_date", rule.law_date, emitter.law_date))
    lines += part_lines("when", rule.when, emitter)
    return RuleSql(rule, tuple(lines), outcome_sql(rule, tuple(lines), emitter))


def part_lines(part: Part, conditions: tuple[Checked, ...], emitter: Emitter) -> list[Line]:
    """Return the lines of one part, numbered from 1."""
    return [
        Line(part, f"{part} {number}", condition, emitter.sql(condition.tree))
        for number, condition in enumerate(conditions, start=1)
    ]


def outcome_sql(rule: CheckedRule, lines: tuple[Line, ...], emitter: Emitter) -> str:
    """Return the outcome code of one subject.

    The lines of `when` are asked once: they are read only where everything before them holds, and DuckDB would compute
    anew what two branches of a CASE have in common.
    """
    scope, needs, when = ([line for line in lines if line.part == part] for part in ("scope", "needs", "when"))
    branches = [(" OR ".join(f"NOT {line.sql}" for line in scope), NOT_APPLICABLE)]
    in_force = law_in_force(rule, emitter)
    if in_force != "TRUE":
        branches.append((f"NOT ({in_force})", NOT_APPLICABLE))
    branches.append((" OR ".join(filter(None, [unsaid(line, emitter) for line in scope])), UNKNOWN))
    branches.append((" OR ".join(f"({line.sql}) IS NOT TRUE" for line in needs), UNKNOWN))
    if emitter.law_date is not None:
        branches.append((f"{emitter.law_date} IS NULL", UNKNOWN))
    listed = " ".join(f"WHEN {condition} THEN {code}" for condition, code in branches if condition)
    violated = " AND ".join(line.sql for line in when) or "TRUE"
    code = f"coalesce(CAST({violated} AS UTINYINT) + CAST({PASS} AS UTINYINT), {UNKNOWN})"
    return f"CAST({f'CASE {listed} ELSE {code} END' if listed else code} AS UTINYINT)"


def unsaid(line: Line, emitter: Emitter) -> str:
    """Return when a line that is not FALSE is NULL: where any field that it reads is, if it can be told by that."""
    if all(strict(node) for node in line.condition.tree.walk()):
        return " OR ".join(f"{emitter.field_sql(name)} IS NULL" for name in line.condition.fields)
    return f"({line.sql}) IS NULL"


def strict(node: exp.Expr) -> bool:
    """Return whether a node gives NULL for a NULL, and for nothing else."""
    if isinstance(node, exp.Column):
        return not node.table
    if isinstance(node, exp.In):
        return all(isinstance(item, exp.Literal) for item in node.expressions)
    return isinstance(node, STRICT_NODES) or (isinstance(node, exp.Expression) and function_name(node) in STRICT)


def law_in_force(rule: CheckedRule, emitter: Emitter) -> str:
    """Return whether any article is in force on the law date, and every parameter has its first value by then."""
    spans = merged(tuple((basis.since, basis.until) for basis in rule.rule.basis))
    parameters = [emitter.ground.parameters[name] for name in read_parameters(rule)]
    # Of days that all have to be reached the last one says it.
    days = [min(value.since for value in one.values) for one in parameters if one.by is None]
    parts = [emitter.begun(one.name) for one in parameters if one.by is not None]
    if len(spans) == 1 and spans[0][1] is None:
        days.append(spans[0][0])
    elif spans:
        parts.append(any_of([emitter.holds_on(since, until) for since, until in spans]))
    if days:
        parts.append(emitter.holds_on(max(days), None))
    if "FALSE" in parts:
        return "FALSE"
    return " AND ".join(f"({part})" for part in parts if part != "TRUE") or "TRUE"


def any_of(conditions: list[str]) -> str:
    """Return the conditions joined by OR, settled where one of them or all of them are."""
    open_ones = [condition for condition in conditions if condition != "FALSE"]
    return "TRUE" if "TRUE" in open_ones else " OR ".join(open_ones) or "FALSE"


def merged(spans: tuple[tuple[date, date | None], ...]) -> tuple[tuple[date, date | None], ...]:
    """Return the spans without those that an open one, begun no later, already holds."""
    open_since = min((since for since, until in spans if until is None), default=None)
    closed = tuple(span for span in spans if span[1] is not None and (open_since is None or span[0] < open_since))
    return (*closed, *(((open_since, None),) if open_since is not None else ()))


def read_parameters(rule: CheckedRule) -> tuple[str, ...]:
    """Return the parameters that decide the outcome."""
    conditions = (*rule.scope, *rule.needs, *rule.when)
    return tuple(dict.fromkeys(name for condition in conditions for name in condition.parameters))


def severity_sql(rule: CheckedRule, emitter: Emitter) -> str:
    """Return the severity, 1 to 4: the first step whose condition is TRUE."""
    branches = [
        f"WHEN {emitter.sql(condition.tree)} THEN {number}"
        for condition, number in rule.severity
        if condition is not None
    ]
    default = next((number for condition, number in rule.severity if condition is None), 2)
    text = f"CASE {' '.join(branches)} ELSE {default} END" if branches else str(default)
    return f"CAST({text} AS UTINYINT)"


def marks_sql(rule: CheckedRule, emitter: Emitter) -> tuple[str, str]:
    """Return the names of the marks that hold, joined by commas, and whether one of them ranks the finding below."""
    if not rule.marks:
        return "''", "FALSE"
    held = {name: emitter.sql(condition.tree) for name, condition in rule.marks}
    names = ", ".join(f"CASE WHEN {sql} THEN {literal(name)} END" for name, sql in held.items())
    below = [held[mark.name] for mark in rule.rule.marks if mark.ranks_below and mark.name in held]
    return f"concat_ws(',', {names})", " OR ".join(f"coalesce({sql}, FALSE)" for sql in below) or "FALSE"


def evidence_names(rule: CheckedRule) -> tuple[str, ...]:
    """Return the fields and lets that a finding keeps: what its lines read and what the rule declares.

    What follows from the evaluation date alone is left out: it is computed when shown, so a quiet night writes nothing.
    """
    read: dict[str, None] = {}
    others = [condition for condition, _ in rule.severity if condition is not None]
    others += [condition for _, condition in rule.marks]
    dates = [rule.law_date] if rule.law_date is not None else []
    for condition in (*rule.scope, *rule.needs, *rule.when, *dates, *others, *rule.let.values()):
        read.update(dict.fromkeys(condition.fields))
    for name in rule.evidence:
        if name not in rule.let or not rule.let[name].uses_day:
            read[name] = None
    return tuple(read)


def evidence_sql(rule: CheckedRule, emitter: Emitter) -> str:
    """Return the evidence as a JSON object: numbers and booleans bare, dates and text in quotes, NULL as null."""
    parts = []
    for name in evidence_names(rule):
        let = rule.let.get(name)
        value = emitter.sql(let.tree) if let is not None else emitter.field_sql(name)
        kind = let.kind if let is not None else KIND_OF_TYPE[emitter.fact.fields[name].type]
        parts.append((name, json_sql(value, kind)))
    inner = ", ',', ".join(f"{literal(chr(34) + name + chr(34) + ':')}, {value}" for name, value in parts)
    return f"concat('{{', {inner}, '}}')" if parts else "'{}'"


def json_sql(value: str, kind: Kind) -> str:
    """Return one value as JSON text."""
    if kind == "text":
        return f"coalesce(CAST(to_json({value}) AS VARCHAR), 'null')"
    if kind == "date":
        return f"coalesce('\"' || CAST({value} AS VARCHAR) || '\"', 'null')"
    return f"coalesce(CAST({value} AS VARCHAR), 'null')"


def blame_sql(rule: RuleSql, emitter: Emitter) -> str:
    """Return whom to blame for an unknown, as one SQL struct of line, field, source and reason: asked in one go."""
    branches = " ".join(f"WHEN {blame_condition(line, emitter)} THEN {blamed(line, emitter)}" for line in rule.lines)
    return f"CASE {branches} END"


def blame_condition(line: Line, emitter: Emitter) -> str:
    """Return when a line is the one to blame, the lines before it being TRUE and no line FALSE."""
    if line.part == "needs":
        return f"({line.sql}) IS NOT TRUE"
    return unsaid(line, emitter) or "FALSE"


def blamed(line: Line, emitter: Emitter) -> str:
    """Return the first field of the line that is NULL, else `:name` of the parameter that has no value that day."""
    origin = emitter.ground.facts[emitter.fact.name].origin

    def told(field: str | None, source: str | None, reason: str) -> str:
        texts = {"line": line.label, "field": field, "source": source}
        members = [f"'{key}': {literal(text) if text else 'CAST(NULL AS VARCHAR)'}" for key, text in texts.items()]
        return f"{{{', '.join(members)}, 'reason': CAST({reason} AS UTINYINT)}}"

    branches = [
        f"WHEN {emitter.field_sql(name)} IS NULL THEN {told(name, origin.get(name), reason_sql(name, emitter))}"
        for name in line.condition.fields
    ]
    branches += [
        f"WHEN {emitter.in_force(name, lambda _value: 'TRUE', 'BOOLEAN')} IS NULL THEN {told(':' + name, None, '0')}"
        for name in line.condition.parameters
    ]
    otherwise = told(None, None, "0")
    return f"CASE {' '.join(branches)} ELSE {otherwise} END" if branches else otherwise


def reason_sql(name: str, emitter: Emitter) -> str:
    """Return why a field was not said: the standing of its source for this subject."""
    assembled = emitter.ground.facts[emitter.fact.name]
    source = assembled.origin.get(name)
    if source is None:
        return "2"
    return f"{emitter.alias}.{quoted('_standing_' + source)}"
