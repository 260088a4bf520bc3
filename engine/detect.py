"""Detection, set by set: every rule over every fact, counts of all outcomes, findings, and what could not be judged."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from connectors.duck import literal
from connectors.landed import Assembled, Standing
from engine.backend import Backend, DuckBackend
from engine.compile import OUTCOMES
from engine.conditions import CheckedRule, check_rule
from engine.emit import Deadline, Ground
from engine.findings import FINDING_COLUMNS, UNKNOWN_COLUMNS, Detection, NotJudged, OutcomeCount
from engine.plan import FactPlan
from rules.errors import Fault, FaultsError, Message
from rules.model import Outcome, RuleBook
from rules.working_days import WorkingCalendar


@dataclass(frozen=True)
class Work:
    """What is judged and as of when.

    `rules`: the ids that judge tonight; draft and retired ones among them are left out.
    `off`: an office's own kinds of days off, by the name of the deadline's parameter.
    `failed`: sources that failed a gate or are not there, with the reason; rules that read them are named.
    """

    book: RuleBook
    rules: tuple[str, ...]
    evaluation_date: date
    calendar: WorkingCalendar
    off: Mapping[str, tuple[str, ...]]
    scratch: Path
    failed: Mapping[str, str] = field(default_factory=dict)


def detect(work: Work, facts: Mapping[str, Assembled], into: Path) -> Detection:
    """Judge all facts and write `findings.parquet` and `unknowns.parquet` into the folder `into`.

    Raises FaultsError when a condition cannot be compiled; a rule that fails while running counts as `error`.
    """
    into.mkdir(parents=True, exist_ok=True)
    checked = checked_rules(work)
    counts: list[OutcomeCount] = []
    findings, unknowns = [], []
    with DuckBackend(work.scratch) as backend:
        for plan in plans(work, facts, checked):
            if plan.assembled.spine_standing is not Standing.SAID:
                counts += all_unknown(backend, plan)
                continue
            sound, broken = judged(backend, plan)
            counts += broken
            counts += counted(backend, sound)
            opening = [n for n, rule in enumerate(sound.rules) if opens_cases(rule)]
            findings += [sound.finding_sql(number) for number in opening]
            unknowns += [sound.unknown_sql(number) for number in range(len(sound.rules))]
        return Detection(
            counts=tuple(counts),
            findings=written(backend, findings, FINDING_COLUMNS, into / "findings.parquet"),
            unknowns=written(backend, unknowns, UNKNOWN_COLUMNS, into / "unknowns.parquet"),
            not_judged=tuple(not_judged(work, facts, checked)),
            left_out={one.spine: one.left_out for one in facts.values() if one.left_out},
        )


def outcomes_of(work: Work, facts: Mapping[str, Assembled], subjects: Path, into: Path) -> Path:
    """Judge single subjects: `subjects` and the result are Parquet, (rule, subject_key) to (…, outcome).

    A subject that is no longer in its fact has no row; a rule that cannot judge tonight has none either.
    """
    into.mkdir(parents=True, exist_ok=True)
    path = into / "outcomes.parquet"
    checked = checked_rules(work)
    names = ", ".join(f"'{outcome}'" for outcome in OUTCOMES)
    with DuckBackend(work.scratch) as backend:
        parts = []
        for plan in plans(work, facts, checked):
            if plan.assembled.spine_standing is Standing.SAID and plan.assembled.path is not None:
                lay_calendar(backend, plan)
                parts.append(plan.asked_sql(literal(subjects)))
        union = " UNION ALL ".join(parts) or "SELECT NULL::VARCHAR AS rule, NULL::VARCHAR AS subject_key, 0 AS code"
        outcome = f"list_extract([{names}], CAST(code AS INTEGER) + 1) AS outcome"
        backend.write(f"SELECT rule, subject_key, {outcome} FROM ({union}) WHERE rule IS NOT NULL", path)
    return path


def checked_rules(work: Work) -> tuple[CheckedRule, ...]:
    """Return the rules that judge tonight, compiled; all faults of all of them at once."""
    found: list[CheckedRule] = []
    faults: list[Fault] = []
    for name in work.rules:
        rule = work.book.rules[name]
        if rule.status in ("draft", "retired"):
            continue
        result, wrong = check_rule(work.book, rule)
        faults += wrong
        if result is not None:
            found.append(result)
    if faults:
        raise FaultsError(tuple(faults))
    return tuple(found)


def plans(work: Work, facts: Mapping[str, Assembled], checked: Iterable[CheckedRule]) -> Iterable[FactPlan]:
    """Yield one plan per fact that was put together and that a rule looks at."""
    ground = Ground(work.book.vocabulary, facts, work.book.parameters, work.evaluation_date, work.calendar, work.off)
    for name, assembled in facts.items():
        rules = tuple(rule for rule in checked if rule.rule.subject == name)
        if rules:
            yield FactPlan(ground, work.book.vocabulary.facts[name], assembled, rules)


def opens_cases(rule: CheckedRule) -> bool:
    """Return whether violations of the rule become findings; a trial is only counted, a notice only listed."""
    return rule.rule.status == "stable" and rule.rule.nature != "notice"


def judged(backend: Backend, plan: FactPlan) -> tuple[FactPlan, list[OutcomeCount]]:
    """Judge by all rules that run and fetch their candidates; a rule that fails while running is counted as error."""
    lay_calendar(backend, plan)
    try:
        backend.run(plan.verdicts_sql())
    except duckdb.Error:
        sound = tuple(rule for rule in plan.rules if runs(backend, plan, rule))
        if len(sound) == len(plan.rules):
            raise
        broken = [rule for rule in plan.rules if rule not in sound]
        rest = FactPlan(plan.ground, plan.fact, plan.assembled, sound)
        if sound:
            backend.run(rest.verdicts_sql())
        return rest, [count for rule in broken for count in everyone(backend, plan, rule.rule.id, "error")]
    return plan, []


def runs(backend: Backend, plan: FactPlan, rule: CheckedRule) -> bool:
    """Return whether one rule alone gets through all subjects."""
    alone = FactPlan(plan.ground, plan.fact, plan.assembled, (rule,))
    try:
        backend.run(alone.verdicts_sql())
    except duckdb.Error:
        return False
    return True


def counted(backend: Backend, plan: FactPlan) -> list[OutcomeCount]:
    """Return the outcome counts of every rule by region, and leave only the candidates in the backend."""
    if not plan.rules:
        return []
    totals: dict[tuple[str, str, Outcome], int] = {}
    for region, *codes, subjects in backend.rows(plan.counts_sql()):
        for rule, code in zip(plan.rules, codes, strict=True):
            key = (rule.rule.id, region, OUTCOMES[code])
            totals[key] = totals.get(key, 0) + subjects
    backend.run(plan.candidates_sql())
    backend.run(f"DROP TABLE {plan.verdicts}")
    return [OutcomeCount(*key, subjects) for key, subjects in sorted(totals.items())]


def everyone(backend: Backend, plan: FactPlan, rule: str, outcome: Outcome) -> list[OutcomeCount]:
    """Return one outcome for all subjects of a fact, by region."""
    if plan.assembled.path is None:
        return []
    sql = f"SELECT {plan.region5()} AS region, count(*) FROM {plan.scan} GROUP BY 1 ORDER BY 1"
    return [OutcomeCount(rule, region, outcome, subjects) for region, subjects in backend.rows(sql)]


def all_unknown(backend: Backend, plan: FactPlan) -> list[OutcomeCount]:
    """Count every subject as unknown under every rule: the spine itself cannot be trusted tonight."""
    return [count for rule in plan.rules for count in everyone(backend, plan, rule.rule.id, "unknown")]


def written(backend: Backend, parts: list[str], columns: Mapping[str, str], path: Path) -> Path:
    """Write the union of `parts` with exactly `columns`, in the order of rules and of their facts' files."""
    typed = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in columns.items())
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
    union = " UNION ALL BY NAME ".join(parts) or f"SELECT {empty} WHERE FALSE"
    backend.write(f"SELECT {typed} FROM ({union})", path)
    return path


def not_judged(work: Work, facts: Mapping[str, Assembled], checked: tuple[CheckedRule, ...]) -> Iterable[NotJudged]:
    """Yield each rule that could not judge because of a source that is not there or failed a gate."""
    for rule in checked:
        assembled = facts.get(rule.rule.subject)
        if assembled is None:
            yield NotJudged(rule.rule.id, rule.rule.subject, Message("no source gives this fact"))
            continue
        if assembled.spine_standing is not Standing.SAID:
            yield NotJudged(rule.rule.id, assembled.spine, assembled.spine_reason or Message("not there"))
            continue
        for source in sorted(sources_read(rule, facts) & set(work.failed)):
            yield NotJudged(rule.rule.id, source, work.failed[source])


def sources_read(rule: CheckedRule, facts: Mapping[str, Assembled]) -> set[str]:
    """Return the sources that the lines of a rule read, over relations too."""
    own = facts[rule.rule.subject]
    lines = (*rule.scope, *rule.needs, *rule.when, *((rule.law_date,) if rule.law_date else ()))
    found = {own.origin.get(name) for line in lines for name in line.fields}
    return {source for source in found if source is not None}


def lay_calendar(backend: Backend, plan: FactPlan) -> None:
    """Make the table of working-day deadlines that the plan's rules read: one row per day that the calendar knows."""
    deadlines = plan.deadlines()
    calendar = plan.ground.calendar
    length = (calendar.covers_until - calendar.covers_from).days + 1
    days = [calendar.covers_from + timedelta(days=number) for number in range(length)]
    columns = {"day": pa.array(days, pa.date32())}
    for name, deadline in deadlines.items():
        columns[name] = pa.array(reached(calendar, deadline, days), pa.date32())
    if deadlines:
        backend.table("working_calendar", pa.table(columns))


def reached(calendar: WorkingCalendar, deadline: Deadline, days: list[date]) -> list[date | None]:
    """Return for each day the one so many working days after (or before) it; None beyond the calendar."""
    working = [day for day in days if calendar.is_working(day, deadline.off)]
    found: list[date | None] = []
    for day in days:
        if deadline.backwards:
            position = bisect_left(working, day) - deadline.days
        else:
            position = bisect_right(working, day) + deadline.days - 1
        found.append(working[position] if 0 <= position < len(working) else None)
    return found
