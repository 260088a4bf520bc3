"""What a person does with a case along the ladder: each act is checked, writes one event, and is one transaction.

Who acts and when come in. The session has to be opened for writing (`open_session(url, write=True)`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from cases.access.gate import permit, person_of
from cases.deadlines import Judging, days_in_force
from cases.life.moves import (
    REFERRAL_STATES,
    CaseState,
    Kind,
    Missing,
    Refused,
    Wanted,
    before,
    last_taken,
    main_steps,
    move,
    needs_two,
    step_of,
)
from cases.life.record import paper_of, referrals_of, running_pause, state_of, steps_of, waiting_proposal
from cases.life.refusal import NotAllowedError, refusal
from cases.names import PURPOSES, name_of
from cases.names import REFERRAL_STATES as REFERRAL_WORDS
from cases.offices import serves
from cases.service import Act
from cases.store.chain import Move, append_event
from cases.store.models import Case, CasePause, CaseRecord, CaseStep, Finding, Party, Referral
from cases.store.stages import LIVE_STATES
from cases.wording import Wording
from rules.configuration import Office, Person
from rules.errors import UsageError
from rules.fault_list import use_one_of
from rules.model import Ladder, LadderStep

QUEUE_OF: Mapping[str, str] = {"skk": "kejaksaan"}
"""The queue whose office a referral goes to; otherwise the disnaker's. `pupn` goes to the KPKNL, which has none."""


@dataclass(frozen=True)
class Book:
    """What acts are judged by: the ladder, the dated parameters with their calendar, the offices, the words.

    `people` by login: whom a case may be assigned to; None: nobody is named.
    """

    judging: Judging
    offices: tuple[Office, ...]
    wording: Wording
    people: Mapping[str, Person] | None = None

    @property
    def ladder(self) -> Ladder:
        """The steps and records."""
        return self.judging.book.ladder


@dataclass(frozen=True)
class Paper:
    """A document: of which step or record it is, its number, its day, and who signed it ("" where nobody does)."""

    of: str
    number: str
    on: date
    signer: str = ""


@dataclass(frozen=True)
class Done:
    """An act that is on record. `deadline` None: no time began with it. `seq`: the event's number.

    `waits`: it is proposed, and on record only when another person has confirmed it. `kind`: of the event.
    `also`: further cases that changed with it.
    """

    number: int
    what: str
    seq: int
    deadline: date | None = None
    office: str | None = None
    waits: bool = False
    kind: str = ""
    also: tuple[int, ...] = ()


def take_step(session: Session, number: int, act: Act, book: Book, paper: Paper) -> Done:
    """Put a step of the ladder on record; commits. Raises NotAllowedError with everything that is missing.

    One that needs two persons is taken as another proposed it (`cases.life.four_eyes`).
    """
    step = paper.of
    case = case_of(session, number, "step", book)
    known = known_step(step, book)
    deadline = _deadline_of_step(state_of(session, case), known, book)
    wanted = Wanted("step", act.at.date(), step, paper.on, deadline, paper=paper_of(paper.number, paper.signer))
    checked(session, case, act, wanted, book)
    row = CaseStep(
        case_id=number,
        step=step,
        document=paper.number,
        dated=paper.on,
        signer=paper.signer,
        deadline=deadline,
        who=act.who,
        at=act.at,
    )
    number_row(session, row)
    said = {"step": step, "step_id": row.id, "dated": paper.on.isoformat(), "deadline": _iso(deadline)}
    said |= _agreed(session, case, act, needs_two(book.ladder, "step", step))
    return done(session, case, act, [row], Told("step_taken", said, book.wording.words(known.words), deadline))


def record_receipt(session: Session, number: int, act: Act, book: Book, paper: Paper) -> Done:
    """Put the proof of receipt of a step's letter on record, with which its time begins; commits.

    Raises NotAllowedError; also where the calendar does not reach to the end of that time.
    """
    step = paper.of
    case = case_of(session, number, "step", book)
    known = known_step(step, book)
    deadline = None
    if known.deadline is not None and known.deadline.starts == "receipt":
        deadline = _days_on(known, paper.on, book)
    checked(session, case, act, Wanted("receipt", act.at.date(), step, paper.on, deadline), book)
    if known.deadline is not None and known.deadline.starts == "receipt" and deadline is None:
        raise _beyond_calendar(paper.on, book.wording)
    row = [one for one in steps_of(session, case) if one.step == step][-1]
    row.received_on, row.receipt, row.deadline = paper.on, paper.number, deadline
    said = {"step": step, "step_id": row.id, "received_on": paper.on.isoformat(), "deadline": _iso(deadline)}
    return done(session, case, act, [row], Told("step_received", said, book.wording.words(known.words), deadline))


def put_on_record(session: Session, number: int, act: Act, book: Book, paper: Paper) -> Done:
    """Put something on record that a step needs, or an inspector's proof of an indication; commits."""
    record = paper.of
    case = case_of(session, number, "step", book)
    known = _one_of(record, book.ladder.records, book.wording.say("there is no record '{name}'", name=record), book)
    checked(session, case, act, Wanted("record", act.at.date(), record, paper.on), book)
    row = CaseRecord(
        case_id=number,
        record=record,
        document=paper.number,
        dated=paper.on,
        who=act.who,
        at=act.at,
    )
    number_row(session, row)
    said = {"record": record, "record_id": row.id, "dated": paper.on.isoformat()}
    words = book.wording.words(book.ladder.records[known].words)
    return done(session, case, act, [row], Told("recorded", said, words))


@dataclass(frozen=True)
class Interval:
    """Why a case is paused, and when somebody should look again; None: nothing is said."""

    reason: str
    until: date | None = None


def pause(session: Session, number: int, act: Act, book: Book, interval: Interval) -> Done:
    """Stop what is proposed and taken next; times that run go on running. Commits."""
    case = case_of(session, number, "step", book)
    check_reason(interval.reason, book.wording)
    checked(session, case, act, Wanted("pause", act.at.date()), book)
    row = CasePause(
        case_id=number,
        since=act.at.date(),
        until=interval.until,
        reason=interval.reason,
        who=act.who,
        at=act.at,
    )
    number_row(session, row)
    said = {"pause_id": row.id, "until": _iso(interval.until)}
    return done(session, case, act, [row], Told("paused", said, book.wording.say("paused"), interval.until))


def resume(session: Session, number: int, act: Act, book: Book, reason: str) -> Done:
    """Let a paused case go on; commits."""
    case = case_of(session, number, "step", book)
    check_reason(reason, book.wording)
    checked(session, case, act, Wanted("resume", act.at.date()), book)
    row = running_pause(session, case)
    assert row is not None
    row.ended_on, row.end_reason = act.at.date(), reason
    return done(session, case, act, [row], Told("resumed", {"pause_id": row.id}, book.wording.say("goes on")))


@dataclass(frozen=True)
class Handover:
    """A case to be handed over: the letter, of its purpose, and the office; None: the one of the case's province."""

    paper: Paper
    office: str | None = None


def refer(session: Session, number: int, act: Act, book: Book, handover: Handover) -> Done:
    """Hand a case over to an office; commits. Raises NotAllowedError, also where no office takes it."""
    case = case_of(session, number, "refer", book)
    purpose, paper = handover.paper.of, handover.paper
    on_it = paper_of(paper.number, office=handover.office)
    checked(session, case, act, Wanted("refer", act.at.date(), purpose, paper.on, paper=on_it), book)
    office = office_for(case, handover.paper.of, handover.office, book)
    row = Referral(
        case_id=number,
        office=office.id,
        purpose=handover.paper.of,
        profile=office.profile,
        copies=",".join(copies_of(session, case)),
        document=handover.paper.number,
        state=REFERRAL_STATES[0],
        handed_over_on=handover.paper.on,
        who=act.who,
        at=act.at,
    )
    number_row(session, row)
    said = {"referral": row.id, "purpose": row.purpose, "office": row.office, "copies": row.copies}
    said |= _agreed(session, case, act, needs_two(book.ladder, "refer", purpose))
    name = book.wording.say("handed over")
    return done(session, case, act, [row], Told("referred", said, name, None, office.name or office.id, "referred"))


@dataclass(frozen=True)
class Answer:
    """What an office said of a referral; the paper is of the state that it reaches, its number may be empty."""

    referral: int
    paper: Paper


def advance_referral(session: Session, number: int, act: Act, book: Book, answer: Answer) -> Done:
    """Put on record how far an office is with a referral; commits. Raises NotAllowedError."""
    state, paper = answer.paper.of, answer.paper
    case = case_of(session, number, "step", book)
    rows = referrals_of(session, case)
    place = next((place for place, row in enumerate(rows) if row.id == answer.referral), len(rows))
    wanted = Wanted("referral", act.at.date(), state, paper.on, referral=place)
    checked(session, case, act, wanted, book)
    row = rows[place]
    if paper.on < row.handed_over_on:
        too_early = Missing("order", row.purpose, row.handed_over_on)
        raise refusal(number, act_words("referral", book.wording), [too_early], book.wording, book.ladder)
    row.state = state
    setattr(row, f"{state}_on", paper.on)
    if paper.number:
        row.answer = paper.number
    said = {"referral": row.id, "state": state, "on": paper.on.isoformat()}
    return done(
        session, case, act, [row], Told(f"referral_{state}", said, name_of(REFERRAL_WORDS, state, book.wording))
    )


def close(session: Session, number: int, act: Act, book: Book, reason: str) -> Done:
    """Close the findings whose closing a scan proposed; a case without another live finding is resolved. Commits."""
    case = case_of(session, number, "dismiss", book)
    check_reason(reason, book.wording)
    after = checked(session, case, act, Wanted("close", act.at.date()), book)
    proposed = session.execute(
        select(Finding).where(col(Finding.case_id) == number, col(Finding.state) == "closing_proposed")
    )
    rows = tuple(proposed.scalars())
    for finding in rows:
        finding.state, finding.resolved_on = "resolved", act.at.date()
    if after.stage == "resolved":
        case.stage_before, case.resolved_on = case.stage, act.at.date()
    said = {"findings": [finding.id for finding in rows], "reason": reason}
    words = book.wording.say("closing confirmed")
    return done(session, case, act, rows, Told("closed", said, words, stage=after.stage))


def office_for(case: Case, purpose: str, named: str | None, book: Book) -> Office:
    """Return the office that a referral goes to: the named one, or the one of the queue and the case's province.

    Raises NotAllowedError where there is none. PUPN goes to a KPKNL, which is named and is no office of the run file.
    """
    say = book.wording.say
    queue = QUEUE_OF.get(purpose, "disnaker")
    if purpose == "pupn":
        if named:
            return Office(named, "", (), named)
        raise NotAllowedError(
            say("Case {number} needs the KPKNL that takes it.", number=case.id),
            say("the run file has no office for this way"),
            say("name it with --office"),
        )
    fit = [one for one in book.offices if serves(one, queue, case.province) and named in (None, one.id)]
    if fit:
        return fit[0]
    raise NotAllowedError(
        say(
            "No office takes case {number}: queue {queue}, province {province}.",
            number=case.id,
            queue=queue,
            province=case.province or "-",
        )
        if named is None
        else say(
            "The office {office} does not take case {number}: queue {queue}, province {province}.",
            office=named,
            number=case.id,
            queue=queue,
            province=case.province or "-",
        ),
        say("a case handed to an office that is not its own is handed to nobody"),
        say("add the office under offices: in rules.yaml, or leave --office out"),
    )


def copies_of(session: Session, case: Case) -> tuple[str, ...]:
    """Return who gets a copy: the PPK or KPA of a project, the Inspektorat for a public body."""
    facts = session.execute(
        select(col(Finding.fact)).where(col(Finding.case_id) == case.id, col(Finding.state).in_(LIVE_STATES))
    )
    copies = ("ppk_kpa",) if "project" in set(facts.scalars()) else ()
    public = session.get_one(Party, case.party_id).kind == "institution"
    return (*copies, "inspektorat") if public else copies


def act_words(kind: Kind, wording: Wording, name: str = "") -> str:
    """Return the act in words, as a refusal begins."""
    words = {
        "confirm": wording.say("to confirm it"),
        "redirect": wording.say("to send it to another office"),
        "step": wording.say("to take the step {name}", name=name),
        "receipt": wording.say("to record the receipt of {name}", name=name),
        "record": wording.say("to record {name}", name=name),
        "pause": wording.say("to pause it"),
        "resume": wording.say("to let it go on"),
        "refer": wording.say("to hand it over for {name}", name=name),
        "referral": wording.say("to go on with its referral"),
        "close": wording.say("to close it"),
        "waive": wording.say("to waive it"),
        "dismiss": wording.say("to dismiss it"),
        "assign": wording.say("to assign it"),
        "note": wording.say("to write a note"),
        "snooze": wording.say("to hide it"),
        "wake": wording.say("to show it again"),
        "propose": wording.say("to propose {name}", name=name),
        "retract": wording.say("to take its proposal back"),
        "undo": wording.say("to take back what was done last"),
    }
    return words[kind]


def known_step(step: str, book: Book) -> LadderStep:
    """Return a step of the ladder. Raises UsageError for a name that it does not know."""
    names = tuple(one.id for one in book.ladder.steps)
    _one_of(step, names, book.wording.say("there is no step '{name}'", name=step), book)
    found = step_of(book.ladder, step)
    assert found is not None
    return found


def _one_of(name: str, known: Iterable[str], what: str, book: Book) -> str:
    if name in (names := tuple(known)):
        return name
    raise UsageError(
        what,
        book.wording.say("what the ladder does not know could be recorded and never read"),
        book.wording.tell(use_one_of(name, names)),
    )


def case_of(session: Session, number: int, right: str, book: Book) -> Case:
    """Return the case for who may do `right` with it. Raises NotPermittedError, and NotAllowedError for no case."""
    permit(session, right, number)
    case = session.get(Case, number)
    if case is None:
        raise NotAllowedError(
            book.wording.say("There is no case {number}.", number=number),
            book.wording.say("a file can be shown only of a case that a scan opened"),
            book.wording.say("patuh cases list shows the numbers"),
        )
    return case


def check_reason(reason: str, wording: Wording) -> None:
    """Raise NotAllowedError where nothing is said."""
    if not reason.strip():
        raise NotAllowedError(
            wording.say("No reason is given."),
            wording.say("a decision without its reason cannot be checked later"),
            wording.say("say it with --reason"),
        )


def checked(session: Session, case: Case, act: Act, wanted: Wanted, book: Book) -> CaseState:
    """Return the state after the move. Raises NotAllowedError: nobody is named, or the move is refused."""
    check_person(act, book.wording)
    wanted = replace(wanted, who=act.who, alone=person_of(session) is None)
    after = move(state_of(session, case), wanted, book.ladder)
    if isinstance(after, Refused):
        words = act_words(wanted.kind, book.wording, named(wanted.name, book))
        raise refusal(case.id, words, after.missing, book.wording, book.ladder)
    return after


def named(name: str, book: Book) -> str:
    """Return a record, a step or a purpose in words."""
    if name in book.ladder.records:
        return book.wording.words(book.ladder.records[name].words)
    step = step_of(book.ladder, name)
    return book.wording.words(step.words) if step else name_of(PURPOSES, name, book.wording)


def check_person(act: Act, wording: Wording) -> None:
    """Raise NotAllowedError unless a person is named."""
    if not act.who.strip() or act.who == "scan":
        raise NotAllowedError(
            wording.say("Nobody is named who acts."),
            wording.say("what was done to a case has to be answered for by a person"),
            wording.say("name the person with --by, not the scan"),
        )


def _deadline_of_step(state: CaseState, step: LadderStep, book: Book) -> date | None:
    """The last day of the time that begins where the step before ended; a step beside the ladder has done its duty."""
    if step.deadline is None or step.deadline.starts != "step_before" or step not in main_steps(book.ladder):
        return None
    required = before(book.ladder, step.id)
    last = last_taken(state, required[-1]) if required else None
    if last is None or last.deadline is None:
        return None
    deadline = _days_on(step, last.deadline, book)
    if deadline is None:
        raise _beyond_calendar(last.deadline, book.wording)
    return deadline


def _days_on(step: LadderStep, start: date, book: Book) -> date | None:
    """The last day of a step's time that starts after `start`; None beyond the law or the calendar."""
    assert step.deadline is not None
    name = step.deadline.parameter
    count = days_in_force(book.judging, name, start)
    if count is None:
        return None
    parameter = book.judging.book.parameters[name]
    if parameter.unit != "working days":
        return start + timedelta(days=count)
    return book.judging.calendar.after(start, count, book.judging.off.get(name, parameter.off))


def _beyond_calendar(day: date, wording: Wording) -> NotAllowedError:
    return NotAllowedError(
        wording.say("The calendar does not reach from {day} to the end of the time.", day=wording.date(day)),
        wording.say("a deadline must not be guessed"),
        wording.say("list the days off of that year under calendar: file in rules.yaml"),
    )


@dataclass(frozen=True)
class Told:
    """What an act leaves in the case's file, and what it is called to whom did it. `stage` None: it stays."""

    kind: str
    payload: Mapping[str, object]
    words: str
    deadline: date | None = None
    office: str | None = None
    stage: str | None = None
    waits: bool = False


def done(session: Session, case: Case, act: Act, rows: Iterable[SQLModel], told: Told) -> Done:
    """Write the rows and the one event, and commit."""
    number = case.id
    session.add_all(list(rows))
    written = append_event(
        session, case, Move(act.at, act.who, told.kind, told.stage or case.stage, told.payload, act.salt)
    )
    seq = written.seq
    session.commit()
    return Done(number, told.words, seq, told.deadline, told.office, told.waits, told.kind)


def _agreed(session: Session, case: Case, act: Act, two: bool) -> dict[str, object]:
    """End the proposal that two persons now agree on, and return what the event says of it."""
    if not two:
        return {}
    proposal = waiting_proposal(session, case)
    if proposal is None:
        return {"one_person": True}  # a desk of one
    proposal.outcome, proposal.ended_by, proposal.ended_at = "approved", act.who, act.at
    return {"proposal": proposal.id, "proposed_by": proposal.who}


def number_row(session: Session, row: SQLModel) -> None:
    """Write a new row, which gives it its number."""
    session.add(row)
    session.flush()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
