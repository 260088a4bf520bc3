"""The values of one night's matching: what comes in, and what comes out, before anything is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from cases.deadlines import Judging
from cases.proof.set_anchor import SetAnchor
from rules.configuration import Guard
from rules.model import Ladder, Rule
from rules.priority import NO_PRIORITY, Priority

MATCH_MEMORY = "380MB"
"""How much of a night DuckDB holds while findings are matched and written: the store's own process stands beside it."""


@dataclass(frozen=True)
class Night:
    """One scan. `as_of` is the day that it judges, `started_at` its moment (aware); `ladder` orders the steps taken.

    `landed` goes into the scan's record as JSON: source to what was read of it.
    `routing` is the sha256 of the routing rules and the ladder; where it is new, every live case is proposed again.
    `salt`: random bytes, from which the salts of the night's events are derived. `anchors`: the folder of
    the store's anchor files. `covered`: rule to the names of its evidence whose values no event may repeat.
    `priority`: what a case's score is made of, and who is a repeat offender.
    """

    run_id: str
    as_of: date
    started_at: datetime
    settle_days: int
    landed: Mapping[str, object]
    routing: str
    salt: bytes
    anchors: Path
    ladder: Ladder = field(default_factory=lambda: Ladder((), {}, (), ""))
    covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    priority: Priority = NO_PRIORITY


@dataclass(frozen=True)
class Spine:
    """The register that a fact's subjects come from: may a subject that it lacks be called gone?

    `complete`: True, False, or the region codes for which it is. `rejected_keys`: Parquet with a column
    `subject_key`, the rows that were rejected; their subjects are unknown, not gone. None: none was.
    """

    fresh: bool
    complete: bool | tuple[str, ...]
    rejected_keys: Path | None = None


@dataclass(frozen=True)
class Judged:
    """What was judged tonight. Findings of rules that are not in `rules` are neither opened nor closed.

    `rules`: those that open cases and ran. `guards` replace a rule's own limits. `spines` by fact; a fact without
    one lets nothing be called gone. `outcomes_of` takes Parquet (rule, subject_key) and a path, and gives Parquet
    (rule, subject_key, outcome) at that path; a subject that is gone has no row. `judging` works deadlines out; None:
    none are known beside those that are evidence.
    """

    rules: Mapping[str, Rule]
    guards: Mapping[str, Guard]
    spines: Mapping[str, Spine]
    outcomes_of: Callable[[Path, Path], Path]
    judging: Judging | None = None


@dataclass(frozen=True)
class OpenRows:
    """The store as it was before the night: Parquet files, and the numbers that new rows count on from.

    `findings` id, rule, subject_key, episode, state, mark, case_id (0: none), party_id: all that are not resolved.
    `waivers` party_id, rule, subject_key, province (NULL for all): those in force. `ended` case_id: dismissed cases
    whose dismissal is at its end.
    `stages` stage, queue, cases: how many cases stand where; a confirmed case counts under its confirmed queue.
    """

    findings: Path
    waivers: Path
    ended: Path
    decisions: Path
    versions: Path
    stages: Path
    last: Mapping[str, int]


@dataclass(frozen=True)
class WaivedCount:
    """How many violations of `rule` in `region` a person's waiver covers tonight."""

    rule: str
    region: str
    subjects: int


@dataclass(frozen=True)
class Ended:
    """How many waivers and dismissals came to their last day since the scan before."""

    waivers: int
    dismissals: int


@dataclass(frozen=True)
class HeldRule:
    """A rule whose `new` findings are held, for they or its `violations` among those `judged` exceed its limits.

    `max_new` None: the rule judged for the first time, when all of its findings are new, so no limit held for them.
    """

    rule: str
    violations: int
    judged: int
    new: int
    max_share: Decimal
    max_new: int | None

    @property
    def share(self) -> Decimal:
        """Violations as a share of those judged."""
        return Decimal(self.violations) / self.judged if self.judged else Decimal(0)


@dataclass(frozen=True)
class Matched:
    """The night's difference, as Parquet in `folder`; nothing is written yet.

    `signatures`: the kinds of case that routing must judge, in the order in which decisions are to come back.
    `findings`: new, kept, resolved, reopened, held, and changed, closing_proposed, subject_gone, waived beside them.
    `cases`: opened, kept, resolved, reopened. `left`: stored findings without a verdict tonight, left as they are.
    """

    folder: Path
    night: Night
    signatures: tuple[Mapping[str, str | int], ...]
    findings: Mapping[str, int]
    cases: Mapping[str, int]
    left: int
    waived: tuple[WaivedCount, ...]
    ended: Ended
    held: tuple[HeldRule, ...]
    before: OpenRows


@dataclass(frozen=True)
class Written:
    """What the night came to. `queues`: queue to cases `proposed` and `confirmed`, as they stand after it.

    `rows`: table to rows added or changed by this night; all 0 but `scan` on a night without a change, and empty
    for a dry run. `anchor`: the anchor file that it left; None for a dry run.
    """

    findings: Mapping[str, int]
    cases: Mapping[str, int]
    queues: Mapping[str, Mapping[str, int]]
    rows: Mapping[str, int]
    anchor: SetAnchor | None = None
