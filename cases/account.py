"""Puts the account of a finished scan together from what its stages returned."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from pyarrow import parquet
from sqlalchemy import func, select
from sqlmodel import col

from cases.judged import notices_of
from cases.listing import headed_for
from cases.night import Matched, Written
from cases.offices import Headed, without_office
from cases.plan import Plan
from cases.store.database import open_session, store_exists
from cases.store.models import Case
from cases.store.stages import LIVE_STAGES
from cases.summary import (
    CASE_CHANGES,
    FINDING_CHANGES,
    Summary,
    outcomes_by_region,
    outcomes_by_rule,
    source_line,
    with_waived,
)
from connectors.landed import Gated
from engine.findings import Detection


def account(
    plan: Plan,
    gated: Mapping[str, Gated],
    detection: Detection,
    stored: tuple[Matched, Written],
    seconds: Mapping[str, float],
) -> Summary:
    """Return what the scan says at its end; `seconds` by stage."""
    matched, written = stored
    sources = plan.configuration.sources
    counts = with_waived(detection.counts, matched.waived)
    return Summary(
        run_id=plan.run_id,
        as_of=plan.as_of,
        reconstruction=plan.reconstruction,
        dry_run=plan.order.dry_run,
        sources=tuple(
            replace(source_line(one, sources[name].fresh_days, plan.as_of), left_out=detection.left_out.get(name, 0))
            for name, one in gated.items()
        ),
        outcomes=outcomes_by_rule(counts, plan.rules),
        by_region=outcomes_by_region(counts),
        findings={name: written.findings.get(name, 0) for name in FINDING_CHANGES},
        cases={name: written.cases.get(name, 0) for name in CASE_CHANGES},
        queues=written.queues,
        not_judged=detection.not_judged,
        no_office=without_office(headed_of(plan, matched), plan.configuration.offices),
        held_rules=matched.held,
        notices=notices_of(plan, detection),
        seconds=dict(seconds),
        rehearsal=plan.rehearsal,
        anchor=written.anchor,
        ended=matched.ended,
    )


def headed_of(plan: Plan, matched: Matched) -> tuple[Headed, ...]:
    """Count live cases by queue and province as they stand after the night; a dry run adds those it would open."""
    found: Counter[tuple[str, str]] = Counter()
    if store_exists(plan.configuration.store):
        with open_session(plan.configuration.store) as session:
            for queue, province, cases in session.execute(
                select(headed_for(), col(Case.province), func.count())
                .where(col(Case.stage).in_(LIVE_STAGES))
                .group_by(headed_for(), col(Case.province))
            ):
                found[queue, province] += cases
    if plan.order.dry_run:
        opened = parquet.read_table(matched.folder / "case_file.parquet", columns=["queue", "province"])
        grouped = opened.group_by(["queue", "province"]).aggregate([([], "count_all")]).to_pylist()
        for row in grouped:
            found[row["queue"], row["province"]] += row["count_all"]
    return tuple(Headed(queue, province, cases) for (queue, province), cases in sorted(found.items()))
