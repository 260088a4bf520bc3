"""The last scans as a person sees them: what changed, which registers were read and how fresh, what came out by rule.

What a scan changed and read is told over every region: it is a report, which every role may read (the right
`coverage`), and names nobody. What came out by rule and region is of the regions of who looks. It is read from the
store's record of each scan and from the account that a scan kept on this machine; where that is gone, it is missing.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.access.table import sees
from cases.judgement import judgement_of
from cases.store.models import Scan
from connectors.gates import gate
from connectors.kept_content import KeptContent
from connectors.landed import Landed
from connectors.run_record import Record, SourceRecord, record_from
from connectors.snapshot import Snapshots
from rules.errors import PatuhError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cases.access.identity import Who
    from rules.configuration import Configuration, Source

NIGHTS: Final = 14
"""So many of the last scans are shown."""
PROVINCE: Final = 2
KABUPATEN: Final = 5
"""Characters of a region's code down to that level."""
JUDGED: Final = ("violation", "pass")
"""Outcomes of subjects that a rule could judge."""
OPEN: Final = ("unknown", "error")
"""Outcomes of subjects that it could not judge."""


@dataclass(frozen=True)
class NightSource:
    """A register as a scan read it. `fresh_days` None: an archive, or no source of today's run file.

    `age`: days from the day that it speaks of to the day of the scan. `refused`: it was not usable, and why; None: it
    was, or nothing was kept of it. The reason is measured by the limits of today's run file.
    """

    name: str
    rows: int
    rejected: int
    as_of: date | None
    age: int | None
    fresh_days: int | None
    refused: str | None
    archive: bool = False


@dataclass(frozen=True)
class Came:
    """What came out for `name`, a rule or a region ("": none is said): subjects by outcome.

    `nights`: its violations up to this scan, the oldest first; None where nothing is known of that night.
    """

    name: str
    outcomes: Mapping[str, int]
    nights: tuple[int | None, ...]

    @property
    def violations(self) -> int:
        """Subjects that break the rule, those that a person waived among them."""
        return self.outcomes.get("violation", 0)

    @property
    def judged(self) -> int:
        """Subjects that could be judged."""
        return sum(self.outcomes.get(one, 0) for one in JUDGED)

    @property
    def left_open(self) -> int:
        """Subjects that could not be judged."""
        return sum(self.outcomes.get(one, 0) for one in OPEN)


@dataclass(frozen=True)
class NightScan:
    """One scan that ended. `cases` and `findings`: how many changed in which way; `held`: rules that it held.

    `rules` None: its account is not on this machine any more, or never was.
    """

    run_id: str
    as_of: date
    started: datetime
    finished: datetime
    cases: Mapping[str, int]
    findings: Mapping[str, int]
    held: tuple[str, ...]
    sources: tuple[NightSource, ...]
    rules: tuple[Came, ...] | None
    regions: tuple[Came, ...]
    opened: tuple[int, ...]
    """Cases opened by each scan up to this one, the oldest first."""

    @property
    def refused(self) -> tuple[NightSource, ...]:
        """The registers that it could not use."""
        return tuple(one for one in self.sources if one.refused is not None)


@dataclass(frozen=True)
class Nights:
    """The last scans, the newest first. `regions` None: outcomes are of the whole nation."""

    scans: tuple[NightScan, ...]
    regions: tuple[str, ...] | None


Outcomes = dict[str, Counter[str]]
"""Rule or region to subjects by outcome."""


@dataclass(frozen=True)
class _Kept:
    """What was kept of one scan: its registers, and its outcomes by rule and by region; None: gone."""

    scan: Scan
    sources: tuple[NightSource, ...]
    rules: Outcomes | None
    regions: Outcomes | None


@dataclass(frozen=True)
class NightBook:
    """By which run file, for whom and in which zone the last scans are read."""

    run: Configuration
    who: Who
    zone: tzinfo

    def nights(self, session: Session) -> Nights:
        """Return the last scans. Raises NotPermittedError."""
        permit(session, "coverage")
        found = session.execute(select(Scan).order_by(col(Scan.id).desc()).limit(NIGHTS)).scalars()
        kept = _told_apart([self._kept(scan) for scan in reversed(found.all())])
        person = self.who.person
        scans = tuple(self._scan(kept[: place + 1]) for place in range(len(kept)))
        return Nights(scans[::-1], None if person is None else person.regions)

    def _kept(self, scan: Scan) -> _Kept:
        record = _record(Snapshots(self.run.state), scan.run_id)
        counts, previous = _account(KeptContent(self.run.state), record)
        mine = None if counts is None else [one for one in counts if self._sees(one[1])]
        sources = self._sources(scan, record, previous)
        if mine is None:
            return _Kept(scan, sources, None, None)
        by_region = _summed((region[:KABUPATEN], outcome, subjects) for _, region, outcome, subjects in mine)
        return _Kept(scan, sources, _summed((one[0], one[2], one[3]) for one in mine), by_region)

    def _sees(self, region: str) -> bool:
        return self.who.person is None or sees(self.who.person, region)

    def _sources(
        self, scan: Scan, record: Record | None, previous: Mapping[str, int | None]
    ) -> tuple[NightSource, ...]:
        if record is not None:
            measured = partial(self._source, scan.as_of)
            return tuple(measured(one, previous.get(name)) for name, one in sorted(record.sources.items()))
        return tuple(self._told(scan.as_of, name, one) for name, one in sorted(json.loads(scan.landed).items()))

    def _source(self, day: date, one: SourceRecord, before: int | None) -> NightSource:
        declared = self.run.sources.get(one.source)
        refused = one.missing
        if refused is None and one.count_refused:
            refused = _reason(one, declared, day, before)
        return _line(declared, day, (one.source, one.rows, one.rejected, one.as_of, refused))

    def _told(self, day: date, name: str, said: Mapping[str, Any]) -> NightSource:
        as_of = None if said.get("as_of") is None else date.fromisoformat(said["as_of"])
        return _line(self.run.sources.get(name), day, (name, said["rows"], said["rejected"], as_of, None))

    def _scan(self, kept: Sequence[_Kept]) -> NightScan:
        now = kept[-1]
        counts = [json.loads(one.scan.counts) for one in kept]
        rules = _came(now.rules, [one.rules for one in kept])
        return NightScan(
            run_id=now.scan.run_id,
            as_of=now.scan.as_of,
            started=_in(self.zone, now.scan.started_at),
            finished=_in(self.zone, now.scan.finished_at),
            cases=counts[-1]["cases"],
            findings=counts[-1]["findings"],
            held=tuple(sorted(counts[-1].get("held", {}))),
            sources=now.sources,
            rules=None if now.rules is None else tuple(sorted(rules, key=lambda one: one.name)),
            regions=_came(now.regions, [one.regions for one in kept]),
            opened=tuple(one["cases"]["opened"] for one in counts),
        )


def _record(snapshots: Snapshots, run_id: str) -> Record | None:
    """Return the record of a run; None: it is not on this machine, or damaged, which proving it will tell."""
    try:
        places = [place for place in snapshots.begins_with(run_id) if place.stem == run_id]
        return record_from(places[0]) if places else None
    except (PatuhError, OSError):
        return None


Account = tuple["list[tuple[str, str, str, int]] | None", "Mapping[str, int | None]"]
"""Rule, region, outcome, subjects; and the rows of each register on the night before."""


def _account(kept: KeptContent, record: Record | None) -> Account:
    try:
        judgement = None if record is None else judgement_of(kept, record)
    except PatuhError:
        judgement = None
    if judgement is None:
        return None, {}
    counts = kept.read(judgement.answer["counts"])
    return None if counts is None else [tuple(one) for one in json.loads(counts)], judgement.previous


def _reason(one: SourceRecord, declared: Source | None, day: date, before: int | None) -> str:
    """Say why a register did not pass its gates; "" where by today's limits it would have."""
    if declared is None:
        return ""
    landed = Landed(
        one.source, declared.path, None, one.rows, one.rejected, 0, one.sha256, one.as_of, None, (), (), None
    )
    return gate(landed, declared, day, before).reason or ""


def _line(declared: Source | None, day: date, said: tuple[str, int, int, date | None, str | None]) -> NightSource:
    name, rows, rejected, as_of, refused = said
    return NightSource(
        name=name,
        rows=rows,
        rejected=rejected,
        as_of=as_of,
        age=None if as_of is None else (day - as_of).days,
        fresh_days=None if declared is None else declared.fresh_days,
        refused=refused,
        archive=declared is not None and declared.fresh_days is None,
    )


def _summed(counts: Iterable[tuple[str, str, int]]) -> Outcomes:
    found: Outcomes = {}
    for name, outcome, subjects in counts:
        found.setdefault(name, Counter())[outcome] += subjects
    return found


def _told_apart(kept: Sequence[_Kept]) -> list[_Kept]:
    """Return regions as provinces where more than one has violations, else as regencies; alike for every night."""
    found = {
        name[:PROVINCE]
        for night in kept
        for name, outcomes in (night.regions or {}).items()
        if name and outcomes["violation"]
    }
    return [replace(night, regions=_provinces(night.regions)) for night in kept] if len(found) > 1 else list(kept)


def _provinces(regions: Outcomes | None) -> Outcomes | None:
    if regions is None:
        return None
    return _summed(
        (region[:PROVINCE], outcome, subjects)
        for region, outcomes in regions.items()
        for outcome, subjects in outcomes.items()
    )


def _came(now: Outcomes | None, nights: Sequence[Outcomes | None]) -> tuple[Came, ...]:
    """Return what came out, most violations first."""
    found = [
        Came(name, dict(outcomes), tuple(_violations(night, name) for night in nights))
        for name, outcomes in (now or {}).items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.violations, one.name)))


def _violations(night: Outcomes | None, name: str) -> int | None:
    return night[name]["violation"] if night is not None and name in night else None


def _in(zone: tzinfo, at: datetime) -> datetime:
    """A store may give a moment without its zone, which is UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone)
