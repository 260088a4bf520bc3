"""What matching is told of tonight: which rules ran, what a missing subject means, what the scan read."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import engine.detect
from cases.masking import evidence_classes
from cases.night import Judged, Night, Spine
from cases.plan import Plan
from cases.proof.anchors import anchor_folder
from connectors.duck import literal, open_duck
from connectors.landed import Assembled, Gated, Landed, Standing
from engine.detect import Work
from engine.findings import Detection
from rules.configuration import Configuration
from rules.model import Rule, Vocabulary


def work_of(plan: Plan, gated: Mapping[str, Gated]) -> Work:
    """Return what the engine is to do; a source that failed a gate goes with its reason."""
    failed = {
        name: one.reason or one.standing.name.lower()
        for name, one in gated.items()
        if one.standing is not Standing.SAID
    }
    return Work(
        book=plan.book,
        rules=plan.rules,
        evaluation_date=plan.as_of,
        calendar=plan.calendar,
        off=plan.configuration.calendar_off,
        scratch=plan.scratch / "engine",
        failed=failed,
    )


def judged_of(plan: Plan, gated: Mapping[str, Gated], facts: Mapping[str, Assembled], detection: Detection) -> Judged:
    """Return which rules ran, with their limits, and how single subjects are judged again.

    A rule that failed, or whose spine failed a gate, did not run: nothing of it opens or closes.
    """
    failed = {count.rule for count in detection.counts if count.outcome == "error" and count.subjects}
    ran = {
        name: rule
        for name, rule in ((name, plan.book.rules[name]) for name in plan.rules)
        if name not in failed and opens_cases(rule) and _spine_said(facts.get(rule.subject))
    }
    work = work_of(plan, gated)
    return Judged(
        rules=ran,
        guards=plan.configuration.guards,
        spines=spines_of(plan.configuration, plan.book.vocabulary, gated, plan.scratch / "spines"),
        outcomes_of=lambda subjects, into: _outcomes_of(work, facts, subjects, into),
        judging=work,
    )


def opens_cases(rule: Rule) -> bool:
    """Say whether violations of the rule become findings: a trial is only counted, a notice only listed."""
    return rule.status == "stable" and rule.nature != "notice"


def notices_of(plan: Plan, detection: Detection) -> dict[str, int]:
    """Return how many subjects each stable notice rule hit, in order; a rule that hit nobody is left out."""
    found = Counter[str]()
    for count in detection.counts:
        rule = plan.book.rules[count.rule]
        if count.outcome == "violation" and rule.status == "stable" and rule.nature == "notice":
            found[count.rule] += count.subjects
    return {rule: found[rule] for rule in sorted(found)}


def _spine_said(fact: Assembled | None) -> bool:
    return fact is not None and fact.spine_standing is Standing.SAID


def _outcomes_of(work: Work, facts: Mapping[str, Assembled], subjects: Path, into: Path) -> Path:
    answered = engine.detect.outcomes_of(work, facts, subjects, into.with_suffix(".answers"))
    return answered.replace(into)


def night_of(plan: Plan, landed: Mapping[str, Landed]) -> Night:
    """Return what the store records of this scan."""
    return Night(
        run_id=plan.run_id,
        as_of=plan.as_of,
        started_at=plan.order.started,
        settle_days=plan.configuration.settle_days,
        landed={
            name: {"rows": one.rows, "rejected": one.rejected, "sha256": one.sha256, "as_of": str(one.as_of or "")}
            for name, one in sorted(landed.items())
        },
        routing=plan.book.decisions_sha256,
        salt=plan.order.salt,
        anchors=anchor_folder(plan.configuration.anchor_root, plan.configuration.store),
        ladder=plan.book.ladder,
        covered={name: _covered(plan.book.rules[name], plan.book.vocabulary) for name in plan.rules},
        priority=plan.book.priority,
    )


def _covered(rule: Rule, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the names of a rule's evidence that are personal data: the finding itself keeps their values."""
    return tuple(name for name, one in sorted(evidence_classes(rule, vocabulary).items()) if one != "open")


def spines_of(
    configuration: Configuration, vocabulary: Vocabulary, gated: Mapping[str, Gated], into: Path
) -> dict[str, Spine]:
    """Return the spine of each fact that is put together; its rejected keys are written to the folder `into`."""
    into.mkdir(parents=True, exist_ok=True)
    found = {}
    for fact, one in configuration.assemblies.items():
        source, spine = configuration.sources[one.spine], gated[one.spine]
        # A rejected row without a readable key may be any subject's: nobody is gone for certain then.
        readable = spine.landed.unreadable_keys == 0
        found[fact] = Spine(
            fresh=spine.standing is Standing.SAID,
            complete=source.complete if readable else False,
            rejected_keys=_rejected_keys(spine, vocabulary.facts[fact].key, into / f"{fact}.parquet"),
        )
    return found


def _rejected_keys(spine: Gated, key: str, into: Path) -> Path | None:
    if spine.landed.rejects is None:
        return None
    with closing(open_duck(into.parent / "spill")) as connection:
        connection.execute(
            f"COPY (SELECT DISTINCT record ->> {literal(f'$.{key}')} AS subject_key "
            f"FROM read_parquet({literal(spine.landed.rejects)}) WHERE record ->> {literal(f'$.{key}')} IS NOT NULL) "
            f"TO {literal(into)} (FORMAT parquet)"
        )
    return into
