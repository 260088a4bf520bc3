"""What happened to a case, move by move, and what registers said differently: worded and covered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from cases.case_file import ShownEvent
from cases.formats import evidence_of, field_of, typed, written
from cases.masking import evidence_covers, mask_evidence, mask_key
from cases.names import EVENTS, HELD_CHOICES, PURPOSES, STAGES, name_of
from cases.store.models import Event, EventPayload, Finding, HeldDecision
from cases.wording import Wording
from rules.model import Rule, RuleBook


@dataclass(frozen=True)
class Teller:
    """For whom the history is told: in which words, in which zone, covered or not, how many findings per event."""

    book: RuleBook
    wording: Wording
    zone: tzinfo
    unmask: bool
    members: int


def events_of(session: Session, number: int, teller: Teller) -> tuple[ShownEvent, ...]:
    """Return every event of case `number` in its order."""
    found = session.execute(
        select(Event, col(EventPayload.payload))
        .outerjoin(
            EventPayload, (col(EventPayload.case_id) == col(Event.case_id)) & (col(EventPayload.seq) == col(Event.seq))
        )
        .where(col(Event.case_id) == number)
        .order_by(col(Event.seq))
    )
    return tuple(_event(session, event, kept, teller) for event, kept in found)


def _event(session: Session, event: Event, kept: str | None, teller: Teller) -> ShownEvent:
    payload: dict[str, Any] = {} if kept is None else evidence_of(kept)
    run = payload.get("run")
    return ShownEvent(
        seq=event.seq,
        at=_moment(event.at, teller),
        who=f"{event.who} {run}" if run else event.who,
        what=_what(event.kind, event.from_stage, event.to_stage, teller.wording),
        details=(teller.wording.say("details purged"),) if kept is None else tuple(_details(session, payload, teller)),
    )


def _moment(at: datetime, teller: Teller) -> str:
    return teller.wording.moment(at.astimezone(teller.zone))


def _what(kind: str, before: str | None, after: str, wording: Wording) -> str:
    what = name_of(EVENTS, kind, wording)
    if before is None or before == after:
        return what
    return wording.say(
        "{what}: from {before} to {after}",
        what=what,
        before=name_of(STAGES, before, wording),
        after=name_of(STAGES, after, wording),
    )


def _details(session: Session, payload: Mapping[str, Any], teller: Teller) -> Iterator[str]:
    """Say what registers say otherwise than before, finding by finding; some of them where there are many."""
    yield from _told(payload, teller.wording)
    for decision in payload.get("held_decision") or []:
        yield from _held_decision(session.get(HeldDecision, decision), teller)
    spoken = payload.get("evidence") or []
    for one in spoken[: teller.members]:
        finding = session.get(Finding, one["finding"])
        changes = _changes(finding, one, teller) if finding else ""
        if finding and changes:
            fact = teller.book.vocabulary.facts.get(finding.fact)
            subject = finding.subject_key if teller.unmask else mask_key(finding.subject_key, fact)
            yield f"{finding.rule} {subject}: {changes}"
    if len(spoken) > teller.members:
        yield teller.wording.say("… and {count} more", count=teller.wording.number(len(spoken) - teller.members))


def _told(payload: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    """What a person said with the move."""
    if queue := payload.get("queue"):
        yield wording.say("for the queue {queue}", queue=queue)
    if purpose := payload.get("purpose"):
        yield wording.say("purpose: {purpose}", purpose=name_of(PURPOSES, purpose, wording))
    if proposer := payload.get("proposed_by"):
        yield wording.say("proposed by {who}", who=proposer)
    if payload.get("one_person"):
        yield wording.say("proposed and confirmed by one person: a desk of one")
    if undoes := payload.get("undoes"):
        what = name_of(EVENTS, str(payload["kind"]), wording)
        yield wording.say("event {seq} is taken back: {what}", seq=undoes, what=what)
    if "assigned_to" in payload:
        who = payload["assigned_to"]
        yield wording.say("assigned to {who}", who=who) if who else wording.say("assigned to nobody")
    if until := payload.get("until"):
        yield wording.say("until {day}", day=wording.date(date.fromisoformat(until)))
    if head := payload.get("head"):
        yield wording.say("case {number}, at {head}", number=payload["case"], head=head)
    if "party" in payload:
        yield wording.say("party {number}", number=payload["party"])
    yield from (str(payload[name]) for name in ("reason", "text") if payload.get(name))


def _held_decision(decision: HeldDecision | None, teller: Teller) -> Iterator[str]:
    if decision is not None:
        yield teller.wording.say(
            "held findings {what} by {who}, {day}: {reason}",
            what=name_of(HELD_CHOICES, decision.decision, teller.wording),
            who=decision.who,
            day=teller.wording.date(decision.at.astimezone(teller.zone).date()),
            reason=decision.reason,
        )


def _changes(finding: Finding, spoken: Mapping[str, Any], teller: Teller) -> str:
    rule = teller.book.rules.get(finding.rule)
    before, after, covered = spoken["before"], spoken.get("after"), spoken.get("covered", ())
    if rule is None or not isinstance(after, Mapping):
        return ""
    changed = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    told = [_change(rule, name, (before.get(name), after.get(name)), teller) for name in changed]
    return "; ".join((*told, *(_covered_change(rule, name, teller) for name in covered)))


def _covered_change(rule: Rule, name: str, teller: Teller) -> str:
    field = field_of(rule, name, teller.book.vocabulary)
    return teller.wording.say(
        "{field} is another (personal data; an event keeps no value)",
        field=teller.wording.words(field.words) if field else name,
    )


def _change(rule: Rule, name: str, values: tuple[object, object], teller: Teller) -> str:
    wording, field = teller.wording, field_of(rule, name, teller.book.vocabulary)
    covers = evidence_covers(rule, teller.book.vocabulary)
    was, now = (value if teller.unmask else mask_evidence({name: value}, covers)[name] for value in values)
    return wording.say(
        "{field} was {before}, is {after}",
        field=wording.words(field.words) if field else name,
        before=written(typed(was, field), field, wording),
        after=written(typed(now, field), field, wording),
    )
