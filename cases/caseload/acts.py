"""What a person may do with a case from the screen: each act as a value, and the service that does it."""

from dataclasses import dataclass

from sqlmodel import Session

from cases.life import desk
from cases.life.acts import Book
from cases.service import Act, confirm


@dataclass(frozen=True)
class Confirm:
    """Send the case on its way to the proposed queue, or to `queue`."""

    queue: str | None = None


@dataclass(frozen=True)
class Note:
    """Write a note into the case's file."""

    text: str


CaseAct = Confirm | Note


@dataclass(frozen=True)
class Done:
    """An act that is on record: of which case, in words, and the number of its event."""

    number: int
    words: str
    seq: int


def perform(session: Session, number: int, act: Act, book: Book, wanted: CaseAct) -> Done:
    """Do it; commits. Raises what the service of the act raises."""
    match wanted:
        case Confirm(queue):
            confirmed = confirm(session, number, act, book.wording, queue)
            words = book.wording.say("confirmed for {queue}", queue=confirmed.queue)
            return Done(number, words, confirmed.seq)
        case Note(text):
            noted = desk.note(session, number, act, book, text)
            return Done(number, noted.what, noted.seq)
