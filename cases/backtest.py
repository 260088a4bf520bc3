"""What a changed rule would have opened and closed: judged on kept snapshots, beside the rule as it is."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

import engine.conditions
import engine.examples
import rules.load
from cases.judged import work_of
from cases.kept_runs import KeptRun, kept_plan, kept_run
from cases.masking import mask_key
from cases.plan import Order, Plan, make_plan
from cases.scan import assemble, detect, gate, land
from connectors.duck import literal, open_duck
from connectors.landed import Assembled, Gated
from connectors.run_record import Record
from connectors.snapshot import Snapshots
from engine.findings import Detection
from rules.errors import FaultsError, Message, UsageError
from rules.fault_list import FaultList, use_one_of
from rules.model import Rule, RuleBook

MOST_SAMPLES = 100
"""Subjects that can be named of each kind and run."""


@dataclass(frozen=True)
class BacktestOrder:
    """The rule by its id, the file that says it otherwise, the days (inclusive), and how many subjects to name."""

    order: Order
    rule: str
    against: Path
    since: date
    until: date
    samples: int


@dataclass(frozen=True)
class BacktestLine:
    """One kept run judged twice. `both` finds; `closed` only the rule as it is; `opened` only the one of the file.

    `judged`: subjects in violation or passing, by the rule as it is and by the file.
    """

    run_id: str
    as_of: date | None
    judged: int
    judged_now: int
    both: int
    closed: int
    opened: int
    unknown: int
    unknown_now: int


@dataclass(frozen=True)
class Backtest:
    """All runs of the span, those left out with the reason, and some masked subjects that would have changed."""

    rule: str
    lines: tuple[BacktestLine, ...]
    left_out: Mapping[str, str]
    closed: tuple[str, ...]
    opened: tuple[str, ...]

    @property
    def total(self) -> BacktestLine:
        """The sums of all runs."""
        names = ("judged", "judged_now", "both", "closed", "opened", "unknown", "unknown_now")
        return BacktestLine("", None, *(sum(getattr(line, name) for line in self.lines) for name in names))


def backtest(wanted: BacktestOrder, into: Path) -> Backtest:
    """Judge every kept snapshot of the span by the rule as it is and as the file says; parameters are those of now.

    Raises FaultsError with every fault of the file, UsageError where there is no such rule or no snapshot.
    """
    plan = make_plan(wanted.order)
    as_it_is = _rule_of(plan.book, wanted.rule)
    changed = read_changed(wanted.against, as_it_is, plan)
    lines, left_out, closed, opened = [], {}, list[str](), list[str]()
    for record in _in_span(plan.snapshots, wanted):
        folder = into / record.run_id
        try:
            run = _sound(kept_run(plan.configuration.state, record))
            ground = _ground(plan, run, folder)
            answers = [_answer(ground, rule, folder / name) for name, rule in (("is", as_it_is), ("file", changed))]
        except UsageError as error:
            left_out[record.run_id] = error.what
            continue
        line, keys = _compared(record, answers[0], answers[1], folder / "compared")
        lines.append(line)
        closed += keys[0]
        opened += keys[1]
    fact = plan.book.vocabulary.facts[as_it_is.subject]
    named = [tuple(mask_key(key, fact) for key in dict.fromkeys(keys))[: wanted.samples] for keys in (closed, opened)]
    return Backtest(wanted.rule, tuple(lines), left_out, named[0], named[1])


def _rule_of(book: RuleBook, name: str) -> Rule:
    if name not in book.rules:
        raise UsageError(
            Message("--rule {name}: no pack that is switched on has this rule", name=name),
            Message("there would be nothing to hold the file against"),
            use_one_of(name, book.rules),
        )
    return book.rules[name]


def read_changed(path: Path, as_it_is: Rule, plan: Plan) -> Rule:
    """Read the rule of a file and hold it to its conditions and examples. Raises FaultsError, UsageError."""
    faults = FaultList()
    rule = rules.load.read_rule_file(path, as_it_is.pack, plan.book, faults)
    found = set(faults.sorted())
    if rule is not None:
        book = replace(plan.book, rules={rule.id: rule})
        conditions = engine.conditions.check(book)
        found |= {*conditions, *(() if conditions else engine.examples.check_examples(book, plan.calendar))}
    if found or rule is None:
        raise FaultsError(tuple(found))
    if rule.id != as_it_is.id or rule.subject != as_it_is.subject:
        raise UsageError(
            Message("{path} holds the rule {rule} on {fact}", path=path, rule=rule.id, fact=rule.subject),
            Message("it would be held against {rule} on {fact}", rule=as_it_is.id, fact=as_it_is.subject),
            Message("give the file the same id and subject, or name its rule with --rule"),
        )
    return rule


def _in_span(snapshots: Snapshots, wanted: BacktestOrder) -> tuple[Record, ...]:
    records = snapshots.records()
    found = tuple(record for record in records if wanted.since <= record.as_of <= wanted.until)
    if found:
        return found
    days = sorted(record.as_of for record in records)
    raise UsageError(
        Message("no kept snapshot is of {since} to {until}", since=wanted.since, until=wanted.until),
        Message("a rule can be tried only on what a scan has read"),
        Message("snapshots are kept of {first} to {last}", first=days[0], last=days[-1])
        if days
        else Message("run patuh scan first"),
    )


def _sound(run: KeptRun) -> KeptRun:
    if run.sound:
        return run
    if run.changed:
        said = Message("what was kept was changed: {names}", names=tuple(one.name or one.kind for one in run.changed))
    else:
        said = Message("purged: {names}", names=run.purged)
    raise UsageError(said, Message("the run cannot be judged again"), Message("patuh replay names what is missing"))


@dataclass(frozen=True)
class _Ground:
    """The facts of one kept run under the rule book of now."""

    plan: Plan
    gated: Mapping[str, Gated]
    facts: Mapping[str, Assembled]


def _ground(plan: Plan, run: KeptRun, into: Path) -> _Ground:
    """Put the facts of a kept run together as its run file said, for the vocabulary and the law of now."""
    kept = replace(kept_plan(plan.configuration.state, run, into), book=plan.book, calendar=plan.calendar)
    configuration, facts = kept.configuration, plan.book.vocabulary.facts
    gone = tuple(sorted({*configuration.assemblies, *(one.fact for one in configuration.sources.values())} - {*facts}))
    if gone:
        raise UsageError(
            Message("the vocabulary no longer has the facts {names}", names=gone),
            Message("the run cannot be judged again"),
            Message("patuh replay names what is missing"),
        )
    assert run.judgement is not None
    gated = gate(kept, land(kept), run.judgement.previous)
    return _Ground(kept, gated, assemble(kept, gated))


def _answer(ground: _Ground, rule: Rule, into: Path) -> Detection:
    """Judge by one rule alone; a draft, a trial or a notice gives findings here too, as if it were stable."""
    tried = replace(rule, status="stable", nature="violation" if rule.nature == "notice" else rule.nature)
    book = replace(ground.plan.book, rules={rule.id: tried})
    plan = replace(ground.plan, book=book, rules=(rule.id,))
    return detect(work_of(plan, ground.gated), ground.facts, into)


def _compared(
    record: Record, as_it_is: Detection, changed: Detection, scratch: Path
) -> tuple[BacktestLine, tuple[list[str], list[str]]]:
    before, after = _outcomes(as_it_is), _outcomes(changed)
    with closing(open_duck(scratch)) as duck:
        duck.execute(
            f"""CREATE TABLE compared AS SELECT t.subject_key AS was, n.subject_key AS is_now
            FROM read_parquet({literal(as_it_is.findings)}) t FULL JOIN read_parquet({literal(changed.findings)}) n
            ON n.subject_key = t.subject_key"""
        )
        counts = "count(*) FILTER (was = is_now), count(*) FILTER (is_now IS NULL), count(*) FILTER (was IS NULL)"
        both, closed, opened = duck.execute(f"SELECT {counts} FROM compared").fetchall()[0]
        keys = (_some(duck, "was", "is_now"), _some(duck, "is_now", "was"))
    line = BacktestLine(
        run_id=record.run_id,
        as_of=record.as_of,
        judged=before["violation"] + before["pass"],
        judged_now=after["violation"] + after["pass"],
        both=both,
        closed=closed,
        opened=opened,
        unknown=before["unknown"],
        unknown_now=after["unknown"],
    )
    return line, keys


def _some(duck: duckdb.DuckDBPyConnection, found: str, missed: str) -> list[str]:
    sql = f"SELECT {found} FROM compared WHERE {missed} IS NULL ORDER BY 1 LIMIT {MOST_SAMPLES}"
    return [str(row[0]) for row in duck.execute(sql).fetchall()]


def _outcomes(detection: Detection) -> Counter[str]:
    found = Counter[str]()
    for count in detection.counts:
        found[count.outcome] += count.subjects
    return found
