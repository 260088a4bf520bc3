"""Changes the office that a confirmed case is headed for, while no office has it: one event, one transaction."""

from sqlmodel import Session

from cases.life.acts import Book, Done, Told, case_of, check_reason, checked, done
from cases.life.moves import Wanted
from cases.service import Act
from rules.errors import Message, UsageError
from rules.fault_list import use_one_of


def redirect(session: Session, number: int, act: Act, book: Book, to: tuple[str, str]) -> Done:
    """Send a confirmed case to another queue, `to` with its reason; commits.

    Raises NotAllowedError: it is not confirmed or handed over already, it is headed there, the kejaksaan was not
    proposed for it, no reason is given; UsageError for a queue that routing does not know.
    """
    queue, reason = to
    file = case_of(session, number, "confirm", book)
    known = book.judging.book.routing.queues
    if queue not in known:
        raise UsageError(
            Message("there is no queue '{queue}'", queue=queue),
            Message("a case in an unknown queue reaches no office"),
            use_one_of(queue, known),
        )
    check_reason(reason, book.wording)
    checked(session, file, act, Wanted("redirect", act.at.date(), queue=queue), book)
    said = {"queue": queue, "before": file.confirmed_queue or file.queue, "reason": reason}
    file.confirmed_queue = queue
    words = book.wording.say("headed for {queue}", queue=queue)
    return done(session, file, act, [], Told("redirected", said, words))
