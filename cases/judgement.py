"""The kept account of one run: by what it judged, and what came out, every part by its sha256.

The account itself is kept by content too, and the run's record names it: whoever changes a byte of a text, of a
register or of the answer changes a hash that another text holds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from cases.inputs import programs
from connectors.kept_content import KeptContent, canonical, sha256_of
from connectors.run_record import Record
from engine.findings import Decision, Detection, OutcomeCount
from rules.errors import Message, UsageError

Signature = Mapping[str, str | int]


@dataclass(frozen=True)
class Judgement:
    """`files`: name to sha256 of each kept text. `previous`: rows of each source on the night before, None: no night.

    `rules`: those asked for; none: all that were switched on. `programs`: what judged, in its version.
    `answer`: findings, notices, unknowns (sha256 of their Parquet), counts and decisions (sha256 of kept JSON).
    """

    reconstruction: bool
    rules: tuple[str, ...]
    previous: Mapping[str, int | None]
    files: Mapping[str, str]
    programs: Mapping[str, str]
    answer: Mapping[str, str]


@dataclass(frozen=True)
class Basis:
    """What a run was given beside its registers: texts by name, the rules asked for, the rows of the night before."""

    texts: Mapping[str, bytes]
    rules: tuple[str, ...]
    previous: Mapping[str, int | None]
    reconstruction: bool


def keep_judgement(kept: KeptContent, basis: Basis, detection: Detection, decided: bytes) -> str:
    """Keep the texts, the answer and the account of both; return the account's sha256."""
    account = Judgement(
        reconstruction=basis.reconstruction,
        rules=basis.rules,
        previous=basis.previous,
        files={name: kept.keep(text) for name, text in basis.texts.items()},
        programs=programs(),
        answer={
            **answer_files(detection),
            "counts": kept.keep(counts_json(detection.counts)),
            "decisions": kept.keep(decided),
        },
    )
    name = kept.keep(canonical(asdict(account)))
    kept.settle()
    return name


def answer_files(detection: Detection) -> Mapping[str, str]:
    """Return the sha256 of the Parquet files of an answer."""
    files = {"findings": detection.findings, "notices": detection.notices, "unknowns": detection.unknowns}
    return {name: sha256_of(file) for name, file in files.items()}


def counts_json(counts: Sequence[OutcomeCount]) -> bytes:
    """Return the outcome counts as canonical JSON: rule, region, outcome, subjects."""
    return canonical(sorted([one.rule, one.region, one.outcome, one.subjects] for one in counts))


def decisions_json(signatures: Sequence[Signature], decisions: Sequence[Decision]) -> bytes:
    """Return each kind of case with what routing answered, as canonical JSON."""
    return canonical([[dict(one), asdict(answer)] for one, answer in zip(signatures, decisions, strict=True)])


def signatures_from(decided: bytes) -> tuple[Signature, ...]:
    """Return the kinds of case that `decisions_json` kept."""
    return tuple(signature for signature, _ in json.loads(decided))


def judgement_of(kept: KeptContent, record: Record) -> Judgement | None:
    """Return the account of a run; None where it is gone. Raises UsageError where it was changed or never kept."""
    if record.judged is None:
        raise UsageError(
            Message("run {run_id} kept no account of what it was judged by", run_id=record.run_id),
            Message("it was recorded before Patuh kept one, so nothing about it can be proved"),
            Message("replay a later run; patuh scan keeps an account of each"),
        )
    text = kept.read(record.judged)
    if text is None:
        return None
    if not kept.whole(record.judged):
        raise UsageError(
            Message("the account of run {run_id} was changed after the run", run_id=record.run_id),
            Message("it names the hashes by which everything else is proved"),
            Message("put back the file {name} of the state folder's kept/ from a backup", name=record.judged),
        )
    said = json.loads(text)
    return Judgement(**{**said, "rules": tuple(said["rules"])})
