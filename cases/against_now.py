"""A kept run judged by the files of now: which inputs changed, and what the answer would be."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import rules.load
from cases.changed_inputs import Inputs, changes
from cases.judgement import Judgement
from cases.kept_runs import Change, KeptRun, load_kept
from cases.plan import Order, Plan, make_plan
from cases.replay import detect_again
from connectors.duck import literal, open_duck
from engine.findings import Detection
from rules.errors import FaultsError


@dataclass(frozen=True)
class RuleEffect:
    """One rule: violations and unknowns then and now, and of the findings those only now, only then, said otherwise."""

    rule: str
    then: int
    now: int
    added: int
    removed: int
    otherwise: int
    unknown_then: int
    unknown_now: int

    @property
    def same(self) -> bool:
        """Whether the rule gives the same answer."""
        counts = (self.then, self.unknown_then) == (self.now, self.unknown_now)
        return counts and not (self.added or self.removed or self.otherwise)


@dataclass(frozen=True)
class AgainstNow:
    """What differs between then and now, and what each rule would have found."""

    run_id: str
    as_of: date
    changes: tuple[Change, ...]
    effects: tuple[RuleEffect, ...]


def against_now(run: KeptRun, then: Detection, order: Order, into: Path) -> AgainstNow:
    """Judge the registers of a kept run by the files of now. `then`: its answer. Raises FaultsError, UsageError."""
    assert run.judgement is not None
    loaded = rules.load.load(order.config)
    if loaded.faults:
        raise FaultsError(loaded.faults)
    plan = plan_of_now(run, run.judgement, order, into)
    kept = Inputs(load_kept(run.texts, into / "then"), run.texts)
    found = changes(kept, Inputs(loaded, plan.texts))
    now = detect_again(plan, run.judgement) if found else then
    return AgainstNow(run.record.run_id, run.record.as_of, found, effects(then, now, into / "compared"))


def plan_of_now(run: KeptRun, judgement: Judgement, order: Order, into: Path) -> Plan:
    """Return the plan of now's files for the day and the registers of a kept run."""
    asked = replace(order, as_of=run.record.as_of, dry_run=True, rules=())
    plan = make_plan(asked)
    chosen = tuple(name for name in plan.rules if not judgement.rules or name in judgement.rules)
    return replace(
        plan,
        rules=chosen,
        past=run.record,
        reconstruction=judgement.reconstruction,
        run_id=run.record.run_id,
        scratch=into / "now",
    )


def effects(then: Detection, now: Detection, scratch: Path) -> tuple[RuleEffect, ...]:
    """Compare two answers as sets, rule by rule; a rule on trial has counts only."""
    with closing(open_duck(scratch)) as duck:
        rows = duck.execute(
            f"""SELECT coalesce(t.rule, n.rule) AS rule, count(*) FILTER (t.rule IS NULL) AS added,
                count(*) FILTER (n.rule IS NULL) AS removed, count(*) FILTER (t.fingerprint <> n.fingerprint) AS other
            FROM {_told(then)} t FULL JOIN {_told(now)} n
            ON n.rule = t.rule AND n.subject_key = t.subject_key GROUP BY 1"""
        ).fetchall()
    found = {str(rule): (int(added), int(removed), int(other)) for rule, added, removed, other in rows}
    before, after = _counts(then), _counts(now)
    return tuple(
        RuleEffect(
            rule=name,
            then=before[name, "violation"],
            now=after[name, "violation"],
            added=found.get(name, (0, 0, 0))[0],
            removed=found.get(name, (0, 0, 0))[1],
            otherwise=found.get(name, (0, 0, 0))[2],
            unknown_then=before[name, "unknown"],
            unknown_now=after[name, "unknown"],
        )
        for name in sorted({rule for rule, _ in (*before, *after)})
    )


def _told(detection: Detection) -> str:
    return f"read_parquet([{literal(detection.findings)}, {literal(detection.notices)}])"


def _counts(detection: Detection) -> Counter[tuple[str, str]]:
    """Return the subjects of each rule by outcome."""
    found = Counter[tuple[str, str]]()
    for count in detection.counts:
        found[count.rule, count.outcome] += count.subjects
    return found
