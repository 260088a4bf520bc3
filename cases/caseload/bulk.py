"""One act on many cases: what would change and what may not, told before, and then each case in its own transaction.

Nobody at another desk waits longer than for one act; a case that somebody changed since the preview is left and named,
and the whole may be stopped between two cases.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from cases.access.identity import NotPermittedError, Who, admit
from cases.access.narrowing import seen_by
from cases.caseload import acts
from cases.caseload.acts import CaseAct, Done
from cases.caseload.covering import Covering
from cases.caseload.line import Line, Page
from cases.caseload.many import ByRule, Outcome, Preview, Progress, Reason, Target, Targets
from cases.caseload.performing import Performer, last_seqs
from cases.caseload.rights import RIGHTS
from cases.caseload.wanted import Wanted as WantedList
from cases.life.desk import against_receiver
from cases.life.moves import CaseState, Kind, Missing, Refused, Wanted, move
from cases.life.record import state_of, states_of
from cases.life.refusal import missing_words
from cases.store.models import Case
from rules.configuration import Person
from rules.errors import Message, PatuhError, StoreError, UsageError

MOST: Final = 10_000
"""So many cases may be acted on at once (our design): of more nobody reads what stands against them."""
AT_ONCE: Final = 500
NAMED: Final = 5
"""So many numbers of cases are named for each reason."""
_KINDS: Final[Mapping[type[CaseAct], Kind]] = {
    acts.Confirm: "confirm",
    acts.Redirect: "redirect",
    acts.Assign: "assign",
    acts.Snooze: "snooze",
    acts.Wake: "wake",
    acts.Waive: "waive",
    acts.Dismiss: "dismiss",
    acts.Note: "note",
    acts.Pause: "pause",
    acts.Resume: "resume",
    acts.Close: "close",
}
"""What may be done with many cases at once, by its move; a letter and a hand-over are each of one case."""


class Reasons:
    """Gathers cases by what stands against them, in the order in which it was met."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}

    def add(self, words: str, number: int) -> None:
        """Add a case."""
        self._numbers.setdefault(words, []).append(number)

    def all(self) -> tuple[Reason, ...]:
        """Return the reasons, that of most cases first."""
        found = sorted(self._numbers.items(), key=lambda one: -len(one[1]))
        return tuple(Reason(words, len(numbers), tuple(sorted(numbers)[:NAMED])) for words, numbers in found)


def targets_of(targets: Targets, page: Callable[[WantedList, Line | None, int], Page]) -> tuple[Target, ...]:
    """Return the cases that are meant, each once. Raises UsageError for more than MOST."""
    found: dict[int, Target] = {}
    given = targets if isinstance(targets, tuple) else _walked(targets, page)
    for one in given:
        found.setdefault(one.number, one)
        if len(found) > MOST:
            raise UsageError(
                Message("more than {most} cases are chosen", most=MOST),
                Message("what is done to so many at once is read by nobody before"),
                Message("narrow the list, for example by region: or rule:, and do them part by part"),
            )
    return tuple(found.values())


def _walked(targets: WantedList | ByRule, page: Callable[[WantedList, Line | None, int], Page]) -> Iterator[Target]:
    wanted, rule = (targets.wanted, targets.rule) if isinstance(targets, ByRule) else (targets, None)
    last: Line | None = None
    while True:
        found = page(wanted, last, AT_ONCE)
        yield from (Target(one.number, one.seen) for one in found.lines if rule is None or rule in one.rules)
        if not found.more or not found.lines:
            return
        last = found.lines[-1]


def check_many(wanted: CaseAct, who: Who) -> None:
    """Raise UsageError for what is done case by case, and NotPermittedError where the person may not do it at all."""
    if type(wanted) not in _KINDS:
        raise UsageError(
            Message("this cannot be done to many cases at once"),
            Message("a letter, a hand-over and a decision about parties are each of one case"),
            Message("open each case and do it there"),
        )
    admit(who, RIGHTS[_KINDS[type(wanted)]][0])


def preview(session: Session, targets: Sequence[Target], wanted: CaseAct, by: Performer, progress: Progress) -> Preview:
    """Return what `wanted` would do to the cases as they stand now; a case that changed since it was read may not."""
    reasons, fit, covering = Reasons(), list[Target](), Covering(wanted)
    queues, provinces = Counter[str](), Counter[str]()
    looked = 0

    def so_far() -> Preview:
        found = _preview(wanted, fit, (queues, provinces), reasons, len(targets) - looked)
        return replace(found, covered=covering.all())

    for portion in _portions(targets):
        files = _files(session, portion)
        judge = _judge(session, wanted, by, files)
        covering.read(session, tuple(files))
        for one in portion:
            if not progress(looked, len(targets)):
                return so_far()
            looked += 1
            file = files.get(one.number)
            against = judge.against(file, one)
            if not against and covering.is_empty(one.number):
                against = by.book.wording.say("nothing is open that this would let be")
            if file is None or against:
                reasons.add(against, one.number)
                continue
            fit.append(one)
            covering.take(one.number)
            queues[_queue_after(file, wanted)] += 1
            provinces[file.province] += 1
        session.expunge_all()
    progress(looked, len(targets))
    return so_far()


def _preview(
    wanted: CaseAct, fit: Sequence[Target], counted: tuple[Counter[str], Counter[str]], reasons: Reasons, left: int
) -> Preview:
    queues, provinces = (tuple(sorted(one.items(), key=lambda pair: (-pair[1], pair[0]))) for one in counted)
    return Preview(wanted, tuple(fit), queues, provinces, reasons.all(), left)


def _portions(targets: Sequence[Target]) -> Iterator[Sequence[Target]]:
    return (targets[first : first + AT_ONCE] for first in range(0, len(targets), AT_ONCE))


def _files(session: Session, portion: Iterable[Target]) -> dict[int, Case]:
    found = select(Case).where(col(Case.id).in_([one.number for one in portion]))
    return {one.id: one for one in session.execute(found).scalars()}


def _judge(session: Session, wanted: CaseAct, by: Performer, files: Mapping[int, Case]) -> "_Judge":
    person = (by.book.people or {}).get(wanted.login) if isinstance(wanted, acts.Assign) else None
    see: frozenset[int] = frozenset()
    if person is not None:
        found = select(col(Case.id)).where(col(Case.id).in_(files), seen_by(person))
        see = frozenset(session.execute(found).scalars())
    states = states_of(session, tuple(files.values()))
    return _Judge(wanted, by, person, see, last_seqs(session, tuple(files)), states)


@dataclass(frozen=True)
class _Judge:
    """Says what stands against an act, case by case. `receiver`: whom it assigns to; `see`: the cases they see.

    `last` and `states`: the last events of the cases, and how they stand, by number.
    """

    wanted: CaseAct
    by: Performer
    receiver: Person | None
    see: frozenset[int]
    last: Mapping[int, int]
    states: Mapping[int, CaseState]

    def against(self, file: Case | None, target: Target) -> str:
        """Return it in words; "" where nothing does."""
        wording = self.by.book.wording
        if file is None:
            return wording.say("it is not shown to you, or there is no such case")
        if self.last.get(target.number, 0) > target.seen:
            return wording.say("it has changed since you read it")
        if self.receiver is not None:
            login, sees = self.receiver.login, target.number in self.see
            refused = against_receiver(target.number, self.receiver, wording, sees=sees)
            if refused is not None:
                return wording.say("{login} may not have it: {why}", login=login, why=refused.why)
        return "; ".join(words_against(self.states[target.number], self.wanted, self.by))


def words_against(state: CaseState, wanted: CaseAct, by: Performer) -> tuple[str, ...]:
    """Return what the table of moves has against the act on a case as it stands, and what the act leaves unsaid."""
    after = move(state, _move_of(wanted, by), by.book.ladder)
    missing = (*_unsaid(wanted, by.act.at.date()), *(after.missing if isinstance(after, Refused) else ()))
    return tuple(missing_words(one, by.book.wording, by.book.ladder) for one in missing)


def _move_of(wanted: CaseAct, by: Performer) -> Wanted:
    made = Wanted(_KINDS[type(wanted)], by.act.at.date(), who=by.act.who)
    match wanted:
        case acts.Confirm(queue):
            return replace(made, queue=queue)
        case acts.Redirect(queue):
            return replace(made, queue=queue)
        case acts.Assign(login):
            return replace(made, name="" if login == acts.NOBODY else login)
        case acts.Snooze(until):
            return replace(made, deadline=until)
    return made


def _unsaid(wanted: CaseAct, today: date) -> Iterator[Missing]:
    for name in ("reason", "owner", "proof"):
        if not getattr(wanted, name, "said").strip():
            yield Missing(f"no_{name}")
    if isinstance(wanted, acts.Waive | acts.Dismiss) and wanted.until is not None and wanted.until < today:
        yield Missing("end_past", until=today)
    if isinstance(wanted, acts.Waive) and not (wanted.rule or wanted.subject or wanted.whole_party):
        yield Missing("no_reach")


def _queue_after(file: Case, wanted: CaseAct) -> str:
    match wanted:
        case acts.Confirm(queue):
            return queue or file.queue
        case acts.Redirect(queue):
            return queue
    return file.confirmed_queue or file.queue


def act_on(
    given: Preview,
    act: Callable[[Target, CaseAct], Done | str | None],
    progress: Progress,
) -> Outcome:
    """Do it, case by case; `act` gives what is on record, what stands against it, or None: it changed since.

    What one act did to another case of the list (a waiver of their party) is not done to that one again.
    """
    done, changed, reasons = list[Done](), list[int](), Reasons()
    with_others = set[int]()
    for place, one in enumerate(given.targets):
        try:
            if not progress(place, len(given.targets)):
                return _outcome(done, reasons, changed, given.targets[place:])
            if one.number in with_others:
                continue
            came = act(one, given.act)
        except StoreError as error:
            return replace(_outcome(done, reasons, changed, given.targets[place:]), error=error)
        if came is None:
            changed.append(one.number)
        elif isinstance(came, str):
            reasons.add(came, one.number)
        else:
            done.append(came)
            with_others |= set(came.touched)
    progress(len(given.targets), len(given.targets))
    return _outcome(done, reasons, changed, ())


def undo_all(given: Outcome, undo: Callable[[Done], Done | str | None], progress: Progress) -> Outcome:
    """Take back what is still private, the last act first; what is not is named with its reason."""
    done, changed, reasons = list[Done](), list[int](), Reasons()
    back = [one for one in reversed(given.done) if one.undoable]
    for place, one in enumerate(back):
        left = tuple(Target(other.number, other.seq) for other in back[place:])
        try:
            if not progress(place, len(back)):
                return _outcome(done, reasons, changed, left)
            came = undo(one)
        except StoreError as error:
            return replace(_outcome(done, reasons, changed, left), error=error)
        if came is None:
            changed.append(one.number)
        elif isinstance(came, str):
            reasons.add(came, one.number)
        else:
            done.append(came)
    progress(len(back), len(back))
    return _outcome(done, reasons, changed, ())


def _outcome(done: list[Done], reasons: Reasons, changed: list[int], left: Sequence[Target]) -> Outcome:
    return Outcome(tuple(done), reasons.all(), tuple(changed), tuple(one.number for one in left))


def refused_words(session: Session, target: Target, wanted: CaseAct, by: Performer, error: PatuhError) -> str:
    """Return why a case was refused, in words that are the same for others that are refused for the same."""
    file = session.get(Case, target.number)
    words = words_against(state_of(session, file), wanted, by) if file is not None else ()
    if words:
        return "; ".join(words)
    return by.book.wording.tell(error.why if isinstance(error, NotPermittedError) else error.what)
