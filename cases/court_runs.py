"""The runs that a case rests on, read from what was kept of them: their rules, their days off, their registers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from cases.inputs import CALENDAR
from cases.judged import work_of
from cases.kept_runs import KeptRun, kept_plan, kept_run
from cases.store.models import Finding, RuleVersion, Scan
from connectors.run_record import SourceRecord, record_from
from connectors.snapshot import Snapshots
from engine.detect import Work
from rules.configuration import Configuration
from rules.errors import Message, PatuhError


@dataclass(frozen=True)
class Register:
    """A register as a run read it. `state`: whole, changed, purged, or missing (it could not be read that night)."""

    source: str
    sha256: str
    rows: int
    rejected: int
    as_of: date | None
    landed_at: datetime | None
    state: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class RunThen:
    """A run that found or changed a finding of the case: its registers, and the sha256 of each text that it judged by.

    `calendar` is the text of the days off, None where it is gone; `programs` what judged, in its version.
    """

    run: str
    as_of: date
    started_at: datetime
    registers: tuple[Register, ...]
    files: Mapping[str, str]
    programs: Mapping[str, str]
    calendar: str | None


class CaseRuns:
    """The runs that a case rests on, each read once from what was kept of it."""

    def __init__(self, session: Session, state: Path, into: Path) -> None:
        """`state` is the state folder, `into` takes kept rule files while they are read."""
        self._state, self._into = state, into
        self._scans = {scan.id: scan for scan in session.execute(select(Scan)).scalars()}
        self._kept: dict[str, KeptRun | None] = {}
        self._works: dict[str, tuple[Work, Configuration] | None] = {}
        versions = session.execute(select(col(RuleVersion.id), col(RuleVersion.sha256)))
        self._rules: dict[int, str] = {number: sha256 for number, sha256 in versions}
        self._gone: dict[str, Message] = {}

    def name(self, scan: int) -> str:
        """The run id of a scan of the store."""
        return str(self._scans[scan].run_id)

    def kept(self, run: str) -> KeptRun | None:
        """The run with each part held to its hash; None where it has no record or kept no account."""
        if run not in self._kept:
            self._kept[run] = self._read(run)
        return self._kept[run]

    def _read(self, run: str) -> KeptRun | None:
        found = Snapshots(self._state).begins_with(run)
        if not found:
            self._gone[run] = Message("run {run}: its record is not in the state folder", run=run)
            return None
        try:
            return kept_run(self._state, record_from(found[0]))
        except PatuhError as error:
            self._gone[run] = Message("run {run}: {reason}", run=run, reason=error.what)
            return None

    def judged(self, run: str) -> tuple[Work, Configuration] | None:
        """What the run judged by, read again; None where a text is gone or was changed, or cannot be read."""
        if run not in self._works:
            self._works[run] = self._judged(run)
        return self._works[run]

    def _judged(self, run: str) -> tuple[Work, Configuration] | None:
        kept = self.kept(run)
        if kept is None:
            return None
        changed = any(one.kind != "register" for one in kept.changed)
        if kept.judgement is None or changed or not set(kept.judgement.files) <= set(kept.texts):
            self._gone[run] = Message("run {run}: the rule files that it judged by are not what was kept", run=run)
            return None
        try:
            plan = kept_plan(self._state, kept, self._into / run)
        except PatuhError as error:
            self._gone[run] = Message("run {run}: {reason}", run=run, reason=error.what)
            return None
        return work_of(plan, {}), plan.configuration

    def of_finding(self, finding: Finding) -> str | None:
        """The newest run of the two that touched the finding in which the rule had the text that it was judged by."""
        for scan in (finding.scan_id, finding.first_scan_id):
            judged = self.judged(self.name(scan))
            rule = judged[0].book.rules.get(finding.rule) if judged else None
            if rule is not None and rule.sha256 == self._rules[finding.rule_version_id]:
                return self.name(scan)
        return None

    def work_of_finding(self, finding: Finding) -> Work | None:
        """What the finding was judged by; None where no kept run has it."""
        run = self.of_finding(finding)
        judged = self.judged(run) if run else None
        return judged[0] if judged else None

    def shown(self, run: str) -> RunThen:
        """The run as the file shows it."""
        scan = next(one for one in self._scans.values() if one.run_id == run)
        kept = self.kept(run)
        if kept is None:
            return RunThen(run, scan.as_of, scan.started_at, (), {}, {}, None)
        calendar = kept.texts.get(CALENDAR)
        return RunThen(
            run=run,
            as_of=scan.as_of,
            started_at=scan.started_at,
            registers=tuple(_register(one, kept) for one in kept.record.sources.values()),
            files=kept.judgement.files if kept.judgement else {},
            programs=kept.judgement.programs if kept.judgement else {},
            calendar=None if calendar is None else calendar.decode(),
        )

    def missing(self) -> tuple[Message, ...]:
        """What of the runs could not be shown, and why."""
        return tuple(self._gone[run] for run in sorted(self._gone))


def _register(one: SourceRecord, kept: KeptRun) -> Register:
    state = "whole"
    if one.digest is None:
        state = "not read"
    elif one.source in kept.purged:
        state = "purged"
    elif any(change.kind == "register" and change.name == one.source for change in kept.changed):
        state = "changed"
    return Register(one.source, one.sha256, one.rows, one.rejected, one.as_of, one.landed_at, state, one.files)
