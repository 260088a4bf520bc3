"""What a person does with a case: each act is checked, writes one event, and is one transaction.

Who acts and when come in; nothing here reads a clock. The session has to be opened for writing
(`cases.store.database.open_session(url, write=True)`), so that two people cannot confirm one case.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.life.moves import PROOF, Refused, Wanted, move
from cases.life.record import state_of
from cases.life.refusal import NotAllowedError
from cases.listing import headed_for
from cases.names import STAGES, name_of
from cases.store.chain import Move, append_event
from cases.store.models import Case
from cases.wording import Wording
from rules.model import Ladder


@dataclass(frozen=True)
class Act:
    """Who acts and when; `at` with its zone. `salt`: 32 random bytes, for what the act leaves in the case's chain."""

    who: str
    at: datetime
    salt: bytes


@dataclass(frozen=True)
class Confirmed:
    """A case that a person has confirmed for `queue`; `seq` is the number of the event in its file."""

    number: int
    queue: str
    purpose: str
    who: str
    at: datetime
    seq: int


def confirm(session: Session, number: int, act: Act, wording: Wording, queue: str | None = None) -> Confirmed:
    """Confirm a flagged case, or findings that joined a confirmed one, for the proposed queue or for `queue`; commits.

    Raises NotPermittedError, and NotAllowedError, which says what is missing: the case is not flagged, nothing is open
    in it, it rests on indications without proof, a case is meant for the kejaksaan that routing did not propose for it,
    nobody is named.
    """
    permit(session, "confirm", number)
    file = session.get(Case, number)
    if file is None:
        raise _refused(
            wording,
            wording.say("There is no case {number}.", number=number),
            wording.say("patuh cases list shows the numbers"),
        )
    target = queue or file.queue
    _check(session, file, act, target, wording)
    before = _confirmed_before(file)
    file.confirmed_queue, file.confirmed_by, file.confirmed_at = target, act.who, act.at
    payload = {
        **before,
        "proposed_queue": file.queue,
        "purpose": file.purpose,
        "queue": target,
        "severity": file.severity,
        "decision": file.decision_id,
    }
    event = append_event(session, file, Move(act.at, act.who, "confirmed", "confirmed", payload, act.salt))
    confirmed = Confirmed(number, target, file.purpose, act.who, act.at, event.seq)
    session.commit()
    return confirmed


def _confirmed_before(file: Case) -> dict[str, object]:
    """Return what an event keeps of the confirmation before it, so that it can be taken back."""
    if file.confirmed_at is None:
        return {}
    return {
        "before": {"queue": file.confirmed_queue, "who": file.confirmed_by, "at": file.confirmed_at.isoformat()},
    }


def confirmed_in(session: Session, queue: str) -> int:
    """Count the confirmed cases that are headed for `queue`."""
    counted = session.execute(
        select(func.count(col(Case.id))).where(col(Case.stage) == "confirmed", headed_for() == queue)
    )
    return int(counted.scalar_one())


def _check(session: Session, file: Case, act: Act, target: str, wording: Wording) -> None:
    """Say the first thing that stands against a confirmation, by the table of moves."""
    wanted = Wanted("confirm", act.at.date(), queue=target)
    after = move(state_of(session, file), wanted, Ladder((), {}, (), ""))
    missing = {one.code for one in after.missing} if isinstance(after, Refused) else set()
    if "stage" in missing:
        raise _refused(
            wording,
            wording.say(
                "Case {number} is {stage}, not flagged.", number=file.id, stage=name_of(STAGES, file.stage, wording)
            ),
            _already(file, act, wording),
        )
    if not act.who.strip() or act.who == "scan":
        raise _refused(
            wording,
            wording.say("Nobody is named who confirms."),
            wording.say("name the person with --by, not the scan"),
        )
    if "finding" in missing:
        raise _refused(
            wording,
            wording.say("Case {number} has no open finding.", number=file.id),
            wording.say("patuh cases show {number} tells what became of its findings", number=file.id),
        )
    if "proof" in missing:
        raise _refused(
            wording,
            wording.say("Case {number} rests on indications only.", number=file.id),
            wording.say(
                "an inspector has to record proof first: patuh cases record {number} {record}",
                number=file.id,
                record=PROOF,
            ),
        )
    if "outreach" in missing:
        raise _refused(
            wording,
            wording.say("Case {number} is outreach, not a violation.", number=file.id),
            wording.say("it never goes to the kejaksaan; leave --queue out"),
        )
    if "not_proposed" in missing:
        raise NotAllowedError(
            wording.say(
                "Case {number} is not proposed for {queue} but for {proposed}.",
                number=file.id,
                queue=target,
                proposed=file.queue,
            ),
            wording.say("the law found opens the kejaksaan only to contributions unpaid after two spent warnings"),
            wording.say(
                "leave --queue out; or record the warnings in the register, and a scan proposes it when both are spent "
                "and no instalment plan is kept"
            ),
        )


def _already(file: Case, act: Act, wording: Wording) -> str:
    if file.confirmed_by and file.confirmed_at:
        return wording.say(
            "it was confirmed by {who} on {day}; patuh cases show {number} has its file",
            who=file.confirmed_by,
            day=wording.date(file.confirmed_at.astimezone(act.at.tzinfo).date()),
            number=file.id,
        )
    return wording.say("patuh cases show {number} tells what became of it", number=file.id)


def _refused(wording: Wording, what: str, remedy: str) -> NotAllowedError:
    why = wording.say(
        "a confirmation sends a case on its way to an office, so it needs a flagged case with open findings"
    )
    return NotAllowedError(what, why, remedy)
