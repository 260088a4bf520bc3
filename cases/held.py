"""Findings of rules that hit far more than their limits allow: they open no case until a person decides.

The session has to be opened for writing. Released findings open or join cases at the next scan; discarded ones stay
away until what the registers say of them changes. A held finding has no case whose events could tell who decided:
each decision is a row of its own, its findings name it, and so does the event by which they come into a case.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.service import Act
from cases.store.models import Finding, HeldDecision, Scan
from rules.errors import Message, UsageError
from rules.fault_list import use_one_of

Choice = Literal["released", "discarded"]


@dataclass(frozen=True)
class Exceeded:
    """What a rule came to in the scan that held its findings, over every region, beside its limits.

    `max_new` None: it judged for the first time, when all that it finds is new, so no limit held for that.
    """

    violations: int
    judged: int
    new: int
    max_share: Decimal
    max_new: int | None

    @property
    def share(self) -> Decimal:
        """Violations as a share of those judged."""
        return Decimal(self.violations) / self.judged if self.judged else Decimal(0)

    @property
    def too_large_a_share(self) -> bool:
        """Whether more of those judged are violations than the rule allows."""
        return self.share > self.max_share

    @property
    def too_many_new(self) -> bool:
        """Whether more findings are new than the rule allows."""
        return self.max_new is not None and self.new > self.max_new


@dataclass(frozen=True)
class HeldNight:
    """How many findings of a rule the scan of one day held, and why; None: the scan kept no account of it."""

    as_of: date
    findings: int
    exceeded: Exceeded | None


@dataclass(frozen=True)
class HeldLine:
    """The held findings of one rule, and the day on which the first of them was found.

    `nights`: the scans that found them, the newest first. All of it is of the regions of who asks, but for what the
    rule came to.
    """

    rule: str
    findings: int
    since: date
    nights: tuple[HeldNight, ...] = ()


def list_held(session: Session) -> tuple[HeldLine, ...]:
    """Return the rules with held findings, by name."""
    permit(session, "waiting")
    return _held(session)


def _held(session: Session) -> tuple[HeldLine, ...]:
    found = session.execute(
        select(col(Finding.rule), col(Finding.first_scan_id), func.count(), func.min(col(Finding.opened_on)))
        .where(col(Finding.state) == "held")
        .group_by(col(Finding.rule), col(Finding.first_scan_id))
        .order_by(col(Finding.rule), col(Finding.first_scan_id).desc())
    ).all()
    wanted = {scan for _, scan, _, _ in found}
    scans = {one.id: one for one in session.execute(select(Scan).where(col(Scan.id).in_(wanted))).scalars()}
    rules: dict[str, list[tuple[Scan, int, date]]] = {}
    for rule, scan, count, since in found:
        rules.setdefault(rule, []).append((scans[scan], count, since))
    return tuple(_line(rule, nights) for rule, nights in rules.items())


def _line(rule: str, nights: Sequence[tuple[Scan, int, date]]) -> HeldLine:
    return HeldLine(
        rule=rule,
        findings=sum(count for _, count, _ in nights),
        since=min(since for _, _, since in nights),
        nights=tuple(HeldNight(scan.as_of, count, _exceeded(scan, rule)) for scan, count, _ in nights),
    )


def _exceeded(scan: Scan, rule: str) -> Exceeded | None:
    """Read what the scan kept of a rule that it held; scans of older versions kept nothing of it."""
    kept = json.loads(scan.counts).get("held", {}).get(rule)
    if kept is None:
        return None
    return Exceeded(kept["violations"], kept["judged"], kept["new"], Decimal(kept["max_share"]), kept["max_new"])


def list_decisions(session: Session, limit: int) -> tuple[HeldDecision, ...]:
    """Return what was decided about held findings, the newest first, at most `limit`."""
    permit(session, "waiting")
    found = session.execute(select(HeldDecision).order_by(col(HeldDecision.id).desc()).limit(limit))
    return tuple(found.scalars())


@dataclass(frozen=True)
class Verdict:
    """What is to be done with the held findings of `rule`, and why. `seen`: how many the person saw; None: not told."""

    rule: str
    choice: Choice
    reason: str
    seen: int | None = None


def decide(session: Session, wanted: Verdict, act: Act) -> int:
    """Release or discard the held findings of a rule, on record; commits and returns how many there were.

    Raises NotPermittedError, and UsageError: nothing of the rule is held, there are more or fewer than were seen, no
    reason is given, nobody is named.
    """
    permit(session, "held")
    rule, choice, reason = wanted.rule, wanted.choice, wanted.reason
    held = {line.rule: line.findings for line in _held(session)}
    if rule not in held:
        raise UsageError(
            Message("nothing of rule {rule} is held", rule=rule),
            Message("a decision about nothing would look like one about something"),
            use_one_of(rule, sorted(held)) if held else Message("patuh held list shows what is held: nothing"),
        )
    if wanted.seen is not None and wanted.seen != held[rule]:
        raise UsageError(
            Message(
                "{now} findings of {rule} are held now, and {seen} were seen",
                now=held[rule],
                rule=rule,
                seen=wanted.seen,
            ),
            Message("a scan has come between; what nobody has looked at would be decided with the rest"),
            Message("read it anew and decide again"),
        )
    _check_told(act, reason)
    last = session.execute(select(func.max(col(HeldDecision.id)))).scalar_one() or 0
    decision = HeldDecision(
        id=last + 1, rule=rule, decision=choice, findings=held[rule], reason=reason, who=act.who, at=act.at
    )
    session.add(decision)
    session.flush()
    session.execute(
        update(Finding)
        .where(col(Finding.rule) == rule, col(Finding.state) == "held")
        .values(state="open" if choice == "released" else "dismissed", held_decision_id=decision.id)
    )
    session.commit()
    return held[rule]


def _check_told(act: Act, reason: str) -> None:
    why = Message("who let many findings open cases, or put them aside, and why, has to be answered for later")
    if not act.who.strip() or act.who == "scan":
        raise UsageError(
            Message("nobody is named who decides"), why, Message("name the person with --by, not the scan")
        )
    if not reason.strip():
        raise UsageError(Message("no reason is given"), why, Message("say it with --reason"))
