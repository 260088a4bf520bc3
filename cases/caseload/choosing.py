"""Finds what may be chosen for a case, and why something may not, by the services and the table of moves themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.access.identity import NotPermittedError, Who, admit
from cases.access.table import may
from cases.caseload.acts import NOBODY
from cases.caseload.choices import (
    AnswerChoice,
    Choices,
    IdentifierChoice,
    LadderChoice,
    OfficeChoice,
    PersonChoice,
    PurposeChoice,
    QueueChoice,
    Refusal,
    RuleChoice,
    SubjectChoice,
    Waiting,
)
from cases.caseload.performing import Performer, last_seq
from cases.caseload.rights import RIGHTS
from cases.life.acts import QUEUE_OF, act_words, case_of, named
from cases.life.desk import against_receiver, loads_of, who_sees
from cases.life.following import following
from cases.life.moves import (
    PURPOSES,
    REFERRAL_STATES,
    CaseState,
    Kind,
    Missing,
    Refused,
    Wanted,
    move,
    needs_two,
    record_of,
)
from cases.life.record import paper_of, referrals_of, state_of, waiting_proposal
from cases.life.refusal import missing_words, refusal
from cases.life.splitting import party_key
from cases.masking import mask_identifier, mask_key
from cases.names import PURPOSES as PURPOSE_WORDS
from cases.names import REFERRAL_STATES as STATE_WORDS
from cases.names import name_of
from cases.offices import serves
from cases.party_list import list_proposals
from cases.store.models import Case, Finding, PartyIdentifier
from cases.store.stages import LIVE_STATES
from rules.errors import Message, PatuhError, UsageError

SUBJECTS: Final = 200
PROPOSALS: Final = 20


def choices(session: Session, number: int, by: Performer, who: Who) -> Choices:
    """Return all that forms ask with for case `number`. Raises NotPermittedError, and NotAllowedError for no case."""
    file = case_of(session, number, "read", by.book)
    return _Chooser(session, file, state_of(session, file), by, who).choices()


@dataclass(frozen=True)
class _Chooser:
    """One case, as it stands, for one person."""

    session: Session
    file: Case
    state: CaseState
    by: Performer
    who: Who

    def choices(self) -> Choices:
        subjects, left = self._subjects()
        return Choices(
            number=self.file.id,
            seen=last_seq(self.session, self.file.id),
            party=self.file.party_id,
            headed=self.state.headed,
            proposed=self.file.queue,
            queues=tuple(self._queues()),
            people=tuple(self._people()),
            ladder=tuple(self._ladder()),
            purposes=tuple(self._purposes()),
            answers=tuple(self._answers()),
            waiting=self._waiting(),
            rules=tuple(self._rules()),
            subjects=subjects,
            identifiers=tuple(self._identifiers()),
            proposals=list_proposals(
                self.session, self.by.book.judging.book.vocabulary, PROPOSALS, self.file.party_id
            ).lines,
            paused=self.state.paused,
            hidden_until=self.file.snoozed_until,
            everywhere=self.who.person is None or self.who.person.regions is None,
            left=left,
            refused={act: found for act in RIGHTS if (found := self._refused(act)) is not None},
        )

    @cached_property
    def _next(self) -> tuple[str, str]:
        found = following(self.state, self.by.book.ladder, self.by.act.at.date())
        return ("", "") if found is None else (found.kind, found.name)

    def _wanted(self, kind: Kind, name: str = "") -> Wanted:
        """A move of today, by who is logged in; one that needs two persons is proposed by a person."""
        today, alone = self.by.act.at.date(), self.who.person is None
        if kind in ("step", "refer") and not alone and needs_two(self.by.book.ladder, kind, name):
            of = "step" if kind == "step" else "refer"
            return Wanted("propose", today, name, today, who=self.by.act.who, of=of)  # type: ignore[arg-type]
        return Wanted(kind, today, name, today, who=self.by.act.who, alone=alone)

    def _missing(self, wanted: Wanted) -> tuple[Missing, ...]:
        after = move(self.state, wanted, self.by.book.ladder)
        return after.missing if isinstance(after, Refused) else ()

    def _against(self, wanted: Wanted) -> tuple[str, ...]:
        """What stands against a move, in words."""
        return tuple(missing_words(one, self.by.book.wording, self.by.book.ladder) for one in self._missing(wanted))

    def _queues(self) -> Iterator[QueueChoice]:
        kind: Kind = "confirm" if self.state.stage == "flagged" or self.state.joined_later else "redirect"
        today = self.by.act.at.date()
        for queue in self.by.book.judging.book.routing.queues:
            against = self._against(Wanted(kind, today, queue=queue))
            yield QueueChoice(queue, queue == self.file.queue, queue == self.state.headed, against)

    def _people(self) -> Iterator[PersonChoice]:
        wording, people = self.by.book.wording, self.by.book.people or {}
        named_people = sorted(people.values(), key=lambda one: one.login)
        see, loads = who_sees(self.session, self.file.id, named_people), loads_of(self.session, named_people)
        has = self.file.assigned_to
        for one in named_people:
            against = against_receiver(self.file.id, one, wording, sees=one.login in see)
            why = "" if against is None else f"{against.what} {against.why}"
            yield PersonChoice(one.login, one.name, loads.get(one.login, 0), one.login == has, why)
        yield PersonChoice(NOBODY, wording.say("nobody"), 0, has is None)

    def _ladder(self) -> Iterator[LadderChoice]:
        ladder, words = self.by.book.ladder, self.by.book.wording.words
        alone = self.who.person is None
        for step in ladder.steps:
            two = not alone and needs_two(ladder, "step", step.id)
            yield self._choice("step", step.id, words(step.words), two=two)
            if record_of(ladder, step.id, "receipt") is not None:
                yield self._choice("receipt", step.id, words(step.words))
        for record in ladder.records.values():
            if record.by == "hand":
                yield self._choice("record", record.name, words(record.words))

    def _choice(self, kind: Kind, name: str, words: str, *, two: bool = False) -> LadderChoice:
        against = self._against(self._wanted(kind, name))
        following_now = self._next == (kind, name)
        return LadderChoice(kind, name, words, two, kind == "step", following_now, against)  # type: ignore[arg-type]

    def _purposes(self) -> Iterator[PurposeChoice]:
        book, wording = self.by.book, self.by.book.wording
        for purpose in PURPOSES:
            queue = QUEUE_OF.get(purpose, "disnaker")
            offices = tuple(
                OfficeChoice(one.id, one.name or one.id)
                for one in book.offices
                if purpose != "pupn" and serves(one, queue, self.file.province)
            )
            two = self.who.person is not None and needs_two(book.ladder, "refer", purpose)
            against = self._against(self._wanted("refer", purpose))
            if not offices and purpose != "pupn":
                against = (*against, wording.say("no office of the run file takes it"))
            words = name_of(PURPOSE_WORDS, purpose, wording)
            yield PurposeChoice(purpose, words, offices, purpose == "pupn", two, against)

    def _answers(self) -> Iterator[AnswerChoice]:
        wording, today = self.by.book.wording, self.by.act.at.date()
        for place, row in enumerate(referrals_of(self.session, self.file)):
            stands = REFERRAL_STATES.index(row.state)
            for state in REFERRAL_STATES[stands + 1 : stands + 2]:
                words = wording.say(
                    "{number}: {purpose}, {office}, {day}",
                    number=row.id,
                    purpose=name_of(PURPOSE_WORDS, row.purpose, wording),
                    office=row.office,
                    day=wording.date(row.handed_over_on),
                )
                against = self._against(Wanted("referral", today, state, today, referral=place))
                yield AnswerChoice(row.id, words, state, name_of(STATE_WORDS, state, wording), against)

    def _waiting(self) -> Waiting | None:
        row, stands, me = waiting_proposal(self.session, self.file), self.state.proposed, self.by.act.who
        if row is None or stands is None:
            return None
        paper = paper_of(row.document, row.signer, row.office)
        kind: Kind = "step" if row.kind == "step" else "refer"
        wanted = Wanted(kind, self.by.act.at.date(), row.name, row.dated, who=me, paper=paper)
        role = self._role("approve")
        return Waiting(
            words=named(row.name, self.by.book),
            who=row.who,
            on=row.dated,
            number=row.document,
            signer=row.signer,
            office=row.office or "",
            lapsed=stands.lapsed,
            approve=(role.what, role.why) if role else self._against(wanted),
            retract=(role.what, role.why) if role and row.who != me else (),
        )

    def _rules(self) -> Iterator[RuleChoice]:
        found = self.session.execute(
            select(col(Finding.rule), func.count().filter(col(Finding.state).in_(LIVE_STATES)))
            .where(col(Finding.case_id) == self.file.id, col(Finding.state).in_((*LIVE_STATES, "waived")))
            .group_by(col(Finding.rule))
            .order_by(col(Finding.rule))
        )
        rules = self.by.book.judging.book.rules
        for rule, count in found:
            title = self.by.book.wording.words(rules[rule].title) if rule in rules else rule
            yield RuleChoice(rule, title, int(count))

    def _subjects(self) -> tuple[tuple[SubjectChoice, ...], int]:
        here = col(Finding.case_id) == self.file.id, col(Finding.state).in_((*LIVE_STATES, "waived"))
        count = self.session.execute(select(func.count(col(Finding.subject_key).distinct())).where(*here)).scalar_one()
        first = select(col(Finding.subject_key)).where(*here).distinct().order_by(col(Finding.subject_key))
        keys = self.session.execute(first.limit(SUBJECTS)).scalars().all()
        facts, rules = dict[str, str](), dict[str, set[str]]()
        found = select(col(Finding.subject_key), col(Finding.fact), col(Finding.rule)).where(*here)
        for key, fact, rule in self.session.execute(found.where(col(Finding.subject_key).in_(keys))):
            facts[key] = fact
            rules.setdefault(key, set()).add(rule)
        known = self.by.book.judging.book.vocabulary.facts
        shown = (
            SubjectChoice(key, mask_key(key, known.get(facts[key])), tuple(sorted(rules[key]))) for key in sorted(facts)
        )
        return tuple(shown), int(count) - len(facts)

    def _identifiers(self) -> Iterator[IdentifierChoice]:
        vocabulary, party = self.by.book.judging.book.vocabulary, self.file.party_id
        rests_on = select(party_key(vocabulary)).where(col(Finding.party_id) == party).distinct()
        anchors = set(self.session.execute(rests_on).scalars())
        found = self.session.execute(
            select(col(PartyIdentifier.kind), col(PartyIdentifier.value))
            .where(col(PartyIdentifier.party_id) == party)
            .order_by(col(PartyIdentifier.kind), col(PartyIdentifier.value))
        )
        for kind, value in found:
            label = self.by.book.wording.say("register key") if kind == "source" else kind.upper()
            anchor = kind == "source" and value in anchors
            yield IdentifierChoice(kind, value, label, mask_identifier(kind, value, vocabulary), anchor)

    def _refused(self, act: str) -> Refusal | None:
        """Why an act may not be done: for want of the right to it, or as the case stands."""
        right, kind = RIGHTS[act]
        if (role := self._role(right)) is not None:
            return role
        if act == "assign" and (nobody := self._nobody_to_assign()) is not None:
            return nobody
        today, me = self.by.act.at.date(), self.by.act.who
        asked: dict[str, tuple[Kind, tuple[Missing, ...]]] = {
            "redirect": ("redirect", self._against_any_queue()),
            "assign": ("assign", self._missing(Wanted("assign", today, "?"))),  # to somebody who does not have it yet
            "answer": ("referral", () if self.state.referrals else (Missing("referral"),)),
            "approve": ("confirm", () if self.state.proposed else (Missing("no_proposal"),)),
        }
        if act in asked:
            return self._said(*asked[act])
        if kind is None:
            return None
        return self._said(kind, self._missing(Wanted(kind, today, deadline=today, who=me)))

    def _against_any_queue(self) -> tuple[Missing, ...]:
        """What stands against sending the case elsewhere at all; what stands against one queue is said with it."""
        other = next((one.name for one in self._queues() if not one.current), None)
        missing = self._missing(Wanted("redirect", self.by.act.at.date(), queue=other))
        return tuple(one for one in missing if one.code not in ("not_proposed", "outreach"))

    def _said(self, kind: Kind, missing: tuple[Missing, ...]) -> Refusal | None:
        if not missing:
            return None
        wording = self.by.book.wording
        found = refusal(self.file.id, act_words(kind, wording), missing, wording, self.by.book.ladder)
        return Refusal(found.what, found.why, found.remedy)

    def _role(self, right: str) -> Refusal | None:
        try:
            admit(self.who, right)
        except NotPermittedError as refused:
            return self._told(refused)
        return None

    def _nobody_to_assign(self) -> Refusal | None:
        if self.by.book.people is not None and any(may(one, "step") for one in self.by.book.people.values()):
            return None
        return self._told(
            UsageError(
                Message("a case cannot be assigned: rules.yaml names nobody who may work on it"),
                Message("a case is assigned to somebody who can log in and see it"),
                Message("name them under people: in rules.yaml (docs/people.md)"),
            )
        )

    def _told(self, error: PatuhError) -> Refusal:
        tell = self.by.book.wording.tell
        return Refusal(tell(error.what), tell(error.why), tell(error.remedy))
