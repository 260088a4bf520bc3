"""The lines of a rule as questions to a handful of subjects: what each line came to, and what the rule said.

The SQL is a scan's own. A question is a line of `scope`, `needs` or `when`, the law date (TRUE: it is said), a step of
the severity or a mark.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.backend import DuckBackend
from engine.checker import Checked
from engine.compile import OUTCOMES, Part, laid_out, law_in_force, severity_sql
from engine.detect import lay_calendar
from engine.emit import Emitter
from engine.limits import Limit, Side, limits, side_of
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
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a rule says of one subject. `in_force`: whether its law was, None where the law date is not said.

    `lines` are by label; None is SQL's NULL. `lets` are the named values as text, None where nobody could say.
    `severity` means something for a violation only. `sides`: where the subject stands at each limit of a line, by label
    and number of the limit.
    """

    outcome: Outcome
    severity: SeverityName
    in_force: Truth
    lines: Mapping[str, Truth]
    lets: Mapping[str, str | None]
    sides: Mapping[tuple[str, int], Side | None]


def questions(plan: FactPlan, emitter: Emitter) -> tuple[Question, ...]:
    """Return the questions of the plan's one rule; the emitter's joins must go into the FROM clause."""
    rule = plan.rules[0]
    found: list[Question] = []
    for line in laid_out(rule, emitter).lines:
        if line.part == "law_date":
            found.append(Question(line.part, line.label, line.condition, f"({line.sql} IS NOT NULL OR NULL)"))
        else:
            found.append(Question(line.part, line.label, line.condition, line.sql, limits(line.condition, emitter)))
    for number, (step, _) in enumerate(rule.severity, start=1):
        if step is not None:
            found.append(extra("severity", f"severity {number}", step, emitter))
    return (*found, *(extra("marks", f"mark {name}", mark, emitter) for name, mark in rule.marks))


def extra(part: AskedPart, label: str, condition: Checked, emitter: Emitter) -> Question:
    """Return a step or a mark as a question."""
    return Question(part, label, condition, emitter.sql(condition.tree), limits(condition, emitter))


def answers(backend: DuckBackend, plan: FactPlan) -> list[Answer]:
    """Return what the plan's one rule says of each specimen, in order: one query."""
    lay_calendar(backend, plan)
    emitter, rule = plan.emitter(), plan.rules[0]
    asked = questions(plan, emitter)
    outcome = laid_out(rule, emitter).outcome
    lets = [f"CAST({emitter.sql(let.tree)} AS VARCHAR)" for let in rule.let.values()]
    lines = [one.sql for one in asked]
    steps = [limit.sql for one in asked for limit in one.limits]
    columns = [outcome, severity_sql(rule, emitter), law_in_force(rule, emitter), *lines, *lets, *steps]
    source = " ".join([plan.scan, *emitter.joins.values()])
    rows = backend.rows(f"SELECT {', '.join(columns)} FROM {source} ORDER BY CAST(f.{plan.fact.key} AS INTEGER)")
    return [answer(asked, tuple(rule.let), row) for row in rows]


def answer(asked: tuple[Question, ...], lets: tuple[str, ...], row: tuple[Any, ...]) -> Answer:
    """Return one row of the answers' query as an answer."""
    code, grade, in_force, *rest = row
    lines, rest = rest[: len(asked)], rest[len(asked) :]
    places = [(one.label, number) for one in asked for number in range(len(one.limits))]
    return Answer(
        OUTCOMES[code],
        SEVERITIES[grade - 1],
        in_force,
        {one.label: truth for one, truth in zip(asked, lines, strict=True)},
        dict(zip(lets, rest, strict=False)),
        dict(zip(places, map(side_of, rest[len(lets) :]), strict=True)),
    )
