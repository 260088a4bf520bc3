"""The lines of a rule as questions to a handful of subjects: what each line came to, and what the rule said.

The SQL is a scan's own. A question is a line of `scope`, `needs` or `when`, the law date (TRUE: it is said), a step of
the severity or a mark.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.backend import DuckBackend
from engine.checker import Checked
from engine.compile import OUTCOMES, Part, laid_out, law_in_force, severity_sql
from engine.detect import lay_calendar
from engine.emit import Emitter
from engine.plan import FactPlan
from rules.model import SEVERITIES, Outcome, SeverityName

AskedPart = Part | Literal["severity", "marks"]
Truth = bool | None


@dataclass(frozen=True)
class Question:
    """One line of a rule under the label of explanations (`when 2`, `severity 1`, `mark work_ended`), and its SQL."""

    part: AskedPart
    label: str
    condition: Checked
    sql: str


@dataclass(frozen=True)
class Answer:
    """What a rule says of one subject. `in_force`: whether its law was, None where the law date is not said.

    `lines` are by label; None is SQL's NULL. `lets` are the named values as text, None where nobody could say.
    `severity` means something for a violation only.
    """

    outcome: Outcome
    severity: SeverityName
    in_force: Truth
    lines: Mapping[str, Truth]
    lets: Mapping[str, str | None]


def questions(plan: FactPlan, emitter: Emitter) -> tuple[Question, ...]:
    """Return the questions of the plan's one rule; the emitter's joins must go into the FROM clause."""
    rule = plan.rules[0]
    found: list[Question] = []
    for line in laid_out(rule, emitter).lines:
        sql = f"({line.sql} IS NOT NULL OR NULL)" if line.part == "law_date" else line.sql
        found.append(Question(line.part, line.label, line.condition, sql))
    for number, (step, _) in enumerate(rule.severity, start=1):
        if step is not None:
            found.append(Question("severity", f"severity {number}", step, emitter.sql(step.tree)))
    for name, mark in rule.marks:
        found.append(Question("marks", f"mark {name}", mark, emitter.sql(mark.tree)))
    return tuple(found)


def answers(backend: DuckBackend, plan: FactPlan) -> list[Answer]:
    """Return what the plan's one rule says of each specimen, in order: one query."""
    lay_calendar(backend, plan)
    emitter, rule = plan.emitter(), plan.rules[0]
    asked = questions(plan, emitter)
    outcome = laid_out(rule, emitter).outcome
    lets = [f"CAST({emitter.sql(let.tree)} AS VARCHAR)" for let in rule.let.values()]
    lines = [one.sql for one in asked]
    columns = [outcome, severity_sql(rule, emitter), law_in_force(rule, emitter), *lines, *lets]
    source = " ".join([plan.scan, *emitter.joins.values()])
    rows = backend.rows(f"SELECT {', '.join(columns)} FROM {source} ORDER BY CAST(f.{plan.fact.key} AS INTEGER)")
    labels = [one.label for one in asked]
    return [
        Answer(
            OUTCOMES[code],
            SEVERITIES[grade - 1],
            in_force,
            dict(zip(labels, rest, strict=False)),
            dict(zip(rule.let, rest[len(labels) :], strict=True)),
        )
        for code, grade, in_force, *rest in rows
    ]
