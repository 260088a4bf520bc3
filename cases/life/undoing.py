"""Takes back what a person did last to a case, while it is still private to the office: nothing is edited away.

Private is the case's last event, by the same person, of a kind that no letter or paper follows from, since which no
scan has ended and no list that held the case was exported. The case goes back to where it was, and its chain gets an
event of its own that says which one was taken back.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.access.gate import permit, permit_everywhere
from cases.life.acts import Book, Done, case_of, checked
from cases.life.letting_be import cases_about
from cases.life.moves import UNDOABLE, Undoes, Wanted
from cases.life.refusal import NotAllowedError
from cases.names import EVENTS, name_of
from cases.service import Act
from cases.store.chain import Move, append_event, payload_of
from cases.store.models import Case, Dismissal, Event, ExportedList, Finding, Unanchored, Waiver

UNDONE: Final = "undone"
RIGHT_OF: Final[Mapping[str, str]] = {
    "confirmed": "confirm",
    "redirected": "confirm",
    "assigned": "assign",
    "snoozed": "snooze",
    "woken": "snooze",
    "waived": "waive",
    "dismissed": "dismiss",
}
"""Kind of an event to the right that its act needed, which taking it back needs too."""


@dataclass(frozen=True)
class _Made:
    """An event with the case that it is of, and what it says; `said` None: purged."""

    case: Case
    event: Event
    said: Mapping[str, Any] | None

    @property
    def findings(self) -> list[int]:
        """The findings that it let be."""
        return list((self.said or {}).get("findings", ()))


def undo(session: Session, number: int, seq: int, act: Act, book: Book) -> Done:
    """Take event `seq` of case `number` back, in every case that it changed; commits.

    Raises NotPermittedError, and NotAllowedError with everything that stands against it.
    """
    file = case_of(session, number, "undo", book)
    made = _made(session, file, session.get(Event, (number, seq)))
    if made is None:
        raise NotAllowedError(
            book.wording.say("Case {number} has no event {seq}.", number=number, seq=seq),
            book.wording.say("only what is on record can be taken back"),
            book.wording.say("patuh cases show {number} tells what is on record", number=number),
        )
    if made.event.kind in RIGHT_OF:
        permit(session, RIGHT_OF[made.event.kind], number)
    together = (made, *_with_it(session, made))
    for one in together:
        undoes = _undoes(session, one)
        checked(session, one.case, act, Wanted("undo", act.at.date(), undoes=undoes), book)
    written = [_take_back(session, one, act, book) for one in together]
    session.flush()
    done = Done(
        number,
        book.wording.say("taken back: {what}", what=name_of(EVENTS, made.event.kind, book.wording)),
        written[0].seq,
        kind=UNDONE,
        also=tuple(one.case.id for one in together[1:]),
    )
    session.commit()
    return done


def undo_last(session: Session, number: int, act: Act, book: Book) -> Done:
    """Take back what was done last to case `number`; commits. Raises what `undo` does."""
    case_of(session, number, "undo", book)  # who may not is told so before anything is read
    return undo(session, number, _last(session, number), act, book)


def _last(session: Session, number: int) -> int:
    return int(session.execute(select(func.max(col(Event.seq))).where(col(Event.case_id) == number)).scalar_one() or 0)


def _made(session: Session, file: Case, event: Event | None) -> _Made | None:
    if event is None:
        return None
    kept = payload_of(session, file.id, event.seq)
    return _Made(file, event, None if kept is None else json.loads(kept))


def _with_it(session: Session, made: _Made) -> tuple[_Made, ...]:
    """Return the events of the same waiver in other cases."""
    waiver = _waiver(session, made)
    if waiver is None:
        return ()
    others = {case.id: case for case in cases_about(session, waiver) if case.id != made.case.id}
    same = select(Event).where(col(Event.case_id).in_(others), col(Event.kind) == "waived")
    same = same.where(col(Event.at) == made.event.at, col(Event.who) == made.event.who).order_by(col(Event.case_id))
    events = session.execute(same).scalars().all()
    found = (_made(session, others[event.case_id], event) for event in events)
    return tuple(one for one in found if one is not None and (one.said is None or one.said["waiver"] == waiver.id))


def _waiver(session: Session, made: _Made) -> Waiver | None:
    if made.event.kind != "waived" or made.said is None:
        return None
    waiver = session.get(Waiver, made.said.get("waiver"))
    if waiver is not None and waiver.province is None:
        permit_everywhere(session, "waive", made.case.id)
    return waiver


def _undoes(session: Session, made: _Made) -> Undoes:
    case, event = made.case, made.event
    back = _BACK[event.kind](made) if event.kind in UNDOABLE and made.said is not None else None
    return Undoes(
        kind=event.kind,
        who=event.who,
        stage=event.from_stage or event.to_stage,
        last=event.seq == _last(session, case.id),
        scanned=session.get(Unanchored, case.id) is None,
        exported=_exported(session, case, event.at),
        kept=back is not None,
        back="" if back is None or isinstance(back, date) else back,
        until=back if isinstance(back, date) else None,
    )


def _exported(session: Session, case: Case, since: datetime) -> bool:
    """Say whether a list that held the case as it stands since then was made."""
    if case.stage != "confirmed":
        return False
    made = select(col(ExportedList.id)).where(
        col(ExportedList.queue) == (case.confirmed_queue or case.queue), col(ExportedList.at) >= since
    )
    return session.execute(made.limit(1)).first() is not None


def _before_confirmation(made: _Made) -> str | None:
    """The queue that the case was headed for before; None: an earlier confirmation that the event does not tell."""
    said = made.said or {}
    if "before" in said:
        return str(said["before"]["queue"])
    return made.case.queue if made.event.from_stage == "flagged" else None


def _before_assignment(made: _Made) -> str | None:
    said = made.said or {}
    return str(said.get("before") or "") if "before" in said or said.get("by") == "load" else None


def _before_hiding(made: _Made) -> date | str | None:
    """The day up to which it was hidden, "" where it was not."""
    said = made.said or {}
    name = "until" if made.event.kind == "woken" else "before"
    if name not in said:
        return None
    return date.fromisoformat(said[name]) if said[name] else ""


_BACK: Final[Mapping[str, Callable[[_Made], str | int | date | None]]] = {
    "confirmed": _before_confirmation,
    "redirected": lambda made: str((made.said or {})["before"]),
    "assigned": _before_assignment,
    "snoozed": _before_hiding,
    "woken": _before_hiding,
    "waived": lambda made: len(made.findings),
    "dismissed": lambda made: len(made.findings) if "dismissal" in (made.said or {}) else None,
}
"""What each kind of event tells of before; None: it does not, and cannot be taken back."""


def _take_back(session: Session, made: _Made, act: Act, book: Book) -> Event:
    case, event, said = made.case, made.event, made.said or {}
    match event.kind:
        case "confirmed":
            before = said.get("before") or {}
            at = before.get("at")
            case.confirmed_queue, case.confirmed_by = before.get("queue"), before.get("who")
            case.confirmed_at = datetime.fromisoformat(at) if at else None
        case "redirected":
            case.confirmed_queue = said["before"]
        case "assigned":
            case.assigned_to = said.get("before")
        case "snoozed" | "woken":
            back = _before_hiding(made)
            case.snoozed_until = back if isinstance(back, date) else None
        case "waived" | "dismissed":
            _honour_no_more(session, made, act, book)
    payload = {"undoes": event.seq, "kind": event.kind, **({"findings": made.findings} if made.findings else {})}
    stage = event.from_stage or event.to_stage
    return append_event(session, case, Move(act.at, act.who, UNDONE, stage, payload, act.salt))


def _honour_no_more(session: Session, made: _Made, act: Act, book: Book) -> None:
    """Let the decision be honoured nowhere, and its findings be live again, each as it was."""
    said = made.said or {}
    if made.event.kind == "waived":
        waiver = session.get_one(Waiver, said["waiver"])
        waiver.withdrawn_on, waiver.withdrawn_by = act.at.date(), act.who
        waiver.withdrawn_why = book.wording.say("taken back")
    else:
        dismissal = session.get_one(Dismissal, said["dismissal"])
        dismissal.undone_on, dismissal.undone_by = act.at.date(), act.who
    were = {finding: state for state, numbers in said.get("were", {}).items() for finding in numbers}
    for finding in _findings(session, made.findings):
        finding.state = were.get(finding.id, "open")


def _findings(session: Session, numbers: list[int]) -> Iterable[Finding]:
    """Give these findings; a case may have more of them than one statement takes."""
    for first in range(0, len(numbers), 1000):
        wanted = col(Finding.id).in_(numbers[first : first + 1000])
        yield from session.execute(select(Finding).where(wanted)).scalars()
