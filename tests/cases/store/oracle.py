"""The table of design §7, and what persons may do, in plain Python, finding by finding; nothing of the engine here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

RULES = ("KUM", "R-1", "R-2")
SUBJECTS = tuple("ABCDEFGH")  # two of a party: AB, CD, …
LIVE = ("open", "closing_proposed", "subject_gone")
LIVE_STAGES = ("flagged", "confirmed")
SETTLE = 30
LONGEST_HIDDEN = 90
Key = tuple[str, str]
"""A rule and a subject."""


def party_of(subject: str) -> int:
    return SUBJECTS.index(subject) // 2


def track_of(rule: str) -> str:
    return "outreach" if rule == "KUM" else "sanction"


@dataclass(frozen=True)
class Tonight:
    """What a scan judges. `rest`: a subject's outcome by the rules that it does not violate; `off`: rules switched off.

    `source`: "fresh"; "incomplete": who is gone from it may stand elsewhere; "stale" and "missing": nobody is judged.
    """

    day: int
    violations: Mapping[Key, str]
    rest: Mapping[str, str]
    source: str = "fresh"
    off: frozenset[str] = frozenset()

    def outcome(self, rule: str, subject: str) -> str:
        if rule in self.off or self.source in ("stale", "missing"):
            return "unknown"
        if (rule, subject) in self.violations:
            return "violation"
        outcome = self.rest[subject]
        return "unknown" if outcome == "gone" and self.source == "incomplete" else outcome


@dataclass(eq=False)
class Row:
    """One episode of a finding. Days count from the first."""

    rule: str
    subject: str
    episode: int
    evidence: str
    opened: int
    case: Docket
    joined: int
    state: str = "open"
    resolved: int | None = None


@dataclass(eq=False)
class Docket:
    """A case."""

    party: int
    track: str
    stage: str = "flagged"
    stage_before: str = "flagged"
    resolved: int | None = None
    events: int = 0
    confirmed: int | None = None
    paused: bool = False
    examined: list[int] = field(default_factory=list)
    dismissed_until: int | None = None
    hidden_until: int | None = None


@dataclass
class LetBe:
    """A waiver; None does not narrow, and of `until`: it has no last day."""

    case: Docket
    rule: str | None
    subject: str | None
    since: int
    until: int | None
    withdrawn: int | None = None

    def in_force(self, day: int) -> bool:
        over = self.until is not None and self.until < day
        return self.since <= day and not over and (self.withdrawn is None or self.withdrawn > day)

    def covers(self, rule: str, subject: str) -> bool:
        return party_of(subject) == self.case.party and self.rule in (None, rule) and self.subject in (None, subject)


class Oracle:
    """The store as it has to be. `lines` counts how often each line of the table was come to."""

    def __init__(self) -> None:
        self.rows: dict[Key, list[Row]] = {(rule, subject): [] for rule in RULES for subject in SUBJECTS}
        self.dockets: list[Docket] = []
        self.waivers: list[LetBe] = []
        self.lines: Counter[str] = Counter()

    def night(self, tonight: Tonight) -> None:
        """What a scan makes of it."""
        joinable = [docket for docket in self.dockets if self._joinable(docket, tonight.day)]
        live = [docket for docket in joinable if docket.stage in LIVE_STAGES]
        moved: list[tuple[Row, str]] = []
        for rule, subject in self.rows:
            if change := self._change(rule, subject, tonight):
                line, row = change
                self.lines[line] += 1
                if line in ("new", "reopened", "waiver over", "dismissal over", "dismissal overtaken", "same"):
                    self._place(row, tonight.day, joinable, live)
                moved.append((row, line))
        self._conclude(moved, tonight.day)

    def _joinable(self, docket: Docket, day: int) -> bool:
        settling = docket.stage == "resolved" and docket.resolved is not None and day - docket.resolved <= SETTLE
        return docket.stage in LIVE_STAGES or settling

    def _change(self, rule: str, subject: str, tonight: Tonight) -> tuple[str, Row] | None:
        outcome, day = tonight.outcome(rule, subject), tonight.day
        waived = any(one.covers(rule, subject) and one.in_force(day) for one in self.waivers)
        last = self.rows[rule, subject][-1] if self.rows[rule, subject] else None
        if outcome == "violation":
            return self._violated((rule, subject), last, tonight.violations[rule, subject], day, waived)
        if last is not None and last.state in LIVE:
            return self._absent(last, outcome, day, waived)
        return None

    def _violated(  # noqa: PLR0911 - the table, line by line
        self, key: Key, last: Row | None, evidence: str, day: int, waived: bool
    ) -> tuple[str, Row] | None:
        if last is None:
            return None if waived else ("new", self._episode(key, 1, evidence, day))
        if last.state == "resolved":
            assert last.resolved is not None
            if day - last.resolved > SETTLE:
                return None if waived else ("reopened", self._episode(key, last.episode + 1, evidence, day))
            last.resolved = None
            if waived:
                last.state = "waived"
                return "waived again", last
            last.state, last.evidence = "open", evidence
            return "same", last
        if last.state in LIVE:
            return self._stands(last, evidence, waived)
        if waived:
            return None
        if last.state == "waived":
            return "waiver over", self._episode(key, last.episode + 1, evidence, day)
        until = last.case.dismissed_until
        over = until is not None and until < day
        if evidence == last.evidence and not over:
            return None
        line = "dismissal over" if over else "dismissal overtaken"
        return line, self._episode(key, last.episode + 1, evidence, day)

    def _stands(self, row: Row, evidence: str, waived: bool) -> tuple[str, Row] | None:
        if waived:
            row.state = "waived"
            return "waived", row
        if row.state == "open" and row.evidence == evidence:
            return None
        line = "changed" if row.state == "open" else "returned"
        row.state, row.evidence = "open", evidence
        return line, row

    def _absent(self, row: Row, outcome: str, day: int, waived: bool) -> tuple[str, Row] | None:
        if outcome == "pass":
            row.state, row.resolved = "resolved", day
            return "resolved", row
        if waived:
            row.state = "waived"
            return "waived", row
        new = {"not_applicable": "closing_proposed", "gone": "subject_gone"}.get(outcome)
        if new is None or row.state == new:
            return None
        row.state = new
        return new, row

    def _episode(self, key: Key, number: int, evidence: str, day: int) -> Row:
        nowhere = Docket(party_of(key[1]), track_of(key[0]), stage="none")
        row = Row(*key, number, evidence, day, nowhere, day)
        self.rows[key].append(row)
        return row

    def _place(self, row: Row, day: int, joinable: list[Docket], live: list[Docket]) -> None:
        """Back to its own case, else to a live one of its party and track, else to one that settles, else a new one."""
        if row.case in joinable:
            return
        party, track = row.case.party, row.case.track
        fit = [docket for docket in joinable if (docket.party, docket.track) == (party, track)]
        if not fit:
            fit = [Docket(party, track)]
            self.dockets += fit
            joinable += fit
            live += fit
        row.case = max(fit, key=lambda docket: (docket in live, self.dockets.index(docket)))
        row.joined = day

    def _conclude(self, moved: list[tuple[Row, str]], day: int) -> None:
        for docket in self.dockets:
            lines = [line for row, line in moved if row.case is docket]
            if not lines:
                continue
            docket.events += 1
            live = self.live(docket)
            if docket.stage == "resolved" and live:
                docket.stage, docket.resolved = docket.stage_before, None
            elif docket.stage in LIVE_STAGES and not live:
                self._close(docket, "resolved" if "resolved" in lines else "dismissed", day)

    def _close(self, docket: Docket, stage: str, day: int) -> None:
        if stage == "resolved":
            docket.stage_before, docket.resolved = docket.stage, day
        docket.stage = stage

    def every_row(self) -> Iterator[Row]:
        return (row for rows in self.rows.values() for row in rows)

    def of(self, docket: Docket) -> list[Row]:
        return [row for row in self.every_row() if row.case is docket]

    def live(self, docket: Docket) -> list[Row]:
        return [row for row in self.of(docket) if row.state in LIVE]

    # What persons do; each says whether it is allowed.

    def confirm(self, docket: Docket, day: int) -> bool:
        live = self.live(docket)
        later = docket.confirmed is not None and any(row.joined > docket.confirmed for row in live)
        if not live or not (docket.stage == "flagged" or (docket.stage == "confirmed" and later)):
            return False
        docket.stage, docket.confirmed = "confirmed", day
        docket.events += 1
        return True

    def examine(self, docket: Docket, day: int) -> bool:
        """The first step of the ladder, once for the clock that runs since the oldest of what is live was found."""
        live = self.live(docket)
        if docket.stage != "confirmed" or docket.track != "sanction" or docket.paused or not live:
            return False
        if any(on >= min(row.opened for row in live) for on in docket.examined):
            return False
        docket.examined.append(day)
        docket.events += 1
        return True

    def pause(self, docket: Docket, *, paused: bool) -> bool:
        if docket.stage not in LIVE_STAGES or docket.paused is paused:
            return False
        docket.paused = paused
        docket.events += 1
        return True

    def hide(self, docket: Docket, day: int, until: int) -> bool:
        """A case that is hidden is scanned as any other."""
        if docket.stage not in LIVE_STAGES or not day <= until <= day + LONGEST_HIDDEN:
            return False
        docket.hidden_until = until
        docket.events += 1
        return True

    def wake(self, docket: Docket, day: int) -> bool:
        if docket.hidden_until is None or docket.hidden_until < day:
            return False
        docket.hidden_until = None
        docket.events += 1
        return True

    def note(self, docket: Docket) -> bool:
        docket.events += 1
        return True

    def close(self, docket: Docket, day: int) -> bool:
        proposed = [row for row in self.live(docket) if row.state == "closing_proposed"]
        if docket.stage not in LIVE_STAGES or not proposed:
            return False
        for row in proposed:
            row.state, row.resolved = "resolved", day
        if not self.live(docket):
            self._close(docket, "resolved", day)
        docket.events += 1
        return True

    def dismiss(self, docket: Docket, until: int | None) -> bool:
        live = self.live(docket)
        if docket.stage not in LIVE_STAGES or not live:
            return False
        for row in live:
            row.state = "dismissed"
        docket.stage, docket.dismissed_until = "dismissed", until
        docket.events += 1
        return True

    def waive(self, waiver: LetBe, day: int) -> bool:
        about = [row for row in self._about_any() if row.case is waiver.case]
        if not about:
            return False
        self.waivers.append(waiver)
        let_be = self._about(waiver)
        for row in let_be:
            if row.state in LIVE and waiver.in_force(day):
                row.state = "waived"
        self._tell(waiver, let_be, day)
        return True

    def withdraw(self, waiver: LetBe, day: int) -> bool:
        if waiver.withdrawn is not None or (waiver.until is not None and waiver.until < day):
            return False
        waiver.withdrawn = day
        self._tell(waiver, self._about(waiver), day)
        return True

    def _about_any(self) -> list[Row]:
        return [rows[-1] for rows in self.rows.values() if rows and rows[-1].state in (*LIVE, "waived")]

    def _about(self, waiver: LetBe) -> list[Row]:
        return [row for row in self._about_any() if waiver.covers(row.rule, row.subject)]

    def _tell(self, waiver: LetBe, about: list[Row], day: int) -> None:
        """An event in each case that a waiver is about; one in which nothing is live any more is closed."""
        for docket in self.dockets:
            if docket is waiver.case or any(row.case is docket for row in about):
                docket.events += 1
                if docket.stage in LIVE_STAGES and not self.live(docket):
                    self._close(docket, "dismissed", day)
