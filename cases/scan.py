"""One night's scan: load, land, gate, assemble, detect, match, decide, write, record, in this order.

Each stage is a function of this module and is called by its name here, so that a test can end the process at any of
them. Nothing is written to the case store before `write`, and `write` is one transaction: a scan that dies leaves the
store as it was. Times come in with the order; this module reads no clock.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import engine.decide
import engine.detect
from cases import match as matching
from cases import write as writing
from cases.account import account
from cases.judged import judged_of, night_of, work_of
from cases.judgement import Basis, decisions_json, keep_judgement
from cases.listing import last_scan
from cases.lock import only_scan
from cases.night import Judged, Matched, Night, Written
from cases.notice_list import notices_file
from cases.plan import Order, Plan, make_plan
from cases.progress import StageTimer
from cases.running import stage_file
from cases.store.channel import BulkStore, open_bulk
from cases.store.database import open_session, store_exists
from cases.store.place import place_of
from cases.summary import SourceLine, Summary, source_line
from cases.unknown_list import unknowns_file
from connectors import assemble as assembly
from connectors import gates
from connectors import land as landing
from connectors.kept_content import KeptContent
from connectors.landed import Assembled, Gated, Landed, Standing
from connectors.run_record import Record
from connectors.snapshot import Proof
from engine.detect import Work
from engine.findings import Decision, Detection
from rules.errors import Message, UsageError


def load(order: Order) -> Plan:
    """Read every file and say what will be scanned. Raises FaultsError with all faults, UsageError."""
    return make_plan(order)


def land(plan: Plan) -> dict[str, Landed]:
    """Read every source, or take what was read by the past day; a source that cannot be read says why."""
    if plan.past is not None:
        found = plan.snapshots.landed(plan.past)
        return {name: found.get(name) or not_read(name, plan.past) for name in plan.configuration.sources}
    facts = plan.book.vocabulary.facts
    return {
        name: landing.land(source, facts[source.fact], plan.snapshots, plan.scratch, plan.order.started)
        for name, source in plan.configuration.sources.items()
    }


def not_read(name: str, record: Record) -> Landed:
    """Return a source that an earlier run did not read: missing, with the reason."""
    missing = Message("run {run} did not read it", run=record.run_id)
    return Landed(name, None, None, 0, 0, 0, "", None, None, (), (), missing)


def previous_rows(plan: Plan) -> dict[str, int | None]:
    """Return how many rows each source had in the run before; of a past day in the run before that."""
    return plan.snapshots.rows_before(plan.configuration.sources, plan.past)


def gate(plan: Plan, landed: Mapping[str, Landed], previous: Mapping[str, int | None]) -> dict[str, Gated]:
    """Judge each source: there, fresh, not empty, not too many rejects, not fallen since the `previous` rows."""
    return {
        name: gates.gate(one, plan.configuration.sources[name], plan.as_of, previous.get(name))
        for name, one in landed.items()
    }


def assemble(plan: Plan, gated: Mapping[str, Gated]) -> dict[str, Assembled]:
    """Put each fact together from its spine and the sources that join it."""
    day = assembly.AssemblyDay(plan.as_of, plan.reconstruction)
    facts, sources = plan.book.vocabulary.facts, plan.configuration.sources
    return {
        name: assembly.assemble(one, facts[name], sources, gated, day, plan.scratch / "facts")
        for name, one in plan.configuration.assemblies.items()
    }


def detect(work: Work, facts: Mapping[str, Assembled], into: Path) -> Detection:
    """Judge every subject by every rule, as a set."""
    return engine.detect.detect(work, facts, into)


def match(detection: Detection, judged: Judged, store: BulkStore, night: Night, into: Path) -> Matched:
    """Compare tonight with the store, as a set; nothing is written yet."""
    return matching.match(detection, judged, store, night, into)


def decide(plan: Plan, matched: Matched) -> tuple[Decision, ...]:
    """Ask routing and the sanction ladder once per kind of case."""
    return engine.decide.decide(matched.signatures, plan.book.routing, plan.book.ladder)


def write(matched: Matched, decisions: tuple[Decision, ...], store: BulkStore, finished: datetime) -> Written:
    """Write what changed, in one transaction."""
    return writing.write(matched, decisions, store, finished)


def preview(matched: Matched, decisions: tuple[Decision, ...]) -> Written:
    """Say what writing would come to: the `write` of a dry run."""
    return writing.preview(matched, decisions)


def record(plan: Plan, basis: Basis, gated: Mapping[str, Gated], detection: Detection, decided: bytes) -> None:
    """Keep what this scan read, what it was judged by, what came out, whom it could not judge and its notices.

    Of the lists only the newest few are kept.
    """
    _keep_account(plan, basis, gated, detection, decided)
    kept = unknowns_file(plan.configuration.state, plan.run_id)
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(detection.unknowns, kept)
    shutil.copyfile(detection.notices, notices_file(plan.configuration.state, plan.run_id))
    # Names begin with the moment of the run; several stores may share the folder, each asks for its own last run.
    for older in sorted(kept.parent.parent.glob("*/unknowns.parquet"))[:-KEPT_LISTS]:
        shutil.rmtree(older.parent)


def _keep_account(plan: Plan, basis: Basis, gated: Mapping[str, Gated], detection: Detection, decided: bytes) -> None:
    """Keep the texts and the answer first, then the record that names them: a record never names what is not there.

    Of a dry run of a past day this is all that is kept: its answer can be proved, and no run will be measured by it.
    """
    judged = keep_judgement(KeptContent(plan.configuration.state), basis, detection, decided)
    landed = {name: one.landed for name, one in gated.items()}
    refused = [name for name, one in gated.items() if one.standing is not Standing.SAID]
    plan.snapshots.record(plan.run_id, plan.as_of, landed, refused, Proof(judged, plan.order.dry_run))


KEPT_LISTS = 30
"""How many runs' lists of unknowns and of notices are kept."""


@dataclass(frozen=True)
class Done:
    """A finished scan: its account, and the language that its run file asks for."""

    summary: Summary
    language: str


def run_scan(order: Order, timer: StageTimer) -> Done:
    """Scan as ordered and return the account of it.

    Raises PatuhError of every kind: faults, use, another scan, the store, the routing engine.
    """
    with timer.stage("load"):
        plan = load(order)
    elsewhere = place_of(plan.configuration.store).scans_elsewhere
    with _only_here(plan), elsewhere(plan.run_id), _scratch_of(plan), told_while_running(plan, timer):
        _refuse_to_go_back(plan)
        return Done(_through_the_stages(plan, timer), plan.configuration.language)


def _only_here(plan: Plan) -> AbstractContextManager[None]:
    return only_scan(place_of(plan.configuration.store).lock_file(plan.configuration.state), plan.run_id)


@contextmanager
def told_while_running(plan: Plan, timer: StageTimer) -> Iterator[None]:
    """Write each stage beside the runs as it begins, for screens that show it; nothing is left at the end.

    A dry run tells nobody: no results will come of it.
    """
    if plan.order.dry_run:
        yield
        return
    with stage_file(plan.configuration.state, plan.run_id, plan.order.started) as write:
        timer.begins = write
        yield


def _refuse_to_go_back(plan: Plan) -> None:
    """Raise UsageError when the store already knows a later day: an earlier one would undo what it found."""
    if plan.order.dry_run or plan.past is None or not store_exists(plan.configuration.store):
        return
    with open_session(plan.configuration.store) as session:
        last = last_scan(session)
    if last is not None and last.as_of > plan.as_of:
        raise UsageError(
            Message("the store already holds the scan of {as_of} (run {run_id})", as_of=last.as_of, run_id=last.run_id),
            Message(
                "writing the cases of {as_of} over it would resolve and reopen what happened since", as_of=plan.as_of
            ),
            Message("add --dry-run to see that day, or name another store with --store"),
        )


@contextmanager
def _scratch_of(plan: Plan) -> Iterator[None]:
    """Sweep what dead scans left, and this one's scratch at its end; under the lock no other scan is alive."""
    shutil.rmtree(plan.scratch.parent, ignore_errors=True)
    plan.snapshots.sweep()
    plan.scratch.mkdir(parents=True)
    try:
        yield
    finally:
        shutil.rmtree(plan.scratch, ignore_errors=True)


def _through_the_stages(plan: Plan, timer: StageTimer) -> Summary:
    with timer.stage("land"):
        landed = land(plan)
    with timer.stage("gate"):
        previous = previous_rows(plan)
        gated = gate(plan, landed, previous)
    with timer.stage("assemble"):
        facts = assemble(plan, gated)
    with timer.stage("detect"):
        detection = detect(work_of(plan, gated), facts, plan.scratch / "detection")
    judged = judged_of(plan, gated, facts, detection)
    matched, decisions, written = _into_the_store(plan, judged, detection, landed, timer)
    with timer.stage("record"):
        basis = Basis(plan.texts, plan.order.rules, previous, plan.reconstruction)
        decided = decisions_json(matched.signatures, decisions)
        if not plan.order.dry_run:
            record(plan, basis, gated, detection, decided)
        elif plan.rehearsal:
            _keep_account(plan, basis, gated, detection, decided)
    return account(plan, gated, detection, (matched, written), timer.taken)


def _into_the_store(
    plan: Plan, judged: Judged, detection: Detection, landed: Mapping[str, Landed], timer: StageTimer
) -> tuple[Matched, tuple[Decision, ...], Written]:
    """Match, decide and write on one moment of the store; who wants to write meanwhile waits."""
    into = plan.scratch / "store"
    with open_bulk(plan.configuration.store, into, dry=plan.order.dry_run) as store:
        with timer.stage("match"):
            matched = match(detection, judged, store, night_of(plan, landed), into)
        with timer.stage("decide"):
            decisions = decide(plan, matched)
        with timer.stage("write"):
            if plan.order.dry_run:
                return matched, decisions, preview(matched, decisions)
            finished = plan.order.started + timedelta(seconds=timer.elapsed())
            return matched, decisions, write(matched, decisions, store, finished)


@dataclass(frozen=True)
class OneFact:
    """A fact put together without judging, and the gated sources that it was put together from."""

    plan: Plan
    gated: Mapping[str, Gated]
    assembled: Assembled


@contextmanager
def one_fact(order: Order, fact: str) -> Iterator[OneFact]:
    """Land, gate and assemble one fact alone; its file is there as long as the block runs.

    Raises UsageError where the run file does not put the fact together.
    """
    plan = load(order)
    if fact not in plan.configuration.assemblies:
        raise UsageError(
            Message(
                "the run file {path} does not say how the fact {fact} is put together", path=order.config, fact=fact
            ),
            Message("without a register of it there is nothing to count"),
            Message("add a source of it and a line under facts: in the run file; docs/coverage.md shows one"),
        )
    assembly = plan.configuration.assemblies[fact]
    read = {assembly.spine, *(join.source for join in assembly.joins)}
    sources = {name: source for name, source in plan.configuration.sources.items() if name in read}
    only = replace(plan.configuration, sources=sources, assemblies={fact: assembly})
    plan = replace(plan, configuration=only)
    with _only_here(plan), _scratch_of(plan):
        gated = gate(plan, land(plan), previous_rows(plan))
        yield OneFact(plan, gated, assemble(plan, gated)[fact])


def look_at_sources(order: Order) -> tuple[tuple[SourceLine, ...], str]:
    """Land and gate every source without judging; return a line for each, and the language of the run file."""
    plan = load(order)
    with _only_here(plan), _scratch_of(plan):
        gated = gate(plan, land(plan), previous_rows(plan))
    sources = plan.configuration.sources
    lines = (source_line(one, sources[name].fresh_days, plan.as_of) for name, one in gated.items())
    return tuple(lines), plan.configuration.language
