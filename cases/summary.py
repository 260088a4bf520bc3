"""What one scan says at its end: to a machine as one JSON object, to a person as tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, get_args

from cases.night import Ended, HeldRule, WaivedCount
from cases.proof.set_anchor import SetAnchor
from connectors.landed import Gated, Standing
from engine.findings import NotJudged, OutcomeCount
from rules.model import Outcome

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
FINDING_CHANGES = ("new", "kept", "resolved", "reopened", "held")
CASE_CHANGES = ("opened", "kept", "resolved", "reopened")
QUEUE_COUNTS = ("proposed", "confirmed")
KABUPATEN = 5
"""Characters of a region code down to kabupaten or kota: `19.71`."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True)
class SourceLine:
    """One register of this scan. `reason` None: it passed its gates. `as_of` None: nobody knows its day.

    `fresh_days` None: declared an archive, no limit. `age` days from `as_of` to the evaluation date.
    """

    name: str
    rows: int
    rejected: int
    sha256: str
    as_of: date | None
    age: int | None
    fresh_days: int | None
    reason: str | None
    notes: tuple[str, ...]
    left_out: int = 0


@dataclass(frozen=True)
class NoOffice:
    """Open cases headed for a queue that has no office for their province ("" where no region is said)."""

    queue: str
    province: str
    cases: int


@dataclass(frozen=True)
class Summary:
    """One scan's account. `seconds` by stage; the rest as the fields of the JSON object in docs/running-a-scan.md.

    `rehearsal`: a dry run of a past day, whose account is kept so that it can be replayed. `anchor`: the anchor file
    that the scan left, None of a dry run.
    """

    run_id: str
    as_of: date
    reconstruction: bool
    dry_run: bool
    sources: tuple[SourceLine, ...]
    outcomes: Mapping[str, Mapping[Outcome, int]]
    by_region: Mapping[str, Mapping[str, Mapping[Outcome, int]]]
    findings: Mapping[str, int]
    cases: Mapping[str, int]
    queues: Mapping[str, Mapping[str, int]]
    not_judged: tuple[NotJudged, ...]
    no_office: tuple[NoOffice, ...]
    held_rules: tuple[HeldRule, ...]
    notices: Mapping[str, int]
    ended: Ended
    seconds: Mapping[str, float]
    rehearsal: bool = False
    anchor: SetAnchor | None = None

    @property
    def complete(self) -> bool:
        """True when every rule could judge and every case has an office."""
        return not self.not_judged and not self.no_office

    def as_json(self) -> dict[str, Json]:
        """Return the object that `patuh scan --json` prints; `cases/summary.schema.json` describes it."""
        return {
            "schema": 1,
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat(),
            "reconstruction": self.reconstruction,
            "sources": {line.name: _source(line) for line in self.sources},
            "outcomes": {rule: _counts(counts) for rule, counts in self.outcomes.items()},
            "by_region": {
                region: {rule: _counts(counts) for rule, counts in by_rule.items()}
                for region, by_rule in self.by_region.items()
            },
            "findings": dict(self.findings),
            "cases": dict(self.cases),
            "queues": {queue: dict(counts) for queue, counts in self.queues.items()},
            "not_judged": [*map(_not_judged, self.not_judged), *map(_no_office, self.no_office)],
            "notices": dict(self.notices),
            "ended": {"waivers": self.ended.waivers, "dismissals": self.ended.dismissals},
            "anchor": None if self.anchor is None else {"number": self.anchor.number, "sha256": self.anchor.sha256},
            "seconds": {stage: round(taken, 3) for stage, taken in self.seconds.items()},
        }


def _counts(counts: Mapping[Outcome, int]) -> dict[str, Json]:
    return {str(outcome): subjects for outcome, subjects in counts.items()}


def _source(line: SourceLine) -> dict[str, Json]:
    as_of = None if line.as_of is None else line.as_of.isoformat()
    return {"rows": line.rows, "rejected": line.rejected, "sha256": line.sha256, "as_of": as_of}


def _not_judged(missed: NotJudged) -> Json:
    return {"rule": missed.rule, "source": missed.source, "reason": missed.reason}


def _no_office(missed: NoOffice) -> Json:
    """A case without an office hangs on no rule: it is `offices` of rules.yaml that lacks a line."""
    where = missed.province or "unknown"
    return {"rule": "", "source": "offices", "reason": f"no_office: {missed.cases} for {missed.queue} in {where}"}


def with_waived(counts: Iterable[OutcomeCount], waived: Iterable[WaivedCount]) -> tuple[OutcomeCount, ...]:
    """Return the counts with violations that a person's decision covers counted as `waived`."""
    covered = tuple(waived)
    moved = [OutcomeCount(one.rule, one.region, "waived", one.subjects) for one in covered]
    moved += [OutcomeCount(one.rule, one.region, "violation", -one.subjects) for one in covered]
    return (*counts, *moved)


def outcomes_by_rule(counts: Iterable[OutcomeCount], rules: Iterable[str]) -> dict[str, dict[Outcome, int]]:
    """Return every outcome of every rule, 0 where it does not occur."""
    table: dict[str, dict[Outcome, int]] = {rule: dict.fromkeys(OUTCOMES, 0) for rule in rules}
    for count in counts:
        table[count.rule][count.outcome] += count.subjects
    return table


def outcomes_by_region(counts: Iterable[OutcomeCount]) -> dict[str, dict[str, dict[Outcome, int]]]:
    """Return region (kabupaten or kota, "" where none is said) to rule to the outcomes that occur there."""
    table: dict[str, dict[str, dict[Outcome, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for count in counts:
        table[count.region[:KABUPATEN]][count.rule][count.outcome] += count.subjects
    return {region: {rule: dict(table[region][rule]) for rule in sorted(table[region])} for region in sorted(table)}


def source_line(gated: Gated, fresh_days: int | None, evaluation_date: date) -> SourceLine:
    """Return what the summary says about one gated register."""
    landed = gated.landed
    failed = gated.standing is not Standing.SAID
    return SourceLine(
        name=landed.source,
        rows=landed.rows,
        rejected=landed.rejected,
        sha256=landed.sha256,
        as_of=landed.as_of,
        age=None if landed.as_of is None else (evaluation_date - landed.as_of).days,
        fresh_days=fresh_days,
        reason=(gated.reason or gated.standing.name.lower()) if failed else None,
        notes=landed.notes,
    )
