"""Replay what a case rests on: the run that made or last changed each open finding must give the same evidence."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
from sqlalchemy import select
from sqlmodel import Session, col

from cases.kept_runs import KeptRun, kept_run
from cases.masking import mask_key
from cases.replay import Replayed, replay
from cases.store.models import Case, Finding, Scan
from cases.store.stages import LIVE_STATES
from connectors.duck import literal, open_duck
from connectors.run_record import record_from
from connectors.snapshot import Snapshots
from engine.findings import Detection
from rules.errors import Message, UsageError
from rules.model import Vocabulary

Proof = Literal["same", "otherwise", "not found", "changed", "purged", "not kept"]

Identity = tuple[str, str]
"""Rule and subject key."""


@dataclass(frozen=True)
class FindingProof:
    """One open finding, the run that it rests on, and what came of replaying that run.

    `same`: the run gives the evidence that the case shows; `otherwise`: other evidence; `not found`: no violation;
    `changed` and `purged`: of the run itself; `not kept`: it has no record, or kept no account.
    """

    rule: str
    subject: str
    run_id: str
    proof: Proof


@dataclass(frozen=True)
class CaseReplayed:
    """A case, its open findings, and the runs that were replayed for them."""

    number: int
    findings: tuple[FindingProof, ...]
    runs: tuple[Replayed, ...]


@dataclass(frozen=True)
class _Resting:
    """An open finding: the runs that it may rest on, the one that last changed it first."""

    finding: Finding
    runs: tuple[str, ...]


def replay_case(session: Session, number: int, state: Path, vocabulary: Vocabulary, into: Path) -> CaseReplayed:
    """Replay the runs that the open findings of case `number` rest on. Raises UsageError for a case without any.

    A finding whose state alone changed later (closing proposed, subject gone) rests on the run that first gave it.
    """
    resting = _resting(session, number)
    runs: dict[str, Replayed] = {}
    proofs: dict[Identity, FindingProof] = {}
    for turn in range(2):
        open_ones = [one for one in resting if turn < len(one.runs) and _unproved(proofs, one)]
        for run_id in sorted({one.runs[turn] for one in open_ones}):
            asked = [one.finding for one in open_ones if one.runs[turn] == run_id]
            evidence = None
            if (run := _kept(state, run_id)) is not None:
                runs[run_id], detection = replay(state, run, into / run_id)
                evidence = _evidence(detection, asked, into / run_id) if detection and runs[run_id].same else None
            for finding in asked:
                proof = _proof(finding, runs.get(run_id), evidence)
                subject = mask_key(finding.subject_key, vocabulary.facts.get(finding.fact))
                proofs[_identity(finding)] = FindingProof(finding.rule, subject, run_id, proof)
    return CaseReplayed(number, tuple(proofs[_identity(one.finding)] for one in resting), tuple(runs.values()))


def _kept(state: Path, run_id: str) -> KeptRun | None:
    """Return the run; None for one that was killed before it was recorded, or recorded before accounts were kept."""
    found = Snapshots(state).begins_with(run_id)
    record = record_from(found[0]) if found else None
    return None if record is None or record.judged is None else kept_run(state, record)


def _unproved(proofs: Mapping[Identity, FindingProof], one: _Resting) -> bool:
    known = proofs.get(_identity(one.finding))
    return known is None or known.proof in ("otherwise", "not found")


def _identity(finding: Finding) -> Identity:
    return finding.rule, finding.subject_key


def _resting(session: Session, number: int) -> list[_Resting]:
    if session.get(Case, number) is None:
        raise UsageError(
            Message("There is no case {number}.", number=str(number)),
            Message("digits alone are the number of a case; a run begins like 20261120T"),
            Message("patuh cases list shows the numbers"),
        )
    findings = session.execute(
        select(Finding)
        .where(col(Finding.case_id) == number, col(Finding.state).in_(LIVE_STATES))
        .order_by(col(Finding.rule), col(Finding.subject_key))
    ).scalars()
    runs = {scan: run for scan, run in session.execute(select(col(Scan.id), col(Scan.run_id)))}
    found = [_Resting(one, tuple(dict.fromkeys((runs[one.scan_id], runs[one.first_scan_id])))) for one in findings]
    if not found:
        raise UsageError(
            Message("Case {number} has no open finding.", number=number),
            Message("only an open finding rests on a run that can be replayed"),
            Message("patuh cases show {number} shows what happened to it", number=str(number)),
        )
    return found


def _proof(finding: Finding, run: Replayed | None, evidence: Mapping[Identity, tuple[str, str]] | None) -> Proof:
    if run is None:
        return "not kept"
    if evidence is None:
        return "purged" if run.purged and not run.changed else "changed"
    found = evidence.get(_identity(finding))
    if found is None:
        return "not found"
    return "same" if found == (finding.evidence, finding.mark.split(".")[0]) else "otherwise"


def _evidence(detection: Detection, asked: Iterable[Finding], scratch: Path) -> dict[Identity, tuple[str, str]]:
    """Return evidence and fingerprint, as judged again, of the findings asked for."""
    wanted = pa.table(list(zip(*map(_identity, asked), strict=True)), names=["rule", "subject_key"])
    with closing(open_duck(scratch / "evidence")) as duck:
        duck.register("wanted", wanted)
        rows = duck.execute(
            "SELECT f.rule, f.subject_key, f.evidence, f.fingerprint "
            f"FROM read_parquet({literal(detection.findings)}) f SEMI JOIN wanted USING (rule, subject_key)"
        ).fetchall()
    return {(rule, key): (evidence, fingerprint) for rule, key, evidence, fingerprint in rows}
