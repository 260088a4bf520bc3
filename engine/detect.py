"""Detection, set by set: every rule over every fact, counts of all outcomes, findings, and what could not be judged."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    """Judge all facts and write `findings.parquet`, `notices.parquet` and `unknowns.parquet` into the folder `into`.

    Raises FaultsError when a condition cannot be compiled; a rule that fails while running counts as `error`.
    """
    into.mkdir(parents=True, exist_ok=True)
    checked = checked_rules(work)
    counts: list[OutcomeCount] = []
    findings: dict[str, str] = {}
    notices: dict[str, str] = {}
    unknowns: dict[str, str] = {}
    refusals: dict[str, Exception] = {}
    laid = tuple(plans(work, facts, checked))
    with DuckBackend(work.scratch) as backend:
        lay_calendar(backend, *laid)
        for plan in laid:
            if plan.assembled.spine_standing is not Standing.SAID:
                counts += all_unknown(backend, plan)
                continue
            sound, refused = tried(backend, plan, FactPlan.verdicts_sql)
            refusals |= refused
            counts += [count for rule in refused for count in everyone(backend, plan, rule, "error")]
            counts += counted(backend, sound)
            for number, rule in enumerate(sound.rules):
                unknowns[rule.rule.id] = sound.unknown_sql(number)
                if rule.rule.status == "stable":
                    told = notices if rule.rule.nature == "notice" else findings
                    told[rule.rule.id] = sound.finding_sql(number)
        untold = written(backend, findings, FINDING_COLUMNS, into / "findings.parquet")
        untold |= written(backend, notices, FINDING_COLUMNS, into / "notices.parquet")
        refusals |= untold | written(backend, unknowns, UNKNOWN_COLUMNS, into / "unknowns.parquet")
    return Detection(
        counts=as_errors(counts, untold),
        findings=into / "findings.parquet",
        notices=into / "notices.parquet",
        unknowns=into / "unknowns.parquet",
        not_judged=(*not_judged(work, facts, checked), *refused_by_the_database(work, facts, refusals)),
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
    parts = []
    laid = tuple(plans(work, facts, checked))
    with DuckBackend(work.scratch) as backend:
        lay_calendar(backend, *laid)
        for plan in laid:
            if plan.assembled.spine_standing is Standing.SAID and plan.assembled.path is not None:
                sound, _ = tried(backend, plan, lambda one: one.asked_sql(literal(subjects)))
                parts += [f"FROM {sound.asked}"] if sound.rules else []
        nobody = "SELECT NULL::VARCHAR AS rule, NULL::VARCHAR AS subject_key, 0 AS code WHERE FALSE"
        outcome = f"list_extract([{names}], CAST(code AS INTEGER) + 1) AS outcome"
        backend.write(f"SELECT rule, subject_key, {outcome} FROM ({' UNION ALL '.join([nobody, *parts])})", path)
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


def tried(
    backend: Backend, plan: FactPlan, statement: Callable[[FactPlan], str]
) -> tuple[FactPlan, dict[str, Exception]]:
    """Run a statement for all rules of a plan; return the plan of those that run, and what the others were told."""
    try:
        backend.run(statement(plan))
    except duckdb.Error:
        alone = [replace(plan, rules=(rule,)) for rule in plan.rules]
        told = [refusal(backend.run, statement(one)) for one in alone]
        sound = replace(plan, rules=tuple(rule for rule, said in zip(plan.rules, told, strict=True) if said is None))
        if len(sound.rules) == len(plan.rules):
            raise
        if sound.rules:
            backend.run(statement(sound))
        return sound, {rule.rule.id: said for rule, said in zip(plan.rules, told, strict=True) if said is not None}
    return plan, {}


def refusal(run: Callable[[str], None], sql: str) -> duckdb.Error | None:
    """Return what the database says against a statement, None where it runs."""
    try:
        run(sql)
    except duckdb.Error as error:
        return error
    return None


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


def written(backend: Backend, parts: Mapping[str, str], columns: Mapping[str, str], path: Path) -> dict[str, Exception]:
    """Write the rules' `parts` with exactly `columns`, by rule and subject; return what rules left out were told.

    The order is the content's own: threads and the size of a register decide in which order a join gives its rows, and
    the same night judged again must give the same bytes. Rule by rule, so that the widest sort is that of one rule.
    """
    typed = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in columns.items())
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
    pieces: list[Path] = []
    told: dict[str, Exception] = {}
    for rule, part in sorted(parts.items()):
        piece = path.with_name(f"{path.stem}-{len(pieces)}.parquet")
        try:
            backend.write(f"SELECT {typed} FROM ({part}) ORDER BY subject_key", piece)
        except duckdb.Error as error:
            told[rule] = error
        else:
            pieces.append(piece)
    names = ", ".join(map(literal, pieces))
    backend.write(f"FROM read_parquet([{names}])" if pieces else f"SELECT {empty} WHERE FALSE", path)
    for piece in pieces:
        piece.unlink()
    return told


def as_errors(counts: Iterable[OutcomeCount], rules: Collection[str]) -> tuple[OutcomeCount, ...]:
    """Return the counts with every subject of `rules` as an error: what was found of them could not be told."""
    kept, errors = [], Counter[tuple[str, str]]()
    for count in counts:
        if count.rule in rules:
            errors[count.rule, count.region] += count.subjects
        else:
            kept.append(count)
    return (*kept, *(OutcomeCount(rule, region, "error", subjects) for (rule, region), subjects in errors.items()))


def refused_by_the_database(
    work: Work, facts: Mapping[str, Assembled], refusals: Mapping[str, Exception]
) -> Iterable[NotJudged]:
    """Yield each rule that failed while it ran, with the first line of what the database said."""
    for rule, error in refusals.items():
        said = str(error).splitlines()[0]
        reason = Message("the rule failed while it ran: {said}", said=said)
        yield NotJudged(rule, facts[work.book.rules[rule].subject].spine, reason)


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
        for source in sorted(sources_read(work, rule, facts) & set(work.failed)):
            yield NotJudged(rule.rule.id, source, work.failed[source])


def sources_read(work: Work, rule: CheckedRule, facts: Mapping[str, Assembled]) -> set[str]:
    """Return the sources that the lines of a rule read, over relations too."""
    fact = work.book.vocabulary.facts[rule.rule.subject]
    lines = (*rule.scope, *rule.needs, *rule.when, *((rule.law_date,) if rule.law_date else ()))
    found = {facts[fact.name].origin.get(name) for line in lines for name in line.fields}
    for relation, name in (path for line in lines for path in line.paths):
        other = facts.get(fact.relations[relation].fact)
        found |= {other.spine, other.origin.get(name)} if other is not None else set()
    return {source for source in found if source is not None}


def lay_calendar(backend: Backend, *plans: FactPlan) -> None:
    """Make the table of working-day deadlines that the plans' rules read: one row per day that the calendar knows.

    One table for all facts of a night: lists are written when the last fact is judged, and read the calendar again.
    """
    deadlines = {name: deadline for plan in plans for name, deadline in plan.deadlines().items()}
    if not deadlines:
        return
    calendar = plans[0].ground.calendar
    length = (calendar.covers_until - calendar.covers_from).days + 1
    days = [calendar.covers_from + timedelta(days=number) for number in range(length)]
    columns = {"day": pa.array(days, pa.date32())}
    for name, deadline in deadlines.items():
        columns[name] = pa.array(reached(calendar, deadline, days), pa.date32())
    backend.table("working_calendar", pa.table(columns))


def reached(calendar: WorkingCalendar, deadline: Deadline, days: list[date]) -> list[date | None]:
    """Return for each day the one so many working days after (or before) it; None beyond the calendar."""
    if not deadline.days and deadline.way != "from":
        return list(days)
    working = calendar.working_days(deadline.off)
    place, step = {
        "before": (bisect_left, -deadline.days),
        "after": (bisect_right, deadline.days - 1),
        "from": (bisect_left, deadline.days),
    }[deadline.way]
    positions = [place(working, day) + step for day in days]
    return [working[position] if 0 <= position < len(working) else None for position in positions]
