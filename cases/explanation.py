"""Makes the file of one case: whom it is about, what was found and by which article, why this queue, what happened.

Everything is worded and covered here, so that a screen, a letter and a test see the same. What follows from today
(days overdue) is worked out here and stored nowhere.
"""

import json

from sqlalchemy import select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.case_file import CaseBrief, CaseFile, MergedFile, OtherCase, ShownScore, ShownValue
from cases.case_findings import finding_groups
from cases.history import Teller, events_of
from cases.life.record import merged_into, state_of, steps_of
from cases.life.told import let_be_lines, recorded_lines
from cases.listing import headed_for
from cases.masking import mask_identifier, mask_party_name
from cases.names import PARTY_KINDS, PURPOSES, STAGES, TRACKS, name_of, severity_name
from cases.proposed_step import firings, next_step_name, proposed, since_then
from cases.province_names import province_name
from cases.reader import Reader
from cases.shown_score import shown_score
from cases.store.models import Case, Decision, Party, PartyIdentifier
from cases.wording import Wording
from rules.errors import UsageError
from rules.working_days import BOTH_KINDS


def case_file(session: Session, number: int, reader: Reader, act: str = "read") -> CaseFile:
    """Return the file of case `number`; `act` is what it is asked for. Raises UsageError when there is no such case."""
    permit(session, act, number)
    say = reader.wording.say
    found = session.execute(
        select(Case, Party, Decision, headed_for())
        .join(Party, col(Party.id) == col(Case.party_id))
        .join(Decision, col(Decision.id) == col(Case.decision_id))
        .where(col(Case.id) == number)
    ).first()
    if found is None:
        raise UsageError(
            say("There is no case {number}.", number=number),
            say("a file can be shown only of a case that a scan opened"),
            say("patuh cases list shows the numbers"),
        )
    case, party, decision, queue = found
    proposal, step = proposed(decision.proposal, reader), decision.step
    # The state takes a dozen questions, and says something new only where this very step was taken.
    if proposal is not None and any(taken.step == step for taken in steps_of(session, case)):
        proposal, step = since_then(proposal, step, state_of(session, case), reader)
    score = shown_score(session, case, reader)
    return CaseFile(
        number=number,
        draft=case.stage == "flagged",
        outreach=case.track == "outreach",
        party=party_name(party, reader),
        identifiers=_identifiers(session, party.id, reader),
        head=_head(case, party, (queue, step), reader),
        groups=finding_groups(session, number, reader),
        queue=queue,
        trail=firings(json.loads(decision.trail), reader.wording),
        proposal=proposal,
        events=events_of(session, number, _teller(reader)),
        others=_others(session, case, reader.wording),
        next_step=_next_step(case, queue, reader),
        recorded=(
            *recorded_lines(session, case, reader.book.ladder, reader.wording),
            *let_be_lines(session, case, reader.today, reader.wording),
        ),
        merged=tuple(_merged_file(session, one, reader) for one in merged_into(session, case)),
        score=score,
        brief=_brief(case, (queue, step), score, reader),
    )


def _brief(case: Case, headed: tuple[str, str], score: ShownScore | None, reader: Reader) -> CaseBrief:
    queue, step = headed
    wording, priority, due = reader.wording, reader.book.priority, case.overdue_since
    return CaseBrief(
        stage=name_of(STAGES, case.stage, wording),
        track=name_of(TRACKS, case.track, wording),
        severity=case.severity,
        points=score.points if score else None,
        people=case.people,
        people_words=wording.words(priority.people.words),
        rupiah=case.rupiah,
        rupiah_words=wording.words(priority.rupiah.words),
        province=province_name(case.province),
        queue=queue,
        step=next_step_name(step, reader),
        due=due,
        days=None if due is None else (due - reader.today).days,
        working_days=None if due is None else reader.work.calendar.between(reader.today, due, BOTH_KINDS),
        assigned_to=case.assigned_to,
    )


def _merged_file(session: Session, case: Case, reader: Reader) -> MergedFile:
    recorded = recorded_lines(session, case, reader.book.ladder, reader.wording)
    return MergedFile(case.id, recorded, events_of(session, case.id, _teller(reader)))


def _teller(reader: Reader) -> Teller:
    return Teller(reader.book, reader.wording, reader.zone, reader.unmask, reader.members)


def party_name(party: Party, reader: Reader) -> str:
    """Return the name of a party, covered where it is a person's, or that no register says one."""
    if party.name is None:
        return reader.wording.say("(no name in the registers)")
    return party.name if reader.unmask else mask_party_name(party.name, party.kind, reader.book.vocabulary)


def _identifiers(session: Session, party: int, reader: Reader) -> tuple[ShownValue, ...]:
    found = session.execute(
        select(col(PartyIdentifier.kind), col(PartyIdentifier.value))
        .where(col(PartyIdentifier.party_id) == party)
        .order_by(col(PartyIdentifier.kind), col(PartyIdentifier.value))
    )
    vocabulary = reader.book.vocabulary
    return tuple(
        (
            reader.wording.say("register key") if kind == "source" else kind.upper(),
            value if reader.unmask else mask_identifier(kind, value, vocabulary),
        )
        for kind, value in found
    )


def _head(case: Case, party: Party, headed: tuple[str, str], reader: Reader) -> tuple[ShownValue, ...]:
    wording, say = reader.wording, reader.wording.say
    queue, step = headed
    lines = [
        (say("Party"), str(party.id)),
        (say("Kind of party"), name_of(PARTY_KINDS, party.kind, wording)),
        (say("Province"), case.province or say("(no region in the registers)")),
        (say("Track"), name_of(TRACKS, case.track, wording)),
        (say("Stage"), name_of(STAGES, case.stage, wording)),
        (say("Queue"), queue),
        (say("Purpose"), name_of(PURPOSES, case.purpose, wording)),
        (say("Severity"), severity_name(case.severity, wording)),
        (say("Next step"), next_step_name(step, reader)),
        (say("Opened on"), wording.date(case.opened_on)),
    ]
    if case.confirmed_at is not None:
        lines.append((say("Confirmed on"), wording.date(case.confirmed_at.astimezone(reader.zone).date())))
        lines.append((say("Confirmed by"), case.confirmed_by or ""))
        if case.confirmed_queue != case.queue:
            lines.append((say("Proposed queue"), case.queue))
    if case.merged_into is not None:
        lines.append((say("Merged into case"), str(case.merged_into)))
    if case.resolved_on is not None:
        lines.append((say("Resolved on"), wording.date(case.resolved_on)))
    lines.append((say("Assigned to"), case.assigned_to or say("nobody")))
    if case.snoozed_until is not None and case.snoozed_until >= reader.today:
        lines.append((say("Hidden until"), wording.date(case.snoozed_until)))
    return tuple(lines)


def _others(session: Session, case: Case, wording: Wording) -> tuple[OtherCase, ...]:
    found = session.execute(
        select(col(Case.id), col(Case.province), col(Case.track), col(Case.stage), headed_for())
        .where(col(Case.party_id) == case.party_id, col(Case.id) != case.id)
        .order_by(col(Case.id))
    )
    return tuple(
        OtherCase(number, province, name_of(TRACKS, track, wording), name_of(STAGES, stage, wording), queue)
        for number, province, track, stage, queue in found
    )


def _next_step(case: Case, queue: str, reader: Reader) -> str:
    if case.stage == "flagged":
        if reader.explain is None:
            return f"patuh cases explain {case.id}"
        return f"patuh cases confirm {case.id}"
    if case.stage == "confirmed":
        return f"patuh export {queue} --format xlsx"
    if case.merged_into is not None:
        return f"patuh cases show {case.merged_into}"
    return "patuh cases list"
