"""Judge a kept run again: the same answer proves the past; another one, or an input that changed, is named."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import engine.decide
from cases.inputs import programs
from cases.judged import work_of
from cases.judgement import Judgement, answer_files, counts_json, decisions_json, signatures_from
from cases.kept_runs import Change, KeptRun, kept_plan
from cases.plan import Plan
from cases.scan import assemble, detect, gate, land
from connectors.kept_content import KeptContent
from engine.findings import Detection
from rules.errors import Message

PARTS = ("findings", "notices", "unknowns", "counts", "decisions")
"""The parts of an answer, in the order in which they are told."""


@dataclass(frozen=True)
class Part:
    """One part of the answer: its sha256 then and now."""

    name: str
    then: str
    now: str

    @property
    def same(self) -> bool:
        """Whether the bytes are the same."""
        return self.then == self.now


@dataclass(frozen=True)
class Replayed:
    """What came of a replay. `parts` is empty where it could not be judged again: see `purged` and `changed`.

    `inputs`: how many kept texts and registers were held to their hashes.
    """

    run_id: str
    as_of: date
    reconstruction: bool
    inputs: int
    purged: tuple[str, ...]
    changed: tuple[Change, ...]
    parts: tuple[Part, ...]

    @property
    def same(self) -> bool:
        """Whether the past is proved: every part of the answer is what it was."""
        return bool(self.parts) and all(part.same for part in self.parts)


def replay(state: Path, run: KeptRun, into: Path) -> tuple[Replayed, Detection | None]:
    """Judge a run again from what was kept; return what came of it, and the findings where it was judged.

    Raises UsageError where its rule files can no longer be read.
    """
    if run.judgement is None or not run.sound:
        return _told(run, (), run.changed), None
    detection, parts = judge_again(kept_plan(state, run, into), run.judgement, KeptContent(state))
    same = all(part.same for part in parts)
    return _told(run, parts, () if same else _other_programs(run.judgement)), detection


def judge_again(plan: Plan, judgement: Judgement, kept: KeptContent) -> tuple[Detection, tuple[Part, ...]]:
    """Judge the registers of a kept run by `plan`, and hold the answer to the one that was kept."""
    detection = detect_again(plan, judgement)
    signatures = signatures_from(kept.read(judgement.answer["decisions"]) or b"[]")
    decided = decisions_json(signatures, engine.decide.decide(signatures, plan.book.routing, plan.book.ladder))
    texts = {"counts": counts_json(detection.counts), "decisions": decided}
    now = {**answer_files(detection), **{name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}}
    return detection, tuple(Part(name, judgement.answer[name], now[name]) for name in PARTS)


def detect_again(plan: Plan, judgement: Judgement) -> Detection:
    """Judge the registers of a kept run by `plan`; nothing is decided or written."""
    gated = gate(plan, land(plan), judgement.previous)
    return detect(work_of(plan, gated), assemble(plan, gated), plan.scratch / "detection")


def _told(run: KeptRun, parts: tuple[Part, ...], changed: tuple[Change, ...]) -> Replayed:
    judgement = run.judgement
    registers = sum(one.digest is not None for one in run.record.sources.values())
    return Replayed(
        run_id=run.record.run_id,
        as_of=run.record.as_of,
        reconstruction=judgement is not None and judgement.reconstruction,
        inputs=registers + (len(judgement.files) if judgement else 0),
        purged=run.told,
        changed=changed,
        parts=parts,
    )


def _other_programs(judgement: Judgement) -> tuple[Change, ...]:
    """Name the programs that are not those of then: the one thing that can change an answer of unchanged inputs."""
    now: Mapping[str, str] = programs()
    changed = {name: then for name, then in judgement.programs.items() if then != now.get(name)}
    return tuple(
        Change("program", name, Message("was {then}; is {now}", then=then, now=now.get(name) or "-"))
        for name, then in changed.items()
    )
